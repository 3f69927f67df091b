//! One Memos that serves and others that stand by: who has the lease, how its keepers reach the database, and what stands in
//! front of them.

use super::capability::{self, AdministratorSign};
use super::database::DatabasePlan;
use super::exposure::ExposurePlan;
use super::image;
use super::memos::{AuthorityPlan, Readiness};
use super::names::{Names, Role};
use super::scale::{Scale, figure};
use super::secrets::SecretNamesPlan;
use super::sizing::{self, Figure};
use super::workload::{ResourcePlan, Workload, workload};
use crate::spec::Spec;
use crate::spec::database::TlsMode;
use crate::spec::memos::{Scaling, Standby};
use crate::spec::scalar::ImageReference;
use crate::spec::workload::Cloud;

/// The table with the one row that says who serves.
pub const TABLE: &str = "memos_lease";

/// How it is made, as `keeper.sh` does it.
pub const TABLE_DEFINITION: &str = "CREATE TABLE memos_lease (k integer PRIMARY KEY CHECK (k = 1), holder text NOT NULL, epoch bigint NOT \
     NULL, beat bigint NOT NULL, renewed timestamptz NOT NULL, revision text NOT NULL, born bigint NOT NULL, asked text NOT NULL); INSERT \
     INTO memos_lease VALUES (1, '-', 0, 0, clock_timestamp(), '-', 0, '-')";

/// The key of the database's Secret with the password of a user who may do nothing but keep the lease.
pub const KEEPER_PASSWORD: &str = "keeper-password";

/// Where Azure runs PgBouncer and PostgreSQL itself, on one host.
const AZURE_PORTS: (u16, u16) = (6432, 5432);

/// The authorities that Alpine images trust.
pub const ALPINE_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// One Memos that serves and others that stand by.
#[derive(Debug, Clone, PartialEq)]
pub struct StandbyPlan {
    /// Pods, the one that serves among them.
    pub pods: u32,
    /// The ConfigMap with the scripts.
    pub scripts: String,
    /// The headless Service that names every pod, also those that do not serve.
    pub service: String,
    /// What the image itself starts, when it is known.
    pub entrypoint: Option<&'static [&'static str]>,
    /// What keeps the lease.
    pub keeper: KeeperPlan,
    /// What stands in front; the Service alone when none.
    pub proxy: Option<ProxyPlan>,
    /// Seconds that a new pod has to be there before an old one goes: those for which its name may not be known yet, and some in
    /// which it serves while all old ones still stand by.
    pub min_ready_seconds: u32,
}

/// What keeps the lease beside each Memos.
#[derive(Debug, Clone, PartialEq)]
pub struct KeeperPlan {
    /// An image with PostgreSQL's client and BusyBox.
    pub image: ImageReference,
    /// What it asks for and may use.
    pub resources: ResourcePlan,
    /// How long a lease lasts, in hundredths of a second.
    pub lease: u64,
    /// How long before its end the holder stops, in hundredths of a second.
    pub kept_back: u64,
    /// How long Memos may take until its first answer, in hundredths of a second.
    pub startup: u64,
    /// How long after its start a pod of a newer revision may ask for the lease, in hundredths of a second: until everybody knows
    /// its name, and before the first old pod ends.
    pub ask_after: u64,
    /// The database, past any pooler.
    pub database: KeeperDatabase,
}

/// The database as a keeper reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeeperDatabase {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub name: String,
    /// The user.
    pub user: String,
    /// What is checked of its certificate.
    pub tls: TlsMode,
    /// Who signs it, when the image does not know already.
    pub authority: Option<AuthorityPlan>,
    /// The Secret and the key with the password; none where none is asked for.
    pub password: Option<(String, &'static str)>,
}

/// The proxies in front.
#[derive(Debug, Clone, PartialEq)]
pub struct ProxyPlan {
    /// Their pods.
    pub workload: Workload,
    /// How many they are.
    pub count: u32,
    /// Addresses that they find behind the headless Service at most.
    pub servers: u64,
    /// The whole name of the headless Service.
    pub host: String,
    /// Rounds of a quarter of a second for which a request is held.
    pub rounds: u64,
    /// How often a proxy may find, each two seconds, that nobody serves before it is left out itself: for longer than a pod needs to
    /// take over, so that this empties no Service.
    pub patience: u32,
    /// Connections that each of them takes.
    pub max_connections: u64,
    /// Whether the one that serves is asked for an administrator, and how it tells.
    pub administrator: Option<AdministratorSign>,
}

/// What the decision rests on.
pub(super) struct Inputs<'a> {
    pub(super) spec: &'a Spec,
    pub(super) names: &'a Names,
    pub(super) scale: &'a Scale,
    pub(super) secrets: &'a SecretNamesPlan,
    pub(super) exposure: &'a ExposurePlan,
    pub(super) database: &'a DatabasePlan,
}

/// The settings, when one stands by: a lease needs PostgreSQL.
pub fn wanted(spec: &Spec) -> Option<&Standby> {
    let Scaling::Standby(standby) = &spec.scaling else { return None };
    spec.database.is_postgres().then_some(standby)
}

