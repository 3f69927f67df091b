//! `memos-gen chart templates`, for those who work on this program.

use std::fs;

use super::super::Exit;
use super::super::arguments::TemplatesArguments;
use super::super::output::{Failure, complain};
use super::super::reference::put_pages;
use crate::chart::{Progress, Templates};

/// Derives the templates, and writes or compares them. Where they are written, the best of each round are, so that a derivation
/// can be ended early.
pub(in crate::cli) fn run(arguments: &TemplatesArguments) -> Result<Exit, Failure> {
    let mut failed = None;
    let derived = crate::chart::derived_templates(&mut |progress| match progress {
        Progress::Line(text) => complain(&format!("{text}\n")),
        Progress::Best(templates) if !arguments.check => failed = put(templates, arguments).err(),
        Progress::Best(_) => {}
    });
    if let Some(failure) = failed {
        return Err(failure);
    }
    match derived {
        Ok(templates) => put(&templates, arguments),
        Err(unexplained) => {
            unexplained.iter().for_each(|text| complain(&format!("error: {text}\n")));
            complain("  = help: see `src/chart/knob.rs` for what the chart may offer\n");
            Ok(Exit::InputHasErrors)
        }
    }
}

fn put(templates: &Templates, arguments: &TemplatesArguments) -> Result<Exit, Failure> {
    let directory = &arguments.output;
    let mut exit = Exit::Done;
    if let Ok(entries) = fs::read_dir(directory) {
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let known =
                path.file_name().and_then(|name| name.to_str()).is_some_and(|name| templates.contains_key(name));
            if !known && arguments.check {
                complain(&format!("error: `{}` is not derived any more\n", path.display()));
                exit = Exit::Drift;
            } else if !known {
                fs::remove_file(&path).map_err(|error| Failure::cannot_write(&path, &error))?;
            }
        }
    }
    let pages: Vec<(&str, String)> = templates.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    let cure = format!("run `memos-gen chart templates -o {}`", directory.display());
    Ok(exit.max(put_pages(directory, pages, arguments.check, &cure)?))
}
