//! Random specs that are mostly legal: every kind of every section, alone and together.

#![allow(unreachable_pub, reason = "a module of a test")]

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

const DIGEST: &str = "sha256:5f2a9c3d8b7e10465f2a9c3d8b7e10465f2a9c3d8b7e10465f2a9c3d8b7e1046";
const ARN: &str = "arn:aws:acm:eu-central-1:123456789012:certificate/7b6c1f9e-3f0d-4b1f-9a53-6d1c2e8a4f07";

/// A spec document. A section that is left out comes from the profile.
pub fn documents() -> impl Strategy<Value = Value> {
    let application = (
        weighted(0.9, memos()),
        weighted(0.5, load()),
        weighted(0.6, scaling()),
        weighted(0.5, availability()),
        weighted(0.3, rollout()),
    );
    let state =
        (weighted(0.8, database()), weighted(0.7, cache()), weighted(0.7, attachments()), weighted(0.5, secrets()));
    let place =
        (weighted(0.5, network()), weighted(0.3, images()), weighted(0.4, components()), weighted(0.2, overrides()));
    let profile = select(vec!["dev", "production", "aws", "gcp", "azure"]);
    let metadata = weighted(0.4, (name(), name()));
    // One edge and one cluster for each cloud, of which the profile takes its own: so that a failing spec can be made smaller.
    let edges = ["none", "aws", "gcp", "azure"].map(|cloud| weighted(0.8, exposure(cloud)).boxed());
    let clusters = ["none", "aws", "gcp", "azure"].map(|cloud| weighted(0.3, kubernetes(cloud)).boxed());
    let place = (place, edges, clusters);
    let tamed = weighted(0.9, Just(()));
    (profile, metadata, application, state, place, tamed).prop_map(
        |(profile, metadata, application, state, place, tamed)| {
            let (memos, load, scaling, availability, rollout) = application;
            let (database, cache, attachments, secrets) = state;
            let ((network, images, components, overrides), edges, clusters) = place;
            let cloud = ["aws", "gcp", "azure"].iter().position(|cloud| *cloud == profile).map_or(0, |at| at + 1);
            let spec = sections([
                ("memos", memos),
                ("load", load),
                ("scaling", scaling),
                ("database", database),
                ("cache", cache),
                ("attachments", attachments),
                ("exposure", edges[cloud].clone()),
                ("network", network),
                ("secrets", secrets),
                ("availability", availability),
                ("rollout", rollout),
                ("kubernetes", clusters[cloud].clone()),
                ("images", images),
                ("components", components),
                ("overrides", overrides),
            ]);
            let metadata = metadata.map(|(name, namespace)| json!({"name": name, "namespace": namespace}));
            let mut document = sections([
                ("apiVersion", Some(json!("memos-gen.dev/v1alpha1"))),
                ("kind", Some(json!("Memos"))),
                ("profile", Some(json!(profile))),
                ("metadata", metadata),
                ("spec", Some(spec)),
            ]);
            if tamed.is_some() {
                tame(&mut document, profile);
            }
            document
        },
    )
}

