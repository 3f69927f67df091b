//! Each rule about a Redis with fail-over, with a case that fires and one that nearly does.

use super::super::trial::{fires, rests};
use crate::diagnostic::Code;

fn cache(more: &str) -> String {
    format!("cache: {{kind: sentinel, {more}}}")
}

#[test]
fn sentinels_are_odd() {
    fires(
        Code::SentinelsEven,
        "production",
        &cache("sentinels: 4"),
        "4 sentinels survive the loss of 1 of them, as 3 do",
        "say `cache.sentinels: 3` or 5",
    );
    rests(Code::SentinelsEven, "production", &cache("sentinels: 5"));
}

#[test]
fn a_quorum_can_be_reached() {
    fires(
        Code::QuorumNotReached,
        "production",
        &cache("quorum: 4"),
        "4 sentinels can never agree, there are 3: no master would ever be replaced",
        "leave `cache.quorum` out, which is 2 then",
    );
    rests(Code::QuorumNotReached, "production", &cache("quorum: 3"));
}

#[test]
fn a_quorum_is_a_majority() {
    fires(
        Code::QuorumBelowMajority,
        "production",
        &cache("sentinels: 5, quorum: 2"),
        "2 of 5 sentinels may take the master for dead, but 3 have to choose another all the same",
        "leave `cache.quorum` out, which is 3 then",
    );
    rests(Code::QuorumBelowMajority, "production", &cache("sentinels: 5, quorum: 3"));
}

#[test]
fn two_zones_have_one_majority() {
    let zones = |count: u32| format!("cache: {{kind: sentinel}}\navailability: {{zones: {count}}}");
    fires(
        Code::MajorityInOneZone,
        "production",
        &zones(2),
        "one of two zones has 2 of 3 sentinels, and without it nobody is chosen",
        "a third zone, however small, is enough for one sentinel; else fail-over covers nodes and pods alone",
    );
    rests(Code::MajorityInOneZone, "production", &zones(3));
    rests(Code::MajorityInOneZone, "production", &zones(1));
}

#[test]
fn replicas_that_are_asked_for_exist() {
    fires(
        Code::ReplicasNotReached,
        "production",
        &cache("minReplicasToWrite: 3"),
        "a master has 2 replicas and asks for 3: it would take no write at all",
        "say `cache.minReplicasToWrite: 1`, which is taken when it is left out",
    );
    rests(Code::ReplicasNotReached, "production", &cache("minReplicasToWrite: 2"));
}

#[test]
fn one_replica_may_be_lost() {
    fires(
        Code::ReplicasWithoutReserve,
        "production",
        &cache("minReplicasToWrite: 2"),
        "the loss of any one Redis would stop all writes, a rollout among it",
        "say `cache.minReplicasToWrite: 1` or less",
    );
    rests(Code::ReplicasWithoutReserve, "production", &cache("replicas: 4, minReplicasToWrite: 2"));
}

#[test]
fn a_master_without_replicas_takes_no_writes() {
    fires(
        Code::CutOffMasterWrites,
        "production",
        &cache("minReplicasToWrite: 0"),
        "a master that is cut off goes on taking writes, all of which are lost when it is back",
        "say `cache.minReplicasToWrite: 1`: it then stops after `cache.maxLag`",
    );
    rests(Code::CutOffMasterWrites, "production", &cache("minReplicasToWrite: 1"));
}

#[test]
fn a_master_that_is_cut_off_stops_before_another_begins() {
    fires(
        Code::LagBeyondDetection,
        "production",
        &cache("maxLag: 5s"),
        "a master that is cut off takes writes for 5 seconds, and another one is chosen after 4: two at once",
        "say `cache.maxLag: 4s` or less; replicas answer once a second",
    );
    rests(Code::LagBeyondDetection, "production", &cache("maxLag: 4s"));
}

#[test]
fn a_short_silence_is_no_death() {
    fires(
        Code::DetectionTooShort,
        "production",
        &cache("downAfter: 1s"),
        "a master is replaced for 1 seconds of silence, which a slow name look-up or a busy node is",
        "say `cache.downAfter: 4s`, which is taken when it is left out, or 2s at least",
    );
    rests(Code::DetectionTooShort, "production", &cache("downAfter: 2s"));
}

