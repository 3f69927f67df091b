//! The Memos processes: environment, files, probes, shutdown.

mod connection;
mod environment;
pub(super) mod settings;

use std::collections::BTreeMap;

use super::attachments::AttachmentsPlan;
use super::cache::CachePlan;
use super::capability::{self, Capabilities};
use super::database::DatabasePlan;
use super::exposure::ExposurePlan;
use super::image;
use super::names::{Names, Role};
use super::pooler::PoolerPlan;
use super::scale::{Autoscaling, Scale, figure};
use super::secrets::SecretNamesPlan;
use super::sizing::{self, Figure};
use super::workload::{CloudSqlProxyPlan, ResourcePlan, Workload, identify, workload};
use crate::spec::Spec;
use crate::spec::database::CertificateAuthority;
use crate::spec::memos::Distribution;

/// The Memos processes.
#[derive(Debug, Clone, PartialEq)]
pub struct MemosPlan {
    /// The pods.
    pub workload: Workload,
    /// The value of `app.kubernetes.io/version`.
    pub version_label: String,
    /// What the image can do.
    pub capabilities: Capabilities,
    /// Processes, when the number is fixed; with autoscaling the autoscaler owns it.
    pub fixed_replicas: Option<u32>,
    /// Autoscaling with its bounds.
    pub autoscaling: Option<(u32, u32, Autoscaling)>,
    /// Whether the old process ends before the new one starts.
    pub recreate: bool,
    /// Processes beyond the wanted number during a rollout.
    pub surge: u32,
    /// Seconds without news after which a rollout has failed.
    pub progress_deadline_seconds: u32,
    /// Seconds from start to the first answer, migration included.
    pub startup_seconds: u32,
    /// Variables that are no secret, for a ConfigMap.
    pub environment: BTreeMap<String, String>,
    /// Variables that are no secret and stand in the pod itself: the port, because no ConfigMap may ever take it away, and
    /// those whose names make scanners of ConfigMaps think of keys and credentials.
    pub pod_environment: BTreeMap<String, String>,
    /// Variables from Secrets: name, Secret, key.
    pub secret_environment: Vec<SecretVariable>,
    /// Settings files that are no secret: name and text.
    pub settings: BTreeMap<String, String>,
    /// Settings files from Secrets.
    pub secret_settings: Vec<SecretFile>,
    /// Where the image keeps its data.
    pub data_directory: &'static str,
    /// The Secret with the whole connection string under `dsn`, read as a file.
    pub dsn_secret: Option<String>,
    /// Authorities to trust beyond those of the image.
    pub authorities: Vec<AuthorityPlan>,
    /// When a pod gets traffic.
    pub readiness: Readiness,
    /// The Secret with the first administrator, when it is made by the first process.
    pub administrator_secret: Option<String>,
    /// The proxy beside Memos, when no pooler stands between.
    pub proxy: Option<CloudSqlProxyPlan>,
}

/// A variable from a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretVariable {
    /// The variable.
    pub name: String,
    /// The Secret.
    pub secret: String,
    /// The key.
    pub key: String,
    /// Whether the pod starts without it.
    pub optional: bool,
}

/// A file from a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFile {
    /// The Secret.
    pub secret: String,
    /// The key.
    pub key: String,
    /// The file's name.
    pub file: String,
}

/// The certificate of an authority, mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityPlan {
    /// A Secret, not a ConfigMap.
    pub secret: bool,
    /// The object.
    pub name: String,
    /// The key in it.
    pub key: String,
    /// The directory; the file in it is `ca.crt`.
    pub directory: &'static str,
}

impl AuthorityPlan {
    /// None when the image's own authorities are meant.
    pub(super) fn of(ca: &CertificateAuthority, directory: &'static str) -> Option<Self> {
        let (secret, object) = match ca {
            CertificateAuthority::System => return None,
            CertificateAuthority::ConfigMap(object) => (false, object),
            CertificateAuthority::Secret(object) => (true, object),
        };
        Some(Self { secret, name: object.name.to_string(), key: object.key.to_string(), directory })
    }

    /// The file's path.
    pub fn path(&self) -> String {
        format!("{}/ca.crt", self.directory)
    }
}

