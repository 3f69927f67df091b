//! A short spec to start from, made from a profile and the schema, so that it never says what is no longer so.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::diagnostic::Diagnostics;
use crate::explain::wrapped;
use crate::profile::{self, Layer, LayerKind, Merged, Placeholder, placeholders};
use crate::schema::fields::{Field, fields};
use crate::source::{Origin, Sources, yaml};
use crate::spec::memos::Memos;
use crate::validate::pointer_of;

/// The text of a spec for a profile. `schema` is the path of the schema, relative to the spec. None when there is no such
/// profile, which is reported.
///
/// The spec takes the stock image. What the profile can only guess is there as comments, so that the warnings about it stay
/// until the user has decided.
pub fn text(sources: &mut Sources, profile: &str, schema: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let version = Memos::default().version;
    let stock = format!("spec:\n  memos:\n    version: {version}\n");
    let file = sources.add("stock image", stock, Origin::BuiltIn);
    let document = yaml::parse(sources, file, diagnostics)?;
    let layer = Layer { kind: LayerKind::File, document };
    let merged = profile::merge(sources, Some(profile), &[layer], diagnostics)?;
    let schema_value: Value = serde_json::from_str(crate::schema::shape::MERGED).unwrap_or_default();
    let fields = fields(&schema_value);
    let mut out = format!(
        "# yaml-language-server: $schema=./{schema}\n\
         # One Memos installation. `memos-gen build` compiles it; `memos-gen explain FIELD` says what a field means.\n\
         apiVersion: memos-gen.dev/v1alpha1\n\
         kind: Memos\n\
         metadata:\n"
    );
    for path in ["metadata.name", "metadata.namespace"] {
        comment(&fields, path, 2, &mut out);
        let _ = writeln!(out, "  {}: {}", last(path), shown(&merged, path, "memos"));
    }
    let _ = write!(out, "# The profile fills in what is not said below.\nprofile: {profile}\nspec:\n  memos:\n");
    comment(&fields, "memos.version", 4, &mut out);
    let _ = writeln!(out, "    version: {version}");
    let alone = single_node_volume(&merged, &mut out);
    standby(&merged, alone, &mut out);
    unknown(&merged, &fields, &mut out);
    Some(out)
}

/// One process needs no shared volume, and the clusters that a profile without a storage class is tried on have none. Says
/// whether one for a single node was taken.
fn single_node_volume(merged: &Merged, out: &mut String) -> bool {
    let says = |pointer, word| says(merged, pointer, word);
    let shared = says("/spec/attachments/access", "readWriteMany") && says("/spec/scaling/mode", "single");
    let alone = shared && merged.value.pointer("/spec/attachments/class").is_none();
    if alone {
        out.push_str(
            "  attachments:\n    kind: local\n    # One process needs no shared volume, and few small clusters offer one.\n    access: readWriteOnce\n",
        );
    }
    alone
}

fn says(merged: &Merged, pointer: &str, word: &str) -> bool {
    merged.value.pointer(pointer).and_then(Value::as_str) == Some(word)
}

/// A second pod, where the database can say which of them serves: in force unless uploads are on a volume of one node.
fn standby(merged: &Merged, alone: bool, out: &mut String) {
    let postgres = ["postgres", "cluster", "managed"].iter().any(|kind| says(merged, "/spec/database/kind", kind))
        && !says(merged, "/spec/database/engine", "mysql");
    if !postgres || !says(merged, "/spec/scaling/mode", "single") {
        return;
    }
    out.push_str(match alone {
        false => "  scaling:\n    # One process serves, and a second pod takes over within seconds when it is lost. `single` does without that pod.\n    mode: standby\n",
        true => "  # A second pod takes over within seconds with `scaling: {mode: standby}`, and needs uploads that every node reaches, such as\n  # `attachments: {kind: database}`.\n",
    });
}

/// What the profile cannot know, as comments.
fn unknown(merged: &Merged, fields: &[Field], out: &mut String) {
    let placeholders = placeholders(merged);
    if placeholders.is_empty() {
        return;
    }
    out.push_str(
        "\n  # What the profile cannot know. Take the first `# ` of each line away, and write your own values.\n",
    );
    let mut wanted = json!({});
    for Placeholder { path, .. } in &placeholders {
        let steps: Vec<&str> = path.split(['.', '[']).filter(|step| !step.ends_with(']')).collect();
        add(&mut wanted, &merged.value["spec"], &steps, "", fields);
    }
    let Value::Object(sections) = wanted else { return };
    let mut text = String::new();
    write_map(&sections, "", 0, fields, &mut text);
    for line in text.lines() {
        let _ = writeln!(out, "  # {line}");
    }
}

