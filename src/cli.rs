//! The command line: the only place that reads and writes files.

mod arguments;
mod build;
mod chart;
mod check;
mod explain;
mod init;
mod input;
mod objects;
mod output;
mod reference;
mod schema;
mod secrets;
mod shell;
pub mod tree;

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use rayon::ThreadPoolBuilder;

use arguments::{Arguments, Command};
use output::Failure;

/// The end of a run, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Done.
    Done = 0,
    /// The input has errors.
    InputHasErrors = 1,
    /// Wrong use, or a file that cannot be read or written.
    UsageOrFiles = 2,
    /// `--check` found a difference.
    Drift = 3,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let printed = error.print().and_then(|()| io::stdout().flush());
            // A reader that went away has what it wanted; when errors cannot be printed, nobody is left to tell.
            if let Err(failed) = printed
                && !error.use_stderr()
                && failed.kind() != ErrorKind::BrokenPipe
            {
                return ExitCode::from(Failure::cannot_write(Path::new("stdout"), &failed).report() as u8);
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::UsageOrFiles as u8));
        }
    };
    let exit = run(arguments.command).unwrap_or_else(Failure::report);
    ExitCode::from(exit as u8)
}

fn run(command: Command) -> Result<Exit, Failure> {
    start_threads()?;
    match command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Secrets(arguments) => secrets::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Chart(arguments) => chart::run(&arguments.command),
        Command::Completions(arguments) => shell::completions(&arguments),
        Command::Man(arguments) => shell::man(&arguments),
        Command::Reference(arguments) => reference::run(&arguments),
    }
}

/// Two threads share what can be shared; more would take longer to start than they save. This one sleeps meanwhile: when it
/// worked as one of the two, the other was often left waiting for its processor while a second one slept.
fn start_threads() -> Result<(), Failure> {
    let pool = ThreadPoolBuilder::new().num_threads(2).build_global();
    pool.map_err(|error| {
        Failure::usage(format!("no thread can be started: {error}"), "raise the limit of processes, `ulimit -u`")
    })
}
