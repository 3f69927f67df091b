//! Each rule about databases, with a case that fires and one that nearly does.

use super::super::sample::compile;
use super::super::trial::{fires, rests};
use crate::diagnostic::Code;

#[test]
fn pools_fit_the_database() {
    fires(
        Code::ConnectionsExceeded,
        "production",
        "database: {pooler: {poolSize: 48}}",
        "the pools need 202 connections, the database allows 200: 48 × (2 poolers + 2 in a rollout) + 10 reserved",
        "say `database.pooler.poolSize: 47` or less, or leave it out",
    );
    rests(Code::ConnectionsExceeded, "production", "database: {pooler: {poolSize: 47}}");
}

#[test]
fn no_pool_fits_a_tiny_database() {
    fires(
        Code::ConnectionsExceeded,
        "production",
        "database: {maxConnections: 11, pooler: {replicas: 2}}",
        "the pools need 14 connections, the database allows 11: 1 × (2 poolers + 2 in a rollout) + 10 reserved",
        "raise `database.maxConnections` to 14 or more",
    );
    rests(Code::ConnectionsExceeded, "production", "database: {maxConnections: 14, pooler: {replicas: 2}}");
}

#[test]
fn the_forks_processes_fit_the_database() {
    fires(
        Code::ConnectionsExceeded,
        "production",
        "memos: {distribution: divinesense}\nscaling: {mode: replicas, min: 2, max: 38}",
        "the processes need 205 connections, the database allows 200: 5 × (38 replicas + 1 in a rollout) + 10 reserved",
        "say `scaling.max: 37` or less, or raise `database.maxConnections` to 205",
    );
    rests(
        Code::ConnectionsExceeded,
        "production",
        "memos: {distribution: divinesense}\nscaling: {mode: replicas, min: 2, max: 37}",
    );
}

#[test]
fn connections_of_replicas_are_bounded() {
    fires(
        Code::ConnectionsUnbounded,
        "production",
        "database: {pooler: {enabled: false}}",
        "nothing bounds the connections of 8 processes at 50 requests a second: answers turn to 500 when more than 190 are in flight",
        "say `database.pooler.enabled: true`",
    );
    rests(Code::ConnectionsUnbounded, "production", "database: {pooler: {enabled: false}}\nscaling: {mode: single}");
}

#[test]
fn connections_of_a_busy_process_are_bounded() {
    fires(
        Code::ConnectionsUnbounded,
        "production",
        "scaling: {mode: single}\nload: {requestsPerSecond: 100}",
        "nothing bounds the connections of one process at 100 requests a second: answers turn to 500 when more than 190 are in flight",
        "say `database.pooler.enabled: true`",
    );
    rests(Code::ConnectionsUnbounded, "production", "scaling: {mode: single}\nload: {requestsPerSecond: 99}");
}

#[test]
fn without_a_password_there_is_no_pooler() {
    fires(
        Code::ConnectionsUnbounded,
        "gcp",
        "database: {cloudSqlProxy: {iamLogin: true}}",
        "nothing bounds the connections of 8 processes at 50 requests a second: answers turn to 500 when more than 190 are in flight",
        "say `database.cloudSqlProxy.iamLogin: false`, so that a pooler can stand between",
    );
    rests(Code::ConnectionsUnbounded, "gcp", "database: {cloudSqlProxy: {iamLogin: false}}");
}

#[test]
fn pgbouncer_speaks_postgres() {
    fires(
        Code::PoolerImpossible,
        "production",
        "database: {engine: mysql, pooler: {enabled: true}}",
        "there can be no pooler here: PgBouncer speaks PostgreSQL only",
        "leave `database.pooler.enabled` out, or take PostgreSQL",
    );
    rests(Code::PoolerImpossible, "production", "database: {engine: mysql, pooler: {enabled: false}}");
}

