//! A Cluster of CloudNativePG.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::LocalObjectReference;

use super::super::container::requirements;
use crate::object::Object;
use crate::object::cnpg::{
    API_VERSION, Affinity, Bootstrap, ClusterSpec, Configuration, InheritedMetadata, InitDb, Storage, Synchronous,
};
use crate::object::extra;
use crate::object::meta::{custom, metadata};
use crate::plan::Plan;
use crate::plan::database::{ClusterPlan, VolumePlan};
use crate::plan::names::Role;
use crate::spec::workload::Spread;

pub(super) fn object(plan: &Plan, cluster: &ClusterPlan) -> Object {
    let settings = &cluster.workload.settings;
    let spec = ClusterSpec {
        instances: cluster.instances,
        image_name: cluster.workload.image.to_string(),
        image_pull_secrets: cluster
            .workload
            .pull_secrets
            .iter()
            .map(|name| LocalObjectReference { name: name.clone() })
            .collect(),
        storage: storage(&cluster.volume),
        wal_storage: cluster.wal_volume.as_ref().map(storage),
        postgresql: Configuration { parameters: parameters(cluster), synchronous: synchronous(cluster) },
        resources: requirements(&cluster.workload.resources),
        bootstrap: Bootstrap {
            initdb: InitDb {
                database: "memos".to_owned(),
                owner: "memos".to_owned(),
                post_init_application_sql: cluster
                    .extensions
                    .iter()
                    .map(|name| format!("CREATE EXTENSION IF NOT EXISTS {name}"))
                    .collect(),
            },
        },
        affinity: affinity(cluster),
        enable_pdb: cluster.instances > 1,
        inherited_metadata: inherited(cluster),
        priority_class_name: settings.priority_class.as_ref().map(ToString::to_string),
    };
    custom(API_VERSION, "Cluster", &metadata(plan, Role::Database, cluster.name.clone(), Some(settings)), &spec)
}

fn storage(volume: &VolumePlan) -> Storage {
    Storage { size: volume.size.clone(), storage_class: volume.class.clone() }
}

fn parameters(cluster: &ClusterPlan) -> BTreeMap<String, String> {
    cluster.parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// One standby confirms each commit; when none is left, the primary goes on alone.
fn synchronous(cluster: &ClusterPlan) -> Option<Synchronous> {
    (cluster.instances > 1).then_some(Synchronous { method: "any", number: 1, data_durability: "preferred" })
}

fn affinity(cluster: &ClusterPlan) -> Affinity {
    let required = cluster.workload.spread.as_ref().is_some_and(|spread| spread.zone == Spread::Required);
    Affinity {
        enable_pod_anti_affinity: true,
        pod_anti_affinity_type: if required { "required" } else { "preferred" },
        topology_key: "topology.kubernetes.io/zone",
        node_selector: cluster.workload.settings.node_selector.clone(),
        tolerations: extra::all(&cluster.workload.settings.tolerations),
    }
}

fn inherited(cluster: &ClusterPlan) -> Option<InheritedMetadata> {
    let settings = &cluster.workload.settings;
    let metadata =
        InheritedMetadata { labels: settings.pod_labels.clone(), annotations: settings.pod_annotations.clone() };
    (!metadata.labels.is_empty() || !metadata.annotations.is_empty()).then_some(metadata)
}
