//! How Memos connects to its database.

use std::collections::BTreeMap;

use super::{AuthorityPlan, Inputs, SecretVariable};
use crate::plan::capability;
use crate::plan::database::{DatabasePlan, DatabaseWaitPlan, ManagedPlan};
use crate::plan::names::Role;
use crate::plan::pooler::PoolerKind;
use crate::plan::secrets::SecretNamesPlan;
use crate::spec::database::{Credentials, Engine, PoolMode, TlsMode};

/// How Memos connects to its database.
#[derive(Default)]
pub(super) struct Connection {
    pub(super) environment: BTreeMap<String, String>,
    pub(super) secrets: Vec<SecretVariable>,
    pub(super) dsn_secret: Option<String>,
    /// What to wait for; nothing where a Secret alone knows, or a proxy is there before.
    pub(super) address: Option<DatabaseWaitPlan>,
}

pub(super) fn connection(inputs: &Inputs<'_>, authorities: &mut Vec<AuthorityPlan>) -> Connection {
    let Inputs { names, secrets, database, pooler, .. } = inputs;
    let driver = |name: &str| BTreeMap::from([("MEMOS_DRIVER".to_owned(), name.to_owned())]);
    let password = |secret: &str| {
        let name = "PGPASSWORD".to_owned();
        vec![SecretVariable { name, secret: secret.to_owned(), key: "password".to_owned(), optional: false }]
    };
    let postgres = |target: &Target<'_>, secret: Option<&str>| {
        let mut environment = driver("postgres");
        environment.insert("MEMOS_DSN".to_owned(), dsn(target));
        let address = DatabaseWaitPlan::new(&target.host, target.port);
        let secrets = secret.map(password).unwrap_or_default();
        Connection { environment, secrets, dsn_secret: None, address: Some(address) }
    };
    let (name, user) = database.name_and_user();
    let mut target = Target {
        host: String::new(),
        port: 5432,
        name,
        user,
        tls: TlsMode::Disable,
        ca: None,
        system_authorities: capability::of(inputs.spec).system_authorities,
        pooled: false,
    };
    if let Some(pooler) = pooler {
        target.host.clone_from(&pooler.name);
        target.pooled = pooler.mode == PoolMode::Transaction;
        if let PoolerKind::Operator { cluster, .. } = &pooler.kind {
            // The operator's PgBouncer shows the cluster's own certificate, which does not name the pooler.
            target.tls = TlsMode::VerifyCa;
            target.ca = Some(cluster_authority(cluster, authorities));
            return postgres(&target, Some(&format!("{cluster}-app")));
        }
        target.port = Role::Pooler.port();
        return postgres(&target, Some(&secrets.database));
    }
    match database {
        DatabasePlan::Sqlite(_) => Connection { environment: driver("sqlite"), ..Connection::default() },
        DatabasePlan::Postgres(_) => {
            target.host = names.component(Role::Postgres);
            postgres(&target, Some(&secrets.database))
        }
        DatabasePlan::Cluster(cluster) => {
            target.host = format!("{}-rw", cluster.name);
            target.tls = TlsMode::VerifyFull;
            target.ca = Some(cluster_authority(&cluster.name, authorities));
            postgres(&target, Some(&format!("{}-app", cluster.name)))
        }
        DatabasePlan::Managed(plan) => managed(plan, target, secrets, authorities, &driver, &postgres),
    }
}

fn managed<'a>(
    plan: &'a ManagedPlan,
    mut target: Target<'a>,
    secrets: &SecretNamesPlan,
    authorities: &mut Vec<AuthorityPlan>,
    driver: &impl Fn(&str) -> BTreeMap<String, String>,
    postgres: &impl Fn(&Target<'_>, Option<&str>) -> Connection,
) -> Connection {
    let authority = AuthorityPlan::of_database(&plan.ca);
    authorities.extend(authority.clone());
    let engine = match plan.engine {
        Engine::Postgres => "postgres",
        Engine::Mysql => "mysql",
    };
    // Memos' MySQL driver takes its password from the connection string only.
    if plan.engine == Engine::Mysql || plan.credentials == Credentials::DsnFile {
        return Connection {
            environment: driver(engine),
            dsn_secret: Some(secrets.database.clone()),
            ..Connection::default()
        };
    }
    target.host.clone_from(&plan.host);
    target.port = plan.port;
    target.tls = plan.tls;
    target.ca = authority.map(|authority| authority.path());
    target.pooled = plan.behind_pooler;
    let without_password = plan.proxy.as_ref().is_some_and(|proxy| proxy.iam_login);
    let connection = postgres(&target, (!without_password).then_some(secrets.database.as_str()));
    Connection { address: connection.address.filter(|_| plan.proxy.is_none()), ..connection }
}

