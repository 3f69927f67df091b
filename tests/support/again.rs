//! Tests that run once more in surroundings of their own: other namespaces, or the network of a cluster.

use std::process::Command;
use std::sync::Mutex;

/// Says to the test program that it is in those surroundings, and which test that is.
const INSIDE: &str = "MEMOS_GEN_INSIDE";

/// Only one test of a program has its surroundings at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Runs a test again behind the command that leads into its surroundings, which last as long as what comes with it. True inside of
/// them.
pub(crate) fn inside<Surroundings>(test: &str, enter: impl FnOnce() -> (Command, Surroundings)) -> bool {
    if std::env::var(INSIDE).is_ok_and(|inside| inside == test) {
        return true;
    }
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (mut command, _surroundings) = enter();
    let status = command
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1", "--include-ignored"])
        .env(INSIDE, test)
        .status()
        .unwrap();
    assert!(status.success(), "{test}: {status}");
    false
}
