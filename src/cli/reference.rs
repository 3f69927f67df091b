//! `memos-gen reference`: the generated pages of the documentation, for those who work on this program.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::Exit;
use super::arguments::{MessageFormat, ReferenceArguments};
use super::output::{Failure, complain, findings, print};
use crate::reference::pages;
use crate::source::Sources;

/// Writes or compares the pages.
pub(super) fn run(arguments: &ReferenceArguments) -> Result<Exit, Failure> {
    let pages = match pages() {
        Ok(pages) => pages,
        Err(diagnostics) => {
            complain(&findings(&Sources::default(), &diagnostics, MessageFormat::Text));
            return Ok(Exit::InputHasErrors);
        }
    };
    let directory = &arguments.output;
    let cure = format!("run `memos-gen reference -o {}`", directory.display());
    put_pages(directory, pages, arguments.check, &cure)
}

/// Writes files that are not as they should be, or says which are not.
pub(super) fn put_pages<'a>(
    directory: &Path,
    pages: impl IntoIterator<Item = (&'a str, String)>,
    check: bool,
    cure: &str,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    if !check {
        fs::create_dir_all(directory).map_err(|error| Failure::cannot_write(directory, &error))?;
    }
    for (name, text) in pages {
        let path = directory.join(name);
        let found = match fs::read(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(Failure::cannot_read(&path, &error)),
            found => found.ok(),
        };
        if found.as_deref() == Some(text.as_bytes()) {
            continue;
        }
        let shown = path.display();
        if check {
            complain(&format!("error: `{shown}` is stale\n  = help: {cure}\n"));
            exit = Exit::Drift;
        } else {
            fs::write(&path, text).map_err(|error| Failure::cannot_write(&path, &error))?;
            print(&format!("{shown}\n"))?;
        }
    }
    Ok(exit)
}
