//! The way in: which objects the edge consists of, and what it asks of the pods behind it.

pub mod class;
pub mod gateway;
pub mod ingress;
mod peers;
pub mod policy;
pub(super) mod service;

use std::collections::BTreeMap;

use class::{GatewayClass, IngressClass};
use gateway::GatewayPlan;
use ingress::IngressPlan;

use super::formula::Inputs;
use super::names::Names;
use super::network::PeerPlan;
use super::scale::figure;
use super::sizing::{self, Figure};
use crate::spec::Spec;
use crate::spec::exposure::{CertManager, Exposure, IssuerKind, Tls};
use crate::spec::memos::Size;
use crate::spec::workload::Cloud;

/// The cookie by which an edge keeps a browser on a replica.
pub const AFFINITY_COOKIE: &str = "memos-replica";

/// Seconds for which an edge keeps a browser on a replica.
pub const AFFINITY_SECONDS: u32 = 3600;

/// What every health check of an edge asks for.
pub const HEALTH_PATH: &str = "/healthz";

/// Ciphers and protocols of Amazon's load balancers. Their own default is a policy of 2016.
pub const AWS_TLS_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/// The way in.
#[derive(Debug, Clone, PartialEq)]
pub struct ExposurePlan {
    /// The host name people use.
    pub host: Option<String>,
    /// Whether people's connections are encrypted.
    pub https: bool,
    /// The Service in front of the processes.
    pub service: ServicePlan,
    /// Who connects to the processes from the edge; nobody when there is no edge or it is not known.
    pub peers: Vec<PeerPlan>,
    /// Whether anybody connects to the processes, so that no list of peers can say who.
    pub anybody: bool,
    /// Seconds that a stopping process goes on serving, until the edge has forgotten it.
    pub pre_stop_seconds: u32,
    /// Labels that the edge asks for on the namespace.
    pub namespace_labels: BTreeMap<String, String>,
    /// The largest request body that the edge lets through, in MiB.
    pub body_limit_mb: u32,
    /// The objects that lead to the Service.
    pub route: RoutePlan,
}

/// The Service in front of the processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePlan {
    /// Whether it is a load balancer of its own.
    pub load_balancer: bool,
    /// Its port.
    pub port: u16,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Who may use the load balancer; anybody when empty.
    pub source_ranges: Vec<String>,
    /// The class of the load balancer, where several exist.
    pub load_balancer_class: Option<String>,
    /// Whether one client stays on one process by its address.
    pub affinity: bool,
    /// Whether only nodes with a process take connections, which keeps the client's address. Without it nodes put theirs
    /// in its place, and neither a policy nor affinity can go by the client's.
    pub keeps_client_address: bool,
}

/// The objects that lead to the Service.
#[derive(Debug, Clone, PartialEq)]
pub enum RoutePlan {
    /// None.
    None,
    /// The Gateway API.
    Gateway(Box<GatewayPlan>),
    /// An Ingress.
    Ingress(Box<IngressPlan>),
}

/// Decides the way in.
pub(super) fn decide(spec: &Spec, names: &Names, figures: &mut Vec<Figure>) -> ExposurePlan {
    let (peers, anybody) = peers::decide(spec, names);
    ExposurePlan {
        host: host(spec),
        https: https(spec),
        service: service::decide(spec, names),
        peers,
        anybody,
        pre_stop_seconds: pre_stop_seconds(spec),
        namespace_labels: namespace_labels(spec),
        body_limit_mb: note_body_limit(spec, figures),
        route: match &spec.exposure {
            Exposure::Gateway(given) => RoutePlan::Gateway(Box::new(gateway::decide(spec, given, names))),
            Exposure::Ingress(given) => RoutePlan::Ingress(Box::new(ingress::decide(spec, given, names))),
            Exposure::None | Exposure::LoadBalancer(_) => RoutePlan::None,
        },
    }
}

fn host(spec: &Spec) -> Option<String> {
    match &spec.exposure {
        Exposure::None => None,
        Exposure::Gateway(gateway) => Some(gateway.host.to_string()),
        Exposure::Ingress(ingress) => Some(ingress.host.to_string()),
        Exposure::LoadBalancer(balancer) => balancer.host.as_ref().map(ToString::to_string),
    }
}

/// A load balancer is encrypted by a certificate of AWS only: the others pass connections through.
fn https(spec: &Spec) -> bool {
    match &spec.exposure {
        Exposure::None => false,
        Exposure::Gateway(gateway) => gateway.tls != Tls::None,
        Exposure::Ingress(ingress) => ingress.tls != Tls::None,
        Exposure::LoadBalancer(balancer) => balancer.certificate.is_some() && spec.kubernetes.cloud == Cloud::Aws,
    }
}

/// Seconds until the edge has forgotten a process that stops.
///
/// Amazon's load balancers take as long as their deregistration delay, which we set to 30 seconds, and Google's as long as
/// they drain, which we set to 60. Proxies in the cluster follow the endpoints within a few seconds, and without
/// any edge only the nodes' own tables have to.
fn pre_stop_seconds(spec: &Spec) -> u32 {
    let google = ingress::DRAIN_SECONDS;
    let outside = 30;
    let inside = 10;
    match &spec.exposure {
        Exposure::None => 5,
        Exposure::Gateway(gateway) => match GatewayClass::of(gateway.class.as_str()) {
            class if class.google() => google,
            GatewayClass::Aws | GatewayClass::Azure => outside,
            _ => inside,
        },
        Exposure::Ingress(ingress) => match IngressClass::of(ingress.class.as_str()) {
            class if class.google() => google,
            IngressClass::Alb | IngressClass::ApplicationGateway => outside,
            _ => inside,
        },
        Exposure::LoadBalancer(_) if spec.kubernetes.cloud == Cloud::Aws => outside,
        Exposure::LoadBalancer(_) => inside,
    }
}