/// When a pod gets traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// When the process answers.
    Process,
    /// When the database answers through it.
    Database,
    /// When the database answers and an administrator exists.
    Administrator,
}

/// What the decision rests on.
pub(super) struct Inputs<'a> {
    pub(super) spec: &'a Spec,
    pub(super) names: &'a Names,
    pub(super) scale: &'a Scale,
    pub(super) secrets: &'a SecretNamesPlan,
    pub(super) exposure: &'a ExposurePlan,
    pub(super) attachments: &'a AttachmentsPlan,
    pub(super) database: &'a DatabasePlan,
    pub(super) pooler: Option<&'a PoolerPlan>,
    pub(super) cache: &'a CachePlan,
}

/// Seconds that Memos itself waits for requests in flight (`server.go` of Memos, all releases since 0.18).
pub const SHUTDOWN_SECONDS: u32 = 10;

/// Seconds beyond Memos' own, for the signal to arrive and the process to be reaped.
const SHUTDOWN_MARGIN_SECONDS: u32 = 10;

/// Decides the Memos processes.
pub(super) fn decide(inputs: &Inputs<'_>, figures: &mut Vec<Figure>) -> MemosPlan {
    let Inputs { spec, names: _, scale, secrets, exposure, attachments: _, database, pooler, cache } = inputs;
    let capabilities = capability::of(spec);
    let mut authorities = Vec::new();
    let connection = connection::connection(inputs, &mut authorities);
    authorities.extend(cache.client().and_then(|client| client.authority.clone()));
    let resources = resources(inputs, figures);
    let memory = resources.memory_limit.to_mebibytes();
    let mut workload = workload(spec, Role::Memos, image::memos(spec), resources, scale.max);
    workload.pre_stop_seconds = spec.availability.pre_stop_seconds.unwrap_or(exposure.pre_stop_seconds);
    workload.grace_seconds = spec
        .availability
        .termination_grace_period_seconds
        .unwrap_or(workload.pre_stop_seconds + SHUTDOWN_SECONDS + SHUTDOWN_MARGIN_SECONDS);
    let proxy = match (database, pooler) {
        (DatabasePlan::Managed(plan), None) => plan.proxy.clone(),
        _ => None,
    };
    if proxy.is_some() {
        identify(spec, &mut workload);
    }
    let mut environment = environment::environment(inputs, capabilities, memory, &authorities, figures);
    environment.extend(connection.environment);
    let (pod_environment, environment) =
        environment.into_iter().partition(|(name, _)| environment::stands_in_pod(name));
    let mut secret_environment = connection.secrets;
    secret_environment.extend(environment::cache_secret(cache));
    secret_environment.extend(environment::ai_secrets(spec, secrets));
    MemosPlan {
        version_label: version_label(spec),
        capabilities,
        fixed_replicas: scale.autoscaling.is_none().then_some(scale.min),
        autoscaling: scale.autoscaling.clone().map(|autoscaling| (scale.min, scale.max, autoscaling)),
        recreate: recreate(spec, scale),
        surge: scale.surge,
        progress_deadline_seconds: spec.rollout.progress_deadline_seconds,
        startup_seconds: spec.rollout.startup_seconds,
        environment,
        pod_environment,
        secret_environment,
        settings: settings::settings(inputs, capabilities),
        secret_settings: settings::secret_settings(inputs, capabilities),
        data_directory: data_directory(spec.memos.distribution),
        dsn_secret: connection.dsn_secret,
        authorities,
        readiness: readiness(spec),
        administrator_secret: spec.rollout.create_administrator.then(|| secrets.administrator.clone()),
        proxy,
        workload,
    }
}

/// The label of a version: the fork's releases are not Memos'.
fn version_label(spec: &Spec) -> String {
    match spec.memos.distribution {
        Distribution::Memos => spec.memos.version.to_string(),
        Distribution::Divinesense => image::memos(spec).tag.unwrap_or_else(|| "divinesense".to_owned()),
    }
}

fn data_directory(distribution: Distribution) -> &'static str {
    match distribution {
        Distribution::Memos => "/var/opt/memos",
        Distribution::Divinesense => "/var/opt/divinesense",
    }
}

