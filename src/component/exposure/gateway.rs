//! The Gateway and its routes.

use std::collections::BTreeMap;

use super::{named, plain};
use crate::object::Object;
use crate::object::crd::gateway_api::{
    Address, AllowedRoutes, BackendRef, Filter, GATEWAY, GROUP, GatewaySpec, HTTP_ROUTE, HttpRouteSpec, Infrastructure,
    Listener, ListenerTls as Tls, Match, ParametersRef, ParentRef, PathMatch, Redirect, RouteNamespaces, Rule,
    SecretRef, Timeouts,
};
use crate::object::meta::custom;
use crate::plan::Plan;
use crate::plan::exposure::gateway::{GatewayPlan, ListenerTls, OwnGateway};
use crate::plan::names::Role;

pub(super) fn objects(plan: &Plan, gateway: &GatewayPlan) -> Vec<Object> {
    let name = plan.names.component(Role::Memos);
    let mut objects = Vec::new();
    if let Some(own) = &gateway.own {
        let metadata = named(plan, &gateway.parent.name, &own.annotations);
        objects.push(custom(GATEWAY.api_version, GATEWAY.kind, &metadata, &spec(own, &gateway.host)));
    }
    objects.push(plain(plan, HTTP_ROUTE, &name, &route(plan, gateway)));
    if let Some(redirect) = &gateway.redirect {
        objects.push(plain(plan, HTTP_ROUTE, redirect, &to_https(gateway)));
    }
    objects
}

fn spec(own: &OwnGateway, host: &str) -> GatewaySpec {
    let parameters_ref = own.parameters.clone().map(|(group, kind, name)| ParametersRef { group, kind, name });
    let infrastructure = Infrastructure { annotations: own.infrastructure.clone(), parameters_ref };
    let mut listeners = vec![listener("http", host, 80, "HTTP", None)];
    if let Some(tls) = &own.https {
        listeners.push(listener("https", host, 443, "HTTPS", listener_tls(tls)));
    }
    GatewaySpec {
        gateway_class_name: own.class.clone(),
        addresses: own.address.clone().map(|(kind, value)| Address { kind, value }).into_iter().collect(),
        infrastructure: (infrastructure != Infrastructure::default()).then_some(infrastructure),
        listeners,
    }
}

fn listener(name: &'static str, host: &str, port: u16, protocol: &'static str, tls: Option<Tls>) -> Listener {
    let allowed_routes = AllowedRoutes { namespaces: RouteNamespaces { from: "Same" } };
    Listener { name, hostname: host.to_owned(), port, protocol, tls, allowed_routes }
}

fn listener_tls(tls: &ListenerTls) -> Option<Tls> {
    let terminate = Tls { mode: "Terminate", certificate_refs: Vec::new(), options: BTreeMap::new() };
    match tls {
        ListenerTls::Secret(name) => {
            Some(Tls { certificate_refs: vec![SecretRef { kind: "Secret", name: name.clone() }], ..terminate })
        }
        ListenerTls::GoogleCertificate(name) => {
            let options = BTreeMap::from([("networking.gke.io/pre-shared-certs".to_owned(), name.clone())]);
            Some(Tls { options, ..terminate })
        }
        ListenerTls::Elsewhere => None,
    }
}

fn parent(gateway: &GatewayPlan, section: Option<String>) -> ParentRef {
    let parent = &gateway.parent;
    ParentRef {
        group: GROUP,
        kind: GATEWAY.kind,
        name: parent.name.clone(),
        namespace: parent.namespace.clone(),
        section_name: section,
    }
}

/// Every request.
fn all() -> Vec<Match> {
    vec![Match { path: PathMatch { kind: "PathPrefix", value: "/" } }]
}

fn route(plan: &Plan, gateway: &GatewayPlan) -> HttpRouteSpec {
    let backend = BackendRef {
        group: "",
        kind: "Service",
        name: plan.names.component(Role::Memos),
        port: plan.exposure.service.port,
        weight: 1,
    };
    HttpRouteSpec {
        parent_refs: vec![parent(gateway, gateway.parent.section.clone())],
        hostnames: vec![gateway.host.clone()],
        rules: vec![Rule {
            matches: all(),
            filters: Vec::new(),
            backend_refs: vec![backend],
            timeouts: gateway.unlimited_requests.then_some(Timeouts { request: "0s" }),
        }],
    }
}

fn to_https(gateway: &GatewayPlan) -> HttpRouteSpec {
    let redirect = Redirect { scheme: "https", status_code: 301 };
    HttpRouteSpec {
        parent_refs: vec![parent(gateway, Some("http".to_owned()))],
        hostnames: vec![gateway.host.clone()],
        rules: vec![Rule {
            matches: all(),
            filters: vec![Filter { kind: "RequestRedirect", request_redirect: redirect }],
            backend_refs: Vec::new(),
            timeouts: None,
        }],
    }
}
