//! Addresses of Redis. Memos' patched client knows one server and the schemes `redis` and `rediss`.

use serde_json::{Map, Value};

use super::super::Context;
use super::super::finding::{Rule, also, finding, in_part, run, said};
use super::managed;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::spec::database::{CertificateAuthority, Persistence};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        sentinel,
        scheme_of_others,
        cluster_mode,
        read_only,
        azure_retiring,
        azure_managed,
        memorystore_authority,
        not_encrypted,
        name_without_encryption,
        no_password,
        on_disk,
    ];
    run(RULES, context, diagnostics);
}

/// Seen: a sentinel answers PING, so Memos starts and says that Redis is there, and every other command is unknown to it.
fn sentinel(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context).filter(|managed| managed.port == 26_379)?;
    let message =
        format!("port 26379 of `{}` is a sentinel's: it answers PING and nothing that a cache needs", managed.host);
    let diagnostic = finding(context, Code::CacheIsSentinel, message, "cache.port", "not a Redis");
    Some(diagnostic.help("give the address that always leads to the master, and its port, usually 6379"))
}

/// The user's own variable may name a sentinel or a cluster by its scheme. Seen with go-redis 9.7.0: such a scheme is refused,
/// and the process goes on without Redis for its whole life. The text may hold a password and is never shown.
fn scheme_of_others(context: &Context<'_>) -> Option<Diagnostic> {
    let text = |variable: &Map<String, Value>, key: &str| variable.get(key)?.as_str().map(str::to_owned);
    let variables = &said(context).components.memos.extra_env;
    let at = variables.iter().rposition(|variable| text(variable, "name").as_deref() == Some("MEMOS_REDIS_URL"))?;
    let url = text(variables.get(at)?, "value")?.to_ascii_lowercase();
    let (scheme, _) = url.split_once("://")?;
    let (code, what) = if scheme.contains("sentinel") {
        (Code::CacheIsSentinel, "sentinels")
    } else if scheme.contains("cluster") {
        (Code::CacheIsCluster, "a cluster")
    } else {
        return None;
    };
    let message = format!(
        "`MEMOS_REDIS_URL` names {what} by its scheme, which Memos' client refuses: every process would work without Redis"
    );
    let path = format!("components.memos.extraEnv.{at}.name");
    let diagnostic = in_part(context, code, message, &path, "`redis`, `rediss` and `unix` are known");
    Some(diagnostic.help("leave it out, and give the address that always leads to the master in `cache.host`"))
}

/// Names of ElastiCache: `clustercfg.` is cluster mode, `.serverless.` speaks the cluster's protocol.
fn cluster_mode(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context)?;
    let host = managed.host.as_str();
    let clustered =
        host.contains(".cache.amazonaws.com") && (host.starts_with("clustercfg.") || host.contains(".serverless."));
    if !clustered {
        return None;
    }
    let message = format!("`{host}` is a cluster, and Memos' client follows no redirection: keys would answer MOVED");
    let diagnostic = finding(context, Code::CacheIsCluster, message, "cache.host", "cluster mode");
    Some(diagnostic.help("take a replication group with cluster mode disabled, and its primary endpoint `master.…`"))
}

/// `replica.` of ElastiCache and `-ro` of others lead to replicas, which answer writes with READONLY.
fn read_only(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context)?;
    let host = managed.host.as_str();
    if !(host.starts_with("replica.") && host.contains(".cache.amazonaws.com")) {
        return None;
    }
    let message = format!("`{host}` leads to replicas, which refuse every write");
    let diagnostic = finding(context, Code::CacheIsReadOnly, message, "cache.host", "a reader endpoint");
    Some(diagnostic.help("take the primary endpoint, the one with `master.`"))
}

/// Azure Cache for Redis ends on 30 September 2028, its Enterprise tiers on 31 March 2027.
fn azure_retiring(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context)?;
    if !managed.host.as_str().ends_with(".redis.cache.windows.net") {
        return None;
    }
    let message = if managed.port == 6379 {
        "Azure Cache for Redis keeps port 6379 shut by default, and the service ends in September 2028"
    } else {
        "Azure Cache for Redis ends in September 2028, and new tenants get none any more"
    };
    let diagnostic = finding(context, Code::AzureCacheRetires, message.to_owned(), "cache.host", "retiring");
    Some(
        diagnostic
            .help("take Azure Managed Redis: `NAME.REGION.redis.azure.net`, port 10000, clustering policy `NoCluster`"),
    )
}

