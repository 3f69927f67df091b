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

pub mod check;
pub mod cli;
pub mod compile;
pub mod component;
pub mod diagnostic;
pub mod emit;
pub mod object;
pub mod plan;
pub mod profile;
pub mod schema;
pub mod source;
pub mod spec;
pub mod validate;
