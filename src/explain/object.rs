//! A field of a built object: its value, and what of the spec and the plan made it.

use std::fmt::Write;

use serde_json::Value;

use super::{field, figure};
use crate::compile::Compilation;
use crate::emit::yaml;
use crate::object::Object;
use crate::source::Sources;

/// Why a field of an object has its value.
#[derive(Debug)]
pub struct Cause {
    /// The kind of the object.
    pub kind: &'static str,
    /// `app.kubernetes.io/component` of the object; empty for any.
    pub component: &'static str,
    /// The end of the path in the object, without list items.
    pub path: &'static str,
    /// Fields of the spec that decide it.
    pub fields: &'static [&'static str],
    /// Figures of the plan that decide it.
    pub figures: &'static [&'static str],
}

macro_rules! causes {
    ($($kind:literal $component:literal $path:literal: [$($field:literal)*] [$($figure:literal)*];)*) => {
        &[$(Cause { kind: $kind, component: $component, path: $path, fields: &[$($field),*], figures: &[$($figure),*] },)*]
    };
}

/// What decides which field. A test holds every field and figure against the schema and the plans of the profiles.
pub const CAUSES: &[Cause] = causes! {
    "" "" "metadata.name": ["metadata.name"] [];
    "" "" "metadata.namespace": ["metadata.namespace"] [];
    "Namespace" "" "metadata.labels": ["kubernetes.version"] [];
    "Deployment" "memos" "spec.replicas": ["scaling.mode" "scaling.min" "scaling.max"] ["scaling.min" "scaling.max"];
    "Deployment" "memos" "spec.strategy": ["scaling.mode" "rollout.maxSurge"] [];
    "Deployment" "memos" "spec.progressDeadlineSeconds": ["rollout.progressDeadlineSeconds"] [];
    "Deployment" "memos" "image": ["memos.image" "memos.version" "memos.distribution" "images.registry"] [];
    "Deployment" "memos" "startupProbe": ["rollout.startupSeconds"] [];
    "Deployment" "memos" "readinessProbe": ["rollout.holdUntilAdministrator" "availability.readinessChecksDatabase" "components.memos.probes.readinessFailures"] [];
    "Deployment" "memos" "livenessProbe": ["components.memos.probes.livenessFailures"] [];
    "Deployment" "memos" "terminationGracePeriodSeconds": ["availability.terminationGracePeriodSeconds" "availability.preStopSeconds"] [];
    "Deployment" "memos" "lifecycle": ["availability.preStopSeconds"] [];
    "Deployment" "memos" "topologySpreadConstraints": ["availability.zoneSpread" "availability.nodeSpread" "availability.zones"] [];
    "Deployment" "memos" "tolerations": ["availability.lostNodeSeconds" "components.memos.tolerations"] [];
    "Deployment" "memos" "resources.requests.cpu": ["components.memos.resources.requests.cpu"] ["memos.cpuRequest"];
    "Deployment" "memos" "resources.limits.cpu": ["components.memos.resources.limits.cpu"] ["memos.cpuLimit"];
    "Deployment" "memos" "resources.requests.memory": ["components.memos.resources.requests.memory"] ["memos.memoryRequest"];
    "Deployment" "memos" "resources.limits.memory": ["memos.uploadSizeLimitMb" "memos.concurrentUploads" "components.memos.resources.limits.memory"] ["memos.memoryLimit"];
    "ConfigMap" "memos" "data.GOMEMLIMIT": ["components.memos.resources.limits.memory"] ["memos.goMemoryLimit"];
    "ConfigMap" "memos" "data.MEMOS_INSTANCE_URL": ["memos.instanceUrl" "exposure.host"] [];
    "ConfigMap" "memos" "data.MEMOS_LOG_LEVEL": ["memos.logLevel"] [];
    "HorizontalPodAutoscaler" "memos" "spec.minReplicas": ["scaling.min" "load.size"] ["scaling.min"];
    "HorizontalPodAutoscaler" "memos" "spec.maxReplicas": ["scaling.max" "load.size"] ["scaling.max"];
    "HorizontalPodAutoscaler" "memos" "spec.metrics": ["scaling.cpuUtilization" "scaling.memoryUtilization"] [];
    "HorizontalPodAutoscaler" "memos" "spec.behavior": ["scaling.behavior"] [];
    "PodDisruptionBudget" "" "spec.maxUnavailable": ["availability.maxUnavailable"] [];
    "Service" "memos" "spec.type": ["exposure.kind"] [];
    "Service" "memos" "spec.ports.port": ["exposure.port"] [];
    "Ingress" "" "spec.ingressClassName": ["exposure.class"] [];
    "Ingress" "" "host": ["exposure.host"] [];
    "Gateway" "" "spec.gatewayClassName": ["exposure.class"] [];
    "Gateway" "" "hostname": ["exposure.host"] [];
    "HTTPRoute" "" "spec.hostnames": ["exposure.host"] [];
    "PersistentVolumeClaim" "memos" "storage": ["attachments.size"] [];
    "PersistentVolumeClaim" "memos" "spec.accessModes": ["attachments.access" "scaling.mode"] [];
    "PersistentVolumeClaim" "memos" "spec.storageClassName": ["attachments.class"] [];
    "StatefulSet" "postgres" "image": ["database.version" "images.postgres" "images.registry"] [];
    "StatefulSet" "postgres" "resources.limits.memory": ["database.memory"] ["database.memory"];
    "StatefulSet" "postgres" "storage": ["database.storage.size"] [];
    "ConfigMap" "postgres" "data": ["database.memory" "database.maxConnections"] ["database.maxConnections" "database.sharedBuffers"];
    "Deployment" "pooler" "spec.replicas": ["database.pooler.replicas"] [];
    "ConfigMap" "pooler" "data": ["database.pooler.mode" "database.pooler.poolSize"] ["pooler.poolSize" "pooler.maxClients"];
    "StatefulSet" "redis" "resources.limits.memory": ["cache.maxMemory" "cache.persistence"] ["cache.memoryLimit"];
    "StatefulSet" "redis" "storage": ["cache.storage.size"] [];
    "ConfigMap" "redis" "data": ["cache.maxMemory" "cache.persistence"] ["cache.maxMemory"];
};

