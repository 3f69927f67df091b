//! Redis with fail-over: its pods, the sentinels, and the proxies that lead to the master.

mod configuration;

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetPersistentVolumeClaimRetentionPolicy};
use k8s_openapi::api::core::v1::{
    ConfigMap, Container, EnvVar, EnvVarSource, Lifecycle, LifecycleHandler, ObjectFieldSelector, PodTemplateSpec,
    Volume, VolumeMount,
};

use super::super::container::{
    config_files, container, exec, exec_probe, http_probe, named_port, port, pre_stop, read_only, scratch,
    secret_files, tcp_probe, timing, variable, writable,
};
use super::super::haproxy;
use super::super::pod::{self, Parts};
use super::super::workload;
use super::reach;
use crate::object::Object;
use crate::object::meta::{metadata, restart_on_change, typed};
use crate::plan::Plan;
use crate::plan::cache::sentinel::{LONG_PATIENCE, MASTER_NAME, PATIENCE, SentinelPlan};
use crate::plan::names::{METRICS_PORT, PROXY_STATUS_PORT, Role};
use crate::plan::workload::Workload;
use crate::spec::scalar::Quantity;

/// Scripts as they are emitted.
const COMMON: &str = include_str!("scripts/common.sh");
const REDIS: &str = include_str!("scripts/redis.sh");
const SENTINEL: &str = include_str!("scripts/sentinel.sh");
const STOP: &str = include_str!("scripts/stop.sh");
const READY: &str = include_str!("scripts/ready.sh");
const LATE: &str = include_str!("scripts/late.sh");
const RENEW: &str = include_str!("scripts/renew.sh");

pub(super) fn objects(plan: &Plan, sentinel: &SentinelPlan) -> Vec<Object> {
    let mut objects = redis(plan, sentinel);
    objects.extend(sentinels(plan, sentinel));
    objects.extend(proxies(plan, sentinel));
    objects
}

fn config_map(plan: &Plan, sentinel: &SentinelPlan, workload: &Workload, mut files: Vec<(&str, String)>) -> ConfigMap {
    if sentinel.redis.tls_secret.is_some() {
        files.push(("renew.sh", RENEW.to_owned()));
    }
    let name = plan.names.component(workload.role);
    ConfigMap {
        metadata: metadata(plan, workload.role, name, Some(&workload.settings)),
        data: Some(files.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()),
        ..ConfigMap::default()
    }
}

fn redis(plan: &Plan, sentinel: &SentinelPlan) -> Vec<Object> {
    let redis = &sentinel.redis;
    let files = vec![
        ("common.sh", COMMON.to_owned()),
        ("ready.sh", READY.to_owned()),
        ("redis.conf", configuration::redis(sentinel)),
        ("redis.sh", REDIS.to_owned()),
        ("stop.sh", STOP.to_owned()),
    ];
    let config = config_map(plan, sentinel, &redis.workload, files);
    let mut template = pod::template(plan, &redis.workload, redis_parts(sentinel, &plan.names.component(Role::Redis)));
    restart_on_change(&mut template, "config", &config.data);
    let mut set =
        workload::single_pod(plan, &redis.workload, &redis.service, without_hash(template), redis.volume.as_ref());
    if let Some(spec) = &mut set.spec {
        let kept = if sentinel.keep_volumes { "Retain" } else { "Delete" };
        spec.persistent_volume_claim_retention_policy =
            redis.volume.as_ref().map(|_| StatefulSetPersistentVolumeClaimRetentionPolicy {
                when_deleted: Some(kept.to_owned()),
                when_scaled: Some("Retain".to_owned()),
            });
    }
    let mut objects = vec![
        typed(&workload::service_account(plan, &redis.workload)),
        typed(&config),
        typed(&reach::headless_service(plan, redis, &redis.workload, &redis.service)),
        typed(&several(set, sentinel.replicas)),
    ];
    let certificate = sentinel.certificate.as_ref();
    objects.extend(certificate.map(|certificate| super::certificate::object(plan, &redis.workload, certificate)));
    objects.extend(workload::disruption_budget(plan, &redis.workload).map(|budget| typed(&budget)));
    objects.extend(monitor(plan, sentinel, &redis.workload));
    objects.extend(super::alarms::object(plan, redis));
    objects
}

