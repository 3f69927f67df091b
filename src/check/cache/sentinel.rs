//! Redis with fail-over: what keeps a fail-over from happening, and what is lost in one.

use super::super::Context;
use super::super::finding::{Rule, about, also, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::cache::sentinel::SentinelPlan;
use crate::plan::names::Role;
use crate::spec::cache::{Eviction, Sentinel};
use crate::spec::database::Cache;

/// A sentinel whose own clock stands still for so long stops all fail-overs for half a minute (`SENTINEL_TILT_TRIGGER`).
const TILT_SECONDS: u32 = 2;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        even,
        quorum_not_reached,
        quorum_below_majority,
        majority_in_one_zone,
        replicas_not_reached,
        replicas_without_reserve,
        cut_off_master_writes,
        lag_beyond_detection,
        detection_too_short,
        failover_timeout,
        eviction_refuses,
        one_proxy,
        discovery_lost,
    ];
    run(RULES, context, diagnostics);
}

fn plan<'a>(context: &Context<'a>) -> Option<&'a SentinelPlan> {
    context.plan.cache.sentinel()
}

/// What the user says of a Redis with fail-over.
pub(super) fn spec<'a>(context: &Context<'a>) -> Option<&'a Sentinel> {
    match &said(context).cache {
        Cache::Sentinel(sentinel) => Some(sentinel),
        _ => None,
    }
}

fn majority(count: u32) -> u32 {
    count / 2 + 1
}

fn even(context: &Context<'_>) -> Option<Diagnostic> {
    let count = spec(context)?.sentinels;
    if !count.is_multiple_of(2) {
        return None;
    }
    let survived = count - majority(count);
    let message = format!("{count} sentinels survive the loss of {survived} of them, as {} do", count - 1);
    let diagnostic = finding(context, Code::SentinelsEven, message, "cache.sentinels", "one for nothing");
    Some(diagnostic.help(format!("say `cache.sentinels: {}` or {}", count - 1, count + 1)))
}

fn quorum_not_reached(context: &Context<'_>) -> Option<Diagnostic> {
    let (count, quorum) = (spec(context)?.sentinels, spec(context)?.quorum?);
    if quorum <= count {
        return None;
    }
    let message = format!("{quorum} sentinels can never agree, there are {count}: no master would ever be replaced");
    let diagnostic = finding(context, Code::QuorumNotReached, message, "cache.quorum", "never reached");
    Some(
        also(context, diagnostic, "cache.sentinels", "how many there are")
            .help(format!("leave `cache.quorum` out, which is {} then", majority(count))),
    )
}

fn quorum_below_majority(context: &Context<'_>) -> Option<Diagnostic> {
    let (count, quorum) = (spec(context)?.sentinels, spec(context)?.quorum?);
    if quorum >= majority(count) {
        return None;
    }
    let message = format!(
        "{quorum} of {count} sentinels may take the master for dead, but {} have to choose another all the same",
        majority(count)
    );
    let diagnostic = finding(context, Code::QuorumBelowMajority, message, "cache.quorum", "fewer than the majority");
    Some(diagnostic.help(format!("leave `cache.quorum` out, which is {} then", majority(count))))
}

/// With two zones one of them has the majority, wherever pods go.
fn majority_in_one_zone(context: &Context<'_>) -> Option<Diagnostic> {
    let count = spec(context)?.sentinels;
    if said(context).availability.zones != 2 {
        return None;
    }
    let message =
        format!("one of two zones has {} of {count} sentinels, and without it nobody is chosen", majority(count));
    let diagnostic = finding(context, Code::MajorityInOneZone, message, "availability.zones", "no third one");
    Some(
        diagnostic.help(
            "a third zone, however small, is enough for one sentinel; else fail-over covers nodes and pods alone",
        ),
    )
}

fn replicas_not_reached(context: &Context<'_>) -> Option<Diagnostic> {
    let sentinel = spec(context)?;
    let (wanted, replicas) = (sentinel.min_replicas_to_write, sentinel.replicas - 1);
    if wanted <= replicas {
        return None;
    }
    let message = format!("a master has {replicas} replicas and asks for {wanted}: it would take no write at all");
    let path = "cache.minReplicasToWrite";
    let diagnostic = finding(context, Code::ReplicasNotReached, message, path, "never there");
    Some(
        also(context, diagnostic, "cache.replicas", "the master among them")
            .help("say `cache.minReplicasToWrite: 1`, which is taken when it is left out"),
    )
}

fn replicas_without_reserve(context: &Context<'_>) -> Option<Diagnostic> {
    let sentinel = spec(context)?;
    if sentinel.min_replicas_to_write + 1 != sentinel.replicas {
        return None;
    }
    let message = "the loss of any one Redis would stop all writes, a rollout among it".to_owned();
    let path = "cache.minReplicasToWrite";
    let diagnostic = finding(context, Code::ReplicasWithoutReserve, message, path, "all of them");
    Some(
        also(context, diagnostic, "cache.replicas", "the master among them")
            .help(format!("say `cache.minReplicasToWrite: {}` or less", sentinel.replicas - 2)),
    )
}

