//! One legal value for each field, for editors.

use serde_json::{Value, json};

use crate::chart::field::Field;
use crate::chart::pattern::format_of;
use crate::schema::fields::choices;

/// Texts without a format of which the spec gives no example.
const TEXTS: [(&str, &str); 13] = [
    ("certificate", "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"),
    ("clientId", "01234567-89ab-cdef-0123-456789abcdef"),
    ("embeddingModel", "bge-m3"),
    ("fileSystemId", "fs-0123456789abcdef0"),
    ("llmModel", "deepseek-chat"),
    ("network", "default"),
    ("prefix", "memos-"),
    ("region", "eu-central-1"),
    ("registry", "registry.example.com/mirror"),
    ("roleArn", "arn:aws:iam::123456789012:role/memos"),
    ("serviceAccount", "memos@my-project.iam.gserviceaccount.com"),
    ("timeZone", "Europe/Berlin"),
    ("waf", "memos-policy"),
];

pub(super) fn of(field: &Field) -> Value {
    let schema = &field.forms[0].schema;
    match format_of(&field.path, schema) {
        Some("cpu") => return json!("250m"),
        Some("memory") => return json!("2Gi"),
        _ => {}
    }
    if let Some(example) = schema["examples"].get(0) {
        return example.clone();
    }
    if let Some((word, _)) = choices(schema).last() {
        return json!(word);
    }
    let text = TEXTS.iter().find(|(name, _)| *name == field.name());
    match schema["type"].as_str() {
        Some("integer") => field.forms[0].default.clone().unwrap_or_else(|| schema["minimum"].clone()),
        Some("boolean") => json!(field.forms[0].default != Some(json!(true))),
        Some("array") => list(field.name(), schema),
        Some("object") => map(field.name()),
        _ => json!(text.map_or("", |(_, text)| *text)),
    }
}

fn list(name: &str, schema: &Value) -> Value {
    match name {
        "tolerations" => json!([{ "key": "dedicated", "operator": "Equal", "value": "memos", "effect": "NoSchedule" }]),
        "extraEnv" => json!([{ "name": "HTTPS_PROXY", "value": "http://proxy.example.com:3128" }]),
        "extraVolumes" => json!([{ "name": "scratch", "emptyDir": {} }]),
        "extraVolumeMounts" => json!([{ "name": "scratch", "mountPath": "/scratch" }]),
        "extraContainers" => json!([{ "name": "side-car", "image": "registry.example.com/side-car:1.0" }]),
        _ => json!([schema["items"]["examples"][0]]),
    }
}

fn map(name: &str) -> Value {
    match name {
        "nodeAffinity" => json!({
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{ "matchExpressions": [{ "key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"] }] }],
            },
        }),
        "podAffinity" => json!({
            "preferredDuringSchedulingIgnoredDuringExecution": [{
                "weight": 1,
                "podAffinityTerm": {
                    "topologyKey": "kubernetes.io/hostname",
                    "labelSelector": { "matchLabels": { "app": "other" } },
                },
            }],
        }),
        "nodeSelector" => json!({ "kubernetes.io/arch": "amd64" }),
        _ => json!({ "example.com/team": "notes" }),
    }
}
