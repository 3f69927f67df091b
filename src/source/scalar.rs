//! What a plain YAML scalar means, in YAML 1.2 and to the readers of YAML 1.1.
//!
//! The 1.2 reading is the core schema (YAML 1.2.2, section 10.3). The 1.1 reading is the type repository's, in the form
//! PyYAML gives it, with the base-60 numbers and the one-letter booleans of the repository. A scalar counts only when both
//! agree; otherwise the user must quote it.

use serde_json::{Number, Value};

/// What one reader makes of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reading {
    /// Nothing: `null`, `~`, or no text at all.
    Null,
    /// A boolean.
    Boolean(bool),
    /// A whole number; none when it does not fit 64 bits.
    Integer(Option<i128>),
    /// Any other number.
    Float(f64),
    /// A date or a time stamp.
    Date,
    /// The merge key `<<` or the default value `=`.
    Special,
    /// Text.
    Text,
}

/// Why a plain scalar is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Refusal {
    /// YAML 1.1 and YAML 1.2 disagree.
    Differs { old: Reading, new: Reading },
    /// Both agree on a number that is not written in decimal digits.
    NotDecimal(Option<i128>),
    /// A number that JSON, and so Kubernetes, cannot hold exactly or at all.
    NotRepresentable,
}

/// The value of a plain scalar, or why it must be quoted.
pub(crate) fn resolve(text: &str) -> Result<Value, Refusal> {
    let (old, new) = (read_1_1(text), read_1_2(text));
    if !agree(old, new) {
        return Err(Refusal::Differs { old, new });
    }
    match new {
        Reading::Null => Ok(Value::Null),
        Reading::Boolean(boolean) => Ok(Value::Bool(boolean)),
        Reading::Integer(number) if unsigned(text).starts_with("0x") => Err(Refusal::NotDecimal(number)),
        Reading::Integer(number) => {
            number.and_then(Number::from_i128).map(Value::Number).ok_or(Refusal::NotRepresentable)
        }
        Reading::Float(number) => Number::from_f64(number).map(Value::Number).ok_or(Refusal::NotRepresentable),
        Reading::Text | Reading::Date | Reading::Special => Ok(Value::String(text.to_owned())),
    }
}

/// The value of a plain scalar in an object that was rendered: as kubectl and Helm read it. Both know the octal numbers and
/// boolean words of YAML 1.1, and neither its dates nor its numbers of base 60.
pub(crate) fn resolve_rendered(text: &str) -> Value {
    let old = |reading: Reading| match reading {
        Reading::Boolean(boolean) => Some(Value::Bool(boolean)),
        Reading::Integer(Some(number)) if !text.contains(':') => Number::from_i128(number).map(Value::Number),
        Reading::Float(number) if !text.contains(':') => Number::from_f64(number).map(Value::Number),
        _ => None,
    };
    let value = resolve(text).ok().or_else(|| old(read_1_1(text))).or_else(|| old(read_1_2(text)));
    let value = value.unwrap_or_else(|| text.into());
    // They write numbers as JSON before they look at types, and `3.0` is written as `3` then.
    let whole = value.as_f64().filter(|number| value.is_f64() && number.fract() == 0.0 && number.abs() < 1e15);
    whole.map_or(value, |number| Value::from(number as i64))
}

fn agree(old: Reading, new: Reading) -> bool {
    match (old, new) {
        (Reading::Float(old), Reading::Float(new)) => old == new || (old.is_nan() && new.is_nan()),
        _ => old == new,
    }
}

impl Refusal {
    /// What is wrong with `text`, as a message.
    pub(crate) fn message(self, text: &str) -> String {
        match self {
            Self::Differs { old, new } => {
                format!("`{text}` is {} in YAML 1.1 and {} in YAML 1.2", old.words(), new.words())
            }
            Self::NotDecimal(Some(number)) => format!("`{text}` is the number {number}, not text"),
            Self::NotDecimal(None) | Self::NotRepresentable => {
                format!("`{text}` is a number that cannot be passed on exactly")
            }
        }
    }

