use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::source::Origin;

fn read(text: &str) -> (Sources, Option<Setting>, Diagnostics) {
    let mut sources = Sources::default();
    let file = sources.add("--set", text, Origin::Setting);
    let mut diagnostics = Diagnostics::default();
    let setting = parse(&sources, file, &mut diagnostics);
    (sources, setting, diagnostics)
}

fn value(text: &str) -> Value {
    read(text).1.unwrap().document.value
}

fn problem(text: &str) -> String {
    let (sources, setting, diagnostics) = read(text);
    assert!(setting.is_none());
    let lines: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.primary.as_ref().unwrap().span;
            let help = diagnostic.help.join("; ");
            format!("{} {} {} | {help}", sources.location(span), diagnostic.code.text(), diagnostic.message)
        })
        .collect();
    lines.join("\n")
}

#[test]
fn paths_lead_into_the_spec_or_the_envelope() {
    assert_eq!(value("scaling.max=6"), json!({"spec": {"scaling": {"max": 6}}}));
    assert_eq!(value("a.b=[1,two]"), json!({"spec": {"a": {"b": [1, "two"]}}}));
    assert_eq!(value("x=\"no\""), json!({"spec": {"x": "no"}}));
    assert_eq!(value("x=\"\""), json!({"spec": {"x": ""}}));
    assert_eq!(value("x=null"), json!({"spec": {"x": null}}));
    assert_eq!(value("x=a=b"), json!({"spec": {"x": "a=b"}}));
    assert_eq!(value("memos={version: 0.30.0}"), json!({"spec": {"memos": {"version": "0.30.0"}}}));
    assert_eq!(value("labels.\"a.b/c\"=d"), json!({"spec": {"labels": {"a.b/c": "d"}}}));
    assert_eq!(value("metadata.name=notes"), json!({"metadata": {"name": "notes"}}));
    assert_eq!(value("profile=aws"), json!({"profile": "aws"}));
    assert_eq!(value("a[2].b=1"), json!({"spec": {"a": [null, null, {"b": 1}]}}));
}

#[test]
fn the_steps_and_the_bare_value_are_kept() {
    let setting = read("a[2].b={c: 1}").1.unwrap();
    let keys = |key: &str| Step::Key(key.to_owned());
    assert_eq!(setting.steps, [keys("spec"), keys("a"), Step::Item(2), keys("b")]);
    assert_eq!(setting.value, json!({"c": 1}));
}

#[test]
fn places_lie_in_the_setting() {
    let text = "a[1].\"b.c\"={d: 7}";
    let (_, setting, _) = read(text);
    let document = setting.unwrap().document;
    let slice = |span: Span| &text[span.start..span.end];
    let places: Vec<(&str, Option<&str>, &str)> =
        document.spans.iter().map(|(pointer, at)| (pointer.as_str(), at.key.map(slice), slice(at.value))).collect();
    assert_eq!(
        places,
        [
            ("", None, text),
            ("/spec", Some(text), text),
            ("/spec/a", Some("a"), text),
            ("/spec/a/1", None, "[1].\"b.c\"={d: 7}"),
            ("/spec/a/1/b.c", Some("\"b.c\""), "{d: 7}"),
            ("/spec/a/1/b.c/d", Some("d"), "7"),
        ]
    );
}

#[test]
fn faults_have_a_place_and_a_cure() {
    assert_eq!(
        problem(""),
        r#"--set:1:1 MG0111 a key is missing in the path | write `--set path=value`, for example `--set scaling.max=6`"#
    );
    assert_eq!(
        problem("=1"),
        r#"--set:1:1 MG0111 a key is missing in the path | write `--set path=value`, for example `--set scaling.max=6`"#
    );
    assert_eq!(
        problem("scaling.max"),
        r#"--set:1:12 MG0111 `=` is missing | write `--set path=value`, for example `--set scaling.max=6`"#
    );
    assert_eq!(
        problem("scaling.max="),
        r#"--set:1:12 MG0111 `scaling.max` has no value | write the value behind `=`; `path=""` is the empty text"#
    );
    assert_eq!(
        problem("scaling..max=1"),
        r#"--set:1:9 MG0111 a key is missing in the path | write `--set path=value`, for example `--set scaling.max=6`"#
    );
    assert_eq!(
        problem("scaling max=1"),
        r#"--set:1:8 MG0111 ` ` cannot stand in a path | put a key with dots or blanks in double quotes, for example `labels."example.com/team"=a`"#
    );
    assert_eq!(
        problem("a.\"b=1"),
        r#"--set:1:3 MG0111 a quoted key has no end | put a key with dots or blanks in double quotes, for example `labels."example.com/team"=a`"#
    );
    assert_eq!(
        problem("a[x]=1"),
        r#"--set:1:2 MG0111 a list item without its number | write the number of the item, counted from 0, for example `items[0]`"#
    );
    assert_eq!(
        problem("a[=1"),
        r#"--set:1:2 MG0111 a list item without its number | write the number of the item, counted from 0, for example `items[0]`"#
    );
    assert_eq!(
        problem("a[999]=1"),
        r#"--set:1:2 MG0111 a list item above 255 cannot be set | write the number of the item, counted from 0, for example `items[0]`"#
    );
    assert_eq!(
        problem("spec.scaling.max=1"),
        r#"--set:1:1 MG0111 paths are written without `spec.` | leave `spec.` out, for example `--set scaling.max=6`"#
    );
    assert_eq!(problem("kind=Other"), r#"--set:1:1 MG0111 `apiVersion` and `kind` are fixed | leave this setting out"#);
    assert_eq!(
        problem("a.b=yes"),
        r#"--set:1:5 MG0106 `yes` is the boolean true in YAML 1.1 and text in YAML 1.2 | quote it if it is text: `"yes"`; or write `true` if that is meant"#
    );
    assert_eq!(
        problem("a.b={c: 1, c: on}"),
        r#"--set:1:12 MG0104 the key `c` is given twice | keep one of the two, or merge what they hold
--set:1:15 MG0106 `on` is the boolean true in YAML 1.1 and text in YAML 1.2 | quote it if it is text: `"on"`; or write `true` if that is meant"#
    );
    assert_eq!(
        problem("a.b=[1"),
        r#"--set:1:5 MG0103 `[` is not closed | add the bracket that closes it, or write one item a line"#
    );
    assert_eq!(
        problem("a.b=\u{7}"),
        r#"--set:1:5 MG0107 U+0007 (a control character) is not allowed in a spec | remove it: YAML readers drop, fold or refuse this character, each in its own way"#
    );
}

proptest! {
    #[test]
    fn nothing_panics(text in "(\\PC|[a-c.=\\[\\]\"0-9 \n\u{85}]){0,40}") {
        let (_, setting, diagnostics) = read(&text);
        prop_assert_eq!(setting.is_none(), diagnostics.has_errors());
    }

    #[test]
    fn the_value_stands_at_its_path(keys in prop::collection::vec("[a-z]{1,6}", 1..5), number in any::<i32>()) {
        prop_assume!(!["spec", "kind", "metadata", "profile"].contains(&keys[0].as_str()));
        let setting = read(&format!("{}={number}", keys.join("."))).1.unwrap();
        let pointer = format!("/spec/{}", keys.join("/"));
        prop_assert_eq!(setting.document.value.pointer(&pointer), Some(&json!(number)));
        prop_assert!(setting.document.spans.contains_key(&pointer));
    }
}
