//! The Gateway API, `gateway.networking.k8s.io/v1`: <https://gateway-api.sigs.k8s.io/reference/spec/>.

use std::collections::BTreeMap;

use serde::Serialize;

use super::CustomKind;

/// The API group.
pub const GROUP: &str = "gateway.networking.k8s.io";

/// `Gateway`.
pub const GATEWAY: CustomKind = CustomKind { api_version: "gateway.networking.k8s.io/v1", kind: "Gateway" };

/// `HTTPRoute`.
pub const HTTP_ROUTE: CustomKind = CustomKind { api_version: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" };

/// The `spec` of a Gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewaySpec {
    /// The GatewayClass.
    pub gateway_class_name: String,
    /// Reserved addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// What is passed on to the class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infrastructure: Option<Infrastructure>,
    /// Ports that listen.
    pub listeners: Vec<Listener>,
}

/// A reserved address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Address {
    /// What kind of address it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its name.
    pub value: String,
}

/// What is passed on to the class.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Infrastructure {
    /// Annotations of what the class makes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// An object with parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters_ref: Option<ParametersRef>,
}

/// An object with parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParametersRef {
    /// Its API group; empty for the core.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// A port that listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// Its name, to which routes attach.
    pub name: &'static str,
    /// The host name it answers to.
    pub hostname: String,
    /// Its port.
    pub port: u16,
    /// `HTTP` or `HTTPS`.
    pub protocol: &'static str,
    /// Its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<ListenerTls>,
    /// Which routes may attach.
    pub allowed_routes: AllowedRoutes,
}

/// The certificate of a listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerTls {
    /// `Terminate`.
    pub mode: &'static str,
    /// Secrets of type `kubernetes.io/tls`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificate_refs: Vec<SecretRef>,
    /// Words of the class.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// A Secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecretRef {
    /// `Secret`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// Which routes may attach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AllowedRoutes {
    /// By their namespace.
    pub namespaces: RouteNamespaces,
}

/// Which namespaces' routes may attach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RouteNamespaces {
    /// `Same`: the Gateway's own.
    pub from: &'static str,
}

/// The `spec` of an HTTPRoute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteSpec {
    /// The Gateways it is attached to.
    pub parent_refs: Vec<ParentRef>,
    /// The host names it is for.
    pub hostnames: Vec<String>,
    /// Where requests go.
    pub rules: Vec<Rule>,
}

/// A Gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParentRef {
    /// The API group.
    pub group: &'static str,
    /// `Gateway`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its namespace, when it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The listener.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section_name: Option<String>,
}

/// Where requests go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Which requests.
    pub matches: Vec<Match>,
    /// What is done with them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// The Services they go to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backend_refs: Vec<BackendRef>,
    /// How long they may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeouts: Option<Timeouts>,
}

/// Which requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// By their path.
    pub path: PathMatch,
}

/// A path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathMatch {
    /// `PathPrefix`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The path.
    pub value: &'static str,
}

/// What is done with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// `RequestRedirect`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where it is sent.
    pub request_redirect: Redirect,
}

/// Where a request is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Redirect {
    /// The scheme.
    pub scheme: &'static str,
    /// The status.
    pub status_code: u16,
}

/// A Service that requests go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackendRef {
    /// The API group; empty.
    pub group: &'static str,
    /// `Service`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its port.
    pub port: u16,
    /// Its share.
    pub weight: u32,
}

/// How long requests may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Timeouts {
    /// From first to last byte; `0s` is without limit.
    pub request: &'static str,
}