    /// What to do, one cure a line; the first is always to quote.
    pub(crate) fn cures(self, text: &str) -> Vec<String> {
        let mut cures = vec![format!("quote it if it is text: `{}`", quote(text))];
        let readings = match self {
            Self::Differs { old, new } => vec![old, new],
            Self::NotDecimal(number) => vec![Reading::Integer(number)],
            Self::NotRepresentable => Vec::new(),
        };
        for reading in readings {
            let plain = match reading {
                Reading::Boolean(boolean) => boolean.to_string(),
                Reading::Integer(Some(number)) => number.to_string(),
                Reading::Float(number) if number.is_finite() => {
                    Number::from_f64(number).map_or_else(String::new, |n| n.to_string())
                }
                _ => continue,
            };
            if plain != text && resolve(&plain).is_ok() {
                cures.push(format!("or write `{plain}` if that is meant"));
            }
        }
        cures
    }
}

impl Reading {
    fn words(self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(boolean) => format!("the boolean {boolean}"),
            Self::Integer(Some(number)) => format!("the number {number}"),
            Self::Integer(None) => "a number of more than 64 bits".to_owned(),
            Self::Float(number) if number.is_finite() => {
                Number::from_f64(number).map_or_else(|| "a number".to_owned(), |number| format!("the number {number}"))
            }
            Self::Float(_) => "not a finite number".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Special => "a key with a meaning of its own".to_owned(),
            Self::Text => "text".to_owned(),
        }
    }
}

/// `text` in double quotes, with the escapes it needs.
pub(crate) fn quote(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn is_negative(text: &str) -> bool {
    text.starts_with('-')
}

fn all(text: &str, test: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(test)
}

/// An integer of 64 bits, signed or not, from digits that are known to fit the radix.
fn integer(digits: &str, radix: u32, negative: bool) -> Reading {
    let number = i128::from_str_radix(digits, radix).ok().map(|number| if negative { -number } else { number });
    Reading::Integer(number.filter(|number| (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(number)))
}

/// The readings that both versions share: null, the boolean words, infinities and not-a-number.
fn read_word(text: &str) -> Option<Reading> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Reading::Null,
        "true" | "True" | "TRUE" => Reading::Boolean(true),
        "false" | "False" | "FALSE" => Reading::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => Reading::Float(f64::NAN),
        _ => match unsigned(text) {
            ".inf" | ".Inf" | ".INF" if is_negative(text) => Reading::Float(f64::NEG_INFINITY),
            ".inf" | ".Inf" | ".INF" => Reading::Float(f64::INFINITY),
            _ => return None,
        },
    })
}

/// The reading of the core schema of YAML 1.2.
fn read_1_2(text: &str) -> Reading {
    if let Some(reading) = read_word(text) {
        return reading;
    }
    let digits = unsigned(text);
    if all(digits, |byte| byte.is_ascii_digit()) {
        return integer(digits, 10, is_negative(text));
    }
    if let Some(octal) = text.strip_prefix("0o").filter(|octal| all(octal, |byte| (b'0'..b'8').contains(&byte))) {
        return integer(octal, 8, false);
    }
    if let Some(hex) = text.strip_prefix("0x").filter(|hex| all(hex, |byte| byte.is_ascii_hexdigit())) {
        return integer(hex, 16, false);
    }
    let (mantissa, exponent) = split_exponent(digits);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let decimal = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_good = exponent.is_none_or(|exponent| all(unsigned(exponent), |byte| byte.is_ascii_digit()));
    if decimal(whole) && decimal(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_is_good {
        return text.parse().map_or(Reading::Text, Reading::Float);
    }
    Reading::Text
}

/// The reading of YAML 1.1.
fn read_1_1(text: &str) -> Reading {
    if let Some(reading) = read_word(text) {
        return reading;
    }
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Reading::Boolean(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Reading::Boolean(false),
        "<<" | "=" => return Reading::Special,
        _ => {}
    }
    if is_date(text) {
        return Reading::Date;
    }
    let body = unsigned(text);
    if !body.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Reading::Text;
    }
    read_1_1_integer(body, is_negative(text)).or_else(|| read_1_1_float(text)).unwrap_or(Reading::Text)
}