/// Takes away contradictions that nearly every random spec would have, so that most are legal.
fn tame(document: &mut Value, profile: &str) {
    let name = document["metadata"]["name"].as_str().unwrap_or("memos").to_owned();
    let spec = &mut document["spec"];
    let without_files = spec["memos"]["distribution"] == "divinesense" || spec["memos"]["version"] == "0.29.1";
    if without_files {
        remove(&mut spec["memos"], &["identityProviders", "access"]);
    }
    if without_files && !matches!(spec["attachments"]["kind"].as_str(), Some("local" | "database")) {
        spec["attachments"] = json!({"kind": "database"});
    }
    let other = spec["database"]["engine"] == "mysql" || spec["database"]["kind"] == "sqlite";
    if spec["memos"]["distribution"] == "divinesense" && other {
        spec["database"] = json!({"kind": "postgres"});
    }
    if spec["database"]["kind"] == "sqlite" {
        spec["scaling"] = json!({"mode": "single"});
    }
    tame_database(spec);
    let without_lease = spec["memos"]["distribution"] == "divinesense" || spec["database"]["engine"] == "mysql";
    if spec["scaling"]["mode"] == "standby" && without_lease {
        spec["scaling"] = json!({"mode": "single"});
    }
    if spec["scaling"]["mode"] == "standby" {
        let identity = spec["database"]["cloudSqlProxy"]["iamLogin"] == true;
        remove(&mut spec["scaling"], if identity { &["user"] } else { &[] });
        remove(&mut spec["database"], &["behindPooler"]);
    }
    let replicas = spec["scaling"]["mode"] != "single";
    if spec["attachments"]["kind"] == "local" {
        remove(&mut spec["attachments"], if replicas { &["access"] } else { &[] });
        let own = match profile {
            "aws" => json!({"kind": "efs", "fileSystemId": "fs-0a1b2c3d4e5f60718"}),
            "gcp" => json!({"kind": "filestore"}),
            "azure" => json!({"kind": "azureFiles"}),
            _ => json!({"kind": "existing", "name": "shared"}),
        };
        if !spec["attachments"]["class"].is_null() {
            spec["attachments"]["class"] = own;
        }
    }
    if spec["scaling"]["min"].as_u64() > spec["scaling"]["max"].as_u64() {
        remove(&mut spec["scaling"], &["max"]);
    }
    spec["overrides"].as_array_mut().into_iter().flatten().for_each(|wanted| wanted["name"] = json!(name));
    // Reading a key of a `Value` by index leaves a null behind where there was none.
    if let Value::Object(map) = spec {
        map.retain(|_, value| !value.is_null());
    }
}

/// No pooler where there can be none, and the identity that signing in without a password needs.
fn tame_database(spec: &mut Value) {
    let proxy = spec["database"]["cloudSqlProxy"].clone();
    let login = proxy["iamLogin"] == true;
    if login {
        spec["kubernetes"] = json!({
            "cloud": "gcp",
            "identity": {"kind": "gke", "serviceAccount": "notes@example-notes.iam.gserviceaccount.com"},
        });
        spec["database"]["user"] = json!("notes@example-notes.iam");
    }
    let database = &spec["database"];
    if login || database["engine"] == "mysql" || database["credentials"] == "dsnFile" {
        remove(&mut spec["database"], &["pooler"]);
    }
}

fn remove(map: &mut Value, keys: &[&str]) {
    if let Value::Object(map) = map {
        keys.iter().for_each(|key| drop(map.shift_remove(*key)));
    }
}

/// A map without the sections that are left out.
fn sections<const N: usize>(sections: [(&str, Option<Value>); N]) -> Value {
    let given = sections.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(given.collect::<Map<_, _>>())
}

fn one(options: Vec<Value>) -> BoxedStrategy<Value> {
    select(options).boxed()
}

fn maybe(share: f64, options: Vec<Value>) -> BoxedStrategy<Option<Value>> {
    weighted(share, select(options)).boxed()
}

/// Numbers between two, as JSON.
fn number(range: std::ops::RangeInclusive<u32>) -> BoxedStrategy<Value> {
    range.prop_map(Value::from).boxed()
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-z]([a-z0-9-]{0,12}[a-z0-9])?",
        1 => "[0-9][a-z0-9]{0,12}",
        1 => "[a-z][a-z0-9-]{51}[a-z0-9]",
        1 => "[a-z][a-z0-9-]{61}[a-z0-9]",
    ]
}

fn memos() -> impl Strategy<Value = Value> {
    let shared = format!("registry.example.com/memos-shared:0.30.0@{DIGEST}");
    let image = prop_oneof![
        3 => Just(json!({"image": shared, "sharedCache": true})),
        2 => select(vec!["0.29.1", "0.30.0", "0.30.1", "0.31.0"]).prop_map(|version| json!({"version": version})),
        1 => Just(json!({"image": "ghcr.io/usememos/memos:0.30.0"})),
        1 => Just(json!({"distribution": "divinesense", "ai": {"llmProvider": "openai"}})),
        1 => Just(json!({"distribution": "divinesense"})),
    ];
    let files = vec!["keycloak", "github", "smtp"];
    let rest = (
        maybe(0.3, ["debug", "info", "warn", "error"].map(Value::from).to_vec()),
        weighted(0.3, number(1..=200)),
        weighted(0.3, number(1..=10)),
        weighted(0.3, any::<bool>()),
        maybe(0.2, vec![json!("Europe/Berlin"), json!("America/St_Johns")]),
        maybe(0.1, vec![json!("private"), json!("public")]),
        proptest::sample::subsequence(files, 0..=2),
    );
    (image, rest).prop_map(|(mut image, (level, upload, uploads, sign_up, zone, access, files))| {
        let files: Vec<Value> = files
            .iter()
            .map(|label| json!({"label": label, "secret": format!("notes-{label}"), "key": format!("{label}.json")}))
            .collect();
        let rest = sections([
            ("logLevel", level),
            ("uploadSizeLimitMb", upload),
            ("concurrentUploads", uploads),
            ("allowSignUp", sign_up.map(Value::from)),
            ("timeZone", zone),
            ("access", access),
            ("identityProviders", (!files.is_empty()).then_some(Value::Array(files))),
        ]);
        join(&mut image, rest);
        image
    })
}

