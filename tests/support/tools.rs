//! Runs real programs, looked up on `PATH`.

#![allow(dead_code, reason = "each test file uses what it needs of this")]
#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::io::Write as _;
use std::process::{Child, Command, Output, Stdio};

/// Runs `program` with `arguments`, gives it `input`, and returns what it printed.
///
/// # Panics
///
/// If the program is not installed or fails; the message says what to do, or what it printed on standard error.
pub(crate) fn run(program: &str, arguments: &[&str], input: &str) -> String {
    run_with(&[], program, arguments, input)
}

/// The same with variables of its environment.
///
/// # Panics
///
/// As [`run`].
pub(crate) fn run_with(environment: &[(&str, &str)], program: &str, arguments: &[&str], input: &str) -> String {
    let output = output_with(environment, program, arguments, input);
    assert!(
        output.status.success(),
        "{program} {} failed: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The documents of a YAML stream, as PyYAML reads them.
pub(crate) fn documents(stream: &str) -> Vec<serde_json::Value> {
    let script = "import json, sys, yaml\nprint(json.dumps([d for d in yaml.safe_load_all(sys.stdin) if d]))";
    serde_json::from_str(&run("python-yaml", &["-c", script], stream)).unwrap()
}

/// What comes of a program that may fail.
///
/// # Panics
///
/// If the program is not installed.
pub(crate) fn output_with(environment: &[(&str, &str)], program: &str, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).envs(environment.iter().copied());
    let mut child = spawned(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()));
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // A program may stop reading early; its exit status says whether that was a failure.
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    })
}

/// A program that runs.
///
/// # Panics
///
/// If it is not installed.
pub(crate) fn spawned(command: &mut Command) -> Child {
    command.spawn().unwrap_or_else(|error| {
        let program = command.get_program().display();
        panic!("{program} not found: run scripts/install-tools and put its bin on PATH ({error})")
    })
}
