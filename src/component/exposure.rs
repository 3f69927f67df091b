//! The way in: the Service in front of the processes, and the objects of the edge.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::object::Object;
use crate::object::meta::{annotate, metadata, typed};
use crate::plan::Plan;
use crate::plan::names::Role;

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    vec![typed(&service(plan))]
}

fn service(plan: &Plan) -> Service {
    let settings = &plan.memos.workload.settings;
    let service = &plan.exposure.service;
    let mut annotations = service.annotations.clone();
    annotations.extend(settings.service_annotations.clone());
    Service {
        metadata: annotate(metadata(plan, Role::Memos, plan.names.component(Role::Memos), Some(settings)), annotations),
        spec: Some(ServiceSpec {
            type_: Some(if service.load_balancer { "LoadBalancer" } else { "ClusterIP" }.to_owned()),
            selector: Some(plan.names.selector(Role::Memos)),
            ports: Some(vec![ServicePort {
                name: Some("http".to_owned()),
                port: i32::from(service.port),
                target_port: Some(IntOrString::String("http".to_owned())),
                protocol: Some("TCP".to_owned()),
                app_protocol: Some("http".to_owned()),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}
