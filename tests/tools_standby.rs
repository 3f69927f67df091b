//! The lease of a standby: the emitted scripts by BusyBox on a real PostgreSQL, through what may happen to each of their
//! processes. What stands in for Memos says when it is not the only one.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

#[path = "support/emitted.rs"]
mod emitted;
#[path = "tools_standby/lab.rs"]
mod lab;
#[path = "support/servers.rs"]
mod servers;

use std::time::{Duration, Instant};

use lab::Lab;

/// A lease, and what is kept back of it.
const LEASE: Duration = Duration::from_secs(3);

/// How long anything may take beyond what it has to, on a busy machine.
const LATE: Duration = Duration::from_secs(4);

/// Asks twenty times a second for some time that nothing changes.
fn stays(time: Duration, holds: impl Fn() -> bool) -> bool {
    let end = Instant::now() + time;
    while Instant::now() < end {
        if !holds() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    true
}

#[test]
fn one_serves_whatever_happens() {
    let mut lab = Lab::start();
    let mut active = lab.serving();
    assert!(stays(Duration::from_secs(2), || lab.memos(1 - active).is_none()), "two serve: {}", lab.logs());
    for at in [0, 1] {
        assert!(lab.probe(at, "initContainers", "keeper", "readinessProbe"), "a pod that stands by is ready");
        assert!(lab.probe(at, "initContainers", "keeper", "livenessProbe"));
        assert!(lab.probe(at, "containers", "memos", "livenessProbe"));
    }

    // A pod that is told to end gives the lease up, and the other does not wait for it.
    lab.delete(active);
    assert!(lab.serves(1 - active) < LEASE, "{}", lab.logs());
    lab.create(active);
    active = 1 - active;

    // Memos that ends by itself is the container's end, and the other's turn.
    let epoch = lab.ask("SELECT epoch FROM memos_lease");
    servers::run("kill", &["-KILL", &lab.memos(active).unwrap()]);
    assert_eq!(lab.started_again(active), Some(137));
    assert!(lab.serves(1 - active) < LEASE, "{}", lab.logs());
    assert_ne!(lab.ask("SELECT epoch FROM memos_lease"), epoch);
    active = 1 - active;

    // One that does not answer is killed before another begins.
    // It has to have answered once: who starts may be migrating.
    std::thread::sleep(Duration::from_secs(2));
    let mute = lab.memos(active).unwrap();
    servers::run("kill", &["-STOP", &mute]);
    assert!(lab.serves(1 - active) < Duration::from_secs(5) + LATE, "{}", lab.logs());
    let state = std::fs::read_to_string(format!("/proc/{mute}/stat")).unwrap_or_default();
    assert_eq!(state, "", "it is still there\n{}", lab.logs());
    active = 1 - active;

    // Who is gone is waited for: longer than its own time is, and not for long after.
    lab.kill(active);
    let waited = lab.serves(1 - active);
    assert!(waited > LEASE * 2 / 3 && waited < LEASE + LATE, "{waited:?}\n{}", lab.logs());
    lab.create(active);
    active = 1 - active;

    // A keeper that starts again goes on with the lease, and Memos with its work.
    let before = lab.memos(active);
    lab.kill_keeper(active);
    lab.keep(active);
    assert!(stays(LEASE + Duration::from_secs(1), || lab.memos(active) == before), "{}", lab.logs());

    // Without one, Memos is killed in time.
    lab.kill_keeper(active);
    assert!(lab.serves(1 - active) < LEASE + LATE, "{}", lab.logs());
    assert_eq!(lab.memos(active), None);
    lab.keep(active);
    active = 1 - active;

    // One that stands still loses the lease, and hears of it when it goes on.
    lab.signal(lab.keeper(active), "-STOP");
    assert!(lab.serves(1 - active) < LEASE + LATE, "{}", lab.logs());
    lab.signal(lab.keeper(active), "-CONT");
    assert!(stays(Duration::from_secs(2), || lab.memos(active).is_none()), "{}", lab.logs());
    assert_eq!(lab.two(), "", "{}", lab.logs());
}

#[test]
fn one_serves_whatever_happens_to_the_database() {
    let lab = Lab::start();
    let active = lab.serving();

    // A database that is silent stops Memos, and when it is back one serves, soon.
    lab.database("-STOP");
    assert!(servers::eventually(|| lab.memos(active).is_none()), "{}", lab.logs());
    std::thread::sleep(LEASE);
    assert!((0..2).all(|at| lab.memos(at).is_none()), "{}", lab.logs());
    lab.database("-CONT");
    let began = Instant::now();
    let active = lab.serving();
    assert!(began.elapsed() < LEASE + LATE, "{}", lab.logs());

    // A server that lacks what was written last, after a fail-over: there the pod that stands by had the lease.
    let before = lab.memos(active).unwrap();
    let former = lab.pods[1 - active].name;
    lab.ask(&format!("UPDATE memos_lease SET holder = '{former}', epoch = epoch - 1, beat = beat - 40"));
    lab.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'memos-keeper'");
    let gone = || !std::path::Path::new(&format!("/proc/{before}")).exists();
    assert!(servers::eventually(gone), "{}", lab.logs());
    lab.serving();
    assert_eq!(lab.two(), "", "{}", lab.logs());

    // The same while the row seems to be long unchanged to who looks at it with another clock.
    lab.ask("UPDATE memos_lease SET renewed = '2000-01-01'");
    let active = lab.serving();
    assert!(stays(LEASE, || lab.memos(1 - active).is_none()), "{}", lab.logs());
    assert_eq!(lab.two(), "", "{}", lab.logs());
}

#[test]
fn a_new_version_is_tried_while_the_old_one_stands_by() {
    let mut lab = Lab::start();
    let first = lab.serving();
    // One that cannot start: an old pod serves again, and it does not ask a second time.
    lab.add("memos-c", "new", true);
    assert_eq!(lab.started_again(2), Some(2), "{}", lab.logs());
    let back = lab.serving();
    assert!(back < 2 && lab.logs().contains("memos-c asks for the lease"), "{}", lab.logs());
    let before = lab.memos(back);
    assert!(stays(LEASE + LEASE, || lab.memos(back) == before), "{}", lab.logs());
    lab.kill(2);

    // One that can: it serves, and an old pod that ends later is not felt.
    lab.add("memos-d", "newer", false);
    lab.serves(3);
    let before = lab.memos(3);
    lab.delete(first);
    assert!(stays(LEASE, || lab.memos(3) == before), "{}", lab.logs());
    assert_eq!(lab.two(), "", "{}", lab.logs());
}

#[test]
fn a_user_with_few_rights_is_enough() {
    let lab = Lab::start();
    lab.serving();
    let rights = lab.ask("CREATE USER keeper; GRANT SELECT, UPDATE ON memos_lease TO keeper; SET ROLE keeper; \
         WITH changed AS (UPDATE memos_lease SET beat = beat + 1 WHERE k = 1 RETURNING epoch) SELECT count(*) FROM changed; \
         SELECT count(to_regclass('memos_lease'))");
    assert_eq!(rights, "1\n1");
    let refused = lab.ask("SET ROLE keeper; DELETE FROM memos_lease");
    assert!(refused.contains("permission denied"), "{refused}");
}
