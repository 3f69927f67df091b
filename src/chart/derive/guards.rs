//! Reasons to refuse values, learnt from the specs that the compiler refuses.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;

use super::figures::Context;
use super::generalize::memory::{Memory, Recollection};
use super::generalize::{Outcome, Row, Unexplained};
use super::specimen::{Refusal, Specimen, guard_key};
use super::vocabulary::{Part, Vocabulary};
use super::{Difference, Stale};
use crate::chart::template::{Atom, Guard, Number, Piece, chosen, evaluate, number};
use crate::diagnostic::Code;

/// Codes about what a class of edges can do, which is a table; about keys of annotations; about relations between texts, which no
/// test of a value expresses; and about requests and limits, most of which are neither values nor figures. Their guards are written
/// by hand in `guards.tpl`.
pub(super) const BY_HAND: &[Code] = &[
    Code::ProtectionNotExpressible,
    Code::AzureGatewayUnnamed,
    Code::WebAclNotAnArn,
    Code::FirewallPolicyNotAnId,
    Code::IdentityUser,
    Code::RdsAuthority,
    Code::BucketRegion,
    Code::SubPath,
    Code::LimitBelowRequest,
];

/// Numbers of one guard that are compared with each other.
const MOST_NUMBERS: usize = 20;

/// So many values of a number are no chance, and more say no more.
const MANY_VALUES: usize = 4;

/// Derives a guard for every kind of sentence that any refusal has, and keeps those whose code is not stale.
pub(super) fn derive(context: &Context<'_>, stale: &Stale, derivation: &mut super::Derivation) {
    derivation.guards.retain(|guard| !stale.has(&guard_key(guard.code)));
    let mut sentences: BTreeMap<(Code, String), Vec<Row<'_>>> = BTreeMap::new();
    for (at, (specimen, vocabulary)) in context.specimens.iter().zip(context.vocabularies).enumerate() {
        let by_hand = |refusal: &&Refusal| BY_HAND.contains(&refusal.code);
        let refusals = specimen.refusals.iter().filter(|refusal| !by_hand(refusal));
        for refusal in refusals.filter(|refusal| stale.has(&guard_key(refusal.code))) {
            let sentence = sentence(vocabulary, refusal.text.as_str().unwrap_or_default());
            let rows = sentences.entry((refusal.code, sentence)).or_default();
            rows.push(Row { at, value: &refusal.text, item: None });
        }
    }
    let sentences: Vec<_> = sentences.into_iter().collect();
    let memory = &derivation.memory;
    let guards: Vec<(Memory, Result<Guard, Vec<Unexplained>>)> = sentences
        .par_iter()
        .map(|((code, sentence), rows)| {
            let memory = memory.get(&memory_key(*code, sentence)).cloned().unwrap_or_default();
            guard(context, *code, &memory, rows)
        })
        .collect();
    for (((code, sentence), _), (memory, guard)) in sentences.into_iter().zip(guards) {
        derivation.memory.insert(memory_key(code, &sentence), memory);
        match guard {
            Ok(guard) => derivation.guards.push(guard),
            Err(unexplained) => derivation.unexplained.extend(
                unexplained
                    .into_iter()
                    .map(|one| Difference::new(guard_key(code), format!("{sentence:?}: {}", one.why))),
            ),
        }
    }
    derivation.guards.sort_by_key(|guard| guard.code);
}

/// Under what is kept what was derived for a sentence.
fn memory_key(code: Code, sentence: &str) -> String {
    format!("{}/{sentence}", guard_key(code))
}

