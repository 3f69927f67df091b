use serde_json::json;

use super::*;
use crate::compile::{self, Compilation};
use crate::diagnostic::Diagnostics;
use crate::profile::{self, Merged};
use crate::schema::fields::{Field, fields};
use crate::source::{Origin, Sources};

/// A profile, compiled.
struct Compiled {
    compilation: Compilation,
    merged: Merged,
    sources: Sources,
    fields: Vec<Field>,
}

fn compiled(profile: &str) -> Compiled {
    with(profile, &[])
}

/// A profile with some settings, compiled.
fn with(profile: &str, settings: &[&str]) -> Compiled {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let settings: Vec<_> = settings.iter().map(|text| sources.add("--set", *text, Origin::Setting)).collect();
    let input = compile::Input { profile: Some(profile.to_owned()), settings, ..compile::Input::default() };
    let validator = compile::validator();
    let layers = compile::layers(&sources, &input, &validator, &mut diagnostics).unwrap();
    let compilation =
        compile::layered(&mut sources, Some(profile), &layers, &validator, false, &mut diagnostics).unwrap();
    let merged = profile::merge(&mut sources, Some(profile), &layers, &mut diagnostics).unwrap();
    Compiled { compilation, merged, sources, fields: fields(&compile::merged_schema()) }
}

impl Compiled {
    fn given(&self) -> Given<'_> {
        Given::new(&self.compilation, &self.merged, &self.sources, &self.fields, true)
    }
}

/// A published image with a standby, and all that it can have.
const STANDBY: [&str; 3] = ["memos.version=0.30.0", "scaling.mode=standby", "rollout.createAdministrator=true"];

/// The path of every value that holds no others.
fn leaves(value: &Value, path: &str, paths: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                leaves(value, &format!("{path}{}\"{key}\"", if path.is_empty() { "" } else { "." }), paths);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (at, value) in list.iter().enumerate() {
                leaves(value, &format!("{path}[{at}]"), paths);
            }
        }
        _ => paths.push(path.to_owned()),
    }
}

#[test]
fn nearly_every_value_has_a_cause() {
    let profiles = crate::profile::PROFILES.iter().map(|(profile, _, _)| (*profile, compiled(profile)));
    for (profile, compiled) in profiles.chain([("standby", with("production", &STANDBY))]) {
        let given = compiled.given();
        let (mut without, mut all) = (Vec::new(), 0);
        for object in compiled.compilation.objects.objects() {
            let mut paths = Vec::new();
            leaves(&object.value, "", &mut paths);
            all += paths.len();
            for path in paths {
                let found = at(object, &path).unwrap();
                if made_by(object, &found, &given).is_empty() {
                    without.push(format!("{}/{} {path}", object.kind, object.name));
                }
            }
        }
        assert!(all > 200, "{profile}: {all}");
        assert!(without.len() <= 2, "{profile}: {} of {all} have no cause:\n{}", without.len(), without.join("\n"));
    }
}

#[test]
fn paths_lead_through_lists_and_keys_with_dots() {
    let object = Object {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        name: "memos".to_owned(),
        namespace: None,
        value: json!({
            "metadata": {"labels": {"app.kubernetes.io/name": "memos"}},
            "spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]},
        }),
    };
    for (path, expected) in [
        ("metadata.labels.app.kubernetes.io/name", Ok("memos")),
        ("metadata.labels.\"app.kubernetes.io/name\"", Ok("memos")),
        ("spec.containers[b].image", Ok("y")),
        ("spec.containers[0].image", Ok("x")),
        ("spec.containers[2].image", Err("`spec.containers` has no item `2`")),
        ("spec.containers.a.image", Err("`spec.containers` is a list")),
        ("spec.container", Err("`Pod/memos` has no `spec.container`")),
        ("spec.containers[0].image.tag", Err("`Pod/memos` has no `spec.containers[0].image.tag`")),
        ("spec.containers[0]x", Err("`x` cannot stand behind an item")),
    ] {
        let found = at(&object, path).map(|found| found.value.and_then(Value::as_str).unwrap());
        assert_eq!(found.map_err(|nowhere| nowhere.message), expected.map_err(str::to_owned), "{path}");
    }
}

#[test]
fn only_known_fields_are_left_out() {
    let compiled = compiled("aws");
    let objects = compiled.compilation.objects.objects();
    let deployment = find(objects, "deployment/memos").unwrap();
    assert!(at(deployment, "spec.replicas").unwrap().value.is_none());
    for path in [
        "spec.nosuch",
        "spec.template.spec.containers[7].image",
        "spec.template.spec.containers.memos.image",
        "spec.template.spec.containers[memos].nosuch.image",
        "spec.template.nosuch.spec.replicas",
        "image",
    ] {
        assert!(at(deployment, path).is_err(), "{path}");
    }
}

#[test]
fn every_cause_names_fields_and_figures_that_exist() {
    let fields = fields(&compile::merged_schema());
    let figures: Vec<&str> = crate::profile::PROFILES
        .iter()
        .map(|(profile, _, _)| compiled(profile))
        .chain([with("production", &STANDBY)])
        .flat_map(|compiled| compiled.compilation.plan.figures)
        .map(|figure| figure.path)
        .collect();
    for Cause { kind, path, fields: wanted, figures: decided, .. } in CAUSES {
        for field in *wanted {
            let name = field.trim_end_matches('?').replace('@', "memos").replace(".*", ".key");
            let steps = crate::source::setting::steps(&name).unwrap();
            assert!(!path::find(&fields, &steps).is_empty(), "{kind} {path}: no field `{field}`");
        }
        for figure in *decided {
            assert!(figures.contains(figure), "{kind} {path}: no figure `{figure}`");
        }
    }
}

#[test]
fn a_field_of_another_choice_is_no_cause() {
    let compiled = compiled("aws");
    let service = find(compiled.compilation.objects.objects(), "Service/memos").unwrap();
    let found = at(service, "spec.ports[0].port").unwrap();
    let text = explain(service, "spec.ports[0].port", &found, &compiled.given());
    assert!(!text.contains("exposure.port") && text.contains("\n  because  the port of HTTP"), "{text}");
}
