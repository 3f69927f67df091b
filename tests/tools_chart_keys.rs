//! Keys and names that the user gives and that the chart has as well: what the compiler makes of them, both Helms do.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::fs;

use chart::{HELMS, Release, compiled, differences, objects_of, rendered};
use memos_gen::diagnostic::Severity;
use rayon::prelude::*;
use serde_json::Value;

/// What comes of a case.
#[derive(Debug, Clone, Copy)]
enum Comes {
    /// Objects, and this warning where there is one. The two keep apart, or ours or the user's wins: the same in both.
    Objects(Option<&'static str>),
    /// The compiler refuses it with this code, the chart with these words.
    Refused(&'static str, &'static str),
    /// The compiler warns with this code that the key has no effect; the chart's schema refuses it, with these words.
    ChartAlone(&'static str, &'static str),
}

use Comes::{ChartAlone, Objects, Refused};

const TAKEN: &str = "invalid propertyName 'app.kubernetes.io/";

/// The profile, what is said over it, and what comes of it.
const CASES: &[(&str, &str, Comes)] = &[
    // A variable of the ConfigMap: the container's own list wins over it in a pod, so nothing has to be replaced.
    ("dev", "components: {memos: {extraEnv: [{name: MEMOS_LOG_LEVEL, value: debug}]}}", Objects(Some("MG1022"))),
    ("aws", "components: {memos: {extraEnv: [{name: MEMOS_DATA, value: /elsewhere}]}}", Objects(Some("MG1022"))),
    ("aws", "components: {memos: {extraEnv: [{name: GOMEMLIMIT, value: 300MiB}]}}", Objects(Some("MG1022"))),
    ("dev", "components: {postgres: {extraEnv: [{name: POSTGRES_DB, value: mine}]}}", Objects(None)),
    // Labels of ours stay.
    ("aws", "components: {memos: {labels: {app.kubernetes.io/name: a}}}", ChartAlone("MG1017", TAKEN)),
    ("aws", "components: {memos: {podLabels: {app.kubernetes.io/component: a}}}", ChartAlone("MG1017", TAKEN)),
    ("aws", "components: {pooler: {labels: {app.kubernetes.io/instance: a}}}", ChartAlone("MG1017", TAKEN)),
    ("aws", "components: {pooler: {podLabels: {app.kubernetes.io/version: a}}}", ChartAlone("MG1017", TAKEN)),
    ("dev", "components: {postgres: {labels: {app.kubernetes.io/part-of: a}}}", ChartAlone("MG1017", TAKEN)),
    ("dev", "components: {redis: {podLabels: {app.kubernetes.io/managed-by: a}}}", ChartAlone("MG1017", TAKEN)),
    // The same key on an object and on its pods.
    ("aws", "components: {memos: {labels: {a.io/b: one}, podLabels: {a.io/b: two}}}", Objects(None)),
    ("dev", "components: {redis: {labels: {a.io/b: one}, podLabels: {a.io/b: two}}}", Objects(None)),
    ("aws", "components: {pooler: {annotations: {a.io/b: one}, podAnnotations: {a.io/b: two}}}", Objects(None)),
    // Keys of one object's annotations that the installation has on another.
    ("aws", "components: {memos: {podAnnotations: {checksum/config: mine}}}", Objects(None)),
    (
        "aws",
        "components: {pooler: {podAnnotations: {checksum/environment: mine, checksum/settings: a}}}",
        Objects(None),
    ),
    ("aws", "components: {memos: {serviceAnnotations: {alb.ingress.kubernetes.io/scheme: mine}}}", Objects(None)),
    ("gcp", "components: {memos: {annotations: {iam.gke.io/gcp-service-account: mine}}}", Objects(None)),
    // Annotations of the exposure that nobody else says.
    ("aws", "exposure: {annotations: {a.io/b: mine}}", Objects(None)),
    ("dev", "exposure: {annotations: {a.io/b: mine}}", Objects(None)),
    ("production", "exposure: {annotations: {a.io/b: mine}}", Objects(None)),
    ("gcp", "exposure: {annotations: {kubernetes.io/ingress.class: mine}}", Objects(None)),
    // Labels that every node has.
    ("aws", "components: {memos: {nodeSelector: {kubernetes.io/os: linux}}}", Objects(None)),
    ("dev", "components: {postgres: {nodeSelector: {topology.kubernetes.io/zone: a}}}", Objects(None)),
    // A toleration like ours stands beside it: Kubernetes takes the longer time.
    (
        "aws",
        "components: {memos: {tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}]}}",
        Objects(None),
    ),
    (
        "dev",
        "components: {redis: {tolerations: [{key: a, operator: Exists}, {key: a, operator: Exists}]}}",
        Objects(None),
    ),
    // Terms of ours and of the user's in one affinity.
    (
        "aws",
        "components: {memos: {affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, \
         podAffinityTerm: {topologyKey: kubernetes.io/hostname}}]}}}}",
        Objects(None),
    ),
    // Volumes of names that another component has.
    ("aws", "components: {memos: {extraVolumes: [{name: config, emptyDir: {}}]}}", Objects(None)),
    ("dev", "components: {redis: {extraVolumes: [{name: shm, emptyDir: {}}]}}", Objects(None)),
    // The same network twice, and one in another.
    ("aws", "database: {networks: [192.0.2.0/26, 192.0.2.0/26]}", Objects(None)),
    ("aws", "database: {networks: [192.0.2.0/26, 192.0.2.0/25]}", Objects(None)),
    ("aws", "cache: {networks: [192.0.2.64/26, 192.0.2.64/26]}", Objects(None)),
    ("aws", "exposure: {edge: {networks: [192.0.2.128/25, 192.0.2.128/25]}}", Objects(None)),
    ("dev", "exposure: {sourceRanges: [192.0.2.0/26, 192.0.2.0/26]}", Objects(None)),
    // Text that a template or YAML could take for something else.
    (
        "aws",
        "components: {memos: {extraEnv: [{name: A, value: '{{ .Values }}'}, {name: B, value: 'true'}, {name: C, value: ''}, \
         {name: D, value: ' a: \"b\" # c'}]}}",
        Objects(None),
    ),
    (
        "aws",
        "components: {memos: {podAnnotations: {a.io/b: '{{ .Values }}', a.io/c: '010', a.io/d: 'null'}}}",
        Objects(None),
    ),
    // What the schema knows.
    ("aws", "components: {memos: {nodeSelector: {a: [b]}}}", Refused("MG0202", "/components/memos/nodeSelector/a")),
    ("aws", "components: {memos: {annotations: {'a b': c}}}", Refused("MG1010", "invalid propertyName 'a b'")),
    ("aws", "components: {memos: {extraEnv: {A: b}}}", Refused("MG0202", "/components/memos/extraEnv")),
];

/// The compiler's objects, and the codes of its errors or warnings.
fn judged(profile: &str, spec: &Value) -> (Option<chart::Objects>, Vec<String>) {
    let (found, said) = compiled(profile, spec, "memos", "memos");
    let wanted = if found.is_some() { Severity::Warning } else { Severity::Error };
    let codes = said.iter().filter(|one| one.severity == wanted).map(|one| one.code.text().to_owned());
    (found.as_ref().map(objects_of), codes.collect())
}

/// What is not as it should be in a case under one Helm.
fn wrong(helm: &str, chart: &std::path::Path, case: &(&str, &str, Comes)) -> Vec<String> {
    let (profile, text, comes) = case;
    let spec: Value = serde_yaml::from_str(text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.json");
    fs::write(&own, spec.to_string()).unwrap();
    let values = vec![chart.join(format!("values-{profile}.yaml")), own];
    let found = rendered(helm, &Release { chart, name: "memos", namespace: "memos", values });
    let (expected, codes) = judged(profile, &spec);
    let coded = |code: &str| codes.iter().any(|found| found == code);
    match (comes, expected, found) {
        (Objects(code), Some(_), _) if code.is_some_and(|code| !coded(code)) => {
            vec![format!("the compiler says {codes:?}")]
        }
        (Objects(_), Some(expected), Ok(found)) => differences(&found, &expected),
        (Refused(code, words), None, Err(told)) if coded(code) && told.contains(words) => Vec::new(),
        (ChartAlone(code, words), Some(_), Err(told)) if coded(code) && told.contains(words) => Vec::new(),
        (_, expected, found) => {
            vec![format!(
                "compiler: {codes:?}, {} objects; chart: {:?}",
                expected.map_or(0, |all| all.len()),
                found.map(|all| all.len())
            )]
        }
    }
}

#[test]
fn keys_of_the_user_that_are_ours_as_well() {
    let chart = chart::chart();
    let all: Vec<_> = CASES.iter().flat_map(|case| HELMS.map(|helm| (helm, case))).collect();
    let failures: Vec<String> = all
        .par_iter()
        .filter_map(|(helm, case)| {
            let found = wrong(helm, chart.path(), case);
            (!found.is_empty()).then(|| format!("{helm} {case:?}:\n  {}", found.join("\n  ")))
        })
        .collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), all.len(), failures.join("\n"));
}
