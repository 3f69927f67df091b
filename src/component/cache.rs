//! Redis of ours: one, or several with fail-over.

mod alarms;
mod certificate;
mod reach;
mod sentinel;

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{ConfigMap, Container};

use super::container::{
    config_files, container, exec_probe, port, read_only, scratch, secret_files, tcp_probe, timing, writable,
};
use super::pod::{self, Parts};
use super::workload;
use crate::object::Object;
use crate::object::meta::{metadata, restart_on_change, typed};
use crate::plan::Plan;
use crate::plan::cache::{CachePlan, RedisPlan};
use crate::plan::names::{METRICS_PORT, Role};
use crate::spec::database::Persistence;

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    match &plan.cache {
        CachePlan::Redis(redis) => single(plan, redis),
        CachePlan::Sentinel(sentinel) => sentinel::objects(plan, sentinel),
        CachePlan::None | CachePlan::Managed(_) => Vec::new(),
    }
}

fn single(plan: &Plan, redis: &RedisPlan) -> Vec<Object> {
    let settings = Some(&redis.workload.settings);
    let name = plan.names.component(Role::Redis);
    let data = BTreeMap::from([("redis.conf".to_owned(), configuration(redis))]);
    let config = ConfigMap {
        metadata: metadata(plan, Role::Redis, name.clone(), settings),
        data: Some(data),
        ..ConfigMap::default()
    };
    let service = reach::headless_service(plan, redis, &redis.workload, &redis.service);
    let mut objects = vec![
        typed(&workload::service_account(plan, &redis.workload)),
        typed(&config),
        typed(&service),
        typed(&stateful_set(plan, redis, &name)),
    ];
    objects.extend(redis.outside.as_ref().map(|outside| typed(&reach::outside(plan, &redis.workload, outside))));
    let monitor = redis.metrics.as_ref().and_then(|metrics| metrics.monitor.as_ref());
    objects.extend(monitor.map(|monitor| reach::monitor(plan, &redis.workload, METRICS_PORT.0, monitor)));
    objects.extend(alarms::object(plan, redis));
    objects
}

/// `redis.conf`. Every key of Memos expires, so the least used may go when memory is full.
fn configuration(redis: &RedisPlan) -> String {
    settings(redis, "allkeys-lru").join("\n") + "\n"
}

/// What every Redis of ours is told.
fn settings(redis: &RedisPlan, eviction: &str) -> Vec<String> {
    let aof = matches!(redis.persistence, Persistence::Aof | Persistence::Both);
    let snapshots = matches!(redis.persistence, Persistence::Rdb | Persistence::Both);
    let mut lines = listening(redis, Role::Redis.port());
    if redis.users_secret.is_some() {
        lines.push("aclfile /etc/redis-users/users.acl".to_owned());
    }
    lines.push(format!("maxmemory {}mb", redis.max_memory));
    lines.push(format!("maxmemory-policy {eviction}"));
    lines.push(format!("maxclients {}", redis.max_clients));
    lines.push("dir /data".to_owned());
    lines.push(format!("appendonly {}", if aof { "yes" } else { "no" }));
    lines.push(if snapshots { "save 900 1 300 10 60 10000" } else { "save \"\"" }.to_owned());
    // Idle clients are found by keep-alive; the time-out itself stays off, because pools keep connections on purpose.
    lines.push("tcp-keepalive 60".to_owned());
    lines.push("timeout 0".to_owned());
    lines
}

/// Where a Redis or a sentinel listens, with the certificate where there is one.
fn listening(redis: &RedisPlan, port: u16) -> Vec<String> {
    let mut lines = vec!["bind * -::*".to_owned(), "protected-mode no".to_owned()];
    if redis.tls_secret.is_some() {
        lines.push("port 0".to_owned());
        lines.push(format!("tls-port {port}"));
        lines.extend(
            [
                "tls-cert-file /etc/redis-tls/tls.crt",
                "tls-key-file /etc/redis-tls/tls.key",
                "tls-ca-cert-file /etc/redis-tls/ca.crt",
                "tls-auth-clients no",
            ]
            .map(str::to_owned),
        );
    } else {
        lines.push(format!("port {port}"));
    }
    lines
}

fn stateful_set(plan: &Plan, redis: &RedisPlan, config_map: &str) -> StatefulSet {
    let RedisPlan { workload, service, volume, .. } = redis;
    let mut template = pod::template(plan, workload, parts(redis, config_map));
    restart_on_change(&mut template, "config", &configuration(redis));
    workload::single_pod(plan, workload, service, template, volume.as_ref())
}

fn parts(redis: &RedisPlan, config_map: &str) -> Parts {
    let mut mounts = vec![read_only("config", "/etc/redis"), writable("data", "/data")];
    let mut volumes = vec![config_files("config", config_map, &[], false)];
    if redis.volume.is_none() {
        volumes.push(scratch("data", "64Mi", false));
    }
    if let Some(secret) = &redis.users_secret {
        mounts.push(read_only("users", "/etc/redis-users"));
        volumes.push(secret_files("users", secret, &[("users.acl", "users.acl")]));
    }
    if let Some(secret) = &redis.tls_secret {
        let files = [("tls.crt", "tls.crt"), ("tls.key", "tls.key"), ("ca.crt", "ca.crt")];
        mounts.push(read_only("tls", "/etc/redis-tls"));
        volumes.push(secret_files("tls", secret, &files));
    }
    let mut side_cars = Vec::new();
    if let Some(metrics) = &redis.metrics {
        side_cars.push(reach::exporter(metrics, &redis.client.url(), redis.users_secret.is_some()));
        let file = reach::EXPORTER_FILE;
        volumes.extend(redis.users_secret.iter().map(|secret| secret_files("exporter", secret, &[(file, file)])));
    }
    let probes = &redis.workload.settings.probes;
    let main = Container {
        command: Some(vec!["redis-server".to_owned(), "/etc/redis/redis.conf".to_owned()]),
        ports: Some(vec![port(Role::Redis)]),
        startup_probe: Some(timing(tcp_probe(Role::Redis.port_name()), 2, 3, 60)),
        readiness_probe: Some(timing(ping(redis), 5, 3, probes.readiness_failures.unwrap_or(3))),
        liveness_probe: Some(timing(tcp_probe(Role::Redis.port_name()), 10, 5, probes.liveness_failures.unwrap_or(6))),
        volume_mounts: Some(mounts),
        ..container("redis", &redis.workload.image, &redis.workload.resources)
    };
    Parts { main, side_cars, volumes }
}

/// Asks for a `PONG` as a user who may do nothing else, because a password in a command line is seen by everybody on the node.
fn ping(redis: &RedisPlan) -> k8s_openapi::api::core::v1::Probe {
    let mut command = "redis-cli".to_owned();
    if redis.tls_secret.is_some() {
        command += " --tls --cacert /etc/redis-tls/ca.crt";
    }
    if redis.users_secret.is_some() {
        command += " --no-auth-warning --user probe --pass probe";
    }
    exec_probe(&["/bin/sh", "-c", &format!("{command} ping | grep -q PONG")])
}
