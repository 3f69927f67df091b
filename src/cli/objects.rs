//! Reading and checking a stream of rendered objects.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::output::Failure;
use crate::check::rendered;
use crate::diagnostic::Diagnostics;
use crate::source::{Origin, Sources, decode};

/// The longest stream that is read, in bytes. Definitions of custom kinds alone can be several megabytes.
const MAX_BYTES: u64 = 64 << 20;

/// A stream that was looked at.
#[derive(Debug)]
pub(super) struct Checked {
    /// The stream, for showing its lines.
    pub(super) sources: Sources,
    /// What was found.
    pub(super) diagnostics: Diagnostics,
    /// How many objects it has.
    pub(super) objects: usize,
    /// The stream as it was read; empty when it is not UTF-8.
    pub(super) text: String,
}

/// Reads a stream, `-` for stdin, and runs every rule on it that needs no spec.
pub(super) fn check(path: &Path, strict: bool) -> Result<Checked, Failure> {
    let stdin = path.as_os_str() == "-";
    let name = if stdin { "<stdin>".into() } else { path.to_string_lossy() };
    let read = if stdin { read(io::stdin().lock()) } else { File::open(path).and_then(read) };
    let bytes = read.map_err(|error| Failure::cannot_read(Path::new(name.as_ref()), &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::usage(
            format!("`{name}` has more than {} MiB, which is not read", MAX_BYTES >> 20),
            "check the objects in several parts",
        ));
    }
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let objects = match decode::decode_all(&mut sources, &name, &bytes, Origin::File) {
        Ok(file) => rendered::check(&sources, file, &mut diagnostics),
        Err(mut diagnostic) => {
            // Its line is not shown: it may stand in a Secret.
            diagnostic.primary = None;
            diagnostics.push(*diagnostic);
            0
        }
    };
    if strict {
        diagnostics.raise_warnings();
    }
    Ok(Checked { sources, diagnostics, objects, text: String::from_utf8(bytes).unwrap_or_default() })
}

/// Reads one byte more than is allowed, so that an endless stream is seen to be too long.
fn read(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
