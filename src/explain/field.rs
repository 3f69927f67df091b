//! A field of the spec: what the schema says about it, its value, and where that came from.

use std::fmt::Write;

use serde_json::Value;

use super::given::Given;
use super::{figure, path, wrapped};
use crate::emit::yaml;
use crate::schema::dotted;
use crate::schema::fields::Field;
use crate::source::pointer_join;
use crate::source::setting::Step;

/// How many fields of a section are listed.
const MOST_LISTED: usize = 40;

/// What the schema says about a field.
pub fn describe(field: &Field, all: &[Field]) -> String {
    let mut out = format!("{}\n", field.path);
    if let Some(when) = &field.when {
        let _ = writeln!(out, "  only with `{when}`");
    }
    out.push('\n');
    out.push_str(&wrapped(&field.description, "  "));
    out.push('\n');
    let range = field.range.as_ref().map(|range| format!(", {range}")).unwrap_or_default();
    let _ = writeln!(out, "  type     {}{range}", field.shape);
    for (word, meaning) in &field.choices {
        let meaning = if meaning.is_empty() { String::new() } else { format!(": {meaning}") };
        let _ = writeln!(out, "           `{word}`{meaning}");
    }
    match &field.default {
        Some(default) => _ = writeln!(out, "  default  {default}"),
        None if field.required => out.push_str("  default  none: it must be given\n"),
        None => {}
    }
    if let Some(example) = &field.example {
        let _ = writeln!(out, "  example  {example}");
    }
    if field.section {
        out.push_str(&section(field, all));
    }
    out
}

fn section(field: &Field, all: &[Field]) -> String {
    let below: Vec<&Field> = all
        .iter()
        .filter(|other| {
            let rest = other.path.strip_prefix(&field.path).unwrap_or_default();
            let rest = rest.strip_prefix("[].").or_else(|| rest.strip_prefix(".*.")).or_else(|| rest.strip_prefix('.'));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('.'))
        })
        .collect();
    let mut out = String::from("\n  holds\n");
    for other in below.iter().take(MOST_LISTED) {
        let when = other.when.as_ref().map(|when| format!("  (with `{when}`)")).unwrap_or_default();
        let _ = writeln!(out, "    {}{when}", other.path);
    }
    out
}

/// The value of a field in one compilation, and where it came from. A section's parts come each with its own place.
pub fn value(steps: &[Step], given: &Given<'_>) -> String {
    let mut out = format!("\nwith the profile `{}`\n", given.compilation.validated.profile());
    if let Some(reason) = path::absent(steps, given) {
        let _ = writeln!(out, "  value    none here: {reason}");
        return out;
    }
    let pointer = path::pointer(steps);
    match given.value(&pointer) {
        Some(value) if has_parts(value) => {
            out.push_str("  value\n");
            parts(value, &pointer, given, &mut out);
        }
        Some(value) => {
            let value = yaml::document(value);
            let _ = write!(out, "  value    {}\n  from     {}\n", value.trim_end(), given.origin(&pointer));
        }
        // What the user may write freely is decided by nobody else.
        None if path::exact(given.fields, steps).is_empty() => {
            out.push_str("  value    not set\n  from     no layer\n")
        }
        None => _ = write!(out, "  value    not set\n  from     {}\n", given.origin(&pointer)),
    }
    let name = path::text(steps);
    for decided in given.compilation.plan.figures.iter().filter(|figure| figure.path == name) {
        let _ = write!(out, "\n{}", figure(decided));
    }
    out
}

fn has_parts(value: &Value) -> bool {
    value.as_object().is_some_and(|map| !map.is_empty()) || value.as_array().is_some_and(|list| !list.is_empty())
}

/// One line for each value within a section or list, as different layers may have set them.
fn parts(value: &Value, pointer: &str, given: &Given<'_>, out: &mut String) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) if !map.is_empty() => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) if !list.is_empty() => {
            list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => {
            let _ = writeln!(out, "    {}", at(pointer, Some(value), given));
            return;
        }
    };
    for (step, value) in children {
        parts(value, &pointer_join(pointer, &step), given, out);
    }
}

fn at(pointer: &str, value: Option<&Value>, given: &Given<'_>) -> String {
    let shown = match value {
        Some(value) if has_parts(value) => return format!("{} (several values)", dotted(pointer)),
        Some(value) => yaml::document(value).trim_end().to_owned(),
        None => "not set".to_owned(),
    };
    format!("{} = {shown} ({})", dotted(pointer), given.origin(pointer))
}

/// One line for a value, or several for a section: each value and where it came from. None for a field of a choice that was
/// not made.
pub(super) fn lines(steps: &[Step], given: &Given<'_>) -> Option<Vec<String>> {
    if path::absent(steps, given).is_some() {
        return None;
    }
    let pointer = path::pointer(steps);
    match given.value(&pointer) {
        Some(value) if has_parts(value) => {
            let mut text = String::new();
            parts(value, &pointer, given, &mut text);
            Some(text.lines().map(|line| line.trim_start().to_owned()).collect())
        }
        value => Some(vec![at(&pointer, value, given)]),
    }
}
