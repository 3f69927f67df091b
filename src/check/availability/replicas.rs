//! How many replicas there are, and how they come and go.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::sizing;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] =
        &[min_above_max, budget_allows_all, pooler_budget, too_few_for_load, memory_never_falls, scales_down_fast];
    run(RULES, context, diagnostics);
}

fn min_above_max(context: &Context<'_>) -> Option<Diagnostic> {
    let scale = &context.plan.scale;
    if scale.min <= scale.max {
        return None;
    }
    let message = format!("at least {} replicas and at most {} cannot both hold", scale.min, scale.max);
    let path = if context.spec.placed("scaling.max").is_some() { "scaling.max" } else { "scaling.min" };
    let diagnostic = finding(context, Code::MinAboveMax, message, path, "less than the fewest");
    Some(
        also(context, diagnostic, "scaling.min", "the fewest")
            .help(format!("say `scaling.max: {}` or more", scale.min)),
    )
}

/// A budget that lets maintenance take every replica at once protects nothing.
fn budget_allows_all(context: &Context<'_>) -> Option<Diagnostic> {
    let scale = &context.plan.scale;
    let allowed = context.plan.memos.workload.max_unavailable?;
    if allowed < scale.fewest_pods() || scale.min > scale.max {
        return None;
    }
    let message = format!("maintenance may take {allowed} replicas at once, and there may be only {}", scale.min);
    let diagnostic = finding(context, Code::BudgetAllowsAll, message, "availability.maxUnavailable", "all of them");
    let diagnostic = also(context, diagnostic, "scaling.min", "the fewest");
    Some(if scale.min > 1 {
        diagnostic.help(format!("say `availability.maxUnavailable: {}` or less", scale.min - 1))
    } else {
        diagnostic.help(format!("say `scaling.min: {}` or more", allowed + 1))
    })
}

fn pooler_budget(context: &Context<'_>) -> Option<Diagnostic> {
    let pooler = context.plan.pooler.as_ref()?;
    let allowed = pooler.kind.workload().max_unavailable.filter(|allowed| *allowed >= pooler.replicas)?;
    let message = format!("maintenance may take {allowed} poolers at once, and there are only {}", pooler.replicas);
    let diagnostic = finding(context, Code::BudgetAllowsAll, message, "availability.maxUnavailable", "all of them");
    Some(
        also(context, diagnostic, "database.pooler.replicas", "poolers")
            .help(format!("say `availability.maxUnavailable: {}` or less", pooler.replicas - 1)),
    )
}

/// Seed 000, "Recommended Scaling": the fewest replicas of each size.
fn too_few_for_load(context: &Context<'_>) -> Option<Diagnostic> {
    let scale = &context.plan.scale;
    let wanted = sizing::replicas_min().count(&scale.inputs());
    if scale.autoscaling.is_none() || u64::from(scale.max) >= wanted || !context.spec.said_by_user("scaling.max") {
        return None;
    }
    let message = format!(
        "a load of size `{}` begins with {wanted} replicas, and at most {} are allowed",
        scale.size.word(),
        scale.max
    );
    let diagnostic = finding(context, Code::TooFewForLoad, message, "scaling.max", "too few for the load");
    let diagnostic = also(context, diagnostic, "load.users", "people");
    Some(also(context, diagnostic, "load.size", "the load").help(format!("say `scaling.max: {wanted}` or more")))
}

/// What a process was seen to keep after five uploads of 29 MiB under `GOMEMLIMIT=200MiB`, in MiB.
const KEPT_AFTER_UPLOADS: u64 = 227;

/// Go gives memory back late, so one upload can hold the count of replicas up for ever.
fn memory_never_falls(context: &Context<'_>) -> Option<Diagnostic> {
    let percent = context.plan.scale.autoscaling.as_ref()?.memory_utilization?;
    let request = context.plan.memos.workload.resources.memory_request.to_mebibytes();
    let target = request * u64::from(percent) / 100;
    if target > KEPT_AFTER_UPLOADS {
        return None;
    }
    let message = format!(
        "a process keeps up to {KEPT_AFTER_UPLOADS} MiB after uploads, above the target of {percent} % of {request}Mi: replicas rise to \
         the most and stay"
    );
    let diagnostic =
        finding(context, Code::MemoryTargetTooLow, message, "scaling.memoryUtilization", "never met again");
    let enough = (KEPT_AFTER_UPLOADS * 100 / u64::from(percent) + 1).next_multiple_of(32);
    Some(
        also(context, diagnostic, "components.memos.resources.requests.memory", "the request")
            .help("leave it out: processor use follows the load")
            .help(format!("or say `components.memos.resources.requests.memory: {enough}Mi` or more")),
    )
}

/// Kubernetes measures every 15 s or more, so a shorter window follows single readings.
const SHORTEST_WINDOW: u32 = 60;

fn scales_down_fast(context: &Context<'_>) -> Option<Diagnostic> {
    let behavior = &context.plan.scale.autoscaling.as_ref()?.behavior;
    let window = behavior.scale_down_window_seconds;
    if window >= SHORTEST_WINDOW {
        return None;
    }
    let message = format!("replicas go after {window} s of less load, which a few readings can feign");
    let path = "scaling.behavior.scaleDownWindowSeconds";
    let diagnostic = finding(context, Code::ScalesDownFast, message, path, "up and down without end");
    Some(diagnostic.help("say 300, Kubernetes' own value, or 60 at least"))
}
