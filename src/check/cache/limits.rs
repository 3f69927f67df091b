//! Connections and memory of Redis, and what its configuration can express.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::cache::{CachePlan, RedisPlan};
use crate::plan::sizing;
use crate::spec::database::Persistence;
use crate::spec::scalar::Quantity;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[clients_exceed, memory_below_need, limit_below_memory, volume_below_memory];
    run(RULES, context, diagnostics);
}

fn redis<'a>(context: &Context<'a>) -> Option<&'a RedisPlan> {
    context.plan.cache.redis()
}

/// The patched image opens three pools and three subscriptions a process (`store/store.go` of pull request 5074).
fn clients_exceed(context: &Context<'_>) -> Option<Diagnostic> {
    let CachePlan::Managed(managed) = &context.plan.cache else { return None };
    let peak = u64::from(context.plan.scale.peak());
    let pool = u64::from(managed.client.pool_size);
    let (needed, limit) = (managed.connections, u64::from(managed.max_clients));
    if needed <= limit {
        return None;
    }
    let message = format!(
        "the processes open {needed} connections, Redis allows {limit}: 3 × ({pool} + 1) × {peak} processes in a rollout"
    );
    let path = "cache.client.poolSize";
    let diagnostic = finding(context, Code::CacheConnections, message, path, "of each of three pools");
    let diagnostic = also(context, diagnostic, "cache.maxClients", "the limit");
    Some(match managed.largest_pool {
        0 => diagnostic.help(format!("raise `cache.maxClients` to {needed} or more")),
        safe => diagnostic.help(format!("say `cache.client.poolSize: {safe}` or less")),
    })
}

/// Seed 000: 50 MB, 2 KB a session and 1 KB a cached setting.
fn memory_below_need(context: &Context<'_>) -> Option<Diagnostic> {
    let redis = redis(context)?;
    let scale = &context.plan.scale;
    let inputs = scale.inputs().with("sessions", scale.sessions).with("cachedSettings", scale.cached_settings);
    let needed = sizing::redis_max_memory().count(&inputs);
    if redis.max_memory >= needed {
        return None;
    }
    let message = format!(
        "`maxmemory` of {}Mi holds less than {} sessions and {} settings need: {needed}Mi",
        redis.max_memory, scale.sessions, scale.cached_settings
    );
    let diagnostic = finding(context, Code::CacheMemory, message, "cache.maxMemory", "entries would be thrown out");
    Some(diagnostic.help(format!("say `cache.maxMemory: {needed}Mi`, or leave it out")))
}

/// Measured on Redis 7.0.15: a snapshot under writes takes the process to 1.78 times its memory.
fn limit_below_memory(context: &Context<'_>) -> Option<Diagnostic> {
    let redis = redis(context)?;
    let limit = redis.workload.resources.memory_limit.to_mebibytes();
    let persistent = redis.persistence != Persistence::None;
    // With replicas the backlog and the buffer of one of them come on top.
    let replication = if context.plan.cache.sentinel().is_some() { 80 } else { 0 };
    let rest = 32 + replication;
    let needed = if persistent { redis.max_memory * 18 / 10 } else { redis.max_memory * 125 / 100 } + rest;
    if limit >= needed {
        return None;
    }
    let factor = if persistent { "1.8" } else { "1.25" };
    let message = format!("Redis may use {needed}Mi, its limit is {limit}Mi: {} × {factor} + {rest}", redis.max_memory);
    let path = "components.redis.resources.limits.memory";
    let diagnostic = finding(context, Code::CacheLimit, message, path, "Redis would be killed");
    Some(also(context, diagnostic, "cache.maxMemory", "`maxmemory`").help(format!("say `{needed}Mi` or more")))
}

/// A full volume ends the writing, and Redis then refuses every write of Memos.
fn volume_below_memory(context: &Context<'_>) -> Option<Diagnostic> {
    let redis = redis(context)?;
    let volume = redis.volume.as_ref()?;
    let size = volume.size.parse::<Quantity>().ok()?.to_mebibytes();
    let copies = sizing::redis_copies_on_disk(redis.persistence);
    let needed = redis.max_memory.saturating_mul(copies);
    if size >= needed {
        return None;
    }
    let message = format!(
        "Redis may fill {needed}Mi of its volume while it writes its files anew: {copies} × {}Mi, and the volume has {}",
        redis.max_memory, volume.size
    );
    let diagnostic = finding(context, Code::CacheVolume, message, "cache.storage.size", "full, it refuses every write");
    Some(
        also(context, diagnostic, "cache.maxMemory", "the memory")
            .help(format!("say `cache.storage.size: {needed}Mi` or more, or a smaller `cache.maxMemory`")),
    )
}
