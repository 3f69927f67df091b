//! Pods without Kubernetes: each has a network namespace with an address of its own, a name, a root with the programs of an
//! Alpine image and its files as they are emitted. Everything happens in namespaces of the test and is gone with it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::again;
use crate::emitted::Emitted;
use crate::history::Addresses;
use crate::names::Names;
use crate::resp::Connection;
use crate::servers::{USER, copied, found, mounted, run, volume};

/// Where the test itself is on the network of the pods.
const HUB: Ipv4Addr = Ipv4Addr::new(10, 88, 0, 1);

/// Programs of BusyBox that the scripts use.
const BUSYBOX: [&str; 8] = ["sh", "cat", "grep", "mv", "sed", "sleep", "timeout", "tr"];

/// Runs a test again in namespaces of its own: of processes, mounts and the network. One at a time, because a sentinel that gets no
/// processor for two seconds mistrusts its clock, and waits for half a minute. True inside of them.
pub(crate) fn inside(test: &str) -> bool {
    again::inside(test, || {
        let mut command = Command::new(found("unshare".as_ref()));
        command.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]);
        (command, ())
    })
}

/// One running installation of Redis with fail-over.
pub(crate) struct Lab {
    pub(crate) emitted: Emitted,
    pub(crate) names: Names,
    server: &'static str,
    folder: TempDir,
    pods: BTreeMap<String, Pod>,
    addresses: u8,
    /// Where each pod is to be found by those who look for it all the time: on the common network, and when it is cut off.
    places: BTreeMap<String, Addresses>,
    /// The proxies, as their Service leads to them.
    pub(crate) service: Addresses,
}

/// One pod: its container runs when it has a process.
struct Pod {
    namespace: String,
    address: Ipv4Addr,
    root: PathBuf,
    container: Option<Child>,
}

impl Lab {
    /// The network and the name server, with what is emitted for some settings beside `cache.kind=sentinel`.
    pub(crate) fn new(server: &'static str, settings: &[&str]) -> Self {
        let settings: Vec<&str> = ["cache.kind=sentinel"].iter().chain(settings).copied().collect();
        let emitted = Emitted::of("dev", &settings);
        let folder = crate::servers::folder();
        for words in [
            "mount -t tmpfs tmpfs /run",
            "mkdir -p /run/netns",
            "ip link set lo up",
            "ip link add hub type bridge",
            "ip link set hub address 02:00:00:00:00:01",
            "ip link add away type bridge",
            "ip addr add 10.88.0.1/16 dev hub",
            "ip addr add 10.89.0.1/16 dev away",
            "ip link set hub up",
            "ip link set away up",
        ] {
            shell(words);
        }
        Self {
            emitted,
            names: Names::serve(HUB),
            server,
            folder,
            pods: BTreeMap::new(),
            addresses: 0,
            places: BTreeMap::new(),
            service: Addresses::default(),
        }
    }

    /// Every pod of a workload.
    pub(crate) fn of(&self, workload: &str) -> Vec<String> {
        let kind = if workload == PROXY { "Deployment" } else { "StatefulSet" };
        let replicas = self.emitted.object(kind, workload)["spec"]["replicas"].as_u64().unwrap();
        (0..replicas).map(|at| format!("{workload}-{at}")).collect()
    }

    /// Every pod there is to be.
    pub(crate) fn all(&self) -> Vec<String> {
        [REDIS, SENTINEL, PROXY].iter().flat_map(|workload| self.of(workload)).collect()
    }

    /// Starts every pod and waits for the master and its replicas.
    pub(crate) fn start(&mut self) {
        for pod in self.all() {
            self.create(&pod);
        }
        self.settle();
    }

