use serde_json::json;

use super::*;
use crate::compile;
use crate::diagnostic::Diagnostics;
use crate::schema::shape::FORMATS;
use crate::source::{Origin, Sources, yaml};

/// The library's own validator of a schema.
fn compiled(schema: &Value, formats: &[(&'static str, Format)]) -> jsonschema::Validator {
    let mut options = jsonschema::options().should_validate_formats(true);
    for (name, check) in formats {
        let check = *check;
        options = options.with_format(*name, move |text: &str| check(text).is_ok());
    }
    options.build(schema).unwrap()
}

/// What is wrong with a value by a schema that is compiled when the test runs.
pub(in crate::schema) fn findings_by(
    schema: &Value,
    formats: &[(&'static str, Format)],
    value: &Value,
) -> Vec<Finding> {
    Words { schema, formats }.findings(compiled(schema, formats).iter_errors(value))
}

fn findings(schema: &Value, value: &Value) -> Vec<Finding> {
    findings_by(schema, &[], value)
}

/// Two ways from one schema: the functions that are part of the program, and the library when it is given the schema.
#[test]
fn the_functions_say_what_the_schema_says() {
    let Validator { layer, merged } = compile::validator();
    let schemas = [layer, merged].map(|schema| {
        let read = (schema.read)();
        (schema, read, compiled(read, FORMATS))
    });
    let mut refused = 0;
    for folder in std::fs::read_dir("golden/invalid").unwrap().chain(std::fs::read_dir("golden").unwrap()) {
        let Ok(text) = std::fs::read_to_string(folder.unwrap().path().join("memos.yaml")) else { continue };
        let mut sources = Sources::default();
        let file = sources.add("memos.yaml", text, Origin::File);
        let Some(document) = yaml::parse(&sources, file, &mut Diagnostics::default()) else { continue };
        for (schema, read, library) in &schemas {
            let found = schema.findings(&document.value);
            let words = Words { schema: read, formats: FORMATS };
            assert_eq!(found, words.findings(library.iter_errors(&document.value)), "{}", document.value);
            refused += usize::from(!found.is_empty());
        }
    }
    assert!(refused >= 30, "{refused}");
}

#[test]
fn a_wrong_type_hides_what_else_fails_at_the_same_place() {
    let schema = json!({"type": "string", "oneOf": [{"const": "a"}, {"const": "b"}]});
    let kind = FindingKind::WrongType { expected: vec!["string".to_owned()], found: json!(1) };
    assert_eq!(findings(&schema, &json!(1)), [Finding { pointer: String::new(), kind }]);
}

#[test]
fn unknown_keys_are_reported_one_by_one() {
    let schema = json!({
        "additionalProperties": false,
        "properties": {"inner": {"properties": {"b": {"properties": {"c": true}}}}, "list": {"items": {"properties": {"b": true}}}},
    });
    let kind = |key: &str, elsewhere: &[&str]| FindingKind::UnknownKey {
        key: key.to_owned(),
        expected: vec!["inner".to_owned(), "list".to_owned()],
        elsewhere: elsewhere.iter().map(|place| (*place).to_owned()).collect(),
        choices: Vec::new(),
    };
    let kinds: Vec<FindingKind> =
        findings(&schema, &json!({"b": 1, "c": 2, "d": 3})).into_iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [kind("b", &["/inner/b"]), kind("c", &["/inner/b/c"]), kind("d", &[])]);
}

#[test]
fn a_schema_that_refers_to_itself_ends() {
    let schema = json!({
        "$ref": "#/$defs/Node",
        "$defs": {"Node": {"additionalProperties": false, "properties": {"next": {"$ref": "#/$defs/Node"}}}},
    });
    let found = findings(&schema, &json!({"next": {"next": {"x": 1}}}));
    assert_eq!(found[0].pointer, "/next/next");
}

#[test]
fn keywords_of_the_newest_draft_hold_beside_a_reference() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://memos-gen.dev/schema/test.json",
        "properties": {"a": {"$ref": "#/$defs/Number", "minimum": 3}},
        "$defs": {"Number": {"type": "integer"}},
    });
    let limit = FindingKind::OutOfRange {
        limit: "be at least 3".to_owned(),
        allowed: Some("at least 3".to_owned()),
        found: json!(2),
    };
    assert_eq!(findings(&schema, &json!({"a": 2})), [Finding { pointer: "/a".to_owned(), kind: limit }]);
}
