//! Random legal values with what the compiler makes of them, to hold the chart against.

use serde_json::{Map, Value};

use super::derive::leaf::document;
use super::derive::specimen::{Specimen, Walk};
use super::field::schema;
use crate::compile::validator;

/// Values of the chart, and the objects of the spec that says the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// What is put over `values.yaml`.
    pub values: Value,
    /// The installation's name, which the values say as well.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// What the compiler builds, without the Namespace.
    pub objects: Vec<Value>,
}

/// So many trials; other seeds give others. The templates were learnt from the seed 1.
pub fn trials(seed: u64, count: usize) -> Vec<Trial> {
    let (schema, validator) = (schema(), validator());
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
    Trial {
        values,
        name: names.installation,
        namespace: names.namespace,
        objects: objects.iter().map(|object| object.value.clone()).collect(),
    }
}
