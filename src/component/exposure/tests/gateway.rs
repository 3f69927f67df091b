//! Gateways, their routes, and the objects of each class.

use serde_json::{Value, json};

use super::{annotations, edge, spec};
use crate::check::sample::compile;

#[test]
fn a_gateway_of_istio() {
    let compiled = compile("production", "exposure: {host: a.example.com, annotations: {mine: 'yes'}}");
    assert_eq!(
        edge(&compiled),
        ["Gateway/memos", "HTTPRoute/memos", "HTTPRoute/memos-redirect", "ConfigMap/memos-gateway"]
    );
    assert_eq!(
        *annotations(&compiled, "Gateway", "memos"),
        json!({ "cert-manager.io/cluster-issuer": "letsencrypt", "mine": "yes" })
    );
    assert_eq!(
        *spec(&compiled, "Gateway", "memos"),
        json!({
            "gatewayClassName": "istio",
            "infrastructure": { "parametersRef": { "group": "", "kind": "ConfigMap", "name": "memos-gateway" } },
            "listeners": [
                {
                    "name": "http", "hostname": "a.example.com", "port": 80, "protocol": "HTTP",
                    "allowedRoutes": { "namespaces": { "from": "Same" } }
                },
                {
                    "name": "https", "hostname": "a.example.com", "port": 443, "protocol": "HTTPS",
                    "tls": { "mode": "Terminate", "certificateRefs": [{ "kind": "Secret", "name": "memos-tls" }] },
                    "allowedRoutes": { "namespaces": { "from": "Same" } }
                }
            ]
        })
    );
    assert_eq!(
        *spec(&compiled, "HTTPRoute", "memos"),
        json!({
            "parentRefs": [{
                "group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "memos", "sectionName": "https"
            }],
            "hostnames": ["a.example.com"],
            "rules": [{
                "matches": [{ "path": { "type": "PathPrefix", "value": "/" } }],
                "backendRefs": [{ "group": "", "kind": "Service", "name": "memos", "port": 80, "weight": 1 }],
                "timeouts": { "request": "0s" }
            }]
        })
    );
    assert_eq!(
        spec(&compiled, "HTTPRoute", "memos-redirect")["rules"][0]["filters"],
        json!([{ "type": "RequestRedirect", "requestRedirect": { "scheme": "https", "statusCode": 301 } }])
    );
    assert_eq!(
        compiled.object("ConfigMap", "memos-gateway")["data"]["deployment"],
        json!(r#"{"spec":{"template":{"spec":{"securityContext":{"seccompProfile":{"type":"RuntimeDefault"}}}}}}"#)
    );
}

#[test]
fn an_existing_gateway_gets_a_route_only() {
    let compiled = compile(
        "production",
        "exposure: {existing: {name: shared, namespace: edge, section: https}, edge: {affinity: true}}",
    );
    assert_eq!(edge(&compiled), ["HTTPRoute/memos", "DestinationRule/memos"]);
    assert_eq!(
        spec(&compiled, "HTTPRoute", "memos")["parentRefs"],
        json!([{
            "group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "shared", "namespace": "edge",
            "sectionName": "https"
        }])
    );
    assert_eq!(
        *spec(&compiled, "DestinationRule", "memos"),
        json!({
            "host": "memos",
            "trafficPolicy": { "loadBalancer": { "consistentHash": {
                "httpCookie": { "name": "memos-replica", "path": "/", "ttl": "3600s" }
            } } }
        })
    );
}

#[test]
fn a_gateway_of_google() {
    let compiled = compile(
        "gcp",
        "exposure: {address: reserved, tls: {certificate: map}, edge: {waf: armor, affinity: true, idleTimeoutSeconds: 600}}",
    );
    assert_eq!(
        edge(&compiled),
        [
            "Gateway/memos",
            "HTTPRoute/memos",
            "HTTPRoute/memos-redirect",
            "HealthCheckPolicy/memos",
            "GCPBackendPolicy/memos"
        ]
    );
    assert_eq!(*annotations(&compiled, "Gateway", "memos"), json!({ "networking.gke.io/certmap": "map" }));
    let gateway = spec(&compiled, "Gateway", "memos");
    assert_eq!(gateway["addresses"], json!([{ "type": "NamedAddress", "value": "reserved" }]));
    assert_eq!(gateway["listeners"][1]["tls"], Value::Null);
    assert_eq!(spec(&compiled, "HTTPRoute", "memos")["rules"][0]["timeouts"], Value::Null);
    assert_eq!(
        *spec(&compiled, "GCPBackendPolicy", "memos"),
        json!({
            "default": {
                "timeoutSec": 600,
                "connectionDraining": { "drainingTimeoutSec": 60 },
                "securityPolicy": "armor",
                "sessionAffinity": { "type": "GENERATED_COOKIE", "cookieTtlSec": 3600 }
            },
            "targetRef": { "group": "", "kind": "Service", "name": "memos" }
        })
    );
    assert_eq!(
        *spec(&compiled, "HealthCheckPolicy", "memos"),
        json!({
            "default": {
                "checkIntervalSec": 10, "timeoutSec": 5, "healthyThreshold": 1, "unhealthyThreshold": 3,
                "logConfig": { "enabled": true },
                "config": {
                    "type": "HTTP",
                    "httpHealthCheck": { "portSpecification": "USE_SERVING_PORT", "requestPath": "/healthz" }
                }
            },
            "targetRef": { "group": "", "kind": "Service", "name": "memos" }
        })
    );
    let regional = compile("gcp", "exposure: {class: gke-l7-rilb, tls: {certificate: mine}}");
    assert_eq!(
        spec(&regional, "Gateway", "memos")["listeners"][1]["tls"],
        json!({ "mode": "Terminate", "options": { "networking.gke.io/pre-shared-certs": "mine" } })
    );
}

#[test]
fn a_gateway_of_amazon() {
    let compiled = compile(
        "aws",
        "exposure: {kind: gateway, host: a.example.com, class: aws-alb, tls: {kind: cloud, certificate: arn}, edge: {waf: acl, affinity: true, sourceRanges: [10.0.0.0/8]}}",
    );
    assert_eq!(
        edge(&compiled),
        [
            "Gateway/memos",
            "HTTPRoute/memos",
            "HTTPRoute/memos-redirect",
            "TargetGroupConfiguration/memos",
            "LoadBalancerConfiguration/memos"
        ]
    );
    assert_eq!(
        *spec(&compiled, "LoadBalancerConfiguration", "memos"),
        json!({
            "scheme": "internet-facing",
            "listenerConfigurations": [{
                "protocolPort": "HTTPS:443",
                "defaultCertificate": "arn",
                "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"
            }],
            "loadBalancerAttributes": [
                { "key": "idle_timeout.timeout_seconds", "value": "3600" },
                { "key": "routing.http.drop_invalid_header_fields.enabled", "value": "true" }
            ],
            "sourceRanges": ["10.0.0.0/8"],
            "wafV2": { "webACL": "acl" }
        })
    );
    assert_eq!(
        *spec(&compiled, "TargetGroupConfiguration", "memos"),
        json!({
            "targetReference": { "name": "memos" },
            "defaultConfiguration": {
                "targetType": "ip",
                "healthCheckConfig": {
                    "healthCheckInterval": 15, "healthCheckPath": "/healthz", "healthCheckTimeout": 5,
                    "healthyThresholdCount": 2, "matcher": { "httpCode": "200" }, "unhealthyThresholdCount": 2
                },
                "targetGroupAttributes": [
                    { "key": "deregistration_delay.timeout_seconds", "value": "30" },
                    { "key": "load_balancing.algorithm.type", "value": "least_outstanding_requests" },
                    { "key": "stickiness.enabled", "value": "true" },
                    { "key": "stickiness.type", "value": "lb_cookie" },
                    { "key": "stickiness.lb_cookie.duration_seconds", "value": "3600" }
                ]
            }
        })
    );
}

#[test]
fn a_gateway_of_azure() {
    let compiled = compile(
        "azure",
        "exposure: {class: azure-alb-external, address: front, edge: {waf: /subscriptions/x, affinity: true}}",
    );
    assert_eq!(
        edge(&compiled),
        [
            "Gateway/memos",
            "HTTPRoute/memos",
            "HTTPRoute/memos-redirect",
            "HealthCheckPolicy/memos",
            "RoutePolicy/memos",
            "WebApplicationFirewallPolicy/memos"
        ]
    );
    assert_eq!(
        spec(&compiled, "Gateway", "memos")["addresses"],
        json!([{ "type": "alb.networking.azure.io/alb-frontend", "value": "front" }])
    );
    assert_eq!(
        *spec(&compiled, "HealthCheckPolicy", "memos"),
        json!({
            "targetRef": { "group": "", "kind": "Service", "name": "memos" },
            "default": {
                "interval": "5s", "timeout": "3s", "healthyThreshold": 1, "unhealthyThreshold": 3, "protocol": "HTTP",
                "http": { "path": "/healthz", "match": { "statusCodes": [{ "start": 200, "end": 200 }] } }
            }
        })
    );
    let route = json!({ "group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "memos" });
    assert_eq!(
        *spec(&compiled, "RoutePolicy", "memos"),
        json!({
            "targetRef": route,
            "default": {
                "timeouts": { "routeTimeout": "3600s" },
                "sessionAffinity": { "affinityType": "managed-cookie" }
            }
        })
    );
    assert_eq!(
        *spec(&compiled, "WebApplicationFirewallPolicy", "memos"),
        json!({ "targetRef": route, "webApplicationFirewall": { "id": "/subscriptions/x" } })
    );
    let inside = compile("azure", "exposure: {internal: true}");
    assert_eq!(
        spec(&inside, "Gateway", "memos")["infrastructure"],
        json!({ "annotations": { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" } })
    );
}

#[test]
fn a_gateway_of_envoy() {
    let compiled = compile(
        "production",
        "exposure: {class: envoy, edge: {affinity: true, requestsPerSecond: 50, sourceRanges: [10.0.0.0/8]}}",
    );
    let route = json!([{ "group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "memos" }]);
    let rule = |value| {
        json!({
            "clientSelectors": [{ "sourceCIDR": { "type": "Distinct", "value": value } }],
            "limit": { "requests": 50, "unit": "Second" }
        })
    };
    assert_eq!(
        *spec(&compiled, "BackendTrafficPolicy", "memos"),
        json!({
            "targetRefs": route,
            "loadBalancer": {
                "type": "ConsistentHash",
                "consistentHash": { "type": "Cookie", "cookie": { "name": "memos-replica", "ttl": "3600s" } }
            },
            "rateLimit": { "local": { "rules": [rule("0.0.0.0/0"), rule("::/0")] } }
        })
    );
    assert_eq!(
        *spec(&compiled, "SecurityPolicy", "memos"),
        json!({
            "targetRefs": route,
            "authorization": {
                "defaultAction": "Deny",
                "rules": [{ "action": "Allow", "principal": { "clientCIDRs": ["10.0.0.0/8"] } }]
            }
        })
    );
    assert_eq!(edge(&compile("production", "exposure: {class: envoy}")).len(), 3);
}