    /// Waits until there is one master that all others follow, known to all sentinels with each other, and to the proxies.
    pub(crate) fn settle(&mut self) {
        let started = Instant::now();
        let mut wrong = String::new();
        while started.elapsed() < Duration::from_secs(60) {
            wrong = self.unsettled();
            if wrong.is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        for pod in self.all() {
            eprintln!("--- {pod}\n{}", self.log(&pod));
        }
        panic!("not settled after a minute: {wrong}");
    }

    fn unsettled(&self) -> String {
        let pods = self.of(REDIS);
        let master = match self.one_master() {
            Ok(master) => master,
            Err(wrong) => return wrong,
        };
        let replicas = pods.len() - 1;
        let info = self.ask(&master, 6379, &["info", "replication"]);
        if info.matches("state=online").count() != replicas {
            return format!("{master} has not all replicas: {info}");
        }
        for sentinel in self.of(SENTINEL) {
            let said = self.ask(&sentinel, 26379, &["sentinel", "get-master-addr-by-name", "memos"]);
            if !said.starts_with(&format!("{}\n", self.host(&master))) {
                return format!("{sentinel} names {said}");
            }
            let known = self.ask_as(&sentinel, 26379, "sentinel", &["info", "sentinel"]);
            let wanted = format!(
                "status=ok,address={}:6379,slaves={replicas},sentinels={}",
                self.host(&master),
                self.of(SENTINEL).len()
            );
            if !known.contains(&wanted) {
                return format!("{sentinel} knows {known}");
            }
            let set = self.ask_as(&sentinel, 26379, "sentinel", &["sentinel", "master", "memos"]);
            if !set.contains(&format!("down-after-milliseconds\n{}\n", self.down_after())) {
                return format!("{sentinel} is set to {set}");
            }
        }
        for proxy in self.of(PROXY) {
            if !self.writes(&proxy) {
                return format!("{proxy} takes no write");
            }
        }
        String::new()
    }

    /// The milliseconds of silence after which a master is taken for dead, as configured.
    fn down_after(&self) -> String {
        let configured = self.emitted.config(SENTINEL, "master.conf");
        configured.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap().to_owned()
    }

    /// The master of a lab that has settled. A busy machine may keep it from answering for a moment.
    pub(crate) fn master(&self) -> String {
        let mut found = Err(String::new());
        let end = Instant::now() + Duration::from_secs(20);
        while found.is_err() && Instant::now() < end {
            found = self.one_master();
        }
        found.unwrap()
    }

    /// The one that is a master, when there is exactly one.
    fn one_master(&self) -> Result<String, String> {
        let role = |pod: &String| self.ask(pod, 6379, &["info", "replication"]).contains("role:master");
        let masters: Vec<String> = self.of(REDIS).into_iter().filter(role).collect();
        match masters.as_slice() {
            [master] => Ok(master.clone()),
            _ => Err(format!("masters: {masters:?}")),
        }
    }

    /// The name by which others know a pod.
    pub(crate) fn host(&self, pod: &str) -> String {
        let service = pod.rsplit_once('-').unwrap().0;
        format!("{pod}.{service}.memos-dev.svc.cluster.local")
    }

    /// What a server answers to its scripts' user.
    pub(crate) fn ask(&self, pod: &str, port: u16, words: &[&str]) -> String {
        self.ask_as(pod, port, "keeper", words)
    }

    fn ask_as(&self, pod: &str, port: u16, user: &str, words: &[&str]) -> String {
        if self.tls() {
            let port = port.to_string();
            let password = self.emitted.secret("memos-cache", user);
            let own = ["--user", user, "--pass", &password, "-h", "127.0.0.1", "-p", &port];
            return self.redis_cli(pod, &[&own[..], words].concat());
        }
        let Some(pod) = self.pods.get(pod).filter(|pod| pod.container.is_some()) else { return String::new() };
        let Ok(mut connection) = Connection::open((pod.address, port), Duration::from_secs(1)) else {
            return String::new();
        };
        if self.authenticated() {
            let _ = connection.ask(&["AUTH", user, &self.emitted.secret("memos-cache", user)]);
        }
        connection.ask(words).unwrap_or_default()
    }

    /// What redis-cli prints in a pod that has the authority's certificate.
    fn redis_cli(&self, pod: &str, words: &[&str]) -> String {
        if self.pods.get(pod).is_none_or(|pod| pod.container.is_none()) {
            return String::new();
        }
        let own = ["redis-cli", "--no-auth-warning", "--tls", "--cacert", "/etc/redis-tls/ca.crt"];
        let words = Value::from([&own[..], words].concat());
        crate::servers::said(&self.command(pod, &words).output().unwrap()).replace('\r', "")
    }

    fn authenticated(&self) -> bool {
        self.emitted.config(REDIS, "redis.conf").contains("aclfile")
    }

    fn tls(&self) -> bool {
        self.emitted.config(REDIS, "redis.conf").contains("tls-port")
    }

    /// Whether a write is taken through a proxy.
    pub(crate) fn writes(&self, proxy: &str) -> bool {
        let words = ["SET", "memos:written", "x", "EX", "60"];
        if !self.tls() {
            return self.client(proxy).is_some_and(|mut open| open.ask(&words).is_ok());
        }
        let Some(address) = self.pods.get(proxy).map(|pod| pod.address.to_string()) else { return false };
        let mut redis = self.pods.iter().filter(|(name, pod)| !name.starts_with(PROXY) && pod.container.is_some());
        let Some((from, _)) = redis.next() else { return false };
        let password = self.password();
        let own = ["--pass", &password, "-h", &address, "-p", "6379"];
        self.redis_cli(from, &[&own[..], &words].concat()).trim() == "OK"
    }

    /// A connection as Memos', straight to a Redis or through a proxy.
    pub(crate) fn client(&self, pod: &str) -> Option<Connection> {
        let address = self.pods.get(pod)?.address;
        let mut connection = Connection::open((address, 6379), Duration::from_secs(3)).ok()?;
        if self.authenticated() {
            connection.ask(&["AUTH", &self.password()]).ok()?;
        }
        Some(connection)
    }

    /// Memos' password.
    pub(crate) fn password(&self) -> String {
        let url = self.emitted.secret("memos-cache", "url");
        let rest = url.split_once("://:").expect("a password").1;
        rest.split('@').next().expect("a host").to_owned()
    }

    /// Where a pod is.
    pub(crate) fn address(&self, pod: &str) -> Ipv4Addr {
        self.pods[pod].address
    }

    /// What a pod has said since it was made.
    pub(crate) fn log(&self, pod: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("{pod}.log"))).unwrap_or_default()
    }

    /// Makes a pod with a new address, and starts its container.
    pub(crate) fn create(&mut self, pod: &str) {
        self.addresses += 1;
        let address = Ipv4Addr::new(10, 88, 1, self.addresses);
        let namespace = format!("n{}", self.addresses);
        let link = format!("v{}", self.addresses);
        let peer = format!("link add {link} type veth peer name eth0 netns {namespace}");
        network(&[], &[format!("netns add {namespace}"), peer, format!("link set {link} master hub up")]);
        let addresses = [address, cut_off(address)].map(|address| format!("addr add {address}/16 dev eth0"));
        let up = ["eth0", "lo"].map(|name| format!("link set {name} up"));
        network(&["-n", &namespace], &[addresses, up].concat());
        let root = self.root(pod);
        self.pods.insert(pod.to_owned(), Pod { namespace, address, root, container: None });
        self.names.set(&self.host(pod), address);
        *self.place(pod).lock().unwrap() = vec![address, cut_off(address)];
        self.run(pod);
        self.serve();
    }

    /// Where a pod is to be found, whenever somebody looks.
    pub(crate) fn place(&mut self, pod: &str) -> Addresses {
        self.places.entry(pod.to_owned()).or_default().clone()
    }

    /// Tells the Service of the proxies which of them there are.
    fn serve(&self) {
        let proxies = self.pods.iter().filter(|(name, pod)| name.starts_with(PROXY) && pod.container.is_some());
        *self.service.lock().unwrap() = proxies.map(|(_, pod)| pod.address).collect();
    }

    /// The root of a pod: programs, and files of ConfigMaps and Secrets where the container mounts them. What is in a volume
    /// stays from the pod before.
    fn root(&self, pod: &str) -> PathBuf {
        let root = self.folder.path().join(format!("{pod}-root"));
        let kept = self.template(pod).1["volumeClaimTemplates"].is_array();
        let data = root.join("data");
        if root.exists() {
            if !kept {
                std::fs::remove_dir_all(&data).unwrap();
                volume(&root, "data");
            }
            return root;
        }
        for folder in ["", "bin", "usr", "proc", "dev", "etc", "tmp"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        for name in ["lib", "lib64"] {
            std::os::unix::fs::symlink(format!("usr/{name}"), root.join(name)).unwrap();
        }
        volume(&root, "data");
        let bin = root.join("bin");
        copied("busybox", &bin);
        for name in BUSYBOX {
            std::os::unix::fs::symlink("busybox", bin.join(name)).unwrap();
        }
        copied("redis-cli", &bin);
        copied("haproxy", &bin);
        copied(self.server, &bin);
        if self.server != "redis-server" {
            std::os::unix::fs::symlink(self.server, bin.join("redis-server")).unwrap();
        }
        let resolver = format!(
            "nameserver {HUB}\nsearch memos-dev.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n"
        );
        std::fs::write(root.join("etc/resolv.conf"), resolver).unwrap();
        self.mount(pod, &root);
        root
    }

    fn mount(&self, pod: &str, root: &Path) {
        let template = self.template(pod).0;
        let volumes = template["spec"]["volumes"].as_array().unwrap();
        for mount in template["spec"]["containers"][0]["volumeMounts"].as_array().unwrap() {
            let (name, path) = (&mount["name"], mount["mountPath"].as_str().unwrap());
            let Some(volume) = volumes.iter().find(|volume| volume["name"] == *name) else { continue };
            let folder = root.join(path.trim_start_matches('/'));
            if let Some(map) = volume["configMap"]["name"].as_str() {
                for (file, text) in self.emitted.object("ConfigMap", map)["data"].as_object().unwrap() {
                    mounted(&folder.join(file), text.as_str().unwrap(), 0o550);
                }
            }
            for item in volume["secret"]["items"].as_array().into_iter().flatten() {
                let secret = volume["secret"]["secretName"].as_str().unwrap();
                let text = self.secret(secret, item["key"].as_str().unwrap());
                mounted(&folder.join(item["path"].as_str().unwrap()), &text, 0o440);
            }
        }
    }

    /// A key of a Secret. Redis 7.0 refuses a list of users with a command that it does not know.
    fn secret(&self, name: &str, key: &str) -> String {
        if name == "memos-redis-tls" {
            return std::fs::read_to_string(self.certificates().join(key)).unwrap();
        }
        let text = self.emitted.secret(name, key);
        if self.server == "redis-server" { text.replace(" +client|setinfo", "") } else { text }
    }

    /// The pods' template and the whole spec of the workload that a pod belongs to.
    fn template(&self, pod: &str) -> (&Value, &Value) {
        let workload = pod.rsplit_once('-').unwrap().0;
        let kind = if workload == PROXY { "Deployment" } else { "StatefulSet" };
        let spec = &self.emitted.object(kind, workload)["spec"];
        (&spec["template"], spec)
    }

    /// A command in a pod, as its container would run it.
    fn command(&self, pod: &str, words: &Value) -> Command {
        let Pod { namespace, root, .. } = &self.pods[pod];
        let root = root.to_str().unwrap();
        let enter = format!(
            "mount --rbind /usr {root}/usr && mount --bind /proc {root}/proc && mount --bind /dev {root}/dev && \
             exec chroot {root} /usr/bin/setpriv --reuid={USER} --regid={USER} --clear-groups --no-new-privs -- \"$@\""
        );
        let mut command = Command::new(found("ip".as_ref()));
        command.args(["netns", "exec", namespace, "/bin/sh", "-c", &enter, "sh"]);
        command.args(words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()));
        command.env_clear().env("PATH", "/bin:/usr/sbin:/sbin:/usr/bin").current_dir("/");
        for variable in self.template(pod).0["spec"]["containers"][0]["env"].as_array().into_iter().flatten() {
            let name = variable["name"].as_str().unwrap();
            let value = match variable["valueFrom"]["fieldRef"]["fieldPath"].as_str() {
                Some("metadata.name") => pod.to_owned(),
                _ => variable["value"].as_str().unwrap_or_default().replace("$(POD_NAME)", pod),
            };
            command.env(name, value);
        }
        command
    }

    /// Starts the container of a pod: for the first time, or again after its end.
    pub(crate) fn run(&mut self, pod: &str) {
        let words = self.template(pod).0["spec"]["containers"][0]["command"].clone();
        let log = self.folder.path().join(format!("{pod}.log"));
        let file = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let mut command = self.command(pod, &words);
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        // What the scripts start beside a server is of its group, and so belongs to the container.
        let child = command.process_group(0).spawn().unwrap();
        self.pods.get_mut(pod).unwrap().container = Some(child);
    }

    /// Sends a signal to everything in the container of a pod.
    pub(crate) fn signal(&self, pod: &str, signal: &str) {
        if let Some(container) = &self.pods[pod].container {
            shell(&format!("kill -{signal} -- -{}", container.id()));
        }
    }

    /// Ends the container of a pod at once.
    pub(crate) fn kill(&mut self, pod: &str) {
        self.end(pod);
        self.serve();
    }

    fn end(&mut self, pod: &str) {
        if let Some(mut container) = self.pods.get_mut(pod).unwrap().container.take() {
            end_all(&container);
            container.wait().unwrap();
        }
    }

    /// Takes a pod away at once, with its address and its name.
    pub(crate) fn vanish(&mut self, pod: &str) {
        self.kill(pod);
        self.names.forget(&self.host(pod));
        let gone = self.pods.remove(pod).unwrap();
        shell(&format!("ip netns del {}", gone.namespace));
    }

    /// Takes a pod away as Kubernetes does: what is to be done before its end, the signal, and the end.
    pub(crate) fn delete(&mut self, pod: &str) {
        let hook = self.template(pod).0["spec"]["containers"][0]["lifecycle"]["preStop"]["exec"]["command"].clone();
        if hook.is_array() {
            let output = self.command(pod, &hook).output().unwrap();
            assert!(output.status.success(), "{}", crate::servers::said(&output));
        }
        let container = self.pods.get_mut(pod).unwrap().container.as_mut().unwrap();
        // Its first process alone is told.
        shell(&format!("kill -TERM {}", container.id()));
        let end = Instant::now() + Duration::from_secs(30);
        while container.try_wait().unwrap().is_none() {
            assert!(Instant::now() < end, "{pod} does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.vanish(pod);
    }

    /// Whether the readiness command of a pod says yes.
    pub(crate) fn ready(&self, pod: &str) -> bool {
        let probe = &self.template(pod).0["spec"]["containers"][0]["readinessProbe"];
        match probe["exec"]["command"].is_array() {
            true => self.command(pod, &probe["exec"]["command"]).output().unwrap().status.success(),
            false => {
                let port = if pod.starts_with(PROXY) { 8404 } else { 26379 };
                std::net::TcpStream::connect((self.pods[pod].address, port)).is_ok()
            }
        }
    }

    /// Moves pods to a network of their own, so that no packet comes or goes; what they send among themselves arrives.
    pub(crate) fn cut(&self, pods: &[&str], away: bool) {
        let bridge = if away { "away" } else { "hub" };
        for pod in pods {
            let link = self.pods[*pod].namespace.replace('n', "v");
            shell(&format!("ip link set {link} master {bridge}"));
        }
    }

    /// The folder with the certificate of `memos-redis-tls`, and its authority.
    pub(crate) fn certificates(&self) -> PathBuf {
        let folder = self.folder.path().join("certificates");
        if !folder.exists() {
            certificate(&folder, &self.certified());
        }
        folder
    }

    /// The names of the certificate: those of cert-manager's object where there is one, else those that PREREQUISITES.md asks for.
    fn certified(&self) -> Vec<String> {
        let made = self.emitted.objects().iter().find(|object| object["kind"] == "Certificate");
        match made {
            Some(made) => crate::emitted::words(&made["spec"]["dnsNames"]),
            None => NAMES.map(str::to_owned).to_vec(),
        }
    }

    /// Renews the certificate in every pod, as kubelets do it. From the first time on another authority is trusted as well,
    /// and it is that one which signs from the second time on.
    pub(crate) fn renew(&self) {
        let folder = self.certificates();
        let other = folder.join("other.crt");
        let signs = if other.exists() { "other" } else { "ca" };
        if !other.exists() {
            authority(&folder, "other");
            let both = ["ca.crt", "other.crt"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap());
            std::fs::write(folder.join("ca.crt"), both.concat()).unwrap();
        }
        signed(&folder, signs, &self.certified());
        for pod in self.pods.values() {
            let mounts = pod.root.join("etc/redis-tls");
            for file in std::fs::read_dir(&mounts).unwrap() {
                let name = file.unwrap().file_name();
                let text = std::fs::read_to_string(folder.join(&name)).unwrap();
                let new = pod.root.join("etc").join(&name);
                mounted(&new, &text, 0o440);
                std::fs::rename(new, mounts.join(name)).unwrap();
            }
        }
    }

    /// Starts containers again that have ended by themselves, as a kubelet does, and says of which pods.
    pub(crate) fn start_again(&mut self) -> Vec<String> {
        let ended = |pod: &mut Pod| pod.container.as_mut().is_some_and(|process| process.try_wait().unwrap().is_some());
        let ended: Vec<String> =
            self.pods.iter_mut().filter_map(|(name, pod)| ended(pod).then(|| name.clone())).collect();
        for pod in &ended {
            self.end(pod);
            self.run(pod);
        }
        ended
    }

    /// Whether a pod has the certificate that is now in the files.
    pub(crate) fn serves_the_newest(&self, pod: &str, port: u16) -> bool {
        let folder = self.certificates();
        let asked = format!("echo | openssl s_client -connect {}:{port} 2>/dev/null | openssl x509", self.address(pod));
        let output = Command::new("sh").args(["-c", &asked]).output().unwrap();
        let own = std::fs::read_to_string(folder.join("tls.crt")).unwrap();
        String::from_utf8_lossy(&output.stdout).trim() == own.trim()
    }
}

/// The address of a pod on the network of those that are cut off.
pub(crate) fn cut_off(address: Ipv4Addr) -> Ipv4Addr {
    let [a, _, c, d] = address.octets();
    Ipv4Addr::new(a, 89, c, d)
}

/// The workloads.
pub(crate) const REDIS: &str = "memos-redis";
pub(crate) const SENTINEL: &str = "memos-sentinel";
pub(crate) const PROXY: &str = "memos-redis-proxy";

/// Ends everything in a container at once, also what is left of one whose server has ended by itself.
fn end_all(container: &Child) {
    let group = format!("-{}", container.id());
    // Nothing may be left.
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
}

fn shell(words: &str) {
    let words: Vec<&str> = words.split(' ').collect();
    run(words[0], &words[1..]);
}

/// Several changes of the network by one process, because a busy machine takes long to start one.
fn network(place: &[&str], changes: &[String]) {
    let mut ip = Command::new("ip").args(place).args(["-batch", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut ip.stdin.take().unwrap(), (changes.join("\n") + "\n").as_bytes()).unwrap();
    assert!(ip.wait().unwrap().success(), "{changes:?}");
}

/// An authority and a certificate of its own.
fn certificate(folder: &Path, names: &[String]) {
    std::fs::create_dir(folder).unwrap();
    authority(folder, "ca");
    signed(folder, "ca", names);
}

/// The names that PREREQUISITES.md asks for.
const NAMES: [&str; 3] =
    ["memos-redis-proxy", "*.memos-redis.memos-dev.svc.cluster.local", "*.memos-sentinel.memos-dev.svc.cluster.local"];

/// How openssl makes a key.
const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

fn authority(folder: &Path, name: &str) {
    let path = |end: &str| folder.join(format!("{name}.{end}")).to_str().unwrap().to_owned();
    let subject = format!("/CN={name}");
    let [crt, key] = ["crt", "key"].map(path);
    let own = ["req", "-x509", "-subj", &subject, "-days", "2", "-keyout", &key, "-out", &crt];
    run("openssl", &[&own[..], &KEY].concat());
}

/// A certificate for names by an authority, with what its issuer would say of its uses.
fn signed(folder: &Path, authority: &str, names: &[String]) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let [ca, ca_key] = ["crt", "key"].map(|end| path(&format!("{authority}.{end}")));
    let [crt, key] = ["tls.crt", "tls.key"].map(path);
    let names: Vec<String> = names.iter().map(|name| format!("DNS:{name}")).collect();
    let names = format!("subjectAltName={}", names.join(","));
    let server = ["req", "-x509", "-subj", "/CN=memos-redis", "-addext", &names, "-days", "2"];
    let uses = ["-addext", "keyUsage=digitalSignature", "-addext", "extendedKeyUsage=serverAuth"];
    let signed = ["-CA", &ca, "-CAkey", &ca_key, "-keyout", &key, "-out", &crt];
    run("openssl", &[&server[..], &uses, &signed, &KEY].concat());
}
