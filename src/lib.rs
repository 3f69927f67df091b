//! Compiles a spec of one Memos installation into Kubernetes manifests.
//!
//! ```text
//! text ─► Document ─► Merged ─► ValidatedSpec ─► Plan ─► ObjectSet<Built> ─► ObjectSet<Checked> ─► Artifacts
//!  source   spans      profile     schema +       sizing    component           check                 emit
//!                      layers +    parse          topology  (typed objects)     rules, proofs
//!                      provenance                 (numbers)
//! ```
//!
//! Nothing here does I/O or reads the clock, the environment or randomness, except `cli`.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod chart;
pub mod check;
pub mod cli;
pub mod compile;
pub mod component;
pub mod diagnostic;
pub mod emit;
pub mod explain;
pub mod object;
pub mod plan;
pub mod profile;
pub mod reference;
pub mod schema;
pub mod source;
pub mod spec;
pub mod starter;
pub mod validate;
