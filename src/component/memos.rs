//! The Memos processes.

mod container;
mod wait;

pub(super) use container::{administrator_script, trusted};

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::api::autoscaling::v2::{
    ContainerResourceMetricSource, CrossVersionObjectReference, HPAScalingPolicy, HPAScalingRules,
    HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerSpec, MetricSpec, MetricTarget,
};
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::pod;
use super::standby;
use super::workload;
use crate::object::Object;
use crate::object::meta::{metadata, restart_on_change, selector, typed};
use crate::plan::Plan;
use crate::plan::memos::MemosPlan;
use crate::plan::names::Role;
use crate::plan::scale::Autoscaling;

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    let memos = &plan.memos;
    let mut objects = vec![
        typed(&workload::service_account(plan, &memos.workload)),
        typed(&config(plan, plan.names.component(Role::Memos), memos.environment.clone())),
    ];
    if !memos.settings.is_empty() {
        objects.push(typed(&config(plan, plan.names.suffixed("settings"), memos.settings.clone())));
    }
    objects.push(typed(&deployment(plan)));
    if let Some((min, max, autoscaling)) = &memos.autoscaling {
        objects.push(typed(&autoscaler(plan, *min, *max, autoscaling)));
    }
    objects.extend(workload::disruption_budget(plan, &memos.workload).map(|budget| typed(&budget)));
    objects
}

fn config(plan: &Plan, name: String, data: std::collections::BTreeMap<String, String>) -> ConfigMap {
    let metadata = metadata(plan, Role::Memos, name, Some(&plan.memos.workload.settings));
    ConfigMap { metadata, data: Some(data), ..ConfigMap::default() }
}

fn deployment(plan: &Plan) -> Deployment {
    let memos = &plan.memos;
    let mut template = pod::template(plan, &memos.workload, container::parts(plan));
    restart_on_change(&mut template, "environment", &memos.environment);
    restart_on_change(&mut template, "settings", &memos.settings);
    if plan.standby.is_some() {
        restart_on_change(&mut template, "standby", &standby::texts(plan));
        if let Some(spec) = &mut template.spec {
            spec.dns_config = Some(standby::name_service());
        }
    }
    Deployment {
        metadata: metadata(plan, Role::Memos, plan.names.component(Role::Memos), Some(&memos.workload.settings)),
        spec: Some(DeploymentSpec {
            // With an autoscaler the number is its own: writing one here would undo its work at every apply.
            replicas: memos.fixed_replicas.map(count),
            revision_history_limit: Some(5),
            min_ready_seconds: (memos.min_ready_seconds > 0).then(|| count(memos.min_ready_seconds)),
            progress_deadline_seconds: Some(count(memos.progress_deadline_seconds)),
            selector: selector(plan, Role::Memos),
            strategy: Some(strategy(memos)),
            template,
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    }
}

fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn strategy(memos: &MemosPlan) -> DeploymentStrategy {
    if memos.recreate {
        return DeploymentStrategy { type_: Some("Recreate".to_owned()), rolling_update: None };
    }
    DeploymentStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(RollingUpdateDeployment {
            max_surge: Some(IntOrString::Int(count(memos.surge))),
            max_unavailable: Some(IntOrString::Int(count(memos.unavailable))),
        }),
    }
}

fn autoscaler(plan: &Plan, min: u32, max: u32, autoscaling: &Autoscaling) -> HorizontalPodAutoscaler {
    let name = plan.names.component(Role::Memos);
    let metric = |resource: &str, percent: u32| MetricSpec {
        type_: "ContainerResource".to_owned(),
        // Of Memos' container alone: a side-car's idle share would hide its need.
        container_resource: Some(ContainerResourceMetricSource {
            container: "memos".to_owned(),
            name: resource.to_owned(),
            target: MetricTarget {
                type_: "Utilization".to_owned(),
                average_utilization: Some(count(percent)),
                ..MetricTarget::default()
            },
        }),
        ..MetricSpec::default()
    };
    let mut metrics = vec![metric("cpu", autoscaling.cpu_utilization)];
    metrics.extend(autoscaling.memory_utilization.map(|percent| metric("memory", percent)));
    HorizontalPodAutoscaler {
        metadata: metadata(plan, Role::Memos, name.clone(), Some(&plan.memos.workload.settings)),
        spec: Some(HorizontalPodAutoscalerSpec {
            scale_target_ref: CrossVersionObjectReference {
                api_version: Some("apps/v1".to_owned()),
                kind: "Deployment".to_owned(),
                name,
            },
            min_replicas: Some(count(min)),
            max_replicas: count(max),
            metrics: Some(metrics),
            behavior: Some(behavior(autoscaling)),
        }),
        ..HorizontalPodAutoscaler::default()
    }
}

fn behavior(autoscaling: &Autoscaling) -> HorizontalPodAutoscalerBehavior {
    let policy = |type_: &str, value: i32, period_seconds: i32| HPAScalingPolicy {
        type_: type_.to_owned(),
        value,
        period_seconds,
    };
    let rules = |window: u32, select: &str, policies| HPAScalingRules {
        stabilization_window_seconds: Some(count(window)),
        select_policy: Some(select.to_owned()),
        policies: Some(policies),
        ..HPAScalingRules::default()
    };
    let settings = &autoscaling.behavior;
    let up = vec![policy("Percent", 100, 30), policy("Pods", 2, 30)];
    let down = vec![policy("Percent", count(settings.scale_down_percent), 60)];
    HorizontalPodAutoscalerBehavior {
        scale_up: Some(rules(settings.scale_up_window_seconds, "Max", up)),
        scale_down: Some(rules(settings.scale_down_window_seconds, "Min", down)),
    }
}
