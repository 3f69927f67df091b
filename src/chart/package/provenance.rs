//! The text that is signed for an archive.

use super::{PackageError, archive_name, digest, metadata};
use crate::chart::files::ChartFiles;

/// The line between the two parts of the text. Helm looks for it with the line breaks around it.
const BORDER: &str = "\n...\n";

/// The body of a provenance file: `Chart.yaml`, and the digest of the archive. `gpg --clearsign` makes a file of it that
/// `helm verify` accepts; it is not signed here, because no key ever enters this program.
///
/// # Errors
///
/// [`PackageError::Metadata`] if `Chart.yaml` is missing, or holds the line by which the two parts are told apart.
pub fn provenance_body(chart: &ChartFiles, archive: &[u8]) -> Result<String, PackageError> {
    metadata::metadata(chart)?;
    let about = metadata::text(chart)?.trim_end();
    if format!("{about}\n").contains(BORDER) {
        return Err(PackageError::Metadata("holds the line `...`, which ends it in a provenance file".to_owned()));
    }
    Ok(format!("{about}{BORDER}files:\n  {}: {}\n", archive_name(chart), digest(archive)))
}

/// Whether a signed provenance file is one of this archive. The signature itself is left to `helm verify`, which has the keys.
///
/// # Errors
///
/// [`PackageError::Provenance`] with the reason if it is not.
pub fn belongs(provenance: &[u8], chart: &ChartFiles, archive: &[u8]) -> Result<(), PackageError> {
    let refused = |reason: String| Err(PackageError::Provenance(reason));
    let Ok(text) = std::str::from_utf8(provenance) else { return refused("is not text".to_owned()) };
    let begins = text.trim_start().starts_with("-----BEGIN PGP SIGNED MESSAGE-----");
    if !begins || !text.contains("-----BEGIN PGP SIGNATURE-----") {
        return refused("is not signed: make it with `gpg --clearsign`".to_owned());
    }
    let line = format!("{}: {}", archive_name(chart), digest(archive));
    if text.lines().any(|found| found.trim() == line) {
        return Ok(());
    }
    refused(format!("is of another archive: it does not say `{line}`"))
}
