//! Each rule about a standby, with a case that fires and one that nearly does.

use super::super::sample::compile;
use super::super::trial::{fires, of, rests};
use crate::diagnostic::Code;

/// A published image whose uploads every node reaches.
fn standby(settings: &str, more: &str) -> String {
    format!("memos: {{version: 0.30.0}}\nscaling: {{mode: standby{settings}}}\n{more}")
}

#[test]
fn a_lease_needs_postgres() {
    for (database, path) in [
        ("{kind: sqlite}", "SQLite, where"),
        ("{kind: managed, engine: mysql, host: db.example.com, networks: [10.8.0.0/24]}", "MySQL"),
    ] {
        let found = of(Code::LeaseNeedsPostgres, "production", &standby("", &format!("database: {database}")));
        assert_eq!(found.len(), 1, "{path}");
    }
    fires(
        Code::LeaseNeedsPostgres,
        "production",
        &standby("", "database: {kind: sqlite}"),
        "a standby needs PostgreSQL, where a row says who serves, and this is SQLite: its file is on a volume that one pod alone may have",
        "take `database: {kind: cluster}`, `postgres` or `managed`, or say `scaling.mode: single`",
    );
    for kind in ["cluster", "postgres"] {
        rests(Code::LeaseNeedsPostgres, "production", &standby("", &format!("database: {{kind: {kind}}}")));
    }
    rests(Code::LeaseNeedsPostgres, "production", &standby("", ""));
}

#[test]
fn a_lease_goes_past_poolers() {
    let behind = "database: {behindPooler: true}";
    fires(
        Code::LeaseThroughPooler,
        "production",
        &standby("", behind),
        "a pooler answers at the database's address, and the lease needs a session of its own",
        "say `scaling.port`, and `scaling.host` where it differs, of the database behind the pooler",
    );
    rests(Code::LeaseThroughPooler, "production", &standby(", host: db-itself.example.com", behind));
    let same = "database: {behindPooler: true, host: db.example.com}";
    assert_eq!(of(Code::LeaseThroughPooler, "production", &standby(", host: db.example.com", same)).len(), 1);
    rests(Code::LeaseThroughPooler, "production", &standby(", port: 5432", "database: {port: 6432}"));
    // Azure runs both on one host.
    rests(Code::LeaseThroughPooler, "azure", &standby("", "database: {port: 6432}"));
    rests(Code::LeaseThroughPooler, "production", &standby("", "database: {pooler: {enabled: true}}"));
}

#[test]
fn a_keeper_goes_where_the_database_is() {
    let proxy = |login: bool| {
        let identity = "kubernetes: {identity: {kind: gke, serviceAccount: a@b-project.iam.gserviceaccount.com}}";
        format!("database: {{cloudSqlProxy: {{instance: 'p:r:i', iamLogin: {login}}}}}\n{identity}")
    };
    fires(
        Code::KeeperLedAstray,
        "gcp",
        &standby(", port: 5433", &proxy(false)),
        "the keeper asks the Cloud SQL proxy of its pod, which alone encrypts and signs in, and would pass it by",
        "leave `scaling.port` out",
    );
    fires(
        Code::KeeperLedAstray,
        "gcp",
        &standby(", user: keeper", &proxy(true)),
        "who signs in by identity is the account of the pod, and no other user",
        "leave `scaling.user` out, or say `database.cloudSqlProxy.iamLogin: false`",
    );
    fires(
        Code::KeeperLedAstray,
        "production",
        &standby(", host: db.example.com", "database: {kind: cluster}"),
        "the keeper knows the way to this PostgreSQL, and would go no other",
        "leave `scaling.host` out",
    );
    rests(Code::KeeperLedAstray, "gcp", &standby(", user: keeper", &proxy(false)));
    rests(Code::KeeperLedAstray, "gcp", &standby("", &proxy(true)));
    rests(Code::KeeperLedAstray, "production", &standby(", user: keeper", "database: {kind: cluster}"));
    rests(Code::KeeperLedAstray, "production", &standby(", host: db-itself.example.com", ""));
}

