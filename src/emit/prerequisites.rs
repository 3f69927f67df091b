//! `PREREQUISITES.md`: what has to exist before a tree is applied, written for the person who applies it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::Serialize;

use crate::object::{Checked, Object, ObjectSet};
use crate::plan::Plan;
use crate::plan::attachments::AttachmentsPlan;
use crate::plan::cache::{CachePlan, ManagedCachePlan};
use crate::plan::database::{DatabasePlan, TierPlan};
use crate::plan::memos::{AuthorityPlan, Readiness};
use crate::plan::pooler::PoolerKind;
use crate::plan::secrets::{Encoding, Part, SecretOrigin, SecretPlan, SecretsPlan};
use crate::validate::ValidatedSpec;

const TEMPLATE: &str = include_str!("prerequisites.md.jinja");

/// Who defines a group of custom resources.
const OWNERS: [(&str, &str); 15] = [
    ("gateway.networking.k8s.io", "the Gateway API, version 1.4 or later, with a controller for the class"),
    ("cert-manager.io", "cert-manager"),
    ("external-secrets.io", "the External Secrets Operator, 0.17 or later"),
    ("postgresql.cnpg.io", "CloudNativePG, 1.26 or later"),
    ("networking.gke.io", "GKE"),
    ("cloud.google.com", "GKE"),
    ("gateway.k8s.aws", "the AWS Load Balancer Controller, version 3"),
    ("elbv2.k8s.aws", "the AWS Load Balancer Controller"),
    ("eks.amazonaws.com", "EKS Auto Mode"),
    ("alb.networking.azure.io", "Application Gateway for Containers"),
    ("gateway.envoyproxy.io", "Envoy Gateway"),
    ("traefik.io", "Traefik"),
    ("monitoring.coreos.com", "the Prometheus Operator"),
    ("snapshot.storage.k8s.io", "the snapshot controller"),
    ("keda.sh", "KEDA"),
];

#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    namespace: &'a str,
    profile: &'a str,
    placeholders: Vec<PlaceholderRow<'a>>,
    origin: &'static str,
    store: String,
    secrets: Vec<SecretRow>,
    objects: Vec<String>,
    definitions: BTreeSet<Definition>,
    services: Vec<String>,
    cluster: Vec<String>,
    first_start: Vec<String>,
}

#[derive(Serialize)]
struct PlaceholderRow<'a> {
    path: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct SecretRow {
    name: String,
    remote: String,
    properties: Vec<&'static str>,
    keys: Vec<KeyRow>,
}

#[derive(Serialize)]
struct KeyRow {
    key: String,
    meaning: &'static str,
    optional: bool,
    shape: String,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Definition {
    kind: String,
    api_version: String,
    owner: &'static str,
}

/// The document for a plan and its objects.
pub fn markdown(validated: &ValidatedSpec, plan: &Plan, objects: &ObjectSet<Checked>) -> String {
    let objects = objects.objects();
    let (origin, store, prefix) = match &plan.secrets.origin {
        SecretOrigin::Existing => ("existing", String::new(), ""),
        SecretOrigin::Local => ("local", String::new(), ""),
        SecretOrigin::External(external) => ("external", external.store.name.to_string(), external.prefix.as_str()),
    };
    let secrets: Vec<SecretRow> = plan.secrets.expected.iter().map(|secret| secret_row(secret, prefix)).collect();
    let page = Page {
        name: &plan.names.installation,
        namespace: &plan.names.namespace,
        profile: validated.profile(),
        placeholders: validated
            .placeholders()
            .iter()
            .map(|found| PlaceholderRow { path: &found.path, value: &found.value })
            .collect(),
        origin,
        store,
        secrets,
        objects: made_by_others(plan),
        definitions: definitions(objects),
        services: services(plan),
        cluster: cluster(plan, objects),
        first_start: first_start(plan),
    };
    render(page).expect("the template is part of the program, and every golden compiles it")
}

/// The template, compiled once for all profiles of a run.
static ENVIRONMENT: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment
        .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
    environment.add_template("prerequisites", TEMPLATE)?;
    Ok(environment)
});

fn render(page: Page<'_>) -> Result<String, &'static minijinja::Error> {
    let environment = ENVIRONMENT.as_ref()?;
    let rendered = environment.get_template("prerequisites").and_then(|template| template.render(Serde(page)));
    Ok(rendered.expect("the template is part of the program, and every golden renders it"))
}

fn secret_row(secret: &SecretPlan, prefix: &str) -> SecretRow {
    let shape = |parts: &[Part]| -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.replace('\n', "\\n").replace('|', "\\|"),
            Part::Value(property, Encoding::Plain) => format!("<{property}>"),
            Part::Value(property, Encoding::Url) => format!("<{property}, percent-encoded>"),
            Part::Value(property, Encoding::Json) => format!("<{property}, as JSON>"),
            Part::Value(property, Encoding::Doubled) => format!("<{property}, each quote doubled>"),
            Part::Value(property, Encoding::Sha256) => format!("<SHA-256 of {property} in hexadecimal digits>"),
        };
        parts.iter().map(part).collect()
    };
    let row = |key: &crate::plan::secrets::KeyPlan| KeyRow {
        key: key.key.clone(),
        meaning: key.meaning,
        optional: key.optional,
        shape: shape(&key.content),
    };
    SecretRow {
        name: secret.name.clone(),
        remote: format!("{prefix}{}", secret.purpose),
        properties: SecretsPlan::properties(secret),
        keys: secret.keys.iter().map(row).collect(),
    }
}

