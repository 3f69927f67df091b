//! Derives the templates: compiles many specs, and generalises what was built into templates over their values.

mod beginnings;
mod borders;
mod facts;
mod figures;
mod generalize;
mod guards;
pub(super) mod leaf;
mod learn;
mod learner;
pub(super) mod pairs;
pub(super) mod random;
pub(super) mod specimen;
mod vocabulary;
pub(super) mod walk;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;

use crate::object::Object;

use self::generalize::memory::{Memory, Recollection};
use self::generalize::{Outcome, Row, Unexplained};
use self::learn::Tests;
pub(super) use self::learner::derive;
use self::learner::{Difference, Stale};
use self::specimen::{Specimen, derived_names};
use self::vocabulary::Vocabulary;
use super::edge;
use super::fact::FACTS;
use super::knob::{COMPARED, KNOBS, KNOWN, TELLING, TELLING_NUMBERS};
use super::template::{Atom, Choice, FactTemplate, FigureTemplate, Guard, Number, Shape, Template, evaluate, holds};

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
            let later = !leaf::is_choice(path);
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
    let edges = specimens.iter().flat_map(|specimen| &specimen.edge);
    found.extend(edges.map(|word| (true, rank(edge::PATH), Atom::Edge(word))));
    // What a class is called says less than what stands behind it.
    words.remove(edge::PATH);
    for (path, words) in words {
        let later = !leaf::is_choice(path);
        if closed.contains(path) {
            for (word, _) in words.iter().filter(|(word, count)| **count > 2 && !vocabulary::is_made_up(word)) {
                found.insert((later, rank(path), Atom::Is(path.to_owned(), (*word).to_owned())));
            }
        }
    }
    for (path, numbers) in numbers {
        // One of something or several is what most decisions rest on; a limit is there or not.
        let telling = match path {
            "database.version" => numbers,
            limit if limit.starts_with("exposure.") => BTreeSet::new(),
            _ => BTreeSet::from([1, 2]),
        };
        let known = TELLING_NUMBERS.iter().filter(|(known, _)| *known == path).flat_map(|(_, numbers)| *numbers);
        let telling = telling.into_iter().chain(known.flat_map(|number| [*number, *number + 1]));
        for number in telling {
            found.insert((true, rank(path), Atom::AtLeast(Number::Value(path.to_owned()), number)));
        }
    }
    let mut atoms: Vec<Atom> = found.into_iter().map(|(_, _, atom)| atom).collect();
    for figure in figures::COMPARED {
        atoms.push(Atom::AtLeast(Number::Figure(figure), 2));
    }
    for (one, other) in COMPARED {
        let [one, other] = [one, other].map(|path| Number::Value(path.to_owned()));
        atoms.extend([Atom::Less(one.clone(), other.clone()), Atom::Less(other, one)]);
    }
    atoms
}

/// Specs, spread over all, among which every kind occurs.
const LOOKED_AT: usize = 5000;

/// The fields that take one of a few words.
fn closed_paths<'a>(specimens: &'a [Specimen], schema: &'a Value) -> BTreeSet<String> {
    let mut closed: BTreeSet<String> = KNOWN.iter().map(|(path, ..)| (*path).to_owned()).collect();
    for specimen in specimens.iter().step_by((specimens.len() / LOOKED_AT).max(1)) {
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
#[derive(Default)]
pub(super) struct Derivation {
    pub(super) templates: Vec<Template>,
    pub(super) facts: Vec<FactTemplate>,
    pub(super) figures: Vec<FigureTemplate>,
    pub(super) guards: Vec<Guard>,
    /// Numbers of the plan that tests look at, so that they are zero where the plan has none.
    compared: BTreeSet<&'static str>,
    pub(super) shapes: BTreeMap<String, Shape>,
    unexplained: Vec<Difference>,
    /// What each was made of, by its key.
    memory: BTreeMap<String, Memory>,
}

/// Everything that templates are derived from.
struct Known<'a> {
    schema: &'a Value,
    specimens: &'a [Specimen],
    vocabularies: &'a [Vocabulary],
    influence: &'a BTreeMap<String, BTreeSet<String>>,
}

/// Derives what is stale, and keeps the rest.
fn derive_stale(known: &Known<'_>, mut stale: Stale, derivation: &mut Derivation) {
    let Known { schema, specimens, vocabularies, influence } = *known;
    let plain = Tests::new(atoms(specimens, schema), specimens);
    let plain = figures::Context { specimens, vocabularies, tests: &plain, plain: &plain, influence };
    let tests = plain.tests_with_facts(FACTS.iter().map(|fact| fact.name));
    let context = figures::Context { tests: &tests, ..plain };
    derivation.shapes = shapes(specimens);
    derivation.unexplained.clear();
    guards::derive(&context, &stale, derivation);
    let mut compared = BTreeSet::from(figures::COMPARED);
    compared.extend(guards::compared(&derivation.guards));
    compared.symmetric_difference(&derivation.compared).for_each(|path| stale.add(specimen::figure_key(path)));
    derivation.compared = compared;
    facts::derive(&plain, &stale, derivation);
    figures::derive(&context, &stale, derivation);
    objects(&context, &stale, derivation);
}

