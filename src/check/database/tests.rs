//! dump
use super::super::trial::of;
use crate::diagnostic::Code;

#[test]
fn pools_fit_the_database() {
    let f = of(Code::ConnectionsExceeded, "production", "database: {pooler: {poolSize: 64}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.pools_fit_the_database\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.pools_fit_the_database") }
    for f in of(Code::ConnectionsExceeded, "production", "database: {pooler: {poolSize: 63}}") { println!("NOISE\tdatabase.pools_fit_the_database\t{}", f.message); }
}

#[test]
fn no_pool_fits_a_tiny_database() {
    let f = of(Code::ConnectionsExceeded, "production", "database: {maxConnections: 11, pooler: {replicas: 2}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.no_pool_fits_a_tiny_database\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.no_pool_fits_a_tiny_database") }
    for f in of(Code::ConnectionsExceeded, "production", "database: {maxConnections: 13, pooler: {replicas: 2}}") { println!("NOISE\tdatabase.no_pool_fits_a_tiny_database\t{}", f.message); }
}

#[test]
fn the_forks_processes_fit_the_database() {
    let f = of(Code::ConnectionsExceeded, "production", "memos: {distribution: divinesense}\nscaling: {mode: replicas, min: 2, max: 38}");
    match f.first() { Some(f) => println!("CASE\tdatabase.the_forks_processes_fit_the_database\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.the_forks_processes_fit_the_database") }
    for f in of(Code::ConnectionsExceeded, "production", "memos: {distribution: divinesense}\nscaling: {mode: replicas, min: 2, max: 37}") { println!("NOISE\tdatabase.the_forks_processes_fit_the_database\t{}", f.message); }
}

#[test]
fn connections_of_replicas_are_bounded() {
    let f = of(Code::ConnectionsUnbounded, "production", "database: {pooler: {enabled: false}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.connections_of_replicas_are_bounded\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.connections_of_replicas_are_bounded") }
    for f in of(Code::ConnectionsUnbounded, "production", "database: {pooler: {enabled: false}}\nscaling: {mode: single}") { println!("NOISE\tdatabase.connections_of_replicas_are_bounded\t{}", f.message); }
}

#[test]
fn connections_of_a_busy_process_are_bounded() {
    let f = of(Code::ConnectionsUnbounded, "production", "scaling: {mode: single}\nload: {requestsPerSecond: 100}");
    match f.first() { Some(f) => println!("CASE\tdatabase.connections_of_a_busy_process_are_bounded\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.connections_of_a_busy_process_are_bounded") }
    for f in of(Code::ConnectionsUnbounded, "production", "scaling: {mode: single}\nload: {requestsPerSecond: 99}") { println!("NOISE\tdatabase.connections_of_a_busy_process_are_bounded\t{}", f.message); }
}

#[test]
fn without_a_password_there_is_no_pooler() {
    let f = of(Code::ConnectionsUnbounded, "gcp", "database: {cloudSqlProxy: {iamLogin: true}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.without_a_password_there_is_no_pooler\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.without_a_password_there_is_no_pooler") }
    for f in of(Code::ConnectionsUnbounded, "gcp", "database: {cloudSqlProxy: {iamLogin: false}}") { println!("NOISE\tdatabase.without_a_password_there_is_no_pooler\t{}", f.message); }
}

#[test]
fn pgbouncer_speaks_postgres() {
    let f = of(Code::PoolerImpossible, "production", "database: {engine: mysql, pooler: {enabled: true}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.pgbouncer_speaks_postgres\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.pgbouncer_speaks_postgres") }
    for f in of(Code::PoolerImpossible, "production", "database: {engine: mysql, pooler: {enabled: false}}") { println!("NOISE\tdatabase.pgbouncer_speaks_postgres\t{}", f.message); }
}

#[test]
fn pgbouncer_needs_the_password() {
    let f = of(Code::PoolerImpossible, "production", "database: {credentials: dsnFile, pooler: {enabled: true}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.pgbouncer_needs_the_password\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.pgbouncer_needs_the_password") }
    for f in of(Code::PoolerImpossible, "production", "database: {credentials: password, pooler: {enabled: true}}") { println!("NOISE\tdatabase.pgbouncer_needs_the_password\t{}", f.message); }
}

#[test]
fn one_pooler_is_enough() {
    let f = of(Code::SecondPooler, "production", "database: {port: 6432}");
    match f.first() { Some(f) => println!("CASE\tdatabase.one_pooler_is_enough\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.one_pooler_is_enough") }
    for f in of(Code::SecondPooler, "production", "database: {port: 5432}") { println!("NOISE\tdatabase.one_pooler_is_enough\t{}", f.message); }
}

#[test]
fn a_poolers_port_needs_binary_parameters() {
    let f = of(Code::SecondPooler, "production", "database: {port: 6432, pooler: {enabled: false}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.a_poolers_port_needs_binary_parameters\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.a_poolers_port_needs_binary_parameters") }
    for f in of(Code::SecondPooler, "production", "database: {engine: mysql, port: 6432}") { println!("NOISE\tdatabase.a_poolers_port_needs_binary_parameters\t{}", f.message); }
}

