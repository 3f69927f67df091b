//! Whether the address that Memos believes to have is the one that leads to it.

use super::finding;
use crate::check::Context;
use crate::diagnostic::{Code, Diagnostics};
use crate::spec::exposure::Exposure;

const URL: &str = "memos.instanceUrl";

/// The parts of an address.
#[derive(Debug, PartialEq, Eq)]
struct Address<'a> {
    https: bool,
    host: &'a str,
    path: &'a str,
}

fn parse(url: &str) -> Address<'_> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.split(':').next().unwrap_or_default();
    Address { https: scheme == "https", host, path: path.trim_end_matches('/') }
}

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    match &context.spec.spec().memos.instance_url {
        Some(url) => given(context, &parse(url.as_str()), diagnostics),
        None => derived(context, diagnostics),
    }
}

fn given(context: &Context<'_>, url: &Address<'_>, diagnostics: &mut Diagnostics) {
    if !url.path.is_empty() {
        let message = format!("Memos cannot be served below `{}`, only at the root of a host", url.path);
        diagnostics.push(
            finding(context, Code::SubPath, message, URL, "has a path")
                .help("give Memos a host of its own, and write its address without a path"),
        );
    }
    let exposure = &context.plan.exposure;
    let Some(host) = &exposure.host else { return };
    let elsewhere = url.host != host;
    if !elsewhere && url.https == exposure.https {
        return;
    }
    let scheme = if exposure.https { "https" } else { "http" };
    let message = format!("`{URL}` is not the address `{scheme}://{host}` of the edge");
    let mut diagnostic =
        finding(context, Code::InstanceUrlElsewhere, message, URL, "sign-in by other systems returns here");
    if let Some(span) = context.spec.span("exposure.host") {
        diagnostic = diagnostic.and_at(span, "the edge answers here");
    }
    diagnostics.push(
        diagnostic
            .help(format!("leave `{URL}` out: it follows from the edge"))
            .help("keep it if another proxy in front of the edge has that address"),
    );
}

fn derived(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let Exposure::LoadBalancer(balancer) = &context.spec.spec().exposure else { return };
    let Some(host) = &balancer.host else {
        let message = "Memos does not know the address that people use".to_owned();
        diagnostics.push(
            finding(context, Code::HostMissing, message, "exposure.kind", "")
                .help("set `exposure.host` once the load balancer has a name")
                .help(format!("or set `{URL}`")),
        );
        return;
    };
    let https = context.plan.exposure.https;
    let usual = if https { 443 } else { 80 };
    if balancer.port == usual {
        return;
    }
    let scheme = if https { "https" } else { "http" };
    let message = format!("people come in on port {}, and `{scheme}://{host}` means {usual}", balancer.port);
    diagnostics.push(
        finding(context, Code::PortNotInUrl, message, "exposure.port", "")
            .help(format!("set `exposure.port` to {usual}"))
            .help(format!("or set `{URL}` to `{scheme}://{host}:{}`", balancer.port)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let whole = Address { https: true, host: "a.b", path: "/notes" };
        assert_eq!(parse("https://a.b:8443/notes/"), whole);
        assert_eq!(parse("http://a.b/"), Address { https: false, host: "a.b", path: "" });
    }
}
