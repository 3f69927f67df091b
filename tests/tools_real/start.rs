//! What comes before the first request: the script that starts PostgreSQL, with the two programs of its image played by others,
//! and the container that waits for it.

use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::emitted::{Emitted, adapt, words};
use crate::servers::{as_user, copied, folder, free_port, mounted, said, volume};

/// Begins a database, and is killed with whoever started it when somebody says so.
const MAKE: &str = "#!/bin/sh
mkdir -p \"$PGDATA\"
echo 18 >\"$PGDATA/PG_VERSION\"
if [ -e \"${0%/*}/killed\" ]; then kill -9 $PPID $$; fi
echo \"$*\" >\"$PGDATA/made\"
";

/// Says what would be started on what.
const SERVE: &str = "#!/bin/sh
echo \"$* on $(ls \"$PGDATA\" | tr '\\n' ' ')\"
";

struct Start {
    folder: TempDir,
    script: Vec<String>,
    args: Vec<String>,
}

impl Start {
    fn new() -> Self {
        let (emitted, folder) = (Emitted::of("dev", &[]), folder());
        let container = emitted.container("StatefulSet", "memos-postgres");
        let mut script = words(&container["command"]);
        let own = volume(folder.path(), "postgresql");
        script[2] = adapt(&script[2], &[("/var/lib/postgresql", own.to_str().unwrap())]);
        mounted(&folder.path().join("bin/docker-ensure-initdb.sh"), MAKE, 0o555);
        mounted(&folder.path().join("bin/docker-entrypoint.sh"), SERVE, 0o555);
        let args = words(&container["args"]);
        Self { folder, script, args }
    }

    fn volume(&self) -> PathBuf {
        self.folder.path().join("postgresql")
    }

    fn run(&self, data: &str) -> Output {
        let path = format!("{}:{}", self.folder.path().join("bin").display(), std::env::var("PATH").unwrap());
        let mut command: Command = as_user(&self.script[0]);
        command.args(&self.script[1..]).args(&self.args).env("PATH", path);
        command.env("PGDATA", self.volume().join(data)).output().unwrap()
    }
}

#[test]
fn a_database_counts_when_it_is_whole() {
    let start = Start::new();
    mounted(&start.folder.path().join("bin/killed"), "", 0o444);
    let killed = start.run("18/docker");
    assert!(!killed.status.success(), "{}", said(&killed));
    assert!(start.volume().join("18/docker.new/PG_VERSION").exists(), "killed in the middle");
    assert!(!start.volume().join("18/docker").exists(), "what is not whole counts");

    std::fs::remove_file(start.folder.path().join("bin/killed")).unwrap();
    let args = start.args.join(" ");
    assert!(args.starts_with("-c max_connections="), "{args}");
    assert_eq!(said(&start.run("18/docker")), format!("{args} on PG_VERSION made \n"));
    assert_eq!(std::fs::read_to_string(start.volume().join("18/docker/made")).unwrap(), format!("{args}\n"));
    assert!(!start.volume().join("18/docker.new").exists());

    // What is whole is never made again.
    std::fs::remove_file(start.volume().join("18/docker/made")).unwrap();
    assert_eq!(said(&start.run("18/docker")), format!("{args} on PG_VERSION \n"));
}

#[test]
fn no_database_is_made_beside_one_of_another_version() {
    for (there, wanted) in [("18/docker", "19/docker"), ("pgdata", "18/docker"), ("data/18/docker", "data/pgdata")] {
        let start = Start::new();
        assert!(start.run(there).status.success());
        let refused = start.run(wanted);
        let found = start.volume().join(there);
        assert!(
            !refused.status.success() && said(&refused).contains("set database.version back"),
            "{}",
            said(&refused)
        );
        assert!(said(&refused).starts_with(&format!("{} holds a database of PostgreSQL 18", found.display())));
        assert!(!start.volume().join(wanted).exists() && start.run(there).status.success());
    }
}

/// The container that waits for the database, with a port of this machine to wait for.
struct Wait {
    folder: TempDir,
    script: Vec<String>,
    port: u16,
}

impl Wait {
    fn new() -> Self {
        let (emitted, folder) = (Emitted::of("dev", &["database.pooler.enabled=false"]), folder());
        let containers = &emitted.object("Deployment", "memos")["spec"]["template"]["spec"]["initContainers"];
        let named = |found: &&Value| found["name"] == "wait-for-database";
        let container = containers.as_array().unwrap().iter().find(named).unwrap();
        let expected = [("DATABASE_HOST", "memos-postgres"), ("DATABASE_PORT", "5432")];
        assert_eq!(emitted.variables(container), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        copied("busybox", &bin);
        for name in ["sh", "nc"] {
            symlink("busybox", bin.join(name)).unwrap();
        }
        Self { folder, script: words(&container["command"]), port: free_port() }
    }

    /// Runs it with a program that sleeps.
    fn run(&self, sleep: &str) -> Output {
        let (bin, sleep_here) = (self.folder.path().join("bin"), self.folder.path().join("bin/sleep"));
        drop(std::fs::remove_file(&sleep_here));
        symlink(sleep, sleep_here).unwrap();
        let mut command = as_user("timeout");
        command.arg("20").arg(bin.join("sh")).args(&self.script[1..]).env("PATH", &bin);
        command.env("DATABASE_HOST", "127.0.0.1").env("DATABASE_PORT", self.port.to_string()).output().unwrap()
    }
}

#[test]
fn memos_waits_until_its_database_listens() {
    let (wait, started) = (Wait::new(), Instant::now());
    let output = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| wait.run("/bin/sleep"));
        std::thread::sleep(Duration::from_millis(1500));
        assert!(!waiting.is_finished(), "nobody listens yet");
        let _listener = TcpListener::bind(("127.0.0.1", wait.port)).unwrap();
        waiting.join().unwrap()
    });
    assert!(output.status.success() && started.elapsed() < Duration::from_secs(5), "{}", said(&output));
    let first = format!("try 1 of 60: nobody listens at 127.0.0.1:{} yet\n", wait.port);
    assert!(said(&output).starts_with(&first), "{}", said(&output));
    assert!(said(&output).ends_with(&format!("127.0.0.1:{} answers\n", wait.port)), "{}", said(&output));
}

#[test]
fn memos_starts_without_a_database_in_the_end() {
    let output = Wait::new().run("/bin/true");
    assert!(output.status.success(), "{}", said(&output));
    let last = said(&output).lines().last().unwrap().to_owned();
    assert!(last.starts_with("try 60 of 60: nobody listens"), "{last}");
}
