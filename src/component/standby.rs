//! One Memos that serves and others that stand by: the gate and the keeper of their pods, and the proxies in front.

mod configuration;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    ConfigMap, Container, EnvVar, EnvVarSource, ObjectFieldSelector, PodDNSConfig, PodDNSConfigOption, Probe, Service,
    Volume, VolumeMount,
};

use super::container::{
    config_files, container, exec_probe, http_probe, named_port, port, pre_stop, read_only, scratch, secret_variable,
    timing, variable, writable,
};
use super::haproxy;
use super::memos::trusted;
use super::pod::{self, Parts};
use super::workload;
use crate::object::Object;
use crate::object::meta::{metadata, restart_on_change, typed};
use crate::plan::Plan;
use crate::plan::names::{PROXY_STATUS_PORT, Role};
use crate::plan::standby::{ALPINE_AUTHORITIES, KeeperDatabase, KeeperPlan, ProxyPlan, StandbyPlan};
use crate::spec::database::TlsMode;

/// Scripts as they are emitted.
const LEASE: &str = include_str!("standby/scripts/lease.sh");
const GATE: &str = include_str!("standby/scripts/gate.sh");
const KEEPER: &str = include_str!("standby/scripts/keeper.sh");
const YOUNG: &str = include_str!("standby/scripts/young.sh");

/// Where the scripts are mounted.
const SCRIPTS: &str = "/etc/memos-standby";

/// Where gate and keeper meet.
const MEETING: &str = "/lease";

/// How old the sign of a gate, of a keeper, and of the database's last answer may be, in hundredths of a second.
const GATE_AGE: &str = "1000";
const KEEPER_AGE: &str = "3000";
const ANSWER_AGE: &str = "1000";

/// What is not in the pods of Memos themselves.
pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    let Some(standby) = &plan.standby else { return Vec::new() };
    let mut objects = vec![typed(&scripts(plan, standby))];
    if let Some(proxy) = &standby.proxy {
        objects.push(typed(&pods(plan, standby)));
        objects.extend(proxies(plan, proxy));
    }
    objects
}

