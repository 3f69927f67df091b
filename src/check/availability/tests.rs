//! Each rule about availability, with a case that fires and one that nearly does.

use super::super::trial::{fires, rests};
use crate::diagnostic::Code;

#[test]
fn bounds_are_in_order() {
    fires(
        Code::MinAboveMax,
        "production",
        "scaling: {min: 5, max: 4}",
        "at least 5 replicas and at most 4 cannot both hold",
        "say `scaling.max: 5` or more",
    );
    rests(Code::MinAboveMax, "production", "scaling: {min: 4, max: 4}");
}

#[test]
fn a_budget_leaves_a_replica() {
    fires(
        Code::BudgetAllowsAll,
        "production",
        "scaling: {min: 3, max: 8}\navailability: {maxUnavailable: 3}",
        "maintenance may take 3 replicas at once, and there may be only 3",
        "say `availability.maxUnavailable: 2` or less",
    );
    rests(
        Code::BudgetAllowsAll,
        "production",
        "scaling: {min: 3, max: 8}\ndatabase: {pooler: {replicas: 3}}\navailability: {maxUnavailable: 2}",
    );
}

#[test]
fn a_budget_of_one_leaves_none_of_one() {
    fires(
        Code::BudgetAllowsAll,
        "production",
        "scaling: {min: 1, max: 8}",
        "maintenance may take 1 replicas at once, and there may be only 1",
        "say `scaling.min: 2` or more",
    );
    rests(Code::BudgetAllowsAll, "production", "scaling: {min: 2, max: 8}");
}

#[test]
fn a_budget_leaves_a_pooler() {
    fires(
        Code::BudgetAllowsAll,
        "production",
        "availability: {maxUnavailable: 2}",
        "maintenance may take 2 poolers at once, and there are only 2",
        "say `availability.maxUnavailable: 1` or less",
    );
    rests(Code::BudgetAllowsAll, "production", "availability: {maxUnavailable: 1}");
}

#[test]
fn the_load_has_its_replicas() {
    fires(
        Code::TooFewForLoad,
        "production",
        "load: {size: large}\nscaling: {min: 2, max: 7}",
        "a load of size `large` begins with 8 replicas, and at most 7 are allowed",
        "say `scaling.max: 8` or more",
    );
    rests(Code::TooFewForLoad, "production", "load: {size: large}\nscaling: {min: 2, max: 8}");
}

#[test]
fn memory_targets_can_be_met_again() {
    fires(
        Code::MemoryTargetTooLow,
        "production",
        "scaling: {memoryUtilization: 80}",
        "a process keeps up to 227 MiB after uploads, above the target of 80 % of 128Mi: replicas rise to the most and stay",
        "leave it out: processor use follows the load",
    );
    rests(
        Code::MemoryTargetTooLow,
        "production",
        "scaling: {memoryUtilization: 80}\ncomponents: {memos: {resources: {requests: {memory: 320Mi}}}}",
    );
}

#[test]
fn replicas_go_slowly() {
    fires(
        Code::ScalesDownFast,
        "production",
        "scaling: {behavior: {scaleDownWindowSeconds: 59}}",
        "replicas go after 59 s of less load, which a few readings can feign",
        "say 300, Kubernetes' own value, or 60 at least",
    );
    rests(Code::ScalesDownFast, "production", "scaling: {behavior: {scaleDownWindowSeconds: 60}}");
}

#[test]
fn forced_apart_needs_nodes() {
    fires(
        Code::RequiredSpreadOverFewNodes,
        "production",
        "scaling: {min: 3, max: 5}\navailability: {nodes: 5, nodeSpread: required}",
        "up to 6 pods (5 replicas, 1 more in a rollout) are forced apart over 5 nodes: while one node is full or drained, pods wait",
        "say `availability.nodeSpread: preferred`",
    );
    rests(
        Code::RequiredSpreadOverFewNodes,
        "production",
        "scaling: {min: 3, max: 5}\navailability: {nodes: 6, nodeSpread: required}",
    );
    rests(Code::RequiredSpreadOverFewNodes, "production", "scaling: {min: 3, max: 5}\navailability: {nodes: 5}");
}

