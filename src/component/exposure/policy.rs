//! Objects that belong to one implementation of the edge.

use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::json;

use super::{named, plain};
use crate::object::Object;
use crate::object::crd::{TargetRef, aws, azure, envoy, google, istio, traefik};
use crate::object::meta::typed;
use crate::plan::Plan;
use crate::plan::exposure::policy::{AwsLoadBalancer, EdgePolicy, GoogleBackend, PolicyObject, TraefikMiddleware};
use crate::plan::exposure::{AFFINITY_COOKIE, AFFINITY_SECONDS, AWS_TLS_POLICY, HEALTH_PATH};
use crate::plan::names::Role;

/// The kind of cookie by which Google's load balancers keep a browser on a replica.
const GOOGLE_COOKIE: &str = "GENERATED_COOKIE";

pub(super) fn object(plan: &Plan, object: &PolicyObject) -> Object {
    let name = &object.name;
    match &object.policy {
        EdgePolicy::GoogleHealthCheck
        | EdgePolicy::GoogleBackend(_)
        | EdgePolicy::GoogleBackendConfig(_)
        | EdgePolicy::GoogleFrontendConfig
        | EdgePolicy::GoogleCertificate => of_google(plan, object),
        EdgePolicy::AwsLoadBalancer(balancer) => plain(plan, aws::LOAD_BALANCER, name, &aws_balancer(balancer)),
        EdgePolicy::AwsTargetGroup { attributes } => {
            plain(plan, aws::TARGET_GROUP, name, &aws_target_group(plan, attributes))
        }
        EdgePolicy::AzureHealthCheck | EdgePolicy::AzureRoute { .. } | EdgePolicy::AzureFirewall { .. } => {
            of_azure(plan, object)
        }
        EdgePolicy::EnvoyTraffic { requests_per_second, affinity } => {
            let spec = envoy_traffic(plan, *requests_per_second, *affinity);
            plain(plan, envoy::BACKEND_TRAFFIC_POLICY, name, &spec)
        }
        EdgePolicy::EnvoySources { ranges } => plain(plan, envoy::SECURITY_POLICY, name, &envoy_sources(plan, ranges)),
        EdgePolicy::IstioAffinity => plain(plan, istio::DESTINATION_RULE, name, &istio_affinity(plan)),
        EdgePolicy::IstioPods => istio_pods(plan, name),
        EdgePolicy::TraefikMiddleware(middleware) => {
            plain(plan, traefik::MIDDLEWARE, name, &traefik_middleware(middleware))
        }
    }
}

fn service(plan: &Plan) -> TargetRef {
    TargetRef::service(plan.names.component(Role::Memos))
}

fn route(plan: &Plan) -> TargetRef {
    TargetRef::route(plan.names.component(Role::Memos))
}

