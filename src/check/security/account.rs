//! The first account, and the identities of pods.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use super::super::image::{chosen, or_release, program};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::database::DatabasePlan;
use crate::plan::memos::Readiness;
use crate::spec::exposure::Exposure;
use crate::spec::storage::Secrets;
use crate::spec::workload::{Cloud, CloudIdentity};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        open_first_account,
        held_without_account,
        hold_not_possible,
        account_not_made,
        identity_of_other_cloud,
        identity_unused,
        local_secrets,
    ];
    run(RULES, context, diagnostics);
}

/// Seen on 0.30.0 and 0.31's code: the first `POST /api/v1/users` becomes administrator, whatever the settings say.
fn open_first_account(context: &Context<'_>) -> Option<Diagnostic> {
    let memos = &context.plan.memos;
    let exposed = !matches!(said(context).exposure, Exposure::None);
    let held = matches!(memos.readiness, Readiness::Administrator(_)) || memos.administrator.is_some();
    // Where it cannot be held, that is told instead.
    let rollout = &said(context).rollout;
    let untold = memos.capabilities.administrator_sign.is_none();
    let told = untold && (rollout.hold_until_administrator || rollout.create_administrator);
    if !exposed || held || told || rollout.from_version.is_some() {
        return None;
    }
    let message = "on an empty database, whoever comes first through the edge becomes administrator".to_owned();
    let path = "rollout.holdUntilAdministrator";
    let diagnostic = finding(context, Code::OpenFirstAccount, message, path, "lets anybody in before you");
    let diagnostic = also(context, diagnostic, "exposure.kind", "the way in");
    Some(match untold {
        true => diagnostic.help(account_before_edge(context)),
        false => diagnostic
            .help("say `rollout.createAdministrator: true`, or leave `rollout.holdUntilAdministrator` at `true`"),
    })
}

/// A process that waits for an administrator is not ready, so the first account is made past the Service.
fn held_without_account(context: &Context<'_>) -> Option<Diagnostic> {
    let memos = &context.plan.memos;
    let waits = matches!(memos.readiness, Readiness::Administrator(_)) && memos.administrator.is_none();
    if !waits || said(context).rollout.from_version.is_some() {
        return None;
    }
    let message = "no process gets traffic before the first account exists, and none is made".to_owned();
    let path = "rollout.holdUntilAdministrator";
    let name = context.plan.names.component(crate::plan::names::Role::Memos);
    let (target, which) = match context.plan.scale.stands_by() {
        true => ("POD".to_owned(), ", where POD is the one that serves: the others refuse"),
        false => (format!("deployment/{name}"), ""),
    };
    // The default is ours; a place is shown only when somebody wrote one.
    let diagnostic = match context.spec.placed(path) {
        Some(_) => finding(context, Code::HeldWithoutAccount, message, path, "waits for an administrator"),
        None => Diagnostic::new(Code::HeldWithoutAccount, message),
    };
    Some(
        diagnostic
            .help(format!(
                "make it with `kubectl --namespace {} port-forward {target} 5230` at http://127.0.0.1:5230{which}",
                context.plan.names.namespace
            ))
            .help("or say `rollout.createAdministrator: true` with a Secret"),
    )
}

/// How the first account is made on a release that holds nobody back: while nobody else can come.
fn account_before_edge(context: &Context<'_>) -> String {
    let plan = context.plan;
    format!(
        "build with `exposure: {{kind: none}}` first, make the account through `kubectl --namespace {} port-forward \
         deployment/{} 5230` at http://127.0.0.1:5230, then build with the exposure",
        plan.names.namespace,
        plan.names.component(crate::plan::names::Role::Memos)
    )
}

