//! Where replicas may run.

use serde_json::Value;

use super::super::Context;
use super::super::finding::{Rule, also, at_key, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::names::Role;
use crate::spec::workload::Spread;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[few_nodes, lost_zone, own_anti_affinity, kubernetes_end_of_life];
    run(RULES, context, diagnostics);
}

/// `DoNotSchedule` counts nodes that are full or drained as empty ones, so the next pod waits for them.
fn few_nodes(context: &Context<'_>) -> Option<Diagnostic> {
    let availability = &said(context).availability;
    let (nodes, scale) = (availability.nodes?, &context.plan.scale);
    let peak = scale.pods + scale.pod_surge();
    if availability.node_spread != Spread::Required || scale.pods < 2 || peak <= nodes {
        return None;
    }
    let message = format!(
        "up to {peak} pods ({} replicas, {} more in a rollout) are forced apart over {nodes} nodes: while one node is full or drained, \
         pods wait",
        scale.pods,
        scale.pod_surge()
    );
    let diagnostic = finding(context, Code::RequiredSpreadOverFewNodes, message, "availability.nodeSpread", "by force");
    let diagnostic = also(context, diagnostic, "availability.nodes", "nodes");
    let field = scale.field();
    let diagnostic = also(context, diagnostic, field, "replicas");
    let safe = nodes.saturating_sub(scale.pod_surge());
    let diagnostic = diagnostic.help("say `availability.nodeSpread: preferred`");
    Some(if safe > 1 { diagnostic.help(format!("or `{field}: {safe}` or less")) } else { diagnostic })
}

/// With a zone lost, its share cannot be made up elsewhere: the others may hold only one more than the empty zone.
fn lost_zone(context: &Context<'_>) -> Option<Diagnostic> {
    let availability = &said(context).availability;
    let (zones, min) = (availability.zones, context.plan.scale.fewest_pods());
    if availability.zone_spread != Spread::Required || context.plan.scale.pods < 2 || zones < 2 {
        return None;
    }
    let left = min - min.div_ceil(zones);
    let message = format!("when one of {zones} zones is lost, {left} of {min} replicas are left until it is back");
    let diagnostic = finding(context, Code::RequiredSpreadLosesZone, message, "availability.zoneSpread", "by force");
    Some(diagnostic.help("say `availability.zoneSpread: preferred`, and the lost ones start in the other zones"))
}

/// The user's own required anti-affinity allows one pod a node or zone, surge included.
fn own_anti_affinity(context: &Context<'_>) -> Option<Diagnostic> {
    let scale = &context.plan.scale;
    let availability = &said(context).availability;
    let path = "components.memos.affinity";
    let terms = said(context).components.memos.affinity.as_ref()?.get("podAntiAffinity")?;
    let terms = terms.get("requiredDuringSchedulingIgnoredDuringExecution")?.as_array()?;
    let ours = context.plan.names.selector(Role::Memos);
    let meets_ours = |term: &&Value| {
        let labels = term.pointer("/labelSelector/matchLabels").and_then(Value::as_object);
        labels
            .is_some_and(|labels| labels.iter().all(|(key, value)| ours.get(key).map(String::as_str) == value.as_str()))
    };
    let (key, places) =
        terms.iter().filter(meets_ours).find_map(|term| match term.get("topologyKey")?.as_str()? {
            "kubernetes.io/hostname" => Some(("node", availability.nodes?)),
            "topology.kubernetes.io/zone" => Some(("zone", availability.zones)),
            _ => None,
        })?;
    let peak = scale.pods + scale.pod_surge();
    if peak <= places {
        return None;
    }
    let message = format!(
        "up to {peak} pods ({} replicas, {} more in a rollout) need a {key} each, and there are {places}",
        scale.pods,
        scale.pod_surge()
    );
    let diagnostic = at_key(context, Code::AntiAffinityCannotHold, message, path, "one pod each");
    let field = scale.field();
    let diagnostic = also(context, diagnostic, field, "replicas");
    let safe = places.saturating_sub(scale.pod_surge());
    let diagnostic = diagnostic.help("use `preferredDuringSchedulingIgnoredDuringExecution`");
    Some(if safe > 0 { diagnostic.help(format!("or say `{field}: {safe}` or less")) } else { diagnostic })
}

/// The oldest version that its makers or a cloud still mend; 1.33 ended on 28 June 2026.
const OLDEST_KUBERNETES: u32 = 34;

fn kubernetes_end_of_life(context: &Context<'_>) -> Option<Diagnostic> {
    let minor = context.plan.kubernetes_minor;
    if minor >= OLDEST_KUBERNETES {
        return None;
    }
    let message = format!("Kubernetes 1.{minor} gets no security fixes any more");
    let diagnostic = finding(context, Code::KubernetesEndOfLife, message, "kubernetes.version", "ended");
    Some(
        diagnostic.help(format!(
            "upgrade the cluster and say `kubernetes.version: \"1.{}\"` or later",
            OLDEST_KUBERNETES + 1
        )),
    )
}
