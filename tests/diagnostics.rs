//! Every code with the exact text it is reported with: the cases under `golden/invalid/`.
//!
//! A case is a folder `CODE-what` with `memos.yaml` or `objects.yaml` as the user's current folder has it, `args` with one more
//! argument a line where there are any, and `stderr.txt`, all that `memos-gen check` says. `MEMOS_GEN_UPDATE=1 cargo test --test diagnostics`
//! writes the texts anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use memos_gen::diagnostic::{Code, Severity};

#[path = "support/cases.rs"]
mod cases;

/// Codes that no spec brings about, because what lies on the disk or a fault of the program does: where their texts are
/// compared instead, as file and test.
const ELSEWHERE: &[(Code, &str, &str)] = &[
    (Code::NotOfChart, "tests/chart.rs", "a_spec_that_the_chart_cannot_say_gives_no_values"),
    (Code::ControlCharacterInObject, "src/emit/readback.rs", "control_characters_are_refused_with_their_place"),
    (Code::ReadBackMismatch, "src/emit/readback.rs", "a_difference_is_named_by_its_place"),
    (Code::ObjectTwice, "src/check/objects/labels.rs", "two_objects_of_one_name_are_refused"),
    (Code::FileEditedByHand, "tests/tree.rs", "edited_files_are_named_and_kept_unless_forced"),
    (Code::ForeignFileInTheWay, "tests/tree.rs", "foreign_files_in_the_way_are_kept_unless_forced"),
    (Code::BuildWasInterrupted, "tests/tree.rs", "an_interrupted_build_is_reported_and_finished"),
    (Code::TreeHasDrifted, "tests/tree.rs", "check_tells_each_kind_of_difference_and_writes_nothing"),
    (Code::CannotWrite, "tests/tree.rs", "an_error_of_the_system_names_the_path_and_a_cure"),
    (Code::ChangeNotTaken, "tests/cli.rs", "a_change_that_no_live_object_takes_is_told_with_its_cure"),
    (Code::NoFileName, "src/emit/manifests/tests.rs", "two_objects_never_share_a_file"),
];

fn folder() -> PathBuf {
    cases::root().join("golden/invalid")
}

/// The code that a case is named after.
fn code(case: &str) -> Code {
    let text = case.split('-').next().unwrap_or_default();
    Code::parse(text).unwrap_or_else(|| panic!("golden/invalid/{case}: `{text}` is no code"))
}

/// What `memos-gen check` says about a case on stderr, and its status.
fn said(folder: &Path) -> (String, i32) {
    let arguments = fs::read_to_string(folder.join("args")).unwrap_or_default();
    let output = Command::new(env!("CARGO_BIN_EXE_memos-gen"))
        .arg("check")
        .args(arguments.lines())
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let status = output.status.code().unwrap_or_else(|| panic!("{}: {}", folder.display(), output.status));
    (String::from_utf8(output.stderr).unwrap(), status)
}

/// The status that goes with a text: errors are 1, files that cannot be read 2.
fn expected_status(text: &str) -> i32 {
    let has = |start: &str| text.lines().any(|line| line.starts_with(start));
    if has("error[MG0101]") { 2 } else { i32::from(has("error[")) }
}

#[test]
fn every_text_is_exact() {
    let mut differences = Vec::new();
    for case in cases::folders(&folder()) {
        let folder = folder().join(&case);
        let (text, status) = said(&folder);
        assert!(text.contains(&format!("[{}]: ", code(&case).text())), "golden/invalid/{case} says only:\n{text}");
        assert_eq!(status, expected_status(&text), "golden/invalid/{case}");
        if cases::updating() {
            cases::write(&folder.join("stderr.txt"), &text);
            continue;
        }
        let golden = fs::read_to_string(folder.join("stderr.txt")).unwrap_or_default();
        if golden != text {
            differences.push((format!("golden/invalid/{case}"), cases::changes("stderr.txt", &golden, &text)));
        }
    }
    cases::judge(&differences);
}

#[test]
fn every_code_has_a_case() {
    let found: BTreeSet<Code> = cases::folders(&folder()).iter().map(|case| code(case)).collect();
    let elsewhere: BTreeSet<Code> = ELSEWHERE.iter().map(|(code, _, _)| *code).collect();
    let is_missing = |code: &&Code| !found.contains(code) && !elsewhere.contains(code);
    let missing: Vec<_> = Code::ALL.iter().filter(is_missing).map(|code| code.text()).collect();
    assert!(missing.is_empty(), "no folder in golden/invalid and no line in ELSEWHERE for {}", missing.join(", "));
    let both: Vec<_> = found.intersection(&elsewhere).map(|code| code.text()).collect();
    assert!(both.is_empty(), "ELSEWHERE names codes that have a case: {}", both.join(", "));
}

#[test]
fn tests_that_stand_in_for_a_case_exist() {
    for (code, file, test) in ELSEWHERE {
        let text = fs::read_to_string(cases::root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(&format!("fn {test}()")), "{}: there is no test `{test}` in {file}", code.text());
    }
}

#[test]
fn a_folder_holds_nothing_but_its_case() {
    for case in cases::folders(&folder()) {
        let names = fs::read_dir(folder().join(&case)).unwrap().map(|entry| entry.unwrap().file_name());
        for name in names {
            let known = ["memos.yaml", "objects.yaml", "args", "stderr.txt"].map(Into::into);
            assert!(known.contains(&name), "golden/invalid/{case}/{}", name.display());
        }
    }
}

/// A warning becomes an error under `--strict`, a note never does.
#[test]
fn strict_raises_warnings_alone() {
    // The texts are being written by another test at the same time.
    if cases::updating() {
        return;
    }
    for case in cases::folders(&folder()) {
        let text = fs::read_to_string(folder().join(&case).join("stderr.txt")).unwrap_or_default();
        let strict = fs::read_to_string(folder().join(&case).join("args")).is_ok_and(|args| args.contains("--strict"));
        let word = match code(&case).severity() {
            Severity::Warning if strict => "error",
            severity => severity.word(),
        };
        let line = format!("{word}[{}]: ", code(&case).text());
        assert!(text.contains(&line), "golden/invalid/{case}: no `{line}` in\n{text}");
        assert!(!strict || !text.contains("warning["), "golden/invalid/{case}: a warning is left under --strict");
    }
}
