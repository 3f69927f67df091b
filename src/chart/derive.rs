//! Derives the templates: compiles many specs, and generalises what was built into templates over their values.

mod figures;
mod generalize;
mod guards;
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
use self::specimen::{Specimen, Walk, derived_names};
use self::vocabulary::Vocabulary;
use super::knob::{KNOBS, KNOWN, TELLING};
use super::template::{Atom, Choice, FigureTemplate, Guard, Number, Shape, Template, evaluate, holds};

/// What an object is called, whatever the release and its namespace are called.
pub(super) fn key(object: &Object, specimen: &Specimen) -> String {
    let derived = derived_names(&specimen.names).into_iter().find(|(name, _)| *name == object.name);
    let name = derived.map_or_else(|| object.name.clone(), |(_, of)| of.written());
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
            for (_, pattern, _) in TELLING.iter().filter(|(known, ..)| known == path) {
                found.insert((true, rank(path), Atom::Matches(path.clone(), pattern)));
            }
        }
    }
    for (path, words) in words {
        let later = !(path.ends_with("kind") || path.ends_with("mode"));
        if closed.contains(path) {
            for (word, _) in words.iter().filter(|(word, count)| **count > 2 && !vocabulary::is_made_up(word)) {
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
    // The first specs have every kind there is.
    for specimen in specimens.iter().take(SPECIMENS) {
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
    pub(super) guards: Vec<Guard>,
    /// Numbers of the plan that tests look at, so that they are zero where the plan has none.
    compared: BTreeSet<&'static str>,
    pub(super) shapes: BTreeMap<String, Shape>,
    pub(super) unexplained: Vec<String>,
}

/// Templates from a number of specimens.
fn templates(
    schema: &Value,
    specimens: &[Specimen],
    vocabularies: &[Vocabulary],
    influence: &BTreeMap<String, BTreeSet<String>>,
) -> Derivation {
    let tests = Tests::new(atoms(specimens, schema), specimens);
    let mut objects: BTreeMap<String, Vec<Row<'_>>> = BTreeMap::new();
    for (at, specimen) in specimens.iter().enumerate() {
        for object in &specimen.objects {
            objects.entry(key(object, specimen)).or_default().push(Row { at, value: &object.value, item: None });
        }
    }
    let nothing = BTreeSet::new();
    let null = Value::Null;
    let legal = specimens.iter().enumerate().filter(|(_, specimen)| specimen.refusals.is_empty());
    let all: Vec<Row<'_>> = legal.map(|(at, _)| Row { at, value: &null, item: None }).collect();
    let mut derivation = Derivation {
        templates: Vec::new(),
        figures: Vec::new(),
        guards: Vec::new(),
        compared: BTreeSet::from(figures::COMPARED),
        shapes: shapes(specimens),
        unexplained: Vec::new(),
    };
    let context = figures::Context { specimens, vocabularies, tests: &tests, influence };
    guards::derive(&context, &mut derivation);
    derivation.compared.extend(guards::compared(&derivation.guards));
    figures::derive(&context, &mut derivation);
    let derived: Vec<(Option<Template>, Vec<Unexplained>)> = objects
        .into_par_iter()
        .map(|(key, rows)| {
            let relevant = influence.get(&key).unwrap_or(&nothing);
            let mut generalizer = Generalizer {
                specimens,
                vocabularies,
                tests: &tests,
                relevant,
                figures: None,
                anything: false,
                unexplained: Vec::new(),
            };
            let node = generalizer.node(&key, &rows);
            let present: BTreeSet<usize> = rows.iter().map(|row| row.at).collect();
            let condition = if present.len() == all.len() {
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
    let compared = |figure: &FigureTemplate| derivation.compared.contains(figure.path);
    let figures = derivation.figures.iter();
    let mut found: Vec<String> =
        figures.filter_map(|figure| figures::difference(figure, compared(figure), specimen)).collect();
    found.extend(guards::differences(&derivation.guards, specimen));
    if !specimen.refusals.is_empty() {
        return found;
    }
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
const SPECIMENS: usize = 1500;

/// Fields that are changed one by one around each spec, to see what changes with them.
const PROBES: usize = 4;

/// Fields that are changed around a spec for which the templates were wrong.
const PROBES_AROUND_MISTAKES: usize = 6;

/// Fresh specs that are tried at once, those that a round tries, and mistakes after which it learns from them.
const BATCH: usize = 400;
const TRIALS: usize = 2000;
const MISTAKES: usize = 250;

/// Rounds after which learning is given up.
const ROUNDS: usize = 80;

/// Derives templates that make what the compiler makes, in every fresh spec of the last round and in every one before it.
///
/// # Errors
///
/// What could not be generalised, or still differed after the last round.
pub(super) fn derive(schema: &Value, tell: &mut dyn FnMut(&str)) -> Result<Derivation, Vec<String>> {
    let validator = crate::compile::validator();
    let mut learner = Learner::new(Walk::new(schema, &validator, 1), schema);
    let mut last = Vec::new();
    for number in 1..=ROUNDS {
        let Round { derivation, differing, mistakes, tried, fresh } = learner.round();
        let known = learner.specimens.len();
        tell(&format!("round {number}: {mistakes} of {tried} specs differ, {fresh} of them fresh; {known} are known"));
        last = derivation.unexplained.iter().cloned().chain(differing.into_keys()).collect();
        if last.is_empty() {
            return Ok(derivation);
        }
    }
    Err(last)
}

/// Learns templates from specs, and from those about which it was wrong.
pub(super) struct Learner<'a> {
    schema: &'a Value,
    walk: Walk<'a>,
    specimens: Vec<Specimen>,
    /// What the texts of each may stand for.
    vocabularies: Vec<Vocabulary>,
    /// Specs about which the templates were right at some time: what follows has to be right about them too.
    right: Vec<Specimen>,
}

/// What was derived in one round, and what was found about it.
pub(super) struct Round {
    pub(super) derivation: Derivation,
    /// What differs, with the number of specs in which it does.
    pub(super) differing: BTreeMap<String, usize>,
    /// Specs about which the templates were wrong, all that were tried, and those of them that were never met before.
    pub(super) mistakes: usize,
    pub(super) tried: usize,
    pub(super) fresh: usize,
}

impl<'a> Learner<'a> {
    pub(super) fn new(mut walk: Walk<'a>, schema: &'a Value) -> Self {
        let mut specimens = Vec::new();
        for _ in 0..SPECIMENS {
            walk.gather(&mut specimens, PROBES);
        }
        Self { schema, walk, specimens, vocabularies: Vec::new(), right: Vec::new() }
    }

    pub(super) fn round(&mut self) -> Round {
        let unread = &self.specimens[self.vocabularies.len()..];
        let read: Vec<Vocabulary> = unread.par_iter().map(Vocabulary::of).collect();
        self.vocabularies.extend(read);
        let derivation = templates(self.schema, &self.specimens, &self.vocabularies, &self.walk.influence);
        let (mut fresh, mut mistakes) = (0, 0);
        let mut differing: BTreeMap<String, usize> = BTreeMap::new();
        let mut candidates = std::mem::take(&mut self.right);
        loop {
            let judged: Vec<Vec<String>> = candidates.par_iter().map(|one| differences(&derivation, one)).collect();
            for (specimen, differences) in candidates.into_iter().zip(judged) {
                if differences.is_empty() || mistakes >= MISTAKES {
                    self.right.push(specimen);
                    continue;
                }
                mistakes += 1;
                self.walk.learn(&mut self.specimens, specimen, PROBES_AROUND_MISTAKES);
                differences.into_iter().for_each(|one| *differing.entry(one).or_default() += 1);
            }
            if mistakes >= MISTAKES || fresh >= TRIALS {
                break;
            }
            candidates = (0..BATCH).map(|_| self.walk.attempt()).collect();
            fresh += BATCH;
        }
        self.walk.learn_rare_refusals(&mut self.specimens);
        Round { derivation, differing, mistakes, tried: self.right.len() + mistakes, fresh }
    }
}
