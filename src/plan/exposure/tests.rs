//! Decisions about the edge, as tables.

use super::*;
use crate::check::sample::compile;

fn plan(profile: &str, spec: &str) -> ExposurePlan {
    compile(profile, spec).plan.exposure
}

/// Peers as short texts.
fn peers(profile: &str, spec: &str) -> Vec<String> {
    let text = |peer: &PeerPlan| match peer {
        PeerPlan::Component(role) => role.word().to_owned(),
        PeerPlan::Addresses { cidr, .. } => cidr.clone(),
        PeerPlan::Pods { namespace, labels } => {
            let labels: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("{namespace}/{}", labels.join(","))
        }
    };
    plan(profile, spec).peers.iter().map(text).collect()
}

#[test]
fn peers_follow_the_class() {
    let gateway = "gateway.networking.k8s.io/gateway-name";
    let owner = "gateway.envoyproxy.io/owning-gateway";
    let cases: &[(&str, &str, &[&str])] = &[
        ("production", "", &[&format!("memos/{gateway}=memos")]),
        ("azure", "", &[&format!("memos/{gateway}=memos")]),
        ("production", "exposure: {existing: {name: shared, namespace: edge}}", &[&format!("edge/{gateway}=shared")]),
        ("production", "exposure: {dataPlaneNamespace: istio-ingress}", &["istio-ingress/"]),
        (
            "production",
            "exposure: {class: envoy}",
            &[&format!("envoy-gateway-system/{owner}-name=memos,{owner}-namespace=memos")],
        ),
        ("production", "exposure: {class: traefik}", &["traefik/app.kubernetes.io/name=traefik"]),
        ("production", "exposure: {class: cilium}", &[]),
        ("gcp", "", &["130.211.0.0/22", "35.191.0.0/16"]),
        (
            "gcp",
            "exposure: {class: gke-l7-rilb, edge: {networks: [10.129.0.0/23]}}",
            &["130.211.0.0/22", "35.191.0.0/16", "10.129.0.0/23"],
        ),
        ("azure", "exposure: {class: azure-alb-external, edge: {networks: [10.0.4.0/24]}}", &["10.0.4.0/24"]),
        ("aws", "", &["192.0.2.128/25"]),
        ("aws", "exposure: {class: traefik, edge: {networks: []}}", &["traefik/app.kubernetes.io/name=traefik"]),
        (
            "aws",
            "exposure: {class: traefik, controllerNamespace: kube-system, edge: {networks: []}}",
            &["kube-system/app.kubernetes.io/name=traefik"],
        ),
        ("aws", "exposure: {class: haproxy, edge: {networks: []}}", &["haproxy-controller/"]),
        (
            "aws",
            "exposure: {class: nginx, edge: {networks: []}}",
            &["ingress-nginx/app.kubernetes.io/name=ingress-nginx"],
        ),
        ("gcp", "exposure: {kind: ingress, host: a.b, class: gce}", &["130.211.0.0/22", "35.191.0.0/16"]),
        ("dev", "exposure: {kind: none}", &[]),
        ("gcp", "exposure: {kind: loadBalancer, sourceRanges: [198.51.100.0/24]}", &["198.51.100.0/24"]),
    ];
    for (profile, spec, expected) in cases {
        assert_eq!(peers(profile, spec), *expected, "{profile}: {spec}");
        assert!(!plan(profile, spec).anybody, "{profile}: {spec}");
    }
}

#[test]
fn load_balancers_without_ranges_let_anybody_in() {
    let memos_ingress = |profile, spec: &str| {
        let compiled = compile(profile, spec);
        let policy = compiled.plan.policies.iter().find(|policy| policy.name == "memos").expect("Memos has a policy");
        policy.ingress.clone()
    };
    for (profile, spec) in [("dev", ""), ("aws", "exposure: {kind: loadBalancer, sourceRanges: [198.51.100.0/24]}")] {
        assert!(plan(profile, spec).anybody, "{profile}");
        let ingress = memos_ingress(profile, spec);
        assert_eq!((ingress.len(), ingress[0].peers.len(), &ingress[0].ports[..]), (1, 0, &[("TCP", 5230)][..]));
    }
    assert!(memos_ingress("dev", "exposure: {kind: none}").is_empty());
}

#[test]
fn processes_serve_until_the_edge_has_forgotten_them() {
    let cases = [
        ("dev", "exposure: {kind: none}", 5),
        ("dev", "", 10),
        ("production", "", 10),
        ("aws", "", 30),
        ("aws", "exposure: {kind: loadBalancer}", 30),
        ("aws", "exposure: {class: traefik}", 10),
        ("gcp", "", 60),
        ("gcp", "exposure: {kind: ingress, host: a.b, class: gce}", 60),
        ("gcp", "exposure: {kind: loadBalancer}", 10),
        ("azure", "", 10),
        ("azure", "exposure: {class: azure-alb-external}", 30),
    ];
    for (profile, spec, expected) in cases {
        let compiled = compile(profile, spec);
        assert_eq!(compiled.plan.exposure.pre_stop_seconds, expected, "{profile}: {spec}");
        assert_eq!(compiled.plan.memos.workload.pre_stop_seconds, expected, "{profile}: {spec}");
    }
}

#[test]
fn bodies_are_four_thirds_of_an_upload_and_a_mebibyte() {
    assert_eq!([1, 3, 30, 192].map(needed_body_mb), [3, 5, 41, 257]);
    assert_eq!(needed_body_mb(u32::MAX), u32::MAX / 3 + 1);
    assert_eq!(plan("production", "").body_limit_mb, 41);
    assert_eq!(plan("production", "memos: {uploadSizeLimitMb: 60}").body_limit_mb, 81);
    assert_eq!(plan("production", "exposure: {edge: {maxBodyMb: 100}}").body_limit_mb, 100);
    assert_eq!(plan("dev", "").body_limit_mb, 41);
}

#[test]
fn addresses_and_labels_follow_the_edge() {
    let row = |profile, spec: &str| {
        let plan = plan(profile, spec);
        (plan.host, plan.https, plan.namespace_labels.into_keys().next())
    };
    let host = |text: &str| Some(text.to_owned());
    let gate = Some("elbv2.k8s.aws/pod-readiness-gate-inject".to_owned());
    assert_eq!(row("production", ""), (host("memos.example.invalid"), true, None));
    assert_eq!(row("aws", ""), (host("memos.example.invalid"), true, gate.clone()));
    assert_eq!(row("aws", "exposure: {kind: loadBalancer}"), (None, false, gate.clone()));
    assert_eq!(row("aws", "exposure: {kind: loadBalancer, host: a.b, certificate: x}"), (host("a.b"), true, gate));
    assert_eq!(row("gcp", "exposure: {kind: loadBalancer, host: a.b, certificate: x}"), (host("a.b"), false, None));
    assert_eq!(row("aws", "exposure: {class: traefik, host: a.b, tls: {kind: none}}"), (host("a.b"), false, None));
    assert_eq!(row("dev", "exposure: {kind: none}"), (None, false, None));
    let auto = |exposure: &str| row("aws", &format!("kubernetes: {{eksAutoMode: true}}\nexposure: {exposure}")).2;
    let own = Some("eks.amazonaws.com/pod-readiness-gate-inject".to_owned());
    assert_eq!(auto("{host: a.b}"), own);
    assert_eq!(auto("{kind: loadBalancer}"), own);
    assert_eq!(auto("{kind: gateway, class: alb, host: a.b}"), host("elbv2.k8s.aws/pod-readiness-gate-inject"));
    assert_eq!(auto("{class: traefik, host: a.b, tls: {kind: none}}"), None);
}
