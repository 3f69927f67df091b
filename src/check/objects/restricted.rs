//! Pod Security `restricted`, as the admission controller of Kubernetes checks it, on the pods as they were built.

use serde_json::Value;

use super::super::Context;
use super::super::finding::about;
use super::pods::{Pod, containers, items, pods};
use crate::diagnostic::{Code, Diagnostics};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for pod in pods(context) {
        for message in refusals(&pod) {
            diagnostics.push(
                about(context, Code::PodNotRestricted, message, pod.object, &["extraContainers", "extraVolumes"])
                    .help("change the override or the extra part of the component that asks for it"),
            );
        }
    }
}

/// Why the admission controller would refuse a pod.
pub(in crate::check) fn refusals(pod: &Pod<'_>) -> Vec<String> {
    let mut faults = of_pod(pod);
    for container in containers(pod.spec) {
        let fault = |text: &str| format!("{text} in the container `{}`", container.name());
        faults.extend(of_container(pod.spec, container.value).into_iter().map(|text| fault(&text)));
    }
    let message = |fault: &String| format!("`{}` is refused by Pod Security `restricted`: {fault}", pod.name());
    faults.iter().map(message).collect()
}

fn of_pod(pod: &Pod<'_>) -> Vec<String> {
    const VOLUMES: [&str; 8] =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
    let mut faults = Vec::new();
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if pod.spec[key] == Value::Bool(true) {
            faults.push(format!("`{key}`"));
        }
    }
    for volume in items(pod.spec, "volumes") {
        for kind in volume.as_object().into_iter().flatten().map(|(key, _)| key.as_str()) {
            if kind != "name" && !VOLUMES.contains(&kind) {
                faults.push(format!("a volume of kind `{kind}`"));
            }
        }
    }
    let context = &pod.spec["securityContext"];
    faults.extend(root(context).into_iter().map(|fault| format!("{fault} in the pod")));
    faults.extend(seccomp(context).into_iter().map(|fault| format!("{fault} in the pod")));
    for option in items(context, "sysctls") {
        faults.push(format!("the sysctl `{}`", option["name"].as_str().unwrap_or_default().escape_debug()));
    }
    faults
}

fn of_container(pod: &Value, container: &Value) -> Vec<String> {
    let context = &container["securityContext"];
    let above = &pod["securityContext"];
    let mut faults = Vec::new();
    if context["privileged"] == Value::Bool(true) {
        faults.push("`privileged`".to_owned());
    }
    if context["allowPrivilegeEscalation"] != Value::Bool(false) {
        faults.push("`allowPrivilegeEscalation` that is not `false`".to_owned());
    }
    if !items(&context["capabilities"], "drop").any(|name| name == "ALL") {
        faults.push("capabilities that are not all dropped".to_owned());
    }
    for name in items(&context["capabilities"], "add").filter(|name| *name != "NET_BIND_SERVICE") {
        faults.push(format!("the capability `{}`", name.as_str().unwrap_or_default().escape_debug()));
    }
    let effective = context.get("runAsNonRoot").unwrap_or(&above["runAsNonRoot"]);
    if *effective != Value::Bool(true) {
        faults.push("`runAsNonRoot` that is not `true`".to_owned());
    }
    faults.extend(root(context));
    faults.extend(seccomp(context));
    let profiled = context.get("seccompProfile").or_else(|| above.get("seccompProfile"));
    if profiled.is_none() {
        faults.push("no `seccompProfile`".to_owned());
    }
    for port in items(container, "ports").filter(|port| port["hostPort"].as_u64().is_some_and(|port| port > 0)) {
        faults.push(format!("the host's port {}", port["hostPort"]));
    }
    faults
}

fn root(context: &Value) -> Option<String> {
    (context["runAsUser"] == 0).then(|| "`runAsUser: 0`".to_owned())
}

fn seccomp(context: &Value) -> Option<String> {
    let profile = context["seccompProfile"]["type"].as_str()?;
    (!matches!(profile, "RuntimeDefault" | "Localhost"))
        .then(|| format!("the seccomp profile `{}`", profile.escape_debug()))
}
