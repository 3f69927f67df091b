//! The order of fields in a written map.
//!
//! k8s-openapi writes fields in alphabetical order, which puts `livenessProbe` before `name`. A reader expects what
//! names a thing first, then what it is, then how it behaves, as kustomize and the Kubernetes documentation write it.

use std::sync::LazyLock;

use serde_json::{Map, Value};

/// Known fields in the order they are written, whatever kind of map they stand in. Unknown ones follow, alphabetically.
///
/// One table for all maps is enough: fields that share a name are wanted at like places.
#[rustfmt::skip]
const FIELDS: &[&str] = &[
    // Every object and every named thing within one.
    "apiVersion", "group", "kind", "metadata", "name", "generateName", "namespace", "type", "labels", "annotations",
    // Objects that hold data have it where others have a spec.
    "immutable", "data", "stringData", "binaryData", "spec", "status",
    // References and choices: what is meant before how much of it.
    "apiGroup", "roleRef", "subjects", "scaleTargetRef", "targetRef", "targetRefs", "parentRefs", "backendRef", "sectionName", "key", "operator",
    // How many, of what, replaced how.
    "schedule", "timeZone", "suspend", "concurrencyPolicy", "startingDeadlineSeconds", "successfulJobsHistoryLimit",
    "failedJobsHistoryLimit", "jobTemplate", "completions", "parallelism", "completionMode", "backoffLimit",
    "ttlSecondsAfterFinished", "replicas", "minReplicas", "maxReplicas", "minAvailable", "maxUnavailable", "maxSurge",
    "minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit", "serviceName", "podManagementPolicy",
    "podSelector", "namespaceSelector", "selector", "matchLabels", "matchExpressions", "values", "policyTypes",
    "maxSkew", "topologyKey", "whenUnsatisfiable", "labelSelector", "from", "to",
    "strategy", "updateStrategy", "rollingUpdate", "persistentVolumeClaimRetentionPolicy", "template",
    "volumeClaimTemplates", "metrics", "behavior", "scaleUp", "scaleDown",
    // A pod.
    "serviceAccountName", "automountServiceAccountToken", "priorityClassName", "runtimeClassName", "schedulerName",
    "restartPolicy", "activeDeadlineSeconds", "terminationGracePeriodSeconds", "enableServiceLinks", "hostname",
    "subdomain", "dnsPolicy", "dnsConfig", "hostAliases", "nodeSelector", "affinity", "nodeAffinity", "podAffinity",
    "podAntiAffinity", "tolerations", "topologySpreadConstraints", "imagePullSecrets",
    // A container.
    "image", "imagePullPolicy", "workingDir", "command", "args", "ports", "envFrom", "env", "value", "valueFrom",
    "prefix", "accessModes", "storageClassName", "apiGroups", "resources", "resourceNames", "verbs", "requests", "limits", "startupProbe", "livenessProbe", "readinessProbe", "lifecycle", "postStart",
    "preStop", "securityContext", "initContainers", "containers", "volumeMounts", "volumes",
    // A probe, hook or way in.
    "exec", "httpGet", "tcpSocket", "grpc", "host", "hosts", "hostnames", "path", "paths", "pathType", "port",
    "containerPort", "targetPort", "nodePort", "protocol", "appProtocol", "scheme", "httpHeaders", "initialDelaySeconds",
    "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold",
    // A security context.
    "runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup", "fsGroupChangePolicy", "supplementalGroups", "seccompProfile",
    "allowPrivilegeEscalation", "privileged", "readOnlyRootFilesystem", "capabilities", "drop", "add",
    // A mount or volume.
    "mountPath", "subPath", "readOnly", "configMap", "secret", "emptyDir", "persistentVolumeClaim", "projected",
    "sources", "defaultMode", "items", "mode", "medium", "sizeLimit", "storage",
    // A service, route or network policy.
    "clusterIP", "clusterIPs", "externalTrafficPolicy", "internalTrafficPolicy", "sessionAffinity",
    "publishNotReadyAddresses", "ingressClassName", "gatewayClassName", "tls", "secretName", "defaultBackend",
    "backend", "service", "number", "listeners", "rules", "http", "matches", "filters", "backendRefs", "weight",
    "ingress", "egress", "ipBlock", "cidr", "except",
];

/// `FIELDS` by name, each behind its [`head`] and before its place, for a binary search.
static PLACES: LazyLock<Vec<(u64, &str, usize)>> = LazyLock::new(|| {
    let mut places: Vec<_> = FIELDS.iter().enumerate().map(|(place, field)| (head(field), *field, place)).collect();
    places.sort_unstable();
    places
});

/// What kind of names the keys of a map are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    /// Fields of a Kubernetes type.
    Fields,
    /// Names that somebody chose freely, such as labels: alphabetical and nothing else.
    FreeKeys,
}

impl Parent {
    /// The kind of the map that is the value of the field `key`.
    pub(super) fn below(key: &str) -> Self {
        match key {
            "labels" | "annotations" | "matchLabels" | "nodeSelector" | "data" | "stringData" | "binaryData"
            | "limits" | "requests" | "hard" | "parameters" => Self::FreeKeys,
            _ => Self::Fields,
        }
    }
}

/// The entries of `map` in the order they are written.
pub(super) fn ordered(map: &Map<String, Value>, parent: Parent) -> impl Iterator<Item = (&str, &Value)> {
    let mut entries: Vec<_> = map
        .iter()
        .map(|(key, value)| {
            let place = match parent {
                Parent::Fields => place_of(key),
                Parent::FreeKeys => 0,
            };
            (place, key.as_str(), value)
        })
        .collect();
    entries.sort_unstable_by_key(|(place, key, _)| (*place, *key));
    entries.into_iter().map(|(_, key, value)| (key, value))
}

fn place_of(field: &str) -> usize {
    match PLACES.binary_search_by_key(&(head(field), field), |(head, name, _)| (*head, *name)) {
        Ok(index) => PLACES[index].2,
        Err(_) => FIELDS.len(),
    }
}

/// The first eight bytes as a number that compares like them. It tells nearly all fields apart, in one step each.
fn head(field: &str) -> u64 {
    let mut head = [0; 8];
    head.iter_mut().zip(field.bytes()).for_each(|(place, byte)| *place = byte);
    u64::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_field_has_two_places() {
        let distinct: BTreeSet<_> = FIELDS.iter().collect();
        assert_eq!(distinct.len(), FIELDS.len());
    }

    #[test]
    fn free_keys_are_alphabetical_though_some_are_field_names() {
        let Value::Object(map) = serde_json::json!({"spec": "1", "kind": "2", "app": "3"}) else { unreachable!() };
        let free: Vec<_> = ordered(&map, Parent::below("labels")).map(|(key, _)| key).collect();
        assert_eq!(free, ["app", "kind", "spec"]);
        let fields: Vec<_> = ordered(&map, Parent::below("template")).map(|(key, _)| key).collect();
        assert_eq!(fields, ["kind", "spec", "app"]);
    }
}
