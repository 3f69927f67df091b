//! Kinds of Azure's Application Gateway for Containers, `alb.networking.azure.io/v1`:
//! <https://learn.microsoft.com/azure/application-gateway/for-containers/api-specification-kubernetes>.

use serde::Serialize;

use super::{CustomKind, TargetRef};

/// `HealthCheckPolicy`.
pub const HEALTH_CHECK_POLICY: CustomKind =
    CustomKind { api_version: "alb.networking.azure.io/v1", kind: "HealthCheckPolicy" };

/// `RoutePolicy`.
pub const ROUTE_POLICY: CustomKind = CustomKind { api_version: "alb.networking.azure.io/v1", kind: "RoutePolicy" };

/// `WebApplicationFirewallPolicy`.
pub const FIREWALL_POLICY: CustomKind =
    CustomKind { api_version: "alb.networking.azure.io/v1", kind: "WebApplicationFirewallPolicy" };

/// A policy's `spec`: settings for one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicySpec<T> {
    /// The object.
    pub target_ref: TargetRef,
    /// The settings.
    pub default: T,
}

/// The settings of a HealthCheckPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// Time between checks.
    pub interval: &'static str,
    /// Time for one.
    pub timeout: &'static str,
    /// Good ones until an endpoint is used.
    pub healthy_threshold: u32,
    /// Bad ones until it is not.
    pub unhealthy_threshold: u32,
    /// `HTTP`.
    pub protocol: &'static str,
    /// What is asked.
    pub http: HttpHealthCheck,
}

/// What a health check asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HttpHealthCheck {
    /// The path.
    pub path: &'static str,
    /// Which answers are good.
    #[serde(rename = "match")]
    pub answers: HealthAnswers,
}

/// Which answers are good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthAnswers {
    /// By their status.
    pub status_codes: Vec<StatusCodes>,
}

/// A range of statuses, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatusCodes {
    /// The first.
    pub start: u16,
    /// The last.
    pub end: u16,
}

/// The settings of a RoutePolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// How long things may take.
    pub timeouts: RouteTimeouts,
    /// How a browser is kept on a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_affinity: Option<SessionAffinity>,
}

/// How long things may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteTimeouts {
    /// A request, from first to last byte.
    pub route_timeout: String,
}

/// How a browser is kept on a replica.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionAffinity {
    /// `managed-cookie`.
    pub affinity_type: &'static str,
}

/// The `spec` of a WebApplicationFirewallPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FirewallSpec {
    /// What it protects.
    pub target_ref: TargetRef,
    /// The policy.
    pub web_application_firewall: Firewall,
}

/// A policy of Azure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Firewall {
    /// Its resource id.
    pub id: String,
}
