//! The programs that render most values of these tests (`tests/helm`) write what Helm itself writes, byte for byte.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::path::{Path, PathBuf};

use chart::{HELMS, Release, Templated, by_library, by_program};
use memos_gen::chart::trial::{refused_trials, trials};
use memos_gen::profile::PROFILES;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

/// How many random values are rendered, and half as many refused.
const RANDOM: usize = 20;
const SEED: u64 = 11;

/// Values that the chart's schema refuses.
const AGAINST_THE_SCHEMA: [&str; 5] = [
    "{databse: {}}",
    "{global: 1}",
    "{scaling: 3, memos: {image: 1}}",
    "{database: {kind: nothing, memory: 1G}, exposure: {host: '', port: 70000}}",
    "{cache: {kind: sentinel, persistence: often}, unknown: 1, images: []}",
];

/// What is no file of values.
const NO_VALUES: [&str; 4] = ["memos: [", "[1, 2]", "text", "a: 1\na: 2\n"];

/// Charts of one template, with what `Chart.yaml` says beside the name.
const ODD_CHARTS: [(&str, &str); 9] = [
    ("{type: library}", ""),
    ("{deprecated: true}", "kind: ConfigMap\nmetadata: {name: a}\n"),
    ("{dependencies: [{name: other, version: 1.0.0, repository: ''}]}", ""),
    ("{kubeVersion: '>=1.99'}", ""),
    ("{version: none}", ""),
    ("{}", "a: [\n"),
    ("{}", "{{ fail \"never\" }}"),
    ("{}", "{{ .Values.a.b.c }}{{ required \"b is needed\" .Values.b }}"),
    (
        "{}",
        "release: {{ toJson .Release }}\nhelm: {{ .Capabilities.HelmVersion.Version }}\nkubernetes: {{ toJson .Capabilities.KubeVersion \
         }}\napis: {{ .Capabilities.APIVersions | sortAlpha | toJson }}\nchart: {{ toJson .Chart }}\n---\nkind: \
         Service\n---\nkind: Secret\n---\nkind: Job\nmetadata: {annotations: {helm.sh/hook: 'test,nothing'}}\n---\nkind: \
         Pod\nmetadata: {annotations: {helm.sh/hook: nothing}}\n",
    ),
];

/// Charts and values in one folder.
struct Cases {
    folder: tempfile::TempDir,
    all: Vec<Case>,
}

struct Case {
    chart: PathBuf,
    name: String,
    namespace: String,
    values: Vec<PathBuf>,
}

