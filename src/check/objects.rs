//! Rules about the built objects themselves, after the user's additions and overrides.

mod free_form;
mod labels;
mod overrides;
pub(super) mod pods;
mod probes;
mod references;
mod restricted;
#[cfg(test)]
mod tests;
mod variables;

use super::Context;
use crate::diagnostic::Diagnostics;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    overrides::rules(context, diagnostics);
    free_form::rules(context, diagnostics);
    labels::rules(context, diagnostics);
    references::rules(context, diagnostics);
    variables::rules(context, diagnostics);
    probes::rules(context, diagnostics);
    restricted::rules(context, diagnostics);
}
