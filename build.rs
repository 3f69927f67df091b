//! Makes the schema that specs are validated with: the checked-in one without what is there for people.
//!
//! The validator compiles it in every run, and descriptions, defaults and examples are three quarters of it.

use std::path::Path;

use serde_json::{Map, Value};

const SCHEMA: &str = "schema/memos.v1alpha1.schema.json";

fn main() {
    println!("cargo::rerun-if-changed={SCHEMA}");
    println!("cargo::rerun-if-changed=build.rs");
    let text = std::fs::read_to_string(SCHEMA).expect("the schema is checked in");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets it");
    std::fs::write(Path::new(&folder).join("lean.schema.json"), lean(&schema).to_string())
        .expect("the folder is there");
}

/// A schema without annotations; what it allows stays the same, and so does the place of every keyword that can fail.
fn lean(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (keyword, value) in keywords {
        let value = match (keyword.as_str(), value) {
            ("title" | "description" | "default" | "examples" | "$id" | "$schema", _) => continue,
            ("properties" | "$defs", Value::Object(schemas)) => {
                schemas.iter().map(|(name, schema)| (name.clone(), lean(schema))).collect::<Map<_, _>>().into()
            }
            ("oneOf", Value::Array(branches)) if words(branches).is_some() => {
                out.insert("enum".to_owned(), words(branches).unwrap_or_default().into());
                continue;
            }
            ("oneOf" | "anyOf" | "allOf", Value::Array(schemas)) => schemas.iter().map(lean).collect(),
            ("items" | "additionalProperties" | "if" | "then" | "else" | "not", schema) => lean(schema),
            (_, value) => value.clone(),
        };
        out.insert(keyword.clone(), value);
    }
    out.into()
}

/// The words of a union that only lists words with their meanings.
fn words(branches: &[Value]) -> Option<Vec<Value>> {
    let word = |branch: &Value| {
        let known = |keyword: &String| matches!(keyword.as_str(), "const" | "description" | "type");
        let word = branch.get("const").filter(|word| word.is_string())?;
        branch.as_object()?.keys().all(known).then(|| word.clone())
    };
    branches.iter().map(word).collect()
}
