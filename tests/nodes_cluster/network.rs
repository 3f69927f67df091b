//! Which pod reaches which, probed from the pods themselves.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};

use serde_json::{Value, json};

use crate::nodes::{Installation, cluster, eventually, get, kubectl, kubectl_tried, kubectl_with};

/// From, to and port.
pub(crate) type Edge = (&'static str, &'static str, u64);

/// What an installation of `init --profile dev` needs.
pub(crate) const STOCK: &[Edge] =
    &[("memos", "postgres", 5432), ("memos", "names", 53), ("memos", "public", 80), ("memos", "public", 443)];

/// What one with replicas, a pooler and Redis with fail-over needs.
pub(crate) const REPLICAS: &[Edge] = &[
    ("memos", "pooler", 6432),
    ("memos", "redis-proxy", 6379),
    ("memos", "names", 53),
    ("memos", "public", 80),
    ("memos", "public", 443),
    ("pooler", "postgres", 5432),
    ("pooler", "names", 53),
    ("redis-proxy", "redis", 6379),
    ("redis-proxy", "names", 53),
    ("redis", "redis", 6379),
    ("redis", "sentinel", 26379),
    ("redis", "names", 53),
    ("sentinel", "redis", 6379),
    ("sentinel", "sentinel", 26379),
    ("sentinel", "names", 53),
];

/// Pods of nobody: in the installation's namespace, and in another. They reach whom they want, but for what is ours.
fn strangers(installation: &Installation) -> [(&'static str, &'static str); 2] {
    [("stranger", installation.namespace), ("elsewhere", "elsewhere")]
}

/// Where the strangers listen: at every port that ours listen at or may ask, and one more.
const PORTS: [u64; 8] = [80, 443, 5230, 5432, 6379, 6432, 8080, 26379];

/// The names again, as they are asked for mostly.
const BY_UDP: &str = "names by UDP";

/// An address that is of no private network. It is on the bridge of the nodes.
const PUBLIC: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 10);

/// Somebody who asks.
struct Source {
    name: &'static str,
    namespace: String,
    pod: String,
}

/// Somebody who listens.
struct Target {
    name: &'static str,
    pod: String,
    address: String,
    port: u64,
}

/// Probes every pair: open are the edges, and what the strangers may do; nothing else. Without policies, all are open.
///
/// # Panics
///
/// If it is not so.
pub(crate) fn judge(installation: &Installation, components: &[&'static str], edges: &[Edge]) {
    let _listeners = public_listeners();
    start_strangers(installation);
    let (sources, targets) = (sources(installation, components), targets(installation, components));
    let ours = |name: &str| components.contains(&name);
    let wanted = |from: &'static str, to: &'static str, port: u64| match (ours(from), ours(to)) {
        (true, _) if to == BY_UDP => edges.contains(&(from, "names", port)),
        (true, _) => edges.contains(&(from, to, port)),
        (false, true) => (to, port) == ("memos", 5230),
        (false, false) => true,
    };
    // New pods are known to the policies a moment later.
    std::thread::sleep(std::time::Duration::from_secs(3));
    let probed = probe(&sources, &targets);
    let wrong: Vec<String> = probed
        .iter()
        .filter(|(from, to, port, open)| *open != wanted(from, to, *port))
        .map(|(from, to, port, open)| format!("{from} to {to}:{port} is {}", if *open { "open" } else { "closed" }))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let open = probed.iter().filter(|(.., open)| *open).count();
    eprintln!("{} pairs probed, {open} open as they should be, all others closed", probed.len());
    // Each was closed by a policy, and not because nobody listened.
    kubectl(&["delete", "networkpolicies", "-n", installation.namespace, "--all"]);
    let closed = || {
        let all = probe(&sources, &targets).into_iter().filter(|(.., open)| !open);
        all.map(|(from, to, port, _)| format!("{from} to {to}:{port}")).collect::<Vec<_>>()
    };
    eventually(|| closed().is_empty(), || format!("closed without policies: {:?}", closed()));
}

fn public_listeners() -> Vec<TcpListener> {
    cluster(&["inside", "ip", "addr", "replace", &format!("{PUBLIC}/32"), "dev", "lan"]);
    [80, 443, 8080].map(|port| TcpListener::bind((PUBLIC, port)).unwrap()).into()
}

fn start_strangers(installation: &Installation) {
    kubectl_with(
        &["apply", "-f", "-"],
        &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "elsewhere"}}).to_string(),
    );
    let listen: String = PORTS.iter().map(|port| format!("nc -lk -p {port} -e cat & ")).collect();
    for (name, namespace) in strangers(installation) {
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace},
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "securityContext": {
                    "runAsNonRoot": true, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"},
                    "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
                },
                "containers": [{
                    "name": "busybox", "image": "busybox:1.37", "command": ["sh", "-c", format!("{listen}wait")],
                    "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}
                }]
            }
        });
        kubectl_with(&["apply", "-f", "-"], &pod.to_string());
        kubectl(&["wait", "-n", namespace, "--for=condition=Ready", &format!("pod/{name}"), "--timeout=120s"]);
    }
}

