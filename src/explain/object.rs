//! A field of a built object: its value, and what of the spec and the plan made it.

use std::fmt::Write;

use serde_json::Value;

use super::causes::{CAUSES, Cause};
use super::given::Given;
use super::{field, figure, path};
use crate::emit::yaml;
use crate::object::Object;
use crate::source::setting::Step;

/// The objects named `KIND/NAME`, the kind in any letter case.
pub fn find<'a>(objects: &'a [Object], wanted: &str) -> Option<&'a Object> {
    let (kind, name) = wanted.split_once('/')?;
    objects.iter().find(|object| object.kind.eq_ignore_ascii_case(kind) && object.name == name)
}

/// A value in an object.
#[derive(Debug)]
pub struct Found<'a> {
    /// The value; none when it is left out.
    value: Option<&'a Value>,
    /// The path to it without list items.
    keys: Vec<String>,
    /// The path to it with the names of list items, or their numbers.
    named: Vec<String>,
}

/// Why a path leads nowhere, with the cure.
#[derive(Debug, PartialEq, Eq)]
pub struct Nowhere {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// The value at a path such as `spec.template.spec.containers[memos].image`: list items by number, or by their `name`; keys
/// with dots as they are, or in double quotes. A field that may be there and is left out is found without a value.
///
/// # Errors
/// When there can be nothing at the path.
pub fn at<'a>(object: &'a Object, path: &str) -> Result<Found<'a>, Nowhere> {
    let mut found = Found { value: None, keys: Vec::new(), named: Vec::new() };
    let (mut value, mut rest) = (&object.value, path);
    while !rest.is_empty() {
        let here = &path[..path.len() - rest.len()];
        (value, rest) = match value {
            Value::Array(list) => item(list, here, rest, &mut found)?,
            Value::Object(map) => match key(map, rest.strip_prefix('.').unwrap_or(rest)) {
                Some((key, rest)) => {
                    found.keys.push(key.to_owned());
                    found.named.push(key.to_owned());
                    (&map[key], rest)
                }
                None => return left_out(object, found, rest).ok_or_else(|| unknown(object, path)),
            },
            _ => return Err(unknown(object, path)),
        };
    }
    Ok(Found { value: Some(value), ..found })
}

fn unknown(object: &Object, path: &str) -> Nowhere {
    let name = format!("{}/{}", object.kind, object.name);
    Nowhere {
        message: format!("`{name}` has no `{path}`"),
        help: format!("run `memos-gen explain {name}` with the same profile and files for the whole object"),
    }
}

/// The key that a path begins with, and the rest of the path. A key may hold dots itself, so the longest one that fits is it.
fn key<'a>(map: &'a serde_json::Map<String, Value>, path: &'a str) -> Option<(&'a str, &'a str)> {
    if let Some(inside) = path.strip_prefix('"') {
        let (wanted, rest) = inside.split_once('"')?;
        return map.get_key_value(wanted).map(|(key, _)| (key.as_str(), rest));
    }
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
    let fitting = map.keys().filter_map(|key| Some((key.as_str(), path.strip_prefix(key.as_str())?)));
    fitting.filter(|(key, rest)| !key.is_empty() && ends(rest)).max_by_key(|(key, _)| key.len())
}

/// The item of a list that a path begins with, and the rest of the path.
fn item<'a, 'b>(
    list: &'a [Value],
    here: &str,
    path: &'b str,
    found: &mut Found<'_>,
) -> Result<(&'a Value, &'b str), Nowhere> {
    let name = |value: &'a Value| value.get("name").and_then(Value::as_str);
    let wanted = path.strip_prefix('[').and_then(|inside| inside.split_once(']'));
    let at = wanted.and_then(|(wanted, _)| {
        let named = list.iter().position(|value| name(value) == Some(wanted));
        named.or_else(|| wanted.parse().ok().filter(|at| *at < list.len()))
    });
    let (Some((_, rest)), Some(at)) = (wanted, at) else {
        let message = match wanted {
            Some((wanted, _)) => format!("`{here}` has no item `{wanted}`"),
            None => format!("`{here}` is a list"),
        };
        let shown = |(at, value)| match name(value) {
            Some(name) => format!("`{here}[{name}]`"),
            None => format!("`{here}[{at}]`"),
        };
        let items: Vec<String> = list.iter().enumerate().map(shown).collect();
        return Err(Nowhere { message, help: format!("there is {}", items.join(", ")) });
    };
    if !(rest.is_empty() || rest.starts_with(['.', '['])) {
        return Err(Nowhere {
            message: format!("`{rest}` cannot stand behind an item"),
            help: "go on with a dot, such as `containers[0].image`".to_owned(),
        });
    }
    found.named.push(name(&list[at]).map_or_else(|| at.to_string(), str::to_owned));
    Ok((&list[at], rest))
}

/// A field that is not there, when the table knows what would have set it: all of what is missing must lie in the end of an
/// entry's own path.
fn left_out<'a>(object: &Object, mut found: Found<'a>, rest: &str) -> Option<Found<'a>> {
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let missing = rest.split('.').count();
    found.keys.extend(rest.split('.').map(str::to_owned));
    found.named.extend(rest.split('.').map(str::to_owned));
    let whole = format!(".{}", found.keys.join("."));
    let known = |cause: &&Cause| {
        !cause.kind.is_empty()
            && applies(cause, object)
            && cause.path.split('.').count() > missing
            && whole.ends_with(&format!(".{}", cause.path))
    };
    CAUSES.iter().find(known).map(|_| found)
}

