//! Redis as emitted: every kind of persistence, with and without a password, with and without TLS, on Valkey, the family of
//! the image, and on Debian's Redis.

mod exporter;
mod wait;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use tempfile::TempDir;

use crate::emitted::{Emitted, adapt, command};
use crate::servers::{Server, as_user, copied, eventually, folder, found, free_port, mounted, run, said, volume};

/// Redis 7.0 refuses a list of users with a command that it does not know; Valkey and Redis since 7.2 know it.
const UNKNOWN_TO_REDIS_7_0: &str = " +client|setinfo";

#[derive(Clone, Copy, PartialEq)]
struct Variant {
    server: &'static str,
    persistence: &'static str,
    auth: bool,
    tls: bool,
}

struct Redis {
    variant: Variant,
    emitted: Emitted,
    folder: TempDir,
    port: u16,
    /// The words of the container's command.
    command: Vec<String>,
    server: Option<Server>,
}

impl Redis {
    fn new(variant: Variant) -> Self {
        Self::with(variant, &[])
    }

    fn with(variant: Variant, more: &[&str]) -> Self {
        let Variant { server, persistence, auth, tls } = variant;
        let persistence = format!("cache.persistence={persistence}");
        let auth_setting = format!("cache.auth={auth}");
        let mut settings = vec![persistence.as_str(), auth_setting.as_str()];
        settings.extend(tls.then_some("cache.tlsSecret=memos-redis-tls"));
        settings.extend(more);
        let emitted = Emitted::of("dev", &settings);
        let (folder, port) = (folder(), free_port());
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let number = format!("port {port}\n");
        let (data, users, certificates) = (format!("dir {}", path("data")), path("users"), path("tls"));
        let mut replacements =
            vec![("bind * -::*", "bind 127.0.0.1"), ("port 6379\n", number.as_str()), ("dir /data", data.as_str())];
        replacements.extend(auth.then_some(("/etc/redis-users", users.as_str())));
        replacements.extend(tls.then_some(("/etc/redis-tls", certificates.as_str())));
        let configuration = adapt(&emitted.config("memos-redis", "redis.conf"), &replacements);
        mounted(&folder.path().join("redis.conf"), &configuration, 0o440);
        if auth {
            let users = emitted.secret("memos-cache", "users.acl");
            let old = server == "redis-server";
            let users = if old { adapt(&users, &[(UNKNOWN_TO_REDIS_7_0, "")]) } else { users };
            mounted(&folder.path().join("users/users.acl"), &users, 0o440);
        }
        if tls {
            certificate(&folder.path().join("tls"));
        }
        volume(folder.path(), "data");
        let words = crate::emitted::words(&emitted.container("StatefulSet", "memos-redis")["command"]);
        Self { variant, emitted, folder, port, command: words, server: None }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&mut self) {
        assert_eq!(self.command, ["redis-server", "/etc/redis/redis.conf"]);
        let mut command = as_user(copied(self.variant.server, self.folder.path()));
        command.arg(self.path("redis.conf"));
        self.server = Some(Server::start(command, &self.path("log")).listens_on(self.port));
        assert!(eventually(|| self.ready().status.success()), "{}", said(&self.ready()));
    }

    /// The readiness command as emitted.
    fn ready(&self) -> Output {
        let words = command(&self.emitted.container("StatefulSet", "memos-redis")["readinessProbe"]);
        let [shell, flag, script] = words.as_slice() else { panic!("{words:?}") };
        let certificates = self.path("tls");
        let program = format!("redis-cli -p {}", self.port);
        let mut replacements = vec![("redis-cli", program.as_str())];
        replacements.extend(self.variant.tls.then_some(("/etc/redis-tls", certificates.to_str().unwrap())));
        as_user(shell).arg(flag).arg(adapt(script, &replacements)).output().unwrap()
    }

