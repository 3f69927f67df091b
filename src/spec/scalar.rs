//! Words of the spec that are more than text: each is checked once, when it is read.

mod image;
mod quantity;

pub use image::ImageReference;
pub use quantity::Quantity;

use std::str::FromStr;

use ipnet::IpNet;

/// Checks a text; the error says what is wrong with it, in words that can follow a colon.
pub type Check = fn(&str) -> Result<(), String>;

/// A text type that can only hold what its check lets through.
macro_rules! checked_text {
    ($(#[$docs:meta])* $name:ident, $format:literal, $example:literal, $check:path) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, serde::Serialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// A value that is part of the program; the check is a debug assertion.
            pub fn literal(text: &'static str) -> Self {
                debug_assert!($check(text).is_ok(), "`{text}` is not a legal {}", $format);
                Self(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                $check(&text).map(|()| Self(text))
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": $format, "examples": [$example] })
            }

            fn inline_schema() -> bool {
                true
            }
        }
    };
}
pub(crate) use checked_text;

checked_text! {
    /// A name of a Kubernetes object: RFC 1123 label, at most 63 characters.
    Name, "dns-label", "memos", check_dns_label
}
checked_text! {
    /// A host name: RFC 1123 subdomain, at most 253 characters.
    HostName, "dns-name", "memos.example.com", check_dns_name
}
checked_text! {
    /// The name of a GatewayClass: RFC 1123 subdomain.
    GatewayClassName, "dns-name", "istio", check_dns_name
}
checked_text! {
    /// The name of an IngressClass: RFC 1123 subdomain.
    IngressClassName, "dns-name", "traefik", check_dns_name
}
checked_text! {
    /// The name of a PriorityClass: RFC 1123 subdomain.
    PriorityClassName, "dns-name", "important", check_dns_name
}
checked_text! {
    /// An address range such as `10.0.0.0/16`, without bits set behind its prefix.
    Cidr, "cidr", "10.0.0.0/16", check_cidr
}
checked_text! {
    /// A release of Memos: `major.minor.patch`.
    MemosVersion, "memos-version", "0.30.0", check_version
}
checked_text! {
    /// A minor version of Kubernetes, quoted, because `1.30` is a number otherwise.
    KubernetesVersion, "kubernetes-version", "1.34", check_kubernetes_version
}
checked_text! {
    /// An absolute `http` or `https` address without user, query or fragment.
    HttpUrl, "http-url", "https://memos.example.com", check_http_url
}
checked_text! {
    /// A length of time in Go's notation with whole seconds, minutes or hours: `30s`, `5m`, `1h`.
    Seconds, "seconds", "30s", check_seconds
}

impl Seconds {
    /// The length in seconds.
    pub fn get(&self) -> u32 {
        parse_seconds(&self.0).unwrap_or_default()
    }
}

impl MemosVersion {
    /// Major, minor and patch for comparisons.
    pub fn numbers(&self) -> (u32, u32, u32) {
        let mut parts = self.0.split('.').map(|part| part.parse().unwrap_or_default());
        let mut next = || parts.next().unwrap_or_default();
        (next(), next(), next())
    }
}

impl KubernetesVersion {
    /// The minor version: 34 of `1.34`.
    pub fn minor(&self) -> u32 {
        self.0.rsplit('.').next().and_then(|minor| minor.parse().ok()).unwrap_or_default()
    }
}

impl Cidr {
    /// The range in parsed form.
    pub fn net(&self) -> IpNet {
        IpNet::from_str(&self.0).unwrap_or_else(|_| IpNet::V4(ipnet::Ipv4Net::default()))
    }
}

pub(crate) fn check_dns_label(text: &str) -> Result<(), String> {
    if text.is_empty() || text.len() > 63 {
        return Err(format!("a name has 1 to 63 characters, this has {}", text.chars().count()));
    }
    check_label_characters(text)
}

fn check_label_characters(text: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if let Some(bad) = text.chars().find(|&c| !legal(c)) {
        return Err(format!("only lower-case letters, digits and `-` are allowed, not `{}`", bad.escape_debug()));
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Err("it has to begin and end with a letter or digit".to_owned());
    }
    Ok(())
}

pub(crate) fn check_dns_name(text: &str) -> Result<(), String> {
    if text.is_empty() || text.len() > 253 {
        return Err(format!("a host name has 1 to 253 characters, this has {}", text.chars().count()));
    }
    for label in text.split('.') {
        if label.is_empty() {
            return Err("two dots follow each other, or one stands at an end".to_owned());
        }
        check_dns_label(label)?;
    }
    Ok(())
}

pub(crate) fn check_cidr(text: &str) -> Result<(), String> {
    let net = IpNet::from_str(text).map_err(|_| "write an address range such as `10.0.0.0/16`".to_owned())?;
    if net.addr() == net.network() {
        return Ok(());
    }
    Err(format!("bits are set behind the prefix: write `{}`", net.trunc()))
}

pub(crate) fn check_quantity(text: &str) -> Result<(), String> {
    Quantity::from_str(text).map(|_| ())
}

pub(crate) fn check_image(text: &str) -> Result<(), String> {
    ImageReference::from_str(text).map(|_| ())
}

pub(crate) fn check_version(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.len() < 6 && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(number) {
        return Ok(());
    }
    Err("write a full release without `v`, such as `0.30.0`".to_owned())
}

pub(crate) fn check_kubernetes_version(text: &str) -> Result<(), String> {
    let supported = SUPPORTED_KUBERNETES;
    if supported.contains(&text) {
        return Ok(());
    }
    Err(format!("supported are {}", supported.map(|version| format!("`{version}`")).join(", ")))
}

/// The minor versions whose API every emitted object is checked against.
pub const SUPPORTED_KUBERNETES: [&str; 5] = ["1.33", "1.34", "1.35", "1.36", "1.37"];

pub(crate) fn check_http_url(text: &str) -> Result<(), String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return Err("it has to begin with `https://` or `http://`".to_owned()) };
    if let Some(bad) = rest.chars().find(|c| c.is_whitespace() || c.is_control() || "?#@".contains(*c)) {
        return Err(format!("user, query and fragment are not allowed, and `{}` is there", bad.escape_debug()));
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "1"));
    if port.parse::<u16>().is_err() {
        return Err(format!("`{port}` is not a port"));
    }
    check_dns_name(host)
}

