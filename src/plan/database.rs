//! Where notes are kept, and how the database is sized.

use super::image;
use super::names::{Names, Role};
use super::scale::{Scale, figure};
use super::secrets::SecretNamesPlan;
use super::sizing::{self, Figure};
use super::workload::{CloudSqlProxyPlan, ResourcePlan, Workload, cloud_sql_proxy, workload};
use crate::spec::Spec;
use crate::spec::database::{
    CertificateAuthority, Cluster, Credentials, Database, Engine, ManagedDatabase, Postgres, TlsMode,
};
use crate::spec::scalar::Quantity;
use crate::spec::storage::Volume;

/// Where notes are kept.
#[derive(Debug, Clone, PartialEq)]
pub enum DatabasePlan {
    /// A file on a claim.
    Sqlite(VolumePlan),
    /// One PostgreSQL of ours.
    Postgres(PostgresPlan),
    /// Instances of CloudNativePG.
    Cluster(ClusterPlan),
    /// Somebody else's.
    Managed(ManagedPlan),
}

/// A volume.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumePlan {
    /// The claim's name.
    pub name: String,
    /// Its size.
    pub size: String,
    /// Its class; the cluster's default when none.
    pub class: Option<String>,
}

/// One PostgreSQL of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct PostgresPlan {
    /// The pod.
    pub workload: Workload,
    /// The headless Service that names the pod.
    pub service: String,
    /// The major version.
    pub version: u32,
    /// Parameters in the order they are given.
    pub parameters: Vec<(&'static str, String)>,
    /// The volume.
    pub volume: VolumePlan,
    /// Where the volume is mounted: the images of version 18 moved it.
    pub mount: &'static str,
    /// `PGDATA`.
    pub data: String,
    /// The Secret with `password` and `superuser-password`.
    pub secret: String,
    /// The ConfigMap with the script of the first start.
    pub scripts: String,
    /// Extensions to create.
    pub extensions: Vec<&'static str>,
    /// `max_connections`.
    pub max_connections: u32,
}

/// Instances of CloudNativePG.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterPlan {
    /// The Cluster's name.
    pub name: String,
    /// What an instance asks for; only resources and settings are used of it.
    pub workload: Workload,
    /// The major version.
    pub version: u32,
    /// Instances.
    pub instances: u32,
    /// Parameters.
    pub parameters: Vec<(&'static str, String)>,
    /// The volume of each instance.
    pub volume: VolumePlan,
    /// The write-ahead log's volume.
    pub wal_volume: Option<VolumePlan>,
    /// Extensions to create.
    pub extensions: Vec<&'static str>,
    /// The operator's namespace.
    pub operator_namespace: String,
    /// Addresses of the API server; any when empty.
    pub api_server: Vec<String>,
    /// `max_connections`.
    pub max_connections: u32,
}

/// What waits for a database that somebody connects to.
#[derive(Debug, Clone, PartialEq)]
pub struct DatabaseWaitPlan {
    /// Where it listens.
    pub host: String,
    /// At which port.
    pub port: u16,
    /// What it asks for and may use.
    pub resources: ResourcePlan,
}

impl DatabaseWaitPlan {
    pub(super) fn new(host: &str, port: u16) -> Self {
        Self { host: host.to_owned(), port, resources: ResourcePlan::of_waiting() }
    }
}

/// Somebody else's database.
#[derive(Debug, Clone, PartialEq)]
pub struct ManagedPlan {
    /// The engine.
    pub engine: Engine,
    /// Its address; the proxy's when there is one.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub name: String,
    /// The user.
    pub user: String,
    /// What is checked of its certificate; nothing behind the proxy, which does it better.
    pub tls: TlsMode,
    /// Who signs its certificate.
    pub ca: CertificateAuthority,
    /// Where it can be reached; anywhere when empty.
    pub networks: Vec<String>,
    /// How credentials come.
    pub credentials: Credentials,
    /// The proxy.
    pub proxy: Option<CloudSqlProxyPlan>,
    /// Whether somebody else's pooler answers at its address.
    pub behind_pooler: bool,
    /// What the server allows.
    pub max_connections: u32,
    /// What it keeps.
    pub reserved: u32,
    /// How large it should be.
    pub tier: TierPlan,
}

/// How large a managed server should be, of which nothing is emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierPlan {
    /// Thousandths of a processor.
    pub cpu: u64,
    /// Memory in MiB.
    pub memory: u64,
    /// Storage in GiB.
    pub storage: u64,
    /// The cloud's class, where one is known.
    pub class: Option<String>,
}

impl DatabasePlan {
    /// Connections that the server allows and keeps for others; none for SQLite.
    pub fn connections(&self) -> Option<(u32, u32)> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(plan) => Some((plan.max_connections, sizing::RESERVED_CONNECTIONS)),
            Self::Cluster(plan) => Some((plan.max_connections, sizing::RESERVED_CONNECTIONS)),
            Self::Managed(plan) => Some((plan.max_connections, plan.reserved)),
        }
    }

    /// The database and the user that owns it.
    pub fn name_and_user(&self) -> (&str, &str) {
        match self {
            Self::Managed(plan) => (&plan.name, &plan.user),
            _ => ("memos", "memos"),
        }
    }
}

