//! The container that waits for the database before what connects to it starts.
//!
//! Memos gives up after five seconds without an answer, and the kubelet waits for ten before it starts it again. PgBouncer
//! waits for fifteen before it tries again.

use k8s_openapi::api::core::v1::Container;

use crate::component::container::{container, variable};
use crate::plan::database::DatabaseWaitPlan;
use crate::plan::workload::Workload;

/// Asks with BusyBox' nc, which both images have.
const SCRIPT: &str = include_str!("wait.sh");

/// The container, from the image of what waits.
pub(in crate::component) fn container_of(workload: &Workload, wait: &DatabaseWaitPlan) -> Container {
    Container {
        command: Some(["/bin/sh", "-c", SCRIPT].map(str::to_owned).to_vec()),
        env: Some(vec![variable("DATABASE_HOST", wait.host.clone()), variable("DATABASE_PORT", wait.port.to_string())]),
        ..container("wait-for-database", &workload.image, &wait.resources)
    }
}
