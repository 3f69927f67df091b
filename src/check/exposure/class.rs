//! Whether the class exists, belongs here, and can reach the pods.

use super::{Routed, finding, routed};
use crate::check::Context;
use crate::diagnostic::{Code, Diagnostics};
use crate::plan::exposure::class::{GatewayClass, IngressClass};
use crate::spec::exposure::{Exposure, Gateway, Ingress};
use crate::spec::workload::Cloud;

const CLASS: &str = "exposure.class";

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    auto_mode_elsewhere(context, diagnostics);
    if let Some(routed) = routed(context.spec.spec()) {
        another_cloud(context, routed, diagnostics);
        networks(context, routed, diagnostics);
    }
    match &context.spec.spec().exposure {
        Exposure::Gateway(gateway) => {
            data_plane(context, gateway.class.as_str(), "exposure.dataPlaneNamespace", diagnostics);
            azure_unnamed(context, gateway, diagnostics);
            restricted(context, gateway, diagnostics);
        }
        Exposure::Ingress(ingress) => {
            data_plane(context, ingress.class.as_str(), "exposure.controllerNamespace", diagnostics);
            retired(context, ingress, diagnostics);
            targets(context, ingress, diagnostics);
        }
        Exposure::None | Exposure::LoadBalancer(_) => {}
    }
}

fn another_cloud(context: &Context<'_>, routed: Routed<'_>, diagnostics: &mut Diagnostics) {
    let cloud = context.spec.spec().kubernetes.cloud;
    let Some(own) = routed.abilities.cloud.filter(|own| *own != cloud) else { return };
    let word = match own {
        Cloud::None => "none",
        Cloud::Aws => "aws",
        Cloud::Gcp => "gcp",
        Cloud::Azure => "azure",
    };
    let message = format!("class `{}` exists only on `{word}`, and `kubernetes.cloud` says otherwise", routed.class);
    let mut diagnostic = finding(context, Code::ClassOfAnotherCloud, message, CLASS, "nobody would serve it");
    if let Some(span) = context.spec.span("kubernetes.cloud") {
        diagnostic = diagnostic.and_at(span, "the cloud");
    }
    diagnostics
        .push(diagnostic.help(format!("set `kubernetes.cloud` to `{word}`, or take a class of your own cluster")));
}

/// Whether what is made for Auto Mode would find it.
fn auto_mode_elsewhere(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const PATH: &str = "kubernetes.eksAutoMode";
    let kubernetes = &context.spec.spec().kubernetes;
    if !kubernetes.eks_auto_mode || kubernetes.cloud == Cloud::Aws {
        return;
    }
    let message = "Auto Mode is EKS', and `kubernetes.cloud` says otherwise".to_owned();
    let mut diagnostic = finding(context, Code::AutoModeElsewhere, message, PATH, "would change nothing");
    if let Some(span) = context.spec.span("kubernetes.cloud") {
        diagnostic = diagnostic.and_at(span, "the cloud");
    }
    diagnostics.push(diagnostic.help("set `kubernetes.cloud` to `aws`, or leave `kubernetes.eksAutoMode` out"));
}

/// Whether the policies let the edge in: they would let nobody in without its addresses.
fn networks(context: &Context<'_>, routed: Routed<'_>, diagnostics: &mut Diagnostics) {
    let needed = routed.abilities.needs_networks && context.spec.spec().network.policies;
    if !needed || !routed.edge.networks.is_empty() {
        return;
    }
    let message = format!("class `{}` connects from subnets that the spec does not name", routed.class);
    diagnostics.push(
        finding(context, Code::EdgeNetworksMissing, message, CLASS, "the policies would keep it out")
            .help("list the load balancer's subnets in `exposure.edge.networks`")
            .help("on Google Cloud that is the proxy-only subnet, on Azure the subnet of the association"),
    );
}

