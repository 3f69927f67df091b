//! The configuration of Redis with fail-over, of its sentinels and of its proxies.

use super::super::super::haproxy::{RESOLVERS, status};
use super::super::{listening, settings};
use crate::plan::cache::sentinel::{MASTER_NAME, SentinelPlan};
use crate::plan::names::Role;

fn text(lines: Vec<String>) -> String {
    lines.join("\n") + "\n"
}

/// `redis.conf`, to which `redis.sh` adds who this pod is and whom it follows.
pub(super) fn redis(plan: &SentinelPlan) -> String {
    let mut lines = settings(&plan.redis, plan.eviction);
    if plan.redis.tls_secret.is_some() {
        lines.push("tls-replication yes".to_owned());
    }
    lines.push(format!("replica-announce-port {}", Role::Redis.port()));
    lines.push(format!("min-replicas-to-write {}", plan.min_replicas));
    lines.push(format!("min-replicas-max-lag {}", plan.max_lag));
    lines.push("repl-diskless-sync yes".to_owned());
    // A short wait, in which the other replica joins the same fork.
    lines.push("repl-diskless-sync-delay 1".to_owned());
    // What a replica was sent must not be what it begins with when it comes back as a cache without a disk.
    lines.push("rdb-del-sync-files yes".to_owned());
    lines.push("repl-backlog-size 16mb".to_owned());
    lines.push("client-output-buffer-limit replica 64mb 32mb 60".to_owned());
    text(lines)
}

/// `sentinel.conf`, to which `sentinel.sh` adds the master and then what is said of it.
pub(super) fn sentinel(plan: &SentinelPlan) -> String {
    let mut lines = listening(&plan.redis, Role::Sentinel.port());
    if plan.redis.tls_secret.is_some() {
        lines.push("tls-replication yes".to_owned());
    }
    if plan.redis.users_secret.is_some() {
        lines.push("aclfile /etc/redis-users/sentinels.acl".to_owned());
    }
    lines.push("dir /data".to_owned());
    lines.push("sentinel resolve-hostnames yes".to_owned());
    lines.push("sentinel announce-hostnames yes".to_owned());
    text(lines)
}

/// What the sentinels are told about the master, once it has a name.
pub(super) fn master(plan: &SentinelPlan) -> String {
    let own = &plan.sentinels;
    let line = |option: &str, value: u64| format!("sentinel {option} {MASTER_NAME} {value}");
    text(vec![
        line("down-after-milliseconds", u64::from(own.down_after) * 1000),
        line("failover-timeout", u64::from(own.failover_timeout) * 1000),
        line("parallel-syncs", 1),
    ])
}

/// `haproxy.cfg`. A master without replicas is refused where some are asked for: it is one that came back beside another.
pub(super) fn proxy(plan: &SentinelPlan) -> String {
    let max = plan.proxy.max_connections;
    let fit =
        if plan.min_replicas > 0 { "rstring role:master[\\s\\S]*connected_slaves:[1-9]" } else { "string role:master" };
    let mut lines: Vec<String> = format!(
        "global
  maxconn {max}
  # Sessions that are left when the process is told to stop; go-redis opens new ones by itself.
  hard-stop-after 10s

defaults
  mode tcp
  maxconn {max}
  timeout connect 500ms
  timeout check 1s
  # Longer than go-redis keeps idle connections; subscriptions ping each three seconds.
  timeout client 1h
  timeout server 1h
  retries 2
  option redispatch 1
  option clitcpka
  option srvtcpka

{RESOLVERS}
listen redis
  bind :::{} v4v6
  option tcp-check
  tcp-check connect default",
        Role::RedisProxy.port()
    )
    .lines()
    .map(str::to_owned)
    .collect();
    if plan.redis.users_secret.is_some() {
        lines.push("  tcp-check send \"AUTH check ${CHECK_PASSWORD}\\r\\n\"".to_owned());
        lines.push("  tcp-check expect string +OK".to_owned());
    }
    lines.push("  tcp-check send PING\\r\\n".to_owned());
    lines.push("  tcp-check expect string +PONG".to_owned());
    lines.push("  tcp-check send \"info replication\\r\\nQUIT\\r\\n\"".to_owned());
    lines.push(format!("  tcp-check expect {fit}"));
    // A handshake has to be done before the next check is due, and a busy Redis needs a while for it.
    let interval = if plan.redis.tls_secret.is_some() { "500ms" } else { "200ms" };
    lines.push(format!("  default-server check inter {interval} fall 1 rise 1 on-marked-down shutdown-sessions"));
    lines.push("  default-server resolvers cluster init-addr none resolve-prefer ipv4".to_owned());
    lines.extend(plan.hosts.iter().map(|host| server(host, plan.redis.tls_secret.is_some())));
    format!("{}\n{}", text(lines), status())
}

/// Clients speak TLS with Redis itself, through the proxy; only its own check is a connection of its own.
fn server(host: &str, tls: bool) -> String {
    let name = host.split('.').next().unwrap_or(host);
    let secure = format!(" check-ssl verify required ca-file /etc/redis-tls/ca.crt check-sni {host} verifyhost {host}");
    format!("  server {name} {host}:{}{}", Role::Redis.port(), if tls { &secure } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::sample::compile;

    fn planned(more: &str) -> SentinelPlan {
        let plan = compile("production", &format!("cache: {{kind: sentinel{more}}}")).plan;
        plan.cache.sentinel().expect("a Redis with fail-over").clone()
    }

    #[test]
    fn names_are_allowed_before_any_is_used() {
        let plan = planned("");
        let text = sentinel(&plan);
        assert!(text.ends_with("sentinel resolve-hostnames yes\nsentinel announce-hostnames yes\n"), "{text}");
        assert_eq!(
            master(&plan),
            "sentinel down-after-milliseconds memos 4000\nsentinel failover-timeout memos 5000\nsentinel parallel-syncs memos 1\n"
        );
        // Neither names a host: which it is, the script finds out.
        assert!(!text.contains("monitor") && !redis(&plan).contains("replicaof"));
    }

    #[test]
    fn a_master_without_replicas_is_fit_only_where_none_are_asked_for() {
        assert!(
            proxy(&planned("")).contains("  tcp-check expect rstring role:master[\\s\\S]*connected_slaves:[1-9]\n")
        );
        let alone = proxy(&planned(", minReplicasToWrite: 0"));
        assert!(alone.contains("  tcp-check expect string role:master\n"), "{alone}");
    }

    #[test]
    fn every_server_is_found_by_its_name_and_checked_as_clients_meet_it() {
        let plain = proxy(&planned(", auth: false"));
        assert!(
            plain.contains("\n  server memos-redis-2 memos-redis-2.memos-redis.memos.svc.cluster.local:6379\n"),
            "{plain}"
        );
        assert!(!plain.contains("AUTH"), "{plain}");
        let secure = proxy(&planned(", tlsSecret: memos-redis-tls"));
        let host = "memos-redis-0.memos-redis.memos.svc.cluster.local";
        let line = format!(
            "  server memos-redis-0 {host}:6379 check-ssl verify required ca-file /etc/redis-tls/ca.crt check-sni {host} verifyhost {host}\n"
        );
        assert!(secure.contains(&line), "{secure}");
        assert!(plain.contains(" check inter 200ms ") && secure.contains(" check inter 500ms "), "{secure}");
    }
}
