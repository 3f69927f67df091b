//! How the numbers of the plan are made, in terms of values and of each other.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::generalize::memory::{Memory, Recollection};
use super::generalize::{Generalizer, Outcome, labelled};
use super::learn::Tests;
use super::specimen::{Specimen, fact_key, figure_key};
use super::vocabulary::Vocabulary;
use super::{Difference, Stale};
use crate::chart::template::{Choice, Derived, FigureTemplate, Number, chosen, number as evaluate_number};
use crate::plan::formula::Formula;
use crate::plan::sizing;

/// The numbers of the plan that tests look at.
pub(super) const COMPARED: [&str; 2] = ["scaling.max", "scaling.min"];

/// What the derivation rests on.
pub(super) struct Context<'a> {
    pub(super) specimens: &'a [Specimen],
    pub(super) vocabularies: &'a [Vocabulary],
    pub(super) tests: &'a Tests,
    /// Tests without facts, on which facts may rest.
    pub(super) plain: &'a Tests,
    pub(super) influence: &'a BTreeMap<String, BTreeSet<String>>,
}

/// For what no field was seen to change.
static NOTHING: BTreeSet<String> = BTreeSet::new();

impl Context<'_> {
    /// What generalises something with this key, from the fields that were seen to change it.
    pub(super) fn generalizer<'g>(&'g self, of: &str, memory: Recollection<'g>) -> Generalizer<'g> {
        Generalizer {
            specimens: self.specimens,
            vocabularies: self.vocabularies,
            tests: self.tests,
            relevant: self.influence.get(of).unwrap_or(&NOTHING),
            figures: None,
            anything: false,
            memory,
            outcome: Outcome::default(),
        }
    }

    /// The tests there are, and those of these facts.
    pub(super) fn tests_with_facts(&self, facts: impl Iterator<Item = &'static str>) -> Tests {
        let fields = |name| self.influence.get(&fact_key(name)).cloned().unwrap_or_default();
        self.plain.with_facts(facts.map(|name| (name, fields(name))).collect(), self.specimens)
    }
}

/// Derives every number that any specimen has, and keeps those that are not stale.
pub(super) fn derive(context: &Context<'_>, stale: &Stale, derivation: &mut super::Derivation) {
    derivation.figures.retain(|figure| !stale.has(&figure_key(figure.path)));
    let mut paths: BTreeSet<&'static str> = BTreeSet::new();
    for specimen in context.specimens {
        paths.extend(specimen.figures.keys().filter(|path| stale.has(&figure_key(path))));
    }
    let compared = &derivation.compared;
    let made: Vec<_> =
        paths.into_par_iter().map(|path| (path, figure(context, path, compared.contains(path)))).collect();
    for (path, (choice, unexplained)) in made {
        derivation.figures.extend(choice.map(|choice| FigureTemplate { path, choice }));
        let unexplained = unexplained.into_iter();
        derivation.unexplained.extend(unexplained.map(|one| Difference::new(figure_key(path), one.why)));
    }
    derivation.figures.sort_by_key(|figure| figure.path);
}