fn readiness(spec: &Spec) -> Readiness {
    match (spec.rollout.hold_until_administrator, spec.availability.readiness_checks_database) {
        (true, _) => Readiness::Administrator,
        (false, true) => Readiness::Database,
        (false, false) => Readiness::Process,
    }
}

/// One process is replaced, never doubled; several are, when two releases cannot share one schema.
fn recreate(spec: &Spec, scale: &Scale) -> bool {
    let mixes =
        spec.rollout.from_version.as_ref().is_none_or(|from| can_mix(from.numbers(), spec.memos.version.numbers()));
    scale.max == 1 || !mixes
}

/// Whether two releases may run side by side on one database.
/// Seen: 0.29 beside 0.30 works; 0.30 beside 0.31 answers lists with 500 while every probe is green. Others were not run.
pub fn can_mix(a: (u32, u32, u32), b: (u32, u32, u32)) -> bool {
    let minors = |x: (u32, u32, u32)| (x.0, x.1);
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    minors(low) == minors(high) || (minors(low) == (0, 29) && minors(high) == (0, 30))
}

fn resources(inputs: &Inputs<'_>, figures: &mut Vec<Figure>) -> ResourcePlan {
    let Inputs { spec, scale, attachments, .. } = inputs;
    let numbers = scale
        .inputs()
        .with("requestsPerSecond", scale.requests_per_second)
        .with("replicas", scale.min)
        .with("concurrentUploads", spec.memos.concurrent_uploads)
        .with("uploadSizeLimitMb", spec.memos.upload_size_limit_mb);
    let source = "measured: 100 lists a second cost 0.30 to 0.53 of a core";
    let cpu = figure(figures, "memos.cpuRequest", None, &sizing::memos_cpu_request(), &numbers, "m", source);
    let numbers = numbers.with("cpuRequest", cpu);
    let source = "four times the request, a whole core for uploads";
    let cpu_limit = figure(figures, "memos.cpuLimit", None, &sizing::memos_cpu_limit(), &numbers, "m", source);
    let source = "measured: 40 MiB idle, 122 under 500 requests at once";
    let memory = figure(figures, "memos.memoryRequest", None, &sizing::memos_memory_request(), &numbers, "Mi", source);
    let formula = match attachments {
        AttachmentsPlan::Database => sizing::memos_memory_limit_database(),
        _ => sizing::memos_memory_limit_local(),
    };
    let given = spec.components.memos.resources.limits.memory.as_ref().map(crate::spec::scalar::Quantity::to_mebibytes);
    let source = "measured: uploads of 29 MiB, one and five at a time";
    let memory_limit = figure(figures, "memos.memoryLimit", given, &formula, &numbers, "Mi", source);
    ResourcePlan::new((cpu, cpu_limit), (memory.min(memory_limit), memory_limit))
}

<<<<<<< HEAD
=======
fn environment(
    inputs: &Inputs<'_>,
    capabilities: Capabilities,
    memory: u64,
    authorities: &[AuthorityPlan],
    figures: &mut Vec<Figure>,
) -> BTreeMap<String, String> {
    let Inputs { spec, exposure, cache, .. } = inputs;
    let numbers = formula::Inputs::of(inputs.scale.size).with("memoryLimit", memory);
    let source = "measured: with it memory falls back after uploads, without it does not";
    let go_memory = figure(figures, "memos.goMemoryLimit", None, &sizing::go_memory_limit(), &numbers, "MiB", source);
    let mut variables = BTreeMap::new();
    let mut set = |name: &str, value: String| {
        variables.insert(name.to_owned(), value);
    };
    set("GOMEMLIMIT", format!("{go_memory}MiB"));
    set("MEMOS_DATA", data_directory(spec.memos.distribution).to_owned());
    // Given explicitly, because a Service named `memos` would otherwise put its own address into this variable.
    set("MEMOS_PORT", Role::Memos.port().to_string());
    set("TZ", spec.memos.time_zone.clone());
    if capabilities.log_level {
        set("MEMOS_LOG_LEVEL", spec.memos.log_level.word().to_owned());
    }
    if let Some(url) = instance_url(spec, exposure, capabilities) {
        set("MEMOS_INSTANCE_URL", url);
    }
    if let Some(client) = cache.client().filter(|_| capabilities.shared_cache) {
        let settings = &client.settings;
        if client.secret.is_none() {
            set("MEMOS_REDIS_URL", client.url());
        }
        set("MEMOS_REDIS_POOL_SIZE", client.pool_size.to_string());
        set("MEMOS_REDIS_DIAL_TIMEOUT", settings.dial_timeout.to_string());
        set("MEMOS_REDIS_READ_TIMEOUT", settings.read_timeout.to_string());
        set("MEMOS_REDIS_WRITE_TIMEOUT", settings.write_timeout.to_string());
        set("MEMOS_REDIS_KEY_PREFIX", settings.key_prefix.to_string());
        // Go reads authorities from these directories only; the image's own have to be named with ours.
        if let Some(authority) = client.authority.as_ref().filter(|authority| authorities.contains(authority)) {
            set("SSL_CERT_DIR", format!("/etc/ssl/certs:{}", authority.directory));
        }
    }
    if spec.memos.distribution == Distribution::Divinesense {
        ai_environment(spec, &mut set);
    }
    variables
}

