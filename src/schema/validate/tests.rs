use serde_json::json;

use super::*;

fn findings(schema: &Value, value: &Value) -> Vec<Finding> {
    Schema::new(schema.clone(), &[]).unwrap().findings(value)
}

#[test]
fn a_wrong_schema_is_refused_in_words() {
    assert!(Schema::new(json!({"type": "integr"}), &[]).is_err());
    assert!(check_schema(&json!({"properties": {"a": {"minimum": "1"}}})).is_err());
    assert_eq!(check_schema(&json!({"properties": {"a": {"minimum": 1}}})), Ok(()));
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
