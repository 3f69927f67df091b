//! Compiles short specs for tests: a profile and what a user would write below `spec`.

use std::sync::LazyLock;

use serde_json::Value;

use super::check;
use crate::compile::{Input, validated, validator};
use crate::component;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::object::Object;
use crate::plan::{Plan, plan};
use crate::schema::validate::Validator;
use crate::source::{Origin, Sources};

/// Made once: it is the slowest part of a test.
static VALIDATOR: LazyLock<Validator> = LazyLock::new(validator);

/// What comes of a short spec.
pub(crate) struct Compiled {
    pub(crate) plan: Plan,
    pub(crate) objects: Vec<Object>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) sources: Sources,
}

/// Compiles what stands below `spec`, with a profile. The spec itself has to be legal.
pub(crate) fn compile(profile: &str, spec: &str) -> Compiled {
    let body: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    let spec = if body.is_empty() { String::new() } else { format!("spec:\n{body}") };
    let text = format!("apiVersion: memos-gen.dev/v1alpha1\nkind: Memos\nprofile: {profile}\n{spec}");
    let mut sources = Sources::default();
    let file = sources.add("memos.yaml", text, Origin::File);
    let input = Input { files: vec![file], ..Input::default() };
    let mut diagnostics = Diagnostics::default();
    let spec = validated(&mut sources, &input, &VALIDATOR, &mut diagnostics);
    let spec = spec.unwrap_or_else(|| panic!("{:#?}", diagnostics.sorted()));
    let plan = plan(&spec);
    let built = component::build(&plan);
    let objects = built.objects().to_vec();
    check(&spec, &plan, built, &mut diagnostics);
    Compiled { plan, objects, diagnostics, sources }
}

impl Compiled {
    /// The object of a kind and name.
    pub(crate) fn object(&self, kind: &str, name: &str) -> &Value {
        let found = self.objects.iter().find(|object| object.kind == kind && object.name == name);
        &found.unwrap_or_else(|| panic!("no {kind} {name} among {:?}", self.list())).value
    }

    /// Every object as `Kind/name`, in order.
    pub(crate) fn list(&self) -> Vec<String> {
        self.objects.iter().map(|object| format!("{}/{}", object.kind, object.name)).collect()
    }

    /// The findings of a family, by the first digits of its codes.
    pub(crate) fn findings(&self, family: &str) -> Vec<&Diagnostic> {
        self.diagnostics.sorted().into_iter().filter(|found| found.code.text().starts_with(family)).collect()
    }

    /// The same as `place code message`.
    pub(crate) fn lines(&self, family: &str) -> Vec<String> {
        let line = |found: &Diagnostic| {
            let place = found.primary.as_ref().map_or("-".to_owned(), |label| self.sources.location(label.span));
            format!("{place} {} {}", found.code.text(), found.message)
        };
        self.findings(family).into_iter().map(line).collect()
    }
}