/// Whether the load balancers are those of EKS Auto Mode.
pub(super) fn eks_auto_mode(spec: &Spec) -> bool {
    spec.kubernetes.cloud == Cloud::Aws && spec.kubernetes.eks_auto_mode
}

/// The controller of the load balancers then holds a pod back until its load balancer has taken it in. Only for targets by
/// address, which is the only way ours are.
///
/// EKS Auto Mode has a label of its own for what it serves itself; Gateways are served by the AWS Load Balancer Controller.
fn namespace_labels(spec: &Spec) -> BTreeMap<String, String> {
    let (aws, by_auto_mode) = match &spec.exposure {
        Exposure::None => (false, false),
        Exposure::Gateway(gateway) => (GatewayClass::of(gateway.class.as_str()) == GatewayClass::Aws, false),
        Exposure::Ingress(ingress) => (IngressClass::of(ingress.class.as_str()) == IngressClass::Alb, true),
        Exposure::LoadBalancer(_) => (spec.kubernetes.cloud == Cloud::Aws, true),
    };
    let group = if by_auto_mode && eks_auto_mode(spec) { "eks.amazonaws.com" } else { "elbv2.k8s.aws" };
    let label = (format!("{group}/pod-readiness-gate-inject"), "enabled".to_owned());
    if aws { BTreeMap::from([label]) } else { BTreeMap::new() }
}

/// What an upload of the limit needs as a request: JSON carries it as base64, four bytes for three, and a MiB for the rest.
pub fn needed_body_mb(upload_size_limit_mb: u32) -> u32 {
    (upload_size_limit_mb.saturating_mul(4)).div_ceil(3).saturating_add(1)
}

fn body_limit_mb(spec: &Spec) -> u32 {
    let given = match &spec.exposure {
        Exposure::Gateway(gateway) => gateway.edge.max_body_mb,
        Exposure::Ingress(ingress) => ingress.edge.max_body_mb,
        Exposure::None | Exposure::LoadBalancer(_) => None,
    };
    given.unwrap_or_else(|| needed_body_mb(spec.memos.upload_size_limit_mb))
}

/// The limit, with how it came about where there is an edge that could have one.
fn note_body_limit(spec: &Spec, figures: &mut Vec<Figure>) -> u32 {
    let limit = body_limit_mb(spec);
    let given = match &spec.exposure {
        Exposure::Gateway(gateway) => gateway.edge.max_body_mb,
        Exposure::Ingress(ingress) => ingress.edge.max_body_mb,
        Exposure::None | Exposure::LoadBalancer(_) => return limit,
    };
    let inputs = Inputs::of(Size::Small).with("uploadSizeLimitMb", spec.memos.upload_size_limit_mb);
    let source = "an upload as a request: base64 in JSON";
    figure(figures, "exposure.bodyLimit", given.map(u64::from), &sizing::body_limit(), &inputs, "Mi", source);
    if let Some(given) = given {
        figure(figures, "exposure.bodyNeeded", None, &sizing::body_limit(), &inputs, "Mi", source);
        let inputs = Inputs::of(Size::Small).with("bodyLimit", given);
        let source = "three quarters of a request without the MiB for the rest";
        figure(figures, "exposure.largestUpload", None, &sizing::largest_upload(), &inputs, "Mi", source);
    }
    limit
}

/// The annotation by which cert-manager learns of its task.
fn issuer_annotation(manager: &CertManager) -> (String, String) {
    let key = match manager.issuer_kind {
        IssuerKind::ClusterIssuer => "cert-manager.io/cluster-issuer",
        IssuerKind::Issuer => "cert-manager.io/issuer",
    };
    (key.to_owned(), manager.issuer.to_string())
}

/// Texts as a map.
fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Attributes of an Amazon target group: how long a leaving pod is kept, which pod is next, and the cookie.
fn aws_target_attributes(affinity: bool) -> Vec<(&'static str, String)> {
    let mut attributes = vec![
        ("deregistration_delay.timeout_seconds", "30".to_owned()),
        ("load_balancing.algorithm.type", "least_outstanding_requests".to_owned()),
    ];
    if affinity {
        attributes.push(("stickiness.enabled", "true".to_owned()));
        attributes.push(("stickiness.type", "lb_cookie".to_owned()));
        attributes.push(("stickiness.lb_cookie.duration_seconds", AFFINITY_SECONDS.to_string()));
    }
    attributes
}

/// Attributes of an Application Load Balancer.
fn aws_balancer_attributes(idle_timeout_seconds: u32) -> Vec<(&'static str, String)> {
    vec![
        ("idle_timeout.timeout_seconds", idle_timeout_seconds.to_string()),
        ("routing.http.drop_invalid_header_fields.enabled", "true".to_owned()),
    ]
}

#[cfg(test)]
mod tests;