/// Derives the templates of objects, and keeps those that are not stale.
fn objects(context: &figures::Context<'_>, stale: &Stale, derivation: &mut Derivation) {
    derivation.templates.retain(|template| !stale.has(&template.key));
    let mut objects: BTreeMap<String, Vec<Row<'_>>> = BTreeMap::new();
    for (at, specimen) in context.specimens.iter().enumerate() {
        for object in &specimen.objects {
            let key = key(object, specimen);
            if stale.has(&key) {
                objects.entry(key).or_default().push(Row { at, value: &object.value, item: None });
            }
        }
    }
    let null = Value::Null;
    let legal = context.specimens.iter().enumerate().filter(|(_, specimen)| specimen.refusals.is_empty());
    let all: Vec<Row<'_>> = legal.map(|(at, _)| Row { at, value: &null, item: None }).collect();
    let memories = &derivation.memory;
    let mut others: Vec<(&str, &Memory)> = memories.iter().map(|(key, memory)| (key.as_str(), memory)).collect();
    others.sort_by_key(|(_, memory)| std::cmp::Reverse(memory.specimens));
    let nothing = Memory::default();
    let derived: Vec<(String, Option<Template>, Outcome)> = objects
        .into_par_iter()
        .map(|(key, rows)| {
            let own = memories.get(&key).unwrap_or(&nothing);
            let memory = Recollection { key: &key, own, others: &others };
            let (template, mut outcome) = object(context, memory, &rows, &all);
            outcome.memory.specimens = rows.len();
            (key, template, outcome)
        })
        .collect();
    for (key, template, Outcome { unexplained, memory }) in derived {
        derivation.templates.extend(template);
        let difference = |one: Unexplained| Difference::new(key.clone(), format!("{}: {}", one.path, one.why));
        derivation.unexplained.extend(unexplained.into_iter().map(difference));
        derivation.memory.insert(key, memory);
    }
    derivation.templates.sort_by(|a, b| a.key.cmp(&b.key));
}

fn object<'a>(
    context: &figures::Context<'a>,
    memory: Recollection<'a>,
    rows: &[Row<'a>],
    all: &[Row<'_>],
) -> (Option<Template>, Outcome) {
    let key = memory.key;
    let mut generalizer = context.generalizer(key, memory);
    let node = generalizer.node(key, rows);
    let present: BTreeSet<usize> = rows.iter().map(|row| row.at).collect();
    let condition = if present.len() == all.len() {
        Some(Choice::One(true))
    } else {
        generalizer.condition("when", all, &|at| present.contains(&at))
    };
    let mut outcome = generalizer.outcome;
    if condition.is_none() {
        let why = "nothing tells when it is there".to_owned();
        outcome.unexplained.push(Unexplained { path: key.to_owned(), why });
    }
    (condition.map(|condition| Template { key: key.to_owned(), condition, node }), outcome)
}

/// How what the templates make of a specimen's values differs from what the compiler made.
pub(super) fn differences(derivation: &Derivation, specimen: &Specimen) -> Vec<Difference> {
    let compared = |figure: &FigureTemplate| derivation.compared.contains(figure.path);
    let figures = derivation.figures.iter();
    let mut found: Vec<Difference> =
        figures.filter_map(|figure| figures::difference(figure, compared(figure), specimen)).collect();
    found.extend(derivation.facts.iter().filter_map(|fact| facts::difference(fact, specimen)));
    let unknown = |path: &&&str| !derivation.figures.iter().any(|figure| figure.path == **path);
    let unknown = specimen.figures.keys().filter(unknown).map(|path| specimen::figure_key(path));
    found.extend(unknown.map(|of| Difference::new(of, "is unknown".to_owned())));
    found.extend(guards::differences(&derivation.guards, specimen));
    if !specimen.refusals.is_empty() {
        return found;
    }
    let mut expected: BTreeMap<String, &Value> =
        specimen.objects.iter().map(|object| (key(object, specimen), &object.value)).collect();
    for template in &derivation.templates {
        let there = *super::template::chosen(&template.condition, specimen);
        let how = match (there, expected.remove(&template.key)) {
            (false, None) => continue,
            (true, Some(value)) => {
                let made = evaluate(&template.node, specimen);
                match made.as_ref().map(|made| first_difference(made, value)) {
                    Some(None) => continue,
                    Some(Some(path)) => format!("is another: {path}"),
                    None => "cannot be made".to_owned(),
                }
            }
            (true, None) => "is one too many".to_owned(),
            (false, Some(_)) => "is missing".to_owned(),
        };
        found.push(Difference::new(template.key.clone(), how));
    }
    found.extend(expected.into_keys().map(|key| Difference::new(key, "is unknown".to_owned())));
    found
}

/// The path of the first thing in which two values differ; none when they are equal.
fn first_difference(made: &Value, expected: &Value) -> Option<String> {
    match (made, expected) {
        _ if made == expected => None,
        (Value::Object(made), Value::Object(expected)) => {
            let keys: BTreeSet<&String> = made.keys().chain(expected.keys()).collect();
            keys.into_iter().find_map(|key| match (made.get(key), expected.get(key)) {
                (Some(made), Some(expected)) => Some(format!(".{key}{}", first_difference(made, expected)?)),
                _ => Some(format!(".{key}")),
            })
        }
        (Value::Array(made), Value::Array(expected)) if made.len() == expected.len() => {
            let mut pairs = made.iter().zip(expected).enumerate();
            pairs.find_map(|(at, (made, expected))| Some(format!("[{at}]{}", first_difference(made, expected)?)))
        }
        _ => Some(String::new()),
    }
}
