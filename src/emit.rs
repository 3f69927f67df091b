//! Checked objects as files.

use std::collections::BTreeMap;

/// Files of one output tree: path with `/` relative to the tree, and content.
pub type Artifacts = BTreeMap<String, String>;
