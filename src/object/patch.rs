//! Strategic merges into built objects, as `kubectl patch` does them: maps by key, containers and variables by name, and
//! `null` takes away.

use k8s_openapi::DeepMerge;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, PersistentVolumeClaim, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::storage::v1::StorageClass;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Object, extra};

/// Merges a patch into an object.
///
/// # Errors
/// Says which field of the patch is unknown or of the wrong type; the object is then as it was.
pub fn apply(object: &mut Object, patch: &Value) -> Result<(), String> {
    let merged = match (object.api_version.as_str(), object.kind.as_str()) {
        ("apps/v1", "Deployment") => typed::<Deployment>(&object.value, patch),
        ("apps/v1", "StatefulSet") => typed::<StatefulSet>(&object.value, patch),
        ("autoscaling/v2", "HorizontalPodAutoscaler") => typed::<HorizontalPodAutoscaler>(&object.value, patch),
        ("networking.k8s.io/v1", "Ingress") => typed::<Ingress>(&object.value, patch),
        ("networking.k8s.io/v1", "NetworkPolicy") => typed::<NetworkPolicy>(&object.value, patch),
        ("policy/v1", "PodDisruptionBudget") => typed::<PodDisruptionBudget>(&object.value, patch),
        ("storage.k8s.io/v1", "StorageClass") => typed::<StorageClass>(&object.value, patch),
        ("v1", "ConfigMap") => typed::<ConfigMap>(&object.value, patch),
        ("v1", "Namespace") => typed::<Namespace>(&object.value, patch),
        ("v1", "PersistentVolumeClaim") => typed::<PersistentVolumeClaim>(&object.value, patch),
        ("v1", "Service") => typed::<Service>(&object.value, patch),
        ("v1", "ServiceAccount") => typed::<ServiceAccount>(&object.value, patch),
        // Custom kinds have no list of ours with named items, so a merge by key is what the API server would do as well.
        _ => Ok(untyped(object.value.clone(), patch)),
    }?;
    object.value = merged;
    Ok(())
}

fn typed<K: DeepMerge + DeserializeOwned + Serialize>(object: &Value, patch: &Value) -> Result<Value, String> {
    let wrong = |error: serde_json::Error| error.to_string();
    // Kubernetes' types want `apiVersion` and `kind`, which a patch need not repeat.
    let mut whole = patch.clone();
    if let Some(map) = whole.as_object_mut() {
        for key in ["apiVersion", "kind"] {
            map.entry(key).or_insert_with(|| object[key].clone());
        }
    }
    let addition: K = serde_json::from_value(whole.clone()).map_err(wrong)?;
    if let Some(path) = extra::lost(&whole, &serde_json::to_value(&addition).map_err(wrong)?, "") {
        return Err(format!("`{path}` is not a field of it"));
    }
    let mut base: K = serde_json::from_value(object.clone()).map_err(wrong)?;
    base.merge_from(addition);
    let mut merged = serde_json::to_value(&base).map_err(wrong)?;
    take_away(&mut merged, patch);
    Ok(merged)
}

fn untyped(mut object: Value, patch: &Value) -> Value {
    merge(&mut object, patch);
    take_away(&mut object, patch);
    object
}

fn merge(object: &mut Value, patch: &Value) {
    match (object, patch) {
        (Value::Object(object), Value::Object(patch)) => {
            for (key, value) in patch.iter().filter(|(_, value)| !value.is_null()) {
                merge(object.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (object, patch) => *object = patch.clone(),
    }
}

/// Removes what the patch sets to `null`.
fn take_away(object: &mut Value, patch: &Value) {
    let (Some(object), Some(patch)) = (object.as_object_mut(), patch.as_object()) else { return };
    for (key, value) in patch {
        if value.is_null() {
            object.shift_remove(key);
        } else if let Some(inner) = object.get_mut(key) {
            take_away(inner, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment() -> Object {
        let value = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "memos"},
            "spec": {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": {"spec": {"containers": [
                {"name": "memos", "image": "x:1", "env": [{"name": "A", "value": "1"}]},
            ]}}},
        });
        Object {
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            name: "memos".to_owned(),
            namespace: None,
            value,
        }
    }

    #[test]
    fn containers_and_variables_merge_by_name_and_null_takes_away() {
        let mut object = deployment();
        let patch = json!({"spec": {"replicas": null, "template": {"spec": {"containers": [
            {"name": "memos", "env": [{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]},
        ]}}}});
        assert_eq!(apply(&mut object, &patch), Ok(()));
        assert!(object.value["spec"].get("replicas").is_none());
        let container = &object.value["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["image"], "x:1");
        assert_eq!(container["env"], json!([{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]));
    }

    #[test]
    fn an_unknown_field_changes_nothing() {
        let mut object = deployment();
        let before = object.clone();
        let error = apply(&mut object, &json!({"spec": {"replicass": 3}}));
        assert_eq!(error, Err("`spec.replicass` is not a field of it".to_owned()));
        assert!(apply(&mut object, &json!({"spec": {"replicas": "three"}})).is_err());
        assert_eq!(object, before);
    }
}
