//! What surrounds a Redis of ours: metrics, and the way to it from outside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scalar::{Cidr, Name, Seconds};

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
}

impl Default for CacheMetrics {
    fn default() -> Self {
        Self { enabled: false, namespace: Name::literal("monitoring"), service_monitor: ServiceMonitor::default() }
    }
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
    /// Who can reach it. Annotations of its own are given in `components.redis.serviceAnnotations`.
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
