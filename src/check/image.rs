//! Rules about what the image of Memos can do.

mod fork;
mod reference;
mod release;
mod settings;
mod sharing;
#[cfg(test)]
mod tests;

use super::Context;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::image;
use crate::spec::Spec;
use crate::spec::memos::Distribution;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    sharing::rules(context, diagnostics);
    settings::rules(context, diagnostics);
    release::rules(context, diagnostics);
    reference::rules(context, diagnostics);
    fork::rules(context, diagnostics);
}

/// Whether the image is one that upstream or the fork publishes, and which.
fn publisher(spec: &Spec) -> Option<&'static str> {
    let image = image::memos(spec);
    let fork = image.registry.as_deref() == Some("ghcr.io")
        && matches!(image.repository.as_str(), "hrygo/divinesense" | "hrygo/memos" | "hry/memos");
    if image.is_upstream_memos() {
        return Some("the Memos project");
    }
    fork.then_some("the fork")
}

/// The release with its program: `Memos 0.29.1`, or the fork, whose releases are not Memos'.
pub(super) fn program(spec: &Spec) -> String {
    match spec.memos.distribution {
        Distribution::Memos => format!("Memos {}", spec.memos.version),
        Distribution::Divinesense => "the fork `divinesense`".to_owned(),
    }
}

/// The value of the spec that chose a program without something that Memos has since a release, and the words beside it.
pub(super) fn chosen(spec: &Spec, since: &str) -> (&'static str, String) {
    match spec.memos.distribution {
        Distribution::Memos => ("memos.version", format!("before {since}")),
        Distribution::Divinesense => ("memos.distribution", "the fork".to_owned()),
    }
}

/// Adds the cure that only Memos' own releases have.
pub(super) fn or_release(diagnostic: Diagnostic, spec: &Spec, since: &str) -> Diagnostic {
    match spec.memos.distribution {
        Distribution::Memos => diagnostic.help(format!("or take Memos {since} or later")),
        Distribution::Divinesense => diagnostic,
    }
}
