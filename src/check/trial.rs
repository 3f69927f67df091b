//! Compiles short specs for the tests of rules.

use std::sync::LazyLock;

use super::check;
use crate::compile::{Input, validated, validator};
use crate::component;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::plan;
use crate::schema::validate::Validator;
use crate::source::{Origin, Sources};

static VALIDATOR: LazyLock<Validator> = LazyLock::new(validator);

/// Everything that is said about a spec: `profile` as it is, with `body` below `spec:`.
pub(super) fn findings(profile: &str, body: &str) -> (Sources, Diagnostics) {
    let indented: String = body.lines().map(|line| format!("  {line}\n")).collect();
    let spec = if indented.is_empty() { "spec: {}\n".to_owned() } else { format!("spec:\n{indented}") };
    let text = format!("apiVersion: memos-gen.dev/v1alpha1\nkind: Memos\nprofile: {profile}\n{spec}");
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let file = sources.add("memos.yaml", text, Origin::File);
    let input = Input { profile: None, files: vec![file], settings: Vec::new() };
    let spec = validated(&mut sources, &input, &VALIDATOR, &mut diagnostics)
        .unwrap_or_else(|| panic!("{body}: {}", crate::diagnostic::render::text(&sources, &diagnostics, false)));
    let plan = plan(&spec);
    let objects = component::build(&plan);
    check(&spec, &plan, objects, &mut diagnostics);
    (sources, diagnostics)
}

/// The findings of one code.
pub(super) fn of(code: Code, profile: &str, body: &str) -> Vec<Diagnostic> {
    findings(profile, body).1.iter().filter(|finding| finding.code == code).cloned().collect()
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

/// The text that the user's own word stands in, by the first finding of a code.
#[track_caller]
pub(super) fn shown(code: Code, profile: &str, body: &str) -> String {
    let (sources, diagnostics) = findings(profile, body);
    let finding = diagnostics.iter().find(|finding| finding.code == code).expect("it fires");
    let span = finding.primary.as_ref().expect("it has a place").span;
    sources.get(span.file).text[span.start..span.end].to_owned()
}
