//! The pooler: a PgBouncer of ours, or the operator's.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::api::core::v1::{ConfigMap, Container, Lifecycle, LifecycleHandler, LocalObjectReference};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::container::{
    cloud_sql_proxy, config_files, container, exec, exec_probe, port, read_only, requirements, scratch, secret_files,
    tcp_probe, timing, writable,
};
use super::database;
use super::memos::trusted;
use super::pod::{self, Parts};
use super::workload;
use crate::object::Object;
use crate::object::cnpg::{API_VERSION, PgBouncer, PoolerSpec};
use crate::object::meta::{custom, metadata, restart_on_change, selector, typed};
use crate::plan::Plan;
use crate::plan::names::Role;
use crate::plan::pooler::{OwnPooler, PoolerKind, PoolerPlan};
use crate::plan::workload::Workload;
use crate::spec::database::TlsMode;

/// Seconds that a request waits for a connection before it is told that there is none.
const WAIT_SECONDS: u32 = 30;

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    let Some(pooler) = &plan.pooler else { return Vec::new() };
    match &pooler.kind {
        PoolerKind::Operator { cluster, workload } => operator(plan, pooler, cluster, workload),
        PoolerKind::Own(own) => self::own(plan, pooler, own),
    }
}

/// Parameters that both kinds share.
fn parameters(pooler: &PoolerPlan) -> BTreeMap<String, String> {
    let entry = |key: &str, value: u32| (key.to_owned(), value.to_string());
    BTreeMap::from([
        entry("default_pool_size", pooler.pool_size),
        entry("max_db_connections", pooler.pool_size),
        entry("max_client_conn", pooler.max_clients),
        entry("query_wait_timeout", WAIT_SECONDS),
    ])
}

fn operator(plan: &Plan, pooler: &PoolerPlan, cluster: &str, workload: &Workload) -> Vec<Object> {
    let main = Container {
        name: "pgbouncer".to_owned(),
        resources: Some(requirements(&workload.resources)),
        ..Container::default()
    };
    let mut template = pod::template(plan, workload, Parts { main, ..Parts::default() });
    if let Some(pod) = &mut template.spec {
        // The operator's own: its account, whose token the pooler reads the Cluster with, its user, and its way to end.
        pod.automount_service_account_token = None;
        pod.service_account_name = None;
        pod.security_context = None;
        pod.termination_grace_period_seconds = None;
    }
    let spec = PoolerSpec {
        cluster: LocalObjectReference { name: cluster.to_owned() },
        instances: pooler.replicas,
        type_: "rw",
        pgbouncer: PgBouncer { pool_mode: pooler.mode.word(), parameters: parameters(pooler) },
        // Kubernetes' own quarter would be three more of ten, each with a whole pool.
        deployment_strategy: one_by_one(),
        template,
    };
    let metadata = metadata(plan, Role::Pooler, pooler.name.clone(), Some(&workload.settings));
    let mut objects = vec![custom(API_VERSION, "Pooler", &metadata, &spec)];
    objects.extend(workload::disruption_budget(plan, workload).map(|budget| typed(&budget)));
    objects
}

/// One pooler more while they are replaced, and never one less.
fn one_by_one() -> DeploymentStrategy {
    DeploymentStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(RollingUpdateDeployment {
            max_surge: Some(IntOrString::Int(1)),
            max_unavailable: Some(IntOrString::Int(0)),
        }),
    }
}

fn own(plan: &Plan, pooler: &PoolerPlan, own: &OwnPooler) -> Vec<Object> {
    let settings = Some(&own.workload.settings);
    let configuration = configuration(pooler, own);
    let data = BTreeMap::from([("pgbouncer.ini".to_owned(), configuration.clone())]);
    let config = ConfigMap {
        metadata: metadata(plan, Role::Pooler, pooler.name.clone(), settings),
        data: Some(data),
        ..ConfigMap::default()
    };
    let mut objects = vec![
        typed(&workload::service_account(plan, &own.workload)),
        typed(&config),
        typed(&workload::service(plan, &own.workload, &pooler.name)),
        typed(&deployment(plan, pooler, own, &configuration)),
    ];
    objects.extend(workload::disruption_budget(plan, &own.workload).map(|budget| typed(&budget)));
    objects
}

