//! Derives the templates: compiles many specs, and generalises what was built into templates over their values.

mod figures;
mod generalize;
pub(super) mod leaf;
mod learn;
pub(super) mod random;
pub(super) mod specimen;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;

use crate::object::Object;

use self::generalize::{Generalizer, Row, Unexplained};
use self::learn::Tests;
use self::specimen::{Specimen, Walk};
use self::vocabulary::Vocabulary;
use super::knob::{KNOBS, KNOWN};
use super::template::{Atom, Choice, FigureTemplate, Number, Shape, Template, evaluate, holds};

/// What an object is called, whatever the release and its namespace are called.
pub(super) fn key(object: &Object, specimen: &Specimen) -> String {
    let name = object.name.replace(&specimen.names.installation, "{}").replace(&specimen.names.namespace, "{ns}");
    format!("{}/{name}", object.kind)
}

/// Texts that say something when they are empty.
const MAY_BE_EMPTY: [&str; 1] = ["secrets.prefix"];

/// The tests that conditions are made of: of kinds first, then in the order of the values.
fn atoms(specimens: &[Specimen], schema: &Value) -> Vec<Atom> {
    let mut found: BTreeSet<(bool, usize, Atom)> = BTreeSet::new();
    let rank = |path: &str| KNOBS.iter().position(|knob| path.starts_with(knob)).unwrap_or(KNOBS.len());
    let mut words: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut numbers: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    let closed = closed_paths(specimens, schema);
    for specimen in specimens {
        for (path, value) in &specimen.values {
            let later = !(path.ends_with("kind") || path.ends_with("mode"));
            match value {
                Value::String(text) => *words.entry(path).or_default().entry(text).or_default() += 1,
                Value::Bool(_) => {
                    found.insert((later, rank(path), Atom::True(path.clone())));
                    found.insert((later, rank(path), Atom::False(path.clone())));
                }
                Value::Number(number) => {
                    numbers.entry(path).or_default().insert(number.as_i64().unwrap_or_default());
                }
                _ => {}
            }
            if value.is_number() || MAY_BE_EMPTY.contains(&path.as_str()) {
                found.insert((true, rank(path), Atom::Given(path.clone())));
            } else if !value.is_boolean() {
                found.insert((true, rank(path), Atom::Set(path.clone())));
            }
        }
    }
    for (path, words) in words {
        let later = !(path.ends_with("kind") || path.ends_with("mode"));
        if closed.contains(path) {
            for (word, _) in words.iter().filter(|(_, count)| **count > 2) {
                found.insert((later, rank(path), Atom::Is(path.to_owned(), (*word).to_owned())));
            }
        }
    }
    for (path, numbers) in numbers {
        let telling = |number: &i64| (1..3).contains(number) || path == "database.version";
        for number in numbers.into_iter().filter(telling) {
            found.insert((true, rank(path), Atom::AtLeast(Number::Value(path.to_owned()), number)));
        }
    }
    let mut atoms: Vec<Atom> = found.into_iter().map(|(_, _, atom)| atom).collect();
    for figure in figures::COMPARED {
        atoms.push(Atom::AtLeast(Number::Figure(figure), 2));
    }
    atoms
}

/// The fields that take one of a few words.
fn closed_paths<'a>(specimens: &'a [Specimen], schema: &'a Value) -> BTreeSet<String> {
    let mut closed: BTreeSet<String> = KNOWN.iter().map(|(path, ..)| (*path).to_owned()).collect();
    for specimen in specimens {
        let leaves = leaf::leaves(schema, &specimen.values).into_iter();
        closed.extend(leaves.filter(|leaf| leaf.schema.get("oneOf").is_some()).map(|leaf| leaf.path));
    }
    closed
}

/// Whether values that are put in as they are take one line or several.
pub(super) fn shapes(specimens: &[Specimen]) -> BTreeMap<String, Shape> {
    let values = specimens.iter().flat_map(|specimen| &specimen.values);
    let shape = |value: &Value| if value.is_object() || value.is_array() { Shape::Block } else { Shape::Scalar };
    values.map(|(path, value)| (path.clone(), shape(value))).collect()
}

/// What was derived, and what was not understood.
pub(super) struct Derivation {
    pub(super) templates: Vec<Template>,
    pub(super) figures: Vec<FigureTemplate>,
    pub(super) shapes: BTreeMap<String, Shape>,
    pub(super) unexplained: Vec<String>,
}

