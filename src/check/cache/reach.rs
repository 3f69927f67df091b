//! Who else reaches a Redis of ours: readers outside the cluster, and a Prometheus.

use super::super::Context;
use super::super::finding::{Rule, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::cache::reach::OutsidePlan;
use crate::spec::cache::CacheMetrics;
use crate::spec::database::Cache;
use crate::spec::workload::Cloud;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[unprotected, open_to_anybody, monitor_without_metrics];
    run(RULES, context, diagnostics);
}

fn outside<'a>(context: &Context<'a>) -> Option<&'a OutsidePlan> {
    context.plan.cache.redis()?.outside.as_ref()
}

/// What crosses the border of a cluster is seen by everybody on the way, and Redis holds copies of the database's secrets.
fn unprotected(context: &Context<'_>) -> Option<Diagnostic> {
    outside(context)?;
    let client = context.plan.cache.client()?;
    let mut lacking = Vec::new();
    let mut cure = Vec::new();
    if client.secret.is_none() {
        lacking.push("a password");
        cure.push("`cache.auth: true`");
    }
    if !client.tls {
        lacking.push("TLS");
        cure.push("`cache.tlsSecret`");
    }
    if lacking.is_empty() {
        return None;
    }
    let message =
        format!("a load balancer opens Redis to readers outside the cluster without {}", lacking.join(" and without "));
    let diagnostic = finding(context, Code::CacheOpenUnprotected, message, "cache.service.type", "opens Redis");
    Some(diagnostic.help(format!("say {}, or leave `cache.service` out", cure.join(" and "))))
}

/// Only clouds that are known say by an annotation that an address is private.
fn open_to_anybody(context: &Context<'_>) -> Option<Diagnostic> {
    let outside = outside(context).filter(|outside| outside.source_ranges.is_empty())?;
    let spec = said(context);
    let (component, word) = match &spec.cache {
        Cache::Sentinel(_) => (&spec.components.redis_proxy, "redisProxy"),
        _ => (&spec.components.redis, "redis"),
    };
    let silent = spec.kubernetes.cloud == Cloud::None && component.service_annotations.is_empty();
    let (message, path, help) = if !outside.internal {
        (
            "anybody on the internet reaches Redis",
            "cache.service.internal",
            "leave `cache.service.internal` out, or list who may come in under `cache.service.sourceRanges`".to_owned(),
        )
    } else if silent {
        (
            "a load balancer without a cloud has no way to be reachable only from inside",
            "cache.service.type",
            format!(
                "set `kubernetes.cloud`, give your load balancer's annotation in `components.{word}.serviceAnnotations`, or list \
                 who may come in under `cache.service.sourceRanges`"
            ),
        )
    } else {
        return None;
    };
    let diagnostic = finding(context, Code::CacheOpenToAnybody, message.to_owned(), path, "which addresses?");
    Some(diagnostic.help(help))
}

fn metrics<'a>(context: &Context<'a>) -> Option<&'a CacheMetrics> {
    match &said(context).cache {
        Cache::Redis(redis) => Some(&redis.metrics),
        Cache::Sentinel(sentinel) => Some(&sentinel.metrics),
        Cache::None | Cache::Managed(_) => None,
    }
}

fn monitor_without_metrics(context: &Context<'_>) -> Option<Diagnostic> {
    let metrics = metrics(context).filter(|metrics| !metrics.enabled)?;
    let (message, path) = match (metrics.service_monitor.enabled, metrics.prometheus_rule.enabled) {
        (true, _) => ("a ServiceMonitor is asked for, and no exporter that it could find", "serviceMonitor"),
        (false, true) => {
            ("a PrometheusRule is asked for, and no exporter whose figures it could read", "prometheusRule")
        }
        (false, false) => return None,
    };
    let (message, path) = (message.to_owned(), &format!("cache.metrics.{path}.enabled"));
    let diagnostic = finding(context, Code::MonitorWithoutMetrics, message, path, "changes nothing");
    Some(diagnostic.help("say `cache.metrics.enabled: true`"))
}
