//! Kubernetes quantities, exactly as the API server reads them.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Thousand-millionths in one.
const NANO: i128 = 1_000_000_000;

/// An amount of memory, storage or processor time, such as `512Mi`, `10Gi` or `250m`. It keeps the text it was written as.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quantity {
    text: String,
    nano: i128,
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nano == other.nano
    }
}

impl Eq for Quantity {}

impl Quantity {
    /// So many mebibytes, written in the largest binary unit that needs no fraction.
    pub fn mebibytes(count: u64) -> Self {
        let text =
            if count > 0 && count.is_multiple_of(1024) { format!("{}Gi", count / 1024) } else { format!("{count}Mi") };
        Self { text, nano: i128::from(count) * 1024 * 1024 * NANO }
    }

    /// So many thousandths of a processor.
    pub fn millicores(count: u64) -> Self {
        let text =
            if count > 0 && count.is_multiple_of(1000) { (count / 1000).to_string() } else { format!("{count}m") };
        Self { text, nano: i128::from(count) * NANO / 1000 }
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whole bytes, or whole units, rounded down.
    pub fn units(&self) -> u64 {
        u64::try_from(self.nano / NANO).unwrap_or(u64::MAX)
    }

    /// Whole mebibytes, rounded down.
    pub fn to_mebibytes(&self) -> u64 {
        self.units() / (1024 * 1024)
    }

    /// Thousandths, rounded down: the unit of processor time.
    pub fn thousandths(&self) -> u64 {
        u64::try_from(self.nano / (NANO / 1000)).unwrap_or(u64::MAX)
    }
}

impl FromStr for Quantity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write an amount such as `512Mi`, `10Gi` or `250m`".to_owned();
        let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let (number, suffix) = text.split_at(digits);
        let factor = factor(suffix).ok_or_else(wrong)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || whole.len() > 18 || fraction.len() > 9 || fraction.contains('.')
        {
            return Err(wrong());
        }
        let parse = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<i128>().map_err(|_| wrong()) };
        let scale = 10_i128.pow(u32::try_from(fraction.len()).map_err(|_| wrong())?);
        let nano = parse(whole)?
            .checked_mul(factor)
            .and_then(|whole| Some(whole + parse(fraction).ok()?.checked_mul(factor)? / scale))
            .ok_or_else(wrong)?;
        if nano == 0 {
            return Err("it has to be more than nothing".to_owned());
        }
        Ok(Self { text: text.to_owned(), nano })
    }
}

/// What a suffix stands for, in thousand-millionths. Negative amounts and exponents make no sense in a spec and are refused.
fn factor(suffix: &str) -> Option<i128> {
    const UNITS: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];
    const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let power = |base: i128, table: &[&str]| {
        table.iter().position(|unit| *unit == suffix).map(|at| base.pow(u32::try_from(at).unwrap_or_default()) * NANO)
    };
    match suffix {
        "m" => Some(NANO / 1000),
        _ => power(1000, &UNITS).or_else(|| power(1024, &BINARY)),
    }
}

impl TryFrom<String> for Quantity {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Quantity> for String {
    fn from(quantity: Quantity) -> Self {
        quantity.text
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "quantity", "examples": ["512Mi"] })
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_mean_what_the_api_server_makes_of_them() {
        let cases = [
            ("512Mi", 536_870_912_000),
            ("1Gi", 1_073_741_824_000),
            (".5", 500),
            ("0.1Ki", 102_400),
            ("250m", 250),
            ("1k", 1_000_000),
            ("1.5G", 1_500_000_000_000),
        ];
        for (text, thousandths) in cases {
            assert_eq!(text.parse::<Quantity>().expect(text).thousandths(), thousandths, "{text}");
        }
        for text in ["", "1GB", "1 Gi", "-1", "1e3", "Mi", "1..2", "0", "٣Mi", "99999999999999999999Ei"] {
            assert!(text.parse::<Quantity>().is_err(), "{text}");
        }
    }

    #[test]
    fn amounts_are_written_in_the_largest_whole_unit() {
        assert_eq!(Quantity::mebibytes(2048).as_str(), "2Gi");
        assert_eq!(Quantity::mebibytes(640).as_str(), "640Mi");
        assert_eq!(Quantity::millicores(1000).as_str(), "1");
        assert_eq!(Quantity::millicores(50).as_str(), "50m");
    }
}
