//! Every value that the chart offers, changed on its own over values in which the compiler heeds it: no value is taken and ignored.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]
#![expect(clippy::print_stderr, reason = "how many changes there are stands in no other place")]

#[path = "support/changes.rs"]
mod changes;
#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::path::Path;

use changes::{Change, Changed, bases, changes, edges, over};
use chart::{HELMS, Objects, Release, differences, rendered};
use rayon::prelude::*;
use serde_json::Value;

/// How a Helm renders it otherwise.
fn differing(helm: &str, chart: &Path, values: &Value, expected: &Objects) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.json");
    fs::write(&file, values.to_string()).unwrap();
    let release = Release { chart, name: "memos", namespace: "notes", values: vec![file] };
    rendered(helm, &release).map_or_else(|refusal| vec![refusal], |found| differences(&found, expected))
}

/// Fields of which no value changes an object: rules alone heed them, and the proxies before Memos have its Service.
const IDLE: &[&str] =
    &["cache.maxClients", "availability.zones", "availability.nodes", "components.proxy.serviceAnnotations"];

/// One Helm or the other renders a change: that both render alike is the law's other tests' to say.
#[test]
fn every_value_does_in_the_chart_what_it_does_in_the_compiler() {
    let (chart, bases, edges, changes) = (chart::chart(), bases(), edges(), changes());
    let found = |change| over(&bases, &edges, change).into_iter().map(move |found| (change, found));
    let results: Vec<(&Change, Changed)> = changes.par_iter().flat_map_iter(found).collect();
    let matters = |path: &str| results.iter().any(|(change, _)| change.path == path);
    let mut idle: Vec<&str> = changes.iter().map(|change| change.path.as_str()).filter(|path| !matters(path)).collect();
    idle.dedup();
    assert_eq!(idle, IDLE);
    let failures: Vec<String> = results
        .par_iter()
        .enumerate()
        .filter_map(|(at, (change, Changed { before: _, after, objects }))| {
            let helm = HELMS[at % HELMS.len()];
            let found = differing(helm, chart.path(), after, objects);
            let Change { path, value, .. } = change;
            let text = || format!("{helm} {path} = {value}:\n  {}\n  values {after}", found.join("\n  "));
            (!found.is_empty()).then(text)
        })
        .collect();
    eprintln!("{} changes of one value", results.len());
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), results.len(), failures.join("\n"));
}
