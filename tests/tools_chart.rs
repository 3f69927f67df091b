//! The law of the chart: what Helm renders from values is what the compiler builds from the spec that says the same.

#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::sync::Mutex;

use chart::{HELMS, Release, built_of_profile, differences, objects, rendered};
use memos_gen::chart::trial::{Trial, trials};
use memos_gen::profile::PROFILES;
use rayon::prelude::*;
use serde_json::json;

#[test]
fn every_profile_is_what_the_compiler_builds() {
    let chart = chart::chart();
    for (profile, ..) in PROFILES {
        let expected = built_of_profile(profile, &json!({}), "memos", "memos");
        let values = vec![chart.path().join(format!("values-{profile}.yaml"))];
        let release = Release { chart: chart.path(), name: "memos", namespace: "memos", values };
        for helm in HELMS {
            let differing = differences(&rendered(helm, &release).unwrap(), &expected);
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
    let chart = chart::chart();
    let (count, seed) = (setting("CHART_TRIALS", 100), setting("CHART_SEED", 7));
    let folder = tempfile::tempdir().unwrap();
    let failures = Mutex::new(Vec::new());
    trials(u64::try_from(seed).unwrap(), count).par_iter().enumerate().for_each(|(at, trial)| {
        let Trial { values, name, namespace, objects: built } = trial;
        let file = folder.path().join(format!("trial-{at}.json"));
        fs::write(&file, values.to_string()).unwrap();
        let expected = objects(built.iter().cloned());
        let release = Release { chart: chart.path(), name, namespace, values: vec![file] };
        for helm in HELMS {
            let differing = match rendered(helm, &release) {
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
