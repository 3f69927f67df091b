//! Builds objects from the plan, one file a component. Decides nothing.

mod attachments;
mod cache;
mod container;
mod database;
mod exposure;
mod haproxy;
mod memos;
mod namespace;
mod network;
mod pod;
mod pooler;
mod secrets;
mod standby;
mod workload;

use rayon::prelude::*;
use serde_json::Value;

use crate::object::{Built, Object, ObjectSet, patch};
use crate::plan::Plan;
use crate::spec::workload::Override;

/// The parts of an installation, in the order of their objects.
const PARTS: [fn(&Plan) -> Vec<Object>; 10] = [
    namespace::objects,
    network::objects,
    secrets::objects,
    attachments::objects,
    database::objects,
    pooler::objects,
    cache::objects,
    memos::objects,
    standby::objects,
    exposure::objects,
];

/// Every object of the installation with the user's overrides merged in, before the rules.
pub fn build(plan: &Plan) -> ObjectSet<Built> {
    let parts: Vec<Vec<Object>> = PARTS.par_iter().map(|objects| objects(plan)).collect();
    let mut objects: Vec<Object> = parts.into_iter().flatten().collect();
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