/// Puts the keys of one map into another.
fn join(map: &mut Value, more: Value) {
    if let (Value::Object(map), Value::Object(more)) = (map, more) {
        map.extend(more);
    }
}

fn load() -> impl Strategy<Value = Value> {
    let sizes = ["small", "medium", "large", "enterprise"].map(|size| json!({"size": size})).to_vec();
    let numbers = (1u64..50_000, weighted(0.5, 1u64..100_000), weighted(0.5, 1u64..2_000));
    prop_oneof![
        one(sizes),
        numbers.prop_map(|(users, sessions, requests)| sections([
            ("users", Some(users.into())),
            ("sessions", sessions.map(Value::from)),
            ("requestsPerSecond", requests.map(Value::from)),
        ])),
    ]
}

fn scaling() -> impl Strategy<Value = Value> {
    let replicas = (weighted(0.6, 1u32..8), weighted(0.6, 1u32..20), 10u32..=95, weighted(0.3, 10u32..=95));
    let standby = (2u32..=3, 0u32..4, weighted(0.3, 3u32..=60), any::<bool>());
    prop_oneof![
        1 => Just(json!({"mode": "single"})),
        1 => standby.prop_map(|(pods, proxies, lease, user)| sections([
            ("mode", Some(json!("standby"))),
            ("pods", Some(pods.into())),
            ("proxies", Some(proxies.into())),
            ("leaseSeconds", lease.map(Value::from)),
            ("user", user.then(|| json!("keeper"))),
        ])),
        2 => replicas.prop_map(|(min, max, cpu, memory)| sections([
            ("mode", Some(json!("replicas"))),
            ("min", min.map(Value::from)),
            ("max", max.map(Value::from)),
            ("cpuUtilization", Some(cpu.into())),
            ("memoryUtilization", memory.map(Value::from)),
        ])),
    ]
}

fn pooler() -> impl Strategy<Value = Value> {
    let fields =
        (weighted(0.5, any::<bool>()), select(vec!["transaction", "session"]), 1u32..=4, weighted(0.3, 1u32..60));
    fields.prop_map(|(enabled, mode, replicas, size)| {
        sections([
            ("enabled", enabled.map(Value::from)),
            ("mode", Some(mode.into())),
            ("replicas", Some(replicas.into())),
            ("poolSize", size.map(Value::from)),
        ])
    })
}

fn volume() -> impl Strategy<Value = Value> {
    let class = maybe(0.5, vec![json!("fast"), json!("gp3")]);
    (select(vec!["1Gi", "20Gi", "500Gi", "1Ti"]), class)
        .prop_map(|(size, class)| sections([("size", Some(size.into())), ("storageClass", class)]))
}

/// A database of ours or of the operator's.
fn own_database(kind: &'static str) -> impl Strategy<Value = Value> {
    let memory = maybe(0.5, ["512Mi", "2Gi", "8Gi"].map(Value::from).to_vec());
    (14u32..=18, volume(), memory, weighted(0.3, 50u32..1000), weighted(0.6, pooler())).prop_map(
        move |(version, storage, memory, connections, pooler)| {
            sections([
                ("kind", Some(kind.into())),
                ("version", Some(version.into())),
                ("storage", Some(storage)),
                ("memory", memory),
                ("maxConnections", connections.map(Value::from)),
                ("pooler", pooler),
            ])
        },
    )
}

