//! The chart's values, schema and documents under the real Helm 4 and Helm 3, with one ConfigMap in place of the objects.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use memos_gen::chart::documents::documents;
use memos_gen::compile::{self, Compilation, Input};
use memos_gen::diagnostic::Diagnostics;
use memos_gen::profile::PROFILES;
use memos_gen::source::{Origin, Sources};
use serde_json::{Value, json};

#[path = "support/tools.rs"]
mod tools;

/// Helm 4 and Helm 3.
const HELMS: [&str; 2] = ["helm", "helm3"];

/// Names as the templates of the objects have them, and an object that shows the values.
const STAND_IN: [(&str, &str); 2] = [
    (
        "templates/_stand_in.tpl",
        "{{- define \"memos.fullname\" -}}{{ .Values.fullnameOverride | default .Release.Name }}{{- end }}\n",
    ),
    (
        "templates/values.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: values\ndata:\n  values: {{ toJson .Values | quote }}\n  notes: \
         {{ tpl (.Files.Get \"notes.txt\") . | toJson }}\n",
    ),
];

/// A folder with the chart in `memos`.
fn chart() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_chart(&folder.path().join("memos"));
    folder
}

fn write_chart(chart: &Path) {
    let stand_in = STAND_IN.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let documents = documents();
    let notes = ("notes.txt".to_owned(), documents["templates/NOTES.txt"].clone());
    for (path, content) in documents.into_iter().chain(stand_in).chain([notes]) {
        let path = chart.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// Runs a Helm in a folder, without a cluster.
fn helm(program: &str, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("KUBECONFIG", folder.join("no-cluster"))
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} not found: run scripts/install-tools and put its bin on PATH ({error})")
        })
}

