//! `memos-gen chart values`

use super::super::Exit;
use super::super::arguments::{MessageFormat, ValuesArguments};
use super::super::input;
use super::super::output::{Failure, complain, findings, print};
use crate::chart::profile::{NotSaid, spec_values};
use crate::compile::Compilation;
use crate::diagnostic::{Code, Diagnostic};

/// Compiles, and prints the values.
pub(in crate::cli) fn run(arguments: &ValuesArguments) -> Result<Exit, Failure> {
    let mut compiled = input::compile(&arguments.spec, false)?;
    let values = match compiled.compilations.as_slice() {
        [compilation] => {
            let values = spec_values(&compilation.validated);
            let others = values.as_ref().err().into_iter().flatten();
            compiled.diagnostics.extend(others.map(|other| not_said(compilation, other)));
            values.ok()
        }
        [] => None,
        _ => return Err(Failure::usage("one file holds the values of one profile", "name one `--profile`")),
    };
    complain(&findings(&compiled.sources, &compiled.diagnostics, MessageFormat::Text));
    if let Some(values) = values {
        print(&values)?;
    }
    Ok(compiled.exit())
}

fn not_said(compilation: &Compilation, NotSaid { path, form }: &NotSaid) -> Diagnostic {
    let (message, label) = match form {
        None => (format!("the chart has no value for `{path}`"), "no value"),
        Some(_) => (format!("the chart reads no such value of `{path}`"), "not read"),
    };
    let diagnostic = Diagnostic::new(Code::NotOfChart, message);
    let diagnostic = match compilation.validated.span(path) {
        Some(place) => diagnostic.at(place, label),
        None => diagnostic,
    };
    let other_form = form.map(|form| format!("write it as the chart's README says: {form}"));
    let elsewhere = "apply what `memos-gen build` writes: names and labels are the same";
    match other_form {
        Some(form) => diagnostic.help(form).help(format!("or {elsewhere}")),
        None => diagnostic.help(format!("leave it out, or {elsewhere}")),
    }
}
