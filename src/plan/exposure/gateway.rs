//! The way in by the Gateway API.

use std::collections::BTreeMap;

use super::class::GatewayClass;
use super::policy::{AwsLoadBalancer, EdgePolicy, GoogleBackend, PolicyObject};
use super::{aws_balancer_attributes, aws_target_attributes, ingress, issuer_annotation, service};
use crate::plan::names::{Names, Role};
use crate::spec::Spec;
use crate::spec::exposure::{Gateway, Tls};

/// The way in by the Gateway API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayPlan {
    /// The Gateway, when it is ours.
    pub own: Option<OwnGateway>,
    /// The Gateway that the route is attached to.
    pub parent: ParentPlan,
    /// The host name.
    pub host: String,
    /// Whether the route lifts the limit on a request's time. Event streams are requests that do not end; classes with a
    /// policy of their own for it do not read the route's.
    pub unlimited_requests: bool,
    /// The name of the route that leads from HTTP to HTTPS, if there is one.
    pub redirect: Option<String>,
    /// Objects that belong to the class.
    pub policies: Vec<PolicyObject>,
}

/// A Gateway that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnGateway {
    /// Its class.
    pub class: String,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Annotations that the class passes on to what it makes: the cloud's load balancer reads them.
    pub infrastructure: BTreeMap<String, String>,
    /// The object with the class' parameters: group, kind and name.
    pub parameters: Option<(&'static str, &'static str, String)>,
    /// A reserved address: its type and name.
    pub address: Option<(&'static str, String)>,
    /// The encrypted listener; none without encryption.
    pub https: Option<ListenerTls>,
}

/// Where the encrypted listener takes its certificate from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenerTls {
    /// From a Secret.
    Secret(String),
    /// From Google, by the certificate's name.
    GoogleCertificate(String),
    /// From an annotation or a policy; the listener says nothing.
    Elsewhere,
}

/// A Gateway that a route is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentPlan {
    /// Its name.
    pub name: String,
    /// Its namespace, when it is another one.
    pub namespace: Option<String>,
    /// The listener; all that fit when none.
    pub section: Option<String>,
}

pub(super) fn decide(spec: &Spec, given: &Gateway, names: &Names) -> GatewayPlan {
    let class = GatewayClass::of(given.class.as_str());
    let own = given.existing.is_none().then(|| own(spec, class, given, names));
    let encrypted = own.as_ref().is_some_and(|own| own.https.is_some());
    GatewayPlan {
        parent: parent(given, names, encrypted),
        host: given.host.to_string(),
        unlimited_requests: !(class.google() || matches!(class, GatewayClass::Aws | GatewayClass::Azure)),
        redirect: encrypted.then(|| names.suffixed("redirect")),
        policies: policies(spec, class, given, names),
        own,
    }
}

fn parent(given: &Gateway, names: &Names, encrypted: bool) -> ParentPlan {
    match &given.existing {
        Some(existing) => ParentPlan {
            name: existing.name.to_string(),
            namespace: Some(existing.namespace.to_string()),
            section: existing.section.as_ref().map(ToString::to_string),
        },
        None => ParentPlan {
            name: names.component(Role::Memos),
            namespace: None,
            section: Some(if encrypted { "https" } else { "http" }.to_owned()),
        },
    }
}