fn authority() -> BoxedStrategy<Value> {
    one(vec![
        json!({"kind": "system"}),
        json!({"kind": "configMap", "name": "notes-ca"}),
        json!({"kind": "secret", "name": "notes-ca", "key": "root.pem"}),
    ])
}

fn managed_database() -> impl Strategy<Value = Value> {
    let tls = (select(vec!["disable", "require", "verify-ca", "verify-full"]), authority());
    let proxy = maybe(
        0.25,
        vec![
            json!({"instance": "example-notes:europe-west1:memos"}),
            json!({"instance": "example-notes:europe-west1:memos", "iamLogin": true}),
            json!({"instance": "example.com:notes:europe-west1:memos", "privateServiceConnect": true}),
        ],
    );
    let fields = (
        select(vec!["postgres", "postgres", "mysql"]),
        tls,
        proxy,
        select(vec!["password", "dsnFile"]),
        100u32..3000,
        weighted(0.5, pooler()),
        any::<bool>(),
    );
    fields.prop_map(|(engine, (mode, ca), proxy, credentials, connections, pooler, narrow)| {
        sections([
            ("kind", Some(json!("managed"))),
            ("engine", Some(engine.into())),
            ("version", Some(if engine == "mysql" { json!(8) } else { json!(17) })),
            ("host", proxy.is_none().then(|| json!("db.example.com"))),
            ("tls", proxy.is_none().then(|| json!({"mode": mode, "ca": ca}))),
            ("cloudSqlProxy", proxy),
            ("credentials", Some(credentials.into())),
            ("maxConnections", Some(connections.into())),
            ("networks", narrow.then(|| json!(["10.8.0.0/24"]))),
            ("pooler", pooler),
        ])
    })
}

fn database() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => volume().prop_map(|storage| json!({"kind": "sqlite", "storage": storage})),
        2 => own_database("postgres"),
        2 => (own_database("cluster"), 1u32..=5).prop_map(|(mut database, instances)| {
            join(&mut database, json!({"instances": instances}));
            database
        }),
        3 => managed_database(),
    ]
}

fn client() -> BoxedStrategy<Option<Value>> {
    maybe(0.3, vec![json!({"poolSize": 5, "dialTimeout": "2s"}), json!({"keyPrefix": "notes", "readTimeout": "10s"})])
}

fn cache() -> impl Strategy<Value = Value> {
    let redis = (
        select(vec!["none", "rdb", "aof", "both"]),
        any::<bool>(),
        maybe(0.3, vec![json!("redis-tls")]),
        maybe(0.3, vec![json!("128Mi"), json!("1Gi")]),
        client(),
    );
    let managed = (any::<bool>(), any::<bool>(), authority(), client(), any::<bool>());
    prop_oneof![
        1 => Just(json!({"kind": "none"})),
        2 => redis.prop_map(|(persistence, auth, tls, memory, client)| sections([
            ("kind", Some(json!("redis"))),
            ("persistence", Some(persistence.into())),
            ("auth", Some(auth.into())),
            ("tlsSecret", tls),
            ("maxMemory", memory),
            ("client", client),
        ])),
        2 => managed.prop_map(|(tls, auth, ca, client, narrow)| sections([
            ("kind", Some(json!("managed"))),
            ("host", Some(json!("cache.example.com"))),
            ("tls", Some(tls.into())),
            ("auth", Some(auth.into())),
            ("ca", tls.then_some(ca)),
            ("client", client),
            ("networks", narrow.then(|| json!(["10.8.1.0/24"]))),
        ])),
    ]
}

fn attachments() -> impl Strategy<Value = Value> {
    let classes = vec![
        json!({"kind": "existing", "name": "shared"}),
        json!({"kind": "efs", "fileSystemId": "fs-0a1b2c3d4e5f60718"}),
        json!({"kind": "filestore", "tier": "zonal"}),
        json!({"kind": "azureFiles", "sku": "Premium_LRS"}),
    ];
    let access = maybe(0.6, vec![json!("readWriteMany"), json!("readWriteMany"), json!("readWriteOnce")]);
    let local = (select(vec!["1Gi", "200Gi", "2Ti"]), access, maybe(0.6, classes));
    prop_oneof![
        3 => local.prop_map(|(size, access, class)| sections([
            ("kind", Some(json!("local"))),
            ("size", Some(size.into())),
            ("access", access),
            ("class", class),
        ])),
        1 => Just(json!({"kind": "database"})),
        2 => any::<bool>().prop_map(|path| json!({
            "kind": "s3", "endpoint": "https://s3.example.com", "region": "eu-central-1", "bucket": "notes",
            "usePathStyle": path,
        })),
    ]
}

