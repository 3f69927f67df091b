//! dump
use super::super::trial::of;
use crate::diagnostic::Code;

#[test]
fn bounds_are_in_order() {
    let f = of(Code::MinAboveMax, "production", "scaling: {min: 5, max: 4}");
    match f.first() { Some(f) => println!("CASE\tavailability.bounds_are_in_order\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.bounds_are_in_order") }
    for f in of(Code::MinAboveMax, "production", "scaling: {min: 4, max: 4}") { println!("NOISE\tavailability.bounds_are_in_order\t{}", f.message); }
}

#[test]
fn a_budget_leaves_a_replica() {
    let f = of(Code::BudgetAllowsAll, "production", "scaling: {min: 3, max: 8}\navailability: {maxUnavailable: 3}");
    match f.first() { Some(f) => println!("CASE\tavailability.a_budget_leaves_a_replica\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.a_budget_leaves_a_replica") }
    for f in of(Code::BudgetAllowsAll, "production", "scaling: {min: 3, max: 8}\ndatabase: {pooler: {replicas: 3}}\navailability: {maxUnavailable: 2}") { println!("NOISE\tavailability.a_budget_leaves_a_replica\t{}", f.message); }
}

#[test]
fn a_budget_of_one_leaves_none_of_one() {
    let f = of(Code::BudgetAllowsAll, "production", "scaling: {min: 1, max: 8}");
    match f.first() { Some(f) => println!("CASE\tavailability.a_budget_of_one_leaves_none_of_one\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.a_budget_of_one_leaves_none_of_one") }
    for f in of(Code::BudgetAllowsAll, "production", "scaling: {min: 2, max: 8}") { println!("NOISE\tavailability.a_budget_of_one_leaves_none_of_one\t{}", f.message); }
}

#[test]
fn a_budget_leaves_a_pooler() {
    let f = of(Code::BudgetAllowsAll, "production", "availability: {maxUnavailable: 2}");
    match f.first() { Some(f) => println!("CASE\tavailability.a_budget_leaves_a_pooler\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.a_budget_leaves_a_pooler") }
    for f in of(Code::BudgetAllowsAll, "production", "availability: {maxUnavailable: 1}") { println!("NOISE\tavailability.a_budget_leaves_a_pooler\t{}", f.message); }
}

#[test]
fn the_load_has_its_replicas() {
    let f = of(Code::TooFewForLoad, "production", "load: {size: large}\nscaling: {min: 2, max: 7}");
    match f.first() { Some(f) => println!("CASE\tavailability.the_load_has_its_replicas\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.the_load_has_its_replicas") }
    for f in of(Code::TooFewForLoad, "production", "load: {size: large}\nscaling: {min: 2, max: 8}") { println!("NOISE\tavailability.the_load_has_its_replicas\t{}", f.message); }
}

#[test]
fn memory_targets_can_be_met_again() {
    let f = of(Code::MemoryTargetTooLow, "production", "scaling: {memoryUtilization: 80}");
    match f.first() { Some(f) => println!("CASE\tavailability.memory_targets_can_be_met_again\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.memory_targets_can_be_met_again") }
    for f in of(Code::MemoryTargetTooLow, "production", "scaling: {memoryUtilization: 80}\ncomponents: {memos: {resources: {requests: {memory: 320Mi}}}}") { println!("NOISE\tavailability.memory_targets_can_be_met_again\t{}", f.message); }
}

#[test]
fn replicas_go_slowly() {
    let f = of(Code::ScalesDownFast, "production", "scaling: {behavior: {scaleDownWindowSeconds: 59}}");
    match f.first() { Some(f) => println!("CASE\tavailability.replicas_go_slowly\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.replicas_go_slowly") }
    for f in of(Code::ScalesDownFast, "production", "scaling: {behavior: {scaleDownWindowSeconds: 60}}") { println!("NOISE\tavailability.replicas_go_slowly\t{}", f.message); }
}

#[test]
fn forced_apart_needs_nodes() {
    let f = of(Code::RequiredSpreadOverFewNodes, "production", "scaling: {min: 3, max: 5}\navailability: {nodes: 5, nodeSpread: required}");
    match f.first() { Some(f) => println!("CASE\tavailability.forced_apart_needs_nodes\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.forced_apart_needs_nodes") }
    for f in of(Code::RequiredSpreadOverFewNodes, "production", "scaling: {min: 3, max: 5}\navailability: {nodes: 6, nodeSpread: required}") { println!("NOISE\tavailability.forced_apart_needs_nodes\t{}", f.message); }
    for f in of(Code::RequiredSpreadOverFewNodes, "production", "scaling: {min: 3, max: 5}\navailability: {nodes: 5}") { println!("NOISE\tavailability.forced_apart_needs_nodes\t{}", f.message); }
}

#[test]
fn forced_zones_lose_their_share() {
    let f = of(Code::RequiredSpreadLosesZone, "production", "scaling: {min: 4, max: 8}\navailability: {zoneSpread: required}");
    match f.first() { Some(f) => println!("CASE\tavailability.forced_zones_lose_their_share\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.forced_zones_lose_their_share") }
    for f in of(Code::RequiredSpreadLosesZone, "production", "scaling: {min: 4, max: 8}\navailability: {zones: 1, zoneSpread: required}") { println!("NOISE\tavailability.forced_zones_lose_their_share\t{}", f.message); }
}

