//! Writes the checked-in schema without the texts that only people read, for the validator to start from.

use std::path::PathBuf;
use std::{env, fs};

use serde_json::{Map, Value};

const SCHEMA: &str = "schema/memos.v1alpha1.schema.json";

fn main() {
    link_at_a_fixed_address();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SCHEMA}");
    let text = fs::read_to_string(SCHEMA).expect("the schema is checked in");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let directory = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(directory.join("schema.json"), without_texts(&schema, false).to_string())
        .expect("cargo's folder is writable");
}

/// A program that runs for milliseconds spends a good part of them, and half a mebibyte, on relocating itself; the release
/// build is linked to where it will lie instead.
fn link_at_a_fixed_address() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// A schema without descriptions, defaults and examples. Under `properties` and `$defs` these words are names of ours.
fn without_texts(schema: &Value, names: bool) -> Value {
    match schema {
        Value::Object(map) => {
            let kept = map
                .iter()
                .filter(|(key, _)| names || !matches!(key.as_str(), "description" | "default" | "examples" | "title"));
            let below = |key: &str| !names && matches!(key, "properties" | "$defs");
            kept.map(|(key, value)| (key.clone(), without_texts(value, below(key)))).collect::<Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(|item| without_texts(item, false)).collect(),
        other => other.clone(),
    }
}
