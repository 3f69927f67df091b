//! What the compiler builds of random specs, and of specs that follow one another, judged by a real API server.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]
#![expect(clippy::print_stderr, reason = "how much was judged")]

#[path = "support/api.rs"]
mod api;
#[path = "support/changes.rs"]
mod changes;
#[path = "support/chart.rs"]
mod chart;
#[path = "support/cluster.rs"]
mod cluster;
#[path = "support/http.rs"]
mod http;
#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeSet;

use api::{Api, Effect};
use changes::{Change, Changed, bases, changes, edges, over};
use chart::{Objects, built, objects, setting};
use cluster::Cluster;
use memos_gen::chart::trial::{Trial, trials};
use memos_gen::check::change::fixed_fields;
use rayon::prelude::*;
use serde_json::{Value, json};

/// How many random specs are judged; the first of them have been met by no other test.
const SPECS: usize = 1000;
const SEED: u64 = 600;

/// What a server says that is known: Google's Ingress controller knows no class but an annotation that the server would have as a
/// field, and only a class decides whether a claim can grow.
const KNOWN: [&str; 2] = ["kubernetes.io/ingress.class", "only dynamically provisioned pvc can be resized"];

fn is_known(refusal: &str) -> bool {
    KNOWN.iter().any(|known| refusal.contains(known))
}

/// The pod that a workload would make, with the volumes that a controller adds for its claims.
fn pod(workload: &Value) -> Option<Value> {
    // An operator fills in what a template of its own kinds leaves out.
    if !["apps/v1", "batch/v1"].iter().any(|version| workload["apiVersion"] == *version) {
        return None;
    }
    let spec = &workload["spec"];
    let template = spec.get("template").or_else(|| spec["jobTemplate"]["spec"].get("template"))?;
    let mut pod = template.clone();
    pod["apiVersion"] = json!("v1");
    pod["kind"] = json!("Pod");
    pod["metadata"]["name"] = json!("one");
    pod["metadata"]["namespace"] = workload["metadata"]["namespace"].clone();
    let claims = spec["volumeClaimTemplates"].as_array().into_iter().flatten();
    let claimed = claims.map(|claim| {
        let name = &claim["metadata"]["name"];
        json!({"name": name, "persistentVolumeClaim": {"claimName": name}})
    });
    let volumes = pod["spec"]["volumes"].as_array().cloned().unwrap_or_default();
    pod["spec"]["volumes"] = volumes.into_iter().chain(claimed).collect();
    Some(pod)
}

/// What objects and pods need to be there before.
fn prepare<'a>(api: &Api, namespace: &str, objects: impl Iterator<Item = &'a Value> + Clone) {
    api.namespace(namespace, "restricted");
    let elsewhere = objects.clone().filter_map(|object| object["metadata"]["namespace"].as_str());
    let elsewhere: BTreeSet<&str> = elsewhere.filter(|other| *other != namespace).collect();
    elsewhere.into_iter().for_each(|other| api.namespace(other, "privileged"));
    for object in objects {
        if object["kind"] == "ServiceAccount" {
            api.apply(object, Effect::Done).unwrap();
        }
        if let Some(class) = object["spec"]["template"]["spec"]["priorityClassName"].as_str() {
            let metadata = json!({"name": class});
            let class = json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": metadata, "value": 1000});
            api.apply(&class, Effect::Done).unwrap();
        }
    }
}

/// Why the server refuses an object, or the pod that it would make.
fn refusal(api: &Api, object: &Value) -> Option<String> {
    let word =
        |what: &str, refusal: String| (!is_known(&refusal)).then(|| format!("{what} {}: {refusal}", object["kind"]));
    let refused = api.apply(object, Effect::Judged).err().and_then(|refusal| word("object", refusal));
    let pod = || api.create(&pod(object)?, Effect::Judged).err().and_then(|refusal| word("pod of", refusal));
    refused.or_else(pod)
}

#[test]
fn every_object_and_pod_of_random_specs_is_admitted() {
    let cluster = Cluster::new();
    let api = Api::new(&cluster.variables());
    let judged: Vec<(usize, Vec<String>)> = trials(SEED, setting("ADMISSION_TRIALS", SPECS))
        .into_par_iter()
        .map(|Trial { values, name: _, namespace, objects: built }| {
            let built = objects(built);
            prepare(&api, &namespace, built.values());
            let refused = built.values().filter_map(|object| refusal(&api, object));
            (built.len(), refused.map(|refusal| format!("{refusal}\n  {values}")).collect())
        })
        .collect();
    let count: usize = judged.iter().map(|(count, _)| count).sum();
    eprintln!("{} specs, {count} objects", judged.len());
    let refused: Vec<String> = judged.into_iter().flat_map(|(_, refused)| refused).collect();
    assert!(refused.is_empty(), "{}:\n{}", refused.len(), refused.join("\n"));
}

/// Where the server and the rule about what cannot be changed are not of one mind, of all objects that change.
fn surprises(api: &Api, namespace: &str, before: &Objects, after: &Objects) -> Vec<String> {
    let both = before.iter().filter_map(|(key, old)| Some((old, after.get(key)?)));
    let changed: Vec<(&Value, &Value)> = both.filter(|(old, new)| old != new).collect();
    prepare(api, namespace, changed.iter().flat_map(|(old, new)| [*old, *new]));
    let surprise = |(old, new): (&Value, &Value)| {
        let apply = |object, effect| api.apply(object, effect).err().filter(|refusal| !is_known(refusal));
        assert_eq!(apply(old, Effect::Done), None, "{old}");
        if old["kind"] == "PersistentVolumeClaim" {
            api.bind(old);
        }
        let (refused, fixed) = (apply(new, Effect::Judged), fixed_fields(old, new));
        (refused.is_some() == fixed.is_empty()).then(|| format!("{}: {fixed:?}, server: {refused:?}", new["kind"]))
    };
    changed.into_iter().filter_map(surprise).collect()
}

/// The class that claims without one get, whose volumes can grow.
fn default_class() -> Value {
    let metadata = json!({"name": "usual", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}});
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata, "provisioner": "example.com/usual",
        "allowVolumeExpansion": true,
    })
}

#[test]
fn every_change_that_a_server_refuses_is_known() {
    let cluster = Cluster::new();
    let api = Api::new(&cluster.variables());
    api.apply(&default_class(), Effect::Done).unwrap();
    let (bases, edges, changes) = (bases(), edges(), changes());
    let found = |change| over(&bases, &edges, change).into_iter().map(move |found| (change, found));
    let pairs: Vec<(&Change, Changed)> = changes.par_iter().flat_map_iter(found).collect();
    let surprises: Vec<String> = pairs
        .par_iter()
        .enumerate()
        .flat_map_iter(|(at, (change, Changed { before, after, objects: _ }))| {
            let namespace = format!("notes{at}");
            // What a change needs beside it may be refused without it.
            let of = |values| built(values, "memos", &namespace).0;
            let both = of(before).zip(of(after));
            let found = both.map(|(before, after)| surprises(&api, &namespace, &before, &after));
            found.into_iter().flatten().map(|found| format!("{} = {}: {found}", change.path, change.value))
        })
        .collect();
    eprintln!("{} changes", pairs.len());
    assert!(surprises.is_empty(), "{}:\n{}", surprises.len(), surprises.join("\n"));
}
