//! The chart on a real API server: what both Helms install, upgrade, roll back and uninstall, and what README and notes say of it.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

#[path = "support/chart.rs"]
mod chart;
#[path = "support/cluster.rs"]
mod cluster;
#[path = "support/tools.rs"]
mod tools;

use std::path::Path;

use chart::{HELMS, Objects, built, built_of_profile, differences};
use cluster::Cluster;
use memos_gen::profile::PROFILES;
use rayon::prelude::*;
use serde_json::{Value, json};

/// One release in a namespace of its own.
struct Release<'a> {
    cluster: &'a Cluster,
    chart: &'a Path,
    helm: &'a str,
    name: &'a str,
    namespace: String,
}

impl<'a> Release<'a> {
    fn new(cluster: &'a Cluster, chart: &'a Path, helm: &'a str, about: &str) -> Self {
        let namespace = format!("{about}-{helm}");
        cluster.namespace(&namespace);
        Self { cluster, chart, helm, name: "memos", namespace }
    }

    fn arguments<'b>(&'b self, command: &'b str, chart: &'b str, values: &'b Values) -> Vec<&'b str> {
        let mut arguments = vec![command, self.name, chart, "-n", &self.namespace];
        arguments.extend(values.0.iter().map(String::as_str));
        arguments
    }

    /// `helm install` or `helm upgrade`: what it prints.
    #[track_caller]
    fn put(&self, command: &str, values: &Values) -> String {
        let chart = self.chart.to_str().unwrap();
        self.cluster.run(self.helm, &self.arguments(command, chart, values), "")
    }

    /// The same where it has to be refused: why.
    #[track_caller]
    fn refused(&self, command: &str, values: &Values) -> String {
        let chart = self.chart.to_str().unwrap();
        let output = self.cluster.output(self.helm, &self.arguments(command, chart, values));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains("Error: "), "{} {command} {values:?}: {told}", self.helm);
        told
    }

    #[track_caller]
    fn rollback(&self, revision: &str) {
        self.cluster.run(self.helm, &["rollback", self.name, revision, "-n", &self.namespace], "");
    }

    #[track_caller]
    fn uninstall(&self) {
        self.cluster.run(self.helm, &["uninstall", self.name, "-n", &self.namespace], "");
    }

    fn kubectl(&self, arguments: &[&str]) -> String {
        self.cluster.kubectl(&[&["-n", &self.namespace], arguments].concat())
    }

    /// Exactly these objects are there, with the server's defaults and nothing else.
    #[track_caller]
    fn holds(&self, expected: &Objects, kinds_of: &Objects, about: &str) {
        let about = format!("{} in {}, {about}", self.helm, self.namespace);
        let differing = differences(&self.cluster.stored(expected), expected);
        assert!(differing.is_empty(), "{about}:\n{}", differing.join("\n"));
        let keys: Vec<(String, String)> = expected.keys().cloned().collect();
        assert_eq!(self.cluster.present(kinds_of, &self.namespace, self.name), keys, "{about}");
    }

    /// What is there of these kinds.
    fn present(&self, kinds_of: &Objects) -> Vec<(String, String)> {
        self.cluster.present(kinds_of, &self.namespace, self.name)
    }

    /// Objects as the server would store them.
    fn defaulted(&self, objects: &Objects) -> Objects {
        self.cluster.defaulted(objects)
    }

    /// What the compiler builds of a profile and more, so.
    fn expected(&self, profile: &str, spec: &Value) -> Objects {
        self.defaulted(&built_of_profile(profile, spec, self.name, &self.namespace))
    }
}

/// Arguments that give values.
#[derive(Debug, Clone)]
struct Values(Vec<String>);

impl Values {
    fn none() -> Self {
        Self(Vec::new())
    }

    fn of(chart: &Path, profile: &str) -> Self {
        Self(vec!["-f".to_owned(), chart.join(format!("values-{profile}.yaml")).to_str().unwrap().to_owned()])
    }

    /// With more values over them: each on its own, because Helm replaces a whole map that it is given so.
    fn and(mut self, values: &Value) -> Self {
        self.add("", values);
        self
    }

    fn add(&mut self, path: &str, value: &Value) {
        let Value::Object(fields) = value else {
            return self.0.extend(["--set-json".to_owned(), format!("{path}={value}")]);
        };
        for (key, value) in fields {
            let dot = if path.is_empty() { "" } else { "." };
            self.add(&format!("{path}{dot}{}", key.replace('.', "\\.")), value);
        }
    }
}

