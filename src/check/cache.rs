//! Rules about Redis: addresses that cannot work, protection, limits, the server itself, who else reaches it, fail-over and its certificate.

mod address;
mod certificate;
mod limits;
mod reach;
mod sentinel;
mod server;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_sentinel;

use super::Context;
use super::finding::said;
use crate::diagnostic::Diagnostics;
use crate::spec::database::{Cache, ManagedCache};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    address::rules(context, diagnostics);
    limits::rules(context, diagnostics);
    reach::rules(context, diagnostics);
    server::rules(context, diagnostics);
    sentinel::rules(context, diagnostics);
    certificate::rules(context, diagnostics);
}

/// The Redis that somebody else runs.
fn managed<'a>(context: &Context<'a>) -> Option<&'a ManagedCache> {
    match &said(context).cache {
        Cache::Managed(managed) => Some(managed),
        _ => None,
    }
}
