//! The pooler: Memos opens a connection for every request in flight, so the bound is set outside it.

use super::database::{DatabasePlan, DatabaseWaitPlan};
use super::image;
use super::memos::AuthorityPlan;
use super::names::{Names, Role};
use super::scale::{Scale, figure};
use super::secrets::SecretNamesPlan;
use super::sizing::{self, Figure};
use super::workload::{CloudSqlProxyPlan, ResourcePlan, Workload, identify, workload};
use crate::spec::Spec;
use crate::spec::database::{CertificateAuthority, Credentials, Database, Engine, PoolMode, Pooler, TlsMode};

/// PgBouncer, ours or the operator's.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolerPlan {
    /// Its name, and its Service's.
    pub name: String,
    /// Poolers.
    pub replicas: u32,
    /// When a connection goes back.
    pub mode: PoolMode,
    /// Server connections of each.
    pub pool_size: u32,
    /// Clients of each.
    pub max_clients: u32,
    /// Server connections of all pools when they are full, a rollout and what is reserved included.
    pub connections: u64,
    /// The largest pool for which the database has enough connections.
    pub largest_pool: u64,
    /// Who runs it.
    pub kind: PoolerKind,
}

/// Who runs the pooler.
#[derive(Debug, Clone, PartialEq)]
pub enum PoolerKind {
    /// We do.
    Own(Box<OwnPooler>),
    /// CloudNativePG does, for this Cluster.
    Operator {
        /// The Cluster it belongs to.
        cluster: String,
        /// The pods, as far as the operator leaves them to us: everything but the image.
        workload: Box<Workload>,
    },
}

impl PoolerKind {
    /// The pods, whoever runs them.
    pub fn workload(&self) -> &Workload {
        match self {
            Self::Own(own) => &own.workload,
            Self::Operator { workload, .. } => workload,
        }
    }
}

/// A PgBouncer of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnPooler {
    /// The pods.
    pub workload: Workload,
    /// Where the database is, as seen from the pooler.
    pub host: String,
    /// The database's port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// What is checked of the database's certificate.
    pub tls: TlsMode,
    /// Who signs it.
    pub authority: Option<AuthorityPlan>,
    /// The Secret with `userlist.txt`.
    pub secret: String,
    /// The proxy beside it.
    pub proxy: Option<CloudSqlProxyPlan>,
    /// What waits for the database; nothing beside the proxy, which is there before.
    pub wait: Option<DatabaseWaitPlan>,
}

/// Poolers beyond the wanted number while they are replaced: the new one, and the old one that still ends.
pub const ROLLOUT_POOLERS: u32 = 2;

/// Decides whether there is a pooler, and how large its pools are.
pub(super) fn decide(
    spec: &Spec,
    names: &Names,
    scale: &Scale,
    database: &DatabasePlan,
    secrets: &SecretNamesPlan,
    figures: &mut Vec<Figure>,
) -> Option<PoolerPlan> {
    let pooler = wanted(spec, scale)?;
    let (max_connections, reserved) = database.connections()?;
    let inputs = scale
        .inputs()
        .with("maxConnections", max_connections)
        .with("reserved", reserved)
        .with("poolers", pooler.replicas)
        .with("surge", ROLLOUT_POOLERS);
    let given = pooler.pool_size.map(u64::from);
    let source = "the database's limit less what is reserved, shared by the poolers and two more during a rollout";
    let pool_size = figure(figures, "pooler.poolSize", given, &sizing::pool_size(), &inputs, "", source);
    let inputs = inputs.with("poolSize", pool_size);
    let source = "ten clients for each server connection";
    let clients = figure(figures, "pooler.maxClients", None, &sizing::max_client_connections(), &inputs, "", source);
    let source = "each pool full, also those of two poolers more in a rollout";
    let connections = figure(figures, "pooler.connections", None, &sizing::pooler_connections(), &inputs, "", source);
    let source = "what the database allows less what is reserved, shared by all poolers";
    let largest_pool = figure(figures, "pooler.largestPool", None, &sizing::largest_pool(), &inputs, "", source);
    let kind = match database {
        DatabasePlan::Cluster(cluster) => {
            // The operator's own process runs beside PgBouncer in the one container.
            let resources = ResourcePlan::new((100, 1000), (128, 256));
            let workload = workload(spec, Role::Pooler, image::pooler(), resources, pooler.replicas);
            PoolerKind::Operator { cluster: cluster.name.clone(), workload: Box::new(workload) }
        }
        _ => PoolerKind::Own(Box::new(own(spec, names, pooler, database, secrets))),
    };
    let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Some(PoolerPlan {
        name: names.component(Role::Pooler),
        replicas: pooler.replicas,
        mode: pooler.mode,
        pool_size: narrow(pool_size),
        max_clients: narrow(clients),
        connections,
        largest_pool,
        kind,
    })
}

/// The pooler's settings, when there is to be one.
pub fn wanted<'a>(spec: &'a Spec, scale: &Scale) -> Option<&'a Pooler> {
    let behind_another = matches!(&spec.database, Database::Managed(database) if database.is_behind_pooler());
    let (pooler, possible) = match &spec.database {
        Database::Sqlite(_) => return None,
        Database::Postgres(database) => (&database.pooler, true),
        Database::Cluster(database) => (&database.pooler, true),
        Database::Managed(database) => {
            let login_without_password = database.cloud_sql_proxy.as_ref().is_some_and(|proxy| proxy.iam_login);
            let own_string = database.credentials == Credentials::DsnFile;
            (&database.pooler, database.engine == Engine::Postgres && !login_without_password && !own_string)
        }
    };
    let bounded_by_itself = super::capability::of(spec).connection_limit.is_some();
    let default = possible && scale.max > 1 && !bounded_by_itself && !behind_another;
    (possible && pooler.enabled.unwrap_or(default)).then_some(pooler)
}

fn own(spec: &Spec, names: &Names, pooler: &Pooler, database: &DatabasePlan, secrets: &SecretNamesPlan) -> OwnPooler {
    let image = spec.images.pooler.clone().unwrap_or_else(image::pooler);
    // PgBouncer is one thread and a few kilobytes a connection.
    let resources = ResourcePlan::new((100, 1000), (64, 128));
    let mut workload = workload(spec, Role::Pooler, image, resources, pooler.replicas);
    workload.pre_stop_seconds = 10;
    workload.grace_seconds = 45;
    let (host, port, tls, ca, proxy) = match database {
        DatabasePlan::Managed(plan) => (plan.host.clone(), plan.port, plan.tls, plan.ca.clone(), plan.proxy.clone()),
        _ => (names.component(Role::Postgres), 5432, TlsMode::Disable, CertificateAuthority::System, None),
    };
    if proxy.is_some() {
        identify(spec, &mut workload);
    }
    OwnPooler {
        workload,
        wait: proxy.is_none().then(|| DatabaseWaitPlan::new(&host, port)),
        host,
        port,
        database: database.name_and_user().0.to_owned(),
        tls,
        authority: AuthorityPlan::of(&ca, "/etc/database-ca", "database-ca"),
        secret: secrets.database.clone(),
        proxy,
    }
}
