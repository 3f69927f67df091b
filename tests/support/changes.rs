//! Values of the chart to change, and every change of one value over them.

#![allow(dead_code, reason = "each test file uses what it needs of this")]
#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::collections::BTreeMap;

use memos_gen::chart::files::chart_files;
use memos_gen::chart::trial::trials;
use memos_gen::profile::PROFILES;
use serde_json::{Map, Value, json};

use crate::chart::{Objects, built};

/// How many random values are tried as what a value is changed over, after the profiles.
const RANDOM: usize = 40;

/// A file of the chart.
fn file(name: &str) -> Value {
    serde_yaml::from_slice(&chart_files().files[name]).unwrap()
}

/// Values that are changed, with what the compiler builds of them.
pub(crate) struct Base {
    pub(crate) values: Value,
    pub(crate) objects: Objects,
}

/// Values in which fields matter that random ones seldom have together, by a name.
const RARE: &str = include_str!("../../src/chart/derive/rare.yaml");

/// Classes of Gateways and Ingresses that differ in what is built for them.
const CLASSES: [(&str, &[&str]); 2] = [
    (
        "gateway",
        &[
            "istio",
            "approuting-istio",
            "eg",
            "kgateway",
            "traefik",
            "gke-l7-gxlb",
            "gke-l7-rilb",
            "alb",
            "azure-alb-external",
            "mine",
        ],
    ),
    (
        "ingress",
        &[
            "alb",
            "gce",
            "gce-internal",
            "traefik",
            "haproxy",
            "nginx",
            "webapprouting.kubernetes.azure.com",
            "azure-application-gateway",
            "mine",
        ],
    ),
];

/// An edge of each class on each cloud that it goes with, with the first certificate and networks that do.
pub(crate) fn edges() -> Vec<Base> {
    let classes = CLASSES.iter().flat_map(|(kind, classes)| classes.iter().map(move |class| (*kind, *class)));
    classes
        .flat_map(|(kind, class)| ["none", "aws", "gcp", "azure"].map(|cloud| edge(kind, class, cloud)))
        .flatten()
        .collect()
}

fn edge(kind: &str, class: &str, cloud: &str) -> Option<Base> {
    let certificates = [
        json!({"kind": "certManager", "issuer": "letsencrypt"}),
        json!({"kind": "cloud", "certificate": "arn:aws:acm:eu-central-1:123456789012:certificate/abc"}),
    ];
    let annotations = match class {
        "azure-alb-external" => json!({"alb.networking.azure.io/alb-id": "an-application-gateway-for-containers"}),
        _ => json!({}),
    };
    let exposure = json!({"kind": kind, "class": class, "host": "memos.example.com", "annotations": annotations});
    let values = json!({"kubernetes": {"cloud": cloud}, "exposure": exposure});
    let networks = [json!([]), json!(["192.0.2.0/24"])];
    let ways = certificates.iter().flat_map(|tls| networks.iter().map(move |networks| (tls, networks)));
    let mut bases = ways.filter_map(|(tls, networks)| {
        let mut values = values.clone();
        set(&mut values, "exposure.tls", tls);
        set(&mut values, "exposure.edge.networks", networks);
        Some(Base { objects: built(&values, "memos", "notes").0?, values })
    });
    bases.next()
}

pub(crate) fn bases() -> Vec<Base> {
    let profiles = PROFILES.iter().map(|(profile, ..)| file(&format!("values-{profile}.yaml")));
    let random = trials(5, RANDOM).into_iter().map(|trial| {
        let mut values = trial.values;
        values.as_object_mut().unwrap().remove("fullnameOverride");
        values
    });
    let rare: BTreeMap<String, Value> = serde_yaml::from_str(RARE).unwrap();
    let all = profiles.chain([json!({})]).chain(rare.into_values()).chain(random);
    all.map(|values| {
        let (objects, why) = built(&values, "memos", "notes");
        Base { objects: objects.unwrap_or_else(|| panic!("{values}: {why:?}")), values }
    })
    .collect()
}

/// A value that is given to a field, with what it needs beside it.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) path: String,
    pub(crate) value: Value,
    beside: Vec<(String, Value)>,
}

/// Fields of a schema that hold a value, by their paths, each with its own schema.
fn fields(schema: &Value, at: &Value, path: &str, found: &mut Vec<(String, Value)>) {
    let resolved = at.get("$ref").or_else(|| at["allOf"].get(0)?.get("$ref")).and_then(Value::as_str);
    let below = resolved.and_then(|reference| schema.pointer(reference.strip_prefix('#')?));
    let properties = [Some(at), below].into_iter().flatten().find_map(|one| one["properties"].as_object());
    let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
        return found.push((path.to_owned(), at.clone()));
    };
    for (key, at) in properties {
        let dot = if path.is_empty() { "" } else { "." };
        fields(schema, at, &format!("{path}{dot}{key}"), found);
    }
}

/// What is tried for a field: every one of few, or the schema's own examples.
fn tried(path: &str, schema: &Value) -> Vec<Value> {
    if schema["type"].as_str() == Some("boolean") || schema["type"].get(0).is_some_and(|one| one == "boolean") {
        return vec![json!(true), json!(false)];
    }
    let few = schema["enum"].as_array().or_else(|| schema["examples"].as_array());
    let few = few.unwrap_or_else(|| panic!("{path} has neither `enum` nor `examples`"));
    let mut few: Vec<Value> = few.iter().filter(|value| !value.is_null()).cloned().collect();
    if schema.get("enum").is_none() {
        // An example may be what is so already, or too much.
        let others = few.iter().flat_map(|value| match value {
            Value::Number(number) => {
                let number = number.as_i64().unwrap();
                [number + 1, number - 1, number * 4, number * 60].map(|number| json!(number)).to_vec()
            }
            Value::String(text) if text == "2Gi" => vec![json!("100Mi"), json!("30Mi")],
            Value::String(text) if text.starts_with("ghcr.io/usememos/") => {
                vec![json!("registry.example.com/other:1.0")]
            }
            Value::String(text) if text == "memos" || text == "default" => vec![json!("notes")],
            _ => Vec::new(),
        });
        few.extend(others.collect::<Vec<_>>());
    }
    few
}

