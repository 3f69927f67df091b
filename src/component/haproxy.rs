//! What all proxies of ours have alike: how names are looked up, how they tell how they are, and how they are replaced.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::object::meta::{metadata, selector};
use crate::plan::Plan;
use crate::plan::names::PROXY_STATUS_PORT;
use crate::plan::workload::Workload;

/// Where its configuration is mounted.
pub(super) const DIRECTORY: &str = "/etc/haproxy";

/// How HAProxy is started where nothing has to be done before.
pub(super) const COMMAND: [&str; 4] = ["haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"];

/// The name servers of the pod.
pub(super) const RESOLVERS: &str =
    "# A pod that is gone is forgotten at once, and a name server that is away takes nobody with it.
resolvers cluster
  parse-resolv-conf
  resolve_retries 2
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 1s
  hold nx 1s
  hold obsolete 2s
  hold timeout 1h
  hold refused 1h
  hold other 1h
";

/// Where the process tells that it is there, and its figures.
pub(super) fn status() -> String {
    let (name, port) = PROXY_STATUS_PORT;
    format!(
        "frontend {name}
  mode http
  bind :::{port} v4v6
  timeout client 10s
  monitor-uri /healthz
  http-request use-service prometheus-exporter if {{ path /metrics }}
"
    )
}

/// Proxies that are replaced one more at a time, so that connections move over without a gap.
pub(super) fn deployment(plan: &Plan, workload: &Workload, count: u32, template: PodTemplateSpec) -> Deployment {
    let one_more =
        RollingUpdateDeployment { max_surge: Some(IntOrString::Int(1)), max_unavailable: Some(IntOrString::Int(0)) };
    Deployment {
        metadata: metadata(plan, workload.role, plan.names.component(workload.role), Some(&workload.settings)),
        spec: Some(DeploymentSpec {
            replicas: Some(i32::try_from(count).unwrap_or(i32::MAX)),
            revision_history_limit: Some(5),
            selector: selector(plan, workload.role),
            strategy: Some(DeploymentStrategy {
                type_: Some("RollingUpdate".to_owned()),
                rolling_update: Some(one_more),
            }),
            template,
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    }
}
