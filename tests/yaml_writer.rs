//! The YAML writer against its own rules and against the YAML readers that this package depends on.

use memos_gen::emit::yaml::document;
use proptest::prelude::*;
use serde_json::{Value, json};

#[path = "support/strings.rs"]
mod strings;

/// The given texts at every kind of place: value, key, item, item of an item, value of a map in a list.
fn everywhere(texts: &[String]) -> Value {
    let by_text: serde_json::Map<_, _> = texts.iter().map(|text| (text.clone(), Value::from(text.as_str()))).collect();
    let nested: serde_json::Map<_, _> = texts.iter().map(|text| (text.clone(), json!({text: [text]}))).collect();
    json!({
        "data": by_text,
        "spec": nested,
        "args": texts,
        "lists": texts.iter().map(|text| json!([[text, text], text])).collect::<Vec<_>>(),
        "env": texts.iter().map(|text| json!({"name": text, "value": text})).collect::<Vec<_>>(),
    })
}

fn read(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

#[track_caller]
fn assert_written(value: &Value, expected: &str) {
    let written = document(value);
    assert_eq!(written, expected);
    assert_eq!(&read(&written), value);
}

#[test]
fn there_are_enough_tricky_strings() {
    let strings: std::collections::BTreeSet<_> = strings::tricky().into_iter().collect();
    assert!(strings.len() >= 223, "only {} distinct strings", strings.len());
}

#[test]
fn every_tricky_string_is_read_back_at_every_place() {
    for text in strings::tricky() {
        let value = everywhere(&[text]);
        assert_eq!(read(&document(&value)), value);
    }
}

#[test]
fn a_deployment_is_written_as_people_write_it() {
    let deployment = json!({
        "spec": {
            "template": {
                "spec": {
                    "volumes": [{"emptyDir": {}, "name": "data"}],
                    "containers": [{
                        "volumeMounts": [{"mountPath": "/var/opt/memos", "name": "data"}],
                        "resources": {"requests": {"memory": "128Mi", "cpu": "100m"}, "limits": {"memory": "1Gi"}},
                        "readinessProbe": {"timeoutSeconds": 2, "httpGet": {"port": "http", "path": "/healthz"}},
                        "ports": [{"protocol": "TCP", "name": "http", "containerPort": 5230}],
                        "name": "memos",
                        "image": "neosmemo/memos:0.26.0",
                        "env": [
                            {"value": "5230", "name": "MEMOS_PORT"},
                            {"value": "prod", "name": "MEMOS_MODE"},
                            {"name": "MEMOS_DSN", "valueFrom": {"secretKeyRef": {"name": "memos", "key": "dsn"}}},
                        ],
                        "args": ["--mode", "on"],
                        "command": ["/bin/sh", "-c", "set -eu\nexec memos\n"],
                    }],
                },
                "metadata": {"labels": {"app.kubernetes.io/name": "memos", "app.kubernetes.io/component": "web"}},
            },
            "selector": {"matchLabels": {"app.kubernetes.io/name": "memos"}},
            "replicas": 2,
            "paused": false,
        },
        "metadata": {"namespace": "memos", "labels": {}, "name": "memos"},
        "kind": "Deployment",
        "apiVersion": "apps/v1",
    });
    assert_written(
        &deployment,
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: memos
  namespace: memos
  labels: {}
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: memos
  template:
    metadata:
      labels:
        app.kubernetes.io/component: web
        app.kubernetes.io/name: memos
    spec:
      containers:
      - name: memos
        image: neosmemo/memos:0.26.0
        command:
        - /bin/sh
        - \"-c\"
        - |
          set -eu
          exec memos
        args:
        - \"--mode\"
        - \"on\"
        ports:
        - name: http
          containerPort: 5230
          protocol: TCP
        env:
        - name: MEMOS_PORT
          value: \"5230\"
        - name: MEMOS_MODE
          value: prod
        - name: MEMOS_DSN
          valueFrom:
            secretKeyRef:
              name: memos
              key: dsn
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 1Gi
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
          timeoutSeconds: 2
        volumeMounts:
        - name: data
          mountPath: /var/opt/memos
      volumes:
      - name: data
        emptyDir: {}
  paused: false
",
    );
}

#[test]
fn text_with_line_breaks_is_a_block_unless_that_would_lose_something() {
    let cases = [
        ("a\nb", "k: |-\n  a\n  b\n"),
        ("a\nb\n", "k: |\n  a\n  b\n"),
        ("a\nb\n\n", "k: |+\n  a\n  b\n\n"),
        ("  a\nb\n", "k: |2\n    a\n  b\n"),
        ("\na\n", "k: |2\n\n  a\n"),
        ("a\n\n\tb", "k: |-\n  a\n\n  \tb\n"),
        ("\ta\nb", "k: \"\\ta\\nb\"\n"),
        ("a \nb", "k: \"a \\nb\"\n"),
        ("a\n \nb", "k: \"a\\n \\nb\"\n"),
        ("a\r\nb", "k: \"a\\r\\nb\"\n"),
        ("a\u{85}\nb", "k: \"a\\u0085\\nb\"\n"),
        ("a\u{a0}\nb", "k: \"a\\u00a0\\nb\"\n"),
        ("\n", "k: \"\\n\"\n"),
        ("日本\n語", "k: |-\n  日本\n  語\n"),
    ];
    for (text, expected) in cases {
        assert_written(&json!({"k": text}), expected);
    }
}

#[test]
fn strings_are_plain_only_where_no_reader_could_doubt() {
    let plain = ["a", "/a/b", "$(VAR)", "a b", "http://a:80/b", "512Mi", "30s", "100m", "a=b", "a@b.c", "yesno", "a~"];
    for text in plain {
        assert_written(&json!({"k": text}), &format!("k: {text}\n"));
    }
    let quoted =
        ["", "on", "Y", "nUll", "NaN", "Infinity", "1", "1_000", "1.5Gi", "2001-01-01", "10.0.0.0/8", "a: b", "a:"];
    for text in quoted.into_iter().chain(["a #b", "a ", "~", ".5", "-a", "é", "<<", "=", "{{ a }}", "a,b", "*"]) {
        assert_written(&json!({"k": text}), &format!("k: \"{text}\"\n"));
    }
    assert_written(&json!({"k": "\u{202e}\u{10ffff}\"\\"}), "k: \"\\u202e\\U0010ffff\\\"\\\\\"\n");
}

#[test]
fn numbers_keep_their_type_in_yaml_1_1() {
    assert_written(&json!({"k": 1e21}), "k: 1.0e+21\n");
    assert_written(&json!({"k": 1.5e-9}), "k: 1.5e-9\n");
    assert_written(
        &json!({"k": [0.5, -3, u64::MAX, i64::MIN]}),
        "k:\n- 0.5\n- -3\n- 18446744073709551615\n- -9223372036854775808\n",
    );
}

#[test]
fn collections_nest() {
    assert_written(
        &json!({"a": [[1, [2]], [], {}, {"b": {"c": [{"d": []}]}}], "e": {}, "f": null}),
        "a:\n- - 1\n  - - 2\n- []\n- {}\n- b:\n    c:\n    - d: []\ne: {}\nf: null\n",
    );
    assert_written(&json!([1, "a\nb"]), "- 1\n- |-\n  a\n  b\n");
    assert_written(&json!("a\nb"), "\"a\\nb\"\n");
    assert_written(&json!({}), "{}\n");
}

#[test]
fn a_key_that_is_too_long_for_readers_is_marked_as_key() {
    let key = "x".repeat(1_025);
    assert_written(&json!({"a": {&key: {"b": [1]}}}), &format!("a:\n  ? {key}\n  :\n    b:\n    - 1\n"));
    assert_written(&json!({&key: [1]}), &format!("? {key}\n:\n- 1\n"));
}

/// Any JSON value with any strings.
fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        proptest::sample::select(strings::tricky()),
        "[ \\-:#a\n\t'\"|>{}0-9]{0,12}",
        any::<u64>().prop_map(|seed| strings::Random(seed).string()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect(),
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_read_back(value in any_value()) {
        prop_assert_eq!(read(&document(&value)), value);
    }

    #[test]
    fn the_order_in_which_a_map_was_filled_does_not_matter(value in any_value()) {
        prop_assert_eq!(document(&value), document(&reversed(&value)));
    }

    #[test]
    fn the_text_stays_one_document_of_whole_lines(value in any_value()) {
        let written = document(&value);
        prop_assert!(written.ends_with('\n'));
        prop_assert!(!written.contains('\r'));
        prop_assert!(written.lines().all(|line| !line.starts_with("---") && !line.starts_with("...")));
        prop_assert!(written.lines().all(|line| !line.ends_with([' ', '\t'])), "a line ends with a blank");
    }
}
