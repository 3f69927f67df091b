//! Redis with fail-over: replicas, the sentinels that watch them, and the proxies whose address always leads to the master.

use super::certificate::{self, CertificatePlan};
use super::reach;
use super::{RedisPlan, max_memory, own_client, pool_size, volume};
use crate::plan::image;
use crate::plan::names::{Names, Role};
use crate::plan::scale::{Scale, figure};
use crate::plan::secrets::SecretNamesPlan;
use crate::plan::sizing::{self, Figure};
use crate::plan::workload::{ResourcePlan, Workload, workload};
use crate::spec::Spec;
use crate::spec::cache::Sentinel;
use crate::spec::database::Persistence;
use crate::spec::scalar::Quantity;

/// What the sentinels call the master, whoever it is.
pub const MASTER_NAME: &str = "memos";

/// Half seconds that a Redis waits for somebody who knows the master, before it relies on its own memory. A sentinel that
/// starts at the same time needs some to find out; a first start has nobody to wait for.
pub const PATIENCE: u32 = 6;

/// Seconds that a Redis with nothing waits for the sentinels to make another the master that still has everything: thirty times
/// as long, because that one would throw it away. New sentinels take some ten until they name a master; a busy machine has them
/// mistrust their clocks for thirty, and a second election comes after twice the time of one, ten by default. Who has not
/// become the master by then cannot, and a cache that is empty is better than none.
pub const LONG_PATIENCE: u32 = 90;

/// Redis with fail-over.
#[derive(Debug, Clone, PartialEq)]
pub struct SentinelPlan {
    /// The pods of Redis, the master among them. Memos' way to it leads through the proxies.
    pub redis: RedisPlan,
    /// How many they are.
    pub replicas: u32,
    /// Their whole names, the first pod's first.
    pub hosts: Vec<String>,
    /// What watches them.
    pub sentinels: SentinelsPlan,
    /// What leads to the master.
    pub proxy: ProxyPlan,
    /// `min-replicas-to-write`.
    pub min_replicas: u32,
    /// `min-replicas-max-lag`, in seconds.
    pub max_lag: u32,
    /// `maxmemory-policy`.
    pub eviction: &'static str,
    /// Whether volumes outlive the StatefulSet.
    pub keep_volumes: bool,
    /// What the scratch space of a Redis without a volume may hold, in MiB.
    pub scratch: u64,
    /// The certificate that cert-manager makes.
    pub certificate: Option<CertificatePlan>,
}

/// The sentinels.
#[derive(Debug, Clone, PartialEq)]
pub struct SentinelsPlan {
    /// Their pods.
    pub workload: Workload,
    /// Their headless Service.
    pub service: String,
    /// How many they are.
    pub count: u32,
    /// Their whole names.
    pub hosts: Vec<String>,
    /// How many have to agree.
    pub quorum: u32,
    /// Seconds of silence after which a master is taken for dead.
    pub down_after: u32,
    /// Seconds that a fail-over may take.
    pub failover_timeout: u32,
}

/// The proxies.
#[derive(Debug, Clone, PartialEq)]
pub struct ProxyPlan {
    /// Their pods.
    pub workload: Workload,
    /// Their Service, and the host name that Memos uses.
    pub service: String,
    /// How many they are.
    pub count: u32,
    /// Connections that each of them takes.
    pub max_connections: u64,
}

