//! What the installation survives, the cluster it runs on, and settings of single components.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::scalar::{HostName, ImageReference, KubernetesVersion, Name, PriorityClassName, Quantity};

/// What the installation survives.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Availability {
    /// Zones that the cluster's nodes are spread over (1 to 9).
    #[schemars(range(min = 1, max = 9))]
    pub zones: u32,
    /// Nodes that Memos may run on, when known; required spreading is checked against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 5000))]
    pub nodes: Option<u32>,
    /// How strictly replicas are spread over zones.
    pub zone_spread: Spread,
    /// How strictly replicas are spread over nodes.
    pub node_spread: Spread,
    /// Replicas that maintenance may take away at the same time (1 to 50).
    #[schemars(range(min = 1, max = 50))]
    pub max_unavailable: u32,
    /// Seconds before a pod on a lost node is replaced (0 to 3600). Kubernetes' own default is 300.
    #[schemars(range(min = 0, max = 3600))]
    pub lost_node_seconds: u32,
    /// Seconds that a stopping process goes on serving while the edge forgets it; from the edge when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 300))]
    pub pre_stop_seconds: Option<u32>,
    /// Seconds from the first signal to the last; from `preStopSeconds` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3600))]
    pub termination_grace_period_seconds: Option<u32>,
    /// Whether readiness also asks the database. All replicas then turn unready together when it is away.
    pub readiness_checks_database: bool,
}

impl Default for Availability {
    fn default() -> Self {
        Self {
            zones: 3,
            nodes: None,
            zone_spread: Spread::Preferred,
            node_spread: Spread::Preferred,
            max_unavailable: 1,
            lost_node_seconds: 30,
            pre_stop_seconds: None,
            termination_grace_period_seconds: None,
            readiness_checks_database: false,
        }
    }
}

/// How strictly replicas are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Spread {
    /// As far as possible.
    Preferred,
    /// A replica that cannot be spread does not start.
    Required,
}

/// The cluster it runs on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Kubernetes {
    /// The oldest version of Kubernetes that the output has to run on.
    pub version: KubernetesVersion,
    /// The cloud, whose network and identity the output is made for.
    pub cloud: Cloud,
    /// Whether the EKS cluster is in Auto Mode, whose load balancers and readiness gates have classes and labels of their own
    /// and need no controller. Gateways of class `alb` still belong to the AWS Load Balancer Controller.
    pub eks_auto_mode: bool,
    /// The domain of the cluster's own names. Sentinels and proxies look Redis up by whole names.
    pub cluster_domain: HostName,
    /// Whether the Namespace is part of the output.
    pub create_namespace: bool,
    /// The identity of Memos' pods towards the cloud.
    pub identity: CloudIdentity,
}

impl Default for Kubernetes {
    fn default() -> Self {
        Self {
            version: KubernetesVersion::literal("1.34"),
            cloud: Cloud::None,
            eks_auto_mode: false,
            cluster_domain: HostName::literal("cluster.local"),
            create_namespace: true,
            identity: CloudIdentity::None,
        }
    }
}

/// The cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Cloud {
    /// None, or none that matters.
    None,
    /// Amazon EKS.
    Aws,
    /// Google GKE.
    Gcp,
    /// Azure AKS.
    Azure,
}

/// The identity of Memos' pods towards the cloud. Memos itself uses none; proxies beside it do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum CloudIdentity {
    /// None.
    #[default]
    None,
    /// EKS Pod Identity: the association is made in AWS, nothing is written to the ServiceAccount.
    EksPodIdentity,
    /// IAM roles for service accounts.
    Irsa(Irsa),
    /// GKE workload identity by a Google service account.
    Gke(GoogleIdentity),
    /// Azure workload identity.
    Azure(AzureIdentity),
}

/// IAM roles for service accounts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Irsa {
    /// The ARN of the role.
    #[schemars(length(min = 20, max = 200))]
    pub role_arn: String,
}

/// GKE workload identity.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GoogleIdentity {
    /// The Google service account: `name@project.iam.gserviceaccount.com`.
    #[schemars(length(min = 10, max = 200))]
    pub service_account: String,
}

/// Azure workload identity.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AzureIdentity {
    /// The client id of the managed identity.
    #[schemars(length(min = 36, max = 36))]
    pub client_id: String,
}

