//! PostgreSQL and PgBouncer as emitted, with a password that has to be quoted everywhere.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::emitted::{Emitted, adapt, command, words};
use crate::servers::{
    Server, USER, as_somebody, as_user, copied, eventually, folder, free_port, is_root, mounted, run, said,
};

/// Quotes of both kinds, a backslash, blanks, and what shells, psql and URLs take for the beginning of something.
pub(crate) const PASSWORD: &str = r#"it's "so" \n $HOME `id` %41 :name #1 ends\"#;

/// The user that Debian has for PostgreSQL; initdb refuses one without a name.
fn named_user() -> (u32, u32) {
    let number = |flag: &str| run("id", &[flag, "postgres"]).trim().parse().unwrap();
    (number("-u"), number("-g"))
}

pub(crate) struct Postgres {
    pub(crate) emitted: Emitted,
    folder: TempDir,
    pub(crate) port: u16,
    server: Server,
}

impl Postgres {
    /// A server as the image's entry point starts it: an empty data directory, the parameters of the container, and a
    /// password for everybody who comes over the network.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let (emitted, folder, port) = (Emitted::of("dev", settings), folder(), free_port());
        let path = |name: &str| folder.path().join(name);
        let superuser = emitted.secret("memos-database", "superuser-password");
        mounted(&path("passwords/password"), PASSWORD, 0o440);
        mounted(&path("passwords/superuser-password"), &superuser, 0o444);
        initialise(&path("data"), &path("passwords/superuser-password"));
        let script = emitted.config("memos-postgres-scripts", "10-memos.sh");
        let passwords = path("passwords");
        let script = adapt(&script, &[("/etc/postgres-passwords", passwords.to_str().unwrap())]);
        mounted(&path("10-memos.sh"), &script, 0o550);
        let mut command = as_user(program("postgres"));
        command.arg("-D").arg(path("data"));
        command.args(words(&emitted.container("StatefulSet", "memos-postgres")["args"]));
        let sockets = format!("unix_socket_directories={}", path("data").display());
        command.args(["-c", &sockets, "-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}")]);
        let server = Server::start(command, &path("postgres.log")).listens_on(port);
        let postgres = Self { emitted, folder, port, server };
        assert!(eventually(|| postgres.as_superuser("SELECT 1").status.success()), "{}", postgres.server.log());
        postgres
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the script as the entry point does, over the socket.
    pub(crate) fn first_start(&self) -> Output {
        let mut command = as_user(self.path("10-memos.sh"));
        command.env("POSTGRES_USER", "postgres");
        command.env("PGHOST", self.path("data")).env("PGPORT", self.port.to_string()).output().unwrap()
    }

    fn as_superuser(&self, statement: &str) -> Output {
        let mut command = as_user(program("psql"));
        command.args(["-qXtA", "--username=postgres", "--dbname=postgres", "-c", statement]);
        command.env("PGHOST", self.path("data")).env("PGPORT", self.port.to_string()).output().unwrap()
    }

    pub(crate) fn ask(&self, statement: &str) -> String {
        said(&self.as_superuser(statement)).trim().to_owned()
    }

    fn dsn(&self, port: u16) -> String {
        format!("host=127.0.0.1 port={port} user=memos dbname=memos sslmode=disable")
    }

    /// The readiness command as emitted.
    fn is_ready(&self) -> bool {
        let words = command(&self.emitted.container("StatefulSet", "memos-postgres")["readinessProbe"]);
        let passwords = self.path("passwords");
        let script = adapt(&words[2], &[("/etc/postgres-passwords", passwords.to_str().unwrap())]);
        let mut command = as_user(&words[0]);
        command.arg(&words[1]).arg(script).env("PGPORT", self.port.to_string()).status().unwrap().success()
    }
}

/// A program of the newest PostgreSQL that is installed; Debian keeps them out of `PATH`.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.unwrap().path().join("bin").join(name)).collect();
    found.retain(|path| path.is_file());
    found.sort();
    found.pop().unwrap_or_else(|| panic!("{name} of PostgreSQL not found: run `scripts/install-tools servers`"))
}

