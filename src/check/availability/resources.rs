//! Requests and limits.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use super::workloads;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::attachments::AttachmentsPlan;
use crate::plan::sizing;
use crate::plan::workload::ResourcePlan;
use crate::spec::scalar::Quantity;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    limits_below_requests(context, diagnostics);
    const RULES: &[Rule] = &[memory_below_measured];
    run(RULES, context, diagnostics);
}

/// The API server refuses such a pod.
fn limits_below_requests(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (component, workload) in workloads(context) {
        for (word, request, limit) in pairs(&workload.resources) {
            if request.thousandths() <= limit.thousandths() {
                continue;
            }
            let message = format!("`{component}` asks for more {} than it may use: {request} of {limit}", spoken(word));
            let path = |side: &str| format!("components.{component}.resources.{side}.{word}");
            let (primary, other) = if context.spec.placed(&path("limits")).is_some() {
                ("limits", "requests")
            } else {
                ("requests", "limits")
            };
            let diagnostic = finding(context, Code::LimitBelowRequest, message, &path(primary), "");
            let diagnostic = also(context, diagnostic, &path(other), "");
            diagnostics.push(diagnostic.help(format!("say `{}: {request}` or more", path("limits"))));
        }
    }
}

fn pairs(plan: &ResourcePlan) -> [(&'static str, &Quantity, &Quantity); 3] {
    [
        ("cpu", &plan.cpu_request, &plan.cpu_limit),
        ("memory", &plan.memory_request, &plan.memory_limit),
        ("ephemeralStorage", &plan.disk_request, &plan.disk_limit),
    ]
}

fn spoken(word: &str) -> &str {
    match word {
        "cpu" => "processor time",
        "ephemeralStorage" => "disk",
        _ => word,
    }
}

/// Measured: one 29 MiB upload takes a process to 222 MiB (280 with attachments in the database), five at once to 687 (1062).
fn memory_below_measured(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let given = spec.components.memos.resources.limits.memory.as_ref()?.to_mebibytes();
    let inputs = context
        .plan
        .scale
        .inputs()
        .with("concurrentUploads", spec.memos.concurrent_uploads)
        .with("uploadSizeLimitMb", spec.memos.upload_size_limit_mb);
    let formula = match context.plan.attachments {
        AttachmentsPlan::Database => sizing::memos_memory_limit_database(),
        _ => sizing::memos_memory_limit_local(),
    };
    let needed = formula.count(&inputs);
    if given >= needed {
        return None;
    }
    let message = format!(
        "{given}Mi is less than {} uploads of {} MiB at once need: {needed}Mi",
        spec.memos.concurrent_uploads, spec.memos.upload_size_limit_mb
    );
    let path = "components.memos.resources.limits.memory";
    let diagnostic = finding(context, Code::MemoryBelowMeasured, message, path, "killed by a few uploads");
    let diagnostic = also(context, diagnostic, "memos.concurrentUploads", "uploads");
    let diagnostic = also(context, diagnostic, "memos.uploadSizeLimitMb", "of this size");
    let smaller = (1..spec.memos.upload_size_limit_mb)
        .rev()
        .find(|size| formula.count(&inputs.clone().with("uploadSizeLimitMb", *size)) <= given);
    let diagnostic = diagnostic.help(format!("say `{needed}Mi`, or leave it out"));
    Some(match smaller {
        Some(size) => diagnostic.help(format!("or say `memos.uploadSizeLimitMb: {size}`")),
        None => diagnostic,
    })
}
