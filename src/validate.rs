//! From a merged document to a typed spec that holds: shape by the schema, words by their own types.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::profile::{Layer, LayerKind, Merged, Placed, Placeholder, placeholders};
use crate::schema::diagnose;
use crate::schema::validate::{FindingKind, Validator};
use crate::source::{NodeSpan, Sources, Span};
use crate::spec::{Document, Metadata, Spec};

/// A spec in which every word is legal, with the place of each. Having one proves that validation succeeded.
#[derive(Debug, Clone)]
pub struct ValidatedSpec {
    document: Document,
    provenance: BTreeMap<String, Placed>,
    profile: String,
    placeholders: Vec<Placeholder>,
}

impl ValidatedSpec {
    /// What is installed.
    pub fn spec(&self) -> &Spec {
        &self.document.spec
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

/// Checks every layer of the user's and the whole, and types it. None when there were errors.
pub fn validate(
    sources: &Sources,
    merged: Merged,
    user: &[Layer],
    validator: &Validator,
    diagnostics: &mut Diagnostics,
) -> Option<ValidatedSpec> {
    // A setting names one value in a document of its own, which the whole shows better; a file is shown whole.
    for layer in user.iter().filter(|layer| layer.kind == LayerKind::File) {
        let mut findings = validator.findings(&layer.document.value);
        findings.retain(|finding| !matches!(finding.kind, FindingKind::Missing { .. }));
        let locate = |pointer: &str| layer.document.spans.get(pointer).copied();
        diagnose::diagnostics(sources, &findings, locate).into_iter().for_each(|finding| diagnostics.push(finding));
    }
    if diagnostics.has_errors() {
        return None;
    }
    let locate = |pointer: &str| -> Option<NodeSpan> { merged.provenance.get(pointer).map(|placed| placed.span) };
    let findings = validator.findings(&merged.value);
    diagnose::diagnostics(sources, &findings, locate).into_iter().for_each(|finding| diagnostics.push(finding));
    if diagnostics.has_errors() {
        return None;
    }
    let placeholders = placeholders(&merged);
    warn_of_placeholders(&placeholders, diagnostics);
    let Merged { value, provenance, profile } = merged;
    match serde_path_to_error::deserialize::<_, Document>(value) {
        Ok(document) => Some(ValidatedSpec { document, provenance, profile, placeholders }),
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

fn warn_of_placeholders(placeholders: &[Placeholder], diagnostics: &mut Diagnostics) {
    for Placeholder { path, value, span } in placeholders {
        let message = format!("`{path}` is still the profile's placeholder `{value}`");
        let mut diagnostic = Diagnostic::new(Code::PlaceholderLeft, message)
            .help(format!("write your own into `memos.yaml`, or say `--set {path}=…`"));
        if let Some(span) = span {
            diagnostic = diagnostic.at(*span, "leads nowhere");
        }
        diagnostics.push(diagnostic);
    }
}