/// Makes the data directory as the image does: trust on the socket, and passwords over the network.
fn initialise(data: &Path, password: &Path) {
    std::fs::create_dir(data).unwrap();
    let (user, group) = if is_root() { named_user() } else { (USER, USER) };
    let own = |user: u32, group: u32| {
        if is_root() {
            run("chown", &["-R", &format!("{user}:{group}"), data.to_str().unwrap()]);
        }
    };
    own(user, group);
    let mut command = as_somebody(program("initdb"), user, group);
    command.args(["--no-sync", "--username=postgres", "--auth-local=trust", "--auth-host=scram-sha-256"]);
    let output = command.arg("--pwfile").arg(password).arg("-D").arg(data).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    own(USER, USER);
}

fn psql(dsn: &str, password: &str, statements: &[&str]) -> Output {
    let mut command = as_user(program("psql"));
    command.args(["-qXtA", "--set=ON_ERROR_STOP=1", "--dbname", dsn]);
    command.args(statements.iter().flat_map(|statement| ["-c", statement]));
    command.env("PGPASSWORD", password).output().unwrap()
}

#[test]
fn the_first_start_gives_memos_its_database_and_nothing_else() {
    let postgres = Postgres::start(&[]);
    assert!(!postgres.is_ready(), "a server without Memos' role is of no use");
    let output = postgres.first_start();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(said(&output), "");
    assert!(postgres.is_ready());

    let dsn = postgres.dsn(postgres.port);
    let of_memos = |statement: &str| said(&psql(&dsn, PASSWORD, &[statement])).trim().to_owned();
    assert_eq!(of_memos("SELECT current_user, current_database()"), "memos|memos");
    assert_eq!(of_memos("CREATE TABLE note (id int); INSERT INTO note VALUES (1); SELECT count(*) FROM note"), "1");
    assert_eq!(postgres.ask("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'memos'"), "memos");
    assert!(of_memos("CREATE ROLE other").contains("permission denied to create role"));
    assert!(of_memos("CREATE DATABASE other").contains("permission denied to create database"));
    assert!(of_memos("ALTER ROLE memos SUPERUSER").contains("must be superuser"));
    let rights = "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = 'memos'";
    assert_eq!(postgres.ask(rights), "f|f|f|f|f");

    let wrong = psql(&dsn, "wrong", &["SELECT 1"]);
    assert!(said(&wrong).contains("password authentication failed for user \"memos\""), "{}", said(&wrong));
    let superuser = dsn.replace("user=memos dbname=memos", "user=postgres dbname=postgres");
    assert!(!psql(&superuser, PASSWORD, &["SELECT 1"]).status.success());
    let password = postgres.emitted.secret("memos-database", "superuser-password");
    assert!(psql(&superuser, &password, &["SELECT 1"]).status.success());
}

#[test]
fn the_server_takes_every_parameter() {
    let postgres = Postgres::start(&["database.memory=1Gi", "database.maxConnections=60"]);
    let args = words(&postgres.emitted.container("StatefulSet", "memos-postgres")["args"]);
    let parameters: Vec<_> =
        args.iter().filter(|word| *word != "-c").map(|word| word.split_once('=').unwrap()).collect();
    assert_eq!(
        parameters,
        [
            ("max_connections", "60"),
            ("shared_buffers", "256MB"),
            ("effective_cache_size", "768MB"),
            ("maintenance_work_mem", "64MB"),
            ("work_mem", "4MB"),
            ("random_page_cost", "1.1"),
        ]
    );
    for (name, value) in parameters {
        assert_eq!(postgres.ask(&format!("SHOW {name}")), value, "{name}");
    }
    assert!(postgres.first_start().status.success() && postgres.is_ready());
    let Postgres { server, port, emitted, folder } = postgres;
    server.stop();
    let log = folder.path().join("postgres.log");
    let server = Server::start(as_user("true"), &log);
    assert!(!Postgres { emitted, folder, port, server }.is_ready(), "ready after the end");
}

