//! Where notes are kept, and the Redis beside it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cache::{CacheMetrics, CacheService, Sentinel};
use super::memos::SecretKey;
use super::scalar::{Cidr, HostName, Name, Quantity, Seconds, checked_text};
use super::storage::Volume;

/// Where notes are kept.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Database {
    /// A file beside the process. One replica only.
    Sqlite(Sqlite),
    /// One PostgreSQL in the cluster, without fail-over.
    Postgres(Postgres),
    /// Several PostgreSQL instances with fail-over, run by the CloudNativePG operator.
    Cluster(Cluster),
    /// A PostgreSQL or MySQL that somebody else runs: a cloud, or your own outside.
    Managed(ManagedDatabase),
}

impl Database {
    /// Whether it is PostgreSQL, whoever runs it.
    pub fn is_postgres(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(_) | Self::Cluster(_) => true,
            Self::Managed(managed) => managed.engine == Engine::Postgres,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::Sqlite(Sqlite::default())
    }
}

/// A file beside the process.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Sqlite {
    /// The volume that holds the file, and local attachments with it.
    pub storage: Volume,
}

/// The major version of PostgreSQL when none is said.
pub const DEFAULT_VERSION: u32 = 18;

/// One PostgreSQL in the cluster.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Postgres {
    /// The major version of PostgreSQL (14 to 18).
    #[schemars(range(min = 14, max = 18))]
    pub version: u32,
    /// The volume of the data.
    pub storage: Volume,
    /// The memory limit; from the load when left out. PostgreSQL's own parameters follow from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Quantity>,
    /// `max_connections`; from the replicas when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 10, max = 10_000))]
    pub max_connections: Option<u32>,
    /// A PgBouncer between Memos and PostgreSQL, because Memos itself puts no bound on its connections.
    pub pooler: Pooler,
}

impl Default for Postgres {
    fn default() -> Self {
        Self {
            version: DEFAULT_VERSION,
            storage: Volume::default(),
            memory: None,
            max_connections: None,
            pooler: Pooler::default(),
        }
    }
}

/// PostgreSQL by CloudNativePG.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Cluster {
    /// The major version of PostgreSQL (14 to 18).
    #[schemars(range(min = 14, max = 18))]
    pub version: u32,
    /// How many PostgreSQL instances there are, the primary among them (1 to 9).
    #[schemars(range(min = 1, max = 9))]
    pub instances: u32,
    /// The volume of each instance.
    pub storage: Volume,
    /// A volume of its own for the write-ahead log; on the data volume when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wal_storage: Option<Volume>,
    /// The memory limit of each instance; from the load when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Quantity>,
    /// `max_connections`; from the replicas when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 10, max = 10_000))]
    pub max_connections: Option<u32>,
    /// The operator's own PgBouncer.
    pub pooler: Pooler,
    /// The namespace the operator runs in; its pods must reach the instances.
    #[serde(default = "cnpg_system")]
    pub operator_namespace: Name,
    /// Addresses of the Kubernetes API server, which every instance must reach; any address on port 443 and 6443 when left out.
    pub api_server: Vec<Cidr>,
}

fn cnpg_system() -> Name {
    Name::literal("cnpg-system")
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            version: DEFAULT_VERSION,
            instances: 3,
            storage: Volume::default(),
            wal_storage: None,
            memory: None,
            max_connections: None,
            pooler: Pooler::default(),
            operator_namespace: cnpg_system(),
            api_server: Vec::new(),
        }
    }
}

/// A database that somebody else runs.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ManagedDatabase {
    /// PostgreSQL or MySQL.
    #[serde(default)]
    pub engine: Engine,
    /// Its address. With `cloudSqlProxy`, leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<HostName>,
    /// Its port; 5432 for PostgreSQL and 3306 for MySQL when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65_535))]
    pub port: Option<u16>,
    /// Its major version, when known: some releases of Memos need a newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 5, max = 30))]
    pub version: Option<u32>,
    /// The name of the database.
    #[serde(default = "memos")]
    pub name: DatabaseName,
    /// The user that Memos signs in as.
    #[serde(default = "memos")]
    pub user: DatabaseName,
    /// How the connection is encrypted, and whom it trusts.
    #[serde(default)]
    pub tls: DatabaseTls,
    /// The connections that the server allows; the budget is checked against it.
    #[serde(default = "hundred")]
    #[schemars(range(min = 10, max = 100_000))]
    pub max_connections: u32,
    /// Connections that the server keeps for itself or others use.
    #[serde(default = "ten")]
    #[schemars(range(min = 0, max = 100_000))]
    pub reserved_connections: u32,
    /// The address ranges it can be reached at. Fail-over changes the address, so give the subnets, not one address.
    #[serde(default)]
    pub networks: Vec<Cidr>,
    /// Whether the password alone comes from the Secret, or the whole connection string as a file.
    #[serde(default)]
    pub credentials: Credentials,
    /// Google's proxy as a side-car: encrypted and authenticated without certificates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_sql_proxy: Option<CloudSqlProxy>,
    /// Whether a pooler in transaction mode answers at its address already, such as the PgBouncer of Azure; port 6432 says so when
    /// left out. The connection string then has `binary_parameters=yes`, and no pooler of our own stands before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind_pooler: Option<bool>,
    /// A PgBouncer of our own in front of it.
    #[serde(default)]
    pub pooler: Pooler,
}

