use serde_json::json;

use super::*;
use crate::diagnostic::{Diagnostics, render};
use crate::schema::validate::tests::findings_by;
use crate::source::{Origin, yaml};

fn host(text: &str) -> Result<(), String> {
    if text.contains("://") { Err("leave the scheme out".to_owned()) } else { Ok(()) }
}

/// What is said about a spec by a schema that uses every keyword.
fn said(text: &str) -> String {
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["spec"],
        "properties": {"spec": {"$ref": "#/$defs/Spec"}, "profile": {"type": "string"}},
        "$defs": {
            "Spec": {"type": "object", "additionalProperties": false, "properties": {
                "scaling": {"type": "object", "additionalProperties": false, "required": ["max"], "properties": {
                    "min": {"type": "integer", "minimum": 1},
                    "max": {"type": "integer", "maximum": 50, "description": "The most replicas. Never fewer than `min`."},
                    "mode": {"type": "string", "oneOf": [{"const": "single"}, {"enum": ["standby", "replicas"]}]}}},
                "cache": {"type": "object", "required": ["kind"],
                    "properties": {"kind": {"type": "string", "oneOf": [{"const": "none"}, {"const": "redis"}]}},
                    "allOf": [
                        {"if": {"required": ["kind"], "properties": {"kind": {"const": "none"}}},
                         "then": {"properties": {"kind": true}, "additionalProperties": false}},
                        {"if": {"required": ["kind"], "properties": {"kind": {"const": "redis"}}},
                         "then": {"properties": {"kind": true, "tls": {"type": "boolean"}}, "additionalProperties": false}}]},
                "image": {"type": "object", "additionalProperties": false,
                    "properties": {"tag": {"type": "string", "pattern": "^[a-z0-9.]+$", "maxLength": 8}}},
                "host": {"type": "string", "format": "host"},
                "zones": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "string"}},
                "load": {"anyOf": [{"type": "string", "enum": ["small", "large"]}, {"type": "object"}]},
                "ratio": {"type": "number", "exclusiveMinimum": 0}}}}
    });
    let mut sources = Sources::default();
    let file = sources.add("memos.yaml", text, Origin::File);
    let mut problems = Diagnostics::default();
    let document = yaml::parse(&sources, file, &mut problems).unwrap();
    let findings = findings_by(&schema, &[("host", host)], &document.value);
    for diagnostic in diagnostics(&sources, &findings, |pointer| document.spans.get(pointer).copied()) {
        problems.push(diagnostic);
    }
    render::text(&sources, &problems, false)
}

#[test]
fn a_good_spec_is_not_mentioned() {
    assert_eq!(said("spec:\n  cache: {kind: redis, tls: true}\n  zones: [a, b]\n  ratio: 0.5\n  load: small\n"), "");
}

