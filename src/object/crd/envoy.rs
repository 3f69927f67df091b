//! Kinds of Envoy Gateway, `gateway.envoyproxy.io/v1alpha1`: <https://gateway.envoyproxy.io/docs/api/extension_types/>.

use serde::Serialize;

use super::{CustomKind, TargetRef};

/// `BackendTrafficPolicy`.
pub const BACKEND_TRAFFIC_POLICY: CustomKind =
    CustomKind { api_version: "gateway.envoyproxy.io/v1alpha1", kind: "BackendTrafficPolicy" };

/// `SecurityPolicy`.
pub const SECURITY_POLICY: CustomKind =
    CustomKind { api_version: "gateway.envoyproxy.io/v1alpha1", kind: "SecurityPolicy" };

/// The `spec` of a BackendTrafficPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendTrafficSpec {
    /// The routes.
    pub target_refs: Vec<TargetRef>,
    /// How a replica is chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_balancer: Option<LoadBalancer>,
    /// How many requests are let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}

/// How a replica is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// `ConsistentHash`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// By what.
    pub consistent_hash: ConsistentHash,
}

/// By what a replica is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsistentHash {
    /// `Cookie`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The cookie.
    pub cookie: Cookie,
}

/// A cookie that Envoy makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cookie {
    /// Its name.
    pub name: &'static str,
    /// Its life.
    pub ttl: String,
}

/// How many requests are let through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RateLimit {
    /// Counted by each process of Envoy for itself, without a Redis of its own.
    pub local: LocalRateLimit,
}

/// How many requests each process lets through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocalRateLimit {
    /// The rules.
    pub rules: Vec<RateLimitRule>,
}

/// How many requests of whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimitRule {
    /// Of whom.
    pub client_selectors: Vec<ClientSelector>,
    /// How many.
    pub limit: Limit,
}

/// Whose requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientSelector {
    /// By address.
    #[serde(rename = "sourceCIDR")]
    pub source_cidr: SourceCidr,
}

/// Addresses of clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceCidr {
    /// `Distinct`: each address by itself.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The range.
    pub value: &'static str,
}

/// A number in a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// How many.
    pub requests: u32,
    /// `Second`.
    pub unit: &'static str,
}

/// The `spec` of a SecurityPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecuritySpec {
    /// The routes.
    pub target_refs: Vec<TargetRef>,
    /// Who may come in.
    pub authorization: Authorization,
}

/// Who may come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// `Deny`.
    pub default_action: &'static str,
    /// The exceptions.
    pub rules: Vec<AuthorizationRule>,
}

/// An exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorizationRule {
    /// `Allow`.
    pub action: &'static str,
    /// For whom.
    pub principal: Principal,
}

/// Clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Principal {
    /// By address.
    #[serde(rename = "clientCIDRs")]
    pub client_cidrs: Vec<String>,
}
