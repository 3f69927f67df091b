//! When the facts of the plan hold, in terms of values and of each other.

use rayon::prelude::*;
use serde_json::Value;

use super::figures::Context;
use super::generalize::memory::{Memory, Recollection};
use super::generalize::{Generalizer, Row};
use super::specimen::{Specimen, fact_key};
use super::{Derivation, Difference, Stale};
use crate::chart::fact::FACTS;
use crate::chart::template::{Condition, FactTemplate, chosen};

/// Derives when each fact holds, and keeps those that are not stale.
pub(super) fn derive(context: &Context<'_>, stale: &Stale, derivation: &mut Derivation) {
    derivation.facts.retain(|fact| !stale.has(&fact_key(fact.name)));
    let wanted: Vec<usize> = (0..FACTS.len()).filter(|at| stale.has(&fact_key(FACTS[*at].name))).collect();
    let memories = &derivation.memory;
    let made: Vec<(&'static str, Option<Condition>, Memory)> = wanted
        .into_par_iter()
        .map(|at| {
            let memory = memories.get(&fact_key(FACTS[at].name)).cloned().unwrap_or_default();
            let (condition, memory) = fact(context, at, &memory);
            (FACTS[at].name, condition, memory)
        })
        .collect();
    for (name, condition, memory) in made {
        derivation.memory.insert(fact_key(name), memory);
        match condition {
            Some(condition) => derivation.facts.push(FactTemplate { name, condition }),
            None => {
                derivation.unexplained.push(Difference::new(fact_key(name), "nothing tells when it holds".to_owned()))
            }
        }
    }
    let place = |fact: &FactTemplate| FACTS.iter().position(|known| known.name == fact.name);
    derivation.facts.sort_by_key(place);
}

/// Rests on those before it, so that none rests on itself.
fn fact(context: &Context<'_>, at: usize, memory: &Memory) -> (Option<Condition>, Memory) {
    let name = FACTS[at].name;
    let tests = context.tests_with_facts(FACTS[..at].iter().map(|fact| fact.name));
    let memory = Recollection { key: name, own: memory, others: &[] };
    let mut generalizer = Generalizer { tests: &tests, ..context.generalizer(&fact_key(name), memory) };
    let all: Vec<Row<'_>> =
        (0..context.specimens.len()).map(|at| Row { at, value: &Value::Null, item: None }).collect();
    let condition = generalizer.condition("when", &all, &|at| context.specimens[at].facts.contains(&name));
    (condition, generalizer.outcome.memory)
}

/// How a fact differs from the compiler's, when it does.
pub(super) fn difference(fact: &FactTemplate, specimen: &Specimen) -> Option<Difference> {
    let same = *chosen(&fact.condition, specimen) == specimen.facts.contains(&fact.name);
    (!same).then(|| Difference::new(fact_key(fact.name), "is another".to_owned()))
}
