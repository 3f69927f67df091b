//! The way in by an Ingress.

use std::collections::BTreeMap;

use super::class::IngressClass;
use super::policy::{EdgePolicy, GoogleBackend, PolicyObject, TraefikMiddleware};
use super::{
    AFFINITY_COOKIE, AFFINITY_SECONDS, AWS_TLS_POLICY, HEALTH_PATH, aws_balancer_attributes, aws_target_attributes,
    body_limit_mb, issuer_annotation, map,
};
use crate::plan::names::{Names, Role};
use crate::spec::Spec;
use crate::spec::exposure::{Edge, Ingress, Tls};

/// Seconds that Google's load balancers drain a leaving endpoint; their own default is none.
pub const DRAIN_SECONDS: u32 = 60;

/// The certificate of the cloud that Google makes by itself.
pub const MANAGED_CERTIFICATE: &str = "managed";

/// The way in by an Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressPlan {
    /// `ingressClassName`; none for Google's, which read an annotation.
    pub class: Option<String>,
    /// The host name.
    pub host: String,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// The Secret with the certificate; none when there is none or the edge has it.
    pub tls_secret: Option<String>,
    /// Objects that belong to the class.
    pub policies: Vec<PolicyObject>,
}

pub(super) fn decide(spec: &Spec, given: &Ingress, names: &Names) -> IngressPlan {
    let class = IngressClass::of(given.class.as_str());
    let mut annotations = match class {
        IngressClass::Alb => alb(given),
        IngressClass::Gce | IngressClass::GceInternal => google(given, names),
        IngressClass::Traefik => traefik(given, names),
        IngressClass::Haproxy => haproxy(given),
        IngressClass::Nginx | IngressClass::AppRoutingNginx => nginx(given, body_limit_mb(spec)),
        IngressClass::ApplicationGateway | IngressClass::Other => BTreeMap::new(),
    };
    if let Tls::CertManager(manager) = &given.tls {
        annotations.extend([issuer_annotation(manager)]);
    }
    annotations.extend(given.annotations.clone());
    IngressPlan {
        class: (!class.google()).then(|| given.class.to_string()),
        host: given.host.to_string(),
        annotations,
        tls_secret: match &given.tls {
            Tls::CertManager(_) => Some(names.suffixed("tls")),
            Tls::Secret(secret) => Some(secret.name.to_string()),
            Tls::None | Tls::Cloud(_) => None,
        },
        policies: policies(class, given, names),
    }
}

/// The ranges that may come in, as texts.
pub(super) fn ranges(edge: &Edge) -> Vec<String> {
    edge.source_ranges.iter().map(ToString::to_string).collect()
}

