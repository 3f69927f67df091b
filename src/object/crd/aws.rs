//! Kinds of the AWS Load Balancer Controller for Gateways, `gateway.k8s.aws/v1`:
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/loadbalancerconfig/> and
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/>.

use serde::Serialize;

use super::CustomKind;

/// `LoadBalancerConfiguration`.
pub const LOAD_BALANCER: CustomKind =
    CustomKind { api_version: "gateway.k8s.aws/v1", kind: "LoadBalancerConfiguration" };

/// `TargetGroupConfiguration`.
pub const TARGET_GROUP: CustomKind = CustomKind { api_version: "gateway.k8s.aws/v1", kind: "TargetGroupConfiguration" };

/// The `spec` of a LoadBalancerConfiguration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancerSpec {
    /// `internal` or `internet-facing`.
    pub scheme: &'static str,
    /// Settings by listener; its certificates come from here, never from the Gateway.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listener_configurations: Vec<ListenerConfiguration>,
    /// Its attributes.
    pub load_balancer_attributes: Vec<Attribute>,
    /// Who may come in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_ranges: Vec<String>,
    /// The web ACL.
    #[serde(rename = "wafV2", skip_serializing_if = "Option::is_none")]
    pub waf_v2: Option<WafV2>,
}

/// Settings of a listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerConfiguration {
    /// Such as `HTTPS:443`.
    pub protocol_port: &'static str,
    /// The ARN of its certificate.
    pub default_certificate: String,
    /// Protocols and ciphers.
    pub ssl_policy: &'static str,
}

/// An attribute of a load balancer or target group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// Its key.
    pub key: &'static str,
    /// Its value.
    pub value: String,
}

/// A web ACL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WafV2 {
    /// Its ARN.
    #[serde(rename = "webACL")]
    pub web_acl: String,
}

/// The `spec` of a TargetGroupConfiguration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetGroupSpec {
    /// The Service.
    pub target_reference: TargetReference,
    /// Settings for every route.
    pub default_configuration: TargetGroup,
}

/// A Service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetReference {
    /// Its name.
    pub name: String,
}

/// Settings of a target group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetGroup {
    /// `ip`: pods.
    pub target_type: &'static str,
    /// What is asked of them.
    pub health_check_config: HealthCheck,
    /// Its attributes.
    pub target_group_attributes: Vec<Attribute>,
}

/// What is asked of targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// Seconds between checks.
    pub health_check_interval: u32,
    /// The path.
    pub health_check_path: &'static str,
    /// Seconds for one.
    pub health_check_timeout: u32,
    /// Good ones until a target is used.
    pub healthy_threshold_count: u32,
    /// Which answers are good.
    pub matcher: Matcher,
    /// Bad ones until it is not.
    pub unhealthy_threshold_count: u32,
}

/// Which answers are good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Matcher {
    /// The status.
    pub http_code: &'static str,
}
