//! What the compiler gives, run by a real Kubernetes of three nodes: `scripts/cluster`, with real programs in images that have
//! the very names that the manifests carry. Needs root; `scripts/install-tools checkers servers cluster nodes` installs it all.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]
#![expect(clippy::print_stderr, reason = "for how long what failed is to be read")]

#[path = "support/again.rs"]
mod again;
#[path = "nodes_cluster/clients.rs"]
mod clients;
#[path = "nodes_cluster/door.rs"]
mod door;
#[path = "support/http.rs"]
mod http;
#[path = "nodes_cluster/network.rs"]
mod network;
#[path = "nodes_cluster/nodes.rs"]
mod nodes;
#[path = "nodes_standby/people.rs"]
mod people;
#[path = "support/program.rs"]
mod program;
#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clients::Clients;
use door::Door;
use nodes::{GRACE, Installation, cluster, eventually, inside, kubectl};
use people::Account;

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
    /// Installs it, and makes an account as an administrator does.
    fn start(installation: impl FnOnce() -> Installation) -> Self {
        let started = Instant::now();
        let installation = installation();
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

    /// Empties one node after the other.
    fn drain_each(&self) {
        for node in ["node1", "node2", "node3"] {
            self.through(&format!("{node} drained"), RECOVERED, || {
                kubectl(&["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=120s"]);
            });
            kubectl(&["uncordon", node]);
        }
    }

    /// The nodes of the pods of Memos that are not ending.
    fn nodes(&self) -> Vec<String> {
        self.nodes_of("memos")
    }

    fn nodes_of(&self, component: &str) -> Vec<String> {
        let pods = self.installation.pods(component);
        pods.iter().map(|pod| pod["spec"]["nodeName"].as_str().unwrap_or_default().to_owned()).collect()
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
    let trial = Trial::start(Installation::stock);
    trial.through("nothing", Duration::ZERO, || std::thread::sleep(Duration::from_secs(5)));
    for component in ["memos", "postgres"] {
        trial.through(&format!("{component} killed"), RECOVERED, || trial.installation.kill(component));
        trial.through(&format!("pod of {component} deleted"), RECOVERED, || trial.delete(component));
    }
    trial.drain_each();
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
fn the_chart_gives_the_same_running_system() {
    if !inside("the_chart_gives_the_same_running_system") {
        return;
    }
    let trial = Trial::start(Installation::released);
    let release = &trial.installation;
    let level = || kubectl(&["get", "configmap", "memos", "-n", release.namespace, "-o", "jsonpath={.data}"]);
    let memory = || release.pods("postgres")[0]["spec"]["containers"][0]["resources"]["limits"]["memory"].clone();
    let (first_level, first_memory) = (level(), memory());
    trial.through("upgrade", RECOVERED, || {
        release.helm(&["upgrade"], &["memos.logLevel=warn", "database.memory=768Mi"]);
    });
    assert!(level() != first_level && memory() == "768Mi", "{} {}", level(), memory());
    trial.through("rollback", RECOVERED, || {
        tools::run("helm", &["rollback", "memos", "1", "-n", release.namespace], "");
    });
    assert_eq!((level(), memory()), (first_level, first_memory));

    // What `build` writes says the same of every pod, so nothing starts anew when it takes the release's place.
    let pods = || ["memos", "postgres"].map(|component| release.pods(component)[0]["metadata"]["uid"].clone());
    let before = pods();
    trial.through("tree applied over the release", Duration::ZERO, || release.take_over());
    assert_eq!(pods(), before);
    trial.clients.end();
}

/// How many nodes these are.
fn apart(nodes: &[String]) -> usize {
    nodes.iter().collect::<BTreeSet<_>>().len()
}

/// What Memos asks for is little here, so that the load of a test is much, and more than its probes take.
const ELASTIC: [&str; 6] = [
    "cache.kind=sentinel",
    "scaling.min=2",
    "scaling.max=4",
    "scaling.behavior.scaleDownWindowSeconds=0",
    "scaling.behavior.scaleDownPercent=100",
    "components.memos.resources.requests.cpu=200m",
];

#[test]
fn replicas_come_with_load_and_go_with_it() {
    if !inside("replicas_come_with_load_and_go_with_it") {
        return;
    }
    let trial = Trial::start(|| Installation::of(&ELASTIC));
    let fewest = trial.nodes();
    assert_eq!((fewest.len(), apart(&fewest)), (2, 2), "{fewest:?}");

    let load = Load::start(&trial.installation);
    let grown = Instant::now();
    trial.through("load that doubles the replicas", RECOVERED, || {
        eventually(|| trial.nodes().len() == 4, || format!("{:?} under load", trial.nodes()));
        eprintln!("four replicas after {:.0?}", grown.elapsed());
    });
    assert_eq!(apart(&trial.nodes()), 3, "{:?}", trial.nodes());
    drop(load);
    let shrunk = Instant::now();
    trial.through("no load any more", RECOVERED, || {
        eventually(|| trial.nodes().len() == 2, || format!("{:?} without load", trial.nodes()));
        eprintln!("two replicas after {:.0?}", shrunk.elapsed());
    });
    trial.drain_each();
    trial.clients.end();

    // No image shares its cache, so what rule MG0303 says of several processes is seen here.
    let administrator = trial.installation.administrator();
    let text = |key: &str| administrator[key].as_str().unwrap().to_owned();
    let door = Arc::new(Door::of(trial.installation.namespace));
    let mut account = Account::new(&door, &text("username"), &text("password"));
    let broken: Vec<String> = (0..TOKENS).flat_map(|_| account.broken()).collect();
    eprintln!("credentials with two processes of a stock image, {TOKENS} looks: {broken:?}");
    assert!(!broken.is_empty(), "several processes of a stock image break no credential");
}

/// Looks at the credentials of an account, each of which meets any of the processes.
const TOKENS: usize = 20;

/// People who ask without a pause.
struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    fn start(installation: &Installation) -> Self {
        let administrator = installation.administrator();
        let text = |key: &str| administrator[key].as_str().unwrap().to_owned();
        let stop = Arc::<AtomicBool>::default();
        let threads = (0..6).map(|_| {
            let (stop, door) = (Arc::clone(&stop), Door::of(installation.namespace));
            let (name, password) = (text("username"), text("password"));
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    // Comparing a password is what costs most.
                    let _answer = door.sign_in(&name, &password);
                }
            })
        });
        Self { threads: threads.collect(), stop }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

