//! Whether the edge can use the certificate that it is given, and whether there is one at all.

use super::{Routed, finding, routed};
use crate::check::Context;
use crate::diagnostic::{Code, Diagnostics};
use crate::plan::exposure::class::IngressClass;
use crate::plan::exposure::ingress::MANAGED_CERTIFICATE;
use crate::spec::exposure::{Exposure, Gateway, LoadBalancer, Tls};
use crate::spec::workload::Cloud;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if let Some(routed) = routed(context.spec.spec()) {
        of_another(context, routed, diagnostics);
        in_the_clear(context, routed, diagnostics);
    }
    match &context.spec.spec().exposure {
        Exposure::LoadBalancer(balancer) => load_balancer(context, balancer, diagnostics),
        Exposure::Gateway(gateway) if gateway.existing.is_some() => {
            of_existing(context, diagnostics);
            every_listener(context, gateway, diagnostics);
        }
        Exposure::None | Exposure::Gateway(_) | Exposure::Ingress(_) => {}
    }
}

fn of_another(context: &Context<'_>, routed: Routed<'_>, diagnostics: &mut Diagnostics) {
    let class = routed.class;
    match routed.tls {
        Tls::Cloud(_) if !routed.abilities.cloud_certificate => {
            let message = format!("class `{class}` cannot use a certificate of the cloud");
            diagnostics.push(
                finding(context, Code::CloudCertificateNotUsable, message, "exposure.tls.kind", "")
                    .help("take `exposure.tls: {kind: certManager, issuer: …}` or `{kind: secret, name: …}`"),
            );
        }
        Tls::Cloud(cloud) => cloud_certificate(context, routed, &cloud.certificate, diagnostics),
        Tls::CertManager(_) | Tls::Secret(_) if !routed.abilities.secret_certificate => {
            let message = format!("class `{class}` reads no certificate from a Secret, only from ACM");
            diagnostics.push(
                finding(context, Code::SecretCertificateNotUsable, message, "exposure.tls.kind", "")
                    .help("take `exposure.tls: {kind: cloud, certificate: arn:aws:acm:…}`"),
            );
        }
        Tls::None | Tls::CertManager(_) | Tls::Secret(_) => {}
    }
}

fn cloud_certificate(context: &Context<'_>, routed: Routed<'_>, certificate: &str, diagnostics: &mut Diagnostics) {
    if routed.abilities.cloud == Some(Cloud::Aws) {
        arn(context, certificate, "exposure.tls.certificate", diagnostics);
    }
    let internal = matches!(&context.spec.spec().exposure, Exposure::Ingress(ingress)
        if IngressClass::of(ingress.class.as_str()) == IngressClass::GceInternal);
    if internal && certificate == MANAGED_CERTIFICATE {
        let message = "Google makes no certificate by itself for an internal load balancer".to_owned();
        diagnostics.push(
            finding(context, Code::CloudCertificateNotUsable, message, "exposure.tls.certificate", "")
                .help("name a regional certificate that exists, or take `exposure.tls.kind: certManager`"),
        );
    }
}

/// Whether each of several texts separated by commas names a certificate in ACM or IAM.
fn arn(context: &Context<'_>, certificate: &str, path: &str, diagnostics: &mut Diagnostics) {
    let legal = |text: &str| {
        let mut parts = text.splitn(6, ':');
        let begins = parts.next() == Some("arn") && parts.next().is_some_and(|partition| partition.starts_with("aws"));
        begins && parts.next().is_some_and(|service| matches!(service, "acm" | "iam"))
    };
    if certificate.split(',').all(|text| legal(text.trim())) {
        return;
    }
    let message = format!("`{path}` has to be the ARN of a certificate in ACM");
    diagnostics.push(
        finding(context, Code::CertificateNotAnArn, message, path, "not an ARN")
            .help("write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours"),
    );
}

fn in_the_clear(context: &Context<'_>, routed: Routed<'_>, diagnostics: &mut Diagnostics) {
    if *routed.tls != Tls::None || routed.internal {
        return;
    }
    let message = "passwords and notes cross the network in the clear".to_owned();
    diagnostics.push(
        finding(context, Code::PasswordsInTheClear, message, "exposure.tls", "no encryption at the edge")
            .help("set `exposure.tls.kind` to `certManager`, `cloud` or `secret`")
            .help("or set `exposure.internal: true` if nobody else shares the network"),
    );
}

fn load_balancer(context: &Context<'_>, balancer: &LoadBalancer, diagnostics: &mut Diagnostics) {
    let cloud = context.spec.spec().kubernetes.cloud;
    match &balancer.certificate {
        Some(certificate) if cloud == Cloud::Aws => {
            arn(context, certificate, "exposure.certificate", diagnostics);
        }
        Some(_) => {
            let message = "only the load balancers of AWS take a certificate here".to_owned();
            diagnostics.push(
                finding(context, Code::CloudCertificateNotUsable, message, "exposure.certificate", "not used")
                    .help("take `exposure.kind: gateway` or `ingress` for encryption"),
            );
        }
        None => {}
    }
    let open = !balancer.internal && balancer.source_ranges.is_empty() && balancer.certificate.is_none();
    if open && cloud != Cloud::None {
        let message = "anybody on the internet reaches Memos, and nothing is encrypted".to_owned();
        diagnostics.push(
            finding(context, Code::OpenLoadBalancer, message, "exposure.kind", "a public address")
                .help("set `exposure.internal: true`, or list who may come in under `exposure.sourceRanges`")
                .help("take `exposure.kind: gateway` or `ingress` for encryption"),
        );
    }
}

fn of_existing(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let told = ["exposure.tls.kind", "exposure.tls.issuer", "exposure.tls.name", "exposure.tls.certificate"]
        .into_iter()
        .find(|path| context.spec.said_by_user(path));
    let none = matches!(&context.spec.spec().exposure, Exposure::Gateway(gateway) if gateway.tls == Tls::None);
    let Some(path) = told.filter(|_| !none) else { return };
    let message = "the certificate belongs to the Gateway that exists, so `exposure.tls` changes nothing".to_owned();
    diagnostics.push(
        finding(context, Code::CertificateOfExistingGateway, message, path, "not used")
            .help("set the certificate at that Gateway, and leave `exposure.tls` out")
            .help("`exposure.tls: {kind: none}` says that it has none"),
    );
}

/// A route without a section attaches to port 80 as well, and only for a Gateway of ours is there a redirect. One that has no
/// certificate at all is spoken of elsewhere.
fn every_listener(context: &Context<'_>, gateway: &Gateway, diagnostics: &mut Diagnostics) {
    let open = gateway.existing.as_ref().filter(|existing| existing.section.is_none());
    let Some(existing) = open.filter(|_| gateway.tls != Tls::None) else { return };
    let message = format!(
        "the route attaches to every listener of Gateway `{}`, and on port 80 passwords cross the network in the clear",
        existing.name
    );
    diagnostics.push(
        finding(context, Code::RouteOnEveryListener, message, "exposure.existing.name", "which listener?")
            .help("name the encrypted listener in `exposure.existing.section`, such as `https`"),
    );
}
