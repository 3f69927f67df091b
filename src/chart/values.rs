//! `values.yaml`: every value with what it is for, in the comments that helm-docs and editors read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::field::{Entry, Field, Section, offered};
use super::words::{HELM_TITLE, Row, ValueWords, rows};
use crate::emit::yaml;

/// The longest line.
const WIDTH: usize = 130;

/// What the values are, for those who open the file.
const HEAD: &str = "\
The values of the chart are fields of the memos-gen spec, with the same names, meanings and defaults. A value that is null is
decided by the compiler's rules, which the templates follow; `@default` says what comes out. All fields of all kinds of a choice
stand side by side; those of the kinds that are not chosen have to stay null.
";

/// The text of `values.yaml`.
pub fn values_yaml() -> String {
    let offered = offered();
    let rows = rows(&offered);
    let by_path: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.path.as_str(), row)).collect();
    let mut out = "# yaml-language-server: $schema=values.schema.json\n\n".to_owned();
    comment(&mut out, 0, HEAD);
    out.push('\n');
    for row in rows.iter().filter(|row| row.title == HELM_TITLE) {
        if let Some(words) = &row.value {
            value(&mut out, 0, row, words);
        }
    }
    for entry in &offered.entries {
        out.push('\n');
        write(&mut out, 0, entry, &by_path);
    }
    out
}

fn write(out: &mut String, indent: usize, entry: &Entry, rows: &BTreeMap<&str, &Row>) {
    match entry {
        Entry::Section(section) => write_section(out, indent, section, rows),
        Entry::Field(Field { path, .. }) => {
            let row = rows.get(path.as_str());
            if let Some((row, words)) = row.and_then(|row| Some((row, row.value.as_ref()?))) {
                value(out, indent, row, words);
            }
        }
    }
}

fn write_section(out: &mut String, indent: usize, section: &Section, rows: &BTreeMap<&str, &Row>) {
    if let Some(row) = rows.get(section.path.as_str()) {
        comment(out, indent, &row.text);
    }
    out.push_str(&format!("{}{}:\n", " ".repeat(indent), section.name()));
    for entry in &section.entries {
        write(out, indent + 2, entry, rows);
    }
}

fn value(out: &mut String, indent: usize, row: &Row, words: &ValueWords) {
    let kind = if words.initial.is_null() { format!("({}) ", words.kind) } else { String::new() };
    comment(out, indent, &format!("-- {kind}{}", row.text));
    let blanks = " ".repeat(indent);
    if let Some(default) = &words.default {
        out.push_str(&format!("{blanks}# @default -- {default}\n"));
    }
    out.push_str(&format!("{blanks}# @section -- {}\n", row.title));
    let key = row.path.rsplit('.').next().unwrap_or(&row.path);
    entry(out, indent, key, &words.initial);
}

/// One key with its value, as every reader understands it.
pub(super) fn entry(out: &mut String, indent: usize, key: &str, value: &Value) {
    let blanks = " ".repeat(indent);
    for line in yaml::document(&json!({ key: value })).lines() {
        out.push_str(&format!("{blanks}{line}\n"));
    }
}

/// A comment in lines of at most [`WIDTH`] characters; words are never cut.
pub(super) fn comment(out: &mut String, indent: usize, text: &str) {
    let mut line = format!("{}#", " ".repeat(indent));
    let empty = line.clone();
    for word in text.split_whitespace() {
        if line != empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&std::mem::replace(&mut line, empty.clone()));
            out.push('\n');
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_offered_field_stands_once_with_its_initial_value() {
        let text = values_yaml();
        let values: Value = serde_yaml::from_str(&text).unwrap();
        let offered = offered();
        let mut seen = 0;
        for field in offered.fields() {
            let pointer = format!("/{}", field.path.replace('.', "/"));
            assert_eq!(values.pointer(&pointer), Some(&field.initial), "{}", field.path);
            seen += 1;
        }
        assert_eq!(text.matches("# @section -- ").count(), seen + 4);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "a line is longer than {WIDTH}");
    }

    #[test]
    fn comments_stand_as_helm_docs_reads_them() {
        let text = values_yaml();
        let part = "\
  # -- (int) The fewest that run (1 to 200); from the load when left out. Only when `scaling.mode` is `replicas`.
  # @default -- from the load
  # @section -- Scaling
  min: null
";
        assert!(
            text.contains("# How many Memos processes serve.\nscaling:\n  # -- Which of these it is; it decides"),
            "{text}"
        );
        assert!(text.contains(part), "{text}");
        assert!(text.starts_with("# yaml-language-server: $schema=values.schema.json\n"));
    }
}
