//! Every script that is emitted, by the small programs of Alpine images: BusyBox' sh, wget, grep and nc, in the version and
//! with the options of Alpine 3.21 (`scripts/install-tools` builds it). Debian's own BusyBox 1.35 would not do: it dies of
//! `wget -T`, and its `nc` has no `-z`.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::emitted::{Emitted, adapt, command};
use crate::servers::{Server, as_ourselves, as_user, copied, folder, found, free_port, mounted, run, said};

/// A release that tells its administrator by another field than the current ones.
const OLD: [&str; 1] = ["memos.version=0.29.1"];

/// Programs of BusyBox and nothing else.
fn busybox(folder: &Path) -> PathBuf {
    let bin = folder.join("bin");
    std::fs::create_dir(&bin).unwrap();
    copied("busybox", &bin);
    for name in ["sh", "cat", "grep", "nc", "sleep", "wget"] {
        symlink("busybox", bin.join(name)).unwrap();
    }
    bin
}

fn with_busybox(folder: &Path, words: &[String]) -> Command {
    let bin = folder.join("bin");
    let program = Path::new(&words[0]).file_name().unwrap();
    let mut command = as_user("timeout");
    command.arg("60").arg(bin.join(program)).args(&words[1..]).env("PATH", &bin);
    command
}

/// All scripts of all profiles, with the object and the field each is in.
fn scripts() -> Vec<(String, String)> {
    let mut builds: Vec<Emitted> =
        ["production", "aws", "gcp", "azure"].map(|profile| Emitted::without_secrets(profile, &[])).into();
    for settings in [
        &[][..],
        &["cache.tlsSecret=redis-tls"],
        &["cache.auth=false"],
        &["cache.kind=sentinel"],
        &["memos.version=0.30.0", "scaling.mode=standby", "attachments.kind=database"],
        &["cache.kind=sentinel", "cache.certificate.issuer=inside"],
        &["memos.distribution=divinesense"],
        &OLD,
    ] {
        builds.push(Emitted::without_secrets("dev", settings));
    }
    let mut scripts = Vec::new();
    for object in builds.iter().flat_map(Emitted::objects) {
        let name = format!("{}/{}", object["kind"].as_str().unwrap(), object["metadata"]["name"].as_str().unwrap());
        collect(object, &name, &mut scripts);
    }
    scripts.sort();
    scripts.dedup();
    scripts
}

fn collect(value: &Value, place: &str, scripts: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value.as_str()) {
                    (key, Some(text)) if key.ends_with(".sh") => {
                        scripts.push((format!("{place} {key}"), text.to_owned()))
                    }
                    _ => collect(value, &format!("{place} {key}"), scripts),
                }
            }
        }
        Value::Array(items) => {
            if let [shell, flag, script, ..] = items.as_slice()
                && shell.as_str().is_some_and(|shell| shell.ends_with("/sh"))
                && flag == "-c"
            {
                scripts.push((place.to_owned(), script.as_str().unwrap().to_owned()));
            }
            items.iter().for_each(|item| collect(item, place, scripts));
        }
        _ => {}
    }
}

#[test]
fn shellcheck_and_busybox_accept_every_script() {
    let folder = folder();
    busybox(folder.path());
    let scripts = scripts();
    let places: Vec<_> = scripts.iter().map(|(place, _)| place.as_str()).collect();
    for place in [
        "StatefulSet/memos-redis",
        "Deployment/memos ",
        "ConfigMap/memos-standby data keeper.sh",
        "ConfigMap/memos-standby data administrator.sh",
        "ConfigMap/memos-postgres-scripts data 10-memos.sh",
    ] {
        assert!(places.iter().any(|found| found.starts_with(place)), "no script in {place}: {places:?}");
    }
    for (place, script) in &scripts {
        let file = folder.path().join("script.sh");
        std::fs::write(&file, script).unwrap();
        let path = file.to_str().unwrap();
        let output = Command::new(found("shellcheck".as_ref())).args(["--shell=sh", path]).output().unwrap();
        assert!(output.status.success(), "{place}: {}", said(&output));
        run(folder.path().join("bin/sh").to_str().unwrap(), &["-n", path]);
    }
}

/// The hook and the probe of Memos beside its two endpoints.
struct Memos {
    version: &'static str,
    emitted: Emitted,
    folder: TempDir,
    port: u16,
}

impl Memos {
    fn new(version: &'static str) -> Self {
        let emitted = Emitted::of("dev", &[&format!("memos.version={version}")]);
        let (folder, port) = (folder(), free_port());
        busybox(folder.path());
        let json = emitted.secret("memos-administrator", "administrator.json");
        mounted(&folder.path().join("administrator/administrator.json"), &json, 0o440);
        crate::servers::volume(folder.path(), "tmp");
        Self { version, emitted, folder, port }
    }

