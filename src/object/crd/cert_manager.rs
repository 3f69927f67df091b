//! Kinds of cert-manager, `cert-manager.io/v1`: <https://cert-manager.io/docs/reference/api-docs/>.

use serde::Serialize;

use super::CustomKind;

/// The API group.
pub const GROUP: &str = "cert-manager.io";

/// `Certificate`.
pub const CERTIFICATE: CustomKind = CustomKind { api_version: "cert-manager.io/v1", kind: "Certificate" };

/// The `spec` of a Certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSpec {
    /// The Secret that it is written to.
    pub secret_name: String,
    /// Who signs it.
    pub issuer_ref: IssuerRef,
    /// The names that it is for.
    pub dns_names: Vec<String>,
    /// Its key.
    pub private_key: PrivateKey,
    /// What it may be used for.
    pub usages: Vec<&'static str>,
}

/// An issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssuerRef {
    /// Its API group.
    pub group: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// The key of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateKey {
    /// Its kind.
    pub algorithm: &'static str,
    /// Its size.
    pub size: u32,
    /// Whether a renewed certificate has another.
    pub rotation_policy: &'static str,
}
