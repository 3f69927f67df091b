//! to come
use crate::object::Object;
use crate::plan::Plan;
pub(super) fn objects(_plan: &Plan) -> Vec<Object> {
    Vec::new()
}
