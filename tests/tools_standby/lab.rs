//! A PostgreSQL, and pods of a gate and a keeper as they are emitted, each in a root of its own with BusyBox; Memos is stood in for.

use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::emitted::Emitted;
use crate::servers::{
    Server, USER, as_somebody, copied, eventually, folder, found, free_port, mounted, run, said, volume,
};

/// Programs of BusyBox that the scripts use.
const BUSYBOX: [&str; 8] = ["sh", "cat", "mkfifo", "mv", "rm", "sleep", "timeout", "wget"];

/// One installation.
pub(crate) struct Lab {
    emitted: Emitted,
    folder: TempDir,
    postgres: Server,
    port: u16,
    pub(crate) pods: Vec<Pod>,
}

/// One pod: two containers that meet in a folder.
pub(crate) struct Pod {
    pub(crate) name: &'static str,
    revision: &'static str,
    /// Whether what stands in for Memos fails to start.
    fails: bool,
    port: u16,
    root: PathBuf,
    gate: Option<Child>,
    keeper: Option<Child>,
}

impl Lab {
    /// Two pods on an empty database.
    pub(crate) fn start() -> Self {
        let emitted = Emitted::of(
            "dev",
            &["memos.version=0.30.0", "scaling.mode=standby", "attachments.kind=database", "availability.zones=3"],
        );
        let (folder, port) = (folder(), free_port());
        let postgres = postgres(&folder.path().join("data"), port);
        volume(folder.path(), "place");
        let mut lab = Self { emitted, folder, postgres, port, pods: Vec::new() };
        for name in ["memos-a", "memos-b"] {
            lab.add(name, "old", false);
        }
        lab
    }

    /// One pod more.
    pub(crate) fn add(&mut self, name: &'static str, revision: &'static str, fails: bool) {
        let root = self.root(name);
        self.pods.push(Pod { name, revision, fails, port: free_port(), root, gate: None, keeper: None });
        let at = self.pods.len() - 1;
        self.keep(at);
        self.guard(at);
    }

    /// The root of a pod, with the scripts where they are mounted.
    fn root(&self, name: &str) -> PathBuf {
        let root = self.folder.path().join(name);
        for folder in ["bin", "usr", "proc", "dev", "place"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        for name in ["lib", "lib64"] {
            symlink(format!("usr/{name}"), root.join(name)).unwrap();
        }
        copied("busybox", &root.join("bin"));
        for name in BUSYBOX {
            symlink("busybox", root.join("bin").join(name)).unwrap();
        }
        // Debian's own is a script that looks for the newest one.
        symlink(program("psql"), root.join("bin/psql")).unwrap();
        let scripts = self.emitted.object("ConfigMap", "memos-standby")["data"].as_object().unwrap();
        // Nobody is to be made administrator of what stands in.
        for (file, text) in scripts.iter().filter(|(file, _)| *file != "administrator.sh") {
            mounted(&root.join("etc/memos-standby").join(file), text.as_str().unwrap(), 0o440);
        }
        mounted(&root.join("memos.py"), include_str!("memos.py"), 0o440);
        volume(&root, "lease");
        root
    }

    fn container(&self, list: &str, name: &str) -> &Value {
        let pod = &self.emitted.object("Deployment", "memos")["spec"]["template"]["spec"];
        let mut all = pod[list].as_array().unwrap().iter();
        all.find(|container| container["name"] == name).unwrap()
    }

    /// A command in a pod, in a group of its own.
    fn command(&self, pod: &Pod, words: &[String]) -> Command {
        let root = pod.root.to_str().unwrap();
        let place = self.folder.path().join("place");
        let enter = format!(
            "mount --rbind /usr {root}/usr && mount --bind /proc {root}/proc && mount --bind /dev {root}/dev && \
             mount --bind {} {root}/place && exec chroot {root} /usr/bin/setpriv --reuid={USER} --regid={USER} \
             --clear-groups --no-new-privs --pdeathsig KILL -- \"$@\"",
            place.display()
        );
        let mut command = Command::new(found("unshare".as_ref()));
        command.args(["--mount", "/bin/sh", "-c", &enter, "sh"]).args(words);
        command.env_clear().env("PATH", "/bin:/usr/sbin:/sbin:/usr/bin").current_dir("/");
        let log = std::fs::File::options().create(true).append(true).open(self.log(pod)).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).process_group(0);
        command
    }