/// PostgreSQL of Debian has no pgvector: the script of the fork has to fail with it, loudly, and to make an extension
/// that is there.
#[test]
fn the_first_start_of_the_fork_creates_its_extension_or_fails() {
    let postgres = Postgres::start(&["memos.distribution=divinesense", "memos.image=registry.invalid/divinesense:1"]);
    let script = std::fs::read_to_string(postgres.path("10-memos.sh")).unwrap();
    assert!(script.contains("\\connect memos\nCREATE EXTENSION IF NOT EXISTS vector;\n"), "{script}");
    if postgres.ask("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'") == "0" {
        let output = postgres.first_start();
        assert!(!output.status.success());
        assert!(said(&output).contains("extension \"vector\" is not available"), "{}", said(&output));
        postgres.ask("DROP DATABASE memos");
        postgres.ask("DROP ROLE memos");
        mounted(&postgres.path("10-memos.sh"), &adapt(&script, &[(" vector;", " pg_trgm;")]), 0o550);
    }
    let output = postgres.first_start();
    assert!(output.status.success(), "{}", said(&output));
    let installed = psql(&postgres.dsn(postgres.port), PASSWORD, &["SELECT extname FROM pg_extension ORDER BY 1"]);
    let installed = said(&installed);
    assert!(installed == "plpgsql\nvector\n" || installed == "pg_trgm\nplpgsql\n", "{installed}");
}

pub(crate) struct Pooler {
    pub(crate) postgres: Postgres,
    pub(crate) port: u16,
    server: Server,
}