/// The first pod of each component, and the strangers.
fn sources(installation: &Installation, components: &[&'static str]) -> Vec<Source> {
    let of = |name, namespace: &str, pod: &Value| Source {
        name,
        namespace: namespace.to_owned(),
        pod: text(&pod["metadata"]["name"]),
    };
    let ours = components.iter().map(|name| of(name, installation.namespace, &installation.pods(name)[0]));
    let strangers = strangers(installation);
    ours.chain(strangers.iter().map(|(name, namespace)| of(name, namespace, &stranger(name, namespace)))).collect()
}

/// Every port of the last pod of each component, the strangers, and what there is beside them.
fn targets(installation: &Installation, components: &[&'static str]) -> Vec<Target> {
    let mut targets = Vec::new();
    let mut add = |name, pod: &Value, ports: Vec<u64>| {
        let (address, pod) = (text(&pod["status"]["podIP"]), text(&pod["metadata"]["name"]));
        targets.extend(ports.into_iter().map(|port| Target { name, pod: pod.clone(), address: address.clone(), port }));
    };
    for name in components {
        let pod = installation.pods(name).pop().unwrap();
        let containers = pod["spec"]["containers"].as_array().unwrap().iter();
        let ports = containers.flat_map(|container| container["ports"].as_array().unwrap());
        add(name, &pod, ports.map(|port| port["containerPort"].as_u64().unwrap()).collect());
    }
    for (name, namespace) in strangers(installation) {
        add(name, &stranger(name, namespace), PORTS.to_vec());
    }
    let beside = [("names", "10.96.0.10", 53), (BY_UDP, "10.96.0.10", 53), ("control plane", "10.200.0.1", 6443)];
    let beside = beside.map(|(name, address, port)| (name, address.to_owned(), port));
    let public = [80, 443, 8080].map(|port| ("public", PUBLIC.to_string(), port));
    targets.extend(beside.into_iter().chain(public).map(|(name, address, port)| Target {
        name,
        pod: String::new(),
        address,
        port,
    }));
    targets
}

fn stranger(name: &str, namespace: &str) -> Value {
    get(&["pod", name, "-n", namespace])
}

/// Tries every pair but those of a pod with itself, and says which are open. All at once, as a closed one takes two seconds.
fn probe(sources: &[Source], targets: &[Target]) -> Vec<(&'static str, &'static str, u64, bool)> {
    let from = |source: &Source| {
        let others: Vec<&Target> = targets.iter().filter(|target| target.pod != source.pod).collect();
        let script: String = others
            .iter()
            .enumerate()
            .map(|(at, target)| format!("{{ {} >/dev/null && echo {at}; }} & ", attempt(target)))
            .collect();
        let output =
            kubectl_tried(&["exec", "-n", &source.namespace, &source.pod, "--", "sh", "-c", &format!("{script}wait")]);
        assert!(output.status.success(), "{}: {}", source.pod, String::from_utf8_lossy(&output.stderr));
        let open: BTreeSet<usize> =
            String::from_utf8(output.stdout).unwrap().lines().map(|line| line.parse().unwrap()).collect();
        others
            .iter()
            .enumerate()
            .map(|(at, target)| (source.name, target.name, target.port, open.contains(&at)))
            .collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let probes: Vec<_> = sources.iter().map(|source| scope.spawn(move || from(source))).collect();
        probes.into_iter().flat_map(|probe| probe.join().unwrap()).collect()
    })
}

/// What a pod runs to reach a target. The image of PostgreSQL has bash, those of Alpine BusyBox.
fn attempt(target: &Target) -> String {
    let Target { name, address, port, .. } = target;
    let [bash, busybox] = if *name == BY_UDP {
        let kubernetes = "kubernetes.default.svc.cluster.local";
        [format!("timeout 2 getent ahosts {kubernetes}"), format!("timeout 2 nslookup {kubernetes} {address}")]
    } else {
        [format!("timeout 2 bash -c '</dev/tcp/{address}/{port}'"), format!("nc -z -w 2 {address} {port}")]
    };
    format!("if [ -x /bin/bash ]; then {bash}; else {busybox}; fi")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
