//! Who else reaches Redis: a Prometheus that reads metrics, and readers outside the cluster.

use std::collections::BTreeMap;

use crate::plan::exposure::service::{internal, load_balancer_class};
use crate::plan::image;
use crate::plan::names::{Names, Role};
use crate::plan::network::PeerPlan;
use crate::plan::workload::ResourcePlan;
use crate::spec::Spec;
use crate::spec::cache::{CacheMetrics, CacheService, CacheServiceType};
use crate::spec::scalar::{ImageReference, Name};
use crate::spec::workload::Cloud;

/// Addresses that no network routes to the internet (RFC 1918, RFC 6598, RFC 4193): where readers inside a cloud come from.
const PRIVATE_RANGES: [&str; 5] = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// The exporter beside each Redis, and who reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricsPlan {
    /// Its image with the mirror applied.
    pub image: ImageReference,
    /// What it asks for and may use.
    pub resources: ResourcePlan,
    /// The namespace of the Prometheus that reads it.
    pub reader: String,
    /// The object by which the Prometheus Operator finds it.
    pub monitor: Option<MonitorPlan>,
    /// The alarms.
    pub alarms: Option<AlarmsPlan>,
}

/// A PrometheusRule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmsPlan {
    /// Its namespace.
    pub namespace: String,
    /// Its labels beside ours.
    pub labels: BTreeMap<String, String>,
}

/// A ServiceMonitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorPlan {
    /// Its namespace.
    pub namespace: String,
    /// Its labels beside ours.
    pub labels: BTreeMap<String, String>,
    /// How often metrics are read.
    pub interval: String,
}

/// A load balancer in front of Redis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsidePlan {
    /// The name of its Service.
    pub service: String,
    /// Whether it has an address inside the cloud's network only.
    pub internal: bool,
    /// Annotations of the cloud.
    pub annotations: BTreeMap<String, String>,
    /// Who serves it; the cloud's own controller when none is named.
    pub class: Option<&'static str>,
    /// Who may come in, as far as the load balancer knows.
    pub source_ranges: Vec<String>,
    /// Whether only nodes with a Redis take connections, and leave the client's address as it is.
    pub keeps_client_address: bool,
    /// Who may come in, as pods see it; anybody when empty.
    pub peers: Vec<PeerPlan>,
}

/// The exporter, when there is to be one.
pub(super) fn metrics(spec: &Spec, names: &Names, metrics: &CacheMetrics) -> Option<MetricsPlan> {
    let image = spec.images.redis_exporter.clone().unwrap_or_else(image::redis_exporter);
    let monitor = &metrics.service_monitor;
    let alarms = &metrics.prometheus_rule;
    let home = |given: &Option<Name>| given.as_ref().map_or_else(|| names.namespace.clone(), ToString::to_string);
    metrics.enabled.then(|| MetricsPlan {
        image: image.through(spec.images.registry.as_deref()),
        // A Go process that asks one question a scrape.
        resources: ResourcePlan::new((10, 100), (32, 64)),
        reader: metrics.namespace.to_string(),
        monitor: monitor.enabled.then(|| MonitorPlan {
            namespace: home(&monitor.namespace),
            labels: monitor.labels.clone(),
            interval: monitor.interval.to_string(),
        }),
        alarms: alarms
            .enabled
            .then(|| AlarmsPlan { namespace: home(&alarms.namespace), labels: alarms.labels.clone() }),
    })
}

/// The load balancer, when there is to be one.
pub(super) fn outside(spec: &Spec, names: &Names, role: Role, service: &CacheService) -> Option<OutsidePlan> {
    if service.kind == CacheServiceType::ClusterIp {
        return None;
    }
    let cloud = spec.kubernetes.cloud;
    let ranges: Vec<String> = service.source_ranges.iter().map(ToString::to_string).collect();
    Some(OutsidePlan {
        service: names.outside(role),
        internal: service.internal,
        annotations: annotations(cloud, service.internal),
        class: load_balancer_class(spec),
        peers: peers(cloud, service.internal, &ranges),
        source_ranges: ranges,
        keeps_client_address: cloud != Cloud::Aws,
    })
}

/// Amazon's has pods as targets, and says that it is public where it is.
fn annotations(cloud: Cloud, inside: bool) -> BTreeMap<String, String> {
    let mut annotations = internal(cloud, inside);
    if cloud == Cloud::Aws {
        let key = |name: &str| format!("service.beta.kubernetes.io/aws-load-balancer-{name}");
        let more = [
            ("nlb-target-type", "ip"),
            ("scheme", if inside { "internal" } else { "internet-facing" }),
            ("target-group-attributes", "preserve_client_ip.enabled=true"),
        ];
        annotations.extend(more.map(|(name, value)| (key(name), value.to_owned())));
    }
    annotations
}

/// Health checks of Amazon's come from the private addresses of its subnets, whoever else may come in.
fn peers(cloud: Cloud, internal: bool, ranges: &[String]) -> Vec<PeerPlan> {
    let private = (internal && ranges.is_empty()) || (cloud == Cloud::Aws && !ranges.is_empty());
    let private = PRIVATE_RANGES.into_iter().filter(|_| private).map(str::to_owned);
    ranges.iter().cloned().chain(private).map(PeerPlan::addresses).collect()
}
