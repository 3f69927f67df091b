//! Names of the chart's objects, under both Helms: of long releases, with overrides, and of two releases side by side.

#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chart::{HELMS, Objects, Release, built, built_of_profile, differences, rendered};
use memos_gen::chart::trial::trials;
use memos_gen::plan::names::cut;
use memos_gen::profile::PROFILES;
use rayon::prelude::*;
use serde_json::{Value, json};

/// A release, what its values say of names, and what the installation is called then.
#[derive(Debug)]
struct Named {
    release: String,
    namespace: String,
    overrides: Value,
    installation: String,
}

fn named(release: &str, namespace: &str, overrides: Value, installation: &str) -> Named {
    let [release, namespace, installation] = [release, namespace, installation].map(str::to_owned);
    Named { release, namespace, overrides, installation }
}

/// A name of so many characters. It has a `-` in every second place from the sixth on, so that half of the cuts fall on one.
fn long(start: &str, length: usize) -> String {
    let name: String = start.chars().chain("-a".chars().cycle()).take(length).collect();
    if name.ends_with('-') { format!("{}b", &name[..length - 1]) } else { name }
}

fn names() -> Vec<Named> {
    let none = || json!({});
    let (longest, namespace) = (long("release", 53), long("namespace", 63));
    let other = long("word", 53);
    let mut found = vec![
        named("notes", "notes", none(), "notes-memos"),
        named("memos", &namespace, none(), "memos"),
        named("my-memos-2", "notes", none(), "my-memos-2"),
        named("memosphere", "notes", none(), "memosphere"),
        named(&longest, &namespace, none(), &format!("{longest}-memos")),
        named(&long("memos", 53), &namespace, none(), &long("memos", 53)),
        named("notes", "notes", json!({"nameOverride": "wiki"}), "notes-wiki"),
        named("wiki", "notes", json!({"nameOverride": "wiki"}), "wiki"),
        named("memos", "notes", json!({"nameOverride": "wiki"}), "memos-wiki"),
        named("notes", "notes", json!({"nameOverride": null}), "notes-memos"),
        named("notes", "notes", json!({"fullnameOverride": "wiki"}), "wiki"),
        named("notes", "notes", json!({"fullnameOverride": "wiki", "nameOverride": "memos"}), "wiki"),
        named("notes", "notes", json!({"fullnameOverride": null}), "notes-memos"),
        named(&longest, &namespace, json!({"nameOverride": other}), &cut(&format!("{longest}-{other}"))),
    ];
    // Below, at and above every length at which the name of some object has to be cut.
    found.extend((38..=53).map(|length| named(&long("memos", length), "memos", none(), &long("memos", length))));
    let full = |length| json!({"fullnameOverride": long("wiki", length)});
    found.extend((54..=63).map(|length| named("notes", &namespace, full(length), &long("wiki", length))));
    // The full name itself is 62, 63, 64 and 65 characters long.
    let joined = |length| format!("{}-{other}", long("notes", length));
    let with_other = |length| (long("notes", length), json!({"nameOverride": other}), cut(&joined(length)));
    found.extend((8..=11).map(with_other).map(|(release, overrides, name)| named(&release, "a", overrides, &name)));
    found
}

