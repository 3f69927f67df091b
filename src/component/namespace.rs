//! The Namespace, in which only pods that keep to Pod Security `restricted` may run.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Namespace;

use crate::object::Object;
use crate::object::meta::{metadata, typed};
use crate::plan::Plan;
use crate::plan::exposure::ExposurePlan;
use crate::plan::names::Role;

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    if !plan.create_namespace {
        return Vec::new();
    }
    let mut metadata = metadata(plan, Role::Memos, plan.names.namespace.clone(), None);
    metadata.namespace = None;
    let labels = metadata.labels.get_or_insert_with(BTreeMap::new);
    // These belong to the workloads; a namespace has neither a component nor a version.
    labels.remove("app.kubernetes.io/component");
    labels.remove("app.kubernetes.io/version");
    for mode in ["enforce", "audit", "warn"] {
        labels.insert(format!("pod-security.kubernetes.io/{mode}"), "restricted".to_owned());
        labels.insert(format!("pod-security.kubernetes.io/{mode}-version"), format!("v1.{}", plan.kubernetes_minor));
    }
    let ExposurePlan { namespace_labels, .. } = &plan.exposure;
    labels.extend(namespace_labels.clone());
    vec![typed(&Namespace { metadata, ..Namespace::default() })]
}
