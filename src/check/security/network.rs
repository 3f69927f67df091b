//! Who may talk to whom.

use std::net::IpAddr;

use ipnet::IpNet;

use super::super::Context;
use super::super::finding::{Rule, also, finding, managed, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::attachments::{AttachmentsPlan, host_of};
use crate::plan::database::DatabasePlan;
use crate::plan::names::Role;
use crate::spec::database::Cache;
use crate::spec::exposure::{DnsMode, ExtraEgress, Peer, PolicyTarget};
use crate::spec::workload::Cloud;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        policies_off,
        database_anywhere,
        cache_anywhere,
        strict_names,
        no_internet,
        ai_out_of_reach,
        bucket_out_of_reach,
    ];
    run(RULES, context, diagnostics);
    open_peers(context, diagnostics);
    absent_targets(context, diagnostics);
}

/// Without policies every pod of the cluster reaches what runs beside Memos.
fn policies_off(context: &Context<'_>) -> Option<Diagnostic> {
    if said(context).network.policies {
        return None;
    }
    let mut open = Vec::new();
    if matches!(context.plan.database, DatabasePlan::Postgres(_) | DatabasePlan::Cluster(_)) {
        open.push("PostgreSQL");
    }
    if context.plan.cache.redis().is_some() {
        open.push("Redis");
    }
    if open.is_empty() {
        return None;
    }
    let message = format!("every pod of the cluster reaches {}", open.join(" and "));
    let diagnostic = finding(context, Code::PoliciesOff, message, "network.policies", "nothing is closed");
    Some(diagnostic.help("say `network.policies: true`"))
}

fn anywhere(context: &Context<'_>, section: &str, what: &str, port: u16) -> Diagnostic {
    let message =
        format!("Memos may connect to port {port} of every address in the world, since nobody said where {what} is");
    let path = format!("{section}.kind");
    finding(context, Code::EgressAnywhere, message, &path, "which addresses?")
        .help(format!("say `{section}.networks` with the subnets it can be in; fail-over changes the address"))
}

fn database_anywhere(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context)?;
    let DatabasePlan::Managed(plan) = &context.plan.database else { return None };
    if !said(context).network.policies || !managed.networks.is_empty() {
        return None;
    }
    let port = if plan.proxy.is_some() { 3307 } else { plan.port };
    Some(anywhere(context, "database", "the database", port))
}

fn cache_anywhere(context: &Context<'_>) -> Option<Diagnostic> {
    let Cache::Managed(managed) = &said(context).cache else { return None };
    if !said(context).network.policies || !managed.networks.is_empty() {
        return None;
    }
    Some(anywhere(context, "cache", "Redis", managed.port))
}

/// Names are looked up at link-local addresses that no selector matches: GKE with Cloud DNS or the node's cache, AKS with
/// LocalDNS; EKS Auto Mode at the tenth address of the Service range.
fn strict_names(context: &Context<'_>) -> Option<Diagnostic> {
    let network = &said(context).network;
    if !network.policies || network.dns.mode != DnsMode::Strict || !network.dns.servers.is_empty() {
        return None;
    }
    let (servers, where_) = match said(context).kubernetes.cloud {
        Cloud::None => return None,
        Cloud::Aws => ("[172.20.0.10/32, 169.254.20.10/32]", "EKS Auto Mode and node-local caches answer"),
        Cloud::Gcp => ("[169.254.169.254/32, 169.254.20.10/32]", "GKE's Cloud DNS and node-local cache answer"),
        Cloud::Azure => ("[169.254.10.0/24]", "AKS' LocalDNS answers"),
    };
    let message = format!("{where_} from addresses that no selector of pods matches: no name could be looked up");
    let diagnostic = finding(context, Code::StrictNames, message, "network.dns.mode", "kube-dns' pods only");
    Some(also(context, diagnostic, "kubernetes.cloud", "this cloud").help(format!(
        "say `network.dns.servers: {servers}` with what your nodes use, or `network.dns.mode: anywhere`"
    )))
}

fn extra_port(context: &Context<'_>, port: u16) -> bool {
    let extras = &said(context).network.extra_egress;
    extras.iter().any(|extra| extra.from == PolicyTarget::Memos && extra.ports.contains(&port))
}

/// The token of a sign-in is fetched by Memos itself.
fn no_internet(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let closed = spec.network.policies && !spec.network.internet;
    if !closed || spec.memos.identity_providers.is_empty() || extra_port(context, 443) {
        return None;
    }
    let message = "signing in by another system needs a way to it, and the internet is closed".to_owned();
    let diagnostic = finding(context, Code::IdentityProviderOutOfReach, message, "network.internet", "closed");
    Some(
        also(context, diagnostic, "memos.identityProviders.0.label", "asked over the network")
            .help("say `network.internet: true`, or open port 443 to it under `network.extraEgress`"),
    )
}

/// The fork asks its model over the network; only ports 80 and 443 of public addresses are open by themselves.
fn ai_out_of_reach(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let ai = spec.memos.ai.as_ref().filter(|_| spec.network.policies)?;
    let url = ai.base_url.as_ref().map_or("https://api.invalid", |url| url.as_str());
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, if scheme == "http" { "80" } else { "443" }));
    let port: u16 = port.parse().ok()?;
    let inside =
        !host.contains('.') || host.ends_with(".svc") || host.ends_with(".local") || host.ends_with(".internal");
    let open = spec.network.internet && !inside && matches!(port, 80 | 443);
    if open || extra_port(context, port) {
        return None;
    }
    let message = format!("no policy lets Memos reach port {port} of the model's address");
    let path = if ai.base_url.is_some() { "memos.ai.baseUrl" } else { "network.internet" };
    let diagnostic = finding(context, Code::AiOutOfReach, message, path, "out of reach");
    Some(diagnostic.help(format!("open it under `network.extraEgress`, with `ports: [{port}]` and where it is")))
}

