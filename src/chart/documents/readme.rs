//! The README of the chart. Its table of values is the one that helm-docs makes of `values.yaml`.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error};
use serde::Serialize;
use serde_json::Value;

use super::metadata::{DESCRIPTION, REPOSITORY, VERSION};
use crate::chart::field::offered;
use crate::chart::knob::KNOBS;
use crate::chart::profile::{about, file_name};
use crate::chart::words::{Row, rows};
use crate::compile::{self, Input, merged_schema};
use crate::diagnostic::Diagnostics;
use crate::emit::prerequisites::shape;
use crate::plan::secrets::SecretPlan;
use crate::profile::PROFILES;
use crate::schema::fields::fields;
use crate::source::{Origin, Sources};
use crate::spec::Spec;

const TEMPLATE: &str = include_str!("readme.md.jinja");

#[derive(Serialize)]
struct Page {
    description: &'static str,
    repository: &'static str,
    version: &'static str,
    app_version: String,
    kubernetes: String,
    profiles: Vec<ProfileRow>,
    secrets: Vec<SecretRow>,
    not_offered: Vec<FieldRow>,
    values: String,
}

#[derive(Serialize)]
struct ProfileRow {
    file: String,
    about: String,
    secrets: String,
}

#[derive(Serialize)]
struct SecretRow {
    name: String,
    key: String,
    meaning: &'static str,
    shape: String,
    needed_by: &'static str,
}

#[derive(Serialize)]
struct FieldRow {
    path: String,
    description: String,
}

pub(super) fn readme() -> String {
    let spec = Spec::default();
    let page = Page {
        description: DESCRIPTION,
        repository: REPOSITORY,
        version: VERSION,
        app_version: spec.memos.version.to_string(),
        kubernetes: spec.kubernetes.version.to_string(),
        profiles: PROFILES.into_iter().map(|(name, ..)| profile_row(name)).collect(),
        secrets: SECRETS.into_iter().flat_map(|(needed_by, spec)| secret_rows(needed_by, spec)).collect(),
        not_offered: not_offered(),
        values: tables(&rows(&offered())),
    };
    render(&page).expect("the template is part of the program, and a test renders it")
}

fn render(page: &Page) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment
        .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
    environment.add_template("readme", TEMPLATE)?;
    environment.get_template("readme")?.render(Serde(page))
}

fn profile_row(name: &str) -> ProfileRow {
    let secrets: Vec<String> = expected(name, None).into_iter().map(|secret| format!("`{}`", secret.name)).collect();
    ProfileRow {
        file: file_name(name),
        about: about(name),
        secrets: if secrets.is_empty() { "none".to_owned() } else { secrets.join(", ") },
    }
}

/// Specs that together need every Secret there is, and in which case a spec needs those.
const SECRETS: [(&str, &str); 5] = [
    (
        "PostgreSQL in the cluster, or `database.kind: managed` without `iamLogin` (`superuser-password`: in the cluster only; \
         `userlist.txt`: with PgBouncer)",
        "{database: {kind: postgres, pooler: {enabled: true}}, cache: {kind: none}, rollout: {createAdministrator: false}}",
    ),
    (
        "`cache.auth` (`users.acl`: Redis in the cluster only)",
        "{cache: {kind: redis}, database: {kind: sqlite}, rollout: {createAdministrator: false}}",
    ),
    (
        "`cache.auth` with `cache.kind: sentinel` (`renewer` with TLS only)",
        "{cache: {kind: sentinel, tlsSecret: redis-tls}, database: {kind: sqlite}, rollout: {createAdministrator: false}}",
    ),
    (
        "`attachments.kind: s3`",
        "{attachments: {kind: s3, endpoint: 'https://s3.example.com', region: eu-central-1, bucket: memos}, cache: {kind: none}, \
         database: {kind: sqlite}, rollout: {createAdministrator: false}}",
    ),
    ("`rollout.createAdministrator`", "{cache: {kind: none}, database: {kind: sqlite}}"),
];

