//! Rules about replicas, disruption, probes, shutdown and resources.

mod migration;
mod replicas;
mod resources;
mod spread;
mod standby;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_standby;
mod time;

use super::Context;
use crate::diagnostic::Diagnostics;
use crate::plan::database::DatabasePlan;
use crate::plan::workload::Workload;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    replicas::rules(context, diagnostics);
    spread::rules(context, diagnostics);
    migration::rules(context, diagnostics);
    standby::rules(context, diagnostics);
    time::rules(context, diagnostics);
    resources::rules(context, diagnostics);
}

/// Every workload with its word under `components`.
fn workloads<'a>(context: &Context<'a>) -> Vec<(&'static str, &'a Workload)> {
    let plan = context.plan;
    let mut workloads = vec![("memos", &plan.memos.workload)];
    let standby = plan.standby.as_ref().and_then(|standby| standby.proxy.as_ref());
    workloads.extend(standby.map(|proxy| ("proxy", &proxy.workload)));
    match &plan.database {
        DatabasePlan::Postgres(database) => workloads.push(("postgres", &database.workload)),
        DatabasePlan::Cluster(database) => workloads.push(("postgres", &database.workload)),
        DatabasePlan::Sqlite(_) | DatabasePlan::Managed(_) => {}
    }
    workloads.extend(plan.pooler.as_ref().map(|pooler| ("pooler", pooler.kind.workload())));
    workloads.extend(plan.cache.redis().map(|redis| ("redis", &redis.workload)));
    if let Some(sentinel) = plan.cache.sentinel() {
        workloads.push(("sentinel", &sentinel.sentinels.workload));
        workloads.push(("redisProxy", &sentinel.proxy.workload));
    }
    workloads
}
