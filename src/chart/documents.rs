//! All files of the chart that are no templates of objects: what it is, what its values mean, how it is used and tested.

mod metadata;
mod readme;
mod unit;

use std::collections::BTreeMap;

use super::profile::{file_name, profile_values};
use super::schema::values_schema_text;
use super::values::values_yaml;
use crate::plan::names::Role;
use crate::profile::PROFILES;

/// The name of the chart.
pub const NAME: &str = "memos";

/// Every file by its path in the chart.
///
/// The templates `templates/_notes.tpl`, `templates/NOTES.txt` and `templates/tests/health.yaml` rest on the helper
/// `memos.fullname`, which stands with the templates of the objects.
pub fn documents() -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut add = |path: &str, text: String| files.insert(path.to_owned(), text.into_bytes());
    add("Chart.yaml", metadata::chart_yaml());
    add("values.yaml", values_yaml());
    add("values.schema.json", values_schema_text());
    for (profile, ..) in PROFILES {
        add(&file_name(profile), profile_values(profile));
    }
    add("README.md", readme::readme());
    add("LICENSE", include_str!("../../LICENSE").to_owned());
    add(".helmignore", include_str!("documents/helmignore").to_owned());
    add("templates/NOTES.txt", include_str!("documents/notes.txt").to_owned());
    add("templates/_notes.tpl", include_str!("documents/notes.tpl").to_owned());
    add("templates/tests/health.yaml", health());
    for (path, text) in unit::tests() {
        add(&path, text);
    }
    files
}

fn health() -> String {
    include_str!("documents/health.yaml").replace("@PORT@", &Role::Memos.port().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_text_that_ends_with_one_line_break() {
        for (path, content) in documents() {
            let text = String::from_utf8(content).expect(&path);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
            assert!(!text.contains('\r') && !text.contains("@PORT@"), "{path}");
        }
    }

    #[test]
    fn the_files_are_those_of_a_chart() {
        let files = documents();
        for path in [
            "Chart.yaml",
            "values.yaml",
            "values.schema.json",
            "README.md",
            "LICENSE",
            ".helmignore",
            "templates/NOTES.txt",
        ] {
            assert!(files.contains_key(path), "{path}");
        }
        assert_eq!(files.keys().filter(|path| path.starts_with("values-")).count(), PROFILES.len());
        assert!(files.keys().any(|path| path.starts_with("tests/") && path.ends_with("_test.yaml")));
    }
}
