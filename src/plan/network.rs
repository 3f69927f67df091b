//! Who may talk to whom: everything is closed, and each edge that is open has a purpose.

use std::collections::BTreeMap;

use super::attachments::AttachmentsPlan;
use super::cache::CachePlan;
use super::cache::reach::{MetricsPlan, OutsidePlan};
use super::cache::sentinel::SentinelPlan;
use super::database::{ClusterPlan, DatabasePlan};
use super::exposure::ExposurePlan;
use super::names::{METRICS_PORT, Names, PROXY_STATUS_PORT, Role};
use super::pooler::{PoolerKind, PoolerPlan};
use super::standby::StandbyPlan;
use crate::spec::Spec;
use crate::spec::exposure::{DnsMode, Peer, PolicyTarget};
use crate::spec::workload::{Cloud, CloudIdentity};

/// The policy of one component, or the one that closes everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPlan {
    /// Its name.
    pub name: String,
    /// The pods it speaks of; all of the installation when none.
    pub role: Option<Role>,
    /// Who may come in.
    pub ingress: Vec<EdgePlan>,
    /// Where they may go.
    pub egress: Vec<EdgePlan>,
}

/// One open edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgePlan {
    /// What it is for.
    pub purpose: String,
    /// The other end; anybody when empty.
    pub peers: Vec<PeerPlan>,
    /// Ports with `TCP` or `UDP`.
    pub ports: Vec<(&'static str, u16)>,
}

/// The other end of an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerPlan {
    /// Pods of a component of ours.
    Component(Role),
    /// Pods of a namespace with labels; all of the namespace when there are none.
    Pods {
        /// The namespace.
        namespace: String,
        /// The labels.
        labels: BTreeMap<String, String>,
    },
    /// Addresses.
    Addresses {
        /// The range.
        cidr: String,
        /// Ranges in it that are left out.
        except: Vec<String>,
    },
}

impl PeerPlan {
    /// A range without exceptions.
    pub fn addresses(cidr: impl Into<String>) -> Self {
        Self::Addresses { cidr: cidr.into(), except: Vec::new() }
    }

    fn ranges(cidrs: &[String]) -> Vec<Self> {
        cidrs.iter().map(Self::addresses).collect()
    }
}

fn edge(purpose: &str, peers: Vec<PeerPlan>, port: u16) -> EdgePlan {
    EdgePlan { purpose: purpose.to_owned(), peers, ports: vec![("TCP", port)] }
}

/// What the decision rests on.
pub(super) struct Inputs<'a> {
    pub(super) spec: &'a Spec,
    pub(super) names: &'a Names,
    pub(super) database: &'a DatabasePlan,
    pub(super) pooler: Option<&'a PoolerPlan>,
    pub(super) cache: &'a CachePlan,
    pub(super) attachments: &'a AttachmentsPlan,
    pub(super) exposure: &'a ExposurePlan,
    pub(super) standby: Option<&'a StandbyPlan>,
}

/// Decides all policies.
pub(super) fn decide(inputs: &Inputs<'_>) -> Vec<PolicyPlan> {
    let Inputs { spec, names, database, pooler, cache, attachments: _, exposure, standby } = *inputs;
    if !spec.network.policies {
        return Vec::new();
    }
    let policy =
        |role: Role, ingress, egress| PolicyPlan { name: names.component(role), role: Some(role), ingress, egress };
    let closed =
        PolicyPlan { name: names.suffixed("default-deny"), role: None, ingress: Vec::new(), egress: Vec::new() };
    let mut policies = vec![closed];
    match standby.and_then(|standby| standby.proxy.as_ref()) {
        None => policies.push(policy(Role::Memos, memos_ingress(exposure), memos_egress(inputs))),
        Some(_) => {
            let (proxy, memos) = (Role::Proxy, Role::Memos);
            let ingress = vec![edge("the proxies", vec![PeerPlan::Component(proxy)], memos.port())];
            policies.push(policy(memos, ingress, memos_egress(inputs)));
            let egress = vec![dns(spec), edge("Memos", vec![PeerPlan::Component(memos)], memos.port())];
            policies.push(policy(proxy, memos_ingress(exposure), egress));
        }
    }
    if let Some(pooler) = pooler {
        let ingress = vec![edge("Memos", vec![PeerPlan::Component(Role::Memos)], pooler_port(pooler))];
        policies.push(policy(Role::Pooler, ingress, pooler_egress(spec, database)));
    }
    match database {
        DatabasePlan::Postgres(_) => {
            let ingress = vec![edge("clients", clients(pooler, standby), Role::Postgres.port())];
            policies.push(policy(Role::Postgres, ingress, Vec::new()));
        }
        DatabasePlan::Cluster(cluster) => {
            let ingress = cluster_ingress(cluster, clients(pooler, standby));
            policies.push(policy(Role::Database, ingress, cluster_egress(spec, cluster)));
        }
        DatabasePlan::Sqlite(_) | DatabasePlan::Managed(_) => {}
    }
    if let CachePlan::Redis(redis) = cache {
        let mut ingress = vec![edge("Memos", vec![PeerPlan::Component(Role::Memos)], Role::Redis.port())];
        ingress.extend(redis.outside.as_ref().map(outside));
        ingress.extend(redis.metrics.as_ref().map(metrics));
        policies.push(policy(Role::Redis, ingress, Vec::new()));
    }
    if let CachePlan::Sentinel(plan) = cache {
        let own = sentinel(spec, plan);
        policies.extend(own.into_iter().map(|(role, ingress, egress)| policy(role, ingress, egress)));
    }
    add_extras(spec, &mut policies);
    policies
}

