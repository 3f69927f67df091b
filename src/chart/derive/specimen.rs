//! Specs compiled to see what comes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::leaf::{Assigned, document, leaves};
use crate::chart::{edge, fact};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::object::Object;
use crate::plan::names::{Names, Role};
use crate::plan::sizing::Derivation;
use crate::profile::Merged;
use crate::schema::validate::Validator;
use crate::source::Sources;
use crate::{check, component, plan, validate};

/// Suffixes of the names of objects that belong to no component of their own.
const SUFFIXES: &[&str] = &[
    "administrator",
    "ai",
    "attachments",
    "cache",
    "data",
    "database",
    "default-deny",
    "gateway",
    "pods",
    "postgres-scripts",
    "rate-limit",
    "redirect",
    "redis-outside",
    "redis-proxy-outside",
    "redis-tls",
    "settings",
    "sources",
    "standby",
    "storage",
    "tls",
];

/// One compiled spec.
#[derive(Debug, Clone)]
pub(in crate::chart) struct Specimen {
    /// What the spec says.
    pub(super) assigned: Assigned,
    /// What the spec says, with the defaults that depend on nothing.
    pub(in crate::chart) values: Assigned,
    /// Names by what they are derived from.
    pub(in crate::chart) names: Names,
    /// Numbers of the plan.
    pub(in crate::chart) figures: BTreeMap<&'static str, Derivation>,
    /// The same in the order they were decided.
    pub(in crate::chart) order: Vec<&'static str>,
    /// Facts of the plan that hold.
    pub(in crate::chart) facts: Vec<&'static str>,
    /// The words for the class of its edge; none when it has neither Gateway nor Ingress.
    pub(in crate::chart) edge: Vec<&'static str>,
    /// What was built, without the Namespace; nothing when the spec was refused. Specimens of one walk share what is equal.
    pub(in crate::chart) objects: Vec<Arc<Object>>,
    /// Why the spec was refused, a text with code and cures for each error; none when it was not.
    pub(in crate::chart) refusals: Vec<Refusal>,
    /// The number of another specimen that differs in a few fields only, and these fields.
    pub(in crate::chart) neighbour: Option<(usize, BTreeSet<String>)>,
}

/// One error of a spec whose shape is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chart) struct Refusal {
    pub(in crate::chart) code: Code,
    /// Code and message on a line, and a line for each cure.
    pub(in crate::chart) text: Value,
}

impl Refusal {
    fn of(error: &Diagnostic) -> Self {
        let mut text = format!("{}: {}", error.code.text(), error.message);
        for help in &error.help {
            text += &format!("\n  help: {help}");
        }
        Self { code: error.code, text: Value::from(text) }
    }
}

impl Specimen {
    /// The value of a field; none when it is not set.
    pub(in crate::chart) fn value(&self, path: &str) -> Option<&Value> {
        self.values.get(path)
    }
}

/// Compiles values; none when their shape is wrong.
pub(in crate::chart) fn compile(
    schema: &Value,
    validator: &Validator,
    assigned: &Assigned,
    names: &Names,
) -> Option<Specimen> {
    let sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let value = document(assigned, &names.installation, &names.namespace);
    let merged = Merged { value, provenance: BTreeMap::new(), profile: "chart".to_owned() };
    let validated = validate::validate(&sources, merged, validator, &mut diagnostics)?;
    let plan = plan::plan(&validated);
    let checked = check::check(&validated, &plan, component::build(&plan), &mut diagnostics);
    let errors = || diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let refusals = errors().map(Refusal::of).collect();
    let mut values = assigned.clone();
    for leaf in leaves(schema, assigned) {
        if let Some(default) = leaf.default {
            values.entry(leaf.path).or_insert_with(|| default.clone());
        }
    }
    values.retain(|_, value| !is_nothing(value));
    let text = |path: &str| values.get(path).and_then(Value::as_str).unwrap_or_default();
    let edge = edge::words(text("exposure.kind"), text(edge::PATH));
    let facts = fact::of(&plan);
    let order = plan.figures.iter().map(|figure| figure.path).collect();
    let figures = plan.figures.into_iter().filter_map(|figure| Some((figure.path, figure.derivation?))).collect();
    let built = checked.iter().flat_map(|objects| objects.objects());
    let objects = built.filter(|object| object.kind != "Namespace").cloned().map(Arc::new).collect();
    Some(Specimen {
        assigned: assigned.clone(),
        values,
        names: names.clone(),
        figures,
        order,
        facts,
        edge,
        objects,
        refusals,
        neighbour: None,
    })
}

/// Lists and maps without anything in them say no more than none.
fn is_nothing(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// Under what the fields that influence a number of the plan are kept.
pub(in crate::chart) fn figure_key(path: &str) -> String {
    format!("figure/{path}")
}

/// The same for a fact of the plan.
pub(in crate::chart) fn fact_key(name: &str) -> String {
    format!("fact/{name}")
}

/// The same for a reason to refuse a spec.
pub(in crate::chart) fn guard_key(code: Code) -> String {
    format!("guard/{}", code.text())
}

/// Every name that is derived from an installation's: its text, and how it is derived.
pub(in crate::chart) fn derived_names(names: &Names) -> Vec<(String, NameOf)> {
    let text = |of| match of {
        NameOf::Component(role) => names.component(role),
        NameOf::Suffixed(suffix) => names.suffixed(suffix),
        NameOf::ClusterWide(suffix) => names.cluster_wide(suffix),
    };
    NameOf::all().map(|of| (text(of), of)).collect()
}

/// How a name is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::chart) enum NameOf {
    /// A component's own.
    Component(Role),
    /// The installation's with a suffix.
    Suffixed(&'static str),
    /// The same with the namespace before it.
    ClusterWide(&'static str),
}

impl NameOf {
    /// Every way in which a name is derived.
    pub(in crate::chart) fn all() -> impl Iterator<Item = Self> {
        let suffixed = SUFFIXES.iter().copied().map(Self::Suffixed);
        Role::ALL.into_iter().map(Self::Component).chain(suffixed).chain([Self::ClusterWide("attachments")])
    }

    /// The name with `{}` for the installation's; the same for two that differ only in where they are cut.
    pub(in crate::chart) fn written(self) -> String {
        match self {
            Self::Component(Role::Memos) => "{}".to_owned(),
            Self::Component(role) => format!("{{}}-{}", role.word()),
            Self::Suffixed(suffix) => format!("{{}}-{suffix}"),
            Self::ClusterWide(suffix) => format!("{{ns}}-{{}}-{suffix}"),
        }
    }
}
