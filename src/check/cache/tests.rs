//! dump
use super::super::trial::of;
use crate::diagnostic::Code;

#[test]
fn a_sentinel_is_no_redis() {
    let f = of(Code::CacheIsSentinel, "production", "cache: {host: r.example.com, port: 26379}");
    match f.first() { Some(f) => println!("CASE\tcache.a_sentinel_is_no_redis\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.a_sentinel_is_no_redis") }
    for f in of(Code::CacheIsSentinel, "production", "cache: {host: r.example.com, port: 6380}") { println!("NOISE\tcache.a_sentinel_is_no_redis\t{}", f.message); }
}

#[test]
fn a_cluster_is_no_single_redis() {
    let f = of(Code::CacheIsCluster, "production", "cache: {host: clustercfg.memos.abc.euc1.cache.amazonaws.com}");
    match f.first() { Some(f) => println!("CASE\tcache.a_cluster_is_no_single_redis\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.a_cluster_is_no_single_redis") }
    for f in of(Code::CacheIsCluster, "production", "cache: {host: master.memos.abc.euc1.cache.amazonaws.com}") { println!("NOISE\tcache.a_cluster_is_no_single_redis\t{}", f.message); }
}

#[test]
fn replicas_refuse_writes() {
    let f = of(Code::CacheIsReadOnly, "production", "cache: {host: replica.memos.abc.euc1.cache.amazonaws.com}");
    match f.first() { Some(f) => println!("CASE\tcache.replicas_refuse_writes\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.replicas_refuse_writes") }
    for f in of(Code::CacheIsReadOnly, "production", "cache: {host: replica.example.com}") { println!("NOISE\tcache.replicas_refuse_writes\t{}", f.message); }
}

#[test]
fn azure_cache_ends() {
    let f = of(Code::AzureCacheRetires, "production", "cache: {host: m.redis.cache.windows.net, port: 6380}");
    match f.first() { Some(f) => println!("CASE\tcache.azure_cache_ends\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.azure_cache_ends") }
    for f in of(Code::AzureCacheRetires, "production", "cache: {host: m.eastus.redis.azure.net, port: 10000}") { println!("NOISE\tcache.azure_cache_ends\t{}", f.message); }
}

#[test]
fn azure_managed_redis_has_one_port() {
    let f = of(Code::AzureManagedRedis, "production", "cache: {host: m.eastus.redis.azure.net}");
    match f.first() { Some(f) => println!("CASE\tcache.azure_managed_redis_has_one_port\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.azure_managed_redis_has_one_port") }
    for f in of(Code::AzureManagedRedis, "production", "cache: {host: m.eastus.redis.azure.net, port: 10000}") { println!("NOISE\tcache.azure_managed_redis_has_one_port\t{}", f.message); }
}

#[test]
fn azure_managed_redis_speaks_tls() {
    let f = of(Code::AzureManagedRedis, "production", "cache: {host: m.eastus.redis.azure.net, port: 10000, tls: false}");
    match f.first() { Some(f) => println!("CASE\tcache.azure_managed_redis_speaks_tls\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.azure_managed_redis_speaks_tls") }
    for f in of(Code::AzureManagedRedis, "production", "cache: {host: m.eastus.redis.azure.net, port: 10000, tls: true}") { println!("NOISE\tcache.azure_managed_redis_speaks_tls\t{}", f.message); }
}

#[test]
fn memorystore_has_its_own_authority() {
    let f = of(Code::MemorystoreAuthority, "production", "cache: {port: 6378}");
    match f.first() { Some(f) => println!("CASE\tcache.memorystore_has_its_own_authority\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.memorystore_has_its_own_authority") }
    for f in of(Code::MemorystoreAuthority, "production", "cache: {port: 6378, ca: {kind: configMap, name: ca}}") { println!("NOISE\tcache.memorystore_has_its_own_authority\t{}", f.message); }
}

