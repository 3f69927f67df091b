//! Which contents of which files are a build's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{STATE_FOLDER, TreeError, cannot};
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Artifacts;

/// Paths with the SHA-256 of every content that a build may have given them.
///
/// It is a list of facts, not of things to do: two of them can be joined, and a journal is nothing but that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ownership {
    files: BTreeMap<String, BTreeSet<String>>,
}

impl Ownership {
    /// What is owned once `artifacts` are written.
    pub(super) fn of(artifacts: &Artifacts) -> Self {
        let own = |(path, content): (&String, &String)| (path.clone(), BTreeSet::from([sha256(content.as_bytes())]));
        Self { files: artifacts.iter().map(own).collect() }
    }

    /// Adds everything that `other` owns.
    pub(super) fn join(&mut self, other: &Self) {
        for (path, sums) in &other.files {
            self.files.entry(path.clone()).or_default().extend(sums.iter().cloned());
        }
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether a build has given this content to the file.
    pub(super) fn is_own(&self, path: &str, content: &[u8]) -> bool {
        self.files.get(path).is_some_and(|sums| sums.contains(&sha256(content)))
    }

    /// As `sha256sum` prints it, sorted by path.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (path, sums) in &self.files {
            for sum in sums {
                writeln!(text, "{sum}  {path}").expect("writing to a string does not fail");
            }
        }
        text
    }

    /// The reverse of [`Self::text`]; none if any line is not of that form.
    fn parse(text: &str) -> Option<Self> {
        let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in text.lines() {
            let (sum, path) = line.split_once("  ")?;
            let is_sum = sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_sum || !is_within_tree(path) {
                return None;
            }
            files.entry(path.to_owned()).or_default().insert(sum.to_owned());
        }
        Some(Self { files })
    }
}

/// The list in the file `name` of the state folder; none if there is no such file.
///
/// # Errors
///
/// If it cannot be read, or holds anything but what a build writes: files would be deleted on its word.
pub(super) fn load(dir: &Path, name: &str) -> Result<Option<(String, Ownership)>, TreeError> {
    let path = dir.join(STATE_FOLDER).join(name);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot("read", &path, &error)),
    };
    let parsed = String::from_utf8(bytes).ok().and_then(|text| Ownership::parse(&text).map(|list| (text, list)));
    match parsed {
        Some(parsed) => Ok(Some(parsed)),
        None => {
            let message =
                format!("`{}` is damaged: not every line is a SHA-256 and a path in the tree", path.display());
            let diagnostic = Diagnostic::new(Code::CannotWrite, message)
                .help("restore it from version control, or delete it; other files than the build's are then foreign");
            Err(TreeError { diagnostics: vec![diagnostic] })
        }
    }
}

/// Whether a path is one of the tree on every system, and not one of the state folder.
pub(super) fn is_within_tree(path: &str) -> bool {
    let is_plain = |part: &str| {
        !matches!(part, "" | "." | "..") && !part.chars().any(|character| character.is_control() || character == '\\')
    };
    let first = path.split('/').next().unwrap_or_default();
    path.split('/').all(is_plain) && !first.eq_ignore_ascii_case(STATE_FOLDER)
}

fn sha256(content: &[u8]) -> String {
    let digit = |four_bits: u8| char::from_digit(four_bits.into(), 16).expect("four bits are one digit");
    Sha256::digest(content).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_that_of_sha256sum() {
        let artifacts = Artifacts::from([("b/c".to_owned(), String::new()), ("a".to_owned(), "a\n".to_owned())]);
        let list = Ownership::of(&artifacts);
        let text = "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7  a
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b/c
";
        assert_eq!(list.text(), text);
        assert_eq!(Ownership::parse(text), Some(list));
    }

    #[test]
    fn a_list_cannot_name_files_outside_of_the_tree() {
        let sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for path in
            ["/etc/passwd", "../a", "a/../../b", "a//b", "", ".", "a/./b", "a\\b", ".memos-gen/lock", ".MEMOS-GEN/a"]
        {
            assert_eq!(Ownership::parse(&format!("{sum}  {path}\n")), None, "{path}");
        }
        assert_eq!(Ownership::parse("abc  a\n"), None);
        assert_eq!(Ownership::parse(&format!("{sum} a\n")), None);
    }
}
