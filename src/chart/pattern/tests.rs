use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::string::string_regex;

use super::*;
use crate::schema::shape::FORMATS;
use crate::spec::scalar::{Check, check_quantity};

/// The format's own check; those of the chart alone are checked by what the API server and the compiler allow.
fn check(format: &str) -> Check {
    match format {
        "cpu" | "memory" => check_quantity,
        "annotation-key" => |text| crate::check::legal_key(text).then_some(()).ok_or_else(String::new),
        "label-value" => |text| crate::check::legal_value(text).then_some(()).ok_or_else(String::new),
        _ => FORMATS.iter().find(|(name, _)| *name == format).expect(format).1,
    }
}

fn accepts(pattern: &Pattern) -> impl Fn(&str) -> bool {
    let validator = jsonschema::validator_for(&pattern.keywords()).unwrap();
    move |text| validator.is_valid(&json!(text))
}

#[test]
fn every_format_of_an_offered_field_has_a_pattern() {
    let known: Vec<&str> = patterns().iter().map(|pattern| pattern.format).collect();
    assert!(known.is_sorted());
    let offered = crate::chart::field::offered();
    for field in offered.fields() {
        for schema in field.forms.iter().flat_map(|form| [&form.schema, &form.schema["items"]]) {
            let format = format_of(&field.path, schema);
            assert!(format.is_none_or(|format| known.contains(&format)), "{}: {format:?}", field.path);
        }
    }
}

#[test]
fn texts_that_users_write_are_accepted() {
    let long = format!("https://memos.example.com/{}", "x".repeat(240));
    let digest = format!("registry.example.com:5000/team/memos@sha256:{}", "0a".repeat(32));
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("annotation-key", &["team", "example.com/team", "a.b-c.d/A_b.c"], &["/a", "a/", "A.b/c", "a b", ""]),
        ("bucket-name", &["abc", "memos-attachments", "a.b.c"], &["ab", "a..b", "A-b"]),
        (
            "cidr",
            &[
                "0.0.0.0/0",
                "10.0.0.0/8",
                "10.20.0.0/15",
                "172.16.0.0/12",
                "192.168.1.0/24",
                "192.0.2.64/26",
                "192.0.2.1/32",
                "100.64.0.0/10",
                "::/0",
                "fc00::/7",
                "fd00::/8",
                "2001:db8::/32",
                "2001:db8:0:4::/62",
                "2001:db8::1/128",
                "2001:db8:1:2:3:4:5:6/128",
                "2000::/3",
                "64:ff9b::/96",
                "2001:DB8::/48",
            ],
            &["10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "010.0.0.0/8", "fd00::", "fd00::/129", "fg00::/8", "/8"],
        ),
        ("cpu", &["250m", "2", "1"], &["0", "0.5", "1.5", "-1", "m", "1k", "0m"]),
        ("database-name", &["memos", "Memos_1@x.y-z"], &["", "a b", "a/b"]),
        ("dns-label", &["a", "memos-2"], &["", "-a", "a-", "A", "a.b"]),
        ("dns-name", &["a", "memos.example.com"], &["", "a..b", ".a", "a.-b"]),
        (
            "http-url",
            &["http://a", "https://memos.example.com", "https://memos.example.com:8443/x/y%20z", "http://a:65535/"],
            &[
                "ftp://a",
                "https://a:65536",
                "https://a?b",
                "https://a@b",
                "https://a/ b",
                "https://",
                "https://a/#",
                long.as_str(),
            ],
        ),
        (
            "image-reference",
            &[
                "postgres:18",
                "valkey/valkey:8.1-alpine",
                "ghcr.io/usememos/memos:0.30.0",
                "localhost/x:1",
                "localhost:5000/x/y:1",
                "a.b:1",
                digest.as_str(),
            ],
            &["postgres", "a_b.c/d:1", "Memos:1", "a//b:1", "host:65536/x:1", "x:1@sha256:00", "a:-1", ""],
        ),
        ("instance-connection-name", &["p:r:i", "example.com:p:r:i"], &["p:r", "p::i", "P:r:i", "a:b:c:d:e"]),
        ("label-value", &["", "a", "A_b.c-1"], &["-a", "a b", "a/b"]),
        ("memory", &["512Mi", "10Gi"], &["0Mi", "1Ti", "1.5Gi", "512M", "512", "01Mi"]),
        ("memos-version", &["0.30.0", "12.0.1"], &["v0.30.0", "0.30", "0.30.0-rc1"]),
        ("redis-key-prefix", &["memos", "a:b"], &["", "a b", "*"]),
        ("seconds", &["30s", "5m", "1h", "0s"], &["1.5s", "s", "30", "1d"]),
        ("secret-key", &["tls.crt", ".hidden", "_a"], &["", ".", "..", "..a", "a/b"]),
    ];
    let patterns = patterns();
    assert_eq!(
        cases.iter().map(|case| case.0).collect::<Vec<_>>(),
        patterns.iter().map(|p| p.format).collect::<Vec<_>>()
    );
    for (pattern, (format, accepted, refused)) in patterns.iter().zip(cases) {
        let accepts = accepts(pattern);
        for text in *accepted {
            assert!(accepts(text) && check(format)(text).is_ok(), "{format}: {text}");
        }
        for text in *refused {
            assert!(!accepts(text), "{format}: {text}");
        }
    }
}

