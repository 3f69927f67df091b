//! Every rule once where it fires and once where it nearly does.

use crate::check::sample::compile;
use crate::diagnostic::{Diagnostics, render};
use crate::profile::PROFILES;

fn lines(profile: &str, spec: &str) -> Vec<String> {
    compile(profile, spec).lines("MG07")
}

/// A case: profile, spec, and what is said.
type Case = (&'static str, &'static str, &'static [&'static str]);

fn all(cases: &[Case]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(profile, spec, expected)| (profile, spec, lines(profile, spec), expected))
        .filter(|(_, _, found, expected)| found != *expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const AWS_ARN: &str = "certificate: 'arn:aws:acm:eu-central-1:1:certificate/2'";

#[test]
fn profiles_have_no_error_in_their_edge() {
    for (profile, _, _) in PROFILES {
        let compiled = compile(profile, "");
        let found: Vec<_> = compiled.findings("MG07").iter().map(|found| found.code.text()).collect();
        let expected: &[&str] = match profile {
            "azure" => &["MG0719"],
            "dev" => &["MG0713"],
            _ => &[],
        };
        assert_eq!(found, expected, "{profile}");
    }
}

#[test]
fn limits_hold() {
    all(&[
        (
            "gcp",
            "exposure: {edge: {idleTimeoutSeconds: 30}}",
            &["memos.yaml:5:41 MG0701 an idle timeout of 30 seconds cuts the event stream, which is silent for 30"],
        ),
        ("gcp", "exposure: {edge: {idleTimeoutSeconds: 31}}", &[]),
        (
            "production",
            "exposure: {kind: ingress, host: a.example.com, class: traefik, edge: {maxBodyMb: 40}}",
            &[
                "memos.yaml:5:84 MG0702 bodies of 40 MiB are let through, and an upload of 30 MiB needs 41",
                "memos.yaml:5:84 MG0708 class `traefik` has no way to limit request bodies",
            ],
        ),
        (
            "production",
            "exposure: {kind: ingress, host: a.example.com, class: nginx, edge: {maxBodyMb: 41}}",
            &["memos.yaml:5:57 MG0703 ingress-nginx was retired in March 2026 and gets no security fixes"],
        ),
    ]);
}

#[test]
fn retired_controllers_are_named() {
    let ingress = |class: &str, cloud: &str| {
        let spec = format!(
            "kubernetes: {{cloud: {cloud}}}\nexposure: {{kind: ingress, host: a.example.com, class: {class}, edge: {{networks: [10.0.0.0/24]}}}}"
        );
        lines("production", &spec)
    };
    assert_eq!(
        ingress("webapprouting.kubernetes.azure.com", "azure"),
        ["memos.yaml:6:57 MG0703 the NGINX of AKS app-routing gets no security fixes after November 2026"]
    );
    assert_eq!(
        ingress("azure-application-gateway", "azure"),
        ["memos.yaml:6:57 MG0703 the Application Gateway Ingress Controller is superseded"]
    );
    assert_eq!(ingress("haproxy", "azure"), [""; 0]);
    // The class of the same name for Gateways belongs to another project.
    assert_eq!(lines("production", "exposure: {class: nginx}").len(), 1);
    assert!(lines("production", "exposure: {class: nginx}")[0].contains("MG0719"));
}

#[test]
fn certificates_suit_their_class() {
    all(&[
        (
            "production",
            "exposure: {tls: {kind: cloud, certificate: mine}}",
            &["memos.yaml:5:26 MG0704 class `istio` cannot use a certificate of the cloud"],
        ),
        (
            "aws",
            "exposure: {tls: {kind: certManager}}",
            &["memos.yaml:5:26 MG0705 class `alb` reads no certificate from a Secret, only from ACM"],
        ),
        (
            "aws",
            "exposure: {tls: {certificate: mine}}",
            &["memos.yaml:5:33 MG0706 `exposure.tls.certificate` has to be the ARN of a certificate in ACM"],
        ),
        ("aws", "exposure: {tls: {certificate: 'arn:aws-cn:acm:r:1:certificate/2, arn:aws-cn:iam::1:x'}}", &[]),
        ("gcp", "exposure: {tls: {certificate: mine}}", &[]),
        (
            "aws",
            "exposure: {edge: {waf: 'arn:aws:waf-regional:eu-central-1:1:webacl/2'}}",
            &[
                "memos.yaml:5:26 MG0728 class `alb` knows a web ACL by its ARN, and `arn:aws:waf-regional:eu-central-1:1:webacl/2` is none",
            ],
        ),
        ("aws", "exposure: {edge: {waf: 'arn:aws-us-gov:wafv2:us-gov-west-1:1:regional/webacl/notes/2'}}", &[]),
        ("gcp", "exposure: {edge: {waf: mine}}", &[]),
        (
            "azure",
            "exposure: {kind: gateway, class: azure-alb-external, annotations: {alb.networking.azure.io/alb-id: a}, edge: {waf: /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/frontdoorWebApplicationFirewallPolicies/n, networks: [10.0.0.0/24]}}",
            &[
                "memos.yaml:5:118 MG0729 class `azure-alb-external` knows a firewall policy by its resource id, and `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/frontdoorWebApplicationFirewallPolicies/n` is none",
            ],
        ),
        (
            "azure",
            "exposure: {kind: gateway, class: azure-alb-external, annotations: {alb.networking.azure.io/alb-id: a}, edge: {waf: /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies/n, networks: [10.0.0.0/24]}}",
            &[],
        ),
        (
            "gcp",
            "exposure: {kind: ingress, host: a.example.com, class: gce-internal, tls: {kind: cloud, certificate: managed}, edge: {networks: [10.0.0.0/24]}}",
            &["memos.yaml:5:103 MG0704 Google makes no certificate by itself for an internal load balancer"],
        ),
        (
            "gcp",
            "exposure: {kind: ingress, host: a.example.com, class: gce, tls: {kind: cloud, certificate: managed}}",
            &[],
        ),
        (
            "dev",
            "exposure: {host: a.example.com, port: 443, certificate: mine}",
            &[
                "memos.yaml:5:41 MG0721 people come in on port 443, and `http://a.example.com` means 80",
                "memos.yaml:5:59 MG0704 only the load balancers of AWS take a certificate here",
            ],
        ),
    ]);
}

#[test]
fn people_are_warned_of_the_clear() {
    all(&[
        (
            "production",
            "exposure: {tls: {kind: none}}",
            &["memos.yaml:5:19 MG0711 passwords and notes cross the network in the clear"],
        ),
        ("aws", "exposure: {tls: {kind: none}, internal: true}", &[]),
        (
            "gcp",
            "exposure: {kind: loadBalancer, host: a.example.com}",
            &["memos.yaml:5:20 MG0712 anybody on the internet reaches Memos, and nothing is encrypted"],
        ),
        ("gcp", "exposure: {kind: loadBalancer, host: a.example.com, internal: true}", &[]),
        ("gcp", "exposure: {kind: loadBalancer, host: a.example.com, sourceRanges: [198.51.100.0/24]}", &[]),
    ]);
    let encrypted = format!("exposure: {{kind: loadBalancer, host: a.example.com, port: 443, {AWS_ARN}}}");
    assert_eq!(lines("aws", &encrypted), [""; 0]);
}

#[test]
fn what_a_class_cannot_express_is_said() {
    all(&[
        (
            "production",
            "exposure: {internal: true, address: mine, edge: {requestsPerSecond: 50, waf: mine, sourceRanges: [10.0.0.0/8], idleTimeoutSeconds: 60, affinity: true}}",
            &[
                "memos.yaml:5:24 MG0707 class `istio` has no way to be reachable only from inside",
                "memos.yaml:5:39 MG0708 class `istio` has no way to take an address by name",
                "memos.yaml:5:71 MG0707 class `istio` has no way to set a rate limit",
                "memos.yaml:5:80 MG0707 class `istio` has no way to set a web application firewall",
                "memos.yaml:5:100 MG0707 class `istio` has no way to set who may come in",
                "memos.yaml:5:134 MG0708 class `istio` has no way to set an idle timeout",
            ],
        ),
        (
            "aws",
            "exposure: {internal: true, edge: {waf: 'arn:aws:wafv2:r:1:regional/webacl/mine/1', sourceRanges: [10.0.0.0/8], idleTimeoutSeconds: 60, affinity: true}}",
            &[],
        ),
        (
            "aws",
            "exposure: {edge: {requestsPerSecond: 50}}",
            &["memos.yaml:5:40 MG0707 class `alb` has no way to set a rate limit"],
        ),
        ("production", "exposure: {class: envoy, edge: {requestsPerSecond: 50, sourceRanges: [10.0.0.0/8]}}", &[]),
        (
            "azure",
            "exposure: {edge: {affinity: true}, existing: {name: a, namespace: b, section: c}}",
            &["memos.yaml:5:31 MG0708 class `approuting-istio` has no way to keep a browser on a replica"],
        ),
        (
            "dev",
            "exposure: {host: a.example.com, internal: true}",
            &["memos.yaml:5:45 MG0707 a load balancer without a cloud has no way to be reachable only from inside"],
        ),
    ]);
}

#[test]
fn the_edge_has_to_reach_the_pods() {
    all(&[
        (
            "production",
            "exposure: {class: cilium}",
            &["memos.yaml:5:21 MG0709 it is not known from where class `cilium` connects to Memos"],
        ),
        ("production", "exposure: {class: cilium, edge: {networks: [10.0.0.0/24]}}", &[]),
        ("production", "exposure: {class: cilium, dataPlaneNamespace: mine}", &[]),
        ("production", "exposure: {class: cilium}\nnetwork: {policies: false}", &[]),
        (
            "aws",
            "exposure: {edge: {networks: []}}",
            &["profiles/aws.yaml:40:12 MG0710 class `alb` connects from subnets that the spec does not name"],
        ),
        (
            "gcp",
            "exposure: {class: gke-l7-rilb}",
            &["memos.yaml:5:21 MG0710 class `gke-l7-rilb` connects from subnets that the spec does not name"],
        ),
        ("gcp", "exposure: {class: gke-l7-rilb, edge: {networks: [10.129.0.0/23]}}", &[]),
    ]);
}

#[test]
fn addresses_lead_to_memos() {
    all(&[
        (
            "production",
            "memos: {instanceUrl: 'https://memos.example.invalid/notes'}",
            &["memos.yaml:5:24 MG0714 Memos cannot be served below `/notes`, only at the root of a host"],
        ),
        ("production", "memos: {instanceUrl: 'https://memos.example.invalid/'}", &[]),
        (
            "production",
            "memos: {instanceUrl: 'https://notes.example.com'}",
            &[
                "memos.yaml:5:24 MG0715 `memos.instanceUrl` is not the address `https://memos.example.invalid` of the edge",
            ],
        ),
        (
            "production",
            "memos: {instanceUrl: 'http://memos.example.invalid'}",
            &[
                "memos.yaml:5:24 MG0715 `memos.instanceUrl` is not the address `https://memos.example.invalid` of the edge",
            ],
        ),
        ("dev", "memos: {instanceUrl: 'http://localhost:8080'}", &[]),
        ("dev", "exposure: {host: a.example.com}", &[]),
        (
            "dev",
            "exposure: {host: a.example.com, port: 8080}",
            &["memos.yaml:5:41 MG0721 people come in on port 8080, and `http://a.example.com` means 80"],
        ),
        ("dev", "exposure: {host: a.example.com, port: 8080}\nmemos: {instanceUrl: 'http://a.example.com:8080'}", &[]),
    ]);
}

#[test]
fn classes_belong_to_their_cloud() {
    all(&[
        (
            "aws",
            "kubernetes: {cloud: azure}",
            &["profiles/aws.yaml:40:12 MG0716 class `alb` exists only on `aws`, and `kubernetes.cloud` says otherwise"],
        ),
        ("aws", "exposure: {class: traefik, tls: {kind: certManager}}", &[]),
        (
            "azure",
            "exposure: {class: azure-alb-external, edge: {networks: [10.0.0.0/24]}}",
            &["memos.yaml:5:21 MG0717 no Application Gateway for Containers is named that could serve this Gateway"],
        ),
        (
            "azure",
            "exposure: {class: azure-alb-external, edge: {networks: [10.0.0.0/24]}, annotations: {alb.networking.azure.io/alb-id: x}}",
            &[],
        ),
        (
            "aws",
            "exposure: {annotations: {alb.ingress.kubernetes.io/target-type: instance}}",
            &[
                "memos.yaml:5:27 MG0720 annotation `alb.ingress.kubernetes.io/target-type` is `instance`, and only pods can be targets here",
            ],
        ),
        ("aws", "exposure: {annotations: {alb.ingress.kubernetes.io/target-type: ip}}", &[]),
        (
            "production",
            "kubernetes: {cloud: gcp, eksAutoMode: true}",
            &["memos.yaml:5:41 MG0722 Auto Mode is EKS', and `kubernetes.cloud` says otherwise"],
        ),
        ("production", "kubernetes: {cloud: aws, eksAutoMode: true}", &[]),
        ("gcp", "kubernetes: {eksAutoMode: false}", &[]),
    ]);
}

#[test]
fn existing_gateways_have_their_own_certificates() {
    all(&[
        (
            "production",
            "exposure: {existing: {name: shared, namespace: edge, section: https}, tls: {kind: certManager, issuer: mine}}",
            &[
                "memos.yaml:5:85 MG0718 the certificate belongs to the Gateway that exists, so `exposure.tls` changes nothing",
            ],
        ),
        ("production", "exposure: {existing: {name: shared, namespace: edge, section: https}}", &[]),
        (
            "azure",
            "",
            &[
                "profiles/azure.yaml:38:12 MG0719 the pods of class `approuting-istio` run in namespace `memos`, which admits only `restricted` ones",
            ],
        ),
        ("azure", "kubernetes: {createNamespace: false}", &[]),
        ("azure", "exposure: {existing: {name: shared, namespace: edge, section: https}}", &[]),
    ]);
}

#[test]
fn routes_name_their_listener() {
    all(&[
        (
            "production",
            "exposure: {existing: {name: shared, namespace: edge}}",
            &[
                "memos.yaml:5:31 MG0727 the route attaches to every listener of Gateway `shared`, and on port 80 passwords cross the network in the clear",
            ],
        ),
        (
            "production",
            "exposure: {existing: {name: shared, namespace: edge}, tls: {kind: none}}",
            &["memos.yaml:5:62 MG0711 passwords and notes cross the network in the clear"],
        ),
    ]);
}

#[test]
fn a_finding_shows_its_place_and_cures() {
    let compiled = compile("gcp", "exposure:\n  edge:\n    idleTimeoutSeconds: 20");
    let mut only = Diagnostics::default();
    compiled.findings("MG07").into_iter().for_each(|found| only.push(found.clone()));
    let expected = "\
error[MG0701]: an idle timeout of 20 seconds cuts the event stream, which is silent for 30
 --> memos.yaml:7:27
  |
7 |       idleTimeoutSeconds: 20
  |                           ^^ open pages reconnect all the time
  |
  = help: write 60 or more; 3600 is the default

note: run `memos-gen explain MG0701` for the rule and its evidence
";
    assert_eq!(render::text(&compiled.sources, &only, false), expected);
}
