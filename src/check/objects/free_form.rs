//! Parts of pods that the user gives as they stand in a pod.

use k8s_openapi::api::core::v1::{Affinity, Container, EnvVar, Toleration, Volume, VolumeMount};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::super::Context;
use super::super::finding::{at_key, in_part, said};
use crate::diagnostic::{Code, Diagnostics};
use crate::object::extra::typed;
use crate::spec::workload::Component;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let components = &said(context).components;
    let all = [
        ("memos", &components.memos),
        ("postgres", &components.postgres),
        ("pooler", &components.pooler),
        ("redis", &components.redis),
    ];
    for (name, component) in all {
        let path = format!("components.{name}");
        parts(context, &path, component, diagnostics);
        taken_labels(context, &path, component, diagnostics);
    }
}

fn parts(context: &Context<'_>, path: &str, component: &Component, diagnostics: &mut Diagnostics) {
    list::<EnvVar>(context, &format!("{path}.extraEnv"), &component.extra_env, diagnostics);
    list::<Toleration>(context, &format!("{path}.tolerations"), &component.tolerations, diagnostics);
    list::<Volume>(context, &format!("{path}.extraVolumes"), &component.extra_volumes, diagnostics);
    list::<VolumeMount>(context, &format!("{path}.extraVolumeMounts"), &component.extra_volume_mounts, diagnostics);
    list::<Container>(context, &format!("{path}.extraContainers"), &component.extra_containers, diagnostics);
    if let Some(affinity) = &component.affinity {
        part::<Affinity>(context, &format!("{path}.affinity"), affinity, diagnostics);
    }
}

fn list<T: DeserializeOwned + Serialize>(
    context: &Context<'_>,
    path: &str,
    given: &[Map<String, Value>],
    diagnostics: &mut Diagnostics,
) {
    for (at, given) in given.iter().enumerate() {
        part::<T>(context, &format!("{path}.{at}"), given, diagnostics);
    }
}

/// The API server would drop an unknown field in silence, or refuse it under server-side apply.
fn part<T: DeserializeOwned + Serialize>(
    context: &Context<'_>,
    path: &str,
    given: &Map<String, Value>,
    diagnostics: &mut Diagnostics,
) {
    let Err(reason) = typed::<T>(given) else { return };
    // The first key stands on the line of the part; the whole part would be many lines.
    let first = given.keys().next().map_or_else(|| path.to_owned(), |key| format!("{path}.{key}"));
    let message = format!("`{path}` is not what Kubernetes knows: {reason}");
    let diagnostic = in_part(context, Code::PartIsNotKnown, message, &first, "would be left out");
    diagnostics.push(diagnostic.help("write it as it stands in a pod"));
}

/// Labels by which objects are found, or that say whose they are.
const OURS: [&str; 6] = ["name", "instance", "component", "part-of", "managed-by", "version"];

/// Ours stay, because selectors rest on them.
fn taken_labels(context: &Context<'_>, path: &str, component: &Component, diagnostics: &mut Diagnostics) {
    for (field, labels) in [("labels", &component.labels), ("podLabels", &component.pod_labels)] {
        let taken = |key: &&String| key.strip_prefix("app.kubernetes.io/").is_some_and(|word| OURS.contains(&word));
        for key in labels.keys().filter(taken) {
            let message = format!("the label `{key}` is set by the compiler and stays as it is");
            let place = format!("{path}.{field}");
            let diagnostic = at_key(context, Code::LabelIsOurs, message, &place, "has no effect");
            diagnostics.push(diagnostic.help("use a label of your own domain, such as `example.com/team`"));
        }
    }
}
