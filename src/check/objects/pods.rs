//! Finds the pods and containers in built objects.

use serde_json::{Map, Value};

use super::super::Context;
use crate::object::Object;

/// The pods of one workload.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct Pod<'a> {
    /// The workload.
    pub(in crate::check) object: &'a Object,
    /// The pods' template.
    pub(in crate::check) template: &'a Value,
    /// Their specification.
    pub(in crate::check) spec: &'a Value,
}

impl Pod<'_> {
    /// For example `Deployment/memos`.
    pub(in crate::check) fn name(&self) -> String {
        name(self.object)
    }
}

/// A container, and whether it runs before the others.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct Part<'a> {
    /// The container.
    pub(in crate::check) value: &'a Value,
}

impl<'a> Part<'a> {
    /// Its name.
    pub(in crate::check) fn name(&self) -> &'a str {
        self.value["name"].as_str().unwrap_or_default()
    }
}

/// `Kind/name`.
pub(in crate::check) fn name(object: &Object) -> String {
    format!("{}/{}", object.kind, object.name)
}

/// Every object with a template of pods; the operators' kinds make theirs themselves.
pub(in crate::check) fn pods<'a>(context: &Context<'a>) -> Vec<Pod<'a>> {
    context.objects.objects().iter().filter_map(pod).collect()
}

/// The pods of an object; none of kinds that have none.
pub(in crate::check) fn pod(object: &Object) -> Option<Pod<'_>> {
    let template = match object.kind.as_str() {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => &object.value["spec"]["template"],
        "CronJob" => &object.value["spec"]["jobTemplate"]["spec"]["template"],
        "Pod" => &object.value,
        _ => return None,
    };
    Some(Pod { object, template, spec: &template["spec"] })
}

/// All containers, those that start before the others first.
pub(in crate::check) fn containers(spec: &Value) -> Vec<Part<'_>> {
    let list = |key: &str| spec[key].as_array().into_iter().flatten().map(|value| Part { value });
    list("initContainers").chain(list("containers")).collect()
}

/// A list in an object; nothing when it is not there.
pub(in crate::check) fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// Whether labels contain all of a selector.
pub(in crate::check) fn selects(selector: &Value, labels: &Value) -> bool {
    let empty = Map::new();
    let labels = labels.as_object().unwrap_or(&empty);
    selector.as_object().is_some_and(|selector| selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
}
