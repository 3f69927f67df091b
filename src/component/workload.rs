//! The objects that go with a workload.

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PodTemplateSpec, Service, ServiceAccount, ServicePort, ServiceSpec,
};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::attachments::claim_spec;
use crate::object::meta::{annotate, metadata, selector};
use crate::plan::Plan;
use crate::plan::database::VolumePlan;
use crate::plan::workload::Workload;
use crate::spec::storage::VolumeAccess;

/// The account of a workload. Nothing of it is mounted.
pub(super) fn service_account(plan: &Plan, workload: &Workload) -> ServiceAccount {
    let metadata = metadata(plan, workload.role, plan.names.component(workload.role), Some(&workload.settings));
    ServiceAccount {
        automount_service_account_token: Some(false),
        metadata: annotate(metadata, workload.account_annotations.clone()),
        ..ServiceAccount::default()
    }
}

/// What maintenance may take away. A pod that is not healthy anyway never stands in its way.
pub(super) fn disruption_budget(plan: &Plan, workload: &Workload) -> Option<PodDisruptionBudget> {
    let count = i32::try_from(workload.max_unavailable?).unwrap_or(i32::MAX);
    Some(PodDisruptionBudget {
        metadata: metadata(plan, workload.role, plan.names.component(workload.role), Some(&workload.settings)),
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(count)),
            selector: Some(selector(plan, workload.role)),
            unhealthy_pod_eviction_policy: Some("AlwaysAllow".to_owned()),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    })
}

/// A Service inside the cluster for the workload's one port.
pub(super) fn service(plan: &Plan, workload: &Workload, name: &str) -> Service {
    let role = workload.role;
    let metadata = metadata(plan, role, name, Some(&workload.settings));
    Service {
        metadata: annotate(metadata, workload.settings.service_annotations.clone()),
        spec: Some(ServiceSpec {
            type_: Some("ClusterIP".to_owned()),
            selector: Some(plan.names.selector(role)),
            ports: Some(vec![ServicePort {
                name: Some(role.port_name().to_owned()),
                port: i32::from(role.port()),
                target_port: Some(IntOrString::String(role.port_name().to_owned())),
                protocol: Some("TCP".to_owned()),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

/// A Service that names pods of a StatefulSet. An address is known from the first moment of its pod on, because nobody else
/// could answer in its place: a client is refused for as long as the server starts, and not for longer.
pub(super) fn headless_service(plan: &Plan, workload: &Workload, name: &str) -> Service {
    let mut service = service(plan, workload, name);
    if let Some(spec) = &mut service.spec {
        spec.type_ = None;
        spec.cluster_ip = Some("None".to_owned());
        spec.publish_not_ready_addresses = Some(true);
    }
    service
}

/// A StatefulSet of one pod, with a volume that outlives the pod where there is one.
pub(super) fn single_pod(
    plan: &Plan,
    workload: &Workload,
    service: &str,
    template: PodTemplateSpec,
    volume: Option<&VolumePlan>,
) -> StatefulSet {
    let role = workload.role;
    let claim = |volume: &VolumePlan| PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(volume.name.clone()),
            labels: Some(plan.names.selector(role)),
            ..ObjectMeta::default()
        },
        spec: Some(claim_spec(volume, VolumeAccess::ReadWriteOnce)),
        ..PersistentVolumeClaim::default()
    };
    StatefulSet {
        metadata: metadata(plan, role, plan.names.component(role), Some(&workload.settings)),
        spec: Some(StatefulSetSpec {
            replicas: Some(1),
            revision_history_limit: Some(5),
            selector: selector(plan, role),
            service_name: Some(service.to_owned()),
            template,
            volume_claim_templates: volume.map(|volume| vec![claim(volume)]),
            ..StatefulSetSpec::default()
        }),
        ..StatefulSet::default()
    }
}
