//! The law of the chart: what Helm renders from values is what the compiler builds from the spec that says the same.

#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use memos_gen::chart::files::chart_files;
use memos_gen::chart::trial::{Trial, trials};
use memos_gen::compile::{self, Input};
use memos_gen::diagnostic::Diagnostics;
use memos_gen::profile::PROFILES;
use memos_gen::source::Sources;
use rayon::prelude::*;
use serde_json::Value;

/// Both Helms that people use, by the programs' names.
const HELMS: [&str; 2] = ["helm", "helm3"];

/// The cluster's version that Helm is told, since there is none.
const KUBERNETES: &str = "1.36.0";

fn chart() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, content) in chart_files().files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

/// What Helm renders, by kind and name, as far as the law speaks of it; or what it says when it refuses.
fn rendered(helm: &str, chart: &Path, release: &str, namespace: &str, values: &Path) -> Result<Objects, String> {
    let (chart, values) = (chart.to_str().unwrap(), values.to_str().unwrap());
    let arguments = ["template", release, chart, "-n", namespace, "-f", values, "--kube-version", KUBERNETES];
    let output = tools::output_with(&[], helm, &arguments, "");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8(output.stdout).unwrap();
    let documents = serde_yaml::Deserializer::from_str(&text).map(|document| {
        <Value as serde::Deserialize>::deserialize(document).map_err(|error| format!("{error}\n{text}"))
    });
    let documents = documents.collect::<Result<Vec<Value>, String>>()?;
    let hook = |object: &Value| object["metadata"]["annotations"].get("helm.sh/hook").is_some();
    Ok(objects(documents.into_iter().filter(|object| !object.is_null() && !hook(object))))
}

type Objects = BTreeMap<(String, String), Value>;

/// Objects without the labels in their own metadata that Helm has of its own.
fn objects(all: impl Iterator<Item = Value>) -> Objects {
    all.filter(|object| object["kind"] != "Namespace")
        .map(|mut object| {
            if let Some(labels) = object["metadata"]["labels"].as_object_mut() {
                labels.remove("helm.sh/chart");
                labels.remove("app.kubernetes.io/managed-by");
            }
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            ((text(&object["kind"]), text(&object["metadata"]["name"])), object)
        })
        .collect()
}

/// How two sets differ, by the paths of the first values that do.
fn differences(helm: &Objects, compiler: &Objects) -> Vec<String> {
    let keys: std::collections::BTreeSet<_> = helm.keys().chain(compiler.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        match (helm.get(key), compiler.get(key)) {
            (Some(a), Some(b)) => differ(&format!("{}/{}", key.0, key.1), a, b, &mut found),
            (None, _) => found.push(format!("{key:?}: the chart does not have it")),
            (_, None) => found.push(format!("{key:?}: only the chart has it")),
        }
    }
    found
}

fn differ(path: &str, helm: &Value, compiler: &Value, found: &mut Vec<String>) {
    match (helm, compiler) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let nothing = Value::Null;
                differ(&format!("{path}.{key}"), a.get(key).unwrap_or(&nothing), b.get(key).unwrap_or(&nothing), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(at, (a, b))| differ(&format!("{path}[{at}]"), a, b, found));
        }
        (a, b) if a == b => {}
        (a, b) => found.push(format!("{path}: Helm {a}, compiler {b}")),
    }
}

#[test]
fn every_profile_is_what_the_compiler_builds() {
    let chart = chart();
    for (profile, ..) in PROFILES {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let input = Input { profile: Some(profile.to_owned()), ..Input::default() };
        let validator = compile::validator();
        let compiled = compile::compile(&mut sources, &input, &validator, false, &mut diagnostics).unwrap();
        let expected = objects(compiled.objects.objects().iter().map(|object| object.value.clone()));
        let values = chart.path().join(format!("values-{profile}.yaml"));
        let namespace = compiled.plan.names.namespace.as_str();
        for helm in HELMS {
            let found = rendered(helm, chart.path(), "memos", namespace, &values).unwrap();
            let differing = differences(&found, &expected);
            assert!(differing.is_empty(), "{helm}, {profile}:\n{}", differing.join("\n"));
        }
    }
}

/// How many random values are tried, and from where: `CHART_TRIALS` and `CHART_SEED`.
fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn random_values_give_what_the_compiler_builds() {
    let chart = chart();
    let (count, seed) = (setting("CHART_TRIALS", 100), setting("CHART_SEED", 7));
    // Helm reads everything in the chart's folder, so the values lie elsewhere.
    let folder = tempfile::tempdir().unwrap();
    let failures = Mutex::new(Vec::new());
    trials(u64::try_from(seed).unwrap(), count).par_iter().enumerate().for_each(|(at, trial)| {
        let Trial { values, name, namespace, objects: built } = trial;
        let file = folder.path().join(format!("trial-{at}.json"));
        fs::write(&file, values.to_string()).unwrap();
        let expected = objects(built.iter().cloned());
        for helm in HELMS {
            let differing = match rendered(helm, chart.path(), name, namespace, &file) {
                Ok(found) => differences(&found, &expected),
                Err(refusal) => vec![refusal],
            };
            if !differing.is_empty() {
                let text = format!("{helm}, trial {at}:\n  {}\n  values {values}", differing.join("\n  "));
                failures.lock().unwrap().push(text);
            }
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), count * HELMS.len(), failures.join("\n"));
}
