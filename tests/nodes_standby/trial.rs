//! An installation, somebody who uses it, and what happens to it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::door::Door;
use crate::nodes::{Installation, cluster, eventually, kubectl, kubectl_tried};
use crate::people::{Account, Client, Felt};
use crate::tools;
use crate::watch::Watch;

/// How long nothing may fail before the next thing happens.
const CALM: Duration = Duration::from_secs(4);

/// How long after a hand-over the pod that gave its lease up leaves it to others (`rest` in `keeper.sh`), and a second more.
const RESTED: Duration = Duration::from_secs(5);

/// Something that happens.
pub(crate) struct Fault {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    /// How long it may be felt on a busy machine.
    pub(crate) most: Duration,
    /// How many requests may fail.
    pub(crate) failed: usize,
    /// Lets it happen, and says what is to be put right again.
    happens: fn(&Trial),
}

const SHORT: Duration = Duration::from_secs(15);

/// Requests that may fail in one hand-over, and where nobody hands over.
const FEW: usize = 2;
const ANY: usize = usize::MAX;

/// Everything that is tried, in the order of the table.
pub(crate) const FAULTS: &[Fault] = &[
    Fault {
        name: "pod that serves deleted (SIGTERM)",
        most: SHORT,
        failed: FEW,
        happens: |trial| trial.delete(&["--wait=false"]),
    },
    Fault { name: "Memos killed (SIGKILL)", most: SHORT, failed: FEW, happens: |trial| trial.signal("-KILL") },
    Fault { name: "Memos stopped (SIGSTOP)", most: SHORT, failed: ANY, happens: |trial| trial.signal("-STOP") },
    Fault {
        name: "pod deleted with force",
        most: SHORT,
        failed: FEW,
        happens: |trial| trial.delete(&["--force", "--grace-period=0"]),
    },
    Fault { name: "every process of the pod killed", most: SHORT, failed: ANY, happens: Trial::kill_pod },
    Fault { name: "node cut off", most: Duration::from_secs(60), failed: ANY, happens: Trial::cut_node },
    Fault {
        name: "database cut off from the pod for 10 s",
        most: Duration::from_secs(30),
        failed: ANY,
        happens: Trial::cut_database,
    },
    Fault {
        name: "database restarted",
        most: Duration::from_secs(60),
        failed: ANY,
        happens: |trial| trial.end(&trial.installation.pods("postgres")[0], &["--wait=false"]),
    },
    Fault { name: "one HAProxy killed", most: SHORT, failed: ANY, happens: |trial| trial.kill("proxy") },
    Fault { name: "rolling restart", most: Duration::from_secs(60), failed: 2 * FEW, happens: Trial::restart },
];

/// How a fault was felt, over all runs.
pub(crate) struct Outcome {
    name: &'static str,
    felt: Vec<Felt>,
    taken_over: Vec<Duration>,
    changes: Vec<usize>,
    /// The longest time in which two processes could answer.
    pub(crate) overlap: Duration,
    /// What was wrong with tokens afterwards.
    pub(crate) broken: Vec<String>,
}

impl Outcome {
    /// The longest outage of all runs.
    pub(crate) fn longest(&self) -> Duration {
        self.felt.iter().map(|felt| felt.outage).max().unwrap_or_default()
    }

    /// The most requests that failed in one run.
    pub(crate) fn failed(&self) -> usize {
        self.felt.iter().map(|felt| felt.failed).max().unwrap_or_default()
    }

    /// A row of the table: median and most.
    pub(crate) fn line(&self) -> String {
        let seconds = |times: Vec<Duration>| match times.is_empty() {
            true => "nobody else".to_owned(),
            false => spread(times.iter().map(Duration::as_secs_f64).collect(), 2) + " s",
        };
        let counts = |counts: Vec<usize>| spread(counts.iter().map(|count| *count as f64).collect(), 0);
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {:.2} s | {} |",
            self.name,
            self.felt.len(),
            counts(self.felt.iter().map(|felt| felt.failed).collect()),
            seconds(self.felt.iter().map(|felt| felt.outage).collect()),
            seconds(self.felt.iter().map(|felt| felt.slowest).collect()),
            seconds(self.taken_over.clone()),
            counts(self.changes.clone()),
            self.overlap.as_secs_f64(),
            if self.broken.is_empty() { "all right".to_owned() } else { self.broken.join(", ") },
        )
    }
}