/// Attributes in the form of an annotation: `key=value,…`.
fn attributes(list: &[(&'static str, String)]) -> String {
    list.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

fn alb(given: &Ingress) -> BTreeMap<String, String> {
    let edge = &given.edge;
    let encrypted = given.tls != Tls::None;
    let ports = if encrypted { r#"[{"HTTP": 80}, {"HTTPS": 443}]"# } else { r#"[{"HTTP": 80}]"# };
    let mut pairs = vec![
        ("healthcheck-path", HEALTH_PATH.to_owned()),
        ("listen-ports", ports.to_owned()),
        ("load-balancer-attributes", attributes(&aws_balancer_attributes(edge.idle_timeout_seconds))),
        ("scheme", if given.internal { "internal" } else { "internet-facing" }.to_owned()),
        ("success-codes", "200".to_owned()),
        ("target-group-attributes", attributes(&aws_target_attributes(edge.affinity))),
        ("target-type", "ip".to_owned()),
    ];
    if encrypted {
        pairs.push(("ssl-policy", AWS_TLS_POLICY.to_owned()));
        pairs.push(("ssl-redirect", "443".to_owned()));
    }
    if let Tls::Cloud(cloud) = &given.tls {
        pairs.push(("certificate-arn", cloud.certificate.clone()));
    }
    if let Some(acl) = &edge.waf {
        pairs.push(("wafv2-acl-arn", acl.clone()));
    }
    if !edge.source_ranges.is_empty() {
        pairs.push(("inbound-cidrs", ranges(edge).join(",")));
    }
    prefixed("alb.ingress.kubernetes.io/", pairs)
}

fn prefixed(prefix: &str, pairs: Vec<(&str, String)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (format!("{prefix}{key}"), value)).collect()
}

fn google(given: &Ingress, names: &Names) -> BTreeMap<String, String> {
    let name = names.component(Role::Memos);
    let mut annotations = map(&[("kubernetes.io/ingress.class", given.class.as_str())]);
    // The internal load balancer knows no redirect: it has no FrontendConfig for it.
    let external = IngressClass::of(given.class.as_str()) == IngressClass::Gce;
    if external && given.tls != Tls::None {
        annotations.extend(map(&[("networking.gke.io/v1beta1.FrontendConfig", &name)]));
    }
    // An internal load balancer serves one port.
    if !external && given.tls != Tls::None {
        annotations.extend(map(&[("kubernetes.io/ingress.allow-http", "false")]));
    }
    match &given.tls {
        Tls::Cloud(cloud) if cloud.certificate == MANAGED_CERTIFICATE => {
            annotations.extend(map(&[("networking.gke.io/managed-certificates", &name)]));
        }
        Tls::Cloud(cloud) => {
            annotations.extend(map(&[("ingress.gcp.kubernetes.io/pre-shared-cert", &cloud.certificate)]));
        }
        // Google's controller makes nothing of an Ingress whose certificate is not there yet, and gives each Ingress an address
        // of its own: so the proof that the host is ours is put into this one, which begins with a certificate for the meantime.
        Tls::CertManager(_) if external => annotations.extend(map(&[
            ("acme.cert-manager.io/http01-edit-in-place", "true"),
            ("cert-manager.io/issue-temporary-certificate", "true"),
        ])),
        Tls::None | Tls::CertManager(_) | Tls::Secret(_) => {}
    }
    annotations
}

fn traefik(given: &Ingress, names: &Names) -> BTreeMap<String, String> {
    let middlewares: Vec<String> = traefik_middlewares(given, names)
        .iter()
        .map(|middleware| format!("{}-{}@kubernetescrd", names.namespace, middleware.name))
        .collect();
    if middlewares.is_empty() {
        return BTreeMap::new();
    }
    map(&[("traefik.ingress.kubernetes.io/router.middlewares", &middlewares.join(","))])
}

fn haproxy(given: &Ingress) -> BTreeMap<String, String> {
    let edge = &given.edge;
    let idle = format!("{}s", edge.idle_timeout_seconds);
    let mut pairs = vec![("timeout-server", idle.clone()), ("timeout-tunnel", idle)];
    if given.tls != Tls::None {
        pairs.push(("ssl-redirect", "true".to_owned()));
    }
    if edge.affinity {
        pairs.push(("cookie-persistence", AFFINITY_COOKIE.to_owned()));
    }
    if let Some(limit) = edge.requests_per_second {
        pairs.push(("rate-limit-period", "1s".to_owned()));
        pairs.push(("rate-limit-requests", limit.to_string()));
        pairs.push(("rate-limit-status-code", "429".to_owned()));
    }
    if !edge.source_ranges.is_empty() {
        pairs.push(("allow-list", ranges(edge).join(",")));
    }
    prefixed("haproxy.org/", pairs)
}

fn nginx(given: &Ingress, body_limit_mb: u32) -> BTreeMap<String, String> {
    let edge = &given.edge;
    let idle = edge.idle_timeout_seconds.to_string();
    let mut pairs = vec![
        ("proxy-body-size", format!("{body_limit_mb}m")),
        ("proxy-read-timeout", idle.clone()),
        ("proxy-send-timeout", idle),
    ];
    if edge.affinity {
        pairs.push(("affinity", "cookie".to_owned()));
        pairs.push(("session-cookie-max-age", AFFINITY_SECONDS.to_string()));
        pairs.push(("session-cookie-name", AFFINITY_COOKIE.to_owned()));
    }
    if let Some(limit) = edge.requests_per_second {
        pairs.push(("limit-rps", limit.to_string()));
    }
    if !edge.source_ranges.is_empty() {
        pairs.push(("whitelist-source-range", ranges(edge).join(",")));
    }
    prefixed("nginx.ingress.kubernetes.io/", pairs)
}

fn policies(class: IngressClass, given: &Ingress, names: &Names) -> Vec<PolicyObject> {
    let named = |policy| PolicyObject { name: names.component(Role::Memos), policy };
    match class {
        IngressClass::Traefik => traefik_middlewares(given, names),
        IngressClass::Gce | IngressClass::GceInternal => {
            let mut policies = vec![named(EdgePolicy::GoogleBackendConfig(GoogleBackend {
                timeout_seconds: given.edge.idle_timeout_seconds,
                drain_seconds: DRAIN_SECONDS,
                security_policy: given.edge.waf.clone(),
                affinity: given.edge.affinity,
            }))];
            if class == IngressClass::Gce && given.tls != Tls::None {
                policies.push(named(EdgePolicy::GoogleFrontendConfig));
            }
            if matches!(&given.tls, Tls::Cloud(cloud) if cloud.certificate == MANAGED_CERTIFICATE) {
                policies.push(named(EdgePolicy::GoogleCertificate));
            }
            policies
        }
        _ => Vec::new(),
    }
}

/// The middlewares of Traefik that an Ingress needs, each with its name.
fn traefik_middlewares(given: &Ingress, names: &Names) -> Vec<PolicyObject> {
    let mut middlewares = Vec::new();
    let mut add = |suffix: &str, middleware| {
        let policy = EdgePolicy::TraefikMiddleware(middleware);
        middlewares.push(PolicyObject { name: names.suffixed(suffix), policy });
    };
    if given.tls != Tls::None {
        add("redirect", TraefikMiddleware::Redirect);
    }
    if !given.edge.source_ranges.is_empty() {
        add("sources", TraefikMiddleware::Sources(ranges(&given.edge)));
    }
    if let Some(limit) = given.edge.requests_per_second {
        add("rate-limit", TraefikMiddleware::RateLimit(limit));
    }
    middlewares
}
