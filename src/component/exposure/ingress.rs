//! The Ingress.

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend, IngressSpec,
    IngressTLS, ServiceBackendPort,
};

use super::named;
use crate::object::Object;
use crate::object::meta::typed;
use crate::plan::Plan;
use crate::plan::exposure::ingress::IngressPlan;
use crate::plan::names::Role;

pub(super) fn object(plan: &Plan, ingress: &IngressPlan) -> Object {
    let name = plan.names.component(Role::Memos);
    let port = ServiceBackendPort { name: Some("http".to_owned()), number: None };
    let path = HTTPIngressPath {
        path: Some("/".to_owned()),
        path_type: "Prefix".to_owned(),
        backend: IngressBackend {
            service: Some(IngressServiceBackend { name: name.clone(), port: Some(port) }),
            resource: None,
        },
    };
    let tls = ingress
        .tls_secret
        .clone()
        .map(|secret| vec![IngressTLS { hosts: Some(vec![ingress.host.clone()]), secret_name: Some(secret) }]);
    typed(&Ingress {
        metadata: named(plan, &name, &ingress.annotations),
        spec: Some(IngressSpec {
            ingress_class_name: ingress.class.clone(),
            rules: Some(vec![IngressRule {
                host: Some(ingress.host.clone()),
                http: Some(HTTPIngressRuleValue { paths: vec![path] }),
            }]),
            tls,
            default_backend: None,
        }),
        ..Ingress::default()
    })
}
