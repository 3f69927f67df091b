//! What all pods have in common.

use std::collections::BTreeMap;

use super::image;
use super::names::Role;
use crate::spec::Spec;
use crate::spec::scalar::{ImageReference, Quantity};
use crate::spec::workload::{CloudIdentity, Component, Spread};

/// The user and group of every process: above 10,000, so that it is nobody on the node, and what Memos' image expects.
pub const USER: i64 = 10_001;

/// One workload of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// What it is.
    pub role: Role,
    /// Its image with the mirror applied.
    pub image: ImageReference,
    /// Secrets for the registry.
    pub pull_secrets: Vec<String>,
    /// What its main container asks for and may use.
    pub resources: ResourcePlan,
    /// The user's settings for it.
    pub settings: Component,
    /// Seconds until a pod on a lost node is replaced.
    pub lost_node_seconds: u32,
    /// Seconds that a stopping pod goes on serving.
    pub pre_stop_seconds: u32,
    /// Seconds from the first signal to the last.
    pub grace_seconds: u32,
    /// Spreading; none for a single pod.
    pub spread: Option<SpreadPlan>,
    /// Pods that maintenance may take at once; none for a single pod, which a budget would only make undrainable.
    pub max_unavailable: Option<u32>,
    /// Annotations of its ServiceAccount, for the cloud's identity.
    pub account_annotations: BTreeMap<String, String>,
    /// Labels that the cloud's identity asks for on pods.
    pub identity_labels: BTreeMap<String, String>,
}

/// How pods are spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpreadPlan {
    /// Over zones.
    pub zone: Spread,
    /// Over nodes.
    pub node: Spread,
}

/// Requests and limits of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePlan {
    /// Processor time set aside.
    pub cpu_request: Quantity,
    /// Processor time at most.
    pub cpu_limit: Quantity,
    /// Memory set aside.
    pub memory_request: Quantity,
    /// Memory at most.
    pub memory_limit: Quantity,
    /// Disk of the node set aside.
    pub disk_request: Quantity,
    /// Disk of the node at most.
    pub disk_limit: Quantity,
}

impl ResourcePlan {
    /// From thousandths of a processor and mebibytes of memory, request before limit, with disk for logs and scratch space.
    pub fn new(cpu: (u64, u64), memory: (u64, u64)) -> Self {
        Self {
            cpu_request: Quantity::millicores(cpu.0),
            cpu_limit: Quantity::millicores(cpu.1),
            memory_request: Quantity::mebibytes(memory.0),
            memory_limit: Quantity::mebibytes(memory.1),
            disk_request: Quantity::mebibytes(64),
            disk_limit: Quantity::mebibytes(1024),
        }
    }

    /// Of a container that only asks and waits: a shell, and one program at a time.
    pub fn of_waiting() -> Self {
        Self::new((10, 100), (16, 64))
    }

    /// With the user's own amounts in place of ours. A limit below its request is lifted by nobody: a rule reports it.
    #[must_use]
    fn overridden(self, settings: &Component) -> Self {
        let (requests, limits) = (&settings.resources.requests, &settings.resources.limits);
        let or = |given: &Option<Quantity>, planned: Quantity| given.clone().unwrap_or(planned);
        Self {
            cpu_request: or(&requests.cpu, self.cpu_request),
            cpu_limit: or(&limits.cpu, self.cpu_limit),
            memory_request: or(&requests.memory, self.memory_request),
            memory_limit: or(&limits.memory, self.memory_limit),
            disk_request: or(&requests.ephemeral_storage, self.disk_request),
            disk_limit: or(&limits.ephemeral_storage, self.disk_limit),
        }
    }
}

impl Workload {
    /// Maintenance takes one pod at a time, whatever it may take of Memos: two of three are no loss to bear.
    #[must_use]
    pub(super) fn one_at_a_time(mut self) -> Self {
        self.max_unavailable = self.max_unavailable.map(|_| 1);
        self
    }
}

/// A workload with the settings of the spec.
pub(super) fn workload(
    spec: &Spec,
    role: Role,
    image: ImageReference,
    resources: ResourcePlan,
    replicas: u32,
) -> Workload {
    let settings = settings(spec, role).clone();
    let several = replicas > 1;
    let availability = &spec.availability;
    Workload {
        role,
        image: image.through(spec.images.registry.as_deref()),
        pull_secrets: spec.images.pull_secrets.iter().map(ToString::to_string).collect(),
        resources: resources.overridden(&settings),
        settings,
        lost_node_seconds: availability.lost_node_seconds,
        pre_stop_seconds: 5,
        grace_seconds: 30,
        spread: several.then_some(SpreadPlan { zone: availability.zone_spread, node: availability.node_spread }),
        max_unavailable: several.then_some(availability.max_unavailable),
        account_annotations: BTreeMap::new(),
        identity_labels: BTreeMap::new(),
    }
}

/// The user's settings for a component.
pub fn settings(spec: &Spec, role: Role) -> &Component {
    match role {
        Role::Memos => &spec.components.memos,
        Role::Proxy => &spec.components.proxy,
        Role::Postgres | Role::Database => &spec.components.postgres,
        Role::Pooler => &spec.components.pooler,
        Role::Redis => &spec.components.redis,
        Role::Sentinel => &spec.components.sentinel,
        Role::RedisProxy => &spec.components.redis_proxy,
    }
}

/// Gives a workload the cloud's identity.
pub(super) fn identify(spec: &Spec, workload: &mut Workload) {
    let annotation = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
    match &spec.kubernetes.identity {
        CloudIdentity::None | CloudIdentity::EksPodIdentity => {}
        CloudIdentity::Irsa(role) => {
            workload.account_annotations = annotation("eks.amazonaws.com/role-arn", &role.role_arn);
        }
        CloudIdentity::Gke(identity) => {
            workload.account_annotations = annotation("iam.gke.io/gcp-service-account", &identity.service_account);
        }
        CloudIdentity::Azure(identity) => {
            workload.account_annotations = annotation("azure.workload.identity/client-id", &identity.client_id);
            workload.identity_labels = annotation("azure.workload.identity/use", "true");
        }
    }
}

/// Google's Cloud SQL Auth Proxy beside a container.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudSqlProxyPlan {
    /// Its image.
    pub image: ImageReference,
    /// `project:region:instance`.
    pub instance: String,
    /// Whether the database is signed in to with the pod's identity.
    pub iam_login: bool,
    /// `--psc` instead of `--private-ip`.
    pub private_service_connect: bool,
    /// The port it listens on, on the pod's loopback address only.
    pub port: u16,
    /// What it asks for and may use.
    pub resources: ResourcePlan,
}

/// Plans the proxy for a pod.
pub(super) fn cloud_sql_proxy(
    spec: &Spec,
    proxy: &crate::spec::database::CloudSqlProxy,
    port: u16,
) -> CloudSqlProxyPlan {
    let image = spec.images.cloud_sql_proxy.clone().unwrap_or_else(image::cloud_sql_proxy);
    CloudSqlProxyPlan {
        image: image.through(spec.images.registry.as_deref()),
        instance: proxy.instance.to_string(),
        iam_login: proxy.iam_login,
        private_service_connect: proxy.private_service_connect,
        port,
        resources: ResourcePlan::new((50, 500), (64, 128)),
    }
}
