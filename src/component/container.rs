//! Parts of containers that are the same everywhere.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Capabilities, ConfigMapVolumeSource, Container, ContainerPort, EmptyDirVolumeSource, EnvVar, EnvVarSource,
    ExecAction, HTTPGetAction, KeyToPath, Lifecycle, LifecycleHandler, Probe, ResourceRequirements, SeccompProfile,
    SecretKeySelector, SecretVolumeSource, SecurityContext, SleepAction, TCPSocketAction, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::plan::names::Role;
use crate::plan::workload::{CloudSqlProxyPlan, ResourcePlan, USER};
use crate::spec::scalar::ImageReference;

/// Files of Secrets and ConfigMaps are readable by the process' group, which `fsGroup` gives them.
const FILE_MODE: i32 = 0o440;

/// A container that keeps to Pod Security `restricted` and writes nowhere but to its volumes.
pub(super) fn container(name: &str, image: &ImageReference, resources: &ResourcePlan) -> Container {
    Container {
        name: name.to_owned(),
        image: Some(image.to_string()),
        image_pull_policy: Some("Always".to_owned()),
        resources: Some(requirements(resources)),
        security_context: Some(security_context()),
        ..Container::default()
    }
}

fn security_context() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), add: None }),
        privileged: Some(false),
        read_only_root_filesystem: Some(true),
        run_as_non_root: Some(true),
        run_as_user: Some(USER),
        run_as_group: Some(USER),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }),
        ..SecurityContext::default()
    }
}

/// Requests and limits.
pub(super) fn requirements(plan: &ResourcePlan) -> ResourceRequirements {
    let amounts = |cpu: &crate::spec::scalar::Quantity, memory: &_, disk: &_| {
        let entry =
            |name: &str, amount: &crate::spec::scalar::Quantity| (name.to_owned(), Quantity(amount.to_string()));
        BTreeMap::from([entry("cpu", cpu), entry("memory", memory), entry("ephemeral-storage", disk)])
    };
    ResourceRequirements {
        requests: Some(amounts(&plan.cpu_request, &plan.memory_request, &plan.disk_request)),
        limits: Some(amounts(&plan.cpu_limit, &plan.memory_limit, &plan.disk_limit)),
        claims: None,
    }
}

/// The port of a workload's main container.
pub(super) fn port(role: Role) -> ContainerPort {
    named_port(role.port_name(), role.port())
}

/// A port by its name.
pub(super) fn named_port(name: &str, number: u16) -> ContainerPort {
    ContainerPort {
        name: Some(name.to_owned()),
        container_port: i32::from(number),
        protocol: Some("TCP".to_owned()),
        ..ContainerPort::default()
    }
}

/// A variable with a value.
pub(super) fn variable(name: &str, value: impl Into<String>) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value.into()), value_from: None }
}

/// A variable from a Secret.
pub(super) fn secret_variable(name: &str, secret: &str, key: &str, optional: bool) -> EnvVar {
    let selector =
        SecretKeySelector { name: secret.to_owned(), key: key.to_owned(), optional: optional.then_some(true) };
    let source = EnvVarSource { secret_key_ref: Some(selector), ..EnvVarSource::default() };
    EnvVar { name: name.to_owned(), value: None, value_from: Some(source) }
}

/// A mount that cannot be written to.
pub(super) fn read_only(volume: &str, path: impl Into<String>) -> VolumeMount {
    VolumeMount { read_only: Some(true), ..writable(volume, path) }
}

/// A mount that can be written to.
pub(super) fn writable(volume: &str, path: impl Into<String>) -> VolumeMount {
    VolumeMount { name: volume.to_owned(), mount_path: path.into(), ..VolumeMount::default() }
}

/// Scratch space on the node, or in memory.
pub(super) fn scratch(name: &str, size: &str, in_memory: bool) -> Volume {
    let source = EmptyDirVolumeSource {
        medium: in_memory.then(|| "Memory".to_owned()),
        size_limit: Some(Quantity(size.to_owned())),
    };
    Volume { name: name.to_owned(), empty_dir: Some(source), ..Volume::default() }
}

