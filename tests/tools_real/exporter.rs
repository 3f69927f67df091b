//! The exporter of metrics as emitted, Debian's, beside Redis and Valkey with a password, with TLS, and with neither.

use std::net::TcpStream;

use super::{Redis, Variant};
use crate::emitted::adapt;
use crate::http;
use crate::servers::{Server, as_user, eventually, free_port, mounted};

/// What the exporter answers over HTTP.
fn get(port: u16, path: &str) -> String {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    http::ask(stream, "GET", path, "", "").unwrap().text()
}

/// Starts the exporter with its variables and its file as emitted, but for the ports.
fn start(redis: &Redis, port: u16) -> Server {
    let set = redis.emitted.object("StatefulSet", "memos-redis");
    let side_cars = set["spec"]["template"]["spec"]["initContainers"].as_array().expect("side-cars");
    let exporter = side_cars.iter().find(|container| container["name"] == "exporter").expect("the exporter");
    let mut command = as_user("prometheus-redis-exporter");
    let (own, folder) = (format!("localhost:{}", redis.port), redis.path("exporter"));
    for (name, value) in redis.emitted.variables(exporter) {
        let value = match name.as_str() {
            "REDIS_ADDR" => adapt(&value, &[("localhost:6379", &own)]),
            "REDIS_PASSWORD_FILE" => adapt(&value, &[("/etc/redis-exporter", folder.to_str().unwrap())]),
            _ => value,
        };
        command.env(name, value);
    }
    if redis.variant.auth {
        let passwords = redis.emitted.secret("memos-cache", "exporter.json");
        mounted(&folder.join("exporter.json"), &adapt(&passwords, &[("localhost:6379", &own)]), 0o440);
    }
    // The port in a pod is the exporter's default.
    command.arg("-web.listen-address").arg(format!("127.0.0.1:{port}"));
    Server::start(command, &redis.path("exporter.log")).listens_on(port)
}

#[test]
fn the_exporter_reads_figures_and_nothing_else() {
    for server in ["valkey-server", "redis-server"] {
        for (auth, tls) in [(true, false), (true, true), (false, false)] {
            let variant = Variant { server, persistence: "none", auth, tls };
            let mut redis = Redis::with(variant, &["cache.metrics.enabled=true"]);
            redis.start();
            let port = free_port();
            let exporter = start(&redis, port);
            assert!(get(port, "/health").ends_with("ok"), "liveness");
            let up = || get(port, "/metrics").contains("\nredis_up 1\n");
            assert!(eventually(up), "{server} {auth} {tls}: {}", exporter.log());
            let metrics = get(port, "/metrics");
            assert!(metrics.contains("redis_exporter_last_scrape_error{err=\"\"} 0"), "{metrics}");
            for figure in ["redis_memory_max_bytes 6.7108864e+07", "redis_slowlog_length 0", "redis_connected_clients "]
            {
                assert!(metrics.contains(figure), "{figure}");
            }
            if auth {
                refused(&redis);
            }
        }
    }
}

/// What the exporter's user may not do, among it what shows values.
fn refused(redis: &Redis) {
    let file = redis.emitted.secret("memos-cache", "exporter.json");
    let passwords: std::collections::BTreeMap<String, String> = serde_json::from_str(&file).unwrap();
    let password = passwords.values().next().unwrap();
    let user = ["--user", "exporter", "--pass", password];
    assert_eq!(redis.answer(&user, &["PING"]), "PONG");
    for words in [&["GET", "memos:user:1"][..], &["CONFIG", "GET", "*"], &["SLOWLOG", "GET"], &["CLIENT", "LIST"]] {
        assert!(redis.answer(&user, words).starts_with("NOPERM "), "{words:?}");
    }
}
