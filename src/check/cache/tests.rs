//! Each rule about Redis, with a case that fires and one that nearly does.

use super::super::trial::{fires, of, rests};
use crate::diagnostic::Code;

#[test]
fn a_sentinel_is_no_redis() {
    fires(
        Code::CacheIsSentinel,
        "production",
        "cache: {kind: managed, host: r.example.com, port: 26379}",
        "port 26379 of `r.example.com` is a sentinel's: it answers PING and nothing that a cache needs",
        "give the address that always leads to the master, and its port, usually 6379",
    );
    rests(Code::CacheIsSentinel, "production", "cache: {kind: managed, host: r.example.com, port: 6380}");
}

#[test]
fn schemes_of_others_are_refused() {
    let with = |url: &str| format!("components: {{memos: {{extraEnv: [{{name: MEMOS_REDIS_URL, value: '{url}'}}]}}}}");
    let help = "leave it out, and give the address that always leads to the master in `cache.host`";
    fires(
        Code::CacheIsSentinel,
        "production",
        &with("redis-sentinel://r.example.com:26379/memos"),
        "`MEMOS_REDIS_URL` names sentinels by its scheme, which Memos' client refuses: every process would work without Redis",
        help,
    );
    fires(
        Code::CacheIsCluster,
        "production",
        &with("rediss+cluster://r.example.com:6379"),
        "`MEMOS_REDIS_URL` names a cluster by its scheme, which Memos' client refuses: every process would work without Redis",
        help,
    );
    rests(Code::CacheIsSentinel, "production", &with("rediss://sentinel.example.com:6379"));
    rests(Code::CacheIsCluster, "production", &with("redis://cluster.example.com:6379"));
}

#[test]
fn elasticache_says_its_encryption_in_its_name() {
    let cache = |rest: &str| format!("cache: {{kind: managed, host: {rest}}}");
    fires(
        Code::CacheNotEncrypted,
        "production",
        &cache("memos.abc.ng.0001.use1.cache.amazonaws.com"),
        "`memos.abc.ng.0001.use1.cache.amazonaws.com` is the name of an ElastiCache without encryption, and `cache.tls` is on",
        "turn on encryption in transit there, and give the primary endpoint that it then has, `master.…`",
    );
    let off = cache("memos.abc.ng.0001.use1.cache.amazonaws.com, tls: false");
    assert_eq!(of(Code::CacheNotEncrypted, "production", &off).len(), 1);
    rests(Code::CacheNotEncrypted, "production", &cache("master.memos.abc.use1.cache.amazonaws.com"));
}

#[test]
fn a_cluster_is_no_single_redis() {
    fires(
        Code::CacheIsCluster,
        "production",
        "cache: {kind: managed, host: clustercfg.memos.abc.euc1.cache.amazonaws.com}",
        "`clustercfg.memos.abc.euc1.cache.amazonaws.com` is a cluster, and Memos' client follows no redirection: keys would answer MOVED",
        "take a replication group with cluster mode disabled, and its primary endpoint `master.…`",
    );
    rests(
        Code::CacheIsCluster,
        "production",
        "cache: {kind: managed, host: master.memos.abc.euc1.cache.amazonaws.com}",
    );
}

#[test]
fn replicas_refuse_writes() {
    fires(
        Code::CacheIsReadOnly,
        "production",
        "cache: {kind: managed, host: replica.memos.abc.euc1.cache.amazonaws.com}",
        "`replica.memos.abc.euc1.cache.amazonaws.com` leads to replicas, which refuse every write",
        "take the primary endpoint, the one with `master.`",
    );
    rests(Code::CacheIsReadOnly, "production", "cache: {kind: managed, host: replica.example.com}");
}

#[test]
fn azure_cache_ends() {
    fires(
        Code::AzureCacheRetires,
        "production",
        "cache: {kind: managed, host: m.redis.cache.windows.net, port: 6380}",
        "Azure Cache for Redis ends in September 2028, and new tenants get none any more",
        "take Azure Managed Redis: `NAME.REGION.redis.azure.net`, port 10000, clustering policy `NoCluster`",
    );
    rests(Code::AzureCacheRetires, "production", "cache: {kind: managed, host: m.eastus.redis.azure.net, port: 10000}");
}