/// What a Helm prints when it succeeds.
#[track_caller]
fn prints(program: &str, folder: &Path, arguments: &[&str]) -> String {
    let output = helm(program, folder, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {complaint}", arguments.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

fn values_file(profile: &str) -> String {
    format!("memos/values-{profile}.yaml")
}

#[test]
fn the_values_and_those_of_each_profile_pass_both_helms() {
    let folder = chart();
    for program in HELMS {
        prints(program, folder.path(), &["lint", "--strict", "memos"]);
        let shown = prints(program, folder.path(), &["template", "memos", "memos"]);
        assert!(shown.contains("name: values"), "{shown}");
        for (profile, ..) in PROFILES {
            let file = values_file(profile);
            prints(program, folder.path(), &["lint", "--strict", "memos", "-f", &file]);
            prints(program, folder.path(), &["template", "memos", "memos", "-f", &file]);
        }
    }
}

#[test]
fn both_helms_refuse_what_the_schema_refuses() {
    let folder = chart();
    let cases = [
        ("databse: {kind: sqlite}", "databse"),
        ("memos: {ai: {llmProvider: openai}}", "ai"),
        ("components: {redis: {resources: {limits: {gpu: '1'}}}}", "gpu"),
        ("availability: {zones: three}", "/availability/zones"),
        ("memos: {uploadSizeLimitMb: 201}", "/memos/uploadSizeLimitMb"),
        ("memos: {logLevel: loud}", "/memos/logLevel"),
        ("memos: {logLevel: null}", "logLevel"),
        ("database: null", "database"),
        ("database: {host: db.example.com}", "/database/host"),
        ("database: {kind: postgres, version: 30}", "/database/version"),
        ("database: {kind: managed, cloudSqlProxy: {iamLogin: true}}", "instance"),
        ("cache: {kind: managed}", "host"),
        ("exposure: {kind: gateway, host: memos.example.com}", "class"),
        ("exposure: {tls: {kind: none}}", "/exposure/tls"),
        ("network: {dns: {servers: [10.0.0.0/33]}}", "/network/dns/servers/0"),
        ("secrets: {kind: external}", "name"),
        ("attachments: {size: 1.5Gi}", "/attachments/size"),
        ("components: {memos: {podLabels: {app.kubernetes.io/name: other}}}", "app.kubernetes.io/name"),
        ("components: {memos: {affinity: {other: {}}}}", "other"),
        ("nameOverride: Notes", "nameOverride"),
    ];
    for (values, place) in cases {
        fs::write(folder.path().join("own.yaml"), values).unwrap();
        for program in HELMS {
            for command in [&["template", "memos", "memos", "-f", "own.yaml"][..], &["lint", "memos", "-f", "own.yaml"]]
            {
                let output = helm(program, folder.path(), command);
                let told =
                    format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
                assert!(!output.status.success() && told.contains(place), "{program} takes {values}: {told}");
            }
        }
    }
}

/// A later file takes a profile's value away by null, and a choice made anew leaves nothing of the former one.
#[test]
fn values_of_a_profile_can_be_changed() {
    let folder = chart();
    let own = "database: {kind: sqlite, version: null, memory: null, storage: {size: 2Gi}, pooler: {replicas: null}}\n\
               scaling: {mode: single, min: null, max: null}\ncache: {kind: none, persistence: null, storage: {size: null}}\n";
    fs::write(folder.path().join("own.yaml"), own).unwrap();
    for program in HELMS {
        prints(program, folder.path(), &["template", "memos", "memos", "-f", &values_file("dev"), "-f", "own.yaml"]);
    }
}

#[test]
fn the_chart_is_a_dependency_with_its_values_below_its_name() {
    let folder = tempfile::tempdir().unwrap();
    write_chart(&folder.path().join("parent/charts/memos"));
    let chart = "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n- {name: memos, version: '*', condition: memos.enabled}\n";
    fs::write(folder.path().join("parent/Chart.yaml"), chart).unwrap();
    let values = "global: {imageRegistry: registry.example.com}\nmemos: {database: {kind: postgres, memory: 1Gi}}\n";
    fs::write(folder.path().join("parent/values.yaml"), values).unwrap();
    for program in HELMS {
        let shown = prints(program, folder.path(), &["template", "parent", "parent"]);
        assert!(shown.contains(r#"\"memory\":\"1Gi\""#), "{shown}");
        let without = prints(program, folder.path(), &["template", "parent", "parent", "--set", "memos.enabled=false"]);
        assert_eq!(without.trim(), "", "{without}");
        let wrong =
            helm(program, folder.path(), &["template", "parent", "parent", "--set", "memos.database.memory=1G"]);
        assert!(!wrong.status.success(), "{program} takes a wrong value below the chart's name");
    }
}

fn compiled(profile: &str, spec: &str, name: &str) -> Compilation {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let text = format!("metadata: {{name: {name}, namespace: notes}}\nspec: {spec}\n");
    let file = sources.add("memos.yaml", text, Origin::File);
    let input = Input { profile: Some(profile.to_owned()), files: vec![file], ..Input::default() };
    let found = compile::compile(&mut sources, &input, &compile::validator(), false, &mut diagnostics);
    found.unwrap_or_else(|| panic!("{profile} {spec}: {:?}", diagnostics.iter().collect::<Vec<_>>()))
}

/// The notes of an install: as Helm 4 prints them, and as Helm 3, which installs nothing without a cluster, renders them.
fn notes(program: &str, folder: &Path, profile: &str, values: &str, name: &str) -> String {
    fs::write(folder.join("own.yaml"), values).unwrap();
    let file = values_file(profile);
    let rest = ["memos", "-n", "notes", "-f", &file, "-f", "own.yaml"];
    if program == "helm" {
        let shown = prints(program, folder, &[&["install", "--dry-run=client", name], &rest[..]].concat());
        return shown.split_once("NOTES:\n").expect("notes").1.to_owned();
    }
    let shown = prints(program, folder, &[&["template", name], &rest[..]].concat());
    let objects = tools::documents(&shown);
    let found = objects.iter().find(|object| object["metadata"]["name"] == "values").unwrap();
    found["data"]["notes"].as_str().unwrap().to_owned()
}

#[test]
fn the_notes_name_the_secrets_that_the_compiler_expects() {
    let folder = chart();
    let long = "notes-and-more-notes-and-many-more-notes-for-everybody";
    let long = &long[..53];
    let s3 = "{attachments: {kind: s3, endpoint: 'https://s3.example.com', region: eu-central-1, bucket: memos}}";
    let s3_values = "attachments: {kind: s3, size: null, access: null, class: {kind: null, fileSystemId: null}, \
                     endpoint: 'https://s3.example.com', region: eu-central-1, bucket: memos}";
    let cases = PROFILES
        .into_iter()
        .flat_map(|(profile, ..)| [(profile, "{}", "{}", "memos"), (profile, "{}", "{}", long)])
        .chain([
            ("aws", s3, s3_values, "memos"),
            ("aws", "{cache: {auth: false}}", "cache: {auth: false}", "memos"),
            ("production", "{secrets: {names: {database: db}}}", "secrets: {names: {database: db}}", "memos"),
            (
                "gcp",
                "{database: {cloudSqlProxy: {iamLogin: true}, user: 'memos-sql@placeholder-project.iam'}}",
                "database: {cloudSqlProxy: {iamLogin: true}, user: 'memos-sql@placeholder-project.iam'}",
                "memos",
            ),
        ]);
    for (profile, spec, values, name) in cases {
        let plan = compiled(profile, spec, name).plan;
        let expected: Vec<&str> = plan.secrets.expected.iter().map(|secret| secret.name.as_str()).collect();
        for program in HELMS {
            let notes = notes(program, folder.path(), profile, values, name);
            let listed: Vec<&str> = notes
                .lines()
                .skip_while(|line| *line != "SECRETS")
                .take_while(|line| *line != "FIRST ADMINISTRATOR")
                .filter_map(|line| line.strip_prefix("    ")?.split_once(": ").map(|(name, _)| name))
                .collect();
            assert_eq!(listed, expected, "{program} {profile} {values}\n{notes}");
            assert!(notes.contains("FIRST ADMINISTRATOR") && !notes.contains("<no value>"), "{notes}");
            assert!(!notes.contains("<nil>") && !notes.contains("\n\n\n"), "{notes}");
        }
    }
}

#[test]
fn the_notes_lead_to_every_kind_of_exposure() {
    let folder = chart();
    let none = "exposure: {kind: none, host: null, class: null, tls: {kind: null, certificate: null, issuer: null}, \
                edge: {affinity: null, networks: null, waf: null}}";
    let cases = [
        ("aws", none, "port-forward service/notes 8080:80"),
        ("aws", "{}", "https://memos.example.invalid"),
        ("aws", "exposure: {tls: {kind: none, certificate: null}}", "http://memos.example.invalid"),
        ("production", "{}", "get gateway notes"),
        ("dev", "{}", "http://ADDRESS, once"),
        ("dev", "exposure: {port: 8080}", "http://ADDRESS:8080"),
        ("dev", "exposure: {port: 443, host: notes.example.com}", "http://notes.example.com, once"),
        ("dev", "{}", "The first process makes the administrator from the Secret notes-administrator."),
        ("dev", "rollout: {oneProcess: true}", "upgrade without rollout.oneProcess"),
        ("production", "{}", "port-forward deployment/notes 5230"),
        ("production", "rollout: {holdUntilAdministrator: false}", "make it at once"),
        ("production", "{}", "PLACEHOLDERS"),
        ("azure", "secrets: {prefix: ''}", "begin with \"\":"),
    ];
    for (profile, values, words) in cases {
        for program in HELMS {
            let notes = notes(program, folder.path(), profile, values, "notes");
            assert!(notes.contains(words), "{program} {profile} {values}: {words}\n{notes}");
        }
    }
}

#[test]
fn the_test_is_let_in_and_is_no_pod_of_the_installation() {
    let folder = chart();
    for (program, profile) in HELMS.into_iter().flat_map(|program| PROFILES.map(|(profile, ..)| (program, profile))) {
        let file = values_file(profile);
        let shown = prints(program, folder.path(), &["template", "notes", "memos", "-n", "spot", "-f", &file]);
        let objects: Vec<Value> = tools::documents(&shown);
        let of = |kind: &str| {
            objects.iter().find(|object| object["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {shown}"))
        };
        let (pod, policy) = (of("Pod"), of("NetworkPolicy"));
        let labels = &pod["metadata"]["labels"];
        assert_eq!(policy["spec"]["ingress"][0]["from"][0]["podSelector"]["matchLabels"], *labels);
        let plan = compiled(profile, "{}", "notes").plan;
        assert_ne!(labels["app.kubernetes.io/name"], plan.names.all_pods()["app.kubernetes.io/name"].as_str());
        let selector = json!(plan.names.selector(memos_gen::plan::names::Role::Memos));
        assert_eq!(policy["spec"]["podSelector"]["matchLabels"], selector);
        for object in [pod, policy] {
            assert_eq!(object["metadata"]["annotations"]["helm.sh/hook"], "test");
            assert_eq!(object["metadata"]["namespace"], "spot");
        }
        // The image is the one that the Deployment runs.
        let deployment = compiled(profile, "{}", "notes");
        let deployment =
            deployment.objects.objects().iter().find(|object| object.kind == "Deployment" && object.name == "notes");
        let containers = deployment.unwrap().value["spec"]["template"]["spec"]["containers"].clone();
        let image =
            &containers.as_array().unwrap().iter().find(|container| container["name"] == "memos").unwrap()["image"];
        assert_eq!(pod["spec"]["containers"][0]["image"], *image);
        let url = pod["spec"]["containers"][0]["env"][0]["value"].as_str().unwrap();
        assert!(url.starts_with("http://notes.spot.svc:") && url.ends_with("/healthz"), "{url}");
    }
    let mirrored =
        prints("helm", folder.path(), &["template", "n", "memos", "--set", "images.registry=mirror.example.com/m/"]);
    assert!(mirrored.contains("image: \"mirror.example.com/m/usememos/memos:0.30.0\""), "{mirrored}");
    let open = prints("helm", folder.path(), &["template", "n", "memos", "--set", "network.policies=false"]);
    assert!(!open.contains("kind: NetworkPolicy"), "{open}");
}

#[test]
fn the_schema_is_one_and_holds_for_the_values() {
    let folder = chart();
    let path = |name: &str| folder.path().join("memos").join(name).to_str().unwrap().to_owned();
    tools::run("check-jsonschema", &["--check-metaschema", &path("values.schema.json")], "");
    tools::run("check-jsonschema", &["--schemafile", &path("values.schema.json"), &path("values.yaml")], "");
}

/// The README's tables are what helm-docs makes of the comments in `values.yaml`.
#[test]
fn helm_docs_makes_the_same_tables() {
    let folder = chart();
    let chart = folder.path().join("memos");
    let readme = fs::read_to_string(chart.join("README.md")).unwrap();
    fs::write(chart.join("README.md.gotmpl"), "{{ template \"chart.valuesSection\" . }}\n").unwrap();
    tools::run("helm-docs", &["-s", "file", "-c", chart.to_str().unwrap()], "");
    let made = fs::read_to_string(chart.join("README.md")).unwrap();
    let ours = readme.split_once("\n## Values\n").unwrap().1;
    let theirs = made.split_once("## Values\n").unwrap().1;
    assert_eq!(ours.trim(), theirs.trim());
}

/// The suites of a profile pass on the compiler's own objects, and fail when one of them is not there.
#[test]
fn the_shipped_tests_tell_the_objects_of_each_profile() {
    for (profile, ..) in PROFILES {
        let folder = chart();
        let chart = folder.path().join("memos");
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let input = Input { profile: Some(profile.to_owned()), ..Input::default() };
        let compilation =
            compile::compile(&mut sources, &input, &compile::validator(), false, &mut diagnostics).unwrap();
        let objects = compilation.objects.objects().iter().filter(|object| object.kind != "Namespace");
        let write = |without: &str| {
            let kept = objects.clone().filter(|object| object.kind != without);
            let stream: Vec<String> = kept.map(|object| memos_gen::emit::yaml::document(&object.value)).collect();
            fs::write(chart.join("objects.txt"), stream.join("---\n")).unwrap();
        };
        fs::write(chart.join("templates/objects.yaml"), "{{ .Files.Get \"objects.txt\" }}\n").unwrap();
        fs::remove_file(chart.join("templates/values.yaml")).unwrap();
        let suite = format!("tests/{profile}_test.yaml");
        let test = || Command::new("helm-unittest").args(["-f", &suite]).arg(&chart).output().unwrap();
        write("");
        let passed = test();
        assert!(passed.status.success(), "{}", String::from_utf8_lossy(&passed.stdout));
        write("PodDisruptionBudget");
        let failed = test();
        assert!(!failed.status.success(), "{}", String::from_utf8_lossy(&failed.stdout));
    }
    let folder = chart();
    let chart = folder.path().join("memos");
    tools::run("helm-unittest", &["-f", "tests/refused_test.yaml", chart.to_str().unwrap()], "");
}
