//! Who connects to the processes from the edge.

use std::collections::BTreeMap;

use super::class::{GatewayClass, IngressClass};
use super::map;
use crate::plan::names::{Names, Role};
use crate::plan::network::PeerPlan;
use crate::spec::Spec;
use crate::spec::exposure::{Edge, Exposure, Gateway, Ingress, LoadBalancer};
use crate::spec::workload::Cloud;

/// Where Google's global load balancers and all of its health checks come from.
const GOOGLE_RANGES: [&str; 2] = ["130.211.0.0/22", "35.191.0.0/16"];

/// The peers, and whether anybody may connect instead.
pub(super) fn decide(spec: &Spec, names: &Names) -> (Vec<PeerPlan>, bool) {
    match &spec.exposure {
        Exposure::None => (Vec::new(), false),
        Exposure::Gateway(gateway) => (with_networks(of_gateway(gateway, names), &gateway.edge), false),
        Exposure::Ingress(ingress) => (with_networks(of_ingress(ingress), &ingress.edge), false),
        Exposure::LoadBalancer(balancer) => of_load_balancer(spec, balancer),
    }
}

fn with_networks(mut peers: Vec<PeerPlan>, edge: &Edge) -> Vec<PeerPlan> {
    peers.extend(edge.networks.iter().map(|network| PeerPlan::addresses(network.to_string())));
    peers
}

fn pods(namespace: impl Into<String>, labels: BTreeMap<String, String>) -> Vec<PeerPlan> {
    vec![PeerPlan::Pods { namespace: namespace.into(), labels }]
}

fn google() -> Vec<PeerPlan> {
    GOOGLE_RANGES.iter().map(|range| PeerPlan::addresses(*range)).collect()
}

fn of_gateway(gateway: &Gateway, names: &Names) -> Vec<PeerPlan> {
    let (name, namespace) = match &gateway.existing {
        Some(existing) => (existing.name.to_string(), existing.namespace.to_string()),
        None => (names.component(Role::Memos), names.namespace.clone()),
    };
    let class = GatewayClass::of(gateway.class.as_str());
    match (class, &gateway.data_plane_namespace) {
        (GatewayClass::Envoy, given) => {
            let labels = map(&[
                ("gateway.envoyproxy.io/owning-gateway-name", &name),
                ("gateway.envoyproxy.io/owning-gateway-namespace", &namespace),
            ]);
            pods(given.as_ref().map_or("envoy-gateway-system", |given| given.as_str()), labels)
        }
        (GatewayClass::Traefik, given) => of_traefik(given.as_ref().map(|given| given.as_str())),
        (class, _) if class.google() => google(),
        (GatewayClass::Aws | GatewayClass::Azure, _) => Vec::new(),
        // Whoever names the namespace runs gateways of his own making, whose labels are his.
        (_, Some(given)) => pods(given.as_str(), BTreeMap::new()),
        (class, None) if class.beside_gateway() => {
            pods(namespace, map(&[("gateway.networking.k8s.io/gateway-name", &name)]))
        }
        (_, None) => Vec::new(),
    }
}

fn of_traefik(given: Option<&str>) -> Vec<PeerPlan> {
    pods(given.unwrap_or("traefik"), map(&[("app.kubernetes.io/name", "traefik")]))
}

fn of_ingress(ingress: &Ingress) -> Vec<PeerPlan> {
    let given = ingress.controller_namespace.as_ref().map(|given| given.as_str());
    match IngressClass::of(ingress.class.as_str()) {
        IngressClass::Alb | IngressClass::ApplicationGateway => Vec::new(),
        IngressClass::Gce | IngressClass::GceInternal => google(),
        IngressClass::Traefik => of_traefik(given),
        IngressClass::Haproxy => pods(given.unwrap_or("haproxy-controller"), BTreeMap::new()),
        IngressClass::Nginx => {
            pods(given.unwrap_or("ingress-nginx"), map(&[("app.kubernetes.io/name", "ingress-nginx")]))
        }
        IngressClass::AppRoutingNginx => pods(given.unwrap_or("app-routing-system"), BTreeMap::new()),
        IngressClass::Other => given.map_or_else(Vec::new, |given| pods(given, BTreeMap::new())),
    }
}

/// Amazon's health checks come from subnets that are not known here, so its load balancer's security group is what keeps
/// others out; elsewhere health checks end at the nodes, and the policy keeps to the same ranges.
fn of_load_balancer(spec: &Spec, balancer: &LoadBalancer) -> (Vec<PeerPlan>, bool) {
    if balancer.source_ranges.is_empty() || spec.kubernetes.cloud == Cloud::Aws {
        return (Vec::new(), true);
    }
    (balancer.source_ranges.iter().map(|range| PeerPlan::addresses(range.to_string())).collect(), false)
}