/// What is installed.
#[derive(Debug, Clone)]
enum Values {
    Profile(&'static str),
    Own(Value),
}

/// How a release differs from what the compiler builds under the name that it leads to.
fn differing(helm: &str, chart: &Path, named: &Named, values: &Values) -> Vec<String> {
    let Named { release: name, namespace, overrides, installation } = named;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &Value| {
        let path = folder.path().join(name);
        fs::write(&path, content.to_string()).unwrap();
        path
    };
    let (first, expected) = match values {
        Values::Profile(profile) => (
            chart.join(format!("values-{profile}.yaml")),
            built_of_profile(profile, &json!({}), installation, namespace),
        ),
        Values::Own(values) => match built(values, installation, namespace) {
            (Some(objects), _) => (file("values.json", values), objects),
            (None, why) => return vec![format!("the compiler refuses it: {why:?}")],
        },
    };
    let values = vec![first, file("names.json", overrides)];
    match rendered(helm, &Release { chart, name, namespace, values }) {
        Ok(found) => differences(&found, &expected),
        Err(refusal) => vec![refusal],
    }
}

/// Each name with each Helm, under a profile and under random values, which are others for each name.
#[test]
fn every_name_is_the_compilers() {
    let chart = chart::chart();
    let names = names();
    let cases: Vec<(&str, &Named, Values)> = names
        .iter()
        .zip(trials(11, names.len()))
        .zip(PROFILES.iter().cycle())
        .flat_map(|((named, mut trial), (profile, ..))| {
            trial.values.as_object_mut().unwrap().remove("fullnameOverride");
            let both = [Values::Profile(profile), Values::Own(trial.values)];
            both.into_iter().flat_map(move |values| HELMS.map(|helm| (helm, named, values.clone())))
        })
        .collect();
    let failures: Vec<String> = cases
        .par_iter()
        .filter_map(|(helm, named, values)| {
            let found = differing(helm, chart.path(), named, values);
            let text = || format!("{helm} {named:?} {values:?}:\n  {}", found.join("\n  "));
            (!found.is_empty()).then(text)
        })
        .collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// Whether a kind of the chart's belongs to no namespace.
fn cluster_wide(object: &Value) -> bool {
    object["metadata"].get("namespace").is_none()
}

/// The labels by which an object finds pods, wherever it says them.
fn selectors(object: &Value, found: &mut Vec<Value>) {
    if object["kind"] == "Service" {
        found.push(object["spec"]["selector"].clone());
    }
    below(object, found);
}

fn below(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("matchLabels").cloned());
            fields.values().for_each(|value| below(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| below(item, found)),
        _ => {}
    }
}

/// The labels of all pods that workloads make.
fn pods(objects: &Objects) -> Vec<Value> {
    objects
        .values()
        .filter(|object| object["kind"] == "Deployment" || object["kind"] == "StatefulSet")
        .map(|object| object["spec"]["template"]["metadata"]["labels"].clone())
        .collect()
}

fn selects(selector: &Value, labels: &Value) -> bool {
    let wanted = selector.as_object().unwrap();
    wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// Two installations share no object, and neither finds pods of the other.
#[track_caller]
fn apart(one: &Objects, other: &Objects, same_namespace: bool, about: &str) {
    for (key, object) in one {
        let same = other.get(key).filter(|_| same_namespace || cluster_wide(object));
        assert!(same.is_none(), "{about}: both have {key:?}");
    }
    for (one, other) in [(one, other), (other, one)].into_iter().filter(|_| same_namespace) {
        let (mut found, pods) = (Vec::new(), pods(other));
        one.values().for_each(|object| selectors(object, &mut found));
        assert!(!found.is_empty() && !pods.is_empty(), "{about}");
        for selector in found {
            assert!(!pods.iter().any(|labels| selects(&selector, labels)), "{about}: {selector} finds other pods");
        }
    }
}

#[test]
fn two_releases_share_nothing() {
    let chart = chart::chart();
    let (first, second) = (long("memos-one", 53), format!("{}z", &long("memos-one", 53)[..52]));
    let pairs = [("memos", "notes"), ("one", "two"), ("memos", "memos-2"), (first.as_str(), second.as_str())];
    for (profile, ..) in PROFILES {
        let values = vec![chart.path().join(format!("values-{profile}.yaml"))];
        for (helm, (one, other)) in HELMS.into_iter().flat_map(|helm| pairs.map(|pair| (helm, pair))) {
            let of = |name, namespace| {
                rendered(helm, &Release { chart: chart.path(), name, namespace, values: values.clone() }).unwrap()
            };
            let about = format!("{helm}, {profile}, {one} and {other}");
            let (one, other, elsewhere) = (of(one, "notes"), of(other, "notes"), of(one, "spot"));
            apart(&one, &other, true, &about);
            apart(&one, &elsewhere, false, &format!("{about}, in another namespace"));
        }
    }
}

/// The hooks of two releases are two as well: Helm deletes those of the same name before it makes its own.
#[test]
fn two_releases_have_their_own_tests() {
    let chart = chart::chart();
    for helm in HELMS {
        let of = |name| -> BTreeSet<String> {
            let release = Release { chart: chart.path(), name, namespace: "notes", values: Vec::new() };
            let documents = chart::documents(helm, &release).unwrap();
            let hooks =
                documents.iter().filter(|object| object["metadata"]["annotations"].get("helm.sh/hook").is_some());
            hooks.map(|object| format!("{}/{}", object["kind"], object["metadata"]["name"])).collect()
        };
        let long_names = [long("memos-one", 53), format!("{}z", &long("memos-one", 53)[..52])];
        for (one, other) in [("memos", "notes"), (long_names[0].as_str(), long_names[1].as_str())] {
            let (one, other) = (of(one), of(other));
            assert!(!one.is_empty() && one.is_disjoint(&other), "{helm}: {one:?} {other:?}");
        }
    }
}
