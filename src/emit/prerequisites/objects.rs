//! What a tree refers to and does not hold: objects of the cluster, its classes and drivers, and things of the cloud.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::object::Object;
use crate::plan::Plan;
use crate::plan::attachments::AttachmentsPlan;
use crate::plan::cache::certificate::{self, CertificatePlan};
use crate::plan::database::{DatabasePlan, VolumePlan};
use crate::plan::exposure::class::{GatewayClass, IngressClass};
use crate::plan::exposure::ingress::MANAGED_CERTIFICATE;
use crate::plan::memos::AuthorityPlan;
use crate::plan::names::Role;
use crate::plan::pooler::PoolerKind;
use crate::plan::secrets::SecretOrigin;
use crate::plan::workload::CloudSqlProxyPlan;
use crate::spec::Spec;
use crate::spec::exposure::{CertManager, Edge, Exposure, Gateway, Tls};
use crate::spec::storage::SecretStoreKind;
use crate::spec::workload::{Cloud, CloudIdentity};

/// Who asks cert-manager for the certificate of an edge that is ours.
pub(super) fn issuer(spec: &Spec) -> Option<&CertManager> {
    match edge(spec)? {
        (_, Tls::CertManager(manager), _) => Some(manager),
        _ => None,
    }
}

/// The host, the certificate and the protections of an edge that is ours.
fn edge(spec: &Spec) -> Option<(&str, &Tls, &Edge)> {
    match &spec.exposure {
        Exposure::Gateway(gateway) if gateway.existing.is_none() => {
            Some((gateway.host.as_str(), &gateway.tls, &gateway.edge))
        }
        Exposure::Ingress(ingress) => Some((ingress.host.as_str(), &ingress.tls, &ingress.edge)),
        Exposure::None | Exposure::Gateway(_) | Exposure::LoadBalancer(_) => None,
    }
}

/// Objects that are referred to, and that neither this tree nor a controller makes.
pub(super) fn made_by_others(spec: &Spec, plan: &Plan) -> Vec<String> {
    let mut rows = BTreeSet::new();
    rows.extend(authorities(plan));
    rows.extend(
        plan.memos
            .secret_settings
            .iter()
            .filter(|file| !file.file.ends_with("-storage.json"))
            .map(|file| format!("Secret `{}`, key `{}`: becomes `/etc/secrets/{}`", file.secret, file.key, file.file)),
    );
    if let Some(certificate) = certificate_of_redis(plan) {
        rows.insert(format!(
            "{} `{}` of cert-manager, which gives the certificate `{}` for names inside the cluster, and its own as `ca.crt`",
            certificate.issuer_kind, certificate.issuer, certificate.name
        ));
    } else if let Some(redis) = plan.cache.redis()
        && let Some(secret) = &redis.tls_secret
    {
        rows.insert(format!(
            "Secret `{secret}`, keys `tls.crt`, `tls.key` and `ca.crt`: a certificate whose alternative names hold {}{}, its \
             key, and the authority that signed it",
            certified(plan, &redis.client.host),
            if redis.outside.is_some() { " and the name by which readers outside call it" } else { "" }
        ));
    }
    if let Some((host, tls, _)) = edge(spec) {
        match tls {
            Tls::CertManager(manager) => {
                rows.insert(format!(
                    "{} `{}` of cert-manager, which gives certificates for `{host}`",
                    manager.issuer_kind.word(),
                    manager.issuer
                ));
            }
            Tls::Secret(secret) => {
                rows.insert(format!(
                    "Secret `{}` of type `kubernetes.io/tls`: the certificate of `{host}` and its key",
                    secret.name
                ));
            }
            Tls::None | Tls::Cloud(_) => {}
        }
    }
    if let Exposure::Gateway(gateway) = &spec.exposure {
        rows.extend(existing_gateway(gateway, &plan.names.namespace));
    }
    rows.extend(spec.images.pull_secrets.iter().map(|secret| {
        format!("Secret `{secret}` of type `kubernetes.io/dockerconfigjson`: the password of the registry of images")
    }));
    if let SecretOrigin::External(external) = &plan.secrets.origin
        && !plan.secrets.expected.is_empty()
    {
        let kind = match external.store.kind {
            SecretStoreKind::ClusterSecretStore => "ClusterSecretStore",
            SecretStoreKind::SecretStore => "SecretStore",
        };
        rows.insert(format!("{kind} `{}` of the External Secrets Operator", external.store.name));
    }
    rows.into_iter().collect()
}

