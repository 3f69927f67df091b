//! Kinds of Traefik, `traefik.io/v1alpha1`: <https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/middleware/>.

use serde::Serialize;

use super::CustomKind;

/// `Middleware`.
pub const MIDDLEWARE: CustomKind = CustomKind { api_version: "traefik.io/v1alpha1", kind: "Middleware" };

/// The `spec` of a Middleware: one of many, under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MiddlewareSpec {
    /// To another scheme.
    RedirectScheme(RedirectScheme),
    /// So many requests of each client.
    RateLimit(RateLimit),
    /// From these addresses alone.
    IpAllowList(IpAllowList),
}

/// To another scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedirectScheme {
    /// The scheme.
    pub scheme: &'static str,
    /// Whether browsers may remember it.
    pub permanent: bool,
}

/// So many requests of each client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RateLimit {
    /// A second on average.
    pub average: u32,
    /// At once.
    pub burst: u32,
}

/// From these addresses alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IpAllowList {
    /// The ranges.
    pub source_range: Vec<String>,
}
