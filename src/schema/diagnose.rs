//! Findings of the schema as diagnostics at places in the user's text.

use serde_json::Value;

use super::validate::{Finding, FindingKind};
use super::{dotted, suggest};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::yaml::shortened;
use crate::source::{NodeSpan, Sources, Span, pointer_join, scalar};

/// How many known keys or options are listed in a help line.
const MAX_LISTED: usize = 16;

/// One diagnostic a finding. `locate` gives the place of the value at a JSON pointer, in whatever layer it was last set.
pub fn diagnostics(
    sources: &Sources,
    findings: &[Finding],
    locate: impl Fn(&str) -> Option<NodeSpan>,
) -> Vec<Diagnostic> {
    findings.iter().map(|finding| diagnostic(sources, finding, &locate)).collect()
}

fn diagnostic(sources: &Sources, finding: &Finding, locate: &dyn Fn(&str) -> Option<NodeSpan>) -> Diagnostic {
    let path = dotted(&finding.pointer);
    let place = nearest(&finding.pointer, locate);
    let value_span = place.map(|place| place.value);
    match &finding.kind {
        FindingKind::UnknownKey { key, expected, elsewhere, choices } => {
            let own = locate(&pointer_join(&finding.pointer, key)).map(|place| place.key.unwrap_or(place.value));
            let span = own.or(value_span);
            match choices.first() {
                Some((tag, _)) if !expected.iter().any(|known| known == key) => {
                    let chosen = locate(&pointer_join(&finding.pointer, tag)).map(|place| place.value);
                    of_another_choice(&finding.pointer, key, choices, span, chosen)
                }
                _ => unknown_key(&finding.pointer, key, expected, elsewhere, span),
            }
        }
        FindingKind::Missing { key, description } => {
            let at = place.map(|place| place.key.unwrap_or(place.value));
            missing(&finding.pointer, key, description.as_deref(), at)
        }
        FindingKind::WrongType { expected, found } => wrong_type(sources, &path, expected, found, value_span),
        FindingKind::NotOneOf { options, found } => not_one_of(&path, options, found, value_span),
        FindingKind::OutOfRange { limit, allowed, found } => {
            let message = format!("`{path}` must {limit}{}", not_found(found));
            let cure = allowed.as_ref().map_or_else(|| format!("it must {limit}"), |range| format!("allowed: {range}"));
            put(Diagnostic::new(Code::OutOfRange, message), value_span, format!("must {limit}")).help(cure)
        }
        FindingKind::BadFormat { format, message, found } => bad_format(&path, format, message, found, value_span),
        FindingKind::BadPattern { pattern, .. } => {
            let message = format!("`{path}` is not written as it must be");
            put(Diagnostic::new(Code::BadFormat, message), value_span, "not of the right form")
                .help(format!("it must match `{pattern}`"))
        }
        FindingKind::Other { keyword } => {
            let message = format!("`{path}` breaks the rule `{keyword}` of the schema");
            put(Diagnostic::new(Code::BadFormat, message), value_span, "here")
                .help("see the description of this field in the schema")
        }
    }
}

/// The place of a value or, when it stands nowhere in a text, of the nearest map around it.
fn nearest(pointer: &str, locate: &dyn Fn(&str) -> Option<NodeSpan>) -> Option<NodeSpan> {
    let mut pointer = pointer;
    loop {
        if let Some(place) = locate(pointer) {
            return Some(place);
        }
        (pointer, _) = pointer.rsplit_once('/')?;
    }
}

fn put(diagnostic: Diagnostic, span: Option<Span>, label: impl Into<String>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.at(span, label),
        None => diagnostic,
    }
}

fn unknown_key(pointer: &str, key: &str, expected: &[String], elsewhere: &[String], span: Option<Span>) -> Diagnostic {
    let message = format!("unknown key `{}` in {}", shortened(key), container(pointer));
    let mut diagnostic = put(Diagnostic::new(Code::UnknownKey, message), span, "unknown key");
    if let Some(known) = suggest::closest(key, expected.iter().map(String::as_str)) {
        diagnostic = diagnostic.help(format!("did you mean `{known}`?"));
    } else if !elsewhere.is_empty() {
        let places: Vec<String> = elsewhere.iter().map(|place| format!("`{}`", dotted(place))).collect();
        diagnostic = diagnostic.help(format!("a key of this name is known as {}", places.join(", ")));
    }
    if expected.is_empty() {
        diagnostic.help("leave it out: there are no keys here")
    } else {
        diagnostic.help(format!("known here: {}", listed(expected.iter().map(String::as_str))))
    }
}

/// A key that another choice of the section knows, such as `scaling.max` with `mode: single`.
fn of_another_choice(
    pointer: &str,
    key: &str,
    choices: &[(String, String)],
    span: Option<Span>,
    chosen: Option<Span>,
) -> Diagnostic {
    let words: Vec<String> =
        choices.iter().map(|(tag, word)| format!("`{}: {word}`", dotted(&pointer_join(pointer, tag)))).collect();
    let path = dotted(&pointer_join(pointer, key));
    let message = format!("`{path}` is a field of {} alone", words.join(" and "));
    let mut diagnostic = put(Diagnostic::new(Code::UnknownKey, message), span, "not known here");
    if let Some(chosen) = chosen {
        diagnostic = diagnostic.and_at(chosen, "chosen");
    }
    diagnostic.help(format!("say {} as well, or leave `{key}` out", words.join(" or ")))
}

