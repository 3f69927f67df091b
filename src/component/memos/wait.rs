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
const SCRIPT: &str = r#"refuse() {
  echo "MEMOS_REDIS_URL $1"
  exit 1
}

decode() {
  rest=$1
  decoded=
  while [ "${rest#*%}" != "$rest" ]; do
    decoded=$decoded${rest%%\%*}
    rest=${rest#*%}
    code=${rest%"${rest#??}"}
    case $code in
      [0-9A-Fa-f][0-9A-Fa-f]) ;;
      *) refuse 'has a % that is not followed by two hexadecimal digits' ;;
    esac
    character=$(printf '%b.' "\\0$(printf '%o' "0x$code")")
    decoded=$decoded${character%.}
    rest=${rest#??}
  done
  decoded=$decoded$rest
}

ask() {
  answer=$(timeout 10 redis-cli "$@" 2>&1)
}

address=${MEMOS_REDIS_URL#*://}
address=${address%%\?*}
database=${address#*/}
if [ "$database" = "$address" ]; then database=; fi
address=${address%%/*}
case $address in
  *@*)
    login=${address%@*}
    address=${address##*@}
    case $login in
      *:*) decode "${login#*:}" ;;
      *) decoded= ;;
    esac
    if [ -n "$decoded" ]; then export REDISCLI_AUTH="$decoded"; fi
    decode "${login%%:*}"
    user=$decoded
    ;;
  *) user= ;;
esac
case $address in
  \[*\]:*)
    port=${address##*:}
    host=${address#\[}
    host=${host%\]:*}
    ;;
  \[*\])
    port=6379
    host=${address#\[}
    host=${host%\]}
    ;;
  *:*)
    port=${address##*:}
    host=${address%:*}
    ;;
  *)
    port=6379
    host=$address
    ;;
esac

trap 'exit 143' TERM
set -- --no-auth-warning -h "$host" -p "$port" -n "${database:-0}"
if [ -n "$user" ]; then set -- "$@" --user "$user"; fi
case $MEMOS_REDIS_URL in
  redis://*) ;;
  rediss://*)
    set -- "$@" --tls
    if [ -n "$CACHE_AUTHORITY" ]; then set -- "$@" --cacert "$CACHE_AUTHORITY"; fi
    case $host in
      *:*) ;;
      *[!0-9.]*) set -- "$@" --sni "$host" ;;
    esac
    ;;
  *) refuse 'begins neither with redis:// nor with rediss://' ;;
esac

try=1
while true; do
  ask "$@" PING
  if [ "$answer" = PONG ]; then
    ask "$@" SET "$MEMOS_REDIS_KEY_PREFIX:started" 1 EX 60
    case $answer in
      OK)
        echo "try $try: Redis at $host:$port answers and takes writes"
        exit 0
        ;;
      NOPERM* | OOM* | MISCONF* | MOVED*)
        echo "try $try: Redis at $host:$port answers, but refuses a write: $answer"
        exit 0
        ;;
    esac
  fi
  echo "try $try: no Redis at $host:$port yet: $answer"
  try=$((try + 1))
  sleep 2
done
"#;

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