/// The certificate of Redis, when cert-manager makes it.
pub(super) fn certificate_of_redis(plan: &Plan) -> Option<&CertificatePlan> {
    plan.cache.sentinel()?.certificate.as_ref()
}

/// The names that Redis' certificate has to hold.
fn certified(plan: &Plan, host: &str) -> String {
    let Some(sentinel) = plan.cache.sentinel() else { return format!("`{host}`") };
    let pods = |hosts: &[String]| certificate::pods(hosts).unwrap_or_default();
    format!("`{host}`, `{}` and `{}`", pods(&sentinel.hosts), pods(&sentinel.sentinels.hosts))
}

/// A Gateway lets in routes of its own namespace only, unless its listener says more.
fn existing_gateway(gateway: &Gateway, namespace: &str) -> Option<String> {
    let existing = gateway.existing.as_ref()?;
    let listener = match &existing.section {
        Some(section) => format!("the listener `{section}`"),
        None => "a listener".to_owned(),
    };
    Some(format!(
        "Gateway `{}` in the namespace `{}`, with {listener} that serves `{}` and allows routes from the namespace \
         `{namespace}` (`allowedRoutes.namespaces`)",
        existing.name, existing.namespace, gateway.host
    ))
}

fn authorities(plan: &Plan) -> Vec<String> {
    let mut authorities: Vec<&AuthorityPlan> = plan.memos.authorities.iter().collect();
    if let Some(PoolerKind::Own(own)) = plan.pooler.as_ref().map(|pooler| &pooler.kind) {
        authorities.extend(own.authority.as_ref());
    }
    // The operator makes its own, and that of our Redis comes with its certificate.
    let known = |name: &str| {
        let operator =
            matches!(&plan.database, DatabasePlan::Cluster(cluster) if name == format!("{}-ca", cluster.name));
        let redis = plan.cache.redis().is_some_and(|redis| redis.tls_secret.as_deref() == Some(name));
        operator || redis
    };
    let row = |authority: &&AuthorityPlan| {
        let kind = if authority.secret { "Secret" } else { "ConfigMap" };
        let AuthorityPlan { name, key, .. } = authority;
        format!("{kind} `{name}`, key `{key}`: the certificate of the authority that signs the server's certificate")
    };
    authorities.iter().filter(|authority| !known(&authority.name)).map(row).collect()
}

/// What the cluster itself has to have.
pub(super) fn cluster(spec: &Spec, plan: &Plan, objects: &[Object]) -> Vec<String> {
    let mut rows = vec![format!("Kubernetes 1.{} or later.", plan.kubernetes_minor)];
    if plan.memos.autoscaling.is_some() {
        rows.push("A metrics server, from which the autoscaler reads.".to_owned());
    }
    if !plan.policies.is_empty() {
        rows.push(if plan.eks_auto_mode {
            "NetworkPolicies switched on: ConfigMap `amazon-vpc-cni` in `kube-system` with \
             `enable-network-policy-controller: \"true\"`."
                .to_owned()
        } else {
            "A network that enforces NetworkPolicies; on EKS it has to be switched on in the VPC CNI.".to_owned()
        });
    }
    if let AttachmentsPlan::Claim(claim) = &plan.attachments {
        rows.push(match (&claim.made_class, &claim.class) {
            (Some(class), _) => format!("The storage driver `{}`, for the class `{}`.", class.provisioner, class.name),
            (None, Some(class)) => format!("The storage class `{class}`, for attachments."),
            (None, None) => "A default storage class that offers what the claim for attachments asks for.".to_owned(),
        });
    }
    if let Some(redis) = plan.cache.redis() {
        let metrics = redis.metrics.as_ref();
        let monitor = metrics.and_then(|metrics| metrics.monitor.as_ref()).map(|monitor| &monitor.namespace);
        let alarms = metrics.and_then(|metrics| metrics.alarms.as_ref()).map(|alarms| &alarms.namespace);
        let elsewhere: BTreeSet<_> =
            [monitor, alarms].into_iter().flatten().filter(|namespace| **namespace != plan.names.namespace).collect();
        rows.extend(
            elsewhere.iter().map(|namespace| format!("The namespace `{namespace}`, for what Prometheus reads.")),
        );
    }
    rows.extend(volumes(plan).into_iter().map(|(what, volume)| match &volume.class {
        Some(class) => format!("The storage class `{class}`, for {what}."),
        None => format!("A default storage class, for {what}."),
    }));
    if plan.eks_auto_mode && objects.iter().any(asks_for_default_class) {
        let provisioner = "ebs.csi.eks.amazonaws.com";
        rows.push(format!("A default storage class with the provisioner `{provisioner}`: EKS Auto Mode makes none."));
    }
    let classes = objects.iter().filter_map(|object| {
        let field = match object.kind.as_str() {
            "Gateway" => "/spec/gatewayClassName",
            "Ingress" => "/spec/ingressClassName",
            _ => return None,
        };
        let name = object.value.pointer(field)?.as_str()?;
        let own = object.kind == "Ingress" && plan.eks_auto_mode && IngressClass::of(name) == IngressClass::Alb;
        let controller = if own { ", with the controller `eks.amazonaws.com/alb`" } else { "" };
        Some(format!("The {}Class `{name}`{controller}.", object.kind))
    });
    rows.extend(classes);
    if issuer(spec).is_some() && matches!(spec.exposure, Exposure::Gateway(_)) {
        rows.push(
            "cert-manager with its support of the Gateway API switched on, which it is not by default.".to_owned(),
        );
    }
    rows
}

