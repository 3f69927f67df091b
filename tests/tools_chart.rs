//! The law of the chart: what Helm renders from values is what the compiler builds from the spec that says the same.

#![expect(clippy::print_stderr, reason = "how many pairs there are stands in no other place")]

#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::fs;

use chart::{HELMS, Release, built, built_of_profile, differences, objects, rendered, rendered_by_program, setting};
use memos_gen::chart::trial::{Paired, Trial, paired_trials, trials};
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
            let text = format!("{helm}, trial {at}:\n  {}\n  values {values}", differing.join("\n  "));
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