#[test]
fn azure_managed_redis_has_one_port() {
    fires(
        Code::AzureManagedRedis,
        "production",
        "cache: {kind: managed, host: m.eastus.redis.azure.net}",
        "Azure Managed Redis listens on port 10000, not on 6379",
        "say `cache.port: 10000` and `cache.tls: true`",
    );
    rests(Code::AzureManagedRedis, "production", "cache: {kind: managed, host: m.eastus.redis.azure.net, port: 10000}");
}

#[test]
fn azure_managed_redis_speaks_tls() {
    fires(
        Code::AzureManagedRedis,
        "production",
        "cache: {kind: managed, host: m.eastus.redis.azure.net, port: 10000, tls: false}",
        "Azure Managed Redis speaks TLS, and `cache.tls` is off",
        "say `cache.port: 10000` and `cache.tls: true`",
    );
    rests(
        Code::AzureManagedRedis,
        "production",
        "cache: {kind: managed, host: m.eastus.redis.azure.net, port: 10000, tls: true}",
    );
}

#[test]
fn memorystore_has_its_own_authority() {
    fires(
        Code::MemorystoreAuthority,
        "production",
        "cache: {kind: managed, host: r.example.com, port: 6378}",
        "Memorystore signs with an authority of the instance, which no image trusts",
        "say `cache.tls: true` and `cache.ca: {kind: configMap, name: memos-memorystore-ca}`, made from the instance's server CA",
    );
    rests(
        Code::MemorystoreAuthority,
        "production",
        "cache: {kind: managed, host: r.example.com, port: 6378, ca: {kind: configMap, name: ca}}",
    );
}

#[test]
fn redis_is_encrypted() {
    fires(
        Code::CacheNotEncrypted,
        "production",
        "cache: {kind: managed, host: r.example.com, tls: false}",
        "password hashes and the signing key cross the network to `r.example.com` in the clear",
        "turn on encryption in transit there, and say `cache.tls: true`",
    );
    rests(Code::CacheNotEncrypted, "production", "cache: {kind: managed, host: r.example.com, tls: true}");
}

#[test]
fn redis_has_a_password() {
    fires(
        Code::CacheWithoutPassword,
        "production",
        "cache: {kind: redis, auth: false}",
        "whoever reaches `memos-redis` can read password hashes and the signing key",
        "say `cache.auth: true`",
    );
    rests(Code::CacheWithoutPassword, "production", "cache: {kind: redis}");
}

#[test]
fn the_cache_stays_off_disks() {
    fires(
        Code::CacheOnDisk,
        "production",
        "cache: {kind: redis, persistence: rdb}",
        "Redis writes password hashes and the signing key to disk, without TLS and without a storage class that is known to encrypt",
        "say `cache.persistence: none`: a restart empties the cache, and everybody goes on working",
    );
    rests(Code::CacheOnDisk, "production", "cache: {kind: redis}");
    rests(
        Code::CacheOnDisk,
        "production",
        "cache: {kind: redis, persistence: rdb, tlsSecret: t, storage: {storageClass: encrypted}}",
    );
}

#[test]
fn clients_fit_redis() {
    fires(
        Code::CacheConnections,
        "production",
        "cache: {kind: managed, host: r.example.com, maxClients: 296}",
        "the processes open 297 connections, Redis allows 296: 3 × (10 + 1) × 9 processes in a rollout",
        "say `cache.client.poolSize: 9` or less",
    );
    rests(Code::CacheConnections, "production", "cache: {kind: managed, host: r.example.com, maxClients: 297}");
}

#[test]
fn redis_holds_the_sessions() {
    fires(
        Code::CacheMemory,
        "production",
        "cache: {kind: redis, maxMemory: 32Mi}",
        "`maxmemory` of 32Mi holds less than 3000 sessions and 10100 settings need: 64Mi",
        "say `cache.maxMemory: 64Mi`, or leave it out",
    );
    rests(Code::CacheMemory, "production", "cache: {kind: redis, maxMemory: 64Mi}");
}

#[test]
fn redis_limit_leaves_room() {
    fires(
        Code::CacheLimit,
        "production",
        "cache: {kind: redis, maxMemory: 100Mi, persistence: aof}\ncomponents: {redis: {resources: {limits: {memory: 211Mi}, requests: {memory: 64Mi}}}}",
        "Redis may use 212Mi, its limit is 211Mi: 100 × 1.8 + 32",
        "say `212Mi` or more",
    );
    rests(
        Code::CacheLimit,
        "production",
        "cache: {kind: redis, maxMemory: 100Mi, persistence: aof}\ncomponents: {redis: {resources: {limits: {memory: 212Mi}, requests: {memory: 64Mi}}}}",
    );
}