fn guard(
    context: &Context<'_>,
    code: Code,
    memory: &Memory,
    rows: &[Row<'_>],
) -> (Memory, Result<Guard, Vec<Unexplained>>) {
    let numbers = numbers(context, rows);
    let tests = context.tests.with(comparisons(&numbers, context.specimens));
    // Words differ by kinds and flags; only whether something is said at all may rest on a comparison.
    let memory = Recollection { key: code.text(), own: memory, others: &[] };
    let mut generalizer = context.generalizer(&guard_key(code), memory);
    let node = generalizer.node(code.text(), rows);
    generalizer.tests = &tests;
    let null = Value::Null;
    let all: Vec<Row<'_>> = (0..context.specimens.len()).map(|at| Row { at, value: &null, item: None }).collect();
    let present: BTreeSet<usize> = rows.iter().map(|row| row.at).collect();
    let condition = generalizer.condition("when", &all, &|at| present.contains(&at));
    let Outcome { mut unexplained, memory } = generalizer.outcome;
    let guard = match condition {
        Some(condition) if unexplained.is_empty() => Ok(Guard { code, condition, node }),
        Some(_) => Err(unexplained),
        None => {
            unexplained.push(Unexplained { path: String::new(), why: "nothing tells when it is said".to_owned() });
            Err(unexplained)
        }
    };
    (memory, guard)
}

/// A text without what was made up, and without its numbers and amounts.
fn sentence(vocabulary: &Vocabulary, text: &str) -> String {
    let shown = vocabulary.parts(text, None).into_iter().map(|part| match part {
        Part::Piece(Piece::Literal(text)) => text,
        Part::Digits(_) | Part::Quantity(_) => "#".to_owned(),
        Part::Piece(_) | Part::Item(..) => "_".to_owned(),
    });
    shown.collect()
}

/// The numbers that sentences speak of, most of all those of which they name many values: a field that happens to have the same
/// one is seldom met with another.
fn numbers(context: &Context<'_>, rows: &[Row<'_>]) -> Vec<Number> {
    let mut met: BTreeMap<Number, (BTreeSet<i64>, usize)> = BTreeMap::new();
    for row in rows {
        let vocabulary = &context.vocabularies[row.at];
        let text = row.value.as_str().unwrap_or_default();
        let named: BTreeSet<i64> = vocabulary.parts(text, None).iter().flat_map(named).collect();
        let meant = |number: &i64| -> Vec<(Number, i64)> {
            let known = vocabulary.numbers(*number).iter().cloned();
            known.chain([Number::Literal(*number)]).map(|meant| (meant, *number)).collect()
        };
        let meant: BTreeMap<Number, i64> = named.iter().flat_map(meant).collect();
        for (meant, number) in meant {
            let (values, count) = met.entry(meant).or_default();
            values.insert(number);
            *count += 1;
        }
    }
    let often = |number: &Number, count: usize| match number {
        Number::Literal(_) => count == rows.len(),
        _ => count * 10 >= rows.len(),
    };
    let mut ranked: Vec<(usize, usize, Number)> = met
        .into_iter()
        .filter(|(number, (_, count))| often(number, *count))
        .map(|(number, (values, count))| (values.len().min(MANY_VALUES), count, number))
        .collect();
    ranked.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.cmp(&b.2)));
    let mut found: Vec<Number> = ranked.into_iter().map(|(.., number)| number).take(MOST_NUMBERS / 2).collect();
    found.extend(beside(context, rows, &found));
    found.truncate(MOST_NUMBERS);
    found
}

/// The numbers that a part of a sentence names.
fn named(part: &Part) -> Vec<i64> {
    match part {
        Part::Digits(number) => vec![*number],
        Part::Quantity(text) => text.parse().into_iter().chain([Vocabulary::amount(text)]).collect(),
        _ => Vec::new(),
    }
}

/// Which of two cures is named may rest on a figure beside those that the sentence names, and on its being none.
fn beside(context: &Context<'_>, rows: &[Row<'_>], found: &[Number]) -> Vec<Number> {
    let section = |path: &'static str| path.split('.').next().unwrap_or_default();
    let mut sections: Vec<&str> = Vec::new();
    for number in found {
        if let Number::Figure(path) = number
            && !sections.contains(&section(path))
        {
            sections.push(section(path));
        }
    }
    let specimens = rows.iter().map(|row| &context.specimens[row.at]);
    let figures: BTreeSet<&'static str> = specimens.flat_map(|specimen| specimen.figures.keys()).copied().collect();
    let of = |wanted: &str| -> Vec<&'static str> {
        figures.iter().filter(|path| section(path) == wanted).copied().collect()
    };
    let figures = sections.into_iter().flat_map(of).map(Number::Figure);
    [Number::Literal(1)].into_iter().chain(figures).filter(|number| !found.contains(number)).collect()
}

/// Each number smaller than each other one, and where that holds.
fn comparisons(numbers: &[Number], specimens: &[Specimen]) -> Vec<(Atom, Vec<bool>)> {
    let columns: Vec<Vec<i64>> = numbers
        .iter()
        .map(|one| specimens.iter().map(|specimen| number(one, specimen).unwrap_or_default()).collect())
        .collect();
    let mut found = Vec::new();
    for (one, left) in numbers.iter().zip(&columns) {
        for (other, right) in numbers.iter().zip(&columns) {
            let constant = matches!((one, other), (Number::Literal(_), Number::Literal(_)));
            if one != other && !constant {
                let truth = left.iter().zip(right).map(|(a, b)| a < b).collect();
                found.push((Atom::Less(one.clone(), other.clone()), truth));
            }
        }
    }
    found
}

/// The numbers of the plan that conditions of guards look at.
pub(super) fn compared(guards: &[Guard]) -> BTreeSet<&'static str> {
    guards.iter().flat_map(|guard| guard.condition.atoms()).flat_map(Atom::figures).collect()
}

/// How the guards' words differ from the compiler's for a specimen.
pub(super) fn differences(guards: &[Guard], specimen: &Specimen) -> Vec<Difference> {
    let refusals = specimen.refusals.iter().filter(|refusal| !BY_HAND.contains(&refusal.code));
    let mut expected: Vec<(Code, &Value)> = refusals.map(|refusal| (refusal.code, &refusal.text)).collect();
    let mut found = Vec::new();
    for guard in guards.iter().filter(|guard| *chosen::<bool>(&guard.condition, specimen)) {
        let said = evaluate(&guard.node, specimen);
        match expected.iter().position(|(code, text)| *code == guard.code && said.as_ref() == Some(text)) {
            Some(at) => drop(expected.swap_remove(at)),
            None => found.push(Difference::new(guard_key(guard.code), "is said, or said otherwise".to_owned())),
        }
    }
    let missing = expected.iter().map(|(code, _)| Difference::new(guard_key(*code), "is not said".to_owned()));
    found.extend(missing);
    found
}
