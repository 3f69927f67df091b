//! What is said about each value: the comments of `values.yaml`, the table of the README and the schema say the same.

use serde_json::Value;

use super::field::{Entry, Field, Form, Section};
use super::pattern;
use crate::schema::fields::{choices, range};

/// One value, or the head of a section of values, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The path in the values.
    pub path: String,
    /// What it is for, what it may be, and what it needs.
    pub text: String,
    /// The title of the part of the values that it belongs to.
    pub title: String,
    /// The field's own words; none for the head of a section.
    pub value: Option<ValueWords>,
}

/// What is said about one value besides its text.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueWords {
    /// What stands in `values.yaml`.
    pub initial: Value,
    /// The type as helm-docs calls it.
    pub kind: &'static str,
    /// What holds when it is null, if that is not plain.
    pub default: Option<String>,
    /// What each word of its means.
    pub meanings: Vec<(String, String)>,
}

/// Helm's own values, which no spec has: what `values.yaml` begins with.
pub const HELM_TITLE: &str = "Helm";

/// All values in the order of `values.yaml`.
pub fn rows(offered: &Section) -> Vec<Row> {
    let mut rows: Vec<Row> = helm_values().into();
    for entry in &offered.entries {
        let title = title(entry.name());
        add(entry, offered, &[], &title, &mut rows);
    }
    rows
}

fn helm_values() -> [Row; 4] {
    let row = |path: &str, kind, initial, default: Option<&str>, text: &str| Row {
        path: path.to_owned(),
        text: text.to_owned(),
        title: HELM_TITLE.to_owned(),
        value: Some(ValueWords { initial, kind, default: default.map(str::to_owned), meanings: Vec::new() }),
    };
    [
        row(
            "global",
            "object",
            Value::Object(serde_json::Map::new()),
            None,
            "Values that a parent chart shares with all its charts; this chart reads none of them.",
        ),
        row(
            "enabled",
            "bool",
            Value::Bool(true),
            None,
            "For a parent chart that names it as the `condition` of its dependency; this chart reads it nowhere.",
        ),
        row(
            "nameOverride",
            "string",
            Value::Null,
            Some("the chart's name"),
            "The word behind the release's name in the names of objects. At most 53 characters. It cannot be changed later, because it \
             is part of selectors.",
        ),
        row(
            "fullnameOverride",
            "string",
            Value::Null,
            Some("the release's name, with the chart's name unless it holds it"),
            "What every object's name begins with: `metadata.name` of the spec. At most 63 characters. It cannot be changed later, \
             because it is part of selectors.",
        ),
    ]
}

