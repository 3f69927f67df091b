//! A real API server with its etcd that `scripts/apiserver` starts: objects are stored and judged, and nothing acts on them.

#![allow(dead_code, reason = "each test file uses what it needs of this")]
#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::chart::{Objects, objects};
use crate::tools;

/// The server; it ends with this.
pub(crate) struct Cluster {
    state: tempfile::TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Cluster {
    /// A new one, with the definitions of all custom resources that the compiler knows.
    pub(crate) fn new() -> Self {
        let state = tempfile::tempdir().unwrap();
        let of = |name: &str| state.path().join(name).to_str().unwrap().to_owned();
        let environment = vec![
            ("APISERVER_STATE", of("server")),
            ("KUBECONFIG", of("server/kubeconfig")),
            ("KUBECACHEDIR", of("kube")),
            ("HELM_CACHE_HOME", of("helm/cache")),
            ("HELM_CONFIG_HOME", of("helm/config")),
            ("HELM_DATA_HOME", of("helm/data")),
        ];
        let cluster = Self { state, environment };
        cluster.run(&script(), &["up"], "");
        cluster
    }

    /// The variables of the environment by which programs find it.
    pub(crate) fn variables(&self) -> Vec<(&str, &str)> {
        self.environment.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// What a program prints that has to succeed.
    #[track_caller]
    pub(crate) fn run(&self, program: &str, arguments: &[&str], input: &str) -> String {
        tools::run_with(&self.variables(), program, arguments, input)
    }

    /// What comes of one that may fail.
    pub(crate) fn output(&self, program: &str, arguments: &[&str]) -> Output {
        tools::output_with(&self.variables(), program, arguments, "")
    }

    /// What `kubectl` prints.
    #[track_caller]
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        self.run("kubectl", arguments, "")
    }

    /// A namespace that enforces what the chart's pods keep to, with what controllers would put into it.
    pub(crate) fn namespace(&self, name: &str) {
        let [namespace, account] = namespace(name, "restricted");
        self.run("kubectl", &["create", "-f", "-"], &format!("{namespace}\n---\n{account}\n"));
    }

    /// Objects as the server would store them, with its defaults; none of them may be there yet.
    pub(crate) fn defaulted(&self, objects: &Objects) -> Objects {
        let arguments = ["create", "--dry-run=server", "--validate=strict", "-o", "json", "-f", "-"];
        self.listed(&arguments, &stream(objects))
    }

    /// The objects of these kinds and names as they are stored.
    pub(crate) fn stored(&self, objects: &Objects) -> Objects {
        self.listed(&["get", "-o", "json", "-f", "-"], &stream(objects))
    }

    fn listed(&self, arguments: &[&str], input: &str) -> Objects {
        let printed = self.run("kubectl", arguments, input);
        let documents = serde_json::Deserializer::from_str(&printed).into_iter::<Value>().map(Result::unwrap);
        let items = documents.flat_map(|document| match document["items"].as_array() {
            Some(items) => items.clone(),
            None => vec![document],
        });
        objects(items).into_iter().map(|(key, object)| (key, without_the_servers(object))).collect()
    }

    /// What of the kinds of some objects is in a namespace or belongs to none, if it carries the label of an installation;
    /// without what is being deleted.
    pub(crate) fn present(&self, kinds_of: &Objects, namespace: &str, installation: &str) -> Vec<(String, String)> {
        let mut kinds: BTreeMap<String, ()> = BTreeMap::new();
        for object in kinds_of.values() {
            let (version, kind) = (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
            let name = match version.split_once('/') {
                Some((group, version)) => format!("{kind}.{version}.{group}"),
                None => kind.to_owned(),
            };
            kinds.insert(name, ());
        }
        let kinds: Vec<String> = kinds.into_keys().collect();
        let label = format!("app.kubernetes.io/instance={installation}");
        let printed = self.kubectl(&["get", &kinds.join(","), "-n", namespace, "-l", &label, "-o", "json"]);
        let found: Value = serde_json::from_str(&printed).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut found: Vec<(String, String)> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|object| object["metadata"].get("deletionTimestamp").is_none())
            // Those of no namespace are found whatever namespace is asked for.
            .filter(|object| object["metadata"].get("namespace").is_some() || belongs_to(object, namespace))
            .map(|object| (text(&object["kind"]), text(&object["metadata"]["name"])))
            .collect();
        found.sort();
        found
    }
}

/// Names of objects that belong to no namespace begin with the namespace of their installation.
fn belongs_to(object: &Value, namespace: &str) -> bool {
    object["metadata"]["name"].as_str().unwrap().starts_with(&format!("{namespace}-"))
}

impl Drop for Cluster {
    fn drop(&mut self) {
        tools::output_with(&self.variables(), &script(), &["down"], "");
    }
}

fn script() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/apiserver").to_str().unwrap().to_owned()
}

/// A namespace that enforces a level of Pod Security, and the account that a controller would make in it.
pub(crate) fn namespace(name: &str, level: &str) -> [Value; 2] {
    let labels = json!({"pod-security.kubernetes.io/enforce": level});
    [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}}),
    ]
}

fn stream(objects: &Objects) -> String {
    objects.values().map(|object| format!("---\n{object}\n")).collect()
}

/// An object without what a server or Helm writes into it at another time or place.
fn without_the_servers(mut object: Value) -> Value {
    object.as_object_mut().unwrap().remove("status");
    let metadata = object["metadata"].as_object_mut().unwrap();
    for key in ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"] {
        metadata.remove(key);
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.retain(|key, _| !key.starts_with("meta.helm.sh/"));
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    if object["kind"] == "Service" {
        let spec = object["spec"].as_object_mut().unwrap();
        for key in ["clusterIP", "clusterIPs", "healthCheckNodePort"] {
            spec.remove(key);
        }
        for port in spec["ports"].as_array_mut().unwrap() {
            port.as_object_mut().unwrap().remove("nodePort");
        }
    }
    object
}
