//! Memos 0.30.0 itself with the emitted environment, settings files, hook and probe, in a root directory like its image's.

use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::emitted::{Emitted, adapt, command};
use crate::http;
use crate::postgres::{PASSWORD, Pooler, Postgres};
use crate::servers::{Server, USER, copied, eventually, folder, found, free_port, is_root, mounted, said, volume};

/// The published image.
const STOCK: &str = "memos.version=0.30.0";

/// What a Service named `memos` makes the kubelet put into every pod, were `enableServiceLinks` on.
const SERVICE_LINKS: [(&str, &str); 5] = [
    ("MEMOS_PORT", "tcp://192.0.2.1:80"),
    ("MEMOS_PORT_80_TCP", "tcp://192.0.2.1:80"),
    ("MEMOS_PORT_80_TCP_PORT", "80"),
    ("MEMOS_SERVICE_HOST", "192.0.2.1"),
    ("MEMOS_SERVICE_PORT", "80"),
];

struct Memos<'a> {
    emitted: &'a Emitted,
    root: TempDir,
    port: u16,
    server: Option<Server>,
}

impl<'a> Memos<'a> {
    /// A pod's root directory: the program, BusyBox, and every file that the pod mounts.
    fn new(emitted: &'a Emitted) -> Self {
        assert!(is_root(), "run as root: Memos reads /etc/secrets, and only root can give it another root directory");
        let root = folder();
        let at = |path: &str| root.path().join(path);
        std::fs::create_dir(at("bin")).unwrap();
        copied("memos", root.path());
        copied("busybox", &at("bin"));
        for name in ["sh", "cat", "grep", "sleep", "wget"] {
            symlink("busybox", at("bin").join(name)).unwrap();
        }
        mounted(&at("etc/hosts"), "127.0.0.1 localhost memos-postgres memos-pooler\n", 0o444);
        let settings = emitted.object("ConfigMap", "memos-settings");
        for (file, content) in settings["data"].as_object().unwrap() {
            mounted(&at("etc/secrets").join(file), content.as_str().unwrap(), 0o440);
        }
        let json = emitted.secret("memos-administrator", "administrator.json");
        mounted(&at("etc/memos-administrator/administrator.json"), &json, 0o440);
        std::fs::create_dir_all(at("var/opt")).unwrap();
        volume(root.path(), "var/opt/memos");
        volume(root.path(), "tmp");
        // A file is enough for what is thrown away, and needs no right to make devices.
        mounted(&at("dev/null"), "", 0o666);
        Self { emitted, root, port: free_port(), server: None }
    }

    fn inside(&self, program: &str) -> Command {
        let mut command = Command::new(found("chroot".as_ref()));
        command.args([&format!("--userspec={USER}:{USER}"), "--groups="]).arg(self.root.path()).arg(program);
        command.env_clear().env("PATH", "/bin");
        command
    }

    /// Starts Memos with the emitted variables; `replacements` are for the connection string.
    fn start(&mut self, replacements: &[(&str, &str)], password: Option<&str>) {
        let mut variables = self.emitted.variables(self.emitted.container("Deployment", "memos"));
        for (name, value) in &mut variables {
            match (name.as_str(), password) {
                ("MEMOS_PORT", _) => *value = adapt(value, &[("5230", &self.port.to_string())]),
                ("MEMOS_DSN", _) => *value = adapt(value, replacements),
                ("PGPASSWORD", Some(password)) => *value = password.to_owned(),
                _ => {}
            }
        }
        assert!(variables.iter().any(|(name, _)| name == "MEMOS_PORT"), "{variables:?}");
        let mut command = self.inside("/memos");
        command.envs(SERVICE_LINKS).envs(variables);
        self.server = Some(Server::start(command, &self.log()).listens_on(self.port));
    }

    fn log(&self) -> PathBuf {
        self.root.path().join("log")
    }

    fn run(&self, pointer: &str) -> Output {
        let words = command(self.emitted.container("Deployment", "memos").pointer(pointer).expect(pointer));
        let script = adapt(&words[2], &[("127.0.0.1:5230", &format!("127.0.0.1:{}", self.port))]);
        self.inside(&words[0]).args([words[1].clone(), script]).output().unwrap()
    }

    fn is_ready(&self) -> bool {
        self.run("/readinessProbe").status.success()
    }

    /// The status and the body of an answer.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let answer = http::ask(stream, method, path, "", body).unwrap();
        (answer.status, answer.text())
    }
}

