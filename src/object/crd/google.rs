//! Kinds of Google Kubernetes Engine. For Gateways:
//! <https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources>; for Ingresses:
//! <https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration>.

use serde::Serialize;

use super::{CustomKind, TargetRef};

/// `HealthCheckPolicy`.
pub const HEALTH_CHECK_POLICY: CustomKind =
    CustomKind { api_version: "networking.gke.io/v1", kind: "HealthCheckPolicy" };

/// `GCPBackendPolicy`.
pub const BACKEND_POLICY: CustomKind = CustomKind { api_version: "networking.gke.io/v1", kind: "GCPBackendPolicy" };

/// `BackendConfig`.
pub const BACKEND_CONFIG: CustomKind = CustomKind { api_version: "cloud.google.com/v1", kind: "BackendConfig" };

/// `FrontendConfig`.
pub const FRONTEND_CONFIG: CustomKind = CustomKind { api_version: "networking.gke.io/v1beta1", kind: "FrontendConfig" };

/// `ManagedCertificate`.
pub const MANAGED_CERTIFICATE: CustomKind =
    CustomKind { api_version: "networking.gke.io/v1", kind: "ManagedCertificate" };

/// A policy's `spec`: settings for one Service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicySpec<T> {
    /// The settings.
    pub default: T,
    /// The Service.
    pub target_ref: TargetRef,
}

/// The settings of a HealthCheckPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// Seconds between checks.
    pub check_interval_sec: u32,
    /// Seconds for one.
    pub timeout_sec: u32,
    /// Good ones until an endpoint is used.
    pub healthy_threshold: u32,
    /// Bad ones until it is not.
    pub unhealthy_threshold: u32,
    /// Whether changes are logged.
    pub log_config: Logging,
    /// What is asked.
    pub config: HealthCheckConfig,
}

/// Whether something is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Logging {
    /// Whether it is.
    pub enabled: bool,
}

/// What a health check asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheckConfig {
    /// `HTTP`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// By HTTP.
    pub http_health_check: HttpHealthCheck,
}

/// A health check by HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpHealthCheck {
    /// `USE_SERVING_PORT`: the port of the endpoint.
    pub port_specification: &'static str,
    /// The path.
    pub request_path: &'static str,
}

/// The settings of a GCPBackendPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendPolicy {
    /// Seconds that a response may take.
    pub timeout_sec: u32,
    /// How leaving endpoints are drained.
    pub connection_draining: Draining,
    /// The Cloud Armor policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<String>,
    /// How a browser is kept on a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_affinity: Option<PolicyAffinity>,
}

/// How leaving endpoints are drained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Draining {
    /// Seconds.
    pub draining_timeout_sec: u32,
}

/// A cookie, in a GCPBackendPolicy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyAffinity {
    /// `GENERATED_COOKIE`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its life in seconds.
    pub cookie_ttl_sec: u32,
}

/// The `spec` of a BackendConfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendConfigSpec {
    /// Seconds that a response may take.
    pub timeout_sec: u32,
    /// How leaving endpoints are drained.
    pub connection_draining: Draining,
    /// What is asked of endpoints.
    pub health_check: BackendHealthCheck,
    /// The Cloud Armor policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<SecurityPolicy>,
    /// How a browser is kept on a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_affinity: Option<BackendAffinity>,
}

/// What is asked of endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendHealthCheck {
    /// Seconds between checks.
    pub check_interval_sec: u32,
    /// Seconds for one.
    pub timeout_sec: u32,
    /// Good ones until an endpoint is used.
    pub healthy_threshold: u32,
    /// Bad ones until it is not.
    pub unhealthy_threshold: u32,
    /// `HTTP`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The path.
    pub request_path: &'static str,
}

/// A Cloud Armor policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecurityPolicy {
    /// Its name.
    pub name: String,
}

/// A cookie, in a BackendConfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendAffinity {
    /// `GENERATED_COOKIE`.
    pub affinity_type: &'static str,
    /// Its life in seconds.
    pub affinity_cookie_ttl_sec: u32,
}

/// The `spec` of a FrontendConfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FrontendConfigSpec {
    /// From HTTP to HTTPS.
    pub redirect_to_https: RedirectToHttps,
}

/// From HTTP to HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedirectToHttps {
    /// Whether it is on.
    pub enabled: bool,
    /// The status by name.
    pub response_code_name: &'static str,
}

/// The `spec` of a ManagedCertificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManagedCertificateSpec {
    /// The host names.
    pub domains: Vec<String>,
}
