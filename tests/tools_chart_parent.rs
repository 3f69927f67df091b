//! The chart as a dependency of another, under both Helms: as a folder, as an archive, and as Helm packs it itself.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::path::{Path, PathBuf};

use chart::{HELMS, Objects, Release, built_of_profile, differences, rendered_by_program};
use memos_gen::chart::files::chart_files;
use memos_gen::chart::package::archive;
use serde_json::{Value, json};

/// How the parent has the chart.
#[derive(Debug, Clone, Copy)]
enum Kept {
    Folder,
    Archive,
    /// `helm dependency build` of a folder beside the parent.
    Built,
}

/// A parent that has the chart under the aliases `notes` and `wiki`; the latter is off unless its values say otherwise.
struct Parent {
    folder: tempfile::TempDir,
}

impl Parent {
    fn new(helm: &str, kept: Kept) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (parent, beside) = (folder.path().join("site"), folder.path().join("memos"));
        fs::create_dir_all(parent.join("charts")).unwrap();
        let files = chart_files();
        let dependency = |alias: &str| {
            let repository = if let Kept::Built = kept { "file://../memos" } else { "" };
            json!({
                "name": "memos",
                "version": files.version,
                "repository": repository,
                "alias": alias,
                "condition": format!("{alias}.enabled"),
            })
        };
        let metadata = json!({
            "apiVersion": "v2",
            "name": "site",
            "version": "0.1.0",
            "dependencies": [dependency("notes"), dependency("wiki")],
        });
        fs::write(parent.join("Chart.yaml"), metadata.to_string()).unwrap();
        fs::write(parent.join("values.yaml"), json!({"wiki": {"enabled": false}}).to_string()).unwrap();
        match kept {
            Kept::Folder => chart::write_chart(&parent.join("charts/memos")),
            Kept::Archive => fs::write(parent.join("charts/memos.tgz"), archive(&files).unwrap()).unwrap(),
            Kept::Built => {
                chart::write_chart(&beside);
                tools::run(helm, &["dependency", "build", parent.to_str().unwrap()], "");
            }
        }
        Self { folder }
    }

    fn rendered(&self, helm: &str, values: &Value) -> Result<Objects, String> {
        let file = self.folder.path().join("values.json");
        fs::write(&file, values.to_string()).unwrap();
        let chart = self.folder.path().join("site");
        rendered_by_program(helm, &Release { chart: &chart, name: "site", namespace: "spot", values: vec![file] })
    }
}

/// Every way to have it, with each Helm.
fn parents() -> impl Iterator<Item = (&'static str, Kept, Parent)> {
    HELMS
        .into_iter()
        .flat_map(|helm| [Kept::Folder, Kept::Archive, Kept::Built].map(|kept| (helm, kept, Parent::new(helm, kept))))
}

/// The values of a profile, and more.
fn values(profile: &str, more: &Value) -> Value {
    let (_, text) =
        chart_files().files.into_iter().find(|(path, _)| *path == format!("values-{profile}.yaml")).unwrap();
    let mut values: Value = serde_yaml::from_slice(&text).unwrap();
    values.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    values
}

#[test]
fn a_dependency_is_what_the_compiler_builds_under_its_alias() {
    let global = json!({"imageRegistry": "registry.example.com", "enabled": false, "notes": {"nameOverride": "x"}});
    for (helm, kept, parent) in parents() {
        for (more, name) in [
            (json!({}), "site-notes"),
            (json!({"enabled": true}), "site-notes"),
            (json!({"nameOverride": "wiki"}), "site-wiki"),
            (json!({"nameOverride": "site"}), "site"),
            (json!({"fullnameOverride": "notebook"}), "notebook"),
        ] {
            let found = parent.rendered(helm, &json!({"global": global, "notes": values("aws", &more)})).unwrap();
            let differing = differences(&found, &built_of_profile("aws", &json!({}), name, "spot"));
            assert!(differing.is_empty(), "{helm}, {kept:?}, {more}:\n{}", differing.join("\n"));
        }
    }
}

#[test]
fn a_dependency_that_is_switched_off_renders_nothing() {
    for (helm, kept, parent) in parents() {
        let found = parent.rendered(helm, &json!({"notes": values("aws", &json!({"enabled": false}))})).unwrap();
        assert!(found.is_empty(), "{helm}, {kept:?}: {:?}", found.keys());
    }
}

#[test]
fn two_dependencies_stand_side_by_side() {
    for (helm, kept, parent) in parents() {
        let both = json!({"notes": values("aws", &json!({})), "wiki": values("dev", &json!({"enabled": true}))});
        let mut expected = built_of_profile("aws", &json!({}), "site-notes", "spot");
        expected.extend(built_of_profile("dev", &json!({}), "site-wiki", "spot"));
        let differing = differences(&parent.rendered(helm, &both).unwrap(), &expected);
        assert!(differing.is_empty(), "{helm}, {kept:?}:\n{}", differing.join("\n"));
    }
}

#[test]
fn values_below_the_alias_are_checked() {
    for (helm, kept, parent) in parents() {
        for (values, place) in [
            (json!({"database": {"kind": "postgres", "memory": "1G"}}), "/database/memory"),
            (json!({"databse": {}}), "databse"),
            (json!({"global": 1}), "global"),
        ] {
            let told = parent.rendered(helm, &json!({"notes": values})).unwrap_err();
            assert!(told.contains("notes:") && told.contains(place), "{helm}, {kept:?}, {values}: {told}");
        }
        // What is below the chart's own name is not below its alias.
        let aside = parent.rendered(helm, &json!({"memos": {"databse": {}}})).unwrap();
        let expected = parent.rendered(helm, &json!({})).unwrap();
        assert!(!aside.is_empty() && aside == expected, "{helm}, {kept:?}");
    }
}

/// The parent's own package holds the chart whole.
#[test]
fn a_packaged_parent_renders_the_same() {
    for helm in HELMS {
        let parent = Parent::new(helm, Kept::Archive);
        let (site, out) = (parent.folder.path().join("site"), parent.folder.path().join("out"));
        tools::run(helm, &["package", site.to_str().unwrap(), "-d", out.to_str().unwrap()], "");
        let packed: PathBuf = out.join("site-0.1.0.tgz");
        let of = |chart: &Path| {
            let release = Release { chart, name: "site", namespace: "spot", values: Vec::new() };
            rendered_by_program(helm, &release).unwrap()
        };
        let (one, other) = (of(&packed), of(&site));
        assert!(!one.is_empty() && one == other, "{helm}");
    }
}
