//! Whether the server of ours understands what it is given.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::image;
use crate::spec::scalar::ImageReference;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[too_old_for_users];
    run(RULES, context, diagnostics);
}

/// The list of users lets Memos' client call `CLIENT SETINFO`, which Redis knows since 7.2, and a list that names a command
/// the server does not know keeps it from starting.
fn too_old_for_users(context: &Context<'_>) -> Option<Diagnostic> {
    let redis = context.plan.cache.redis()?;
    redis.users_secret.as_ref()?;
    let image = said(context).images.redis.as_ref().filter(|image| is_before_7_2(image))?;
    let message = format!("`{image}` does not start: Redis before 7.2 does not know `client|setinfo` in `users.acl`");
    let diagnostic = finding(context, Code::CacheServerTooOld, message, "images.redis", "older than 7.2");
    Some(also(context, diagnostic, "cache.auth", "asks for the list of users").help(format!(
        "take Redis 7.2 or later, or Valkey, such as `{}`, which is taken when `images.redis` is left out",
        image::redis()
    )))
}

/// Whether a tag says that this is a Redis without `CLIENT SETINFO`. Valkey began at 7.2.
///
/// A major version alone is a tag that moves within it, so `7` is the newest 7 and `6` is too old whatever it points to. What
/// is not called `redis`, and a tag that is no version, says nothing.
fn is_before_7_2(image: &ImageReference) -> bool {
    let name = image.repository.rsplit('/').next();
    let version = image.tag.as_deref().and_then(leading_version);
    name == Some("redis") && version.is_some_and(|(major, minor)| (major, minor.unwrap_or(u32::MAX)) < (7, 2))
}

/// Major and, where the tag names it, minor version: `7.0.15-alpine`, `v7.0`, `6-bookworm`.
fn leading_version(tag: &str) -> Option<(u32, Option<u32>)> {
    let numbers = tag.strip_prefix('v').unwrap_or(tag).split(['-', '_']).next()?;
    let parts: Option<Vec<u32>> = numbers.split('.').map(|part| part.parse().ok()).collect();
    match parts?.as_slice() {
        [major] => Some((*major, None)),
        [major, minor] | [major, minor, _] => Some((*major, Some(*minor))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_tag_that_is_a_version_of_redis_is_judged() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let old =
            ["redis:7.0", "redis:7.0.15-alpine", "redis:6", "redis:v6.2.14-bookworm", "r.example.com/hub/redis:7.1.0"];
        for image in old.map(str::to_owned).into_iter().chain([format!("redis:5.0.14@{digest}")]) {
            assert!(is_before_7_2(&image.parse().unwrap()), "{image}");
        }
        let others = [
            "redis:7.2",
            "redis:7.2.0-alpine3.18",
            "redis:7",
            "redis:8.2.1",
            "redis:10.0",
            "redis:alpine",
            "redis:latest",
            "redis:stable-7.0",
            "redis:7.0.15.1",
            "valkey/valkey:7.0",
            "redis/redis-stack-server:6.2.6-v17",
            "r.example.com/redis/keydb:6.3.4",
        ];
        for image in others.map(str::to_owned).into_iter().chain([format!("redis@{digest}")]) {
            assert!(!is_before_7_2(&image.parse().unwrap()), "{image}");
        }
    }
}
