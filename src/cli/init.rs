//! `memos-gen init`

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::Exit;
use super::arguments::{InitArguments, MessageFormat};
use super::output::{Failure, complain, findings, print};
use crate::diagnostic::Diagnostics;
use crate::schema::shape;
use crate::source::Sources;
use crate::starter;

/// The schema beside the spec, for the editor.
const SCHEMA_FILE: &str = "memos.schema.json";

/// Writes a spec to start from, and the schema beside it.
pub(super) fn run(arguments: &InitArguments) -> Result<Exit, Failure> {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let starter = starter::text(&mut sources, &arguments.profile, SCHEMA_FILE, &mut diagnostics);
    let Some(text) = starter else {
        complain(&findings(&sources, &diagnostics, MessageFormat::Text));
        return Ok(Exit::InputHasErrors);
    };
    let output = &arguments.output;
    if output.as_os_str() == "-" {
        return print(&text).map(|()| Exit::Done);
    }
    match write_new(output, &text) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Failure::usage(
                format!("`{}` exists, and is not overwritten", output.display()),
                "choose another file with `-o`",
            ));
        }
        written => written.map_err(|error| Failure::cannot_write(output, &error))?,
    }
    let schema = output.with_file_name(SCHEMA_FILE);
    match write_new(&schema, shape::LAYER) {
        // One that is there belongs to another spec in the same folder, or was put there on purpose.
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(Failure::cannot_write(&schema, &error)),
        _ => {}
    }
    print(&format!(
        "{}: a spec to start from, with {} beside it for your editor\n  next: memos-gen build{}\n",
        output.display(),
        schema.display(),
        if output == Path::new("memos.yaml") { String::new() } else { format!(" -f {}", output.display()) },
    ))?;
    Ok(Exit::Done)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
