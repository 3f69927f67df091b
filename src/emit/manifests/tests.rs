use serde_json::{Value, json};

use super::*;

fn object(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Object {
    let mut metadata = json!({"name": name});
    if let Some(namespace) = namespace {
        metadata["namespace"] = Value::from(namespace);
    }
    Object {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        namespace: namespace.map(str::to_owned),
        value: json!({"apiVersion": api_version, "kind": kind, "metadata": metadata}),
    }
}

fn checked(objects: Vec<Object>) -> ObjectSet<Checked> {
    ObjectSet::new(objects).into_checked()
}

fn installation() -> ObjectSet<Checked> {
    checked(vec![
        object("gateway.networking.k8s.io/v1", "HTTPRoute", Some("memos"), "memos"),
        object("cert-manager.io/v1", "Certificate", Some("memos"), "memos"),
        object("apps/v1", "Deployment", Some("memos"), "memos"),
        object("v1", "Service", Some("memos"), "memos-redis"),
        object("v1", "Service", Some("memos"), "memos"),
        object("v1", "Namespace", None, "memos"),
    ])
}

#[test]
fn a_tree_has_a_file_for_each_object_and_lists_them_in_install_order() {
    let tree = tree(&installation(), "# Before you apply\n").unwrap();
    let paths: Vec<_> = tree.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "PREREQUISITES.md",
            "kustomization.yaml",
            "manifests/apps_v1_deployment_memos.yaml",
            "manifests/cert-manager.io_v1_certificate_memos.yaml",
            "manifests/gateway.networking.k8s.io_v1_httproute_memos.yaml",
            "manifests/v1_namespace_memos.yaml",
            "manifests/v1_service_memos-redis.yaml",
            "manifests/v1_service_memos.yaml",
        ]
    );
    assert_eq!(
        tree["kustomization.yaml"],
        "apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- manifests/v1_namespace_memos.yaml
- manifests/v1_service_memos.yaml
- manifests/v1_service_memos-redis.yaml
- manifests/apps_v1_deployment_memos.yaml
- manifests/cert-manager.io_v1_certificate_memos.yaml
- manifests/gateway.networking.k8s.io_v1_httproute_memos.yaml
"
    );
    assert_eq!(
        tree["manifests/v1_service_memos.yaml"],
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: memos\n  namespace: memos\n"
    );
    assert_eq!(tree["PREREQUISITES.md"], "# Before you apply\n");
}

#[test]
fn a_stream_separates_documents_and_starts_with_none() {
    let objects =
        checked(vec![object("v1", "Service", Some("memos"), "memos"), object("v1", "Namespace", None, "memos")]);
    assert_eq!(
        stream(&objects).unwrap(),
        "apiVersion: v1
kind: Namespace
metadata:
  name: memos
---
apiVersion: v1
kind: Service
metadata:
  name: memos
  namespace: memos
"
    );
}

#[test]
fn several_namespaces_stand_in_the_file_names() {
    let objects = checked(vec![
        object("v1", "Secret", Some("a"), "x"),
        object("v1", "Secret", Some("b"), "x"),
        object("v1", "Namespace", None, "a"),
    ]);
    let tree = tree(&objects, "").unwrap();
    let paths: Vec<_> = tree.keys().filter(|path| path.starts_with("manifests/")).collect();
    assert_eq!(
        paths,
        ["manifests/a_v1_secret_x.yaml", "manifests/b_v1_secret_x.yaml", "manifests/v1_namespace_a.yaml"]
    );
}

#[test]
fn two_objects_never_share_a_file() {
    let objects = checked(vec![object("v1", "Secret", None, "x"), object("v1", "SECRET", None, "x")]);
    let diagnostic = tree(&objects, "").unwrap_err();
    assert_eq!(diagnostic.code, Code::NoFileName);
    assert_eq!(
        diagnostic.message,
        "SECRET `x` cannot have a file of its own: the file `manifests/v1_secret_x.yaml` already holds another object"
    );
}

#[test]
fn a_name_cannot_leave_the_folder() {
    let objects = checked(vec![object("v1", "Secret", None, "../../x")]);
    let diagnostic = tree(&objects, "").unwrap_err();
    assert_eq!(
        diagnostic.message,
        "Secret `../../x` cannot have a file of its own: its name holds characters that no file name should have"
    );
}