/// The scripts' texts by the names of their files.
pub(super) fn texts(plan: &Plan) -> BTreeMap<String, String> {
    let mut files = vec![("gate.sh", GATE), ("keeper.sh", KEEPER), ("lease.sh", LEASE), ("young.sh", YOUNG)];
    let administrator = super::memos::administrator_script(&plan.memos);
    files.extend(administrator.as_deref().map(|text| ("administrator.sh", text)));
    files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

fn scripts(plan: &Plan, standby: &StandbyPlan) -> ConfigMap {
    let settings = Some(&plan.memos.workload.settings);
    let metadata = metadata(plan, Role::Memos, standby.scripts.clone(), settings);
    ConfigMap { metadata, data: Some(texts(plan)), ..ConfigMap::default() }
}

/// Names every pod, also those that do not serve: the proxies find out themselves who does.
fn pods(plan: &Plan, standby: &StandbyPlan) -> Service {
    let mut service = workload::headless_service(plan, &plan.memos.workload, &standby.service);
    service.metadata.annotations = None;
    if let Some(spec) = &mut service.spec {
        spec.publish_not_ready_addresses = Some(true);
    }
    service
}

/// Puts the gate before Memos. A pod that stands by is as well as one that serves: ready is whose keeper the database answers,
/// alive is whose gate still looks. Without proxies only the pod that serves may be ready.
pub(super) fn gated(standby: &StandbyPlan, serving: Probe, mut memos: Container) -> Container {
    let gate = ["/bin/sh".to_owned(), format!("{SCRIPTS}/gate.sh")];
    let own = standby.entrypoint.unwrap_or_default().iter().map(|word| (*word).to_owned());
    memos.command = Some(gate.into_iter().chain(own).collect());
    memos.startup_probe = None;
    memos.lifecycle = None;
    memos.readiness_probe = standby.proxy.is_none().then_some(Probe { period_seconds: Some(1), ..serving });
    memos.liveness_probe = memos
        .liveness_probe
        .map(|probe| Probe { http_get: None, ..probe })
        .map(|probe| Probe { exec: young("gate", GATE_AGE).exec, ..probe });
    memos.volume_mounts.get_or_insert_default().extend(mounts());
    memos
}

fn mounts() -> [VolumeMount; 2] {
    [writable("lease", MEETING), read_only("standby", SCRIPTS)]
}

/// The volumes of gate and keeper. What is in memory is gone with the node, whose clock begins anew then.
pub(super) fn volumes(standby: &StandbyPlan) -> [Volume; 2] {
    [scratch("lease", "1Mi", true), config_files("standby", &standby.scripts, &[], false)]
}

/// A node that is lost may take a name server with it, which goes on to be asked until Kubernetes notices: by default for five
/// seconds each time, which is longer than a pod may take to serve.
pub(super) fn name_service() -> PodDNSConfig {
    let option =
        |name: &str, value: &str| PodDNSConfigOption { name: Some(name.to_owned()), value: Some(value.to_owned()) };
    PodDNSConfig { options: Some(vec![option("timeout", "1"), option("attempts", "5")]), ..PodDNSConfig::default() }
}

fn young(name: &str, age: &str) -> Probe {
    exec_probe(&["/bin/sh", &format!("{SCRIPTS}/young.sh"), name, age])
}

/// The keeper as a native side-car: it starts before Memos and ends after it, when it gives the lease up.
pub(super) fn keeper(standby: &StandbyPlan) -> Container {
    let KeeperPlan { image, resources, lease, kept_back, startup, ask_after, database } = &standby.keeper;
    let mut variables = vec![
        of_pod("POD_NAME", "metadata.name"),
        // What a Deployment tells the pods of its revisions apart by.
        of_pod("REVISION", "metadata.labels['pod-template-hash']"),
        variable("LEASE", lease.to_string()),
        variable("KEPT_BACK", kept_back.to_string()),
        variable("STARTUP", startup.to_string()),
        variable("ASK_AFTER", ask_after.to_string()),
        variable("MEMOS", format!("http://127.0.0.1:{}/healthz", Role::Memos.port())),
    ];
    variables.extend(connection(database));
    let mut mounts = mounts().to_vec();
    mounts.extend(database.authority.as_ref().map(|authority| trusted(authority).0));
    Container {
        command: Some(vec!["/bin/sh".to_owned(), format!("{SCRIPTS}/keeper.sh")]),
        env: Some(variables),
        restart_policy: Some("Always".to_owned()),
        readiness_probe: Some(timing(young("answered", ANSWER_AGE), 5, 3, 1)),
        liveness_probe: Some(timing(young("keeper", KEEPER_AGE), 10, 3, 3)),
        volume_mounts: Some(mounts),
        ..container("keeper", image, resources)
    }
}

/// A variable that says something of the pod itself.
fn of_pod(name: &str, path: &str) -> EnvVar {
    let field = ObjectFieldSelector { field_path: path.to_owned(), api_version: None };
    let source = EnvVarSource { field_ref: Some(field), ..EnvVarSource::default() };
    EnvVar { name: name.to_owned(), value: None, value_from: Some(source) }
}

/// What psql reads from its environment. A statement that takes longer than the keeper waits is ended by the server.
fn connection(database: &KeeperDatabase) -> Vec<EnvVar> {
    let KeeperDatabase { host, port, name, user, tls, authority, password } = database;
    let mut variables = vec![
        variable("PGHOST", host.clone()),
        variable("PGPORT", port.to_string()),
        variable("PGDATABASE", name.clone()),
        variable("PGUSER", user.clone()),
        variable("PGSSLMODE", tls.word()),
        variable("PGCONNECT_TIMEOUT", "4"),
        variable("PGAPPNAME", "memos-keeper"),
        variable("PGOPTIONS", "-c statement_timeout=1500 -c synchronous_commit=off"),
    ];
    if matches!(tls, TlsMode::VerifyCa | TlsMode::VerifyFull) {
        let file = authority.as_ref().map_or_else(|| ALPINE_AUTHORITIES.to_owned(), |authority| authority.path());
        variables.push(variable("PGSSLROOTCERT", file));
    }
    let secret = password.as_ref().map(|(secret, key)| secret_variable("PGPASSWORD", secret, key, false));
    variables.extend(secret);
    variables
}

fn proxies(plan: &Plan, proxy: &ProxyPlan) -> Vec<Object> {
    let workload = &proxy.workload;
    let name = plan.names.component(Role::Proxy);
    let data = BTreeMap::from([("haproxy.cfg".to_owned(), configuration::proxy(proxy))]);
    let mut template = pod::template(plan, workload, proxy_parts(proxy, &name));
    restart_on_change(&mut template, "config", &data);
    let config = ConfigMap {
        metadata: metadata(plan, Role::Proxy, name, Some(&workload.settings)),
        data: Some(data),
        ..ConfigMap::default()
    };
    let mut objects = vec![
        typed(&workload::service_account(plan, workload)),
        typed(&config),
        typed(&haproxy::deployment(plan, workload, proxy.count, template)),
    ];
    objects.extend(workload::disruption_budget(plan, workload).map(|budget| typed(&budget)));
    objects
}

fn proxy_parts(proxy: &ProxyPlan, config_map: &str) -> Parts {
    let workload = &proxy.workload;
    let probes = &workload.settings.probes;
    let (status, number) = PROXY_STATUS_PORT;
    // A proxy that alone sees nobody serve is left out; for as long as a pod takes over, all of them see nobody.
    let ready = timing(http_probe("/ready", status), 2, 3, probes.readiness_failures.unwrap_or(proxy.patience));
    let main = Container {
        command: Some(haproxy::COMMAND.map(str::to_owned).to_vec()),
        lifecycle: pre_stop(workload.pre_stop_seconds),
        ports: Some(vec![port(Role::Proxy), named_port(status, number)]),
        readiness_probe: Some(ready),
        liveness_probe: Some(timing(http_probe("/healthz", status), 10, 5, probes.liveness_failures.unwrap_or(6))),
        volume_mounts: Some(vec![read_only("config", haproxy::DIRECTORY)]),
        ..container("haproxy", &workload.image, &workload.resources)
    };
    Parts { main, side_cars: Vec::new(), volumes: vec![config_files("config", config_map, &[], false)] }
}
