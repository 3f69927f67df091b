//! Output trees for tests, and what of them stands on disk.

#![allow(dead_code, reason = "each test file uses what it needs of this")]
#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use memos_gen::emit::Artifacts;

/// An empty folder, in memory where the system has a place for that: a disk flushes at every rename over a file.
pub(crate) fn temporary() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.unwrap()
}

/// A tree with the given files.
pub(crate) fn artifacts(files: &[(&str, &str)]) -> Artifacts {
    files.iter().map(|(path, content)| ((*path).to_owned(), (*content).to_owned())).collect()
}

/// Every file below `dir` but those of `.memos-gen`, and every folder as a path that ends with `/`.
pub(crate) fn contents(dir: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if dir.exists() {
        collect(dir, "", &mut found);
    }
    found
}

fn collect(dir: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if path == ".memos-gen" {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), found);
            found.insert(format!("{path}/"), String::new());
        } else {
            found.insert(path, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// What [`contents`] is for a tree of `artifacts` and `foreign` files and nothing else.
pub(crate) fn expected(artifacts: &Artifacts, foreign: &Artifacts) -> BTreeMap<String, String> {
    let mut expected: BTreeMap<_, _> = artifacts.clone();
    expected.extend(foreign.clone());
    let paths: Vec<_> = expected.keys().cloned().collect();
    for path in paths {
        for (end, _) in path.match_indices('/') {
            expected.insert(path[..=end].to_owned(), String::new());
        }
    }
    expected
}

/// Puts files there as somebody else would.
pub(crate) fn put(dir: &Path, files: &Artifacts) {
    for (path, content) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}