#[test]
fn a_fail_over_has_time_and_is_tried_again() {
    let help = "say `cache.failoverTimeout: 5s`, which is taken when it is left out";
    let long = "a fail-over that failed is tried again after 122 seconds";
    fires(Code::FailoverTimeout, "production", &cache("failoverTimeout: 61s"), long, help);
    let short = "a fail-over that takes longer than 2 seconds is given up";
    fires(Code::FailoverTimeout, "production", &cache("failoverTimeout: 2s"), short, help);
    for seconds in ["3s", "60s"] {
        rests(Code::FailoverTimeout, "production", &cache(&format!("failoverTimeout: {seconds}")));
    }
}

#[test]
fn a_full_cache_makes_room() {
    fires(
        Code::EvictionRefuses,
        "production",
        &cache("eviction: noeviction"),
        "a full cache would refuse every write, deletions of old entries by their new values among them",
        "say `cache.eviction: allkeys-lru`: everything in the cache can be made again",
    );
    rests(Code::EvictionRefuses, "production", &cache("eviction: volatile-ttl"));
}

#[test]
fn there_are_two_proxies() {
    fires(
        Code::OneProxy,
        "production",
        &cache("proxies: 1"),
        "one proxy in front of several Redis is what takes them all away when its node is lost",
        "say `cache.proxies: 2` or more",
    );
    rests(Code::OneProxy, "production", &cache("proxies: 2"));
}

#[test]
fn every_start_looks_for_the_master() {
    let command = |words: &str| {
        format!(
            "cache: {{kind: sentinel}}\noverrides: [{{kind: StatefulSet, name: memos-redis, patch: {{spec: {{template: {{spec: \
             {{containers: [{{name: redis, command: [{words}]}}]}}}}}}}}}}]"
        )
    };
    fires(
        Code::DiscoveryLost,
        "production",
        &command("redis-server, /etc/redis/redis.conf"),
        "the container `redis` of `StatefulSet/memos-redis` does not start by `redis.sh`, which looks for the master",
        "take the override of its `command` away",
    );
    rests(Code::DiscoveryLost, "production", &command("/bin/sh, -x, /etc/redis/redis.sh"));
    rests(Code::DiscoveryLost, "production", "cache: {kind: redis}");
}

#[test]
fn a_certificate_has_one_source() {
    fires(
        Code::CertificateTwice,
        "production",
        &cache("tlsSecret: own, certificate: {issuer: inside}"),
        "Redis has the certificate of the Secret `own`, and cert-manager would make another",
        "say `cache.tlsSecret` for one that exists, or `cache.certificate` for one by cert-manager",
    );
    rests(Code::CertificateTwice, "production", &cache("tlsSecret: own"));
    rests(Code::CertificateTwice, "production", &cache("certificate: {issuer: inside}"));
}

#[test]
fn names_inside_are_signed_inside() {
    fires(
        Code::IssuerOfTheInternet,
        "production",
        &cache("certificate: {issuer: letsencrypt-production}"),
        "`letsencrypt-production` is an issuer of the internet by its name, and those sign no names inside a cluster",
        "name an issuer with an authority of its own, such as one of kind `CA`",
    );
    // What the edge asks for is another thing.
    rests(
        Code::IssuerOfTheInternet,
        "production",
        "cache: {kind: sentinel, certificate: {issuer: inside}}\nexposure: {tls: {kind: certManager, issuer: letsencrypt}}",
    );
}

#[test]
fn readers_outside_are_in_the_certificate() {
    let opened =
        |names: &str| cache(&format!("service: {{type: loadBalancer}}, certificate: {{issuer: inside{names}}}"));
    fires(
        Code::CertificateLacksName,
        "production",
        &opened(""),
        "readers outside the cluster call Redis by a name that its certificate does not have",
        "list the name that leads to the load balancer under `cache.certificate.names`",
    );
    rests(Code::CertificateLacksName, "production", &opened(", names: [redis.example.com]"));
    rests(Code::CertificateLacksName, "production", &cache("certificate: {issuer: inside}"));
}