fn monitor(plan: &Plan, sentinel: &SentinelPlan, workload: &Workload) -> Option<Object> {
    let monitor = sentinel.redis.metrics.as_ref()?.monitor.as_ref()?;
    let (port, _) = if workload.role == Role::RedisProxy { PROXY_STATUS_PORT } else { METRICS_PORT };
    Some(reach::monitor(plan, workload, port, monitor))
}

/// All pods at once: one that waited for the one before it could not follow a master that comes after it.
fn several(mut set: StatefulSet, count: u32) -> StatefulSet {
    if let Some(spec) = &mut set.spec {
        spec.replicas = Some(i32::try_from(count).unwrap_or(i32::MAX));
        spec.pod_management_policy = Some("Parallel".to_owned());
        // Long enough for the sentinels to have heard of a new one of theirs, and of a new replica.
        spec.min_ready_seconds = Some(15);
    }
    set
}

/// Pods of a StatefulSet have no label of their template.
fn without_hash(mut template: PodTemplateSpec) -> PodTemplateSpec {
    for constraint in template.spec.iter_mut().flat_map(|spec| spec.topology_spread_constraints.iter_mut().flatten()) {
        constraint.match_label_keys = None;
    }
    template
}

/// What the scripts have to know.
fn variables(sentinel: &SentinelPlan, role: Role) -> Vec<EnvVar> {
    let hosts = if role == Role::Redis { &sentinel.hosts } else { &sentinel.sentinels.hosts };
    let domain = hosts.first().and_then(|host| host.split_once('.')).map_or("", |(_, domain)| domain);
    let field = ObjectFieldSelector { field_path: "metadata.name".to_owned(), api_version: None };
    let source = EnvVarSource { field_ref: Some(field), ..EnvVarSource::default() };
    vec![
        EnvVar { name: "POD_NAME".to_owned(), value: None, value_from: Some(source) },
        variable("ME", format!("$(POD_NAME).{domain}")),
        variable("REDIS_HOSTS", sentinel.hosts.join(" ")),
        variable("SENTINEL_HOSTS", sentinel.sentinels.hosts.join(" ")),
        variable("QUORUM", sentinel.sentinels.quorum.to_string()),
        variable("MASTER_NAME", MASTER_NAME),
        variable("TLS", if sentinel.redis.tls_secret.is_some() { "yes" } else { "" }),
        variable("PATIENCE", PATIENCE.to_string()),
        variable("LONG_PATIENCE", LONG_PATIENCE.to_string()),
    ]
}

/// The files that Redis and sentinels have alike: their configuration, the list of users, passwords and the certificate.
fn files(sentinel: &SentinelPlan, config_map: &str, users: &str, keys: &[&str]) -> (Vec<Volume>, Vec<VolumeMount>) {
    let mut mounts = vec![read_only("config", "/etc/redis"), writable("data", "/data")];
    let mut volumes = vec![config_files("config", config_map, &[], true)];
    if let Some(secret) = &sentinel.redis.users_secret {
        let keys: Vec<(&str, &str)> = keys.iter().map(|key| (*key, *key)).collect();
        mounts.extend([read_only("keys", "/etc/redis-keys"), read_only("users", "/etc/redis-users")]);
        volumes.push(secret_files("keys", secret, &keys));
        volumes.push(secret_files("users", secret, &[(users, users)]));
    }
    if let Some(secret) = &sentinel.redis.tls_secret {
        let files = [("tls.crt", "tls.crt"), ("tls.key", "tls.key"), ("ca.crt", "ca.crt")];
        mounts.push(read_only("tls", "/etc/redis-tls"));
        volumes.push(secret_files("tls", secret, &files));
    }
    (volumes, mounts)
}

/// The exporter beside a Redis or a sentinel, with the volume of its password.
fn exporter(sentinel: &SentinelPlan, url: &str, key: &str, volumes: &mut Vec<Volume>) -> Vec<Container> {
    let Some(metrics) = &sentinel.redis.metrics else { return Vec::new() };
    let secret = sentinel.redis.users_secret.as_ref();
    volumes.extend(secret.map(|secret| secret_files("exporter", secret, &[(key, reach::EXPORTER_FILE)])));
    vec![reach::exporter(metrics, url, secret.is_some())]
}

