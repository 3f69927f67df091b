//! The Memos processes: environment, files, probes, shutdown.

mod connection;
mod environment;
pub(super) mod settings;

use std::collections::BTreeMap;

pub(super) use connection::root_certificate;

use super::attachments::AttachmentsPlan;
use super::cache::{CachePlan, ClientPlan};
use super::capability::{self, AdministratorSign, Capabilities};
use super::database::{DatabasePlan, DatabaseWaitPlan};
use super::exposure::ExposurePlan;
use super::image;
use super::names::{Names, Role};
use super::pooler::PoolerPlan;
use super::scale::{Autoscaling, Scale, figure};
use super::secrets::SecretNamesPlan;
use super::sizing::{self, Figure};
use super::standby::StandbyPlan;
use super::workload::{CloudSqlProxyPlan, ResourcePlan, Workload, identify, workload};
use crate::spec::Spec;
use crate::spec::database::CertificateAuthority;
use crate::spec::memos::Distribution;
use crate::spec::scalar::ImageReference;

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
    /// Pods beyond the wanted number during a rollout.
    pub surge: u32,
    /// Pods that may be missing during a rollout.
    pub unavailable: u32,
    /// Seconds that a new pod has to be there before an old one goes.
    pub min_ready_seconds: u32,
    /// Seconds without news after which a rollout has failed.
    pub progress_deadline_seconds: u32,
    /// Seconds from start to the first answer, migration included.
    pub startup_seconds: u32,
    /// How often a process that starts may be found not to answer, migration included.
    pub startup_tries: u32,
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
    /// The first administrator, when it is made by the first process.
    pub administrator: Option<AdministratorPlan>,
    /// The proxy beside Memos, when no pooler stands between.
    pub proxy: Option<CloudSqlProxyPlan>,
    /// What waits for Redis before Memos starts.
    pub cache_wait: Option<CacheWaitPlan>,
    /// What waits for the database, or its pooler, before Memos starts.
    pub database_wait: Option<DatabaseWaitPlan>,
}

/// What waits for Redis.
#[derive(Debug, Clone, PartialEq)]
pub struct CacheWaitPlan {
    /// An image with redis-cli.
    pub image: ImageReference,
    /// What it asks for and may use.
    pub resources: ResourcePlan,
    /// How Memos reaches Redis.
    pub client: ClientPlan,
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

/// Where the authority of the database's certificate is mounted.
const DATABASE_DIRECTORY: &str = "/etc/memos-ca/database";

/// The volume with it.
const DATABASE_AUTHORITY: &str = "database-ca";

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
    /// The name of the volume.
    pub volume: &'static str,
}

impl AuthorityPlan {
    /// None when the image's own authorities are meant.
    pub(super) fn of(ca: &CertificateAuthority, directory: &'static str, volume: &'static str) -> Option<Self> {
        let (secret, object) = match ca {
            CertificateAuthority::System => return None,
            CertificateAuthority::ConfigMap(object) => (false, object),
            CertificateAuthority::Secret(object) => (true, object),
        };
        Some(Self { secret, name: object.name.to_string(), key: object.key.to_string(), directory, volume })
    }

    /// That of a database.
    pub(super) fn of_database(ca: &CertificateAuthority) -> Option<Self> {
        Self::of(ca, DATABASE_DIRECTORY, DATABASE_AUTHORITY)
    }

    /// That of a Cluster of CloudNativePG, which makes its own.
    pub(super) fn of_cluster(cluster: &str) -> Self {
        Self {
            secret: true,
            name: format!("{cluster}-ca"),
            key: "ca.crt".to_owned(),
            directory: DATABASE_DIRECTORY,
            volume: DATABASE_AUTHORITY,
        }
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
    /// When the database answers and an administrator exists, who is told in this way.
    Administrator(AdministratorSign),
}

/// The first administrator, made by a hook of the first process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministratorPlan {
    /// The Secret with the account.
    pub secret: String,
    /// How the installation tells whether somebody is administrator already.
    pub sign: AdministratorSign,
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
    pub(super) standby: Option<&'a StandbyPlan>,
}

