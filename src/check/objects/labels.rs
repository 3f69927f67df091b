//! Names, labels, selectors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::Context;
use super::super::finding::{about, finding};
use super::names::lower_case_word;
use super::origin::found_at;
use super::pods::{Pod, items, name, pods, selects};
use super::probes::PORT_CURE;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::object::Object;
use crate::plan::names::Role;
use crate::source::setting::Step;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut entries = BTreeSet::new();
    let mut seen: BTreeMap<(&str, &str, Option<&str>), ()> = BTreeMap::new();
    for object in context.objects.objects() {
        if let Some(message) = illegal_name(object) {
            let diagnostic =
                finding(context, Code::NameNotLegal, message, "metadata.name", "every name begins with it");
            diagnostics.push(diagnostic.help(NAME_CURE));
        }
        legal_labels(context, object, &mut entries, diagnostics);
        let key = (object.kind.as_str(), object.name.as_str(), object.namespace.as_deref());
        if seen.insert(key, ()).is_some() {
            let message = format!("two objects are called `{}`", name(object));
            diagnostics.push(Diagnostic::new(Code::ObjectTwice, message).help("choose another `metadata.name`"));
        }
        renamed(context, object, diagnostics);
    }
    selectors(context, diagnostics);
    services(context, diagnostics);
}

/// What an object is called is how the next build finds it.
fn renamed(context: &Context<'_>, object: &Object, diagnostics: &mut Diagnostics) {
    let metadata = &object.value["metadata"];
    let moved = metadata["name"].as_str() != Some(&object.name)
        || metadata.get("namespace").and_then(Value::as_str) != object.namespace.as_deref();
    if moved {
        let message = format!("an override renames `{}` or moves it to another namespace", name(object));
        diagnostics.push(
            about(context, Code::ObjectRenamed, message, object, &[])
                .help("say `metadata.name` and `metadata.namespace` of the spec instead"),
        );
    }
}

/// RFC 1123: subdomains for most kinds, labels for Services.
pub(in crate::check) fn illegal_name(object: &Object) -> Option<String> {
    let longest = if matches!(object.kind.as_str(), "Service" | "Namespace") { 63 } else { 253 };
    let legal = |part: &str| !part.is_empty() && lower_case_word(part);
    // Names of Services and of CloudNativePG's Clusters are DNS labels of RFC 1035.
    let strict = matches!(object.kind.as_str(), "Service" | "Cluster");
    let begins = !strict || object.name.starts_with(|c: char| c.is_ascii_lowercase());
    let legal = object.name.len() <= longest && begins && object.name.split('.').all(legal);
    (!legal).then(|| format!("`{}` is not a legal name", name(object).escape_debug()))
}

/// What to do about a name that is not legal.
pub(in crate::check) const NAME_CURE: &str = "begin with a letter; then lower-case letters, digits and `-`";

/// What the API server allows in keys and values of labels. One entry of the user's becomes a label of many objects and is told once.
fn legal_labels(context: &Context<'_>, object: &Object, seen: &mut BTreeSet<String>, diagnostics: &mut Diagnostics) {
    for Entry { path, on_key, message, help } in illegal_entries(object) {
        let (diagnostic, origin) = found_at(context, Code::LabelNotLegal, message, object, &[path], on_key);
        if origin.is_none_or(|origin| seen.insert(origin)) {
            diagnostics.push(diagnostic.help(help));
        }
    }
}

/// A label or annotation that is not legal.
pub(in crate::check) struct Entry {
    /// Where it stands in its object.
    pub(in crate::check) path: Vec<Step>,
    /// Whether its key is at fault.
    pub(in crate::check) on_key: bool,
    /// What is told of it.
    pub(in crate::check) message: String,
    /// What to do.
    pub(in crate::check) help: &'static str,
}

/// The labels and annotations of an object and of its pods that the API server refuses.
pub(in crate::check) fn illegal_entries(object: &Object) -> Vec<Entry> {
    let mut found = Vec::new();
    const PLACES: [(&[&str], &str); 4] = [
        (&["metadata"], "labels"),
        (&["spec", "template", "metadata"], "labels"),
        (&["metadata"], "annotations"),
        (&["spec", "template", "metadata"], "annotations"),
    ];
    for (above, field) in PLACES {
        let place: Vec<&str> = above.iter().copied().chain([field]).collect();
        let entries = place.iter().fold(&object.value, |value, key| &value[key]);
        for (key, value) in entries.as_object().into_iter().flatten() {
            let Some((what, help)) = illegal(field, key, value.as_str().unwrap_or_default()) else { continue };
            let message = format!(
                "the {what} of `{}` {}",
                name(object),
                if field == "labels" { "is not legal" } else { "has no legal key" }
            );
            let path: Vec<Step> = place.iter().chain([&key.as_str()]).map(|key| Step::Key((*key).to_owned())).collect();
            found.push(Entry { path, on_key: !legal_key(key), message, help });
        }
    }
    found
}