fn redis_parts(sentinel: &SentinelPlan, config_map: &str) -> Parts {
    let redis = &sentinel.redis;
    let keys = ["keeper", "replica", "renewer"];
    let keys = if redis.tls_secret.is_some() { &keys[..] } else { &keys[..2] };
    let (mut volumes, mounts) = files(sentinel, config_map, "users.acl", keys);
    if redis.volume.is_none() {
        volumes.insert(1, scratch("data", Quantity::mebibytes(sentinel.scratch).as_str(), false));
    }
    let side_cars = exporter(sentinel, &redis.client.url(), reach::EXPORTER_FILE, &mut volumes);
    let probes = &redis.workload.settings.probes;
    let stop = LifecycleHandler { exec: Some(exec(&["/bin/sh", "/etc/redis/stop.sh"])), ..LifecycleHandler::default() };
    let ready = exec_probe(&["/bin/sh", "/etc/redis/ready.sh"]);
    let main = Container {
        command: Some(["/bin/sh", "/etc/redis/redis.sh"].map(str::to_owned).to_vec()),
        env: Some(variables(sentinel, Role::Redis)),
        lifecycle: Some(Lifecycle { pre_stop: Some(stop), ..Lifecycle::default() }),
        ports: Some(vec![port(Role::Redis)]),
        // Twice as long as it may wait for another to become the master, since what it asks last may take half a minute.
        startup_probe: Some(timing(tcp_probe(Role::Redis.port_name()), 2, 3, LONG_PATIENCE)),
        readiness_probe: Some(timing(ready, 5, 5, probes.readiness_failures.unwrap_or(3))),
        liveness_probe: Some(timing(tcp_probe(Role::Redis.port_name()), 10, 5, probes.liveness_failures.unwrap_or(6))),
        volume_mounts: Some(mounts),
        ..container("redis", &redis.workload.image, &redis.workload.resources)
    };
    Parts { main, side_cars, volumes }
}

fn sentinels(plan: &Plan, sentinel: &SentinelPlan) -> Vec<Object> {
    let own = &sentinel.sentinels;
    let files = vec![
        ("common.sh", COMMON.to_owned()),
        ("late.sh", LATE.to_owned()),
        ("master.conf", configuration::master(sentinel)),
        ("sentinel.conf", configuration::sentinel(sentinel)),
        ("sentinel.sh", SENTINEL.to_owned()),
    ];
    let config = config_map(plan, sentinel, &own.workload, files);
    let mut template =
        pod::template(plan, &own.workload, sentinel_parts(sentinel, &plan.names.component(Role::Sentinel)));
    restart_on_change(&mut template, "config", &config.data);
    let set = workload::single_pod(plan, &own.workload, &own.service, without_hash(template), None);
    let mut objects = vec![
        typed(&workload::service_account(plan, &own.workload)),
        typed(&config),
        typed(&reach::headless_service(plan, &sentinel.redis, &own.workload, &own.service)),
        typed(&several(set, own.count)),
    ];
    objects.extend(workload::disruption_budget(plan, &own.workload).map(|budget| typed(&budget)));
    objects.extend(monitor(plan, sentinel, &own.workload));
    objects
}

/// A sentinel is ended for nothing but not listening: one that finds no majority needs no restart, and a restart forgets.
fn sentinel_parts(sentinel: &SentinelPlan, config_map: &str) -> Parts {
    let own = &sentinel.sentinels;
    let (mut volumes, mounts) = files(sentinel, config_map, "sentinels.acl", &["keeper", "sentinel"]);
    volumes.insert(1, scratch("data", "16Mi", false));
    let url = sentinel
        .redis
        .client
        .url()
        .replace(&format!(":{}/", Role::RedisProxy.port()), &format!(":{}/", Role::Sentinel.port()));
    let side_cars = exporter(sentinel, &url, "exporter-sentinel.json", &mut volumes);
    let probes = &own.workload.settings.probes;
    let open = || tcp_probe(Role::Sentinel.port_name());
    let main = Container {
        command: Some(["/bin/sh", "/etc/redis/sentinel.sh"].map(str::to_owned).to_vec()),
        env: Some(variables(sentinel, Role::Sentinel)),
        ports: Some(vec![port(Role::Sentinel)]),
        startup_probe: Some(timing(open(), 2, 3, 150)),
        readiness_probe: Some(timing(open(), 5, 3, probes.readiness_failures.unwrap_or(3))),
        liveness_probe: Some(timing(open(), 10, 5, probes.liveness_failures.unwrap_or(12))),
        volume_mounts: Some(mounts),
        ..container("sentinel", &own.workload.image, &own.workload.resources)
    };
    Parts { main, side_cars, volumes }
}

