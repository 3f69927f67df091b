//! What the profiles say about themselves, and that every code is explained.

use super::trial::findings;
use crate::diagnostic::{Code, Severity};

/// Everything but placeholders that a profile, or a spec on it, brings up.
fn said(profile: &str, body: &str) -> Vec<String> {
    let (_, diagnostics) = findings(profile, body);
    let line = |finding: &crate::diagnostic::Diagnostic| {
        format!("{} {}: {}", finding.severity.word(), finding.code.text(), finding.message)
    };
    diagnostics.iter().filter(|finding| finding.code != Code::PlaceholderLeft).map(line).collect()
}

#[test]
fn show() {
    for profile in ["dev", "production", "aws", "gcp", "azure"] {
        println!("== {profile}");
        for line in said(profile, "") {
            println!("{line}");
        }
        println!("== {profile} stock");
        for line in said(profile, "memos: {version: 0.30.0}") {
            println!("{line}");
        }
    }
    let _ = Severity::Error;
}