#[test]
fn keys() {
    assert_eq!(
        said("spec:\n  scaling: {max: 3, mni: 1}\n  tls: true\n  \"a b\": 1\nprofle: aws\n"),
        r#"error[MG0201]: unknown key `mni` in `scaling`
 --> memos.yaml:2:21
  |
2 |   scaling: {max: 3, mni: 1}
  |                     ^^^ unknown key
  |
  = help: did you mean `min`?
  = help: known here: `min`, `max`, `mode`

error[MG0201]: unknown key `tls` in `spec`
 --> memos.yaml:3:3
  |
3 |   tls: true
  |   ^^^ unknown key
  |
  = help: a key of this name is known as `cache.tls`
  = help: known here: `scaling`, `cache`, `image`, `host`, `zones`, `load`, `ratio`

error[MG0201]: unknown key `a b` in `spec`
 --> memos.yaml:4:3
  |
4 |   "a b": 1
  |   ^^^^^ unknown key
  |
  = help: known here: `scaling`, `cache`, `image`, `host`, `zones`, `load`, `ratio`

error[MG0201]: unknown key `profle` in the document
 --> memos.yaml:5:1
  |
5 | profle: aws
  | ^^^^^^ unknown key
  |
  = help: did you mean `profile`?
  = help: known here: `spec`, `profile`

note: run `memos-gen explain MG0201` for the rule and its evidence
"#
    );
    assert_eq!(
        said("spec:\n  scaling:\n    min: 1\n  cache: {}\n"),
        r#"error[MG0205]: `scaling.max` is missing
 --> memos.yaml:2:3
  |
2 |   scaling:
  |   ^^^^^^^ needs `max`
  |
  = help: add `max` in `scaling`: The most replicas

error[MG0205]: `cache.kind` is missing
 --> memos.yaml:4:3
  |
4 |   cache: {}
  |   ^^^^^ needs `kind`
  |
  = help: add `kind` in `cache`

note: run `memos-gen explain MG0205` for the rule and its evidence
"#
    );
    assert_eq!(
        said("profile: aws\n"),
        r#"error[MG0205]: `spec` is missing
 --> memos.yaml:1:1
  |
1 | profile: aws
  | ^^^^^^^^^^^^ needs `spec`
  |
  = help: add `spec` in the document

note: run `memos-gen explain MG0205` for the rule and its evidence
"#
    );
    assert_eq!(
        said("spec:\n  cache:\n    kind: none\n    tls: true\n"),
        r#"error[MG0201]: `cache.tls` is a field of `cache.kind: redis` alone
 --> memos.yaml:4:5
  |
3 |     kind: none
  |           ---- chosen
4 |     tls: true
  |     ^^^ not known here
  |
  = help: say `cache.kind: redis` as well, or leave `tls` out

note: run `memos-gen explain MG0201` for the rule and its evidence
"#
    );
}

#[test]
fn types() {
    assert_eq!(
        said("spec:\n  scaling: {max: \"3\", min: 1.5}\n  image: {tag: 1.10}\n  host: true\n"),
        r#"error[MG0202]: `scaling.max` must be a whole number, not text
 --> memos.yaml:2:18
  |
2 |   scaling: {max: "3", min: 1.5}
  |                  ^^^ expected a whole number
  |
  = help: remove the quotes: `3`

error[MG0202]: `scaling.min` must be a whole number, not the number 1.5
 --> memos.yaml:2:28
  |
2 |   scaling: {max: "3", min: 1.5}
  |                            ^^^ expected a whole number
  |
  = help: write a whole number

error[MG0202]: `image.tag` must be text, not the number 1.1
 --> memos.yaml:3:16
  |
3 |   image: {tag: 1.10}
  |                ^^^^ expected text
  |
  = help: quote it: `"1.10"`

error[MG0202]: `host` must be text, not the boolean true
 --> memos.yaml:4:9
  |
4 |   host: true
  |         ^^^^ expected text
  |
  = help: quote it: `"true"`

note: run `memos-gen explain MG0202` for the rule and its evidence
"#
    );
    assert_eq!(
        said("spec:\n  scaling:\n  zones: a\n  cache: [kind]\n  ratio: x\n"),
        r#"error[MG0202]: `scaling` must be a map, not empty
 --> memos.yaml:2:11
  |
2 |   scaling:
  |           ^ expected a map
  |
  = help: write a value, or leave the key out

error[MG0202]: `zones` must be a list, not text
 --> memos.yaml:3:10
  |
3 |   zones: a
  |          ^ expected a list
  |
  = help: write a list: `[a, b]`, or `- ` before each item

error[MG0202]: `cache` must be a map, not a list
 --> memos.yaml:4:10
  |
4 |   cache: [kind]
  |          ^^^^^^ expected a map
  |
  = help: write `key: value` lines below it

error[MG0202]: `ratio` must be a number, not text
 --> memos.yaml:5:10
  |
5 |   ratio: x
  |          ^ expected a number
  |
  = help: write a number

note: run `memos-gen explain MG0202` for the rule and its evidence
"#
    );
}

