//! Time to start, time to stop.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use super::super::image::{chosen, or_release, program};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::memos::Readiness;
use crate::plan::sizing::{self, REAPED_SECONDS, SHUTDOWN_SECONDS};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        grace_too_short,
        stops_before_edge,
        deadline_before_start,
        migration_cut,
        readiness_asks_anyway,
        readiness_asks_nobody,
    ];
    run(RULES, context, diagnostics);
}

/// Seen: requests in flight are served for 10.0 s after the signal, then cut; the kubelet's time begins before `preStop`.
fn grace_too_short(context: &Context<'_>) -> Option<Diagnostic> {
    let workload = &context.plan.memos.workload;
    let (stop, grace) = (workload.pre_stop_seconds, workload.grace_seconds);
    let needed = sizing::memos_grace_needed().count(&context.plan.scale.inputs().with("preStopSeconds", stop));
    if u64::from(grace) >= needed {
        return None;
    }
    let message = format!(
        "a stopping process is killed after {grace} s, and needs {needed}: {stop} before the signal + {SHUTDOWN_SECONDS} for \
         requests + {REAPED_SECONDS} to end"
    );
    let path = "availability.terminationGracePeriodSeconds";
    let diagnostic = finding(context, Code::GraceTooShort, message, path, "requests are cut");
    Some(
        also(context, diagnostic, "availability.preStopSeconds", "before the signal")
            .help(format!("say {needed} or more, or leave it out")),
    )
}

/// The edge goes on sending for as long as it takes to forget a pod; the listener is closed 3 ms after the signal.
fn stops_before_edge(context: &Context<'_>) -> Option<Diagnostic> {
    let given = said(context).availability.pre_stop_seconds?;
    let edge = context.plan.exposure.pre_stop_seconds;
    if given >= edge {
        return None;
    }
    let message = format!("a stopping process serves {given} s longer, and the edge may send it requests for {edge}");
    let diagnostic =
        finding(context, Code::StopsBeforeEdge, message, "availability.preStopSeconds", "requests are refused");
    Some(diagnostic.help(format!("say {edge} or more, or leave it out")))
}

fn deadline_before_start(context: &Context<'_>) -> Option<Diagnostic> {
    let memos = &context.plan.memos;
    if memos.startup_seconds < memos.progress_deadline_seconds {
        return None;
    }
    let message = format!(
        "a rollout counts as failed after {} s, while a process may still take {} to start",
        memos.progress_deadline_seconds, memos.startup_seconds
    );
    let path = "rollout.progressDeadlineSeconds";
    let diagnostic = finding(context, Code::DeadlineBeforeStart, message, path, "too early");
    Some(
        also(context, diagnostic, "rollout.startupSeconds", "to start")
            .help(format!("say `{path}: {}` or more", (memos.startup_seconds * 2).min(7200))),
    )
}

/// Seconds that a start with a migration is given at least. Measured: 4.0 s for 300,000 memos on a quiet machine.
const MIGRATION_SECONDS: u32 = 120;

/// A start that is killed in a migration leaves MySQL between two schemas.
fn migration_cut(context: &Context<'_>) -> Option<Diagnostic> {
    let from = said(context).rollout.from_version.as_ref()?;
    let seconds = context.plan.memos.startup_seconds;
    let (old, new) = (from.numbers(), said(context).memos.version.numbers());
    if seconds >= MIGRATION_SECONDS || (old.0, old.1) >= (new.0, new.1) {
        return None;
    }
    let message = format!(
        "the first start of {} migrates the database, and is killed after {seconds} s",
        said(context).memos.version
    );
    let diagnostic = finding(context, Code::MigrationCut, message, "rollout.startupSeconds", "short for a migration");
    Some(
        also(context, diagnostic, "rollout.fromVersion", "another schema")
            .help(format!("say {MIGRATION_SECONDS} or more, or leave it out")),
    )
}

/// Whether an administrator exists is asked of the database.
fn readiness_asks_anyway(context: &Context<'_>) -> Option<Diagnostic> {
    let unwanted = context.spec.said_by_user("availability.readinessChecksDatabase")
        && !said(context).availability.readiness_checks_database;
    if !unwanted || !matches!(context.plan.memos.readiness, Readiness::Administrator(_)) {
        return None;
    }
    let message = "readiness asks the database all the same, because it waits for an administrator".to_owned();
    let path = "availability.readinessChecksDatabase";
    let diagnostic = finding(context, Code::ReadinessAsksAnyway, message, path, "asks for no database");
    Some(
        also(context, diagnostic, "rollout.holdUntilAdministrator", "waits")
            .help("once an administrator exists, say `rollout.holdUntilAdministrator: false`"),
    )
}

/// What Memos says about its installation comes from memory in early releases, once it has an owner.
fn readiness_asks_nobody(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    if !spec.availability.readiness_checks_database || context.plan.memos.capabilities.administrator_sign.is_some() {
        return None;
    }
    let message = format!("nothing that {} answers tells whether its database is there", program(spec));
    let path = "availability.readinessChecksDatabase";
    let diagnostic = finding(context, Code::ReadinessAsksNobody, message, path, "asks the process only");
    let (path, label) = chosen(spec, "0.26.2");
    Some(or_release(also(context, diagnostic, path, &label).help("leave it out"), spec, "0.26.2"))
}
