//! Values of a profile that only the user can know: legal, typed, and leading nowhere.

use serde_json::Value;

use super::Merged;
use crate::source::{Span, pointer_join};

/// A value that still has to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Its path without `spec.`, such as `database.host`.
    pub path: String,
    /// The placeholder itself.
    pub value: String,
    /// Its place: in the profile, or where the user wrote it again.
    pub span: Option<Span>,
}

/// Every placeholder left in the merged document, in the order of their paths.
pub fn placeholders(merged: &Merged) -> Vec<Placeholder> {
    let mut found = Vec::new();
    collect(&merged.value, "", merged, &mut found);
    found
}

fn collect(value: &Value, pointer: &str, merged: &Merged, found: &mut Vec<Placeholder>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(value, &pointer_join(pointer, key), merged, found);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                collect(value, &pointer_join(pointer, &at.to_string()), merged, found);
            }
        }
        Value::String(text) if is_placeholder(text) => {
            // Whoever wrote it, it leads nowhere: most often it is a line of `init`'s that nobody has filled in.
            found.push(Placeholder {
                path: crate::schema::dotted(pointer),
                value: text.clone(),
                span: merged.provenance.get(pointer).map(|placed| placed.span.value),
            });
        }
        _ => {}
    }
}

/// Whether a text cannot mean anything real: the names and addresses that RFC 2606 and RFC 5737 set aside, and zero accounts.
pub fn is_placeholder(text: &str) -> bool {
    let host_part = text.split(['/', ':']).any(|part| part.ends_with(".invalid"));
    host_part
        || text.starts_with("192.0.2.")
        || text.contains(":000000000000:")
        || text.starts_with("placeholder-")
        || text.contains("/placeholder-")
        || text.contains("@placeholder-")
        || text == "fs-00000000000000000"
        || text == "00000000-0000-0000-0000-000000000000"
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn only_values_that_lead_nowhere_are_placeholders() {
        for text in [
            "memos.example.invalid",
            "registry.invalid/memos:0.30.0",
            "https://s3.invalid",
            "192.0.2.0/24",
            "arn:aws:acm:eu-central-1:000000000000:certificate/x",
            "placeholder-project:region:instance",
            "fs-00000000000000000",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["memos.example.com", "invalidated.example.com", "192.0.20.0/24", "invalid", "fs-0123"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