/// Templates from a number of specimens.
pub(super) fn templates(
    schema: &Value,
    specimens: &[Specimen],
    influence: &BTreeMap<String, BTreeSet<String>>,
) -> Derivation {
    let vocabularies: Vec<Vocabulary> = specimens.iter().map(Vocabulary::of).collect();
    let tests = Tests::new(atoms(specimens, schema), specimens);
    let mut objects: BTreeMap<String, Vec<Row<'_>>> = BTreeMap::new();
    for (at, specimen) in specimens.iter().enumerate() {
        for object in &specimen.objects {
            objects.entry(key(object, specimen)).or_default().push(Row { at, value: &object.value, item: None });
        }
    }
    let nothing = BTreeSet::new();
    let null = Value::Null;
    let all: Vec<Row<'_>> = (0..specimens.len()).map(|at| Row { at, value: &null, item: None }).collect();
    let mut derivation =
        Derivation { templates: Vec::new(), figures: Vec::new(), shapes: shapes(specimens), unexplained: Vec::new() };
    let context = figures::Context { specimens, vocabularies: &vocabularies, tests: &tests, influence };
    figures::derive(&context, &mut derivation);
    let derived: Vec<(Option<Template>, Vec<Unexplained>)> = objects
        .into_par_iter()
        .map(|(key, rows)| {
            let relevant = influence.get(&key).unwrap_or(&nothing);
            let mut generalizer = Generalizer {
                specimens,
                vocabularies: &vocabularies,
                tests: &tests,
                relevant,
                figures: None,
                anything: false,
                unexplained: Vec::new(),
            };
            let node = generalizer.node(&key, &rows);
            let present: BTreeSet<usize> = rows.iter().map(|row| row.at).collect();
            let condition = if present.len() == specimens.len() {
                Some(Choice::One(true))
            } else {
                generalizer.condition(&all, &|at| present.contains(&at))
            };
            let mut unexplained = generalizer.unexplained;
            if condition.is_none() {
                unexplained.push(Unexplained { path: key.clone(), why: "nothing tells when it is there".to_owned() });
            }
            (condition.map(|condition| Template { key, condition, node }), unexplained)
        })
        .collect();
    for (template, unexplained) in derived {
        derivation.templates.extend(template);
        derivation.unexplained.extend(unexplained.into_iter().map(|one| format!("{}: {}", one.path, one.why)));
    }
    derivation
}

/// Whether the templates make of a specimen's values what the compiler made.
pub(super) fn differences(derivation: &Derivation, specimen: &Specimen) -> Vec<String> {
    let mut found: Vec<String> =
        derivation.figures.iter().filter_map(|figure| figures::difference(figure, specimen)).collect();
    let mut expected: BTreeMap<String, &Value> =
        specimen.objects.iter().map(|object| (key(object, specimen), &object.value)).collect();
    for template in &derivation.templates {
        let there = *super::template::chosen(&template.condition, specimen);
        match (there, expected.remove(&template.key)) {
            (false, None) => {}
            (true, Some(value)) => {
                if evaluate(&template.node, specimen).as_ref() != Some(value) {
                    found.push(template.key.clone());
                }
            }
            (true, None) => found.push(format!("{} is one too many", template.key)),
            (false, Some(_)) => found.push(format!("{} is missing", template.key)),
        }
    }
    found.extend(expected.into_keys().map(|key| format!("{key} is unknown")));
    found
}

/// Walks through the specs at first.
const SPECIMENS: usize = 900;

/// Fields that are changed one by one around each spec, to see what changes with them.
const PROBES: usize = 4;

/// Fields that are changed around a spec for which the templates were wrong.
const PROBES_AROUND_MISTAKES: usize = 3;

/// Fresh specs that a round tries, and mistakes after which it learns from them.
const TRIALS: usize = 1200;
const MISTAKES: usize = 120;

/// Rounds after which learning is given up.
const ROUNDS: usize = 60;

/// Derives templates that make what the compiler makes, in every fresh spec of the last round.
///
/// # Errors
///
/// What could not be generalised, or still differed after the last round.
pub(super) fn derive(schema: &Value, tell: &mut dyn FnMut(&str)) -> Result<Derivation, Vec<String>> {
    let validator = crate::compile::validator();
    let mut walk = Walk::new(schema, &validator, 1);
    let mut specimens = Vec::new();
    for _ in 0..SPECIMENS {
        walk.gather(&mut specimens, PROBES);
    }
    let mut last = Vec::new();
    for round in 1..=ROUNDS {
        let derivation = templates(schema, &specimens, &walk.influence);
        let (mut mistakes, mut tried) = (0, 0);
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        while mistakes < MISTAKES && tried < TRIALS {
            let specimen = walk.next();
            tried += 1;
            let differences = differences(&derivation, &specimen);
            if !differences.is_empty() {
                mistakes += 1;
                walk.learn(&mut specimens, specimen, PROBES_AROUND_MISTAKES);
            }
            differences.into_iter().for_each(|one| *found.entry(one).or_default() += 1);
        }
        tell(&format!("round {round}: {mistakes} of {tried} fresh specs differ; {} specs are known", specimens.len()));
        last = derivation.unexplained.iter().cloned().chain(found.into_keys()).collect();
        if last.is_empty() {
            return Ok(derivation);
        }
    }
    Err(last)
}