/// The address people use. On 0.30 a URL means that anybody may read, so a private instance gets none.
fn instance_url(spec: &Spec, exposure: &ExposurePlan, capabilities: Capabilities) -> Option<String> {
    if capabilities.url_means_public && spec.memos.access != Some(Access::Public) {
        return spec.memos.instance_url.as_ref().filter(|_| spec.memos.access.is_none()).map(ToString::to_string);
    }
    let scheme = if exposure.https { "https" } else { "http" };
    let derived = || exposure.host.as_ref().map(|host| format!("{scheme}://{host}"));
    spec.memos.instance_url.as_ref().map(ToString::to_string).or_else(derived)
}

fn ai_environment(spec: &Spec, set: &mut impl FnMut(&str, String)) {
    use crate::spec::memos::LlmProvider;
    let Some(ai) = &spec.memos.ai else { return };
    set("DIVINESENSE_AI_ENABLED", "true".to_owned());
    let (provider, variable) = match ai.llm_provider {
        LlmProvider::Deepseek => ("deepseek", "DIVINESENSE_AI_DEEPSEEK_BASE_URL"),
        LlmProvider::Openai => ("openai", "DIVINESENSE_AI_OPENAI_BASE_URL"),
        LlmProvider::Ollama => ("ollama", "DIVINESENSE_AI_OLLAMA_BASE_URL"),
    };
    set("DIVINESENSE_AI_LLM_PROVIDER", provider.to_owned());
    let optional =
        [("DIVINESENSE_AI_LLM_MODEL", &ai.llm_model), ("DIVINESENSE_AI_EMBEDDING_MODEL", &ai.embedding_model)];
    for (name, value) in optional {
        if let Some(value) = value {
            set(name, value.clone());
        }
    }
    if let Some(url) = &ai.base_url {
        set(variable, url.to_string());
    }
}

/// API keys: only the `DIVINESENSE_` names work, the fork's fall-back to `MEMOS_` is broken.
const AI_KEYS: [&str; 3] =
    ["DIVINESENSE_AI_DEEPSEEK_API_KEY", "DIVINESENSE_AI_OPENAI_API_KEY", "DIVINESENSE_AI_SILICONFLOW_API_KEY"];

fn ai_secrets(spec: &Spec, secrets: &SecretNamesPlan) -> Vec<SecretVariable> {
    if spec.memos.distribution != Distribution::Divinesense || spec.memos.ai.is_none() {
        return Vec::new();
    }
    let variable = |name: &&str| SecretVariable {
        name: (*name).to_owned(),
        secret: secrets.ai.clone(),
        key: (*name).to_owned(),
        optional: true,
    };
    AI_KEYS.iter().map(variable).collect()
}

fn cache_secret(cache: &CachePlan) -> Option<SecretVariable> {
    let secret = cache.client()?.secret.clone()?;
    let name = "MEMOS_REDIS_URL".to_owned();
    Some(SecretVariable { name, secret, key: "url".to_owned(), optional: false })
}

/// How Memos connects to its database.
#[derive(Default)]
struct Connection {
    environment: BTreeMap<String, String>,
    secrets: Vec<SecretVariable>,
    dsn_secret: Option<String>,
}

