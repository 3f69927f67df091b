//! One `--set path=value` as a small document of its own.
//!
//! The path is written as everywhere in messages: without `spec.`, steps parted by dots, list items as `[2]`, keys with
//! dots in double quotes. `metadata.…` and `profile` address the envelope. The value is YAML.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Document, FileId, NodeSpan, Sources, Span, decode, pointer_join, yaml};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// The highest list index that a setting may name.
pub const MAX_INDEX: usize = 255;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The key of a map.
    Key(String),
    /// The item of a list, from 0.
    Item(usize),
}

/// The JSON pointer of what lies at a path below another pointer.
pub fn pointer_below(pointer: &str, path: &[Step]) -> String {
    path.iter().fold(pointer.to_owned(), |pointer, step| pointer_join(&pointer, &step.text()))
}

/// A path as it is read: `spec.ports[0].name`.
pub fn spoken(path: &[Step]) -> String {
    path.iter().fold(String::new(), |path, step| match step {
        Step::Item(at) => format!("{path}[{at}]"),
        Step::Key(key) if key.contains(['.', '/', ' ']) => format!("{path}.\"{}\"", key.escape_debug()),
        Step::Key(key) if path.is_empty() => key.clone(),
        Step::Key(key) => format!("{path}.{}", key.escape_debug()),
    })
}

/// A parsed setting.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The steps from the root of the spec document to the value, `spec` included.
    pub steps: Vec<Step>,
    /// The value alone.
    pub value: Value,
    /// The value at its path: `{"spec": {"scaling": {"max": 6}}}`. Before a list item stand as many nulls as the list
    /// has items before it.
    pub document: Document,
}

/// Reads a setting whose whole text, `path=value`, is the text of `file`. None when a problem was reported.
pub fn parse(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Setting> {
    let source = sources.get(file);
    if source.text.len() > decode::MAX_BYTES {
        diagnostics.push(decode::too_large(&source.name, source.text.len()));
        return None;
    }
    let clean = decode::replace_forbidden(file, &source.text, diagnostics);
    let failed = clean.is_some();
    let text = clean.as_deref().unwrap_or(&source.text);
    let read = path(text).and_then(|(steps, start)| refuse_envelope_names(steps).map(|steps| (steps, start)));
    let (steps, value_start) = match read {
        Ok(found) => found,
        Err(fault) => {
            diagnostics.push(fault.diagnostic(file));
            return None;
        }
    };
    if text[value_start..].trim().is_empty() {
        let end = text.len();
        diagnostics.push(
            bad(format!("`{}` has no value", &text[..value_start - 1]), Span { file, start: value_start - 1, end })
                .help("write the value behind `=`; `path=\"\"` is the empty text"),
        );
        return None;
    }
    let steps = in_envelope(steps, text);
    let pointer = steps.iter().fold(String::new(), |pointer, located| pointer_join(&pointer, &located.step.text()));
    let fragment =
        yaml::Fragment { file, text: &text[value_start..], offset: value_start, pointer, dialect: yaml::Dialect::Spec };
    let loaded = yaml::load(fragment, diagnostics).filter(|loaded| loaded.sound)?;
    (!failed).then(|| setting(file, text.len(), steps, loaded))
}

/// The steps of a path alone, as a setting has it before its `=`.
///
/// # Errors
/// What is wrong with the path.
pub fn steps(text: &str) -> Result<Vec<Step>, String> {
    let end = text.len();
    match path(&format!("{text}=")) {
        Ok((steps, start)) if start == end + 1 => Ok(steps.into_iter().map(|located| located.step).collect()),
        Ok(_) => Err("`=` cannot stand in a path".to_owned()),
        Err(fault) => Err(fault.message),
    }
}

/// A step with its range in the text.
#[derive(Debug)]
struct Located {
    step: Step,
    start: usize,
    end: usize,
}

/// A fault of a path, with its place.
struct Fault {
    message: String,
    start: usize,
    end: usize,
    help: &'static str,
}

impl Fault {
    fn diagnostic(self, file: FileId) -> Diagnostic {
        bad(self.message, Span { file, start: self.start, end: self.end }).help(self.help)
    }
}

impl Step {
    /// What stands there in a value.
    pub fn of<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Self::Key(key) => value.get(key),
            Self::Item(at) => value.get(at),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Key(key) => key.clone(),
            Self::Item(index) => index.to_string(),
        }
    }
}

fn bad(message: String, span: Span) -> Diagnostic {
    Diagnostic::new(Code::BadSetting, message).at(span, "here")
}

const FORM: &str = "write `--set path=value`, for example `--set scaling.max=6`";
const QUOTING: &str = "put a key with dots or blanks in double quotes, for example `labels.\"example.com/team\"=a`";

