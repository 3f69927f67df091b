//! The tree writer when it fails or is killed, at every operation it does.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use memos_gen::cli::tree;
use memos_gen::emit::Artifacts;

#[path = "support/disk.rs"]
mod disk;
#[path = "support/trees.rs"]
mod trees;

use disk::{Fault, FaultyDisk};
use trees::{artifacts, contents, expected, put};

/// Changes, creates and deletes, in new and in vanishing folders.
fn old() -> Artifacts {
    artifacts(&[("k.yaml", "1\n"), ("m/a.yaml", "1\n"), ("m/b.yaml", "1\n"), ("m/old/c.yaml", "1\n")])
}

fn new() -> Artifacts {
    artifacts(&[("k.yaml", "2\n"), ("m/a.yaml", "1\n"), ("m/d.yaml", "2\n"), ("m/new/e.yaml", "2\n")])
}

/// What the spec may say by the time that an interrupted build is mended.
fn newest() -> Artifacts {
    artifacts(&[("k.yaml", "3\n"), ("m/b.yaml", "3\n"), ("m/d.yaml", "3\n"), ("m/newest/f.yaml", "3\n")])
}

fn foreign() -> Artifacts {
    artifacts(&[("m/mine.yaml", "mine\n"), ("notes.txt", "mine\n")])
}

/// A folder with the old tree, or none for a first build, and foreign files.
fn start(has_old: bool) -> tempfile::TempDir {
    let temporary = trees::temporary();
    if has_old {
        tree::write_on(&mut healthy(), temporary.path(), &old(), false).unwrap();
    }
    put(temporary.path(), &foreign());
    temporary
}

fn healthy() -> FaultyDisk {
    FaultyDisk::new(Fault::Fails, usize::MAX)
}

/// Files only: a kill may leave empty folders.
fn files(dir: &Path) -> BTreeMap<String, String> {
    contents(dir).into_iter().filter(|(path, _)| !path.ends_with('/')).collect()
}

fn with_foreign(artifacts: &Artifacts) -> BTreeMap<String, String> {
    artifacts.clone().into_iter().chain(foreign()).collect()
}

/// A following build needs no force and gives exactly the tree it should.
fn assert_converges(dir: &Path, wanted: &Artifacts) {
    tree::write_on(&mut healthy(), dir, wanted, false).unwrap();
    assert_eq!(files(dir), with_foreign(wanted));
    assert!(tree::check(dir, wanted).unwrap().is_empty());
    let left: Vec<_> = fs::read_dir(dir.join(".memos-gen")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "more than .gitignore, files.sha256 and lock: {left:?}");
}

#[test]
fn an_error_at_any_operation_leaves_the_old_tree() {
    for has_old in [false, true] {
        let before = expected(&if has_old { old() } else { Artifacts::new() }, &foreign());
        for operation in 0.. {
            let temporary = start(has_old);
            let dir = temporary.path();
            let mut disk = FaultyDisk::new(Fault::Fails, operation);
            match tree::write_on(&mut disk, dir, &new(), false) {
                Err(error) => {
                    assert!(disk.has_struck(), "{error}");
                    assert_eq!(contents(dir), before, "operation {operation}: {error}");
                }
                // Cleaning after the fact is not worth an error.
                Ok(_) => assert_eq!(files(dir), with_foreign(&new()), "operation {operation}"),
            }
            assert_converges(dir, &new());
            if !disk.has_struck() {
                assert!(operation > 30, "only {operation} operations");
                break;
            }
        }
    }
}

#[test]
fn a_kill_at_any_operation_leaves_a_tree_that_tells_what_it_is() {
    for has_old in [false, true] {
        let before = if has_old { old() } else { Artifacts::new() };
        for operation in 0.. {
            let mut strikes = false;
            for wanted in [&new(), &before] {
                let temporary = start(has_old);
                let dir = temporary.path();
                let mut disk = FaultyDisk::new(Fault::Dies, operation);
                let _ = tree::write_on(&mut disk, dir, &new(), false);
                strikes = disk.has_struck();
                assert_tells_what_it_is(dir, &before);
                // Forward to the new tree as well as back to the old one.
                assert_converges(dir, wanted);
            }
            if !strikes {
                break;
            }
        }
    }
}

/// Every file is old or new, and nobody who asks takes a mixture for either of the trees.
fn assert_tells_what_it_is(dir: &Path, before: &Artifacts) {
    let found = files(dir);
    for (path, content) in &found {
        let known = [before.get(path).cloned(), new().get(path).cloned(), foreign().get(path).cloned()];
        assert!(known.contains(&Some(content.clone())), "{path} is torn: {content:?}");
    }
    assert!(foreign().keys().all(|path| found.contains_key(path)));
    let is_old = found == with_foreign(before);
    let is_new = found == with_foreign(&new());
    let drift = tree::check(dir, &new()).unwrap();
    assert!(is_old || is_new || drift.interrupted, "a mixture without a journal");
    assert!(is_new || !drift.is_empty());
    assert_eq!(drift.edited, []);
    assert_eq!(drift.foreign, []);
}

