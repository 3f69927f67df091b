//! Images that the compiler chooses, each with the reason for its tag. No digest is ever invented.

use crate::spec::Spec;
use crate::spec::memos::Distribution;
use crate::spec::scalar::ImageReference;

/// The image of Memos: the spec's, or the published one of its version.
pub fn memos(spec: &Spec) -> ImageReference {
    if let Some(image) = &spec.memos.image {
        return image.clone();
    }
    match spec.memos.distribution {
        // Release tags are `X.Y.Z`; `latest` is published by no workflow (`.github/workflows/release.yml` of Memos).
        Distribution::Memos => ImageReference {
            registry: Some("ghcr.io".to_owned()),
            repository: "usememos/memos".to_owned(),
            tag: Some(spec.memos.version.to_string()),
            digest: None,
        },
        // The fork's workflows publish `stable` and `canary` only.
        Distribution::Divinesense => ImageReference::literal("ghcr.io/hrygo/divinesense:stable"),
    }
}

/// PostgreSQL; with pgvector for the fork. Memos' own tests run on `postgres:18`.
pub fn postgres(distribution: Distribution, version: u32) -> ImageReference {
    let (repository, tag) = match distribution {
        Distribution::Memos => ("postgres", version.to_string()),
        Distribution::Divinesense => ("pgvector/pgvector", format!("pg{version}")),
    };
    ImageReference { registry: None, repository: repository.to_owned(), tag: Some(tag), digest: None }
}

/// PostgreSQL for CloudNativePG. The `standard` images contain pgvector; `system` ones are deprecated.
pub fn cluster(version: u32) -> ImageReference {
    ImageReference {
        registry: Some("ghcr.io".to_owned()),
        repository: "cloudnative-pg/postgresql".to_owned(),
        tag: Some(format!("{version}-standard-trixie")),
        digest: None,
    }
}

/// PgBouncer 1.25.2, the first with all security fixes of 2026.
pub fn pooler() -> ImageReference {
    ImageReference::literal("edoburu/pgbouncer:v1.25.2-p0")
}

/// Valkey 8.1: the free continuation of Redis, supported until 2028; the `redis-*` commands exist in it.
pub fn redis() -> ImageReference {
    ImageReference::literal("valkey/valkey:8.1-alpine")
}

/// HAProxy 3.2, a release with long support: until 2030 (<https://www.haproxy.org/>).
pub fn redis_proxy() -> ImageReference {
    ImageReference::literal("haproxy:3.2-alpine")
}

/// HAProxy in front of a Memos with a standby: the one that leads to Redis' master.
pub fn proxy() -> ImageReference {
    redis_proxy()
}

/// PostgreSQL's client with BusyBox. That of 18 speaks with every server since 9.2.
pub fn keeper() -> ImageReference {
    ImageReference::literal("postgres:18-alpine")
}

/// The exporter of metrics beside Redis: 1.91.1 is the newest release there was in August 2026
/// (<https://github.com/voxpupuli/puppet-prometheus/pull/1082>).
pub fn redis_exporter() -> ImageReference {
    ImageReference::literal("oliver006/redis_exporter:v1.91.1")
}

/// The Cloud SQL Auth Proxy, version 2.
pub fn cloud_sql_proxy() -> ImageReference {
    ImageReference::literal("gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.3")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_the_program_are_legal_references() {
        for image in [
            memos(&Spec::default()),
            postgres(Distribution::Memos, 18),
            postgres(Distribution::Divinesense, 16),
            cluster(18),
            pooler(),
            redis(),
            redis_proxy(),
            keeper(),
            redis_exporter(),
            cloud_sql_proxy(),
        ] {
            assert_eq!(image.to_string().parse(), Ok(image));
        }
    }
}
