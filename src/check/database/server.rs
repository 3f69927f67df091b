//! Databases in the cluster, and versions of PostgreSQL.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::database::DatabasePlan;
use crate::spec::database::{Database, Engine};
use crate::spec::workload::Spread;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        sqlite_replicas,
        sqlite_on_network,
        end_of_life,
        no_fail_over,
        cluster_of_one,
        cluster_cannot_spread,
        memory_too_small,
    ];
    run(RULES, context, diagnostics);
}

/// A SQLite file has one writer; a shared volume does not change that.
fn sqlite_replicas(context: &Context<'_>) -> Option<Diagnostic> {
    let max = context.plan.scale.max;
    if max < 2 || !matches!(context.plan.database, DatabasePlan::Sqlite(_)) {
        return None;
    }
    let message = format!("SQLite has one writer, and up to {max} replicas would each open the file");
    let diagnostic = finding(context, Code::SqliteReplicas, message, "database.kind", "one process only");
    Some(
        also(context, diagnostic, "scaling.max", "several replicas")
            .help("say `scaling: {mode: single}`, or take `database: {kind: postgres}`, `cluster` or `managed`"),
    )
}

/// Parts of names by which storage classes of network file systems are known.
const NETWORK_CLASSES: [&str; 9] =
    ["efs", "nfs", "azurefile", "azure-file", "filestore", "-rwx", "cephfs", "smb", "cifs"];

/// Memos opens SQLite with a write-ahead log, whose shared memory does not work over a network.
fn sqlite_on_network(context: &Context<'_>) -> Option<Diagnostic> {
    let DatabasePlan::Sqlite(volume) = &context.plan.database else { return None };
    let class = volume.class.as_deref()?;
    NETWORK_CLASSES.iter().find(|part| class.to_lowercase().contains(**part))?;
    let message =
        format!("the class `{class}` looks like a network file system, on which SQLite's write-ahead log breaks");
    let path = "database.storage.storageClass";
    let diagnostic = finding(context, Code::SqliteOnNetwork, message, path, "not a local disk or block device");
    Some(diagnostic.help("take a class of block storage, such as `gp3`, `premium-rwo` or `managed-csi`"))
}

/// PostgreSQL 14 ended on 12 November 2026 (postgresql.org/support/versioning).
const OLDEST_SUPPORTED: u32 = 15;

fn end_of_life(context: &Context<'_>) -> Option<Diagnostic> {
    let version = match &said(context).database {
        Database::Sqlite(_) => return None,
        Database::Postgres(database) => database.version,
        Database::Cluster(database) => database.version,
        Database::Managed(database) if database.engine == Engine::Postgres => database.version?,
        Database::Managed(_) => return None,
    };
    if version >= OLDEST_SUPPORTED {
        return None;
    }
    let message = format!("PostgreSQL {version} gets no security fixes any more");
    let diagnostic = finding(context, Code::PostgresEndOfLife, message, "database.version", "ended");
    Some(diagnostic.help("take 16 or later, which Memos 0.31 needs for upgrades"))
}

fn no_fail_over(context: &Context<'_>) -> Option<Diagnostic> {
    let scale = &context.plan.scale;
    let trying_out = context.spec.profile() == "dev" || scale.pods == 1;
    if trying_out || !matches!(context.plan.database, DatabasePlan::Postgres(_)) {
        return None;
    }
    let message = match scale.stands_by() {
        false => format!(
            "up to {} replicas stand on one PostgreSQL, which nothing replaces while its node is lost",
            scale.max
        ),
        true => "a standby is there, and its one PostgreSQL is replaced by nothing while its node is lost".to_owned(),
    };
    let diagnostic = finding(context, Code::DatabaseWithoutFailOver, message, "database.kind", "one pod, one volume");
    Some(diagnostic.help("say `database: {kind: cluster}` for fail-over by CloudNativePG, or `kind: managed`"))
}

fn cluster_of_one(context: &Context<'_>) -> Option<Diagnostic> {
    let DatabasePlan::Cluster(cluster) = &context.plan.database else { return None };
    if cluster.instances > 1 {
        return None;
    }
    let message = "a cluster of one instance has nothing to fail over to".to_owned();
    let diagnostic = finding(context, Code::ClusterOfOne, message, "database.instances", "the primary alone");
    Some(diagnostic.help("say `database.instances: 3`"))
}

/// The operator's required anti-affinity allows one instance a zone.
fn cluster_cannot_spread(context: &Context<'_>) -> Option<Diagnostic> {
    let DatabasePlan::Cluster(cluster) = &context.plan.database else { return None };
    let availability = &said(context).availability;
    if availability.zone_spread != Spread::Required || cluster.instances <= availability.zones {
        return None;
    }
    let (instances, zones) = (cluster.instances, availability.zones);
    let message = format!("{instances} instances cannot each have a zone of their own among {zones}");
    let diagnostic =
        finding(context, Code::ClusterCannotSpread, message, "availability.zoneSpread", "one a zone, or none");
    let diagnostic = also(context, diagnostic, "database.instances", "instances");
    Some(
        also(context, diagnostic, "availability.zones", "zones")
            .help(format!("say `database.instances: {zones}`, or `availability.zoneSpread: preferred`")),
    )
}

/// `shared_buffers` is a quarter of the memory, and `work_mem` never falls below 4 MB a connection.
fn memory_too_small(context: &Context<'_>) -> Option<Diagnostic> {
    let (memory, connections) = match &context.plan.database {
        DatabasePlan::Postgres(plan) => (plan.workload.resources.memory_limit.to_mebibytes(), plan.max_connections),
        DatabasePlan::Cluster(plan) => (plan.workload.resources.memory_limit.to_mebibytes(), plan.max_connections),
        DatabasePlan::Sqlite(_) | DatabasePlan::Managed(_) => return None,
    };
    let needed = memory / 4 + 4 * u64::from(connections);
    if needed <= memory {
        return None;
    }
    let message = format!(
        "{memory}Mi is too little for {connections} connections: {} buffers + {connections} × 4 at work = {needed} MiB",
        memory / 4
    );
    let diagnostic = finding(context, Code::DatabaseMemory, message, "database.memory", "PostgreSQL would be killed");
    let diagnostic = also(context, diagnostic, "database.maxConnections", "connections");
    let enough = (16 * u64::from(connections)).div_ceil(3).next_multiple_of(64);
    Some(
        diagnostic.help(format!(
            "say `database.memory: {enough}Mi`, or `database.maxConnections: {}` or less",
            memory * 3 / 16
        )),
    )
}