impl Pooler {
    pub(crate) fn start(settings: &[&str], more: &[(&str, &str)]) -> Self {
        let postgres = Postgres::start(settings);
        let output = postgres.first_start();
        assert!(output.status.success(), "{}", said(&output));
        let port = free_port();
        // The list of users with a password that needs its quoting; the compiler writes random letters.
        let random = postgres.emitted.secret("memos-database", "password");
        let users = postgres.emitted.secret("memos-database", "userlist.txt");
        let users = adapt(&users, &[(random.as_str(), &PASSWORD.replace('"', "\"\""))]);
        mounted(&postgres.path("users/userlist.txt"), &users, 0o440);
        let server = format!("host=127.0.0.1 port={}", postgres.port);
        let (list, number) = (postgres.path("users"), format!("listen_port = {port}"));
        let mut replacements = vec![
            ("host=memos-postgres port=5432", server.as_str()),
            ("listen_addr = *", "listen_addr = 127.0.0.1"),
            ("listen_port = 6432", &number),
            ("/etc/pgbouncer-users", list.to_str().unwrap()),
        ];
        replacements.extend(more);
        let configuration = adapt(&postgres.emitted.config("memos-pooler", "pgbouncer.ini"), &replacements);
        mounted(&postgres.path("pgbouncer.ini"), &configuration, 0o440);
        let words = words(&postgres.emitted.container("Deployment", "memos-pooler")["command"]);
        assert_eq!(words, ["pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]);
        let mut command = as_user(&words[0]);
        command.arg(postgres.path("pgbouncer.ini"));
        let server = Server::start(command, &postgres.path("pgbouncer.log")).listens_on(port);
        Self { postgres, port, server }
    }

    /// The connection string of Memos.
    fn dsn(&self) -> String {
        let variables = self.postgres.emitted.variables(self.postgres.emitted.container("Deployment", "memos"));
        assert!(variables.iter().any(|(name, _)| name == "PGPASSWORD"), "the password comes from the Secret");
        let dsn = variables.into_iter().find(|(name, _)| name == "MEMOS_DSN").expect("the connection string").1;
        let here = format!("host=127.0.0.1 port={}", self.port);
        adapt(&dsn, &[("host=memos-pooler port=6432", &here)])
    }

    /// The same without the one word that only Memos' driver knows.
    fn dsn_for_psql(&self) -> String {
        adapt(&self.dsn(), &[(" binary_parameters=yes", "")])
    }

    fn driver(&self, action: &str, dsn: &str, count: u32) -> String {
        let mut command = as_user(copied("driver-client", self.postgres.folder.path()));
        command.args([action, dsn, &count.to_string()]).env("PGPASSWORD", PASSWORD);
        said(&command.output().unwrap())
    }
}

#[test]
fn the_pooler_bounds_what_reaches_the_server() {
    let pooler = Pooler::start(&["database.pooler.poolSize=3"], &[]);
    let dsn = pooler.dsn_for_psql();
    let who = "SELECT current_user, current_database(), current_setting('application_name')";
    assert_eq!(said(&psql(&dsn, PASSWORD, &[who])), "memos|memos|memos\n");
    let wrong = said(&psql(&dsn, "wrong", &["SELECT 1"]));
    assert!(wrong.contains("SASL authentication failed"), "{wrong}");
    let other = dsn.replace("user=memos", "user=postgres");
    assert!(
        !psql(&other, &pooler.postgres.emitted.secret("memos-database", "superuser-password"), &["SELECT 1"])
            .status
            .success()
    );

    let started = Instant::now();
    let running: Vec<_> = (0..8)
        .map(|_| {
            let dsn = dsn.clone();
            std::thread::spawn(move || psql(&dsn, PASSWORD, &["BEGIN", "SELECT pg_sleep(0.5)", "COMMIT"]))
        })
        .collect();
    let mut most = 0;
    while running.iter().any(|thread| !thread.is_finished()) {
        let busy = pooler.postgres.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'memos'");
        most = most.max(busy.parse().unwrap());
    }
    for thread in running {
        let output = thread.join().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    assert_eq!(most, 3);
    assert!(started.elapsed() >= Duration::from_millis(1500), "eight halves of a second by three at a time");

    // Ten clients stay connected, which the three connections could not serve if clients kept them.
    let held = pooler.driver("hold", &pooler.dsn(), 10);
    let backends = held.strip_prefix("10 clients, ").and_then(|rest| rest.strip_suffix(" backends\n"));
    assert!(backends.is_some_and(|count| count.parse::<u32>().unwrap() <= 3), "{held}");
}

/// Idle clients, as Memos keeps them, do not hold the pooler up, and a transaction that runs is not cut.
#[test]
fn the_pooler_ends_when_the_last_transaction_does() {
    let pooler = Pooler::start(&["database.pooler.poolSize=3"], &[]);
    let dsn = pooler.dsn_for_psql();
    let idle = dsn.clone();
    let idle = std::thread::spawn(move || psql(&idle, PASSWORD, &["SELECT 1", "\\! sleep 12"]));
    let running = std::thread::spawn(move || psql(&dsn, PASSWORD, &["BEGIN", "SELECT pg_sleep(4)", "COMMIT"]));
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'memos' AND query LIKE '%pg_sleep%'";
    assert!(eventually(|| pooler.postgres.ask(busy) == "1"));
    let hook = &pooler.postgres.emitted.container("Deployment", "memos-pooler")["lifecycle"]["preStop"];
    let words = crate::emitted::command(hook);
    let process = pooler.server.process();
    let script = adapt(
        &words[2],
        &[
            ("sleep 10\n", "sleep 1\n"),
            ("kill -INT 1\n", &format!("kill -INT {process}\n")),
            ("kill -0 1;", &format!("kill -0 {process} && ! grep -q '^State:.Z' /proc/{process}/status;")),
        ],
    );
    let started = Instant::now();
    as_user(&words[0]).arg(&words[1]).arg(script).status().unwrap();
    let took = started.elapsed();
    assert!(took > Duration::from_secs(2) && took < Duration::from_secs(8), "{took:?}");
    let output = running.join().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    idle.join().unwrap();
}

#[test]
fn who_waits_too_long_is_told() {
    let pooler =
        Pooler::start(&["database.pooler.poolSize=1"], &[("query_wait_timeout = 30", "query_wait_timeout = 1")]);
    let dsn = pooler.dsn_for_psql();
    let first = dsn.clone();
    let first = std::thread::spawn(move || psql(&first, PASSWORD, &["SELECT pg_sleep(5)"]));
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'memos' AND state = 'active'";
    assert!(eventually(|| pooler.postgres.ask(busy) == "1"));
    let second = psql(&dsn, PASSWORD, &["SELECT 1"]);
    assert!(said(&second).contains("query_wait_timeout"), "{}", said(&second));
    assert!(first.join().unwrap().status.success());
}

/// The reason for `binary_parameters=yes`, by the driver that Memos is built with.
#[test]
fn the_driver_of_memos_works_through_the_pooler_only_with_binary_parameters() {
    let pooler = Pooler::start(&["database.pooler.poolSize=5"], &[]);
    let dsn = pooler.dsn();
    assert!(dsn.ends_with(" sslmode=disable connect_timeout=5 application_name=memos binary_parameters=yes"), "{dsn}");
    assert_eq!(pooler.driver("queries", &dsn, 200), "0 of 200 failed\n");
    let without = pooler.driver("queries", &pooler.dsn_for_psql(), 200);
    assert!(!without.starts_with("0 of"), "{without}");
    assert!(without.contains(" of 200 failed\n"), "{without}");
}

/// PgBouncer's configuration in session mode, where the connection string needs nothing special.
#[test]
fn the_pooler_in_session_mode_serves_as_many_as_its_pool_holds() {
    let pooler = Pooler::start(&["database.pooler.mode=session", "database.pooler.poolSize=5"], &[]);
    let variables = pooler.postgres.emitted.variables(pooler.postgres.emitted.container("Deployment", "memos"));
    let dsn = variables.into_iter().find(|(name, _)| name == "MEMOS_DSN").unwrap().1;
    assert!(!dsn.contains("binary_parameters"), "{dsn}");
    let dsn = adapt(&dsn, &[("host=memos-pooler port=6432", &format!("host=127.0.0.1 port={}", pooler.port))]);
    assert_eq!(pooler.driver("hold", &dsn, 5), "5 clients, 5 backends\n");
    assert_eq!(pooler.driver("queries", &dsn, 200), "0 of 200 failed\n");
}

/// PgBouncer cannot read every legal name of a database as a key of its configuration.
#[test]
fn the_pooler_serves_databases_of_any_legal_name() {
    let postgres = Postgres::start(&[]);
    assert!(postgres.first_start().status.success());
    for name in ["memos-2", "memos.2", "team@memos"] {
        assert_eq!(postgres.ask(&format!("CREATE DATABASE \"{name}\" OWNER memos")), "");
        let settings = [
            &format!("database.name={name}"),
            "database.tls.mode=disable",
            "database.pooler.enabled=true",
            "secrets.kind=local",
        ];
        let emitted = Emitted::of("production", &settings);
        let random = emitted.secret("memos-database", "password");
        let users = emitted.secret("memos-database", "userlist.txt");
        let users = adapt(&users, &[(random.as_str(), &PASSWORD.replace('"', "\"\""))]);
        mounted(&postgres.path("users/userlist.txt"), &users, 0o440);
        let port = free_port();
        let configuration = adapt(
            &emitted.config("memos-pooler", "pgbouncer.ini"),
            &[
                ("host=postgres.example.invalid port=5432", &format!("host=127.0.0.1 port={}", postgres.port)),
                ("listen_addr = *", "listen_addr = 127.0.0.1"),
                ("listen_port = 6432", &format!("listen_port = {port}")),
                ("/etc/pgbouncer-users", postgres.path("users").to_str().unwrap()),
            ],
        );
        mounted(&postgres.path("pgbouncer.ini"), &configuration, 0o440);
        let mut command = as_user("pgbouncer");
        command.arg(postgres.path("pgbouncer.ini"));
        let _server = Server::start(command, &postgres.path("pgbouncer.log")).listens_on(port);
        let dsn = format!("host=127.0.0.1 port={port} user=memos dbname={name} sslmode=disable");
        assert_eq!(said(&psql(&dsn, PASSWORD, &["SELECT current_database()"])), format!("{name}\n"));
    }
}

#[test]
fn commands_are_found_or_named() {
    let missing = std::panic::catch_unwind(|| Command::new(crate::servers::found("no-such-program".as_ref())));
    let message = *missing.unwrap_err().downcast::<String>().unwrap();
    assert_eq!(message, "no-such-program not found: run `scripts/install-tools servers` and put its bin on PATH");
}
