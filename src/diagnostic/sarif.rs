//! Diagnostics as SARIF 2.1.0, which code scanning services read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Code, Diagnostic, Diagnostics, Label, Severity};
use crate::source::{Origin, Sources, Span};

/// One SARIF log with one run, with one line feed at the end. The results are in the order of [`Diagnostics::sorted`].
///
/// `version` is the program's. Columns count characters (`unicodeCodePoints`); files are relative to the working directory.
pub fn text(sources: &Sources, diagnostics: &Diagnostics, version: &str) -> String {
    let sorted = diagnostics.sorted();
    let codes: BTreeSet<Code> = sorted.iter().map(|diagnostic| diagnostic.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "memos-gen",
                "semanticVersion": version,
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": sorted.iter().map(|diagnostic| result(sources, &codes, diagnostic)).collect::<Vec<_>>(),
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: Code) -> Value {
    let explanation = code.explanation();
    let full = explanation.split("\n\n").nth(1).unwrap_or_default().replace('\n', " ");
    let full = if full.is_empty() { code.title().to_owned() } else { full };
    json!({
        "id": code.text(),
        "shortDescription": {"text": code.title()},
        "fullDescription": {"text": full.trim()},
        "help": {"text": explanation, "markdown": explanation},
        "defaultConfiguration": {"level": level(code.severity())},
    })
}

fn level(severity: Severity) -> &'static str {
    severity.word()
}

fn result(sources: &Sources, codes: &[Code], diagnostic: &Diagnostic) -> Value {
    let help: String = diagnostic.help.iter().map(|help| format!("\n{help}")).collect();
    let mut result = json!({
        "ruleId": diagnostic.code.text(),
        "ruleIndex": codes.iter().position(|code| *code == diagnostic.code),
        "level": level(diagnostic.severity),
        "message": {"text": format!("{}{help}", diagnostic.message)},
    });
    if let Some(label) = &diagnostic.primary {
        result["locations"] = json!([location(sources, label, None)]);
    }
    if !diagnostic.secondary.is_empty() {
        let related = diagnostic.secondary.iter().enumerate();
        let related: Vec<Value> = related.map(|(id, label)| location(sources, label, Some(id))).collect();
        result["relatedLocations"] = json!(related);
    }
    result
}

fn location(sources: &Sources, label: &Label, id: Option<usize>) -> Value {
    let source = sources.get(label.span.file);
    let mut location = json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&source.name)},
        "region": region(sources, label.span),
    }});
    if source.origin != Origin::File {
        // Parts of the program and settings of the command line are no files of the repository.
        location = json!({"logicalLocations": [{"fullyQualifiedName": sources.location(label.span)}]});
    }
    if let Some(id) = id {
        location["id"] = json!(id);
    }
    if !label.text.is_empty() {
        location["message"] = json!({"text": label.text});
    }
    location
}

fn region(sources: &Sources, span: Span) -> Value {
    let (line, column) = sources.line_column(span.file, span.start);
    let (end_line, end_column) = sources.line_column(span.file, span.end);
    json!({"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column})
}

/// A path as a relative URI reference: bytes that are not unreserved are percent-encoded, `/` parts it.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.trim_start_matches("./").replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::sample;

    fn log() -> Value {
        let (sources, diagnostics) = sample::findings();
        serde_json::from_str(&text(&sources, &diagnostics, "0.1.0")).unwrap()
    }

    #[test]
    fn results_have_places_in_characters() {
        let results = format!("{:#}", log()["runs"][0]["results"]);
        assert_eq!(
            results,
            r#"[
  {
    "ruleId": "MG0202",
    "ruleIndex": 0,
    "level": "error",
    "message": {
      "text": "`scaling.max` must be a whole number, not text\nwrite a whole number"
    },
    "locations": [
      {
        "physicalLocation": {
          "artifactLocation": {
            "uri": "deploy/my%20memos.yaml"
          },
          "region": {
            "startLine": 2,
            "startColumn": 16,
            "endLine": 2,
            "endColumn": 24
          }
        },
        "message": {
          "text": "expected a whole number"
        }
      }
    ],
    "relatedLocations": [
      {
        "logicalLocations": [
          {
            "fullyQualifiedName": "profiles/aws.yaml:2:8"
          }
        ],
        "id": 0,
        "message": {
          "text": "set here before"
        }
      }
    ]
  },
  {
    "ruleId": "MG0209",
    "ruleIndex": 2,
    "level": "warning",
    "message": {
      "text": "100 % of, this: a\nplaceholder is left"
    },
    "locations": [
      {
        "logicalLocations": [
          {
            "fullyQualifiedName": "--set:1:12"
          }
        ]
      }
    ]
  },
  {
    "ruleId": "MG0207",
    "ruleIndex": 1,
    "level": "error",
    "message": {
      "text": "no profile is named\nadd `--profile aws`"
    }
  }
]"#
        );
    }

    #[test]
    fn rules_are_those_of_the_results() {
        let log = log();
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["MG0202", "MG0207", "MG0209"]);
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
        for rule in rules {
            assert!(rule["fullDescription"]["text"].as_str().unwrap().len() > 40);
        }
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("./deploy/my memos#1.yaml"), "deploy/my%20memos%231.yaml");
        assert_eq!(uri("é.yaml"), "%C3%A9.yaml");
    }
}
