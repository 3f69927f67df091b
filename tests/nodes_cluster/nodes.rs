//! Three nodes that `scripts/cluster` starts, and what a user does with what the compiler gives.

#![allow(dead_code, reason = "each test file uses what it needs of this")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::Folder;
use crate::{again, tools};

/// Seconds of silence after which a node is given up. Kubernetes waits for 50, which only makes the tests longer.
pub(crate) const GRACE: u64 = 20;

/// How long anything may take to be there again on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// Runs a test again on the network of a new cluster, of which there is one at a time: its networks have names. True inside of it.
pub(crate) fn inside(test: &str) -> bool {
    again::inside(test, || {
        let running = Running::start();
        let mut command = Command::new(script());
        command.arg("inside");
        (command, running)
    })
}

/// The cluster; it ends with this.
struct Running;

impl Running {
    fn start() -> Self {
        let started = Instant::now();
        tools::run_with(&[("GRACE", &GRACE.to_string())], &script(), &["up", "3"], "");
        eprintln!("three nodes after {:.1?}", started.elapsed());
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let started = Instant::now();
        let ended = tools::output_with(&[], &script(), &["down"], "");
        eprintln!("down after {:.1?}{}", started.elapsed(), String::from_utf8_lossy(&ended.stderr));
    }
}

fn script() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/cluster").to_str().unwrap().to_owned()
}

/// What `scripts/cluster` prints.
#[track_caller]
pub(crate) fn cluster(arguments: &[&str]) -> String {
    tools::run(&script(), arguments, "")
}

/// What `kubectl` prints that has to succeed.
#[track_caller]
pub(crate) fn kubectl(arguments: &[&str]) -> String {
    kubectl_with(arguments, "")
}

/// The same with an input.
#[track_caller]
pub(crate) fn kubectl_with(arguments: &[&str], input: &str) -> String {
    tools::run(&script(), &[&["kubectl"], arguments].concat(), input)
}

/// What comes of a `kubectl` that may fail.
pub(crate) fn kubectl_tried(arguments: &[&str]) -> Output {
    tools::output_with(&[], &script(), &[&["kubectl"], arguments].concat(), "")
}

/// Objects as `kubectl get` gives them.
#[track_caller]
pub(crate) fn get(arguments: &[&str]) -> Value {
    serde_json::from_str(&kubectl(&[&["get", "-o", "json"], arguments].concat())).unwrap()
}