impl Cases {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        chart::write_chart(&folder.path().join("memos"));
        Self { folder, all: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn add(&mut self, chart: &Path, name: &str, namespace: &str, values: Vec<PathBuf>) {
        let (name, namespace) = (name.to_owned(), namespace.to_owned());
        self.all.push(Case { chart: chart.to_owned(), name, namespace, values });
    }

    /// The chart with values that are a text.
    fn values(&mut self, text: &str, name: &str, namespace: &str) {
        let file = self.path(&format!("values-{}.yaml", self.all.len()));
        fs::write(&file, text).unwrap();
        self.add(&self.path("memos"), name, namespace, vec![file]);
    }

    fn profiles(&mut self) {
        let chart = self.path("memos");
        for (profile, ..) in PROFILES {
            let file = chart.join(format!("values-{profile}.yaml"));
            self.add(&chart, "memos", "memos", vec![file.clone()]);
            self.add(&chart, "wiki", "spot", vec![file, chart.join("values-dev.yaml")]);
        }
        self.add(&chart, "memos", "memos", Vec::new());
        self.add(&chart, "Not a name", "memos", Vec::new());
        self.add(&chart, "memos", "memos", vec![self.path("nowhere.yaml")]);
        self.add(&self.path("nowhere"), "memos", "memos", Vec::new());
    }

    fn kept(&mut self) {
        let found: Map<String, Value> = serde_yaml::from_str(include_str!("../src/chart/derive/found.yaml")).unwrap();
        found.values().for_each(|values| self.values(&values.to_string(), "memos", "memos"));
        let refused: Map<String, Value> =
            serde_yaml::from_str(include_str!("../src/chart/derive/refused.yaml")).unwrap();
        refused.values().step_by(3).for_each(|case| self.values(&case["values"].to_string(), "memos", "notes"));
    }

    fn random(&mut self) {
        trials(SEED, RANDOM)
            .iter()
            .for_each(|trial| self.values(&trial.values.to_string(), &trial.name, &trial.namespace));
        refused_trials(SEED, RANDOM / 2)
            .iter()
            .for_each(|trial| self.values(&trial.values.to_string(), "memos", &trial.namespace));
    }

    fn odd_charts(&mut self) {
        for (at, (metadata, template)) in ODD_CHARTS.into_iter().enumerate() {
            let chart = self.path(&format!("odd-{at}"));
            let mut whole = json!({"apiVersion": "v2", "name": "odd", "version": "0.1.0"});
            let metadata: Map<String, Value> = serde_yaml::from_str(metadata).unwrap();
            whole.as_object_mut().unwrap().extend(metadata);
            fs::create_dir_all(chart.join("templates")).unwrap();
            fs::write(chart.join("Chart.yaml"), whole.to_string()).unwrap();
            fs::write(chart.join("values.yaml"), "a: {b: {c: 1}}\n").unwrap();
            fs::write(chart.join("templates/all.yaml"), template).unwrap();
            let file = self.path("a-text.yaml");
            fs::write(&file, "a: text\n").unwrap();
            self.add(&chart, "odd", "memos", Vec::new());
            self.add(&chart, "odd", "memos", vec![file]);
        }
    }
}

/// How a text differs from what it should be, by the first line that does.
fn first_difference(name: &str, found: &str, expected: &str) -> Option<String> {
    let same = |(found, expected): &(&str, &str)| found == expected;
    let at = found.lines().zip(expected.lines()).take_while(same).count();
    let line = |text: &str| text.lines().nth(at).unwrap_or_default().to_owned();
    let both = || format!("{name}, line {}: {}\n  by Helm itself: {}", at + 1, line(found), line(expected));
    (found != expected).then(both)
}

/// What the schema refuses, Helm lists in an order that is another each time; all else has one.
fn ordered(error: &str) -> String {
    if !error.contains("meet the specifications of the schema(s)") {
        return error.to_owned();
    }
    let mut lines: Vec<&str> = error.split_inclusive('\n').collect();
    lines.sort_unstable();
    lines.concat()
}

fn differing(helm: &str, case: &Case) -> Option<String> {
    let Case { chart, name, namespace, values } = case;
    let release = Release { chart, name, namespace, values: values.clone() };
    let (Templated { success, output, error }, expected) = (by_library(helm, &release), by_program(helm, &release));
    let success = (success != expected.success).then(|| format!("success: {success}"));
    let output = first_difference("output", &output, &expected.output);
    let error = first_difference("error", &ordered(&error), &ordered(&expected.error));
    let differing = success.or(output).or(error)?;
    let beginning = |file| Some(fs::read_to_string(file).ok()?.chars().take(300).collect());
    let values: Vec<String> = values.iter().filter_map(beginning).collect();
    Some(format!("{helm}-renderer, {name} of {}: {differing}\n  values {values:?}", chart.display()))
}

#[test]
fn documents_refusals_and_warnings_are_those_of_helm_itself() {
    let mut cases = Cases::new();
    cases.profiles();
    cases.kept();
    cases.random();
    AGAINST_THE_SCHEMA.into_iter().chain(NO_VALUES).for_each(|text| cases.values(text, "memos", "memos"));
    cases.odd_charts();
    let all: Vec<(&str, &Case)> =
        HELMS.into_iter().flat_map(|helm| cases.all.iter().map(move |case| (helm, case))).collect();
    let wrong: Vec<String> = all.par_iter().filter_map(|(helm, case)| differing(helm, case)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}
