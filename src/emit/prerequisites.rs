//! `PREREQUISITES.md`: what must exist in a cluster before a tree is applied to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value;

use crate::object::{Checked, Object, ObjectSet};
use crate::plan::Plan;
use crate::plan::secrets::{KeyPlan, Part, SecretOrigin, SecretPlan};
use crate::validate::ValidatedSpec;

/// Groups of APIs that every cluster has.
const BUILT_IN_GROUPS: [&str; 9] = [
    "",
    "apps",
    "autoscaling",
    "batch",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// The document. It names every Secret with its keys, and holds no value of any.
pub fn markdown(validated: &ValidatedSpec, plan: &Plan, objects: &ObjectSet<Checked>) -> String {
    let mut out = format!(
        "# Before you apply\n\nWhat must exist before the installation `{}` can start in the namespace `{}`.\n",
        plan.names.installation, plan.names.namespace,
    );
    placeholders(validated, &mut out);
    namespace(plan, &mut out);
    custom_kinds(objects.objects(), &mut out);
    referred_objects(objects.objects(), &mut out);
    secrets(plan, &mut out);
    out
}

fn placeholders(validated: &ValidatedSpec, out: &mut String) {
    if validated.placeholders().is_empty() {
        return;
    }
    out.push_str(
        "\n## Values that are still the profile's placeholders\n\nNothing can work until these are yours.\n\n",
    );
    for placeholder in validated.placeholders() {
        let _ = writeln!(out, "- `{}`: `{}`", placeholder.path, placeholder.value);
    }
}

fn namespace(plan: &Plan, out: &mut String) {
    if !plan.create_namespace {
        let _ = write!(out, "\n## Namespace\n\nMake `{}`: it is no part of this tree.\n", plan.names.namespace);
    }
}

fn custom_kinds(objects: &[Object], out: &mut String) {
    let mut kinds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for object in objects {
        let group = object.api_version.rsplit_once('/').map_or("", |(group, _)| group);
        if !BUILT_IN_GROUPS.contains(&group) {
            kinds.entry(object.api_version.as_str()).or_default().insert(&object.kind);
        }
    }
    if kinds.is_empty() {
        return;
    }
    out.push_str("\n## Kinds that a cluster does not have by itself\n\nInstall what brings them.\n\n");
    for (version, kinds) in kinds {
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let _ = writeln!(out, "- `{version}`: {}", kinds.join(", "));
    }
}

/// Objects that pods, claims and routes name, that are not part of the tree, and that are no Secret of the plan.
fn referred_objects(objects: &[Object], out: &mut String) {
    let mut named: BTreeSet<(&str, &str)> = BTreeSet::new();
    for object in objects {
        references(&object.value, &mut named);
    }
    let made = |kind: &str, name: &str| objects.iter().any(|object| object.kind == kind && object.name == name);
    named.retain(|(kind, name)| !made(kind, name));
    if named.is_empty() {
        return;
    }
    out.push_str("\n## Other objects that are named\n\n");
    for (kind, name) in named {
        let _ = writeln!(out, "- {kind} `{name}`");
    }
}

fn references<'a>(value: &'a Value, named: &mut BTreeSet<(&'a str, &'a str)>) {
    const BY_NAME: [(&str, &str); 4] = [
        ("storageClassName", "StorageClass"),
        ("ingressClassName", "IngressClass"),
        ("gatewayClassName", "GatewayClass"),
        ("priorityClassName", "PriorityClass"),
    ];
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let kind = BY_NAME.iter().find(|(field, _)| field == key).map(|(_, kind)| *kind);
                if let (Some(kind), Some(name)) = (kind, value.as_str()) {
                    named.insert((kind, name));
                }
                if matches!(key.as_str(), "configMap" | "configMapRef" | "configMapKeyRef")
                    && let Some(name) = value.get("name").and_then(Value::as_str)
                {
                    named.insert(("ConfigMap", name));
                }
                references(value, named);
            }
        }
        Value::Array(list) => list.iter().for_each(|item| references(item, named)),
        _ => {}
    }
}

fn secrets(plan: &Plan, out: &mut String) {
    if plan.secrets.expected.is_empty() {
        return;
    }
    out.push_str("\n## Secrets\n\n");
    match &plan.secrets.origin {
        SecretOrigin::Existing => out.push_str("Make each of these with the keys below.\n"),
        SecretOrigin::Local => out.push_str(
            "`memos-gen secrets -o FILE` writes them with random values; apply that file, and keep it out of version control.\n",
        ),
        SecretOrigin::External(external) => {
            let _ = writeln!(
                out,
                "The External Secrets Operator makes them from the {:?} `{}`, in which these keys must exist.",
                external.store.kind, external.store.name,
            );
        }
    }
    for secret in &plan.secrets.expected {
        one_secret(plan, secret, out);
    }
}

fn one_secret(plan: &Plan, secret: &SecretPlan, out: &mut String) {
    let _ = write!(out, "\n### `{}`\n\n", secret.name);
    if let SecretOrigin::External(external) = &plan.secrets.origin {
        let properties = crate::plan::secrets::SecretsPlan::properties(secret);
        let properties: Vec<String> = properties.iter().map(|name| format!("`{name}`")).collect();
        let key = format!("{}{}", external.prefix, secret.purpose);
        let _ = writeln!(out, "`{key}` in the store, with the properties {}.", properties.join(", "));
        return;
    }
    for key in &secret.keys {
        let optional = if key.optional { " (optional)" } else { "" };
        let _ = writeln!(out, "- `{}`{optional}: {}. Form: `{}`", key.key, key.meaning, form(key));
    }
}

/// The content of a key with the names of its values in angle brackets.
fn form(key: &KeyPlan) -> String {
    let parts = key.content.iter().map(|part| match part {
        Part::Text(text) => text.replace('\n', "\\n"),
        Part::Value(name, _) => format!("<{name}>"),
    });
    parts.collect::<String>().replace('`', "'")
}
