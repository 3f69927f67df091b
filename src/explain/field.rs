//! A field of the spec: what the schema says about it, its value, and where that came from.

use std::fmt::Write;

use serde_json::Value;

use super::{figure, wrapped};
use crate::compile::Compilation;
use crate::emit::yaml;
use crate::profile::LayerKind;
use crate::schema::fields::Field;
use crate::source::{Origin, Sources};
use crate::validate::{ValidatedSpec, pointer_of};

/// How many fields of a section are listed.
const MOST_LISTED: usize = 40;

/// The fields that a path names: one for each choice that has it, none when there is no such field.
pub fn find<'a>(fields: &'a [Field], path: &str) -> Vec<&'a Field> {
    fields.iter().filter(|field| matches(&field.path, path)).collect()
}

/// Whether a path such as `database.networks[0]` is that of the field `database.networks[]`, or of an item of it.
fn matches(field: &str, path: &str) -> bool {
    let plain = without_items(path);
    let (field, mut steps) = (field.replace("[]", ""), plain.split('.'));
    for own in field.split('.') {
        match steps.next() {
            Some(step) if own == step || own == "*" => {}
            _ => return false,
        }
    }
    steps.next().is_none()
}

/// A path without the numbers of list items.
pub(super) fn without_items(path: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for next in path.chars() {
        match next {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => plain.push(next),
            _ => {}
        }
    }
    plain
}

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

/// The value of a field in one compilation, and where it came from. `path` is as the user wrote it, without `spec.`.
pub fn value(path: &str, compilation: &Compilation, sources: &Sources) -> String {
    let Compilation { validated, plan, .. } = compilation;
    let dotted = path.replace('[', ".").replace(']', "");
    let mut out = format!("\nwith the profile `{}`\n", validated.profile());
    let found = written(validated, &dotted);
    match &found {
        Some(value) if value.is_object() || value.as_array().is_some_and(|list| !list.is_empty()) => {
            out.push_str("  value\n");
            for line in yaml::document(value).lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
        Some(value) => _ = writeln!(out, "  value    {}", yaml::document(value).trim_end()),
        None => out.push_str("  value    not set\n"),
    }
    let _ = writeln!(out, "  from     {}", origin(validated, &dotted, found.is_some(), sources));
    for decided in plan.figures.iter().filter(|figure| figure.path == dotted) {
        let _ = write!(out, "\n{}", figure(decided));
    }
    out
}

/// One line: the value of a field and where it came from.
pub fn line(path: &str, compilation: &Compilation, sources: &Sources) -> String {
    let found = written(&compilation.validated, path);
    let value = match &found {
        Some(Value::Object(_) | Value::Array(_)) => "…".to_owned(),
        Some(value) => yaml::document(value).trim_end().to_owned(),
        None => "not set".to_owned(),
    };
    format!("{path} = {value} ({})", origin(&compilation.validated, path, found.is_some(), sources))
}

/// The value after all layers and defaults; none when nothing but the plan says anything.
fn written(validated: &ValidatedSpec, dotted: &str) -> Option<Value> {
    let document = serde_json::json!({
        "metadata": validated.metadata(),
        "spec": validated.spec(),
        "profile": validated.profile(),
    });
    document.pointer(&pointer_of(dotted)).filter(|value| !value.is_null()).cloned()
}

/// The layer and the place that a value came from.
fn origin(validated: &ValidatedSpec, dotted: &str, is_set: bool, sources: &Sources) -> String {
    let Some(placed) = validated.placed(dotted) else {
        return if is_set { "the built-in default" } else { "no layer; the plan decides" }.to_owned();
    };
    let span = placed.span.value;
    let file = sources.get(span.file);
    match placed.kind {
        LayerKind::Profile => format!("the profile, {}", sources.location(span)),
        LayerKind::StockImage => "what follows from taking a published image".to_owned(),
        LayerKind::File => sources.location(span),
        LayerKind::Setting => {
            debug_assert_eq!(file.origin, Origin::Setting);
            format!("`--set {}`", file.text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_free_keys_name_their_field() {
        for (field, path, expected) in [
            ("scaling.max", "scaling.max", true),
            ("database.networks", "database.networks[0]", true),
            ("overrides[].kind", "overrides[2].kind", true),
            ("overrides[].kind", "overrides.kind", true),
            ("components.memos.labels", "components.memos.labels.team", false),
            ("scaling.max", "scaling", false),
            ("scaling", "scaling.max", false),
        ] {
            assert_eq!(matches(field, path), expected, "{path}");
        }
    }
}
