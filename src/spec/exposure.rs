//! The way in from outside, and who may talk to whom inside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scalar::{Cidr, GatewayClassName, HostName, IngressClassName, Name};

/// The way in from outside the cluster.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Exposure {
    /// None; reach it with `kubectl port-forward`.
    #[default]
    None,
    /// The Gateway API: the successor of Ingress.
    Gateway(Gateway),
    /// An Ingress of any class.
    Ingress(Ingress),
    /// A load balancer without routing by host name.
    LoadBalancer(LoadBalancer),
}

/// An address with its certificate, and limits at the edge.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Gateway {
    /// The host name people use.
    pub host: HostName,
    /// The GatewayClass, such as `istio`, `envoy`, `gke-l7-global-external-managed` or `approuting-istio`.
    pub class: GatewayClassName,
    /// Use a Gateway that exists instead of making one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<ExistingGateway>,
    /// Where the certificate comes from.
    #[serde(default)]
    pub tls: Tls,
    /// Limits and protections.
    #[serde(default)]
    pub edge: Edge,
    /// The namespace of the gateway's own pods, when they run in the cluster. The class's own when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_plane_namespace: Option<Name>,
    /// A reserved address by name on Google Cloud, a frontend by name for `azure-alb-external`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Name>,
    /// Whether it is reachable only from inside. On Google Cloud the class says so instead.
    #[serde(default)]
    pub internal: bool,
    /// Further annotations of the Gateway; they win over ours.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// A Gateway that exists.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExistingGateway {
    /// Its name.
    pub name: Name,
    /// Its namespace.
    pub namespace: Name,
    /// The listener to attach to; all that fit when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Name>,
}

/// An Ingress of any class.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Ingress {
    /// The host name people use.
    pub host: HostName,
    /// The IngressClass, such as `alb`, `gce`, `traefik` or `haproxy`.
    pub class: IngressClassName,
    /// Whether it is reachable from the internet or only from inside; only cloud classes can tell.
    #[serde(default)]
    pub internal: bool,
    /// Where the certificate comes from.
    #[serde(default)]
    pub tls: Tls,
    /// Limits and protections.
    #[serde(default)]
    pub edge: Edge,
    /// The namespace of the controller's pods, when they run in the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller_namespace: Option<Name>,
    /// Further annotations; they win over ours.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// A load balancer without routing by host name.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct LoadBalancer {
    /// The host name people use, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<HostName>,
    /// Whether it is reachable only from inside.
    pub internal: bool,
    /// The port people use.
    #[schemars(range(min = 1, max = 65_535))]
    pub port: u16,
    /// A certificate of the cloud at the load balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 300))]
    pub certificate: Option<String>,
    /// Who may come in; anybody when left out.
    pub source_ranges: Vec<Cidr>,
    /// Keep one client on one replica by its address.
    pub affinity: bool,
    /// Further annotations of the Service; they win over ours.
    pub annotations: BTreeMap<String, String>,
}

impl Default for LoadBalancer {
    fn default() -> Self {
        Self {
            host: None,
            internal: false,
            port: 80,
            certificate: None,
            source_ranges: Vec::new(),
            affinity: false,
            annotations: BTreeMap::new(),
        }
    }
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Tls {
    /// No encryption at the edge. Passwords cross the network in the clear.
    None,
    /// cert-manager asks an issuer for one.
    CertManager(CertManager),
    /// The cloud has one: an ACM ARN, a Google certificate map or managed certificate.
    Cloud(CloudCertificate),
    /// A Secret of type `kubernetes.io/tls` that exists.
    Secret(TlsSecret),
}

impl Default for Tls {
    fn default() -> Self {
        Self::CertManager(CertManager::default())
    }
}

/// A certificate by cert-manager.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct CertManager {
    /// The issuer.
    pub issuer: Name,
    /// Whether the issuer belongs to the cluster or the namespace.
    pub issuer_kind: IssuerKind,
}

impl Default for CertManager {
    fn default() -> Self {
        Self { issuer: Name::literal("letsencrypt"), issuer_kind: IssuerKind::ClusterIssuer }
    }
}

/// Whether an issuer belongs to the cluster or the namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum IssuerKind {
    /// Usable from every namespace.
    ClusterIssuer,
    /// Usable from its own namespace.
    Issuer,
}

impl IssuerKind {
    /// The kind of cert-manager's object.
    pub fn word(self) -> &'static str {
        match self {
            Self::ClusterIssuer => "ClusterIssuer",
            Self::Issuer => "Issuer",
        }
    }
}

