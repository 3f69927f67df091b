//! The tree writer: what it touches, what it refuses, and what it reports.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::fs;
use std::path::Path;

use memos_gen::cli::tree::{self, Drift, TreeError};
use memos_gen::diagnostic::Code;
use memos_gen::emit::Artifacts;
use proptest::prelude::*;

#[path = "support/disk.rs"]
mod disk;
#[path = "support/trees.rs"]
mod trees;

use disk::{Fault, FaultyDisk};
use trees::{artifacts, contents, expected, put};

fn old() -> Artifacts {
    artifacts(&[
        ("kustomization.yaml", "resources:\n- manifests/a.yaml\n- manifests/b.yaml\n"),
        ("manifests/a.yaml", "a: 1\n"),
        ("manifests/b.yaml", "b: 1\n"),
        ("manifests/old/c.yaml", "c: 1\n"),
    ])
}

fn new() -> Artifacts {
    artifacts(&[
        ("kustomization.yaml", "resources:\n- manifests/a.yaml\n- manifests/d.yaml\n"),
        ("manifests/a.yaml", "a: 1\n"),
        ("manifests/d.yaml", "d: 1\n"),
        ("manifests/new/e.yaml", "e: 1\n"),
    ])
}

fn foreign() -> Artifacts {
    artifacts(&[("notes.txt", "mine\n"), ("manifests/mine.yaml", "mine: 1\n")])
}

fn messages(error: &TreeError, dir: &Path) -> Vec<String> {
    let dir = dir.to_str().unwrap();
    error
        .diagnostics
        .iter()
        .map(|found| format!("{} {}", found.code.text(), found.message.replace(dir, "DIR")))
        .collect()
}

#[test]
fn a_build_makes_the_folder_and_all_files() {
    let temporary = trees::temporary();
    let dir = temporary.path().join("deploy/production");
    let outcome = tree::write(&dir, &old(), false).unwrap();
    assert_eq!(outcome.created, old().into_keys().collect::<Vec<_>>());
    assert_eq!((outcome.changed.len(), outcome.removed.len(), outcome.unchanged), (0, 0, 0));
    assert_eq!(contents(&dir), expected(&old(), &Artifacts::new()));
    assert_eq!(fs::read_to_string(dir.join(".memos-gen/files.sha256")).unwrap(), sums(&old()));
    let left: Vec<_> = [".gitignore", "journal", "lock", "staging"]
        .into_iter()
        .filter(|name| dir.join(".memos-gen").join(name).exists())
        .collect();
    assert_eq!(left, [".gitignore", "lock"]);
}

/// The list as `sha2` gives it, line by line.
fn sums(artifacts: &Artifacts) -> String {
    use sha2::{Digest, Sha256};
    let sum = |content: &str| Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    artifacts.iter().map(|(path, content)| format!("{}  {path}\n", sum(content))).collect()
}

#[test]
fn a_build_that_changes_nothing_does_nothing_to_the_disk() {
    let temporary = trees::temporary();
    tree::write(temporary.path(), &old(), false).unwrap();
    let mut disk = FaultyDisk::new(Fault::Dies, 0);
    let outcome = tree::write_on(&mut disk, temporary.path(), &old(), false).unwrap();
    assert_eq!(disk.seen, 0);
    assert_eq!(outcome, tree::Outcome { unchanged: 4, ..tree::Outcome::default() });
}

#[test]
fn a_build_touches_only_what_changes() {
    let temporary = trees::temporary();
    let dir = temporary.path();
    tree::write(dir, &old(), false).unwrap();
    put(dir, &foreign());
    let before = fs::metadata(dir.join("manifests/a.yaml")).unwrap();
    let outcome = tree::write(dir, &new(), false).unwrap();
    assert_eq!(outcome.created, ["manifests/d.yaml", "manifests/new/e.yaml"]);
    assert_eq!(outcome.changed, ["kustomization.yaml"]);
    assert_eq!(outcome.removed, ["manifests/b.yaml", "manifests/old/c.yaml"]);
    assert_eq!(outcome.unchanged, 1);
    assert_eq!(outcome.notes, []);
    // The folder `manifests/old` is gone as well.
    assert_eq!(contents(dir), expected(&new(), &foreign()));
    assert_eq!(fs::metadata(dir.join("manifests/a.yaml")).unwrap().modified().unwrap(), before.modified().unwrap());
}

