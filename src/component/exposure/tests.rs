//! Whole objects of the edge, as they go to the cluster.

mod gateway;

use serde_json::{Value, json};

use crate::check::sample::{Compiled, compile};

/// The `spec` of an object.
fn spec<'a>(compiled: &'a Compiled, kind: &str, name: &str) -> &'a Value {
    &compiled.object(kind, name)["spec"]
}

/// The annotations of an object.
fn annotations<'a>(compiled: &'a Compiled, kind: &str, name: &str) -> &'a Value {
    &compiled.object(kind, name)["metadata"]["annotations"]
}

/// The objects from the Service on, which is the first of the edge.
fn edge(compiled: &Compiled) -> Vec<String> {
    let list = compiled.list();
    let from = list.iter().rposition(|object| object == "Service/memos").expect("there is a Service");
    list[from + 1..].to_vec()
}

#[test]
fn an_ingress_of_amazon() {
    let compiled = compile(
        "aws",
        "exposure: {host: a.example.com, tls: {certificate: arn}, edge: {waf: acl, affinity: true, sourceRanges: [10.0.0.0/8]}, annotations: {alb.ingress.kubernetes.io/ssl-policy: mine}}",
    );
    assert_eq!(edge(&compiled), ["Ingress/memos"]);
    assert_eq!(
        *annotations(&compiled, "Ingress", "memos"),
        json!({
            "alb.ingress.kubernetes.io/certificate-arn": "arn",
            "alb.ingress.kubernetes.io/healthcheck-path": "/healthz",
            "alb.ingress.kubernetes.io/inbound-cidrs": "10.0.0.0/8",
            "alb.ingress.kubernetes.io/listen-ports": "[{\"HTTP\": 80}, {\"HTTPS\": 443}]",
            "alb.ingress.kubernetes.io/load-balancer-attributes":
                "idle_timeout.timeout_seconds=3600,routing.http.drop_invalid_header_fields.enabled=true",
            "alb.ingress.kubernetes.io/scheme": "internet-facing",
            "alb.ingress.kubernetes.io/ssl-policy": "mine",
            "alb.ingress.kubernetes.io/ssl-redirect": "443",
            "alb.ingress.kubernetes.io/success-codes": "200",
            "alb.ingress.kubernetes.io/target-group-attributes":
                "deregistration_delay.timeout_seconds=30,load_balancing.algorithm.type=least_outstanding_requests,\
                 stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=3600",
            "alb.ingress.kubernetes.io/target-type": "ip",
            "alb.ingress.kubernetes.io/wafv2-acl-arn": "acl"
        })
    );
    assert_eq!(
        *spec(&compiled, "Ingress", "memos"),
        json!({
            "ingressClassName": "alb",
            "rules": [{
                "host": "a.example.com",
                "http": { "paths": [{
                    "path": "/", "pathType": "Prefix",
                    "backend": { "service": { "name": "memos", "port": { "name": "http" } } }
                }] }
            }]
        })
    );
    let plain = compile("aws", "exposure: {internal: true, tls: {kind: none}}");
    let annotations = annotations(&plain, "Ingress", "memos");
    assert_eq!(annotations["alb.ingress.kubernetes.io/scheme"], "internal");
    assert_eq!(annotations["alb.ingress.kubernetes.io/listen-ports"], "[{\"HTTP\": 80}]");
    assert_eq!(annotations["alb.ingress.kubernetes.io/ssl-redirect"], Value::Null);
}

