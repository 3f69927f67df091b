//! The Helm chart: one for everybody, whose values are the spec and whose templates are derived from the compiler.

mod derive;
pub mod documents;
pub mod field;
pub mod files;
pub mod knob;
pub mod package;
pub mod pattern;
pub mod profile;
pub mod schema;
mod template;
pub mod values;
pub mod words;
