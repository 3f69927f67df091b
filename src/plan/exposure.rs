//! The way in: which objects the edge consists of, and what it asks of the pods behind it.

use std::collections::BTreeMap;

use super::names::Names;
use super::network::PeerPlan;
use crate::spec::Spec;
use crate::spec::exposure::Exposure;

/// The way in.
#[derive(Debug, Clone, PartialEq)]
pub struct ExposurePlan {
    /// The host name people use.
    pub host: Option<String>,
    /// Whether people's connections are encrypted.
    pub https: bool,
    /// The Service in front of the processes.
    pub service: ServicePlan,
    /// Who connects to the processes from the edge; nobody when there is no edge.
    pub peers: Vec<PeerPlan>,
    /// Seconds that a stopping process goes on serving, until the edge has forgotten it.
    pub pre_stop_seconds: u32,
    /// Labels that the edge asks for on the namespace.
    pub namespace_labels: BTreeMap<String, String>,
    /// The largest request body that the edge lets through, in MiB.
    pub body_limit_mb: u32,
}

/// The Service in front of the processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePlan {
    /// Whether it is a load balancer of its own.
    pub load_balancer: bool,
    /// Its port.
    pub port: u16,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Who may use the load balancer; anybody when empty.
    pub source_ranges: Vec<String>,
    /// The class of the load balancer, where several exist.
    pub load_balancer_class: Option<String>,
    /// Whether one client stays on one process by its address.
    pub affinity: bool,
}

/// Decides the way in.
pub(super) fn decide(spec: &Spec, _names: &Names) -> ExposurePlan {
    let service = ServicePlan {
        load_balancer: matches!(spec.exposure, Exposure::LoadBalancer(_)),
        port: 80,
        annotations: BTreeMap::new(),
        source_ranges: Vec::new(),
        load_balancer_class: None,
        affinity: false,
    };
    ExposurePlan {
        host: None,
        https: false,
        service,
        peers: Vec::new(),
        pre_stop_seconds: 5,
        body_limit_mb: 41,
        namespace_labels: BTreeMap::new(),
    }
}
