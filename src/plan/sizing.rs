//! How large everything is: small pure functions with the source of their numbers.
//!
//! "Seed 000" is the project's scaling guide for Memos on Kubernetes; "measured" means the runs of real Memos 0.30.0
//! that `docs/evidence.md` describes.

use super::formula::{Formula, Inputs, at_least, at_most, difference, product, quotient, rounded_up, sum};
use crate::spec::database::{Engine, Persistence};
use crate::spec::memos::Size;
use crate::spec::workload::Cloud;

/// One number of the plan, with the formula it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is, as a path of the plan: `memos.memory`.
    pub path: &'static str,
    /// The number with its unit.
    pub value: String,
    /// The formula, or the words `given in the spec`.
    pub formula: String,
    /// The inputs with their values.
    pub inputs: String,
    /// Where the formula's numbers come from.
    pub source: &'static str,
    /// The number with what it was made from; none when it is a word, or was taken over as it was given.
    pub derivation: Option<Derivation>,
}

/// How a number came about, so that a chart can do the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// The number.
    pub number: i64,
    /// The formula; none when the number was given in the spec.
    pub formula: Option<Formula>,
    /// What the formula was evaluated for.
    pub inputs: Inputs,
}

/// The size for a number of people. Seed 000: below 100, to 1,000, above; enterprise from 10,000 is ours.
pub fn size_of(users: u64) -> Size {
    match users {
        0..100 => Size::Small,
        100..1000 => Size::Medium,
        1000..10_000 => Size::Large,
        _ => Size::Enterprise,
    }
}

/// The people a size stands for: its upper end, and five times the lower end for enterprise.
pub fn users() -> Formula {
    Formula::BySize([100, 1000, 10_000, 50_000])
}

/// Sessions at the same time: three devices a person.
pub fn sessions() -> Formula {
    product(3, "users")
}

/// Cached settings: ten for each person (sessions, tokens, preferences) and a hundred of the instance.
pub fn cached_settings() -> Formula {
    sum([100.into(), product(10, "users")])
}

/// Requests a second at the busiest time: one person in twenty clicks once a second.
pub fn requests_per_second() -> Formula {
    at_least(1, quotient("users", 20))
}

/// The fewest replicas. Seed 000, "Recommended Scaling".
pub fn replicas_min() -> Formula {
    Formula::BySize([2, 3, 8, 20])
}

/// The most replicas. Seed 000; for enterprise, "20+" is taken as twice its start.
pub fn replicas_max() -> Formula {
    Formula::BySize([3, 8, 20, 40])
}

/// What one Memos process asks for of a processor, in thousandths.
/// Measured: 100 lists a second cost 0.30 (0.30.0) to 0.53 (0.31) of a core, so 5.3 thousandths a request a second.
pub fn memos_cpu_request() -> Formula {
    at_least(100, rounded_up(sum([50.into(), quotient(product(53, "requestsPerSecond"), product(10, "replicas"))]), 50))
}

/// What one Memos process may use of a processor: four times its request, and a whole core for uploads (0.5 to 1.7 s of work each).
pub fn memos_cpu_limit() -> Formula {
    at_least(1000, product(4, "cpuRequest"))
}

/// What one Memos process asks for of memory, in MiB. Measured: 40 idle, 56 under lists, 122 under 500 at once. A quarter of
/// the limit at least, so that a node's memory is never promised more than four times over to uploads.
pub fn memos_memory_request() -> Formula {
    at_most("memoryLimit", at_least(128, quotient("memoryLimit", 4)))
}

/// Seconds from the signal to a Memos process until it is killed: those in which it goes on serving, its own ten for requests in
/// flight (`server.go` of Memos, all releases since 0.18), and ten for the signal to arrive and the process to be reaped.
pub fn memos_grace_seconds() -> Formula {
    sum(["preStopSeconds".into(), i64::from(SHUTDOWN_SECONDS).into(), 10.into()])
}

/// Seconds that Memos itself waits for requests in flight (`server.go` of Memos, all releases since 0.18).
pub const SHUTDOWN_SECONDS: u32 = 10;

