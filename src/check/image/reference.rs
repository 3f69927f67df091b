//! References to images: tags that move, tags that contradict the version, digests, mirrors.

use super::super::Context;
use super::super::finding::{Rule, also, finding, list, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::database::DatabasePlan;
use crate::plan::image;
use crate::plan::pooler::PoolerKind;
use crate::plan::workload::CloudSqlProxyPlan;
use crate::profile::is_placeholder;
use crate::spec::memos::Distribution;
use crate::spec::scalar::ImageReference;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[movable_memos, tag_contradicts_version, not_pinned, mirror];
    run(RULES, context, diagnostics);
    movable_others(context, diagnostics);
}

/// Tags that a registry moves from release to release.
const MOVABLE: [&str; 6] = ["latest", "stable", "canary", "main", "edge", "nightly"];

/// `.github/workflows/release.yml` of Memos publishes `X.Y.Z`, `X.Y` and `stable`; no workflow publishes `latest`. The fork's
/// publish `stable` and `canary` only, so its image is reported without anybody naming it.
fn movable_memos(context: &Context<'_>) -> Option<Diagnostic> {
    let memos = &said(context).memos;
    let image = image::memos(said(context));
    let tag = moving_tag(&image).or_else(|| {
        let tag =
            image.tag.as_deref().filter(|_| image.digest.is_none() && memos.distribution == Distribution::Memos)?;
        names_no_patch(tag).then_some(tag)
    })?;
    let message = if tag == "latest" && image.is_upstream_memos() {
        "the Memos project publishes no tag `latest`: one that exists is old".to_owned()
    } else {
        format!("the tag `{tag}` moves, so pods of one rollout may run different releases")
    };
    if memos.image.is_none() {
        let diagnostic = finding(context, Code::MovableTag, message, "memos.distribution", "whose stock image this is");
        return Some(diagnostic.help(format!(
            "say `memos.image: {image}@sha256:…` with the digest that you tried, and `memos.sharedCache: false`"
        )));
    }
    let diagnostic = finding(context, Code::MovableTag, message, "memos.image", "not one release");
    Some(match memos.distribution {
        Distribution::Memos => {
            diagnostic.help(format!("take the tag of a release, such as `{}`, or add `@sha256:…`", memos.version))
        }
        Distribution::Divinesense => diagnostic.help("add `@sha256:…` with the digest that you tried"),
    })
}

/// The images of what runs beside Memos, where the user names them.
fn movable_others(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let images = &said(context).images;
    let named = [
        ("images.postgres", &images.postgres),
        ("images.pooler", &images.pooler),
        ("images.redis", &images.redis),
        ("images.cloudSqlProxy", &images.cloud_sql_proxy),
    ];
    for (path, image) in named {
        let Some(tag) = image.as_ref().and_then(moving_tag) else { continue };
        let message = format!("the tag `{tag}` of `{path}` moves, so a restart may bring another release");
        diagnostics.push(
            finding(context, Code::MovableTag, message, path, "not one release")
                .help("take the tag of a release, or add `@sha256:…`"),
        );
    }
}

/// A tag that is no release by its name; with a digest it decides nothing.
fn moving_tag(image: &ImageReference) -> Option<&str> {
    image.tag.as_deref().filter(|tag| image.digest.is_none() && MOVABLE.contains(tag))
}

/// `0.30` is moved from patch to patch, `0.30.1` is not; `0.30-mine` is somebody's own.
fn names_no_patch(tag: &str) -> bool {
    let numbers: Vec<&str> = tag.strip_prefix('v').unwrap_or(tag).split('.').collect();
    numbers.len() == 2 && numbers.iter().all(|number| number.parse::<u32>().is_ok())
}

/// What an image can do is looked up by `memos.version`, so a tag of another release makes the rest wrong.
fn tag_contradicts_version(context: &Context<'_>) -> Option<Diagnostic> {
    let memos = &said(context).memos;
    let tag = memos.image.as_ref()?.tag.as_deref()?;
    let (tagged, patch_is_known) = release_of(tag)?;
    let version = memos.version.numbers();
    let same = if patch_is_known { tagged == version } else { (tagged.0, tagged.1) == (version.0, version.1) };
    if same || memos.distribution != Distribution::Memos {
        return None;
    }
    let message = format!("the image's tag `{tag}` is another release than `memos.version: {}`", memos.version);
    let diagnostic = finding(context, Code::TagContradictsVersion, message, "memos.image", "says another release");
    let release = if patch_is_known {
        format!("{}.{}.{}", tagged.0, tagged.1, tagged.2)
    } else {
        format!("{}.{}.0", tagged.0, tagged.1)
    };
    Some(
        also(context, diagnostic, "memos.version", "decides what the image can do")
            .help(format!("say `memos.version: {release}`, or take the tag of {}", memos.version)),
    )
}