/// The entry that is not legal, and what to write instead. The value of an annotation may be anything.
fn illegal(field: &str, key: &str, value: &str) -> Option<(String, &'static str)> {
    let shown = key.escape_debug();
    if field == "annotations" {
        return (!legal_key(key)).then(|| (format!("annotation `{shown}`"), "write `example.com/word`"));
    }
    (!legal_key(key) || !legal_value(value)).then(|| {
        let help = "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";
        (format!("label `{shown}: {}`", value.escape_debug()), help)
    })
}

/// A value of a label.
pub(crate) fn legal_value(value: &str) -> bool {
    value.is_empty() || legal_word(value)
}

fn legal_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= 63
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && ends(bytes.first())
        && ends(bytes.last())
}

/// The key of a label or annotation: a word, behind a host name and a slash or alone.
pub(crate) fn legal_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, word)) => {
            let lower_case = !prefix.bytes().any(|byte| byte.is_ascii_uppercase());
            let host = prefix.len() <= 253 && lower_case && prefix.split('.').all(legal_word);
            host && legal_word(word)
        }
        None => legal_word(key),
    }
}

/// Selectors cannot be changed once they are applied, and have to meet their own pods.
fn selectors(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for pod in pods(context) {
        let role = Role::ALL.into_iter().find(|role| context.plan.names.component(*role) == pod.object.name);
        let Some(role) = role else { continue };
        let ours = serde_json::to_value(context.plan.names.selector(role)).unwrap_or_default();
        let selector = &pod.object.value["spec"]["selector"];
        let changed = selector["matchLabels"] != ours || selector.get("matchExpressions").is_some();
        if changed || !selects(&ours, &pod.template["metadata"]["labels"]) {
            let message = format!("an override changes the labels by which `{}` finds its pods", pod.name());
            diagnostics.push(
                about(context, Code::SelectorChanged, message, pod.object, &[])
                    .help("leave `app.kubernetes.io/name`, `instance` and `component` as they are; add labels of your own beside them"),
            );
        }
    }
}

/// A Service that selects no pod answers nobody, and a named port has to exist in its pods.
fn services(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let pods = pods(context);
    for service in context.objects.objects() {
        for (code, message) in unanswered(service, &pods) {
            let help =
                if code == Code::SelectsNothing { "take the override of its `selector` away" } else { PORT_CURE };
            diagnostics.push(about(context, code, message, service, &[]).help(help));
        }
    }
}

/// Why a Service leads nowhere; nothing of other kinds, and of a Service without a selector.
pub(in crate::check) fn unanswered(service: &Object, pods: &[Pod<'_>]) -> Vec<(Code, String)> {
    let spec = &service.value["spec"];
    if service.kind != "Service" || spec["selector"].as_object().is_none_or(serde_json::Map::is_empty) {
        return Vec::new();
    }
    let selected = |pod: &&Pod<'_>| {
        pod.object.namespace == service.namespace && selects(&spec["selector"], &pod.template["metadata"]["labels"])
    };
    let selected: Vec<_> = pods.iter().filter(selected).collect();
    if selected.is_empty() {
        return vec![(Code::SelectsNothing, format!("`{}` selects none of the pods", name(service)))];
    }
    let missing = |port: &Value| {
        let target = port["targetPort"].as_str()?;
        let has = |pod: &&&Pod<'_>| {
            let ports = items(pod.spec, "containers").flat_map(|container| items(container, "ports"));
            ports.into_iter().any(|port| port["name"] == target)
        };
        (selected.iter().filter(has).count() < selected.len()).then(|| {
            let target = target.escape_debug();
            format!("`{}` leads to the port `{target}`, which its pods do not have", name(service))
        })
    };
    items(spec, "ports").filter_map(missing).map(|message| (Code::PortMissing, message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Input, validated, validator};
    use crate::object::ObjectSet;
    use crate::source::Sources;
    use crate::{component, plan};

    /// No spec brings this about, because names come from one function; a new component might.
    #[test]
    fn two_objects_of_one_name_are_refused() {
        let input = Input { profile: Some("dev".to_owned()), ..Input::default() };
        let mut diagnostics = Diagnostics::default();
        let spec = validated(&mut Sources::default(), &input, &validator(), &mut diagnostics).unwrap();
        let plan = plan::plan(&spec);
        let mut objects = component::build(&plan).objects().to_vec();
        let again = objects.iter().find(|object| object.kind == "Service").unwrap().clone();
        objects.push(again);
        let objects = ObjectSet::new(objects);
        let mut diagnostics = Diagnostics::default();
        rules(&Context { spec: &spec, plan: &plan, objects: &objects }, &mut diagnostics);
        let found: Vec<_> = diagnostics.iter().map(|found| (found.code, found.message.as_str())).collect();
        assert_eq!(found, [(Code::ObjectTwice, "two objects are called `Service/memos-postgres`")]);
    }
}
