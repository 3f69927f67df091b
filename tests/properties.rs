//! Laws that hold for every legal spec, tried with random ones. `PROPTEST_CASES` says how many; CI takes 2,000.

use std::cell::Cell;
use std::collections::BTreeSet;

use memos_gen::compile::{self, Input};
use memos_gen::diagnostic::Diagnostics;
use memos_gen::emit::Artifacts;
use memos_gen::profile::{self, LayerKind, Merged, PROFILES};
use memos_gen::schema::validate::Validator;
use memos_gen::source::{Origin, Sources, pointer_join};
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use serde_json::{Map, Value, json};

#[path = "support/compiling.rs"]
mod compiling;
#[path = "support/laws.rs"]
mod laws;
#[path = "support/specs.rs"]
mod specs;

use compiling::{Outcome, Request};
use laws::{Built, LAWS};

/// How many specs are tried when nobody says.
const USUAL_CASES: u32 = 96;

fn config() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = USUAL_CASES;
    }
    config.failure_persistence = None;
    config.max_shrink_iters = 2_000;
    config
}

/// Tries `law` with random specs, and shows the smallest for which it does not hold.
fn for_all(config: ProptestConfig, law: impl Fn(&Value) -> Result<(), String>) {
    let result =
        TestRunner::new(config).run(&specs::documents(), |document| law(&document).map_err(TestCaseError::fail));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, document)) => panic!("{reason}\n{}", pretty(&document)),
        Err(error) => panic!("{error}"),
    }
}

fn pretty(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap()
}

/// JSON is YAML, and the quotes leave nothing ambiguous.
fn compile(validator: &Validator, document: &Value, settings: &[&str]) -> Outcome {
    let text = pretty(document);
    let settings = settings.to_vec();
    let request = Request { files: vec![("memos.yaml", text.as_bytes())], settings, ..Request::default() };
    compiling::compile(validator, &request)
}

fn artifacts(outcome: &Outcome) -> Option<Artifacts> {
    let compilation = outcome.compilation.as_ref()?;
    Some(compiling::artifacts(compilation).unwrap_or_else(|error| panic!("{}", error.message)))
}

/// The merged document of a spec and settings.
fn merged(document: &Value, settings: &[&str]) -> Option<Merged> {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut input = Input::default();
    input.files.push(sources.add("memos.yaml", pretty(document), Origin::File));
    input.settings.extend(settings.iter().map(|text| sources.add("--set", *text, Origin::Setting)));
    let layers = compile::layers(&sources, &input, &compile::validator(), &mut diagnostics)?;
    profile::merge(&mut sources, None, &layers, &mut diagnostics)
}

#[test]
fn every_law_holds_for_every_legal_spec() {
    let validator = compile::validator();
    let (legal, illegal) = (Cell::new(0_u32), Cell::new(0_u32));
    for_all(config(), |document| {
        let outcome = compile(&validator, document, &[]);
        let Some(compilation) = &outcome.compilation else {
            illegal.set(illegal.get() + 1);
            let said = outcome.text();
            let explained = outcome.diagnostics.has_errors() && said.contains("error[MG");
            return if explained { Ok(()) } else { Err(format!("refused without a reason:\n{said}")) };
        };
        legal.set(legal.get() + 1);
        let artifacts = compiling::artifacts(compilation).map_err(|error| error.message)?;
        let merged = merged(document, &[]).ok_or("what compiles can be merged")?;
        let built = Built {
            compilation,
            diagnostics: &outcome.diagnostics,
            artifacts: &artifacts,
            spec: &merged.value,
            objects: compilation.objects.objects().iter().map(|object| &object.value).collect(),
        };
        let broken = LAWS.iter().filter_map(|(law, holds)| Some(format!("{law}: {}", holds(&built).err()?)));
        let broken: Vec<_> = broken.collect();
        if broken.is_empty() { Ok(()) } else { Err(broken.join("\n")) }
    });
    let (legal, illegal) = (legal.get(), illegal.get());
    assert!(legal > illegal, "most specs should be legal: {legal} are, {illegal} were refused");
}

/// The same maps with their keys in the opposite order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().rev().map(|(key, value)| (key.clone(), reversed(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_same_spec_gives_the_same_bytes_in_whatever_order_its_keys_stand() {
    let validator = compile::validator();
    for_all(config(), |document| {
        let first = artifacts(&compile(&validator, document, &[]));
        // It is a second build as well, so that what differs from run to run is seen here too.
        let shuffled = artifacts(&compile(&validator, &reversed(document), &[]));
        if first != shuffled { Err("another order of keys changes the output".to_owned()) } else { Ok(()) }
    });
}

