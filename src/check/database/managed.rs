//! Databases that somebody else runs: address, encryption, sign-in.

use std::net::IpAddr;

use super::super::Context;
use super::super::finding::{Rule, also, finding, managed, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::spec::database::{CertificateAuthority, Engine, ManagedDatabase, TlsMode};
use crate::spec::workload::CloudIdentity;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        address_missing,
        address_unused,
        read_only_address,
        identity_missing,
        identity_user,
        not_authenticated,
        not_encrypted,
        rds_authority,
        azure_authority,
        address_in_certificate,
        mysql_version,
        mysql_checks_all,
    ];
    run(RULES, context, diagnostics);
}

/// The address that the connection really goes to; none behind the proxy.
fn direct<'a>(context: &Context<'a>) -> Option<(&'a ManagedDatabase, &'a str)> {
    let managed = managed(context).filter(|managed| managed.cloud_sql_proxy.is_none())?;
    Some((managed, managed.host.as_ref()?.as_str()))
}

fn checks_certificate(mode: TlsMode) -> bool {
    matches!(mode, TlsMode::VerifyCa | TlsMode::VerifyFull)
}

/// Without an address lib/pq would dial 127.0.0.1.
fn address_missing(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context)?;
    if managed.host.is_some() || managed.cloud_sql_proxy.is_some() {
        return None;
    }
    let message = "the managed database has no address".to_owned();
    let diagnostic = finding(context, Code::DatabaseAddressMissing, message, "database.kind", "where is it?");
    Some(diagnostic.help("say `database.host`, or `database.cloudSqlProxy.instance` on Google Cloud"))
}

/// The proxy finds the instance by its connection name.
fn address_unused(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context)?;
    let host = managed.host.as_ref().filter(|_| managed.cloud_sql_proxy.is_some())?;
    if !context.spec.said_by_user("database.host") {
        return None;
    }
    let message =
        format!("`database.host: {host}` is not used: the Cloud SQL Auth Proxy finds the instance by its name");
    let diagnostic = finding(context, Code::DatabaseAddressUnused, message, "database.host", "not used");
    Some(also(context, diagnostic, "database.cloudSqlProxy.instance", "used instead").help("leave `database.host` out"))
}

/// Amazon Aurora's reader endpoints have `.cluster-ro-` in their name and lead to standbys.
fn read_only_address(context: &Context<'_>) -> Option<Diagnostic> {
    let (_, host) = direct(context)?;
    if !host.contains(".cluster-ro-") {
        return None;
    }
    let message = format!("`{host}` leads to read-only instances, and Memos writes");
    let diagnostic = finding(context, Code::DatabaseReadOnly, message, "database.host", "a reader endpoint");
    Some(diagnostic.help("take the writer endpoint, the one with `.cluster-`"))
}

/// A database user of Cloud SQL that signs in by identity is a Google service account.
fn identity_missing(context: &Context<'_>) -> Option<Diagnostic> {
    managed(context)?.cloud_sql_proxy.as_ref().filter(|proxy| proxy.iam_login)?;
    if matches!(said(context).kubernetes.identity, CloudIdentity::Gke(_)) {
        return None;
    }
    let message = "signing in to the database by identity needs a Google service account for the pods".to_owned();
    let path = "database.cloudSqlProxy.iamLogin";
    let diagnostic = finding(context, Code::IdentityMissing, message, path, "as whom?");
    Some(
        also(context, diagnostic, "kubernetes.identity.kind", "no Google service account")
            .help("say `kubernetes.identity: {kind: gke, serviceAccount: NAME@PROJECT.iam.gserviceaccount.com}`"),
    )
}

/// Cloud SQL names such a user after the account, without `.gserviceaccount.com`.
fn identity_user(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context)?;
    managed.cloud_sql_proxy.as_ref().filter(|proxy| proxy.iam_login)?;
    let CloudIdentity::Gke(identity) = &said(context).kubernetes.identity else { return None };
    let user = identity.service_account.trim_end_matches(".gserviceaccount.com");
    if managed.user.as_str() == user {
        return None;
    }
    let message = format!("the database user of this service account is `{user}`, not `{}`", managed.user);
    let diagnostic = finding(context, Code::IdentityUser, message, "database.user", "not its user");
    let diagnostic = also(context, diagnostic, "kubernetes.identity.serviceAccount", "signs in as");
    Some(if user.len() <= 63 {
        diagnostic.help(format!("say `database.user: {user}`"))
    } else {
        diagnostic.help("take an account with a shorter name")
    })
}

/// `sslmode=require` of lib/pq encrypts and checks nothing.
fn not_authenticated(context: &Context<'_>) -> Option<Diagnostic> {
    let (managed, _) = direct(context)?;
    if managed.tls.mode != TlsMode::Require {
        return None;
    }
    let message = "`require` encrypts without a check of the certificate: whoever stands between can read the password"
        .to_owned();
    let diagnostic = finding(context, Code::DatabaseNotAuthenticated, message, "database.tls.mode", "checks nothing");
    Some(diagnostic.help("say `verify-full`, with `database.tls.ca` when its authority is not a public one"))
}