#[test]
fn edited_files_are_named_and_kept_unless_forced() {
    let temporary = trees::temporary();
    let dir = temporary.path();
    tree::write(dir, &old(), false).unwrap();
    put(dir, &artifacts(&[("kustomization.yaml", "edited\n"), ("manifests/b.yaml", "edited\n")]));
    let before = contents(dir);
    let error = tree::write(dir, &new(), false).unwrap_err();
    assert_eq!(
        messages(&error, dir),
        [
            "MG1101 2 files were edited by hand since they were built: `DIR/kustomization.yaml` and `DIR/manifests/b.yaml`"
        ]
    );
    assert_eq!(
        error.diagnostics[0].help,
        ["see the edits with `--check`, move them into the spec, then build with `--force` to overwrite them"]
    );
    assert_eq!(contents(dir), before);
    let outcome = tree::write(dir, &new(), true).unwrap();
    assert_eq!(outcome.changed, ["kustomization.yaml"]);
    assert_eq!(outcome.removed, ["manifests/b.yaml", "manifests/old/c.yaml"]);
    assert_eq!(contents(dir), expected(&new(), &Artifacts::new()));
}

#[test]
fn an_edit_that_says_what_the_build_says_is_no_edit() {
    let temporary = trees::temporary();
    tree::write(temporary.path(), &old(), false).unwrap();
    put(temporary.path(), &new());
    tree::write(temporary.path(), &new(), false).unwrap();
    assert_eq!(contents(temporary.path()), expected(&new(), &Artifacts::new()));
}

#[test]
fn foreign_files_in_the_way_are_kept_unless_forced() {
    let temporary = trees::temporary();
    let dir = temporary.path();
    put(dir, &artifacts(&[("kustomization.yaml", "mine\n"), ("notes.txt", "mine\n")]));
    let error = tree::write(dir, &new(), false).unwrap_err();
    assert_eq!(messages(&error, dir), ["MG1102 `DIR/kustomization.yaml` is in the way: no build has written it"]);
    assert_eq!(error.diagnostics[0].help, ["choose another folder with `-o`, or build with `--force` to overwrite"]);
    assert_eq!(contents(dir).len(), 2);
    tree::write(dir, &new(), true).unwrap();
    assert_eq!(contents(dir), expected(&new(), &artifacts(&[("notes.txt", "mine\n")])));
}

#[test]
fn a_tree_whose_list_was_lost_is_taken_over() {
    let temporary = trees::temporary();
    put(temporary.path(), &old());
    let outcome = tree::write(temporary.path(), &old(), false).unwrap();
    assert_eq!(outcome.unchanged, 4);
    tree::write(temporary.path(), &new(), false).unwrap();
    assert_eq!(contents(temporary.path()), expected(&new(), &Artifacts::new()));
}

