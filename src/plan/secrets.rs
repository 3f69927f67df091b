//! Which Secrets are expected, and what each key of them holds. Their values are never seen here.

use super::attachments::AttachmentsPlan;
use super::cache::CachePlan;
use super::database::DatabasePlan;
use super::memos::{self, MemosPlan};
use super::names::Names;
use super::pooler::{PoolerKind, PoolerPlan};
use super::standby::{KEEPER_PASSWORD, StandbyPlan};
use crate::spec::Spec;
use crate::spec::database::{Engine, TlsMode};
use crate::spec::storage::{ExternalSecrets, SecretNames, Secrets};

/// The names of our Secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretNamesPlan {
    /// The database's credentials.
    pub database: String,
    /// The cache's.
    pub cache: String,
    /// The bucket's.
    pub storage: String,
    /// The first administrator's.
    pub administrator: String,
    /// API keys of the fork.
    pub ai: String,
}

/// Secrets that are expected, and where they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct SecretsPlan {
    /// What is expected.
    pub expected: Vec<SecretPlan>,
    /// Where they come from.
    pub origin: SecretOrigin,
}

/// Where Secrets come from.
#[derive(Debug, Clone, PartialEq)]
pub enum SecretOrigin {
    /// Somebody makes them.
    Existing,
    /// The operator fetches them.
    External(ExternalSecrets),
    /// `memos-gen secrets` makes random ones.
    Local,
}

/// One Secret that is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPlan {
    /// Its name.
    pub name: String,
    /// What it is for; also the end of its key in an external store.
    pub purpose: &'static str,
    /// Its keys.
    pub keys: Vec<KeyPlan>,
}

/// One key of a Secret: text around values that only the user or a generator knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPlan {
    /// The key.
    pub key: String,
    /// What it is for.
    pub meaning: &'static str,
    /// Its content.
    pub content: Vec<Part>,
    /// Whether Memos starts without it. It is somebody else's to give, so no value is made up for it.
    pub optional: bool,
}

/// A part of a key's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Fixed text.
    Text(String),
    /// A value by the name of its property, written in a way that fits the text around it.
    Value(&'static str, Encoding),
}

/// How a value is written so that it fits the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// Percent-encoded, for URLs.
    Url,
    /// As a JSON string with its quotes.
    Json,
    /// With each `"` doubled, for PgBouncer's list of users.
    Doubled,
    /// Its SHA-256 in hexadecimal digits, by which Redis knows a password that it need not see.
    Sha256,
}

impl SecretsPlan {
    /// The properties that a Secret's content is made of, each once.
    pub fn properties(secret: &SecretPlan) -> Vec<&'static str> {
        let mut properties = Vec::new();
        for part in secret.keys.iter().flat_map(|key| &key.content) {
            if let Part::Value(name, _) = part
                && !properties.contains(name)
            {
                properties.push(*name);
            }
        }
        properties
    }
}

/// Decides the names.
pub(super) fn names(spec: &Spec, names: &Names) -> SecretNamesPlan {
    let given = match &spec.secrets {
        Secrets::Existing(existing) => existing.names.clone(),
        Secrets::External(_) | Secrets::Local(_) => SecretNames::default(),
    };
    let SecretNames { database, cache, storage, administrator, ai } = given;
    let or = |given: Option<crate::spec::scalar::Name>, purpose: &str| {
        given.map_or_else(|| names.suffixed(purpose), |name| name.to_string())
    };
    SecretNamesPlan {
        database: or(database, "database"),
        cache: or(cache, "cache"),
        storage: or(storage, "storage"),
        administrator: or(administrator, "administrator"),
        ai: or(ai, "ai"),
    }
}

/// What the decision rests on.
pub(super) struct Inputs<'a> {
    pub(super) spec: &'a Spec,
    pub(super) database: &'a DatabasePlan,
    pub(super) pooler: Option<&'a PoolerPlan>,
    pub(super) cache: &'a CachePlan,
    pub(super) attachments: &'a AttachmentsPlan,
    pub(super) memos: &'a MemosPlan,
    pub(super) standby: Option<&'a StandbyPlan>,
}

