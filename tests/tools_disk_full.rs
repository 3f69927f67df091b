//! The tree writer on a file system that is really full. Needs a system that lets a user mount in a namespace of their own.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::fs;
use std::path::{Path, PathBuf};

use memos_gen::cli::tree;
use memos_gen::emit::Artifacts;

#[path = "support/tools.rs"]
mod tools;
#[path = "support/trees.rs"]
mod trees;

use trees::{artifacts, contents, expected};

/// The name of the variable by which the test tells its child process where the small disk is.
const CHILD_DIR: &str = "MEMOS_GEN_TEST_SMALL_DISK";

fn tree_of(character: &str) -> Artifacts {
    let content = character.repeat(3_000);
    let paths: Vec<String> = (0..20).map(|index| format!("manifests/{index}.yaml")).collect();
    artifacts(&paths.iter().map(|path| (path.as_str(), content.as_str())).collect::<Vec<_>>())
}

/// Not a test by itself: runs on a disk that only it can see.
#[expect(clippy::print_stdout, reason = "tells the other process that this one got to its end")]
#[test]
fn child_on_a_small_disk() {
    let Some(disk) = std::env::var_os(CHILD_DIR).map(PathBuf::from) else { return };
    let dir = disk.join("tree");
    tree::write(&dir, &tree_of("a"), false).unwrap();
    // Two copies of the tree take 160 KiB of 256, and each filler leaves less than the second copy needs.
    for free in (0..80_000).step_by(5_000) {
        fill_up_to(&disk, free);
        let error = tree::write(&dir, &tree_of("b"), false).unwrap_err();
        let diagnostic = &error.diagnostics[0];
        assert!(diagnostic.message.ends_with("No space left on device (os error 28)"), "{error}");
        assert_eq!(
            diagnostic.help,
            ["free space: a build needs room for a second copy of all changed files"],
            "with {free} bytes free"
        );
        assert_eq!(contents(&dir), expected(&tree_of("a"), &Artifacts::new()));
        assert!(tree::check(&dir, &tree_of("a")).unwrap().is_empty());
    }
    fs::remove_file(disk.join("filler")).unwrap();
    tree::write(&dir, &tree_of("b"), false).unwrap();
    assert_eq!(contents(&dir), expected(&tree_of("b"), &Artifacts::new()));
    println!("the child is done");
}

/// Writes a file that leaves about `free` bytes.
fn fill_up_to(disk: &Path, free: usize) {
    use std::io::Write as _;
    let filler = disk.join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    let mut written = 0;
    while file.write_all(&[0; 4_096]).is_ok() {
        written += 4_096;
    }
    file.set_len(u64::try_from(written.max(free) - free).unwrap()).unwrap();
}

#[test]
fn a_full_disk_leaves_the_old_tree() {
    let temporary = trees::temporary();
    let disk = temporary.path().to_str().unwrap();
    let this = std::env::current_exe().unwrap();
    let script = "mount -t tmpfs -o size=256k tmpfs \"$1\" && MEMOS_GEN_TEST_SMALL_DISK=\"$1\" exec \"$2\" \
                  --exact --nocapture child_on_a_small_disk";
    let arguments = ["--map-root-user", "--mount", "sh", "-c", script, "sh", disk, this.to_str().unwrap()];
    let printed = tools::run("unshare", &arguments, "");
    assert!(printed.contains("the child is done"), "{printed}");
}
