//! Runs real servers on free ports of the loopback interface, and ends them whatever happens.

#![allow(dead_code, reason = "each test file uses what it needs of this")]

use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The user and group of every process in the pods.
pub(crate) const USER: u32 = 10_001;

/// How long a server may take to start or to end on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running server; it ends with this value, and, killed by the system, with the thread that started it.
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a command that writes its log to a file.
    pub(crate) fn start(mut command: Command, log: &Path) -> Self {
        let file = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, log: log.to_owned() }
    }

    /// The number of its process, which `setpriv` becomes and does not start.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// What the server has said so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until the server accepts connections.
    pub(crate) fn listens_on(mut self, port: u16) -> Self {
        let listening = eventually(|| {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {}", self.log());
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
        });
        assert!(listening, "nobody listens on port {port}: {}", self.log());
        self
    }

    /// Waits for the server to end by itself, and says whether it called that a success.
    pub(crate) fn ends(mut self) -> bool {
        let mut status = None;
        assert!(
            eventually(|| {
                status = self.child.try_wait().unwrap();
                status.is_some()
            }),
            "the server goes on: {}",
            self.log()
        );
        status.unwrap().success()
    }

    /// Ends the server at once, as a lost node does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends the server politely and waits for it.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_some()) {
            return;
        }
        // The interrupt signal, which to PostgreSQL means a fast shutdown, and to the others an ordinary one.
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        if !eventually(|| self.child.try_wait().is_ok_and(|status| status.is_some())) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Asks until the answer is yes; false when patience is at its end.
pub(crate) fn eventually(mut question: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if question() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// A port that nobody uses.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A folder that the pods' user can enter. It lies in memory: while others keep a disk busy, Redis puts off by two seconds what it
/// has acknowledged, and PostgreSQL what it is to acknowledge, whatever we emit.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A folder that the pods' user owns, as `fsGroup` makes of a volume.
pub(crate) fn volume(parent: &Path, name: &str) -> PathBuf {
    let path = parent.join(name);
    std::fs::create_dir(&path).unwrap();
    give(&path, Some(USER));
    path
}

/// A file with the mode and the group that files of a Secret or ConfigMap have in the pods.
pub(crate) fn mounted(path: &Path, content: &str, mode: u32) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    give(path, None);
}

fn give(path: &Path, owner: Option<u32>) {
    if is_root() {
        chown(path, owner, Some(USER)).unwrap();
    }
}

/// Whether other users can be had at all.
pub(crate) fn is_root() -> bool {
    run("id", &["-u"]) == "0\n"
}

/// A command as the pods' user, without what the caller's environment says. It is killed when its starter ends.
pub(crate) fn as_user(program: impl AsRef<OsStr>) -> Command {
    as_somebody(program, USER, USER)
}

/// The same as a user by number.
pub(crate) fn as_somebody(program: impl AsRef<OsStr>, user: u32, group: u32) -> Command {
    let program = found(program.as_ref());
    let mut command = Command::new(found("setpriv".as_ref()));
    command.args(["--pdeathsig", "KILL"]);
    if is_root() {
        command.args(["--clear-groups", "--no-new-privs", "--inh-caps=-all"]);
        command.args([format!("--reuid={user}"), format!("--regid={group}")]);
    }
    command.arg("--").arg(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).current_dir("/");
    command
}

/// A command as whoever runs the tests, with their environment. It is killed when its starter ends.
pub(crate) fn as_ourselves(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(found("setpriv".as_ref()));
    command.args(["--pdeathsig", "KILL", "--"]).arg(found(program.as_ref()));
    command
}

/// A program's copy in a test's own folder. Tools in a home folder are out of reach for the pods' user, and a link to them
/// is too.
pub(crate) fn copied(program: &str, folder: &Path) -> PathBuf {
    let copy = folder.join(program);
    if !copy.exists() {
        // Another process copies: a file that this one has open for writing would be held by every child of other tests,
        // and a file held so cannot be run.
        run("install", &["-m", "755", found(program.as_ref()).to_str().unwrap(), copy.to_str().unwrap()]);
    }
    copy
}

/// Where a program is.
///
/// # Panics
///
/// If it is nowhere; the message says how to install it.
pub(crate) fn found(program: &OsStr) -> PathBuf {
    let path = Path::new(program);
    if path.is_absolute() {
        return path.to_owned();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    // Debian keeps servers where only the administrator looks.
    let usual = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin"].map(PathBuf::from);
    let mut candidates = std::env::split_paths(&folders).chain(usual).map(|folder| folder.join(path));
    candidates.find(|candidate| candidate.is_file()).unwrap_or_else(|| {
        panic!("{} not found: run `scripts/install-tools servers` and put its bin on PATH", path.display())
    })
}

/// Runs a program that has to succeed, and returns what it printed.
pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(found(program.as_ref())).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?} failed: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// What a program printed, errors too.
pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