/// Who talks to a database of ours itself. Keepers of a lease go past the pooler.
fn clients(pooler: Option<&PoolerPlan>, standby: Option<&StandbyPlan>) -> Vec<PeerPlan> {
    let pooled = pooler.map(|_| PeerPlan::Component(Role::Pooler));
    let direct = (pooler.is_none() || standby.is_some()).then_some(PeerPlan::Component(Role::Memos));
    pooled.into_iter().chain(direct).collect()
}

/// Redis with fail-over: its pods follow each other and ask the sentinels, these watch the pods and each other, and the
/// proxies alone are there for Memos.
fn sentinel(spec: &Spec, plan: &SentinelPlan) -> [(Role, Vec<EdgePlan>, Vec<EdgePlan>); 3] {
    let of = |roles: &[Role]| roles.iter().map(|role| PeerPlan::Component(*role)).collect::<Vec<_>>();
    let (redis, sentinel, proxy) = (Role::Redis, Role::Sentinel, Role::RedisProxy);
    let metrics = || plan.redis.metrics.as_ref().map(metrics);
    let mut to_redis = vec![edge("replication, sentinels and proxies", of(&[redis, sentinel, proxy]), redis.port())];
    to_redis.extend(metrics());
    let mut to_sentinel = vec![edge("Redis and the other sentinels", of(&[redis, sentinel]), sentinel.port())];
    to_sentinel.extend(metrics());
    let mut to_proxy = vec![edge("Memos", of(&[Role::Memos]), proxy.port())];
    to_proxy.extend(plan.redis.outside.as_ref().map(outside));
    to_proxy.extend(metrics().map(|edge| EdgePlan { ports: vec![("TCP", PROXY_STATUS_PORT.1)], ..edge }));
    let from_each = || {
        vec![dns(spec), edge("Redis", of(&[redis]), redis.port()), edge("sentinels", of(&[sentinel]), sentinel.port())]
    };
    let from_proxy = vec![dns(spec), edge("Redis", of(&[redis]), redis.port())];
    [(redis, to_redis, from_each()), (sentinel, to_sentinel, from_each()), (proxy, to_proxy, from_proxy)]
}

fn outside(outside: &OutsidePlan) -> EdgePlan {
    edge("readers outside the cluster", outside.peers.clone(), Role::Redis.port())
}

fn metrics(metrics: &MetricsPlan) -> EdgePlan {
    let reader = PeerPlan::Pods { namespace: metrics.reader.clone(), labels: BTreeMap::new() };
    edge("metrics", vec![reader], METRICS_PORT.1)
}

/// The port on which Memos meets the pooler: the operator's own listens where PostgreSQL does.
pub(super) fn pooler_port(pooler: &PoolerPlan) -> u16 {
    match pooler.kind {
        PoolerKind::Own(_) => Role::Pooler.port(),
        PoolerKind::Operator { .. } => Role::Postgres.port(),
    }
}

fn memos_ingress(exposure: &ExposurePlan) -> Vec<EdgePlan> {
    if exposure.peers.is_empty() && !exposure.anybody {
        return Vec::new();
    }
    // No peer at all stands for anybody: no list of addresses covers nodes and pods on every network.
    vec![edge("the way in from outside", exposure.peers.clone(), Role::Memos.port())]
}