/// The value at a path of an object, and what made it. A field that is left out is said to be.
pub fn explain(object: &Object, path: &str, found: &Found<'_>, given: &Given<'_>) -> String {
    let mut out = format!("{}/{}{}{path}\n", object.kind, object.name, if path.is_empty() { "" } else { " " });
    match found.value {
        Some(value) if value.is_object() || value.is_array() => {
            out.push_str("  value\n");
            for line in yaml::document(value).lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
        Some(value) => _ = writeln!(out, "  value    {}", yaml::document(value).trim_end()),
        None => out.push_str("  value    left out; Kubernetes or a controller decides\n"),
    }
    let overridden = overridden(object, found, given);
    out.push_str(&overridden);
    // A patch that names the value decides it alone; one within a section decides parts of it.
    let section = found.value.is_some_and(|value| value.is_object() || value.is_array());
    if !found.keys.is_empty() && (section || overridden.is_empty()) {
        out.push_str(&made_by(object, found, given));
    }
    out
}

/// The overrides that say something about a value.
fn overridden(object: &Object, found: &Found<'_>, given: &Given<'_>) -> String {
    let overrides = given.document.pointer("/spec/overrides").and_then(Value::as_array);
    let mut out = String::new();
    for (at, patch) in overrides.into_iter().flatten().enumerate() {
        let is = |field: &str, wanted: &str| patch.get(field).and_then(Value::as_str) == Some(wanted);
        if is("kind", &object.kind) && is("name", &object.name) && reaches(&patch["patch"], &found.named) {
            let place = given.origin(&format!("/spec/overrides/{at}/patch"));
            let _ = writeln!(out, "  by       overrides[{at}].patch ({place})");
        }
    }
    out
}

/// Whether a patch says something about the value at a path, or about all of what it lies in.
fn reaches(patch: &Value, named: &[String]) -> bool {
    let Some((step, rest)) = named.split_first() else { return true };
    match patch {
        Value::Object(map) => map.get(step).is_some_and(|value| reaches(value, rest)),
        Value::Array(list) => {
            let is = |value: &&Value| value.get("name").and_then(Value::as_str) == Some(step);
            list.iter().find(is).is_some_and(|value| reaches(value, rest))
        }
        _ => true,
    }
}

/// What made a value, from the entry of the table with the most steps that has something to say. Empty when none has.
fn made_by(object: &Object, found: &Found<'_>, given: &Given<'_>) -> String {
    let steps = |cause: &Cause| cause.path.split('.').count();
    let paths = [&found.keys, &found.named].map(|path| format!(".{}.", path.join(".")));
    let mut fitting: Vec<&Cause> =
        CAUSES.iter().filter(|cause| applies(cause, object) && lies_at(&paths, cause.path)).collect();
    fitting.sort_by_key(|cause| std::cmp::Reverse((steps(cause), !cause.kind.is_empty(), !cause.component.is_empty())));
    fitting.into_iter().map(|cause| said(cause, object, found, given)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// What one entry of the table has to say.
fn said(cause: &Cause, object: &Object, found: &Found<'_>, given: &Given<'_>) -> String {
    let mut out = String::new();
    for field in cause.fields {
        for line in field_lines(field, cause, object, found, given) {
            let _ = writeln!(out, "  by       {line}");
        }
    }
    for decided in given.compilation.plan.figures.iter().filter(|figure| cause.figures.contains(&figure.path)) {
        let _ = write!(out, "\n{}", figure(decided));
    }
    if out.is_empty() && !cause.why.is_empty() {
        let _ = writeln!(out, "  because  {}", cause.why);
    }
    out
}

/// The lines of one field of an entry; none when it decides nothing here.
fn field_lines(name: &str, cause: &Cause, object: &Object, found: &Found<'_>, given: &Given<'_>) -> Vec<String> {
    let (name, only_when_set) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
    let component = component(object).filter(|name| COMPONENTS.contains(name)).unwrap_or("memos");
    let mut steps: Vec<Step> = Vec::new();
    for step in name.split('.') {
        steps.push(Step::Key(match step {
            "@" => component.to_owned(),
            "*" => key_behind(cause.path, found),
            step => step.to_owned(),
        }));
    }
    if only_when_set && !given.merged.provenance.contains_key(&path::pointer(&steps)) {
        return Vec::new();
    }
    field::lines(&steps, given).unwrap_or_default()
}

/// The key that follows the steps of an entry in a path.
fn key_behind(steps: &str, found: &Found<'_>) -> String {
    let length = steps.split('.').count();
    let at = found.keys.windows(length).position(|window| window.join(".") == steps);
    at.and_then(|at| found.keys.get(at + length)).cloned().unwrap_or_default()
}

/// The components that the spec has settings for.
const COMPONENTS: [&str; 4] = ["memos", "pooler", "postgres", "redis"];

fn component(object: &Object) -> Option<&str> {
    object.value.pointer("/metadata/labels/app.kubernetes.io~1component").and_then(Value::as_str)
}

fn applies(cause: &Cause, object: &Object) -> bool {
    (cause.kind.is_empty() || cause.kind == object.kind)
        && (cause.component.is_empty() || component(object) == Some(cause.component))
}

/// Whether one of two paths, each between dots, leads through some steps.
fn lies_at(paths: &[String; 2], steps: &str) -> bool {
    let steps = format!(".{steps}.");
    paths.iter().any(|path| path.contains(&steps))
}

#[cfg(test)]
mod tests;
