//! Every name, label and port: each is derived here and nowhere else.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// The longest name that can also be a label value and a DNS label.
const LABEL_LIMIT: usize = 63;

/// The part of the installation that an object belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The Memos processes and what belongs to the installation as a whole.
    Memos,
    /// The proxies in front of a Memos with a standby.
    Proxy,
    /// One PostgreSQL in the cluster.
    Postgres,
    /// PostgreSQL instances run by CloudNativePG.
    Database,
    /// PgBouncer.
    Pooler,
    /// Redis in the cluster, one or several.
    Redis,
    /// The sentinels that watch it.
    Sentinel,
    /// The proxies that lead to its master.
    RedisProxy,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Memos,
        Self::Proxy,
        Self::Postgres,
        Self::Database,
        Self::Pooler,
        Self::Redis,
        Self::Sentinel,
        Self::RedisProxy,
    ];

    /// The word by which the spec calls its component.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Postgres | Self::Database => "postgres",
            Self::RedisProxy => "redisProxy",
            Self::Memos | Self::Proxy | Self::Pooler | Self::Redis | Self::Sentinel => self.word(),
        }
    }

    /// The value of `app.kubernetes.io/component`, and the suffix of the component's objects.
    pub fn word(self) -> &'static str {
        match self {
            Self::Memos => "memos",
            Self::Proxy => "proxy",
            Self::Postgres => "postgres",
            Self::Database => "database",
            Self::Pooler => "pooler",
            Self::Redis => "redis",
            Self::Sentinel => "sentinel",
            Self::RedisProxy => "redis-proxy",
        }
    }

    /// How long the name of its main object may be. The pods of a StatefulSet carry its name, `-` and ten digits of a hash as
    /// a label (<https://github.com/kubernetes/kubernetes/issues/64023>); CloudNativePG refuses Clusters beyond 50.
    pub fn longest_name(self) -> usize {
        match self {
            Self::Memos | Self::Proxy | Self::Pooler | Self::RedisProxy => LABEL_LIMIT,
            Self::Postgres | Self::Redis | Self::Sentinel => LABEL_LIMIT - 11,
            Self::Database => 50,
        }
    }

    /// The port it listens on.
    pub fn port(self) -> u16 {
        match self {
            // One port for both, so that nothing of the edge depends on who stands behind the Service.
            Self::Memos | Self::Proxy => 5230,
            Self::Postgres | Self::Database => 5432,
            Self::Pooler => 6432,
            Self::Redis | Self::RedisProxy => 6379,
            Self::Sentinel => 26379,
        }
    }

    /// The name of that port in containers and Services.
    pub fn port_name(self) -> &'static str {
        match self {
            Self::Memos | Self::Proxy => "http",
            Self::Postgres | Self::Database => "postgres",
            Self::Pooler => "pgbouncer",
            Self::Redis | Self::RedisProxy => "redis",
            Self::Sentinel => "sentinel",
        }
    }
}

/// The port at which exporters of metrics listen, and its name in containers and Services.
pub const METRICS_PORT: (&str, u16) = ("metrics", 9121);

/// The port at which proxies tell how they are, and its name.
pub const PROXY_STATUS_PORT: (&str, u16) = ("status", 8404);

/// Derives the names of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// `metadata.name` of the spec.
    pub installation: String,
    /// `metadata.namespace` of the spec.
    pub namespace: String,
}

impl Names {
    /// The name of a component's main object: the installation's own for Memos, with a suffix for the others.
    pub fn component(&self, role: Role) -> String {
        match role {
            Role::Memos => cut(&self.installation),
            _ => cut_to(role.longest_name(), &format!("{}-{}", self.installation, role.word())),
        }
    }

    /// The Service of a component for readers outside the cluster.
    pub fn outside(&self, role: Role) -> String {
        self.suffixed(&format!("{}-outside", role.word()))
    }

    /// `<installation>-<suffix>`.
    pub fn suffixed(&self, suffix: &str) -> String {
        cut(&format!("{}-{suffix}", self.installation))
    }

    /// A name for an object that belongs to no namespace; it carries the namespace, so that two installations do not collide.
    pub fn cluster_wide(&self, suffix: &str) -> String {
        cut(&format!("{}-{}-{suffix}", self.namespace, self.installation))
    }

    /// The labels by which a component's pods are found. They never change, because selectors cannot.
    pub fn selector(&self, role: Role) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("app.kubernetes.io/name".to_owned(), "memos".to_owned()),
            ("app.kubernetes.io/instance".to_owned(), cut(&self.installation)),
            ("app.kubernetes.io/component".to_owned(), role.word().to_owned()),
        ])
    }

    /// The labels of every pod of the installation, whatever its component.
    pub fn all_pods(&self) -> BTreeMap<String, String> {
        let mut labels = self.selector(Role::Memos);
        labels.remove("app.kubernetes.io/component");
        labels
    }

    /// The whole names of the pods of a StatefulSet, as its headless Service gives them. With five dots they are looked up as
    /// they are, before any search domain is tried.
    pub fn pods(&self, role: Role, service: &str, count: u32, domain: &str) -> Vec<String> {
        let set = self.component(role);
        (0..count).map(|at| format!("{set}-{at}.{service}.{}.svc.{domain}", self.namespace)).collect()
    }

    /// The name by which other pods of the namespace reach a Service, with a dot at no end: search domains make it whole.
    pub fn host(&self, service: &str) -> String {
        format!("{service}.{}.svc", self.namespace)
    }
}

/// Cuts a name to 63 characters; what is cut off lives on as eight digits of its hash, so that two long names stay two.
pub fn cut(name: &str) -> String {
    cut_to(LABEL_LIMIT, name)
}

fn cut_to(limit: usize, name: &str) -> String {
    if name.len() <= limit {
        return name.to_owned();
    }
    let hash = hash(name.as_bytes());
    let kept = name[..limit - 9].trim_end_matches('-');
    format!("{kept}-{}", &hash[..8])
}

/// The SHA-256 of some bytes as hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let long = "a".repeat(62);
        let names = Names { installation: long.clone(), namespace: "memos".to_owned() };
        let (postgres, redis) = (names.component(Role::Postgres), names.component(Role::Redis));
        assert_eq!(postgres.len(), 52);
        assert_eq!(names.component(Role::Database).len(), 50);
        assert_ne!(postgres, redis);
        assert_eq!(names.component(Role::Memos), long);
        assert_eq!(cut("memos"), "memos");
    }

    #[test]
    fn selectors_differ_by_component_only() {
        let names = Names { installation: "notes".to_owned(), namespace: "n".to_owned() };
        let differing: Vec<_> = names
            .selector(Role::Redis)
            .into_iter()
            .filter(|(key, value)| names.selector(Role::Memos).get(key) != Some(value))
            .collect();
        assert_eq!(differing, [("app.kubernetes.io/component".to_owned(), "redis".to_owned())]);
    }
}