/// Seconds for the signal to arrive and the process to be reaped, at least.
pub const REAPED_SECONDS: u32 = 5;

/// The fewest seconds after which no request is cut: those in which the process goes on serving, its own ten, and its end.
pub fn memos_grace_needed() -> Formula {
    sum(["preStopSeconds".into(), i64::from(SHUTDOWN_SECONDS).into(), i64::from(REAPED_SECONDS).into()])
}

/// The same where a pod stands by: nobody serves while Memos ends, so it does not go on serving first, but its keeper has ten
/// seconds more to give the lease up.
pub fn standby_grace_seconds() -> Formula {
    sum([memos_grace_seconds(), 10.into()])
}

/// How long a lease lasts, in hundredths of a second, which is what `/proc/uptime` counts.
pub fn lease() -> Formula {
    product(100, "leaseSeconds")
}

/// How long before its end the holder stops: a third. The gate looks each tenth of a second, and on a machine that was far too busy
/// a fifth was seen to be too little: two could answer for 0.12 s. Clocks of two machines differ by
/// far less in a minute.
pub fn lease_kept_back() -> Formula {
    quotient(product(100, "leaseSeconds"), 3)
}

/// How long Memos may take until its first answer, in hundredths of a second.
pub fn lease_startup() -> Formula {
    product(100, "startupSeconds")
}

/// Rounds of a quarter of a second for which the proxy in front of a standby holds a request: as long as a lease lasts.
pub fn hold_rounds() -> Formula {
    product(4, "leaseSeconds")
}

/// How often a proxy may find, each two seconds, that nobody serves before it is left out: for a lease twice over, and a look.
pub fn proxy_patience() -> Formula {
    sum(["leaseSeconds".into(), 1.into()])
}

/// Seconds from the signal to a proxy until it is killed: those in which it goes on serving, ten that HAProxy gives its sessions
/// (`hard-stop-after`), and ten for the signal to arrive and the process to be reaped.
pub fn proxy_grace_seconds() -> Formula {
    sum(["preStopSeconds".into(), 20.into()])
}

/// Addresses that the proxies find behind the headless Service at most: the pods, one more in a rollout, and one that ends.
pub fn standby_servers() -> Formula {
    sum(["pods".into(), 2.into()])
}

/// Seconds until every proxy knows the address of a new pod: the 30 for which CoreDNS answers from memory, and ten for what
/// asks it.
pub const NAME_KNOWN_SECONDS: u32 = 40;

/// Seconds for which a pod of a newer revision serves at least before the first old one ends: a start that fails does so in less.
pub const TRIED_SECONDS: u32 = 20;

/// Connections that each proxy in front of a standby takes: at 34 KB each a quarter of its memory.
pub const PROXY_CONNECTIONS: u64 = 2000;

/// Seconds between two looks at a process that starts.
pub const STARTUP_PERIOD_SECONDS: u32 = 2;

/// How often a process that starts may be found not to answer.
pub fn memos_startup_tries() -> Formula {
    let period = i64::from(STARTUP_PERIOD_SECONDS);
    quotient(rounded_up("startupSeconds", period), period)
}

/// The largest request body in MiB that an upload of the limit needs: JSON carries it as base64, four bytes for three, and a MiB for
/// the rest.
pub fn body_limit() -> Formula {
    sum([quotient(rounded_up(product(4, "uploadSizeLimitMb"), 3), 3), 1.into()])
}

/// The largest upload in MiB that a limit of request bodies lets through.
pub fn largest_upload() -> Formula {
    at_least(1, product(3, quotient(difference("bodyLimit", 1), 4)))
}

/// What one Memos process may use of memory, in MiB, for attachments on a volume or in a bucket.
/// Measured with 29 MiB uploads: the first adds 180 MiB, each further one at the same time 120; 128 below covers 500 requests.
/// 15 % are added for what was not measured. The bucket is taken like the volume.
pub fn memos_memory_limit_local() -> Formula {
    memory_limit(180, 120)
}

/// The same for attachments in the database: the first adds 240 MiB, each further one 195.
pub fn memos_memory_limit_database() -> Formula {
    memory_limit(240, 195)
}