/// Asks until the answer is yes.
///
/// # Panics
///
/// When patience is at its end, with what is to be said then.
#[track_caller]
pub(crate) fn eventually(mut question: impl FnMut() -> bool, wrong: impl Fn() -> String) {
    let end = Instant::now() + PATIENCE;
    while !question() {
        assert!(Instant::now() < end, "not after {PATIENCE:?}: {}", wrong());
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// A folder of somebody who installs: a spec, its tree, its Secrets.
pub(crate) struct Installation {
    folder: Folder,
    profile: &'static str,
    pub(crate) namespace: &'static str,
}

impl Installation {
    /// What `init --profile dev` and `build` give, applied as README says.
    pub(crate) fn stock() -> Self {
        let folder = Folder::new();
        succeed(&folder, &["init", "--profile", "dev"]);
        Self::new(folder, "dev", "memos-dev").applied(&[])
    }

    /// What the profile `dev` gives with some settings.
    pub(crate) fn of(settings: &[&str]) -> Self {
        Self::of_profile("dev", "memos-dev", settings)
    }

    /// What the profile `production` gives with some settings.
    pub(crate) fn production(settings: &[&str]) -> Self {
        Self::of_profile("production", "memos", settings)
    }

    fn of_profile(profile: &'static str, namespace: &'static str, settings: &[&str]) -> Self {
        let folder = Folder::new();
        let spec = format!("apiVersion: memos-gen.dev/v1alpha1\nkind: Memos\nprofile: {profile}\n");
        folder.write("memos.yaml", spec);
        Self::new(folder, profile, namespace).applied(settings)
    }

    fn new(folder: Folder, profile: &'static str, namespace: &'static str) -> Self {
        Self { folder, profile, namespace }
    }

    /// What `init --profile dev` gives as a release of the chart, whose values are the spec.
    pub(crate) fn released() -> Self {
        let folder = Folder::new();
        succeed(&folder, &["init", "--profile", "dev"]);
        folder.write("values.yaml", succeed(&folder, &["chart", "values"]));
        succeed(&folder, &["build", "--format", "chart"]);
        let installation = Self::new(folder, "dev", "memos-dev");
        installation.prepare(&[]);
        installation.helm(&["install"], &[]);
        installation
    }

    fn applied(self, settings: &[&str]) -> Self {
        self.prepare(settings);
        self.apply();
        self
    }

    /// Builds its tree, and applies its namespace and its Secrets.
    fn prepare(&self, settings: &[&str]) {
        self.build(settings);
        self.run(&["secrets", "-o", "secrets.local.yaml"], settings);
        let namespace = format!("{}/manifests/v1_namespace_{}.yaml", self.tree(), self.namespace);
        for file in [&namespace, "secrets.local.yaml"] {
            kubectl(&["apply", "--server-side", "-f", self.folder.path(file).to_str().unwrap()]);
        }
    }

    fn tree(&self) -> String {
        format!("deploy/{}", self.profile)
    }

    /// `helm install` or `helm upgrade` with some settings over the values.
    pub(crate) fn helm(&self, command: &[&str], settings: &[&str]) {
        let path = |name: &str| self.folder.path(name).to_str().unwrap().to_owned();
        let values = ["memos", &path("deploy/chart/memos"), "-n", self.namespace, "-f", &path("values.yaml")];
        tools::run("helm", &[command, &values, &set(settings)].concat(), "");
    }

    /// Compiles the spec with some settings into the same tree.
    pub(crate) fn build(&self, settings: &[&str]) {
        self.run(&["build", "-o", &self.tree()], settings);
    }

    /// Runs the program with some settings beside the spec's.
    fn run(&self, arguments: &[&str], settings: &[&str]) {
        succeed(&self.folder, &[arguments, &set(settings)].concat());
    }

    /// Applies the tree.
    pub(crate) fn apply(&self) {
        self.apply_with(&[]);
    }

    /// Applies the tree to what others have made: it takes over what they say otherwise.
    pub(crate) fn take_over(&self) {
        self.apply_with(&["--force-conflicts"]);
    }

    fn apply_with(&self, more: &[&str]) {
        let tree = self.folder.path(&self.tree());
        kubectl(&[&["apply", "--server-side", "-k", tree.to_str().unwrap()], more].concat());
    }

    /// The first account, as the Secret has it.
    pub(crate) fn administrator(&self) -> Value {
        let secrets = tools::documents(&self.folder.read("secrets.local.yaml"));
        let text = secrets.iter().find_map(|secret| secret["stringData"]["administrator.json"].as_str()).unwrap();
        serde_json::from_str(text).unwrap()
    }

    /// Every pod of a component, without those that are ending.
    pub(crate) fn pods(&self, component: &str) -> Vec<Value> {
        let label = format!("app.kubernetes.io/component={component}");
        let found = get(&["pods", "-n", self.namespace, "-l", &label]);
        let items = found["items"].as_array().unwrap().iter();
        items.filter(|pod| pod["metadata"]["deletionTimestamp"].is_null()).cloned().collect()
    }

    /// The names of the pods that are ending.
    pub(crate) fn ending(&self) -> Vec<String> {
        let found = get(&["pods", "-n", self.namespace]);
        let pods = found["items"].as_array().unwrap().iter();
        let ending = pods.filter(|pod| !pod["metadata"]["deletionTimestamp"].is_null());
        ending.map(|pod| pod["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    }

    /// The name of the one pod of a component.
    pub(crate) fn pod(&self, component: &str) -> String {
        let pods = self.pods(component);
        assert_eq!(pods.len(), 1, "{component}: {pods:?}");
        pods[0]["metadata"]["name"].as_str().unwrap().to_owned()
    }

    /// The number of the node that the one pod of a component is on.
    pub(crate) fn node(&self, component: &str) -> String {
        let node = self.pods(component)[0]["spec"]["nodeName"].as_str().unwrap_or_default().to_owned();
        node.trim_start_matches("node").to_owned()
    }

    /// Ends every process of the container of a component at once.
    pub(crate) fn kill(&self, component: &str) {
        let pod = &self.pods(component)[0];
        let container = pod["status"]["containerStatuses"][0]["containerID"].as_str().unwrap();
        let container = container.trim_start_matches("containerd://");
        let group = format!("*/{container}/cgroup.procs");
        let found = tools::run("find", &["/sys/fs/cgroup/pids/memos-gen-cluster", "-path", &group], "");
        let processes = std::fs::read_to_string(found.trim()).unwrap();
        let processes: Vec<&str> = processes.lines().collect();
        assert!(!processes.is_empty(), "{component} has no process");
        // The first of them takes others with it, of which there is then nothing to kill.
        tools::output_with(&[], "kill", &[&["-9"], &processes[..]].concat(), "");
        // Until the kubelet has seen it, everything seems to be as before.
        let restarts = |pod: &serde_json::Value| pod["status"]["containerStatuses"][0]["restartCount"].as_u64();
        let before = restarts(pod);
        eventually(|| restarts(&self.pods(component)[0]) > before, || format!("{component} is not restarted"));
    }

    /// Waits until every workload has all its pods, ready and as they are now to be.
    pub(crate) fn settle(&self) {
        let wrong = || self.unsettled();
        eventually(|| wrong().is_empty(), || format!("{}\n{}", wrong(), self.words()));
    }

    fn unsettled(&self) -> String {
        let found = get(&["deployments,statefulsets", "-n", self.namespace]);
        let number = |value: &Value| value.as_i64().unwrap_or(0);
        let workloads = found["items"].as_array().unwrap().iter();
        let unsettled = workloads.filter(|workload| {
            let (spec, status) = (&workload["spec"], &workload["status"]);
            let wanted = number(&spec["replicas"]);
            let there =
                ["replicas", "readyReplicas", "updatedReplicas"].iter().all(|key| number(&status[*key]) == wanted);
            !there || number(&status["observedGeneration"]) != number(&workload["metadata"]["generation"])
        });
        unsettled
            .map(|workload| workload["metadata"]["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What there is to see when something is not as it should be.
    fn words(&self) -> String {
        let said = |arguments: &[&str]| {
            let output = kubectl_tried(arguments);
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
        };
        let logs = ["logs", "-n", self.namespace, "--prefix", "--tail=20", "-l", "app.kubernetes.io/name=memos"];
        said(&["get", "pods,persistentvolumeclaims", "-A", "-o", "wide"])
            + &said(&["get", "events", "-n", self.namespace, "--sort-by=.lastTimestamp"])
            + &said(&logs)
    }
}

/// Settings as the program and Helm take them.
fn set<'a>(settings: &[&'a str]) -> Vec<&'a str> {
    settings.iter().flat_map(|setting| ["--set", *setting]).collect()
}

/// What the program prints that has to succeed.
#[track_caller]
fn succeed(folder: &Folder, arguments: &[&str]) -> String {
    let run = folder.run(arguments);
    assert_eq!(run.status, 0, "memos-gen {arguments:?}: {}", run.stderr);
    run.stdout
}
