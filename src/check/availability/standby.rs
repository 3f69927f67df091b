//! One that serves and others that stand by: what would have two serve at once, and what would have nobody take over.

use serde_json::Value;

use super::super::Context;
use super::super::finding::{Rule, about, also, finding, managed, run, said};
use super::super::image::program;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::object::Object;
use crate::plan::database::DatabasePlan;
use crate::plan::names::Role;
use crate::spec::database::{Database, Engine};
use crate::spec::memos::{Scaling, Standby};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        needs_postgres,
        through_pooler,
        led_astray,
        entrypoint_unknown,
        of_sharing_image,
        in_one_place,
        no_proxy,
        one_proxy,
        long_lease,
        gate_lost,
        lease_on_disk,
    ];
    run(RULES, context, diagnostics);
}

/// What the user says of it.
fn spec<'a>(context: &Context<'a>) -> Option<&'a Standby> {
    match &said(context).scaling {
        Scaling::Standby(standby) => Some(standby),
        Scaling::Single(_) | Scaling::Replicas(_) => None,
    }
}

fn needs_postgres(context: &Context<'_>) -> Option<Diagnostic> {
    spec(context)?;
    let (path, database, why) = match &said(context).database {
        Database::Sqlite(_) => ("database.kind", "SQLite", "its file is on a volume that one pod alone may have"),
        Database::Managed(managed) if managed.engine == Engine::Mysql => {
            ("database.engine", "MySQL", "the lease is kept by PostgreSQL's client")
        }
        Database::Postgres(_) | Database::Cluster(_) | Database::Managed(_) => return None,
    };
    let message = format!("a standby needs PostgreSQL, where a row says who serves, and this is {database}: {why}");
    let diagnostic = finding(context, Code::LeaseNeedsPostgres, message, path, "no place for a lease");
    Some(
        also(context, diagnostic, "scaling.mode", "asks for one")
            .help("take `database: {kind: cluster}`, `postgres` or `managed`, or say `scaling.mode: single`"),
    )
}

/// A pooler in transaction mode gives every statement a session of another's, without the keeper's settings.
fn through_pooler(context: &Context<'_>) -> Option<Diagnostic> {
    spec(context)?;
    let database = managed(context).filter(|database| database.is_behind_pooler())?;
    let DatabasePlan::Managed(plan) = &context.plan.database else { return None };
    let keeper = &context.plan.standby.as_ref()?.keeper.database;
    if keeper.host != plan.host || keeper.port != plan.port {
        return None;
    }
    let message = "a pooler answers at the database's address, and the lease needs a session of its own".to_owned();
    let path = if database.behind_pooler.is_some() { "database.behindPooler" } else { "database.port" };
    let diagnostic = finding(context, Code::LeaseThroughPooler, message, path, "a pooler");
    Some(
        also(context, diagnostic, "scaling.mode", "asks for a lease")
            .help("say `scaling.port`, and `scaling.host` where it differs, of the database behind the pooler"),
    )
}

/// What a keeper is told that would keep it from the database.
fn led_astray(context: &Context<'_>) -> Option<Diagnostic> {
    let standby = spec(context)?;
    let elsewhere = match (&standby.host, standby.port) {
        (Some(_), _) => Some("scaling.host"),
        (None, Some(_)) => Some("scaling.port"),
        (None, None) => None,
    };
    let proxy = managed(context).and_then(|database| database.cloud_sql_proxy.as_ref());
    let identity = proxy.is_some_and(|proxy| proxy.iam_login) && standby.user.is_some();
    let (path, message) = match (elsewhere, proxy, &said(context).database) {
        (Some(path), Some(_), _) => (
            path,
            "the keeper asks the Cloud SQL proxy of its pod, which alone encrypts and signs in, and would pass it by",
        ),
        (Some(path), None, Database::Postgres(_) | Database::Cluster(_)) => {
            (path, "the keeper knows the way to this PostgreSQL, and would go no other")
        }
        _ if identity => ("scaling.user", "who signs in by identity is the account of the pod, and no other user"),
        _ => return None,
    };
    let diagnostic = finding(context, Code::KeeperLedAstray, message.to_owned(), path, "leads nowhere");
    Some(match path {
        "scaling.user" => diagnostic.help("leave `scaling.user` out, or say `database.cloudSqlProxy.iamLogin: false`"),
        path => diagnostic.help(format!("leave `{path}` out")),
    })
}

fn entrypoint_unknown(context: &Context<'_>) -> Option<Diagnostic> {
    spec(context)?;
    if context.plan.memos.capabilities.entrypoint.is_some() {
        return None;
    }
    let message = format!("what the image of {} starts was not seen, so no gate can start it", program(said(context)));
    let diagnostic = finding(context, Code::EntrypointUnknown, message, "memos.distribution", "another image");
    Some(also(context, diagnostic, "scaling.mode", "asks for a gate").help("say `scaling.mode: single`"))
}

