//! The certificate of a Redis with fail-over, when cert-manager makes it.

use super::sentinel::SentinelPlan;
use crate::plan::names::Names;
use crate::spec::Spec;
use crate::spec::cache::{CacheCertificate, Sentinel};

/// A certificate by cert-manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificatePlan {
    /// Its name, and that of the Secret it is written to.
    pub name: String,
    /// The issuer.
    pub issuer: String,
    /// `ClusterIssuer` or `Issuer`.
    pub issuer_kind: &'static str,
    /// The names that it is for.
    pub names: Vec<String>,
}

/// The Secret with the certificate: the user's, or the one that cert-manager writes.
pub(super) fn secret(names: &Names, sentinel: &Sentinel) -> Option<String> {
    let given = sentinel.tls_secret.as_ref().map(ToString::to_string);
    given.or_else(|| sentinel.certificate.as_ref().map(|_| own_secret(names)))
}

fn own_secret(names: &Names) -> String {
    names.suffixed("redis-tls")
}

/// The certificate, when no Secret is given.
pub(super) fn decide(spec: &Spec, names: &Names, sentinel: &Sentinel, plan: &SentinelPlan) -> Option<CertificatePlan> {
    let wanted = sentinel.certificate.as_ref().filter(|_| sentinel.tls_secret.is_none())?;
    Some(CertificatePlan {
        name: own_secret(names),
        issuer: wanted.issuer.to_string(),
        issuer_kind: wanted.issuer_kind.word(),
        names: certified(spec, names, wanted, plan),
    })
}

/// Memos calls the Service of the proxies; all others call pods, by names of which there may be more tomorrow.
fn certified(spec: &Spec, names: &Names, wanted: &CacheCertificate, plan: &SentinelPlan) -> Vec<String> {
    let proxy = &plan.proxy.service;
    let inside = names.host(proxy);
    let whole = format!("{inside}.{}", spec.kubernetes.cluster_domain.as_str());
    let mut all = vec![proxy.clone(), format!("{proxy}.{}", names.namespace), inside, whole];
    all.extend(pods(&plan.hosts));
    all.extend(pods(&plan.sentinels.hosts));
    for name in wanted.names.iter().map(ToString::to_string) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// One name for all pods of a StatefulSet.
pub(crate) fn pods(hosts: &[String]) -> Option<String> {
    let (_, domain) = hosts.first()?.split_once('.')?;
    Some(format!("*.{domain}"))
}
