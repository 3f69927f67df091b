//! `memos-gen chart templates`, for those who work on this program.

use std::fs;

use super::super::Exit;
use super::super::arguments::TemplatesArguments;
use super::super::output::{Failure, complain};
use super::super::reference::put_pages;

/// Derives the templates, and writes or compares them.
pub(in crate::cli) fn run(arguments: &TemplatesArguments) -> Result<Exit, Failure> {
    let directory = &arguments.output;
    let templates = match crate::chart::derived_templates(&mut |text| complain(&format!("{text}\n"))) {
        Ok(templates) => templates,
        Err(unexplained) => {
            unexplained.iter().for_each(|text| complain(&format!("error: {text}\n")));
            complain("  = help: see `src/chart/knob.rs` for what the chart may offer\n");
            return Ok(Exit::InputHasErrors);
        }
    };
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
