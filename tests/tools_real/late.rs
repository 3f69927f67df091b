//! The script that has a master chosen however late it was noticed that there is none: what it asks of a sentinel that
//! answers this or that. `tests/tools_sentinel` has it beside real ones.

use std::os::unix::fs::symlink;

use crate::emitted::{Emitted, adapt};
use crate::servers::{as_user, copied, folder, mounted, said, volume};

/// Answers as the sentinel of the case, and writes down what is to be set.
const SENTINEL: &str = "#!/bin/sh
case $* in
  *' sentinel master memos') cat \"$ANSWERS/master\" ;;
  *' sentinel replicas memos') cat \"$ANSWERS/replicas\" ;;
  *) echo \"$*\" >>\"$ANSWERS/log/set\"; echo OK ;;
esac
";

/// Lets the loop go round once.
const SLEEP: &str = "#!/bin/sh
if [ -f \"$ANSWERS/log/slept\" ]; then exit 1; fi
: >\"$ANSWERS/log/slept\"
";

/// What is set for a master that is silent for so many milliseconds, with the setting as it is, and known to be down for so
/// long, while replicas have these flags and have been without it for so long.
fn set(auth: bool, [silent, after, down]: [u32; 3], replicas: &[(&str, i32)]) -> String {
    let emitted = Emitted::of("dev", &["cache.kind=sentinel", &format!("cache.auth={auth}")]);
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("bin")).unwrap();
    copied("busybox", &at("bin"));
    for name in ["sh", "cat", "sed"] {
        symlink("busybox", at("bin").join(name)).unwrap();
    }
    mounted(&at("bin/redis-cli"), SENTINEL, 0o555);
    mounted(&at("bin/sleep"), SLEEP, 0o555);
    let down = if down > 0 { format!("s-down-time\n{down}\n") } else { String::new() };
    let master = format!("name\nmemos\nlast-ping-sent\n{silent}\n{down}down-after-milliseconds\n{after}\nquorum\n2\n");
    mounted(&at("master"), &master, 0o444);
    let replica = |(flags, without): &(&str, i32)| {
        format!(
            "name\nreplica\nrunid\n\nflags\n{flags}\ndown-after-milliseconds\n{after}\nmaster-link-down-time\n{without}\n"
        )
    };
    mounted(&at("replicas"), &replicas.iter().map(replica).collect::<String>(), 0o444);
    mounted(&at("master.conf"), &emitted.config("memos-sentinel", "master.conf"), 0o444);
    if auth {
        mounted(&at("keys/sentinel"), &emitted.secret("memos-cache", "sentinel"), 0o444);
    }
    let log = volume(folder.path(), "log");
    let places = [("/etc/redis/master.conf", at("master.conf")), ("/etc/redis-keys", at("keys"))];
    let places = places.each_ref().map(|(from, to)| (*from, to.to_str().unwrap()));
    let script = adapt(&emitted.config("memos-sentinel", "late.sh"), &places) + "\nlate\n";
    let mut command = as_user(at("bin/sh"));
    command.args(["-u", "-c", &script]).env("PATH", at("bin")).env("ANSWERS", folder.path());
    let output = command.env("MASTER_NAME", "memos").env("TLS", "").output().unwrap();
    let set = std::fs::read_to_string(log.join("set")).unwrap_or_default();
    assert_eq!(said(&output).lines().count(), set.lines().count(), "{}", said(&output));
    assert!(log.join("slept").exists() && (set.is_empty() || set.contains("--user sentinel") == auth), "{set}");
    set.trim().rsplit(' ').next().unwrap_or_default().to_owned()
}

const REPLICA: &str = "slave";

#[test]
fn a_sentinel_that_noticed_late_takes_replicas_all_the_same() {
    // Mistrusting its clock, it has not called the master down yet; then it does, and both times grow alike.
    assert_eq!(set(true, [37_000, 4000, 0], &[(REPLICA, 36_000), (REPLICA, 36_000)]), "33300");
    assert_eq!(set(true, [60_000, 4000, 10_000], &[(REPLICA, 58_000)]), "54000");
    // One that began a quarter of a minute ago, two minutes after the master's end.
    assert_eq!(set(false, [15_000, 4000, 11_000], &[(REPLICA, 135_000)]), "13500");
    // The tenfold of what it may be does not reach that far yet.
    assert_eq!(set(true, [5000, 4000, 1000], &[(REPLICA, 125_000)]), "");
}

#[test]
fn a_sentinel_is_left_alone_while_a_replica_is_near_enough() {
    assert_eq!(set(true, [9000, 4000, 5000], &[(REPLICA, 8000), (REPLICA, 8000)]), "");
    // An hour without a majority, say, but all noticed at once.
    assert_eq!(set(true, [3_600_000, 4000, 3_596_000], &[(REPLICA, 3_599_000)]), "");
    // Another one has been without the master for long, and is no better for that.
    assert_eq!(set(true, [9000, 4000, 5000], &[(REPLICA, 900_000), (REPLICA, 8000)]), "");
    // They still have the master.
    assert_eq!(set(true, [50_000, 4000, 46_000], &[(REPLICA, 0), (REPLICA, 0)]), "");
    // Once is enough.
    assert_eq!(set(true, [39_000, 33_300, 0], &[(REPLICA, 38_000)]), "");
}

#[test]
fn replicas_that_are_away_or_have_nothing_do_not_count() {
    let away = [("s_down,slave,disconnected", 1000), ("slave,disconnected", 0), (REPLICA, -1000)];
    assert_eq!(set(true, [60_000, 4000, 10_000], &away), "");
    assert_eq!(set(true, [60_000, 4000, 10_000], &[&away[..], &[(REPLICA, 58_000)]].concat()), "54000");
}

#[test]
fn what_was_configured_comes_back_with_a_master() {
    assert_eq!(set(true, [300, 33_300, 0], &[(REPLICA, 0), (REPLICA, 58_000)]), "4000");
    assert_eq!(set(true, [300, 4000, 0], &[(REPLICA, 0)]), "");
}
