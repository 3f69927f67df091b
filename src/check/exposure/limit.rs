//! Whether limits and protections hold, and whether the class can express them.

use super::{Routed, finding, routed};
use crate::check::Context;
use crate::diagnostic::{Code, Diagnostics};
use crate::plan::exposure::class::{GatewayClass, is_internal_by_name};
use crate::plan::exposure::needed_body_mb;
use crate::plan::formula::Inputs;
use crate::plan::sizing;
use crate::spec::exposure::Exposure;
use crate::spec::memos::Size;
use crate::spec::workload::Cloud;

/// Seconds between two signs of life on Memos' event stream.
const HEARTBEAT_SECONDS: u32 = 30;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if let Some(routed) = routed(context.spec.spec()) {
        idle_timeout(context, routed, diagnostics);
        body(context, routed, diagnostics);
        protections(context, routed, diagnostics);
        settings(context, routed, diagnostics);
    }
    if let Exposure::LoadBalancer(balancer) = &context.spec.spec().exposure
        && balancer.internal
        && context.spec.spec().kubernetes.cloud == Cloud::None
    {
        not_internal(context, "a load balancer without a cloud", diagnostics);
    }
}

fn idle_timeout(context: &Context<'_>, routed: Routed<'_>, diagnostics: &mut Diagnostics) {
    let seconds = routed.edge.idle_timeout_seconds;
    if seconds > HEARTBEAT_SECONDS {
        return;
    }
    let message =
        format!("an idle timeout of {seconds} seconds cuts the event stream, which is silent for {HEARTBEAT_SECONDS}");
    let path = "exposure.edge.idleTimeoutSeconds";
    diagnostics.push(
        finding(context, Code::EventStreamCut, message, path, "open pages reconnect all the time")
            .help("write 60 or more; 3600 is the default"),
    );
}

fn body(context: &Context<'_>, routed: Routed<'_>, diagnostics: &mut Diagnostics) {
    let upload = context.spec.spec().memos.upload_size_limit_mb;
    let needed = needed_body_mb(upload);
    let Some(limit) = routed.edge.max_body_mb.filter(|limit| *limit < needed) else { return };
    let message = format!("bodies of {limit} MiB are let through, and an upload of {upload} MiB needs {needed}");
    let mut diagnostic = finding(context, Code::BodyLimitTooSmall, message, "exposure.edge.maxBodyMb", "too small");
    if let Some(span) = context.spec.span("memos.uploadSizeLimitMb") {
        diagnostic = diagnostic.and_at(span, "the upload limit");
    }
    let largest = sizing::largest_upload().count(&Inputs::of(Size::Small).with("bodyLimit", limit));
    diagnostics.push(
        diagnostic
            .help(format!("leave `exposure.edge.maxBodyMb` out, or write {needed} or more"))
            .help(format!("or lower `memos.uploadSizeLimitMb` to {largest}")),
    );
}

fn protections(context: &Context<'_>, routed: Routed<'_>, diagnostics: &mut Diagnostics) {
    let (edge, abilities) = (routed.edge, routed.abilities);
    let asked = [
        (edge.requests_per_second.is_some(), abilities.rate_limit, "requestsPerSecond", "a rate limit"),
        (edge.waf.is_some(), abilities.waf, "waf", "a web application firewall"),
        (!edge.source_ranges.is_empty(), abilities.source_ranges, "sourceRanges", "who may come in"),
    ];
    for (_, _, field, what) in asked.into_iter().filter(|(asked, able, _, _)| *asked && !able) {
        let message = format!("class `{}` has no way to set {what}", routed.class);
        let path = format!("exposure.edge.{field}");
        diagnostics.push(
            finding(context, Code::ProtectionNotExpressible, message, &path, "would not be in force")
                .help(cure(routed, field))
                .help(format!("leave `{path}` out if it is set elsewhere")),
        );
    }
    if let Some(acl) = edge.waf.as_deref().filter(|acl| abilities.cloud == Some(Cloud::Aws) && !is_web_acl(acl)) {
        let message = format!("class `{}` knows a web ACL by its ARN, and `{acl}` is none", routed.class);
        diagnostics.push(
            finding(context, Code::WebAclNotAnArn, message, "exposure.edge.waf", "not the ARN of a web ACL")
                .help("write it as `arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID`")
                .help("`aws wafv2 list-web-acls --scope REGIONAL` shows yours"),
        );
    }
    if let Some(policy) = edge.waf.as_deref()
        && abilities.waf
        && abilities.cloud == Some(Cloud::Azure)
        && !is_firewall_policy(policy)
    {
        let message =
            format!("class `{}` knows a firewall policy by its resource id, and `{policy}` is none", routed.class);
        diagnostics.push(
            finding(context, Code::FirewallPolicyNotAnId, message, "exposure.edge.waf", "not the id of a policy")
                .help(
                    "write it as `/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Network/\
                     applicationGatewayWebApplicationFirewallPolicies/NAME`",
                )
                .help("`az network application-gateway waf-policy list --query '[].id'` shows yours"),
        );
    }
    if routed.internal && !can_be_internal(context, routed) {
        not_internal(context, &format!("class `{}`", routed.class), diagnostics);
    }
}