    fn serve(&self, needs_setup: &str, blank: &str, status: &str) -> Server {
        let mut command = as_ourselves("python3");
        let script = self.folder.path().join("endpoint.py");
        mounted(&script, include_str!("endpoint.py"), 0o550);
        command.arg(&script).arg(self.port.to_string()).arg(self.folder.path().join("tmp/log"));
        command.args([self.version, needs_setup, blank, status]);
        Server::start(command, &self.folder.path().join("python.log")).listens_on(self.port)
    }

    fn run(&self, pointer: &str) -> Output {
        let words = command(self.emitted.container("Deployment", "memos").pointer(pointer).expect(pointer));
        let address = format!("127.0.0.1:{}", self.port);
        let mut replacements = vec![("127.0.0.1:5230", address.as_str())];
        let (tmp, secret) = (self.folder.path().join("tmp/profile"), self.folder.path().join("administrator"));
        if pointer == HOOK {
            replacements.push(("/tmp/profile", tmp.to_str().unwrap()));
            replacements.push(("/etc/memos-administrator", secret.to_str().unwrap()));
        }
        let script = adapt(&words[2], &replacements);
        with_busybox(self.folder.path(), &[words[0].clone(), words[1].clone(), script]).output().unwrap()
    }

    fn is_ready(&self) -> bool {
        self.run(PROBE).status.success()
    }

    /// The requests that changed something.
    fn posts(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("tmp/log")).unwrap_or_default()
    }

    fn expected_post(&self) -> String {
        let json = self.emitted.secret("memos-administrator", "administrator.json");
        format!("POST /api/v1/users application/json {json}\n")
    }
}

/// Releases whose administrator is made by the hook, which tell it by different fields, each with both ways to write JSON.
const WAYS: [(&str, &str); 4] = [("0.30.0", ""), ("0.30.0", " "), ("0.29.1", ""), ("0.29.1", " ")];
const HOOK: &str = "/lifecycle/postStart";
const PROBE: &str = "/readinessProbe";

#[test]
fn the_hook_makes_one_administrator_and_then_the_pod_is_ready() {
    for (version, blank) in WAYS {
        let memos = Memos::new(version);
        assert!(!memos.is_ready(), "ready before anything runs");
        let _server = memos.serve("true", blank, "200");
        assert!(!memos.is_ready(), "ready without an administrator");
        let output = memos.run(HOOK);
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(said(&output), "");
        assert_eq!(memos.posts(), memos.expected_post());
        assert!(memos.is_ready());
        assert!(memos.run(HOOK).status.success(), "a restart");
        assert_eq!(memos.posts(), memos.expected_post(), "a restart makes no second one");
    }
}

#[test]
fn the_hook_leaves_an_installation_with_people_alone() {
    for (version, blank) in WAYS {
        let memos = Memos::new(version);
        let _server = memos.serve("false", blank, "200");
        assert!(memos.is_ready());
        assert!(memos.run(HOOK).status.success());
        assert_eq!(memos.posts(), "");
    }
}

#[test]
fn the_hook_waits_for_a_slow_start() {
    let memos = Memos::new("0.30.0");
    std::thread::scope(|scope| {
        let hook = scope.spawn(|| memos.run(HOOK));
        std::thread::sleep(Duration::from_millis(2500));
        assert!(!hook.is_finished(), "{}", said(&hook.join().unwrap()));
        let _server = memos.serve("true", "", "200");
        let output = hook.join().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    });
    assert_eq!(memos.posts(), memos.expected_post());
}

#[test]
fn the_hook_fails_when_the_administrator_cannot_be_made() {
    for status in ["500", "403"] {
        let memos = Memos::new("0.30.0");
        let _server = memos.serve("true", "", status);
        assert!(!memos.run(HOOK).status.success(), "{status}");
        assert_eq!(memos.posts(), memos.expected_post());
        assert!(!memos.is_ready());
    }
}

/// The pooler's readiness by BusyBox' nc.
#[test]
fn the_pooler_is_ready_when_somebody_listens() {
    let folder = folder();
    busybox(folder.path());
    let emitted = Emitted::without_secrets("dev", &[]);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut words = command(&emitted.container("Deployment", "memos-pooler")["readinessProbe"]);
    let port = words.iter_mut().find(|word| *word == "6432").expect("the port");
    *port = listener.local_addr().unwrap().port().to_string();
    let ready = || with_busybox(folder.path(), &words).status().unwrap().success();
    assert!(ready());
    drop(listener);
    assert!(!ready());
}