#[test]
fn a_second_kill_or_error_while_the_first_is_mended_does_no_harm() {
    for first in (0..60).step_by(3) {
        for (fault, second) in (0..60).step_by(3).flat_map(|second| [(Fault::Dies, second), (Fault::Fails, second)]) {
            let temporary = start(true);
            let dir = temporary.path();
            let _ = tree::write_on(&mut FaultyDisk::new(Fault::Dies, first), dir, &new(), false);
            let between = files(dir);
            let result = tree::write_on(&mut FaultyDisk::new(fault, second), dir, &newest(), false);
            if fault == Fault::Fails && result.is_err() {
                assert_eq!(files(dir), between, "kill at {first}, error at {second}");
            }
            // Whatever is found is known for a build's own.
            let drift = tree::check(dir, &newest()).unwrap();
            assert_eq!((drift.edited, drift.foreign), (Vec::new(), Vec::new()), "kill at {first}, then at {second}");
            assert_converges(dir, [&old(), &new(), &newest()][second % 3]);
        }
    }
}

/// What a loss of power would take must not matter: the order of flushes is what a kill cannot test.
#[test]
fn everything_is_flushed_before_something_relies_on_it() {
    let temporary = start(true);
    let dir = temporary.path();
    let mut disk = healthy();
    tree::write_on(&mut disk, dir, &new(), false).unwrap();
    let state = dir.join(".memos-gen");
    let position = |word: &str, path: &Path| disk.log.iter().position(|entry| *entry == (word, path.to_path_buf()));
    let journal = position("rename", &state.join("journal")).unwrap();
    let end = position("remove", &state.join("journal")).unwrap();
    let flushed = |path: &Path, from: usize, to: usize| disk.log[from..to].contains(&("flush", path.to_path_buf()));

    // All new files, the journal and their names are on the medium before the journal counts.
    let written = disk.log[..journal].iter().enumerate().filter(|(_, (word, _))| *word == "write");
    let written: Vec<_> = written.filter(|(_, (_, path))| path.starts_with(state.join("staging"))).collect();
    assert_eq!(written.iter().map(|(_, (_, path))| path).collect::<BTreeSet<_>>().len(), 5);
    for (index, (_, path)) in written {
        assert!(flushed(path, index, journal), "{} is not flushed", path.display());
    }
    let last_link = disk.log.iter().rposition(|(word, _)| *word == "link").unwrap();
    assert!(flushed(&state.join("staging"), last_link, journal));
    // The journal counts before anything is moved.
    assert_eq!(disk.log[journal + 1], ("flush", state.clone()));
    // Everything that was moved, deleted or made is on the medium before the journal is gone.
    for (index, (word, path)) in disk.log[..end].iter().enumerate() {
        let is_change = (index > journal && matches!(*word, "rename" | "remove")) || *word == "create";
        if is_change && path.starts_with(dir.join("m")) {
            assert!(flushed(path.parent().unwrap(), index, end), "{word} {} is not flushed", path.display());
        }
    }
    assert!(flushed(&state, journal + 2, end));
}

/// Somebody edits a file between a kill and the next build: it is still an edit.
#[test]
fn an_edit_after_a_kill_is_not_lost() {
    for operation in 0..60 {
        let temporary = start(true);
        let dir = temporary.path();
        let mut disk = FaultyDisk::new(Fault::Dies, operation);
        let _ = tree::write_on(&mut disk, dir, &new(), false);
        fs::write(dir.join("k.yaml"), "edited\n").unwrap();
        let error = tree::write_on(&mut healthy(), dir, &new(), false).unwrap_err();
        assert_eq!(error.diagnostics[0].code.text(), "MG1101");
        assert_eq!(files(dir)["k.yaml"], "edited\n");
    }
}

/// An error that cannot be rolled back says so, and the tree says so too.
#[test]
fn a_roll_back_that_fails_is_told() {
    let mut told = 0;
    for operation in 0..60 {
        let temporary = start(true);
        let dir = temporary.path();
        let mut disk = FaultyDisk::new(Fault::Dies, operation);
        let Err(error) = tree::write_on(&mut disk, dir, &new(), false) else { continue };
        let words = format!("`{}` holds old and new files until a build succeeds there", dir.display());
        if error.diagnostics[0].help.contains(&words) {
            assert!(tree::check(dir, &new()).unwrap().interrupted);
            told += 1;
        } else {
            assert_eq!(files(dir), with_foreign(&old()));
        }
    }
    assert!(told > 3, "only {told} times");
}

/// The name of the variable by which a test tells its child process where to write.
#[cfg(unix)]
const CHILD_DIR: &str = "MEMOS_GEN_TEST_TREE";

/// Not a test by itself: the process that the next test kills. Writes one tree after the other for ever.
#[cfg(unix)]
#[test]
fn child_that_is_killed() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else { return };
    loop {
        tree::write(Path::new(&dir), &new(), false).unwrap();
        tree::write(Path::new(&dir), &old(), false).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_real_kill_leaves_a_tree_that_the_next_build_mends() {
    let temporary = start(true);
    let dir = temporary.path();
    for round in 0..40_u64 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_is_killed"])
            .env(CHILD_DIR, dir)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(15_000 + round * 977));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success());
        assert_tells_what_it_is(dir, &old());
        assert_converges(dir, &if round % 2 == 0 { new() } else { old() });
    }
}