/// Decides it.
pub(super) fn decide(inputs: &Inputs<'_>, figures: &mut Vec<Figure>) -> Option<StandbyPlan> {
    let Inputs { spec, names, scale, .. } = inputs;
    let standby = wanted(spec)?;
    let numbers = scale.inputs().with("leaseSeconds", standby.lease_seconds);
    let source = "what the user says, in the unit of the clock that is read";
    let lease = figure(figures, "scaling.lease", None, &sizing::lease(), &numbers, "", source);
    let source = "a third: the gate looks ten times a second, and a node may be busy";
    let kept_back = figure(figures, "scaling.keptBack", None, &sizing::lease_kept_back(), &numbers, "", source);
    let numbers = scale.inputs().with("startupSeconds", spec.rollout.startup_seconds);
    let source = "what a start with its migration may take, in the unit of the clock that is read";
    let startup = figure(figures, "scaling.startup", None, &sizing::lease_startup(), &numbers, "", source);
    let registry = spec.images.registry.as_deref();
    let image = spec.images.keeper.clone().unwrap_or_else(image::keeper).through(registry);
    let keeper = KeeperPlan {
        image,
        // A shell that sleeps most of the time, and one session of psql.
        resources: ResourcePlan::new((25, 250), (16, 64)),
        lease,
        kept_back,
        startup,
        ask_after: u64::from(sizing::NAME_KNOWN_SECONDS) * 100,
        database: database(inputs, standby),
    };
    let service = names.suffixed("pods");
    let proxy = (standby.proxies > 0).then(|| proxy(inputs, standby, &service, figures));
    Some(StandbyPlan {
        pods: standby.pods,
        scripts: names.suffixed("standby"),
        entrypoint: capability::of(spec).entrypoint,
        min_ready_seconds: if proxy.is_some() { sizing::NAME_KNOWN_SECONDS + sizing::TRIED_SECONDS } else { 0 },
        service,
        keeper,
        proxy,
    })
}

/// The database itself: a session through a pooler in transaction mode would be many.
fn database(inputs: &Inputs<'_>, standby: &Standby) -> KeeperDatabase {
    let Inputs { spec, names, secrets, database, .. } = inputs;
    let (name, user) = database.name_and_user();
    let own = standby.user.is_some();
    let password = |secret: &str| match own {
        true => Some((secrets.database.clone(), KEEPER_PASSWORD)),
        false => Some((secret.to_owned(), "password")),
    };
    let keeper = KeeperDatabase {
        host: names.component(Role::Postgres),
        port: Role::Postgres.port(),
        name: name.to_owned(),
        user: standby.user.as_ref().map_or_else(|| user.to_owned(), ToString::to_string),
        tls: TlsMode::Disable,
        authority: None,
        password: password(&secrets.database),
    };
    match database {
        DatabasePlan::Sqlite(_) | DatabasePlan::Postgres(_) => keeper,
        DatabasePlan::Cluster(cluster) => KeeperDatabase {
            host: format!("{}-rw", cluster.name),
            tls: TlsMode::VerifyFull,
            authority: Some(AuthorityPlan::of_cluster(&cluster.name)),
            password: password(&format!("{}-app", cluster.name)),
            ..keeper
        },
        DatabasePlan::Managed(plan) => {
            let azure = spec.kubernetes.cloud == Cloud::Azure && plan.port == AZURE_PORTS.0;
            let port = if azure { AZURE_PORTS.1 } else { plan.port };
            let identity = plan.proxy.as_ref().is_some_and(|proxy| proxy.iam_login);
            KeeperDatabase {
                host: standby.host.as_ref().map_or_else(|| plan.host.clone(), ToString::to_string),
                port: standby.port.unwrap_or(port),
                tls: plan.tls,
                authority: AuthorityPlan::of_database(&plan.ca),
                password: keeper.password.clone().filter(|_| !identity),
                ..keeper
            }
        }
    }
}

fn proxy(inputs: &Inputs<'_>, standby: &Standby, service: &str, figures: &mut Vec<Figure>) -> ProxyPlan {
    let Inputs { spec, names, scale, exposure, .. } = inputs;
    let image = spec.images.proxy.clone().unwrap_or_else(image::proxy);
    let mut pods = workload(spec, Role::Proxy, image, ResourcePlan::new((50, 1000), (64, 256)), standby.proxies);
    let given = spec.availability.pre_stop_seconds.map(u64::from);
    let decided = i64::from(exposure.pre_stop_seconds).into();
    let source = "until the edge has forgotten a proxy that stops";
    let served = figure(figures, "scaling.proxyPreStopSeconds", given, &decided, &scale.inputs(), "s", source);
    pods.pre_stop_seconds = u32::try_from(served).unwrap_or(u32::MAX);
    let numbers = scale.inputs().with("preStopSeconds", pods.pre_stop_seconds);
    let source = "HAProxy's own ten seconds for sessions, and ten to be reaped";
    let grace =
        figure(figures, "scaling.proxyGraceSeconds", None, &sizing::proxy_grace_seconds(), &numbers, "s", source);
    pods.grace_seconds = u32::try_from(grace).unwrap_or(u32::MAX);
    let numbers = scale.inputs().with("pods", standby.pods).with("leaseSeconds", standby.lease_seconds);
    let source = "the pods, one more in a rollout, and one that ends";
    let servers = figure(figures, "scaling.servers", None, &sizing::standby_servers(), &numbers, "", source);
    let source = "one look each two seconds, for twice a lease and a second";
    let patience = figure(figures, "scaling.proxyPatience", None, &sizing::proxy_patience(), &numbers, "", source);
    let source = "as many quarters of a second as a lease lasts";
    let rounds = figure(figures, "scaling.holdRounds", None, &sizing::hold_rounds(), &numbers, "", source);
    ProxyPlan {
        workload: pods.one_at_a_time(),
        count: standby.proxies,
        servers,
        host: format!("{}.{}", names.host(service), spec.kubernetes.cluster_domain.as_str()),
        rounds,
        patience: u32::try_from(patience).unwrap_or(u32::MAX),
        max_connections: sizing::PROXY_CONNECTIONS,
        administrator: match super::memos::readiness(spec, capability::of(spec)) {
            Readiness::Administrator(sign) => Some(sign),
            Readiness::Process | Readiness::Database => None,
        },
    }
}
