//! The fields of the External Secrets Operator's objects that we write: <https://external-secrets.io/latest/api/externalsecret/>.

use std::collections::BTreeMap;

use serde::Serialize;

/// `apiVersion`; earlier ones are served no more.
pub const API_VERSION: &str = "external-secrets.io/v1";

/// `ExternalSecret.spec`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalSecretSpec {
    /// How often values are fetched.
    pub refresh_interval: String,
    /// The store.
    pub secret_store_ref: StoreReference,
    /// The Secret that is made.
    pub target: Target,
    /// The values that are fetched.
    pub data: Vec<Data>,
}

/// The store.
#[derive(Debug, Clone, Serialize)]
pub struct StoreReference {
    /// Its name.
    pub name: String,
    /// `ClusterSecretStore` or `SecretStore`.
    pub kind: &'static str,
}

/// The Secret that is made.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Its name.
    pub name: String,
    /// `Owner`: it goes when the ExternalSecret goes.
    pub creation_policy: &'static str,
    /// `Retain`: it stays when the store's value goes.
    pub deletion_policy: &'static str,
    /// Its content.
    pub template: Template,
}

/// The content of the Secret.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// `v2`.
    pub engine_version: &'static str,
    /// Text by key, with `{{ .name }}` for fetched values.
    pub data: BTreeMap<String, String>,
}

/// A value that is fetched.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    /// Its name in the template.
    pub secret_key: String,
    /// Where it is in the store.
    pub remote_ref: RemoteReference,
}

/// Where a value is in the store.
#[derive(Debug, Clone, Serialize)]
pub struct RemoteReference {
    /// The secret in the store.
    pub key: String,
    /// The property in it.
    pub property: String,
}
