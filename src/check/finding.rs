//! How rules say what they found.

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::object::Object;
use crate::plan::names::Role;
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

/// A finding at a part of a pod that the user gives, which is not shown while a secret stands in plain text in one of them.
pub(super) fn in_part(context: &Context<'_>, code: Code, message: String, path: &str, label: &str) -> Diagnostic {
    if super::security::inline::in_parts(context) {
        return Diagnostic::new(code, message);
    }
    at_key(context, code, message, path, label)
}

/// A finding about a built object: at the override that changes it, or at the first of its component's fields that a layer
/// names; without a place when it is all ours.
pub(super) fn about(
    context: &Context<'_>,
    code: Code,
    message: String,
    object: &Object,
    fields: &[&str],
) -> Diagnostic {
    if super::security::inline::in_parts(context) {
        return Diagnostic::new(code, message);
    }
    let overrides = &said(context).overrides;
    if let Some(at) = overrides.iter().position(|wanted| wanted.kind == object.kind && wanted.name == object.name) {
        return finding(context, code, message, &format!("overrides.{at}.name"), "changed by this override");
    }
    // The operator's own objects are no pods of ours.
    let mut roles = Role::ALL.into_iter().filter(|role| *role != Role::Database);
    let word = roles.find(|role| context.plan.names.component(*role) == object.name).map(Role::setting);
    let paths = word.into_iter().flat_map(|word| fields.iter().map(move |field| format!("components.{word}.{field}")));
    match paths.into_iter().find(|path| context.spec.placed(path).is_some()) {
        Some(path) => at_key(context, code, message, &path, ""),
        None => Diagnostic::new(code, message),
    }
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
