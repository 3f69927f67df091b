//! Tries rules on short specs.

use super::sample::compile;
use crate::diagnostic::{Code, Diagnostic};

/// The findings of one code.
pub(super) fn of(code: Code, profile: &str, body: &str) -> Vec<Diagnostic> {
    compile(profile, body).diagnostics.iter().filter(|finding| finding.code == code).cloned().collect()
}

/// A rule that fires: the message, and the first line of help.
#[track_caller]
pub(super) fn fires(code: Code, profile: &str, body: &str, message: &str, help: &str) {
    let found = of(code, profile, body);
    let first = found.first().unwrap_or_else(|| panic!("{} does not fire on:\n{body}", code.text()));
    assert_eq!(first.message, message, "{}", code.text());
    assert_eq!(first.help.first().map(String::as_str), Some(help), "{}", code.text());
}

/// A rule that nearly fires.
#[track_caller]
pub(super) fn rests(code: Code, profile: &str, body: &str) {
    let found: Vec<String> = of(code, profile, body).into_iter().map(|finding| finding.message).collect();
    assert_eq!(found, Vec::<String>::new(), "{} on:\n{body}", code.text());
}

/// What the primary place of the first finding shows.
#[track_caller]
pub(super) fn shown(code: Code, profile: &str, body: &str) -> String {
    let compiled = compile(profile, body);
    let finding = compiled.diagnostics.iter().find(|finding| finding.code == code).expect("it fires");
    let span = finding.primary.as_ref().expect("it has a place").span;
    compiled.sources.get(span.file).text[span.start..span.end].to_owned()
}
