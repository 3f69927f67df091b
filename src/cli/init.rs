//! `memos-gen init`

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use serde_json::Value;

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
    print(&format!(
        "{}: a spec to start from, {} for your editor\n  next: memos-gen build{}\n",
        output.display(),
        write_schema(&schema)?,
        if output == Path::new("memos.yaml") { String::new() } else { format!(" -f {}", output.display()) },
    ))?;
    Ok(Exit::Done)
}

/// Writes the schema, or refreshes one that another version of this program has written. Returns what was done, in words.
fn write_schema(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    match write_new(path, shape::LAYER) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        written => {
            written.map_err(|error| Failure::cannot_write(path, &error))?;
            return Ok(format!("with {shown} beside it"));
        }
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    if there == shape::LAYER {
        return Ok(format!("with {shown} beside it"));
    }
    let id = |text: &str| serde_json::from_str::<Value>(text).ok()?.get("$id").cloned();
    if id(&there).is_none() || id(&there) != id(shape::LAYER) {
        // Somebody else's file is left alone.
        return Ok(format!("but {shown} beside it is another file; `memos-gen schema` prints the schema"));
    }
    fs::write(path, shape::LAYER).map_err(|error| Failure::cannot_write(path, &error))?;
    Ok(format!("with {shown} beside it, brought up to date,"))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
