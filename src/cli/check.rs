//! `memos-gen check`

use super::Exit;
use super::arguments::{CheckArguments, MessageFormat};
use super::input::{self, Compiled};
use super::objects;
use super::output::{Failure, complain, count, findings, print};
use crate::diagnostic::{Diagnostics, Severity};
use crate::source::Sources;

/// Compiles and reports.
pub(super) fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let format = arguments.report.message_format;
    if let Some(path) = &arguments.objects {
        let checked = objects::check(path, arguments.report.strict)?;
        let rest = format!("; {}", count(checked.objects, "object"));
        tell(&checked.sources, &checked.diagnostics, format, &rest)?;
        return Ok(if checked.diagnostics.has_errors() { Exit::InputHasErrors } else { Exit::Done });
    }
    let compiled = input::compile(&arguments.spec, arguments.report.strict)?;
    tell(&compiled.sources, &compiled.diagnostics, format, &profiles(&compiled))?;
    Ok(compiled.exit())
}

/// The findings; as text with a line that counts them, which goes on with `rest`.
fn tell(sources: &Sources, diagnostics: &Diagnostics, format: MessageFormat, rest: &str) -> Result<(), Failure> {
    let text = findings(sources, diagnostics, format);
    if format != MessageFormat::Text {
        return print(&text);
    }
    let number = |severity, word| count(diagnostics.count(severity), word);
    let counts =
        [number(Severity::Error, "error"), number(Severity::Warning, "warning"), number(Severity::Note, "note")];
    complain(&text);
    print(&format!("{}{rest}\n", counts.join(", ")))
}

/// How many objects come of each profile.
fn profiles(compiled: &Compiled) -> String {
    let profiles: Vec<String> = compiled
        .compilations
        .iter()
        .map(|compilation| {
            let objects = compilation.objects.objects().len();
            format!("; {}: {}", compilation.validated.profile(), count(objects, "object"))
        })
        .collect();
    profiles.concat()
}