#[test]
fn a_managed_database_has_an_address() {
    let f = of(Code::DatabaseAddressMissing, "production", "database: {host: null}");
    match f.first() { Some(f) => println!("CASE\tdatabase.a_managed_database_has_an_address\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.a_managed_database_has_an_address") }
    for f in of(Code::DatabaseAddressMissing, "production", "database: {host: db.example.com}") { println!("NOISE\tdatabase.a_managed_database_has_an_address\t{}", f.message); }
}

#[test]
fn the_proxy_needs_no_address() {
    let f = of(Code::DatabaseAddressUnused, "gcp", "database: {host: db.example.com}");
    match f.first() { Some(f) => println!("CASE\tdatabase.the_proxy_needs_no_address\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.the_proxy_needs_no_address") }
    for f in of(Code::DatabaseAddressUnused, "gcp", "memos: {}") { println!("NOISE\tdatabase.the_proxy_needs_no_address\t{}", f.message); }
}

#[test]
fn reader_endpoints_refuse_writes() {
    let f = of(Code::DatabaseReadOnly, "aws", "database: {host: memos.cluster-ro-abc.eu-central-1.rds.amazonaws.com}");
    match f.first() { Some(f) => println!("CASE\tdatabase.reader_endpoints_refuse_writes\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.reader_endpoints_refuse_writes") }
    for f in of(Code::DatabaseReadOnly, "aws", "database: {host: memos.cluster-abc.eu-central-1.rds.amazonaws.com}") { println!("NOISE\tdatabase.reader_endpoints_refuse_writes\t{}", f.message); }
}

#[test]
fn identity_login_has_an_identity() {
    let f = of(Code::IdentityMissing, "gcp", "database: {cloudSqlProxy: {iamLogin: true}}\nkubernetes: {identity: {kind: none}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.identity_login_has_an_identity\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.identity_login_has_an_identity") }
    for f in of(Code::IdentityMissing, "gcp", "database: {cloudSqlProxy: {iamLogin: false}}\nkubernetes: {identity: {kind: none}}") { println!("NOISE\tdatabase.identity_login_has_an_identity\t{}", f.message); }
}

#[test]
fn identity_login_has_its_user() {
    let f = of(Code::IdentityUser, "gcp", "database: {cloudSqlProxy: {iamLogin: true}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.identity_login_has_its_user\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.identity_login_has_its_user") }
    for f in of(Code::IdentityUser, "gcp", "database: {user: memos-sql@placeholder-project.iam, cloudSqlProxy: {iamLogin: true}}") { println!("NOISE\tdatabase.identity_login_has_its_user\t{}", f.message); }
}

#[test]
fn require_checks_nothing() {
    let f = of(Code::DatabaseNotAuthenticated, "production", "database: {tls: {mode: require}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.require_checks_nothing\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.require_checks_nothing") }
    for f in of(Code::DatabaseNotAuthenticated, "production", "database: {tls: {mode: verify-full}}") { println!("NOISE\tdatabase.require_checks_nothing\t{}", f.message); }
}

#[test]
fn disable_encrypts_nothing() {
    let f = of(Code::DatabaseNotEncrypted, "production", "database: {tls: {mode: disable}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.disable_encrypts_nothing\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.disable_encrypts_nothing") }
    for f in of(Code::DatabaseNotEncrypted, "production", "database: {tls: {mode: verify-ca}}") { println!("NOISE\tdatabase.disable_encrypts_nothing\t{}", f.message); }
}

#[test]
fn rds_has_its_own_authority() {
    let f = of(Code::RdsAuthority, "production", "database: {host: memos.abc.eu-central-1.rds.amazonaws.com}");
    match f.first() { Some(f) => println!("CASE\tdatabase.rds_has_its_own_authority\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.rds_has_its_own_authority") }
    for f in of(Code::RdsAuthority, "production", "database: {host: memos.abc.eu-central-1.rds.amazonaws.com, tls: {ca: {kind: configMap, name: rds}}}") { println!("NOISE\tdatabase.rds_has_its_own_authority\t{}", f.message); }
}

#[test]
fn azure_is_not_pinned() {
    let f = of(Code::AzureAuthority, "production", "database: {host: m.postgres.database.azure.com, tls: {ca: {kind: secret, name: ca}}}");
    match f.first() { Some(f) => println!("CASE\tdatabase.azure_is_not_pinned\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.azure_is_not_pinned") }
    for f in of(Code::AzureAuthority, "production", "database: {host: m.postgres.database.azure.com}") { println!("NOISE\tdatabase.azure_is_not_pinned\t{}", f.message); }
}

