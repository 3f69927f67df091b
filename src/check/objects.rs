//! Rules about the built objects themselves, after the user's additions and overrides.

mod contradictions;
mod free_form;
pub(super) mod labels;
mod names;
mod node;
mod origin;
pub(super) mod overrides;
pub(super) mod pods;
pub(super) mod probes;
pub(super) mod references;
pub(super) mod refused;
pub(super) mod restricted;
#[cfg(test)]
mod tests;
pub(super) mod typed;
mod values;
pub(super) mod variables;

#[cfg(test)]
pub(crate) use labels::{legal_key, legal_value};

use super::Context;
use crate::diagnostic::Diagnostics;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    overrides::rules(context, diagnostics);
    free_form::rules(context, diagnostics);
    labels::rules(context, diagnostics);
    refused::rules(context, diagnostics);
    references::rules(context, diagnostics);
    variables::rules(context, diagnostics);
    probes::rules(context, diagnostics);
    restricted::rules(context, diagnostics);
}
