//! Specs compiled to see what comes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::leaf::{Assigned, document, leaves};
use super::random::Random;
use crate::chart::profile::merged;
use crate::diagnostic::{Diagnostics, Severity};
use crate::object::Object;
use crate::plan::names::{Names, Role};
use crate::plan::sizing::Derivation;
use crate::profile::{Merged, PROFILES};
use crate::schema::fields::join;
use crate::schema::validate::Validator;
use crate::source::Sources;
use crate::{check, component, plan, validate};

/// Suffixes of the names of objects that belong to no component of their own.
pub(in crate::chart) const SUFFIXES: &[&str] = &[
    "administrator",
    "ai",
    "attachments",
    "cache",
    "data",
    "database",
    "default-deny",
    "gateway",
    "postgres-scripts",
    "redirect",
    "settings",
    "storage",
    "tls",
];

/// One compiled spec.
#[derive(Debug, Clone)]
pub(in crate::chart) struct Specimen {
    /// What the spec says, with the defaults that depend on nothing.
    pub(in crate::chart) values: Assigned,
    /// Names by what they are derived from.
    pub(in crate::chart) names: Names,
    /// Numbers of the plan.
    pub(in crate::chart) figures: BTreeMap<&'static str, Derivation>,
    /// The same in the order they were decided.
    pub(in crate::chart) order: Vec<&'static str>,
    /// What was built, without the Namespace. Specimens of one walk share what is equal.
    pub(in crate::chart) objects: Vec<Arc<Object>>,
    /// The number of another specimen that differs in a few fields only, and these fields.
    pub(in crate::chart) neighbour: Option<(usize, BTreeSet<String>)>,
}

impl Specimen {
    /// The value of a field; none when it is not set.
    pub(in crate::chart) fn value(&self, path: &str) -> Option<&Value> {
        self.values.get(path)
    }
}

/// Compiles values; none when the compiler refuses them.
pub(in crate::chart) fn compile(
    schema: &Value,
    validator: &Validator,
    assigned: &Assigned,
    names: &Names,
) -> Result<Specimen, Diagnostics> {
    let sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let value = document(assigned, &names.installation, &names.namespace);
    let merged = Merged { value, provenance: BTreeMap::new(), profile: "chart".to_owned() };
    let Some(validated) = validate::validate(&sources, merged, validator, &mut diagnostics) else {
        return Err(diagnostics);
    };
    let plan = plan::plan(&validated);
    let Some(objects) = check::check(&validated, &plan, component::build(&plan), &mut diagnostics) else {
        return Err(diagnostics);
    };
    let mut values = assigned.clone();
    for leaf in leaves(schema, assigned) {
        if let Some(default) = leaf.default {
            values.entry(leaf.path).or_insert_with(|| default.clone());
        }
    }
    values.retain(|_, value| !is_nothing(value));
    let order = plan.figures.iter().map(|figure| figure.path).collect();
    let figures = plan.figures.into_iter().filter_map(|figure| Some((figure.path, figure.derivation?))).collect();
    let objects = objects.objects().iter().filter(|object| object.kind != "Namespace").cloned().map(Arc::new).collect();
    Ok(Specimen { values, names: names.clone(), figures, order, objects, neighbour: None })
}

/// Lists and maps without anything in them say no more than none.
fn is_nothing(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// What a profile says, all of which the chart offers.
fn of_profile(profile: &str) -> Assigned {
    let mut assigned = Assigned::new();
    if let Some(merged) = merged(profile) {
        flatten(&merged.value["spec"], "", &mut |path, value| drop(assigned.insert(path.to_owned(), value.clone())));
    }
    assigned
}

fn flatten(value: &Value, path: &str, found: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                flatten(value, &join(path, key), found);
            }
        }
        Value::Null => {}
        _ => found(path, value),
    }
}

/// Steps after which a walk begins anew.
const STEPS: usize = 4;

/// A walk through the specs: each differs from the one before it in one field.
pub(in crate::chart) struct Walk<'a> {
    schema: &'a Value,
    validator: &'a Validator,
    random: Random,
    current: Assigned,
    names: Names,
    steps: usize,
    beginnings: usize,
    /// The number of the specimen at which the walk stands.
    last: Option<usize>,
    /// Which fields were seen to change which objects.
    pub(in crate::chart) influence: BTreeMap<String, BTreeSet<String>>,
    /// Specs that were refused, by the codes.
    pub(in crate::chart) refused: BTreeMap<&'static str, usize>,
}