fn memos_egress(inputs: &Inputs<'_>) -> Vec<EdgePlan> {
    let Inputs { spec, names: _, database, pooler, cache, attachments, exposure: _, standby } = *inputs;
    let mut egress = vec![dns(spec)];
    if let Some(pooler) = pooler {
        egress.push(edge("the pooler", vec![PeerPlan::Component(Role::Pooler)], pooler_port(pooler)));
    }
    if pooler.is_none() || standby.is_some() {
        egress.extend(to_database(spec, database));
    }
    if let (Some(standby), DatabasePlan::Managed(plan)) = (standby, database)
        && plan.proxy.is_none()
        && standby.keeper.database.port != plan.port
    {
        let port = standby.keeper.database.port;
        egress.push(edge("the lease, past the pooler", PeerPlan::ranges(&plan.networks), port));
    }
    match cache {
        CachePlan::None => {}
        CachePlan::Redis(_) => egress.push(edge("Redis", vec![PeerPlan::Component(Role::Redis)], Role::Redis.port())),
        CachePlan::Sentinel(_) => {
            egress.push(edge("Redis", vec![PeerPlan::Component(Role::RedisProxy)], Role::RedisProxy.port()));
        }
        CachePlan::Managed(plan) => egress.push(edge("Redis", PeerPlan::ranges(&plan.networks), plan.client.port)),
    }
    if let AttachmentsPlan::Bucket(bucket) = attachments {
        match bucket.networks.as_slice() {
            // Nobody said where it is, and an edge to the internet would lead anywhere but there.
            [] if bucket.private => {}
            [] => egress.push(internet("the bucket", &[bucket.port])),
            networks => egress.push(edge("the bucket", PeerPlan::ranges(networks), bucket.port)),
        }
    }
    if spec.network.internet {
        egress.push(internet("sign-in by other systems, webhooks, link previews", &[80, 443]));
    }
    egress
}

/// The edges from whoever talks to the database itself.
fn to_database(spec: &Spec, database: &DatabasePlan) -> Vec<EdgePlan> {
    match database {
        DatabasePlan::Sqlite(_) => Vec::new(),
        DatabasePlan::Postgres(_) => {
            vec![edge("PostgreSQL", vec![PeerPlan::Component(Role::Postgres)], Role::Postgres.port())]
        }
        DatabasePlan::Cluster(_) => {
            vec![edge("PostgreSQL", vec![PeerPlan::Component(Role::Database)], Role::Postgres.port())]
        }
        DatabasePlan::Managed(plan) => {
            let networks = PeerPlan::ranges(&plan.networks);
            match &plan.proxy {
                None => vec![edge("the database", networks, plan.port)],
                // The proxy meets its counterpart on 3307 and asks Google's API for certificates.
                Some(_) => {
                    let mut edges = vec![edge("the database's proxy", networks, 3307)];
                    edges.push(internet("Google's APIs", &[443]));
                    edges.extend(identity(spec));
                    edges
                }
            }
        }
    }
}

/// The address at which a pod proves to the cloud who it is. On GKE the metadata server is asked whatever the spec names: a
/// role may be given to the pod's own account, which then carries no annotation.
fn identity(spec: &Spec) -> Option<EdgePlan> {
    let purpose = "the pod's identity towards the cloud".to_owned();
    let google = EdgePlan {
        purpose: purpose.clone(),
        peers: vec![PeerPlan::addresses("169.254.169.252/32"), PeerPlan::addresses("169.254.169.254/32")],
        ports: vec![("TCP", 80), ("TCP", 987), ("TCP", 988)],
    };
    match (&spec.kubernetes.identity, spec.kubernetes.cloud) {
        (CloudIdentity::Gke(_), _) | (CloudIdentity::None, Cloud::Gcp) => Some(google),
        (CloudIdentity::EksPodIdentity, _) => Some(edge(&purpose, vec![PeerPlan::addresses("169.254.170.23/32")], 80)),
        (CloudIdentity::None | CloudIdentity::Irsa(_) | CloudIdentity::Azure(_), _) => None,
    }
}

fn pooler_egress(spec: &Spec, database: &DatabasePlan) -> Vec<EdgePlan> {
    let mut egress = vec![dns(spec)];
    egress.extend(to_database(spec, database));
    if let DatabasePlan::Cluster(cluster) = database {
        egress.push(api_server(cluster));
    }
    egress
}