fn tls(cloud: &'static str) -> BoxedStrategy<Value> {
    let mut options = vec![
        json!({"kind": "none"}),
        json!({"kind": "certManager", "issuer": "internal", "issuerKind": "Issuer"}),
        json!({"kind": "secret", "name": "notes-tls"}),
    ];
    match cloud {
        "aws" => {
            options.extend([json!({"kind": "cloud", "certificate": ARN}), json!({"kind": "cloud", "certificate": ARN})])
        }
        "gcp" => options.push(json!({"kind": "cloud", "certificate": "notes"})),
        _ => {}
    }
    one(options)
}

fn edge() -> impl Strategy<Value = Value> {
    let fields = (
        any::<bool>(),
        weighted(0.2, 31u32..4000),
        weighted(0.1, 300u32..1024),
        weighted(0.1, 1u32..500),
        maybe(0.1, vec![json!(["10.0.0.0/8"])]),
        weighted(0.9, Just(json!(["10.9.0.0/24"]))),
    );
    fields.prop_map(|(affinity, idle, body, rate, ranges, networks)| {
        sections([
            ("affinity", Some(affinity.into())),
            ("idleTimeoutSeconds", idle.map(Value::from)),
            ("maxBodyMb", body.map(Value::from)),
            ("requestsPerSecond", rate.map(Value::from)),
            ("sourceRanges", ranges),
            ("networks", networks),
        ])
    })
}

fn exposure(cloud: &'static str) -> impl Strategy<Value = Value> {
    let gateways = match cloud {
        "aws" => vec!["aws-alb", "istio", "envoy"],
        "gcp" => vec!["gke-l7-global-external-managed", "gke-l7-regional-external-managed", "gke-l7-rilb", "envoy"],
        "azure" => vec!["approuting-istio", "azure-alb-external", "traefik"],
        _ => vec!["istio", "envoy", "traefik", "kgateway", "cilium"],
    };
    let ingresses = match cloud {
        "aws" => vec!["alb", "traefik"],
        "gcp" => vec!["gce", "gce-internal", "haproxy"],
        "azure" => vec!["traefik", "webapprouting.kubernetes.azure.com"],
        _ => vec!["traefik", "haproxy", "nginx"],
    };
    let existing = maybe(0.15, vec![json!({"name": "shared", "namespace": "gateways"})]);
    let gateway =
        (select(gateways), tls(cloud), weighted(0.6, edge()), existing).prop_map(|(class, tls, edge, existing)| {
            let azure = json!({"alb.networking.azure.io/alb-namespace": "a", "alb.networking.azure.io/alb-name": "b"});
            sections([
                ("kind", Some(json!("gateway"))),
                ("host", Some(json!("memos.example.com"))),
                ("class", Some(class.into())),
                ("tls", existing.is_none().then_some(tls)),
                ("edge", edge),
                ("existing", existing),
                ("annotations", (class == "azure-alb-external").then_some(azure)),
            ])
        });
    let ingress = (select(ingresses), tls(cloud), weighted(0.6, edge())).prop_map(|(class, tls, edge)| {
        sections([
            ("kind", Some(json!("ingress"))),
            ("host", Some(json!("memos.example.com"))),
            ("class", Some(class.into())),
            ("tls", Some(tls)),
            ("edge", edge),
            ("controllerNamespace", Some(json!("edge"))),
        ])
    });
    let balancer = (any::<bool>(), any::<bool>(), maybe(0.3, vec![json!(["198.51.100.0/24"])])).prop_map(
        move |(affinity, internal, ranges)| {
            sections([
                ("kind", Some(json!("loadBalancer"))),
                ("host", Some(json!("memos.example.com"))),
                ("affinity", Some(affinity.into())),
                ("internal", Some((internal && cloud != "none").into())),
                ("sourceRanges", ranges),
            ])
        },
    );
    prop_oneof![1 => Just(json!({"kind": "none"})), 3 => gateway, 3 => ingress, 2 => balancer]
}