#[test]
fn pgbouncer_needs_the_password() {
    fires(
        Code::PoolerImpossible,
        "production",
        "database: {credentials: dsnFile, pooler: {enabled: true}}",
        "there can be no pooler here: the connection string of the Secret leads past it",
        "leave `database.pooler.enabled` out, or say `database.credentials: password`",
    );
    rests(Code::PoolerImpossible, "production", "database: {credentials: password, pooler: {enabled: true}}");
}

#[test]
fn one_pooler_is_enough() {
    let help = "leave `database.pooler.enabled` out, or say `database.port: 5432` with PostgreSQL itself behind it";
    fires(
        Code::SecondPooler,
        "production",
        "database: {port: 6432, pooler: {enabled: true}}",
        "port 6432 is a PgBouncer already, and ours would stand before it",
        help,
    );
    fires(
        Code::SecondPooler,
        "production",
        "database: {behindPooler: true, pooler: {enabled: true}}",
        "a pooler answers at the database's address already, and ours would stand before it",
        help,
    );
    rests(Code::SecondPooler, "production", "database: {port: 6432}");
    rests(Code::SecondPooler, "production", "database: {port: 6432, behindPooler: false, pooler: {enabled: true}}");
    rests(Code::SecondPooler, "production", "database: {engine: mysql, port: 6432}");
}

#[test]
fn a_pooler_of_others_gets_binary_parameters() {
    let dsn = |body: &str| compile("production", body).plan.memos.environment["MEMOS_DSN"].clone();
    for (body, pooled) in [
        ("database: {port: 6432}", true),
        ("database: {port: 6432, pooler: {enabled: false}}", true),
        ("database: {port: 6543, behindPooler: true}", true),
        ("database: {port: 6432, behindPooler: false, pooler: {enabled: false}}", false),
        ("database: {port: 5432, pooler: {enabled: false}}", false),
    ] {
        assert_eq!(dsn(body).ends_with(" binary_parameters=yes"), pooled, "{body}");
    }
    rests(Code::ConnectionsUnbounded, "production", "database: {port: 6432}");
}

#[test]
fn a_managed_database_has_an_address() {
    fires(
        Code::DatabaseAddressMissing,
        "dev",
        "database: {kind: managed}",
        "the managed database has no address",
        "say `database.host`, or `database.cloudSqlProxy.instance` on Google Cloud",
    );
    rests(Code::DatabaseAddressMissing, "dev", "database: {kind: managed, host: db.example.com}");
}

#[test]
fn the_proxy_needs_no_address() {
    fires(
        Code::DatabaseAddressUnused,
        "gcp",
        "database: {host: db.example.com}",
        "`database.host: db.example.com` is not used: the Cloud SQL Auth Proxy finds the instance by its name",
        "leave `database.host` out",
    );
    rests(Code::DatabaseAddressUnused, "gcp", "memos: {}");
}

#[test]
fn reader_endpoints_refuse_writes() {
    fires(
        Code::DatabaseReadOnly,
        "aws",
        "database: {host: memos.cluster-ro-abc.eu-central-1.rds.amazonaws.com}",
        "`memos.cluster-ro-abc.eu-central-1.rds.amazonaws.com` leads to read-only instances, and Memos writes",
        "take the writer endpoint, the one with `.cluster-`",
    );
    rests(Code::DatabaseReadOnly, "aws", "database: {host: memos.cluster-abc.eu-central-1.rds.amazonaws.com}");
}

#[test]
fn identity_login_has_an_identity() {
    fires(
        Code::IdentityMissing,
        "gcp",
        "database: {cloudSqlProxy: {iamLogin: true}}\nkubernetes: {identity: {kind: none}}",
        "signing in to the database by identity needs a Google service account for the pods",
        "say `kubernetes.identity: {kind: gke, serviceAccount: NAME@PROJECT.iam.gserviceaccount.com}`",
    );
    rests(
        Code::IdentityMissing,
        "gcp",
        "database: {cloudSqlProxy: {iamLogin: false}}\nkubernetes: {identity: {kind: none}}",
    );
}