#[test]
fn redis_is_encrypted() {
    let f = of(Code::CacheNotEncrypted, "production", "cache: {host: r.example.com, tls: false}");
    match f.first() { Some(f) => println!("CASE\tcache.redis_is_encrypted\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.redis_is_encrypted") }
    for f in of(Code::CacheNotEncrypted, "production", "cache: {host: r.example.com, tls: true}") { println!("NOISE\tcache.redis_is_encrypted\t{}", f.message); }
}

#[test]
fn redis_has_a_password() {
    let f = of(Code::CacheWithoutPassword, "production", "cache: {kind: redis, auth: false}");
    match f.first() { Some(f) => println!("CASE\tcache.redis_has_a_password\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.redis_has_a_password") }
    for f in of(Code::CacheWithoutPassword, "production", "cache: {kind: redis}") { println!("NOISE\tcache.redis_has_a_password\t{}", f.message); }
}

#[test]
fn the_cache_stays_off_disks() {
    let f = of(Code::CacheOnDisk, "production", "cache: {kind: redis, persistence: rdb}");
    match f.first() { Some(f) => println!("CASE\tcache.the_cache_stays_off_disks\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.the_cache_stays_off_disks") }
    for f in of(Code::CacheOnDisk, "production", "cache: {kind: redis}") { println!("NOISE\tcache.the_cache_stays_off_disks\t{}", f.message); }
    for f in of(Code::CacheOnDisk, "production", "cache: {kind: redis, persistence: rdb, tlsSecret: t, storage: {storageClass: encrypted}}") { println!("NOISE\tcache.the_cache_stays_off_disks\t{}", f.message); }
}

#[test]
fn clients_fit_redis() {
    let f = of(Code::CacheConnections, "production", "cache: {maxClients: 296}");
    match f.first() { Some(f) => println!("CASE\tcache.clients_fit_redis\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.clients_fit_redis") }
    for f in of(Code::CacheConnections, "production", "cache: {maxClients: 297}") { println!("NOISE\tcache.clients_fit_redis\t{}", f.message); }
}

#[test]
fn redis_holds_the_sessions() {
    let f = of(Code::CacheMemory, "production", "cache: {kind: redis, maxMemory: 32Mi}");
    match f.first() { Some(f) => println!("CASE\tcache.redis_holds_the_sessions\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.redis_holds_the_sessions") }
    for f in of(Code::CacheMemory, "production", "cache: {kind: redis, maxMemory: 64Mi}") { println!("NOISE\tcache.redis_holds_the_sessions\t{}", f.message); }
}

#[test]
fn redis_limit_leaves_room() {
    let f = of(Code::CacheLimit, "production", "cache: {kind: redis, maxMemory: 100Mi, persistence: aof}\ncomponents: {redis: {resources: {limits: {memory: 211Mi}, requests: {memory: 64Mi}}}}");
    match f.first() { Some(f) => println!("CASE\tcache.redis_limit_leaves_room\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.redis_limit_leaves_room") }
    for f in of(Code::CacheLimit, "production", "cache: {kind: redis, maxMemory: 100Mi, persistence: aof}\ncomponents: {redis: {resources: {limits: {memory: 212Mi}, requests: {memory: 64Mi}}}}") { println!("NOISE\tcache.redis_limit_leaves_room\t{}", f.message); }
}

#[test]
fn the_key_prefix_is_plain() {
    let f = of(Code::CacheKeyPrefix, "production", "cache: {kind: redis, client: {keyPrefix: 'a b'}}");
    match f.first() { Some(f) => println!("CASE\tcache.the_key_prefix_is_plain\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tcache.the_key_prefix_is_plain") }
    for f in of(Code::CacheKeyPrefix, "production", "cache: {kind: redis, client: {keyPrefix: 'a:b-c'}}") { println!("NOISE\tcache.the_key_prefix_is_plain\t{}", f.message); }
}
