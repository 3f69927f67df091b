//! All files of the chart.

use std::collections::BTreeMap;

use super::documents::{NAME, documents};

/// A chart as the files in its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartFiles {
    /// The chart's name, which is that of its folder and stands in `Chart.yaml` as well.
    pub name: String,
    /// The chart's version, as in `Chart.yaml`.
    pub version: String,
    /// Contents by path with `/`, relative to the chart's folder: `Chart.yaml`, `templates/memos.yaml`.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// The templates that were derived from the builders: names below `templates/`, and texts.
const DERIVED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/chart_templates.rs"));

/// The chart that this version of the program brings along.
pub fn chart_files() -> ChartFiles {
    let mut files = documents();
    files.insert("templates/_helpers.tpl".to_owned(), include_bytes!("helpers.tpl").to_vec());
    files.insert("templates/_refusals.tpl".to_owned(), include_bytes!("guards.tpl").to_vec());
    // Helm renders templates from the last name to the first, and values have to be verified before they are used.
    files.insert("templates/verify.yaml".to_owned(), include_bytes!("verify.yaml").to_vec());
    files.insert("templates/_ranges.tpl".to_owned(), super::pattern::address::template().into_bytes());
    for (name, text) in DERIVED {
        files.insert(format!("templates/{name}"), text.as_bytes().to_vec());
    }
    ChartFiles { name: NAME.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), files }
}