    /// What Redis answers, with the password of the URL in the Secret. The URL names no user, which redis-cli would take for
    /// a user without a name; `patched_cache` uses the URL as it is.
    fn ask(&self, words: &[&str]) -> String {
        let url = self.url();
        let password = url.split_once("://:").and_then(|(_, rest)| rest.strip_suffix("@memos-redis:6379/0"));
        match password {
            Some(password) => self.answer(&["--pass", password], words),
            None => self.answer(&[], words),
        }
    }

    fn url(&self) -> String {
        let variables = self.emitted.variables(self.emitted.container("Deployment", "memos"));
        variables.into_iter().find(|(name, _)| name == "MEMOS_REDIS_URL").expect("the address of Redis").1
    }

    fn answer(&self, options: &[&str], words: &[&str]) -> String {
        let mut command = Command::new(found("redis-cli".as_ref()));
        command.args(["--no-auth-warning", "-p", &self.port.to_string()]);
        if self.variant.tls {
            command.args(["--tls", "--cacert"]).arg(self.path("tls/ca.crt"));
        }
        said(&command.args(options).args(words).output().unwrap()).trim().to_owned()
    }

    /// Every command of the patch by the client library that it uses, with the URL as emitted.
    fn patched_cache(&self) -> String {
        let mut command = as_user(copied("driver-client", self.folder.path()));
        command.args(["cache", &self.url(), &format!("127.0.0.1:{}", self.port)]);
        let variables = self.emitted.variables(self.emitted.container("Deployment", "memos"));
        // The directories of authorities as emitted, but for where ours is mounted.
        if let Some((name, value)) = variables.iter().find(|(name, _)| name == "SSL_CERT_DIR") {
            let trusted = self.path("tls");
            command.env(name, adapt(value, &[("/etc/memos-ca/cache", trusted.to_str().unwrap())]));
        }
        said(&command.output().unwrap())
    }
}

/// An authority and a certificate of it for the Service's name, as cert-manager writes them into a Secret.
fn certificate(folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let [ca, ca_key, crt, tls_key] = ["ca.crt", "ca.key", "tls.crt", "tls.key"].map(path);
    run(
        "openssl",
        &[&["req", "-x509", "-subj", "/CN=test", "-days", "2", "-keyout", &ca_key, "-out", &ca], key.as_slice()]
            .concat(),
    );
    let name = "subjectAltName=DNS:memos-redis";
    run(
        "openssl",
        &[
            &["req", "-x509", "-subj", "/CN=memos-redis", "-addext", name, "-days", "2"],
            ["-CA", &ca, "-CAkey", &ca_key, "-keyout", &tls_key, "-out", &crt].as_slice(),
            key.as_slice(),
        ]
        .concat(),
    );
    for file in ["ca.crt", "tls.crt", "tls.key"] {
        let file = folder.join(file);
        mounted(&file, &std::fs::read_to_string(&file).unwrap(), 0o440);
    }
}

fn variants(server: &'static str) -> Vec<Variant> {
    let mut variants = Vec::new();
    for persistence in ["none", "rdb", "aof", "both"] {
        for (auth, tls) in [(true, false), (false, false), (true, true)] {
            variants.push(Variant { server, persistence, auth, tls });
        }
    }
    variants
}

#[test]
fn the_image_family_runs_every_configuration() {
    variants("valkey-server").into_iter().for_each(serves);
}

#[test]
fn redis_of_debian_runs_every_configuration() {
    variants("redis-server").into_iter().for_each(serves);
}

fn serves(variant: Variant) {
    let mut redis = Redis::new(variant);
    assert!(!redis.ready().status.success(), "ready before anything runs");
    redis.start();
    assert_eq!(redis.patched_cache(), "{\"id\":1} 1 set 1 redis: nil\n");
    if variant.auth {
        rights(&redis);
    } else {
        limits(&redis);
    }
    survival(&mut redis);
    redis.server.take().unwrap().stop();
    assert!(!redis.ready().status.success(), "ready after the end");
}

