//! What of the plan holds or does not, and much rests on: the templates learn each once, and ask for it by name.

use std::collections::BTreeMap;

use crate::plan::Plan;
use crate::plan::attachments::AttachmentsPlan;
use crate::plan::database::DatabasePlan;
use crate::plan::memos::AuthorityPlan;
use crate::plan::network::PeerPlan;
use crate::plan::pooler::{OwnPooler, PoolerKind};

/// Something that holds for a plan or does not.
pub(super) struct Fact {
    /// How templates call it.
    pub(super) name: &'static str,
    /// Whether it holds.
    pub(super) holds: fn(&Plan) -> bool,
}

/// Every fact; one may rest on those before it.
pub(super) const FACTS: &[Fact] = &[
    Fact {
        name: "behindPooler",
        holds: |plan| matches!(&plan.database, DatabasePlan::Managed(managed) if managed.behind_pooler),
    },
    Fact { name: "pooler", holds: |plan| plan.pooler.is_some() },
    Fact { name: "ownPooler", holds: |plan| own_pooler(plan).is_some() },
    Fact { name: "severalPoolers", holds: |plan| plan.pooler.as_ref().is_some_and(|pooler| pooler.replicas > 1) },
    Fact {
        name: "poolerMeetsDatabase",
        holds: |plan| own_pooler(plan).is_some() && matches!(plan.database, DatabasePlan::Managed(_)),
    },
    Fact { name: "poolerHasProxy", holds: |plan| own_pooler(plan).is_some_and(|pooler| pooler.proxy.is_some()) },
    Fact {
        name: "poolerHasAuthority",
        holds: |plan| own_pooler(plan).is_some_and(|pooler| pooler.authority.is_some()),
    },
    Fact {
        name: "memosMeetsDatabase",
        holds: |plan| plan.pooler.is_none() && matches!(plan.database, DatabasePlan::Managed(_)),
    },
    Fact { name: "memosHasProxy", holds: |plan| plan.memos.proxy.is_some() },
    Fact { name: "standby", holds: |plan| plan.standby.is_some() },
    Fact { name: "standbyProxies", holds: |plan| plan.standby.as_ref().is_some_and(|standby| standby.proxy.is_some()) },
    Fact {
        name: "keeperAuthority",
        holds: |plan| plan.standby.as_ref().is_some_and(|standby| standby.keeper.database.authority.is_some()),
    },
    Fact {
        name: "keeperPassword",
        holds: |plan| plan.standby.as_ref().is_some_and(|standby| standby.keeper.database.password.is_some()),
    },
    Fact { name: "databaseAuthority", holds: |plan| mounts(plan, "/etc/memos-ca/database") },
    Fact { name: "databaseSecret", holds: |plan| expects(plan, "database") },
    Fact { name: "dsnSecret", holds: |plan| plan.memos.dsn_secret.is_some() },
    Fact { name: "ownRedis", holds: |plan| plan.cache.redis().is_some() },
    Fact { name: "redisCertificate", holds: |plan| plan.cache.redis().is_some_and(|redis| redis.tls_secret.is_some()) },
    Fact { name: "redisUsers", holds: |plan| plan.cache.redis().is_some_and(|redis| redis.users_secret.is_some()) },
    Fact { name: "redisVolume", holds: |plan| plan.cache.redis().is_some_and(|redis| redis.volume.is_some()) },
    Fact { name: "settingsFile", holds: |plan| !plan.memos.settings.is_empty() },
    Fact { name: "cacheAuthority", holds: |plan| plan.cache.client().is_some_and(|client| client.authority.is_some()) },
    Fact { name: "cacheSecret", holds: |plan| expects(plan, "cache") },
    Fact { name: "redisForOthers", holds: |plan| plan.cache.redis().is_some_and(|redis| redis.outside.is_some()) },
    Fact {
        name: "redisForInsiders",
        holds: |plan| {
            let outside = plan.cache.redis().and_then(|redis| redis.outside.as_ref());
            outside.is_some_and(|outside| outside.internal)
        },
    },
    Fact { name: "redisMetrics", holds: |plan| plan.cache.redis().is_some_and(|redis| redis.metrics.is_some()) },
    Fact { name: "waitsForCache", holds: |plan| plan.memos.cache_wait.is_some() },
    Fact { name: "waitsForDatabase", holds: |plan| plan.memos.database_wait.is_some() },
    Fact { name: "poolerWaits", holds: |plan| own_pooler(plan).is_some_and(|pooler| pooler.wait.is_some()) },
    Fact {
        name: "bucketInside",
        holds: |plan| matches!(&plan.attachments, AttachmentsPlan::Bucket(bucket) if bucket.private),
    },
    Fact { name: "administrator", holds: |plan| plan.memos.administrator.is_some() },
    Fact { name: "https", holds: |plan| plan.exposure.https },
    Fact { name: "fromAnywhere", holds: |plan| plan.exposure.anybody },
    Fact { name: "edgePods", holds: |plan| edge_pods(plan).is_some() },
    Fact { name: "edgePodsByLabels", holds: |plan| edge_pods(plan).is_some_and(|labels| !labels.is_empty()) },
    Fact { name: "edgeKnown", holds: |plan| !plan.exposure.peers.is_empty() },
];

fn own_pooler(plan: &Plan) -> Option<&OwnPooler> {
    match &plan.pooler.as_ref()?.kind {
        PoolerKind::Own(pooler) => Some(pooler),
        PoolerKind::Operator { .. } => None,
    }
}

fn mounts(plan: &Plan, directory: &str) -> bool {
    let authorities: &[AuthorityPlan] = &plan.memos.authorities;
    authorities.iter().any(|authority| authority.directory == directory)
}

fn expects(plan: &Plan, purpose: &str) -> bool {
    plan.secrets.expected.iter().any(|secret| secret.purpose == purpose)
}

/// The labels of the edge's pods, where it is pods.
fn edge_pods(plan: &Plan) -> Option<&BTreeMap<String, String>> {
    plan.exposure.peers.iter().find_map(|peer| match peer {
        PeerPlan::Pods { namespace: _, labels } => Some(labels),
        PeerPlan::Component(_) | PeerPlan::Addresses { .. } => None,
    })
}

/// The facts that hold, by their names.
pub(super) fn of(plan: &Plan) -> Vec<&'static str> {
    FACTS.iter().filter(|fact| (fact.holds)(plan)).map(|fact| fact.name).collect()
}