fn key(kind: &str, name: &str) -> (String, String) {
    (kind.to_owned(), name.to_owned())
}

/// The objects that commands of the notes name are there.
fn notes_lead_somewhere(release: &Release<'_>, printed: &str) {
    let commands: Vec<&str> =
        printed.lines().filter_map(|line| line.trim().strip_prefix("kubectl --namespace ")).collect();
    assert!(!commands.is_empty(), "{printed}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[0], release.namespace);
        let object = match words[1..] {
            ["get", kind, name] => format!("{kind}/{name}"),
            ["rollout", "status", object] => object.to_owned(),
            ["port-forward", object, ports] => {
                let port: i64 = ports.rsplit(':').next().unwrap().parse().unwrap();
                let found: Value = serde_json::from_str(&release.kubectl(&["get", object, "-o", "json"])).unwrap();
                let offered = match object.split_once('/').unwrap().0 {
                    "service" => found["spec"]["ports"][0]["port"].clone(),
                    _ => found["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"].clone(),
                };
                assert_eq!(offered, port, "{command}");
                object.to_owned()
            }
            _ => panic!("unknown: {command}"),
        };
        release.kubectl(&["get", &object]);
    }
}

/// What the user makes, and what a StatefulSet would: neither belongs to the release.
fn made_by_others(release: &Release<'_>) {
    let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data-memos-postgres-0", "namespace": release.namespace},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}});
    release.cluster.run("kubectl", &["create", "-f", "-"], &claim.to_string());
    release.kubectl(&["create", "secret", "generic", "memos-database", "--from-literal=password=x"]);
}

/// Install, upgrade, rollback and uninstall of a profile.
fn life_of_a_profile(release: &Release<'_>, profile: &str) {
    let more = json!({
        "memos": {"version": "0.30.1", "image": "registry.invalid/memos-shared-cache:0.30.1", "logLevel": "debug"},
        "scaling": {"min": 4, "max": 9},
        "components": {"memos": {"podAnnotations": {"example.com/a": "b"}}},
    });
    let (first, second) = (release.expected(profile, &json!({})), release.expected(profile, &more));
    let mut both = first.clone();
    both.extend(second.clone());
    let values = Values::of(release.chart, profile);
    let printed = release.put("install", &values);
    release.holds(&first, &both, "installed");
    notes_lead_somewhere(release, &printed);
    let hooks = release.cluster.run(release.helm, &["get", "hooks", release.name, "-n", &release.namespace], "");
    release.cluster.run("kubectl", &["create", "--dry-run=server", "--validate=strict", "-f", "-"], &hooks);
    made_by_others(release);
    release.put("upgrade", &values.clone().and(&more));
    release.holds(&second, &both, "upgraded");
    release.rollback("1");
    release.holds(&first, &both, "rolled back");
    release.uninstall();
    assert_eq!(release.present(&both), [], "uninstalled");
    release.kubectl(&["get", "persistentvolumeclaim/data-memos-postgres-0", "secret/memos-database"]);
}

/// One process first, then many; what the autoscaler said stays.
fn one_process_first(release: &Release<'_>) {
    let one = json!({"rollout": {"oneProcess": true}});
    let (alone, many) = (release.expected("aws", &one), release.expected("aws", &json!({})));
    let values = Values::of(release.chart, "aws");
    release.put("install", &values.clone().and(&one));
    release.holds(&alone, &alone, "one process");
    release.put("upgrade", &values);
    release.holds(&many, &many, "many processes");
    let replicas = || release.kubectl(&["get", "deployment", "memos", "-o", "jsonpath={.spec.replicas}"]);
    release.kubectl(&["scale", "deployment", "memos", "--replicas=5"]);
    release.put("upgrade", &values.clone().and(&json!({"memos": {"logLevel": "debug"}})));
    assert_eq!(replicas(), "5");
    release.rollback("2");
    assert_eq!(replicas(), "5");
}

/// A release of one Helm is the other's as well.
fn the_other_helm_goes_on(release: &Release<'_>, other: &str) {
    let more = json!({"scaling": {"max": 9}});
    let (first, second) = (release.expected("production", &json!({})), release.expected("production", &more));
    let values = Values::of(release.chart, "production");
    release.put("install", &values);
    let theirs = Release { helm: other, namespace: release.namespace.clone(), ..*release };
    theirs.put("upgrade", &values.clone().and(&more));
    theirs.holds(&second, &second, "upgraded by the other");
    theirs.put("upgrade", &Values(vec!["--reset-then-reuse-values".to_owned()]));
    theirs.holds(&second, &second, "upgraded with the values that it had");
    release.rollback("1");
    theirs.holds(&first, &first, "rolled back by the first");
    theirs.uninstall();
    assert_eq!(release.present(&first), []);
}