fn network() -> impl Strategy<Value = Value> {
    let ways = vec![
        json!([{"name": "mail", "to": {"kind": "addresses", "cidrs": ["198.51.100.25/32"]}, "ports": [465, 587]}]),
        json!([{"name": "proxy", "to": {"kind": "pods", "namespace": "proxy"}, "ports": [3128]}]),
    ];
    let inward =
        vec![json!([{"name": "metrics", "from": {"kind": "pods", "namespace": "monitoring"}, "ports": [5230]}])];
    let fields = (
        weighted(0.3, any::<bool>()),
        weighted(0.3, any::<bool>()),
        any::<bool>(),
        maybe(0.4, ways),
        maybe(0.4, inward),
    );
    fields.prop_map(|(policies, internet, strict, egress, ingress)| {
        sections([
            ("policies", policies.map(Value::from)),
            ("internet", internet.map(Value::from)),
            ("dns", strict.then(|| json!({"mode": "strict", "servers": ["169.254.20.10/32"]}))),
            ("extraEgress", egress),
            ("extraIngress", ingress),
        ])
    })
}

fn secrets() -> BoxedStrategy<Value> {
    one(vec![
        json!({"kind": "existing"}),
        json!({"kind": "existing", "names": {"database": "notes-database", "cache": "notes-cache"}}),
        json!({"kind": "external", "store": {"name": "vault", "kind": "SecretStore"}, "prefix": "notes/"}),
        json!({"kind": "local"}),
    ])
}

fn availability() -> impl Strategy<Value = Value> {
    let spread = || maybe(0.4, vec![json!("preferred"), json!("required")]);
    let fields = (
        (weighted(0.4, number(1..=4)), weighted(0.2, number(1..=50)), spread(), spread()),
        (weighted(0.4, number(1..=3)), weighted(0.3, number(0..=300)), weighted(0.3, number(0..=60))),
        (weighted(0.15, number(1..=200)), weighted(0.3, any::<bool>())),
    );
    fields.prop_map(|((zones, nodes, zone, node), (unavailable, lost, stop), (grace, readiness))| {
        sections([
            ("zones", zones),
            ("nodes", nodes),
            ("zoneSpread", zone),
            ("nodeSpread", node),
            ("maxUnavailable", unavailable),
            ("lostNodeSeconds", lost),
            ("preStopSeconds", stop),
            ("terminationGracePeriodSeconds", grace),
            ("readinessChecksDatabase", readiness.map(Value::from)),
        ])
    })
}

fn rollout() -> impl Strategy<Value = Value> {
    let from = maybe(0.3, ["0.28.0", "0.29.1", "0.30.0"].map(Value::from).to_vec());
    let alone = any::<bool>().prop_map(Value::from);
    let times = (weighted(0.5, number(1..=4)), weighted(0.3, number(30..=900)));
    let fields = (from, weighted(0.3, alone), any::<bool>(), any::<bool>(), times);
    fields.prop_map(|(from, alone, hold, create, (surge, startup))| {
        sections([
            ("fromVersion", from),
            ("oneProcess", alone),
            ("holdUntilAdministrator", Some(hold.into())),
            ("createAdministrator", Some(create.into())),
            ("maxSurge", surge),
            ("startupSeconds", startup),
        ])
    })
}

fn kubernetes(cloud: &'static str) -> impl Strategy<Value = Value> {
    let identity = match cloud {
        "aws" => vec![
            json!({"kind": "irsa", "roleArn": "arn:aws:iam::123456789012:role/notes"}),
            json!({"kind": "eksPodIdentity"}),
        ],
        "gcp" => vec![json!({"kind": "gke", "serviceAccount": "notes@example-notes.iam.gserviceaccount.com"})],
        "azure" => vec![json!({"kind": "azure", "clientId": "3f6d2a10-8c1b-4f0e-9a7d-5b2c4e6f8a90"})],
        _ => vec![json!({"kind": "none"})],
    };
    let version = select(vec!["1.33", "1.34", "1.35", "1.36", "1.37"]);
    (version, weighted(0.4, any::<bool>()), weighted(0.6, select(identity))).prop_map(
        move |(version, create, identity)| {
            sections([
                ("version", Some(version.into())),
                ("cloud", Some(cloud.into())),
                ("createNamespace", create.map(Value::from)),
                ("identity", identity),
            ])
        },
    )
}

