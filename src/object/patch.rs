//! Strategic merges into built objects, as `kubectl patch` does them: maps by key, containers and variables by name, and
//! `null` takes away.

mod removal;
#[cfg(test)]
mod tests;

use k8s_openapi::DeepMerge;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::kinds::by_type;
use super::{Object, extra};
pub(super) use removal::without_removals;
use removal::{removals, same_item, take_away, with_removal_as_probe};

/// What came of a patch: where it takes away something that is not there, such as `data.X`; or why nothing of it was merged.
pub type Outcome = Result<Vec<String>, String>;

/// Merges a patch into an object.
///
/// # Errors
/// Says which field of the patch is unknown, of the wrong type or cannot be taken away; the object is then as it was.
pub fn apply(object: &mut Object, patch: &Value) -> Outcome {
    for key in ["apiVersion", "kind"] {
        if patch.get(key).is_some_and(|given| *given != object.value[key]) {
            return Err(format!("`{key}` cannot be changed"));
        }
    }
    // Custom kinds have no list of ours with named items, so a merge by key is what the API server would do as well.
    let merged = by_type!(object, typed(&object.value, patch), Ok(untyped(object.value.clone(), patch)))?;
    object.value = merged.value;
    Ok(merged.absent)
}

/// A merged object, and where the patch takes away something that is not there.
struct Merged {
    value: Value,
    absent: Vec<String>,
}

fn typed<K: DeepMerge + DeserializeOwned + Serialize>(object: &Value, patch: &Value) -> Result<Merged, String> {
    let wrong = |error: serde_json::Error| error.to_string();
    let whole = enveloped(object, without_removals(patch));
    let mut addition =
        serde_json::to_value(serde_json::from_value::<K>(whole.clone()).map_err(wrong)?).map_err(wrong)?;
    if let Some(path) = extra::lost(&whole, &addition, "") {
        return Err(not_a_field(&path));
    }
    for path in removals(patch) {
        is_field::<K>(object, patch, &path)?;
    }
    keep_required(&mut addition, &whole, object);
    let mut base: K = serde_json::from_value(object.clone()).map_err(wrong)?;
    base.merge_from(serde_json::from_value(addition).map_err(wrong)?);
    let mut value = serde_json::to_value(&base).map_err(wrong)?;
    let absent = take_away(&mut value, patch);
    let back = serde_json::to_value(serde_json::from_value::<K>(value.clone()).map_err(wrong)?).map_err(wrong)?;
    match first_missing(&value, &back, "") {
        Some(path) => Err(format!("`{path}` cannot be taken away")),
        None => Ok(Merged { value, absent }),
    }
}

/// Kubernetes' types want `apiVersion` and `kind`, which a patch need not repeat and cannot change.
pub(super) fn enveloped(object: &Value, mut patch: Value) -> Value {
    if let Some(map) = patch.as_object_mut() {
        for key in ["apiVersion", "kind"] {
            map.insert(key.to_owned(), object[key].clone());
        }
    }
    patch
}

fn not_a_field(path: &str) -> String {
    format!("`{path}` is not a field of it")
}

/// Whether what is taken away could be there. Kubernetes' types drop unknown fields whatever they hold, and are particular about
/// the values of known ones: a value that is wrong nearly everywhere is either kept, refused where it stands, or lost.
fn is_field<K: DeserializeOwned + Serialize>(object: &Value, patch: &Value, path: &str) -> Result<(), String> {
    let probe = enveloped(object, with_removal_as_probe(patch, path));
    let typed: K = match serde_path_to_error::deserialize(&probe) {
        Ok(typed) => typed,
        Err(error) if error.path().to_string() == path => return Ok(()),
        Err(error) => return Err(error.into_inner().to_string()),
    };
    let back = serde_json::to_value(&typed).map_err(|error| error.to_string())?;
    extra::lost(&probe, &back, "").map_or(Ok(()), |path| Err(not_a_field(&path)))
}

/// Puts the object's own values where Kubernetes' types have set a required field that the patch leaves out to nothing.
fn keep_required(addition: &mut Value, patch: &Value, object: &Value) {
    match (addition, patch, object) {
        (Value::Object(addition), Value::Object(patch), Value::Object(object)) => {
            for (key, value) in addition.iter_mut() {
                match (patch.get(key), object.get(key)) {
                    (Some(patch), Some(object)) => keep_required(value, patch, object),
                    (None, Some(object)) => *value = object.clone(),
                    (_, None) => {}
                }
            }
        }
        (Value::Array(addition), Value::Array(patch), Value::Array(object)) => {
            for (value, patch) in addition.iter_mut().zip(patch) {
                if let Some(object) = object.iter().find(|object| same_item(object, patch)) {
                    keep_required(value, patch, object);
                }
            }
        }
        _ => {}
    }
}

/// The path of the first thing that Kubernetes' types have put back.
fn first_missing(value: &Value, back: &Value, path: &str) -> Option<String> {
    match (value, back) {
        (Value::Object(value), Value::Object(back)) => back.iter().find_map(|(key, back)| {
            let path = removal::below(path, key);
            value.get(key).map_or_else(|| Some(path.clone()), |value| first_missing(value, back, &path))
        }),
        (Value::Array(value), Value::Array(back)) => value
            .iter()
            .zip(back)
            .enumerate()
            .find_map(|(at, (value, back))| first_missing(value, back, &format!("{path}[{at}]"))),
        _ => None,
    }
}

fn untyped(mut value: Value, patch: &Value) -> Merged {
    merge(&mut value, &without_removals(patch));
    let absent = take_away(&mut value, patch);
    Merged { value, absent }
}

fn merge(object: &mut Value, patch: &Value) {
    match (object, patch) {
        (Value::Object(object), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(object.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (object, patch) => *object = patch.clone(),
    }
}
