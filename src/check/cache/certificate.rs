//! The certificate of a Redis with fail-over by cert-manager: whether it is the only one, who signs it, whom it is for.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run};
use super::sentinel::spec;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::spec::cache::{CacheCertificate, CacheServiceType};

/// What names of issuers say that ask an authority of the internet.
const OF_THE_INTERNET: [&str; 4] = ["acme", "letsencrypt", "lets-encrypt", "zerossl"];

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[twice, of_the_internet, lacks_name];
    run(RULES, context, diagnostics);
}

fn certificate<'a>(context: &Context<'a>) -> Option<&'a CacheCertificate> {
    spec(context)?.certificate.as_ref()
}

fn twice(context: &Context<'_>) -> Option<Diagnostic> {
    certificate(context)?;
    let secret = spec(context)?.tls_secret.as_ref()?;
    let message = format!("Redis has the certificate of the Secret `{secret}`, and cert-manager would make another");
    let path = "cache.certificate.issuer";
    let diagnostic = finding(context, Code::CertificateTwice, message, path, "a second one");
    Some(
        also(context, diagnostic, "cache.tlsSecret", "the first one")
            .help("say `cache.tlsSecret` for one that exists, or `cache.certificate` for one by cert-manager"),
    )
}

fn of_the_internet(context: &Context<'_>) -> Option<Diagnostic> {
    let issuer = certificate(context)?.issuer.as_str();
    if !OF_THE_INTERNET.iter().any(|word| issuer.contains(word)) {
        return None;
    }
    let message =
        format!("`{issuer}` is an issuer of the internet by its name, and those sign no names inside a cluster");
    let path = "cache.certificate.issuer";
    let diagnostic = finding(context, Code::IssuerOfTheInternet, message, path, "would be waited for");
    Some(diagnostic.help("name an issuer with an authority of its own, such as one of kind `CA`"))
}

fn lacks_name(context: &Context<'_>) -> Option<Diagnostic> {
    let outside = spec(context)?.service.kind == CacheServiceType::LoadBalancer;
    if !outside || !certificate(context)?.names.is_empty() {
        return None;
    }
    let message = "readers outside the cluster call Redis by a name that its certificate does not have".to_owned();
    let path = "cache.service.type";
    let diagnostic = finding(context, Code::CertificateLacksName, message, path, "by which name?");
    Some(diagnostic.help("list the name that leads to the load balancer under `cache.certificate.names`"))
}