#[test]
fn a_folder_at_the_place_of_a_file_is_never_replaced() {
    let temporary = trees::temporary();
    let dir = temporary.path();
    put(dir, &artifacts(&[("kustomization.yaml/mine", ""), ("manifests", "")]));
    let error = tree::write(dir, &new(), true).unwrap_err();
    assert_eq!(
        messages(&error, dir),
        [
            "MG1102 `DIR/kustomization.yaml` cannot be written: it is a folder",
            "MG1102 `DIR/manifests/a.yaml` cannot be written: `DIR/manifests` is not a folder",
            "MG1102 `DIR/manifests/d.yaml` cannot be written: `DIR/manifests` is not a folder",
            "MG1102 `DIR/manifests/new/e.yaml` cannot be written: `DIR/manifests` is not a folder",
        ]
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_written_or_deleted_through_a_link() {
    use std::os::unix::fs::symlink;
    let (temporary, elsewhere) = (trees::temporary(), trees::temporary());
    let dir = temporary.path();
    tree::write(dir, &old(), false).unwrap();
    put(elsewhere.path(), &artifacts(&[("b.yaml", "b: 1\n"), ("x", "x\n")]));

    // A link instead of a file: the link is replaced by force, what it points to stays.
    fs::remove_file(dir.join("kustomization.yaml")).unwrap();
    symlink(elsewhere.path().join("x"), dir.join("kustomization.yaml")).unwrap();
    let error = tree::write(dir, &new(), false).unwrap_err();
    assert_eq!(messages(&error, dir), ["MG1101 `DIR/kustomization.yaml` was edited by hand since it was built"]);
    tree::write(dir, &new(), true).unwrap();
    assert_eq!(contents(dir), expected(&new(), &Artifacts::new()));

    // A link instead of a folder: nothing in it is ours, though its file has the content that ours had.
    tree::write(dir, &old(), false).unwrap();
    fs::remove_dir_all(dir.join("manifests")).unwrap();
    symlink(elsewhere.path(), dir.join("manifests")).unwrap();
    let error = tree::write(dir, &new(), true).unwrap_err();
    assert_eq!(
        messages(&error, dir)[0],
        "MG1102 `DIR/manifests/a.yaml` cannot be written: `DIR/manifests` is a symbolic link"
    );
    tree::write(dir, &artifacts(&[("kustomization.yaml", "resources: []\n")]), false).unwrap();
    assert_eq!(contents(elsewhere.path()), artifacts(&[("b.yaml", "b: 1\n"), ("x", "x\n")]));

    // A link instead of the state folder: its list would speak of another tree.
    fs::rename(dir.join(".memos-gen"), elsewhere.path().join("state")).unwrap();
    symlink(elsewhere.path().join("state"), dir.join(".memos-gen")).unwrap();
    let error = tree::write(dir, &old(), true).unwrap_err();
    assert_eq!(messages(&error, dir), ["MG1102 `DIR/.memos-gen` is in the way: it is not a folder"]);
}

#[test]
fn a_damaged_list_deletes_nothing() {
    let temporary = trees::temporary();
    let dir = temporary.path();
    tree::write(dir, &old(), false).unwrap();
    let list = dir.join(".memos-gen/files.sha256");
    let text = fs::read_to_string(&list).unwrap().replace("manifests/b.yaml", "../../b.yaml");
    fs::write(&list, text).unwrap();
    let error = tree::write(dir, &new(), true).unwrap_err();
    assert_eq!(
        messages(&error, dir),
        ["MG1105 `DIR/.memos-gen/files.sha256` is damaged: not every line is a SHA-256 and a path in the tree"]
    );
    assert_eq!(contents(dir), expected(&old(), &Artifacts::new()));
}

#[test]
fn artifacts_cannot_leave_the_tree() {
    let temporary = trees::temporary();
    for path in ["../a", "/a", "a/../../b", ".memos-gen/lock", ""] {
        let error = tree::write(temporary.path(), &artifacts(&[(path, "")]), true).unwrap_err();
        assert_eq!(error.diagnostics[0].message, format!("internal error: `{path}` is no path for a file of the tree"));
    }
    assert_eq!(contents(temporary.path()).len(), 0);
}

#[test]
fn two_builds_do_not_mix() {
    let temporary = trees::temporary();
    let dir = temporary.path();
    tree::write(dir, &old(), false).unwrap();
    let lock = fs::File::open(dir.join(".memos-gen/lock")).unwrap();
    lock.try_lock().unwrap();
    let busy = ["MG1105 another run of memos-gen is using `DIR`"];
    assert_eq!(messages(&tree::write(dir, &new(), true).unwrap_err(), dir), busy);
    assert_eq!(messages(&tree::check(dir, &new()).unwrap_err(), dir), busy);
    drop(lock);
    tree::write(dir, &new(), false).unwrap();
}

#[cfg(unix)]
#[test]
fn an_error_of_the_system_names_the_path_and_a_cure() {
    let temporary = trees::temporary();
    let dir = temporary.path().join("file");
    fs::write(&dir, "").unwrap();
    let error = tree::write(&dir, &new(), false).unwrap_err();
    assert_eq!(messages(&error, &dir), ["MG1105 could not read `DIR/.memos-gen`: Not a directory (os error 20)"]);
    assert_eq!(error.diagnostics[0].help, ["choose a folder with `-o`"]);

    let mut disk = FaultyDisk::new(Fault::Fails, 7);
    let dir = temporary.path().join("tree");
    let error = tree::write_on(&mut disk, &dir, &new(), false).unwrap_err();
    assert_eq!(messages(&error, &dir), ["MG1105 could not write `DIR/kustomization.yaml`: no storage space"]);
    assert_eq!(error.diagnostics[0].help, ["free space: a build needs room for a second copy of all changed files"]);
}

#[test]
fn check_tells_each_kind_of_difference_and_writes_nothing() {
    let temporary = trees::temporary();
    let dir = temporary.path();
    assert_eq!(tree::check(&dir.join("none"), &new()).unwrap().added.len(), 4);
    assert!(!dir.join("none").exists());

    tree::write(dir, &old(), false).unwrap();
    assert_eq!(tree::check(dir, &old()).unwrap(), Drift::default());
    assert_eq!(tree::check(dir, &old()).unwrap().diagnostic(dir), None);

    put(dir, &artifacts(&[("manifests/a.yaml", "a: 2\n"), ("manifests/d.yaml", "mine\n"), ("notes.txt", "mine\n")]));
    let before = contents(dir);
    let drift = tree::check(dir, &new()).unwrap();
    assert_eq!(drift.added, ["manifests/new/e.yaml"]);
    assert_eq!(drift.removed, ["manifests/b.yaml", "manifests/old/c.yaml"]);
    assert_eq!(
        drift.diff(),
        "\
--- a/kustomization.yaml
+++ b/kustomization.yaml
@@ -1,3 +1,3 @@
 resources:
 - manifests/a.yaml
-- manifests/b.yaml
+- manifests/d.yaml
--- a/manifests/a.yaml
+++ b/manifests/a.yaml
@@ -1 +1 @@
-a: 2
+a: 1
--- a/manifests/d.yaml
+++ b/manifests/d.yaml
@@ -1 +1 @@
-mine
+d: 1
"
    );
    let diagnostic = drift.diagnostic(Path::new("deploy")).unwrap();
    assert_eq!(diagnostic.code, Code::TreeHasDrifted);
    assert_eq!(
        diagnostic.message,
        "`deploy` is not what the spec gives: 1 missing, 1 out of date, 2 not needed any more, 1 edited by hand, \
         1 foreign and in the way"
    );
    assert_eq!(diagnostic.help, ["move the edits into the spec, then run `build --force`"]);
    assert_eq!(contents(dir), before);
}

#[test]
fn an_interrupted_build_is_reported_and_finished() {
    let temporary = trees::temporary();
    let dir = temporary.path();
    tree::write(dir, &old(), false).unwrap();
    let mut operations = 0;
    while !dir.join(".memos-gen/journal").exists() {
        operations += 1;
        tree::write_on(&mut FaultyDisk::new(Fault::Dies, operations), dir, &new(), false).unwrap_err();
    }
    let drift = tree::check(dir, &old()).unwrap();
    assert_eq!(
        drift.diagnostic(Path::new("deploy")).unwrap().message,
        "`deploy` is not what the spec gives: left by an interrupted build"
    );
    let outcome = tree::write(dir, &new(), false).unwrap();
    assert_eq!(outcome.notes[0].code, Code::BuildWasInterrupted);
    assert_eq!(outcome.notes[0].message, format!("an interrupted build in `{}` was found and finished", dir.display()));
    assert!(tree::check(dir, &new()).unwrap().is_empty());
}

/// Few names and contents, so that two trees often share some.
fn any_tree() -> impl Strategy<Value = Artifacts> {
    let path = proptest::sample::select(vec!["a", "b.md", "m/a", "m/b", "m/c", "m/n/a", "m/n/b", "o/p/q/a"]);
    let content = proptest::sample::select(vec!["", "1\n", "2\n"]);
    prop::collection::btree_map(path.prop_map(str::to_owned), content.prop_map(str::to_owned), 0..8)
}

fn any_foreign() -> impl Strategy<Value = Artifacts> {
    let path = proptest::sample::select(vec!["x", "m/x", "m/n/x", "o/x", "y/x"]);
    prop::collection::btree_map(path.prop_map(str::to_owned), Just("mine\n".to_owned()), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_build_after_another_gives_the_last_and_foreign_files(
        first in any_tree(), second in any_tree(), foreign in any_foreign(),
    ) {
        let temporary = trees::temporary();
        let dir = temporary.path();
        let mut disk = FaultyDisk::new(Fault::Fails, usize::MAX);
        tree::write_on(&mut disk, dir, &first, false).unwrap();
        put(dir, &foreign);
        tree::write_on(&mut disk, dir, &second, false).unwrap();
        prop_assert_eq!(contents(dir), expected(&second, &foreign));
        prop_assert!(tree::check(dir, &second).unwrap().is_empty());
        let operations = disk.seen;
        tree::write_on(&mut disk, dir, &second, false).unwrap();
        prop_assert_eq!(disk.seen, operations);
    }
}