/// The median, and the least and the most where they differ from it.
fn spread(mut numbers: Vec<f64>, digits: usize) -> String {
    numbers.sort_by(f64::total_cmp);
    let (first, middle, last) = (numbers[0], numbers[numbers.len() / 2], numbers[numbers.len() - 1]);
    if first == last {
        format!("{middle:.digits$}")
    } else {
        format!("{middle:.digits$} ({first:.digits$} to {last:.digits$})")
    }
}

/// An installation and somebody who uses it.
pub(crate) struct Trial {
    installation: Installation,
    account: Account,
    client: Client,
    watch: Watch,
}

impl Trial {
    /// Installs it, and makes an account.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let started = Instant::now();
        let installation = Installation::of(settings);
        installation.settle();
        eprintln!("installed after {:.1?}", started.elapsed());
        let door = Arc::new(Door::of(installation.namespace));
        let administrator = installation.administrator();
        let text = |key: &str| administrator[key].as_str().unwrap().to_owned();
        let (name, password) = (text("username"), text("password"));
        let there = || door.sign_in(&name, &password).is_ok_and(|answer| answer.status == 200);
        eventually(there, || "no administrator".to_owned());
        eprintln!("administrator after {:.1?}", started.elapsed());
        let account = Account::new(&door, &name, &password);
        let client = Client::start(&door, &account.kept);
        Self { installation, account, client, watch: Watch::start() }
    }

    /// Lets something happen several times, each time from a state in which everything is well.
    pub(crate) fn through(&mut self, fault: &Fault, runs: usize) -> Outcome {
        let mut outcome = Outcome {
            name: fault.name,
            felt: Vec::new(),
            taken_over: Vec::new(),
            changes: Vec::new(),
            overlap: Duration::ZERO,
            broken: Vec::new(),
        };
        for _ in 0..runs {
            self.renew();
            self.calm(fault.name);
            self.part();
            let began = Instant::now();
            (fault.happens)(self);
            std::thread::sleep(Duration::from_secs(1));
            self.calm(fault.name);
            let felt = self.client.felt(began);
            eprintln!("{}: {} failed; {}", fault.name, felt.failed, felt.instead.join("; "));
            outcome.felt.push(felt);
            outcome.taken_over.extend(self.watch.taken_over(began));
            outcome.changes.push(self.watch.changes(began));
            outcome.overlap = outcome.overlap.max(self.watch.overlap(began));
            outcome.broken.extend(self.account.broken());
        }
        outcome
    }

    /// Where the pods are, and what those of Memos said in the last minutes.
    pub(crate) fn words(&self) -> String {
        let namespace = self.installation.namespace;
        let mut words = kubectl(&["get", "pods", "-A", "-o", "wide"]);
        for pod in self.installation.pods("memos") {
            let name = pod["metadata"]["name"].as_str().unwrap();
            for container in ["keeper", "memos"] {
                for previous in ["--previous=true", "--previous=false"] {
                    let recent = ["--timestamps", "--prefix", "--since=3m", previous];
                    let asked = [&["logs", "-n", namespace, name, "-c", container], &recent[..]].concat();
                    words += &String::from_utf8_lossy(&kubectl_tried(&asked).stdout);
                }
            }
        }
        words
    }

    /// Waits until everything is there and is answered.
    fn calm(&self, name: &str) {
        self.installation.settle();
        // A pod that ends may serve until another is made.
        let ending = || self.installation.ending();
        eventually(|| ending().is_empty(), || format!("{name}: {:?} do not end", ending()));
        self.installation.settle();
        eventually(|| self.client.calm_for(CALM), || format!("{name}: still felt"));
        let handed_over = || Instant::now().checked_sub(RESTED).map_or(0, |before| self.watch.changes(before));
        eventually(|| handed_over() == 0, || format!("{name}: still handed over"));
    }

    /// Every process of a container, by the container's name in its pod.
    fn processes(&self, pod: &Value) -> Vec<u32> {
        let status = &pod["status"];
        let lists = ["containerStatuses", "initContainerStatuses"].map(|list| status[list].as_array());
        let ids = lists.into_iter().flatten().flatten().filter_map(|container| container["containerID"].as_str());
        ids.flat_map(|id| processes_of(id.trim_start_matches("containerd://"))).collect()
    }

    /// The pod whose Memos answers, and the number of that process.
    fn serving(&self) -> (Value, u32) {
        let process = self.watch.serving().expect("one that serves");
        let pods = self.installation.pods("memos");
        let pod = pods.into_iter().find(|pod| self.processes(pod).contains(&process)).expect("its pod");
        (pod, process)
    }

    /// Sees to it that the database is on another node than the pod that serves, since the loss of both is another matter.
    fn part(&self) {
        let database = self.installation.node("postgres");
        let (pod, _) = self.serving();
        if pod["spec"]["nodeName"] != format!("node{database}") {
            return;
        }
        let node = format!("node{database}");
        kubectl(&["cordon", &node]);
        self.end(&pod, &[]);
        self.calm("apart from the database");
        kubectl(&["uncordon", &node]);
    }

    /// Replaces pods in which something was started anew: Kubernetes waits longer before each further time.
    fn renew(&self) {
        for component in ["memos", "proxy", "postgres"] {
            for pod in self.installation.pods(component) {
                let containers = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
                let sidecars = pod["status"]["initContainerStatuses"].as_array().into_iter().flatten();
                if containers.chain(sidecars).any(|one| one["restartCount"].as_u64() > Some(0)) {
                    self.end(&pod, &[]);
                    self.installation.settle();
                }
            }
        }
    }

    fn delete(&self, how: &[&str]) {
        self.end(&self.serving().0, how);
    }

    fn end(&self, pod: &Value, how: &[&str]) {
        let name = pod["metadata"]["name"].as_str().unwrap();
        kubectl(&[&["delete", "pod", "-n", self.installation.namespace, name], how].concat());
    }

    fn signal(&self, signal: &str) {
        let (_, process) = self.serving();
        tools::run("kill", &[signal, &process.to_string()], "");
        // One that is stopped stays so until somebody kills it; where nobody would, it goes on after half a minute.
        if signal == "-STOP" {
            let gone = || !std::path::Path::new(&format!("/proc/{process}")).exists();
            eventually(gone, || "the process that is stopped is not killed".to_owned());
        }
    }

    fn kill_pod(&self) {
        kill(&self.processes(&self.serving().0));
    }

    /// Ends every process of one pod of a component at once.
    fn kill(&self, component: &str) {
        let pods = self.installation.pods(component);
        if let Some(pod) = pods.first() {
            let processes = self.processes(pod);
            kill(&processes);
        }
    }

    /// Cuts the node of the pod that serves off until everything is answered without it.
    fn cut_node(&self) {
        let (pod, _) = self.serving();
        let node = pod["spec"]["nodeName"].as_str().unwrap().trim_start_matches("node").to_owned();
        cluster(&["cut", &node]);
        std::thread::sleep(Duration::from_secs(2));
        eventually(|| self.client.calm_for(CALM), || "not answered without the node".to_owned());
        cluster(&["join", &node]);
        kubectl(&["wait", "--for=condition=Ready", &format!("node/node{node}"), "--timeout=120s"]);
    }

    /// Drops what the pod that serves sends to PostgreSQL, in the network of the pod.
    fn cut_database(&self) {
        let (_, process) = self.serving();
        let target = process.to_string();
        let inside = |words: &[&str]| {
            tools::run("nsenter", &[&["--target", &target, "--net", "nft"], words].concat(), "");
        };
        inside(&["add table inet cut"]);
        inside(&["add chain inet cut out { type filter hook output priority 0; }"]);
        // The network outlives the process, which is killed meanwhile; another one in it holds it open.
        let mut holder =
            std::process::Command::new("nsenter").args(["--target", &target, "--net", "sleep", "30"]).spawn().unwrap();
        let target = holder.id().to_string();
        inside(&["add rule inet cut out tcp dport 5432 drop"]);
        std::thread::sleep(Duration::from_secs(10));
        tools::run("nsenter", &["--target", &target, "--net", "nft", "delete", "table", "inet", "cut"], "");
        holder.kill().unwrap();
        holder.wait().unwrap();
    }

    fn restart(&self) {
        let namespace = self.installation.namespace;
        kubectl(&["rollout", "restart", "deployment/memos", "-n", namespace]);
        kubectl(&["rollout", "status", "deployment/memos", "-n", namespace, "--timeout=600s"]);
    }
}

/// Every process of a container.
fn processes_of(container: &str) -> Vec<u32> {
    let group = format!("*/{container}/cgroup.procs");
    let found = tools::run("find", &["/sys/fs/cgroup/pids/memos-gen-cluster", "-path", &group], "");
    let text = found.lines().next().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    text.lines().filter_map(|line| line.parse().ok()).collect()
}

/// Kills processes at once. The first of a container takes others with it, of which there is then nothing to kill.
fn kill(processes: &[u32]) {
    let processes: Vec<String> = processes.iter().map(ToString::to_string).collect();
    let words: Vec<&str> = ["-KILL"].into_iter().chain(processes.iter().map(String::as_str)).collect();
    tools::output_with(&[], "kill", &words, "");
}