#[test]
fn settings_of_different_fields_may_come_in_any_order() {
    let validator = compile::validator();
    let (one, other) = ("memos.logLevel=debug", "availability.lostNodeSeconds=45");
    for_all(ProptestConfig { cases: config().cases / 4, ..config() }, |document| {
        let forth = artifacts(&compile(&validator, document, &[one, other]));
        let back = artifacts(&compile(&validator, document, &[other, one]));
        if forth == back { Ok(()) } else { Err("the order of settings changes the output".to_owned()) }
    });
}

/// Pointers of all values that hold no others.
fn leaves(value: &Value, pointer: String, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| leaves(value, pointer_join(&pointer, key), found));
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().enumerate();
            items.for_each(|(at, value)| leaves(value, pointer_join(&pointer, &at.to_string()), found));
        }
        _ => {
            found.insert(pointer);
        }
    }
}

#[test]
fn every_value_of_the_merged_document_has_a_place() {
    for_all(config(), |document| {
        let Some(merged) = merged(document, &["scaling.mode=single"]) else { return Ok(()) };
        let mut found = BTreeSet::new();
        leaves(&merged.value, String::new(), &mut found);
        let without: Vec<_> = found.iter().filter(|pointer| !merged.provenance.contains_key(*pointer)).collect();
        let stale = merged.provenance.keys().find(|pointer| merged.value.pointer(pointer).is_none());
        match (without.as_slice(), stale) {
            ([], None) => Ok(()),
            ([], Some(stale)) => Err(format!("{stale} has a place and no value")),
            (without, _) => Err(format!("no place for {without:?}")),
        }
    });
}

/// The merged value of several files.
fn merged_files(documents: &[&Value], profile: Option<&str>) -> Option<Merged> {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let files = documents.iter().map(|document| sources.add("memos.yaml", pretty(document), Origin::File)).collect();
    let input = Input { files, ..Input::default() };
    let layers = compile::layers(&sources, &input, &compile::validator(), &mut diagnostics)?;
    profile::merge(&mut sources, profile, &layers, &mut diagnostics)
}

#[test]
fn merging_nothing_or_the_same_again_changes_nothing() {
    let nothing = json!({"spec": {}});
    for_all(ProptestConfig { cases: config().cases / 2, ..config() }, |document| {
        let value = |documents: &[&Value]| merged_files(documents, None).map(|merged| merged.value);
        let alone = value(&[document]);
        if alone != value(&[document, &nothing]) || alone != value(&[&nothing, document]) {
            return Err("an empty file changes something".to_owned());
        }
        if alone == value(&[document, document]) { Ok(()) } else { Err("a file given twice differs".to_owned()) }
    });
}

#[test]
fn the_last_word_wins() {
    let quiet = json!({"spec": {"memos": {"logLevel": "error"}}});
    for_all(ProptestConfig { cases: config().cases / 2, ..config() }, |document| {
        let level =
            |merged: Option<Merged>| merged.and_then(|merged| merged.value.pointer("/spec/memos/logLevel").cloned());
        if level(merged_files(&[document, &quiet], None)) != Some(json!("error")) {
            return Err("the later file loses".to_owned());
        }
        let set = level(merged(document, &["memos.logLevel=warn", "memos.logLevel=debug"]));
        if set == Some(json!("debug")) { Ok(()) } else { Err("the later setting loses".to_owned()) }
    });
}

#[test]
fn a_profile_and_nothing_is_the_profile() {
    for (profile, _, _) in PROFILES {
        let alone = merged_files(&[], Some(profile)).unwrap();
        let nothing = merged_files(&[&json!({"spec": {}})], Some(profile)).unwrap();
        assert_eq!(alone.value, nothing.value, "{profile}");
        let of_profile = |merged: &Merged| merged.provenance.values().all(|placed| placed.kind == LayerKind::Profile);
        assert!(of_profile(&alone), "{profile}");
    }
}

#[test]
fn quantities_are_compared_as_kubernetes_does() {
    let of = |text: &str| laws::thousandths(&json!(text)).unwrap();
    assert_eq!(of("1500m"), 1_500);
    assert_eq!(of("1.5"), of("1500m"));
    assert_eq!(of("1Gi"), of("1024Mi"));
    assert!(of("1G") < of("1Gi"));
    assert_eq!(laws::thousandths(&json!(2)), Some(2_000));
}