/// The port of PgBouncer by its own default, and of the one that Azure runs.
const POOLER_PORT: u16 = 6432;

impl ManagedDatabase {
    /// Whether a pooler of somebody else answers at its address.
    pub fn is_behind_pooler(&self) -> bool {
        let possible = self.engine == Engine::Postgres && self.cloud_sql_proxy.is_none();
        possible && self.behind_pooler.unwrap_or(self.port == Some(POOLER_PORT))
    }
}

checked_text! {
    /// A name of a database or of its user.
    DatabaseName, "database-name", "memos", check_database_name
}

pub(crate) fn check_database_name(text: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_-.@".contains(c);
    if !text.is_empty() && text.len() <= 63 && text.chars().all(legal) {
        return Ok(());
    }
    Err("use 1 to 63 letters, digits, `_`, `-`, `.` and `@`".to_owned())
}

fn memos() -> DatabaseName {
    DatabaseName::literal("memos")
}

fn hundred() -> u32 {
    100
}

fn ten() -> u32 {
    10
}

/// The database engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Engine {
    /// PostgreSQL.
    #[default]
    Postgres,
    /// MySQL 8.
    Mysql,
}

/// How Memos gets its credentials.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Credentials {
    /// The Secret holds the password; it reaches Memos as `PGPASSWORD`, in which any character works.
    #[default]
    Password,
    /// The Secret holds the whole connection string under `dsn`; it reaches Memos as a file.
    DsnFile,
}

/// How the connection to the database is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct DatabaseTls {
    /// What is checked.
    pub mode: TlsMode,
    /// Who is trusted to sign the server's certificate.
    pub ca: CertificateAuthority,
}

/// What is checked of the server's certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// No encryption.
    Disable,
    /// Encryption without a check: anybody in between can read along.
    Require,
    /// The certificate must be signed by the authority.
    VerifyCa,
    /// The certificate must also name the host.
    #[default]
    VerifyFull,
}

impl TlsMode {
    /// The value of `sslmode`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// Who is trusted to sign certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum CertificateAuthority {
    /// The authorities that the image trusts. Right for Azure and ElastiCache, not for RDS.
    #[default]
    System,
    /// A ConfigMap that you make, for example from the RDS bundle.
    ConfigMap(AuthorityObject),
    /// A Secret that you make.
    Secret(AuthorityObject),
}

/// An object that holds the certificate of an authority.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AuthorityObject {
    /// The name of the object.
    pub name: Name,
    /// The key in it.
    #[serde(default = "ca_crt")]
    pub key: SecretKey,
}

fn ca_crt() -> SecretKey {
    SecretKey::literal("ca.crt")
}

/// Google's Cloud SQL Auth Proxy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CloudSqlProxy {
    /// `project:region:instance`.
    #[schemars(length(min = 5, max = 200))]
    pub instance: InstanceConnectionName,
    /// Sign in to the database with the workload's identity; no password exists then.
    #[serde(default)]
    pub iam_login: bool,
    /// Whether the instance is reached through Private Service Connect instead of its private address.
    #[serde(default)]
    pub private_service_connect: bool,
}

checked_text! {
    /// The connection name of a Cloud SQL instance.
    InstanceConnectionName, "instance-connection-name", "my-project:europe-west1:memos", check_instance
}

pub(crate) fn check_instance(text: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:".contains(c);
    let parts: Vec<&str> = text.split(':').collect();
    // A project of a domain has a colon of its own: `example.com:project:region:instance`.
    if matches!(parts.len(), 3 | 4) && parts.iter().all(|part| !part.is_empty()) && text.chars().all(legal) {
        return Ok(());
    }
    Err("write `project:region:instance`".to_owned())
}

/// A PgBouncer between Memos and PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Pooler {
    /// Whether there is one; with PostgreSQL and several replicas there is when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// When a connection goes back to the pool.
    pub mode: PoolMode,
    /// How many poolers run (1 to 10).
    #[schemars(range(min = 1, max = 10))]
    pub replicas: u32,
    /// Server connections of each pooler; from the database's limit when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 5000))]
    pub pool_size: Option<u32>,
}