/// With another name everything is made anew, and what was there goes with its claims.
fn another_name_is_another_installation(release: &Release<'_>) {
    let (claim, volume) = (key("PersistentVolumeClaim", "memos-data"), key("Deployment", "memos"));
    let (first, _) = built(&json!({}), "memos", &release.namespace);
    let first = first.unwrap();
    release.put("install", &Values::none());
    let before = release.present(&first);
    assert!(before.contains(&claim) && before.contains(&volume), "{before:?}");
    release.put("upgrade", &Values::none().and(&json!({"fullnameOverride": "wiki"})));
    assert_eq!(release.present(&first), []);
    let found = release.cluster.present(&first, &release.namespace, "wiki");
    assert!(found.contains(&key("PersistentVolumeClaim", "wiki-data")), "{found:?}");
}

/// The claim of a former kind is deleted with it.
fn another_kind_deletes_the_claim(release: &Release<'_>, before: &Values, changed: &Value, claim: &str) {
    let objects = built_of_profile("aws", &json!({}), release.name, &release.namespace);
    let claim = key("PersistentVolumeClaim", claim);
    release.put("install", before);
    assert!(release.present(&objects).contains(&claim));
    release.put("upgrade", &before.clone().and(changed));
    let found = release.present(&objects);
    assert!(!found.is_empty() && !found.contains(&claim), "{found:?}");
}

/// What Kubernetes lets nobody change is refused, and rolling back ends the failed upgrade.
fn volumes_stay_as_they_are(release: &Release<'_>, profile: &str, changed: &Value, words: &str) {
    let first = release.expected(profile, &json!({}));
    let values = Values::of(release.chart, profile);
    release.put("install", &values);
    let told = release.refused("upgrade", &values.clone().and(changed));
    assert!(told.contains(words), "{told}");
    release.rollback("1");
    release.holds(&first, &first, "rolled back");
}

/// Two releases whose names lead to one full name: the second is refused, and harms nothing.
fn the_same_name_is_refused(release: &Release<'_>) {
    let expected = release.expected("dev", &json!({}));
    release.put("install", &Values::of(release.chart, "dev"));
    let other = Release { name: "notes", namespace: release.namespace.clone(), ..*release };
    let values = Values::of(release.chart, "dev");
    let told = other.refused("install", &values.and(&json!({"fullnameOverride": "memos"})));
    assert!(told.contains("cannot be imported into the current release"), "{told}");
    release.holds(&expected, &expected, "after the other's install");
    other.put("install", &Values::of(release.chart, "dev"));
    release.holds(&expected, &expected, "beside the other");
}

#[test]
fn what_readme_and_notes_say_of_a_release_is_true() {
    let (cluster, chart) = (Cluster::new(), chart::chart());
    let release = |helm, about: &str| Release::new(&cluster, chart.path(), helm, about);
    HELMS.par_iter().for_each(|helm| {
        let other = HELMS.into_iter().find(|other| other != helm).unwrap();
        for (profile, ..) in PROFILES {
            life_of_a_profile(&release(helm, profile), profile);
        }
        one_process_first(&release(helm, "one"));
        the_other_helm_goes_on(&release(helm, "other"), other);
        another_name_is_another_installation(&release(helm, "name"));
        let postgres = json!({"database": {"kind": "postgres"}});
        another_kind_deletes_the_claim(&release(helm, "database"), &Values::none(), &postgres, "memos-data");
        let bucket = json!({"attachments": {
            "kind": "s3", "endpoint": "https://s3.example.com", "region": "eu-central-1", "bucket": "memos",
            "size": null, "access": null, "class": {"kind": null, "fileSystemId": null},
        }});
        let aws = Values::of(chart.path(), "aws");
        another_kind_deletes_the_claim(&release(helm, "attachments"), &aws, &bucket, "memos-attachments");
        the_same_name_is_refused(&release(helm, "same"));
        let larger = json!({"database": {"storage": {"size": "999Gi"}}});
        volumes_stay_as_they_are(&release(helm, "size"), "dev", &larger, "updates to statefulset spec");
        let elsewhere = json!({"attachments": {"class": {"fileSystemId": "fs-11111111111111111"}}});
        volumes_stay_as_they_are(&release(helm, "class"), "aws", &elsewhere, "field is immutable");
    });
}
