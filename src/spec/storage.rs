//! Volumes, attachments and secrets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scalar::{Cidr, HttpUrl, Name, Quantity, Seconds, checked_text};

/// A volume of one pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Volume {
    /// Its size; from the load for a PostgreSQL, 10Gi for everything else when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Quantity>,
    /// Its storage class; the cluster's default when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<StorageClassName>,
}

checked_text! {
    /// The name of a StorageClass: RFC 1123 subdomain.
    StorageClassName, "dns-name", "gp3", super::scalar::check_dns_name
}

/// Where uploaded files are kept.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Attachments {
    /// Files on a volume; more than one replica needs a shared one.
    Local(Local),
    /// In the database, beside the notes. Needs no volume, and more memory.
    Database(InDatabase),
    /// In a bucket that speaks S3. The bucket must be reachable by people's browsers up to Memos 0.30.
    S3(S3),
}

impl Default for Attachments {
    fn default() -> Self {
        Self::Local(Local::default())
    }
}

/// Files on a volume.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Local {
    /// Its size.
    pub size: Quantity,
    /// Whether one node or many may mount it; decided by the replicas when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<VolumeAccess>,
    /// The storage class: one that exists, or one that is made.
    pub class: SharedClass,
}

impl Default for Local {
    fn default() -> Self {
        Self { size: Quantity::mebibytes(10 * 1024), access: None, class: SharedClass::default() }
    }
}

/// Who may mount a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum VolumeAccess {
    /// One node at a time.
    ReadWriteOnce,
    /// Many nodes at a time.
    ReadWriteMany,
}

/// The storage class of attachments.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum SharedClass {
    /// One that the cluster has.
    Existing(ExistingClass),
    /// Amazon EFS: a class of our own with the right owner, since EFS lets nobody change it later.
    Efs(Efs),
    /// Google Filestore.
    Filestore(Filestore),
    /// Azure Files over NFS.
    AzureFiles(AzureFiles),
}

impl Default for SharedClass {
    fn default() -> Self {
        Self::Existing(ExistingClass::default())
    }
}

/// A class that the cluster has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ExistingClass {
    /// Its name; the cluster's default class when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<StorageClassName>,
}

/// Amazon EFS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Efs {
    /// The file system, such as `fs-0123456789abcdef0`.
    #[schemars(length(min = 4, max = 40))]
    pub file_system_id: String,
    /// Mount as the identity of the driver's pod instead of as anybody.
    #[serde(default)]
    pub iam: bool,
}

/// Google Filestore.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Filestore {
    /// The service tier. `regional` survives the loss of a zone.
    pub tier: FilestoreTier,
    /// The VPC network.
    #[schemars(length(min = 1, max = 200))]
    pub network: String,
}

impl Default for Filestore {
    fn default() -> Self {
        Self { tier: FilestoreTier::Regional, network: "default".to_owned() }
    }
}

/// The service tier of Filestore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FilestoreTier {
    /// Several zones; from 100 GiB.
    Regional,
    /// One zone; from 1 TiB.
    Zonal,
    /// One zone, hard disks; from 100 GiB.
    BasicHdd,
    /// One zone, SSD; from 2.5 TiB.
    BasicSsd,
}

impl FilestoreTier {
    /// The value of the driver's parameter.
    pub fn word(self) -> &'static str {
        match self {
            Self::Regional => "regional",
            Self::Zonal => "zonal",
            Self::BasicHdd => "basic_hdd",
            Self::BasicSsd => "basic_ssd",
        }
    }

    /// The smallest volume that the driver makes, in GiB; smaller claims are rounded up and paid for.
    /// Source: gcp-filestore-csi-driver 1.13, `controller.go`.
    pub fn minimum_gibibytes(self) -> u64 {
        match self {
            Self::Regional | Self::BasicHdd => 100,
            Self::Zonal => 1024,
            Self::BasicSsd => 2560,
        }
    }
}

/// Azure Files over NFS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct AzureFiles {
    /// The redundancy. `PremiumV2_ZRS` survives the loss of a zone.
    pub sku: AzureFilesSku,
}

impl Default for AzureFiles {
    fn default() -> Self {
        Self { sku: AzureFilesSku::PremiumV2Zrs }
    }
}