#[test]
fn certificates_name_hosts() {
    let f = of(Code::AddressInCertificate, "production", "database: {host: 10.0.0.7}");
    match f.first() { Some(f) => println!("CASE\tdatabase.certificates_name_hosts\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.certificates_name_hosts") }
    for f in of(Code::AddressInCertificate, "production", "database: {host: 10.0.0.7, tls: {mode: verify-ca}}") { println!("NOISE\tdatabase.certificates_name_hosts\t{}", f.message); }
}

#[test]
fn mysql_is_8() {
    let f = of(Code::MysqlVersion, "production", "database: {engine: mysql, version: 5}");
    match f.first() { Some(f) => println!("CASE\tdatabase.mysql_is_8\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.mysql_is_8") }
    for f in of(Code::MysqlVersion, "production", "database: {engine: mysql, version: 8}") { println!("NOISE\tdatabase.mysql_is_8\t{}", f.message); }
}

#[test]
fn mariadb_ends_with_0_30() {
    let f = of(Code::MysqlVersion, "production", "memos: {version: 0.31.0}\ndatabase: {engine: mysql, version: 10}");
    match f.first() { Some(f) => println!("CASE\tdatabase.mariadb_ends_with_0_30\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.mariadb_ends_with_0_30") }
    for f in of(Code::MysqlVersion, "production", "memos: {version: 0.30.0}\ndatabase: {engine: mysql, version: 10}") { println!("NOISE\tdatabase.mariadb_ends_with_0_30\t{}", f.message); }
}

#[test]
fn sqlite_has_one_writer() {
    let f = of(Code::SqliteReplicas, "production", "database: {kind: sqlite}");
    match f.first() { Some(f) => println!("CASE\tdatabase.sqlite_has_one_writer\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.sqlite_has_one_writer") }
    for f in of(Code::SqliteReplicas, "production", "database: {kind: sqlite}\nscaling: {mode: single}") { println!("NOISE\tdatabase.sqlite_has_one_writer\t{}", f.message); }
}

#[test]
fn sqlite_needs_a_disk() {
    let f = of(Code::SqliteOnNetwork, "production", "database: {kind: sqlite, storage: {storageClass: memos-efs}}\nscaling: {mode: single}");
    match f.first() { Some(f) => println!("CASE\tdatabase.sqlite_needs_a_disk\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.sqlite_needs_a_disk") }
    for f in of(Code::SqliteOnNetwork, "production", "database: {kind: sqlite, storage: {storageClass: gp3}}\nscaling: {mode: single}") { println!("NOISE\tdatabase.sqlite_needs_a_disk\t{}", f.message); }
}

#[test]
fn postgres_14_has_ended() {
    let f = of(Code::PostgresEndOfLife, "production", "database: {kind: cluster, version: 14}");
    match f.first() { Some(f) => println!("CASE\tdatabase.postgres_14_has_ended\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.postgres_14_has_ended") }
    for f in of(Code::PostgresEndOfLife, "production", "database: {kind: cluster, version: 15}") { println!("NOISE\tdatabase.postgres_14_has_ended\t{}", f.message); }
}

#[test]
fn one_postgres_does_not_fail_over() {
    let f = of(Code::DatabaseWithoutFailOver, "production", "database: {kind: postgres}");
    match f.first() { Some(f) => println!("CASE\tdatabase.one_postgres_does_not_fail_over\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.one_postgres_does_not_fail_over") }
    for f in of(Code::DatabaseWithoutFailOver, "production", "database: {kind: postgres}\nscaling: {mode: single}") { println!("NOISE\tdatabase.one_postgres_does_not_fail_over\t{}", f.message); }
}

#[test]
fn a_cluster_has_standbys() {
    let f = of(Code::ClusterOfOne, "production", "database: {kind: cluster, instances: 1}");
    match f.first() { Some(f) => println!("CASE\tdatabase.a_cluster_has_standbys\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.a_cluster_has_standbys") }
    for f in of(Code::ClusterOfOne, "production", "database: {kind: cluster, instances: 2}") { println!("NOISE\tdatabase.a_cluster_has_standbys\t{}", f.message); }
}

#[test]
fn instances_fit_the_zones() {
    let f = of(Code::ClusterCannotSpread, "production", "database: {kind: cluster, instances: 5}\navailability: {zoneSpread: required}");
    match f.first() { Some(f) => println!("CASE\tdatabase.instances_fit_the_zones\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.instances_fit_the_zones") }
    for f in of(Code::ClusterCannotSpread, "production", "database: {kind: cluster, instances: 3}\navailability: {zoneSpread: required}") { println!("NOISE\tdatabase.instances_fit_the_zones\t{}", f.message); }
}

#[test]
fn memory_carries_the_connections() {
    let f = of(Code::DatabaseMemory, "dev", "database: {memory: 512Mi, maxConnections: 97}");
    match f.first() { Some(f) => println!("CASE\tdatabase.memory_carries_the_connections\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tdatabase.memory_carries_the_connections") }
    for f in of(Code::DatabaseMemory, "dev", "database: {memory: 512Mi, maxConnections: 96}") { println!("NOISE\tdatabase.memory_carries_the_connections\t{}", f.message); }
}