fn memory_limit(first: i64, further: i64) -> Formula {
    let uploads = sum([first.into(), product(further, difference("concurrentUploads", 1))]);
    let scaled = quotient(product(uploads, "uploadSizeLimitMb"), 30);
    rounded_up(quotient(product(115, sum([128.into(), scaled])), 100), 64)
}

/// `GOMEMLIMIT` in MiB: 80 % of the limit. Measured: with it memory falls back after uploads, without it does not.
pub fn go_memory_limit() -> Formula {
    quotient(product(80, "memoryLimit"), 100)
}

/// Redis' `maxmemory` in MiB. Seed 000: 50 MB, 2 KB a session, 1 KB a cached setting.
pub fn redis_max_memory() -> Formula {
    let kilobytes = sum([50_000.into(), product(2, "sessions"), "cachedSettings".into()]);
    rounded_up(quotient(product(kilobytes, 1000), 1_048_576), 16)
}

/// Redis' memory limit in MiB: `maxmemory`, half of it again for fragmentation and buffers, 32 for the process.
pub fn redis_memory_limit() -> Formula {
    rounded_up(sum(["maxMemory".into(), quotient("maxMemory", 2), 32.into()]), 16)
}

/// The same when Redis writes to disk: a fork may copy every page, so twice `maxmemory`.
pub fn redis_memory_limit_persistent() -> Formula {
    rounded_up(sum([product(2, "maxMemory"), quotient("maxMemory", 2), 32.into()]), 16)
}

/// The same for a Redis with replicas, which forks for each of them that comes anew: the backlog's 16 MiB and the 64 that a
/// replica's buffer may hold come on top.
pub fn redis_memory_limit_replicated(persistent: bool) -> Formula {
    let copies = if persistent { product(2, "maxMemory") } else { "maxMemory".into() };
    rounded_up(sum([copies, quotient("maxMemory", 2), 112.into()]), 16)
}

/// `maxclients` of a Redis with fail-over: beside what Memos opens, replicas, sentinels, proxies and exporters connect.
pub fn redis_max_clients_replicated() -> Formula {
    at_least(128, sum([product(2, "connections"), 64.into()]))
}

/// What the scratch space of a Redis without a volume may hold, in MiB: a copy of the master while it is loaded, and the one
/// before it.
pub fn redis_scratch() -> Formula {
    sum([product(2, "maxMemory"), 64.into()])
}

/// The disk limit of a Redis with replicas in MiB: its scratch space, and what containers write besides; a GiB at least.
pub fn redis_disk_limit() -> Formula {
    at_least(1024, sum(["scratch".into(), 64.into()]))
}

/// Copies of all keys that Redis' volume has to hold at a time. A snapshot is written beside the one before it; the log grows
/// to twice its size before it is written anew beside itself (`auto-aof-rewrite-percentage 100`).
pub fn redis_copies_on_disk(persistence: Persistence) -> u64 {
    match persistence {
        Persistence::None => 0,
        Persistence::Rdb => 2,
        Persistence::Aof => 3,
        Persistence::Both => 5,
    }
}

/// Redis' volume in GiB: room for the copies of all keys that can exist at a time, ten at least.
pub fn redis_storage(copies: u64) -> Formula {
    let copies = i64::try_from(copies).unwrap_or(i64::MAX);
    at_least(10, quotient(rounded_up(product(copies, "maxMemory"), 1024), 1024))
}

/// `maxclients` of Redis: twice what Memos opens, so that a rollout and a person with redis-cli never meet the limit; 100 at least.
pub fn redis_max_clients() -> Formula {
    at_least(100, product(2, "connections"))
}

/// Connections of each of the three Redis pools in a Memos process. Seed 000: "start with 10 × pods" in all, so ten a pod.
pub fn redis_pool_size() -> Formula {
    10.into()
}

/// Connections that Memos opens to Redis at most: three pools and three subscriptions a process, surge included.
pub fn redis_connections() -> Formula {
    product(product(3, sum(["poolSize".into(), 1.into()])), sum(["replicasMax".into(), "surge".into()]))
}

