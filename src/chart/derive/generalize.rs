//! One template for what many specimens have in a place.

mod address;
mod cover;
mod list;
pub(super) mod memory;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::{Map, Value};

use self::cover::{MOST_LABELS, cover, in_common_order};
use self::memory::{Memory, Recollection};
use super::learn::Tests;
use super::specimen::Specimen;
use super::vocabulary::{Vocabulary, is_made_up};
use crate::chart::template::{Choice, Condition, Entry, Node, Number, chosen, evaluate_with};

/// A value of one specimen.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// The specimen's number.
    pub(super) at: usize,
    /// The value.
    pub(super) value: &'a Value,
    /// The item of a list that is gone through.
    pub(super) item: Option<&'a str>,
}

/// What no template was found for.
#[derive(Debug, Clone)]
pub(super) struct Unexplained {
    /// The object and the path in it.
    pub(super) path: String,
    /// What differs, with examples.
    pub(super) why: String,
}

/// Everything that is known while one object is generalised.
pub(super) struct Generalizer<'a> {
    pub(super) specimens: &'a [Specimen],
    pub(super) vocabularies: &'a [Vocabulary],
    pub(super) tests: &'a Tests,
    /// The fields that were seen to change the object.
    pub(super) relevant: &'a BTreeSet<String>,
    /// Numbers of the plan that may be used; all when none are named.
    pub(super) figures: Option<&'a BTreeSet<&'static str>>,
    /// Whether fields count that were not seen to change the object.
    pub(super) anything: bool,
    /// What was derived before.
    pub(super) memory: Recollection<'a>,
    pub(super) outcome: Outcome,
}

/// What comes of a derivation beside the template.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) unexplained: Vec<Unexplained>,
    /// What is worth to be tried the next time.
    pub(super) memory: Memory,
}

impl Outcome {
    fn extend(&mut self, other: Self) {
        self.unexplained.extend(other.unexplained);
        self.memory.extend(other.memory);
    }
}

/// When an entry is there.
pub(super) enum Presence {
    Always,
    When(Condition),
    /// In so many of so many, and nothing tells which.
    Unknown(usize, usize),
}

/// Numbers from here on are met by chance only where they were made up.
const MADE_UP_NUMBERS: i64 = 20_000;

impl<'a> Generalizer<'a> {
    /// The same for a part.
    pub(super) fn inner(&self) -> Self {
        Self { outcome: Outcome::default(), ..*self }
    }

    pub(super) fn is_relevant(&self, path: &str) -> bool {
        self.anything || self.relevant.contains(path)
    }

    fn number_is_relevant(&self, number: &Number) -> bool {
        match number {
            Number::Figure(path) => self.figures.is_none_or(|figures| figures.contains(path)),
            number => number.path().is_none_or(|path| self.is_relevant(path)),
        }
    }

    pub(super) fn fail(&mut self, path: &str, why: String) -> Node {
        self.outcome.unexplained.push(Unexplained { path: path.to_owned(), why });
        Node::Literal(Value::Null)
    }

    pub(super) fn choose(&self, cases: &[(usize, u64)]) -> Option<Choice<u32>> {
        self.tests.choose(cases, &|path| self.is_relevant(path))
    }

    /// Two specs that no test tells apart, in words.
    fn alike(&self, cases: &[(usize, u64)]) -> String {
        let Some((one, other)) = self.tests.alike(cases) else { return String::new() };
        let values = |at: usize| serde_json::to_string(&self.specimens[at].values).unwrap_or_default();
        format!(", as in {} and {}", values(one), values(other))
    }