/// Decides what is expected.
pub(super) fn decide(inputs: &Inputs<'_>, names: SecretNamesPlan) -> SecretsPlan {
    let origin = match &inputs.spec.secrets {
        Secrets::Existing(_) => SecretOrigin::Existing,
        Secrets::External(external) => SecretOrigin::External(external.clone()),
        Secrets::Local(_) => SecretOrigin::Local,
    };
    let SecretNamesPlan { database, cache, storage, administrator, ai } = names;
    let mut expected = Vec::new();
    let mut add = |name: String, purpose: &'static str, keys: Vec<KeyPlan>| {
        if !keys.is_empty() {
            expected.push(SecretPlan { name, purpose, keys });
        }
    };
    let mut keys = database_keys(inputs);
    keys.extend(keeper_key(inputs, &database, &keys));
    add(database, "database", keys);
    add(cache, "cache", cache_keys(inputs.cache));
    add(storage, "storage", storage_keys(inputs));
    add(administrator, "administrator", administrator_keys(inputs.memos));
    add(ai, "ai", ai_keys(inputs.memos));
    SecretsPlan { expected, origin }
}

fn key(key: &str, meaning: &'static str, content: Vec<Part>) -> KeyPlan {
    KeyPlan { key: key.to_owned(), meaning, content, optional: false }
}

fn text(text: impl Into<String>) -> Part {
    Part::Text(text.into())
}

fn database_keys(inputs: &Inputs<'_>) -> Vec<KeyPlan> {
    let password =
        || key("password", "the password of Memos' database user", vec![Part::Value("password", Encoding::Plain)]);
    let mut keys = match inputs.database {
        DatabasePlan::Sqlite(_) | DatabasePlan::Cluster(_) => return Vec::new(),
        DatabasePlan::Postgres(_) => vec![
            password(),
            key(
                "superuser-password",
                "the password of PostgreSQL's own administrator",
                vec![Part::Value("superuser-password", Encoding::Plain)],
            ),
        ],
        DatabasePlan::Managed(plan) if inputs.memos.dsn_secret.is_some() => {
            return vec![key("dsn", "the whole connection string", dsn_parts(plan, inputs.memos))];
        }
        DatabasePlan::Managed(plan) if plan.proxy.as_ref().is_some_and(|proxy| proxy.iam_login) => return Vec::new(),
        DatabasePlan::Managed(_) => vec![password()],
    };
    if let Some(PoolerPlan { kind: PoolerKind::Own(_), .. }) = inputs.pooler {
        let (_, user) = inputs.database.name_and_user();
        let content = vec![text(format!("\"{user}\" \"")), Part::Value("password", Encoding::Doubled), text("\"\n")];
        keys.push(key("userlist.txt", "PgBouncer's list of users: name and password in double quotes", content));
    }
    keys
}

/// The password by which keepers of the lease sign in, where it is not there for Memos anyway.
fn keeper_key(inputs: &Inputs<'_>, database: &str, keys: &[KeyPlan]) -> Option<KeyPlan> {
    let (secret, password) = inputs.standby?.keeper.database.password.as_ref()?;
    if secret != database || keys.iter().any(|key| key.key == *password) {
        return None;
    }
    let (meaning, property) = if *password == KEEPER_PASSWORD {
        ("the password of the database user that keeps the lease", KEEPER_PASSWORD)
    } else {
        ("the password in the connection string, by which the lease is kept", "password")
    };
    Some(key(password, meaning, vec![Part::Value(property, Encoding::Plain)]))
}

fn dsn_parts(plan: &super::database::ManagedPlan, memos: &MemosPlan) -> Vec<Part> {
    let super::database::ManagedPlan { engine, host, port, name, user, tls, behind_pooler, .. } = plan;
    match engine {
        Engine::Mysql => {
            // The driver takes the text before the last `@` as it is, so nothing is encoded.
            let tls = match tls {
                TlsMode::Disable => "false",
                TlsMode::Require => "skip-verify",
                // The driver knows no check of the authority alone.
                TlsMode::VerifyCa | TlsMode::VerifyFull => "true",
            };
            let rest = format!("@tcp({host}:{port})/{name}?tls={tls}&timeout=5s");
            vec![text(format!("{user}:")), Part::Value("password", Encoding::Plain), text(rest)]
        }
        Engine::Postgres => {
            let file = memos.authorities.first().map(memos::AuthorityPlan::path);
            let known = memos.capabilities.system_authorities;
            let mut rest = format!("@{host}:{port}/{name}?sslmode={}", tls.word());
            if let Some(authority) = memos::root_certificate(*tls, file.as_deref(), known) {
                rest += &format!("&sslrootcert={authority}");
            }
            rest += "&connect_timeout=5&application_name=memos";
            if *behind_pooler {
                rest += "&binary_parameters=yes";
            }
            vec![text(format!("postgres://{user}:")), Part::Value("password", Encoding::Url), text(rest)]
        }
    }
}

