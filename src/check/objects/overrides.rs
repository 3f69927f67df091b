//! Overrides that change nothing or cannot be merged.

use super::super::Context;
use super::super::finding::{about, finding, in_part, list, said};
use super::pods::name;
use super::typed;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::object::Object;
use crate::schema::suggest::closest;
use crate::spec::workload::Override;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (at, wanted) in said(context).overrides.iter().enumerate() {
        meets_nothing(context, at, wanted, diagnostics);
    }
    for (at, (wanted, outcome)) in said(context).overrides.iter().zip(context.objects.overrides()).enumerate() {
        let whole = format!("{}/{}", wanted.kind, wanted.name);
        let faults = typed::of_override(context, at, wanted);
        match outcome {
            _ if !faults.is_empty() => diagnostics.extend(faults),
            Ok(absent) => {
                diagnostics.extend(absent.iter().map(|absent| takes_nothing_away(context, at, &whole, absent)));
            }
            Err(reason) => diagnostics.push(cannot_be_merged(context, at, &whole, reason)),
        }
    }
    replicas_with_autoscaler(context, diagnostics);
}

/// An override names its object exactly, so that a misspelling is not lost in silence.
fn meets_nothing(context: &Context<'_>, at: usize, wanted: &Override, diagnostics: &mut Diagnostics) {
    let objects = context.objects.objects();
    if objects.iter().any(|object| object.kind == wanted.kind && object.name == wanted.name) {
        return;
    }
    let of_kind: Vec<String> =
        objects.iter().filter(|object| object.kind == wanted.kind).map(|object| object.name.clone()).collect();
    let whole = format!("{}/{}", wanted.kind, wanted.name);
    let names: Vec<String> = objects.iter().map(name).collect();
    let message = format!("there is no object `{}`", whole.escape_debug());
    let path = if of_kind.is_empty() { "kind" } else { "name" };
    let diagnostic =
        finding(context, Code::OverrideMeetsNothing, message, &format!("overrides.{at}.{path}"), "meets nothing");
    let diagnostic = match closest(&whole, names.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    };
    diagnostics.push(if of_kind.is_empty() {
        diagnostic.help(format!("there are {}", list(&names)))
    } else {
        diagnostic.help(format!("of this kind there are {}", list(&of_kind)))
    });
}

/// Kubernetes' types drop unknown fields in silence, so the merge compares the patch with what they keep of it.
fn cannot_be_merged(context: &Context<'_>, at: usize, whole: &str, reason: &str) -> Diagnostic {
    let message = format!("the patch of `{whole}` cannot be merged: {reason}");
    let path = format!("overrides.{at}.kind");
    finding(context, Code::OverrideUnknownField, message, &path, "nothing of it is merged")
        .help("write it as `kubectl patch` takes it, beginning with `spec` or `metadata`")
}

/// What the user wants is so, but a removal that meets nothing is as likely a misspelling as one that came too late.
fn takes_nothing_away(context: &Context<'_>, at: usize, whole: &str, absent: &str) -> Diagnostic {
    let message = format!("`{whole}` has no `{}` that could be taken away", absent.escape_debug());
    let path = format!("overrides.{at}.patch.{}", absent.replace('[', ".").replace(']', ""));
    in_part(context, Code::OverrideTakesNothingAway, message, &path, "meets nothing")
        .help("write the name as it stands in the built object, or leave the line out")
}

/// With an autoscaler the number of replicas is its own: a fixed one would undo its work at every apply.
fn replicas_with_autoscaler(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let objects = context.objects.objects();
    for autoscaler in objects.iter().filter(|object| object.kind == "HorizontalPodAutoscaler") {
        let Some(scaled) = scaled(autoscaler, objects) else {
            let message = nothing_to_scale(autoscaler);
            let diagnostic = about(context, Code::ReferenceMissing, message, autoscaler, &[]);
            diagnostics.push(diagnostic.help("take the override of its `scaleTargetRef` away"));
            continue;
        };
        if scaled.value["spec"].get("replicas").is_none() {
            continue;
        }
        let message = fixed_replicas(scaled);
        let at =
            said(context).overrides.iter().position(|wanted| wanted.kind == scaled.kind && wanted.name == scaled.name);
        let path = at.map_or_else(|| "scaling.mode".to_owned(), |at| format!("overrides.{at}.kind"));
        let diagnostic = finding(context, Code::ReplicasWithAutoscaler, message, &path, "undone at every apply");
        diagnostics.push(diagnostic.help("say `scaling.min` and `scaling.max` instead"));
    }
}

/// The object that an autoscaler scales.
pub(in crate::check) fn scaled<'a>(autoscaler: &Object, objects: &'a [Object]) -> Option<&'a Object> {
    let target = &autoscaler.value["spec"]["scaleTargetRef"];
    objects.iter().find(|object| {
        Some(object.kind.as_str()) == target["kind"].as_str()
            && Some(object.name.as_str()) == target["name"].as_str()
            && object.namespace == autoscaler.namespace
    })
}

/// What is told of an autoscaler without its object.
pub(in crate::check) fn nothing_to_scale(autoscaler: &Object) -> String {
    format!("`{}` scales an object that is not here", name(autoscaler))
}

/// What is told of an object whose replicas are fixed beside an autoscaler.
pub(in crate::check) fn fixed_replicas(scaled: &Object) -> String {
    format!("`{}` has `replicas`, which its autoscaler sets as well", name(scaled))
}
