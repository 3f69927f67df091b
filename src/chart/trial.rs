//! Random legal values with what the compiler makes of them, to hold the chart against.

use serde_json::{Map, Value};

use super::derive::leaf::document;
use super::derive::pairs::{Pairs, paired};
use super::derive::specimen::Specimen;
use super::derive::walk::Walk;
use crate::compile::{merged_schema, validator};

/// Values of the chart, and the objects of the spec that says the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// What is put over `values.yaml`.
    pub values: Value,
    /// The release's name: the installation's, as far as Helm takes it. The values say the whole.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// What the compiler builds, without the Namespace.
    pub objects: Vec<Value>,
}

/// Values of the chart that the compiler refuses, and its words.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedTrial {
    /// What is put over `values.yaml`.
    pub values: Value,
    /// The namespace.
    pub namespace: String,
    /// What is said: code and message, and a line for each cure.
    pub refusals: Vec<String>,
}

/// Values in which every two settings meet that can stand together.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    /// The values, and what the compiler makes of them.
    pub trials: Vec<Trial>,
    /// How many pairs of settings stand together in one of them.
    pub pairs: usize,
    /// How many pairs were found in no legal values.
    pub apart: usize,
}

/// Few values in which all pairs of flags and kinds meet; other seeds give others. The templates were learnt from the seed 1.
pub fn paired_trials(seed: u64) -> Paired {
    let Pairs { specimens, pairs, apart } = paired(&merged_schema(), &validator(), seed);
    Paired { trials: specimens.into_iter().map(trial).collect(), pairs, apart }
}

/// Characters of a release's name at most.
const LONGEST_RELEASE: usize = 53;

/// So many values of which some relation is refused; other seeds give others.
pub fn refused_trials(seed: u64, count: usize) -> Vec<RefusedTrial> {
    let (schema, validator) = (merged_schema(), validator());
    let mut walk = Walk::new(&schema, &validator, seed);
    let mut found = Vec::new();
    while found.len() < count {
        let specimen = walk.attempt();
        if !specimen.refusals.is_empty() {
            found.push(refused(specimen));
        }
    }
    found
}

fn refused(specimen: Specimen) -> RefusedTrial {
    let refusals = specimen.refusals.iter().map(|refusal| refusal.text.as_str().unwrap_or_default().to_owned());
    let refusals = refusals.collect();
    let Trial { values, namespace, .. } = trial(specimen);
    RefusedTrial { values, namespace, refusals }
}

/// So many trials; other seeds give others. The templates were learnt from the seed 1.
pub fn trials(seed: u64, count: usize) -> Vec<Trial> {
    let (schema, validator) = (merged_schema(), validator());
    let mut walk = Walk::new(&schema, &validator, seed);
    (0..count).map(|_| trial(walk.next())).collect()
}

fn trial(specimen: Specimen) -> Trial {
    let Specimen { values, names, objects, .. } = specimen;
    let mut document = document(&values, &names.installation, &names.namespace);
    let mut values = document["spec"].take();
    if !values.is_object() {
        values = Value::Object(Map::new());
    }
    values["fullnameOverride"] = Value::from(names.installation.clone());
    let longest = names.installation.len().min(LONGEST_RELEASE);
    Trial {
        values,
        name: names.installation[..longest].trim_end_matches('-').to_owned(),
        namespace: names.namespace,
        objects: objects.iter().map(|object| object.value.clone()).collect(),
    }
}