/// Decides the Memos processes.
pub(super) fn decide(inputs: &Inputs<'_>, figures: &mut Vec<Figure>) -> MemosPlan {
    let Inputs { spec, names: _, scale, secrets, exposure, attachments: _, database, pooler, cache, standby } = inputs;
    let capabilities = capability::of(spec);
    let mut authorities = Vec::new();
    let connection = connection::connection(inputs, &mut authorities);
    authorities.extend(cache.client().and_then(|client| client.authority.clone()));
    let resources = resources(inputs, figures);
    let memory = resources.memory_limit.to_mebibytes();
    let mut workload = workload(spec, Role::Memos, image::memos(spec), resources, scale.pods);
    // With a standby it would only make the others wait: who asks is held by the proxies meanwhile.
    let given = spec.availability.pre_stop_seconds.filter(|_| standby.is_none()).map(u64::from);
    let decided = if standby.is_some() { 0 } else { i64::from(exposure.pre_stop_seconds) };
    let source = "until the edge has forgotten a process that stops";
    let served = figure(figures, "memos.preStopSeconds", given, &decided.into(), &scale.inputs(), "s", source);
    workload.pre_stop_seconds = u32::try_from(served).unwrap_or(u32::MAX);
    if let Some(standby) = standby {
        // Without proxies the pod that serves is the only one that is ready, and a budget would hold it for ever.
        workload.max_unavailable = standby.proxy.as_ref().map(|_| 1);
    }
    let numbers = scale.inputs().with("preStopSeconds", workload.pre_stop_seconds);
    let given = spec.availability.termination_grace_period_seconds.map(u64::from);
    let (formula, source) = match standby {
        None => (sizing::memos_grace_seconds(), "Memos' own ten seconds for requests in flight, and ten to be reaped"),
        Some(_) => (
            sizing::standby_grace_seconds(),
            "Memos' own ten seconds for requests in flight, ten to be reaped, and ten for the lease",
        ),
    };
    let grace = figure(figures, "memos.graceSeconds", given, &formula, &numbers, "s", source);
    workload.grace_seconds = u32::try_from(grace).unwrap_or(u32::MAX);
    let source = "ten seconds for requests in flight, and five for the signal to arrive and the process to be reaped";
    figure(figures, "memos.graceNeeded", None, &sizing::memos_grace_needed(), &numbers, "s", source);
    let numbers = scale.inputs().with("startupSeconds", spec.rollout.startup_seconds);
    let source = "one look each two seconds";
    let tries = figure(figures, "memos.startupTries", None, &sizing::memos_startup_tries(), &numbers, "", source);
    let proxy = match (database, pooler) {
        (DatabasePlan::Managed(plan), None) => plan.proxy.clone(),
        // The keeper goes past the pooler, and so past the proxy beside that.
        (DatabasePlan::Managed(plan), Some(_)) if standby.is_some() => plan.proxy.clone(),
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
        fixed_replicas: scale.autoscaling.is_none().then_some(scale.fewest_pods()),
        autoscaling: scale.autoscaling.clone().map(|autoscaling| match spec.rollout.one_process {
            true => (1, 1, autoscaling),
            false => (scale.min, scale.max, autoscaling),
        }),
        recreate: recreate(spec, scale),
        surge: rollout_pods(*standby, scale.surge).0,
        unavailable: rollout_pods(*standby, scale.surge).1,
        min_ready_seconds: standby.map_or(0, |standby| standby.min_ready_seconds),
        progress_deadline_seconds: spec.rollout.progress_deadline_seconds,
        startup_seconds: spec.rollout.startup_seconds,
        startup_tries: u32::try_from(tries).unwrap_or(u32::MAX),
        environment,
        pod_environment,
        secret_environment,
        settings: settings::settings(inputs, capabilities),
        secret_settings: settings::secret_settings(inputs, capabilities),
        data_directory: data_directory(spec.memos.distribution),
        dsn_secret: connection.dsn_secret,
        authorities,
        readiness: readiness(spec, capabilities),
        administrator: administrator(spec, secrets, capabilities),
        proxy,
        cache_wait: cache_wait(spec, cache, capabilities),
        // Who has the lease has asked the database.
        database_wait: connection.address.filter(|_| standby.is_none()),
        workload,
    }
}

