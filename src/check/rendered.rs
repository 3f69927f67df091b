//! Rules over objects without a spec: what `helm template`, kustomize or any other program rendered.
//!
//! What the API server would refuse is told of every object. What is known of Memos is told of the objects that belong to an
//! installation of it, which say so by the label `app.kubernetes.io/part-of: memos`.

mod stream;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;

use super::objects::labels::{Entry, NAME_CURE, illegal_entries, illegal_name, unanswered};
use super::objects::overrides::{fixed_replicas, nothing_to_scale, scaled};
use super::objects::pods::{Pod, containers, name, pod, selects};
use super::objects::probes::{PATH_CURE, PORT_CURE, liveness_first, missing_ports, paths};
use super::objects::references::{inconsistencies, references};
use super::objects::typed::words;
use super::objects::variables::{linked, other_port};
use super::objects::{refused, restricted};
use super::security::inline::{inline_secret, unprotected};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::object::{Object, fault};
use crate::source::setting::{Step, spoken};
use crate::source::{FileId, Sources};
use stream::Rendered;

/// What to do about an object that nobody wrote by hand.
const CURE: &str = "change the template that renders it, or the values it is rendered with";

/// Looks at every object of a stream of YAML. Returns how many there are.
pub fn check(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> usize {
    let rendered = stream::read(sources, file, diagnostics);
    let objects: Vec<Object> = rendered.iter().map(|rendered| rendered.object.clone()).collect();
    let pods: Vec<Pod<'_>> = objects.iter().filter_map(pod).collect();
    let mut seen = BTreeSet::new();
    for rendered in &rendered {
        let object = &rendered.object;
        let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
        // Objects without a name get one of their own each.
        if !object.name.is_empty() && !seen.insert((group, &object.kind, &object.name, &object.namespace)) {
            let message = format!("two objects are called `{}`", name(object).escape_debug());
            diagnostics.push(rendered.named(Code::ObjectTwice, message).help("choose another `metadata.name`"));
        }
        of_api_server(rendered, diagnostics);
        if is_ours(object) {
            of_memos(rendered, &objects, &pods, diagnostics);
        }
    }
    objects.len()
}

/// Whether an object belongs to an installation of Memos.
fn is_ours(object: &Object) -> bool {
    object.value["metadata"]["labels"]["app.kubernetes.io/part-of"] == "memos"
}

/// What the API server or the kubelet would refuse.
fn of_api_server(rendered: &Rendered<'_>, diagnostics: &mut Diagnostics) {
    let object = &rendered.object;
    // Roles may be called nearly anything, such as `system:node`.
    let any_name = object.name.is_empty() || object.api_version.starts_with("rbac.authorization.k8s.io/");
    if let Some(message) = illegal_name(object).filter(|_| !any_name) {
        diagnostics.push(rendered.named(Code::NameNotLegal, message).help(NAME_CURE));
    }
    for Entry { path, on_key, message, help } in illegal_entries(object) {
        diagnostics.push(rendered.at(Code::LabelNotLegal, message, &path, on_key).help(help));
    }
    for fault in fault::of_object(object) {
        let (text, help) = words(&object.value, &fault, &object.kind.to_lowercase());
        let message = format!("`{}` of `{}` {text}", spoken(&fault.path), name(object).escape_debug());
        let mut diagnostic = rendered.at(Code::ObjectFieldUnknown, message, &fault.path, true).help(help);
        // Others may know fields of a later Kubernetes; our own objects have none.
        if fault.wanted.is_none() && !is_ours(object) {
            diagnostic.severity = Severity::Warning;
        }
        diagnostics.push(diagnostic);
    }
    for fault in refused::faults(object) {
        let path = fault.paths.first().map_or([].as_slice(), Vec::as_slice);
        let diagnostic = rendered.at(fault.code, fault.message(object), path, fault.on_key);
        diagnostics.push(diagnostic.help(fault.help));
    }
    let Some(pod) = pod(object) else { return };
    if let Some(diagnostic) = loses_its_pods(rendered, &pod) {
        diagnostics.push(diagnostic);
    }
    for message in inconsistencies(&pod) {
        diagnostics.push(rendered.named(Code::PodNotConsistent, message).help(CURE));
    }
    for message in containers(pod.spec).iter().flat_map(|container| missing_ports(&pod, container)) {
        diagnostics.push(rendered.named(Code::PortMissing, message).help(PORT_CURE));
    }
}

/// The API server refuses a workload whose selector does not meet the labels of its own template.
fn loses_its_pods(rendered: &Rendered<'_>, pod: &Pod<'_>) -> Option<Diagnostic> {
    if !matches!(pod.object.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") {
        return None;
    }
    let labels = pod.object.value["spec"]["selector"].get("matchLabels")?;
    if selects(labels, &pod.template["metadata"]["labels"]) {
        return None;
    }
    let message = format!("the selector of `{}` does not meet the labels of its own pods", pod.name().escape_debug());
    let path = ["spec", "selector", "matchLabels"].map(|key| Step::Key(key.to_owned()));
    let help = "give the pods' template every label of `spec.selector.matchLabels`";
    Some(rendered.at(Code::SelectorMeetsOthers, message, &path, true).help(help))
}

/// What would break an installation of Memos.
fn of_memos(rendered: &Rendered<'_>, objects: &[Object], pods: &[Pod<'_>], diagnostics: &mut Diagnostics) {
    let object = &rendered.object;
    for (code, message) in unanswered(object, pods) {
        let help = if code == Code::PortMissing { PORT_CURE } else { CURE };
        diagnostics.push(rendered.named(code, message).help(help));
    }
    if object.kind == "HorizontalPodAutoscaler" {
        let diagnostic = match scaled(object, objects) {
            None => Some(rendered.named(Code::ReferenceMissing, nothing_to_scale(object)).help(CURE)),
            Some(scaled) if scaled.value["spec"].get("replicas").is_none_or(Value::is_null) => None,
            Some(scaled) => {
                let help = "leave `replicas` out of the template where there is an autoscaler";
                Some(rendered.named(Code::ReplicasWithAutoscaler, fixed_replicas(scaled)).help(help))
            }
        };
        diagnostics.extend(diagnostic);
    }
    if let Some(pod) = pod(object) {
        of_pod(rendered, &pod, objects, diagnostics);
    }
}