#[test]
fn a_gate_starts_what_the_image_starts() {
    fires(
        Code::EntrypointUnknown,
        "production",
        "memos: {distribution: divinesense}\nscaling: {mode: standby}",
        "what the image of the fork `divinesense` starts was not seen, so no gate can start it",
        "say `scaling.mode: single`",
    );
    rests(Code::EntrypointUnknown, "production", &standby("", ""));
}

#[test]
fn an_image_that_shares_need_not_stand_by() {
    fires(
        Code::StandbyOfSharingImage,
        "production",
        "scaling: {mode: standby}",
        "this image shares its cache, so all pods could serve instead of one",
        "say `scaling.mode: replicas`, with a `cache` to share",
    );
    rests(Code::StandbyOfSharingImage, "production", &standby("", ""));
}

#[test]
fn a_standby_is_elsewhere() {
    fires(
        Code::StandbyInOnePlace,
        "production",
        &standby(", pods: 3", "availability: {zones: 1}"),
        "all 3 pods are in one zone: when it is lost, the standby is lost with it",
        "give the cluster a second zone, and say so here",
    );
    fires(
        Code::StandbyInOnePlace,
        "production",
        &standby("", "availability: {nodes: 1}"),
        "all 2 pods are in one node: when it is lost, the standby is lost with it",
        "give the cluster a second node, and say so here",
    );
    rests(Code::StandbyInOnePlace, "production", &standby("", "availability: {zones: 2, nodes: 2}"));
}

#[test]
fn proxies_hold_requests_and_are_several() {
    fires(
        Code::StandbyWithoutProxy,
        "production",
        &standby(", proxies: 0", ""),
        "without proxies no request is held while a pod takes over, and a lost node is forgotten as slowly as Kubernetes does it, after 40 to 50 s",
        "say `scaling.proxies: 2`, which is taken when it is left out",
    );
    rests(Code::StandbyWithoutProxy, "production", &standby(", proxies: 1", ""));
    fires(
        Code::OneProxyForStandby,
        "production",
        &standby(", proxies: 1", ""),
        "one proxy in front of several pods is what takes them all away when its node is lost",
        "say `scaling.proxies: 2` or more",
    );
    rests(Code::OneProxyForStandby, "production", &standby("", ""));
    rests(Code::OneProxyForStandby, "production", &standby(", proxies: 0", ""));
}

#[test]
fn a_lease_is_short() {
    fires(
        Code::LongLease,
        "production",
        &standby(", leaseSeconds: 16", ""),
        "nobody serves for 16 s when a node is lost, and requests are held for as long",
        "say `scaling.leaseSeconds: 3`, or as much as the slowest renewal needs",
    );
    rests(Code::LongLease, "production", &standby(", leaseSeconds: 15", ""));
}

fn patched(spec: &str) -> String {
    standby(
        "",
        &format!("overrides: [{{kind: Deployment, name: memos, patch: {{spec: {{template: {{spec: {spec}}}}}}}}}]"),
    )
}

#[test]
fn memos_runs_behind_its_gate() {
    fires(
        Code::GateLost,
        "production",
        &patched("{containers: [{name: memos, command: [/usr/local/memos/entrypoint.sh, /usr/local/memos/memos]}]}"),
        "the container `memos` does not start by `gate.sh`, so that every pod would serve at once",
        "take the override of its `command` away",
    );
    fires(
        Code::GateLost,
        "production",
        &patched("{initContainers: [{name: keeper, command: [sleep, infinity]}]}"),
        "the container `keeper` does not start by `keeper.sh`, so that no pod would ever serve",
        "take the override of its `command` away",
    );
    rests(Code::GateLost, "production", &patched("{containers: [{name: memos, args: [--log-level=info]}]}"));
}

#[test]
fn a_lease_is_in_memory() {
    fires(
        Code::LeaseOnDisk,
        "production",
        &patched("{volumes: [{name: lease, emptyDir: {medium: ''}}]}"),
        "the volume `lease` is not in memory, so that a node that starts again would find its former lease",
        "take the override of the volume away",
    );
    rests(Code::LeaseOnDisk, "production", &patched("{volumes: [{name: lease, emptyDir: {sizeLimit: 2Mi}}]}"));
}

