//! Redis: none, one of ours, or somebody else's.

pub mod reach;
pub mod sentinel;

use reach::{MetricsPlan, OutsidePlan};
use sentinel::SentinelPlan;

use super::database::{VolumePlan, sized};
use super::formula::Inputs;
use super::image;
use super::memos::AuthorityPlan;
use super::names::{Names, Role};
use super::scale::{Scale, figure};
use super::secrets::SecretNamesPlan;
use super::sizing::{self, Figure};
use super::workload::{ResourcePlan, Workload, workload};
use crate::spec::Spec;
use crate::spec::database::{Cache, CacheClient, CertificateAuthority, ManagedCache, Persistence, Redis};
use crate::spec::storage::Volume;

/// Redis.
#[derive(Debug, Clone, PartialEq)]
pub enum CachePlan {
    /// None.
    None,
    /// One of ours.
    Redis(Box<RedisPlan>),
    /// Several of ours, with fail-over.
    Sentinel(Box<SentinelPlan>),
    /// Somebody else's.
    Managed(Box<ManagedCachePlan>),
}

/// How Memos reaches Redis.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientPlan {
    /// The address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// `rediss` instead of `redis`.
    pub tls: bool,
    /// The Secret whose key `url` holds the whole URL; none when no password is asked for.
    pub secret: Option<String>,
    /// Who signs the server's certificate, when the image does not trust it already.
    pub authority: Option<AuthorityPlan>,
    /// Connections of each pool.
    pub pool_size: u32,
    /// Time-outs and key prefix.
    pub settings: CacheClient,
}

impl ClientPlan {
    /// The URL without a password.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "rediss" } else { "redis" };
        format!("{scheme}://{}:{}/0", self.host, self.port)
    }
}

/// A Redis of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct RedisPlan {
    /// The pod.
    pub workload: Workload,
    /// The Service, and the host name Memos uses.
    pub service: String,
    /// `maxmemory` in MiB.
    pub max_memory: u64,
    /// What is written to disk.
    pub persistence: Persistence,
    /// The volume, when something is.
    pub volume: Option<VolumePlan>,
    /// The Secret with `users.acl`; none when no password is asked for.
    pub users_secret: Option<String>,
    /// The Secret with the certificate.
    pub tls_secret: Option<String>,
    /// How Memos reaches it.
    pub client: ClientPlan,
    /// `maxclients`.
    pub max_clients: u64,
    /// The exporter beside it.
    pub metrics: Option<MetricsPlan>,
    /// The load balancer in front of it.
    pub outside: Option<OutsidePlan>,
}

/// Somebody else's Redis.
#[derive(Debug, Clone, PartialEq)]
pub struct ManagedCachePlan {
    /// How Memos reaches it.
    pub client: ClientPlan,
    /// Where it can be reached; anywhere when empty.
    pub networks: Vec<String>,
    /// Connections that it allows.
    pub max_clients: u32,
    /// Connections that the processes open at most.
    pub connections: u64,
    /// The largest pool for which Redis has enough connections.
    pub largest_pool: u64,
    /// Memory in MiB that keys need.
    pub max_memory: u64,
    /// The cloud's class with that much, where one is known.
    pub class: Option<&'static str>,
}

impl CachePlan {
    /// How Memos reaches Redis, when there is one.
    pub fn client(&self) -> Option<&ClientPlan> {
        match self {
            Self::None => None,
            Self::Redis(plan) => Some(&plan.client),
            Self::Sentinel(plan) => Some(&plan.redis.client),
            Self::Managed(plan) => Some(&plan.client),
        }
    }

    /// The Redis of ours, one or several that are alike.
    pub fn redis(&self) -> Option<&RedisPlan> {
        match self {
            Self::Redis(plan) => Some(plan),
            Self::Sentinel(plan) => Some(&plan.redis),
            Self::None | Self::Managed(_) => None,
        }
    }

    /// The Redis of ours with fail-over.
    pub fn sentinel(&self) -> Option<&SentinelPlan> {
        match self {
            Self::Sentinel(plan) => Some(plan),
            Self::None | Self::Redis(_) | Self::Managed(_) => None,
        }
    }
}

/// Decides Redis.
pub(super) fn decide(
    spec: &Spec,
    names: &Names,
    scale: &Scale,
    secrets: &SecretNamesPlan,
    figures: &mut Vec<Figure>,
) -> CachePlan {
    match &spec.cache {
        Cache::None => CachePlan::None,
        Cache::Redis(redis) => CachePlan::Redis(Box::new(self::redis(spec, names, scale, secrets, redis, figures))),
        Cache::Sentinel(sentinel) => {
            CachePlan::Sentinel(Box::new(sentinel::decide(spec, names, scale, secrets, sentinel, figures)))
        }
        Cache::Managed(managed) => CachePlan::Managed(Box::new(self::managed(spec, scale, secrets, managed, figures))),
    }
}

fn max_memory(scale: &Scale, given: Option<u64>, figures: &mut Vec<Figure>) -> u64 {
    let inputs = scale.inputs().with("sessions", scale.sessions).with("cachedSettings", scale.cached_settings);
    let seed = "seed 000, Redis Sizing";
    figure(figures, "cache.maxMemory", given, &sizing::redis_max_memory(), &inputs, "Mi", seed)
}