fn not_encrypted(context: &Context<'_>) -> Option<Diagnostic> {
    let (managed, host) = direct(context)?;
    if managed.tls.mode != TlsMode::Disable {
        return None;
    }
    let message = format!("password and notes cross the network to `{host}` in the clear");
    let diagnostic = finding(context, Code::DatabaseNotEncrypted, message, "database.tls.mode", "no encryption");
    Some(diagnostic.help("say `verify-full`; RDS since PostgreSQL 15 and Azure refuse connections without encryption"))
}

/// Certificates of RDS are signed by Amazon's own authorities, which no image trusts by itself.
fn rds_authority(context: &Context<'_>) -> Option<Diagnostic> {
    let (managed, host) = direct(context)?;
    let rds = host.ends_with(".rds.amazonaws.com") || host.ends_with(".rds.amazonaws.com.cn");
    if !rds || managed.tls.ca != CertificateAuthority::System || !checks_certificate(managed.tls.mode) {
        return None;
    }
    let region =
        host.trim_end_matches(".cn").trim_end_matches(".rds.amazonaws.com").rsplit('.').next().unwrap_or("REGION");
    let message = "certificates of RDS are not signed by a public authority, so every connection would fail".to_owned();
    let diagnostic = finding(context, Code::RdsAuthority, message, "database.host", "signed by Amazon's own authority");
    Some(
        also(context, diagnostic, "database.tls.ca.kind", "trusts public authorities")
            .help("say `database.tls.ca: {kind: configMap, name: memos-rds-ca}`")
            .help(format!(
                "and make that ConfigMap from https://truststore.pki.rds.amazonaws.com/{region}/{region}-bundle.pem"
            )),
    )
}

/// Azure changes its intermediate authorities; the roots are public.
fn azure_authority(context: &Context<'_>) -> Option<Diagnostic> {
    let (managed, host) = direct(context)?;
    let azure = host.ends_with(".database.azure.com");
    if !azure || managed.tls.ca == CertificateAuthority::System {
        return None;
    }
    let message = "a pinned authority breaks the connection when Azure changes its certificates".to_owned();
    let diagnostic = finding(context, Code::AzureAuthority, message, "database.tls.ca.kind", "pinned");
    Some(
        also(context, diagnostic, "database.host", "publicly trusted")
            .help("say `database.tls.ca: {kind: system}`: Azure's roots are among those of the image"),
    )
}

/// A certificate seldom names an address; that of a Cloud SQL instance does not.
fn address_in_certificate(context: &Context<'_>) -> Option<Diagnostic> {
    let (managed, host) = direct(context)?;
    if managed.tls.mode != TlsMode::VerifyFull || host.parse::<IpAddr>().is_err() {
        return None;
    }
    let message =
        format!("`verify-full` wants the certificate to name `{host}`, and certificates seldom name addresses");
    let diagnostic = finding(context, Code::AddressInCertificate, message, "database.host", "an address, not a name");
    Some(
        diagnostic
            .help("give the name that the certificate has, or say `verify-ca` with the server's own authority")
            .help("on Google Cloud take `database.cloudSqlProxy`"),
    )
}

/// Memos' own tests run on MySQL 8. Seen with 0.31's code on MariaDB 10.11: every reaction is answered with 500.
fn mysql_version(context: &Context<'_>) -> Option<Diagnostic> {
    let managed = managed(context).filter(|managed| managed.engine == Engine::Mysql)?;
    let version = managed.version?;
    let new = said(context).memos.version.numbers() >= (0, 31, 0);
    let message = match version {
        5..=7 => format!("Memos is tested on MySQL 8, and this is {version}"),
        10.. if new => format!("version {version} is a MariaDB, on which reactions fail since Memos 0.31"),
        _ => return None,
    };
    let diagnostic = finding(context, Code::MysqlVersion, message, "database.version", "not MySQL 8");
    Some(diagnostic.help("take MySQL 8, or PostgreSQL"))
}

/// `go-sql-driver` knows encryption without a check, and the whole check with the name.
fn mysql_checks_all(context: &Context<'_>) -> Option<Diagnostic> {
    let (managed, host) = direct(context)?;
    if managed.engine != Engine::Mysql || managed.tls.mode != TlsMode::VerifyCa {
        return None;
    }
    let message = format!("the driver for MySQL knows no `verify-ca`: the certificate has to name `{host}` as well");
    let diagnostic = finding(context, Code::MysqlChecksAll, message, "database.tls.mode", "becomes `verify-full`");
    Some(diagnostic.help("say `database.tls.mode: verify-full`, and give the name that the certificate has"))
}