/// An image that shares its cache looks for Redis at its start only, and without an answer keeps to itself for ever.
fn cache_wait(spec: &Spec, cache: &CachePlan, capabilities: Capabilities) -> Option<CacheWaitPlan> {
    let client = cache.client().filter(|_| capabilities.shared_cache)?.clone();
    let image = spec.images.redis.clone().unwrap_or_else(image::redis).through(spec.images.registry.as_deref());
    Some(CacheWaitPlan { image, resources: ResourcePlan::of_waiting(), client })
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

/// A release that does not say whether an administrator exists would never be ready if it had to wait for one.
pub(super) fn readiness(spec: &Spec, capabilities: Capabilities) -> Readiness {
    match (capabilities.administrator_sign, spec.availability.readiness_checks_database) {
        (Some(sign), _) if spec.rollout.hold_until_administrator => Readiness::Administrator(sign),
        (Some(_), true) => Readiness::Database,
        _ => Readiness::Process,
    }
}

fn administrator(spec: &Spec, secrets: &SecretNamesPlan, capabilities: Capabilities) -> Option<AdministratorPlan> {
    let sign = capabilities.administrator_sign.filter(|_| spec.rollout.create_administrator)?;
    Some(AdministratorPlan { secret: secrets.administrator.clone(), sign })
}

/// One process is replaced, never doubled; several are, when two releases cannot share one schema.
fn recreate(spec: &Spec, scale: &Scale) -> bool {
    let mixes =
        spec.rollout.from_version.as_ref().is_none_or(|from| can_mix(from.numbers(), spec.memos.version.numbers()));
    !scale.stands_by() && (scale.max == 1 || !mixes)
}

/// Pods beyond the wanted number during a rollout, and pods that may be missing. Without proxies the pod that serves is the only
/// one that is ready, so all are replaced at once, or the rollout would wait for a second one for ever.
fn rollout_pods(standby: Option<&StandbyPlan>, surge: u32) -> (u32, u32) {
    match standby {
        None => (surge, 0),
        Some(StandbyPlan { proxy: Some(_), .. }) => (1, 0),
        Some(StandbyPlan { proxy: None, pods, .. }) => (*pods, *pods),
    }
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
    let formula = match attachments {
        AttachmentsPlan::Database => sizing::memos_memory_limit_database(),
        _ => sizing::memos_memory_limit_local(),
    };
    let given = spec.components.memos.resources.limits.memory.as_ref().map(crate::spec::scalar::Quantity::to_mebibytes);
    let source = "measured: uploads of 29 MiB, one and five at a time";
    let memory_limit = figure(figures, "memos.memoryLimit", given, &formula, &numbers, "Mi", source);
    let numbers = numbers.with("memoryLimit", memory_limit);
    let source = "measured: 40 MiB idle, 122 under 500 requests at once; a quarter of the limit for uploads";
    let memory = figure(figures, "memos.memoryRequest", None, &sizing::memos_memory_request(), &numbers, "Mi", source);
    ResourcePlan::new((cpu, cpu_limit), (memory, memory_limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memos_waits_for_what_it_connects_to() {
        let waits = |spec: &str| {
            let plan = crate::check::sample::compile("production", spec).plan;
            let of = |wait: &DatabaseWaitPlan| format!("{}:{}", wait.host, wait.port);
            let pooler = plan.pooler.as_ref().and_then(|pooler| match &pooler.kind {
                crate::plan::pooler::PoolerKind::Own(own) => own.wait.as_ref().map(of),
                crate::plan::pooler::PoolerKind::Operator { .. } => None,
            });
            (plan.memos.database_wait.as_ref().map(of).unwrap_or_default(), pooler.unwrap_or_default())
        };
        for (spec, memos, pooler) in [
            ("database: {kind: postgres}", "memos-pooler:6432", "memos-postgres:5432"),
            ("database: {kind: postgres, pooler: {enabled: false}}", "memos-postgres:5432", ""),
            ("database: {kind: cluster}", "memos-pooler:5432", ""),
            ("database: {kind: cluster, pooler: {enabled: false}}", "memos-database-rw:5432", ""),
            ("database: {kind: managed, host: db.example.com, port: 5433}", "memos-pooler:6432", "db.example.com:5433"),
            ("database: {kind: managed, host: db.example.com, pooler: {enabled: false}}", "db.example.com:5432", ""),
            ("database: {kind: managed, host: db.example.com, credentials: dsnFile}", "", ""),
            ("database: {kind: managed, engine: mysql, host: db.example.com}", "", ""),
            ("database: {kind: managed, cloudSqlProxy: {instance: \"p:r:i\"}}", "memos-pooler:6432", ""),
            ("database: {kind: managed, cloudSqlProxy: {instance: \"p:r:i\"}, pooler: {enabled: false}}", "", ""),
            ("database: {kind: sqlite}", "", ""),
        ] {
            assert_eq!(waits(spec), (memos.to_owned(), pooler.to_owned()), "{spec}");
        }
    }

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
