//! The application: image, settings, load, replicas, rollout.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::database::DatabaseName;
use super::scalar::{HostName, HttpUrl, ImageReference, MemosVersion, Name, checked_text};

/// The application: which image, and how it is set up.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Memos {
    /// Upstream Memos, or the fork with artificial intelligence.
    pub distribution: Distribution,
    /// The release that runs; decides what the image can do. Given without `image`, it takes the stock image of that release.
    pub version: MemosVersion,
    /// The image, when it is not the stock one. Add `@sha256:…` to pin it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageReference>,
    /// Whether the image reads `MEMOS_REDIS_URL` and shares its cache between replicas. No published image does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_cache: Option<bool>,
    /// The address people use; by default `https://` and the exposure's host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_url: Option<HttpUrl>,
    /// Whether anybody may read public memos without signing in. Memos 0.30 derives it from the instance URL; 0.31 has a setting for it, which is private when this is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// How much is logged.
    pub log_level: LogLevel,
    /// The time zone of the process, a name of the IANA database.
    #[schemars(length(min = 1, max = 64))]
    pub time_zone: String,
    /// The largest upload in MiB (1 to 200); memory and the edge's body limit follow from it.
    #[schemars(range(min = 1, max = 200))]
    pub upload_size_limit_mb: u32,
    /// How many of the largest uploads one replica must survive at the same time (1 to 50).
    #[schemars(range(min = 1, max = 50))]
    pub concurrent_uploads: u32,
    /// Whether strangers may make themselves an account. The first account is always possible and becomes administrator.
    pub allow_sign_up: bool,
    /// Sign-in by other systems: one JSON file each, from a Secret, mounted into `/etc/secrets`.
    pub identity_providers: Vec<SettingsFile>,
    /// Further instance settings: one JSON file each, from a Secret, mounted into `/etc/secrets`.
    pub settings: Vec<SettingsFile>,
    /// Artificial intelligence; only the `divinesense` distribution has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ai: Option<Ai>,
}

impl Default for Memos {
    fn default() -> Self {
        Self {
            distribution: Distribution::Memos,
            version: MemosVersion::literal("0.30.0"),
            image: None,
            shared_cache: None,
            instance_url: None,
            access: None,
            log_level: LogLevel::Info,
            time_zone: "UTC".to_owned(),
            upload_size_limit_mb: 30,
            concurrent_uploads: 2,
            allow_sign_up: false,
            identity_providers: Vec::new(),
            settings: Vec::new(),
            ai: None,
        }
    }
}

/// Which of the two programs runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Distribution {
    /// Upstream Memos.
    Memos,
    /// The fork of seed 002, with pgvector and AI keys.
    Divinesense,
}

/// Who may read public memos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// Only people who signed in.
    Private,
    /// Anybody.
    Public,
}

/// How much Memos logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LogLevel {
    /// Everything.
    Debug,
    /// The default.
    Info,
    /// Warnings and errors.
    Warn,
    /// Errors only.
    Error,
}

impl LogLevel {
    /// The value of `MEMOS_LOG_LEVEL`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One file for `/etc/secrets`, taken from a key of a Secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SettingsFile {
    /// Distinguishes the files of one sort; part of the file's name.
    pub label: Name,
    /// The Secret that holds it.
    pub secret: Name,
    /// The key in the Secret.
    pub key: SecretKey,
}

checked_text! {
    /// A key of a Secret or ConfigMap.
    SecretKey, "secret-key", "tls.crt", check_secret_key
}

pub(crate) fn check_secret_key(text: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !text.is_empty() && text.len() <= 253 && text.chars().all(legal) && !text.starts_with("..") && text != "." {
        return Ok(());
    }
    Err("a key has 1 to 253 letters, digits, `-`, `_` and `.`".to_owned())
}

/// Artificial intelligence of the `divinesense` distribution. API keys come from a Secret whose keys are the variable names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Ai {
    /// Who answers: `deepseek`, `openai` or `ollama`.
    #[serde(default = "deepseek")]
    pub llm_provider: LlmProvider,
    /// The model that answers; the provider's default when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub llm_model: Option<String>,
    /// Who makes embeddings: `siliconflow`, `openai` or `ollama`.
    #[serde(default = "siliconflow")]
    pub embedding_provider: EmbeddingProvider,
    /// The model that makes embeddings; the fork's default when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub embedding_model: Option<String>,
    /// The address of the provider that answers, when it is not the fork's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<HttpUrl>,
}

fn deepseek() -> LlmProvider {
    LlmProvider::Deepseek
}

fn siliconflow() -> EmbeddingProvider {
    EmbeddingProvider::Siliconflow
}

/// Who makes embeddings. DeepSeek makes none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EmbeddingProvider {
    /// api.siliconflow.cn, the fork's default.
    Siliconflow,
    /// api.openai.com, or the `baseUrl` of `llmProvider: openai`.
    Openai,
    /// An Ollama of your own; needs `llmProvider: ollama` with its `baseUrl`.
    Ollama,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LlmProvider {
    /// api.deepseek.com, the fork's default.
    Deepseek,
    /// api.openai.com or an address that speaks the same.
    Openai,
    /// An Ollama of your own; needs `baseUrl`.
    Ollama,
}

