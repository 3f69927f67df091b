//! The certificate of a Redis with fail-over, when cert-manager makes it.

use crate::object::Object;
use crate::object::crd::cert_manager::{CERTIFICATE, CertificateSpec, GROUP, IssuerRef, PrivateKey};
use crate::object::meta::{custom, metadata};
use crate::plan::Plan;
use crate::plan::cache::certificate::CertificatePlan;
use crate::plan::names::Role;
use crate::plan::workload::Workload;

/// Nobody asks a client for a certificate, so it is a server's alone.
pub(super) fn object(plan: &Plan, workload: &Workload, certificate: &CertificatePlan) -> Object {
    let CertificatePlan { name, issuer, issuer_kind, names } = certificate;
    let spec = CertificateSpec {
        secret_name: name.clone(),
        issuer_ref: IssuerRef { group: GROUP, kind: issuer_kind, name: issuer.clone() },
        dns_names: names.clone(),
        private_key: PrivateKey { algorithm: "ECDSA", size: 256, rotation_policy: "Always" },
        usages: vec!["digital signature", "server auth"],
    };
    let metadata = metadata(plan, Role::Redis, name.clone(), Some(&workload.settings));
    custom(CERTIFICATE.api_version, CERTIFICATE.kind, &metadata, &spec)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::check::sample::{Compiled, compile};

    fn of(more: &str) -> Compiled {
        compile("production", &format!("cache: {{kind: sentinel{more}}}"))
    }

    #[test]
    fn it_has_the_name_of_every_hop() {
        let compiled = of(", certificate: {issuer: inside, issuerKind: Issuer, names: [redis.example.com]}");
        let certificate = compiled.object("Certificate", "memos-redis-tls");
        assert_eq!(certificate["spec"]["secretName"], "memos-redis-tls");
        assert_eq!(
            certificate["spec"]["issuerRef"],
            json!({"group": "cert-manager.io", "kind": "Issuer", "name": "inside"})
        );
        assert_eq!(
            certificate["spec"]["dnsNames"],
            json!([
                "memos-redis-proxy",
                "memos-redis-proxy.memos",
                "memos-redis-proxy.memos.svc",
                "memos-redis-proxy.memos.svc.cluster.local",
                "*.memos-redis.memos.svc.cluster.local",
                "*.memos-sentinel.memos.svc.cluster.local",
                "redis.example.com"
            ])
        );
        let sentinel = compiled.plan.cache.sentinel().unwrap();
        let pods = sentinel.hosts.iter().chain(&sentinel.sentinels.hosts);
        let names = &sentinel.certificate.as_ref().unwrap().names;
        for host in pods {
            let (_, domain) = host.split_once('.').unwrap();
            assert!(names.contains(&format!("*.{domain}")), "{host}");
        }
    }

    #[test]
    fn who_reads_it_reads_it_again() {
        let renewed =
            |compiled: &Compiled, name: &str| compiled.object("ConfigMap", name)["data"].get("renew.sh").is_some();
        let secure = [of(", certificate: {issuer: inside}"), of(", tlsSecret: own")];
        for name in ["memos-redis", "memos-sentinel", "memos-redis-proxy"] {
            assert!(!renewed(&of(""), name), "{name}");
            assert!(secure.iter().all(|compiled| renewed(compiled, name)), "{name}");
        }
        assert!(!secure[1].list().contains(&"Certificate/memos-redis-tls".to_owned()));
    }
}