fn cluster_ingress(cluster: &ClusterPlan, clients: Vec<PeerPlan>) -> Vec<EdgePlan> {
    let operator = PeerPlan::Pods {
        namespace: cluster.operator_namespace.clone(),
        labels: BTreeMap::from([("app.kubernetes.io/name".to_owned(), "cloudnative-pg".to_owned())]),
    };
    let postgres = Role::Postgres.port();
    vec![
        edge("clients and replication", [clients, vec![PeerPlan::Component(Role::Database)]].concat(), postgres),
        EdgePlan {
            purpose: "the operator".to_owned(),
            peers: vec![operator],
            ports: vec![("TCP", postgres), ("TCP", 8000)],
        },
    ]
}

fn cluster_egress(spec: &Spec, cluster: &ClusterPlan) -> Vec<EdgePlan> {
    let others = edge("replication", vec![PeerPlan::Component(Role::Database)], Role::Postgres.port());
    vec![dns(spec), others, api_server(cluster)]
}

fn api_server(cluster: &ClusterPlan) -> EdgePlan {
    EdgePlan {
        purpose: "the Kubernetes API".to_owned(),
        peers: PeerPlan::ranges(&cluster.api_server),
        ports: vec![("TCP", 443), ("TCP", 6443)],
    }
}

/// Name look-ups. By default to any address: node-local caches and cloud DNS have addresses that no pod selector matches.
fn dns(spec: &Spec) -> EdgePlan {
    let peers = match spec.network.dns.mode {
        DnsMode::Anywhere => Vec::new(),
        DnsMode::Strict => {
            let labels = BTreeMap::from([("k8s-app".to_owned(), "kube-dns".to_owned())]);
            let mut peers = vec![PeerPlan::Pods { namespace: "kube-system".to_owned(), labels }];
            peers.extend(spec.network.dns.servers.iter().map(|server| PeerPlan::addresses(server.to_string())));
            peers
        }
    };
    EdgePlan { purpose: "name look-ups".to_owned(), peers, ports: vec![("UDP", 53), ("TCP", 53)] }
}

/// The public internet: every address but private, shared, link-local (the cloud's metadata among them) and loop-back ones.
fn internet(purpose: &str, ports: &[u16]) -> EdgePlan {
    let except = |ranges: &[&str]| ranges.iter().map(|range| (*range).to_owned()).collect();
    EdgePlan {
        purpose: purpose.to_owned(),
        peers: vec![
            PeerPlan::Addresses {
                cidr: "0.0.0.0/0".to_owned(),
                except: except(&[
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                ]),
            },
            PeerPlan::Addresses { cidr: "::/0".to_owned(), except: except(&["::1/128", "fc00::/7", "fe80::/10"]) },
        ],
        ports: ports.iter().map(|port| ("TCP", *port)).collect(),
    }
}

fn add_extras(spec: &Spec, policies: &mut [PolicyPlan]) {
    let role = |target: PolicyTarget| match target {
        PolicyTarget::Memos => Role::Memos,
        PolicyTarget::Proxy => Role::Proxy,
        PolicyTarget::Postgres => Role::Postgres,
        PolicyTarget::Pooler => Role::Pooler,
        PolicyTarget::Redis => Role::Redis,
        PolicyTarget::Sentinel => Role::Sentinel,
        PolicyTarget::RedisProxy => Role::RedisProxy,
    };
    let peers = |peer: &Peer| match peer {
        Peer::Pods(pods) => vec![PeerPlan::Pods { namespace: pods.namespace.to_string(), labels: pods.labels.clone() }],
        Peer::Addresses(addresses) => {
            addresses.cidrs.iter().map(|cidr| PeerPlan::addresses(cidr.to_string())).collect()
        }
    };
    let tcp = |ports: &[u16]| ports.iter().map(|port| ("TCP", *port)).collect();
    for policy in policies {
        for extra in spec.network.extra_ingress.iter().filter(|extra| Some(role(extra.to)) == policy.role) {
            let purpose = extra.name.to_string();
            policy.ingress.push(EdgePlan { purpose, peers: peers(&extra.from), ports: tcp(&extra.ports) });
        }
        for extra in spec.network.extra_egress.iter().filter(|extra| Some(role(extra.from)) == policy.role) {
            let purpose = extra.name.to_string();
            policy.egress.push(EdgePlan { purpose, peers: peers(&extra.to), ports: tcp(&extra.ports) });
        }
    }
}
