//! What the compiler gives, run by a real Kubernetes of three nodes: `scripts/cluster`, with real programs in images that have
//! the very names that the manifests carry. Needs root; `scripts/install-tools checkers servers cluster nodes` installs it all.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]
#![expect(clippy::print_stderr, reason = "for how long what failed is to be read")]

#[path = "tools_cluster/clients.rs"]
mod clients;
#[path = "tools_cluster/door.rs"]
mod door;
#[path = "support/http.rs"]
mod http;
#[path = "tools_cluster/network.rs"]
mod network;
#[path = "tools_cluster/nodes.rs"]
mod nodes;
#[path = "support/program.rs"]
mod program;
#[path = "support/tools.rs"]
mod tools;

use std::time::{Duration, Instant};

use clients::Clients;
use door::Door;
use nodes::{GRACE, Installation, cluster, eventually, inside, kubectl};

/// How long anything may fail on a busy machine, beside the time that Kubernetes waits for a lost node.
const RECOVERED: Duration = Duration::from_secs(90);

/// What the emitted pods tolerate of a node that is given up.
const TOLERATED: u64 = 30;

/// An installation, people who use it, and the faults that it goes through.
struct Trial {
    installation: Installation,
    clients: Clients,
}

impl Trial {
    /// Installs what `init` and `build` give and makes an account as an administrator does.
    fn start() -> Self {
        let started = Instant::now();
        let installation = Installation::stock();
        installation.settle();
        eprintln!("installed after {:.1?}", started.elapsed());
        let door = Door::of(installation.namespace);
        let account = installation.administrator();
        let text = |key: &str| account[key].as_str().unwrap().to_owned();

        let refused = door.sign_up("", "stranger", "stranger-password").unwrap();
        assert_eq!(refused.status, 403, "nobody makes an account for themselves");
        let administrator = door.sign_in(&text("username"), &text("password")).unwrap();
        assert_eq!(administrator.status, 200);
        let token = administrator.json()["accessToken"].as_str().unwrap().to_owned();
        let made = door.sign_up(&token, "writer", "writer-password").unwrap();
        assert_eq!(made.status, 200, "{}", made.text());

        let clients = Clients::start(door, "writer", "writer-password");
        Self { installation, clients }
    }

    /// Lets something happen, waits until everything is there again, and shows how it was felt. Nothing may be lost.
    fn through(&self, fault: &str, most: Duration, happens: impl FnOnce()) {
        let outcome = self.clients.during(fault, || {
            happens();
            self.installation.settle();
        });
        let (acknowledged, lost) = self.clients.lost();
        eprintln!("{}; {} of {acknowledged} lost", outcome.line(), lost.len());
        assert!(lost.is_empty(), "{fault}: {lost:?}");
        assert!(outcome.longest() <= most, "{}", outcome.line());
    }

    /// Sees to it that Memos and PostgreSQL are on different nodes.
    fn part(&self) {
        let node = self.installation.node("postgres");
        if self.installation.node("memos") == node {
            let node = format!("node{node}");
            kubectl(&["cordon", &node]);
            self.delete("memos");
            self.installation.settle();
            kubectl(&["uncordon", &node]);
        }
    }

    fn delete(&self, component: &str) {
        kubectl(&["delete", "pod", "-n", self.installation.namespace, &self.installation.pod(component)]);
    }
}

#[test]
fn what_init_gives_lives_through_faults() {
    if !inside("what_init_gives_lives_through_faults") {
        return;
    }
    let trial = Trial::start();
    trial.through("nothing", Duration::ZERO, || std::thread::sleep(Duration::from_secs(5)));
    for component in ["memos", "postgres"] {
        trial.through(&format!("{component} killed"), RECOVERED, || trial.installation.kill(component));
        trial.through(&format!("pod of {component} deleted"), RECOVERED, || trial.delete(component));
    }
    for node in ["node1", "node2", "node3"] {
        trial.through(&format!("{node} drained"), RECOVERED, || {
            kubectl(&["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=120s"]);
        });
        kubectl(&["uncordon", node]);
    }
    for (change, setting) in [("log level", "memos.logLevel=warn"), ("memory of PostgreSQL", "database.memory=768Mi")] {
        trial.through(&format!("{change} changed"), RECOVERED, || {
            trial.installation.build(&[setting]);
            trial.installation.apply();
        });
    }
    cut_off(&trial);
    trial.clients.end();
}

/// A node that is cut off goes on by itself: its pods run, and nobody hears of them.
fn cut_off(trial: &Trial) {
    let given_up = Duration::from_secs(GRACE + TOLERATED);
    trial.part();
    let node = trial.installation.node("memos");
    trial.through("node of memos cut off", given_up + RECOVERED, || {
        let pod = trial.installation.pod("memos");
        cluster(&["cut", &node]);
        let replaced =
            || trial.installation.pods("memos").iter().any(|other| other["metadata"]["name"] != pod.as_str());
        eventually(replaced, || format!("{pod} is not replaced"));
    });
    trial.through("this node back", RECOVERED, || join(&node));

    // The one pod of a StatefulSet is never made twice, so it is back with its node.
    trial.part();
    let node = trial.installation.node("postgres");
    let away = given_up + Duration::from_secs(10);
    trial.through("node of postgres cut off and back", away + RECOVERED, || {
        cluster(&["cut", &node]);
        std::thread::sleep(away);
        join(&node);
    });
}

fn join(node: &str) {
    cluster(&["join", node]);
    kubectl(&["wait", "--for=condition=Ready", &format!("node/node{node}"), "--timeout=120s"]);
}

#[test]
fn a_first_start_that_is_killed_is_made_anew() {
    if !inside("a_first_start_that_is_killed_is_made_anew") {
        return;
    }
    let installation = Installation::stock();
    let started = |pod: &serde_json::Value| pod["status"]["containerStatuses"][0]["state"]["running"].is_object();
    eventually(|| installation.pods("postgres").iter().any(started), || "postgres does not start".to_owned());
    installation.kill("postgres");
    installation.settle();
    let pod = installation.pod("postgres");
    let shown = ["exec", "-n", installation.namespace, &pod, "--", "/bin/sh", "-c", "ls \"${PGDATA%/*}\""];
    assert_eq!(kubectl(&shown), "docker\n");
}

#[test]
fn pods_reach_whom_they_need_and_nobody_else() {
    if !inside("pods_reach_whom_they_need_and_nobody_else") {
        return;
    }
    let installation = Installation::stock();
    installation.settle();
    network::judge(&installation, &["memos", "postgres"], network::STOCK);
}

#[test]
fn replicas_reach_whom_they_need_and_nobody_else() {
    if !inside("replicas_reach_whom_they_need_and_nobody_else") {
        return;
    }
    let started = Instant::now();
    let installation = Installation::of(&["cache.kind=sentinel"]);
    installation.settle();
    eprintln!("installed after {:.1?}", started.elapsed());
    let components = ["memos", "pooler", "postgres", "redis", "redis-proxy", "sentinel"];
    network::judge(&installation, &components, network::REPLICAS);
}
