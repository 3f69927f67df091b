//! Whose namespace it is.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

const PATH: &str = "metadata.namespace";

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[of_the_system, shared];
    run(RULES, context, diagnostics);
}

/// The prefix `kube-` is reserved, whether or not such a namespace exists already.
fn of_the_system(context: &Context<'_>) -> Option<Diagnostic> {
    let namespace = context.plan.names.namespace.as_str();
    if !namespace.starts_with("kube-") {
        return None;
    }
    let message = format!("the namespace `{namespace}` belongs to Kubernetes itself");
    let diagnostic = finding(context, Code::SystemNamespace, message, PATH, "reserved");
    Some(diagnostic.help("take one of its own, such as `metadata: {namespace: memos}`"))
}

/// `default` exists in every cluster, with whatever runs there.
fn shared(context: &Context<'_>) -> Option<Diagnostic> {
    if context.plan.names.namespace != "default" || !context.plan.create_namespace {
        return None;
    }
    let message = "Pod Security `restricted` would hold for everything that runs in the namespace `default`".to_owned();
    let diagnostic = finding(context, Code::SharedNamespace, message, PATH, "shared with others");
    Some(
        also(context, diagnostic, "kubernetes.createNamespace", "labels it")
            .help("take one of its own, such as `metadata: {namespace: memos}`")
            .help("or say `kubernetes.createNamespace: false`, which leaves it as it is"),
    )
}
