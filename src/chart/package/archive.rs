//! The archive that `helm install` takes.

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use super::{PackageError, ignore};
use crate::chart::files::ChartFiles;

/// When every file was changed last: 1980-01-01T00:00:00Z, in seconds since 1970.
///
/// The true time would make every archive different. GNU tar calls times of 1970 implausible, and archives that are
/// repacked as zip cannot hold any before 1980.
pub const CHANGED: u64 = 315_532_800;

/// The files that come first: those that Helm's own archives begin with, so that a reader that streams finds them at once.
const FIRST: [&str; 3] = ["Chart.yaml", "values.yaml", "values.schema.json"];

/// The number of an unknown operating system in the head of a gzip file (RFC 1952, 2.3.1).
const UNKNOWN_SYSTEM: u8 = 255;

/// The chart as a gzip-compressed tar archive: one top folder of the chart's name; regular files of mode 0644, which belong to
/// user and group 0, without the names of these; the file that Helm reads first, first. What `.helmignore` names stays out.
///
/// # Errors
///
/// [`PackageError::Path`] for a path that leaves the chart's folder, or is longer than the format allows;
/// [`PackageError::Ignore`] for a line of `.helmignore` that is not understood.
pub fn archive(chart: &ChartFiles) -> Result<Vec<u8>, PackageError> {
    let compressed = GzBuilder::new().operating_system(UNKNOWN_SYSTEM).write(Vec::new(), Compression::best());
    let mut builder = Builder::new(compressed);
    for path in in_order(chart)? {
        let refused = || PackageError::Path(path.to_owned());
        let content = chart.files[path].as_slice();
        let header = header(&format!("{}/{path}", chart.name), content.len()).ok_or_else(refused)?;
        builder.append(&header, content).map_err(|_| refused())?;
    }
    let finished = builder.into_inner().and_then(flate2::write::GzEncoder::finish);
    Ok(finished.expect("writing to memory does not fail"))
}

/// The paths in the order of the archive.
fn in_order(chart: &ChartFiles) -> Result<Vec<&str>, PackageError> {
    if let Some(path) = chart.files.keys().find(|path| !is_legal(path)) {
        return Err(PackageError::Path(path.clone()));
    }
    let mut paths = ignore::kept(chart)?;
    paths.sort_by_key(|path| (FIRST.iter().position(|first| first == path).unwrap_or(FIRST.len()), *path));
    Ok(paths)
}

/// A path to a file in the chart's folder that means the same on every system.
fn is_legal(path: &str) -> bool {
    let legal = |step: &str| !matches!(step, "" | "." | "..");
    path.split('/').all(legal) && path.chars().all(|letter| (' '..='~').contains(&letter) && !"\\:".contains(letter))
}

/// The entry of one file; none when the path is too long for it.
fn header(path: &str, length: usize) -> Option<Header> {
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_path(path).ok()?;
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(CHANGED);
    header.set_size(u64::try_from(length).ok()?);
    header.set_cksum();
    Some(header)
}