/// The objects named `KIND/NAME`, the kind in any letter case.
pub fn find<'a>(objects: &'a [Object], wanted: &str) -> Option<&'a Object> {
    let (kind, name) = wanted.split_once('/')?;
    objects.iter().find(|object| object.kind.eq_ignore_ascii_case(kind) && object.name == name)
}

/// The value at a path such as `spec.template.spec.containers[memos].image`: list items by number, or by their `name`.
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(value);
    }
    match value {
        Value::Object(map) => map.iter().find_map(|(key, value)| {
            // A key may hold dots itself, so it is compared with the path, not with a step of it.
            let rest = path.strip_prefix(key.as_str())?;
            match rest.chars().next() {
                None => Some(value),
                Some('.') => at(value, &rest[1..]),
                Some('[') => at(value, rest),
                Some(_) => None,
            }
        }),
        Value::Array(list) => {
            let (item, rest) = path.strip_prefix('[')?.split_once(']')?;
            let named = list.iter().find(|value| value.get("name").and_then(Value::as_str) == Some(item));
            let value = named.or_else(|| list.get(item.parse::<usize>().ok()?))?;
            at(value, rest.strip_prefix('.').unwrap_or(rest))
        }
        _ => None,
    }
}

/// The value at a path of an object, and what made it. A path that is not there is said to be left out.
pub fn explain(object: &Object, path: &str, compilation: &Compilation, sources: &Sources) -> String {
    let mut out = format!("{}/{}{}{path}\n", object.kind, object.name, if path.is_empty() { "" } else { " " });
    match at(&object.value, path) {
        Some(value) if value.is_object() || value.is_array() => {
            out.push_str("  value\n");
            for line in yaml::document(value).lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
        Some(value) => _ = writeln!(out, "  value    {}", yaml::document(value).trim_end()),
        None => out.push_str("  value    left out; Kubernetes or a controller decides\n"),
    }
    for cause in causes(object, path) {
        for path in cause.fields {
            let _ = writeln!(out, "  by       {}", field::line(path, compilation, sources));
        }
        for decided in compilation.plan.figures.iter().filter(|figure| cause.figures.contains(&figure.path)) {
            let _ = write!(out, "\n{}", figure(decided));
        }
    }
    out
}

/// Whether a path that is left out is one whose reasons are known.
pub fn is_known(object: &Object, path: &str) -> bool {
    causes(object, path).next().is_some()
}

fn causes<'a>(object: &'a Object, path: &str) -> impl Iterator<Item = &'static Cause> + use<'a> {
    let component = object.value.pointer("/metadata/labels/app.kubernetes.io~1component").and_then(Value::as_str);
    let path = field::without_items(path);
    CAUSES.iter().filter(move |cause| {
        (cause.kind.is_empty() || cause.kind == object.kind)
            && (cause.component.is_empty() || component == Some(cause.component))
            && lies_at(&path, cause.path)
    })
}

/// Whether a path ends with, or leads through, the steps of another.
fn lies_at(path: &str, steps: &str) -> bool {
    format!(".{path}.").contains(&format!(".{steps}."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::compile;
    use crate::diagnostic::Diagnostics;

    #[test]
    fn paths_lead_through_lists_and_keys_with_dots() {
        let value = json!({
            "metadata": {"labels": {"app.kubernetes.io/name": "memos"}},
            "spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]},
        });
        for (path, expected) in [
            ("metadata.labels.app.kubernetes.io/name", Some("memos")),
            ("spec.containers[b].image", Some("y")),
            ("spec.containers[0].image", Some("x")),
            ("spec.containers[2].image", None),
            ("spec.container", None),
            ("spec.containers[0]x", None),
        ] {
            assert_eq!(at(&value, path).and_then(Value::as_str), expected, "{path}");
        }
    }

    #[test]
    fn every_cause_names_fields_and_figures_that_exist() {
        let fields = crate::schema::fields::fields(&compile::merged_schema());
        let validator = compile::validator();
        let mut figures = Vec::new();
        for (profile, _, _) in crate::profile::PROFILES {
            let input = compile::Input { profile: Some(profile.to_owned()), ..compile::Input::default() };
            let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
            let compilation = compile::compile(&mut sources, &input, &validator, false, &mut diagnostics).unwrap();
            figures.extend(compilation.plan.figures.into_iter().map(|figure| figure.path));
        }
        for Cause { kind, path, fields: wanted, figures: decided, .. } in CAUSES {
            for field in *wanted {
                assert!(!field::find(&fields, field).is_empty(), "{kind} {path}: no field `{field}`");
            }
            for figure in *decided {
                assert!(figures.contains(figure), "{kind} {path}: no figure `{figure}`");
            }
        }
    }

    #[test]
    fn steps_are_compared_whole() {
        assert!(lies_at("spec.template.spec.containers.resources.limits.memory", "resources.limits.memory"));
        assert!(lies_at("spec.metrics.resource", "spec.metrics"));
        assert!(!lies_at("spec.replicasMax", "spec.replicas"));
    }
}
