//! The way in: the Service in front of the processes, and the objects of the edge.

mod gateway;
mod ingress;
mod policy;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;

use crate::object::Object;
use crate::object::crd::CustomKind;
use crate::object::meta::{annotate, custom, metadata, typed};
use crate::plan::Plan;
use crate::plan::exposure::RoutePlan;
use crate::plan::names::Role;

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    let mut objects = vec![typed(&service(plan))];
    match &plan.exposure.route {
        RoutePlan::None => {}
        RoutePlan::Gateway(gateway) => {
            objects.extend(gateway::objects(plan, gateway));
            objects.extend(gateway.policies.iter().map(|policy| policy::object(plan, policy)));
        }
        RoutePlan::Ingress(ingress) => {
            objects.push(ingress::object(plan, ingress));
            objects.extend(ingress.policies.iter().map(|policy| policy::object(plan, policy)));
        }
    }
    objects
}

/// The metadata of an object of the edge.
fn named(plan: &Plan, name: &str, annotations: &BTreeMap<String, String>) -> ObjectMeta {
    let settings = &plan.memos.workload.settings;
    annotate(metadata(plan, Role::Memos, name, Some(settings)), annotations.clone())
}

/// An object of a custom kind without annotations of its own.
fn plain(plan: &Plan, kind: CustomKind, name: &str, spec: &impl Serialize) -> Object {
    custom(kind.api_version, kind.kind, &named(plan, name, &BTreeMap::new()), spec)
}

fn service(plan: &Plan) -> Service {
    let service = &plan.exposure.service;
    let mut annotations = service.annotations.clone();
    annotations.extend(plan.memos.workload.settings.service_annotations.clone());
    let text = |condition: bool, value: &str| condition.then(|| value.to_owned());
    Service {
        metadata: named(plan, &plan.names.component(Role::Memos), &annotations),
        spec: Some(ServiceSpec {
            type_: Some(if service.load_balancer { "LoadBalancer" } else { "ClusterIP" }.to_owned()),
            selector: Some(plan.names.selector(plan.entrance())),
            load_balancer_class: service.load_balancer_class.clone(),
            load_balancer_source_ranges: (!service.source_ranges.is_empty()).then(|| service.source_ranges.clone()),
            external_traffic_policy: text(service.keeps_client_address, "Local"),
            session_affinity: text(service.affinity, "ClientIP"),
            ports: Some(vec![ServicePort {
                name: Some(Role::Memos.port_name().to_owned()),
                port: i32::from(service.port),
                target_port: Some(IntOrString::String(Role::Memos.port_name().to_owned())),
                protocol: Some("TCP".to_owned()),
                app_protocol: Some("http".to_owned()),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

#[cfg(test)]
mod tests;
