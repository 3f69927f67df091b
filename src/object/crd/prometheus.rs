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