/// Azure Managed Redis listens on 10000 only, and with TLS unless its protocol was changed.
fn azure_managed(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context)?;
    let azure = managed.host.as_str().ends_with(".redis.azure.net");
    if !azure || (managed.port == 10_000 && managed.tls) {
        return None;
    }
    let (path, message) = if managed.port == 10_000 {
        ("cache.tls", "Azure Managed Redis speaks TLS, and `cache.tls` is off".to_owned())
    } else {
        ("cache.port", format!("Azure Managed Redis listens on port 10000, not on {}", managed.port))
    };
    let diagnostic = finding(context, Code::AzureManagedRedis, message, path, "would not connect");
    Some(
        also(context, diagnostic, "cache.host", "Azure Managed Redis")
            .help("say `cache.port: 10000` and `cache.tls: true`"),
    )
}

/// 6378 is Memorystore's port for TLS; its certificates are signed by an authority of the instance.
fn memorystore_authority(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context).filter(|managed| managed.port == 6378)?;
    let (path, message) = if !managed.tls {
        ("cache.tls", "port 6378 of Memorystore speaks TLS, and `cache.tls` is off")
    } else if managed.ca == CertificateAuthority::System {
        ("cache.port", "Memorystore signs with an authority of the instance, which no image trusts")
    } else {
        return None;
    };
    let diagnostic = finding(context, Code::MemorystoreAuthority, message.to_owned(), path, "would not connect");
    Some(diagnostic.help("say `cache.tls: true` and `cache.ca: {kind: configMap, name: memos-memorystore-ca}`, made from the instance's server CA"))
}

/// The cache holds password hashes and the key that signs sessions.
fn not_encrypted(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context).filter(|managed| !managed.tls && !matches!(managed.port, 6378 | 10_000))?;
    let message = format!("password hashes and the signing key cross the network to `{}` in the clear", managed.host);
    let diagnostic = finding(context, Code::CacheNotEncrypted, message, "cache.tls", "no encryption");
    Some(diagnostic.help("turn on encryption in transit there, and say `cache.tls: true`"))
}

/// ElastiCache names its endpoints by their encryption: `NAME.….ng.0001.….cache.amazonaws.com` without, `master.NAME.…` with.
fn name_without_encryption(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context).filter(|managed| managed.tls)?;
    let host = managed.host.as_str();
    if !(host.contains(".cache.amazonaws.com") && host.contains(".ng.0001.")) {
        return None;
    }
    let message = format!("`{host}` is the name of an ElastiCache without encryption, and `cache.tls` is on");
    let diagnostic = finding(context, Code::CacheNotEncrypted, message, "cache.host", "no encryption by its name");
    Some(
        also(context, diagnostic, "cache.tls", "would not connect")
            .help("turn on encryption in transit there, and give the primary endpoint that it then has, `master.…`"),
    )
}

fn no_password(context: &Context<'_>) -> Option<Diagnostic> {
    let client = context.plan.cache.client().filter(|client| client.secret.is_none())?;
    let message = format!("whoever reaches `{}` can read password hashes and the signing key", client.host);
    let diagnostic = finding(context, Code::CacheWithoutPassword, message, "cache.auth", "asks for no password");
    Some(diagnostic.help("say `cache.auth: true`"))
}

/// What is in the cache is a copy of the database's secrets; on a disk it stays after them.
fn on_disk(context: &Context<'_>) -> Option<Diagnostic> {
    let redis = context.plan.cache.redis()?;
    if redis.persistence == Persistence::None {
        return None;
    }
    let mut lacking = Vec::new();
    if redis.users_secret.is_none() {
        lacking.push("a password");
    }
    if redis.tls_secret.is_none() {
        lacking.push("TLS");
    }
    if redis.volume.as_ref().is_some_and(|volume| volume.class.is_none()) {
        lacking.push("a storage class that is known to encrypt");
    }
    if lacking.is_empty() {
        return None;
    }
    let message =
        format!("Redis writes password hashes and the signing key to disk, without {}", lacking.join(" and without "));
    let diagnostic = finding(context, Code::CacheOnDisk, message, "cache.persistence", "kept after a restart");
    Some(diagnostic.help("say `cache.persistence: none`: a restart empties the cache, and everybody goes on working"))
}