#[test]
fn an_ingress_of_google() {
    let ingress = |class: &str, more: &str| {
        compile("gcp", &format!("exposure: {{kind: ingress, host: a.example.com, class: {class}, {more}}}"))
    };
    let external = ingress("gce", "tls: {kind: cloud, certificate: managed}, edge: {waf: armor, affinity: true}");
    assert_eq!(
        edge(&external),
        ["Ingress/memos", "BackendConfig/memos", "FrontendConfig/memos", "ManagedCertificate/memos"]
    );
    assert_eq!(
        *annotations(&external, "Ingress", "memos"),
        json!({
            "kubernetes.io/ingress.class": "gce",
            "networking.gke.io/managed-certificates": "memos",
            "networking.gke.io/v1beta1.FrontendConfig": "memos"
        })
    );
    assert_eq!(spec(&external, "Ingress", "memos")["ingressClassName"], Value::Null);
    assert_eq!(
        *annotations(&external, "Service", "memos"),
        json!({
            "cloud.google.com/backend-config": "{\"default\": \"memos\"}",
            "cloud.google.com/neg": "{\"ingress\": true}"
        })
    );
    assert_eq!(
        *spec(&external, "BackendConfig", "memos"),
        json!({
            "timeoutSec": 3600,
            "connectionDraining": { "drainingTimeoutSec": 60 },
            "healthCheck": {
                "checkIntervalSec": 10, "timeoutSec": 5, "healthyThreshold": 1, "unhealthyThreshold": 3,
                "type": "HTTP", "requestPath": "/healthz"
            },
            "securityPolicy": { "name": "armor" },
            "sessionAffinity": { "affinityType": "GENERATED_COOKIE", "affinityCookieTtlSec": 3600 }
        })
    );
    assert_eq!(spec(&external, "ManagedCertificate", "memos")["domains"], json!(["a.example.com"]));
    assert_eq!(
        *spec(&external, "FrontendConfig", "memos"),
        json!({ "redirectToHttps": { "enabled": true, "responseCodeName": "MOVED_PERMANENTLY_DEFAULT" } })
    );
    let issued = ingress("gce", "tls: {kind: certManager, issuer: letsencrypt}");
    assert_eq!(
        *annotations(&issued, "Ingress", "memos"),
        json!({
            "acme.cert-manager.io/http01-edit-in-place": "true",
            "cert-manager.io/cluster-issuer": "letsencrypt",
            "cert-manager.io/issue-temporary-certificate": "true",
            "kubernetes.io/ingress.class": "gce",
            "networking.gke.io/v1beta1.FrontendConfig": "memos"
        })
    );
    let internal = ingress("gce-internal", "tls: {kind: cloud, certificate: mine}, edge: {networks: [10.0.0.0/24]}");
    assert_eq!(edge(&internal), ["Ingress/memos", "BackendConfig/memos"]);
    assert_eq!(
        *annotations(&internal, "Ingress", "memos"),
        json!({
            "ingress.gcp.kubernetes.io/pre-shared-cert": "mine",
            "kubernetes.io/ingress.allow-http": "false",
            "kubernetes.io/ingress.class": "gce-internal"
        })
    );
}

#[test]
fn an_ingress_of_a_controller_in_the_cluster() {
    let limits = "edge: {affinity: true, requestsPerSecond: 50, sourceRanges: [10.0.0.0/8, 192.168.0.0/16], idleTimeoutSeconds: 600}";
    let ingress = |class: &str| {
        compile("production", &format!("exposure: {{kind: ingress, host: a.example.com, class: {class}, {limits}}}"))
    };
    let issuer = "letsencrypt";
    let traefik = ingress("traefik");
    assert_eq!(
        edge(&traefik),
        ["Ingress/memos", "Middleware/memos-redirect", "Middleware/memos-sources", "Middleware/memos-rate-limit"]
    );
    assert_eq!(
        *annotations(&traefik, "Ingress", "memos"),
        json!({
            "cert-manager.io/cluster-issuer": issuer,
            "traefik.ingress.kubernetes.io/router.middlewares":
                "memos-memos-redirect@kubernetescrd,memos-memos-sources@kubernetescrd,memos-memos-rate-limit@kubernetescrd"
        })
    );
    assert_eq!(
        spec(&traefik, "Ingress", "memos")["tls"],
        json!([{ "hosts": ["a.example.com"], "secretName": "memos-tls" }])
    );
    assert_eq!(
        *spec(&traefik, "Middleware", "memos-redirect"),
        json!({ "redirectScheme": { "scheme": "https", "permanent": true } })
    );
    assert_eq!(
        *spec(&traefik, "Middleware", "memos-sources"),
        json!({ "ipAllowList": { "sourceRange": ["10.0.0.0/8", "192.168.0.0/16"] } })
    );
    assert_eq!(
        *spec(&traefik, "Middleware", "memos-rate-limit"),
        json!({ "rateLimit": { "average": 50, "burst": 50 } })
    );
    assert_eq!(
        annotations(&traefik, "Service", "memos")["traefik.ingress.kubernetes.io/service.sticky.cookie.name"],
        "memos-replica"
    );
    assert_eq!(
        *annotations(&ingress("haproxy"), "Ingress", "memos"),
        json!({
            "cert-manager.io/cluster-issuer": issuer,
            "haproxy.org/allow-list": "10.0.0.0/8,192.168.0.0/16",
            "haproxy.org/cookie-persistence": "memos-replica",
            "haproxy.org/rate-limit-period": "1s",
            "haproxy.org/rate-limit-requests": "50",
            "haproxy.org/rate-limit-status-code": "429",
            "haproxy.org/ssl-redirect": "true",
            "haproxy.org/timeout-server": "600s",
            "haproxy.org/timeout-tunnel": "600s"
        })
    );
    assert_eq!(
        *annotations(&ingress("nginx"), "Ingress", "memos"),
        json!({
            "cert-manager.io/cluster-issuer": issuer,
            "nginx.ingress.kubernetes.io/affinity": "cookie",
            "nginx.ingress.kubernetes.io/limit-rps": "50",
            "nginx.ingress.kubernetes.io/proxy-body-size": "41m",
            "nginx.ingress.kubernetes.io/proxy-read-timeout": "600",
            "nginx.ingress.kubernetes.io/proxy-send-timeout": "600",
            "nginx.ingress.kubernetes.io/session-cookie-max-age": "3600",
            "nginx.ingress.kubernetes.io/session-cookie-name": "memos-replica",
            "nginx.ingress.kubernetes.io/whitelist-source-range": "10.0.0.0/8,192.168.0.0/16"
        })
    );
    assert_eq!(*annotations(&ingress("kong"), "Ingress", "memos"), json!({ "cert-manager.io/cluster-issuer": issuer }));
}

