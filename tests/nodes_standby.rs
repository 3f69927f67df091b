//! One Memos that serves and one that stands by, on a real Kubernetes of three nodes, through what may happen to them; beside it
//! one that nobody stands by for. `STANDBY_RUNS=10 cargo test --test nodes_standby -- --nocapture
//! --include-ignored` makes the tables of `docs/standby.md`.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]
#![expect(clippy::print_stderr, reason = "for how long what failed is to be read")]

#[path = "support/again.rs"]
mod again;
#[path = "nodes_cluster/door.rs"]
mod door;
#[path = "support/http.rs"]
mod http;
#[path = "nodes_cluster/nodes.rs"]
mod nodes;
#[path = "nodes_standby/people.rs"]
mod people;
#[path = "support/program.rs"]
mod program;
#[path = "support/tools.rs"]
mod tools;
#[path = "nodes_standby/trial.rs"]
mod trial;
#[path = "nodes_standby/watch.rs"]
mod watch;

use nodes::inside;
use trial::{FAULTS, Fault, Trial};

/// What both kinds of installation have.
const COMMON: [&str; 3] = ["memos.version=0.30.0", "attachments.kind=database", "availability.zones=3"];

fn runs() -> usize {
    std::env::var("STANDBY_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(1)
}

/// The faults whose names have what `STANDBY_FAULT` says; all without it.
fn faults() -> impl Iterator<Item = &'static Fault> {
    let part = std::env::var("STANDBY_FAULT").unwrap_or_default();
    FAULTS.iter().filter(move |fault| fault.name.contains(&part))
}

#[test]
fn a_standby_takes_over_and_never_serves_beside_the_other() {
    if !inside("a_standby_takes_over_and_never_serves_beside_the_other") {
        return;
    }
    let mut trial = Trial::start(&[&COMMON[..], &["scaling.mode=standby"]].concat());
    let mut bad = Vec::new();
    for fault in faults() {
        let outcome = trial.through(fault, runs());
        eprintln!("{}", outcome.line());
        let felt = outcome.longest() > fault.most || outcome.failed() > fault.failed;
        if felt || !outcome.overlap.is_zero() {
            eprintln!("{}", trial.words());
        }
        assert!(outcome.overlap.is_zero(), "{}: two served for {:?}", fault.name, outcome.overlap);
        assert_eq!(outcome.broken, Vec::<String>::new(), "{}", fault.name);
        bad.extend(felt.then(|| outcome.line()));
    }
    assert_eq!(bad, Vec::<String>::new(), "felt for too long, or by too many");
}

#[test]
#[ignore = "the figures of the other table, which nothing is asked of"]
fn one_process_is_replaced() {
    if !inside("one_process_is_replaced") {
        return;
    }
    let mut trial = Trial::start(&[&COMMON[..], &["scaling.mode=single"]].concat());
    for fault in faults() {
        eprintln!("{}", trial.through(fault, runs()).line());
    }
}