#[test]
fn identity_login_has_its_user() {
    fires(
        Code::IdentityUser,
        "gcp",
        "database: {cloudSqlProxy: {iamLogin: true}}",
        "the database user of this service account is `memos-sql@placeholder-project.iam`, not `memos`",
        "say `database.user: memos-sql@placeholder-project.iam`",
    );
    rests(
        Code::IdentityUser,
        "gcp",
        "database: {user: memos-sql@placeholder-project.iam, cloudSqlProxy: {iamLogin: true}}",
    );
}

#[test]
fn require_checks_nothing() {
    fires(
        Code::DatabaseNotAuthenticated,
        "production",
        "database: {tls: {mode: require}}",
        "`require` encrypts without a check of the certificate: whoever stands between can read the password",
        "say `verify-full`, with `database.tls.ca` when its authority is not a public one",
    );
    rests(Code::DatabaseNotAuthenticated, "production", "database: {tls: {mode: verify-full}}");
}

#[test]
fn disable_encrypts_nothing() {
    fires(
        Code::DatabaseNotEncrypted,
        "production",
        "database: {tls: {mode: disable}}",
        "password and notes cross the network to `postgres.example.invalid` in the clear",
        "say `verify-full`; RDS since PostgreSQL 15 and Azure refuse connections without encryption",
    );
    rests(Code::DatabaseNotEncrypted, "production", "database: {tls: {mode: verify-ca}}");
}

#[test]
fn rds_has_its_own_authority() {
    fires(
        Code::RdsAuthority,
        "production",
        "database: {host: memos.abc.eu-central-1.rds.amazonaws.com}",
        "certificates of RDS are not signed by a public authority, so every connection would fail",
        "say `database.tls.ca: {kind: configMap, name: memos-rds-ca}`",
    );
    rests(
        Code::RdsAuthority,
        "production",
        "database: {host: memos.abc.eu-central-1.rds.amazonaws.com, tls: {ca: {kind: configMap, name: rds}}}",
    );
}

#[test]
fn azure_is_not_pinned() {
    fires(
        Code::AzureAuthority,
        "production",
        "database: {host: m.postgres.database.azure.com, tls: {ca: {kind: secret, name: ca}}}",
        "a pinned authority breaks the connection when Azure changes its certificates",
        "say `database.tls.ca: {kind: system}`: Azure's roots are among those of the image",
    );
    rests(Code::AzureAuthority, "production", "database: {host: m.postgres.database.azure.com}");
}

#[test]
fn certificates_name_hosts() {
    fires(
        Code::AddressInCertificate,
        "production",
        "database: {host: 10.0.0.7}",
        "`verify-full` wants the certificate to name `10.0.0.7`, and certificates seldom name addresses",
        "give the name that the certificate has, or say `verify-ca` with the server's own authority",
    );
    rests(Code::AddressInCertificate, "production", "database: {host: 10.0.0.7, tls: {mode: verify-ca}}");
}

#[test]
fn mysql_is_8() {
    fires(
        Code::MysqlVersion,
        "production",
        "database: {engine: mysql, version: 5}",
        "Memos is tested on MySQL 8, and this is 5",
        "take MySQL 8, or PostgreSQL",
    );
    rests(Code::MysqlVersion, "production", "database: {engine: mysql, version: 8}");
}

#[test]
fn mariadb_ends_with_0_30() {
    fires(
        Code::MysqlVersion,
        "production",
        "memos: {version: 0.31.0}\ndatabase: {engine: mysql, version: 10}",
        "version 10 is a MariaDB, on which reactions fail since Memos 0.31",
        "take MySQL 8, or PostgreSQL",
    );
    rests(Code::MysqlVersion, "production", "memos: {version: 0.30.0}\ndatabase: {engine: mysql, version: 10}");
}

#[test]
fn sqlite_has_one_writer() {
    fires(
        Code::SqliteReplicas,
        "production",
        "database: {kind: sqlite}",
        "SQLite has one writer, and up to 8 replicas would each open the file",
        "say `scaling: {mode: single}`, or take `database: {kind: postgres}`, `cluster` or `managed`",
    );
    rests(Code::SqliteReplicas, "production", "database: {kind: sqlite}\nscaling: {mode: single}");
}