/// What the profile leaves to others and this cluster has nobody for; and since no image shares its cache, everybody stays with
/// one process as long as it lives.
const PRODUCTION: [&str; 8] = [
    "database.kind=postgres",
    "attachments.kind=database",
    "exposure.kind=loadBalancer",
    "secrets.kind=local",
    "rollout.createAdministrator=true",
    "exposure.affinity=true",
    "scaling.min=3",
    "scaling.max=3",
];

#[test]
fn production_lives_through_faults() {
    if !inside("production_lives_through_faults") {
        return;
    }
    let trial = Trial::start(|| Installation::production(&PRODUCTION));
    for (component, pods) in [("memos", 3), ("redis", 3), ("sentinel", 3), ("redis-proxy", 2), ("pooler", 2)] {
        let nodes = trial.nodes_of(component);
        assert_eq!((nodes.len(), apart(&nodes)), (pods, pods), "{component} on {nodes:?}");
    }
    trial.through("nothing", Duration::ZERO, || std::thread::sleep(Duration::from_secs(5)));
    for component in ["memos", "pooler", "redis", "redis-proxy", "sentinel", "postgres"] {
        trial.through(&format!("{component} killed"), RECOVERED, || trial.installation.kill(component));
    }
    trial.drain_each();
    trial.clients.end();
    network::judge(
        &trial.installation,
        &["memos", "pooler", "postgres", "redis", "redis-proxy", "sentinel"],
        network::REPLICAS,
    );
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
