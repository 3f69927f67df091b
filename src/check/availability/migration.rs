//! Who makes and changes the tables.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[migration_raced, one_process_for_now];
    run(RULES, context, diagnostics);
}

/// Seen: three processes at once from 0.30.0 to 0.31's code, 8 of 24 died; 60 ms apart, none. A rolling update starts as many
/// new processes at once as its surge allows, `Recreate` all of them.
fn migration_raced(context: &Context<'_>) -> Option<Diagnostic> {
    let rollout = &said(context).rollout;
    let from = rollout.from_version.as_ref()?;
    let (scale, to) = (&context.plan.scale, &said(context).memos.version);
    let at_once = if context.plan.memos.recreate { scale.max } else { scale.surge.min(scale.max) };
    if rollout.one_process || from.numbers() == to.numbers() || at_once < 2 {
        return None;
    }
    let message = format!("up to {at_once} processes start at once on a database that {to} has to migrate");
    let diagnostic = finding(context, Code::MigrationRaced, message, "rollout.fromVersion", "no lock keeps them apart");
    let cause = if context.plan.memos.recreate { "scaling.max" } else { "rollout.maxSurge" };
    Some(
        also(context, diagnostic, cause, "so many")
            .help("first build the old version with `rollout.oneProcess: true`, then the new one, then without both"),
    )
}

fn one_process_for_now(context: &Context<'_>) -> Option<Diagnostic> {
    if !said(context).rollout.one_process {
        return None;
    }
    let scale = &context.plan.scale;
    let (message, help) = if scale.max > 1 {
        let message = format!("one process runs, not {} to {}, until this is built again", scale.min, scale.max);
        (message, "leave `rollout.oneProcess` out once that process is ready")
    } else {
        ("`rollout.oneProcess` changes nothing: one process runs anyway".to_owned(), "leave it out")
    };
    Some(finding(context, Code::OneProcessForNow, message, "rollout.oneProcess", "for now").help(help))
}
