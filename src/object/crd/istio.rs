//! Kinds of Istio, `networking.istio.io/v1`: <https://istio.io/latest/docs/reference/config/networking/destination-rule/>.

use serde::Serialize;

use super::CustomKind;

/// `DestinationRule`.
pub const DESTINATION_RULE: CustomKind = CustomKind { api_version: "networking.istio.io/v1", kind: "DestinationRule" };

/// The `spec` of a DestinationRule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DestinationRuleSpec {
    /// The host name of the Service.
    pub host: String,
    /// How it is reached.
    pub traffic_policy: TrafficPolicy,
}

/// How a Service is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrafficPolicy {
    /// How a replica is chosen.
    pub load_balancer: LoadBalancer,
}

/// How a replica is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// By what.
    pub consistent_hash: ConsistentHash,
}

/// By what a replica is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsistentHash {
    /// A cookie that Istio makes.
    pub http_cookie: Cookie,
}

/// A cookie that Istio makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cookie {
    /// Its name.
    pub name: &'static str,
    /// Where it is sent.
    pub path: &'static str,
    /// Its life.
    pub ttl: String,
}
