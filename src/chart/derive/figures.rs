//! How the numbers of the plan are made, in terms of values and of each other.

use std::collections::{BTreeMap, BTreeSet};

use super::generalize::{Generalizer, labelled};
use super::learn::Tests;
use super::specimen::{Specimen, figure_key};
use super::vocabulary::Vocabulary;
use crate::chart::template::{Choice, Derived, FigureTemplate, Number, chosen, number as evaluate_number};
use crate::plan::formula::{Formula, Inputs};
use crate::plan::sizing;

/// The numbers of the plan that tests look at.
pub(super) const COMPARED: [&str; 2] = ["scaling.max", "scaling.min"];

/// What the derivation rests on.
pub(super) struct Context<'a> {
    pub(super) specimens: &'a [Specimen],
    pub(super) vocabularies: &'a [Vocabulary],
    pub(super) tests: &'a Tests,
    pub(super) influence: &'a BTreeMap<String, BTreeSet<String>>,
}

/// Derives every number that any specimen has.
pub(super) fn derive(context: &Context<'_>, derivation: &mut super::Derivation) {
    let mut paths: BTreeSet<&'static str> = BTreeSet::new();
    for specimen in context.specimens {
        paths.extend(specimen.figures.keys());
    }
    for path in paths {
        let (choice, unexplained) = figure(context, path);
        derivation.figures.extend(choice.map(|choice| FigureTemplate { path, choice }));
        derivation.unexplained.extend(unexplained.into_iter().map(|one| format!("figure {}: {}", one.path, one.why)));
    }
}

fn figure(context: &Context<'_>, path: &'static str) -> (Option<Choice<Derived>>, Vec<super::generalize::Unexplained>) {
    let nothing = BTreeSet::new();
    let none = BTreeSet::new();
    let earlier = earlier(context.specimens, path);
    let relevant = context.influence.get(&figure_key(path)).unwrap_or(&nothing);
    let mut generalizer = Generalizer {
        specimens: context.specimens,
        vocabularies: context.vocabularies,
        tests: context.tests,
        relevant,
        figures: Some(&none),
        anything: false,
        unexplained: Vec::new(),
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
    if COMPARED.contains(&path) {
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
                    Some(_) => generalizer.unexplained.push(super::generalize::Unexplained {
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
    (labelled(&choice, &made), generalizer.unexplained)
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
pub(super) fn difference(figure: &FigureTemplate, specimen: &Specimen) -> Option<String> {
    let Some(expected) = specimen.figures.get(figure.path) else {
        let made = chosen(&figure.choice, specimen);
        let nothing = !COMPARED.contains(&figure.path) || *made == Derived::Given(Number::Literal(0));
        return (!nothing).then(|| format!("figure {}", figure.path));
    };
    let made = match chosen(&figure.choice, specimen) {
        Derived::Given(number) => evaluate_number(number, specimen),
        Derived::Formula(formula, inputs) => {
            let mut values = Inputs::of(expected.inputs.size);
            for (name, choice) in inputs {
                values = values.with(name, evaluate_number(chosen(choice, specimen), specimen)?);
            }
            Some(formula.evaluate(&values))
        }
    };
    (made != Some(expected.number)).then(|| format!("figure {}", figure.path))
}
