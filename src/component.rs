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

use crate::object::{Built, Object, ObjectSet};
use crate::plan::Plan;

/// Every object of the installation, before overrides and rules.
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
    ObjectSet::new(objects)
}