#[test]
fn uploads_follow_to_the_standby() {
    let volume = |access: &str| standby("", &format!("attachments: {{kind: local, access: {access}}}"));
    fires(
        Code::VolumeNotShared,
        "production",
        &volume("readWriteOnce"),
        "a volume for one node cannot follow from one of 2 pods to another: the standby would wait for it, for minutes when the node is lost",
        "say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`",
    );
    rests(Code::VolumeNotShared, "production", &volume("readWriteMany"));
    let left_out = standby("", "attachments: {kind: local}");
    rests(Code::VolumeNotShared, "production", &left_out);
}

#[test]
fn a_standby_says_what_its_database_survives() {
    fires(
        Code::DatabaseWithoutFailOver,
        "production",
        &standby("", "database: {kind: postgres}"),
        "a standby is there, and its one PostgreSQL is replaced by nothing while its node is lost",
        "say `database: {kind: cluster}` for fail-over by CloudNativePG, or `kind: managed`",
    );
    rests(Code::DatabaseWithoutFailOver, "production", &standby("", "database: {kind: cluster}"));
}

#[test]
fn what_several_processes_break_is_no_fault_of_one_that_serves() {
    let plain = compile("production", &standby("", "exposure: {host: m.example.com}"));
    for code in [
        Code::ReplicasWithoutSharedCache,
        Code::BudgetAllowsAll,
        Code::MigrationRaced,
        Code::RolloutStopsAll,
        Code::GraceTooShort,
        Code::ConnectionsUnbounded,
    ] {
        assert!(plain.diagnostics.iter().all(|found| found.code != code), "{}", code.text());
    }
}

#[test]
fn the_pods_are_what_keeps_two_from_serving() {
    let compiled = compile("production", &standby("", "rollout: {createAdministrator: true}"));
    let deployment = &compiled.object("Deployment", "memos")["spec"];
    assert_eq!(deployment["replicas"], 2);
    assert_eq!(deployment["minReadySeconds"], 60);
    assert_eq!(deployment["strategy"]["rollingUpdate"]["maxSurge"], 1);
    assert_eq!(deployment["strategy"]["rollingUpdate"]["maxUnavailable"], 0);
    let pod = &deployment["template"]["spec"];
    let memos = &pod["containers"][0];
    for probe in ["startupProbe", "readinessProbe", "lifecycle"] {
        assert!(memos[probe].is_null(), "{probe}: a pod that stands by would fail it");
    }
    assert_eq!(memos["command"][1], "/etc/memos-standby/gate.sh");
    assert_eq!(memos["command"][2], "/usr/local/memos/entrypoint.sh");
    assert_eq!(pod["terminationGracePeriodSeconds"], 30);
    let scripts = &compiled.object("ConfigMap", "memos-standby")["data"];
    assert!(scripts["administrator.sh"].as_str().unwrap().contains("/api/v1/users"));
    assert_eq!(compiled.object("PodDisruptionBudget", "memos")["spec"]["maxUnavailable"], 1);
    let selected = |service: &str| compiled.object("Service", service)["spec"]["selector"].clone();
    assert_eq!(selected("memos")["app.kubernetes.io/component"], "proxy");
    assert_eq!(selected("memos-pods")["app.kubernetes.io/component"], "memos");
}

#[test]
fn behind_the_service_alone_only_the_pod_that_serves_is_ready() {
    let compiled = compile("production", &standby(", proxies: 0, pods: 3", ""));
    let deployment = &compiled.object("Deployment", "memos")["spec"];
    assert_eq!(deployment["strategy"]["rollingUpdate"]["maxUnavailable"], 3);
    assert!(deployment["minReadySeconds"].is_null());
    assert!(deployment["template"]["spec"]["containers"][0]["readinessProbe"].is_object());
    assert_eq!(compiled.object("Service", "memos")["spec"]["selector"]["app.kubernetes.io/component"], "memos");
    let list = compiled.list();
    assert!(!list.iter().any(|object| object == "PodDisruptionBudget/memos" || object.ends_with("/memos-proxy")));
}

