//! The container that waits for Redis, by BusyBox' sh against real servers.

use std::os::unix::fs::symlink;
use std::process::Output;
use std::time::Duration;

use super::{Redis, Variant};
use crate::emitted::{adapt, words};
use crate::servers::{Server, as_user, copied, eventually, found, mounted, said};

const PLAIN: Variant = Variant { server: "valkey-server", persistence: "none", auth: true, tls: false };

/// A password with everything that a URL or a shell could take for something else.
const ODD: &str = "p%41 /?#@:+&=ü\"'\\0141$(id)`*\n\tend\n";

/// The same as it stands in a URL.
const ENCODED: &str = "p%2541%20%2F%3F%23%40%3a%2B&=%c3%BC%22'%5c0141%24%28id%29%60*%0A%09end%0a";

impl Redis {
    fn address(&self, host: &str) -> String {
        adapt(&self.url(), &[("memos-redis:6379", &format!("{host}:{}", self.port))])
    }

    /// Runs the command as emitted with its variables, but for where Redis and its authority are.
    fn wait(&self, url: &str, seconds: &str) -> Output {
        let container = &self.emitted.object("Deployment", "memos")["spec"]["template"]["spec"]["initContainers"][0];
        assert_eq!(container["name"], "wait-for-redis");
        let words = words(&container["command"]);
        let bin = self.path("bin");
        if !bin.exists() {
            std::fs::create_dir(&bin).unwrap();
            copied("busybox", &bin);
            symlink("busybox", bin.join("sh")).unwrap();
            symlink("busybox", bin.join("sleep")).unwrap();
            for program in ["redis-cli", "timeout"] {
                symlink(found(program.as_ref()), bin.join(program)).unwrap();
            }
        }
        assert_eq!(words[..2], ["/bin/sh", "-c"]);
        let mut command = as_user("timeout");
        command.arg(seconds).arg(bin.join("sh")).args(&words[1..]).env("PATH", &bin);
        for (name, value) in self.emitted.variables(container) {
            let authority = self.path("tls");
            match (name.as_str(), self.variant.tls) {
                ("MEMOS_REDIS_URL", _) => command.env(name, url),
                ("CACHE_AUTHORITY", true) => {
                    let trusted = [("/etc/memos-ca/cache", authority.to_str().unwrap())];
                    command.env(name, adapt(&value, &trusted))
                }
                _ => command.env(name, value),
            };
        }
        command.output().unwrap()
    }

    /// Gives the default user another password.
    fn password(&self, password: &str) {
        let file = self.path("password");
        std::fs::write(&file, password).unwrap();
        let sum = crate::servers::run("sha256sum", &[file.to_str().unwrap()]);
        // sha256sum marks names that it had to escape, and this has none of them.
        let users = self.emitted.secret("memos-cache", "users.acl");
        let old = users.split(' ').nth(3).unwrap().to_owned();
        let users = adapt(&users, &[(&old, &format!("#{}", sum.split(' ').next().unwrap()))]);
        mounted(&self.path("users/users.acl"), &users, 0o440);
    }
}

#[test]
fn memos_starts_when_redis_answers_and_not_before() {
    for (auth, tls) in [(true, false), (false, false), (true, true)] {
        let mut redis = Redis::new(Variant { auth, tls, ..PLAIN });
        let url = redis.address("localhost");
        let address = format!("Redis at localhost:{}", redis.port);
        let before = redis.wait(&url, "3");
        assert_eq!(before.status.code(), Some(124), "{}", said(&before));
        let said_before = said(&before);
        assert!(said_before.starts_with(&format!("try 1: no {address} yet: Could not connect to")), "{said_before}");
        assert!(said_before.contains("\ntry 2: no Redis"), "{said_before}");
        redis.start();
        let after = redis.wait(&url, "30");
        assert_eq!(said(&after), format!("try 1: {address} answers and takes writes\n"));
        assert!(after.status.success());
        assert_eq!(redis.ask(&["GET", "memos:started"]), "1");
    }
}