/// Files of a Secret: key and file name.
pub(super) fn secret_files(name: &str, secret: &str, items: &[(&str, &str)]) -> Volume {
    let source = SecretVolumeSource {
        secret_name: Some(secret.to_owned()),
        items: Some(key_paths(items)),
        default_mode: Some(FILE_MODE),
        optional: None,
    };
    Volume { name: name.to_owned(), secret: Some(source), ..Volume::default() }
}

/// Files of a ConfigMap: all of them when none are named. Scripts have to be executable.
pub(super) fn config_files(name: &str, config_map: &str, items: &[(&str, &str)], executable: bool) -> Volume {
    let source = ConfigMapVolumeSource {
        name: config_map.to_owned(),
        items: (!items.is_empty()).then(|| key_paths(items)),
        default_mode: Some(if executable { 0o550 } else { FILE_MODE }),
        optional: None,
    };
    Volume { name: name.to_owned(), config_map: Some(source), ..Volume::default() }
}

/// Which key becomes which file.
pub(super) fn key_paths(items: &[(&str, &str)]) -> Vec<KeyToPath> {
    items.iter().map(|(key, path)| KeyToPath { key: (*key).to_owned(), path: (*path).to_owned(), mode: None }).collect()
}

/// A probe that asks over HTTP.
pub(super) fn http_probe(path: &str, port: &str) -> Probe {
    let get = HTTPGetAction {
        path: Some(path.to_owned()),
        port: IntOrString::String(port.to_owned()),
        ..HTTPGetAction::default()
    };
    Probe { http_get: Some(get), ..Probe::default() }
}

/// A probe that opens a connection.
pub(super) fn tcp_probe(port: &str) -> Probe {
    let socket = TCPSocketAction { port: IntOrString::String(port.to_owned()), host: None };
    Probe { tcp_socket: Some(socket), ..Probe::default() }
}

/// A probe that runs a command.
pub(super) fn exec_probe(command: &[&str]) -> Probe {
    Probe { exec: Some(exec(command)), ..Probe::default() }
}

/// A command.
pub(super) fn exec(command: &[&str]) -> ExecAction {
    ExecAction { command: Some(command.iter().map(|word| (*word).to_owned()).collect()) }
}

/// How often a probe runs, how long it may take, and how often it may fail in a row.
pub(super) fn timing(probe: Probe, period: i32, timeout: i32, failures: u32) -> Probe {
    Probe {
        period_seconds: Some(period),
        timeout_seconds: Some(timeout),
        failure_threshold: Some(i32::try_from(failures).unwrap_or(i32::MAX)),
        ..probe
    }
}

/// Goes on serving for some seconds after the pod is told to stop, while everybody else forgets it.
pub(super) fn pre_stop(seconds: u32) -> Option<Lifecycle> {
    let sleep = SleepAction { seconds: i64::from(seconds) };
    let handler = LifecycleHandler { sleep: Some(sleep), ..LifecycleHandler::default() };
    (seconds > 0).then(|| Lifecycle { pre_stop: Some(handler), ..Lifecycle::default() })
}

/// Google's Cloud SQL Auth Proxy as a native side-car: it starts before the main container and ends after it.
pub(super) fn cloud_sql_proxy(plan: &CloudSqlProxyPlan, grace_seconds: u32) -> Container {
    let network = if plan.private_service_connect { "--psc" } else { "--private-ip" };
    let mut args = vec![network.to_owned(), "--structured-logs".to_owned(), format!("--port={}", plan.port)];
    if plan.iam_login {
        args.push("--auto-iam-authn".to_owned());
    }
    args.extend(
        ["--health-check", "--http-address=0.0.0.0", "--http-port=9801", "--exit-zero-on-sigterm"].map(str::to_owned),
    );
    args.push(format!("--max-sigterm-delay={grace_seconds}s"));
    args.push(plan.instance.clone());
    Container {
        args: Some(args),
        ports: Some(vec![named_port("proxy-health", 9801)]),
        restart_policy: Some("Always".to_owned()),
        startup_probe: Some(timing(http_probe("/startup", "proxy-health"), 1, 3, 60)),
        liveness_probe: Some(timing(http_probe("/liveness", "proxy-health"), 10, 3, 3)),
        ..container("cloud-sql-proxy", &plan.image, &plan.resources)
    }
}