impl<'a> Walk<'a> {
    pub(in crate::chart) fn new(schema: &'a Value, validator: &'a Validator, seed: u64) -> Self {
        Self {
            schema,
            validator,
            random: Random::new(seed),
            current: Assigned::new(),
            names: Names { installation: String::new(), namespace: String::new() },
            steps: STEPS,
            beginnings: 0,
            last: None,
            influence: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// The next legal spec. Every few steps the walk begins anew, at a profile or at the defaults with some kinds changed.
    pub(in crate::chart) fn next(&mut self) -> Specimen {
        if self.steps >= STEPS {
            self.begin();
        }
        self.steps += 1;
        loop {
            let mut next = self.current.clone();
            for _ in 0..=self.random.below(3) {
                next = self.random.change(self.schema, &next).1;
            }
            if let Some(specimen) = self.compiled(&next) {
                self.current = next;
                return specimen;
            }
        }
    }

    fn begin(&mut self) {
        self.steps = 0;
        self.beginnings += 1;
        self.names = Names { installation: self.random.word(), namespace: self.random.word() };
        let start = self.beginnings % (PROFILES.len() + 1);
        let given = PROFILES.get(start).map(|(name, ..)| of_profile(name)).unwrap_or_default();
        self.current = self.random.made_up(self.schema, &given);
        for _ in 0..10 {
            let other = self.random.other_kinds(self.schema, &self.current);
            if self.compiled(&other).is_some() {
                self.current = other;
                break;
            }
        }
    }

    fn compiled(&mut self, assigned: &Assigned) -> Option<Specimen> {
        match compile(self.schema, self.validator, assigned, &self.names) {
            Ok(specimen) => Some(specimen),
            Err(diagnostics) => {
                for found in diagnostics.iter().filter(|found| found.severity == Severity::Error) {
                    *self.refused.entry(found.code.text()).or_default() += 1;
                }
                None
            }
        }
    }

    /// Adds the next spec, and some that differ from it in one field.
    pub(in crate::chart) fn gather(&mut self, specimens: &mut Vec<Specimen>, probes: usize) {
        let specimen = self.next();
        // The first step of a walk has nobody before it.
        let before = if self.steps > 1 { self.last } else { None };
        self.last = Some(self.add(specimens, specimen, before));
        self.probe(specimens, probes);
    }

    /// Adds a spec that was found to matter, and some that differ from it in one field.
    pub(in crate::chart) fn learn(&mut self, specimens: &mut Vec<Specimen>, specimen: Specimen, probes: usize) {
        self.last = Some(self.add(specimens, specimen, None));
        self.probe(specimens, probes);
    }

    fn probe(&mut self, specimens: &mut Vec<Specimen>, probes: usize) {
        for _ in 0..probes {
            let (path, next) = self.random.change(self.schema, &self.current);
            *self.random.probed.entry(path).or_default() += 1;
            if let Some(other) = self.compiled(&next) {
                self.add(specimens, other, self.last);
            }
        }
    }

    /// Adds a specimen beside its neighbour, and notes which objects and figures changed with the fields.
    fn add(&mut self, specimens: &mut Vec<Specimen>, mut specimen: Specimen, neighbour: Option<usize>) -> usize {
        if let Some(at) = neighbour {
            let other = &specimens[at];
            let paths = specimen.values.keys().chain(other.values.keys());
            let changed: BTreeSet<String> =
                paths.filter(|path| specimen.value(path) != other.value(path)).cloned().collect();
            for path in specimen.figures.keys().chain(other.figures.keys()) {
                if specimen.figures.get(path) != other.figures.get(path) {
                    self.influence.entry(figure_key(path)).or_default().extend(changed.clone());
                }
            }
            let find =
                |one: &Specimen, key: &str| one.objects.iter().find(|object| super::key(object, one) == key).cloned();
            let keys: BTreeSet<String> = [&specimen, other]
                .iter()
                .flat_map(|one| one.objects.iter().map(|object| super::key(object, one)))
                .collect();
            for key in keys {
                match (find(&specimen, &key), find(other, &key)) {
                    (Some(new), Some(old)) if new == old => {
                        let same = specimen.objects.iter_mut().find(|object| **object == old);
                        same.into_iter().for_each(|object| *object = Arc::clone(&old));
                    }
                    _ => self.influence.entry(key).or_default().extend(changed.clone()),
                }
            }
            specimen.neighbour = Some((at, changed));
        }
        specimens.push(specimen);
        specimens.len() - 1
    }
}

/// Under what the fields that influence a number of the plan are kept.
pub(in crate::chart) fn figure_key(path: &str) -> String {
    format!("figure/{path}")
}

/// Every name that is derived from an installation's: its text, and how it is derived.
pub(in crate::chart) fn derived_names(names: &Names) -> Vec<(String, NameOf)> {
    let roles = [Role::Memos, Role::Postgres, Role::Database, Role::Pooler, Role::Redis];
    let mut found: Vec<(String, NameOf)> =
        roles.into_iter().map(|role| (names.component(role), NameOf::Component(role))).collect();
    for suffix in SUFFIXES {
        found.push((names.suffixed(suffix), NameOf::Suffixed(suffix)));
    }
    found.push((names.cluster_wide("attachments"), NameOf::ClusterWide("attachments")));
    found
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