fn of_sharing_image(context: &Context<'_>) -> Option<Diagnostic> {
    spec(context)?;
    if !context.plan.memos.capabilities.shared_cache {
        return None;
    }
    let message = "this image shares its cache, so all pods could serve instead of one".to_owned();
    let diagnostic = finding(context, Code::StandbyOfSharingImage, message, "scaling.mode", "one serves");
    Some(
        also(context, diagnostic, "memos.sharedCache", "says that it shares")
            .help("say `scaling.mode: replicas`, with a `cache` to share"),
    )
}

/// A standby in the same place is lost with the one that serves.
fn in_one_place(context: &Context<'_>) -> Option<Diagnostic> {
    let pods = spec(context)?.pods;
    let availability = &said(context).availability;
    let (path, what) = match (availability.nodes, availability.zones) {
        (Some(1), _) => ("availability.nodes", "node"),
        (_, 1) => ("availability.zones", "zone"),
        _ => return None,
    };
    let message = format!("all {pods} pods are in one {what}: when it is lost, the standby is lost with it");
    let diagnostic = finding(context, Code::StandbyInOnePlace, message, path, "one alone");
    Some(diagnostic.help(format!("give the cluster a second {what}, and say so here")))
}

fn no_proxy(context: &Context<'_>) -> Option<Diagnostic> {
    if spec(context)?.proxies > 0 {
        return None;
    }
    let message =
        "without proxies no request is held while a pod takes over, and a lost node is forgotten as slowly as \
                   Kubernetes does it, after 40 to 50 s"
            .to_owned();
    let diagnostic = finding(context, Code::StandbyWithoutProxy, message, "scaling.proxies", "the Service alone");
    Some(diagnostic.help("say `scaling.proxies: 2`, which is taken when it is left out"))
}

fn one_proxy(context: &Context<'_>) -> Option<Diagnostic> {
    if spec(context)?.proxies != 1 {
        return None;
    }
    let message = "one proxy in front of several pods is what takes them all away when its node is lost".to_owned();
    let diagnostic = finding(context, Code::OneProxyForStandby, message, "scaling.proxies", "the only way");
    Some(diagnostic.help("say `scaling.proxies: 2` or more"))
}

/// Seconds beyond which a lost node is felt for longer than people wait for a page.
const LONG_LEASE_SECONDS: u32 = 15;

fn long_lease(context: &Context<'_>) -> Option<Diagnostic> {
    let seconds = spec(context)?.lease_seconds;
    if seconds <= LONG_LEASE_SECONDS {
        return None;
    }
    let message = format!("nobody serves for {seconds} s when a node is lost, and requests are held for as long");
    let diagnostic = finding(context, Code::LongLease, message, "scaling.leaseSeconds", "as long as that");
    Some(diagnostic.help("say `scaling.leaseSeconds: 3`, or as much as the slowest renewal needs"))
}

fn pod<'a>(context: &Context<'a>) -> Option<(&'a Object, &'a Value)> {
    context.plan.standby.as_ref()?;
    let name = context.plan.names.component(Role::Memos);
    let mut objects = context.objects.objects().iter();
    let object = objects.find(|object| object.kind == "Deployment" && object.name == name)?;
    Some((object, &object.value["spec"]["template"]["spec"]))
}

/// Memos must run under the gate, in the pod's own processes, and the keeper beside it.
fn gate_lost(context: &Context<'_>) -> Option<Diagnostic> {
    let (object, pod) = pod(context)?;
    let starts = |list: &str, name: &str, script: &str| {
        let mut all = pod[list].as_array().into_iter().flatten();
        let words = all.find(|container| container["name"] == name).and_then(|own| own["command"].as_array());
        words.into_iter().flatten().filter_map(Value::as_str).any(|word| word.ends_with(script))
    };
    let message = if !starts("containers", "memos", "/gate.sh") {
        "the container `memos` does not start by `gate.sh`, so that every pod would serve at once"
    } else if !starts("initContainers", "keeper", "/keeper.sh") {
        "the container `keeper` does not start by `keeper.sh`, so that no pod would ever serve"
    } else {
        return None;
    };
    let diagnostic = about(context, Code::GateLost, message.to_owned(), object, &[]);
    Some(diagnostic.help("take the override of its `command` away"))
}

/// The clock by which a lease runs out begins anew with the node, and what is on its disk does not.
fn lease_on_disk(context: &Context<'_>) -> Option<Diagnostic> {
    let (object, pod) = pod(context)?;
    let mut volumes = pod["volumes"].as_array()?.iter();
    if volumes.any(|volume| volume["name"] == "lease" && volume["emptyDir"]["medium"] == "Memory") {
        return None;
    }
    let message = "the volume `lease` is not in memory, so that a node that starts again would find its former lease";
    let diagnostic = about(context, Code::LeaseOnDisk, message.to_owned(), object, &[]);
    Some(diagnostic.help("take the override of the volume away"))
}
