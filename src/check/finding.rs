//! How rules say what they found.

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::spec::Spec;
use crate::spec::database::{Database, ManagedDatabase};

/// A rule that finds one thing at most.
pub(super) type Rule = fn(&Context<'_>) -> Option<Diagnostic>;

/// Runs rules in their order.
pub(super) fn run(rules: &[Rule], context: &Context<'_>, diagnostics: &mut Diagnostics) {
    rules.iter().filter_map(|rule| rule(context)).for_each(|finding| diagnostics.push(finding));
}

/// A finding at a value of the spec, with the words that stand beside it.
pub(super) fn finding(context: &Context<'_>, code: Code, message: String, path: &str, label: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(code, message);
    match context.spec.span(path) {
        Some(span) => diagnostic.at(span, label),
        None => diagnostic,
    }
}

/// A finding at the key of a list or a section, whose value would be many lines.
pub(super) fn at_key(context: &Context<'_>, code: Code, message: String, path: &str, label: &str) -> Diagnostic {
    let key = context.spec.placed(path).and_then(|placed| placed.span.key);
    match key {
        Some(span) => Diagnostic::new(code, message).at(span, label),
        None => finding(context, code, message, path, label),
    }
}

/// Another place that matters, when a layer names it.
pub(super) fn also(context: &Context<'_>, diagnostic: Diagnostic, path: &str, label: &str) -> Diagnostic {
    let Some(placed) = context.spec.placed(path) else { return diagnostic };
    let span = placed.span.value;
    if diagnostic.primary.as_ref().is_some_and(|primary| primary.span == span) {
        return diagnostic;
    }
    diagnostic.and_at(span, label)
}

/// The user's words.
pub(super) fn said<'a>(context: &Context<'a>) -> &'a Spec {
    context.spec.spec()
}

/// The database that somebody else runs.
pub(super) fn managed<'a>(context: &Context<'a>) -> Option<&'a ManagedDatabase> {
    match &said(context).database {
        Database::Managed(managed) => Some(managed),
        _ => None,
    }
}

/// Things in backticks with commas between: `` `a`, `b` and `c` ``.
pub(super) fn list<T: std::fmt::Display>(things: &[T]) -> String {
    let quoted: Vec<String> = things.iter().map(|thing| format!("`{thing}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