/// `memos` is `Memos`.
fn title(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A choice that something rests on: the path of the tag, and the kinds that have it.
type Condition = (String, Vec<String>);

fn add(entry: &Entry, above: &Section, conditions: &[Condition], title: &str, rows: &mut Vec<Row>) {
    let mut conditions = conditions.to_vec();
    let kinds: Vec<String> = entry.kinds().into_iter().map(str::to_owned).collect();
    if let Some(choice) = above.choice.as_ref().filter(|_| !kinds.is_empty()) {
        conditions.push((crate::schema::fields::join(&above.path, &choice.tag), kinds));
    }
    match entry {
        Entry::Field(field) => rows.push(field_row(field, above, &conditions, title)),
        Entry::Section(section) => {
            let mut text = section.description.clone();
            if section.optional {
                text.push_str(" Not there while everything below is null.");
            }
            push_conditions(&mut text, &conditions);
            rows.push(Row { path: section.path.clone(), text, title: title.to_owned(), value: None });
            for entry in &section.entries {
                add(entry, section, &conditions, title, rows);
            }
        }
    }
}

fn field_row(field: &Field, above: &Section, conditions: &[Condition], title: &str) -> Row {
    let mut text = described(field);
    let meanings = meanings(field);
    let is_tag = above.choice.as_ref().is_some_and(|choice| choice.tag == field.name());
    push_words(&mut text, &meanings, is_tag);
    if let Some(note) = pattern::note(field) {
        text.push_str(&format!(" {note}"));
    }
    push_required(&mut text, field, above);
    push_conditions(&mut text, conditions);
    let value = ValueWords {
        initial: field.initial.clone(),
        kind: helm_type(&field.forms[0].schema),
        default: field.initial.is_null().then(|| default_words(field, above)),
        meanings,
    };
    Row { path: field.path.clone(), text, title: title.to_owned(), value: Some(value) }
}

/// The words that may be written: with their meanings where they decide about other fields, and not again where they were said.
fn push_words(text: &mut String, meanings: &[(String, String)], with_meanings: bool) {
    if with_meanings {
        meanings.iter().for_each(|(word, meaning)| text.push_str(&format!(" `{word}`: {meaning}")));
    } else if !meanings.iter().all(|(word, _)| text.contains(&format!("`{word}`"))) {
        let words: Vec<String> = meanings.iter().map(|(word, _)| word.clone()).collect();
        text.push_str(&format!(" One of: {}.", quoted(&words, ", ")));
    }
}

/// The descriptions of all forms with their ranges, each said once.
fn described(field: &Field) -> String {
    let first = &field.forms[0];
    if field.forms.iter().all(|form| form.description == first.description) {
        if field.forms.iter().all(|form| range(&form.schema) == range(&first.schema)) {
            return with_range(first);
        }
        let ranges = field
            .forms
            .iter()
            .filter_map(|form| range(&form.schema).map(|range| format!("{range} with {}", quoted(&form.kinds, ", "))));
        return format!("{} From {}.", first.description, ranges.collect::<Vec<_>>().join("; "));
    }
    let forms = field.forms.iter().map(|form| format!("With {}: {}", quoted(&form.kinds, ", "), with_range(form)));
    forms.collect::<Vec<_>>().join(" ")
}

/// The range stands behind what it is the range of, in front of what follows from it.
fn with_range(form: &Form) -> String {
    let description = &form.description;
    match range(&form.schema) {
        Some(range) if !description.contains(&range) => {
            let ends = [description.find("; "), description.find(". "), description.strip_suffix('.').map(str::len)];
            let (head, rest) = description.split_at(ends.into_iter().flatten().min().unwrap_or(description.len()));
            format!("{head} ({range}){rest}")
        }
        _ => description.clone(),
    }
}

fn push_required(text: &mut String, field: &Field, above: &Section) {
    let required: Vec<&Form> = field.forms.iter().filter(|form| form.required).collect();
    if required.is_empty() || above.choice.as_ref().is_some_and(|choice| choice.tag == field.name()) {
        return;
    }
    if above.optional {
        text.push_str(&format!(" Must be given when anything of `{}` is.", above.path));
    } else if required.len() == field.forms.len() {
        text.push_str(" Must be given.");
    } else {
        let kinds: Vec<String> = required.iter().flat_map(|form| form.kinds.clone()).collect();
        text.push_str(&format!(" Must be given with {}.", quoted(&kinds, " and ")));
    }
}

fn push_conditions(text: &mut String, conditions: &[Condition]) {
    if conditions.is_empty() {
        return;
    }
    let said = conditions.iter().map(|(path, kinds)| format!("`{path}` is {}", quoted(kinds, " or ")));
    text.push_str(&format!(" Only when {}.", said.collect::<Vec<_>>().join(" and ")));
}

/// `a`, `b` or `c`.
fn quoted(words: &[String], between: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{}{between}{last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn meanings(field: &Field) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (word, meaning) in field.forms.iter().flat_map(|form| choices(&form.schema)) {
        if !found.iter().any(|(known, _)| *known == word) {
            found.push((word, meaning));
        }
    }
    found
}

fn helm_type(schema: &Value) -> &'static str {
    match schema["type"].as_str() {
        Some("integer") => "int",
        Some("boolean") => "bool",
        Some("array") => "list",
        Some("object") => "object",
        _ => "string",
    }
}

/// Defaults that the descriptions of the spec do not say, or say by fields that the chart does not offer: what the path holds, and
/// the words.
const DEFAULTS: [(&str, &str); 16] = [
    ("memos.image", "the published image of `memos.version`"),
    ("memos.sharedCache", "`false`"),
    ("memos.access", "what the release decides"),
    ("load.size", "`small`"),
    ("images.postgres", "by `database.kind` and `database.version`"),
    ("images.pooler", "the compiler's choice"),
    ("images.redis", "the compiler's choice"),
    ("images.cloudSqlProxy", "the compiler's choice"),
    ("secrets.names.database", "the full name and `-database`"),
    ("secrets.names.cache", "the full name and `-cache`"),
    ("secrets.names.storage", "the full name and `-storage`"),
    ("secrets.names.administrator", "the full name and `-administrator`"),
    ("secrets.names.ai", "the full name and `-ai`"),
    (".resources.requests.", "from the load"),
    (".resources.limits.", "from the load"),
    (".probes.", "the compiler's choice"),
];

/// What holds when the value is null.
fn default_words(field: &Field, above: &Section) -> String {
    if let Some((_, words)) = DEFAULTS.iter().find(|(part, _)| field.path.contains(part)) {
        return (*words).to_owned();
    }
    let tag = above.choice.as_ref().filter(|choice| choice.tag == field.name());
    if let Some(default) = tag.and_then(|choice| choice.default.as_ref()) {
        return format!("`{default}`");
    }
    let words = |form: &Form| match &form.default {
        Some(Value::String(default)) if !default.is_empty() => format!("`{default}`"),
        Some(default) => format!("`{default}`"),
        None => left_out(&form.description).unwrap_or_else(|| "none".to_owned()),
    };
    let first = words(&field.forms[0]);
    if field.forms.iter().all(|form| words(form) == first) {
        return first;
    }
    let all = field.forms.iter().map(|form| format!("{} with {}", words(form), quoted(&form.kinds, ", ")));
    all.collect::<Vec<_>>().join("; ")
}

/// The part of a description that says what holds when the field is left out.
fn left_out(description: &str) -> Option<String> {
    let mut parts = description.split_terminator('.').flat_map(|sentence| sentence.split(';')).map(str::trim);
    let words = parts.find_map(|part| {
        let words = part.strip_suffix(" when left out").or_else(|| part.strip_prefix("by default "));
        // The reason behind it is said in the text.
        words.or_else(|| part.split_once(" when left out").map(|(words, _)| words))
    })?;
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::field::offered;

    #[test]
    fn words_say_range_choice_condition_and_default() {
        let rows = rows(&offered());
        let said = |path: &str| {
            let row = rows.iter().find(|row| row.path == path).unwrap();
            let value = row.value.as_ref().unwrap();
            (row.text.clone(), value.default.clone().unwrap_or_default())
        };
        let cases = [
            (
                "scaling.min",
                "The fewest that run (1 to 200); from the load when left out. Only when `scaling.mode` is `replicas`.",
                "from the load",
            ),
            (
                "exposure.host",
                "With `gateway`, `ingress`: The host name people use. With `loadBalancer`: The host name people use, if there is one. \
                 Must be given with `gateway` and `ingress`. Only when `exposure.kind` is `gateway`, `ingress` or `loadBalancer`.",
                "none",
            ),
            (
                "database.tls.ca.key",
                "The key in it. Only when `database.kind` is `managed` and `database.tls.ca.kind` is `configMap` or `secret`.",
                "`ca.crt`",
            ),
            ("memos.logLevel", "How much is logged. One of: `debug`, `info`, `warn`, `error`.", ""),
        ];
        for (path, text, default) in cases {
            assert_eq!(said(path), (text.to_owned(), default.to_owned()), "{path}");
        }
    }

    #[test]
    fn the_words_for_what_is_left_out_are_found() {
        let cases = [
            (
                "Its port; 5432 for PostgreSQL and 3306 for MySQL when left out.",
                "5432 for PostgreSQL and 3306 for MySQL",
            ),
            ("The namespace of pods. The class's own when left out.", "the class's own"),
            ("The address people use; by default `https://` and the host.", "`https://` and the host"),
        ];
        for (description, words) in cases {
            assert_eq!(left_out(description).as_deref(), Some(words));
        }
        assert_eq!(left_out("The bucket."), None);
    }
}
