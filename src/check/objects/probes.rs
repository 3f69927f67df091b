//! Probes: ports that exist, paths that mean something, and a liveness that waits longer than readiness.

use serde_json::Value;

use super::super::Context;
use super::super::finding::about;
use super::pods::{Part, Pod, containers, items, pods};
use crate::diagnostic::{Code, Diagnostics};
use crate::plan::names::Role;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for pod in pods(context) {
        for container in containers(pod.spec) {
            for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
                port_exists(context, &pod, &container, probe, diagnostics);
            }
            liveness_first(context, &pod, &container, diagnostics);
            if container.name() == "memos" && pod.object.name == context.plan.names.component(Role::Memos) {
                paths(context, &pod, &container, diagnostics);
            }
        }
    }
}

/// The kubelet fails a probe of a port name that the container does not have.
fn port_exists(context: &Context<'_>, pod: &Pod<'_>, container: &Part<'_>, probe: &str, diagnostics: &mut Diagnostics) {
    for way in ["httpGet", "tcpSocket"] {
        let Some(port) = container.value[probe][way]["port"].as_str() else { continue };
        if items(container.value, "ports").any(|known| known["name"] == port) {
            continue;
        }
        let message = format!(
            "the {probe} of `{}` in `{}` asks at the port `{}`, which it does not have",
            container.name(),
            pod.name(),
            port.escape_debug()
        );
        diagnostics.push(
            about(context, Code::PortMissing, message, pod.object, &["extraContainers"])
                .help("name a port of the container, or give its number"),
        );
    }
}

/// Seconds until a probe acts, with Kubernetes' own defaults.
fn patience(probe: &Value) -> Option<u64> {
    let number = |key: &str, default: u64| probe[key].as_u64().unwrap_or(default);
    probe.as_object().map(|_| number("periodSeconds", 10) * number("failureThreshold", 3))
}

/// A process that is only slow should lose its traffic before it loses its life.
fn liveness_first(context: &Context<'_>, pod: &Pod<'_>, container: &Part<'_>, diagnostics: &mut Diagnostics) {
    let (liveness, readiness) =
        (patience(&container.value["livenessProbe"]), patience(&container.value["readinessProbe"]));
    let (Some(liveness), Some(readiness)) = (liveness, readiness) else { return };
    if liveness > readiness {
        return;
    }
    let message = format!(
        "`{}` in `{}` is restarted after {liveness} s without an answer, before it loses its traffic after {readiness} s",
        container.name(),
        pod.name()
    );
    diagnostics.push(
        about(context, Code::LivenessFirst, message, pod.object, &["probes", "extraContainers"])
            .help("raise `probes.livenessFailures` of the component, or lower `probes.readinessFailures`"),
    );
}

/// The paths of Memos that say something about it. All others without an extension answer 200 with the web page.
const MEANINGFUL: [&str; 2] = ["/healthz", "/api/v1/instance/profile"];

fn paths(context: &Context<'_>, pod: &Pod<'_>, container: &Part<'_>, diagnostics: &mut Diagnostics) {
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        let Some(path) = container.value[probe]["httpGet"]["path"].as_str() else { continue };
        let message = if !MEANINGFUL.contains(&path) {
            format!(
                "the {probe} asks for `{}`, which Memos answers with its web page whatever happens",
                path.escape_debug()
            )
        } else if probe == "livenessProbe" && path != "/healthz" {
            "the livenessProbe asks the database, so every process is restarted while the database is away".to_owned()
        } else {
            continue;
        };
        diagnostics.push(about(context, Code::ProbePath, message, pod.object, &[]).help("ask for `/healthz`"));
    }
}