fn of_pod(rendered: &Rendered<'_>, pod: &Pod<'_>, objects: &[Object], diagnostics: &mut Diagnostics) {
    for message in restricted::refusals(pod) {
        diagnostics.push(rendered.named(Code::PodNotRestricted, message).help(CURE));
    }
    if let Some(message) = linked(pod) {
        diagnostics.push(rendered.named(Code::ServiceLinks, message).help("write `enableServiceLinks: false`"));
    }
    let is_memos = pod.template["metadata"]["labels"]["app.kubernetes.io/component"] == "memos";
    for container in containers(pod.spec) {
        if let Some(message) = liveness_first(pod, &container) {
            let help = "give the livenessProbe more failures or longer periods than the readinessProbe";
            diagnostics.push(rendered.named(Code::LivenessFirst, message).help(help));
        }
        for (name, value) in container.value["env"].as_array().into_iter().flatten().filter_map(variable) {
            let owner = format!("container `{}` of `{}`", container.name(), pod.name());
            inline_secret(&owner.escape_debug().to_string(), name, value, diagnostics);
            if let Some((code, message, help)) = unprotected(name, value).filter(|_| container.name() == "memos") {
                diagnostics.push(rendered.named(code, message.to_owned()).help(help));
            }
        }
        if container.name() != "memos" || !is_memos {
            continue;
        }
        if let Some(message) = other_port(&container) {
            diagnostics.push(rendered.named(Code::PortChanged, message).help("give `MEMOS_PORT` the number 5230"));
        }
        for message in paths(&container) {
            diagnostics.push(rendered.named(Code::ProbePath, message).help(PATH_CURE));
        }
    }
    missing(rendered, pod, objects, diagnostics);
}

fn variable(variable: &Value) -> Option<(&str, &str)> {
    Some((variable["name"].as_str()?, variable["value"].as_str()?))
}

/// What a pod refers to may lie in the cluster already, which cannot be seen from here. Secrets always do.
fn missing(rendered: &Rendered<'_>, pod: &Pod<'_>, objects: &[Object], diagnostics: &mut Diagnostics) {
    let is_missing = |(kind, name): &(&str, &str)| {
        let is_here =
            |object: &Object| object.kind == *kind && object.name == *name && object.namespace == pod.object.namespace;
        *kind != "Secret" && (*kind, *name) != ("ServiceAccount", "default") && !objects.iter().any(is_here)
    };
    let missing: BTreeSet<_> = references(pod).into_iter().filter(is_missing).collect();
    for (kind, name) in missing {
        let message = format!(
            "`{}` needs the {kind} `{}`, which is not among these objects",
            pod.name().escape_debug(),
            name.escape_debug()
        );
        let help = "make sure that it exists in the namespace before these objects are applied";
        diagnostics.push(rendered.named(Code::ReferenceElsewhere, message).help(help));
    }
}