#[test]
fn anti_affinity_leaves_room_for_a_rollout() {
    let f = of(Code::AntiAffinityCannotHold, "production", "scaling: {min: 3, max: 4}\navailability: {nodes: 4}\ncomponents: {memos: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app.kubernetes.io/component: memos}}}]}}}}");
    match f.first() { Some(f) => println!("CASE\tavailability.anti_affinity_leaves_room_for_a_rollout\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.anti_affinity_leaves_room_for_a_rollout") }
    for f in of(Code::AntiAffinityCannotHold, "production", "scaling: {min: 3, max: 3}\navailability: {nodes: 4}\ncomponents: {memos: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app.kubernetes.io/component: memos}}}]}}}}") { println!("NOISE\tavailability.anti_affinity_leaves_room_for_a_rollout\t{}", f.message); }
    for f in of(Code::AntiAffinityCannotHold, "production", "scaling: {min: 3, max: 4}\navailability: {nodes: 4}\ncomponents: {memos: {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app.kubernetes.io/component: redis}}}]}}}}") { println!("NOISE\tavailability.anti_affinity_leaves_room_for_a_rollout\t{}", f.message); }
}

#[test]
fn kubernetes_1_33_has_ended() {
    let f = of(Code::KubernetesEndOfLife, "production", "kubernetes: {version: '1.33'}");
    match f.first() { Some(f) => println!("CASE\tavailability.kubernetes_1_33_has_ended\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.kubernetes_1_33_has_ended") }
    for f in of(Code::KubernetesEndOfLife, "production", "kubernetes: {version: '1.34'}") { println!("NOISE\tavailability.kubernetes_1_33_has_ended\t{}", f.message); }
}

#[test]
fn grace_covers_wait_and_requests() {
    let f = of(Code::GraceTooShort, "production", "availability: {preStopSeconds: 30, terminationGracePeriodSeconds: 44}");
    match f.first() { Some(f) => println!("CASE\tavailability.grace_covers_wait_and_requests\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.grace_covers_wait_and_requests") }
    for f in of(Code::GraceTooShort, "production", "availability: {preStopSeconds: 30, terminationGracePeriodSeconds: 45}") { println!("NOISE\tavailability.grace_covers_wait_and_requests\t{}", f.message); }
}

#[test]
fn the_edge_forgets_first() {
    let f = of(Code::StopsBeforeEdge, "production", "availability: {preStopSeconds: 0}");
    match f.first() { Some(f) => println!("CASE\tavailability.the_edge_forgets_first\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.the_edge_forgets_first") }
    for f in of(Code::StopsBeforeEdge, "production", "availability: {preStopSeconds: 120}") { println!("NOISE\tavailability.the_edge_forgets_first\t{}", f.message); }
}

#[test]
fn the_deadline_comes_after_the_start() {
    let f = of(Code::DeadlineBeforeStart, "production", "rollout: {startupSeconds: 600}");
    match f.first() { Some(f) => println!("CASE\tavailability.the_deadline_comes_after_the_start\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.the_deadline_comes_after_the_start") }
    for f in of(Code::DeadlineBeforeStart, "production", "rollout: {startupSeconds: 599}") { println!("NOISE\tavailability.the_deadline_comes_after_the_start\t{}", f.message); }
}

#[test]
fn migrations_get_their_time() {
    let f = of(Code::MigrationCut, "production", "rollout: {fromVersion: 0.29.1, startupSeconds: 119}");
    match f.first() { Some(f) => println!("CASE\tavailability.migrations_get_their_time\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.migrations_get_their_time") }
    for f in of(Code::MigrationCut, "production", "rollout: {fromVersion: 0.29.1, startupSeconds: 120}") { println!("NOISE\tavailability.migrations_get_their_time\t{}", f.message); }
    for f in of(Code::MigrationCut, "production", "rollout: {fromVersion: 0.30.0, startupSeconds: 60}") { println!("NOISE\tavailability.migrations_get_their_time\t{}", f.message); }
}

#[test]
fn waiting_for_an_administrator_asks_the_database() {
    let f = of(Code::ReadinessAsksAnyway, "production", "availability: {readinessChecksDatabase: false}");
    match f.first() { Some(f) => println!("CASE\tavailability.waiting_for_an_administrator_asks_the_database\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.waiting_for_an_administrator_asks_the_database") }
    for f in of(Code::ReadinessAsksAnyway, "production", "availability: {readinessChecksDatabase: false}\nrollout: {holdUntilAdministrator: false}") { println!("NOISE\tavailability.waiting_for_an_administrator_asks_the_database\t{}", f.message); }
}

#[test]
fn limits_cover_requests() {
    let f = of(Code::LimitBelowRequest, "production", "components: {pooler: {resources: {requests: {memory: 256Mi}}}}");
    match f.first() { Some(f) => println!("CASE\tavailability.limits_cover_requests\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.limits_cover_requests") }
    for f in of(Code::LimitBelowRequest, "production", "components: {pooler: {resources: {requests: {memory: 128Mi}}}}") { println!("NOISE\tavailability.limits_cover_requests\t{}", f.message); }
}

#[test]
fn memory_covers_uploads() {
    let f = of(Code::MemoryBelowMeasured, "production", "components: {memos: {resources: {limits: {memory: 256Mi}}}}");
    match f.first() { Some(f) => println!("CASE\tavailability.memory_covers_uploads\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tavailability.memory_covers_uploads") }
    for f in of(Code::MemoryBelowMeasured, "production", "components: {memos: {resources: {limits: {memory: 512Mi}}}}") { println!("NOISE\tavailability.memory_covers_uploads\t{}", f.message); }
}