/// Whether an object claims a volume without naming a storage class.
fn asks_for_default_class(object: &Object) -> bool {
    let unnamed = |claim: &Value| claim["spec"].get("storageClassName").is_none();
    match object.kind.as_str() {
        "PersistentVolumeClaim" => unnamed(&object.value),
        "StatefulSet" => object.value["spec"]["volumeClaimTemplates"].as_array().into_iter().flatten().any(unnamed),
        "Cluster" => object.value["spec"]["storage"].get("storageClass").is_none(),
        _ => false,
    }
}

/// Volumes beside those of attachments, with what they hold.
fn volumes(plan: &Plan) -> Vec<(&'static str, &VolumePlan)> {
    let mut volumes = match &plan.database {
        DatabasePlan::Sqlite(volume) => vec![("the database file", volume)],
        DatabasePlan::Postgres(postgres) => vec![("PostgreSQL", &postgres.volume)],
        DatabasePlan::Cluster(cluster) => {
            let mut volumes = vec![("the PostgreSQL instances", &cluster.volume)];
            volumes.extend(cluster.wal_volume.as_ref().map(|volume| ("their write-ahead logs", volume)));
            volumes
        }
        DatabasePlan::Managed(_) => Vec::new(),
    };
    if let Some(redis) = plan.cache.redis() {
        volumes.extend(redis.volume.as_ref().map(|volume| ("Redis", volume)));
    }
    volumes
}

/// What the cloud has to have outside the cluster.
pub(super) fn cloud(spec: &Spec, plan: &Plan) -> Vec<String> {
    let mut rows = Vec::new();
    if let Some((host, tls, edge)) = edge(spec) {
        if let Tls::Cloud(cloud) = tls {
            rows.extend(certificate(spec, host, &cloud.certificate));
        }
        rows.extend(edge.waf.as_deref().and_then(|waf| firewall(spec, waf)));
    }
    match &spec.exposure {
        Exposure::Gateway(gateway) if gateway.existing.is_none() => {
            rows.extend(gateway.address.as_ref().and_then(|address| reserved(gateway, address.as_str())));
        }
        Exposure::LoadBalancer(balancer) if spec.kubernetes.cloud == Cloud::Aws => {
            rows.extend(balancer.certificate.as_ref().map(|arn| format!("The certificate `{arn}` in ACM.")));
        }
        _ => {}
    }
    if let DatabasePlan::Managed(managed) = &plan.database
        && managed.behind_pooler
    {
        rows.push(if managed.host.ends_with(".postgres.database.azure.com") {
            format!("PgBouncer of `{}` is switched on (server parameter `pgbouncer.enabled`).", managed.host)
        } else {
            format!("A pooler in transaction mode answers at `{}`, port {}.", managed.host, managed.port)
        });
    }
    rows.extend(sql_account(spec, plan));
    rows
}

