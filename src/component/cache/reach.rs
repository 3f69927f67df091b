//! What else stands around a Redis: the exporter of its metrics, and a load balancer for readers outside the cluster.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::container::{container, http_probe, named_port, read_only, timing, variable};
use super::super::workload;
use crate::object::Object;
use crate::object::crd::prometheus::{Endpoint, NamespaceSelector, SERVICE_MONITOR, Selector, ServiceMonitorSpec};
use crate::object::meta::{add_missing, annotate, custom, metadata};
use crate::plan::Plan;
use crate::plan::cache::RedisPlan;
use crate::plan::cache::reach::{MetricsPlan, MonitorPlan, OutsidePlan};
use crate::plan::names::METRICS_PORT;
use crate::plan::secrets::{EXPORTER, exporter_address};
use crate::plan::workload::Workload;

/// The file with the exporter's password.
pub(super) const EXPORTER_FILE: &str = "exporter.json";

/// The exporter beside a Redis. It asks over the pod's own loopback, where no certificate has anything to prove.
pub(super) fn exporter(metrics: &MetricsPlan, url: &str, password: bool) -> Container {
    let tls = url.starts_with("rediss:");
    let mut variables = vec![
        variable("REDIS_ADDR", exporter_address(url)),
        // Settings would show passwords; what matters of them is among the figures anyway.
        variable("REDIS_EXPORTER_CONFIG_COMMAND", "-"),
    ];
    if tls {
        variables.push(variable("REDIS_EXPORTER_SKIP_TLS_VERIFICATION", "true"));
    }
    if password {
        variables.push(variable("REDIS_USER", EXPORTER));
        variables.push(variable("REDIS_PASSWORD_FILE", format!("/etc/redis-exporter/{EXPORTER_FILE}")));
    }
    let (name, port) = METRICS_PORT;
    Container {
        env: Some(variables),
        ports: Some(vec![named_port(name, port)]),
        // No readiness: an exporter that is away must not take Redis with it.
        liveness_probe: Some(timing(http_probe("/health", name), 10, 5, 6)),
        restart_policy: Some("Always".to_owned()),
        volume_mounts: password.then(|| vec![read_only("exporter", "/etc/redis-exporter")]),
        ..container("exporter", &metrics.image, &metrics.resources)
    }
}

/// The headless Service of Redis or its sentinels, with the exporter's port where there is one.
pub(super) fn headless_service(plan: &Plan, redis: &RedisPlan, workload: &Workload, name: &str) -> Service {
    let service = workload::headless_service(plan, workload, name);
    if redis.metrics.is_some() { with_port(service, METRICS_PORT) } else { service }
}

/// Adds a port that metrics are read from to a Service.
pub(super) fn with_port(mut service: Service, (name, port): (&str, u16)) -> Service {
    if let Some(spec) = &mut service.spec {
        spec.ports.get_or_insert_default().push(ServicePort {
            name: Some(name.to_owned()),
            port: i32::from(port),
            // By number: a Service knows the names of side-cars' ports only since kubernetes/kubernetes#128850.
            target_port: Some(IntOrString::Int(i32::from(port))),
            protocol: Some("TCP".to_owned()),
            ..ServicePort::default()
        });
    }
    service
}

/// The metadata of an object for a Prometheus, which may look for it elsewhere and by labels of its own.
pub(super) fn for_prometheus(
    plan: &Plan,
    workload: &Workload,
    namespace: &str,
    labels: &BTreeMap<String, String>,
) -> ObjectMeta {
    let name = plan.names.component(workload.role);
    let mut metadata = metadata(plan, workload.role, name, Some(&workload.settings));
    metadata.namespace = Some(namespace.to_owned());
    add_missing(metadata.labels.get_or_insert_default(), labels);
    metadata
}

/// What tells the Prometheus Operator where metrics are.
pub(super) fn monitor(plan: &Plan, workload: &Workload, port: &'static str, monitor: &MonitorPlan) -> Object {
    let metadata = for_prometheus(plan, workload, &monitor.namespace, &monitor.labels);
    let spec = ServiceMonitorSpec {
        selector: Selector { match_labels: plan.names.selector(workload.role) },
        namespace_selector: NamespaceSelector { match_names: vec![plan.names.namespace.clone()] },
        endpoints: vec![Endpoint { port, interval: monitor.interval.clone() }],
    };
    custom(SERVICE_MONITOR.api_version, SERVICE_MONITOR.kind, &metadata, &spec)
}

/// The Service of a load balancer in front of a workload.
pub(super) fn outside(plan: &Plan, workload: &Workload, outside: &OutsidePlan) -> Service {
    let Service { metadata, spec, .. } = workload::service(plan, workload, &outside.service);
    let user = workload.settings.service_annotations.clone();
    Service {
        // The user's annotations stand above those that follow from the cloud.
        metadata: annotate(annotate(metadata, outside.annotations.clone()), user),
        spec: spec.map(|spec| ServiceSpec {
            type_: Some("LoadBalancer".to_owned()),
            load_balancer_class: outside.class.map(str::to_owned),
            load_balancer_source_ranges: (!outside.source_ranges.is_empty()).then(|| outside.source_ranges.clone()),
            external_traffic_policy: outside.keeps_client_address.then(|| "Local".to_owned()),
            ..spec
        }),
        ..Service::default()
    }
}
