//! What an explanation is about: one compilation, and where each word of its spec came from.

use serde_json::{Value, json};

use crate::compile::Compilation;
use crate::profile::{LayerKind, Merged};
use crate::schema::fields::Field;
use crate::source::Sources;
use crate::spec;

/// One compilation with its texts.
#[derive(Debug)]
pub struct Given<'a> {
    /// What was compiled.
    pub(super) compilation: &'a Compilation,
    /// Its layers, with the place of each value.
    pub(super) merged: &'a Merged,
    /// The texts.
    pub(super) sources: &'a Sources,
    /// The fields of the schema.
    pub(super) fields: &'a [Field],
    /// Whether `--profile` chose the profile, and not a text.
    pub(super) profile_by_argument: bool,
    /// The document after all layers and defaults.
    pub(super) document: Value,
}

impl<'a> Given<'a> {
    /// `merged` is what `compilation` was made from.
    pub fn new(
        compilation: &'a Compilation,
        merged: &'a Merged,
        sources: &'a Sources,
        fields: &'a [Field],
        profile_by_argument: bool,
    ) -> Self {
        let validated = &compilation.validated;
        let document = json!({
            "apiVersion": spec::API_VERSION,
            "kind": spec::KIND,
            "metadata": validated.metadata(),
            "profile": validated.profile(),
            "extends": merged.value.get("extends"),
            "spec": validated.spec(),
        });
        Self { compilation, merged, sources, fields, profile_by_argument, document }
    }

    /// The value at a JSON pointer; none when nothing but the plan says anything.
    pub(super) fn value(&self, pointer: &str) -> Option<&Value> {
        self.document.pointer(pointer).filter(|value| !value.is_null())
    }

    /// The layer and the place that a value came from.
    pub(super) fn origin(&self, pointer: &str) -> String {
        if pointer == "/profile" && self.profile_by_argument {
            return "`--profile`".to_owned();
        }
        let Some(placed) = self.merged.provenance.get(pointer) else {
            let set = self.value(pointer).is_some();
            return if set { "the built-in default" } else { "no layer; the plan decides" }.to_owned();
        };
        let span = placed.span.value;
        match placed.kind {
            LayerKind::Profile => format!("the profile, {}", self.sources.location(span)),
            LayerKind::StockImage => "what follows from taking a published image".to_owned(),
            LayerKind::File => self.sources.location(span),
            LayerKind::Setting => format!("`--set {}`", self.sources.get(span.file).text),
        }
    }
}