#[test]
fn values() {
    assert_eq!(
        said("spec:\n  scaling: {max: 51, min: 0, mode: replica}\n  cache: {kind: sentinel}\n  load: huge\n"),
        r#"error[MG0204]: `scaling.max` must be at most 50, not 51
 --> memos.yaml:2:18
  |
2 |   scaling: {max: 51, min: 0, mode: replica}
  |                  ^^ must be at most 50
  |
  = help: allowed: at most 50

error[MG0204]: `scaling.min` must be at least 1, not 0
 --> memos.yaml:2:27
  |
2 |   scaling: {max: 51, min: 0, mode: replica}
  |                           ^ must be at least 1
  |
  = help: allowed: at least 1

error[MG0203]: `scaling.mode` cannot be `replica`
 --> memos.yaml:2:36
  |
2 |   scaling: {max: 51, min: 0, mode: replica}
  |                                    ^^^^^^^ not one of the known values
  |
  = help: did you mean `replicas`?
  = help: one of `single`, `standby`, `replicas`

error[MG0203]: `cache.kind` cannot be `sentinel`
 --> memos.yaml:3:17
  |
3 |   cache: {kind: sentinel}
  |                 ^^^^^^^^ not one of the known values
  |
  = help: one of `none`, `redis`

error[MG0203]: `load` cannot be `huge`
 --> memos.yaml:4:9
  |
4 |   load: huge
  |         ^^^^ not one of the known values
  |
  = help: one of `small`, `large`

note: run `memos-gen explain CODE` for the rules and their evidence: MG0203, MG0204
"#
    );
    assert_eq!(
        said("spec:\n  image: {tag: A-VERY-LONG-TAG}\n  host: https://x\n  zones: [a]\n  ratio: 0\n"),
        r#"error[MG0204]: `image.tag` must have at most 8 characters
 --> memos.yaml:2:16
  |
2 |   image: {tag: A-VERY-LONG-TAG}
  |                ^^^^^^^^^^^^^^^ must have at most 8 characters
  |
  = help: allowed: at most 8 characters

error[MG0206]: `image.tag` is not written as it must be
 --> memos.yaml:2:16
  |
2 |   image: {tag: A-VERY-LONG-TAG}
  |                ^^^^^^^^^^^^^^^ not of the right form
  |
  = help: it must match `^[a-z0-9.]+$`

error[MG0206]: `host` is `https://x`, which is not a valid host: leave the scheme out
 --> memos.yaml:3:9
  |
3 |   host: https://x
  |         ^^^^^^^^^ not a valid host
  |
  = help: run `memos-gen explain host` for its form

error[MG0204]: `zones` must have at least 2 items
 --> memos.yaml:4:10
  |
4 |   zones: [a]
  |          ^^^ must have at least 2 items
  |
  = help: allowed: at least 2 items

error[MG0204]: `ratio` must be more than 0, not 0
 --> memos.yaml:5:10
  |
5 |   ratio: 0
  |          ^ must be more than 0
  |
  = help: it must be more than 0

note: run `memos-gen explain CODE` for the rules and their evidence: MG0204, MG0206
"#
    );
    assert_eq!(
        said("spec:\n  zones: [a, a]\n"),
        r#"error[MG0204]: `zones` must not name an item twice
 --> memos.yaml:2:10
  |
2 |   zones: [a, a]
  |          ^^^^^^ must not name an item twice
  |
  = help: it must not name an item twice

note: run `memos-gen explain MG0204` for the rule and its evidence
"#
    );
}

#[test]
fn a_place_that_no_text_has_is_given_by_the_map_around_it() {
    let finding = Finding {
        pointer: "/spec/scaling/max".to_owned(),
        kind: FindingKind::OutOfRange { limit: "be at least 1".to_owned(), allowed: None, found: json!(0) },
    };
    let mut sources = Sources::default();
    let file = sources.add("memos.yaml", "spec: {}\n", Origin::File);
    let spec = NodeSpan { key: None, value: Span { file, start: 6, end: 8 } };
    let found = diagnostics(&sources, &[finding], |pointer| (pointer == "/spec").then_some(spec));
    assert_eq!(found[0].message, "`scaling.max` must be at least 1, not 0");
    assert_eq!(found[0].primary.as_ref().unwrap().span, spec.value);
}
