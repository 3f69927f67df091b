//! `memos-gen check`

use super::Exit;
use super::arguments::{CheckArguments, MessageFormat};
use super::input::{self, Compiled};
use super::output::{Failure, complain, count, findings, print};
use crate::diagnostic::Severity;

/// Compiles and reports.
pub(super) fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let compiled = input::compile(&arguments.spec, arguments.report.strict)?;
    let format = arguments.report.message_format;
    let text = findings(&compiled.sources, &compiled.diagnostics, format);
    if format == MessageFormat::Text {
        complain(&text);
        print(&summary(&compiled))?;
    } else {
        print(&text)?;
    }
    Ok(compiled.exit())
}

fn summary(compiled: &Compiled) -> String {
    let number = |severity, word| count(compiled.diagnostics.count(severity), word);
    let findings =
        [number(Severity::Error, "error"), number(Severity::Warning, "warning"), number(Severity::Note, "note")];
    let profiles: Vec<String> = compiled
        .compilations
        .iter()
        .map(|compilation| {
            let objects = compilation.objects.objects().len();
            format!("; {}: {}", compilation.validated.profile(), count(objects, "object"))
        })
        .collect();
    format!("{}{}\n", findings.join(", "), profiles.concat())
}
