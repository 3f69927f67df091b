//! The chart as what is published: an archive, the text that is signed for it, and an OCI image layout.
//!
//! All of it is made of the chart's files alone, so the same chart gives the same bytes on every machine, and whoever doubts
//! a published archive can make it again.

pub mod archive;
mod ignore;
pub mod layout;
pub mod metadata;
pub mod provenance;
#[cfg(test)]
mod tests;

use std::fmt;

pub use archive::archive;
pub use layout::oci_layout;
pub use provenance::provenance_body;

use super::files::ChartFiles;

/// Why a chart cannot be packaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageError {
    /// A path that does not lead to a file in the chart's folder, or that an archive cannot hold.
    Path(String),
    /// A line of `.helmignore` that is not understood.
    Ignore(String),
    /// What is wrong with `Chart.yaml`.
    Metadata(String),
    /// A signed provenance file that does not belong to this archive, with the reason.
    Provenance(String),
}

impl fmt::Display for PackageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(formatter, "the chart's file `{}` has no legal path", path.escape_debug()),
            Self::Ignore(line) => write!(formatter, "`.helmignore` has the line `{}`", line.escape_debug()),
            Self::Metadata(reason) => write!(formatter, "`Chart.yaml` {reason}"),
            Self::Provenance(reason) => write!(formatter, "the provenance file {reason}"),
        }
    }
}

impl std::error::Error for PackageError {}

/// The name of the archive: `NAME-VERSION.tgz`, which is what Helm calls it.
pub fn archive_name(chart: &ChartFiles) -> String {
    format!("{}-{}.tgz", chart.name, chart.version)
}

/// The digest of a content as registries and provenance files write it: `sha256:` and 64 hexadecimal digits.
pub fn digest(content: &[u8]) -> String {
    format!("sha256:{}", crate::plan::names::hash(content))
}