fn certificate(spec: &Spec, host: &str, certificate: &str) -> Option<String> {
    let in_acm = || format!("The certificate `{certificate}` in ACM, for `{host}`.");
    match &spec.exposure {
        Exposure::Gateway(gateway) => match GatewayClass::of(gateway.class.as_str()) {
            GatewayClass::GoogleGlobal => {
                Some(format!("The certificate map `{certificate}` of Certificate Manager, with an entry for `{host}`."))
            }
            GatewayClass::GoogleRegional => {
                Some(format!("The regional SSL certificate `{certificate}`, for `{host}`, in the cluster's region."))
            }
            GatewayClass::Aws => Some(in_acm()),
            _ => None,
        },
        Exposure::Ingress(ingress) => match IngressClass::of(ingress.class.as_str()) {
            IngressClass::Gce if certificate == MANAGED_CERTIFICATE => {
                Some(format!("The name `{host}` leads to the load balancer, before Google gives a certificate for it."))
            }
            IngressClass::Gce | IngressClass::GceInternal => {
                Some(format!("The SSL certificate `{certificate}`, for `{host}`."))
            }
            IngressClass::Alb => Some(in_acm()),
            _ => None,
        },
        Exposure::None | Exposure::LoadBalancer(_) => None,
    }
}

fn firewall(spec: &Spec, waf: &str) -> Option<String> {
    let cloud = match &spec.exposure {
        Exposure::Gateway(gateway) => GatewayClass::of(gateway.class.as_str()).abilities().cloud,
        Exposure::Ingress(ingress) => IngressClass::of(ingress.class.as_str()).abilities().cloud,
        Exposure::None | Exposure::LoadBalancer(_) => None,
    };
    match cloud? {
        Cloud::None => None,
        Cloud::Aws => Some(format!("The web ACL `{waf}` of AWS WAF.")),
        Cloud::Gcp => Some(format!("The Cloud Armor policy `{waf}`.")),
        Cloud::Azure => Some(format!("The firewall policy `{waf}`.")),
    }
}

fn reserved(gateway: &Gateway, address: &str) -> Option<String> {
    match GatewayClass::of(gateway.class.as_str()) {
        GatewayClass::GoogleGlobal => Some(format!("The reserved global address `{address}`.")),
        GatewayClass::GoogleRegional => Some(format!("The reserved address `{address}` in the cluster's region.")),
        GatewayClass::Azure => Some(format!("The frontend `{address}` of Application Gateway for Containers.")),
        _ => None,
    }
}

/// The account that the Cloud SQL Auth Proxy works as: Google's own when the spec names one, else the pod's.
fn sql_account(spec: &Spec, plan: &Plan) -> Vec<String> {
    let DatabasePlan::Managed(managed) = &plan.database else { return Vec::new() };
    let Some(proxy) = &managed.proxy else { return Vec::new() };
    let beside = matches!(plan.pooler.as_ref().map(|pooler| &pooler.kind), Some(PoolerKind::Own(_)));
    let mut roles = if beside { vec![Role::Pooler] } else { vec![Role::Memos] };
    // A keeper of the lease goes past the pooler, with a proxy beside itself.
    roles.extend(plan.standby.as_ref().filter(|_| beside).map(|_| Role::Memos));
    let accounts = roles.into_iter().map(|role| plan.names.component(role));
    accounts.flat_map(|account| sql_role(spec, plan, proxy, &account)).collect()
}

fn sql_role(spec: &Spec, plan: &Plan, proxy: &CloudSqlProxyPlan, account: &str) -> Vec<String> {
    let namespace = &plan.names.namespace;
    let roles = if proxy.iam_login {
        "`roles/cloudsql.client` and `roles/cloudsql.instanceUser`"
    } else {
        "`roles/cloudsql.client`"
    };
    match &spec.kubernetes.identity {
        CloudIdentity::Gke(identity) => {
            let email = &identity.service_account;
            vec![
                format!("The Google service account `{email}` with {roles} in the project of `{}`.", proxy.instance),
                format!(
                    "`roles/iam.workloadIdentityUser` on `{email}` for the member \
                     `serviceAccount:PROJECT.svc.id.goog[{namespace}/{account}]`, where PROJECT is the cluster's project."
                ),
            ]
        }
        _ if spec.kubernetes.cloud == Cloud::Gcp => vec![format!(
            "{roles} in the project of `{}` for `principal://iam.googleapis.com/projects/NUMBER/locations/global/\
             workloadIdentityPools/PROJECT.svc.id.goog/subject/ns/{namespace}/sa/{account}`, where PROJECT is the cluster's \
             project and NUMBER its number.",
            proxy.instance
        )],
        _ => vec![format!(
            "Credentials of Google with {roles} in the project of `{}`, which the Cloud SQL Auth Proxy finds by itself.",
            proxy.instance
        )],
    }
}