fn secret_rows(needed_by: &'static str, spec: &str) -> Vec<SecretRow> {
    let mut found = Vec::new();
    for secret in expected("dev", Some(spec)) {
        for key in &secret.keys {
            found.push(SecretRow {
                name: secret.name.clone(),
                key: key.key.clone(),
                meaning: key.meaning,
                shape: shape(&key.content),
                needed_by,
            });
        }
    }
    found
}

/// The Secrets that a profile expects, with some fields of the spec changed.
fn expected(profile: &str, spec: Option<&str>) -> Vec<SecretPlan> {
    let mut sources = Sources::default();
    let files = spec.map(|spec| sources.add("memos.yaml", format!("spec: {spec}\n"), Origin::File));
    let input = Input { profile: Some(profile.to_owned()), files: files.into_iter().collect(), ..Input::default() };
    let validated = compile::validated(&mut sources, &input, &compile::validator(), &mut Diagnostics::default());
    validated.map(|validated| crate::plan::plan(&validated).secrets.expected).unwrap_or_default()
}

/// The fields of the spec that are no values, the outermost only.
fn not_offered() -> Vec<FieldRow> {
    let mut found: Vec<FieldRow> = Vec::new();
    let envelope = ["apiVersion", "kind", "metadata", "profile", "extends"];
    for field in fields(&merged_schema()) {
        let root = field.path.split('.').next().unwrap_or_default();
        let below = |path: &str, above: &str| path == above || path.starts_with(&format!("{above}."));
        let known = KNOBS.iter().any(|knob| below(&field.path, knob) || below(knob, &field.path));
        let listed =
            |row: &FieldRow| below(&field.path, &row.path) || field.path.starts_with(&format!("{}[]", row.path));
        if !envelope.contains(&root) && !known && !found.iter().any(listed) {
            found.push(FieldRow { path: field.path, description: field.description });
        }
    }
    found
}

/// One table a section, as helm-docs writes them in the order of the file.
fn tables(rows: &[Row]) -> String {
    let mut titles: Vec<&str> = Vec::new();
    let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in rows {
        let Some(value) = &row.value else { continue };
        if !titles.contains(&row.title.as_str()) {
            titles.push(&row.title);
        }
        let default = value.default.clone().unwrap_or_else(|| shown(&value.initial));
        lines
            .entry(&row.title)
            .or_default()
            .push(format!("| {} | {} | {default} | {} |", row.path, value.kind, row.text));
    }
    let table = |title: &&str| {
        let rows = lines.get(title).map(|rows| rows.join("\n")).unwrap_or_default();
        format!(
            "### {title}\n\n| Key | Type | Default | Description |\n|-----|------|---------|-------------|\n{rows}\n"
        )
    };
    titles.iter().map(table).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn shown(value: &Value) -> String {
    format!("`{value}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_that_is_ever_expected_is_described() {
        let text = readme();
        for key in [
            "| `memos-database` | `superuser-password` |",
            "| `memos-database` | `userlist.txt` |",
            "| `memos-cache` | `users.acl` |",
            "| `memos-storage` | `memos-instance-setting-storage.json` |",
            "| `memos-administrator` | `administrator.json` |",
        ] {
            assert!(text.contains(key), "{key}\n{text}");
        }
        assert_eq!(text.matches("| `memos-database` | `password` |").count(), 1);
    }

    #[test]
    fn what_is_not_offered_is_named() {
        let paths: Vec<String> = not_offered().into_iter().map(|field| field.path).collect();
        for path in [
            "memos.settings",
            "load.users",
            "overrides",
            "network.extraIngress",
            "rollout.fromVersion",
            "cache.replicas",
            "cache.sentinels",
        ] {
            assert!(paths.iter().any(|known| known == path), "{path}: {paths:?}");
        }
        let offered = |path: &&String| path.contains("components") || path.contains("[]");
        assert_eq!(paths.iter().find(offered), None);
    }

    #[test]
    fn no_text_breaks_a_table() {
        for row in rows(&offered()) {
            assert!(!row.text.contains('|') && !row.text.contains('\n'), "{}", row.path);
        }
    }
}
