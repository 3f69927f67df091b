//! Changes that a live object does not take: fields that the API server lets nobody change.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic};
use crate::spec::scalar::Quantity;

/// What of a kind stays as it is for the life of an object, by Kubernetes' validation of updates.
struct Fixed {
    kind: &'static str,
    fields: Fields,
    /// What to do, `NAME` and `NAMESPACE` being the object's.
    cures: &'static [&'static str],
}

enum Fields {
    /// These, as JSON pointers.
    These(&'static [&'static str]),
    /// All fields of the `spec` but these.
    AllBut(&'static [&'static str]),
}

const FIXED: &[Fixed] = &[
    Fixed {
        kind: "StatefulSet",
        fields: Fields::AllBut(&[
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
        ]),
        cures: &[
            "delete it without its pods, `kubectl --namespace NAMESPACE delete statefulset NAME --cascade=orphan`, and apply the \
             tree: the new one takes the pods over and replaces them one by one",
            "volumes that exist stay as they are: make each larger with `kubectl --namespace NAMESPACE patch pvc`, where its class \
             lets it; to shrink one or to change its class, move the data",
        ],
    },
    Fixed {
        kind: "PersistentVolumeClaim",
        fields: Fields::AllBut(&["resources", "volumeAttributesClassName"]),
        cures: &[
            "keep the old settings, or back up what the volume holds, delete the claim, apply the tree and put it back",
        ],
    },
    Fixed {
        kind: "PersistentVolume",
        fields: Fields::AllBut(&[
            "capacity",
            "accessModes",
            "mountOptions",
            "persistentVolumeReclaimPolicy",
            "claimRef",
        ]),
        cures: &["stop Memos, delete claim and volume, which leaves the files where they are, and apply the tree"],
    },
    Fixed {
        kind: "StorageClass",
        fields: Fields::These(&["/provisioner", "/parameters", "/reclaimPolicy", "/volumeBindingMode"]),
        cures: &[
            "delete it, `kubectl delete storageclass NAME`, and apply the tree: volumes that exist keep what it gave them",
        ],
    },
    Fixed {
        kind: "Service",
        fields: Fields::These(&["/spec/clusterIP", "/spec/loadBalancerClass"]),
        cures: &[
            "delete it, `kubectl --namespace NAMESPACE delete service NAME`, and apply the tree: nobody reaches what is behind it \
             in between, and a load balancer gets another address",
        ],
    },
    Fixed {
        kind: "Deployment",
        fields: Fields::These(&["/spec/selector"]),
        cures: &["delete it, `kubectl --namespace NAMESPACE delete deployment NAME`, and apply the tree"],
    },
];

impl Fixed {
    fn of_kind(object: &Value) -> Option<&'static Self> {
        FIXED.iter().find(|fixed| object["kind"] == fixed.kind)
    }

    /// The fields in which two states of an object differ, in order.
    fn differing(&self, before: &Value, after: &Value) -> Vec<String> {
        let pointers: BTreeSet<String> = match self.fields {
            Fields::These(pointers) => pointers.iter().map(|pointer| (*pointer).to_owned()).collect(),
            Fields::AllBut(free) => {
                let specs = [before, after].into_iter().filter_map(|object| object["spec"].as_object());
                let keys = specs.flat_map(serde_json::Map::keys).filter(|key| !free.contains(&key.as_str()));
                keys.map(|key| format!("/spec/{key}")).collect()
            }
        };
        let differs = |pointer: &String| before.pointer(pointer) != after.pointer(pointer);
        let fields = pointers.into_iter().filter(differs).map(|pointer| dotted(&pointer));
        let shrinks = self.kind == "PersistentVolumeClaim" && shrinks(before, after);
        fields.chain(shrinks.then(|| dotted(SIZE))).collect()
    }
}

/// The fields in which two states of an object differ and that its API server lets nobody change.
pub fn fixed_fields(before: &Value, after: &Value) -> Vec<String> {
    Fixed::of_kind(after).map_or_else(Vec::new, |fixed| fixed.differing(before, after))
}

fn dotted(pointer: &str) -> String {
    pointer[1..].replace('/', ".")
}

/// Where a claim says how large its volume is to be.
const SIZE: &str = "/spec/resources/requests/storage";

/// Whether a claim asks for less than before. Whether it may ask for more is its class' to say.
fn shrinks(before: &Value, after: &Value) -> bool {
    let size = |claim: &Value| claim.pointer(SIZE)?.as_str()?.parse::<Quantity>().ok();
    size(before).zip(size(after)).is_some_and(|(before, after)| after.units() < before.units())
}

/// [`Code::ChangeNotTaken`], if an object that is applied cannot become what it is to be.
pub fn not_taken(before: &Value, after: &Value) -> Option<Diagnostic> {
    let fixed = Fixed::of_kind(after)?;
    let fields = fixed.differing(before, after);
    if fields.is_empty() {
        return None;
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (name, namespace) = (text(&after["metadata"]["name"]), text(&after["metadata"]["namespace"]));
    let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    let message =
        format!("`{}/{name}` that is applied already does not take another {}", fixed.kind, fields.join(" and "));
    let cure = |cure: &&str| cure.replace("NAMESPACE", &namespace).replace("NAME", &name);
    let cures = fixed.cures.iter().map(cure);
    Some(cures.fold(Diagnostic::new(Code::ChangeNotTaken, message), Diagnostic::help))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{fixed_fields, not_taken};

    #[test]
    fn what_is_fixed_is_named() {
        let of = |kind: &str, field: &str, value: &str| json!({"kind": kind, "metadata": {"name": "memos", "namespace": "notes"}, "spec": {field: value}});
        for (kind, field, fixed) in [
            ("StatefulSet", "volumeClaimTemplates", true),
            ("StatefulSet", "serviceName", true),
            ("StatefulSet", "replicas", false),
            ("PersistentVolumeClaim", "storageClassName", true),
            ("PersistentVolumeClaim", "resources", false),
            ("PersistentVolume", "csi", true),
            ("Service", "clusterIP", true),
            ("Service", "type", false),
            ("Deployment", "selector", true),
            ("Deployment", "template", false),
            ("ConfigMap", "data", false),
        ] {
            let expected: Vec<String> = fixed.then(|| format!("spec.{field}")).into_iter().collect();
            assert_eq!(fixed_fields(&of(kind, field, "a"), &of(kind, field, "b")), expected, "{kind} {field}");
            assert!(fixed_fields(&of(kind, field, "a"), &of(kind, field, "a")).is_empty());
        }
    }

    #[test]
    fn a_claim_may_grow() {
        let of = |size: &str| json!({"kind": "PersistentVolumeClaim", "spec": {"resources": {"requests": {"storage": size}}}});
        assert!(fixed_fields(&of("5Gi"), &of("6Gi")).is_empty());
        assert_eq!(fixed_fields(&of("5Gi"), &of("4Gi")), ["spec.resources.requests.storage"]);
    }

    #[test]
    fn the_cure_names_the_object() {
        let class = |tier: &str| json!({"kind": "StorageClass", "metadata": {"name": "notes-memos"}, "parameters": {"tier": tier}});
        let found = not_taken(&class("a"), &class("b")).unwrap();
        assert_eq!(
            found.message,
            "`StorageClass/notes-memos` that is applied already does not take another `parameters`"
        );
        assert!(found.help[0].contains("kubectl delete storageclass notes-memos"), "{:?}", found.help);
        assert!(not_taken(&class("a"), &class("a")).is_none());
    }
}
