//! The law of the chart: what Helm renders from values is what the compiler builds from the spec that says the same.

#![expect(clippy::print_stderr, reason = "how many pairs there are stands in no other place")]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/chart.rs"]
mod chart;
#[path = "support/compiling.rs"]
mod compiling;
#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::fs;

use chart::{HELMS, Release, built, built_of_profile, differences, objects, rendered, rendered_by_program, setting};
use memos_gen::chart::profile::spec_values;
use memos_gen::chart::trial::{Paired, Trial, paired_trials, trials};
use memos_gen::compile;
use memos_gen::profile::PROFILES;
use rayon::prelude::*;
use serde_json::{Value, json};

#[test]
fn every_profile_is_what_the_compiler_builds() {
    let chart = chart::chart();
    for (profile, ..) in PROFILES {
        let expected = built_of_profile(profile, &json!({}), "memos", "memos");
        let values = vec![chart.path().join(format!("values-{profile}.yaml"))];
        let release = Release { chart: chart.path(), name: "memos", namespace: "memos", values };
        for helm in HELMS {
            let differing = differences(&rendered_by_program(helm, &release).unwrap(), &expected);
            assert!(differing.is_empty(), "{helm}, {profile}:\n{}", differing.join("\n"));
        }
    }
}

#[test]
fn values_that_were_wrong_once_give_what_the_compiler_builds() {
    let found: BTreeMap<String, Value> = serde_yaml::from_str(include_str!("../src/chart/derive/found.yaml")).unwrap();
    let trial = |(name, values): (String, Value)| {
        let (built, said) = built(&values, "memos", "memos");
        let objects = built.unwrap_or_else(|| panic!("{name}: {said:?}")).into_values().collect();
        Trial { values, name: "memos".to_owned(), namespace: "memos".to_owned(), objects }
    };
    let failures = differing(&found.into_iter().map(trial).collect::<Vec<_>>());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Specs under `golden/` with fields that the chart does not have.
const MORE_THAN_THE_CHART: &[&str] = &[
    "components",
    "divinesense",
    "load-balancer-gcp",
    "network-open",
    "network-strict",
    "postgres-pooler",
    "private-sign-in",
    "redis-tls",
    "sentinel-everything",
    "upgrade",
];

#[test]
fn every_golden_spec_gives_its_tree_as_values() {
    let folder = cases::root().join("golden");
    let names = cases::folders(&folder).into_iter().filter(|name| name != "invalid");
    let mut trials: Vec<Trial> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for name in names {
        let spec = fs::read(folder.join(&name).join("memos.yaml")).unwrap();
        let request = compiling::Request { files: vec![("memos.yaml", &spec)], ..compiling::Request::default() };
        let compilation = compiling::compile(&compile::validator(), &request).compilation.unwrap();
        let Ok(values) = spec_values(&compilation.validated) else {
            others.push(name);
            continue;
        };
        let values: Value = serde_yaml::from_str(&values).unwrap();
        let namespace = compilation.validated.metadata().namespace.to_string();
        let objects = compilation.objects.objects().iter().map(|object| object.value.clone());
        trials.push(Trial { values, name, namespace, objects: objects.collect() });
    }
    assert_eq!(others, MORE_THAN_THE_CHART);
    let failures = differing(&trials);
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), trials.len() * HELMS.len(), failures.join("\n"));
}

/// Where Helm and the compiler differ, of values each.
fn differing(trials: &[Trial]) -> Vec<String> {
    let (chart, folder) = (chart::chart(), tempfile::tempdir().unwrap());
    let failures = trials.par_iter().enumerate().flat_map_iter(|(at, trial)| {
        let Trial { values, name, namespace, objects: built } = trial;
        let file = folder.path().join(format!("trial-{at}.json"));
        fs::write(&file, values.to_string()).unwrap();
        let expected = objects(built.iter().cloned());
        let release = Release { chart: chart.path(), name, namespace, values: vec![file] };
        let failure = |helm: &str| {
            let differing = match rendered(helm, &release) {
                Ok(found) => differences(&found, &expected),
                Err(refusal) => vec![refusal],
            };
            let text = format!("{helm}, trial {at} `{name}`:\n  {}\n  values {values}", differing.join("\n  "));
            (!differing.is_empty()).then_some(text)
        };
        HELMS.into_iter().filter_map(failure).collect::<Vec<_>>()
    });
    failures.collect()
}

/// The seed of random values.
fn seed() -> u64 {
    u64::try_from(setting("CHART_SEED", 7)).unwrap()
}

#[test]
fn random_values_give_what_the_compiler_builds() {
    let count = setting("CHART_TRIALS", 100);
    let failures = differing(&trials(seed(), count));
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), count * HELMS.len(), failures.join("\n"));
}

#[test]
fn every_two_switches_together_give_what_the_compiler_builds() {
    let Paired { trials, pairs, apart } = paired_trials(seed());
    eprintln!("{pairs} pairs of switches in {} values; {apart} pairs stand in no legal values", trials.len());
    assert!(pairs > 4 * apart, "{pairs} pairs, {apart} apart");
    let failures = differing(&trials);
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), trials.len() * HELMS.len(), failures.join("\n"));
}