/// Decides it.
pub(super) fn decide(
    spec: &Spec,
    names: &Names,
    scale: &Scale,
    secrets: &SecretNamesPlan,
    sentinel: &Sentinel,
    figures: &mut Vec<Figure>,
) -> SentinelPlan {
    let persistent = sentinel.persistence != Persistence::None;
    let max_memory = max_memory(scale, sentinel.max_memory.as_ref().map(Quantity::to_mebibytes), figures);
    let inputs = scale.inputs().with("maxMemory", max_memory);
    let formula = sizing::redis_memory_limit_replicated(persistent);
    let source = "a fork for replicas copies pages, and neither their buffers nor the backlog are counted by maxmemory";
    let limit = figure(figures, "cache.memoryLimit", None, &formula, &inputs, "Mi", source);
    let (pool_size, connections) = pool_size(scale, &sentinel.client, figures);
    let clients = inputs.clone().with("connections", connections);
    let source = "twice what Memos opens, and what replicas, sentinels, proxies and exporters do";
    let formula = sizing::redis_max_clients_replicated();
    let max_clients = figure(figures, "cache.maxClients", None, &formula, &clients, "", source);

    let image = spec.images.redis.clone().unwrap_or_else(image::redis);
    let source = "a replica loads a copy of the master beside the one before it";
    let formula = sizing::redis_scratch();
    let scratch = figure(figures, "cache.scratch", None, &formula, &inputs, "Mi", source);
    let beside = inputs.clone().with("scratch", scratch);
    let source = "the scratch space, and logs and files beside it";
    let disk = figure(figures, "cache.diskLimit", None, &sizing::redis_disk_limit(), &beside, "Mi", source);
    let mut resources = ResourcePlan::new((100, 1000), (limit, limit));
    resources.disk_limit = Quantity::mebibytes(disk);
    let mut pods = workload(spec, Role::Redis, image.clone(), resources, sentinel.replicas);
    // Twelve seconds for another master, ten for what Redis itself does at its end.
    pods.grace_seconds = 60;
    let headless = names.component(Role::Redis);
    let hosts = |role: Role, service: &str, count: u32| {
        names.pods(role, service, count, spec.kubernetes.cluster_domain.as_str())
    };
    let tls_secret = certificate::secret(names, sentinel);
    let users_secret = sentinel.auth.then(|| secrets.cache.clone());
    let proxy = proxy(spec, names, sentinel, max_clients);
    let redis = RedisPlan {
        max_memory,
        persistence: sentinel.persistence,
        volume: persistent.then(|| volume(&sentinel.storage, sentinel.persistence, &inputs, figures)),
        client: own_client(
            proxy.service.clone(),
            Role::RedisProxy,
            &tls_secret,
            &users_secret,
            pool_size,
            &sentinel.client,
        ),
        users_secret,
        tls_secret,
        max_clients,
        metrics: reach::metrics(spec, names, &sentinel.metrics),
        outside: reach::outside(spec, names, Role::RedisProxy, &sentinel.service),
        workload: pods.one_at_a_time(),
        service: headless.clone(),
    };
    let mut plan = SentinelPlan {
        hosts: hosts(Role::Redis, &headless, sentinel.replicas),
        replicas: sentinel.replicas,
        sentinels: sentinels(spec, names, sentinel, image, hosts),
        proxy,
        min_replicas: sentinel.min_replicas_to_write,
        max_lag: sentinel.max_lag.get(),
        eviction: sentinel.eviction.word(),
        keep_volumes: sentinel.keep_volumes,
        scratch,
        certificate: None,
        redis,
    };
    plan.certificate = certificate::decide(spec, names, sentinel, &plan);
    plan
}

fn sentinels(
    spec: &Spec,
    names: &Names,
    sentinel: &Sentinel,
    image: crate::spec::scalar::ImageReference,
    hosts: impl Fn(Role, &str, u32) -> Vec<String>,
) -> SentinelsPlan {
    let count = sentinel.sentinels;
    let service = names.component(Role::Sentinel);
    let resources = ResourcePlan::new((50, 500), (32, 64));
    SentinelsPlan {
        workload: workload(spec, Role::Sentinel, image, resources, count).one_at_a_time(),
        hosts: hosts(Role::Sentinel, &service, count),
        service,
        count,
        quorum: sentinel.quorum.unwrap_or(count / 2 + 1),
        down_after: sentinel.down_after.get(),
        failover_timeout: sentinel.failover_timeout.get(),
    }
}

fn proxy(spec: &Spec, names: &Names, sentinel: &Sentinel, max_clients: u64) -> ProxyPlan {
    let image = spec.images.redis_proxy.clone().unwrap_or_else(image::redis_proxy);
    // 34 KB a connection.
    let resources = ResourcePlan::new((50, 1000), (64, 128));
    ProxyPlan {
        workload: workload(spec, Role::RedisProxy, image, resources, sentinel.proxies).one_at_a_time(),
        service: names.component(Role::RedisProxy),
        count: sentinel.proxies,
        max_connections: max_clients,
    }
}
