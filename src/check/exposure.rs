//! Rules about the way in.

mod certificate;
mod class;
mod limit;
mod url;

#[cfg(test)]
mod tests;

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::exposure::class::{Abilities, GatewayClass, IngressClass};
use crate::spec::Spec;
use crate::spec::exposure::{Edge, Exposure, Tls};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    class::rules(context, diagnostics);
    certificate::rules(context, diagnostics);
    limit::rules(context, diagnostics);
    url::rules(context, diagnostics);
}

/// What a Gateway and an Ingress have in common.
#[derive(Debug, Clone, Copy)]
struct Routed<'a> {
    /// The name of the class.
    class: &'a str,
    /// What it can express.
    abilities: Abilities,
    /// The certificate.
    tls: &'a Tls,
    /// Limits and protections.
    edge: &'a Edge,
    /// Whether it is reachable only from inside.
    internal: bool,
}

fn routed(spec: &Spec) -> Option<Routed<'_>> {
    match &spec.exposure {
        Exposure::None | Exposure::LoadBalancer(_) => None,
        Exposure::Gateway(gateway) => Some(Routed {
            class: gateway.class.as_str(),
            abilities: GatewayClass::of(gateway.class.as_str()).abilities(),
            tls: &gateway.tls,
            edge: &gateway.edge,
            internal: gateway.internal,
        }),
        Exposure::Ingress(ingress) => Some(Routed {
            class: ingress.class.as_str(),
            abilities: IngressClass::of(ingress.class.as_str()).abilities(),
            tls: &ingress.tls,
            edge: &ingress.edge,
            internal: ingress.internal,
        }),
    }
}

/// A finding at a value of the spec, with the words that stand beside it.
fn finding(context: &Context<'_>, code: Code, message: String, path: &str, label: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(code, message);
    match context.spec.span(path) {
        Some(span) => diagnostic.at(span, label),
        None => diagnostic,
    }
}