/// Makes the cluster's own authority trusted, and gives its path.
fn cluster_authority(cluster: &str, authorities: &mut Vec<AuthorityPlan>) -> String {
    let authority = AuthorityPlan::of_cluster(cluster);
    let path = authority.path();
    authorities.push(authority);
    path
}

/// A PostgreSQL as Memos sees it.
struct Target<'a> {
    host: String,
    port: u16,
    name: &'a str,
    user: &'a str,
    tls: TlsMode,
    ca: Option<String>,
    system_authorities: bool,
    pooled: bool,
}

/// The value of `sslrootcert`, when it has to be said: the authority's file, or `system` where the driver knows the word. Without
/// it the driver takes the image's own authorities as well.
pub(in crate::plan) fn root_certificate(tls: TlsMode, file: Option<&str>, system_authorities: bool) -> Option<&str> {
    let checks = matches!(tls, TlsMode::VerifyCa | TlsMode::VerifyFull);
    file.or(system_authorities.then_some("system")).filter(|_| checks)
}

/// The connection string without a password. `connect_timeout`, because Memos hangs at start on a server that accepts and
/// does not answer; `binary_parameters`, because without it most calls fail through a pooler in transaction mode.
fn dsn(target: &Target<'_>) -> String {
    let Target { host, port, name, user, tls, ca, system_authorities, pooled } = target;
    let mut dsn = format!("host={host} port={port} user={user} dbname={name} sslmode={}", tls.word());
    if let Some(authority) = root_certificate(*tls, ca.as_deref(), *system_authorities) {
        dsn += &format!(" sslrootcert={authority}");
    }
    dsn += " connect_timeout=5 application_name=memos";
    if *pooled {
        dsn += " binary_parameters=yes";
    }
    dsn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_drivers_are_not_told_the_word_system() {
        for (tls, file, knows, said) in [
            (TlsMode::VerifyFull, None, true, Some("system")),
            (TlsMode::VerifyFull, None, false, None),
            (TlsMode::VerifyCa, Some("/ca.crt"), false, Some("/ca.crt")),
            (TlsMode::VerifyCa, Some("/ca.crt"), true, Some("/ca.crt")),
            (TlsMode::Require, Some("/ca.crt"), true, None),
        ] {
            assert_eq!(root_certificate(tls, file, knows), said, "{tls:?} {file:?} {knows}");
        }
        let dsn = |release: &str| {
            let spec = format!("memos: {{{release}}}\ndatabase: {{pooler: {{enabled: false}}}}");
            crate::check::sample::compile("production", &spec).plan.memos.environment["MEMOS_DSN"].clone()
        };
        assert!(dsn("version: 0.29.1").contains(" sslmode=verify-full sslrootcert=system connect_timeout=5 "));
        for release in ["version: 0.28.0", "version: 0.26.2", "distribution: divinesense"] {
            assert!(dsn(release).contains(" sslmode=verify-full connect_timeout=5 "), "{release}");
        }
    }

    #[test]
    fn nor_are_they_by_a_whole_connection_string() {
        let rest = |version: &str| {
            let spec = format!(
                "memos: {{version: {version}}}\ndatabase: {{credentials: dsnFile, pooler: {{enabled: false}}}}"
            );
            let plan = crate::check::sample::compile("production", &spec).plan;
            format!("{:?}", plan.secrets.expected[0].keys[0].content)
        };
        assert!(rest("0.30.0").contains("?sslmode=verify-full&sslrootcert=system&connect_timeout=5"));
        assert!(rest("0.28.0").contains("?sslmode=verify-full&connect_timeout=5"));
    }

    #[test]
    fn the_connection_string_says_what_the_driver_needs() {
        let target = Target {
            host: "db".to_owned(),
            port: 6432,
            name: "memos",
            user: "memos",
            tls: TlsMode::VerifyFull,
            ca: None,
            system_authorities: true,
            pooled: true,
        };
        assert_eq!(
            dsn(&target),
            "host=db port=6432 user=memos dbname=memos sslmode=verify-full sslrootcert=system connect_timeout=5 \
             application_name=memos binary_parameters=yes"
        );
    }
}
