//! The `null`s of a patch, each of which takes something away (RFC 7386).

use serde_json::{Map, Value};

/// Fields that tell the items of a list apart, as Kubernetes' lists with keys have them. A mount's `name` is its volume's.
const ITEM_KEYS: [&str; 5] = ["mountPath", "name", "containerPort", "port", "topologyKey"];

/// Whether two items of a list are one by the first of the known keys that the second has.
pub(super) fn same_item(one: &Value, other: &Value) -> bool {
    let key = ITEM_KEYS.into_iter().find(|key| other.get(key).is_some_and(|value| !value.is_null()));
    key.is_some_and(|key| one.get(key) == other.get(key))
}

/// The path of a key: `data.X`.
pub(super) fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The paths of all that a patch takes away.
pub(super) fn removals(patch: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(patch, "", &mut found);
    found
}

fn collect(patch: &Value, path: &str, found: &mut Vec<String>) {
    match patch {
        Value::Object(map) => {
            for (key, value) in map {
                let path = below(path, key);
                if value.is_null() {
                    found.push(path);
                } else {
                    collect(value, &path, found);
                }
            }
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, item)| collect(item, &format!("{path}[{at}]"), found));
        }
        _ => {}
    }
}

/// What a patch adds: without the keys that it takes away, and without maps that hold nothing else.
pub(in crate::object) fn without_removals(patch: &Value) -> Value {
    addition(patch, "", None).unwrap_or_else(|| Value::Object(Map::new()))
}

/// What a patch adds, with `true` in the place of one thing that it takes away.
pub(super) fn with_removal_as_probe(patch: &Value, probe: &str) -> Value {
    addition(patch, "", Some(probe)).unwrap_or_else(|| Value::Object(Map::new()))
}

fn addition(patch: &Value, path: &str, probe: Option<&str>) -> Option<Value> {
    match patch {
        Value::Object(map) => {
            let kept: Map<String, Value> = map
                .iter()
                .filter_map(|(key, value)| {
                    let path = below(path, key);
                    let kept = if value.is_null() {
                        (probe == Some(path.as_str())).then_some(Value::Bool(true))
                    } else {
                        addition(value, &path, probe)
                    };
                    Some((key.clone(), kept?))
                })
                .collect();
            (map.is_empty() || !kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(list) => {
            let item = |(at, item)| addition(item, &format!("{path}[{at}]"), probe).unwrap_or_default();
            Some(Value::Array(list.iter().enumerate().map(item).collect()))
        }
        other => Some(other.clone()),
    }
}

/// Removes what a patch sets to `null`; the paths of what is not there.
pub(super) fn take_away(object: &mut Value, patch: &Value) -> Vec<String> {
    let mut absent = Vec::new();
    remove(Some(object), patch, "", &mut absent);
    absent
}

fn remove(object: Option<&mut Value>, patch: &Value, path: &str, absent: &mut Vec<String>) {
    match patch {
        Value::Object(patch) => {
            let mut object = object.and_then(Value::as_object_mut);
            for (key, value) in patch {
                let path = below(path, key);
                if !value.is_null() {
                    remove(object.as_mut().and_then(|object| object.get_mut(key)), value, &path, absent);
                } else if object.as_mut().and_then(|object| object.shift_remove(key)).is_none() {
                    absent.push(path);
                }
            }
        }
        Value::Array(patch) => {
            let mut object = object.and_then(Value::as_array_mut);
            for (at, item) in patch.iter().enumerate() {
                let same = object.as_mut().and_then(|list| list.iter_mut().find(|one| same_item(one, item)));
                remove(same, item, &format!("{path}[{at}]"), absent);
            }
        }
        _ => {}
    }
}