/// Texts made from the patterns themselves: what a pattern accepts, the compiler accepts.
#[test]
fn nothing_is_accepted_that_the_format_refuses() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for pattern in patterns().into_iter().filter(|pattern| pattern.format != "cidr") {
        let accepts = accepts(&pattern);
        let made = string_regex(pattern.pattern.trim_start_matches('^').trim_end_matches('$')).unwrap();
        let check = check(pattern.format);
        let mut accepted = 0;
        for _ in 0..500 {
            let text = made.new_tree(&mut runner).unwrap().current();
            if accepts(&text) {
                accepted += 1;
                assert_eq!(check(&text), Ok(()), "{}: {text}", pattern.format);
            }
        }
        assert!(accepted > 25, "{}: {accepted}", pattern.format);
    }
}

/// What the template goes by beside the shape.
fn is_ipv6(text: &str) -> bool {
    use std::sync::LazyLock;
    static IPV6: LazyLock<regex::Regex> = LazyLock::new(|| regex::Regex::new(&address::ipv6()).unwrap());
    IPV6.is_match(text)
}

/// Every legal range of IPv4 has the shape, and no other that no bits behind the prefix make illegal.
#[test]
fn ranges_of_ipv4_are_told_exactly() {
    let pattern = patterns().into_iter().find(|pattern| pattern.format == "cidr").unwrap();
    let accepts = accepts(&pattern);
    let mut bits: u32 = 0x9E37_79B9;
    for round in 0..20_000_u32 {
        bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let prefix = round % 34;
        let text = format!("{}/{prefix}", std::net::Ipv4Addr::from(bits));
        let network = format!(
            "{}/{prefix}",
            std::net::Ipv4Addr::from(
                bits.checked_shr(32 - prefix.min(32))
                    .map_or(0, |kept| kept.checked_shl(32 - prefix.min(32)).unwrap_or(0))
            )
        );
        assert_eq!(accepts(&text), check("cidr")(&network).is_ok(), "{text}");
        assert!(!is_ipv6(&text));
    }
}

/// Texts made from the pattern of IPv6: what it accepts has the shape and is legal.
#[test]
fn ranges_of_ipv6_are_legal() {
    let pattern = patterns().into_iter().find(|pattern| pattern.format == "cidr").unwrap();
    let accepts = accepts(&pattern);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let made = string_regex(address::ipv6().trim_start_matches('^').trim_end_matches('$')).unwrap();
    for _ in 0..2000 {
        let text = made.new_tree(&mut runner).unwrap().current();
        assert!(accepts(&text) && check("cidr")(&text).is_ok(), "{text}");
    }
    for text in ["fd00::/8", "2001:db8:0:4::/62", "2001:db8::1/128", "2001:db8:1:2:3:4:5:6/128", "64:ff9b::/96"] {
        assert!(is_ipv6(text), "{text}");
    }
    for text in ["2001:db8::1/64", "2001:db8::1::/128", "2001:db8:0:5::/62"] {
        assert!(!is_ipv6(text), "{text}");
    }
}

proptest! {
    /// Texts of the alphabets that users write, whatever they look like.
    #[test]
    fn random_texts_are_accepted_by_the_format_when_by_the_pattern(text in "[a-zA-Z0-9._:/@*% -]{0,24}|[0-9a-f:]{2,20}/[0-9]{1,3}|[a-z0-9./:]{1,20}:[a-z0-9]{1,3}") {
        for pattern in patterns() {
            if pattern.format != "cidr" || (text.contains('/') && is_ipv6(&text)) {
                let short = regular(&pattern, &text);
                prop_assert!(!short || check(pattern.format)(&text).is_ok(), "{}: {}", pattern.format, text);
            }
        }
    }
}

/// Validators are made once, because making them is most of the work.
fn regular(pattern: &Pattern, text: &str) -> bool {
    use std::sync::LazyLock;
    static VALIDATORS: LazyLock<Vec<(&str, jsonschema::Validator)>> = LazyLock::new(|| {
        patterns()
            .into_iter()
            .map(|pattern| (pattern.format, jsonschema::validator_for(&pattern.keywords()).unwrap()))
            .collect()
    });
    VALIDATORS.iter().any(|(format, validator)| *format == pattern.format && validator.is_valid(&json!(text)))
}