/// Where images come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Images {
    /// A mirror that serves all images, such as `registry.example.com/mirror`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub registry: Option<String>,
    /// Secrets with passwords for registries.
    pub pull_secrets: Vec<Name>,
    /// PostgreSQL, in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postgres: Option<ImageReference>,
    /// PgBouncer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pooler: Option<ImageReference>,
    /// Redis, in the cluster; its redis-cli also waits in Memos' pods until Redis, whoever runs it, answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis: Option<ImageReference>,
    /// HAProxy in front of a Redis with fail-over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis_proxy: Option<ImageReference>,
    /// The exporter of metrics beside Redis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redis_exporter: Option<ImageReference>,
    /// PostgreSQL's own client beside each Memos of `scaling.mode: standby`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeper: Option<ImageReference>,
    /// HAProxy in front of the pods of `scaling.mode: standby`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<ImageReference>,
    /// The Cloud SQL Auth Proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_sql_proxy: Option<ImageReference>,
}

/// Settings of single components.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Components {
    /// The Memos processes.
    pub memos: Component,
    /// The proxies in front of a Memos with a standby.
    pub proxy: Component,
    /// PostgreSQL in the cluster.
    pub postgres: Component,
    /// PgBouncer.
    pub pooler: Component,
    /// Redis in the cluster.
    pub redis: Component,
    /// The sentinels of a Redis with fail-over.
    pub sentinel: Component,
    /// The proxies in front of a Redis with fail-over.
    pub redis_proxy: Component,
}

impl Components {
    /// Every component, with the word by which the spec calls it.
    pub fn all(&self) -> [(&'static str, &Component); 7] {
        let Self { memos, proxy, postgres, pooler, redis, sentinel, redis_proxy } = self;
        [
            ("memos", memos),
            ("proxy", proxy),
            ("postgres", postgres),
            ("pooler", pooler),
            ("redis", redis),
            ("sentinel", sentinel),
            ("redisProxy", redis_proxy),
        ]
    }

    /// Every list of parts of pods that the user gives as they stand in a pod.
    pub fn free_form(&self) -> impl Iterator<Item = &Map<String, Value>> {
        let components = self.all().into_iter().map(|(_, component)| component);
        components.flat_map(|one| [&one.extra_env, &one.extra_volumes, &one.extra_containers]).flatten()
    }
}

/// Settings of one component.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Component {
    /// Requests and limits that differ from the plan's.
    pub resources: Resources,
    /// How often a probe may fail.
    pub probes: Probes,
    /// Labels for every object of the component.
    pub labels: BTreeMap<String, String>,
    /// Annotations for every object of the component.
    pub annotations: BTreeMap<String, String>,
    /// Labels for its pods.
    pub pod_labels: BTreeMap<String, String>,
    /// Annotations for its pods.
    pub pod_annotations: BTreeMap<String, String>,
    /// Labels that a node must have.
    pub node_selector: BTreeMap<String, String>,
    /// Taints that are put up with, as in a pod.
    pub tolerations: Vec<Map<String, Value>>,
    /// Affinity, as in a pod; it is merged into ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity: Option<Map<String, Value>>,
    /// The PriorityClass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_class: Option<PriorityClassName>,
    /// Further environment variables, as in a container.
    pub extra_env: Vec<Map<String, Value>>,
    /// Further volumes, as in a pod.
    pub extra_volumes: Vec<Map<String, Value>>,
    /// Further mounts of its main container.
    pub extra_volume_mounts: Vec<Map<String, Value>>,
    /// Further containers, as in a pod. They must keep to Pod Security `restricted`.
    pub extra_containers: Vec<Map<String, Value>>,
    /// Annotations of its Service.
    pub service_annotations: BTreeMap<String, String>,
}

/// Requests and limits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Resources {
    /// What is set aside.
    pub requests: Amounts,
    /// What is never exceeded.
    pub limits: Amounts,
}

/// Amounts of what a container uses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Amounts {
    /// Processor time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Quantity>,
    /// Memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Quantity>,
    /// Disk of the node: logs and scratch space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<Quantity>,
}

/// How often a probe may fail before it acts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Probes {
    /// Liveness: the container is restarted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub liveness_failures: Option<u32>,
    /// Readiness: the pod gets no more traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub readiness_failures: Option<u32>,
}

/// A strategic merge into one built object.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Override {
    /// The object's kind.
    #[schemars(length(min = 1, max = 63))]
    pub kind: String,
    /// The object's name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// What is merged into it, as `kubectl patch` does: maps by key, containers and variables by name; `null` takes a key away.
    pub patch: Map<String, Value>,
}