fn proxies(plan: &Plan, sentinel: &SentinelPlan) -> Vec<Object> {
    let own = &sentinel.proxy;
    let config = config_map(plan, sentinel, &own.workload, vec![("haproxy.cfg", configuration::proxy(sentinel))]);
    let mut template =
        pod::template(plan, &own.workload, proxy_parts(sentinel, &plan.names.component(Role::RedisProxy)));
    restart_on_change(&mut template, "config", &config.data);
    let mut service = workload::service(plan, &own.workload, &own.service);
    if sentinel.redis.metrics.is_some() {
        service = reach::with_port(service, PROXY_STATUS_PORT);
    }
    let mut objects = vec![
        typed(&workload::service_account(plan, &own.workload)),
        typed(&config),
        typed(&service),
        typed(&haproxy::deployment(plan, &own.workload, own.count, template)),
    ];
    objects.extend(workload::disruption_budget(plan, &own.workload).map(|budget| typed(&budget)));
    objects.extend(monitor(plan, sentinel, &own.workload));
    let outside = sentinel.redis.outside.as_ref();
    objects.extend(outside.map(|outside| typed(&reach::outside(plan, &own.workload, outside))));
    objects
}

/// Gives HAProxy the password of its check by the environment, because its configuration reads no file.
const PROXY_PASSWORD: &str = "CHECK_PASSWORD=$(cat /etc/redis-keys/check)
export CHECK_PASSWORD
";

/// Has it begin anew with another authority, which a process above those that work can do.
const PROXY_RENEWED: &str = "# shellcheck source=/dev/null
. /etc/haproxy/renew.sh
renew kill -USR2 \"$$\" &
exec haproxy -W -db -f /etc/haproxy/haproxy.cfg
";

fn start_proxy(password: bool, tls: bool) -> Vec<String> {
    let plain = haproxy::COMMAND;
    if !password && !tls {
        return plain.map(str::to_owned).to_vec();
    }
    let start = if tls { PROXY_RENEWED.to_owned() } else { format!("exec {}\n", plain.join(" ")) };
    let script = format!("{}{start}", if password { PROXY_PASSWORD } else { "" });
    ["/bin/sh", "-c", &script].map(str::to_owned).to_vec()
}

fn proxy_parts(sentinel: &SentinelPlan, config_map: &str) -> Parts {
    let own = &sentinel.proxy;
    let mut mounts = vec![read_only("config", haproxy::DIRECTORY)];
    let mut volumes = vec![config_files("config", config_map, &[], false)];
    let (password, tls) = (sentinel.redis.users_secret.is_some(), sentinel.redis.tls_secret.is_some());
    if let Some(secret) = &sentinel.redis.users_secret {
        mounts.push(read_only("keys", "/etc/redis-keys"));
        volumes.push(secret_files("keys", secret, &[("check", "check")]));
    }
    if let Some(secret) = &sentinel.redis.tls_secret {
        mounts.push(read_only("tls", "/etc/redis-tls"));
        volumes.push(secret_files("tls", secret, &[("ca.crt", "ca.crt")]));
    }
    let probes = &own.workload.settings.probes;
    let (status, number) = PROXY_STATUS_PORT;
    // All proxies lose the master at the same moment, so readiness asks for the process alone; at its start every Redis
    // counts as fit until it was asked, and nobody is let in for so long.
    let mut ready = timing(http_probe("/healthz", status), 5, 3, probes.readiness_failures.unwrap_or(3));
    ready.initial_delay_seconds = Some(3);
    let main = Container {
        command: Some(start_proxy(password, tls)),
        lifecycle: pre_stop(own.workload.pre_stop_seconds),
        ports: Some(vec![port(Role::RedisProxy), named_port(status, number)]),
        readiness_probe: Some(ready),
        liveness_probe: Some(timing(http_probe("/healthz", status), 10, 5, probes.liveness_failures.unwrap_or(6))),
        volume_mounts: Some(mounts),
        ..container("haproxy", &own.workload.image, &own.workload.resources)
    };
    Parts { main, side_cars: Vec::new(), volumes }
}