#[test]
fn redis_knows_every_command_of_the_list_of_users() {
    fires(
        Code::CacheServerTooOld,
        "production",
        "cache: {kind: redis}\nimages: {redis: 'redis:7.0.15-alpine'}",
        "`redis:7.0.15-alpine` does not start: Redis before 7.2 does not know `client|setinfo` in `users.acl`",
        "take Redis 7.2 or later, or Valkey, such as `valkey/valkey:8.1-alpine`, which is taken when `images.redis` is left out",
    );
    rests(Code::CacheServerTooOld, "production", "cache: {kind: redis}\nimages: {redis: 'redis:7.2.0-alpine'}");
    rests(Code::CacheServerTooOld, "production", "cache: {kind: redis, auth: false}\nimages: {redis: 'redis:7.0.15'}");
    rests(
        Code::CacheServerTooOld,
        "production",
        "cache: {kind: managed, host: r.example.com}\nimages: {redis: 'redis:7.0.15'}",
    );
}

#[test]
fn the_volume_holds_what_is_written_anew() {
    fires(
        Code::CacheVolume,
        "dev",
        "cache: {persistence: aof, maxMemory: 4Gi, storage: {size: 1Gi}}",
        "Redis may fill 12288Mi of its volume while it writes its files anew: 3 × 4096Mi, and the volume has 1Gi",
        "say `cache.storage.size: 12288Mi` or more, or a smaller `cache.maxMemory`",
    );
    rests(Code::CacheVolume, "dev", "cache: {persistence: aof, maxMemory: 4Gi, storage: {size: 12Gi}}");
    rests(Code::CacheVolume, "dev", "cache: {persistence: none, maxMemory: 4Gi}");
    // A volume without a size follows the memory.
    rests(Code::CacheVolume, "production", "cache: {kind: redis, persistence: both, maxMemory: 4Gi}");
}

#[test]
fn readers_outside_need_a_password_and_tls() {
    let cache = |more: &str| format!("cache: {{kind: redis, service: {{type: loadBalancer}}{more}}}");
    fires(
        Code::CacheOpenUnprotected,
        "aws",
        &cache(", auth: false"),
        "a load balancer opens Redis to readers outside the cluster without a password and without TLS",
        "say `cache.auth: true` and `cache.tlsSecret`, or leave `cache.service` out",
    );
    rests(Code::CacheOpenUnprotected, "aws", &cache(", tlsSecret: memos-redis-tls"));
    rests(Code::CacheOpenUnprotected, "aws", "cache: {kind: redis, auth: false, service: {type: clusterIp}}");
}

#[test]
fn a_load_balancer_says_whom_it_lets_in() {
    let cache = |more: &str| format!("cache: {{kind: redis, service: {{type: loadBalancer{more}}}}}");
    fires(
        Code::CacheOpenToAnybody,
        "gcp",
        &cache(", internal: false"),
        "anybody on the internet reaches Redis",
        "leave `cache.service.internal` out, or list who may come in under `cache.service.sourceRanges`",
    );
    fires(
        Code::CacheOpenToAnybody,
        "production",
        &cache(""),
        "a load balancer without a cloud has no way to be reachable only from inside",
        "set `kubernetes.cloud`, give your load balancer's annotation in `components.redis.serviceAnnotations`, or list who \
         may come in under `cache.service.sourceRanges`",
    );
    rests(Code::CacheOpenToAnybody, "gcp", &cache(""));
    rests(Code::CacheOpenToAnybody, "gcp", &cache(", internal: false, sourceRanges: [10.0.0.0/8]"));
    let annotated = cache("") + "\ncomponents: {redis: {serviceAnnotations: {example.com/scheme: internal}}}";
    rests(Code::CacheOpenToAnybody, "production", &annotated);
}

#[test]
fn a_monitor_needs_an_exporter() {
    let cache = |enabled: bool| {
        format!("cache: {{kind: redis, metrics: {{enabled: {enabled}, serviceMonitor: {{enabled: true}}}}}}")
    };
    fires(
        Code::MonitorWithoutMetrics,
        "dev",
        &cache(false),
        "a ServiceMonitor is asked for, and no exporter that it could find",
        "say `cache.metrics.enabled: true`",
    );
    rests(Code::MonitorWithoutMetrics, "dev", &cache(true));
}