fn own(spec: &Spec, class: GatewayClass, given: &Gateway, names: &Names) -> OwnGateway {
    let mut annotations = BTreeMap::new();
    let https = match &given.tls {
        Tls::None => None,
        Tls::CertManager(manager) => {
            annotations.extend([issuer_annotation(manager)]);
            Some(ListenerTls::Secret(names.suffixed("tls")))
        }
        Tls::Secret(secret) => Some(ListenerTls::Secret(secret.name.to_string())),
        Tls::Cloud(cloud) if class == GatewayClass::GoogleRegional => {
            Some(ListenerTls::GoogleCertificate(cloud.certificate.clone()))
        }
        Tls::Cloud(cloud) => {
            if class == GatewayClass::GoogleGlobal {
                annotations.insert("networking.gke.io/certmap".to_owned(), cloud.certificate.clone());
            }
            Some(ListenerTls::Elsewhere)
        }
    };
    annotations.extend(given.annotations.clone());
    let passes_on = matches!(class, GatewayClass::Istio | GatewayClass::AppRouting);
    OwnGateway {
        class: given.class.to_string(),
        annotations,
        infrastructure: service::internal(spec.kubernetes.cloud, given.internal && passes_on),
        parameters: parameters(spec, class, names),
        address: given.address.as_ref().and_then(|address| match class {
            GatewayClass::GoogleGlobal | GatewayClass::GoogleRegional => Some(("NamedAddress", address.to_string())),
            GatewayClass::Azure => Some(("alb.networking.azure.io/alb-frontend", address.to_string())),
            _ => None,
        }),
        https,
    }
}

fn parameters(spec: &Spec, class: GatewayClass, names: &Names) -> Option<(&'static str, &'static str, String)> {
    match class {
        GatewayClass::Aws => Some(("gateway.k8s.aws", "LoadBalancerConfiguration", names.component(Role::Memos))),
        GatewayClass::Istio if spec.kubernetes.create_namespace => Some(("", "ConfigMap", names.suffixed("gateway"))),
        _ => None,
    }
}

fn policies(spec: &Spec, class: GatewayClass, given: &Gateway, names: &Names) -> Vec<PolicyObject> {
    let edge = &given.edge;
    let ours = given.existing.is_none();
    let mut policies = match class {
        GatewayClass::GoogleGlobal | GatewayClass::GoogleRegional => vec![
            EdgePolicy::GoogleHealthCheck,
            EdgePolicy::GoogleBackend(GoogleBackend {
                timeout_seconds: edge.idle_timeout_seconds,
                drain_seconds: ingress::DRAIN_SECONDS,
                security_policy: edge.waf.clone(),
                affinity: edge.affinity,
            }),
        ],
        GatewayClass::Aws => vec![EdgePolicy::AwsTargetGroup { attributes: aws_target_attributes(edge.affinity) }],
        GatewayClass::Azure => vec![
            EdgePolicy::AzureHealthCheck,
            EdgePolicy::AzureRoute { timeout_seconds: edge.idle_timeout_seconds, affinity: edge.affinity },
        ],
        GatewayClass::Istio if edge.affinity => vec![EdgePolicy::IstioAffinity],
        GatewayClass::Envoy if edge.affinity || edge.requests_per_second.is_some() => {
            vec![EdgePolicy::EnvoyTraffic { requests_per_second: edge.requests_per_second, affinity: edge.affinity }]
        }
        _ => Vec::new(),
    };
    if class == GatewayClass::Aws && ours {
        policies.push(EdgePolicy::AwsLoadBalancer(aws(given)));
    }
    if let (GatewayClass::Azure, Some(policy)) = (class, &edge.waf) {
        policies.push(EdgePolicy::AzureFirewall { policy: policy.clone() });
    }
    if class == GatewayClass::Envoy && !edge.source_ranges.is_empty() {
        policies.push(EdgePolicy::EnvoySources { ranges: ingress::ranges(edge) });
    }
    let mut objects: Vec<PolicyObject> =
        policies.into_iter().map(|policy| PolicyObject { name: names.component(Role::Memos), policy }).collect();
    if class == GatewayClass::Istio && ours && spec.kubernetes.create_namespace {
        objects.push(PolicyObject { name: names.suffixed("gateway"), policy: EdgePolicy::IstioPods });
    }
    objects
}

fn aws(given: &Gateway) -> AwsLoadBalancer {
    AwsLoadBalancer {
        internal: given.internal,
        certificate: match &given.tls {
            Tls::Cloud(cloud) => Some(cloud.certificate.clone()),
            Tls::None | Tls::CertManager(_) | Tls::Secret(_) => None,
        },
        attributes: aws_balancer_attributes(given.edge.idle_timeout_seconds),
        web_acl: given.edge.waf.clone(),
        source_ranges: ingress::ranges(&given.edge),
    }
}
