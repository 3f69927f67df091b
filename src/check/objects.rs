//! Rules about the built objects themselves, after the user's additions and overrides.

mod contradictions;
mod free_form;
mod labels;
mod names;
mod node;
mod origin;
mod overrides;
pub(super) mod pods;
mod probes;
mod references;
mod refused;
mod restricted;
#[cfg(test)]
mod tests;
mod typed;
mod values;
mod variables;

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
