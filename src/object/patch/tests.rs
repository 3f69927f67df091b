use serde_json::json;

use super::*;

fn object(api_version: &str, kind: &str, mut value: Value) -> Object {
    value["apiVersion"] = json!(api_version);
    value["kind"] = json!(kind);
    value["metadata"]["name"] = json!("memos");
    Object {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        name: "memos".to_owned(),
        namespace: None,
        value,
    }
}

fn deployment() -> Object {
    let container = json!({
        "name": "memos", "image": "x:1",
        "env": [{"name": "A", "value": "1"}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 5},
        "volumeMounts": [{"mountPath": "/a", "name": "data"}, {"mountPath": "/b", "name": "data", "subPath": "b"}],
    });
    let pod = json!({"containers": [container], "nodeSelector": {"disk": "ssd"}});
    object(
        "apps/v1",
        "Deployment",
        json!({"metadata": {"labels": {"team": "a", "tier": "b"}}, "spec": {
            "replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": {"spec": pod},
        }}),
    )
}

fn config_map() -> Object {
    object(
        "v1",
        "ConfigMap",
        json!({"metadata": {"annotations": {"example.com/a": "1"}}, "data": {"A": "1", "B": "2"}}),
    )
}

/// Patches an object whose removals all meet something.
#[track_caller]
fn patched(mut object: Object, patch: &Value) -> Value {
    assert_eq!(apply(&mut object, patch), Ok(Vec::new()));
    object.value
}

/// A patch that is refused leaves its object as it was.
#[track_caller]
fn refused(mut object: Object, patch: &Value, reason: &str) {
    let before = object.clone();
    assert_eq!(apply(&mut object, patch), Err(reason.to_owned()));
    assert_eq!(object, before);
}

fn container_patch(container: Value) -> Value {
    json!({"spec": {"template": {"spec": {"containers": [container]}}}})
}

