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

use crate::object::{Built, Object, ObjectSet, patch};
use crate::plan::Plan;

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
    merge_overrides(plan, &mut objects);
    ObjectSet::new(objects)
}

/// Merges overrides in their order. One that meets no object or has an unknown field changes nothing; a rule reports it.
fn merge_overrides(plan: &Plan, objects: &mut [Object]) {
    for patch in &plan.overrides {
        let meant = |object: &&mut Object| object.kind == patch.kind && object.name == patch.name;
        if let Some(object) = objects.iter_mut().find(meant) {
            let _reported_by_a_rule = patch::apply(object, &serde_json::Value::Object(patch.patch.clone()));
        }
    }
}