/// The length in seconds; none when it is no length.
pub(crate) fn parse_seconds(text: &str) -> Option<u32> {
    let unit = text.chars().last()?;
    let number = &text[..text.len() - unit.len_utf8()];
    if number.is_empty() || number.len() > 6 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    number.parse::<u32>().ok()?.checked_mul(factor)
}

pub(crate) fn check_seconds(text: &str) -> Result<(), String> {
    parse_seconds(text).map(|_| ()).ok_or_else(|| "write whole seconds, minutes or hours: `30s`, `5m`, `1h`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_takes_what_it_should_and_says_why_not() {
        let cases: &[(Check, &str, Result<(), &str>)] = &[
            (check_dns_label, "memos-2", Ok(())),
            (check_dns_label, "Memos", Err("only lower-case letters, digits and `-` are allowed, not `M`")),
            (check_dns_label, "-a", Err("it has to begin and end with a letter or digit")),
            (check_dns_name, "a..b", Err("two dots follow each other, or one stands at an end")),
            (check_cidr, "10.0.0.0/16", Ok(())),
            (check_cidr, "10.0.0.1/16", Err("bits are set behind the prefix: write `10.0.0.0/16`")),
            (check_cidr, "2001:db8::/32", Ok(())),
            (check_version, "0.30.0", Ok(())),
            (check_version, "v0.30.0", Err("write a full release without `v`, such as `0.30.0`")),
            (check_http_url, "https://memos.example.com/x", Ok(())),
            (check_http_url, "ftp://x", Err("it has to begin with `https://` or `http://`")),
            (check_http_url, "https://a@b", Err("user, query and fragment are not allowed, and `@` is there")),
            (check_seconds, "90m", Ok(())),
            (check_seconds, "1.5s", Err("write whole seconds, minutes or hours: `30s`, `5m`, `1h`")),
        ];
        for (check, text, expected) in cases {
            assert_eq!(check(text).as_ref().copied().map_err(String::as_str), *expected, "{text}");
        }
        assert_eq!(parse_seconds("2h"), Some(7200));
        assert_eq!(MemosVersion::literal("0.30.1").numbers(), (0, 30, 1));
        assert_eq!(KubernetesVersion::literal("1.34").minor(), 34);
    }
}