#[test]
fn containers_and_variables_merge_by_name_and_null_takes_away() {
    let mut patch =
        container_patch(json!({"name": "memos", "env": [{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]}));
    patch["spec"]["replicas"] = Value::Null;
    let value = patched(deployment(), &patch);
    assert!(value["spec"].get("replicas").is_none());
    let container = &value["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["image"], "x:1");
    assert_eq!(container["env"], json!([{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]));
}

#[test]
fn null_takes_a_key_out_of_every_map_of_texts() {
    let value =
        patched(config_map(), &json!({"data": {"A": null}, "metadata": {"annotations": {"example.com/a": null}}}));
    assert_eq!(value["data"], json!({"B": "2"}));
    assert_eq!(value["metadata"]["annotations"], json!({}));
    let patch = json!({"metadata": {"labels": {"team": null, "tier": "c"}},
        "spec": {"template": {"spec": {"nodeSelector": {"disk": null}}}}});
    let value = patched(deployment(), &patch);
    assert_eq!(value["metadata"]["labels"], json!({"tier": "c"}));
    assert_eq!(value["spec"]["template"]["spec"]["nodeSelector"], json!({}));
    let value = patched(config_map(), &json!({"data": null}));
    assert!(value.get("data").is_none());
}

#[test]
fn null_takes_fields_out_of_items_that_have_a_name() {
    let patch = container_patch(json!({"name": "memos", "livenessProbe": null,
        "env": [{"name": "A", "value": null, "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
        "volumeMounts": [{"mountPath": "/b", "name": "data", "subPath": null}]}));
    let value = patched(deployment(), &patch);
    let container = &value["spec"]["template"]["spec"]["containers"][0];
    assert!(container.get("livenessProbe").is_none());
    assert_eq!(container["env"], json!([{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]));
    assert_eq!(
        container["volumeMounts"],
        json!([{"mountPath": "/a", "name": "data"}, {"mountPath": "/b", "name": "data"}])
    );
}

#[test]
fn what_is_not_there_is_named_and_nothing_is_added_for_it() {
    let mut object = config_map();
    let patch = json!({"data": {"C": null, "A": null}, "binaryData": {"X": null}, "immutable": null});
    let absent = ["data.C", "binaryData.X", "immutable"].map(str::to_owned).to_vec();
    assert_eq!(apply(&mut object, &patch), Ok(absent));
    assert_eq!(object.value["data"], json!({"B": "2"}));
    assert!(object.value.get("binaryData").is_none());
    let mut object = deployment();
    let patch = container_patch(json!({"name": "memos", "readinessProbe": {"httpGet": null}}));
    let absent = vec!["spec.template.spec.containers[0].readinessProbe.httpGet".to_owned()];
    assert_eq!(apply(&mut object, &patch), Ok(absent));
    assert_eq!(object.value, deployment().value);
}

#[test]
fn custom_kinds_lose_keys_as_well() {
    let cluster = || object("postgresql.cnpg.io/v1", "Cluster", json!({"spec": {"a": {"b": "1", "c": "2"}, "l": [1]}}));
    let value = patched(cluster(), &json!({"spec": {"a": {"b": null}, "n": {"x": "1"}, "l": null}}));
    assert_eq!(value["spec"], json!({"a": {"c": "2"}, "n": {"x": "1"}}));
    let mut object = cluster();
    assert_eq!(apply(&mut object, &json!({"spec": {"n": {"x": null}}})), Ok(vec!["spec.n.x".to_owned()]));
    assert_eq!(object.value, cluster().value);
}

#[test]
fn a_patch_keeps_the_required_fields_that_it_leaves_out() {
    let autoscaler = object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        json!({"spec": {
            "maxReplicas": 8, "minReplicas": 2,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "memos"},
        }}),
    );
    let value = patched(autoscaler, &json!({"spec": {"minReplicas": 3, "scaleTargetRef": {"apiVersion": null}}}));
    assert_eq!(
        value["spec"],
        json!({"maxReplicas": 8, "minReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "memos"}})
    );
    let patch = container_patch(json!({"name": "memos", "livenessProbe": {"httpGet": {"path": "/x"}}}));
    let value = patched(deployment(), &patch);
    assert_eq!(
        value["spec"]["template"]["spec"]["containers"][0]["livenessProbe"],
        json!({"httpGet": {"path": "/x", "port": "http"}, "periodSeconds": 5})
    );
}

#[test]
fn an_unknown_field_changes_nothing() {
    refused(deployment(), &json!({"spec": {"replicass": 3}}), "`spec.replicass` is not a field of it");
    refused(deployment(), &json!({"spec": {"replicass": null}}), "`spec.replicass` is not a field of it");
    refused(
        deployment(),
        &json!({"spec": {"template": {"spec": {"nodeSelectr": {"disk": null}}}}}),
        "`spec.template.spec.nodeSelectr` is not a field of it",
    );
    refused(
        deployment(),
        &container_patch(json!({"name": "memos", "livenessProb": null})),
        "`spec.template.spec.containers[0].livenessProb` is not a field of it",
    );
    refused(deployment(), &json!({"spec": {"replicas": "three"}}), "invalid type: string \"three\", expected i32");
    refused(deployment(), &json!({"spec": {"replicas": {"x": null}}}), "invalid type: map, expected i32");
}

#[test]
fn what_has_to_be_there_cannot_be_taken_away() {
    refused(deployment(), &json!({"kind": null}), "`kind` cannot be changed");
    refused(deployment(), &json!({"apiVersion": "apps/v2"}), "`apiVersion` cannot be changed");
    refused(deployment(), &json!({"spec": {"selector": null}}), "`spec.selector` cannot be taken away");
    refused(
        deployment(),
        &container_patch(json!({"name": "memos", "livenessProbe": {"httpGet": {"port": null}}})),
        "`spec.template.spec.containers[0].livenessProbe.httpGet.port` cannot be taken away",
    );
}