fn images() -> BoxedStrategy<Value> {
    one(vec![
        json!({"registry": "registry.example.com/mirror"}),
        json!({"pullSecrets": ["pull"]}),
        json!({"redis": format!("registry.example.com/redis:8.4.0@{DIGEST}"), "pooler": "registry.example.com/pgbouncer:1.25.1"}),
    ])
}

fn component() -> impl Strategy<Value = Value> {
    let resources = vec![
        json!({"requests": {"cpu": "50m", "memory": "64Mi"}}),
        json!({"limits": {"cpu": "4", "memory": "16Gi"}}),
        json!({"limits": {"memory": "32Mi"}}),
        json!({"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "2", "memory": "2Gi"}}),
    ];
    let word = || "[a-z]{1,8}".prop_map(|word| json!({format!("example.com/{word}"): word}));
    let pods = vec![
        json!([{"key": "notes", "operator": "Exists"}]),
        json!([{"key": "notes", "operator": "Equal", "value": "true", "effect": "NoSchedule"}]),
    ];
    let environment = vec![
        json!([{"name": "HTTPS_PROXY", "value": "http://proxy.example.com:3128"}]),
        json!([{"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]),
    ];
    let fields = (
        (
            maybe(0.5, resources),
            weighted(0.3, word()),
            weighted(0.3, word()),
            weighted(0.3, word()),
            weighted(0.3, word()),
        ),
        (maybe(0.3, pods), maybe(0.3, environment), any::<bool>(), maybe(0.2, vec![json!("business-critical")])),
    );
    fields.prop_map(
        |((resources, labels, annotations, pod_labels, nodes), (tolerations, environment, scratch, class))| {
            sections([
                ("resources", resources),
                ("labels", labels),
                ("annotations", annotations),
                ("podLabels", pod_labels),
                ("nodeSelector", nodes),
                ("tolerations", tolerations),
                ("extraEnv", environment),
                ("extraVolumes", scratch.then(|| json!([{"name": "scratch", "emptyDir": {"sizeLimit": "64Mi"}}]))),
                ("extraVolumeMounts", scratch.then(|| json!([{"name": "scratch", "mountPath": "/scratch"}]))),
                ("priorityClass", class),
            ])
        },
    )
}

fn components() -> impl Strategy<Value = Value> {
    // Boxed, as the stack of a test is small.
    let component = || weighted(0.4, component()).boxed();
    (component(), component(), component(), component(), component()).prop_map(
        |(memos, proxy, postgres, pooler, redis)| {
            sections([("memos", memos), ("proxy", proxy), ("postgres", postgres), ("pooler", pooler), ("redis", redis)])
        },
    )
}

fn overrides() -> impl Strategy<Value = Value> {
    let deployment = vec![
        json!({"spec": {"revisionHistoryLimit": 3}}),
        json!({"spec": {"replicas": 7}}),
        json!({"spec": {"revisionHistoryLimit": null, "template": {"spec": {"nodeSelector": {"disk": null}}}}}),
        json!({"spec": {"template": {"spec": {"containers": [{"name": "memos", "livenessProbe": null}]}}}}),
        json!({"spec": {"template": {"spec": {"hostNetwork": true}}}}),
        json!({"spec": {"template": {"metadata": {"labels": {"app.kubernetes.io/name": "x"}}}}}),
        json!({"spec": {"template": {"spec": {"containers": [{"name": "memos", "securityContext": {"privileged": true}}]}}}}),
    ];
    let service =
        json!({"kind": "Service", "name": "memos", "patch": {"metadata": {"annotations": {"example.com/a": "b"}}}});
    (select(deployment), any::<bool>(), any::<bool>()).prop_map(move |(patch, second, first)| {
        let patch = json!({"kind": "Deployment", "name": "memos", "patch": patch});
        let list = [first.then_some(patch), second.then(|| service.clone())];
        Value::Array(list.into_iter().flatten().collect())
    })
}