/// How much the installation has to carry. A size, or numbers; what is left out follows from the size.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Load {
    /// The size as the scaling guide has it; derived from `users` when left out, `small` when that is left out too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// People with an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000_000))]
    pub users: Option<u64>,
    /// Sessions open at the same time; one person with three devices has three.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000_000))]
    pub sessions: Option<u64>,
    /// Settings held in the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000_000))]
    pub cached_settings: Option<u64>,
    /// Requests a second at the busiest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub requests_per_second: Option<u64>,
}

/// The sizes of the scaling guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Size {
    /// Below 100 people.
    Small,
    /// 100 to 1,000 people.
    Medium,
    /// 1,000 to 10,000 people.
    Large,
    /// More than 10,000 people.
    Enterprise,
}

impl Size {
    /// The word of the spec.
    pub fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
            Self::Enterprise => "enterprise",
        }
    }
}

/// How many Memos processes serve.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "mode", rename_all = "camelCase")]
pub enum Scaling {
    /// One process, replaced and never doubled. Right for every released Memos image.
    Single(Single),
    /// One process that serves, and pods that take over within seconds when it is lost. Right for every released Memos image on
    /// PostgreSQL.
    Standby(Standby),
    /// Several processes behind one address, scaled by load. Needs an image that shares its cache.
    Replicas(Replicas),
}

impl Default for Scaling {
    fn default() -> Self {
        Self::Single(Single::default())
    }
}

/// One process, replaced and never doubled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Single {}

/// One process that serves, and pods that stand by. A row in the database says who serves; Memos runs nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Standby {
    /// Pods, the one that serves among them (2 to 3).
    #[schemars(range(min = 2, max = 3))]
    pub pods: u32,
    /// HAProxies in front of them, which hold requests while another pod takes over (0 to 9). With none, the Service leads to
    /// the pod that serves, later and without holding anything.
    #[schemars(range(min = 0, max = 9))]
    pub proxies: u32,
    /// Seconds that a pod which is lost is waited for before another takes over (3 to 60). A third of it is kept back, so that the
    /// former one has ended by then; a database that is silent for longer than the rest stops Memos.
    #[schemars(range(min = 3, max = 60))]
    pub lease_seconds: u32,
    /// Where the database itself is reached, when Memos' own connections go through a pooler of somebody else; the database's
    /// own host when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<HostName>,
    /// Its port; on Azure 5432 where Memos' connections go to 6432, else the database's own when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65_535))]
    pub port: Option<u16>,
    /// A database user that may read and change the one table of leases and nothing else, with a password of its own; it and the
    /// table have to be made first. Memos' own user, who makes the table, when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<DatabaseName>,
}

impl Default for Standby {
    fn default() -> Self {
        Self { pods: 2, proxies: 2, lease_seconds: 3, host: None, port: None, user: None }
    }
}

/// Several processes behind one address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Replicas {
    /// The fewest that run; from the load when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 200))]
    pub min: Option<u32>,
    /// The most that run; from the load when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 200))]
    pub max: Option<u32>,
    /// Processor use, in percent of the request, above which one more is started (10 to 95).
    #[schemars(range(min = 10, max = 95))]
    pub cpu_utilization: u32,
    /// Memory use, in percent of the request, above which one more is started; not watched when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 10, max = 95))]
    pub memory_utilization: Option<u32>,
    /// How fast replicas come and go.
    pub behavior: Behavior,
}

impl Default for Replicas {
    fn default() -> Self {
        Self { min: None, max: None, cpu_utilization: 70, memory_utilization: None, behavior: Behavior::default() }
    }
}

/// How fast replicas come and go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Behavior {
    /// Seconds that a higher need must last before replicas are added (0 to 3600).
    #[schemars(range(min = 0, max = 3600))]
    pub scale_up_window_seconds: u32,
    /// Seconds that a lower need must last before replicas are removed (0 to 3600).
    #[schemars(range(min = 0, max = 3600))]
    pub scale_down_window_seconds: u32,
    /// The largest share removed in one minute, in percent (1 to 100).
    #[schemars(range(min = 1, max = 100))]
    pub scale_down_percent: u32,
}

impl Default for Behavior {
    fn default() -> Self {
        Self { scale_up_window_seconds: 0, scale_down_window_seconds: 300, scale_down_percent: 25 }
    }
}

/// First install and version changes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Rollout {
    /// The release that runs now, when this build changes it: the compiler then knows whether both may run side by side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_version: Option<MemosVersion>,
    /// Run one process, whatever `scaling` says: for the first start on an empty database and for a migration, since Memos locks
    /// neither. Build again without it once that process is ready.
    pub one_process: bool,
    /// Keep traffic away until an administrator exists, because the first account that anybody makes becomes administrator.
    pub hold_until_administrator: bool,
    /// Make the administrator from the Secret `<name>-administrator` when the first process starts.
    pub create_administrator: bool,
    /// Processes started beyond the wanted number during a rollout of several replicas (1 to 10).
    #[schemars(range(min = 1, max = 10))]
    pub max_surge: u32,
    /// Seconds without news after which a rollout counts as failed (60 to 7200); a long migration needs more.
    #[schemars(range(min = 60, max = 7200))]
    pub progress_deadline_seconds: u32,
    /// Seconds a process may take from start to its first answer, migration included (30 to 3600).
    #[schemars(range(min = 30, max = 3600))]
    pub startup_seconds: u32,
}

impl Default for Rollout {
    fn default() -> Self {
        Self {
            from_version: None,
            one_process: false,
            hold_until_administrator: true,
            create_administrator: false,
            max_surge: 1,
            progress_deadline_seconds: 600,
            startup_seconds: 300,
        }
    }
}