/// A process that waits for an administrator whose existence its release does not tell would wait for ever, so it does not.
fn hold_not_possible(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let untold = context.plan.memos.capabilities.administrator_sign.is_none();
    let exposed = !matches!(spec.exposure, Exposure::None);
    // An account that is asked for and not made is told with the same danger.
    let asked = spec.rollout.hold_until_administrator && !spec.rollout.create_administrator;
    if !untold || !exposed || !asked || spec.rollout.from_version.is_some() {
        return None;
    }
    let message = format!(
        "{} does not say whether an administrator exists, so traffic cannot wait for one: on an empty database, whoever comes \
         first becomes it",
        program(spec)
    );
    let (release, label) = chosen(spec, "0.26.2");
    let hold = "rollout.holdUntilAdministrator";
    let diagnostic = match context.spec.placed(hold) {
        Some(_) => {
            let diagnostic = finding(context, Code::HoldNotPossible, message, hold, "waits for nothing");
            also(context, diagnostic, release, &label)
        }
        None => finding(context, Code::HoldNotPossible, message, release, &label),
    };
    Some(or_release(diagnostic.help(account_before_edge(context)), spec, "0.26.2"))
}

/// The hook makes an account only where it can see that nobody has one, since it runs at every start.
fn account_not_made(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    if !spec.rollout.create_administrator || context.plan.memos.capabilities.administrator_sign.is_some() {
        return None;
    }
    let message = format!(
        "{} does not say whether an administrator exists, so `rollout.createAdministrator` makes none",
        program(spec)
    );
    let path = "rollout.createAdministrator";
    let diagnostic = finding(context, Code::AdministratorNotMade, message, path, "does nothing");
    let (path, label) = chosen(spec, "0.26.2");
    let diagnostic = also(context, diagnostic, path, &label)
        .help(format!("say `rollout.createAdministrator: false`, and {}", account_before_edge(context)));
    Some(or_release(diagnostic, spec, "0.26.2"))
}

fn identity_home(identity: &CloudIdentity) -> Option<(&'static str, Cloud)> {
    match identity {
        CloudIdentity::None => None,
        CloudIdentity::EksPodIdentity => Some(("eksPodIdentity", Cloud::Aws)),
        CloudIdentity::Irsa(_) => Some(("irsa", Cloud::Aws)),
        CloudIdentity::Gke(_) => Some(("gke", Cloud::Gcp)),
        CloudIdentity::Azure(_) => Some(("azure", Cloud::Azure)),
    }
}

fn identity_of_other_cloud(context: &Context<'_>) -> Option<Diagnostic> {
    let kubernetes = &said(context).kubernetes;
    let (word, home) = identity_home(&kubernetes.identity)?;
    if kubernetes.cloud == Cloud::None || kubernetes.cloud == home {
        return None;
    }
    let message = format!("the identity `{word}` means nothing on this cloud");
    let diagnostic =
        finding(context, Code::IdentityOfOtherCloud, message, "kubernetes.identity.kind", "of another cloud");
    Some(
        also(context, diagnostic, "kubernetes.cloud", "this cloud")
            .help("leave `kubernetes.identity` out, or take the one of this cloud"),
    )
}

/// Memos' S3 client takes static keys only (`internal/storage/s3/s3.go`), and its database drivers a password.
fn identity_unused(context: &Context<'_>) -> Option<Diagnostic> {
    let (word, _) = identity_home(&said(context).kubernetes.identity)?;
    let proxied = matches!(&context.plan.database, DatabasePlan::Managed(plan) if plan.proxy.is_some());
    if proxied {
        return None;
    }
    let message = format!("nothing uses the identity `{word}`: Memos signs in with keys and passwords only");
    let diagnostic = finding(context, Code::IdentityUnused, message, "kubernetes.identity.kind", "for nobody");
    Some(diagnostic.help("leave `kubernetes.identity` out; only the Cloud SQL Auth Proxy uses one"))
}

/// Generated secrets live in a file on somebody's disk.
fn local_secrets(context: &Context<'_>) -> Option<Diagnostic> {
    if !matches!(said(context).secrets, Secrets::Local(_)) || context.spec.profile() == "dev" {
        return None;
    }
    let message = "generated secrets lie in a file on the disk of whoever made them".to_owned();
    let diagnostic = finding(context, Code::LocalSecrets, message, "secrets.kind", "for trying things out");
    Some(diagnostic.help("say `secrets: {kind: external}` with a store, or `existing`"))
}
