//! Tests for helm-unittest that come with the chart: which objects each profile gives, and what is refused.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::chart::profile::file_name;
use crate::compile::{self, Input};
use crate::diagnostic::Diagnostics;
use crate::emit::yaml;
use crate::profile::PROFILES;
use crate::source::Sources;

/// The files by their paths in the chart.
pub(super) fn tests() -> Vec<(String, String)> {
    let profiles =
        PROFILES.into_iter().map(|(profile, ..)| (format!("tests/{profile}_test.yaml"), of_profile(profile)));
    profiles.chain([("tests/refused_test.yaml".to_owned(), refused())]).collect()
}

/// The chart gives the objects that the compiler gives, but for the Namespace: of each kind some, and none by another name.
fn of_profile(profile: &str) -> String {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let input = Input { profile: Some(profile.to_owned()), ..Input::default() };
    let compiled = compile::compile(&mut sources, &input, &compile::validator(), false, &mut diagnostics);
    let Some(compilation) = compiled else { return String::new() };
    let names = &compilation.plan.names;
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for object in compilation.objects.objects().iter().filter(|object| object.kind != "Namespace") {
        kinds.entry(&object.kind).or_default().push(object.name.clone());
    }
    if let Some(policies) = kinds.get_mut("NetworkPolicy") {
        policies.push(names.suffixed("test"));
    }
    let mut tests: Vec<Value> = kinds.iter().map(|(kind, names)| of_kind(kind, names)).collect();
    let autoscaler = compilation.objects.objects().iter().find(|object| object.kind == "HorizontalPodAutoscaler");
    tests.extend(autoscaler.map(|object| replicas(&object.value)));
    yaml::document(&json!({
        "suite": format!("profile {profile}"),
        "values": [format!("../{}", file_name(profile))],
        "release": { "name": names.installation, "namespace": names.namespace },
        "tests": tests,
    }))
}

fn of_kind(kind: &str, names: &[String]) -> Value {
    json!({
        "it": format!("has {kind}: {}", names.join(", ")),
        "documentSelector": { "path": "kind", "value": kind, "matchMany": true },
        "asserts": [{ "matchRegex": { "path": "metadata.name", "pattern": format!("^({})$", names.join("|")) } }],
    })
}

fn replicas(autoscaler: &Value) -> Value {
    let equal = |path: &str, key: &str| json!({ "equal": { "path": path, "value": autoscaler["spec"][key] } });
    json!({
        "it": "runs as many processes as the compiler plans",
        "documentSelector": { "path": "kind", "value": "HorizontalPodAutoscaler" },
        "asserts": [equal("spec.minReplicas", "minReplicas"), equal("spec.maxReplicas", "maxReplicas")],
    })
}

/// What the schema of the values refuses, and the words that name the place.
const REFUSED: [(&str, &str, &str); 8] = [
    ("a key that does not exist", "{databse: {kind: sqlite}}", "databse"),
    ("a field of another kind", "{database: {host: db.example.com}}", "/database/host"),
    ("a kind without what it needs", "{cache: {kind: managed}}", "/cache"),
    ("a number out of range", "{memos: {uploadSizeLimitMb: 201}}", "/memos/uploadSizeLimitMb"),
    ("a word that does not exist", "{memos: {logLevel: loud}}", "/memos/logLevel"),
    ("a text for a number", "{availability: {zones: three}}", "/availability/zones"),
    (
        "an address range with bits behind its prefix",
        "{network: {dns: {servers: [10.0.0.0/33]}}}",
        "/network/dns/servers/0",
    ),
    ("a label of ours", "{components: {memos: {labels: {app.kubernetes.io/name: other}}}}", "app.kubernetes.io/name"),
];

fn refused() -> String {
    let tests = REFUSED.into_iter().map(|(what, values, place)| {
        // The texts are part of the program; a test reads all of them.
        let set: Value = serde_yaml::from_str(values).unwrap_or_default();
        json!({
            "it": format!("refuses {what}"),
            "set": set,
            "asserts": [{ "failedTemplate": { "errorPattern": place } }],
        })
    });
    yaml::document(&json!({ "suite": "what is refused", "tests": tests.collect::<Vec<_>>() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_its_objects_asserted() {
        for (profile, ..) in PROFILES {
            let suite: Value = serde_yaml::from_str(&of_profile(profile)).unwrap();
            let tests = suite["tests"].as_array().unwrap();
            let kinds: Vec<&str> = tests.iter().filter_map(|test| test["documentSelector"]["value"].as_str()).collect();
            for kind in ["Deployment", "Service", "ConfigMap", "NetworkPolicy", "HorizontalPodAutoscaler"] {
                assert!(kinds.contains(&kind), "{profile}: {kinds:?}");
            }
            assert!(!kinds.contains(&"Namespace"), "{profile}");
        }
        let suite: Value = serde_yaml::from_str(&refused()).unwrap();
        assert!(suite["tests"].as_array().unwrap().iter().all(|test| test["set"].is_object()));
    }
}