/// Copies one value, with what its sections cannot do without, so that editors take each section as whole.
fn add(target: &mut Value, source: &Value, steps: &[&str], path: &str, fields: &[Field]) {
    let (Value::Object(target), [step, rest @ ..]) = (target, steps) else { return };
    for (key, value) in source.as_object().into_iter().flatten() {
        let below = join(path, key);
        let required = fields.iter().any(|field| field.path == below && field.required);
        if key == step && !rest.is_empty() && value.is_object() {
            add(target.entry(key.clone()).or_insert_with(|| json!({})), value, rest, &below, fields);
        } else if key == step || (required && !path.is_empty()) {
            target.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
}

fn write_map(map: &Map<String, Value>, path: &str, indent: usize, fields: &[Field], out: &mut String) {
    // A section's kind comes first, because the others depend on it.
    let (kinds, others): (Vec<_>, Vec<_>) = map.iter().partition(|(key, _)| *key == "kind");
    for (key, value) in kinds.into_iter().chain(others) {
        let path = join(path, key);
        match value {
            Value::Object(inner) => {
                let _ = writeln!(out, "{:indent$}{key}:", "");
                write_map(inner, &path, indent + 2, fields, out);
            }
            value => {
                comment_below(fields, &path, value, indent, out);
                for line in crate::emit::yaml::document(&json!({key: value})).lines() {
                    let _ = writeln!(out, "{:indent$}{line}", "");
                }
            }
        }
    }
}

/// The description of a placeholder's field; fields that are only there for the editor have none.
fn comment_below(fields: &[Field], path: &str, value: &Value, indent: usize, out: &mut String) {
    let guessed = |value: &Value| value.as_str().is_some_and(profile::is_placeholder);
    if guessed(value) || value.as_array().is_some_and(|list| list.iter().any(guessed)) {
        comment(fields, path, indent, out);
    }
}

fn comment(fields: &[Field], path: &str, indent: usize, out: &mut String) {
    if let Some(field) = fields.iter().find(|field| field.path == path) {
        out.push_str(&wrapped(&field.description, &format!("{:indent$}# ", "")));
    }
}

fn shown(merged: &Merged, path: &str, default: &str) -> String {
    merged.value.pointer(&pointer_of(path)).and_then(Value::as_str).unwrap_or(default).to_owned()
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{self, Input};
    use crate::diagnostic::{Code, Diagnostic, render};
    use crate::profile::PROFILES;

    /// The diagnostics of compiling a text with nothing else.
    fn compiled(text: &str) -> (Sources, Diagnostics) {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let files = vec![sources.add("memos.yaml", text, Origin::File)];
        let input = Input { files, ..Input::default() };
        compile::compile(&mut sources, &input, &compile::validator(), false, &mut diagnostics);
        (sources, diagnostics)
    }

    fn starter(profile: &str) -> String {
        let mut diagnostics = Diagnostics::default();
        text(&mut Sources::default(), profile, "memos.schema.json", &mut diagnostics).unwrap()
    }

    #[test]
    fn each_profile_starts_without_errors() {
        for (profile, _, _) in PROFILES {
            let text = starter(profile);
            let (sources, diagnostics) = compiled(&text);
            assert!(!diagnostics.has_errors(), "{text}\n{}", render::text(&sources, &diagnostics, false));
        }
    }

    #[test]
    fn what_is_commented_out_is_all_that_is_missing() {
        for (profile, _, _) in PROFILES {
            let text = starter(profile);
            let (known, unknown) = text.split_once("  # What the profile cannot know").unwrap_or((&text, ""));
            let lines = unknown.lines().skip(1).map(|line| format!("{}\n", line.replacen("  # ", "  ", 1)));
            let text = format!("{known}{}", lines.collect::<String>());
            let (sources, diagnostics) = compiled(&text);
            let shown = render::text(&sources, &diagnostics, false);
            assert!(!diagnostics.has_errors(), "{text}\n{shown}");
            let left: Vec<&Diagnostic> =
                diagnostics.iter().filter(|found| found.code == Code::PlaceholderLeft).collect();
            assert_eq!(left.is_empty(), unknown.is_empty(), "{text}\n{shown}");
            for found in left {
                let place = found.primary.as_ref().unwrap().span;
                assert_eq!(sources.get(place.file).name, "memos.yaml", "not in the comments:\n{text}\n{shown}");
            }
            let validator = compile::validator();
            let mut sources = Sources::default();
            let file = sources.add("memos.yaml", text.as_str(), Origin::File);
            let document = yaml::parse(&sources, file, &mut Diagnostics::default()).unwrap();
            assert_eq!(validator.layer.findings(&document.value), [], "an editor would complain:\n{text}");
        }
    }
}
