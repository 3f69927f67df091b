//! Metadata that every object has, and the way from typed objects to [`Object`].

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::{Metadata, Resource};
use serde::Serialize;
use serde_json::{Value, json};

use super::Object;
use crate::plan::Plan;
use crate::plan::names::Role;
use crate::spec::workload::Component;

/// The labels of an object: those of its selector, and what is good to know.
pub fn labels(plan: &Plan, role: Role) -> BTreeMap<String, String> {
    let mut labels = plan.names.selector(role);
    let more = [("part-of", "memos"), ("managed-by", "memos-gen")];
    labels.extend(more.map(|(key, value)| (format!("app.kubernetes.io/{key}"), value.to_owned())));
    if role == Role::Memos {
        labels.insert("app.kubernetes.io/version".to_owned(), label_value(&plan.version));
    }
    labels
}

/// A text as a label's value: at most 63 characters, others than the legal ones become `-`.
fn label_value(text: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let cut: String = text.chars().map(legal).take(63).collect();
    cut.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

/// The metadata of an object in the installation's namespace.
pub fn metadata(plan: &Plan, role: Role, name: impl Into<String>, settings: Option<&Component>) -> ObjectMeta {
    let mut labels = labels(plan, role);
    let mut annotations = BTreeMap::new();
    if let Some(settings) = settings {
        add_missing(&mut labels, &settings.labels);
        annotations.extend(settings.annotations.clone());
    }
    ObjectMeta {
        name: Some(name.into()),
        namespace: Some(plan.names.namespace.clone()),
        labels: Some(labels),
        annotations: (!annotations.is_empty()).then_some(annotations),
        ..ObjectMeta::default()
    }
}

/// Adds the user's labels; ours stay, because selectors rest on them.
pub fn add_missing(labels: &mut BTreeMap<String, String>, more: &BTreeMap<String, String>) {
    for (key, value) in more {
        labels.entry(key.clone()).or_insert_with(|| value.clone());
    }
}

/// Adds annotations to metadata.
pub fn annotate(mut metadata: ObjectMeta, more: BTreeMap<String, String>) -> ObjectMeta {
    if !more.is_empty() {
        metadata.annotations.get_or_insert_with(BTreeMap::new).extend(more);
    }
    metadata
}

/// The selector of a component's pods.
pub fn selector(plan: &Plan, role: Role) -> LabelSelector {
    LabelSelector { match_labels: Some(plan.names.selector(role)), match_expressions: None }
}

/// The labels of a component's pods: the selector's, and the user's.
pub fn pod_labels(plan: &Plan, role: Role, settings: &Component) -> BTreeMap<String, String> {
    let mut labels = labels(plan, role);
    // Who wrote the object says nothing about the pod, and must not restart it.
    labels.remove("app.kubernetes.io/managed-by");
    add_missing(&mut labels, &settings.pod_labels);
    labels
}

/// A typed object of Kubernetes.
pub fn typed<K>(object: &K) -> Object
where
    K: Resource + Metadata<Ty = ObjectMeta> + Serialize,
{
    let metadata = object.metadata();
    let name = metadata.name.clone().unwrap_or_default();
    let namespace = metadata.namespace.clone();
    Object {
        api_version: K::API_VERSION.to_owned(),
        kind: K::KIND.to_owned(),
        name,
        namespace,
        value: serde_json::to_value(object).expect("the types of Kubernetes serialise to JSON"),
    }
}

/// An object of a custom kind, whose `spec` is one of our narrow types.
pub fn custom(api_version: &str, kind: &str, metadata: &ObjectMeta, spec: &impl Serialize) -> Object {
    let value: Value = json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": metadata,
        "spec": spec,
    });
    Object {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        name: metadata.name.clone().unwrap_or_default(),
        namespace: metadata.namespace.clone(),
        value,
    }
}

/// Adds an annotation with the hash of what a pod reads at its start, so that a change restarts it.
pub fn restart_on_change(template: &mut PodTemplateSpec, name: &str, content: &impl Serialize) {
    let bytes = serde_json::to_vec(content).unwrap_or_default();
    let metadata = template.metadata.get_or_insert_with(ObjectMeta::default);
    let annotations = metadata.annotations.get_or_insert_with(BTreeMap::new);
    annotations.insert(format!("checksum/{name}"), crate::plan::names::hash(&bytes));
}
