//! The fields of CloudNativePG's objects that we write: <https://cloudnative-pg.io/docs/current/cloudnative-pg.v1>.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::DeploymentStrategy;
use k8s_openapi::api::core::v1::{LocalObjectReference, PodTemplateSpec, ResourceRequirements, Toleration};
use serde::Serialize;

/// `apiVersion` of all its kinds.
pub const API_VERSION: &str = "postgresql.cnpg.io/v1";

/// `Cluster.spec`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterSpec {
    /// Instances, the primary among them.
    pub instances: u32,
    /// The image.
    pub image_name: String,
    /// Secrets for the registry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    /// The data volume.
    pub storage: Storage,
    /// The write-ahead log's volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wal_storage: Option<Storage>,
    /// Parameters and replication.
    pub postgresql: Configuration,
    /// Requests and limits of an instance.
    pub resources: ResourceRequirements,
    /// How the first instance is made.
    pub bootstrap: Bootstrap,
    /// Placement.
    pub affinity: Affinity,
    /// Whether the operator makes disruption budgets.
    #[serde(rename = "enablePDB")]
    pub enable_pdb: bool,
    /// Labels and annotations that the operator's own objects get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherited_metadata: Option<InheritedMetadata>,
    /// The PriorityClass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_class_name: Option<String>,
}

/// A volume.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Storage {
    /// Its size.
    pub size: String,
    /// Its class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
}

/// Parameters and replication.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// Parameters of `postgresql.conf`.
    pub parameters: BTreeMap<String, String>,
    /// Synchronous replication; none with a single instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synchronous: Option<Synchronous>,
}

/// Synchronous replication.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Synchronous {
    /// `any` or `first`.
    pub method: &'static str,
    /// Standbys that must confirm.
    pub number: u32,
    /// `required`, or `preferred`: go on when none is left.
    pub data_durability: &'static str,
}

/// How the first instance is made.
#[derive(Debug, Clone, Serialize)]
pub struct Bootstrap {
    /// From nothing.
    pub initdb: InitDb,
}

/// A new database.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitDb {
    /// Its name.
    pub database: String,
    /// Its owner, whose password the operator makes and keeps in `<cluster>-app`.
    pub owner: String,
    /// Statements run in it as superuser.
    #[serde(rename = "postInitApplicationSQL", skip_serializing_if = "Vec::is_empty")]
    pub post_init_application_sql: Vec<String>,
}

/// Placement.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Affinity {
    /// Whether instances keep apart.
    pub enable_pod_anti_affinity: bool,
    /// `preferred` or `required`.
    pub pod_anti_affinity_type: &'static str,
    /// What they keep apart by.
    pub topology_key: &'static str,
    /// Labels that a node must have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_selector: BTreeMap<String, String>,
    /// Taints that are put up with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Toleration>,
}

/// Labels and annotations for the operator's own objects.
#[derive(Debug, Clone, Serialize)]
pub struct InheritedMetadata {
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// `Pooler.spec`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolerSpec {
    /// The cluster behind it.
    pub cluster: LocalObjectReference,
    /// Poolers.
    pub instances: u32,
    /// `rw` for the primary.
    #[serde(rename = "type")]
    pub type_: &'static str,
    /// PgBouncer's settings.
    pub pgbouncer: PgBouncer,
    /// How they are replaced.
    pub deployment_strategy: DeploymentStrategy,
    /// The pods, as far as they differ from the operator's.
    pub template: PodTemplateSpec,
}

/// PgBouncer's settings.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PgBouncer {
    /// `transaction` or `session`.
    pub pool_mode: &'static str,
    /// Parameters of `pgbouncer.ini`.
    pub parameters: BTreeMap<String, String>,
}
