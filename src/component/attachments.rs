//! The volume of uploads or of SQLite, and the class it is made from.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec, VolumeResourceRequirements};
use k8s_openapi::api::storage::v1::StorageClass;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::object::Object;
use crate::object::meta::{metadata, typed};
use crate::plan::Plan;
use crate::plan::attachments::{AttachmentsPlan, ClassPlan};
use crate::plan::database::{DatabasePlan, VolumePlan};
use crate::plan::names::Role;
use crate::spec::storage::VolumeAccess;

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    let mut objects = Vec::new();
    if let AttachmentsPlan::Claim(claim) = &plan.attachments {
        objects.extend(claim.made_class.as_ref().map(|class| typed(&storage_class(plan, class))));
        let volume = VolumePlan { name: claim.name.clone(), size: claim.size.to_string(), class: claim.class.clone() };
        objects.push(typed(&self::claim(plan, &volume, claim.access)));
    }
    if let DatabasePlan::Sqlite(volume) = &plan.database {
        objects.push(typed(&claim(plan, volume, VolumeAccess::ReadWriteOnce)));
    }
    objects
}

fn claim(plan: &Plan, volume: &VolumePlan, access: VolumeAccess) -> PersistentVolumeClaim {
    let mut metadata = metadata(plan, Role::Memos, volume.name.clone(), Some(&plan.memos.workload.settings));
    // A claim outlives versions of the program.
    metadata.labels.get_or_insert_default().remove("app.kubernetes.io/version");
    PersistentVolumeClaim { metadata, spec: Some(claim_spec(volume, access)), ..PersistentVolumeClaim::default() }
}

/// What a claim asks for.
pub(super) fn claim_spec(volume: &VolumePlan, access: VolumeAccess) -> PersistentVolumeClaimSpec {
    let mode = match access {
        VolumeAccess::ReadWriteOnce => "ReadWriteOnce",
        VolumeAccess::ReadWriteMany => "ReadWriteMany",
    };
    let requests = BTreeMap::from([("storage".to_owned(), Quantity(volume.size.clone()))]);
    PersistentVolumeClaimSpec {
        access_modes: Some(vec![mode.to_owned()]),
        resources: Some(VolumeResourceRequirements { requests: Some(requests), limits: None }),
        storage_class_name: volume.class.clone(),
        ..PersistentVolumeClaimSpec::default()
    }
}

fn storage_class(plan: &Plan, class: &ClassPlan) -> StorageClass {
    let mut metadata = metadata(plan, Role::Memos, class.name.clone(), None);
    metadata.namespace = None;
    metadata.labels.get_or_insert_default().remove("app.kubernetes.io/version");
    let parameters = class.parameters.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    StorageClass {
        metadata,
        provisioner: class.provisioner.to_owned(),
        parameters: Some(parameters),
        mount_options: super::pod::some(class.mount_options.iter().map(|option| (*option).to_owned()).collect()),
        // Uploads survive the deletion of their claim.
        reclaim_policy: Some("Retain".to_owned()),
        allow_volume_expansion: class.expandable.then_some(true),
        volume_binding_mode: Some(if class.wait_for_pod { "WaitForFirstConsumer" } else { "Immediate" }.to_owned()),
        ..StorageClass::default()
    }
}