/// The largest of the three pools of a process for which Redis has enough connections; zero when it has too few.
pub fn largest_redis_pool() -> Formula {
    at_least(0, difference(quotient("maxClients", product(3, "processes")), 1))
}

/// Processes of Memos at the same time: the replicas, and those more during a rollout.
pub fn processes() -> Formula {
    sum(["replicasMax".into(), "surge".into()])
}

/// Memory limit of PostgreSQL in MiB. Seed 000, "PostgreSQL Sizing": 4, 8, 16 GB and more.
pub fn postgres_memory() -> Formula {
    Formula::BySize([4096, 8192, 16_384, 32_768])
}

/// Processor of PostgreSQL in thousandths. Seed 000: 2, 4, 8 and more.
pub fn postgres_cpu() -> Formula {
    Formula::BySize([2000, 4000, 8000, 16_000])
}

/// The same for one in the cluster. A memory limit that the user lowered asks for less of the processor too: half a core for each
/// gibibyte, and half a core at least.
pub fn postgres_cpu_limit() -> Formula {
    at_most(at_least(500, quotient("memory", 2)), postgres_cpu())
}

/// What a PostgreSQL in the cluster asks for of a processor, in thousandths: a quarter of what it may use.
pub fn postgres_cpu_request() -> Formula {
    quotient("cpuLimit", 4)
}

/// Storage of PostgreSQL in GiB. Seed 000: 100 GB, 500 GB, 1 TB and more; "and more" is taken as twice that for enterprise.
pub fn postgres_storage() -> Formula {
    Formula::BySize([100, 500, 1000, 2000])
}

/// The class of a managed PostgreSQL by processor and memory in MiB, where its name is known: Cloud SQL spells both out,
/// Azure's general purpose series counts processors, and of Amazon's only the smallest is named.
pub fn database_class(cloud: Cloud, engine: Engine, cpu: u64, memory: u64) -> Option<String> {
    let processors = cpu / 1000;
    match cloud {
        _ if engine != Engine::Postgres => None,
        Cloud::Aws => (processors <= 2 && memory <= 4096).then(|| "db.t4g.medium".to_owned()),
        Cloud::Gcp => Some(format!("db-custom-{processors}-{memory}")),
        Cloud::Azure => Some(format!("Standard_D{processors}ds_v5")),
        Cloud::None => None,
    }
}

/// The class of a managed Redis with a replica, by its `maxmemory` in MiB, where its name is known.
pub fn cache_class(cloud: Cloud, memory: u64) -> Option<&'static str> {
    // Each of them has 1 GiB at least.
    match cloud {
        _ if memory > 1024 => None,
        Cloud::Aws => Some("cache.t4g.small"),
        Cloud::Gcp => Some("standard-small"),
        Cloud::Azure => Some("Balanced_B1"),
        Cloud::None => None,
    }
}

/// `shared_buffers` in MiB: a quarter of the memory, as seed 002 has it (128 MB of 512), at most 16 GiB.
pub fn shared_buffers() -> Formula {
    at_most(16_384, quotient("memory", 4))
}

/// `effective_cache_size` in MiB: three quarters of the memory (seed 002: 384 MB of 512).
pub fn effective_cache_size() -> Formula {
    quotient(product(3, "memory"), 4)
}

/// `maintenance_work_mem` in MiB: a sixteenth of the memory (seed 002: 32 MB of 512), at most 2 GiB.
pub fn maintenance_work_mem() -> Formula {
    at_most(2048, quotient("memory", 16))
}

/// `work_mem` in MiB: what is left of half the memory behind the buffers, shared by all connections twice over; at least 4 (seed 002).
pub fn work_mem() -> Formula {
    at_most(64, at_least(4, quotient(difference("memory", quotient("memory", 4)), product(4, "maxConnections"))))
}

/// `max_connections` of a PostgreSQL in the cluster. Seed 000: start with 20 for each replica; never below seed 002's 50, and
/// not more than its 50 for each 512 MB of memory.
pub fn max_connections() -> Formula {
    let wanted = sum([product(20, sum(["replicasMax".into(), "surge".into()])), "reserved".into()]);
    at_most(500, at_least(50, at_most(quotient(product(50, "memory"), 512), wanted)))
}

