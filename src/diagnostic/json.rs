//! Diagnostics as one JSON document, for programs.

use serde_json::{Map, Value, json};

use super::{Diagnostic, Diagnostics, Label};
use crate::source::Sources;

/// `{"diagnostics": […]}` in the order of [`Diagnostics::sorted`], with one line feed at the end.
///
/// Lines and columns count from 1, columns in characters; the end is behind the last character. A finding without a
/// place has no `file` and no positions.
pub fn text(sources: &Sources, diagnostics: &Diagnostics) -> String {
    let list: Vec<Value> = diagnostics.sorted().into_iter().map(|diagnostic| object(sources, diagnostic)).collect();
    format!("{:#}\n", json!({"diagnostics": list}))
}

fn object(sources: &Sources, diagnostic: &Diagnostic) -> Value {
    let mut object = Map::new();
    object.insert("code".to_owned(), json!(diagnostic.code.text()));
    object.insert("severity".to_owned(), json!(diagnostic.severity.word()));
    object.insert("message".to_owned(), json!(diagnostic.message));
    if let Some(label) = &diagnostic.primary {
        object.extend(place(sources, label));
        object.insert("label".to_owned(), json!(label.text));
    }
    let labels: Vec<Value> = diagnostic
        .secondary
        .iter()
        .map(|label| {
            let mut object = place(sources, label);
            object.insert("label".to_owned(), json!(label.text));
            Value::Object(object)
        })
        .collect();
    object.insert("labels".to_owned(), json!(labels));
    object.insert("help".to_owned(), json!(diagnostic.help));
    Value::Object(object)
}

fn place(sources: &Sources, label: &Label) -> Map<String, Value> {
    let (line, column) = sources.line_column(label.span.file, label.span.start);
    let (end_line, end_column) = sources.line_column(label.span.file, label.span.end);
    Map::from_iter([
        ("file".to_owned(), json!(sources.get(label.span.file).name)),
        ("line".to_owned(), json!(line)),
        ("column".to_owned(), json!(column)),
        ("endLine".to_owned(), json!(end_line)),
        ("endColumn".to_owned(), json!(end_column)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::sample;

    #[test]
    fn every_part_is_there() {
        let (sources, diagnostics) = sample::findings();
        assert_eq!(
            text(&sources, &diagnostics),
            r#"{
  "diagnostics": [
    {
      "code": "MG0202",
      "severity": "error",
      "message": "`scaling.max` must be a whole number, not text",
      "file": "deploy/my memos.yaml",
      "line": 2,
      "column": 16,
      "endLine": 2,
      "endColumn": 24,
      "label": "expected a whole number",
      "labels": [
        {
          "file": "profiles/aws.yaml",
          "line": 2,
          "column": 8,
          "endLine": 2,
          "endColumn": 9,
          "label": "set here before"
        }
      ],
      "help": [
        "write a whole number"
      ]
    },
    {
      "code": "MG0209",
      "severity": "warning",
      "message": "100 % of, this: a\nplaceholder is left",
      "file": "--set",
      "line": 1,
      "column": 12,
      "endLine": 1,
      "endColumn": 18,
      "label": "",
      "labels": [],
      "help": []
    },
    {
      "code": "MG0207",
      "severity": "error",
      "message": "no profile is named",
      "labels": [],
      "help": [
        "add `--profile aws`"
      ]
    }
  ]
}
"#
        );
    }

    #[test]
    fn no_findings_are_an_empty_list() {
        assert_eq!(text(&Sources::default(), &Diagnostics::default()), "{\n  \"diagnostics\": []\n}\n");
    }
}