/// Decides the database.
pub(super) fn decide(
    spec: &Spec,
    names: &Names,
    scale: &Scale,
    secrets: &SecretNamesPlan,
    figures: &mut Vec<Figure>,
) -> DatabasePlan {
    match &spec.database {
        Database::Sqlite(sqlite) => DatabasePlan::Sqlite(volume(names.suffixed("data"), &sqlite.storage)),
        Database::Postgres(postgres) => {
            DatabasePlan::Postgres(self::postgres(spec, names, scale, secrets, postgres, figures))
        }
        Database::Cluster(cluster) => DatabasePlan::Cluster(self::cluster(spec, names, scale, cluster, figures)),
        Database::Managed(managed) => DatabasePlan::Managed(self::managed(spec, scale, managed, figures)),
    }
}

/// GiB of a volume whose size follows from nothing.
pub(super) const VOLUME: u64 = 10;

pub(super) fn volume(name: String, volume: &Volume) -> VolumePlan {
    sized(name, volume, VOLUME)
}

pub(super) fn sized(name: String, volume: &Volume, gibibytes: u64) -> VolumePlan {
    let class = volume.storage_class.as_ref().map(ToString::to_string);
    let size = volume.size.clone().unwrap_or_else(|| Quantity::mebibytes(gibibytes * 1024));
    VolumePlan { name, size: size.to_string(), class }
}

/// The volume of a PostgreSQL in the cluster.
fn data_volume(volume: &Volume, scale: &Scale, figures: &mut Vec<Figure>) -> VolumePlan {
    let given = volume.size.as_ref().map(|size| size.to_mebibytes().div_ceil(1024));
    sized("data".to_owned(), volume, storage(given, scale, figures))
}

fn storage(given: Option<u64>, scale: &Scale, figures: &mut Vec<Figure>) -> u64 {
    let formula = sizing::postgres_storage();
    figure(figures, "database.storage", given, &formula, &scale.inputs(), "Gi", "seed 000, PostgreSQL Sizing")
}

fn extensions(spec: &Spec) -> Vec<&'static str> {
    match spec.memos.distribution {
        crate::spec::memos::Distribution::Memos => Vec::new(),
        crate::spec::memos::Distribution::Divinesense => vec!["vector"],
    }
}

