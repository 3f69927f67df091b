//! The configuration of the proxies in front of a Memos with a standby.

use super::super::haproxy::{RESOLVERS, status};
use crate::plan::capability::INSTANCE_PROFILE;
use crate::plan::names::Role;
use crate::plan::standby::ProxyPlan;

/// The loopback port at which a request that was held is asked for again, and one at which nobody listens.
const AGAIN: u16 = 8081;
const NOBODY: u16 = 9;

/// `haproxy.cfg`. Who serves is who listens, so every check is of Memos' own port.
///
/// While nobody does, a request goes to a port at which nobody listens, which HAProxy tries again for a quarter of a second, and
/// from there to the front once more, with the number of its rounds in a header. The detour is needed because HAProxy either
/// tries two servers within two milliseconds or waits for the first of them alone. A request that met a Memos that was ending gets
/// to the front again as well, unless it may have changed something already.
pub(super) fn proxy(plan: &ProxyPlan) -> String {
    let ProxyPlan { workload: _, count: _, servers, host, rounds, patience: _, max_connections, administrator } = plan;
    let port = Role::Proxy.port();
    let memos = Role::Memos.port();
    let check = match administrator {
        None => "  option httpchk GET /healthz\n  http-check expect status 200".to_owned(),
        Some(sign) => format!(
            "  option httpchk GET {INSTANCE_PROFILE}\n  http-check expect rstring {}",
            sign.exists().replace('\\', "\\\\").replace('"', "\\\"").replace(' ', "\\ ")
        ),
    };
    let serves = |acl: &str| -> String {
        (1..=*servers).map(|number| format!("  acl {acl} srv_is_up(memos/memos{number})\n")).collect()
    };
    let (somebody, ready) = (serves("somebody"), serves("ready"));
    format!(
        "global
  maxconn {max_connections}
  hard-stop-after 10s

defaults
  mode http
  maxconn {max_connections}
  timeout connect 1s
  # Who does not listen is found out at once; who hangs is ended by his keeper, and one that is slow is left alone.
  timeout check 3s
  timeout http-request 30s
  timeout http-keep-alive 75s
  # Streams of events say something each thirty seconds.
  timeout client 300s
  timeout server 300s

{RESOLVERS}
frontend requests
  bind :::{port} v4v6
  bind 127.0.0.1:{AGAIN}
  # For health checks of the edge: who serves is no reason to take a proxy away.
  monitor-uri /healthz
  option forwardfor if-none
{somebody}  acl held req.hdr(x-memos-held) -m found
  http-request del-header x-memos-held if {{ dst_port {port} }}
  http-request set-header x-memos-held %[req.hdr(x-memos-held),add(1)] if !somebody held
  http-request set-header x-memos-held 1 if !somebody !held
  http-request return status 503 if !somebody {{ req.hdr(x-memos-held) -m int gt {rounds} }}
  use_backend hold if !somebody
  default_backend memos

backend memos
{check}
  # What was not answered at all is asked again, if it only reads.
  retries 3
  retry-on conn-failure empty-response
  http-request disable-l7-retry if !METH_GET
  option redispatch 1
  server again 127.0.0.1:{AGAIN} backup
  # A node that is gone without a word is noticed by the kernel.
  option srvtcpka
  srvtcpka-idle 2s
  srvtcpka-intvl 1s
  srvtcpka-cnt 3
  default-server check inter 500ms fastinter 250ms downinter 250ms fall 2 rise 1 tcp-ut 5s
  default-server resolvers cluster init-addr none resolve-prefer ipv4
  # A pod that is new is asked before it is taken for one that serves.
  .if version_atleast(3.1)
  default-server init-state down
  .endif
  server-template memos {servers} {host}:{memos}

# Waits for a quarter of a second, then asks once more.
backend hold
  timeout connect 250ms
  retries 2
  option redispatch -1
  use-server nobody if TRUE
  server nobody 127.0.0.1:{NOBODY}
  server again 127.0.0.1:{AGAIN}

{}{ready}  http-request return status 503 if {{ path /ready }} !ready
  http-request return status 200 if {{ path /ready }}
",
        status()
    )
}
