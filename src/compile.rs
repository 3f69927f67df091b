//! The whole way from texts to a validated spec, a plan, and checked objects.

use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::profile::{self, Layer, LayerKind};
use crate::schema::validate::Validator;
use crate::source::{FileId, Sources, setting, yaml};
use crate::spec;
use crate::validate::{self, ValidatedSpec};

/// The schema of the spec, as it is checked in under `schema/`.
pub const SCHEMA: &str = include_str!("../schema/memos.v1alpha1.schema.json");

/// What is compiled, as texts already in [`Sources`].
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// `--profile`.
    pub profile: Option<String>,
    /// Spec files in order.
    pub files: Vec<FileId>,
    /// `--set` texts in order.
    pub settings: Vec<FileId>,
}

/// The validator of spec documents.
pub fn validator() -> Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap_or_default();
    Validator::new(&schema, spec::scalar::FORMATS).expect("the checked-in schema compiles, a test builds it")
}

/// Reads, merges and validates. None when there were errors.
pub fn validated(
    sources: &mut Sources,
    input: &Input,
    validator: &Validator,
    diagnostics: &mut Diagnostics,
) -> Option<ValidatedSpec> {
    let mut layers = Vec::new();
    for file in &input.files {
        let document = yaml::parse(sources, *file, diagnostics);
        layers.extend(document.map(|document| Layer { kind: LayerKind::File, document }));
    }
    for file in &input.settings {
        let setting = setting::parse(sources, *file, diagnostics);
        layers.extend(setting.map(|setting| Layer { kind: LayerKind::Setting, document: setting.document }));
    }
    if diagnostics.has_errors() {
        return None;
    }
    let merged = profile::merge(sources, input.profile.as_deref(), &layers, diagnostics)?;
    validate::validate(sources, merged, &layers, validator, diagnostics)
}
