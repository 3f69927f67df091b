//! `memos-gen completions` and `memos-gen man`

use std::io;
use std::path::Path;

use clap::CommandFactory;

use super::Exit;
use super::arguments::{Arguments, CompletionsArguments, ManArguments};
use super::output::{Failure, print};

/// Prints a completion script.
pub(super) fn completions(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "memos-gen", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Prints the main page, or writes every page.
pub(super) fn man(arguments: &ManArguments) -> Result<Exit, Failure> {
    let command = Arguments::command().disable_help_subcommand(true);
    match &arguments.output {
        None => {
            let page = page(command).map_err(|error| Failure::cannot_write(Path::new("stdout"), &error))?;
            print(&page)?;
        }
        Some(directory) => {
            clap_mangen::generate_to(command, directory).map_err(|error| Failure::cannot_write(directory, &error))?;
        }
    }
    Ok(Exit::Done)
}

fn page(command: clap::Command) -> io::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