/// Connections kept free: 3 for the superuser, 10 for backups, exporters and people.
pub const RESERVED_CONNECTIONS: u32 = 13;

/// Server connections of each pooler: what the database allows less what is reserved, shared by all poolers that can exist at once.
pub fn pool_size() -> Formula {
    at_least(
        1,
        at_most(100, quotient(difference("maxConnections", "reserved"), sum(["poolers".into(), "surge".into()]))),
    )
}

/// Connections of all pools when they are full, and what is reserved besides.
pub fn pooler_connections() -> Formula {
    sum([product("poolSize", sum(["poolers".into(), "surge".into()])), "reserved".into()])
}

/// The largest pool for which the database has enough connections; zero when it has too few for pools of one.
pub fn largest_pool() -> Formula {
    at_least(0, quotient(difference("maxConnections", "reserved"), sum(["poolers".into(), "surge".into()])))
}

/// Clients that each pooler accepts: Memos opens one connection for each request in flight, so ten for each server connection.
pub fn max_client_connections() -> Formula {
    at_least(500, product(10, "poolSize"))
}

#[cfg(test)]
mod tests {
    use super::super::formula::Inputs;
    use super::*;

    fn inputs(values: &[(&'static str, i64)]) -> Inputs {
        values.iter().fold(Inputs::of(Size::Small), |inputs, (name, value)| inputs.with(name, *value))
    }

    #[test]
    fn sizes_follow_the_scaling_guide() {
        for (users, size) in [(1, Size::Small), (99, Size::Small), (100, Size::Medium), (999, Size::Medium)] {
            assert_eq!(size_of(users), size, "{users}");
        }
        for (users, size) in [(1000, Size::Large), (9999, Size::Large), (10_000, Size::Enterprise)] {
            assert_eq!(size_of(users), size, "{users}");
        }
    }

    #[test]
    fn memory_covers_what_was_measured() {
        let measured = [(1, 222, 280), (5, 687, 1062)];
        for (uploads, local, database) in measured {
            let inputs = inputs(&[("concurrentUploads", uploads), ("uploadSizeLimitMb", 30)]);
            let (for_local, for_database) =
                (memos_memory_limit_local().evaluate(&inputs), memos_memory_limit_database().evaluate(&inputs));
            assert!(for_local > local && for_local < local * 2, "{uploads}: {for_local}");
            assert!(for_database > database && for_database < database * 2, "{uploads}: {for_database}");
        }
        let two = inputs(&[("concurrentUploads", 2), ("uploadSizeLimitMb", 30)]);
        assert_eq!(memos_memory_limit_local().evaluate(&two), 512);
        assert_eq!(memos_memory_limit_database().evaluate(&two), 704);
    }

    #[test]
    fn a_lease_is_over_for_its_holder_before_it_is_for_others() {
        for (seconds, lease, kept_back, rounds, looks) in [(3, 300, 100, 12, 4), (60, 6000, 2000, 240, 61)] {
            let inputs = inputs(&[("leaseSeconds", seconds)]);
            assert_eq!(super::lease().evaluate(&inputs), lease);
            assert_eq!(lease_kept_back().evaluate(&inputs), kept_back);
            // A round lasts for a quarter of a second, a look comes every two.
            assert_eq!(hold_rounds().evaluate(&inputs), rounds);
            assert_eq!(proxy_patience().evaluate(&inputs), looks);
        }
        assert_eq!(lease_startup().evaluate(&inputs(&[("startupSeconds", 300)])), 30_000);
        assert_eq!(standby_servers().evaluate(&inputs(&[("pods", 2)])), 4);
        assert_eq!(proxy_grace_seconds().evaluate(&inputs(&[("preStopSeconds", 30)])), 50);
        assert_eq!(standby_grace_seconds().evaluate(&inputs(&[("preStopSeconds", 0)])), 30);
    }

    #[test]
    fn the_request_follows_a_large_limit() {
        for (limit, request) in [(320, 128), (512, 128), (704, 176), (9856, 2464)] {
            assert_eq!(memos_memory_request().evaluate(&inputs(&[("memoryLimit", limit)])), request, "{limit}");
        }
    }

    #[test]
    fn postgres_parameters_are_those_of_seed_002_at_512_mib() {
        let inputs = inputs(&[("memory", 512), ("maxConnections", 50)]);
        let table =
            [(shared_buffers(), 128), (effective_cache_size(), 384), (maintenance_work_mem(), 32), (work_mem(), 4)];
        for (formula, value) in table {
            assert_eq!(formula.evaluate(&inputs), value, "{formula}");
        }
    }

    #[test]
    fn connections_follow_replicas_as_far_as_memory_goes() {
        for (replicas, memory, connections) in
            [(5, 4096, 133), (5, 512, 50), (5, 1024, 100), (1, 256, 50), (40, 32_768, 500)]
        {
            let inputs = inputs(&[("replicasMax", replicas), ("surge", 1), ("reserved", 13), ("memory", memory)]);
            assert_eq!(max_connections().evaluate(&inputs), connections, "{replicas}/{memory}");
        }
    }

    #[test]
    fn redis_memory_follows_the_scaling_guide() {
        for (sessions, settings, mebibytes) in [(300, 1100, 64), (500_000, 100_000, 1104), (3000, 10_100, 64)] {
            let inputs = inputs(&[("sessions", sessions), ("cachedSettings", settings)]);
            assert_eq!(redis_max_memory().evaluate(&inputs), mebibytes, "{sessions}");
        }
        let memory = inputs(&[("maxMemory", 64)]);
        assert_eq!(redis_memory_limit().evaluate(&memory), 128);
        assert_eq!(redis_memory_limit_persistent().evaluate(&memory), 192);
        assert_eq!(redis_memory_limit_replicated(false).evaluate(&memory), 208);
        assert_eq!(redis_memory_limit_replicated(true).evaluate(&memory), 272);
        assert_eq!(redis_scratch().evaluate(&memory), 192);
        for (scratch, limit) in [(192, 1024), (2272, 2336)] {
            assert_eq!(redis_disk_limit().evaluate(&inputs(&[("scratch", scratch)])), limit);
        }
        for (connections, clients) in [(3, 128), (198, 460)] {
            assert_eq!(redis_max_clients_replicated().evaluate(&inputs(&[("connections", connections)])), clients);
        }
    }

    #[test]
    fn pools_fit_the_database_with_two_poolers_more_during_a_rollout() {
        for (max_connections, poolers, size) in [(200, 2, 46), (100, 2, 21), (50, 1, 12), (20, 10, 1)] {
            let inputs =
                inputs(&[("maxConnections", max_connections), ("reserved", 13), ("poolers", poolers), ("surge", 2)]);
            assert_eq!(pool_size().evaluate(&inputs), size, "{max_connections}/{poolers}");
        }
    }

    #[test]
    fn classes_are_named_where_they_are_known() {
        let database = |cloud, cpu, memory| database_class(cloud, Engine::Postgres, cpu, memory);
        assert_eq!(database(Cloud::Aws, 2000, 4096).as_deref(), Some("db.t4g.medium"));
        assert_eq!(database(Cloud::Aws, 4000, 8192), None);
        assert_eq!(database(Cloud::Gcp, 4000, 8192).as_deref(), Some("db-custom-4-8192"));
        assert_eq!(database(Cloud::Azure, 8000, 16_384).as_deref(), Some("Standard_D8ds_v5"));
        assert_eq!(database(Cloud::None, 2000, 4096), None);
        assert_eq!(database_class(Cloud::Gcp, Engine::Mysql, 2000, 4096), None);
        assert_eq!(cache_class(Cloud::Azure, 1024), Some("Balanced_B1"));
        assert_eq!(cache_class(Cloud::Azure, 1025), None);
    }

    #[test]
    fn processor_time_follows_requests() {
        for (requests, replicas, thousandths) in [(5, 2, 100), (50, 3, 150), (500, 8, 400), (2500, 20, 750)] {
            let inputs = inputs(&[("requestsPerSecond", requests), ("replicas", replicas)]);
            assert_eq!(memos_cpu_request().evaluate(&inputs), thousandths, "{requests}");
        }
    }
}
