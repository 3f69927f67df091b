//! From a merged document to a typed spec that holds: shape by the schema, words by their own types.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::profile::{Layer, LayerKind, Merged, Placed, Placeholder, placeholders, repeated_items};
use crate::schema::diagnose;
use crate::schema::validate::{Finding, FindingKind, Validator};
use crate::source::{NodeSpan, Sources, Span};
use crate::spec::{Document, Metadata, Spec};

/// A spec in which every word is legal, with the place of each. Having one proves that validation succeeded.
#[derive(Debug, Clone)]
pub struct ValidatedSpec {
    document: Document,
    said: Value,
    provenance: BTreeMap<String, Placed>,
    profile: String,
    placeholders: Vec<Placeholder>,
}

impl ValidatedSpec {
    /// What is installed.
    pub fn spec(&self) -> &Spec {
        &self.document.spec
    }

    /// What the layers say together, without defaults.
    pub fn said(&self) -> &Value {
        &self.said
    }

    /// What it is called and where it goes.
    pub fn metadata(&self) -> &Metadata {
        &self.document.metadata
    }

    /// The profile it was merged with.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Values that the profile could only guess.
    pub fn placeholders(&self) -> &[Placeholder] {
        &self.placeholders
    }

    /// Where a value such as `scaling.max` came from; none when it is a built-in default.
    pub fn placed(&self, path: &str) -> Option<&Placed> {
        self.provenance.get(&pointer_of(path))
    }

    /// The place of the value at a JSON pointer from the root of the document, whose steps may hold dots and slashes.
    pub fn located(&self, pointer: &str) -> Option<NodeSpan> {
        self.provenance.get(pointer).map(|placed| placed.span)
    }

    /// Whether the user, not a profile, said this.
    pub fn said_by_user(&self, path: &str) -> bool {
        self.placed(path).is_some_and(|placed| matches!(placed.kind, LayerKind::File | LayerKind::Setting))
    }

    /// The place to show for a value: its own, or that of the nearest section around it that any layer names.
    pub fn span(&self, path: &str) -> Option<Span> {
        let whole = pointer_of(path);
        let mut pointer = whole.clone();
        loop {
            if let Some(NodeSpan { key, value }) = self.located(&pointer) {
                return Some(if pointer == whole { value } else { key.unwrap_or(value) });
            }
            let parent = pointer.rfind('/')?;
            if parent == 0 {
                return None;
            }
            pointer.truncate(parent);
        }
    }
}

/// The JSON pointer of a path as users write it: `scaling.max`, `metadata.name`.
pub fn pointer_of(path: &str) -> String {
    let envelope = path.starts_with("metadata") || matches!(path, "profile" | "apiVersion" | "kind");
    let prefix = if envelope { "" } else { "/spec" };
    format!("{prefix}/{}", path.replace('.', "/"))
}

/// Checks every file by itself. A setting names one value, which is judged where it is merged into.
pub fn layers(sources: &Sources, user: &[Layer], validator: &Validator, diagnostics: &mut Diagnostics) {
    // Where something could not be read stands a null, which says nothing about the user's value.
    let illegible = diagnostics.has_errors();
    let is_gap = |finding: &Finding| matches!(&finding.kind, FindingKind::WrongType { found: Value::Null, .. });
    for layer in user.iter().filter(|layer| layer.kind == LayerKind::File) {
        let mut findings = validator.layer.findings(&layer.document.value);
        findings.retain(|finding| !(illegible && is_gap(finding)));
        let locate = |pointer: &str| layer.document.spans.get(pointer).copied();
        add_new(diagnose::diagnostics(sources, &findings, locate), diagnostics);
    }
    // Each layer for itself as well as the whole, where items of one key may have been merged already.
    for Layer { document, .. } in user {
        diagnostics.extend(repeated_items(&document.value, |pointer| document.spans.get(pointer).copied()));
    }
}

