//! Printing: results to stdout, everything else to stderr.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use super::Exit;
use super::arguments::MessageFormat;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, github, json, render, sarif};
use crate::source::Sources;

/// Why a command ended early.
#[derive(Debug)]
pub(super) enum Failure {
    /// Everything was said already.
    Reported(Exit),
    /// A misuse that has no place in a text.
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// A finding about the output.
    Finding(Box<Diagnostic>),
}

impl Failure {
    /// A misuse with its cure.
    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    /// A file that cannot be read.
    pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Self {
        let message = format!("`{}` cannot be read: {}", path.display(), reason(error));
        let help = "check the path and who may read it";
        Self::Finding(Box::new(Diagnostic::new(Code::FileUnreadable, message).help(help)))
    }

    /// A file that cannot be written.
    pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Self {
        let message = format!("`{}` cannot be written: {}", path.display(), reason(error));
        let help = "check the path, who may write there, and the space that is left";
        Self::Finding(Box::new(Diagnostic::new(Code::CannotWrite, message).help(help)))
    }

    /// Says it on stderr and gives the exit status.
    pub(super) fn report(self) -> Exit {
        match self {
            Self::Reported(exit) => exit,
            Self::Usage { message, help } => {
                complain(&format!("error: {message}\n  = help: {help}\n"));
                Exit::UsageOrFiles
            }
            Self::Finding(diagnostic) => {
                let mut diagnostics = Diagnostics::default();
                diagnostics.push(*diagnostic);
                complain(&render::text(&Sources::default(), &diagnostics, colour()));
                Exit::UsageOrFiles
            }
        }
    }
}

/// The operating system's reason in lower case, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Writes a result to stdout. A reader that went away has what it wanted, so that is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::cannot_write(Path::new("stdout"), &error)),
        _ => Ok(()),
    }
}

/// Writes to stderr. When that fails, there is nobody left to tell.
pub(super) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whether stderr is a terminal that wants colour; see <https://no-color.org>.
fn colour() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    !unwanted && !dumb && io::stderr().is_terminal()
}

/// The findings in one of the formats; as text with colour where it is wanted.
pub(super) fn findings(sources: &Sources, diagnostics: &Diagnostics, format: MessageFormat) -> String {
    match format {
        MessageFormat::Text => render::text(sources, diagnostics, colour()),
        MessageFormat::Json => json::text(sources, diagnostics),
        MessageFormat::Sarif => sarif::text(sources, diagnostics, env!("CARGO_PKG_VERSION")),
        MessageFormat::Github => github::text(sources, diagnostics),
    }
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}