fn cache_keys(cache: &CachePlan) -> Vec<KeyPlan> {
    let Some(client) = cache.client().filter(|client| client.secret.is_some()) else { return Vec::new() };
    let url = client.url();
    let (scheme, rest) = url.split_once("://").unwrap_or(("redis", &url));
    let content = vec![text(format!("{scheme}://:")), Part::Value("password", Encoding::Url), text(format!("@{rest}"))];
    let mut keys = vec![key("url", "the address of Redis with its password, percent-encoded", content)];
    let Some(redis) = cache.redis() else { return keys };
    let mut users = vec![text("user default on #"), Part::Value("password", Encoding::Sha256)];
    users.push(text(application_rights(client.settings.key_prefix.as_str())));
    let meaning;
    match cache {
        CachePlan::Sentinel(_) => {
            meaning =
                "Redis' list of users: Memos, replicas, sentinels, the proxies' check, and the scripts beside them";
            for (name, property, rights) in REDIS_USERS {
                users.extend(user(name, property, rights));
            }
            if client.tls {
                users.extend(user("renewer", "renewer-password", "-@all +config|set"));
            }
        }
        _ => {
            meaning = match redis.metrics {
                None => "Redis' list of users: what Memos needs, and a probe that can only ping",
                Some(_) => {
                    "Redis' list of users: what Memos needs, a probe that can only ping, and the exporter of metrics"
                }
            };
            users.push(text("user probe on nopass -@all +ping\n"));
        }
    }
    if redis.metrics.is_some() {
        users.extend(user(EXPORTER, "exporter-password", EXPORTER_RIGHTS));
    }
    keys.push(key("users.acl", meaning, users));
    if let CachePlan::Sentinel(_) = cache {
        keys.extend(sentinel_keys(client.tls, redis.metrics.is_some()));
    }
    if redis.metrics.is_some() {
        keys.push(key("exporter.json", "the exporter's password, by the addresses that it asks", passwords(&url)));
    }
    keys
}

/// What Memos' patch calls, on its own keys and channels.
fn application_rights(prefix: &str) -> String {
    format!(
        " ~{prefix}:* &{prefix}:* -@all +hello +auth +select +ping +echo +quit +client|setinfo +client|setname \
         +get +set +setex +del +scan +exists +expire +publish +subscribe +unsubscribe +psubscribe +punsubscribe\n"
    )
}

/// A line of a list of users.
fn user(name: &str, property: &'static str, rights: &str) -> Vec<Part> {
    vec![text(format!("user {name} on #")), Part::Value(property, Encoding::Sha256), text(format!(" {rights}\n"))]
}

/// Who else uses a Redis with fail-over: name, password, rights. Tried out by taking each right away: without one of a
/// sentinel's there is no fail-over, and nothing says so.
const REDIS_USERS: [(&str, &str, &str); 4] = [
    ("check", "check-password", "-@all +ping +info"),
    ("keeper", "keeper-password", "-@all +ping +info +client|pause +client|unpause"),
    ("replica", "replica-password", "-@all +psync +replconf +ping"),
    (
        "sentinel",
        "sentinel-password",
        "&__sentinel__:hello -@all +ping +info +role +multi +exec +slaveof +replicaof +failover +config|rewrite +client|setname \
         +client|kill +script|kill +publish +subscribe",
    ),
];

/// What the sentinels themselves ask of each other, and the scripts of them. That each raises a setting of its own is left to
/// the sentinels' user and not to the scripts': pods of Redis have the password of the latter.
const SENTINEL_USERS: [(&str, &str, &str); 2] = [
    ("keeper", "keeper-password", "-@all +ping +sentinel|get-master-addr-by-name +sentinel|failover"),
    (
        "sentinel",
        "sentinel-password",
        "&__sentinel__:hello -@all +ping +info +publish +subscribe +client|setname +sentinel|is-master-down-by-addr \
         +sentinel|master +sentinel|replicas +sentinel|set",
    ),
];