/// From the first start to the second: what probes, strangers and the administrator see.
fn lives(memos: &mut Memos<'_>, replacements: &[(&str, &str)], password: Option<&str>) {
    assert!(!memos.is_ready(), "ready before anything runs");
    memos.start(replacements, password);
    assert_eq!(memos.ask("GET", "/healthz", ""), (200, "Service ready.".to_owned()));
    assert!(!memos.is_ready(), "ready without an administrator");
    let hook = memos.run("/lifecycle/postStart");
    assert!(hook.status.success(), "{}", said(&hook));
    assert!(memos.is_ready());
    assert!(memos.run("/lifecycle/postStart").status.success(), "a second container");

    let (status, body) = memos.ask("POST", "/api/v1/users", r#"{"username":"stranger","password":"x","role":"ADMIN"}"#);
    assert_eq!(status, 403, "{body}");
    let json = memos.emitted.secret("memos-administrator", "administrator.json");
    let account: serde_json::Value = serde_json::from_str(&json).unwrap();
    let sign_in =
        serde_json::json!({"passwordCredentials": {"username": account["username"], "password": account["password"]}});
    let (status, body) = memos.ask("POST", "/api/v1/auth/signin", &sign_in.to_string());
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("ADMIN"), "{body}");

    let server = memos.server.take().unwrap();
    let log = server.log();
    for word in ["level=ERROR", "level=WARN", "failed", "panic"] {
        assert!(!log.contains(word), "{log}");
    }
    server.stop();
    memos.start(replacements, password);
    assert!(eventually(|| memos.is_ready()), "after a restart the administrator is still there");
}

#[test]
#[ignore = "needs Memos itself, which `scripts/install-tools memos` builds in minutes"]
fn memos_runs_on_sqlite() {
    let emitted = Emitted::of("dev", &[STOCK, "database.kind=sqlite"]);
    let mut memos = Memos::new(&emitted);
    lives(&mut memos, &[], None);
    assert!(memos.root.path().join("var/opt/memos/memos_prod.db").is_file());
    assert_eq!(
        settings_files(&emitted),
        ["memos-instance-setting-general.json", "memos-instance-setting-storage.json"]
    );
}

#[test]
#[ignore = "needs Memos itself, which `scripts/install-tools memos` builds in minutes"]
fn memos_runs_on_postgresql() {
    let postgres = Postgres::start(&[STOCK, "database.kind=postgres"]);
    assert!(postgres.first_start().status.success());
    let mut memos = Memos::new(&postgres.emitted);
    let port = format!("port={} ", postgres.port);
    lives(&mut memos, &[("port=5432 ", &port)], Some(PASSWORD));
}

#[test]
#[ignore = "needs Memos itself, which `scripts/install-tools memos` builds in minutes"]
fn memos_runs_behind_the_pooler() {
    let pooler = Pooler::start(&[STOCK, "database.kind=postgres", "database.pooler.enabled=true"], &[]);
    let mut memos = Memos::new(&pooler.postgres.emitted);
    let port = format!("port={} ", pooler.port);
    lives(&mut memos, &[("port=6432 ", &port)], Some(PASSWORD));
    assert_eq!(pooler.postgres.ask("SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'memos'"), "memos");
}

/// A settings file that Memos does not understand keeps it from starting, so that files it accepted were read.
#[test]
#[ignore = "needs Memos itself, which `scripts/install-tools memos` builds in minutes"]
fn memos_reads_the_settings_files() {
    let emitted = Emitted::of("dev", &[STOCK, "database.kind=sqlite"]);
    let memos = Memos::new(&emitted);
    let file = memos.root.path().join("etc/secrets/memos-instance-setting-storage.json");
    let storage = adapt(&std::fs::read_to_string(&file).unwrap(), &[("\"LOCAL\"", "\"FLOPPY\"")]);
    mounted(&file, &storage, 0o440);
    let mut command = memos.inside("/memos");
    command.envs(emitted.variables(emitted.container("Deployment", "memos")));
    command.env("MEMOS_PORT", memos.port.to_string());
    let log = memos.log();
    // Up to 0.30 a failed start ends with status 0.
    Server::start(command, &log).ends();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("storage"), "{log}");
}

fn settings_files(emitted: &Emitted) -> Vec<String> {
    let settings = emitted.object("ConfigMap", "memos-settings");
    settings["data"].as_object().unwrap().keys().map(|name| Path::new(name).to_str().unwrap().to_owned()).collect()
}