/// The steps of the path, and where the value starts.
fn path(text: &str) -> Result<(Vec<Located>, usize), Fault> {
    let mut steps: Vec<Located> = Vec::new();
    let mut at = 0;
    loop {
        let located = key(text, at)?;
        at = located.end;
        steps.push(located);
        while text[at..].starts_with('[') {
            let located = item(text, at)?;
            at = located.end;
            steps.push(located);
        }
        match text[at..].chars().next() {
            Some('=') => return Ok((steps, at + 1)),
            Some('.') => at += 1,
            None => {
                return Err(Fault { message: "`=` is missing".to_owned(), start: at, end: at, help: FORM });
            }
            Some(other) => {
                let message = format!("`{}` cannot stand in a path", other.escape_debug());
                return Err(Fault { message, start: at, end: at + other.len_utf8(), help: QUOTING });
            }
        }
    }
}

fn key(text: &str, start: usize) -> Result<Located, Fault> {
    let rest = &text[start..];
    if let Some(inside) = rest.strip_prefix('"') {
        let Some(length) = inside.find('"') else {
            let message = "a quoted key has no end".to_owned();
            return Err(Fault { message, start, end: start + 1, help: QUOTING });
        };
        let step = Step::Key(inside[..length].to_owned());
        return Ok(Located { step, start, end: start + length + 2 });
    }
    let length = rest.find(|next: char| !(next.is_alphanumeric() || "_-/$".contains(next))).unwrap_or(rest.len());
    if length == 0 {
        let end = start + rest.chars().next().map_or(0, char::len_utf8);
        return Err(Fault { message: "a key is missing in the path".to_owned(), start, end, help: FORM });
    }
    Ok(Located { step: Step::Key(rest[..length].to_owned()), start, end: start + length })
}

fn item(text: &str, start: usize) -> Result<Located, Fault> {
    let help = "write the number of the item, counted from 0, for example `items[0]`";
    let end = text[start..].find(']').map(|length| start + length + 1);
    let digits = end.map_or("", |end| &text[start + 1..end - 1]);
    let index = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match (index, end) {
        (Some(index), Some(end)) if index <= MAX_INDEX => Ok(Located { step: Step::Item(index), start, end }),
        (Some(_), Some(end)) => {
            Err(Fault { message: format!("a list item above {MAX_INDEX} cannot be set"), start, end, help })
        }
        _ => Err(Fault {
            message: "a list item without its number".to_owned(),
            start,
            end: end.unwrap_or(start + 1),
            help,
        }),
    }
}

/// Paths are written without `spec.`, and the two fixed fields cannot be changed.
fn refuse_envelope_names(steps: Vec<Located>) -> Result<Vec<Located>, Fault> {
    let Some(Located { step: Step::Key(first), start, end }) = steps.first() else { return Ok(steps) };
    let (message, help) = match first.as_str() {
        "spec" => ("paths are written without `spec.`", "leave `spec.` out, for example `--set scaling.max=6`"),
        "apiVersion" | "kind" => ("`apiVersion` and `kind` are fixed", "leave this setting out"),
        _ => return Ok(steps),
    };
    Err(Fault { message: message.to_owned(), start: *start, end: *end, help })
}

/// Puts `spec` before every path but those of the envelope.
fn in_envelope(mut steps: Vec<Located>, text: &str) -> Vec<Located> {
    let of_envelope = match steps.first().map(|located| &located.step) {
        Some(Step::Key(first)) => first == "metadata" || first == "profile",
        _ => false,
    };
    if !of_envelope {
        steps.insert(0, Located { step: Step::Key("spec".to_owned()), start: 0, end: text.len() });
    }
    steps
}

fn setting(file: FileId, length: usize, steps: Vec<Located>, loaded: yaml::Loaded) -> Setting {
    let mut spans = loaded.spans;
    let whole = Span { file, start: 0, end: length };
    spans.insert(String::new(), NodeSpan { key: None, value: whole });
    add_steps(file, length, &steps, &mut spans);
    let steps: Vec<Step> = steps.into_iter().map(|located| located.step).collect();
    let nested = steps.iter().rev().fold(loaded.value.clone(), |value, step| match step {
        Step::Key(key) => Value::Object(Map::from_iter([(key.clone(), value)])),
        Step::Item(index) => {
            let mut items = vec![Value::Null; *index];
            items.push(value);
            Value::Array(items)
        }
    });
    Setting { steps, value: loaded.value, document: Document { file, value: nested, spans } }
}

/// Adds the place of every value on the path, and the key of the last one.
fn add_steps(file: FileId, length: usize, steps: &[Located], spans: &mut BTreeMap<String, NodeSpan>) {
    let mut pointer = String::new();
    for located in steps {
        pointer = pointer_join(&pointer, &located.step.text());
        let key = Span { file, start: located.start, end: located.end };
        let value = Span { file, start: located.start, end: length };
        let key = Some(key).filter(|_| matches!(located.step, Step::Key(_)));
        spans.entry(pointer.clone()).and_modify(|place| place.key = key).or_insert(NodeSpan { key, value });
    }
}

#[cfg(test)]
mod tests;
