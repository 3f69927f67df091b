//! Rules about uploads and their volumes.

mod bucket;
#[cfg(test)]
mod tests;
mod volume;

use super::Context;
use crate::diagnostic::Diagnostics;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    volume::rules(context, diagnostics);
    bucket::rules(context, diagnostics);
}