/// A Service of the cluster, or an address that is not of the internet: no policy opens it by itself.
fn bucket_out_of_reach(context: &Context<'_>) -> Option<Diagnostic> {
    let AttachmentsPlan::Bucket(bucket) = &context.plan.attachments else { return None };
    if !said(context).network.policies || !bucket.private || !bucket.networks.is_empty() {
        return None;
    }
    let host = host_of(&bucket.endpoint);
    let namespace = namespace_of(host, &context.plan.names.namespace);
    let address = host.parse::<IpAddr>().ok();
    let reaches = |extra: &ExtraEgress| match &extra.to {
        // A policy sees the port of the pods, which may be another one than their Service's.
        Peer::Pods(pods) => namespace.is_none_or(|namespace| pods.namespace.as_str() == namespace),
        Peer::Addresses(addresses) => {
            let there = address.is_none_or(|at| addresses.cidrs.iter().any(|cidr| cidr.net().contains(&at)));
            there && extra.ports.contains(&bucket.port)
        }
    };
    let extras = &said(context).network.extra_egress;
    if extras.iter().any(|extra| extra.from == PolicyTarget::Memos && reaches(extra)) {
        return None;
    }
    let message =
        format!("no policy lets Memos reach the bucket at `{host}`: only public addresses are open by themselves");
    let diagnostic = finding(context, Code::BucketOutOfReach, message, "attachments.endpoint", "out of reach");
    let port = bucket.port;
    Some(match (namespace, address) {
        (Some(namespace), _) => diagnostic.help(format!(
            "say `network.extraEgress: [{{name: bucket, to: {{kind: pods, namespace: {namespace}}}, ports: [{port}]}}]`, with the \
             port that its pods listen on"
        )),
        (None, Some(address)) => {
            let range = IpNet::from(address);
            diagnostic.help(format!("say `attachments.networks: [{range}]`"))
        }
        (None, None) => diagnostic.help("say `attachments.networks` with the ranges it can be in"),
    })
}

/// The namespace of a Service by its host name: `SERVICE`, `SERVICE.NAMESPACE.svc` or the same with the cluster's domain.
fn namespace_of<'a>(host: &'a str, own: &'a str) -> Option<&'a str> {
    let labels: Vec<&str> = host.split('.').collect();
    match labels.iter().position(|label| *label == "svc") {
        Some(at) if at >= 2 => labels.get(at - 1).copied(),
        _ => (labels.len() == 1).then_some(own),
    }
}

/// A range of every address makes a policy say nothing; outwards it opens the cloud's metadata service as well.
fn open_peers(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let network = &said(context).network;
    let ingress = network.extra_ingress.iter().map(|extra| ("extraIngress", &extra.name, &extra.from));
    let egress = network.extra_egress.iter().map(|extra| ("extraEgress", &extra.name, &extra.to));
    let (ins, outs): (Vec<_>, Vec<_>) = (ingress.collect(), egress.collect());
    for edges in [ins, outs] {
        for (at, (list, name, peer)) in edges.into_iter().enumerate() {
            let Peer::Addresses(addresses) = peer else { continue };
            let everywhere = addresses.cidrs.iter().position(|cidr| cidr.net().prefix_len() == 0);
            let Some(index) = everywhere else { continue };
            let (side, field) = if list == "extraIngress" {
                ("lets every address in, past the edge and its limits", "from")
            } else {
                ("opens every address, the cloud's metadata service at 169.254.169.254 among them", "to")
            };
            let message = format!("`{name}` {side}");
            let path = format!("network.{list}.{at}.{field}.cidrs.{index}");
            let diagnostic = finding(context, Code::OpenPeer, message, &path, "everywhere");
            diagnostics.push(diagnostic.help("name the ranges that are meant"));
        }
    }
}

/// An edge to or from a component that is not there would change nothing.
fn absent_targets(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let network = &said(context).network;
    let plan = context.plan;
    let present = |target: PolicyTarget| match target {
        PolicyTarget::Memos => true,
        PolicyTarget::Proxy => plan.entrance() == Role::Proxy,
        PolicyTarget::Postgres => matches!(plan.database, DatabasePlan::Postgres(_)),
        PolicyTarget::Pooler => plan.pooler.is_some(),
        PolicyTarget::Redis => plan.cache.redis().is_some(),
        PolicyTarget::Sentinel | PolicyTarget::RedisProxy => plan.cache.sentinel().is_some(),
    };
    let ingress =
        network.extra_ingress.iter().enumerate().map(|(at, extra)| ("extraIngress", "to", at, &extra.name, extra.to));
    let egress =
        network.extra_egress.iter().enumerate().map(|(at, extra)| ("extraEgress", "from", at, &extra.name, extra.from));
    for (list, field, at, name, target) in ingress.chain(egress) {
        if present(target) {
            continue;
        }
        let message = format!("`{name}` speaks of a component that is not part of this installation");
        let path = format!("network.{list}.{at}.{field}");
        let diagnostic = finding(context, Code::PolicyWithoutTarget, message, &path, "not here");
        diagnostics.push(
            diagnostic.help("leave it out, or name `memos`, `postgres`, `pooler` or `redis` as far as they run here"),
        );
    }
}