/// `pgbouncer.ini`.
fn configuration(pooler: &PoolerPlan, own: &OwnPooler) -> String {
    let OwnPooler { host, port, database, tls, authority, .. } = own;
    let checks = matches!(tls, TlsMode::VerifyCa | TlsMode::VerifyFull);
    let authority = authority.as_ref().map_or_else(|| SYSTEM_AUTHORITIES.to_owned(), |authority| authority.path());
    let mut lines = vec![
        "[databases]".to_owned(),
        format!("{} = host={host} port={port} dbname={database}", section(database)),
        String::new(),
        "[pgbouncer]".to_owned(),
        "listen_addr = *".to_owned(),
        format!("listen_port = {}", Role::Pooler.port()),
        "unix_socket_dir =".to_owned(),
        "auth_type = scram-sha-256".to_owned(),
        "auth_file = /etc/pgbouncer-users/userlist.txt".to_owned(),
        format!("pool_mode = {}", pooler.mode.word()),
    ];
    lines.extend(parameters(pooler).into_iter().map(|(key, value)| format!("{key} = {value}")));
    lines.push("server_connect_timeout = 5".to_owned());
    lines.push(format!("server_tls_sslmode = {}", tls.word()));
    if checks {
        lines.push(format!("server_tls_ca_file = {authority}"));
    }
    // One line a connection would be one line a request.
    lines.push("log_connections = 0".to_owned());
    lines.push("log_disconnections = 0".to_owned());
    lines.join("\n") + "\n"
}

/// What clients have to ask for: the database's name or, where PgBouncer cannot read that as a key, anything.
fn section(database: &str) -> &str {
    if database.contains('@') { "*" } else { database }
}

/// The authorities that the pooler's Alpine image trusts.
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

fn deployment(plan: &Plan, pooler: &PoolerPlan, own: &OwnPooler, configuration: &str) -> Deployment {
    let mut template = pod::template(plan, &own.workload, parts(pooler, own));
    restart_on_change(&mut template, "config", &configuration);
    Deployment {
        metadata: metadata(plan, Role::Pooler, pooler.name.clone(), Some(&own.workload.settings)),
        spec: Some(DeploymentSpec {
            replicas: Some(i32::try_from(pooler.replicas).unwrap_or(i32::MAX)),
            revision_history_limit: Some(5),
            selector: selector(plan, Role::Pooler),
            // The pooler before this one has ended by then, so that at most one of them still holds its connections.
            min_ready_seconds: Some(i32::try_from(own.workload.pre_stop_seconds + 5).unwrap_or(i32::MAX)),
            strategy: Some(one_by_one()),
            template,
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    }
}

fn parts(pooler: &PoolerPlan, own: &OwnPooler) -> Parts {
    let mut mounts = vec![
        read_only("config", "/etc/pgbouncer"),
        read_only("users", "/etc/pgbouncer-users"),
        writable("tmp", "/tmp"),
    ];
    let mut volumes = vec![
        config_files("config", &pooler.name, &[], false),
        secret_files("users", &own.secret, &[("userlist.txt", "userlist.txt")]),
        scratch("tmp", "16Mi", false),
    ];
    if let Some(authority) = &own.authority {
        let (mount, volume) = trusted(authority);
        mounts.push(mount);
        volumes.push(volume);
    }
    let probes = &own.workload.settings.probes;
    let number = Role::Pooler.port().to_string();
    let main = Container {
        command: Some(vec!["pgbouncer".to_owned(), "/etc/pgbouncer/pgbouncer.ini".to_owned()]),
        ports: Some(vec![port(Role::Pooler)]),
        readiness_probe: Some(timing(
            exec_probe(&["nc", "-z", "-w", "2", "127.0.0.1", &number]),
            5,
            3,
            probes.readiness_failures.unwrap_or(3),
        )),
        liveness_probe: Some(timing(tcp_probe(Role::Pooler.port_name()), 10, 5, probes.liveness_failures.unwrap_or(6))),
        lifecycle: Some(stop(own.workload.pre_stop_seconds)),
        volume_mounts: Some(mounts),
        ..container("pgbouncer", &own.workload.image, &own.workload.resources)
    };
    let mut side_cars: Vec<_> =
        own.proxy.iter().map(|proxy| cloud_sql_proxy(proxy, own.workload.grace_seconds)).collect();
    side_cars.extend(own.wait.as_ref().map(|wait| database::wait::container_of(&own.workload, wait)));
    Parts { main, side_cars, volumes }
}

/// Goes on serving while everybody forgets the pod, then ends as soon as no transaction runs. The signal that Kubernetes sends
/// waits since 1.23 for every client to go, and Memos keeps idle connections; a second signal would cut transactions, so the
/// hook lasts until the process is gone.
fn stop(seconds: u32) -> Lifecycle {
    let script = format!("sleep {seconds}\nkill -INT 1\nwhile kill -0 1; do sleep 1; done\n");
    let hook = exec(&["/bin/sh", "-c", &script]);
    let handler = LifecycleHandler { exec: Some(hook), ..LifecycleHandler::default() };
    Lifecycle { pre_stop: Some(handler), ..Lifecycle::default() }
}
