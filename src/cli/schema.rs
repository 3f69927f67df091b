//! `memos-gen schema`

use std::path::Path;

use super::Exit;
use super::arguments::SchemaArguments;
use super::output::{Failure, complain, print};
use crate::compile::{SCHEMA_PATHS, layer_schema, merged_schema};
use crate::schema::generate::to_text;

/// Prints, writes or compares a schema.
pub(super) fn run(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    let schema = || to_text(&if arguments.merged { merged_schema() } else { layer_schema() });
    match (&arguments.output, arguments.check) {
        (Some(path), true) => compare(path, &schema(), arguments.merged),
        (None, true) => {
            let [layer, merged] = SCHEMA_PATHS.map(Path::new);
            match compare(layer, &to_text(&layer_schema()), false)? {
                Exit::Done => compare(merged, &to_text(&merged_schema()), true),
                stale => Ok(stale),
            }
        }
        (Some(path), false) => {
            std::fs::write(path, schema()).map_err(|error| Failure::cannot_write(path, &error))?;
            Ok(Exit::Done)
        }
        (None, false) => print(&schema()).map(|()| Exit::Done),
    }
}

fn compare(path: &Path, schema: &str, merged: bool) -> Result<Exit, Failure> {
    let found = std::fs::read(path).map_err(|error| Failure::cannot_read(path, &error))?;
    if found == schema.as_bytes() {
        return Ok(Exit::Done);
    }
    let (shown, option) = (path.display(), if merged { " --merged" } else { "" });
    complain(&format!("error: `{shown}` is stale\n  = help: run `memos-gen schema{option} -o {shown}`\n"));
    Ok(Exit::Drift)
}
