//! Where a value of a built object came from in the user's text.

use serde_json::{Map, Value};

use super::super::Context;
use super::super::finding::{about, said};
use super::super::security::inline::in_parts;
use crate::diagnostic::{Code, Diagnostic};
use crate::object::Object;
use crate::plan::names::Role;
use crate::plan::workload::settings;
use crate::source::setting::Step;
use crate::source::{Span, pointer_join};
use crate::spec::workload::Component;

/// A value of the user's: its JSON pointer from the root of the document, and the value.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The JSON pointer.
    pub(super) pointer: String,
    value: Value,
}

/// The user's value that became the value at a path of a built object; none when it is ours.
pub(super) fn origin(context: &Context<'_>, object: &Object, path: &[Step]) -> Option<Origin> {
    of_override(context, object, path)
        .or_else(|| of_component(context, object, path))
        .or_else(|| of_network(context, object, path))
}

/// The last override of the object that goes so far.
fn of_override(context: &Context<'_>, object: &Object, path: &[Step]) -> Option<Origin> {
    let overrides = said(context).overrides.iter().enumerate().rev();
    let mut ours = overrides.filter(|(_, wanted)| wanted.kind == object.kind && wanted.name == object.name);
    ours.find_map(|(at, wanted)| {
        follow(&object.value, path, &Value::Object(wanted.patch.clone()), format!("/spec/overrides/{at}/patch"))
    })
}

/// The component whose object it is, with the word by which the spec calls it.
pub(super) fn component<'a>(context: &Context<'a>, object: &Object) -> Option<(&'static str, &'a Component)> {
    let label = object.value["metadata"]["labels"]["app.kubernetes.io/component"].as_str()?;
    let role = Role::ALL.into_iter().find(|role| role.word() == label)?;
    Some((role.setting(), settings(said(context), role)))
}

/// Which parts of an object a component's fields become: the field, and how many steps lead to where it is put.
fn fields(path: &[Step]) -> Vec<(&'static str, usize)> {
    let key = |at: usize| match path.get(at) {
        Some(Step::Key(key)) => key.as_str(),
        _ => "",
    };
    match (key(0), key(1), key(2), key(3), key(5)) {
        ("metadata", "labels", ..) => vec![("labels", 2)],
        ("metadata", "annotations", ..) => vec![("annotations", 2), ("serviceAnnotations", 2)],
        ("spec", "template", "metadata", "labels", _) => vec![("podLabels", 4)],
        ("spec", "template", "metadata", "annotations", _) => vec![("podAnnotations", 4)],
        ("spec", "template", "spec", "nodeSelector", _) => vec![("nodeSelector", 4)],
        ("spec", "template", "spec", "tolerations", _) => vec![("tolerations", 4)],
        ("spec", "template", "spec", "affinity", _) => vec![("affinity", 4)],
        ("spec", "template", "spec", "volumes", _) => vec![("extraVolumes", 4)],
        ("spec", "template", "spec", "containers", "env") => vec![("extraContainers", 4), ("extraEnv", 6)],
        ("spec", "template", "spec", "containers", "volumeMounts") => {
            vec![("extraContainers", 4), ("extraVolumeMounts", 6)]
        }
        ("spec", "template", "spec", "containers", _) => vec![("extraContainers", 4)],
        _ => Vec::new(),
    }
}

fn of_component(context: &Context<'_>, object: &Object, path: &[Step]) -> Option<Origin> {
    let (word, component) = component(context, object)?;
    let fields = fields(path);
    if fields.is_empty() {
        return None;
    }
    let component = serde_json::to_value(component).ok()?;
    fields.into_iter().find_map(|(field, length)| {
        let (before, rest) = path.split_at_checked(length)?;
        let built = before.iter().try_fold(&object.value, |value, step| step.of(value))?;
        follow(built, rest, component.get(field)?, format!("/spec/components/{word}/{field}"))
    })
}

