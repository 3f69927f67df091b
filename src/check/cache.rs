//! Rules about Redis: addresses that cannot work, protection, limits, the server itself, who else reaches it.

mod address;
mod limits;
mod reach;
mod server;
#[cfg(test)]
mod tests;

use super::Context;
use super::finding::said;
use crate::diagnostic::Diagnostics;
use crate::spec::database::{Cache, ManagedCache};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    address::rules(context, diagnostics);
    limits::rules(context, diagnostics);
    reach::rules(context, diagnostics);
    server::rules(context, diagnostics);
}

/// The Redis that somebody else runs.
fn managed<'a>(context: &Context<'a>) -> Option<&'a ManagedCache> {
    match &said(context).cache {
        Cache::Managed(managed) => Some(managed),
        _ => None,
    }
}
