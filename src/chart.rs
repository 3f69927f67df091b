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

/// Derives the templates of all objects anew: names below `templates/`, and texts. It takes a minute; `tell` hears how far it is.
///
/// # Errors
///
/// What could not be generalised: a field whose consequences Helm cannot compute must not be offered, see [`knob`].
pub fn derived_templates(tell: &mut dyn FnMut(&str)) -> Result<BTreeMap<String, String>, Vec<String>> {
    let derivation = derive::derive(&crate::compile::merged_schema(), tell)?;
    Ok(template::files(
        &derivation.templates,
        &derivation.facts,
        &derivation.figures,
        &derivation.guards,
        &derivation.shapes,
    ))
}
