//! What Helm renders from the chart, and what the compiler builds, to be compared.

#![allow(dead_code, reason = "each test file uses what it needs of this")]
#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use memos_gen::chart::files::chart_files;
use memos_gen::compile::{self, Compilation, Input};
use memos_gen::diagnostic::{Diagnostic, Diagnostics};
use memos_gen::profile::Merged;
use memos_gen::source::{Origin, Sources};
use memos_gen::{check, component, plan, validate};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::tools;

#[path = "renderer.rs"]
mod renderer;

/// Both Helms that people use, by the programs' names.
pub(crate) const HELMS: [&str; 2] = ["helm", "helm3"];

/// The cluster's version that Helm is told, since there is none.
const KUBERNETES: &str = "1.36.0";

/// A number from the environment: how many random values are tried (`CHART_TRIALS`), and from where (`CHART_SEED`).
pub(crate) fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Objects by kind and name.
pub(crate) type Objects = BTreeMap<(String, String), Value>;

/// The chart in a folder of its own.
pub(crate) fn chart() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_chart(folder.path());
    folder
}

/// Writes the chart's files into a folder.
pub(crate) fn write_chart(folder: &Path) {
    for (path, content) in chart_files().files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// One `helm template`.
#[derive(Debug, Clone)]
pub(crate) struct Release<'a> {
    /// The chart's folder or archive.
    pub(crate) chart: &'a Path,
    /// The release's name.
    pub(crate) name: &'a str,
    /// Its namespace.
    pub(crate) namespace: &'a str,
    /// Files of values, the last of which wins. Helm reads everything in the chart's folder, so own ones lie elsewhere.
    pub(crate) values: Vec<PathBuf>,
}

/// What `helm template` writes, and whether it ends well.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Templated {
    pub(crate) success: bool,
    pub(crate) output: String,
    pub(crate) error: String,
}

/// By a program that has this Helm inside, in less than half of the time that Helm itself takes.
pub(crate) fn by_library(helm: &str, release: &Release<'_>) -> Templated {
    renderer::templated(helm, release)
}

/// By Helm itself.
pub(crate) fn by_program(helm: &str, release: &Release<'_>) -> Templated {
    let Release { chart, name, namespace, values } = release;
    let mut arguments = vec!["template", name, chart.to_str().unwrap(), "-n", namespace, "--kube-version", KUBERNETES];
    arguments.extend(values.iter().flat_map(|file| ["-f", file.to_str().unwrap()]));
    let output = tools::output_with(&[], helm, &arguments, "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Templated { success: output.status.success(), output: text(output.stdout), error: text(output.stderr) }
}

/// What Helm renders, as far as the law speaks of it; or what it says when it refuses.
pub(crate) fn rendered(helm: &str, release: &Release<'_>) -> Result<Objects, String> {
    Ok(installed(documents(helm, release)?))
}

/// The same by Helm itself.
pub(crate) fn rendered_by_program(helm: &str, release: &Release<'_>) -> Result<Objects, String> {
    Ok(installed(read(by_program(helm, release))?))
}

/// Everything that Helm renders, in its order, hooks too.
pub(crate) fn documents(helm: &str, release: &Release<'_>) -> Result<Vec<Value>, String> {
    read(by_library(helm, release))
}

fn installed(documents: Vec<Value>) -> Objects {
    let hook = |object: &Value| object["metadata"]["annotations"].get("helm.sh/hook").is_some();
    objects(documents.into_iter().filter(|object| !hook(object)))
}

fn read(Templated { success, output, error }: Templated) -> Result<Vec<Value>, String> {
    if !success {
        return Err(error);
    }
    // By way of YAML's own values, which refuse a key that is there twice.
    let documents = serde_yaml::Deserializer::from_str(&output).map(|document| {
        let value =
            <serde_yaml::Value as Deserialize>::deserialize(document).map_err(|error| format!("{error}\n{output}"))?;
        serde_json::to_value(value).map_err(|error| error.to_string())
    });
    let documents = documents.collect::<Result<Vec<Value>, String>>()?;
    Ok(documents.into_iter().filter(|object| !object.is_null()).collect())
}

/// Objects without the labels in their own metadata that Helm has of its own.
pub(crate) fn objects(all: impl IntoIterator<Item = Value>) -> Objects {
    let mut found = Objects::new();
    for mut object in all.into_iter().filter(|object| object["kind"] != "Namespace") {
        if let Some(labels) = object["metadata"]["labels"].as_object_mut() {
            labels.remove("helm.sh/chart");
            labels.remove("app.kubernetes.io/managed-by");
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let key = (text(&object["kind"]), text(&object["metadata"]["name"]));
        assert!(!found.contains_key(&key), "{key:?} is there twice");
        found.insert(key, object);
    }
    found
}

/// What the compiler makes of a profile and a spec over it, and what it says.
pub(crate) fn compiled(
    profile: &str,
    spec: &Value,
    name: &str,
    namespace: &str,
) -> (Option<Compilation>, Vec<Diagnostic>) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let document = json!({"metadata": {"name": name, "namespace": namespace}, "spec": spec});
    let file = sources.add("memos.yaml", document.to_string(), Origin::File);
    let input = Input { profile: Some(profile.to_owned()), files: vec![file], ..Input::default() };
    let found = compile::compile(&mut sources, &input, &compile::validator(), false, &mut diagnostics);
    (found, diagnostics.iter().cloned().collect())
}

/// The objects of a compilation.
pub(crate) fn objects_of(compilation: &Compilation) -> Objects {
    objects(compilation.objects.objects().iter().map(|object| object.value.clone()))
}

/// The objects of a profile and a spec over it.
///
/// # Panics
///
/// If the compiler refuses it.
pub(crate) fn built_of_profile(profile: &str, spec: &Value, name: &str, namespace: &str) -> Objects {
    let (found, said) = compiled(profile, spec, name, namespace);
    objects_of(&found.unwrap_or_else(|| panic!("{profile} {spec}: {said:?}")))
}

/// What the compiler builds of a spec without a profile, as the chart's own defaults are, with its warnings; or why not.
pub(crate) fn built(spec: &Value, name: &str, namespace: &str) -> (Option<Objects>, Vec<Diagnostic>) {
    let (sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let value = json!({
        "apiVersion": "memos-gen.dev/v1alpha1",
        "kind": "Memos",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    });
    let merged = Merged { value, provenance: BTreeMap::new(), profile: "chart".to_owned() };
    let objects = validate::validate(&sources, merged, &compile::validator(), &mut diagnostics).and_then(|validated| {
        let plan = plan::plan(&validated);
        let built = check::check(&validated, &plan, component::build(&plan), &mut diagnostics)?;
        Some(objects(built.objects().iter().map(|object| object.value.clone())))
    });
    (objects, diagnostics.iter().cloned().collect())
}

/// How two sets differ, by the paths of the first values that do.
pub(crate) fn differences(helm: &Objects, compiler: &Objects) -> Vec<String> {
    let keys: BTreeSet<_> = helm.keys().chain(compiler.keys()).collect();
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
            let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
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
