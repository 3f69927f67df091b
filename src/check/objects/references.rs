//! What objects refer to has to be there: in the output, or made by somebody we know of.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::Context;
use super::super::finding::{about, said};
use super::pods::{Pod, containers, items, pods};
use crate::diagnostic::{Code, Diagnostics};
use crate::plan::database::DatabasePlan;
use crate::plan::pooler::PoolerKind;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let others = made_by_others(context);
    let by_user = free_form_text(context);
    let here: BTreeSet<(&str, &str)> =
        context.objects.objects().iter().map(|object| (object.kind.as_str(), object.name.as_str())).collect();
    for pod in pods(context) {
        for (kind, name) in references(&pod) {
            let known = here.contains(&(kind, name)) || others.contains(&(kind, name.to_owned()));
            if known || by_user.contains(&format!("\"{name}\"")) {
                continue;
            }
            let message = format!("`{}` needs the {kind} `{}`, which nobody makes", pod.name(), name.escape_debug());
            diagnostics.push(
                about(context, Code::ReferenceMissing, message, pod.object, &[])
                    .help("make it part of `secrets`, or take away what refers to it"),
            );
        }
        for message in inconsistencies(&pod) {
            let fields = ["extraVolumeMounts", "extraVolumes", "extraContainers"];
            diagnostics
                .push(about(context, Code::PodNotConsistent, message, pod.object, &fields).help(
                    "change `extraVolumes`, `extraVolumeMounts`, `extraContainers` or the override that made it",
                ));
        }
    }
}

/// What pods refer to by name.
pub(in crate::check) fn references<'a>(pod: &Pod<'a>) -> Vec<(&'static str, &'a str)> {
    let mut found = Vec::new();
    let mut add = |kind: &'static str, value: &'a Value| {
        if let Some(name) = value.as_str() {
            found.push((kind, name));
        }
    };
    add("ServiceAccount", &pod.spec["serviceAccountName"]);
    for volume in items(pod.spec, "volumes") {
        add("PersistentVolumeClaim", &volume["persistentVolumeClaim"]["claimName"]);
        add("ConfigMap", &volume["configMap"]["name"]);
        add("Secret", &volume["secret"]["secretName"]);
        for source in items(&volume["projected"], "sources") {
            add("ConfigMap", &source["configMap"]["name"]);
            add("Secret", &source["secret"]["name"]);
        }
    }
    for container in containers(pod.spec) {
        for source in items(container.value, "envFrom") {
            add("ConfigMap", &source["configMapRef"]["name"]);
            add("Secret", &source["secretRef"]["name"]);
        }
        for variable in items(container.value, "env") {
            add("ConfigMap", &variable["valueFrom"]["configMapKeyRef"]["name"]);
            add("Secret", &variable["valueFrom"]["secretKeyRef"]["name"]);
        }
    }
    found
}

/// Objects that the plan expects from people, operators and generators.
fn made_by_others(context: &Context<'_>) -> BTreeSet<(&'static str, String)> {
    let plan = context.plan;
    let mut made: BTreeSet<(&'static str, String)> = BTreeSet::new();
    made.extend(plan.secrets.expected.iter().map(|secret| ("Secret", secret.name.clone())));
    made.extend(plan.memos.secret_settings.iter().map(|file| ("Secret", file.secret.clone())));
    let kind = |secret: bool| if secret { "Secret" } else { "ConfigMap" };
    made.extend(plan.memos.authorities.iter().map(|authority| (kind(authority.secret), authority.name.clone())));
    if let Some(PoolerKind::Own(own)) = plan.pooler.as_ref().map(|pooler| &pooler.kind) {
        made.extend(own.authority.iter().map(|authority| (kind(authority.secret), authority.name.clone())));
    }
    if let Some(redis) = plan.cache.redis() {
        made.extend(redis.tls_secret.iter().map(|secret| ("Secret", secret.clone())));
    }
    if let DatabasePlan::Cluster(cluster) = &plan.database {
        made.extend(["app", "ca"].map(|end| ("Secret", format!("{}-{end}", cluster.name))));
    }
    made
}

/// The user's own parts of pods and overrides: what these name, somebody else makes.
fn free_form_text(context: &Context<'_>) -> String {
    let overrides = said(context).overrides.iter().map(|wanted| &wanted.patch);
    let parts = said(context).components.free_form().chain(overrides).cloned().map(Value::Object).collect();
    Value::Array(parts).to_string()
}

/// Names that have to be different, and mounts that need their volume.
pub(in crate::check) fn inconsistencies(pod: &Pod<'_>) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut names: Vec<String> = items(pod.spec, "volumes").map(|volume| text(&volume["name"])).collect();
    let mut wrong = Vec::new();
    wrong.extend(twice(&names).map(|name| format!("two volumes called `{name}`")));
    // A claim takes the place of a volume of its name.
    names
        .extend(items(&pod.object.value["spec"], "volumeClaimTemplates").map(|claim| text(&claim["metadata"]["name"])));
    let parts: Vec<String> = containers(pod.spec).iter().map(|container| container.name().to_owned()).collect();
    wrong.extend(twice(&parts).map(|name| format!("two containers called `{name}`")));
    for container in containers(pod.spec) {
        let mounts: Vec<String> =
            items(container.value, "volumeMounts").map(|mount| text(&mount["mountPath"])).collect();
        wrong.extend(twice(&mounts).map(|path| format!("two mounts at `{path}` in `{}`", container.name())));
        let missing = items(container.value, "volumeMounts")
            .map(|mount| text(&mount["name"]))
            .filter(|name| !names.contains(name));
        wrong.extend(missing.map(|name| format!("a mount of `{}` without its volume `{name}`", container.name())));
    }
    wrong.iter().map(|fault| format!("`{}` has {fault}", pod.name())).collect()
}

fn twice(names: &[String]) -> impl Iterator<Item = String> {
    let doubled: BTreeSet<String> = names
        .iter()
        .enumerate()
        .filter(|(at, name)| names[..*at].contains(name))
        .map(|(_, name)| name.clone())
        .collect();
    doubled.into_iter()
}