/// The release that a tag names, and whether it names the patch: `0.30.0`, `v0.30.0-mine`, `0.30`.
fn release_of(tag: &str) -> Option<((u32, u32, u32), bool)> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let numbers = tag.split(['-', '_', '+']).next()?;
    let parts: Option<Vec<u32>> = numbers.split('.').map(|part| part.parse().ok()).collect();
    match parts?.as_slice() {
        [major, minor, patch] => Some(((*major, *minor, *patch), true)),
        [major, minor] => Some(((*major, *minor, 0), false)),
        _ => None,
    }
}

/// A tag can be moved by whoever owns the repository; a digest cannot. Profiles ship tags, because no digest is invented.
fn not_pinned(context: &Context<'_>) -> Option<Diagnostic> {
    if context.spec.profile() == "dev" {
        return None;
    }
    let mut open: Vec<String> = images(context)
        .iter()
        .filter(|image| image.digest.is_none())
        .map(ToString::to_string)
        .filter(|image| !is_placeholder(image))
        .collect();
    open.dedup();
    if open.is_empty() {
        return None;
    }
    let (subject, verb) = if open.len() == 1 { ("image", "has") } else { ("images", "have") };
    let message = format!("the {subject} {} {verb} a tag but no digest", list(&open));
    // Most of these names are the program's own, so no line of the user's is at fault.
    Some(Diagnostic::new(Code::ImageNotPinned, message).help(
        "give `memos.image`, `images.postgres`, `images.pooler`, `images.redis`, `images.redisProxy`, `images.redisExporter`, \
         `images.keeper`, `images.proxy` or `images.cloudSqlProxy` with `@sha256:…`",
    ))
}

fn images<'a>(context: &Context<'a>) -> Vec<&'a ImageReference> {
    let plan = context.plan;
    let mut images = vec![&plan.memos.workload.image];
    let proxy = |proxy: &'a Option<CloudSqlProxyPlan>| proxy.as_ref().map(|proxy| &proxy.image);
    images.extend(proxy(&plan.memos.proxy));
    if let Some(standby) = &plan.standby {
        images.push(&standby.keeper.image);
        images.extend(standby.proxy.as_ref().map(|proxy| &proxy.workload.image));
    }
    match &plan.database {
        DatabasePlan::Postgres(database) => images.push(&database.workload.image),
        DatabasePlan::Cluster(database) => images.push(&database.workload.image),
        DatabasePlan::Sqlite(_) | DatabasePlan::Managed(_) => {}
    }
    if let Some(PoolerKind::Own(own)) = plan.pooler.as_ref().map(|pooler| &pooler.kind) {
        images.push(&own.workload.image);
        images.extend(proxy(&own.proxy));
    }
    if let Some(redis) = plan.cache.redis() {
        images.push(&redis.workload.image);
        images.extend(plan.cache.sentinel().map(|sentinel| &sentinel.proxy.workload.image));
        images.extend(redis.metrics.as_ref().map(|metrics| &metrics.image));
    } else if let Some(wait) = &plan.memos.cache_wait {
        images.push(&wait.image);
    }
    images
}

/// The mirror takes the registry's place in every reference, so it has to be the beginning of one.
fn mirror(context: &Context<'_>) -> Option<Diagnostic> {
    let mirror = said(context).images.registry.as_deref()?;
    let whole = format!("{}/memos:1", mirror.trim_end_matches('/'));
    let good = whole.parse::<ImageReference>().is_ok_and(|image| image.registry.is_some());
    if good {
        return None;
    }
    let message = format!("`{}` cannot stand before the name of an image", mirror.escape_debug());
    let diagnostic = finding(context, Code::MirrorIsNoRegistry, message, "images.registry", "not a registry");
    Some(diagnostic.help("write a host and a path without scheme, such as `registry.example.com/mirror`"))
}