/// A label of pods that a policy lets in or out, by the key and the value.
fn of_network(context: &Context<'_>, object: &Object, path: &[Step]) -> Option<Origin> {
    let [.., Step::Key(map), Step::Key(label)] = path else { return None };
    if object.kind != "NetworkPolicy" || map != "matchLabels" {
        return None;
    }
    let value = path.iter().try_fold(&object.value, |value, step| step.of(value))?;
    let network = &said(context).network;
    let ingress = network.extra_ingress.iter().map(|extra| &extra.from).enumerate();
    let egress = network.extra_egress.iter().map(|extra| &extra.to).enumerate();
    let ingress = ingress.map(|(at, peer)| (format!("/spec/network/extraIngress/{at}/from/labels"), peer));
    let egress = egress.map(|(at, peer)| (format!("/spec/network/extraEgress/{at}/to/labels"), peer));
    ingress.chain(egress).find_map(|(pointer, peer)| {
        let labels = serde_json::to_value(peer).ok()?;
        (labels["labels"].get(label) == Some(value))
            .then(|| Origin { pointer: pointer_join(&pointer, label), value: value.clone() })
    })
}

/// Goes the same way through what was built and what was given. None when what was given does not go so far.
fn follow(mut built: &Value, path: &[Step], mut given: &Value, mut pointer: String) -> Option<Origin> {
    for step in path {
        let (next, text) = match step {
            Step::Key(key) => (given.get(key)?, key.clone()),
            Step::Item(at) => {
                let at = same_item(built, *at, given.as_array()?)?;
                (&given[at], at.to_string())
            }
        };
        built = step.of(built)?;
        given = next;
        pointer = pointer_join(&pointer, &text);
    }
    Some(Origin { pointer, value: given.clone() })
}

/// The item that was given for the item of a built list: by what the API server merges it by, or by all of it. A later item
/// takes the place of an earlier one.
fn same_item(built: &Value, at: usize, given: &[Value]) -> Option<usize> {
    const KEYS: [&str; 5] = ["name", "mountPath", "containerPort", "port", "ip"];
    let list = built.as_array()?;
    let item = list.get(at)?;
    if let Some(equal) = given.iter().rposition(|given| given == item) {
        return Some(equal);
    }
    let key = KEYS.into_iter().find(|key| item.get(key).is_some());
    match key {
        Some(key) => {
            // A required name that is left out is the empty one in the built object.
            let word = |item: &Value| item.get(key).cloned().unwrap_or_else(|| Value::from(""));
            given.iter().rposition(|given| given.is_object() && word(given) == item[key])
        }
        // Ours stand before what was added.
        None => (at + given.len()).checked_sub(list.len()),
    }
}

/// A finding at what the user gave: at its key, its value, or the first line of it.
pub(super) fn at_origin(
    context: &Context<'_>,
    code: Code,
    message: String,
    origin: &Origin,
    on_key: bool,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(code, message);
    if in_parts(context) {
        return diagnostic;
    }
    match place(context, origin, on_key) {
        Some(span) => diagnostic.at(span, ""),
        None => diagnostic,
    }
}

fn place(context: &Context<'_>, origin: &Origin, on_key: bool) -> Option<Span> {
    let first = origin.value.as_object().and_then(|map: &Map<String, Value>| map.keys().next());
    let inner = first.map(|key| pointer_join(&origin.pointer, key));
    let own = context.spec.located(&origin.pointer);
    // The whole of a map would be many lines; its own key, or its first one, stands on the line where it begins.
    match (own, inner.and_then(|pointer| context.spec.located(&pointer))) {
        (Some(own), Some(inner)) => own.key.or(inner.key).or(Some(own.value)),
        (Some(own), None) => Some(own.key.filter(|_| on_key).unwrap_or(own.value)),
        (None, Some(inner)) => inner.key,
        (None, None) => None,
    }
}

/// A finding about a value of a built object, at what the user gave for the first of these paths that is the user's; with the
/// place itself, by which the same mistake is known in another object.
pub(super) fn found_at(
    context: &Context<'_>,
    code: Code,
    message: String,
    object: &Object,
    paths: &[Vec<Step>],
    on_key: bool,
) -> (Diagnostic, Option<String>) {
    match paths.iter().find_map(|path| origin(context, object, path)) {
        Some(origin) => (at_origin(context, code, message, &origin, on_key), Some(origin.pointer)),
        None => (about(context, code, message, object, &[]), None),
    }
}
