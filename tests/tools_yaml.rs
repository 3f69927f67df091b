//! The YAML writer against the programs that read its output in practice.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use memos_gen::emit::readback::refuse_control_characters;
use memos_gen::emit::yaml::document;
use memos_gen::object::Object;
use serde_json::{Value, json};

#[path = "support/strings.rs"]
mod strings;
#[path = "support/tools.rs"]
mod tools;

/// Every tricky string and 3,000 random ones, without duplicates.
fn all_strings() -> Vec<String> {
    let mut random = strings::Random(20_261_121);
    let mut all = strings::tricky();
    all.extend((0..3_000).map(|_| random.string()));
    all.sort();
    all.dedup();
    assert!(all.len() > 2_500);
    all
}

/// A ConfigMap with each text as key and as value.
fn config_map(texts: &[String]) -> Value {
    let data: serde_json::Map<_, _> = texts.iter().map(|text| (text.clone(), Value::from(text.as_str()))).collect();
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "memos", "labels": {"x": "y"}}, "data": data})
}

/// A Pod with each text as an item of a list and as a value of maps in a list.
fn pod(texts: &[String]) -> Value {
    let env: Vec<_> =
        texts.iter().enumerate().map(|(index, text)| json!({"name": format!("V{index}"), "value": text})).collect();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "memos", "labels": {"x": "y"}},
        "spec": {"containers": [{"name": "memos", "image": "a", "args": texts, "env": env}]},
    })
}

/// Compares piece by piece, so that a failure names one string and not a document of 100 KB.
#[track_caller]
fn assert_same(reader: &str, read: &Value, written: &Value) {
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => {
            for (key, value) in written {
                assert_same(reader, read.get(key).unwrap_or_else(|| panic!("{reader} lost the key {key:?}")), value);
            }
            assert_eq!(read.len(), written.len(), "{reader} made up a key");
        }
        (Value::Array(read), Value::Array(written)) if read.len() == written.len() => {
            for (read, written) in read.iter().zip(written) {
                assert_same(reader, read, written);
            }
        }
        _ => assert_eq!(read, written, "{reader} read something else"),
    }
}

/// What kubectl makes of a manifest. Setting a label locally needs no server, unlike a dry run.
fn read_by_kubectl(manifest: &str) -> Value {
    let json = tools::run("kubectl", &["label", "--local", "--overwrite", "-o", "json", "-f", "-", "x=y"], manifest);
    serde_json::from_str(&json).unwrap()
}

#[test]
fn pyyaml_reads_what_was_written() {
    const SCRIPT: &str = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.buffer), sys.stdout)";
    for value in [config_map(&all_strings()), pod(&all_strings()), json!([1e21, 1.5e-9, 0.5, -3, null, true])] {
        let json = tools::run("python3", &["-c", SCRIPT], &document(&value));
        assert_same("PyYAML", &serde_json::from_str(&json).unwrap(), &value);
    }
}

#[test]
fn kubectl_reads_what_was_written() {
    for value in [config_map(&all_strings()), pod(&all_strings())] {
        assert_same("kubectl", &read_by_kubectl(&document(&value)), &value);
    }
}

/// The chart prints what helm read in Base64, so that only helm's reading of the values is tested.
#[test]
fn helm_reads_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("templates")).unwrap();
    std::fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: x\nversion: 0.1.0\n").unwrap();
    std::fs::write(folder.path().join("templates/a.yaml"), "read: {{ .Values.given | toJson | b64enc }}\n").unwrap();
    for value in [config_map(&all_strings()), pod(&all_strings())] {
        let chart = folder.path().to_str().unwrap();
        let printed = tools::run("helm", &["template", "x", chart, "-f", "-"], &document(&json!({"given": value})));
        let base64 = printed.lines().find_map(|line| line.strip_prefix("read: ")).expect("the rendered line");
        let json = tools::run("base64", &["-d"], base64);
        assert_same("helm", &serde_json::from_str(&json).unwrap(), &value);
    }
}

/// kustomize writes YAML of its own, which kubectl then reads, as `kubectl apply -k` does.
///
/// Left out are strings that the compiler refuses in objects, because kustomize writes U+0085 and DEL wrongly, and as keys
/// those that kustomize cannot write: `<<`, whose quotes it drops, and keys beyond 1,000 bytes, which it does not mark as
/// keys. No key of a Kubernetes object is like that: label and data keys are limited to 317 and 253 characters.
#[test]
fn kustomize_passes_on_what_was_written() {
    let texts: Vec<_> = all_strings().into_iter().filter(|text| is_allowed(text)).collect();
    let keys: Vec<_> = texts.iter().filter(|text| *text != "<<" && text.len() <= 1_000).cloned().collect();
    assert!(keys.len() > 2_500);
    for value in [config_map(&keys), pod(&texts)] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("kustomization.yaml"), "resources:\n- object.yaml\n").unwrap();
        std::fs::write(folder.path().join("object.yaml"), document(&value)).unwrap();
        let built = tools::run("kustomize", &["build", folder.path().to_str().unwrap()], "");
        assert_same("kustomize", &read_by_kubectl(&built), &value);
    }
}

fn is_allowed(text: &str) -> bool {
    let object = Object {
        api_version: "v1".to_owned(),
        kind: "ConfigMap".to_owned(),
        name: "memos".to_owned(),
        namespace: None,
        value: json!({"data": text}),
    };
    refuse_control_characters(&object).is_none()
}
