//! Replicas, and the cache that they would have to share.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use super::publisher;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::cache::CachePlan;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] =
        &[claimed_by_published_image, replicas_without, cache_without_reader, replicas_without_cache];
    run(RULES, context, diagnostics);
}

/// No tag of usememos/memos contains the commits of pull request 5074, the only code that reads `MEMOS_REDIS_URL`; the
/// fork's `store/cache/redis.go` is called by nothing.
fn claimed_by_published_image(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let publisher = publisher(spec).filter(|_| spec.memos.shared_cache == Some(true))?;
    let image = crate::plan::image::memos(spec);
    let message = format!("`{image}` is published by {publisher} and cannot share its cache");
    let diagnostic = finding(context, Code::SharedCacheClaimed, message, "memos.sharedCache", "not true of this image");
    let diagnostic = also(context, diagnostic, "memos.image", "a published image");
    Some(
        diagnostic
            .help("leave `memos.sharedCache` out, and run one process with `scaling.mode: single`")
            .help("or give `memos.image` an image of your own that reads `MEMOS_REDIS_URL`"),
    )
}

/// Seen with two processes of 0.30.0 and of 0.31's code on one database, every time: a revoked access token works again
/// after any other token was used at the other process, and refreshed sessions alternate between 200 and 401.
fn replicas_without(context: &Context<'_>) -> Option<Diagnostic> {
    let max = context.plan.scale.max;
    if max < 2 || context.plan.memos.capabilities.shared_cache {
        return None;
    }
    let message = format!("up to {max} replicas run an image that does not share its cache");
    let postgres = said(context).database.is_postgres();
    let label = "revoked access tokens come back, sessions are lost";
    let diagnostic = finding(context, Code::ReplicasWithoutSharedCache, message, "scaling.max", label);
    let diagnostic = also(context, diagnostic, "memos.sharedCache", "does not share");
    let single = "say `scaling.mode: single`: one process, replaced when its node is lost";
    let diagnostic = match postgres && context.plan.memos.capabilities.entrypoint.is_some() {
        true => diagnostic
            .help("say `scaling.mode: standby`: one process serves, and another pod takes over within seconds")
            .help(format!("or {single}")),
        false => diagnostic.help(single),
    };
    Some(diagnostic.help("or give `memos.image` an image that reads `MEMOS_REDIS_URL`, with `memos.sharedCache: true`"))
}

/// The released binaries of 0.29.1 and 0.30.0 and the code of 0.31 contain no word of Redis.
fn cache_without_reader(context: &Context<'_>) -> Option<Diagnostic> {
    if context.plan.cache == CachePlan::None || context.plan.memos.capabilities.shared_cache {
        return None;
    }
    let message = "this image does not read `MEMOS_REDIS_URL`, so Redis would run for nothing".to_owned();
    let diagnostic = finding(context, Code::CacheWithoutReader, message, "cache.kind", "dead weight");
    Some(
        also(context, diagnostic, "memos.sharedCache", "says that the cache is not shared")
            .help("say `cache: {kind: none}`")
            .help("or give `memos.image` an image that reads it, with `memos.sharedCache: true`"),
    )
}

/// An image that could share has nothing to share with.
fn replicas_without_cache(context: &Context<'_>) -> Option<Diagnostic> {
    let max = context.plan.scale.max;
    if max < 2 || !context.plan.memos.capabilities.shared_cache || context.plan.cache != CachePlan::None {
        return None;
    }
    let message = format!("up to {max} replicas could share their cache, but `cache.kind` is `none`");
    let diagnostic = finding(context, Code::ReplicasWithoutCache, message, "cache.kind", "nothing to share with");
    Some(
        also(context, diagnostic, "scaling.max", "several replicas")
            .help("say `cache: {kind: redis}` for one in the cluster, or `kind: managed` with its `host`"),
    )
}
