//! Pods: what they all have in common.

use k8s_openapi::DeepMerge;
use k8s_openapi::api::core::v1::{
    Affinity, Container, EnvVar, LocalObjectReference, PodAffinityTerm, PodAntiAffinity, PodSecurityContext, PodSpec,
    PodTemplateSpec, SeccompProfile, Toleration, TopologySpreadConstraint, Volume, WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::object::extra;
use crate::object::meta::{annotate, pod_labels, selector};
use crate::plan::Plan;
use crate::plan::names::Role;
use crate::plan::workload::{SpreadPlan, USER, Workload};
use crate::spec::workload::Spread;

/// What differs from pod to pod.
#[derive(Default)]
pub(super) struct Parts {
    /// The main container.
    pub(super) main: Container,
    /// Containers that start before it: those that end again, and those that run beside it until after its end.
    pub(super) side_cars: Vec<Container>,
    /// Volumes.
    pub(super) volumes: Vec<Volume>,
}

/// The pods of a workload.
pub(super) fn template(plan: &Plan, workload: &Workload, parts: Parts) -> PodTemplateSpec {
    let settings = &workload.settings;
    let mut labels = pod_labels(plan, workload.role, settings);
    labels.extend(workload.identity_labels.clone());
    let metadata = ObjectMeta { labels: Some(labels), ..ObjectMeta::default() };
    PodTemplateSpec {
        metadata: Some(annotate(metadata, settings.pod_annotations.clone())),
        spec: Some(spec(plan, workload, parts)),
    }
}

fn spec(plan: &Plan, workload: &Workload, parts: Parts) -> PodSpec {
    let Parts { mut main, side_cars, mut volumes } = parts;
    let settings = &workload.settings;
    main.env = some(variables(main.env.unwrap_or_default(), extra::all(&settings.extra_env)));
    main.volume_mounts =
        some([main.volume_mounts.unwrap_or_default(), extra::all(&settings.extra_volume_mounts)].concat());
    volumes.extend(extra::all(&settings.extra_volumes));
    let mut containers = vec![main];
    containers.extend(extra::all(&settings.extra_containers));
    let secret = |name: &String| LocalObjectReference { name: name.clone() };
    PodSpec {
        affinity: affinity(plan, workload),
        automount_service_account_token: Some(false),
        containers,
        enable_service_links: Some(false),
        image_pull_secrets: some(workload.pull_secrets.iter().map(secret).collect()),
        init_containers: some(side_cars),
        node_selector: (!settings.node_selector.is_empty()).then(|| settings.node_selector.clone()),
        priority_class_name: settings.priority_class.as_ref().map(ToString::to_string),
        security_context: Some(security_context()),
        service_account_name: Some(plan.names.component(workload.role)),
        termination_grace_period_seconds: Some(i64::from(workload.grace_seconds)),
        tolerations: some(tolerations(workload)),
        topology_spread_constraints: workload.spread.as_ref().map(|spread| constraints(plan, workload.role, spread)),
        volumes: some(volumes),
        ..PodSpec::default()
    }
}

/// The user's variables take the place of ours: an API server refuses two of one name.
fn variables(mut ours: Vec<EnvVar>, users: Vec<EnvVar>) -> Vec<EnvVar> {
    ours.retain(|variable| users.iter().all(|other| other.name != variable.name));
    [ours, users].concat()
}

/// A list, or nothing when it is empty.
pub(super) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn security_context() -> PodSecurityContext {
    PodSecurityContext {
        fs_group: Some(USER),
        fs_group_change_policy: Some("OnRootMismatch".to_owned()),
        run_as_group: Some(USER),
        run_as_non_root: Some(true),
        run_as_user: Some(USER),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }),
        ..PodSecurityContext::default()
    }
}

/// A pod on a node that is lost or not ready is replaced sooner than after Kubernetes' five minutes.
fn tolerations(workload: &Workload) -> Vec<Toleration> {
    let lost = |condition: &str| Toleration {
        key: Some(format!("node.kubernetes.io/{condition}")),
        operator: Some("Exists".to_owned()),
        effect: Some("NoExecute".to_owned()),
        toleration_seconds: Some(i64::from(workload.lost_node_seconds)),
        value: None,
    };
    let mut tolerations = vec![lost("not-ready"), lost("unreachable")];
    tolerations.extend(extra::all(&workload.settings.tolerations));
    tolerations
}

/// Replicas keep away from each other's nodes where they can; the user's own affinity is merged in.
fn affinity(plan: &Plan, workload: &Workload) -> Option<Affinity> {
    let apart = workload.spread.as_ref().map(|_| {
        let term = PodAffinityTerm {
            label_selector: Some(selector(plan, workload.role)),
            topology_key: "kubernetes.io/hostname".to_owned(),
            ..PodAffinityTerm::default()
        };
        let preferred = vec![WeightedPodAffinityTerm { weight: 100, pod_affinity_term: term }];
        let anti = PodAntiAffinity {
            preferred_during_scheduling_ignored_during_execution: Some(preferred),
            ..PodAntiAffinity::default()
        };
        Affinity { pod_anti_affinity: Some(anti), ..Affinity::default() }
    });
    let given = workload.settings.affinity.as_ref().and_then(|given| extra::typed::<Affinity>(given).ok());
    match (apart, given) {
        (Some(mut apart), Some(given)) => {
            apart.merge_from(given);
            Some(apart)
        }
        (apart, given) => apart.or(given),
    }
}

fn constraints(plan: &Plan, role: Role, spread: &SpreadPlan) -> Vec<TopologySpreadConstraint> {
    let constraint = |key: &str, strictness: Spread| TopologySpreadConstraint {
        label_selector: Some(selector(plan, role)),
        // Old and new pods of a rollout are counted apart, or the new ones would be pressed into the gaps of the old.
        match_label_keys: Some(vec!["pod-template-hash".to_owned()]),
        max_skew: 1,
        // A node that is drained would otherwise count as one without pods, and required spreading would wait for it.
        node_taints_policy: Some("Honor".to_owned()),
        topology_key: key.to_owned(),
        when_unsatisfiable: match strictness {
            Spread::Preferred => "ScheduleAnyway",
            Spread::Required => "DoNotSchedule",
        }
        .to_owned(),
        ..TopologySpreadConstraint::default()
    };
    vec![constraint("topology.kubernetes.io/zone", spread.zone), constraint("kubernetes.io/hostname", spread.node)]
}