/// The passwords that the scripts of a Redis with fail-over, its replicas and its proxies read, and the sentinels' list of users.
fn sentinel_keys(tls: bool, metrics: bool) -> Vec<KeyPlan> {
    let password = |name: &str, meaning: &'static str, property: &'static str| {
        key(name, meaning, vec![Part::Value(property, Encoding::Plain)])
    };
    let mut users = vec![text("user default off\n")];
    for (name, property, rights) in SENTINEL_USERS {
        users.extend(user(name, property, rights));
    }
    if metrics {
        let rights = "-@all +ping +info +client|setname +sentinel|masters +sentinel|sentinels +sentinel|replicas +sentinel|slaves \
                      +sentinel|ckquorum";
        users.extend(user(EXPORTER, "exporter-password", rights));
    }
    let mut keys = vec![
        key("sentinels.acl", "the sentinels' list of users", users),
        password("check", "the password of the proxies' check: letters, digits, `-` and `_`", "check-password"),
        password("keeper", "the password of the scripts: letters, digits, `-` and `_`", "keeper-password"),
        password("replica", "the password of replicas: letters, digits, `-` and `_`", "replica-password"),
        password("sentinel", "the password of sentinels: letters, digits, `-` and `_`", "sentinel-password"),
    ];
    if tls {
        let meaning = "the password of who has a renewed certificate read: letters, digits, `-` and `_`";
        keys.push(password("renewer", meaning, "renewer-password"));
    }
    if metrics {
        let address = format!("{}://localhost:26379", if tls { "rediss" } else { "redis" });
        keys.push(key("exporter-sentinel.json", "the same beside a sentinel", passwords(&address)));
    }
    keys
}

/// The exporter's password by the address that it asks: some of its versions look for it with the user's name, some without.
fn passwords(url: &str) -> Vec<Part> {
    let address = exporter_address(url);
    let (scheme, host) = address.split_once("://").unwrap_or(("redis", &address));
    let password = || Part::Value("exporter-password", Encoding::Json);
    vec![
        text(format!("{{\"{address}\":")),
        password(),
        text(format!(",\"{scheme}://{EXPORTER}@{host}\":")),
        password(),
        text("}"),
    ]
}

/// Where the exporter asks: the Redis beside it, by the scheme and port of the address that Memos has.
pub fn exporter_address(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("redis", url));
    let port = rest.split('/').next().and_then(|host| host.rsplit_once(':')).map_or("6379", |(_, port)| port);
    format!("{scheme}://localhost:{port}")
}

/// The exporter's user.
pub const EXPORTER: &str = "exporter";

/// What the exporter of metrics reads: figures, and neither keys nor values nor settings, among which passwords are.
const EXPORTER_RIGHTS: &str = "-@all +client|setname +ping +info +latency|latest +latency|histogram +slowlog|len";

fn storage_keys(inputs: &Inputs<'_>) -> Vec<KeyPlan> {
    let AttachmentsPlan::Bucket(bucket) = inputs.attachments else { return Vec::new() };
    if !inputs.memos.capabilities.settings_files {
        return Vec::new();
    }
    let mut setting = memos::settings::storage_setting(inputs.spec, "S3");
    setting["s3Config"] = serde_json::json!({
        "accessKeyId": "\u{1}", "accessKeySecret": "\u{2}",
        "endpoint": bucket.endpoint, "region": bucket.region, "bucket": bucket.bucket, "usePathStyle": bucket.use_path_style,
    });
    let whole = serde_json::json!({"key": "STORAGE", "storageSetting": setting}).to_string();
    // The two marks cannot occur in a spec, where control characters are refused.
    let (before, rest) = whole.split_once("\"\\u0001\"").unwrap_or((&whole, ""));
    let (between, after) = rest.split_once("\"\\u0002\"").unwrap_or((rest, ""));
    let content = vec![
        text(before),
        Part::Value("access-key-id", Encoding::Json),
        text(between),
        Part::Value("access-key-secret", Encoding::Json),
        text(after),
    ];
    vec![key("memos-instance-setting-storage.json", "where uploads go, with the bucket's keys", content)]
}

fn administrator_keys(memos: &MemosPlan) -> Vec<KeyPlan> {
    if memos.administrator.is_none() {
        return Vec::new();
    }
    let content = vec![
        text("{\"username\":"),
        Part::Value("username", Encoding::Json),
        text(",\"password\":"),
        Part::Value("password", Encoding::Json),
        text(",\"role\":\"ADMIN\"}"),
    ];
    vec![key("administrator.json", "the first account, which becomes administrator", content)]
}

fn ai_keys(memos: &MemosPlan) -> Vec<KeyPlan> {
    memos
        .secret_environment
        .iter()
        .filter(|variable| variable.name.starts_with("DIVINESENSE_AI_"))
        .map(|variable| KeyPlan {
            key: variable.key.clone(),
            meaning: "the API key of a provider that `memos.ai` names",
            content: vec![Part::Value(property_of(&variable.key), Encoding::Plain)],
            optional: true,
        })
        .collect()
}

fn property_of(variable: &str) -> &'static str {
    match variable {
        "DIVINESENSE_AI_DEEPSEEK_API_KEY" => "deepseek-api-key",
        "DIVINESENSE_AI_OPENAI_API_KEY" => "openai-api-key",
        _ => "siliconflow-api-key",
    }
}
