//! The Helm chart: one for everybody, whose values are the spec and whose templates are derived from the compiler.

pub mod files;
pub mod knob;
pub mod package;
