//! The Service in front of the processes.
//!
//! `trafficDistribution` is left alone: load balancers with targets by address and proxies that follow endpoints go past
//! it, and with few replicas it would fill one zone's while others idle.

use std::collections::BTreeMap;

use super::class::IngressClass;
use super::{AFFINITY_COOKIE, AWS_TLS_POLICY, ServicePlan, eks_auto_mode, map};
use crate::plan::names::{Names, Role};
use crate::spec::Spec;
use crate::spec::exposure::{Exposure, Ingress, LoadBalancer};
use crate::spec::workload::Cloud;

/// The port inside the cluster.
const PORT: u16 = 80;

pub(super) fn decide(spec: &Spec, names: &Names) -> ServicePlan {
    match &spec.exposure {
        Exposure::LoadBalancer(balancer) => ServicePlan {
            load_balancer_class: load_balancer_class(spec).map(str::to_owned),
            ..load_balancer(spec.kubernetes.cloud, balancer)
        },
        Exposure::Ingress(ingress) => ServicePlan { annotations: of_ingress(ingress, names), ..inside() },
        Exposure::None | Exposure::Gateway(_) => inside(),
    }
}

fn inside() -> ServicePlan {
    ServicePlan {
        load_balancer: false,
        port: PORT,
        annotations: BTreeMap::new(),
        source_ranges: Vec::new(),
        load_balancer_class: None,
        affinity: false,
        keeps_client_address: false,
    }
}

/// What controllers read from the Service instead of from the Ingress.
fn of_ingress(ingress: &Ingress, names: &Names) -> BTreeMap<String, String> {
    match IngressClass::of(ingress.class.as_str()) {
        IngressClass::Gce | IngressClass::GceInternal => map(&[
            ("cloud.google.com/neg", r#"{"ingress": true}"#),
            ("cloud.google.com/backend-config", &format!(r#"{{"default": "{}"}}"#, names.component(Role::Memos))),
        ]),
        IngressClass::Traefik if ingress.edge.affinity => map(&[
            ("traefik.ingress.kubernetes.io/service.sticky.cookie", "true"),
            ("traefik.ingress.kubernetes.io/service.sticky.cookie.httponly", "true"),
            ("traefik.ingress.kubernetes.io/service.sticky.cookie.name", AFFINITY_COOKIE),
            ("traefik.ingress.kubernetes.io/service.sticky.cookie.samesite", "lax"),
        ]),
        _ => BTreeMap::new(),
    }
}

fn load_balancer(cloud: Cloud, balancer: &LoadBalancer) -> ServicePlan {
    let mut annotations = match cloud {
        Cloud::None => BTreeMap::new(),
        Cloud::Aws => aws(balancer),
        Cloud::Gcp | Cloud::Azure => internal(cloud, balancer.internal),
    };
    annotations.extend(balancer.annotations.clone());
    let by_address = balancer.affinity || !balancer.source_ranges.is_empty();
    ServicePlan {
        load_balancer: true,
        port: balancer.port,
        annotations,
        source_ranges: balancer.source_ranges.iter().map(ToString::to_string).collect(),
        load_balancer_class: None,
        affinity: balancer.affinity && cloud != Cloud::Aws,
        // Amazon's reaches pods directly and keeps the address by an attribute.
        keeps_client_address: by_address && cloud != Cloud::Aws,
    }
}

/// Who serves the Service: the AWS Load Balancer Controller, or EKS Auto Mode; the cloud's own controller when none is named.
pub(in crate::plan) fn load_balancer_class(spec: &Spec) -> Option<&'static str> {
    match spec.kubernetes.cloud {
        Cloud::Aws if eks_auto_mode(spec) => Some("eks.amazonaws.com/nlb"),
        Cloud::Aws => Some("service.k8s.aws/nlb"),
        Cloud::None | Cloud::Gcp | Cloud::Azure => None,
    }
}

/// What makes a cloud's load balancer of a Service reachable only from inside.
pub(in crate::plan) fn internal(cloud: Cloud, internal: bool) -> BTreeMap<String, String> {
    match cloud {
        _ if !internal => BTreeMap::new(),
        Cloud::None => BTreeMap::new(),
        Cloud::Aws => map(&[("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal")]),
        Cloud::Gcp => map(&[("networking.gke.io/load-balancer-type", "Internal")]),
        Cloud::Azure => map(&[("service.beta.kubernetes.io/azure-load-balancer-internal", "true")]),
    }
}

/// A Network Load Balancer with pods as targets, checked by what Memos answers and not by its open port alone.
fn aws(balancer: &LoadBalancer) -> BTreeMap<String, String> {
    let scheme = if balancer.internal { "internal" } else { "internet-facing" };
    let mut attributes = vec![
        "deregistration_delay.timeout_seconds=30",
        "deregistration_delay.connection_termination.enabled=true",
        "preserve_client_ip.enabled=true",
    ];
    if balancer.affinity {
        attributes.extend(["stickiness.enabled=true", "stickiness.type=source_ip"]);
    }
    let port = balancer.port.to_string();
    let mut pairs = vec![
        ("attributes", "load_balancing.cross_zone.enabled=true".to_owned()),
        ("healthcheck-path", super::HEALTH_PATH.to_owned()),
        ("healthcheck-port", "traffic-port".to_owned()),
        ("healthcheck-protocol", "http".to_owned()),
        ("nlb-target-type", "ip".to_owned()),
        ("scheme", scheme.to_owned()),
        ("target-group-attributes", attributes.join(",")),
    ];
    if let Some(certificate) = &balancer.certificate {
        pairs.push(("backend-protocol", "tcp".to_owned()));
        pairs.push(("ssl-cert", certificate.clone()));
        pairs.push(("ssl-negotiation-policy", AWS_TLS_POLICY.to_owned()));
        pairs.push(("ssl-ports", port));
    }
    let key = |name: &str| format!("service.beta.kubernetes.io/aws-load-balancer-{name}");
    pairs.into_iter().map(|(name, value)| (key(name), value)).collect()
}
