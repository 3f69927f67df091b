//! The container that waits for Redis before Memos starts.
//!
//! The patched image asks Redis once, at its start, and goes on without it for the life of the process when there is no
//! answer: a pod that starts during a failover would keep caches that no other pod ever hears of.

use k8s_openapi::api::core::v1::{Container, EnvVar, VolumeMount};

use super::super::container::{container, secret_variable, variable};
use super::super::pod::some;
use crate::object::extra;
use crate::plan::cache::ClientPlan;
use crate::plan::memos::{AuthorityPlan, CacheWaitPlan, MemosPlan};

/// Asks with what stands in Memos' own variables. The password goes to redis-cli by its environment, because everybody on a
/// node sees command lines. A refusal that no time mends lets Memos start: it needs the answer, and says itself what it lacks.
const SCRIPT: &str = include_str!("wait.sh");

/// The container with what it needs of the pod's volumes.
pub(super) fn container_of(memos: &MemosPlan, wait: &CacheWaitPlan, mounts: &[VolumeMount]) -> Container {
    let CacheWaitPlan { image, resources, client } = wait;
    let mut variables = vec![match &client.secret {
        Some(secret) => secret_variable(URL, secret, "url", false),
        None => variable(URL, client.url()),
    }];
    variables.push(variable("MEMOS_REDIS_KEY_PREFIX", client.settings.key_prefix.to_string()));
    // A user's own address is the one that Memos will ask.
    let own = extra::all::<EnvVar>(&memos.workload.settings.extra_env);
    for planned in &mut variables {
        if let Some(own) = own.iter().find(|own| own.name == planned.name) {
            *planned = own.clone();
        }
    }
    variables.push(variable("CACHE_AUTHORITY", authority(client)));
    let directory = client.authority.as_ref().map(|authority| authority.directory);
    let trusted = mounts.iter().filter(|mount| Some(mount.mount_path.as_str()) == directory).cloned().collect();
    Container {
        command: Some(["/bin/sh", "-c", SCRIPT].map(str::to_owned).to_vec()),
        env: some(variables),
        volume_mounts: some(trusted),
        ..container("wait-for-redis", image, resources)
    }
}

const URL: &str = "MEMOS_REDIS_URL";

/// The file with the authority; none when the image's own are meant.
fn authority(client: &ClientPlan) -> String {
    client.authority.as_ref().map(AuthorityPlan::path).unwrap_or_default()
}