/// Checks what all layers say together, and types it. None when there were errors, in a layer or in the whole.
pub fn validate(
    sources: &Sources,
    merged: Merged,
    validator: &Validator,
    diagnostics: &mut Diagnostics,
) -> Option<ValidatedSpec> {
    let locate = |pointer: &str| -> Option<NodeSpan> { merged.provenance.get(pointer).map(|placed| placed.span) };
    let findings = validator.merged.findings(&merged.value);
    add_new(diagnose::diagnostics(sources, &findings, locate), diagnostics);
    add_new(repeated_items(&merged.value, locate), diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let placeholders = placeholders(&merged);
    warn_of_placeholders(&placeholders, diagnostics);
    let Merged { mut value, provenance, profile } = merged;
    write_whole_numbers(&mut value);
    match serde_path_to_error::deserialize::<_, Document>(&value) {
        Ok(document) => Some(ValidatedSpec { document, said: value["spec"].take(), provenance, profile, placeholders }),
        Err(error) => {
            let path = error.path().to_string();
            let mut diagnostic =
                Diagnostic::new(Code::WrongType, format!("`{path}` cannot be read: {}", error.inner()));
            if let Some(placed) = provenance.get(&format!("/{}", path.replace('.', "/"))) {
                diagnostic = diagnostic.at(placed.span.value, "");
            }
            diagnostics.push(diagnostic);
            None
        }
    }
}

/// Adds findings but for those at places where an error was found before: a key that is given twice, or that its own layer
/// refuses, need not be judged again.
fn add_new(findings: Vec<Diagnostic>, diagnostics: &mut Diagnostics) {
    let place = |diagnostic: &Diagnostic| diagnostic.primary.as_ref().map(|label| label.span);
    let errors = diagnostics.iter().filter(|known| known.severity == Severity::Error);
    let known: Vec<Span> = errors.filter_map(place).collect();
    diagnostics.extend(findings.into_iter().filter(|finding| place(finding).is_none_or(|span| !known.contains(&span))));
}

/// To JSON Schema `6.0` is a whole number, to the types only `6` is.
fn write_whole_numbers(value: &mut Value) {
    /// Up to here every whole number has a floating-point number of its own.
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Object(map) => map.values_mut().for_each(write_whole_numbers),
        Value::Array(list) => list.iter_mut().for_each(write_whole_numbers),
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < LARGEST);
            if let Some(whole) = whole {
                *value = Value::from(whole as i64);
            }
        }
        _ => {}
    }
}

fn warn_of_placeholders(placeholders: &[Placeholder], diagnostics: &mut Diagnostics) {
    for Placeholder { path, value, span } in placeholders {
        let message = format!("`{path}` is still a placeholder, `{value}`");
        let mut diagnostic = Diagnostic::new(Code::PlaceholderLeft, message)
            .help(format!("write your own into `memos.yaml`, or say `--set {path}=…`"));
        if let Some(span) = span {
            diagnostic = diagnostic.at(*span, "leads nowhere");
        }
        diagnostics.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::compile::{Input, validated, validator};
    use crate::diagnostic::Diagnostics;
    use crate::source::{Origin, Sources};

    /// The codes that are reported for one file, and whether it is a spec.
    fn read(text: &str) -> (Vec<&'static str>, bool) {
        let mut sources = Sources::default();
        let files = vec![sources.add("memos.yaml", text, Origin::File)];
        let input = Input { profile: Some("dev".to_owned()), files, ..Input::default() };
        let mut diagnostics = Diagnostics::default();
        let spec = validated(&mut sources, &input, &validator(), &mut diagnostics);
        let errors = diagnostics.iter().filter(|found| found.severity == crate::diagnostic::Severity::Error);
        (errors.map(|found| found.code.text()).collect(), spec.is_some())
    }

    #[test]
    fn a_whole_number_may_have_a_point() {
        assert_eq!(read("spec: {load: {users: 6.0}}"), (vec![], true));
        assert_eq!(read("spec: {load: {users: 6.5}}"), (vec!["MG0202"], false));
    }

    #[test]
    fn the_profile_says_the_envelope_where_a_file_leaves_it_out() {
        assert_eq!(read("spec: {load: {size: small}}"), (vec![], true));
        assert_eq!(read("apiVersion: v1\nkind: Secret"), (vec!["MG0210", "MG0210"], false));
    }
}
