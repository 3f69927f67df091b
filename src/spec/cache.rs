//! Redis with fail-over, and what surrounds a Redis of ours: metrics, and the way to it from outside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::database::{CacheClient, Persistence};
use super::exposure::IssuerKind;
use super::scalar::{Cidr, HostName, Name, Quantity, Seconds};
use super::storage::Volume;

/// Redis with replicas, sentinels that choose another master when it fails, and a proxy whose address always leads to the master.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Sentinel {
    /// Redis processes, the master among them (3 to 9).
    #[schemars(range(min = 3, max = 9))]
    pub replicas: u32,
    /// Sentinels (3 to 9). An odd number: one more than that survives no more.
    #[schemars(range(min = 3, max = 9))]
    pub sentinels: u32,
    /// Proxies in front of the master (1 to 9).
    #[schemars(range(min = 1, max = 9))]
    pub proxies: u32,
    /// Sentinels that have to agree before a fail-over begins; the majority when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 9))]
    pub quorum: Option<u32>,
    /// How long a master may be silent. Writes are taken again about 1.3 seconds after that.
    pub down_after: Seconds,
    /// How long a fail-over may take; one that failed is tried again after twice as long.
    pub failover_timeout: Seconds,
    /// Replicas that have to be there for the master to take writes (0 to 8). With 0, a master that is cut off goes on taking
    /// writes that are lost.
    #[schemars(range(min = 0, max = 8))]
    pub min_replicas_to_write: u32,
    /// How long ago those replicas may have answered last. As long can a master that is cut off take writes that are lost.
    pub max_lag: Seconds,
    /// What is written to disk. The cache holds password hashes and the signing key.
    pub persistence: Persistence,
    /// The volume of each Redis, when something is written to disk.
    pub storage: Volume,
    /// Whether volumes outlive the StatefulSet that they belong to.
    pub keep_volumes: bool,
    /// `maxmemory`; from sessions and settings when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_memory: Option<Quantity>,
    /// What goes when memory is full.
    pub eviction: Eviction,
    /// Whether passwords are asked for.
    pub auth: bool,
    /// A Secret of type `kubernetes.io/tls` with `ca.crt`: Redis, sentinels and Memos then speak TLS only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_secret: Option<Name>,
    /// A certificate by cert-manager instead of a Secret that exists: Redis, sentinels and Memos then speak TLS only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CacheCertificate>,
    /// How Memos talks to it.
    pub client: CacheClient,
    /// What it tells Prometheus.
    pub metrics: CacheMetrics,
    /// The way to the master for readers beside Memos.
    pub service: CacheService,
}

impl Default for Sentinel {
    fn default() -> Self {
        Self {
            replicas: 3,
            sentinels: 3,
            proxies: 2,
            quorum: None,
            down_after: Seconds::literal("4s"),
            failover_timeout: Seconds::literal("5s"),
            min_replicas_to_write: 1,
            max_lag: Seconds::literal("3s"),
            persistence: Persistence::None,
            storage: Volume::default(),
            keep_volumes: true,
            max_memory: None,
            eviction: Eviction::AllkeysLru,
            auth: true,
            tls_secret: None,
            certificate: None,
            client: CacheClient::default(),
            metrics: CacheMetrics::default(),
            service: CacheService::default(),
        }
    }
}

/// A certificate by cert-manager for names inside the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CacheCertificate {
    /// The issuer, which has an authority of its own: issuers of the internet sign no names inside a cluster.
    pub issuer: Name,
    /// Whether the issuer belongs to the cluster or the namespace.
    #[serde(default = "of_the_cluster")]
    pub issuer_kind: IssuerKind,
    /// Further names in it, such as that by which readers outside the cluster call Redis.
    #[serde(default)]
    pub names: Vec<HostName>,
}

fn of_the_cluster() -> IssuerKind {
    IssuerKind::ClusterIssuer
}

/// What goes when memory is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Eviction {
    /// What was not used for longest.
    AllkeysLru,
    /// What is used least often.
    AllkeysLfu,
    /// Of what expires, what was not used for longest.
    VolatileLru,
    /// Of what expires, what expires first.
    VolatileTtl,
    /// Nothing: writes are refused.
    Noeviction,
}

impl Eviction {
    /// The value of `maxmemory-policy`.
    pub fn word(self) -> &'static str {
        match self {
            Self::AllkeysLru => "allkeys-lru",
            Self::AllkeysLfu => "allkeys-lfu",
            Self::VolatileLru => "volatile-lru",
            Self::VolatileTtl => "volatile-ttl",
            Self::Noeviction => "noeviction",
        }
    }
}

/// What an exporter beside each Redis tells Prometheus.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct CacheMetrics {
    /// Whether an exporter runs beside each Redis.
    pub enabled: bool,
    /// The namespace of the Prometheus that reads them; its pods are let in.
    pub namespace: Name,
    /// The object by which the Prometheus Operator finds them.
    pub service_monitor: ServiceMonitor,
    /// The object by which the Prometheus Operator learns when to sound an alarm.
    pub prometheus_rule: PrometheusRule,
}

impl Default for CacheMetrics {
    fn default() -> Self {
        Self {
            enabled: false,
            namespace: Name::literal("monitoring"),
            service_monitor: ServiceMonitor::default(),
            prometheus_rule: PrometheusRule::default(),
        }
    }
}

/// A PrometheusRule of the Prometheus Operator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PrometheusRule {
    /// Whether it is made.
    pub enabled: bool,
    /// Its namespace; the installation's own when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Name>,
    /// Labels by which a Prometheus chooses it, such as `release: prometheus`.
    pub labels: BTreeMap<String, String>,
}

/// A ServiceMonitor of the Prometheus Operator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ServiceMonitor {
    /// Whether it is made.
    pub enabled: bool,
    /// Its namespace; the installation's own when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Name>,
    /// Labels by which a Prometheus chooses it, such as `release: prometheus`.
    pub labels: BTreeMap<String, String>,
    /// How often metrics are read.
    pub interval: Seconds,
}

impl Default for ServiceMonitor {
    fn default() -> Self {
        Self { enabled: false, namespace: None, labels: BTreeMap::new(), interval: Seconds::literal("30s") }
    }
}

/// The way to Redis for readers beside Memos.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct CacheService {
    /// Who can reach it. Annotations of its own are given in `components.redis.serviceAnnotations`, with fail-over in
    /// `components.redisProxy.serviceAnnotations`.
    #[serde(rename = "type")]
    pub kind: CacheServiceType,
    /// Whether the load balancer has an address inside the cloud's network only; annotations of the cloud follow from it.
    pub internal: bool,
    /// Who may come in through the load balancer. When left out: every private address, or everybody if it is not internal.
    pub source_ranges: Vec<Cidr>,
}

impl Default for CacheService {
    fn default() -> Self {
        Self { kind: CacheServiceType::ClusterIp, internal: true, source_ranges: Vec::new() }
    }
}

/// Who can reach Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CacheServiceType {
    /// Memos alone.
    ClusterIp,
    /// Readers outside the cluster as well, through a load balancer with a Service of its own.
    LoadBalancer,
}
