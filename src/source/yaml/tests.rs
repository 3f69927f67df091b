use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::source::Origin;

fn read(text: &str) -> (Sources, Option<Document>, Diagnostics) {
    let mut sources = Sources::default();
    let file = sources.add("m", text, Origin::File);
    let mut diagnostics = Diagnostics::default();
    let document = parse(&sources, file, &mut diagnostics);
    (sources, document, diagnostics)
}

/// Every problem on a line: place, code, message, and the text at the place.
fn problems(text: &str) -> String {
    let (sources, document, diagnostics) = read(text);
    assert_eq!(document.is_none(), diagnostics.has_errors());
    let lines: Vec<String> = diagnostics
        .sorted()
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.primary.as_ref().unwrap().span;
            let at = sources.location(span);
            format!(
                "{at} {} {} [{}]",
                diagnostic.code.text(),
                diagnostic.message,
                text[span.start..span.end].escape_debug()
            )
        })
        .collect();
    lines.join("\n")
}

#[test]
fn values_keep_their_order_and_kind() {
    let (_, document, _) = read("z: 1\na:\n- x\n- \"no\"\n- {k: true, e: }\n- 1.10\nt: |\n  a\n  b\n");
    let value = document.unwrap().value;
    assert_eq!(value, json!({"z": 1, "a": ["x", "no", {"k": true, "e": null}, 1.1], "t": "a\nb\n"}));
    assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["z", "a", "t"]);
}

#[test]
fn every_part_has_its_place() {
    let text = "é: 1\nb/~:\n  c:\n  - x\n  - {d: \"e\"}\n  t: >-\n    a\n    b\n\n# end\ng:\n";
    let (sources, document, _) = read(text);
    let document = document.unwrap();
    let slice = |span: Span| &sources.get(document.file).text[span.start..span.end];
    let places: Vec<(&str, Option<&str>, &str)> =
        document.spans.iter().map(|(pointer, at)| (pointer.as_str(), at.key.map(slice), slice(at.value))).collect();
    assert_eq!(
        places,
        [
            ("", None, text.trim_end()),
            ("/b~1~0", Some("b/~"), "c:\n  - x\n  - {d: \"e\"}\n  t: >-\n    a\n    b"),
            ("/b~1~0/c", Some("c"), "- x\n  - {d: \"e\"}"),
            ("/b~1~0/c/0", None, "x"),
            ("/b~1~0/c/1", None, "{d: \"e\"}"),
            ("/b~1~0/c/1/d", Some("d"), "\"e\""),
            ("/b~1~0/t", Some("t"), ">-\n    a\n    b"),
            ("/g", Some("g"), ""),
            ("/é", Some("é"), "1"),
        ]
    );
}

#[test]
fn all_problems_of_a_text_are_reported() {
    let text = "a: yes\nb: &x 1\nc: *x\nd: !!str 1\na: 2\n1: x\n? [k]\n: v\n<<: {}\non: 1\ne: \"\\u0085\"\n";
    assert_eq!(
        problems(text),
        r#"m:1:4 MG0106 `yes` is the boolean true in YAML 1.1 and text in YAML 1.2 [yes]
m:2:4 MG0105 the anchor `&x`: anchors and aliases are not read [&x]
m:3:4 MG0105 the alias `*x`: anchors and aliases are not read [*x]
m:4:4 MG0112 the tag `!!str`: tags are not read [!!str]
m:5:1 MG0104 the key `a` is given twice [a]
m:6:1 MG0110 the key `1` is a number, not text [1]
m:7:3 MG0110 a key is a list or a map, not text []
m:9:1 MG0105 merge keys are not read [<<]
m:10:1 MG0106 `on` is the boolean true in YAML 1.1 and text in YAML 1.2 [on]
m:11:5 MG0107 U+0085 (NEL, a C1 line break) is not allowed in a spec [\\u0085]"#
    );
}