#[test]
fn sqlite_needs_a_disk() {
    fires(
        Code::SqliteOnNetwork,
        "production",
        "database: {kind: sqlite, storage: {storageClass: memos-efs}}\nscaling: {mode: single}",
        "the class `memos-efs` looks like a network file system, on which SQLite's write-ahead log breaks",
        "take a class of block storage, such as `gp3`, `premium-rwo` or `managed-csi`",
    );
    rests(
        Code::SqliteOnNetwork,
        "production",
        "database: {kind: sqlite, storage: {storageClass: gp3}}\nscaling: {mode: single}",
    );
}

#[test]
fn postgres_14_has_ended() {
    fires(
        Code::PostgresEndOfLife,
        "production",
        "database: {kind: cluster, version: 14}",
        "PostgreSQL 14 gets no security fixes any more",
        "take 16 or later, which Memos 0.31 needs for upgrades",
    );
    rests(Code::PostgresEndOfLife, "production", "database: {kind: cluster, version: 15}");
}

#[test]
fn one_postgres_does_not_fail_over() {
    fires(
        Code::DatabaseWithoutFailOver,
        "production",
        "database: {kind: postgres}",
        "up to 8 replicas stand on one PostgreSQL, which nothing replaces while its node is lost",
        "say `database: {kind: cluster}` for fail-over by CloudNativePG, or `kind: managed`",
    );
    rests(Code::DatabaseWithoutFailOver, "production", "database: {kind: postgres}\nscaling: {mode: single}");
}

#[test]
fn a_cluster_has_standbys() {
    fires(
        Code::ClusterOfOne,
        "production",
        "database: {kind: cluster, instances: 1}",
        "a cluster of one instance has nothing to fail over to",
        "say `database.instances: 3`",
    );
    rests(Code::ClusterOfOne, "production", "database: {kind: cluster, instances: 2}");
}

#[test]
fn instances_fit_the_zones() {
    fires(
        Code::ClusterCannotSpread,
        "production",
        "database: {kind: cluster, instances: 5}\navailability: {zoneSpread: required}",
        "5 instances cannot each have a zone of their own among 3",
        "say `database.instances: 3`, or `availability.zoneSpread: preferred`",
    );
    rests(
        Code::ClusterCannotSpread,
        "production",
        "database: {kind: cluster, instances: 3}\navailability: {zoneSpread: required}",
    );
}

#[test]
fn memory_carries_the_connections() {
    fires(
        Code::DatabaseMemory,
        "dev",
        "database: {memory: 512Mi, maxConnections: 97}",
        "512Mi is too little for 97 connections: 128 buffers + 97 × 4 at work = 516 MiB",
        "say `database.memory: 576Mi`, or `database.maxConnections: 96` or less",
    );
    rests(Code::DatabaseMemory, "dev", "database: {memory: 512Mi, maxConnections: 96}");
    // What the user leaves out is judged as well, and fits by itself.
    rests(Code::DatabaseMemory, "dev", "scaling: {max: 40}");
    rests(Code::DatabaseMemory, "dev", "database: {memory: 268Mi}");
    fires(
        Code::DatabaseMemory,
        "dev",
        "database: {memory: 264Mi}",
        "264Mi is too little for 50 connections: 66 buffers + 50 × 4 at work = 266 MiB",
        "say `database.memory: 320Mi`, or `database.maxConnections: 49` or less",
    );
}

#[test]
fn mysql_checks_all_or_nothing() {
    fires(
        Code::MysqlChecksAll,
        "production",
        "database: {engine: mysql, host: db.example.com, tls: {mode: verify-ca}}",
        "the driver for MySQL knows no `verify-ca`: the certificate has to name `db.example.com` as well",
        "say `database.tls.mode: verify-full`, and give the name that the certificate has",
    );
    rests(Code::MysqlChecksAll, "production", "database: {engine: mysql, tls: {mode: verify-full}}");
    rests(Code::MysqlChecksAll, "production", "database: {tls: {mode: verify-ca}}");
}