#[test]
fn forced_zones_lose_their_share() {
    fires(
        Code::RequiredSpreadLosesZone,
        "production",
        "scaling: {min: 4, max: 8}\navailability: {zoneSpread: required}",
        "when one of 3 zones is lost, 2 of 4 replicas are left until it is back",
        "say `availability.zoneSpread: preferred`, and the lost ones start in the other zones",
    );
    rests(
        Code::RequiredSpreadLosesZone,
        "production",
        "scaling: {min: 4, max: 8}\navailability: {zones: 1, zoneSpread: required}",
    );
}

#[test]
fn anti_affinity_leaves_room_for_a_rollout() {
    fires(
        Code::AntiAffinityCannotHold,
        "production",
        "scaling: {min: 3, max: 4}\navailability: {nodes: 4}\ncomponents: {memos: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app.kubernetes.io/component: memos}}}]}}}}",
        "up to 5 pods (4 replicas, 1 more in a rollout) need a node each, and there are 4",
        "use `preferredDuringSchedulingIgnoredDuringExecution`",
    );
    rests(
        Code::AntiAffinityCannotHold,
        "production",
        "scaling: {min: 3, max: 3}\navailability: {nodes: 4}\ncomponents: {memos: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app.kubernetes.io/component: memos}}}]}}}}",
    );
    rests(
        Code::AntiAffinityCannotHold,
        "production",
        "scaling: {min: 3, max: 4}\navailability: {nodes: 4}\ncomponents: {memos: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app.kubernetes.io/component: redis}}}]}}}}",
    );
}

#[test]
fn kubernetes_1_33_has_ended() {
    fires(
        Code::KubernetesEndOfLife,
        "production",
        "kubernetes: {version: '1.33'}",
        "Kubernetes 1.33 gets no security fixes any more",
        "upgrade the cluster and say `kubernetes.version: \"1.35\"` or later",
    );
    rests(Code::KubernetesEndOfLife, "production", "kubernetes: {version: '1.34'}");
}

#[test]
fn grace_covers_wait_and_requests() {
    fires(
        Code::GraceTooShort,
        "production",
        "availability: {preStopSeconds: 30, terminationGracePeriodSeconds: 44}",
        "a stopping process is killed after 44 s, and needs 45: 30 before the signal + 10 for requests + 5 to end",
        "say 45 or more, or leave it out",
    );
    rests(Code::GraceTooShort, "production", "availability: {preStopSeconds: 30, terminationGracePeriodSeconds: 45}");
}

#[test]
fn the_edge_forgets_first() {
    fires(
        Code::StopsBeforeEdge,
        "production",
        "availability: {preStopSeconds: 0}",
        "a stopping process serves 0 s longer, and the edge may send it requests for 10",
        "say 10 or more, or leave it out",
    );
    rests(Code::StopsBeforeEdge, "production", "availability: {preStopSeconds: 120}");
}

#[test]
fn the_deadline_comes_after_the_start() {
    fires(
        Code::DeadlineBeforeStart,
        "production",
        "rollout: {startupSeconds: 600}",
        "a rollout counts as failed after 600 s, while a process may still take 600 to start",
        "say `rollout.progressDeadlineSeconds: 1200` or more",
    );
    rests(Code::DeadlineBeforeStart, "production", "rollout: {startupSeconds: 599}");
}

