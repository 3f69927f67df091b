//! `PREREQUISITES.md`: what has to exist before a tree is applied, written for the person who applies it.

mod lost;
mod objects;
mod start;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::Serialize;

use crate::object::{Checked, Object, ObjectSet};
use crate::plan::Plan;
use crate::plan::cache::{CachePlan, ManagedCachePlan};
use crate::plan::database::{DatabasePlan, TierPlan};
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
    cloud: Vec<String>,
    first_start: Vec<String>,
    lost_node: Vec<String>,
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
    let built = objects.objects();
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
        objects: objects::made_by_others(validated.spec(), plan),
        definitions: definitions(validated, plan, built),
        services: services(plan),
        cluster: objects::cluster(validated.spec(), plan, built),
        cloud: objects::cloud(validated.spec(), plan),
        first_start: start::rows(plan),
        lost_node: lost::rows(plan),
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

/// What a key holds, in one line that a table can hold.
pub(crate) fn shape(parts: &[Part]) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.replace('\n', "\\n").replace('|', "\\|"),
        Part::Value(property, Encoding::Plain) => format!("<{property}>"),
        Part::Value(property, Encoding::Url) => format!("<{property}, percent-encoded>"),
        Part::Value(property, Encoding::Json) => format!("<{property}, as JSON>"),
        Part::Value(property, Encoding::Doubled) => format!("<{property}, each quote doubled>"),
        Part::Value(property, Encoding::Sha256) => format!("<SHA-256 of {property} in hexadecimal digits>"),
    };
    parts.iter().map(part).collect()
}

fn secret_row(secret: &SecretPlan, prefix: &str) -> SecretRow {
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

/// Kinds that others define: those of the built objects, and the issuers that they name.
fn definitions(validated: &ValidatedSpec, plan: &Plan, objects: &[Object]) -> BTreeSet<Definition> {
    let definition = |api_version: &str, kind: &str| {
        let group = api_version.split_once('/')?.0;
        let (_, owner) = OWNERS.iter().find(|(owned, _)| *owned == group)?;
        Some(Definition { kind: kind.to_owned(), api_version: api_version.to_owned(), owner })
    };
    let issuer = objects::issuer(validated.spec()).map(|manager| manager.issuer_kind.word());
    let of_redis = objects::certificate_of_redis(plan).map(|certificate| certificate.issuer_kind);
    let built = objects.iter().filter_map(|object| definition(&object.api_version, &object.kind));
    built.chain(issuer.into_iter().chain(of_redis).filter_map(|kind| definition("cert-manager.io/v1", kind))).collect()
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
