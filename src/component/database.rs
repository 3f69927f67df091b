//! PostgreSQL in the cluster: one of ours, or the operator's instances.

mod cluster;
pub(super) mod wait;

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{ConfigMap, Container};

use super::container::{
    config_files, container, exec_probe, port, read_only, scratch, secret_files, tcp_probe, timing, variable, writable,
};
use super::pod::{self, Parts};
use super::workload;
use crate::object::Object;
use crate::object::meta::{metadata, typed};
use crate::plan::Plan;
use crate::plan::database::{DatabasePlan, PostgresPlan};
use crate::plan::names::Role;

/// Where the two passwords are mounted.
const PASSWORDS: &str = "/etc/postgres-passwords";

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    match &plan.database {
        DatabasePlan::Sqlite(_) | DatabasePlan::Managed(_) => Vec::new(),
        DatabasePlan::Cluster(cluster) => vec![cluster::object(plan, cluster)],
        DatabasePlan::Postgres(postgres) => vec![
            typed(&workload::service_account(plan, &postgres.workload)),
            typed(&scripts(plan, postgres)),
            typed(&workload::headless_service(plan, &postgres.workload, &postgres.service)),
            typed(&stateful_set(plan, postgres)),
        ],
    }
}

/// What the container runs, with the server's arguments: `docker-ensure-initdb.sh` and `docker-entrypoint.sh` are the image's.
const START: &str = include_str!("database/start.sh");

/// Signs in as Memos does. Over the loopback, where the server that makes a database does not listen.
fn sign_in() -> String {
    format!(
        "PGPASSWORD=$(cat {PASSWORDS}/password) psql --no-psqlrc --quiet --username=memos --dbname=memos --host=127.0.0.1 \
         --command='SELECT 1' >/dev/null"
    )
}

/// The script that PostgreSQL's image runs once, on an empty data directory. Memos gets a user of its own that owns its
/// database and nothing else.
fn first_start(postgres: &PostgresPlan) -> String {
    let extensions: String =
        postgres.extensions.iter().map(|name| format!("CREATE EXTENSION IF NOT EXISTS {name};\n")).collect();
    format!(
        "#!/bin/sh\n\
         # Runs once, when the data directory is empty.\n\
         set -eu\n\
         psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username=\"$POSTGRES_USER\" --dbname=postgres <<'SQL'\n\
         \\set password `cat {PASSWORDS}/password`\n\
         CREATE ROLE memos LOGIN PASSWORD :'password';\n\
         CREATE DATABASE memos OWNER memos;\n\
         \\connect memos\n\
         {extensions}SQL\n"
    )
}

fn scripts(plan: &Plan, postgres: &PostgresPlan) -> ConfigMap {
    ConfigMap {
        metadata: metadata(plan, Role::Postgres, postgres.scripts.clone(), Some(&postgres.workload.settings)),
        data: Some(BTreeMap::from([("10-memos.sh".to_owned(), first_start(postgres))])),
        ..ConfigMap::default()
    }
}

fn stateful_set(plan: &Plan, postgres: &PostgresPlan) -> StatefulSet {
    let PostgresPlan { workload, service, volume, .. } = postgres;
    let template = pod::template(plan, workload, parts(postgres));
    workload::single_pod(plan, workload, service, template, Some(volume))
}

fn parts(postgres: &PostgresPlan) -> Parts {
    let args = postgres.parameters.iter().flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]);
    let probes = &postgres.workload.settings.probes;
    let ready = exec_probe(&["/bin/sh", "-c", &sign_in()]);
    let main = Container {
        command: Some(["/bin/sh", "-c", START, "start"].map(str::to_owned).to_vec()),
        args: Some(args.collect()),
        env: Some(vec![
            variable("PGDATA", postgres.data.clone()),
            variable("POSTGRES_USER", "postgres"),
            variable("POSTGRES_PASSWORD_FILE", format!("{PASSWORDS}/superuser-password")),
        ]),
        ports: Some(vec![port(Role::Postgres)]),
        // The first start makes the data directory, which takes a while on slow volumes.
        startup_probe: Some(timing(ready.clone(), 1, 5, 300)),
        readiness_probe: Some(timing(ready, 5, 5, probes.readiness_failures.unwrap_or(3))),
        liveness_probe: Some(timing(
            tcp_probe(Role::Postgres.port_name()),
            10,
            5,
            probes.liveness_failures.unwrap_or(6),
        )),
        volume_mounts: Some(vec![
            writable("data", postgres.mount),
            writable("run", "/var/run/postgresql"),
            writable("tmp", "/tmp"),
            writable("shm", "/dev/shm"),
            read_only("scripts", "/docker-entrypoint-initdb.d"),
            read_only("passwords", PASSWORDS),
        ]),
        ..container("postgres", &postgres.workload.image, &postgres.workload.resources)
    };
    let passwords = [("password", "password"), ("superuser-password", "superuser-password")];
    let volumes = vec![
        scratch("run", "16Mi", false),
        scratch("tmp", "256Mi", false),
        scratch("shm", "256Mi", true),
        config_files("scripts", &postgres.scripts, &[], true),
        secret_files("passwords", &postgres.secret, &passwords),
    ];
    Parts { main, side_cars: Vec::new(), volumes }
}