/// Whether it is the resource id of a firewall policy, as the schema of a WebApplicationFirewallPolicy asks for it.
fn is_firewall_policy(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let ["", "subscriptions", subscription, "resourceGroups", group, "providers", "Microsoft.Network", kind, name] =
        parts[..]
    else {
        return false;
    };
    let kinds =
        ["applicationGatewayWebApplicationFirewallPolicies", "ApplicationGatewayWebApplicationFirewallPolicies"];
    kinds.contains(&kind) && [subscription, group, name].iter().all(|part| !part.is_empty())
}

/// Whether it is the ARN of a web ACL, as the schema of a LoadBalancerConfiguration asks for it.
fn is_web_acl(text: &str) -> bool {
    let mut parts = text.splitn(4, ':');
    let partition = |name: &str| name.starts_with("aws") && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    parts.next() == Some("arn")
        && parts.next().is_some_and(partition)
        && parts.next() == Some("wafv2")
        && parts.next().is_some_and(|rest| !rest.is_empty())
}

/// Where a protection can be had instead.
fn cure(routed: Routed<'_>, field: &str) -> &'static str {
    match (routed.abilities.cloud, field) {
        (Some(Cloud::Aws), _) => "add a rate rule to the web ACL in `exposure.edge.waf`",
        (Some(Cloud::Gcp), _) => "add a rule to the Cloud Armor policy in `exposure.edge.waf`",
        (Some(Cloud::Azure), "sourceRanges") => "add a rule by address to a firewall policy in `exposure.edge.waf`",
        (_, "waf") => "take a class of the cloud: `alb`, `gke-l7-global-external-managed` or `azure-alb-external`",
        _ => "take a class that can: `envoy` for a Gateway, `traefik` or `haproxy` for an Ingress",
    }
}

/// Istio hands annotations to a Service, which only a cloud reads; with Google's classes the name says it.
fn can_be_internal(context: &Context<'_>, routed: Routed<'_>) -> bool {
    let spec = context.spec.spec();
    let passes_on = matches!(&spec.exposure, Exposure::Gateway(gateway)
        if matches!(GatewayClass::of(gateway.class.as_str()), GatewayClass::Istio | GatewayClass::AppRouting));
    let known = !passes_on || spec.kubernetes.cloud != Cloud::None;
    let existing = matches!(&spec.exposure, Exposure::Gateway(gateway) if gateway.existing.is_some());
    is_internal_by_name(routed.class) || (routed.abilities.internal && known && !existing)
}

fn not_internal(context: &Context<'_>, what: &str, diagnostics: &mut Diagnostics) {
    let message = format!("{what} has no way to be reachable only from inside");
    diagnostics.push(
        finding(context, Code::ProtectionNotExpressible, message, "exposure.internal", "would not be in force")
            .help("set `kubernetes.cloud` if it is one, or take a class that says so itself, such as `gke-l7-rilb`")
            .help("leave `exposure.internal` out if the address is private anyway"),
    );
}

/// What only a user may have asked for is told to him; defaults that a class does not need are not.
fn settings(context: &Context<'_>, routed: Routed<'_>, diagnostics: &mut Diagnostics) {
    let (edge, abilities) = (routed.edge, routed.abilities);
    let idle = context.spec.said_by_user("exposure.edge.idleTimeoutSeconds");
    let address = matches!(&context.spec.spec().exposure, Exposure::Gateway(gateway) if gateway.address.is_some());
    let asked = [
        (edge.affinity, abilities.affinity, "exposure.edge.affinity", "keep a browser on a replica"),
        (idle, abilities.idle_timeout, "exposure.edge.idleTimeoutSeconds", "set an idle timeout"),
        (edge.max_body_mb.is_some(), abilities.body_limit, "exposure.edge.maxBodyMb", "limit request bodies"),
        (address, abilities.address, "exposure.address", "take an address by name"),
    ];
    for (_, _, path, what) in asked.into_iter().filter(|(asked, able, _, _)| *asked && !able) {
        let message = format!("class `{}` has no way to {what}", routed.class);
        diagnostics.push(
            finding(context, Code::EdgeSettingNotExpressible, message, path, "changes nothing")
                .help(format!("leave `{path}` out, and set it where the class is set up")),
        );
    }
}