fn figure(
    context: &Context<'_>,
    path: &'static str,
    compared: bool,
) -> (Option<Choice<Derived>>, Vec<super::generalize::Unexplained>) {
    let (none, memory) = (BTreeSet::new(), Memory::default());
    let earlier = earlier(context.specimens, path);
    let memory = Recollection { key: path, own: &memory, others: &[] };
    let mut generalizer = Generalizer {
        // Facts rest on these numbers.
        tests: if COMPARED.contains(&path) { context.plain } else { context.tests },
        figures: Some(&none),
        ..context.generalizer(&figure_key(path), memory)
    };
    let rows: Vec<(usize, &sizing::Derivation)> = context
        .specimens
        .iter()
        .enumerate()
        .filter_map(|(at, specimen)| Some((at, specimen.figures.get(path)?)))
        .collect();
    let mut ways: Vec<Option<&Formula>> = Vec::new();
    for (_, row) in &rows {
        if !ways.contains(&row.formula.as_ref()) {
            ways.push(row.formula.as_ref());
        }
    }
    let way = |row: &sizing::Derivation| ways.iter().position(|way| *way == row.formula.as_ref()).unwrap_or_default();
    let mut cases: Vec<(usize, u64)> = rows.iter().map(|(at, row)| (*at, 1 << way(row))).collect();
    // A number that tests look at is nothing where the plan has none.
    let nothing_there = u32::try_from(ways.len()).unwrap_or_default();
    if compared {
        let without = context.specimens.iter().enumerate().filter(|(_, specimen)| !specimen.figures.contains_key(path));
        cases.extend(without.map(|(at, _)| (at, 1 << nothing_there)));
    }
    let Some(choice) = generalizer.choose(&cases) else {
        let why = format!("nothing tells {} ways apart", ways.len());
        return (None, vec![super::generalize::Unexplained { path: path.to_owned(), why }]);
    };
    let mut made = BTreeMap::from([(nothing_there, Derived::Given(Number::Literal(0)))]);
    for (label, way) in ways.iter().enumerate() {
        let label = u32::try_from(label).unwrap_or_default();
        let members: Vec<(usize, &sizing::Derivation)> =
            rows.iter().filter(|(at, _)| *chosen(&choice, &context.specimens[*at]) == label).copied().collect();
        match way {
            None => {
                generalizer.figures = Some(&none);
                let column: Vec<(usize, i64)> = members.iter().map(|(at, row)| (*at, row.number)).collect();
                match generalizer.number(path, &column) {
                    Some(Choice::One(number)) => drop(made.insert(label, Derived::Given(number))),
                    Some(_) => generalizer.outcome.unexplained.push(super::generalize::Unexplained {
                        path: path.to_owned(),
                        why: "given in several ways".to_owned(),
                    }),
                    None => {}
                }
            }
            Some(formula) => {
                generalizer.figures = Some(&earlier);
                let mut inputs = Vec::new();
                for name in formula.names() {
                    let column: Vec<(usize, i64)> = members
                        .iter()
                        .map(|(at, row)| (*at, row.inputs.values.get(name).copied().unwrap_or_default()))
                        .collect();
                    let input = generalizer.number(&format!("{path}({name})"), &column);
                    inputs.extend(input.map(|input| (name, input)));
                }
                made.insert(label, Derived::Formula((*formula).clone(), inputs));
            }
        }
    }
    (labelled(&choice, &made), generalizer.outcome.unexplained)
}

/// Numbers that are always decided before this one, so that none rests on itself.
fn earlier(specimens: &[Specimen], path: &str) -> BTreeSet<&'static str> {
    let mut before: BTreeSet<&'static str> = BTreeSet::new();
    let mut after: BTreeSet<&'static str> = BTreeSet::new();
    for specimen in specimens {
        if let Some(at) = specimen.order.iter().position(|other| *other == path) {
            before.extend(&specimen.order[..at]);
            after.extend(&specimen.order[at..]);
        }
    }
    before.difference(&after).copied().collect()
}

/// How a number differs from the compiler's, when it does.
pub(super) fn difference(figure: &FigureTemplate, compared: bool, specimen: &Specimen) -> Option<Difference> {
    let difference = || Difference::new(figure_key(figure.path), "is another".to_owned());
    let Some(expected) = specimen.figures.get(figure.path) else {
        let made = chosen(&figure.choice, specimen);
        let nothing = !compared || *made == Derived::Given(Number::Literal(0));
        return (!nothing).then(difference);
    };
    let same = match chosen(&figure.choice, specimen) {
        Derived::Given(number) => evaluate_number(number, specimen) == Some(expected.number),
        // The same result by another formula or from another input would be one by chance.
        Derived::Formula(formula, inputs) => {
            let made = |choice| evaluate_number(chosen(choice, specimen), specimen);
            let input = |name: &str| expected.inputs.values.get(name).copied().or(Some(0));
            expected.formula.as_ref() == Some(formula)
                && inputs.iter().all(|(name, choice)| made(choice) == input(name))
        }
    };
    (!same).then(difference)
}