fn data_plane(context: &Context<'_>, class: &str, path: &str, diagnostics: &mut Diagnostics) {
    let known = !context.plan.exposure.peers.is_empty();
    let told = routed(context.spec.spec()).is_some_and(|routed| routed.abilities.needs_networks);
    if known || told || !context.spec.spec().network.policies {
        return;
    }
    let message = format!("it is not known from where class `{class}` connects to Memos");
    diagnostics.push(
        finding(context, Code::DataPlaneUnknown, message, CLASS, "the policies would keep it out")
            .help(format!("name the namespace of its pods in `{path}`"))
            .help("if it runs outside the cluster, list its addresses in `exposure.edge.networks`"),
    );
}

fn azure_unnamed(context: &Context<'_>, gateway: &Gateway, diagnostics: &mut Diagnostics) {
    let azure = GatewayClass::of(gateway.class.as_str()) == GatewayClass::Azure && gateway.existing.is_none();
    let named = gateway.annotations.keys().any(|key| key.starts_with("alb.networking.azure.io/alb-"));
    if !azure || named {
        return;
    }
    let message = "no Application Gateway for Containers is named that could serve this Gateway".to_owned();
    diagnostics.push(
        finding(context, Code::AzureGatewayUnnamed, message, CLASS, "stays without an address")
            .help("set `alb.networking.azure.io/alb-namespace` and `alb.networking.azure.io/alb-name` in `exposure.annotations`")
            .help("for one that Azure's own tools made, set `alb.networking.azure.io/alb-id` instead"),
    );
}

/// Pods beside the Gateway run in a namespace of ours, which admits nothing that Pod Security `restricted` does not.
fn restricted(context: &Context<'_>, gateway: &Gateway, diagnostics: &mut Diagnostics) {
    let class = GatewayClass::of(gateway.class.as_str());
    let beside = matches!(class, GatewayClass::AppRouting | GatewayClass::Beside) && gateway.existing.is_none();
    if !beside || !context.plan.create_namespace || gateway.data_plane_namespace.is_some() {
        return;
    }
    let namespace = &context.plan.names.namespace;
    let message = format!(
        "the pods of class `{class}` run in namespace `{namespace}`, which admits only `restricted` ones",
        class = gateway.class
    );
    diagnostics.push(
        finding(context, Code::GatewayPodsUnderRestricted, message, CLASS, "")
            .help("give them a seccomp profile `RuntimeDefault` where the class is set up")
            .help("or use a Gateway in another namespace by `exposure.existing`"),
    );
}

fn retired(context: &Context<'_>, ingress: &Ingress, diagnostics: &mut Diagnostics) {
    let (what, instead) = match IngressClass::of(ingress.class.as_str()) {
        IngressClass::Nginx => ("ingress-nginx was retired in March 2026 and gets no security fixes", "kind: gateway"),
        IngressClass::AppRoutingNginx => {
            ("the NGINX of AKS app-routing gets no security fixes after November 2026", "class: approuting-istio")
        }
        IngressClass::ApplicationGateway => {
            ("the Application Gateway Ingress Controller is superseded", "class: azure-alb-external")
        }
        _ => return,
    };
    diagnostics.push(
        finding(context, Code::ControllerRetired, what.to_owned(), CLASS, "")
            .help(format!("move to the Gateway API: `exposure: {{kind: gateway, …}}` with `{instead}`"))
            .help("if another controller serves this class, give the class a name of its own"),
    );
}

/// The Service has no ports on nodes, so only pods can be targets.
fn targets(context: &Context<'_>, ingress: &Ingress, diagnostics: &mut Diagnostics) {
    const KEY: &str = "alb.ingress.kubernetes.io/target-type";
    let Some(given) = ingress.annotations.get(KEY).filter(|given| *given != "ip") else { return };
    if IngressClass::of(ingress.class.as_str()) != IngressClass::Alb {
        return;
    }
    let message = format!("annotation `{KEY}` is `{given}`, and only pods can be targets here");
    diagnostics.push(
        finding(context, Code::TargetsNotByAddress, message, "exposure.annotations", "")
            .help("leave the annotation out: `ip` is set, which affinity and readiness gates need as well"),
    );
}