fn pool_size(scale: &Scale, client: &CacheClient, figures: &mut Vec<Figure>) -> (u32, u64) {
    let seed = "seed 000, Connection Pool Sizing";
    let given = client.pool_size.map(u64::from);
    let size = figure(figures, "cache.poolSize", given, &sizing::redis_pool_size(), &scale.inputs(), "", seed);
    let inputs = scale.inputs().with("poolSize", size).with("replicasMax", scale.max).with("surge", scale.surge);
    let source = "three pools and three subscriptions a process, as the patched image opens them";
    let all = figure(figures, "cache.connections", None, &sizing::redis_connections(), &inputs, "", source);
    (u32::try_from(size).unwrap_or(u32::MAX), all)
}

fn redis(
    spec: &Spec,
    names: &Names,
    scale: &Scale,
    secrets: &SecretNamesPlan,
    redis: &Redis,
    figures: &mut Vec<Figure>,
) -> RedisPlan {
    let persistent = redis.persistence != Persistence::None;
    let given = redis.max_memory.as_ref().map(crate::spec::scalar::Quantity::to_mebibytes);
    let max_memory = max_memory(scale, given, figures);
    let inputs = scale.inputs().with("maxMemory", max_memory);
    let formula = if persistent { sizing::redis_memory_limit_persistent() } else { sizing::redis_memory_limit() };
    let source = "a fork copies at most every page; buffers are not counted by maxmemory";
    let limit = figure(figures, "cache.memoryLimit", None, &formula, &inputs, "Mi", source);
    let (pool_size, connections) = pool_size(scale, &redis.client, figures);
    let image = spec.images.redis.clone().unwrap_or_else(image::redis);
    let mut workload = workload(spec, Role::Redis, image, ResourcePlan::new((100, 1000), (limit, limit)), 1);
    workload.grace_seconds = 60;
    let service = names.component(Role::Redis);
    let tls_secret = redis.tls_secret.as_ref().map(ToString::to_string);
    let users_secret = redis.auth.then(|| secrets.cache.clone());
    let volume = persistent.then(|| volume(&redis.storage, redis.persistence, &inputs, figures));
    let inputs = inputs.with("connections", connections);
    let source = "twice what Memos opens, for a rollout and a person with redis-cli";
    let max_clients = figure(figures, "cache.maxClients", None, &sizing::redis_max_clients(), &inputs, "", source);
    RedisPlan {
        workload,
        max_memory,
        persistence: redis.persistence,
        volume,
        client: own_client(service.clone(), Role::Redis, &tls_secret, &users_secret, pool_size, &redis.client),
        users_secret,
        service,
        tls_secret,
        max_clients,
        metrics: reach::metrics(spec, names, &redis.metrics),
        outside: reach::outside(spec, names, Role::Redis, &redis.service),
    }
}

/// How Memos reaches a Redis of ours, whose certificate has its authority beside it.
fn own_client(
    host: String,
    role: Role,
    tls_secret: &Option<String>,
    users_secret: &Option<String>,
    pool_size: u32,
    settings: &CacheClient,
) -> ClientPlan {
    ClientPlan {
        host,
        port: role.port(),
        tls: tls_secret.is_some(),
        secret: users_secret.clone(),
        authority: tls_secret.as_ref().map(|secret| AuthorityPlan {
            secret: true,
            name: secret.clone(),
            key: "ca.crt".to_owned(),
            directory: CACHE_AUTHORITY,
            volume: "cache-ca",
        }),
        pool_size,
        settings: settings.clone(),
    }
}

/// The volume of a Redis that writes to disk.
fn volume(storage: &Volume, persistence: Persistence, inputs: &Inputs, figures: &mut Vec<Figure>) -> VolumePlan {
    let given = storage.size.as_ref().map(|size| size.to_mebibytes().div_ceil(1024));
    let formula = sizing::redis_storage(sizing::redis_copies_on_disk(persistence));
    let source = "the copies of all keys that can exist at a time";
    let size = figure(figures, "cache.storage", given, &formula, inputs, "Gi", source);
    sized("data".to_owned(), storage, size)
}

/// Where Memos finds the authority of Redis' certificate.
const CACHE_AUTHORITY: &str = "/etc/memos-ca/cache";

fn managed(
    spec: &Spec,
    scale: &Scale,
    secrets: &SecretNamesPlan,
    managed: &ManagedCache,
    figures: &mut Vec<Figure>,
) -> ManagedCachePlan {
    let max_memory = max_memory(scale, None, figures);
    let class = sizing::cache_class(spec.kubernetes.cloud, max_memory);
    if let Some(class) = class {
        figures.push(Figure {
            path: "cache.class",
            value: class.to_owned(),
            formula: "the smallest class of the cloud with that much".to_owned(),
            inputs: format!("maxMemory {max_memory}"),
            source: "the names of the cloud's own classes",
            derivation: None,
        });
    }
    let (pool_size, connections) = pool_size(scale, &managed.client, figures);
    let inputs = scale.inputs().with("maxClients", managed.max_clients).with("processes", scale.peak());
    let source = "what Redis allows, shared by three pools of each process";
    let largest_pool = figure(figures, "cache.largestPool", None, &sizing::largest_redis_pool(), &inputs, "", source);
    let ca = if managed.tls { managed.ca.clone() } else { CertificateAuthority::System };
    ManagedCachePlan {
        client: ClientPlan {
            host: managed.host.to_string(),
            port: managed.port,
            tls: managed.tls,
            secret: managed.auth.then(|| secrets.cache.clone()),
            authority: AuthorityPlan::of(&ca, CACHE_AUTHORITY, "cache-ca"),
            pool_size,
            settings: managed.client.clone(),
        },
        networks: managed.networks.iter().map(ToString::to_string).collect(),
        max_clients: managed.max_clients,
        connections,
        largest_pool,
        max_memory,
        class,
    }
}
