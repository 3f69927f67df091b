//! Parts of pods that the user gives as they stand in a pod: typed, and refused when a field of them is not known.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A part of a pod as a type of Kubernetes.
///
/// # Errors
/// Says which field is unknown or of the wrong type. Kubernetes' types drop unknown fields in silence, so what comes out
/// is compared with what went in.
pub fn typed<T: DeserializeOwned + Serialize>(given: &Map<String, Value>) -> Result<T, String> {
    let value = Value::Object(given.clone());
    let typed: T = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let back = serde_json::to_value(&typed).map_err(|error| error.to_string())?;
    match lost(&value, &back, "") {
        Some(path) => Err(format!("`{path}` is not a field of it")),
        None => Ok(typed),
    }
}

/// All parts that are right; a rule reports the others.
pub fn all<T: DeserializeOwned + Serialize>(given: &[Map<String, Value>]) -> Vec<T> {
    given.iter().filter_map(|part| typed(part).ok()).collect()
}

/// The path of the first thing that went in and did not come out.
pub fn lost(given: &Value, back: &Value, path: &str) -> Option<String> {
    match (given, back) {
        (Value::Object(given), Value::Object(back)) => given.iter().find_map(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match back.get(key) {
                Some(back) => lost(value, back, &path),
                None => (!is_empty(value)).then_some(path),
            }
        }),
        (Value::Array(given), Value::Array(back)) => given
            .iter()
            .zip(back)
            .enumerate()
            .find_map(|(at, (given, back))| lost(given, back, &format!("{path}[{at}]"))),
        _ => None,
    }
}

/// Empty lists and maps may come back as nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::{Container, Toleration};
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn unknown_fields_are_found_at_any_depth() {
        let good = json!({"name": "log", "image": "busybox:1", "resources": {"limits": {"memory": "64Mi"}}});
        assert_eq!(typed::<Container>(&map(good)).map(|container| container.name), Ok("log".to_owned()));
        let bad = json!({"name": "log", "securityContext": {"runAsRoot": false}});
        let error = "`securityContext.runAsRoot` is not a field of it".to_owned();
        assert_eq!(typed::<Container>(&map(bad)).map(|_| ()), Err(error));
        assert!(typed::<Toleration>(&map(json!({"tolerationSeconds": "soon"}))).is_err());
    }
}
