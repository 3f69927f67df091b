//! Single releases, and the way from one to another.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::spec::database::{Database, Engine};
use crate::spec::memos::Distribution;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[known_fault, upgrade_needs_step, downgrade, rollout_stops_all, postgres_too_old];
    run(RULES, context, diagnostics);
}

type Version = (u32, u32, u32);

/// The release that is installed, when it is upstream's.
fn upstream(context: &Context<'_>) -> Option<Version> {
    let memos = &said(context).memos;
    (memos.distribution == Distribution::Memos).then(|| memos.version.numbers())
}

/// The release that runs now and the one to be installed.
fn change(context: &Context<'_>) -> Option<(Version, Version)> {
    let from = said(context).rollout.from_version.as_ref()?;
    Some((from.numbers(), upstream(context)?))
}

/// Releases with faults that were reported by many and mended in the next one.
fn known_fault(context: &Context<'_>) -> Option<Diagnostic> {
    let postgres = said(context).database.is_postgres();
    let (fault, better) = match upstream(context)? {
        (0, 22, 5) if postgres => ("cannot migrate a PostgreSQL database", "0.25.3"),
        (0, 25, 2) if postgres => ("fails on reactions with PostgreSQL", "0.25.3"),
        (0, 26, 0) => ("loses sign-ins, and cannot write to volumes that root owned", "0.26.1"),
        _ => return None,
    };
    let message = format!("Memos {} {fault}", said(context).memos.version);
    let diagnostic = finding(context, Code::ReleaseWithKnownFault, message, "memos.version", "known to be faulty");
    Some(diagnostic.help(format!("take Memos {better} or later")))
}

/// `store/migrator.go` refuses databases of before 0.22 and names 0.25.3 as the step between.
fn upgrade_needs_step(context: &Context<'_>) -> Option<Diagnostic> {
    let (from, to) = change(context)?;
    if from >= (0, 22, 0) || to <= (0, 25, 3) {
        return None;
    }
    let message = format!(
        "Memos {} cannot take over a database of {}: it has to go through 0.25.3 first",
        said(context).memos.version,
        said(context).rollout.from_version.as_ref()?
    );
    let diagnostic = finding(context, Code::UpgradeNeedsStep, message, "memos.version", "too far in one step");
    Some(
        also(context, diagnostic, "rollout.fromVersion", "before 0.22")
            .help("install 0.25.3, let it start once, then build again with `rollout.fromVersion: 0.25.3`"),
    )
}

/// Seen from 0.31's schema to 0.30.0 and from 0.30.0 to 0.29.1: `cannot downgrade schema version`, with exit status 0.
fn downgrade(context: &Context<'_>) -> Option<Diagnostic> {
    let (from, to) = change(context)?;
    if (to.0, to.1) >= (from.0, from.1) {
        return None;
    }
    let version = &said(context).memos.version;
    let message = format!(
        "Memos {version} refuses to start on a database that {} has migrated",
        said(context).rollout.from_version.as_ref()?
    );
    let diagnostic = finding(context, Code::DowngradeRefused, message, "memos.version", "older than what runs now");
    Some(
        also(context, diagnostic, "rollout.fromVersion", "runs now")
            .help("restore the database from before the upgrade, and leave `rollout.fromVersion` out"),
    )
}

/// Seen: 0.30.0 beside 0.31's code answers lists with 500 while every probe is green; 0.29.1 beside 0.30.0 works.
fn rollout_stops_all(context: &Context<'_>) -> Option<Diagnostic> {
    let (from, to) = change(context)?;
    if !context.plan.memos.recreate || from == to {
        return None;
    }
    let (old, new) = (said(context).rollout.from_version.as_ref()?, &said(context).memos.version);
    let message = if context.plan.scale.max > 1 {
        format!("{old} and {new} cannot share one database, so all processes stop before the first new one starts")
    } else {
        "the one process stops before the new one starts".to_owned()
    };
    let label = "an outage of the start and the migration";
    Some(
        finding(context, Code::RolloutStopsAll, message, "rollout.fromVersion", label)
            .help("seen: a migration of 300,000 memos took 4 s; back up the database before it"),
    )
}

/// Migrations 0.31/00 and /01 call `pg_input_is_valid`, which PostgreSQL has since 16. Seen on 15.18: exit 1, the
/// database stays as it was. A new installation on 15 starts, until a later migration uses the function.
fn postgres_too_old(context: &Context<'_>) -> Option<Diagnostic> {
    let minimum = context.plan.memos.capabilities.postgres_minimum;
    let to = upstream(context).filter(|to| *to >= (0, 31, 0))?;
    let (version, in_cluster) = match &said(context).database {
        Database::Sqlite(_) => return None,
        Database::Postgres(database) => (Some(database.version), true),
        Database::Cluster(database) => (Some(database.version), true),
        Database::Managed(managed) if managed.engine == Engine::Postgres => (managed.version, false),
        Database::Managed(_) => return None,
    };
    let release = &said(context).memos.version;
    let upgrade = change(context).is_some_and(|(from, _)| from < (0, 31, 0) && from < to);
    let cure = if in_cluster { "say" } else { "upgrade the server to PostgreSQL 16 or later and say" };
    match version {
        Some(version) if version >= minimum => None,
        Some(version) if upgrade => {
            let message = format!("the upgrade to Memos {release} fails on PostgreSQL {version}: it needs {minimum}");
            let diagnostic = finding(context, Code::PostgresTooOldForUpgrade, message, "database.version", "too old");
            Some(
                also(context, diagnostic, "rollout.fromVersion", "upgraded from")
                    .help(format!("{cure} `database.version: {minimum}` or higher first")),
            )
        }
        Some(version) => {
            let message =
                format!("Memos {release} installs on PostgreSQL {version}, but its migrations need {minimum}");
            let diagnostic =
                finding(context, Code::PostgresTooOldSoon, message, "database.version", "too old for upgrades");
            Some(diagnostic.help(format!("{cure} `database.version: {minimum}` or higher before the first upgrade")))
        }
        None if upgrade => {
            let message = format!(
                "the upgrade to Memos {release} needs PostgreSQL {minimum}, and the server's version is not said"
            );
            let diagnostic = finding(context, Code::PostgresTooOldSoon, message, "database.kind", "of which version?");
            Some(diagnostic.help("say `database.version` with the server's major version"))
        }
        None => None,
    }
}
