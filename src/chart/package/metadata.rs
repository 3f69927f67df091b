//! What `Chart.yaml` says, as Helm publishes it.

use serde_json::{Map, Value};

use super::PackageError;
use crate::chart::files::ChartFiles;

/// The fields of `Chart.yaml` in the order in which Helm writes them as JSON.
const FIELDS: [&str; 17] = [
    "name",
    "home",
    "sources",
    "version",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
];

/// The same for one maintainer.
const MAINTAINER: [&str; 3] = ["name", "email", "url"];

/// The text of `Chart.yaml`.
pub(super) fn text(chart: &ChartFiles) -> Result<&str, PackageError> {
    let refused = |reason: &str| PackageError::Metadata(reason.to_owned());
    let bytes = chart.files.get("Chart.yaml").ok_or_else(|| refused("is missing"))?;
    std::str::from_utf8(bytes).map_err(|_| refused("is not UTF-8"))
}

/// What `Chart.yaml` says, with its fields in Helm's order. What is empty is left out, as Helm does.
pub(super) fn metadata(chart: &ChartFiles) -> Result<Map<String, Value>, PackageError> {
    let refused = |reason: String| PackageError::Metadata(reason);
    let read: Map<String, Value> =
        serde_yaml::from_str(text(chart)?).map_err(|error| refused(format!("is not a map of YAML: {error}")))?;
    if let Some(field) = read.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(refused(format!("has the field `{}`, which Helm does not know", field.escape_debug())));
    }
    for (field, value) in [("name", &chart.name), ("version", &chart.version)] {
        if read.get(field).and_then(Value::as_str) != Some(value) {
            return Err(refused(format!("does not say `{field}: {value}`")));
        }
    }
    let mut ordered = in_order(&read, &FIELDS);
    if let Some(Value::Array(maintainers)) = ordered.get_mut("maintainers") {
        for maintainer in maintainers.iter_mut() {
            *maintainer = maintainer.as_object().map_or(Value::Null, |map| in_order(map, &MAINTAINER).into());
        }
    }
    if let Some(Value::Object(annotations)) = ordered.get_mut("annotations") {
        annotations.sort_keys();
    }
    Ok(ordered)
}

fn in_order(read: &Map<String, Value>, fields: &[&str]) -> Map<String, Value> {
    let empty = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    let field = |field: &&str| Some(((*field).to_owned(), read.get(*field).filter(|value| !empty(value))?.clone()));
    fields.iter().filter_map(field).collect()
}
