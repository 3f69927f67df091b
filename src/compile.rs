//! The whole way from texts to a validated spec, a plan, and checked objects.

use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::object::{Checked, ObjectSet};
use crate::plan::{self, Plan};
use crate::profile::{self, BuiltIn, Inherited, Layer, LayerKind};
use crate::schema::generate::generate;
use crate::schema::validate::Validator;
use crate::schema::{layer, shape};
use crate::source::{FileId, Sources, setting, yaml};
use crate::validate::{self, ValidatedSpec};
use crate::{check, component, spec};

/// Where the schemas are checked in, relative to the project: that of one layer, and that of all together.
pub const SCHEMA_PATHS: [&str; 2] = ["schema/memos.v1alpha1.schema.json", "schema/memos.v1alpha1.merged.schema.json"];

/// The schema of the merged document, made anew from the types.
pub fn merged_schema() -> Value {
    generate::<spec::Document>(
        "A Memos installation (memos-gen.dev/v1alpha1), all layers together",
        "https://memos-gen.dev/schema/memos.v1alpha1.merged.schema.json",
    )
}

/// The schema of a file, made anew from the types.
pub fn layer_schema() -> Value {
    layer::of(
        &merged_schema(),
        "A Memos installation (memos-gen.dev/v1alpha1)",
        "https://memos-gen.dev/schema/memos.v1alpha1.schema.json",
    )
}

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
pub const fn validator() -> Validator {
    shape::VALIDATOR
}

/// One installation, compiled.
#[derive(Debug)]
pub struct Compilation {
    /// The spec with the place of each value.
    pub validated: ValidatedSpec,
    /// Every decision.
    pub plan: Plan,
    /// The objects, in which every rule held.
    pub objects: ObjectSet<Checked>,
}

/// Reads the user's texts into layers, and validates each. None when a text cannot be read; a layer that is not valid is an
/// error, and is merged all the same to find what else is wrong.
pub fn layers(
    sources: &Sources,
    input: &Input,
    validator: &Validator,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Layer>> {
    let mut found = Diagnostics::default();
    let mut layers = Vec::new();
    for file in &input.files {
        let document = yaml::parse_what_is_legible(sources, *file, &mut found);
        layers.extend(document.map(|document| Layer { kind: LayerKind::File, document }));
    }
    for file in &input.settings {
        let setting = setting::parse(sources, *file, &mut found);
        layers.extend(setting.map(|setting| Layer { kind: LayerKind::Setting, document: setting.document }));
    }
    let readable = !found.has_errors();
    validate::layers(sources, &layers, validator, &mut found);
    diagnostics.extend(found.iter().cloned());
    readable.then_some(layers)
}

/// Reads, merges and validates. None when there were errors.
pub fn validated(
    sources: &mut Sources,
    input: &Input,
    validator: &Validator,
    diagnostics: &mut Diagnostics,
) -> Option<ValidatedSpec> {
    let layers = layers(sources, input, validator, diagnostics)?;
    let merged = profile::merge(sources, input.profile.as_deref(), &layers, diagnostics)?;
    validate::validate(sources, merged, validator, diagnostics)
}

/// The whole way. None when there were errors; with `strict`, warnings are errors.
pub fn compile(
    sources: &mut Sources,
    input: &Input,
    validator: &Validator,
    strict: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Compilation> {
    let layers = layers(sources, input, validator, diagnostics)?;
    layered(sources, input.profile.as_deref(), &layers, validator, strict, diagnostics)
}

/// The whole way from layers that were read before, so that several profiles can share them.
pub fn layered(
    sources: &mut Sources,
    profile: Option<&str>,
    layers: &[Layer],
    validator: &Validator,
    strict: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Compilation> {
    let inherited = profile::inherited(sources, &mut BuiltIn::default(), profile, layers, diagnostics);
    finished(sources, inherited.as_ref(), layers, validator, strict, diagnostics)
}

/// What is left of the way behind [`profile::inherited`], in which nothing is added to the sources any more.
pub fn finished(
    sources: &Sources,
    inherited: Option<&Inherited>,
    layers: &[Layer],
    validator: &Validator,
    strict: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Compilation> {
    let compilation = inherited.and_then(|inherited| {
        let merged = profile::merged(inherited, layers, diagnostics);
        let validated = validate::validate(sources, merged, validator, diagnostics)?;
        let plan = plan::plan(&validated);
        let objects = check::check(&validated, &plan, component::build(&plan), diagnostics)?;
        Some(Compilation { validated, plan, objects })
    });
    if strict {
        diagnostics.raise_warnings();
    }
    compilation.filter(|_| !diagnostics.has_errors())
}
