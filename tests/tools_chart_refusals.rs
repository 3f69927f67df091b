//! Values that the compiler refuses for how they stand to each other are refused by the chart, in the same words.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::path::Path;

use chart::{HELMS, Release, built, documents, setting};
use memos_gen::chart::trial::refused_trials;
use memos_gen::diagnostic::{Diagnostic, Severity};
use rayon::prelude::*;
use serde_json::{Map, Value};

/// Values in a namespace, and what the compiler says to them.
struct Refused {
    name: String,
    values: Value,
    namespace: String,
    refusals: Vec<String>,
}

/// Every line of what Helm says to values that the templates refuse, in alphabetical order; or what it does instead.
fn said(helm: &str, release: &Release<'_>) -> Result<Vec<String>, String> {
    let told = match documents(helm, release) {
        Ok(objects) => return Err(format!("renders {} objects", objects.len())),
        Err(told) => told,
    };
    let (_, refusals) = told.split_once("these values cannot work\n").ok_or_else(|| told.clone())?;
    let lines = refusals.lines().filter(|line| line.starts_with("MG") || line.starts_with("  help: "));
    Ok(sorted(lines.map(str::to_owned).collect()))
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// How the chart's words differ from the compiler's, under each Helm.
fn differences(chart: &Path, folder: &Path, case: &Refused) -> Vec<String> {
    let Refused { name, values, namespace, refusals } = case;
    let file = folder.join(format!("{name}.json"));
    fs::write(&file, values.to_string()).unwrap();
    let expected = sorted(refusals.iter().flat_map(|text| text.lines()).map(str::to_owned).collect());
    let release = Release { chart, name: "memos", namespace, values: vec![file] };
    let differs = |helm: &str| match said(helm, &release) {
        Ok(found) if found == expected => None,
        Ok(found) => Some(format!("{helm}, {name}: says {found:#?}\n  compiler {expected:#?}\n  {values}")),
        Err(instead) => Some(format!("{helm}, {name}: {instead}\n  compiler {expected:#?}\n  {values}")),
    };
    HELMS.into_iter().filter_map(differs).collect()
}

/// An error as the chart says it.
fn text(error: &Diagnostic) -> String {
    let help = error.help.iter().map(|help| format!("\n  help: {help}"));
    format!("{}: {}{}", error.code.text(), error.message, help.collect::<String>())
}

/// A name for each case: values, and the codes for which they are refused.
const CASES: &str = "src/chart/derive/refused.yaml";

/// A case with the compiler's words, when it has the codes that it should have.
fn case(name: &str, case: &Value) -> Result<Refused, String> {
    let namespace = case["namespace"].as_str().unwrap_or("notes");
    let (_, diagnostics) = built(&case["values"], "memos", namespace);
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
    let codes: Vec<&str> = errors.iter().map(|error| error.code.text()).collect();
    let expected: Vec<&str> = case["codes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    if codes != expected {
        return Err(format!("{name}: {expected:?} expected, {errors:#?}"));
    }
    let refusals = errors.into_iter().map(text).collect();
    Ok(Refused { name: name.to_owned(), values: case["values"].clone(), namespace: namespace.to_owned(), refusals })
}

#[test]
fn relations_are_refused_in_the_compilers_words() {
    let (chart, folder) = (chart::chart(), tempfile::tempdir().unwrap());
    let cases: Map<String, Value> = serde_yaml::from_str(&fs::read_to_string(CASES).unwrap()).unwrap();
    assert!(cases.len() >= 30, "{} cases", cases.len());
    let cases: Vec<Result<Refused, String>> = cases.iter().map(|(name, found)| case(name, found)).collect();
    let wrong = cases.par_iter().flat_map_iter(|case| match case {
        Ok(case) => differences(chart.path(), folder.path(), case),
        Err(otherwise) => vec![otherwise.clone()],
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn random_values_are_refused_in_the_compilers_words() {
    let (chart, folder) = (chart::chart(), tempfile::tempdir().unwrap());
    let (count, seed) = (setting("CHART_TRIALS", 100) / 2, setting("CHART_SEED", 7));
    let trials = refused_trials(u64::try_from(seed).unwrap(), count).into_iter().enumerate();
    let cases: Vec<Refused> = trials
        .map(|(at, trial)| Refused {
            name: format!("trial-{at}"),
            values: trial.values,
            namespace: trial.namespace,
            refusals: trial.refusals,
        })
        .collect();
    let wrong = cases.par_iter().flat_map_iter(|case| differences(chart.path(), folder.path(), case));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), count * HELMS.len(), wrong.join("\n"));
}