/// The redundancy of Azure Files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum AzureFilesSku {
    /// One zone.
    #[serde(rename = "PremiumV2_LRS")]
    PremiumV2Lrs,
    /// Three zones.
    #[serde(rename = "PremiumV2_ZRS")]
    PremiumV2Zrs,
    /// One zone, first generation; from 100 GiB.
    #[serde(rename = "Premium_LRS")]
    PremiumLrs,
    /// Three zones, first generation; from 100 GiB.
    #[serde(rename = "Premium_ZRS")]
    PremiumZrs,
}

impl AzureFilesSku {
    /// The value of the driver's parameter.
    pub fn word(self) -> &'static str {
        match self {
            Self::PremiumV2Lrs => "PremiumV2_LRS",
            Self::PremiumV2Zrs => "PremiumV2_ZRS",
            Self::PremiumLrs => "Premium_LRS",
            Self::PremiumZrs => "Premium_ZRS",
        }
    }
}

/// In the database, beside the notes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct InDatabase {}

/// In a bucket. The keys come from the Secret `<name>-storage`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct S3 {
    /// The address of the service.
    pub endpoint: HttpUrl,
    /// The region; some services take any word.
    #[schemars(length(min = 1, max = 64))]
    pub region: String,
    /// The bucket.
    pub bucket: BucketName,
    /// Whether the bucket is part of the path instead of the host name.
    #[serde(default)]
    pub use_path_style: bool,
    /// The address ranges of the service; any public address on its port when left out.
    #[serde(default)]
    pub networks: Vec<Cidr>,
}

checked_text! {
    /// The name of an S3 bucket: 3 to 63 characters.
    BucketName, "bucket-name", "memos-attachments", check_bucket_name
}

pub(crate) fn check_bucket_name(text: &str) -> Result<(), String> {
    if text.len() < 3 || text.len() > 63 {
        return Err(format!("a bucket's name has 3 to 63 characters, this has {}", text.chars().count()));
    }
    super::scalar::check_dns_name(text)
}

/// Where passwords and keys come from.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Secrets {
    /// Secrets that somebody makes before applying; `PREREQUISITES.md` lists them.
    Existing(ExistingSecrets),
    /// Secrets that the External Secrets Operator fetches from a store.
    External(ExternalSecrets),
    /// Random secrets for trying things out: `memos-gen secrets` writes them into a file of their own.
    Local(LocalSecrets),
}

impl Default for Secrets {
    fn default() -> Self {
        Self::Existing(ExistingSecrets::default())
    }
}

/// Secrets that somebody makes before applying.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ExistingSecrets {
    /// Names that differ from `<name>-<purpose>`.
    pub names: SecretNames,
}

/// Names of Secrets that differ from `<name>-<purpose>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct SecretNames {
    /// The database's password or connection string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<Name>,
    /// The cache's URL and password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<Name>,
    /// The bucket's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<Name>,
    /// The first administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administrator: Option<Name>,
    /// API keys of the fork.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ai: Option<Name>,
}

/// Secrets that the External Secrets Operator fetches.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExternalSecrets {
    /// The store to fetch from.
    pub store: SecretStore,
    /// What the store's keys begin with; `<prefix>database`, `<prefix>cache` and so on are fetched.
    #[serde(default = "prefix")]
    #[schemars(length(max = 200))]
    pub prefix: String,
    /// How often a value is fetched again. A pod sees a new one after its next start.
    #[serde(default = "hour")]
    pub refresh_interval: Seconds,
}

fn prefix() -> String {
    "memos-".to_owned()
}

fn hour() -> Seconds {
    Seconds::literal("1h")
}

/// The store to fetch from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SecretStore {
    /// Its name.
    pub name: Name,
    /// Whether it belongs to the cluster or to the namespace.
    #[serde(default)]
    pub kind: SecretStoreKind,
}

/// Whether a store belongs to the cluster or to the namespace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum SecretStoreKind {
    /// Usable from every namespace.
    #[default]
    ClusterSecretStore,
    /// Usable from its own namespace.
    SecretStore,
}

/// Random secrets for trying things out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct LocalSecrets {}
