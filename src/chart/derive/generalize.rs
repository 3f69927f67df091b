//! One template for what many specimens have in a place.

mod list;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::learn::Tests;
use super::specimen::Specimen;
use super::vocabulary::{Vocabulary, is_made_up};
use crate::chart::template::{Choice, Condition, Entry, Node, Number};

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
    pub(super) unexplained: Vec<Unexplained>,
}

/// Numbers from here on are met by chance only where they were made up.
const MADE_UP_NUMBERS: i64 = 20_000;

/// As many labels as a set of them has bits.
const MOST_LABELS: usize = 60;

impl<'a> Generalizer<'a> {
    pub(super) fn is_relevant(&self, path: &str) -> bool {
        self.anything || self.relevant.contains(path)
    }

    fn number_is_relevant(&self, number: &Number) -> bool {
        match number {
            Number::Literal(_) => true,
            Number::Figure(path) => self.figures.is_none_or(|figures| figures.contains(path)),
            Number::Value(path)
            | Number::Mebibytes(path)
            | Number::Gibibytes(path)
            | Number::Port(path)
            | Number::Thousandths(path) => self.is_relevant(path),
        }
    }

    pub(super) fn fail(&mut self, path: &str, why: String) -> Node {
        self.unexplained.push(Unexplained { path: path.to_owned(), why });
        Node::Literal(Value::Null)
    }

    pub(super) fn choose(&self, cases: &[(usize, u64)]) -> Option<Choice<u32>> {
        self.tests.choose(cases, &|path| self.is_relevant(path))
    }

    /// When something is there: in which of the rows.
    pub(super) fn condition(&self, rows: &[Row<'_>], present: &dyn Fn(usize) -> bool) -> Option<Condition> {
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
            return self.fail(path, format!("nothing tells {} groups apart: {examples:?}", groups.len()));
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
            self.fail(path, format!("nothing tells these numbers apart: {labels:?}"));
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
        for key in in_common_order(&keys).unwrap_or_else(|| keys.concat()) {
            let inside = format!("{path}.{key}");
            let members: Vec<Row<'a>> = maps
                .iter()
                .filter(|(row, _)| !is_spread(row.at, &key))
                .filter_map(|(row, map)| Some(Row { value: map.get(&key)?, ..*row }))
                .collect();
            let node = self.node(&inside, &members);
            self.enter(&inside, &mut entries, Entry::Field(key, node), rows, &members);
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
            self.enter(&inside, &mut entries, Entry::Spread(spread), &with, &members);
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

    /// Adds an entry, under a condition when only some of the rows have it.
    fn enter(&mut self, path: &str, entries: &mut Vec<Entry>, entry: Entry, rows: &[Row<'_>], members: &[Row<'_>]) {
        let present: BTreeSet<usize> = members.iter().map(|row| row.at).collect();
        if rows.iter().all(|row| present.contains(&row.at)) {
            entries.push(entry);
            return;
        }
        let Some(condition) = self.condition(rows, &|at| present.contains(&at)) else {
            let share = format!("there in {} of {} specimens, and nothing tells which", present.len(), rows.len());
            self.fail(path, share);
            return;
        };
        match entries.last_mut() {
            Some(Entry::When(known, list)) if *known == condition => list.push(entry),
            _ => entries.push(Entry::When(condition, vec![entry])),
        }
    }
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

/// As few labels as fit all cases: again and again the one that fits most of those which are left.
pub(super) fn cover<T: Copy, L: Ord + Clone>(
    cases: &[(usize, T)],
    candidates: &dyn Fn(usize, T) -> Vec<L>,
) -> Option<Vec<L>> {
    let mut left: Vec<Vec<L>> = cases.iter().map(|(at, value)| candidates(*at, *value)).collect();
    let mut labels = Vec::new();
    while !left.is_empty() {
        let mut counts: BTreeMap<&L, (usize, usize)> = BTreeMap::new();
        for fits in &left {
            for (order, label) in fits.iter().enumerate() {
                let (count, _) = counts.entry(label).or_insert((0, order));
                *count += 1;
            }
        }
        // Among equals the one that a case names first: values before figures before literals.
        let best = counts.into_iter().max_by_key(|(_, (count, order))| (*count, usize::MAX - order))?.0.clone();
        left.retain(|fits| !fits.contains(&best));
        labels.push(best);
        if labels.len() > MOST_LABELS {
            return None;
        }
    }
    Some(labels)
}

/// Names in an order that agrees with all lists; none when they disagree.
pub(super) fn in_common_order(lists: &[Vec<String>]) -> Option<Vec<String>> {
    let mut first_seen: Vec<&String> = Vec::new();
    let mut before: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for list in lists {
        for (at, name) in list.iter().enumerate() {
            let earlier = before.entry(name).or_default();
            earlier.extend(at.checked_sub(1).and_then(|at| list.get(at)));
            if seen.insert(name) {
                first_seen.push(name);
            }
        }
    }
    let mut order: Vec<String> = Vec::new();
    let mut done: BTreeSet<&String> = BTreeSet::new();
    while order.len() < first_seen.len() {
        let next = first_seen.iter().find(|name| !done.contains(**name) && before[**name].is_subset(&done))?;
        done.insert(next);
        order.push((*next).clone());
    }
    Some(order)
}
