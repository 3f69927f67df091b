//! Checked objects as files.

pub mod manifests;
mod order;
pub mod prerequisites;
pub mod readback;
pub mod yaml;

use std::collections::BTreeMap;

/// Files of one output tree: path with `/` relative to the tree, and content.
pub type Artifacts = BTreeMap<String, String>;
