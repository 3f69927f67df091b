//! Kinds of the Prometheus Operator, `monitoring.coreos.com/v1`: <https://prometheus-operator.dev/docs/api-reference/api/>.

use std::collections::BTreeMap;

use serde::Serialize;

use super::CustomKind;

/// `ServiceMonitor`.
pub const SERVICE_MONITOR: CustomKind = CustomKind { api_version: "monitoring.coreos.com/v1", kind: "ServiceMonitor" };

/// The `spec` of a ServiceMonitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceMonitorSpec {
    /// Which Services.
    pub selector: Selector,
    /// In which namespaces.
    pub namespace_selector: NamespaceSelector,
    /// Which ports of them.
    pub endpoints: Vec<Endpoint>,
}

/// Services by their labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Selector {
    /// The labels.
    pub match_labels: BTreeMap<String, String>,
}

/// Namespaces by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceSelector {
    /// The names.
    pub match_names: Vec<String>,
}

/// A port that metrics are read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The name of the Service's port.
    pub port: &'static str,
    /// How often.
    pub interval: String,
}

/// `PrometheusRule`.
pub const PROMETHEUS_RULE: CustomKind = CustomKind { api_version: "monitoring.coreos.com/v1", kind: "PrometheusRule" };

/// The `spec` of a PrometheusRule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrometheusRuleSpec {
    /// Rules that are evaluated together.
    pub groups: Vec<RuleGroup>,
}

/// Rules that are evaluated together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleGroup {
    /// Their name.
    pub name: String,
    /// The rules.
    pub rules: Vec<AlertingRule>,
}

/// When an alarm sounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertingRule {
    /// Its name.
    pub alert: &'static str,
    /// The question in PromQL; it sounds for each answer.
    pub expr: String,
    /// How long there has to be one.
    #[serde(rename = "for")]
    pub lasting: &'static str,
    /// Labels of the alarm, its severity among them.
    pub labels: BTreeMap<&'static str, &'static str>,
    /// Words for people.
    pub annotations: BTreeMap<&'static str, &'static str>,
}