fn connection(inputs: &Inputs<'_>, authorities: &mut Vec<AuthorityPlan>) -> Connection {
    let Inputs { names, secrets, database, pooler, .. } = inputs;
    let driver = |name: &str| BTreeMap::from([("MEMOS_DRIVER".to_owned(), name.to_owned())]);
    let password = |secret: &str| {
        let name = "PGPASSWORD".to_owned();
        vec![SecretVariable { name, secret: secret.to_owned(), key: "password".to_owned(), optional: false }]
    };
    let postgres = |target: &Target<'_>, secret: Option<&str>| {
        let mut environment = driver("postgres");
        environment.insert("MEMOS_DSN".to_owned(), dsn(target));
        Connection { environment, secrets: secret.map(password).unwrap_or_default(), dsn_secret: None }
    };
    let (name, user) = database.name_and_user();
    let mut target =
        Target { host: String::new(), port: 5432, name, user, tls: TlsMode::Disable, ca: None, pooled: false };
    if let Some(pooler) = pooler {
        target.host.clone_from(&pooler.name);
        target.pooled = pooler.mode == PoolMode::Transaction;
        if let PoolerKind::Operator { cluster } = &pooler.kind {
            // The operator's PgBouncer shows the cluster's own certificate, which does not name the pooler.
            target.tls = TlsMode::VerifyCa;
            target.ca = Some(cluster_authority(cluster, authorities));
            return postgres(&target, Some(&format!("{cluster}-app")));
        }
        target.port = Role::Pooler.port();
        return postgres(&target, Some(&secrets.database));
    }
    match database {
        DatabasePlan::Sqlite(_) => Connection { environment: driver("sqlite"), ..Connection::default() },
        DatabasePlan::Postgres(_) => {
            target.host = names.component(Role::Postgres);
            postgres(&target, Some(&secrets.database))
        }
        DatabasePlan::Cluster(cluster) => {
            target.host = format!("{}-rw", cluster.name);
            target.tls = TlsMode::VerifyFull;
            target.ca = Some(cluster_authority(&cluster.name, authorities));
            postgres(&target, Some(&format!("{}-app", cluster.name)))
        }
        DatabasePlan::Managed(plan) => managed(plan, target, secrets, authorities, &driver, &postgres),
    }
}

fn managed<'a>(
    plan: &'a ManagedPlan,
    mut target: Target<'a>,
    secrets: &SecretNamesPlan,
    authorities: &mut Vec<AuthorityPlan>,
    driver: &impl Fn(&str) -> BTreeMap<String, String>,
    postgres: &impl Fn(&Target<'_>, Option<&str>) -> Connection,
) -> Connection {
    let authority = AuthorityPlan::of(&plan.ca, "/etc/memos-ca/database");
    authorities.extend(authority.clone());
    let engine = match plan.engine {
        Engine::Postgres => "postgres",
        Engine::Mysql => "mysql",
    };
    // Memos' MySQL driver takes its password from the connection string only.
    if plan.engine == Engine::Mysql || plan.credentials == Credentials::DsnFile {
        return Connection {
            environment: driver(engine),
            secrets: Vec::new(),
            dsn_secret: Some(secrets.database.clone()),
        };
    }
    target.host.clone_from(&plan.host);
    target.port = plan.port;
    target.tls = plan.tls;
    target.ca = authority.map(|authority| authority.path());
    let without_password = plan.proxy.as_ref().is_some_and(|proxy| proxy.iam_login);
    postgres(&target, (!without_password).then_some(secrets.database.as_str()))
}

/// Makes the cluster's own authority trusted, and gives its path.
fn cluster_authority(cluster: &str, authorities: &mut Vec<AuthorityPlan>) -> String {
    let authority = AuthorityPlan {
        secret: true,
        name: format!("{cluster}-ca"),
        key: "ca.crt".to_owned(),
        directory: "/etc/memos-ca/database",
    };
    let path = authority.path();
    authorities.push(authority);
    path
}

/// A PostgreSQL as Memos sees it.
struct Target<'a> {
    host: String,
    port: u16,
    name: &'a str,
    user: &'a str,
    tls: TlsMode,
    ca: Option<String>,
    pooled: bool,
}

