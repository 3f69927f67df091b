//! Objects as an output tree for `kubectl apply -k`, or as one stream for `kubectl apply -f -`.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Artifacts, readback, yaml};
use crate::diagnostic::{Code, Diagnostic};
use crate::object::{Checked, Object, ObjectSet};

/// Kinds in the order in which Helm 4 installs them, so that what others need exists before them.
const INSTALL_ORDER: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The output tree: `manifests/` with one object a file, `kustomization.yaml` that lists them in install order, and
/// `PREREQUISITES.md` with the given text.
///
/// # Errors
///
/// Those of [`readback::proved_documents`], and [`Code::NoFileName`] if two objects would need one file.
pub fn tree(objects: &ObjectSet<Checked>, prerequisites_markdown: &str) -> Result<Artifacts, Diagnostic> {
    trees(&[objects], |_| prerequisites_markdown.to_owned()).map(|mut trees| trees.remove(0))
}

/// A tree for each set of objects; `prerequisites_markdown` makes the text for the set at a place. All documents are proved
/// together, which takes less time than one tree after the other.
///
/// # Errors
///
/// Those of [`tree`].
pub fn trees(
    sets: &[&ObjectSet<Checked>],
    prerequisites_markdown: impl Fn(usize) -> String + Sync,
) -> Result<Vec<Artifacts>, Diagnostic> {
    let ordered: Vec<_> = sets.iter().map(|objects| in_install_order(objects.objects())).collect();
    let (documents, texts) = rayon::join(
        || readback::proved_documents(&ordered.concat()),
        || (0..sets.len()).map(&prerequisites_markdown).collect::<Vec<_>>(),
    );
    let mut documents = documents?.into_iter();
    ordered.iter().zip(texts).map(|(objects, text)| arranged(objects, &mut documents, text)).collect()
}

/// Takes the documents of the objects, and gives each its file.
fn arranged(
    objects: &[&Object],
    documents: &mut impl Iterator<Item = String>,
    prerequisites_markdown: String,
) -> Result<Artifacts, Diagnostic> {
    let with_namespace = has_several_namespaces(objects);
    let mut artifacts = Artifacts::new();
    let mut resources = Vec::new();
    for (object, document) in objects.iter().zip(documents) {
        let path = format!("manifests/{}", file_name(object, with_namespace)?);
        if artifacts.insert(path.clone(), document).is_some() {
            return Err(no_file_name(object, &format!("the file `{path}` already holds another object")));
        }
        resources.push(path);
    }
    let kustomization = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    });
    artifacts.insert("kustomization.yaml".to_owned(), yaml::document(&kustomization));
    artifacts.insert("PREREQUISITES.md".to_owned(), prerequisites_markdown);
    Ok(artifacts)
}

/// All objects in install order as one text with `---` between them.
///
/// It does not begin with `{`, which kubectl would take for JSON: every object has an `apiVersion`.
///
/// # Errors
///
/// Those of [`readback::proved_documents`].
pub fn stream(objects: &ObjectSet<Checked>) -> Result<String, Diagnostic> {
    let mut stream = String::new();
    for document in readback::proved_documents(&in_install_order(objects.objects()))? {
        if !stream.is_empty() {
            stream.push_str("---\n");
        }
        stream.push_str(&document);
    }
    Ok(stream)
}

/// The objects by Helm's order of kinds, other kinds behind them alphabetically, then by namespace and name.
pub fn in_install_order(objects: &[Object]) -> Vec<&Object> {
    let mut ordered: Vec<_> = objects.iter().collect();
    ordered.sort_by_cached_key(|object| {
        let place = INSTALL_ORDER.iter().position(|kind| *kind == object.kind);
        (
            place.unwrap_or(INSTALL_ORDER.len()),
            object.kind.clone(),
            object.namespace.clone(),
            object.name.clone(),
            object.api_version.clone(),
        )
    });
    ordered
}

/// The name that kustomize gives to a file of one object: `<group>_<version>_<kind>_<name>.yaml` in lower case, without
/// the group for the core group, and with the namespace in front where a tree has several.
fn file_name(object: &Object, with_namespace: bool) -> Result<String, Diagnostic> {
    let mut parts: Vec<&str> = Vec::new();
    if with_namespace {
        parts.extend(object.namespace.as_deref());
    }
    parts.extend(object.api_version.split('/'));
    parts.extend([object.kind.as_str(), object.name.as_str()]);
    let name = format!("{}.yaml", parts.join("_").to_lowercase());
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
    if !name.bytes().all(is_safe) {
        return Err(no_file_name(object, "its name holds characters that no file name should have"));
    }
    // 255 bytes is the limit of nearly all file systems.
    if name.len() > 255 {
        return Err(no_file_name(object, "its name is too long for a file name"));
    }
    Ok(name)
}

fn has_several_namespaces(objects: &[&Object]) -> bool {
    objects.iter().filter_map(|object| object.namespace.as_deref()).collect::<BTreeSet<_>>().len() > 1
}

fn no_file_name(object: &Object, cause: &str) -> Diagnostic {
    let Object { kind, name, .. } = object;
    Diagnostic::new(Code::NoFileName, format!("{kind} `{name}` cannot have a file of its own: {cause}"))
        .help("give the object another name")
}

#[cfg(test)]
mod tests;