impl Default for Pooler {
    fn default() -> Self {
        Self { enabled: None, mode: PoolMode::Transaction, replicas: 2, pool_size: None }
    }
}

/// When a connection goes back to the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PoolMode {
    /// After each transaction; the connection string then says `binary_parameters=yes`, without which most calls fail.
    Transaction,
    /// When the client hangs up.
    Session,
}

impl PoolMode {
    /// The value of `pool_mode`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Transaction => "transaction",
            Self::Session => "session",
        }
    }
}

/// The Redis that replicas share.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Cache {
    /// No Redis. Right for every released Memos image, which cannot use one.
    #[default]
    None,
    /// One Redis in the cluster, without fail-over.
    Redis(Redis),
    /// Several Redis in the cluster, with sentinels and an address that always leads to the master.
    Sentinel(Sentinel),
    /// A Redis or Valkey that somebody else runs.
    Managed(ManagedCache),
}

/// One Redis in the cluster.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Redis {
    /// What is written to disk. The cache holds password hashes and the signing key.
    pub persistence: Persistence,
    /// The volume, when something is written to disk.
    pub storage: Volume,
    /// `maxmemory`; from sessions and settings when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_memory: Option<Quantity>,
    /// Whether a password is asked for.
    pub auth: bool,
    /// A Secret of type `kubernetes.io/tls` with `ca.crt`: Redis then speaks TLS only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_secret: Option<Name>,
    /// How Memos talks to it.
    pub client: CacheClient,
    /// What it tells Prometheus.
    pub metrics: CacheMetrics,
    /// The way to it for readers beside Memos.
    pub service: CacheService,
}

impl Default for Redis {
    fn default() -> Self {
        Self {
            persistence: Persistence::None,
            storage: Volume::default(),
            max_memory: None,
            auth: true,
            tls_secret: None,
            client: CacheClient::default(),
            metrics: CacheMetrics::default(),
            service: CacheService::default(),
        }
    }
}

/// What Redis writes to disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Persistence {
    /// Nothing; a restart empties the cache, and everybody goes on working.
    None,
    /// A snapshot from time to time.
    Rdb,
    /// Every write, once a second.
    Aof,
    /// Both.
    Both,
}

/// A Redis or Valkey that somebody else runs.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ManagedCache {
    /// The address of the one endpoint that accepts writes. Cluster mode must be off.
    pub host: HostName,
    /// Its port.
    #[serde(default = "redis_port")]
    #[schemars(range(min = 1, max = 65_535))]
    pub port: u16,
    /// Whether it speaks TLS.
    #[serde(default = "yes")]
    pub tls: bool,
    /// Whether it asks for a password.
    #[serde(default = "yes")]
    pub auth: bool,
    /// Who signs its certificate.
    #[serde(default)]
    pub ca: CertificateAuthority,
    /// The address ranges it can be reached at.
    #[serde(default)]
    pub networks: Vec<Cidr>,
    /// The connections it allows.
    #[serde(default = "redis_clients")]
    #[schemars(range(min = 10, max = 999_999))]
    pub max_clients: u32,
    /// How Memos talks to it.
    #[serde(default)]
    pub client: CacheClient,
}

fn redis_port() -> u16 {
    6379
}

fn redis_clients() -> u32 {
    10_000
}

fn yes() -> bool {
    true
}

/// How Memos talks to Redis; each field is one `MEMOS_REDIS_*` variable.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct CacheClient {
    /// Connections of each of the three pools in a process; from the load when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub pool_size: Option<u32>,
    /// How long to wait for a connection.
    pub dial_timeout: Seconds,
    /// How long to wait for an answer.
    pub read_timeout: Seconds,
    /// How long to wait for a write to go out.
    pub write_timeout: Seconds,
    /// What every key begins with; keeps installations on one Redis apart.
    pub key_prefix: KeyPrefix,
}

checked_text! {
    /// What every key in Redis begins with.
    KeyPrefix, "redis-key-prefix", "memos", check_key_prefix
}

/// The prefix stands in Redis' list of users, where a blank begins another right and `*` means everything.
pub(crate) fn check_key_prefix(text: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    if !text.is_empty() && text.len() <= 64 && text.chars().all(legal) {
        return Ok(());
    }
    Err("use 1 to 64 letters, digits, `_`, `-`, `.` and `:`".to_owned())
}

impl Default for CacheClient {
    fn default() -> Self {
        Self {
            pool_size: None,
            dial_timeout: Seconds::literal("5s"),
            read_timeout: Seconds::literal("3s"),
            write_timeout: Seconds::literal("3s"),
            key_prefix: KeyPrefix::literal("memos"),
        }
    }
}
