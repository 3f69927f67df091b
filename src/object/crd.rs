//! Custom kinds of the edge, as narrow types: only the fields that are written here, in the words of their projects.

pub mod aws;
pub mod azure;
pub mod cert_manager;
pub mod envoy;
pub mod gateway_api;
pub mod google;
pub mod istio;
pub mod prometheus;
pub mod traefik;

use serde::Serialize;

/// A custom kind: what `apiVersion` and `kind` say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomKind {
    /// `apiVersion`.
    pub api_version: &'static str,
    /// `kind`.
    pub kind: &'static str,
}

/// The object that a policy speaks of, in its own namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetRef {
    /// Its API group; empty for a Service.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

impl TargetRef {
    /// A Service.
    pub fn service(name: impl Into<String>) -> Self {
        Self { group: "", kind: "Service", name: name.into() }
    }

    /// An HTTPRoute.
    pub fn route(name: impl Into<String>) -> Self {
        Self { group: gateway_api::GROUP, kind: "HTTPRoute", name: name.into() }
    }
}
