//! What somebody has to do when a node is lost, because Kubernetes must not do it by itself.

use crate::plan::Plan;
use crate::plan::database::{DatabasePlan, PostgresPlan};

/// Of the one PostgreSQL; everything else is made anew elsewhere.
pub(super) fn rows(plan: &Plan) -> Vec<String> {
    match &plan.database {
        DatabasePlan::Postgres(postgres) => postgres_stays(plan, postgres),
        DatabasePlan::Sqlite(_) | DatabasePlan::Cluster(_) | DatabasePlan::Managed(_) => Vec::new(),
    }
}

fn postgres_stays(plan: &Plan, postgres: &PostgresPlan) -> Vec<String> {
    let namespace = &plan.names.namespace;
    let pod = format!("{}-0", plan.names.component(postgres.workload.role));
    vec![
        format!(
            "There is one PostgreSQL, the pod `{pod}`. Kubernetes never starts a StatefulSet's pod twice: two would write into \
             one volume. While its node is silent there is no database, and the pod waits for the node to come back."
        ),
        format!(
            "When it will not come back, make sure that it is off, and then say so: `kubectl taint node NODE \
             node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`, with the NODE that `kubectl --namespace {namespace} get \
             pod {pod} -o wide` shows. The pod is then deleted, its volume detached, and both come back on another node that \
             reaches the volume. Deleting the Node object, as clouds do with a machine that is gone, does the same, but a disk \
             is held back for six minutes."
        ),
        "Remove the taint before the machine is used again: `kubectl taint node NODE node.kubernetes.io/out-of-service-`."
            .to_owned(),
        "`database.kind: cluster` (CloudNativePG) with two or more instances, or a managed database, lives through it by itself."
            .to_owned(),
    ]
}