/// Memory and connections of a PostgreSQL that we size, with the parameters that follow.
struct ServerSize {
    resources: ResourcePlan,
    parameters: Vec<(&'static str, String)>,
    max_connections: u32,
}

fn server_size(scale: &Scale, memory: Option<u64>, connections: Option<u32>, figures: &mut Vec<Figure>) -> ServerSize {
    let inputs = scale.inputs();
    let seed = "seed 000, PostgreSQL Sizing";
    let memory = figure(figures, "database.memory", memory, &sizing::postgres_memory(), &inputs, "Mi", seed);
    let inputs = inputs
        .with("replicasMax", scale.max)
        .with("surge", scale.surge)
        .with("reserved", sizing::RESERVED_CONNECTIONS)
        .with("memory", memory);
    let connections = figure(
        figures,
        "database.maxConnections",
        connections.map(u64::from),
        &sizing::max_connections(),
        &inputs,
        "",
        "seed 000, Connection Pool Sizing",
    );
    let inputs = inputs.with("maxConnections", connections);
    let seed = "seed 002, memory parameters of PostgreSQL";
    let mut megabytes = |path, formula| format!("{}MB", figure(figures, path, None, &formula, &inputs, "MB", seed));
    let parameters = vec![
        ("max_connections", connections.to_string()),
        ("shared_buffers", megabytes("database.sharedBuffers", sizing::shared_buffers())),
        ("effective_cache_size", megabytes("database.effectiveCacheSize", sizing::effective_cache_size())),
        ("maintenance_work_mem", megabytes("database.maintenanceWorkMem", sizing::maintenance_work_mem())),
        ("work_mem", megabytes("database.workMem", sizing::work_mem())),
        ("random_page_cost", "1.1".to_owned()),
    ];
    let seed = "seed 000, PostgreSQL Sizing; half a core for each gibibyte";
    let cpu_limit = figure(figures, "database.cpuLimit", None, &sizing::postgres_cpu_limit(), &inputs, "m", seed);
    let inputs = inputs.with("cpuLimit", cpu_limit);
    let source = "a quarter of what it may use";
    let cpu = figure(figures, "database.cpuRequest", None, &sizing::postgres_cpu_request(), &inputs, "m", source);
    let resources = ResourcePlan::new((cpu, cpu_limit), (memory, memory));
    let max_connections = u32::try_from(connections).unwrap_or(u32::MAX);
    ServerSize { resources, parameters, max_connections }
}

fn postgres(
    spec: &Spec,
    names: &Names,
    scale: &Scale,
    secrets: &SecretNamesPlan,
    postgres: &Postgres,
    figures: &mut Vec<Figure>,
) -> PostgresPlan {
    let memory = postgres.memory.as_ref().map(Quantity::to_mebibytes);
    let size = server_size(scale, memory, postgres.max_connections, figures);
    let image =
        spec.images.postgres.clone().unwrap_or_else(|| image::postgres(spec.memos.distribution, postgres.version));
    let mut workload = workload(spec, Role::Postgres, image, size.resources, 1);
    // A fast shutdown writes a checkpoint first; a minute covers gigabytes of dirty buffers.
    workload.grace_seconds = 120;
    let moved = postgres.version >= 18;
    let (mount, data) = if moved {
        ("/var/lib/postgresql", format!("/var/lib/postgresql/{}/docker", postgres.version))
    } else {
        ("/var/lib/postgresql/data", "/var/lib/postgresql/data/pgdata".to_owned())
    };
    PostgresPlan {
        workload,
        service: names.component(Role::Postgres),
        version: postgres.version,
        parameters: size.parameters,
        volume: data_volume(&postgres.storage, scale, figures),
        mount,
        data,
        secret: secrets.database.clone(),
        scripts: names.suffixed("postgres-scripts"),
        extensions: extensions(spec),
        max_connections: size.max_connections,
    }
}

fn cluster(spec: &Spec, names: &Names, scale: &Scale, cluster: &Cluster, figures: &mut Vec<Figure>) -> ClusterPlan {
    let memory = cluster.memory.as_ref().map(Quantity::to_mebibytes);
    let size = server_size(scale, memory, cluster.max_connections, figures);
    let image = spec.images.postgres.clone().unwrap_or_else(|| image::cluster(cluster.version));
    ClusterPlan {
        name: names.component(Role::Database),
        workload: workload(spec, Role::Database, image, size.resources, cluster.instances),
        version: cluster.version,
        instances: cluster.instances,
        parameters: size.parameters,
        volume: data_volume(&cluster.storage, scale, figures),
        wal_volume: cluster.wal_storage.as_ref().map(|wal| volume("wal".to_owned(), wal)),
        extensions: extensions(spec),
        operator_namespace: cluster.operator_namespace.to_string(),
        api_server: cluster.api_server.iter().map(ToString::to_string).collect(),
        max_connections: size.max_connections,
    }
}

fn managed(spec: &Spec, scale: &Scale, managed: &ManagedDatabase, figures: &mut Vec<Figure>) -> ManagedPlan {
    let default_port = match managed.engine {
        Engine::Postgres => 5432,
        Engine::Mysql => 3306,
    };
    let proxy = managed.cloud_sql_proxy.as_ref().map(|proxy| cloud_sql_proxy(spec, proxy, default_port));
    figures.push(Figure {
        path: "database.maxConnections",
        value: managed.max_connections.to_string(),
        formula: "given in the spec".to_owned(),
        inputs: String::new(),
        source: "what the managed server allows",
        derivation: None,
    });
    let tier = tier(spec, scale, managed.engine, figures);
    let host = match &proxy {
        Some(_) => "127.0.0.1".to_owned(),
        None => managed.host.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    ManagedPlan {
        engine: managed.engine,
        host,
        port: if proxy.is_some() { default_port } else { managed.port.unwrap_or(default_port) },
        name: managed.name.to_string(),
        user: managed.user.to_string(),
        tls: if proxy.is_some() { TlsMode::Disable } else { managed.tls.mode },
        ca: if proxy.is_some() { CertificateAuthority::System } else { managed.tls.ca.clone() },
        networks: managed.networks.iter().map(ToString::to_string).collect(),
        credentials: managed.credentials,
        proxy,
        behind_pooler: managed.is_behind_pooler(),
        max_connections: managed.max_connections,
        reserved: managed.reserved_connections,
        tier,
    }
}

/// How large a server to order. The guide's figures are PostgreSQL's; MySQL is taken like it.
fn tier(spec: &Spec, scale: &Scale, engine: Engine, figures: &mut Vec<Figure>) -> TierPlan {
    let inputs = scale.inputs();
    let seed = "seed 000, PostgreSQL Sizing";
    let cpu = figure(figures, "database.cpu", None, &sizing::postgres_cpu(), &inputs, "m", seed);
    let memory = figure(figures, "database.memory", None, &sizing::postgres_memory(), &inputs, "Mi", seed);
    let storage = storage(None, scale, figures);
    let class = sizing::database_class(spec.kubernetes.cloud, engine, cpu, memory);
    let inputs = format!("size {}, cpu {cpu}, memory {memory}", scale.size.word());
    if let Some(class) = &class {
        figures.push(Figure {
            path: "database.class",
            value: class.clone(),
            formula: "the smallest class of the cloud with that much".to_owned(),
            inputs,
            source: "the names of the cloud's own classes",
            derivation: None,
        });
    }
    TierPlan { cpu, memory, storage, class }
}