fn read_1_1_integer(body: &str, negative: bool) -> Option<Reading> {
    let digits = body.replace('_', "");
    let grouped = |text: &str, test: fn(u8) -> bool| all(text, |byte| byte == b'_' || test(byte));
    if let Some(rest) = body.strip_prefix("0b").filter(|rest| grouped(rest, |byte| matches!(byte, b'0' | b'1'))) {
        return Some(integer(&rest.replace('_', ""), 2, negative));
    }
    if let Some(rest) = body.strip_prefix("0x").filter(|rest| grouped(rest, |byte| byte.is_ascii_hexdigit())) {
        return Some(integer(&rest.replace('_', ""), 16, negative));
    }
    if body == "0" {
        return Some(integer("0", 10, false));
    }
    if body.starts_with('0') && grouped(body, |byte| (b'0'..b'8').contains(&byte)) {
        return Some(integer(&digits, 8, negative));
    }
    if !body.starts_with('0') && grouped(body, |byte| byte.is_ascii_digit()) {
        return Some(integer(&digits, 10, negative));
    }
    sexagesimal(&digits).map(|number| Reading::Integer(Some(if negative { -number } else { number })))
}

/// A number to base 60, for example `1:30` as 90.
fn sexagesimal(digits: &str) -> Option<i128> {
    let (first, rest) = digits.split_once(':')?;
    if !all(first, |byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut number: i128 = first.parse().ok()?;
    for part in rest.split(':') {
        let value: i128 = part.parse().ok().filter(|_| part.len() <= 2 && all(part, |byte| byte.is_ascii_digit()))?;
        number = number.checked_mul(60)?.checked_add(value).filter(|_| value < 60)?;
    }
    Some(number)
}

fn read_1_1_float(text: &str) -> Option<Reading> {
    let body = unsigned(text);
    let (mantissa, exponent) = split_exponent(body);
    let (whole, fraction) = mantissa.split_once('.')?;
    let grouped = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    // An exponent counts only with a sign, and a number without whole digits only without one.
    let exponent_is_good = exponent.is_none_or(|exponent| {
        exponent.starts_with(['-', '+']) && all(unsigned(exponent), |byte| byte.is_ascii_digit())
    });
    if !exponent_is_good || !grouped(fraction) {
        return None;
    }
    if let Some((first, _)) = whole.split_once(':') {
        let is_base_60 = exponent.is_none() && sexagesimal(&whole.replace('_', "")).is_some() && !first.is_empty();
        return is_base_60.then_some(Reading::Float(f64::NAN));
    }
    let starts_well = if whole.is_empty() {
        body == text && fraction.starts_with(|first: char| first.is_ascii_digit())
    } else {
        whole.starts_with(|first: char| first.is_ascii_digit())
    };
    if !starts_well || !grouped(whole) {
        return None;
    }
    text.replace('_', "").parse().ok().map(Reading::Float)
}

fn split_exponent(text: &str) -> (&str, Option<&str>) {
    text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)))
}

