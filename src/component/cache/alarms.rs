//! When Prometheus sounds an alarm about Redis.

use std::collections::BTreeMap;

use super::reach::for_prometheus;
use crate::object::Object;
use crate::object::crd::prometheus::{AlertingRule, PROMETHEUS_RULE, PrometheusRuleSpec, RuleGroup};
use crate::object::meta::custom;
use crate::plan::Plan;
use crate::plan::cache::RedisPlan;
use crate::plan::names::Role;
use crate::spec::database::Persistence;

/// The alarms, when there are to be some.
pub(super) fn object(plan: &Plan, redis: &RedisPlan) -> Option<Object> {
    let alarms = redis.metrics.as_ref()?.alarms.as_ref()?;
    let metadata = for_prometheus(plan, &redis.workload, &alarms.namespace, &alarms.labels);
    let group = RuleGroup { name: plan.names.component(Role::Redis), rules: rules(plan, redis) };
    Some(custom(
        PROMETHEUS_RULE.api_version,
        PROMETHEUS_RULE.kind,
        &metadata,
        &PrometheusRuleSpec { groups: vec![group] },
    ))
}

fn alarm(
    alert: &'static str,
    expr: String,
    lasting: &'static str,
    severity: &'static str,
    summary: &'static str,
) -> AlertingRule {
    AlertingRule {
        alert,
        expr,
        lasting,
        labels: BTreeMap::from([("severity", severity)]),
        annotations: BTreeMap::from([("summary", summary)]),
    }
}

/// What the Prometheus Operator puts on every figure tells one installation from another.
fn of(plan: &Plan, service: &str) -> String {
    format!("namespace=\"{}\",service=\"{service}\"", plan.names.namespace)
}

fn rules(plan: &Plan, redis: &RedisPlan) -> Vec<AlertingRule> {
    let own = of(plan, &redis.service);
    let mut rules = vec![
        alarm(
            "RedisDown",
            format!("redis_up{{{own}}} == 0 or absent(redis_up{{{own}}})"),
            "1m",
            "critical",
            "a Redis does not answer",
        ),
        alarm(
            "RedisRefusesConnections",
            format!("increase(redis_rejected_connections_total{{{own}}}[5m]) > 0"),
            "0m",
            "warning",
            "Redis refuses connections beyond `maxclients`",
        ),
        alarm(
            "RedisThrowsOut",
            format!("rate(redis_evicted_keys_total{{{own}}}[10m]) > 0"),
            "30m",
            "info",
            "Redis throws entries out before they expire: `maxmemory` is too small",
        ),
    ];
    if matches!(redis.persistence, Persistence::Rdb | Persistence::Both) {
        let summary = "the last snapshot failed, and Redis refuses writes";
        let expr = format!("redis_rdb_last_bgsave_status{{{own}}} == 0");
        rules.push(alarm("RedisSnapshotFailed", expr, "5m", "critical", summary));
    }
    if let Some(sentinel) = plan.cache.sentinel() {
        let watching = of(plan, &sentinel.sentinels.service);
        let ahead = of(plan, &sentinel.proxy.service);
        let (replicas, quorum) = (sentinel.replicas - 1, sentinel.sentinels.quorum);
        rules.extend([
            alarm(
                "RedisNotOneMaster",
                format!("(count(redis_instance_info{{{own},role=\"master\"}}) or vector(0)) != 1"),
                "30s",
                "critical",
                "there is no master, or there are two",
            ),
            alarm(
                "RedisReplicaMissing",
                format!("max(redis_connected_slaves{{{own}}}) < {replicas}"),
                "5m",
                "warning",
                "the master lacks a replica",
            ),
            alarm(
                "RedisReplicaBehind",
                format!("redis_master_link_up{{{own}}} == 0"),
                "5m",
                "warning",
                "a replica has no connection to the master",
            ),
            alarm(
                "RedisSentinelsMissing",
                format!("min(redis_sentinel_master_ok_sentinels{{{watching}}}) < {quorum}"),
                "1m",
                "critical",
                "too few sentinels see each other to replace a master",
            ),
            alarm(
                "RedisProxyWithoutMaster",
                format!("haproxy_backend_active_servers{{{ahead},proxy=\"redis\"}} != 1"),
                "30s",
                "critical",
                "a proxy leads to no Redis, or to two",
            ),
        ]);
    }
    rules
}
