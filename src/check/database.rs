//! Rules about databases: connections, managed servers, servers of ours.

mod connections;
mod managed;
mod server;
#[cfg(test)]
mod tests;

use super::Context;
use crate::diagnostic::Diagnostics;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    connections::rules(context, diagnostics);
    managed::rules(context, diagnostics);
    server::rules(context, diagnostics);
}
