//! Built Kubernetes objects on their way from `component` through `check` to `emit`.

pub mod cnpg;
pub mod crd;
pub mod external_secret;
pub mod extra;
pub mod fault;
mod kinds;
pub mod meta;
pub mod patch;

use std::marker::PhantomData;

use serde_json::Value;

/// One Kubernetes object as JSON, with what is needed to name and order it.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// For example `apps/v1`.
    pub api_version: String,
    /// For example `Deployment`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`; none for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// The whole object, `apiVersion` and `kind` included.
    pub value: Value,
}

/// Marks a set that was built and not looked at yet.
#[derive(Debug, Clone, Copy)]
pub enum Built {}

/// Marks a set in which every rule held.
#[derive(Debug, Clone, Copy)]
pub enum Checked {}

/// All objects of one compilation, at the stage `Stage`. Only a [`Checked`] set can be emitted.
#[derive(Debug, Clone)]
pub struct ObjectSet<Stage> {
    objects: Vec<Object>,
    overrides: Vec<patch::Outcome>,
    stage: PhantomData<Stage>,
}

impl ObjectSet<Built> {
    /// A set straight from the builders.
    pub(crate) fn new(objects: Vec<Object>) -> Self {
        Self { objects, overrides: Vec::new(), stage: PhantomData }
    }

    /// The same set with what came of each of the user's overrides, in their order.
    pub(crate) fn with_overrides(self, overrides: Vec<patch::Outcome>) -> Self {
        Self { overrides, ..self }
    }

    /// What came of each of the user's overrides, in their order. One that meets no object comes to nothing.
    pub(crate) fn overrides(&self) -> &[patch::Outcome] {
        &self.overrides
    }

    /// Called by `check` alone, when no rule reported an error.
    pub(crate) fn into_checked(self) -> ObjectSet<Checked> {
        ObjectSet { objects: self.objects, overrides: self.overrides, stage: PhantomData }
    }
}

impl<Stage> ObjectSet<Stage> {
    /// The objects in the order they were built.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }
}