/// The environment of the keeper.
fn keeper(profile: &str, spec: &str) -> impl Fn(&str) -> serde_json::Value + use<> {
    let compiled = compile(profile, spec);
    let pod = compiled.object("Deployment", "memos")["spec"]["template"]["spec"].clone();
    let keepers = pod["initContainers"].as_array().unwrap().clone();
    let keeper = keepers.into_iter().find(|container| container["name"] == "keeper").unwrap();
    move |name| {
        let mut all = keeper["env"].as_array().unwrap().iter();
        let found = all.find(|variable| variable["name"] == name).cloned().unwrap_or_default();
        if found["value"].is_null() { found["valueFrom"].clone() } else { found["value"].clone() }
    }
}

#[test]
fn the_keeper_reaches_the_database_past_every_pooler() {
    let own = keeper(
        "dev",
        "memos: {version: 0.30.0}\nscaling: {mode: standby}\ndatabase: {pooler: {enabled: true}}\nattachments: {kind: database}",
    );
    assert_eq!(own("PGHOST"), "memos-postgres");
    assert_eq!(own("PGSSLMODE"), "disable");
    assert_eq!(own("PGPASSWORD")["secretKeyRef"]["key"], "password");
    let cluster = keeper("production", &standby("", "database: {kind: cluster, pooler: {enabled: true}}"));
    assert_eq!(cluster("PGHOST"), "memos-database-rw");
    assert_eq!(cluster("PGSSLROOTCERT"), "/etc/memos-ca/database/ca.crt");
    assert_eq!(cluster("PGPASSWORD")["secretKeyRef"]["name"], "memos-database-app");
    let azure = keeper("azure", &standby("", "database: {port: 6432}"));
    assert_eq!(azure("PGPORT"), "5432");
    assert_eq!(azure("PGSSLROOTCERT"), "/etc/ssl/certs/ca-certificates.crt");
    let user = keeper("production", &standby(", user: keeper", "database: {kind: cluster}"));
    assert_eq!(user("PGUSER"), "keeper");
    assert_eq!(user("PGPASSWORD")["secretKeyRef"]["key"], "keeper-password");
    assert_eq!(user("PGPASSWORD")["secretKeyRef"]["name"], "memos-database");
}

#[test]
fn a_connection_string_of_the_secret_is_no_password_for_the_keeper() {
    let spec = standby("", "database: {credentials: dsnFile}");
    rests(Code::EntrypointLost, "production", &spec);
    let compiled = compile("production", &spec);
    let secret = compiled.plan.secrets.expected.iter().find(|secret| secret.purpose == "database").unwrap();
    let keys: Vec<&str> = secret.keys.iter().map(|key| key.key.as_str()).collect();
    assert_eq!(keys, ["dsn", "password"]);
}

#[test]
fn who_keeps_the_lease_may_go_past_the_pooler() {
    let compiled = compile(
        "dev",
        "memos: {version: 0.30.0}\nscaling: {mode: standby}\ndatabase: {pooler: {enabled: true}}\nattachments: {kind: database}",
    );
    let policy = |name: &str| compiled.plan.policies.iter().find(|policy| policy.name == name).unwrap().clone();
    let open = |edges: Vec<crate::plan::network::EdgePlan>| {
        let mut all: Vec<String> =
            edges.iter().flat_map(|edge| edge.peers.iter().map(|peer| format!("{peer:?}"))).collect();
        all.sort();
        all.dedup();
        all
    };
    assert_eq!(open(policy("memos-postgres").ingress), ["Component(Memos)", "Component(Pooler)"]);
    assert_eq!(open(policy("memos").ingress), ["Component(Proxy)"]);
    let out = open(policy("memos").egress);
    assert!(
        out.contains(&"Component(Postgres)".to_owned()) && out.contains(&"Component(Pooler)".to_owned()),
        "{out:?}"
    );
    assert_eq!(open(policy("memos-proxy").egress), ["Component(Memos)"]);
}