/// `2001-01-01`, or a time stamp that starts with a date.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !text.is_ascii() || bytes.len() < 8 || !all(&text[..4], |byte| byte.is_ascii_digit()) || bytes[4] != b'-' {
        return false;
    }
    let Some((month, rest)) = text[5..].split_once('-') else { return false };
    let day_length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (day, time) = rest.split_at(day_length);
    if !(1..=2).contains(&month.len()) || !all(month, |byte| byte.is_ascii_digit()) || !(1..=2).contains(&day.len()) {
        return false;
    }
    if time.is_empty() {
        return month.len() == 2 && day.len() == 2;
    }
    time.starts_with(['T', 't', ' ', '\t'])
        && time[1..].trim_start().starts_with(|first: char| first.is_ascii_digit())
        && time.contains(':')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What kubectl 1.36 makes of each, as `kubectl label --local -o json` shows it.
    #[test]
    fn rendered_scalars_are_read_as_kubectl_reads_them() {
        for (text, value) in [
            ("0644", json!(420)),
            ("0o644", json!(420)),
            ("1:20", json!("1:20")),
            ("190:20:30.15", json!("190:20:30.15")),
            ("2001-01-01", json!("2001-01-01")),
            ("yes", json!(true)),
            ("y", json!(true)),
            ("off", json!(false)),
            ("1_000", json!(1000)),
            ("0x1F", json!(31)),
            ("-0x1f", json!(-31)),
            ("0b11", json!(3)),
            ("07_1", json!(57)),
            ("1e3", json!(1000)),
            ("1.", json!(1)),
            (".5", json!(0.5)),
            ("0.30", json!(0.3)),
            ("1_0.5", json!(10.5)),
            ("08", json!(8)),
            ("+1", json!(1)),
            ("-0", json!(0)),
            ("~", json!(null)),
            ("=", json!("=")),
            ("0o9", json!("0o9")),
            ("_1", json!("_1")),
            ("1e400", json!("1e400")),
            ("0.30.0", json!("0.30.0")),
        ] {
            assert_eq!(resolve_rendered(text), value, "{text}");
        }
    }

    #[test]
    fn both_versions_agree() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("null", json!(null)),
            ("true", json!(true)),
            ("False", json!(false)),
            ("0", json!(0)),
            ("-0", json!(0)),
            ("+7", json!(7)),
            ("42", json!(42)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("18446744073709551615", json!(u64::MAX)),
            ("0.5", json!(0.5)),
            (".5", json!(0.5)),
            ("1.10", json!(1.1)),
            ("1.5e+3", json!(1500.0)),
            ("0.30.0", json!("0.30.0")),
            ("v0.30.0", json!("v0.30.0")),
            ("10.0.0.0/8", json!("10.0.0.0/8")),
            ("8080:80", json!("8080:80")),
            ("500m", json!("500m")),
            ("1Gi", json!("1Gi")),
            ("30s", json!("30s")),
            ("truth", json!("truth")),
            ("nan", json!("nan")),
            ("-", json!("-")),
            (".", json!(".")),
            ("2001-01", json!("2001-01")),
            ("https://memos.example.com", json!("https://memos.example.com")),
            ("sha256:0123", json!("sha256:0123")),
            ("_1", json!("_1")),
            ("e5", json!("e5")),
        ] {
            assert_eq!(resolve(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn disagreements_say_both_readings_and_the_cures() {
        for (text, message, cures) in [
            ("yes", "`yes` is the boolean true in YAML 1.1 and text in YAML 1.2", vec!["`\"yes\"`", "`true`"]),
            ("Off", "`Off` is the boolean false in YAML 1.1 and text in YAML 1.2", vec!["`\"Off\"`", "`false`"]),
            ("y", "`y` is the boolean true in YAML 1.1 and text in YAML 1.2", vec!["`\"y\"`", "`true`"]),
            (
                "0777",
                "`0777` is the number 511 in YAML 1.1 and the number 777 in YAML 1.2",
                vec!["`\"0777\"`", "`511`", "`777`"],
            ),
            ("08", "`08` is text in YAML 1.1 and the number 8 in YAML 1.2", vec!["`\"08\"`", "`8`"]),
            ("0o17", "`0o17` is text in YAML 1.1 and the number 15 in YAML 1.2", vec!["`\"0o17\"`", "`15`"]),
            ("1_000", "`1_000` is the number 1000 in YAML 1.1 and text in YAML 1.2", vec!["`\"1_000\"`", "`1000`"]),
            ("0b11", "`0b11` is the number 3 in YAML 1.1 and text in YAML 1.2", vec!["`\"0b11\"`", "`3`"]),
            ("1:20", "`1:20` is the number 80 in YAML 1.1 and text in YAML 1.2", vec!["`\"1:20\"`", "`80`"]),
            ("1e3", "`1e3` is text in YAML 1.1 and the number 1000.0 in YAML 1.2", vec!["`\"1e3\"`", "`1000.0`"]),
            ("2001-01-01", "`2001-01-01` is a date in YAML 1.1 and text in YAML 1.2", vec!["`\"2001-01-01\"`"]),
            (
                "2001-1-1 1:20:30",
                "`2001-1-1 1:20:30` is a date in YAML 1.1 and text in YAML 1.2",
                vec!["`\"2001-1-1 1:20:30\"`"],
            ),
            ("=", "`=` is a key with a meaning of its own in YAML 1.1 and text in YAML 1.2", vec!["`\"=\"`"]),
            ("0x1F", "`0x1F` is the number 31, not text", vec!["`\"0x1F\"`", "`31`"]),
            (".inf", "`.inf` is a number that cannot be passed on exactly", vec!["`\".inf\"`"]),
            (
                "99999999999999999999",
                "`99999999999999999999` is a number that cannot be passed on exactly",
                vec!["`\"99999999999999999999\"`"],
            ),
        ] {
            let refusal = resolve(text).unwrap_err();
            assert_eq!(refusal.message(text), message);
            let mut expected = vec![format!("quote it if it is text: {}", cures[0])];
            expected.extend(cures[1..].iter().map(|cure| format!("or write {cure} if that is meant")));
            assert_eq!(refusal.cures(text), expected, "{text}");
        }
    }
}
