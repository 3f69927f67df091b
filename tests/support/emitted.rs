//! What the compiler emits, as the programs that run it will see it.

#![allow(dead_code, reason = "each test file uses what it needs of this")]

use std::process::Command;

use serde::Deserialize as _;
use serde_json::Value;

/// The objects of one build, and the Secrets made for it.
pub(crate) struct Emitted {
    objects: Vec<Value>,
    secrets: Vec<Value>,
}

impl Emitted {
    /// Builds a profile with some settings, and makes the Secrets that it expects.
    pub(crate) fn of(profile: &str, settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.yaml");
        memos_gen("secrets", profile, settings, file.to_str().unwrap());
        let secrets = documents(&std::fs::read_to_string(file).unwrap());
        Self { secrets, ..Self::without_secrets(profile, settings) }
    }

    /// Builds a profile whose Secrets somebody else makes.
    pub(crate) fn without_secrets(profile: &str, settings: &[&str]) -> Self {
        Self { objects: documents(&memos_gen("build", profile, settings, "-")), secrets: Vec::new() }
    }

    /// All objects without the Secrets.
    pub(crate) fn objects(&self) -> &[Value] {
        &self.objects
    }

    /// An object.
    pub(crate) fn object(&self, kind: &str, name: &str) -> &Value {
        find(&self.objects, kind, name)
    }

    /// A text of a ConfigMap.
    pub(crate) fn config(&self, name: &str, key: &str) -> String {
        text(&self.object("ConfigMap", name)["data"][key])
    }

    /// A text of a Secret.
    pub(crate) fn secret(&self, name: &str, key: &str) -> String {
        text(&find(&self.secrets, "Secret", name)["stringData"][key])
    }

    /// The main container of a workload.
    pub(crate) fn container(&self, kind: &str, name: &str) -> &Value {
        &self.object(kind, name)["spec"]["template"]["spec"]["containers"][0]
    }

    /// The variables of a container with those that it takes from ConfigMaps and Secrets.
    pub(crate) fn variables(&self, container: &Value) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for source in container["envFrom"].as_array().into_iter().flatten() {
            let map = self.object("ConfigMap", source["configMapRef"]["name"].as_str().unwrap());
            variables.extend(map["data"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))));
        }
        for variable in container["env"].as_array().into_iter().flatten() {
            let secret = &variable["valueFrom"]["secretKeyRef"];
            let value = match secret["name"].as_str() {
                Some(name) => self.secret(name, secret["key"].as_str().unwrap()),
                None => text(&variable["value"]),
            };
            variables.push((text(&variable["name"]), value));
        }
        variables
    }
}

/// The words of a probe's or a hook's command.
pub(crate) fn command(probe: &Value) -> Vec<String> {
    probe["exec"]["command"].as_array().expect("an exec command").iter().map(text).collect()
}

/// The words of a list.
pub(crate) fn words(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(text).collect()
}

/// Replaces texts that only fit the cluster. Each has to occur, so that a test notices when the compiler writes another.
#[track_caller]
pub(crate) fn adapt(text: &str, replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "`{from}` does not occur in:\n{text}");
        text.replace(from, to)
    })
}

fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    let wanted = |object: &&Value| object["kind"] == kind && object["metadata"]["name"] == name;
    objects.iter().find(wanted).unwrap_or_else(|| panic!("no {kind} {name} was emitted"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn documents(stream: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(stream).map(|document| Value::deserialize(document).unwrap()).collect()
}

fn memos_gen(command: &str, profile: &str, settings: &[&str], output: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_memos-gen"))
        .current_dir(folder.path())
        .args([command, "--profile", profile, "-o", output])
        .args(settings.iter().flat_map(|setting| ["--set", setting]))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "memos-gen {command} {profile} {settings:?} failed: {errors}");
    String::from_utf8(output.stdout).unwrap()
}