#[test]
fn load_balancers() {
    let service = |profile: &str, more: &str| {
        let compiled = compile(profile, &format!("exposure: {{kind: loadBalancer, {more}}}"));
        assert_eq!(edge(&compiled), [""; 0]);
        compiled.object("Service", "memos").clone()
    };
    let key = |name: &str| format!("service.beta.kubernetes.io/aws-load-balancer-{name}");
    let aws = service("aws", "port: 443, certificate: arn, affinity: true, sourceRanges: [198.51.100.0/24]");
    assert_eq!(
        aws["metadata"]["annotations"],
        json!({
            key("attributes"): "load_balancing.cross_zone.enabled=true",
            key("backend-protocol"): "tcp",
            key("healthcheck-path"): "/healthz",
            key("healthcheck-port"): "traffic-port",
            key("healthcheck-protocol"): "http",
            key("nlb-target-type"): "ip",
            key("scheme"): "internet-facing",
            key("ssl-cert"): "arn",
            key("ssl-negotiation-policy"): "ELBSecurityPolicy-TLS13-1-2-2021-06",
            key("ssl-ports"): "443",
            key("target-group-attributes"): "deregistration_delay.timeout_seconds=30,\
                deregistration_delay.connection_termination.enabled=true,preserve_client_ip.enabled=true,\
                stickiness.enabled=true,stickiness.type=source_ip"
        })
    );
    let summary = |service: &Value| {
        let spec = &service["spec"];
        json!([
            spec["type"],
            spec["loadBalancerClass"],
            spec["externalTrafficPolicy"],
            spec["sessionAffinity"],
            spec["loadBalancerSourceRanges"],
            spec["ports"][0]["port"],
            service["metadata"]["annotations"]
        ])
    };
    let ranges = json!(["198.51.100.0/24"]);
    let mut expected = json!(["LoadBalancer", "service.k8s.aws/nlb", null, null, ranges, 443, null]);
    expected[6] = aws["metadata"]["annotations"].clone();
    assert_eq!(summary(&aws), expected);
    let auto = compile("aws", "kubernetes: {eksAutoMode: true}\nexposure: {kind: loadBalancer}");
    assert_eq!(spec(&auto, "Service", "memos")["loadBalancerClass"], "eks.amazonaws.com/nlb");
    assert_eq!(
        summary(&service("gcp", "internal: true, affinity: true, port: 8080")),
        json!([
            "LoadBalancer", null, "Local", "ClientIP", null, 8080,
            { "networking.gke.io/load-balancer-type": "Internal" }
        ])
    );
    assert_eq!(
        summary(&service("azure", "internal: true, annotations: {mine: x}")),
        json!([
            "LoadBalancer", null, null, null, null, 80,
            { "mine": "x", "service.beta.kubernetes.io/azure-load-balancer-internal": "true" }
        ])
    );
    assert_eq!(
        summary(&service("dev", "sourceRanges: [198.51.100.0/24]")),
        json!(["LoadBalancer", null, "Local", null, ranges, 80, null])
    );
    let none = compile("dev", "exposure: {kind: none}");
    assert_eq!(summary(none.object("Service", "memos")), json!(["ClusterIP", null, null, null, null, 80, null]));
}
