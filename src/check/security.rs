//! Rules about first accounts, open networks, identities and secrets.

mod account;
pub(super) mod inline;
mod namespace;
mod network;
#[cfg(test)]
mod tests;

use super::Context;
use crate::diagnostic::Diagnostics;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    account::rules(context, diagnostics);
    network::rules(context, diagnostics);
    inline::rules(context, diagnostics);
    namespace::rules(context, diagnostics);
}