const RESTRICTED: &str = "{name: side-car, image: 'registry.example.com/side-car:1.0', resources: {requests: {cpu: 10m, memory: \
                          16Mi}, limits: {cpu: 100m, memory: 32Mi}}, securityContext: {allowPrivilegeEscalation: false, \
                          readOnlyRootFilesystem: true, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}, capabilities: \
                          {drop: [ALL]}}}";

/// A change with what it needs beside it: fields whose examples say nothing alone, or not what the compiler takes.
fn made_whole(path: &str, mut value: Value) -> Change {
    let mut beside = Vec::new();
    let mut needs = |path: &str, value: Value| beside.push((path.to_owned(), value));
    match path {
        "database.cloudSqlProxy.iamLogin" => needs("database.user", json!("memos-sql@placeholder-project.iam")),
        "exposure.class" => {
            let ingress = ["alb", "gce", "traefik"].iter().any(|class| value == *class);
            needs("exposure.kind", json!(if ingress { "ingress" } else { "gateway" }));
        }
        "exposure.kind" if value == "ingress" => needs("exposure.class", json!("traefik")),
        "exposure.kind" if value == "gateway" => needs("exposure.class", json!("istio")),
        "exposure.tls.name" => needs("exposure.tls", json!({"kind": "secret"})),
        "exposure.tls.kind" if value == "secret" => needs("exposure.tls", json!({"name": "notes"})),
        "network.dns.servers" => needs("network.dns.mode", json!("strict")),
        "secrets.kind" if value == "external" => needs("secrets", json!({"store": {"name": "vault"}})),
        "secrets.kind" => needs("secrets", json!({})),
        "secrets.names.administrator" => {
            needs("secrets", json!({"kind": "existing"}));
            needs("rollout", json!({"createAdministrator": true, "holdUntilAdministrator": false}));
        }
        "availability.readinessChecksDatabase" => needs("rollout.holdUntilAdministrator", json!(false)),
        "kubernetes.identity.kind" | "kubernetes.identity.roleArn" | "kubernetes.identity.clientId" => {
            let (azure, role) =
                (path.ends_with("clientId") || value == "azure", "arn:aws:iam::123456789012:role/memos");
            let (kind, key, text) = match azure {
                true => ("azure", "clientId", "01234567-89ab-cdef-0123-456789abcdef"),
                false => ("irsa", "roleArn", role),
            };
            let identity = if path.ends_with("kind") { json!({key: text}) } else { json!({"kind": kind}) };
            needs(
                "kubernetes.identity",
                if value == "gke" {
                    json!({"serviceAccount": "a@b-project.iam.gserviceaccount.com"})
                } else {
                    identity
                },
            );
        }
        _ => {}
    }
    if let Some(component) = path.strip_suffix(".extraVolumeMounts") {
        needs(&format!("{component}.extraVolumes"), json!([{"name": "scratch", "emptyDir": {}}]));
    } else if path.ends_with(".extraContainers") {
        let container: Value = serde_yaml::from_str(RESTRICTED).unwrap();
        value = json!([container]);
    }
    Change { path: path.to_owned(), value, beside }
}

pub(crate) fn changes() -> Vec<Change> {
    let (schema, mut found) = (file("values.schema.json"), Vec::new());
    fields(&schema, &schema, "", &mut found);
    // Helm's own, and names, have tests of their own.
    let own = ["global", "enabled", "nameOverride", "fullnameOverride"];
    found.retain(|(path, _)| !own.contains(&path.as_str()));
    let each = |(path, schema): (String, Value)| {
        let values = tried(&path, &schema);
        values.into_iter().map(move |value| made_whole(&path, value))
    };
    found.into_iter().flat_map(each).collect()
}

fn set(values: &mut Value, path: &str, value: &Value) {
    let place = path.split('.').fold(values, |place, step| {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        &mut place[step]
    });
    place.clone_from(value);
}

/// Values with one change.
pub(crate) struct Changed {
    /// The values without it, but with what it needs beside it.
    pub(crate) before: Value,
    pub(crate) after: Value,
    /// What the compiler builds of the latter.
    pub(crate) objects: Objects,
}

/// The first values in which a change matters, and all edges in which it does: edges of different classes have most of their
/// settings in common, and say each in a way of their own.
pub(crate) fn over(bases: &[Base], edges: &[Base], change: &Change) -> Vec<Changed> {
    let of_edge = change.path.starts_with("exposure.") && !["exposure.kind", "exposure.class"].contains(&&*change.path);
    let first = bases.iter().find_map(|base| over_one(base, change));
    let edges = edges.iter().filter(|_| of_edge);
    first.into_iter().chain(edges.filter_map(|edge| over_one(edge, change))).collect()
}

/// Values with a change, where the compiler builds something else of them.
fn over_one(base: &Base, change: &Change) -> Option<Changed> {
    let mut before = base.values.clone();
    for (path, value) in &change.beside {
        set(&mut before, path, value);
    }
    let without = if change.beside.is_empty() { None } else { built(&before, "memos", "notes").0 };
    let mut after = before.clone();
    set(&mut after, &change.path, &change.value);
    let objects = built(&after, "memos", "notes").0?;
    (objects != *without.as_ref().unwrap_or(&base.objects)).then_some(Changed { before, after, objects })
}
