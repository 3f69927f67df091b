//! `memos-gen schema`

use std::path::Path;

use super::Exit;
use super::arguments::SchemaArguments;
use super::output::{Failure, complain, print};
use crate::compile::{SCHEMA_PATH, generated_schema};
use crate::schema::generate::to_text;

/// Prints, writes or compares the schema.
pub(super) fn run(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    let schema = to_text(&generated_schema());
    match (&arguments.output, arguments.check) {
        (output, true) => compare(output.as_deref().unwrap_or(Path::new(SCHEMA_PATH)), &schema),
        (Some(path), false) => {
            std::fs::write(path, schema).map_err(|error| Failure::cannot_write(path, &error))?;
            Ok(Exit::Done)
        }
        (None, false) => print(&schema).map(|()| Exit::Done),
    }
}

fn compare(path: &Path, schema: &str) -> Result<Exit, Failure> {
    let found = std::fs::read(path).map_err(|error| Failure::cannot_read(path, &error))?;
    if found == schema.as_bytes() {
        return Ok(Exit::Done);
    }
    let shown = path.display();
    complain(&format!("error: `{shown}` is stale\n  = help: run `memos-gen schema -o {shown}`\n"));
    Ok(Exit::Drift)
}
