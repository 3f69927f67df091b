//! The spec's own text formats as patterns, for validators that know none of them.
//!
//! A pattern accepts nothing that the format's check refuses, but for ranges of addresses, whose bits a template looks at. It is written in what RE2 and ECMAScript share, so that Helm 3, Helm 4
//! and editors read it alike: no look-around, no classes by name. What is legal and not accepted stands beside each pattern.

pub(super) mod address;

use serde_json::{Value, json};

use super::field::Field;

/// A word that begins and ends with a letter or digit, lower case, at most 63 characters.
const LABEL: &str = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/// Labels with dots between; the whole is at most 253 characters, which `maxLength` says.
const NAME: &str = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*";

/// A number of a port, 0 to 65535.
const PORT: &str = "(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

/// The word of a label or of its value.
const WORD: &str = "[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";

/// A format as keywords of a JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The name that the spec's schema has for it.
    pub format: &'static str,
    /// The pattern, with anchors.
    pub pattern: String,
    /// The fewest characters, where the pattern does not say.
    pub shortest: Option<u32>,
    /// The most characters, where the pattern does not say.
    pub longest: Option<u32>,
    /// What the format allows and this does not.
    pub gaps: &'static str,
}

/// The definitions for amounts that templates compute with.
const AMOUNTS: [(&str, &str, &str); 2] = [
    ("cpu", r"[1-9][0-9]{0,5}m?", "Fractions with a point, and all units but `m`."),
    ("memory", r"[1-9][0-9]{0,8}(?:Mi|Gi)", "Fractions, bytes, and all units but `Mi` and `Gi`."),
];

/// Every format, in alphabetical order.
pub fn patterns() -> Vec<Pattern> {
    let part = "[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?";
    let plain_part = "[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?";
    // A first part with a dot or a port is a host; without a slash behind it, it is the repository.
    let first = format!(r"(?:{LABEL}(?:\.{LABEL})+(?::{PORT})?|{LABEL}:{PORT}|{plain_part})");
    let tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    let digest = "@sha256:[0-9a-f]{64}";
    let image = format!("(?:{first}/(?:{part}/)*)?{part}(?::{tag}(?:{digest})?|{digest})");
    let key = format!("(?:{NAME}/)?{WORD}");
    let url = format!(r#"https?://{NAME}(?::{PORT})?(?:/[!-"$->A-~]*)?"#);
    let new = |format, pattern: &str, shortest, longest, gaps| Pattern {
        format,
        pattern: format!("^(?:{pattern})$"),
        shortest,
        longest,
        gaps,
    };
    let [cpu, memory] = AMOUNTS.map(|(format, pattern, gaps)| new(format, pattern, None, None, gaps));
    vec![
        new("annotation-key", &key, None, Some(253), "Keys of more than 253 characters."),
        new("bucket-name", NAME, Some(3), Some(63), ""),
        new("cidr", &address::shape(), None, None, address::GAPS),
        cpu,
        new("database-name", "[A-Za-z0-9_.@-]{1,63}", None, None, ""),
        new("dns-label", LABEL, None, None, ""),
        new("dns-name", NAME, None, Some(253), ""),
        new(
            "http-url",
            &url,
            None,
            Some(260),
            "More than 260 characters; characters beyond ASCII; a port with a sign.",
        ),
        new("image-reference", &image, None, Some(255), "More than 255 characters; a port with a sign."),
        new("instance-connection-name", "[a-z0-9.-]+(?::[a-z0-9.-]+){2,3}", None, None, ""),
        new("label-value", &format!("(?:{WORD})?"), None, None, ""),
        memory,
        new("memos-version", r"[0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}", None, None, ""),
        new("redis-key-prefix", "[A-Za-z0-9_.:-]{1,64}", None, None, ""),
        new("seconds", "[0-9]{1,6}[smh]", None, None, ""),
        new("secret-key", r"(?:[A-Za-z0-9_-]|\.[A-Za-z0-9_-])[A-Za-z0-9._-]*", None, Some(253), ""),
    ]
}

impl Pattern {
    /// The keywords that a text of this format keeps to; they say nothing about what is no text, such as null.
    pub fn keywords(&self) -> Value {
        let limits = [("minLength", self.shortest), ("maxLength", self.longest)];
        let limits =
            limits.into_iter().filter_map(|(keyword, limit)| limit.map(|limit| (keyword.to_owned(), json!(limit))));
        let pattern = ("pattern".to_owned(), json!(self.pattern));
        Value::Object(limits.chain([pattern]).collect())
    }
}

/// The format that a value of the chart has: the spec's, with processor time and memory told apart.
pub fn format_of<'a>(path: &str, schema: &'a Value) -> Option<&'a str> {
    let format = schema["format"].as_str()?;
    Some(match format {
        "quantity" if path.ends_with(".cpu") => "cpu",
        "quantity" => "memory",
        other => other,
    })
}

/// Whether the chart reads a text that the spec's format allows.
pub fn is_read(field: &Field, text: &str) -> bool {
    let format = field.forms.iter().find_map(|form| format_of(&field.path, &form.schema));
    let Some(pattern) = patterns().into_iter().find(|pattern| Some(pattern.format) == format) else { return true };
    let longest = pattern.longest.and_then(|longest| usize::try_from(longest).ok());
    let matches = regex::Regex::new(&pattern.pattern).is_ok_and(|pattern| pattern.is_match(text));
    matches && longest.is_none_or(|longest| text.len() <= longest)
}

/// What a user of the chart has to know about a value's form beyond what the spec's description says.
pub fn note(field: &Field) -> Option<&'static str> {
    match format_of(&field.path, &field.forms[0].schema)? {
        "cpu" => Some("Thousandths such as `250m`, or whole processors such as `\"2\"`, quoted."),
        "memory" => Some("Whole `Mi` or `Gi`."),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
