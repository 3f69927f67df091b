//! `Chart.yaml`.

use serde_json::{Map, Value, json};

use super::NAME;
use crate::emit::yaml;
use crate::plan::image;
use crate::spec::Spec;
use crate::spec::memos::Distribution;

/// What the chart installs, in one sentence.
pub(super) const DESCRIPTION: &str = "Memos, the self-hosted notes app, with its database, cache, edge and policies.";

/// Where the sources are.
pub(super) const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The version of the chart, which is the compiler's.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

const CHANGELOG: &str = include_str!("../../../CHANGELOG.md");

/// The project's own logo, from the page of its sources.
const ICON: &str = "https://raw.githubusercontent.com/usememos/.github/refs/heads/main/assets/logo-rounded.png";

pub(super) fn chart_yaml() -> String {
    let spec = Spec::default();
    yaml::document(&json!({
        "apiVersion": "v2",
        "name": NAME,
        "version": VERSION,
        "appVersion": spec.memos.version.as_str(),
        // The suffix admits the versions of clouds, such as `v1.34.1-gke.100`.
        "kubeVersion": format!(">={}.0-0", spec.kubernetes.version.as_str()),
        "type": "application",
        "description": DESCRIPTION,
        "home": REPOSITORY,
        "icon": ICON,
        "sources": [REPOSITORY, "https://github.com/usememos/memos"],
        "keywords": ["memos", "notes", "note-taking", "self-hosted", "knowledge-base"],
        "maintainers": [{ "name": "memos-gen", "url": REPOSITORY }],
        "annotations": annotations(),
    }))
}

/// Artifact Hub reads texts only; lists are YAML within them. Nothing here tells the time.
fn annotations() -> Map<String, Value> {
    let lists = [
        ("artifacthub.io/images", images()),
        ("artifacthub.io/changes", changes(CHANGELOG)),
        (
            "artifacthub.io/links",
            json!([
                { "name": "the compiler", "url": REPOSITORY },
                { "name": "Memos", "url": "https://github.com/usememos/memos" },
            ]),
        ),
    ];
    let lists = lists.into_iter().map(|(name, list)| (name.to_owned(), json!(yaml::document(&list))));
    let words = [
        // None of its categories is about notes, and it would guess one.
        ("artifacthub.io/category", "skip-prediction"),
        ("artifacthub.io/license", env!("CARGO_PKG_LICENSE")),
    ];
    words.into_iter().map(|(name, word)| (name.to_owned(), json!(word))).chain(lists).collect()
}

/// The images that the values can lead to when none is named.
fn images() -> Value {
    let spec = Spec::default();
    let version = crate::spec::database::Postgres::default().version;
    let images = [
        ("memos", image::memos(&spec)),
        ("postgres", image::postgres(Distribution::Memos, version)),
        ("cloudnative-pg", image::cluster(version)),
        ("pgbouncer", image::pooler()),
        ("valkey", image::redis()),
        ("cloud-sql-proxy", image::cloud_sql_proxy()),
    ];
    images.into_iter().map(|(name, image)| json!({ "name": name, "image": image.to_string() })).collect()
}

/// The newest section of the changelog: its headings are the kinds that Artifact Hub knows.
fn changes(changelog: &str) -> Value {
    let mut kind = String::new();
    let mut found: Vec<(String, String)> = Vec::new();
    let newest = changelog.split("\n## ").nth(1).unwrap_or_default();
    for line in newest.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            kind = heading.trim().to_lowercase();
        } else if let Some(item) = line.strip_prefix("- ") {
            found.push((kind.clone(), item.to_owned()));
        } else if let (Some(more), Some((_, text))) = (line.strip_prefix("  "), found.last_mut()) {
            text.push(' ');
            text.push_str(more);
        }
    }
    found.into_iter().map(|(kind, text)| json!({ "kind": kind, "description": text })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_changes_are_told_by_their_kind() {
        let text = "# Changelog\n\n## Unreleased\n\n### Added\n\n- One\n  and a half.\n- Two.\n\n### Fixed\n\n- Three.\n\n## 0.1.0\n\n### Added\n\n- Old.\n";
        assert_eq!(
            changes(text),
            json!([
                { "kind": "added", "description": "One and a half." },
                { "kind": "added", "description": "Two." },
                { "kind": "fixed", "description": "Three." },
            ])
        );
        let kinds = ["added", "changed", "deprecated", "removed", "fixed", "security"];
        let ours = changes(CHANGELOG);
        assert!(
            ours.as_array().unwrap().iter().all(|change| kinds.contains(&change["kind"].as_str().unwrap())),
            "{ours}"
        );
    }

    #[test]
    fn annotations_are_texts() {
        let chart: Value = serde_yaml::from_str(&chart_yaml()).unwrap();
        assert_eq!(chart["version"], VERSION);
        assert_eq!(chart["appVersion"], "0.30.0");
        for (name, text) in chart["annotations"].as_object().unwrap() {
            assert!(text.is_string(), "{name}");
        }
        let images: Value =
            serde_yaml::from_str(chart["annotations"]["artifacthub.io/images"].as_str().unwrap()).unwrap();
        assert!(
            images.as_array().unwrap().iter().all(|image| !image["image"].as_str().unwrap().contains('@')),
            "{images}"
        );
    }
}
