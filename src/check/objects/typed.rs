//! How values of wrong types and unknown fields are told, in the user's parts of pods and in overrides.

use serde_json::Value;

use super::super::Context;
use super::pods::name;
use crate::check::security::inline::in_parts;
use crate::diagnostic::{Code, Diagnostic};
use crate::object::fault::{self, Fault};
use crate::source::setting::{Step, pointer_below, spoken};
use crate::spec::workload::Override;

/// What is wrong, as it goes on after the path, and what to do. `explained` is the path that `kubectl explain` knows.
pub(in crate::check) fn words(given: &Value, fault: &Fault, explained: &str) -> (String, String) {
    let Some(wanted) = fault.wanted else {
        let above = fault.path.iter().take(fault.path.len().saturating_sub(1)).filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Item(_) => None,
        });
        let path = above.fold(explained.to_owned(), |path, key| format!("{path}.{key}"));
        return (
            "is not a field that Kubernetes knows".to_owned(),
            format!("see `kubectl explain {}`", path.escape_debug()),
        );
    };
    let value = fault.path.iter().try_fold(given, |value, step| step.of(value)).unwrap_or(&Value::Null);
    let is = fault::kind_of(value);
    let text = if is == wanted { "is out of range".to_owned() } else { format!("is {is} and has to be {wanted}") };
    (text, fault::cure(value, wanted))
}

/// At the value of a wrong type, or at the key that is not known. Its line is not shown while a secret stands in plain text.
fn placed(context: &Context<'_>, diagnostic: Diagnostic, pointer: &str, fault: &Fault, label: &str) -> Diagnostic {
    match context.spec.located(&pointer_below(pointer, &fault.path)) {
        Some(span) if !in_parts(context) => {
            let key = span.key.filter(|_| fault.wanted.is_none() || matches!(fault.wanted, Some("a map" | "a list")));
            diagnostic.at(key.unwrap_or(span.value), label)
        }
        _ => diagnostic,
    }
}

/// The faults of a part of a pod, which stands at `steps` below `spec`.
pub(super) fn of_part(
    context: &Context<'_>,
    steps: &[Step],
    given: &Value,
    faults: &[Fault],
    explained: &str,
) -> Vec<Diagnostic> {
    let base = pointer_below("/spec", steps);
    let tell = |fault: &Fault| {
        let (text, help) = words(given, fault, explained);
        let path = spoken(&[steps, &fault.path].concat());
        let diagnostic = Diagnostic::new(Code::PartIsNotKnown, format!("`{path}` {text}"));
        placed(context, diagnostic, &base, fault, "").help(help)
    };
    faults.iter().map(tell).collect()
}

/// The faults of the patch that is the override of this number.
pub(super) fn of_override(context: &Context<'_>, at: usize, wanted: &Override) -> Vec<Diagnostic> {
    let meant = |object: &&crate::object::Object| object.kind == wanted.kind && object.name == wanted.name;
    let Some(object) = context.objects.objects().iter().find(meant) else { return Vec::new() };
    let patch = Value::Object(wanted.patch.clone());
    let tell = |fault: &Fault| {
        let (text, help) = words(&patch, fault, &object.kind.to_lowercase());
        let message = format!("the patch of `{}` cannot be merged: `{}` {text}", name(object), spoken(&fault.path));
        let diagnostic = Diagnostic::new(Code::OverrideUnknownField, message);
        placed(context, diagnostic, &format!("/spec/overrides/{at}/patch"), fault, "nothing of the patch is merged")
            .help(help)
    };
    fault::of_patch(object, &patch).iter().map(tell).collect()
}