    fn log(&self, pod: &Pod) -> PathBuf {
        self.folder.path().join(format!("{}.log", pod.name))
    }

    /// What both pods have said.
    pub(crate) fn logs(&self) -> String {
        self.pods.iter().map(|pod| std::fs::read_to_string(self.log(pod)).unwrap_or_default()).collect()
    }

    /// Starts the keeper of a pod.
    pub(crate) fn keep(&mut self, at: usize) {
        let pod = &self.pods[at];
        let keeper = self.container("initContainers", "keeper");
        let mut command = self.command(pod, &crate::emitted::words(&keeper["command"]));
        for variable in keeper["env"].as_array().unwrap() {
            let name = variable["name"].as_str().unwrap();
            let value = match name {
                "POD_NAME" => pod.name.to_owned(),
                "REVISION" => pod.revision.to_owned(),
                // Nobody has to know its address here.
                "ASK_AFTER" => "100".to_owned(),
                "MEMOS" => format!("http://127.0.0.1:{}/healthz", pod.port),
                "PGHOST" => "127.0.0.1".to_owned(),
                "PGPORT" => self.port.to_string(),
                _ => variable["value"].as_str().unwrap_or("none").to_owned(),
            };
            command.env(name, value);
        }
        self.pods[at].keeper = Some(command.spawn().unwrap());
    }

    /// Starts the gate of a pod, before what stands in for Memos.
    pub(crate) fn guard(&mut self, at: usize) {
        let pod = &self.pods[at];
        let memos = self.container("containers", "memos");
        let gate = crate::emitted::words(&memos["command"])[..2].to_vec();
        let port = pod.port.to_string();
        let program = if pod.fails { "/nothing.py" } else { "/memos.py" };
        let own = ["/usr/bin/python3", program, &port, "/place", pod.name].map(str::to_owned);
        let child = self.command(pod, &[gate, own.to_vec()].concat()).spawn().unwrap();
        self.pods[at].gate = Some(child);
    }

    /// Sends a signal to a whole container.
    pub(crate) fn signal(&self, container: &Child, signal: &str) {
        run("kill", &[signal, "--", &format!("-{}", container.id())]);
    }

    pub(crate) fn keeper(&self, at: usize) -> &Child {
        self.pods[at].keeper.as_ref().unwrap()
    }

    /// The process that stands in for Memos in a pod; none where it does not run.
    pub(crate) fn memos(&self, at: usize) -> Option<String> {
        let gate = self.pods[at].gate.as_ref()?.id().to_string();
        let output = Command::new("ps").args(["-o", "pid=,args=", "--ppid", &gate]).output().unwrap();
        let text = said(&output);
        // A child of the shell has the shell's own words until it is another program.
        let mut lines = text.lines().filter_map(|line| line.trim_start().split_once(' '));
        lines.find(|(_, words)| words.starts_with("/usr/bin/python3 /memos.py")).map(|(process, _)| process.to_owned())
    }

    /// Ends a container at once.
    pub(crate) fn kill_keeper(&mut self, at: usize) {
        let mut keeper = self.pods[at].keeper.take().unwrap();
        self.signal(&keeper, "-KILL");
        keeper.wait().unwrap();
    }

    /// Ends a pod at once.
    pub(crate) fn kill(&mut self, at: usize) {
        self.kill_keeper(at);
        let mut gate = self.pods[at].gate.take().unwrap();
        self.signal(&gate, "-KILL");
        gate.wait().unwrap();
    }

    /// Ends a pod as Kubernetes does: the gate is told, and when it has ended the keeper.
    pub(crate) fn delete(&mut self, at: usize) {
        for container in [self.pods[at].gate.take(), self.pods[at].keeper.take()] {
            let mut container = container.unwrap();
            run("kill", &["-TERM", &container.id().to_string()]);
            container.wait().unwrap();
        }
    }

