//! Names, keys and labels inside objects: of variables, containers, volumes and ports, and those by which pods and nodes are chosen.

use super::labels::{legal_key, legal_value};
use super::node::Node;
use super::refused::Fault;
use crate::diagnostic::Code;

pub(super) fn faults(node: &Node<'_>, faults: &mut Vec<Fault>) {
    match node.list() {
        Some("env") => faults.extend(variable(node)),
        Some("containers" | "initContainers" | "volumes") => faults.extend(dns_label(node)),
        Some("ports") if node.value.get("containerPort").is_some() => faults.extend(port(node)),
        Some("ports") if node.object.kind == "Service" && !node.text("name").is_empty() => {
            faults.extend(dns_label(node))
        }
        Some("tolerations") => toleration(node, faults),
        Some("matchExpressions") => expression(node, faults),
        _ => {}
    }
    match node.key() {
        Some("nodeSelector" | "matchLabels") => labels(node, faults),
        Some("selector") if node.object.kind == "Service" => labels(node, faults),
        Some("topologyKey") => faults.extend(key(node)),
        Some("secretKeyRef" | "configMapKeyRef") => reference(node, faults),
        Some("requests" | "limits") if !node.is_in("volumeClaimTemplates") && node.is_in("template") => {
            faults.extend(node.fields().filter_map(|(name, node)| resource(name, &node)));
        }
        _ => {}
    }
}

const LABEL_VALUE: &str = "write at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";
const LABEL_KEY: &str = "write a word of letters, digits, `-`, `_` and `.`, behind a host name and `/` or alone";

fn shown(text: &str) -> String {
    if text.is_empty() { "is missing or empty".to_owned() } else { format!("is `{}`", text.escape_debug()) }
}

/// Since Kubernetes 1.32 all that can be printed, without the sign that ends a name.
fn variable(node: &Node<'_>) -> Option<Fault> {
    let name = node.text("name");
    let legal = !name.is_empty() && name.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=');
    let help = "write a name such as `MY_SETTING`: letters, digits and `_`";
    (!legal).then(|| Fault::of_field(node, "name", Code::NameInObjectNotLegal, shown(name), help))
}

/// A DNS label of RFC 1123.
fn dns_label(node: &Node<'_>) -> Option<Fault> {
    let name = node.text("name");
    let legal = !name.is_empty() && name.len() <= 63 && lower_case_word(name);
    let help = "write at most 63 lower-case letters, digits and `-`, with a letter or digit at both ends";
    (!legal).then(|| Fault::of_field(node, "name", Code::NameInObjectNotLegal, shown(name), help))
}

/// Lower-case letters, digits and `-`, with none of the latter at an end.
pub(super) fn lower_case_word(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// The name of a container's port, as RFC 6335 has them.
fn port(node: &Node<'_>) -> Option<Fault> {
    let name = node.text("name");
    let legal = name.len() <= 15
        && lower_case_word(name)
        && !name.contains("--")
        && name.bytes().any(|byte| byte.is_ascii_lowercase());
    let help = "write at most 15 lower-case letters, digits and single `-`, with a letter among them";
    (!name.is_empty() && !legal).then(|| Fault::of_field(node, "name", Code::NameInObjectNotLegal, shown(name), help))
}

/// Labels of nodes and pods.
fn labels(node: &Node<'_>, faults: &mut Vec<Fault>) {
    for (key, label) in node.fields() {
        if !legal_key(key) {
            let fault = Fault::of(&label, Code::NameInObjectNotLegal, "has no legal key", LABEL_KEY);
            faults.push(Fault { on_key: true, ..fault });
        } else if !label.value.as_str().is_some_and(legal_value) {
            faults.push(value(&label));
        }
    }
}

fn value(node: &Node<'_>) -> Fault {
    let text = node.value.as_str().unwrap_or_default();
    Fault::of(node, Code::NameInObjectNotLegal, shown(text), LABEL_VALUE)
}

/// A value that is the key of a label.
fn key(node: &Node<'_>) -> Option<Fault> {
    let text = node.value.as_str().unwrap_or_default();
    (!legal_key(text)).then(|| Fault::of(node, Code::NameInObjectNotLegal, shown(text), LABEL_KEY))
}

/// A key of a Secret or ConfigMap that a variable is taken from.
fn reference(node: &Node<'_>, faults: &mut Vec<Fault>) {
    for field in ["name", "key"] {
        let text = node.text(field);
        let legal = !text.is_empty()
            && text.len() <= 253
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !legal {
            let help = "name the object and one of its keys, in letters, digits, `-`, `_` and `.`";
            faults.push(Fault::of_field(node, field, Code::NameInObjectNotLegal, shown(text), help));
        }
    }
}

/// What a container can ask for: Kubernetes' own words, or one behind a host name.
fn resource(name: &str, node: &Node<'_>) -> Option<Fault> {
    let known = matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
    if known || (name.contains('/') && legal_key(name)) {
        return None;
    }
    let help = "write `cpu`, `memory`, `ephemeral-storage`, or a resource with the host name of its plugin";
    let fault = Fault::of(node, Code::NameInObjectNotLegal, "is no resource of a container", help);
    Some(Fault { on_key: true, ..fault })
}

fn toleration(node: &Node<'_>, faults: &mut Vec<Fault>) {
    if !node.text("key").is_empty() {
        faults.extend(node.field("key").and_then(|node| key(&node)));
    }
    if !legal_value(node.text("value")) {
        faults.extend(node.field("value").map(|node| value(&node)));
    }
}

/// Values of nodes may be any text with `Gt` and `Lt`, which want numbers.
fn expression(node: &Node<'_>, faults: &mut Vec<Fault>) {
    if !legal_key(node.text("key")) {
        let text = shown(node.text("key"));
        faults.push(Fault::of_field(node, "key", Code::NameInObjectNotLegal, text, LABEL_KEY));
    }
    let values = node.items("values");
    faults.extend(values.iter().filter(|node| !node.value.as_str().is_some_and(legal_value)).map(value));
}
