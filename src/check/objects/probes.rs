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
            for message in missing_ports(&pod, &container) {
                let diagnostic = about(context, Code::PortMissing, message, pod.object, &["extraContainers"]);
                diagnostics.push(diagnostic.help(PORT_CURE));
            }
            if let Some(message) = liveness_first(&pod, &container) {
                let fields = ["probes", "extraContainers"];
                diagnostics.push(
                    about(context, Code::LivenessFirst, message, pod.object, &fields)
                        .help("raise `probes.livenessFailures` of the component, or lower `probes.readinessFailures`"),
                );
            }
            if container.name() == "memos" && pod.object.name == context.plan.names.component(Role::Memos) {
                for message in paths(&container) {
                    let diagnostic = about(context, Code::ProbePath, message, pod.object, &[]);
                    diagnostics.push(diagnostic.help(PATH_CURE));
                }
            }
        }
    }
}

/// What to do about a port that does not exist.
pub(in crate::check) const PORT_CURE: &str = "name a port of the container, or give its number";

/// What to do about a path that means nothing.
pub(in crate::check) const PATH_CURE: &str = "ask for `/healthz`";

const PROBES: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];

/// The kubelet fails a probe of a port name that the container does not have.
pub(in crate::check) fn missing_ports(pod: &Pod<'_>, container: &Part<'_>) -> Vec<String> {
    let ways = PROBES.iter().flat_map(|probe| ["httpGet", "tcpSocket"].map(|way| (*probe, way)));
    let missing = |(probe, way): (&str, &str)| {
        let port = container.value[probe][way]["port"].as_str()?;
        let known = items(container.value, "ports").any(|known| known["name"] == port);
        (!known).then(|| {
            format!(
                "the {probe} of `{}` in `{}` asks at the port `{}`, which it does not have",
                container.name(),
                pod.name(),
                port.escape_debug()
            )
        })
    };
    ways.filter_map(missing).collect()
}

/// Seconds until a probe acts, with Kubernetes' own defaults.
fn patience(probe: &Value) -> Option<u64> {
    let number = |key: &str, default: u64| probe[key].as_u64().unwrap_or(default);
    probe.as_object().map(|_| number("periodSeconds", 10) * number("failureThreshold", 3))
}

/// A process that is only slow should lose its traffic before it loses its life.
pub(in crate::check) fn liveness_first(pod: &Pod<'_>, container: &Part<'_>) -> Option<String> {
    let (liveness, readiness) =
        (patience(&container.value["livenessProbe"]), patience(&container.value["readinessProbe"]));
    let (liveness, readiness) = (liveness?, readiness?);
    (liveness <= readiness).then(|| {
        format!(
            "`{}` in `{}` is restarted after {liveness} s without an answer, before it loses its traffic after {readiness} s",
            container.name(),
            pod.name()
        )
    })
}

/// The paths of Memos that say something about it. All others without an extension answer 200 with the web page.
const MEANINGFUL: [&str; 2] = ["/healthz", "/api/v1/instance/profile"];

pub(in crate::check) fn paths(container: &Part<'_>) -> Vec<String> {
    let wrong = |probe: &&str| {
        let path = container.value[*probe]["httpGet"]["path"].as_str()?;
        if !MEANINGFUL.contains(&path) {
            let path = path.escape_debug();
            return Some(format!(
                "the {probe} asks for `{path}`, which Memos answers with its web page whatever happens"
            ));
        }
        (*probe == "livenessProbe" && path != "/healthz").then(|| {
            "the livenessProbe asks the database, so every process is restarted while the database is away".to_owned()
        })
    };
    PROBES.iter().filter_map(wrong).collect()
}