#[test]
fn it_goes_on_asking_until_redis_is_there() {
    let mut redis = Redis::new(PLAIN);
    let url = redis.address("127.0.0.1");
    let (port, folder) = (redis.port, redis.path("redis.conf"));
    let program = copied("valkey-server", redis.folder.path());
    let log = redis.path("log");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| redis.wait(&url, "60"));
        std::thread::sleep(Duration::from_secs(3));
        assert!(!waiting.is_finished());
        let mut command = as_user(program);
        command.arg(folder);
        let _server = Server::start(command, &log).listens_on(port);
        let output = waiting.join().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).ends_with("answers and takes writes\n"), "{}", said(&output));
    });
    redis.server = None;
}

#[test]
fn every_password_is_decoded_and_none_is_printed() {
    let mut redis = Redis::new(PLAIN);
    redis.password(ODD);
    redis.server = Some(start(&redis));
    let odd = redis.address("127.0.0.1");
    let (before, after) =
        odd.split_once("://:").map(|(scheme, rest)| (scheme, rest.split_once('@').unwrap().1)).unwrap();
    for login in [format!(":{ENCODED}"), format!("default:{ENCODED}"), format!("%64efault:{ENCODED}")] {
        let output = redis.wait(&format!("{before}://{login}@{after}"), "30");
        assert!(output.status.success(), "{login}: {}", said(&output));
    }
    let wrong = redis.wait(&format!("{before}://:wrong-one@{after}?protocol=2"), "3");
    assert_eq!(wrong.status.code(), Some(124));
    assert!(said(&wrong).contains("WRONGPASS"), "{}", said(&wrong));
    assert!(!said(&wrong).contains("wrong-one"), "{}", said(&wrong));
}

fn start(redis: &Redis) -> Server {
    let mut command = as_user(copied("valkey-server", redis.folder.path()));
    command.arg(redis.path("redis.conf"));
    Server::start(command, &redis.path("log")).listens_on(redis.port)
}

/// Memos would take such an address in silence, and do without Redis for ever.
#[test]
fn an_address_that_memos_cannot_read_is_refused() {
    let redis = Redis::new(PLAIN);
    for (url, answer) in [
        ("unix:///tmp/socket", "MEMOS_REDIS_URL begins neither with redis:// nor with rediss://\n"),
        ("127.0.0.1:6379", "MEMOS_REDIS_URL begins neither with redis:// nor with rediss://\n"),
        ("redis://:se%zzcret@127.0.0.1:1", "MEMOS_REDIS_URL has a % that is not followed by two hexadecimal digits\n"),
        ("redis://:secret%4@127.0.0.1:1", "MEMOS_REDIS_URL has a % that is not followed by two hexadecimal digits\n"),
    ] {
        let output = redis.wait(url, "30");
        assert_eq!((output.status.code(), said(&output).as_str()), (Some(1), answer), "{url}");
    }
    let nobody = redis.wait("redis://[::1]:1/3", "1");
    assert!(said(&nobody).starts_with("try 1: no Redis at ::1:1 yet: Could not connect"), "{}", said(&nobody));
}

/// During a failover the old master answers PING, and refuses writes as a replica.
#[test]
fn a_replica_is_waited_for_and_a_lasting_refusal_is_not() {
    let mut redis = Redis::new(Variant { auth: false, ..PLAIN });
    redis.start();
    let url = redis.address("127.0.0.1");
    assert_eq!(redis.ask(&["REPLICAOF", "127.0.0.1", "1"]), "OK");
    let output = redis.wait(&url, "3");
    assert_eq!(output.status.code(), Some(124), "{}", said(&output));
    assert!(said(&output).contains("yet: READONLY "), "{}", said(&output));
    assert_eq!(redis.ask(&["REPLICAOF", "NO", "ONE"]), "OK");
    assert!(redis.wait(&url, "30").status.success());
    assert_eq!(redis.ask(&["ACL", "SETUSER", "reader", "on", ">x", "+ping", "+@read", "~*"]), "OK");
    assert!(eventually(|| redis.ask(&["PING"]) == "PONG"));
    let output = redis.wait(&url.replace("://", "://reader:x@"), "30");
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("answers, but refuses a write: NOPERM "), "{}", said(&output));
}
