//! Golden cases on disk: finding them, reading them, comparing and rewriting them.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// How all goldens are written anew.
pub const UPDATE: &str = "MEMOS_GEN_UPDATE=1 cargo test --test golden --test diagnostics";

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether goldens are written instead of compared.
pub fn updating() -> bool {
    std::env::var_os("MEMOS_GEN_UPDATE").is_some_and(|value| !value.is_empty() && value != "0")
}

/// The names of the folders in `folder`, sorted.
pub fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let folders = entries.map(Result::unwrap).filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<_> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every file below `folder`, by its path with `/`. Empty when there is no such folder.
pub fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(relative) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder.join(&relative)) else { continue };
        for entry in entries.map(Result::unwrap) {
            let path = relative.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                let name = path.to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    found
}

/// How two sets of files differ, for a person; empty when they do not.
pub fn difference(golden: &BTreeMap<String, String>, built: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    let paths: BTreeSet<_> = golden.keys().chain(built.keys()).collect();
    for path in paths {
        match (golden.get(path), built.get(path)) {
            (None, _) => text += &format!("missing in golden: {path}\n"),
            (_, None) => text += &format!("stale in golden: {path}\n"),
            (Some(golden), Some(built)) if golden != built => text += &changes(path, golden, built),
            _ => {}
        }
    }
    text
}

/// The changed lines of one file.
pub fn changes(path: &str, golden: &str, built: &str) -> String {
    TextDiff::from_lines(golden, built).unified_diff().header(&format!("golden {path}"), "built").to_string()
}

/// Fails with all differences at once, and says how to accept them.
pub fn judge(differences: &[(String, String)]) {
    let text: String = differences.iter().map(|(case, text)| format!("== {case}\n{text}\n")).collect();
    assert!(text.is_empty(), "{text}\nif every difference is meant, accept them: {UPDATE}");
}

/// Writes a file where its content differs.
pub fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