/// A certificate that the cloud has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CloudCertificate {
    /// On AWS the ARN in ACM. On Google Cloud the certificate map of a global Gateway, the certificate of a regional one or of
    /// an Ingress; `managed` makes one for an Ingress of class `gce`.
    #[schemars(length(min = 1, max = 300))]
    pub certificate: String,
}

/// A certificate in a Secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TlsSecret {
    /// The Secret.
    pub name: Name,
}

/// Limits and protections at the edge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Edge {
    /// Keep one browser on one replica by a cookie.
    pub affinity: bool,
    /// Seconds without a byte after which a connection is closed (31 to 4000); Memos' event stream sends one each 30 seconds.
    #[schemars(range(min = 1, max = 4000))]
    pub idle_timeout_seconds: u32,
    /// The largest request body in MiB; from the upload limit when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1024))]
    pub max_body_mb: Option<u32>,
    /// Requests a second and client; not limited when left out. Only some classes can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub requests_per_second: Option<u32>,
    /// A web application firewall of the cloud: a WAFv2 ARN, a Cloud Armor policy or an Azure policy's resource id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 400))]
    pub waf: Option<String>,
    /// Who may come in; anybody when left out. Only some classes can.
    pub source_ranges: Vec<Cidr>,
    /// Where the edge's own connections come from, when it is outside the cluster: the load balancer's subnets.
    pub networks: Vec<Cidr>,
}

impl Default for Edge {
    fn default() -> Self {
        Self {
            affinity: false,
            idle_timeout_seconds: 3600,
            max_body_mb: None,
            requests_per_second: None,
            waf: None,
            source_ranges: Vec::new(),
            networks: Vec::new(),
        }
    }
}

/// Who may talk to whom.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Network {
    /// Whether NetworkPolicies are made. Without them every pod of the cluster reaches the database.
    pub policies: bool,
    /// Where names are looked up.
    pub dns: Dns,
    /// Whether Memos may reach the internet on ports 80 and 443: sign-in by other systems, webhooks, link previews.
    pub internet: bool,
    /// Further ways in, by name.
    pub extra_ingress: Vec<ExtraIngress>,
    /// Further ways out, by name.
    pub extra_egress: Vec<ExtraEgress>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            policies: true,
            dns: Dns::default(),
            internet: true,
            extra_ingress: Vec::new(),
            extra_egress: Vec::new(),
        }
    }
}

/// Where names are looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Dns {
    /// Whether port 53 is open to every address or only to the cluster's own servers.
    pub mode: DnsMode,
    /// Addresses of name servers outside the pods of kube-dns, for the strict mode.
    pub servers: Vec<Cidr>,
}

/// Whether port 53 is open to every address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DnsMode {
    /// Every address: works with node-local caches and cloud DNS, which no pod selector matches.
    #[default]
    Anywhere,
    /// The pods of kube-dns, and the addresses given.
    Strict,
}

/// A further way in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExtraIngress {
    /// What it is for.
    pub name: Name,
    /// Who is let in.
    pub from: Peer,
    /// To which component.
    #[serde(default)]
    pub to: PolicyTarget,
    /// On which ports of the component.
    #[schemars(length(min = 1), inner(range(min = 1, max = 65_535)))]
    pub ports: Vec<u16>,
}

/// A further way out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExtraEgress {
    /// What it is for.
    pub name: Name,
    /// From which component.
    #[serde(default)]
    pub from: PolicyTarget,
    /// Where it may go.
    pub to: Peer,
    /// On which ports.
    #[schemars(length(min = 1), inner(range(min = 1, max = 65_535)))]
    pub ports: Vec<u16>,
}

/// The component whose pods a policy speaks of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PolicyTarget {
    /// The Memos processes.
    #[default]
    Memos,
    /// The proxies in front of a Memos with a standby.
    Proxy,
    /// PostgreSQL in the cluster.
    Postgres,
    /// PgBouncer.
    Pooler,
    /// Redis in the cluster.
    Redis,
    /// The sentinels of a Redis with fail-over.
    Sentinel,
    /// The proxies in front of a Redis with fail-over.
    RedisProxy,
}

/// The other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Peer {
    /// Pods of a namespace.
    Pods(PodPeer),
    /// Addresses outside the cluster.
    Addresses(AddressPeer),
}

/// Pods of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PodPeer {
    /// Their namespace.
    pub namespace: Name,
    /// Their labels; all pods of the namespace when left out.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// Addresses outside the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AddressPeer {
    /// The ranges.
    #[schemars(length(min = 1))]
    pub cidrs: Vec<Cidr>,
}
