//! Parts of pods that the user gives as they stand in a pod.

use k8s_openapi::api::core::v1::{Affinity, Container, EnvVar, Toleration, Volume, VolumeMount};
use serde_json::{Map, Value};

use super::super::Context;
use super::super::finding::said;
use super::typed::of_part;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::object::fault::{Fault, all};
use crate::source::pointer_join;
use crate::source::setting::Step;
use crate::spec::workload::Component;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (name, component) in said(context).components.all() {
        parts(context, name, component, diagnostics);
        taken_labels(context, name, component, diagnostics);
    }
}

fn parts(context: &Context<'_>, name: &str, component: &Component, diagnostics: &mut Diagnostics) {
    let mut list = |field: &str, given: &[Map<String, Value>], faults: Faults, explained: &str| {
        for (at, given) in given.iter().enumerate() {
            let given = Value::Object(given.clone());
            let path = [key("components"), key(name), key(field), Step::Item(at)];
            diagnostics.extend(of_part(context, &path, &given, &faults(&given), explained));
        }
    };
    list("extraEnv", &component.extra_env, all::<EnvVar>, "pod.spec.containers.env");
    list("tolerations", &component.tolerations, all::<Toleration>, "pod.spec.tolerations");
    list("extraVolumes", &component.extra_volumes, all::<Volume>, "pod.spec.volumes");
    list("extraVolumeMounts", &component.extra_volume_mounts, all::<VolumeMount>, "pod.spec.containers.volumeMounts");
    list("extraContainers", &component.extra_containers, all::<Container>, "pod.spec.containers");
    if let Some(affinity) = &component.affinity {
        let given = Value::Object(affinity.clone());
        let path = [key("components"), key(name), key("affinity")];
        diagnostics.extend(of_part(context, &path, &given, &all::<Affinity>(&given), "pod.spec.affinity"));
    }
}

/// What is wrong in a part: the API server would drop an unknown field in silence, or refuse it under server-side apply.
type Faults = fn(&Value) -> Vec<Fault>;

fn key(key: &str) -> Step {
    Step::Key(key.to_owned())
}

/// Labels by which objects are found, or that say whose they are.
const OURS: [&str; 6] = ["name", "instance", "component", "part-of", "managed-by", "version"];

/// Ours stay, because selectors rest on them.
fn taken_labels(context: &Context<'_>, name: &str, component: &Component, diagnostics: &mut Diagnostics) {
    for (field, labels) in [("labels", &component.labels), ("podLabels", &component.pod_labels)] {
        let taken = |key: &&String| key.strip_prefix("app.kubernetes.io/").is_some_and(|word| OURS.contains(&word));
        for key in labels.keys().filter(taken) {
            let message = format!("the label `{key}` is set by the compiler and stays as it is");
            let entry = pointer_join(&format!("/spec/components/{name}/{field}"), key);
            let diagnostic = Diagnostic::new(Code::LabelIsOurs, message);
            let place = context.spec.located(&entry).map(|span| span.key.unwrap_or(span.value));
            let diagnostic = match place {
                Some(place) => diagnostic.at(place, "has no effect"),
                None => diagnostic,
            };
            diagnostics.push(diagnostic.help("use a label of your own domain, such as `example.com/team`"));
        }
    }
}