#[test]
fn broken_text_is_explained() {
    assert_eq!(problems("a:\n\tb: c\n"), r#"m:2:2 MG0103 a tab is used as indentation [b]"#);
    assert_eq!(problems("a: b: c\n"), r#"m:1:5 MG0103 a `key: value` cannot stand here [:]"#);
    assert_eq!(problems("a: 1\n  b: 2\n"), r#"m:2:4 MG0103 a `key: value` cannot stand here [:]"#);
    assert_eq!(problems("a: \"x\n"), r#"m:2:1 MG0103 a quoted text goes on in a line without indentation []"#);
    assert_eq!(problems("a: [1, 2\nb: 3\n"), r#"m:2:2 MG0103 a `key: value` cannot stand here [:]"#);
    assert_eq!(problems("a: {b: 1]\n"), r#"m:1:4 MG0103 `{` is closed by `]` [{]"#);
    assert_eq!(problems("a: @x\n"), r#"m:1:4 MG0103 a plain text cannot start with `@` [@]"#);
    assert_eq!(problems("a: \"\\q\"\n"), r#"m:1:4 MG0103 an unknown escape in a double-quoted text [\"]"#);
    assert_eq!(problems("a: \"x\" y\n"), r#"m:1:8 MG0103 text behind the closing quote [y]"#);
    assert_eq!(problems("%YAML 1.1\n---\na: 1\n"), r#"m:1:1 MG0103 a YAML directive [%]"#);
    assert_eq!(problems("a: 1\nb\n"), r#"m:2:1 MG0103 a key without `:` behind it [b]"#);
    assert_eq!(problems("a:\n- b\nc\n- d\n"), r#"m:3:1 MG0103 a key without `:` behind it [c]"#);
}

#[test]
fn exactly_one_document() {
    assert_eq!(problems("a: 1\n---\nb: yes\n"), r#"m:2:1 MG0109 there is more than one YAML document [---]"#);
    assert_eq!(problems("# nothing\n"), r#"m:1:1 MG0109 there is nothing in this file but blanks and comments []"#);
    assert_eq!(problems("---\n"), r#"m:1:1 MG0109 there is nothing in this file but blanks and comments []"#);
    assert_eq!(read("---\na: 1\n...\n").1.unwrap().value, json!({"a": 1}));
}

#[test]
fn an_image_tag_without_a_body_stays_text() {
    let (_, document, _) = read("v: 0.30.0\ni: ghcr.io/x/y:0.30\nq: \"1.10\"\n");
    assert_eq!(document.unwrap().value, json!({"v": "0.30.0", "i": "ghcr.io/x/y:0.30", "q": "1.10"}));
}

#[test]
fn forbidden_characters_do_not_hide_other_problems() {
    assert_eq!(
        problems("a: x\u{7}y\nb: no\nc: \"\u{2028}\"\n"),
        "m:1:5 MG0107 U+0007 (a control character) is not allowed in a spec [\\u{7}]\n\
         m:2:4 MG0106 `no` is the boolean false in YAML 1.1 and text in YAML 1.2 [no]\n\
         m:3:5 MG0107 U+2028 (the line separator) is not allowed in a spec [\\u{2028}]"
    );
    let (_, document, _) = read("a: 1\r\nb: |\r\n  x\r\n  y\r\n");
    assert_eq!(document.unwrap().value, json!({"a": 1, "b": "x\ny\n"}));
}

#[test]
fn limits_hold() {
    let nested = format!("{}{}", "[".repeat(64), "]".repeat(64));
    assert!(read(&nested).1.is_some());
    let deeper = "[".repeat(20_000);
    assert_eq!(problems(&deeper), "m:1:65 MG0108 values are nested more than 64 deep []");
    let block: String = (0..70).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(problems(&block), "m:65:65 MG0108 values are nested more than 64 deep []");
    let many = format!("[{}]", "1,".repeat(50_000));
    assert_eq!(problems(&many), "m:1:100000 MG0108 the text has more than 50000 values []");
    let (_, document, diagnostics) = read(&" ".repeat(decode::MAX_BYTES + 1));
    assert!(document.is_none() && diagnostics.iter().all(|diagnostic| diagnostic.code == Code::TooDeepOrLarge));
    let (_, _, diagnostics) = read(&"- yes\n".repeat(1000));
    assert_eq!(diagnostics.iter().count(), MAX_PROBLEMS);
    assert_eq!(diagnostics.iter().last().unwrap().help[2], "the text was not read further after 200 problems");
}

fn scalars() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9/.:_-]{0,12}"
            .prop_map(|text| text.trim_end_matches(':').to_owned())
            .prop_filter("means text in every version", |text| scalar::resolve(text) == Ok(json!(text))),
        "-?[1-9][0-9]{0,6}",
        "(true|false|null)",
        "\"[a-z 'é:#]{0,12}\"",
        "'[a-z \"é:#]{0,12}'",
    ]
}

/// Random spec-like text: maps and lists, in block and in flow form.
fn texts() -> impl Strategy<Value = String> {
    let flow = scalars().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec(inner, 0..4).prop_map(|items| {
                let pairs: Vec<String> = items.iter().enumerate().map(|(n, item)| format!("k{n}: {item}")).collect();
                format!("{{{}}}", pairs.join(", "))
            }),
        ]
    });
    prop::collection::vec((flow, any::<bool>()), 1..6).prop_map(|entries| {
        let line = |(n, (value, nested)): (usize, &(String, bool))| {
            if *nested {
                format!("k{n}:\n  - {value}\n  - k: {value} # c\n")
            } else {
                format!("\"k {n}\": {value}\n\n")
            }
        };
        entries.iter().enumerate().map(line).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        if let Ok(file) = decode::decode(&mut sources, "m", &bytes, Origin::File) {
            parse(&sources, file, &mut diagnostics);
        }
    }

    #[test]
    fn nothing_that_looks_like_yaml_panics(text in "([a-c]|[-:?,&*!|>%@`'\"#\\[\\]{} \n\t\r~<=]|yes|0x1|\\\\x0|\u{85}|\u{feff}|é){0,60}") {
        let (sources, document, diagnostics) = read(&text);
        prop_assert_eq!(document.is_none(), diagnostics.has_errors());
        crate::diagnostic::render::text(&sources, &diagnostics, true);
    }

    #[test]
    fn the_text_at_a_place_reads_as_the_value(text in texts()) {
        let (sources, document, diagnostics) = read(&text);
        prop_assert!(!diagnostics.has_errors(), "{:?}", diagnostics);
        let document = document.unwrap();
        for (pointer, place) in &document.spans {
            let value = document.value.pointer(pointer).unwrap();
            let span = place.value;
            let (_, column) = sources.line_column(span.file, span.start);
            // The indentation of the first line is not part of the range.
            let slice = format!("{}{}", " ".repeat(column - 1), &text[span.start..span.end]);
            prop_assert_eq!(&read(&slice).1.unwrap().value, value, "{}", pointer);
        }
    }

    #[test]
    fn the_independent_reader_agrees(text in texts()) {
        let document = read(&text).1.unwrap();
        prop_assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), document.value);
    }
}