/// What Memos may do, and what nobody may.
fn rights(redis: &Redis) {
    let allowed: &[(&[&str], &str)] = &[
        (&["PING"], "PONG"),
        (&["SET", "memos:user:1", "x", "EX", "600"], "OK"),
        (&["GET", "memos:user:1"], "x"),
        (&["SCAN", "0", "MATCH", "memos:*", "COUNT", "100"], "0\nmemos:user:1"),
        (&["DEL", "memos:user:1"], "1"),
        (&["PUBLISH", "memos:user:events", "x"], "0"),
        (&["SELECT", "0"], "OK"),
    ];
    for (words, answer) in allowed {
        assert_eq!(redis.ask(words), *answer, "{words:?}");
    }
    if redis.variant.server == "valkey-server" {
        assert_eq!(redis.ask(&["CLIENT", "SETINFO", "LIB-NAME", "go-redis"]), "OK");
    }
    assert!(redis.ask(&["HELLO", "3"]).contains("standalone"));
    let refused: &[&[&str]] = &[
        &["CONFIG", "GET", "*"],
        &["FLUSHALL"],
        &["KEYS", "foreign:*"],
        &["GET", "foreign:1"],
        &["SET", "foreign:1", "x"],
        &["DEL", "foreign:1"],
        &["PUBLISH", "foreign", "x"],
        &["SUBSCRIBE", "foreign"],
        &["EVAL", "return 1", "0"],
        &["ACL", "LIST"],
        &["CLIENT", "LIST"],
        &["CLIENT", "KILL", "TYPE", "normal"],
        &["REPLICAOF", "127.0.0.1", "1"],
        &["SHUTDOWN", "NOSAVE"],
    ];
    for words in refused {
        let answer = redis.ask(words);
        assert!(answer.starts_with("NOPERM "), "{words:?}: {answer}");
    }
    assert_eq!(redis.answer(&[], &["GET", "memos:user:1"]), "NOAUTH Authentication required.");
    assert!(redis.answer(&["--pass", "wrong"], &["PING"]).contains("WRONGPASS"));
    let probe = ["--user", "probe", "--pass", "anything"];
    assert_eq!(redis.answer(&probe, &["PING"]), "PONG");
    for words in [&["GET", "memos:user:1"][..], &["CLIENT", "LIST"], &["PUBLISH", "memos:user:events", "x"]] {
        assert!(redis.answer(&probe, words).starts_with("NOPERM "), "{words:?}");
    }
}

/// The limits as the server understands them.
fn limits(redis: &Redis) {
    let asked = |name: &str| redis.ask(&["CONFIG", "GET", name]);
    assert_eq!(asked("maxmemory"), "maxmemory\n67108864");
    assert_eq!(asked("maxmemory-policy"), "maxmemory-policy\nallkeys-lru");
    // Three pools of ten and three subscriptions in each of six processes (five and one of a rollout), twice.
    assert_eq!(asked("maxclients"), "maxclients\n396");
    assert_eq!(asked("timeout"), "timeout\n0");
    let aof = matches!(redis.variant.persistence, "aof" | "both");
    assert_eq!(asked("appendonly"), format!("appendonly\n{}", if aof { "yes" } else { "no" }));
    let snapshots = matches!(redis.variant.persistence, "rdb" | "both");
    assert_eq!(asked("save"), if snapshots { "save\n900 1 300 10 60 10000" } else { "save" });
}

/// What is there after an ordinary restart, and with a log of all writes after the loss of the node.
fn survival(redis: &mut Redis) {
    assert_eq!(redis.ask(&["SET", "memos:user:2", "kept", "EX", "600"]), "OK");
    redis.server.take().unwrap().stop();
    redis.start();
    let persistent = redis.variant.persistence != "none";
    assert_eq!(redis.ask(&["GET", "memos:user:2"]), if persistent { "kept" } else { "" });
    if !matches!(redis.variant.persistence, "aof" | "both") {
        return;
    }
    assert_eq!(redis.ask(&["SET", "memos:user:3", "kept", "EX", "600"]), "OK");
    // The log goes to the disk once a second, but to the system at once.
    std::thread::sleep(Duration::from_millis(100));
    redis.server.take().unwrap().kill();
    redis.start();
    assert_eq!(redis.ask(&["GET", "memos:user:3"]), "kept");
}

