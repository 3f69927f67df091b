//! The Helm chart: one for everybody, whose values are the spec and whose templates are derived from the compiler.

mod derive;
pub mod documents;
mod edge;
mod fact;
pub mod field;
pub mod files;
mod image;
pub mod knob;
pub mod package;
pub mod pattern;
pub mod profile;
pub mod schema;
mod template;
pub mod trial;
pub mod values;
pub mod words;

use std::collections::BTreeMap;

/// The templates of all objects: names below `templates/`, and texts.
pub type Templates = BTreeMap<String, String>;

/// How far a derivation is, which takes half an hour or more.
#[derive(Debug)]
pub enum Progress<'a> {
    /// What the last round found.
    Line(&'a str),
    /// Templates that were wrong about no more specs than any before them.
    Best(&'a Templates),
}

/// Derives the templates anew; `tell` hears how far it is.
///
/// # Errors
///
/// What could not be generalised: a field whose consequences Helm cannot compute must not be offered, see [`knob`].
pub fn derived_templates(tell: &mut dyn FnMut(Progress<'_>)) -> Result<Templates, Vec<String>> {
    derive::derive(&crate::compile::merged_schema(), tell).map(|derivation| rendered(&derivation))
}

fn rendered(derivation: &derive::Derivation) -> Templates {
    let derive::Derivation { templates, facts, figures, guards, shapes, .. } = derivation;
    template::files(templates, facts, figures, guards, shapes)
}
