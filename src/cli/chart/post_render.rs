//! `memos-gen chart post-render`: what Helm runs between rendering and applying.

use std::path::Path;

use super::super::Exit;
use super::super::arguments::PostRenderArguments;
use super::super::objects;
use super::super::output::{Failure, complain, findings, print};

/// Checks what stands on stdin, and prints it when nothing is wrong with it.
pub(in crate::cli) fn run(arguments: &PostRenderArguments) -> Result<Exit, Failure> {
    let checked = objects::check(Path::new("-"), arguments.report.strict)?;
    complain(&findings(&checked.sources, &checked.diagnostics, arguments.report.message_format));
    if checked.diagnostics.has_errors() {
        return Ok(Exit::InputHasErrors);
    }
    print(&checked.text)?;
    Ok(Exit::Done)
}
