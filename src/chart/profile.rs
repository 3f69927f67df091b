//! What a profile or a spec says, as values of the chart: `values-<profile>.yaml`, and what `chart values` prints.

use serde_json::{Map, Value};

use super::field::{Entry, Section, offered};
use super::pattern;
use super::values::{comment, entry};
use crate::diagnostic::Diagnostics;
use crate::profile::{self, Merged, PROFILES, placeholders};
use crate::source::Sources;
use crate::validate::ValidatedSpec;

/// The name of a profile's file.
pub fn file_name(profile: &str) -> String {
    format!("values-{profile}.yaml")
}

/// The text of `values-<profile>.yaml`; empty for a profile that does not exist.
pub fn profile_values(profile: &str) -> String {
    let Some(merged) = merged(profile) else { return String::new() };
    let mut out = String::new();
    comment(&mut out, 0, &about(profile));
    comment(&mut out, 0, &format!("Give it with `-f {}`, and your own values behind it.", file_name(profile)));
    let offered = offered();
    let paths: Vec<String> =
        placeholders(&merged).into_iter().map(|placeholder| format!("`{}`", placeholder.path)).collect();
    if !paths.is_empty() {
        let note = "These stand for what only you can know, and lead nowhere until you replace them:";
        comment(&mut out, 0, &format!("{note} {}.", paths.join(", ")));
    }
    if let Some(spec) = merged.value["spec"].as_object() {
        write(&mut out, 0, &offered, spec);
    }
    out
}

/// Something that a spec says and values cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSaid {
    /// The path in the spec.
    pub path: String,
    /// The form in which the chart would read it; none when it has no such value.
    pub form: Option<&'static str>,
}

/// The values that say what a spec says: for a release of any name, and for no profile beside them.
///
/// # Errors
///
/// What values cannot say.
pub fn spec_values(spec: &ValidatedSpec) -> Result<String, Vec<NotSaid>> {
    let (offered, mut others) = (offered(), Vec::new());
    let nothing = Map::new();
    let said = spec.said().as_object().unwrap_or(&nothing);
    strangers(&offered, said, &mut others);
    if !others.is_empty() {
        return Err(others);
    }
    let metadata = spec.metadata();
    let mut out = String::new();
    let source = format!("What `memos-gen build --profile {}` compiles, as values of the chart.", spec.profile());
    comment(&mut out, 0, &format!("{source} Install it with `-n {}`.", metadata.namespace));
    entry(&mut out, 0, "fullnameOverride", &Value::from(metadata.name.to_string()));
    write(&mut out, 0, &offered, said);
    Ok(out)
}

/// What a profile and those that it extends say.
pub(super) fn merged(profile: &str) -> Option<Merged> {
    profile::merge(&mut Sources::default(), Some(profile), &[], &mut Diagnostics::default())
}

/// The first sentence of the comment that the profile begins with.
pub(super) fn about(profile: &str) -> String {
    let text = PROFILES.iter().find(|(name, ..)| *name == profile).map_or("", |(_, _, text)| *text);
    let lines = text.lines().map_while(|line| line.strip_prefix("# "));
    let comment = lines.collect::<Vec<_>>().join(" ");
    comment.split_inclusive(". ").next().unwrap_or_default().trim().to_owned()
}

/// Keys that are null were inherited and taken away again; they need no line.
fn write(out: &mut String, indent: usize, section: &Section, given: &Map<String, Value>) {
    for known in &section.entries {
        let Some(value) = given.get(known.name()).filter(|value| !value.is_null()) else { continue };
        match (known, value) {
            (Entry::Section(section), Value::Object(below)) => {
                out.push_str(&format!("{}{}:\n", " ".repeat(indent), section.name()));
                write(out, indent + 2, section, below);
            }
            _ => entry(out, indent, known.name(), value),
        }
    }
}

fn strangers(section: &Section, given: &Map<String, Value>, found: &mut Vec<NotSaid>) {
    for (key, value) in given {
        match (section.entries.iter().find(|entry| entry.name() == key), value) {
            (Some(Entry::Section(section)), Value::Object(below)) => strangers(section, below, found),
            (Some(Entry::Field(field)), Value::String(text)) if !pattern::is_read(field, text) => {
                let form = Some(pattern::note(field).unwrap_or("as short and plain as it can be"));
                found.push(NotSaid { path: field.path.clone(), form });
            }
            (Some(_), _) | (None, Value::Null) => {}
            (None, _) => found.push(NotSaid { path: crate::schema::fields::join(&section.path, key), form: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_nothing_that_the_chart_does_not_offer() {
        for (profile, ..) in PROFILES {
            let mut found = Vec::new();
            strangers(&offered(), merged(profile).unwrap().value["spec"].as_object().unwrap(), &mut found);
            assert_eq!(found, [], "{profile}");
        }
    }

    #[test]
    fn what_a_profile_says_stands_in_its_values() {
        fn without_null(value: &Value) -> Value {
            match value {
                Value::Object(map) => {
                    let given = map.iter().filter(|(_, value)| !value.is_null());
                    Value::Object(given.map(|(key, value)| (key.clone(), without_null(value))).collect())
                }
                other => other.clone(),
            }
        }
        for (profile, ..) in PROFILES {
            let text = profile_values(profile);
            let values: Value = serde_yaml::from_str(&text).unwrap();
            assert_eq!(values, without_null(&merged(profile).unwrap().value["spec"]), "{profile}");
            assert!(text.starts_with("# "), "{text}");
        }
        let gcp = profile_values("gcp");
        assert!(gcp.starts_with(
            "# Production on Google GKE: Cloud SQL behind its Auth Proxy, Memorystore, Filestore, the GKE Gateway."
        ));
        assert!(!gcp.contains("postgres.example.invalid"), "{gcp}");
    }
}
