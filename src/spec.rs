//! The user's words: the types of one spec document, and nothing else.
//!
//! Every field is documented here once; the JSON Schema, the editor's hover text and the reference are made from it.
//! A field without a value here is decided by `plan`, which says so under `explain`.

pub mod cache;
pub mod database;
pub mod exposure;
pub mod memos;
pub mod scalar;
pub mod storage;
pub mod workload;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use database::{Cache, Database};
use exposure::{Exposure, Network};
use memos::{Load, Memos, Rollout, Scaling};
use scalar::Name;
use storage::{Attachments, Secrets};
use workload::{Availability, Components, Images, Kubernetes, Override};

/// The only `apiVersion` there is.
pub const API_VERSION: &str = "memos-gen.dev/v1alpha1";

/// The only `kind` there is.
pub const KIND: &str = "Memos";

/// One Memos installation.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Document {
    /// The version of this document's format. Every profile says it, so a file that leaves it out is read as this version.
    pub api_version: ApiVersion,
    /// Always `Memos`. Every profile says it, so a file may leave it out.
    pub kind: Kind,
    /// What the installation is called and where it goes.
    #[serde(default)]
    pub metadata: Metadata,
    /// The profile that fills in what is not said here: dev, production, aws, gcp or azure. `--profile` wins over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The profile that a profile builds upon. Only profiles have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// What is installed.
    #[serde(default)]
    pub spec: Spec,
}

/// The version of this document's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum ApiVersion {
    /// The only version so far; fields may still change.
    #[serde(rename = "memos-gen.dev/v1alpha1")]
    V1Alpha1,
}

/// The kind of this document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Kind {
    /// One Memos installation.
    Memos,
}

/// What the installation is called and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Metadata {
    /// The name of the installation; every object's name begins with it. It cannot be changed later, because it is part of selectors.
    #[serde(default = "default_name")]
    pub name: Name,
    /// The namespace all objects go to.
    #[serde(default = "default_name")]
    pub namespace: Name,
}

fn default_name() -> Name {
    Name::literal("memos")
}

impl Default for Metadata {
    fn default() -> Self {
        Self { name: default_name(), namespace: default_name() }
    }
}

/// What is installed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Spec {
    /// The application: which image, and how it is set up.
    pub memos: Memos,
    /// How much it has to carry; replicas, pools and memory follow from it.
    pub load: Load,
    /// How many Memos processes serve.
    pub scaling: Scaling,
    /// Where notes are kept.
    pub database: Database,
    /// The Redis that replicas share, for images that read `MEMOS_REDIS_URL`.
    pub cache: Cache,
    /// Where uploaded files are kept.
    pub attachments: Attachments,
    /// The way in from outside the cluster.
    pub exposure: Exposure,
    /// Who may talk to whom.
    pub network: Network,
    /// Where passwords and keys come from. No secret value is ever part of a spec.
    pub secrets: Secrets,
    /// What the installation survives.
    pub availability: Availability,
    /// First install and version changes.
    pub rollout: Rollout,
    /// The cluster it runs on.
    pub kubernetes: Kubernetes,
    /// Where images come from.
    pub images: Images,
    /// Settings of single components.
    pub components: Components,
    /// Last resort: strategic merges into built objects. Every rule is checked after them.
    pub overrides: Vec<Override>,
}
