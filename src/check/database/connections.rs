//! The budget of connections, and the pooler that keeps to it.

use super::super::Context;
use super::super::finding::{Rule, also, finding, managed, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::database::DatabasePlan;
use crate::plan::pooler::ROLLOUT_POOLERS;
use crate::spec::database::{Credentials, Database, Engine, Pooler};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[pools_exceed, processes_exceed, unbounded, pooler_impossible, second_pooler];
    run(RULES, context, diagnostics);
}

/// Requests a second above which one process may have as many requests in flight as a usual server has connections.
/// Measured: 200 concurrent lists took 99 of 100 connections, and 62 % of the answers were 500.
const MANY_REQUESTS: u64 = 100;

/// Every pool may be full at the same time, while a rollout of the pooler runs a new one and ends an old one.
fn pools_exceed(context: &Context<'_>) -> Option<Diagnostic> {
    let pooler = context.plan.pooler.as_ref()?;
    let (limit, reserved) = context.plan.database.connections()?;
    let needed = pooler.connections;
    if needed <= u64::from(limit) {
        return None;
    }
    let message = format!(
        "the pools need {needed} connections, the database allows {limit}: {} × ({} poolers + {ROLLOUT_POOLERS} in a rollout) + \
         {reserved} reserved",
        pooler.pool_size, pooler.replicas
    );
    let path = "database.pooler.poolSize";
    let diagnostic = finding(context, Code::ConnectionsExceeded, message, path, "too many for each pooler");
    let diagnostic = also(context, diagnostic, "database.maxConnections", "the limit");
    Some(match pooler.largest_pool {
        0 => diagnostic.help(format!("raise `database.maxConnections` to {needed} or more")),
        safe => diagnostic.help(format!("say `database.pooler.poolSize: {safe}` or less, or leave it out")),
    })
}

/// The fork keeps five connections a process (`postgres.go` of the fork), so its budget is a product as well.
fn processes_exceed(context: &Context<'_>) -> Option<Diagnostic> {
    let each = context.plan.memos.capabilities.connection_limit.filter(|_| context.plan.pooler.is_none())?;
    let (limit, reserved) = context.plan.database.connections()?;
    let scale = &context.plan.scale;
    let needed = u64::from(each) * u64::from(scale.peak()) + u64::from(reserved);
    if needed <= u64::from(limit) {
        return None;
    }
    let message = format!(
        "the processes need {needed} connections, the database allows {limit}: {each} × ({} replicas + {} in a rollout) + \
         {reserved} reserved",
        scale.max, scale.surge
    );
    let diagnostic = finding(context, Code::ConnectionsExceeded, message, "scaling.max", "too many for the database");
    let diagnostic = also(context, diagnostic, "database.maxConnections", "the limit");
    let safe = (limit.saturating_sub(reserved) / each).saturating_sub(scale.surge);
    Some(if safe > 0 {
        diagnostic.help(format!("say `scaling.max: {safe}` or less, or raise `database.maxConnections` to {needed}"))
    } else {
        diagnostic.help(format!("raise `database.maxConnections` to {needed}"))
    })
}

/// No release of Memos calls `SetMaxOpenConns`: one connection a request in flight.
fn unbounded(context: &Context<'_>) -> Option<Diagnostic> {
    let plan = context.plan;
    let (limit, reserved) = plan.database.connections()?;
    let outside = matches!(&plan.database, DatabasePlan::Managed(managed) if managed.behind_pooler);
    let bounded = outside || plan.pooler.is_some() || plan.memos.capabilities.connection_limit.is_some();
    let busy = plan.scale.max > 1 || plan.scale.requests_per_second >= MANY_REQUESTS;
    if bounded || !busy {
        return None;
    }
    let left = limit.saturating_sub(reserved);
    let message = format!(
        "nothing bounds the connections of {} at {} requests a second: answers turn to 500 when more than {left} are in flight",
        if plan.scale.max > 1 { format!("{} processes", plan.scale.max) } else { "one process".to_owned() },
        plan.scale.requests_per_second
    );
    let path = if context.spec.placed("database.pooler.enabled").is_some() {
        "database.pooler.enabled"
    } else {
        "database.kind"
    };
    let diagnostic = finding(context, Code::ConnectionsUnbounded, message, path, "no pooler in front of it");
    let diagnostic = also(context, diagnostic, "scaling.max", "each opens one connection a request");
    Some(match why_no_pooler(context) {
        None => diagnostic.help("say `database.pooler.enabled: true`"),
        Some((_, _, cure)) => diagnostic
            .help(format!("{cure}, so that a pooler can stand between"))
            .help("or let the server allow as many connections as requests can be in flight"),
    })
}

/// Why there cannot be a pooler of ours: the place of the reason, the reason, the cure.
fn why_no_pooler(context: &Context<'_>) -> Option<(&'static str, &'static str, &'static str)> {
    let managed = managed(context)?;
    if managed.engine == Engine::Mysql {
        return Some(("database.engine", "PgBouncer speaks PostgreSQL only", "take PostgreSQL"));
    }
    if managed.credentials == Credentials::DsnFile {
        let reason = "the connection string of the Secret leads past it";
        return Some(("database.credentials", reason, "say `database.credentials: password`"));
    }
    if managed.cloud_sql_proxy.as_ref().is_some_and(|proxy| proxy.iam_login) {
        let reason = "PgBouncer signs in with a password, and there is none";
        return Some(("database.cloudSqlProxy.iamLogin", reason, "say `database.cloudSqlProxy.iamLogin: false`"));
    }
    None
}

fn pooler<'a>(context: &Context<'a>) -> Option<&'a Pooler> {
    match &said(context).database {
        Database::Sqlite(_) => None,
        Database::Postgres(database) => Some(&database.pooler),
        Database::Cluster(database) => Some(&database.pooler),
        Database::Managed(database) => Some(&database.pooler),
    }
}

/// A pooler that was asked for and cannot be.
fn pooler_impossible(context: &Context<'_>) -> Option<Diagnostic> {
    pooler(context).filter(|pooler| pooler.enabled == Some(true))?;
    let (path, reason, cure) = why_no_pooler(context)?;
    let message = format!("there can be no pooler here: {reason}");
    let diagnostic = finding(context, Code::PoolerImpossible, message, "database.pooler.enabled", "asked for");
    Some(
        also(context, diagnostic, path, "rules it out").help(format!("leave `database.pooler.enabled` out, or {cure}")),
    )
}

/// Two poolers behind one another hold connections twice and bound nothing more.
fn second_pooler(context: &Context<'_>) -> Option<Diagnostic> {
    let DatabasePlan::Managed(plan) = &context.plan.database else { return None };
    context.plan.pooler.as_ref().filter(|_| plan.behind_pooler)?;
    let (path, message) = match managed(context)?.behind_pooler {
        Some(_) => ("database.behindPooler", "a pooler answers at the database's address already".to_owned()),
        None => ("database.port", format!("port {} is a PgBouncer already", plan.port)),
    };
    let message = message + ", and ours would stand before it";
    let diagnostic = finding(context, Code::SecondPooler, message, path, "a pooler");
    Some(
        also(context, diagnostic, "database.pooler.enabled", "another one")
            .help("leave `database.pooler.enabled` out, or say `database.port: 5432` with PostgreSQL itself behind it"),
    )
}