/// Objects that are referred to, and that neither this tree nor a controller makes.
fn made_by_others(plan: &Plan) -> Vec<String> {
    let mut authorities: Vec<&AuthorityPlan> = plan.memos.authorities.iter().collect();
    if let Some(PoolerKind::Own(own)) = plan.pooler.as_ref().map(|pooler| &pooler.kind) {
        authorities.extend(own.authority.as_ref());
    }
    let made_by_operator = |name: &str| match &plan.database {
        DatabasePlan::Cluster(cluster) => name == format!("{}-ca", cluster.name),
        _ => false,
    };
    let row = |authority: &&AuthorityPlan| {
        let kind = if authority.secret { "Secret" } else { "ConfigMap" };
        let AuthorityPlan { name, key, .. } = authority;
        format!("{kind} `{name}`, key `{key}`: the certificate of the authority that signs the server's certificate")
    };
    let mut rows: BTreeSet<String> =
        authorities.iter().filter(|authority| !made_by_operator(&authority.name)).map(row).collect();
    rows.extend(
        plan.memos
            .secret_settings
            .iter()
            .filter(|file| !file.file.ends_with("-storage.json"))
            .map(|file| format!("Secret `{}`, key `{}`: becomes `/etc/secrets/{}`", file.secret, file.key, file.file)),
    );
    rows.into_iter().collect()
}

fn definitions(objects: &[Object]) -> BTreeSet<Definition> {
    let definition = |object: &Object| {
        let group = object.api_version.split_once('/')?.0;
        let (_, owner) = OWNERS.iter().find(|(owned, _)| *owned == group)?;
        Some(Definition { kind: object.kind.clone(), api_version: object.api_version.clone(), owner })
    };
    objects.iter().filter_map(definition).collect()
}

/// What to order of services that somebody else runs.
fn services(plan: &Plan) -> Vec<String> {
    let class = |class: Option<&str>| class.map_or_else(String::new, |class| format!(", such as `{class}`"));
    let mut rows = Vec::new();
    if let DatabasePlan::Managed(managed) = &plan.database {
        let TierPlan { cpu, memory, storage, class: name } = &managed.tier;
        let (processors, gibibytes) = (cpu / 1000, memory / 1024);
        rows.push(format!(
            "The database: {processors} processors, {gibibytes} GiB of memory and {storage} GB of storage{}; {} connections.",
            class(name.as_deref()),
            managed.max_connections
        ));
    }
    if let CachePlan::Managed(managed) = &plan.cache {
        let ManagedCachePlan { max_memory, class: name, max_clients, .. } = managed.as_ref();
        rows.push(format!("Redis: {max_memory} MiB for keys{}; {max_clients} connections.", class(*name)));
    }
    rows
}

fn cluster(plan: &Plan, objects: &[Object]) -> Vec<String> {
    let mut rows = vec![format!("Kubernetes 1.{} or later.", plan.kubernetes_minor)];
    if plan.memos.autoscaling.is_some() {
        rows.push("A metrics server, from which the autoscaler reads.".to_owned());
    }
    if !plan.policies.is_empty() {
        rows.push(
            "A network that enforces NetworkPolicies; on EKS it has to be switched on in the VPC CNI.".to_owned(),
        );
    }
    if let AttachmentsPlan::Claim(claim) = &plan.attachments {
        rows.push(match (&claim.made_class, &claim.class) {
            (Some(class), _) => format!("The storage driver `{}`, for the class `{}`.", class.provisioner, class.name),
            (None, Some(class)) => format!("The storage class `{class}`."),
            (None, None) => "A default storage class that offers what the claim asks for.".to_owned(),
        });
    }
    let classes = objects.iter().filter_map(|object| {
        let field = match object.kind.as_str() {
            "Gateway" => "/spec/gatewayClassName",
            "Ingress" => "/spec/ingressClassName",
            _ => return None,
        };
        Some(format!("The {}Class `{}`.", object.kind, object.value.pointer(field)?.as_str()?))
    });
    rows.extend(classes);
    rows
}

fn first_start(plan: &Plan) -> Vec<String> {
    let mut rows = Vec::new();
    let namespace = &plan.names.namespace;
    if let DatabasePlan::Managed(managed) = &plan.database {
        let (name, user) = (&managed.name, &managed.user);
        rows.push(format!(
            "The database `{name}` exists and belongs to `{user}` (`CREATE DATABASE {name} OWNER {user}`): since PostgreSQL 15 \
             nobody else may make tables in it."
        ));
    }
    let alone = plan.memos.autoscaling.as_ref().is_some_and(|(_, max, _)| *max < plan.scale.max);
    if plan.scale.max > 1 && !alone {
        rows.push(
            "On an empty database one process has to be alone, because Memos locks nothing while it makes its tables and its \
             key: build with `--set rollout.oneProcess=true`, apply, wait for the process, then build and apply as here."
                .to_owned(),
        );
    }
    rows.push("`kubectl apply --server-side -k .` applies this tree.".to_owned());
    if alone {
        rows.push(format!(
            "When `kubectl --namespace {namespace} rollout status deployment/{}` says that the one process is ready, build \
             without `rollout.oneProcess` and apply again.",
            plan.names.installation
        ));
    }
    match (plan.memos.readiness, &plan.memos.administrator_secret) {
        (_, Some(secret)) => {
            rows.push(format!("The first process makes the administrator from the Secret `{secret}`."))
        }
        (Readiness::Administrator, None) => rows.push(format!(
            "No pod gets traffic until an administrator exists. Make it through \
             `kubectl --namespace {namespace} port-forward deployment/{} 5230` and http://127.0.0.1:5230.",
            plan.names.installation
        )),
        _ => rows.push("The first account that anybody makes becomes administrator: make it at once.".to_owned()),
    }
    rows
}