    /// Waits for the gate of a pod to end by itself, and says how; then it is started again, as a kubelet does.
    pub(crate) fn started_again(&mut self, at: usize) -> Option<i32> {
        let mut gate = self.pods[at].gate.take().unwrap();
        let mut status = None;
        let ended = eventually(|| {
            status = gate.try_wait().unwrap();
            status.is_some()
        });
        assert!(ended, "the gate of {} does not end\n{}", self.pods[at].name, self.logs());
        self.guard(at);
        status.unwrap().code()
    }

    /// Starts a pod anew, with nothing of what the former one left in memory.
    pub(crate) fn create(&mut self, at: usize) {
        let lease = self.pods[at].root.join("lease");
        std::fs::remove_dir_all(&lease).unwrap();
        volume(&self.pods[at].root, "lease");
        self.keep(at);
        self.guard(at);
    }

    /// Waits until a pod serves, and says for how long.
    pub(crate) fn serves(&self, at: usize) -> Duration {
        let began = Instant::now();
        assert!(eventually(|| self.memos(at).is_some()), "{} does not serve\n{}", self.pods[at].name, self.logs());
        began.elapsed()
    }

    /// The pod that serves.
    pub(crate) fn serving(&self) -> usize {
        let mut found = None;
        assert!(
            eventually(|| {
                found = (0..self.pods.len()).find(|at| self.pods[*at].gate.is_some() && self.memos(*at).is_some());
                found.is_some()
            }),
            "nobody serves\n{}",
            self.logs()
        );
        found.unwrap()
    }

    /// Whether a probe of a container says yes.
    pub(crate) fn probe(&self, at: usize, list: &str, name: &str, probe: &str) -> bool {
        let words = crate::emitted::command(&self.container(list, name)[probe]);
        self.command(&self.pods[at], &words).status().unwrap().success()
    }

    /// Asks the database.
    pub(crate) fn ask(&self, statement: &str) -> String {
        let mut command = as_somebody(program("psql"), USER, USER);
        command.args(["-qXtA", "-h", "127.0.0.1", "-U", "memos", "-d", "memos", "-p", &self.port.to_string()]);
        said(&command.args(["-c", statement]).output().unwrap()).trim().to_owned()
    }

    /// Sends a signal to every process of the database.
    pub(crate) fn database(&self, signal: &str) {
        let first = self.postgres.process().to_string();
        let output = Command::new("ps").args(["-o", "pid=", "--ppid", &first]).output().unwrap();
        let others = said(&output);
        let words: Vec<&str> = [signal, &first].into_iter().chain(others.split_whitespace()).collect();
        run("kill", &words);
    }

    /// What a pod said that found another one serving.
    pub(crate) fn two(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("place/two")).unwrap_or_default()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for child in self.pods.iter_mut().flat_map(|pod| [pod.gate.take(), pod.keeper.take()]).flatten() {
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        }
    }
}

/// A PostgreSQL whose user `memos` owns the database `memos`.
fn postgres(data: &std::path::Path, port: u16) -> Server {
    let number = |flag: &str| -> u32 { run("id", &[flag, "postgres"]).trim().parse().unwrap() };
    let (user, group) = (number("-u"), number("-g"));
    std::fs::create_dir(data).unwrap();
    let owner = format!("{user}:{group}");
    run("chown", &[&owner, data.to_str().unwrap()]);
    let mut initialise = as_somebody(program("initdb"), user, group);
    let output = initialise.args(["--no-sync", "--username=memos", "--auth=trust", "-D"]).arg(data).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let mut command = as_somebody(program("postgres"), user, group);
    let sockets = format!("unix_socket_directories={}", data.display());
    command.arg("-D").arg(data).args(["-c", "listen_addresses=127.0.0.1", "-c", &sockets, "-p", &port.to_string()]);
    let server = Server::start(command, &data.with_extension("log")).listens_on(port);
    let mut create = as_somebody(program("createdb"), USER, USER);
    create.args(["-h", "127.0.0.1", "-U", "memos", "-p", &port.to_string(), "memos"]);
    assert!(eventually(|| create.status().unwrap().success()), "no database");
    server
}

/// A program of the newest PostgreSQL that is installed; Debian keeps them out of `PATH`.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.unwrap().path().join("bin").join(name)).collect();
    found.retain(|path| path.is_file());
    found.sort();
    found.pop().unwrap_or_else(|| panic!("{name} of PostgreSQL not found: run `scripts/install-tools servers`"))
}