fn cut_off_master_writes(context: &Context<'_>) -> Option<Diagnostic> {
    if spec(context)?.min_replicas_to_write > 0 {
        return None;
    }
    let message = "a master that is cut off goes on taking writes, all of which are lost when it is back".to_owned();
    let path = "cache.minReplicasToWrite";
    let diagnostic = finding(context, Code::CutOffMasterWrites, message, path, "asks for no replica");
    Some(diagnostic.help("say `cache.minReplicasToWrite: 1`: it then stops after `cache.maxLag`"))
}

fn lag_beyond_detection(context: &Context<'_>) -> Option<Diagnostic> {
    let sentinel = spec(context)?;
    let (lag, detection) = (sentinel.max_lag.get(), sentinel.down_after.get());
    if sentinel.min_replicas_to_write == 0 || lag <= detection {
        return None;
    }
    let message = format!(
        "a master that is cut off takes writes for {lag} seconds, and another one is chosen after {detection}: two at once"
    );
    let diagnostic = finding(context, Code::LagBeyondDetection, message, "cache.maxLag", "longer than detection");
    Some(
        also(context, diagnostic, "cache.downAfter", "detection")
            .help(format!("say `cache.maxLag: {}s` or less; replicas answer once a second", detection.max(2))),
    )
}

fn detection_too_short(context: &Context<'_>) -> Option<Diagnostic> {
    let seconds = spec(context)?.down_after.get();
    if seconds >= TILT_SECONDS {
        return None;
    }
    let message =
        format!("a master is replaced for {seconds} seconds of silence, which a slow name look-up or a busy node is");
    let diagnostic = finding(context, Code::DetectionTooShort, message, "cache.downAfter", "too nervous");
    Some(diagnostic.help("say `cache.downAfter: 4s`, which is taken when it is left out, or 2s at least"))
}

fn failover_timeout(context: &Context<'_>) -> Option<Diagnostic> {
    let seconds = spec(context)?.failover_timeout.get();
    let (message, label) = match seconds {
        0..3 => (format!("a fail-over that takes longer than {seconds} seconds is given up"), "too short"),
        3..=60 => return None,
        _ => (format!("a fail-over that failed is tried again after {} seconds", 2 * seconds), "twice as long"),
    };
    let diagnostic = finding(context, Code::FailoverTimeout, message, "cache.failoverTimeout", label);
    Some(diagnostic.help("say `cache.failoverTimeout: 5s`, which is taken when it is left out"))
}

fn eviction_refuses(context: &Context<'_>) -> Option<Diagnostic> {
    if spec(context)?.eviction != Eviction::Noeviction {
        return None;
    }
    let message =
        "a full cache would refuse every write, deletions of old entries by their new values among them".to_owned();
    let diagnostic = finding(context, Code::EvictionRefuses, message, "cache.eviction", "nothing goes");
    Some(diagnostic.help("say `cache.eviction: allkeys-lru`: everything in the cache can be made again"))
}

fn one_proxy(context: &Context<'_>) -> Option<Diagnostic> {
    if spec(context)?.proxies > 1 {
        return None;
    }
    let message = "one proxy in front of several Redis is what takes them all away when its node is lost".to_owned();
    let diagnostic = finding(context, Code::OneProxy, message, "cache.proxies", "the only way");
    Some(diagnostic.help("say `cache.proxies: 2` or more"))
}

/// The master is looked for at every start of a container. A command of the user's that does not would bring the former
/// master back as a second one.
fn discovery_lost(context: &Context<'_>) -> Option<Diagnostic> {
    plan(context)?;
    for (role, script, name) in [(Role::Redis, "redis.sh", "redis"), (Role::Sentinel, "sentinel.sh", "sentinel")] {
        let set = context.plan.names.component(role);
        let mut objects = context.objects.objects().iter();
        let Some(object) = objects.find(|object| object.kind == "StatefulSet" && object.name == set) else { continue };
        let containers = object.value["spec"]["template"]["spec"]["containers"].as_array();
        let own = containers.into_iter().flatten().find(|container| container["name"] == name);
        let words = own.and_then(|container| container["command"].as_array()).into_iter().flatten();
        if !words.filter_map(|word| word.as_str()).any(|word| word.ends_with(script)) {
            let message = format!(
                "the container `{name}` of `StatefulSet/{set}` does not start by `{script}`, which looks for the master"
            );
            return Some(
                about(context, Code::DiscoveryLost, message, object, &[])
                    .help("take the override of its `command` away"),
            );
        }
    }
    None
}