/// The connection string without a password. `connect_timeout`, because Memos hangs at start on a server that accepts and
/// does not answer; `binary_parameters`, because without it most calls fail through a pooler in transaction mode.
fn dsn(target: &Target<'_>) -> String {
    let Target { host, port, name, user, tls, ca, pooled } = target;
    let mut dsn = format!("host={host} port={port} user={user} dbname={name} sslmode={}", tls.word());
    let checks = matches!(tls, TlsMode::VerifyCa | TlsMode::VerifyFull);
    if checks {
        dsn += &format!(" sslrootcert={}", ca.as_deref().unwrap_or("system"));
    }
    dsn += " connect_timeout=5 application_name=memos";
    if *pooled {
        dsn += " binary_parameters=yes";
    }
    dsn
}

/// Settings files that are no secret. The STORAGE form is the one that every release since 0.30 reads.
fn settings(inputs: &Inputs<'_>, capabilities: Capabilities) -> BTreeMap<String, String> {
    let Inputs { spec, attachments, .. } = inputs;
    let mut files = BTreeMap::new();
    if !capabilities.settings_files {
        return files;
    }
    let mut add = |label: &str, value: serde_json::Value| {
        files.insert(format!("memos-instance-setting-{label}.json"), format!("{value}\n"));
    };
    if !spec.memos.allow_sign_up {
        add("general", serde_json::json!({"key": "GENERAL", "generalSetting": {"disallowUserRegistration": true}}));
    }
    let kind = match attachments {
        AttachmentsPlan::Claim(_) | AttachmentsPlan::WithDatabase => Some("LOCAL"),
        AttachmentsPlan::Database => Some("DATABASE"),
        AttachmentsPlan::Bucket(_) => None,
    };
    if let Some(kind) = kind {
        add("storage", serde_json::json!({"key": "STORAGE", "storageSetting": storage_setting(spec, kind)}));
    }
    if let Some(access) = spec.memos.access.filter(|_| capabilities.access_setting) {
        let mode = match access {
            Access::Private => "INSTANCE_ACCESS_MODE_PRIVATE",
            Access::Public => "INSTANCE_ACCESS_MODE_PUBLIC",
        };
        add("access", serde_json::json!({"key": "ACCESS", "accessSetting": {"accessMode": mode}}));
    }
    files
}

/// What all forms of storage have in common.
pub(super) fn storage_setting(spec: &Spec, kind: &str) -> serde_json::Value {
    serde_json::json!({
        "storageType": kind,
        "filepathTemplate": "assets/{timestamp}_{uuid}_{filename}",
        "uploadSizeLimitMb": spec.memos.upload_size_limit_mb.to_string(),
    })
}

/// Settings files from Secrets: the bucket's keys, sign-in by other systems, and the user's own.
fn secret_settings(inputs: &Inputs<'_>, capabilities: Capabilities) -> Vec<SecretFile> {
    let Inputs { spec, attachments, secrets, .. } = inputs;
    if !capabilities.settings_files {
        return Vec::new();
    }
    let mut files = Vec::new();
    if matches!(attachments, AttachmentsPlan::Bucket(_)) {
        let file = "memos-instance-setting-storage.json".to_owned();
        files.push(SecretFile { secret: secrets.storage.clone(), key: file.clone(), file });
    }
    let from = |prefix: &str, SettingsFile { label, secret, key }: &SettingsFile| SecretFile {
        secret: secret.to_string(),
        key: key.to_string(),
        file: format!("{prefix}-{label}.json"),
    };
    files.extend(spec.memos.identity_providers.iter().map(|file| from("memos-idp", file)));
    files.extend(spec.memos.settings.iter().map(|file| from("memos-instance-setting", file)));
    files
}

>>>>>>> real
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_mix_only_where_they_were_seen_to() {
        for (a, b, mixes) in [
            ((0, 30, 0), (0, 30, 1), true),
            ((0, 29, 1), (0, 30, 0), true),
            ((0, 30, 0), (0, 29, 1), true),
            ((0, 30, 0), (0, 31, 0), false),
            ((0, 28, 0), (0, 30, 0), false),
        ] {
            assert_eq!(can_mix(a, b), mixes, "{a:?} {b:?}");
        }
    }
}