fn attributes(list: &[(&'static str, String)]) -> Vec<aws::Attribute> {
    list.iter().map(|(key, value)| aws::Attribute { key, value: value.clone() }).collect()
}

fn of_google(plan: &Plan, object: &PolicyObject) -> Object {
    let name = &object.name;
    match &object.policy {
        EdgePolicy::GoogleBackend(backend) => {
            let spec = google::PolicySpec { default: google_backend(backend), target_ref: service(plan) };
            plain(plan, google::BACKEND_POLICY, name, &spec)
        }
        EdgePolicy::GoogleBackendConfig(backend) => {
            plain(plan, google::BACKEND_CONFIG, name, &google_backend_config(backend))
        }
        EdgePolicy::GoogleFrontendConfig => {
            let redirect_to_https =
                google::RedirectToHttps { enabled: true, response_code_name: "MOVED_PERMANENTLY_DEFAULT" };
            plain(plan, google::FRONTEND_CONFIG, name, &google::FrontendConfigSpec { redirect_to_https })
        }
        EdgePolicy::GoogleCertificate => {
            let domains = plan.exposure.host.iter().cloned().collect();
            plain(plan, google::MANAGED_CERTIFICATE, name, &google::ManagedCertificateSpec { domains })
        }
        _ => {
            let spec = google::PolicySpec { default: google_health_check(), target_ref: service(plan) };
            plain(plan, google::HEALTH_CHECK_POLICY, name, &spec)
        }
    }
}

fn google_health_check() -> google::HealthCheck {
    google::HealthCheck {
        check_interval_sec: 10,
        timeout_sec: 5,
        healthy_threshold: 1,
        unhealthy_threshold: 3,
        log_config: google::Logging { enabled: true },
        config: google::HealthCheckConfig {
            kind: "HTTP",
            http_health_check: google::HttpHealthCheck {
                port_specification: "USE_SERVING_PORT",
                request_path: HEALTH_PATH,
            },
        },
    }
}

fn google_backend(backend: &GoogleBackend) -> google::BackendPolicy {
    google::BackendPolicy {
        timeout_sec: backend.timeout_seconds,
        connection_draining: google::Draining { draining_timeout_sec: backend.drain_seconds },
        security_policy: backend.security_policy.clone(),
        session_affinity: backend
            .affinity
            .then_some(google::PolicyAffinity { kind: GOOGLE_COOKIE, cookie_ttl_sec: AFFINITY_SECONDS }),
    }
}

fn google_backend_config(backend: &GoogleBackend) -> google::BackendConfigSpec {
    google::BackendConfigSpec {
        timeout_sec: backend.timeout_seconds,
        connection_draining: google::Draining { draining_timeout_sec: backend.drain_seconds },
        health_check: google::BackendHealthCheck {
            check_interval_sec: 10,
            timeout_sec: 5,
            healthy_threshold: 1,
            unhealthy_threshold: 3,
            kind: "HTTP",
            request_path: HEALTH_PATH,
        },
        security_policy: backend.security_policy.clone().map(|name| google::SecurityPolicy { name }),
        session_affinity: backend.affinity.then_some(google::BackendAffinity {
            affinity_type: GOOGLE_COOKIE,
            affinity_cookie_ttl_sec: AFFINITY_SECONDS,
        }),
    }
}

fn aws_balancer(balancer: &AwsLoadBalancer) -> aws::LoadBalancerSpec {
    let listener = |certificate: &String| aws::ListenerConfiguration {
        protocol_port: "HTTPS:443",
        default_certificate: certificate.clone(),
        ssl_policy: AWS_TLS_POLICY,
    };
    aws::LoadBalancerSpec {
        scheme: if balancer.internal { "internal" } else { "internet-facing" },
        listener_configurations: balancer.certificate.iter().map(listener).collect(),
        load_balancer_attributes: attributes(&balancer.attributes),
        source_ranges: balancer.source_ranges.clone(),
        waf_v2: balancer.web_acl.clone().map(|web_acl| aws::WafV2 { web_acl }),
    }
}

fn aws_target_group(plan: &Plan, list: &[(&'static str, String)]) -> aws::TargetGroupSpec {
    aws::TargetGroupSpec {
        target_reference: aws::TargetReference { name: plan.names.component(Role::Memos) },
        default_configuration: aws::TargetGroup {
            target_type: "ip",
            health_check_config: aws::HealthCheck {
                health_check_interval: 15,
                health_check_path: HEALTH_PATH,
                health_check_timeout: 5,
                healthy_threshold_count: 2,
                matcher: aws::Matcher { http_code: "200" },
                unhealthy_threshold_count: 2,
            },
            target_group_attributes: attributes(list),
        },
    }
}

fn of_azure(plan: &Plan, object: &PolicyObject) -> Object {
    let name = &object.name;
    match &object.policy {
        EdgePolicy::AzureRoute { timeout_seconds, affinity } => {
            let default = azure::Route {
                timeouts: azure::RouteTimeouts { route_timeout: format!("{timeout_seconds}s") },
                session_affinity: affinity.then_some(azure::SessionAffinity { affinity_type: "managed-cookie" }),
            };
            plain(plan, azure::ROUTE_POLICY, name, &azure::PolicySpec { target_ref: route(plan), default })
        }
        EdgePolicy::AzureFirewall { policy } => {
            let web_application_firewall = azure::Firewall { id: policy.clone() };
            let spec = azure::FirewallSpec { target_ref: route(plan), web_application_firewall };
            plain(plan, azure::FIREWALL_POLICY, name, &spec)
        }
        _ => {
            let spec = azure::PolicySpec { target_ref: service(plan), default: azure_health_check() };
            plain(plan, azure::HEALTH_CHECK_POLICY, name, &spec)
        }
    }
}

fn azure_health_check() -> azure::HealthCheck {
    let status_codes = vec![azure::StatusCodes { start: 200, end: 200 }];
    azure::HealthCheck {
        interval: "5s",
        timeout: "3s",
        healthy_threshold: 1,
        unhealthy_threshold: 3,
        protocol: "HTTP",
        http: azure::HttpHealthCheck { path: HEALTH_PATH, answers: azure::HealthAnswers { status_codes } },
    }
}

fn envoy_traffic(plan: &Plan, requests_per_second: Option<u32>, affinity: bool) -> envoy::BackendTrafficSpec {
    let everybody = |value| envoy::ClientSelector { source_cidr: envoy::SourceCidr { kind: "Distinct", value } };
    let rule = |requests, value| envoy::RateLimitRule {
        client_selectors: vec![everybody(value)],
        limit: envoy::Limit { requests, unit: "Second" },
    };
    let rate_limit = requests_per_second.map(|limit| envoy::RateLimit {
        local: envoy::LocalRateLimit { rules: vec![rule(limit, "0.0.0.0/0"), rule(limit, "::/0")] },
    });
    let cookie = envoy::Cookie { name: AFFINITY_COOKIE, ttl: format!("{AFFINITY_SECONDS}s") };
    let load_balancer = affinity.then_some(envoy::LoadBalancer {
        kind: "ConsistentHash",
        consistent_hash: envoy::ConsistentHash { kind: "Cookie", cookie },
    });
    envoy::BackendTrafficSpec { target_refs: vec![route(plan)], load_balancer, rate_limit }
}

fn envoy_sources(plan: &Plan, ranges: &[String]) -> envoy::SecuritySpec {
    let principal = envoy::Principal { client_cidrs: ranges.to_vec() };
    envoy::SecuritySpec {
        target_refs: vec![route(plan)],
        authorization: envoy::Authorization {
            default_action: "Deny",
            rules: vec![envoy::AuthorizationRule { action: "Allow", principal }],
        },
    }
}

fn istio_affinity(plan: &Plan) -> istio::DestinationRuleSpec {
    let http_cookie = istio::Cookie { name: AFFINITY_COOKIE, path: "/", ttl: format!("{AFFINITY_SECONDS}s") };
    istio::DestinationRuleSpec {
        // A name without dots is the Service of the rule's own namespace.
        host: plan.names.component(Role::Memos),
        traffic_policy: istio::TrafficPolicy {
            load_balancer: istio::LoadBalancer { consistent_hash: istio::ConsistentHash { http_cookie } },
        },
    }
}

/// Istio merges this into the Deployment that it makes for a Gateway:
/// <https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment>.
fn istio_pods(plan: &Plan, name: &str) -> Object {
    let patch = json!({
        "spec": { "template": { "spec": { "securityContext": { "seccompProfile": { "type": "RuntimeDefault" } } } } }
    });
    let data = [("deployment".to_owned(), patch.to_string())].into();
    typed(&ConfigMap { metadata: named(plan, name, &[].into()), data: Some(data), ..ConfigMap::default() })
}

fn traefik_middleware(middleware: &TraefikMiddleware) -> traefik::MiddlewareSpec {
    match middleware {
        TraefikMiddleware::Redirect => {
            traefik::MiddlewareSpec::RedirectScheme(traefik::RedirectScheme { scheme: "https", permanent: true })
        }
        // A page of Memos loads its parts at once, so a second's worth may come together.
        TraefikMiddleware::RateLimit(limit) => {
            traefik::MiddlewareSpec::RateLimit(traefik::RateLimit { average: *limit, burst: *limit })
        }
        TraefikMiddleware::Sources(ranges) => {
            traefik::MiddlewareSpec::IpAllowList(traefik::IpAllowList { source_range: ranges.clone() })
        }
    }
}
