//! The rules: what would break or surprise in production, found before anything is written.

mod attachments;
mod availability;
mod cache;
pub mod change;
mod database;
mod exposure;
mod finding;
mod image;
mod objects;
pub mod rendered;
#[cfg(test)]
pub(crate) mod sample;
mod security;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trial;

#[cfg(test)]
pub(crate) use objects::{legal_key, legal_value};

use crate::diagnostic::Diagnostics;
use crate::object::{Built, Checked, ObjectSet};
use crate::plan::Plan;
use crate::validate::ValidatedSpec;

/// What a rule may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What the user said.
    pub spec: &'a ValidatedSpec,
    /// What was decided.
    pub plan: &'a Plan,
    /// What was built.
    pub objects: &'a ObjectSet<Built>,
}

/// Runs every rule. None when one of them reported an error.
pub fn check(
    validated: &ValidatedSpec,
    plan: &Plan,
    objects: ObjectSet<Built>,
    diagnostics: &mut Diagnostics,
) -> Option<ObjectSet<Checked>> {
    let context = Context { spec: validated, plan, objects: &objects };
    exposure::rules(&context, diagnostics);
    image::rules(&context, diagnostics);
    database::rules(&context, diagnostics);
    cache::rules(&context, diagnostics);
    attachments::rules(&context, diagnostics);
    availability::rules(&context, diagnostics);
    security::rules(&context, diagnostics);
    objects::rules(&context, diagnostics);
    (!diagnostics.has_errors()).then(|| objects.into_checked())
}