#[test]
fn one_process_migrates() {
    let cure = "first build the old version with `rollout.oneProcess: true`, then the new one, then without both";
    let newer = "memos: {image: \"registry.example.com/memos:0.31.0\", version: 0.31.0, sharedCache: true}\ndatabase: {version: 16}\n";
    fires(
        Code::MigrationRaced,
        "production",
        &format!("{newer}scaling: {{max: 4}}\nrollout: {{fromVersion: 0.30.0}}"),
        "up to 4 processes start at once on a database that 0.31.0 has to migrate",
        cure,
    );
    fires(
        Code::MigrationRaced,
        "production",
        "rollout: {fromVersion: 0.29.1, maxSurge: 2}",
        "up to 2 processes start at once on a database that 0.30.0 has to migrate",
        cure,
    );
    rests(Code::MigrationRaced, "production", "rollout: {fromVersion: 0.29.1}");
    rests(Code::MigrationRaced, "production", "rollout: {fromVersion: 0.30.0, maxSurge: 2}");
    rests(Code::MigrationRaced, "production", &format!("{newer}rollout: {{fromVersion: 0.30.0, oneProcess: true}}"));
}

#[test]
fn one_process_is_for_now() {
    fires(
        Code::OneProcessForNow,
        "production",
        "scaling: {min: 3, max: 8}\nrollout: {oneProcess: true}",
        "one process runs, not 3 to 8, until this is built again",
        "leave `rollout.oneProcess` out once that process is ready",
    );
    fires(
        Code::OneProcessForNow,
        "production",
        "scaling: {mode: single}\nrollout: {oneProcess: true}",
        "`rollout.oneProcess` changes nothing: one process runs anyway",
        "leave it out",
    );
    rests(Code::OneProcessForNow, "production", "rollout: {oneProcess: false}");
}

#[test]
fn migrations_get_their_time() {
    fires(
        Code::MigrationCut,
        "production",
        "rollout: {fromVersion: 0.29.1, startupSeconds: 119}",
        "the first start of 0.30.0 migrates the database, and is killed after 119 s",
        "say 120 or more, or leave it out",
    );
    rests(Code::MigrationCut, "production", "rollout: {fromVersion: 0.29.1, startupSeconds: 120}");
    rests(Code::MigrationCut, "production", "rollout: {fromVersion: 0.30.0, startupSeconds: 60}");
}

#[test]
fn waiting_for_an_administrator_asks_the_database() {
    fires(
        Code::ReadinessAsksAnyway,
        "production",
        "availability: {readinessChecksDatabase: false}",
        "readiness asks the database all the same, because it waits for an administrator",
        "once an administrator exists, say `rollout.holdUntilAdministrator: false`",
    );
    rests(
        Code::ReadinessAsksAnyway,
        "production",
        "availability: {readinessChecksDatabase: false}\nrollout: {holdUntilAdministrator: false}",
    );
}

#[test]
fn early_releases_do_not_tell_of_their_database() {
    fires(
        Code::ReadinessAsksNobody,
        "production",
        "memos: {version: 0.25.2}\navailability: {readinessChecksDatabase: true}",
        "nothing that Memos 0.25.2 answers tells whether its database is there",
        "leave it out",
    );
    rests(Code::ReadinessAsksNobody, "production", "memos: {version: 0.25.2}");
    rests(
        Code::ReadinessAsksNobody,
        "production",
        "memos: {version: 0.26.2}\navailability: {readinessChecksDatabase: true}",
    );
}

#[test]
fn limits_cover_requests() {
    fires(
        Code::LimitBelowRequest,
        "production",
        "components: {pooler: {resources: {requests: {memory: 256Mi}}}}",
        "`pooler` asks for more memory than it may use: 256Mi of 128Mi",
        "say `components.pooler.resources.limits.memory: 256Mi` or more",
    );
    rests(Code::LimitBelowRequest, "production", "components: {pooler: {resources: {requests: {memory: 128Mi}}}}");
}

#[test]
fn memory_covers_uploads() {
    fires(
        Code::MemoryBelowMeasured,
        "production",
        "components: {memos: {resources: {limits: {memory: 256Mi}}}}",
        "256Mi is less than 2 uploads of 30 MiB at once need: 512Mi",
        "say `512Mi`, or leave it out",
    );
    rests(Code::MemoryBelowMeasured, "production", "components: {memos: {resources: {limits: {memory: 512Mi}}}}");
}
