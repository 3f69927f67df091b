//! The Helm chart: one for everybody, whose values are the spec and whose templates are derived from the compiler.

mod derive;
pub mod knob;
mod template;
