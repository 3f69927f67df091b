//! What each profile emits, by compiling it.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::{NOTICE, cell};
use crate::compile::{self, Compilation, Input};
use crate::diagnostic::Diagnostics;
use crate::emit::manifests::in_install_order;
use crate::profile::PROFILES;
use crate::schema::validate::Validator;
use crate::source::Sources;

/// The page on all profiles.
pub(super) fn page() -> Result<String, Diagnostics> {
    let validator = compile::validator();
    let mut out = format!(
        "{NOTICE}# The profiles\n\n\
         What `memos-gen build --profile NAME` gives as the profile stands. A spec of yours changes it field by field;\n\
         `memos: {{version: …}}` takes the stock image, with one process and without Redis.\n"
    );
    for (name, path, text) in PROFILES {
        let compilation = compiled(name, &validator)?;
        let _ = write!(out, "\n## {name}\n\n");
        for line in text.lines().take_while(|line| line.starts_with('#')) {
            let _ = writeln!(out, "{}", line.trim_start_matches(['#', ' ']));
        }
        let _ = write!(out, "\nSource: [`{path}`](../../{path})\n");
        objects(&compilation, &mut out);
        images(&compilation, &mut out);
        secrets(&compilation, &mut out);
        placeholders(&compilation, &mut out);
        figures(&compilation, &mut out);
    }
    Ok(out)
}

fn compiled(profile: &str, validator: &Validator) -> Result<Compilation, Diagnostics> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let input = Input { profile: Some(profile.to_owned()), ..Input::default() };
    compile::compile(&mut sources, &input, validator, false, &mut diagnostics).ok_or(diagnostics)
}

fn objects(compilation: &Compilation, out: &mut String) {
    out.push_str("\n### Objects\n\n| kind | name | API |\n| --- | --- | --- |\n");
    for object in in_install_order(compilation.objects.objects()) {
        let _ = writeln!(out, "| {} | `{}` | {} |", object.kind, object.name, object.api_version);
    }
}

fn images(compilation: &Compilation, out: &mut String) {
    let mut images = BTreeSet::new();
    for object in compilation.objects.objects() {
        collect_images(&object.value, &mut images);
    }
    if !images.is_empty() {
        out.push_str("\n### Images\n\n");
        images.iter().for_each(|image| _ = writeln!(out, "- `{image}`"));
    }
}

fn collect_images<'a>(value: &'a Value, images: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "image" | "imageName") {
                    images.extend(value.as_str());
                }
                collect_images(value, images);
            }
        }
        Value::Array(list) => list.iter().for_each(|item| collect_images(item, images)),
        _ => {}
    }
}

fn secrets(compilation: &Compilation, out: &mut String) {
    if compilation.plan.secrets.expected.is_empty() {
        return;
    }
    out.push_str("\n### Secrets\n\n| Secret | key | what |\n| --- | --- | --- |\n");
    for secret in &compilation.plan.secrets.expected {
        for key in &secret.keys {
            let optional = if key.optional { " (optional)" } else { "" };
            let _ = writeln!(out, "| `{}` | `{}`{optional} | {} |", secret.name, key.key, cell(key.meaning));
        }
    }
}

fn placeholders(compilation: &Compilation, out: &mut String) {
    if compilation.validated.placeholders().is_empty() {
        return;
    }
    out.push_str("\n### Placeholders\n\nValues that you have to give.\n\n| field | value |\n| --- | --- |\n");
    for placeholder in compilation.validated.placeholders() {
        let _ = writeln!(out, "| `{}` | `{}` |", placeholder.path, cell(&placeholder.value));
    }
}

fn figures(compilation: &Compilation, out: &mut String) {
    out.push_str("\n### Figures\n\n| figure | value | formula | inputs | source |\n| --- | --- | --- | --- | --- |\n");
    for figure in &compilation.plan.figures {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} |",
            figure.path,
            cell(&figure.value),
            cell(&figure.formula),
            cell(&figure.inputs),
            cell(figure.source),
        );
    }
}