    /// When something is there: in which of the rows.
    pub(super) fn condition(
        &mut self,
        path: &str,
        rows: &[Row<'_>],
        present: &dyn Fn(usize) -> bool,
    ) -> Option<Condition> {
        let fits =
            |known: &&Condition| rows.iter().all(|row| *chosen(known, &self.specimens[row.at]) == present(row.at));
        let known = self.memory.own.conditions(path).iter().find(fits).cloned();
        let condition = known.or_else(|| self.new_condition(rows, present))?;
        self.outcome.memory.add_condition(path, &condition);
        Some(condition)
    }

    fn new_condition(&self, rows: &[Row<'_>], present: &dyn Fn(usize) -> bool) -> Option<Condition> {
        let cases: Vec<(usize, u64)> = rows.iter().map(|row| (row.at, if present(row.at) { 2 } else { 1 })).collect();
        self.choose(&cases).map(|choice| choice.map(&mut |label| *label == 1))
    }

    /// A template for all rows.
    pub(super) fn node(&mut self, path: &str, rows: &[Row<'a>]) -> Node {
        let Some(first) = rows.first() else { return Node::Literal(Value::Null) };
        let scalar = !first.value.is_object() && !first.value.is_array();
        // What was made up for one specimen stands for a value, even where no other specimen shows it.
        let made_up = match first.value {
            Value::String(text) => is_made_up(text),
            Value::Number(number) => number.as_i64().is_some_and(|number| number >= MADE_UP_NUMBERS),
            _ => false,
        };
        if scalar && !made_up && rows.iter().all(|row| row.value == first.value) {
            return Node::Literal(first.value.clone());
        }
        if let Some(whole) = self.whole(rows) {
            return Node::Whole(whole);
        }
        let makes = |node: &Node, row: &Row<'_>| {
            evaluate_with(node, &self.specimens[row.at], row.item).as_ref() == Some(row.value)
        };
        if let Some(known) = self.memory.nodes(path).find(|node| rows.iter().all(|row| makes(node, row))).cloned() {
            self.outcome.memory.keep(self.memory.own, path);
            self.outcome.memory.add_node(path, &known);
            return known;
        }
        let before = self.outcome.unexplained.len();
        let node = self.new_node(path, rows, first);
        if self.outcome.unexplained.len() == before {
            self.outcome.memory.add_node(path, &node);
        }
        node
    }

    fn new_node(&mut self, path: &str, rows: &[Row<'a>], first: &Row<'a>) -> Node {
        let type_of = |value: &Value| match value {
            Value::Object(_) => 0,
            Value::Array(_) => 1,
            Value::String(_) => 2,
            Value::Number(_) => 3,
            _ => 4,
        };
        let kind = type_of(first.value);
        if rows.iter().any(|row| type_of(row.value) != kind) {
            return self.branches(path, rows, &|row| type_of(row.value).to_string());
        }
        match first.value {
            Value::Object(_) => self.map(path, rows),
            Value::Array(_) => self.list(path, rows),
            Value::String(_) => self.text(path, rows),
            Value::Number(_) => {
                let column: Vec<(usize, i64)> =
                    rows.iter().map(|row| (row.at, row.value.as_i64().unwrap_or_default())).collect();
                match self.number(path, &column) {
                    Some(choice) => number_node(&choice),
                    None => Node::Literal(Value::Null),
                }
            }
            _ => self.branches(path, rows, &|row| row.value.to_string()),
        }
    }

    /// The field whose value all rows have.
    fn whole(&self, rows: &[Row<'_>]) -> Option<String> {
        let (first, rest) = rows.split_first()?;
        let is_one = |row: &Row<'_>, path: &str| self.specimens[row.at].value(path) == Some(row.value);
        let candidates =
            self.specimens[first.at].values.iter().filter(|(_, value)| *value == first.value && !value.is_string());
        let mut candidates = candidates.map(|(path, _)| path).filter(|path| self.is_relevant(path));
        candidates.find(|path| rest.iter().all(|row| is_one(row, path))).cloned()
    }

    /// A template for each group of rows, and the tests that tell the groups apart.
    pub(super) fn branches(&mut self, path: &str, rows: &[Row<'a>], group: &dyn Fn(&Row<'a>) -> String) -> Node {
        let mut groups: BTreeMap<String, u32> = BTreeMap::new();
        for row in rows {
            let next = u32::try_from(groups.len()).unwrap_or_default();
            groups.entry(group(row)).or_insert(next);
        }
        if groups.len() > MOST_LABELS || groups.len() < 2 {
            return self.fail(path, format!("{} kinds of values", groups.len()));
        }
        let cases: Vec<(usize, u64)> = rows.iter().map(|row| (row.at, 1 << groups[&group(row)])).collect();
        let Some(choice) = self.choose(&cases) else {
            let examples: Vec<&String> = groups.keys().take(4).collect();
            let alike = self.alike(&cases);
            return self.fail(path, format!("nothing tells {} groups apart: {examples:?}{alike}", groups.len()));
        };
        let mut nodes = BTreeMap::new();
        for label in groups.values() {
            let members: Vec<Row<'a>> = rows.iter().filter(|row| groups[&group(row)] == *label).copied().collect();
            nodes.insert(*label, self.node(path, &members));
        }
        Node::Choice(choice.map(&mut |label| Box::new(nodes[label].clone())))
    }

    /// What a column of numbers stands for.
    pub(super) fn number(&mut self, path: &str, column: &[(usize, i64)]) -> Option<Choice<Number>> {
        // What has the same value wherever it fits may as well be meant as that very number.
        let mut fits: BTreeMap<&Number, BTreeSet<i64>> = BTreeMap::new();
        for (at, number) in column {
            for known in self.vocabularies[*at].numbers(*number) {
                fits.entry(known).or_default().insert(*number);
            }
        }
        let candidates = |at: usize, number: i64| -> Vec<Number> {
            let known = self.vocabularies[at].numbers(number).iter().filter(|number| self.number_is_relevant(number));
            let telling = known
                .filter(|known| number >= MADE_UP_NUMBERS || fits.get(known).is_some_and(|numbers| numbers.len() > 1));
            telling.cloned().chain([Number::Literal(number)]).collect()
        };
        let Some(labels) = cover(column, &candidates) else {
            let mut examples: Vec<i64> = column.iter().map(|(_, number)| *number).collect();
            examples.sort_unstable();
            examples.dedup();
            examples.truncate(12);
            self.fail(path, format!("numbers of unknown origin: {examples:?}"));
            return None;
        };
        let mask = |at: usize, number: i64| {
            let fits = candidates(at, number);
            labels
                .iter()
                .enumerate()
                .filter(|(_, label)| fits.contains(label))
                .fold(0, |mask, (bit, _)| mask | 1 << bit)
        };
        let cases: Vec<(usize, u64)> = column.iter().map(|(at, number)| (*at, mask(*at, *number))).collect();
        let Some(choice) = self.choose(&cases) else {
            let alike = self.alike(&cases);
            self.fail(path, format!("nothing tells these numbers apart: {labels:?}{alike}"));
            return None;
        };
        Some(choice.map(&mut |label| labels[*label as usize].clone()))
    }

    fn map(&mut self, path: &str, rows: &[Row<'a>]) -> Node {
        let maps: Vec<(Row<'a>, &'a Map<String, Value>)> =
            rows.iter().filter_map(|row| Some((*row, row.value.as_object()?))).collect();
        let mut spreads: BTreeSet<String> = BTreeSet::new();
        for (row, map) in &maps {
            spreads.extend(self.spreads_in(row.at, map));
        }
        let is_spread = |at: usize, key: &str| {
            let holds_key =
                |path: &String| self.specimens[at].value(path).is_some_and(|value| value.get(key).is_some());
            spreads.iter().any(holds_key)
        };
        let mut keys = Vec::new();
        for (row, map) in &maps {
            keys.push(map.keys().filter(|key| !is_spread(row.at, key)).cloned().collect::<Vec<_>>());
        }
        let mut entries = Vec::new();
        let fields: Vec<(String, Node, Presence, Outcome)> = in_common_order(&keys)
            .unwrap_or_else(|| each_once(keys))
            .into_par_iter()
            .map(|key| {
                let inside = format!("{path}.{key}");
                let members: Vec<Row<'a>> = maps
                    .iter()
                    .filter(|(row, _)| !is_spread(row.at, &key))
                    .filter_map(|(row, map)| Some(Row { value: map.get(&key)?, ..*row }))
                    .collect();
                let mut inner = self.inner();
                let node = inner.node(&inside, &members);
                let presence = inner.presence(&inside, rows, &members);
                (key, node, presence, inner.outcome)
            })
            .collect();
        for (key, node, presence, outcome) in fields {
            self.outcome.extend(outcome);
            self.enter(&format!("{path}.{key}"), &mut entries, Entry::Field(key, node), presence);
        }
        for spread in spreads {
            let inside = format!("{path}.{{{spread}}}");
            let with: Vec<Row<'a>> =
                rows.iter().filter(|row| self.specimens[row.at].value(&spread).is_some()).copied().collect();
            let members: Vec<Row<'a>> = with
                .iter()
                .filter(|row| row.value.as_object().is_some_and(|map| self.spreads_in(row.at, map).contains(&spread)))
                .copied()
                .collect();
            let presence = self.presence(&inside, &with, &members);
            self.enter(&inside, &mut entries, Entry::Spread(spread), presence);
        }
        Node::Map(entries)
    }

    /// The maps of values that are part of a map.
    fn spreads_in(&self, at: usize, map: &Map<String, Value>) -> Vec<String> {
        let values = self.specimens[at].values.iter();
        let maps = values.filter_map(|(path, value)| Some((path, value.as_object()?)));
        let inside = maps.filter(|(path, part)| {
            !part.is_empty() && path.len() > 1 && part.iter().all(|(key, value)| map.get(key) == Some(value))
        });
        inside.map(|(path, _)| path.clone()).collect()
    }

    /// When some of the rows have what others have not.
    pub(super) fn presence(&mut self, path: &str, rows: &[Row<'_>], members: &[Row<'_>]) -> Presence {
        let present: BTreeSet<usize> = members.iter().map(|row| row.at).collect();
        if rows.iter().all(|row| present.contains(&row.at)) {
            return Presence::Always;
        }
        match self.condition(path, rows, &|at| present.contains(&at)) {
            Some(condition) => Presence::When(condition),
            None => Presence::Unknown(present.len(), rows.len()),
        }
    }

    /// Adds an entry, under its condition.
    pub(super) fn enter(&mut self, path: &str, entries: &mut Vec<Entry>, entry: Entry, presence: Presence) {
        match (entries.last_mut(), presence) {
            (_, Presence::Always) => entries.push(entry),
            (Some(Entry::When(known, list)), Presence::When(condition)) if *known == condition => list.push(entry),
            (_, Presence::When(condition)) => entries.push(Entry::When(condition, vec![entry])),
            (_, Presence::Unknown(some, all)) => {
                self.fail(path, format!("there in {some} of {all} specimens, and nothing tells which"));
            }
        }
    }
}

/// Keys in the order in which they are first met.
fn each_once(keys: Vec<Vec<String>>) -> Vec<String> {
    let mut found = Vec::new();
    for key in keys.into_iter().flatten() {
        if !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

/// What a choice of labels stands for.
pub(super) fn labelled<T: Clone>(choice: &Choice<u32>, labels: &BTreeMap<u32, T>) -> Option<Choice<T>> {
    match choice {
        Choice::One(label) => labels.get(label).cloned().map(Choice::One),
        Choice::If(atom, yes, no) => {
            Some(Choice::If(atom.clone(), Box::new(labelled(yes, labels)?), Box::new(labelled(no, labels)?)))
        }
    }
}

/// A number as a value.
fn number_node(choice: &Choice<Number>) -> Node {
    let node = |number: &Number| match number {
        Number::Literal(number) => Node::Literal(Value::from(*number)),
        number => Node::Number(number.clone()),
    };
    match choice {
        Choice::One(number) => node(number),
        choice => Node::Choice(choice.map(&mut |number| Box::new(node(number)))),
    }
}