fn missing(pointer: &str, key: &str, description: Option<&str>, span: Option<Span>) -> Diagnostic {
    let message = format!("`{}` is missing", dotted(&pointer_join(pointer, key)));
    let diagnostic = put(Diagnostic::new(Code::RequiredMissing, message), span, format!("needs `{key}`"));
    let purpose = description.map(|text| format!(": {}", first_sentence(text))).unwrap_or_default();
    diagnostic.help(format!("add `{key}` in {}{purpose}", container(pointer)))
}

fn wrong_type(sources: &Sources, path: &str, expected: &[String], found: &Value, span: Option<Span>) -> Diagnostic {
    let wanted = expected.iter().map(|name| type_words(name)).collect::<Vec<_>>().join(" or ");
    let message = format!("`{path}` must be {wanted}, not {}", found_words(found));
    let diagnostic = put(Diagnostic::new(Code::WrongType, message), span, format!("expected {wanted}"));
    let wants = |name: &str| expected.iter().any(|wanted| wanted == name);
    let unquoted = found.as_str().and_then(|text| scalar::resolve(text).ok());
    match (found, unquoted) {
        (Value::Number(_) | Value::Bool(_), _) if wants("string") => {
            let written = span.map(|span| source_text(sources, span)).filter(|text| !text.is_empty());
            let text = written.unwrap_or_else(|| found.to_string());
            diagnostic.help(format!("quote it: `{}`", scalar::quote(&shortened(&text))))
        }
        (_, Some(plain)) if fits(&plain, &wants) => diagnostic.help(format!("remove the quotes: `{plain}`")),
        (Value::Null, _) => diagnostic.help("write a value, or leave the key out"),
        (Value::Number(_), _) if wants("integer") => diagnostic.help("write a whole number"),
        _ if wants("array") => diagnostic.help("write a list: `[a, b]`, or `- ` before each item"),
        _ if wants("object") => diagnostic.help("write `key: value` lines below it"),
        _ => diagnostic.help(format!("write {wanted}")),
    }
}

fn fits(value: &Value, wants: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Bool(_) => wants("boolean"),
        Value::Number(number) => wants("number") || (wants("integer") && !number.is_f64()),
        _ => false,
    }
}

fn not_one_of(path: &str, options: &[Value], found: &Value, span: Option<Span>) -> Diagnostic {
    let words: Vec<String> = options.iter().map(plain).collect();
    let message = format!("`{path}` cannot be `{}`", shortened(&plain(found)));
    let code = if matches!(path, "apiVersion" | "kind") { Code::WrongEnvelope } else { Code::NotOneOf };
    let mut diagnostic = put(Diagnostic::new(code, message), span, "not one of the known values");
    if let [only] = words.as_slice() {
        return diagnostic.help(format!("write `{only}`"));
    }
    if let Some(known) = found.as_str().and_then(|text| suggest::closest(text, words.iter().map(String::as_str))) {
        diagnostic = diagnostic.help(format!("did you mean `{known}`?"));
    }
    diagnostic.help(format!("one of {}", listed(words.iter().map(String::as_str))))
}

fn bad_format(path: &str, format: &str, message: &str, found: &Value, span: Option<Span>) -> Diagnostic {
    let reason = if message.is_empty() { String::new() } else { format!(": {message}") };
    let text = format!("`{path}` is `{}`, which is not a valid {format}{reason}", shortened(&plain(found)));
    put(Diagnostic::new(Code::BadFormat, text), span, format!("not a valid {format}"))
        .help(format!("run `memos-gen explain {path}` for its form"))
}

/// The map at a pointer, in words.
fn container(pointer: &str) -> String {
    match pointer {
        "" => "the document".to_owned(),
        _ => format!("`{}`", dotted(pointer)),
    }
}

/// `, not 0` for short values, nothing for lists, maps and text.
fn not_found(found: &Value) -> String {
    match found {
        Value::Number(number) => format!(", not {number}"),
        _ => String::new(),
    }
}

/// A scalar without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn source_text(sources: &Sources, span: Span) -> String {
    sources.get(span.file).text.get(span.start..span.end).unwrap_or_default().to_owned()
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    if words.len() > MAX_LISTED {
        let more = words.len() - MAX_LISTED;
        words.truncate(MAX_LISTED);
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

fn first_sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").unwrap_or_else(|| line.trim_end_matches('.').len());
    line[..end].to_owned()
}

fn type_words(name: &str) -> &'static str {
    match name {
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "text",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        "object" => "a map",
        _ => "nothing",
    }
}

fn found_words(found: &Value) -> String {
    match found {
        Value::Null => "empty".to_owned(),
        Value::Bool(boolean) => format!("the boolean {boolean}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
    }
}

#[cfg(test)]
mod tests;