#[test]
fn without_its_user_the_probe_is_not_ready() {
    let mut redis = Redis::new(Variant { server: "valkey-server", persistence: "none", auth: true, tls: false });
    redis.start();
    let users = redis.emitted.secret("memos-cache", "users.acl");
    let without = adapt(&users, &[("user probe on nopass -@all +ping\n", "")]);
    mounted(&redis.path("users/users.acl"), &without, 0o440);
    redis.server.take().unwrap().stop();
    let mut command = as_user(copied("valkey-server", redis.folder.path()));
    command.arg(redis.path("redis.conf"));
    let _server = Server::start(command, &redis.path("log")).listens_on(redis.port);
    assert_eq!(redis.ask(&["PING"]), "PONG");
    assert!(!redis.ready().status.success());
}

/// The Secret knows the password in its URL, the list of users only its SHA-256.
#[test]
fn the_list_of_users_has_the_digest_of_the_password_in_the_url() {
    let emitted = Emitted::of("dev", &[]);
    let url = emitted.secret("memos-cache", "url");
    let password = url.strip_prefix("redis://:").and_then(|rest| rest.strip_suffix("@memos-redis:6379/0")).unwrap();
    let folder = folder();
    let file = folder.path().join("password");
    std::fs::write(&file, password).unwrap();
    let sum = run("sha256sum", &[file.to_str().unwrap()]);
    let digest = sum.split(' ').next().unwrap();
    let users = emitted.secret("memos-cache", "users.acl");
    assert!(users.starts_with(&format!("user default on #{digest} ~memos:* &memos:* -@all ")), "{users}");
    assert!(!users.contains(password));
}

/// A prefix stands in the list of users, so that a blank or a `*` in it would give away rights, or keep Redis from starting.
#[test]
fn a_prefix_is_what_memos_may_touch_and_nothing_more() {
    let variant = Variant { server: "valkey-server", persistence: "none", auth: true, tls: false };
    let mut redis = Redis::with(variant, &["cache.client.keyPrefix=a_B-1.c:d"]);
    redis.start();
    assert_eq!(redis.ask(&["SET", "a_B-1.c:d:user:1", "x"]), "OK");
    assert_eq!(redis.ask(&["PUBLISH", "a_B-1.c:d:user:events", "x"]), "0");
    for key in ["memos:user:1", "a_B-1xc:d:user:1", "a_B-1.c:user:1"] {
        assert!(redis.ask(&["GET", key]).starts_with("NOPERM "), "{key}");
    }
    for prefix in ["a b", "memos nopass", "*", "a?", "[a]", "a\\nuser x", "\"", "é", ""] {
        let output = Command::new(env!("CARGO_BIN_EXE_memos-gen"))
            .args(["build", "--profile", "dev", "-o", "-", "--set", &format!("cache.client.keyPrefix=\"{prefix}\"")])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{prefix}: {}", said(&output));
    }
}

/// Found by running it: Redis 7.0 does not start with the list of users, and says why.
#[test]
fn redis_before_7_2_is_too_old_for_the_list_of_users() {
    let redis = Redis::new(Variant { server: "redis-server", persistence: "none", auth: true, tls: false });
    let users = redis.emitted.secret("memos-cache", "users.acl");
    mounted(&redis.path("users/users.acl"), &users, 0o440);
    let mut command = as_user("redis-server");
    command.arg(redis.path("redis.conf"));
    let server = Server::start(command, &redis.path("log"));
    assert!(!server.ends());
    let log = std::fs::read_to_string(redis.path("log")).unwrap();
    assert!(log.contains("'+client|setinfo': Unknown command or category name in ACL"), "{log}");
}
