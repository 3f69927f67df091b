//! Builds objects from the plan, one file a component. Decides nothing.

mod attachments;
mod cache;
mod container;
mod database;
mod exposure;
mod memos;
mod namespace;
mod network;
mod pod;
mod pooler;
mod secrets;
mod workload;

use serde_json::Value;

use crate::object::{Built, Object, ObjectSet, patch};
use crate::plan::Plan;
use crate::spec::workload::Override;

/// Every object of the installation with the user's overrides merged in, before the rules.
pub fn build(plan: &Plan) -> ObjectSet<Built> {
    let mut objects: Vec<Object> = Vec::new();
    objects.extend(namespace::objects(plan));
    objects.extend(network::objects(plan));
    objects.extend(secrets::objects(plan));
    objects.extend(attachments::objects(plan));
    objects.extend(database::objects(plan));
    objects.extend(pooler::objects(plan));
    objects.extend(cache::objects(plan));
    objects.extend(memos::objects(plan));
    objects.extend(exposure::objects(plan));
    let merged = merge_overrides(plan, &mut objects);
    ObjectSet::new(objects).with_overrides(merged)
}

/// Merges overrides in their order. One that meets no object or has an unknown field changes nothing; a rule reports it.
fn merge_overrides(plan: &Plan, objects: &mut [Object]) -> Vec<patch::Outcome> {
    let merge = |wanted: &Override| {
        let meant = |object: &&mut Object| object.kind == wanted.kind && object.name == wanted.name;
        match objects.iter_mut().find(meant) {
            Some(object) => patch::apply(object, &Value::Object(wanted.patch.clone())),
            None => Ok(Vec::new()),
        }
    };
    plan.overrides.iter().map(merge).collect()
}
