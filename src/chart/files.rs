//! All files of the chart.

use std::collections::BTreeMap;

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

/// The chart that this version of the program brings along.
pub fn chart_files() -> ChartFiles {
    let (name, version) = ("memos", env!("CARGO_PKG_VERSION"));
    let chart = format!(
        "apiVersion: v2\nname: {name}\nversion: {version}\ntype: application\ndescription: Memos, the self-hosted notes app\n"
    );
    ChartFiles {
        name: name.to_owned(),
        version: version.to_owned(),
        files: BTreeMap::from([("Chart.yaml".to_owned(), chart.into_bytes())]),
    }
}
