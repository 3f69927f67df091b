//! What stands on disk, compared with what should. Reads only.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::ownership::{self, Ownership, is_within_tree};
use super::{STATE_FOLDER, TreeError, cannot};
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Artifacts;

/// How a file differs from what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// It is not there.
    Missing,
    /// It has the content of an earlier build.
    Outdated,
    /// A build wrote it, and somebody changed it since.
    Edited,
    /// No build wrote it.
    Foreign,
    /// Nothing can be written here; the words complete "cannot be written:".
    Blocked(String),
    /// An earlier build wrote it, and it is not needed any more.
    Stale,
    /// Not needed any more, and somebody changed it since.
    StaleEdited,
}

/// One file that is not as it should be.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// Relative to the tree.
    pub(super) path: String,
    pub(super) state: State,
    /// What is there now, if that is a plain file.
    pub(super) content: Option<Vec<u8>>,
}

/// A tree, as far as it matters to a build.
#[derive(Debug)]
pub(super) struct Survey {
    /// Whether a build was stopped between its first and last move.
    pub(super) interrupted: bool,
    /// Whether a build was stopped and left files in the staging folder.
    pub(super) has_leftovers: bool,
    /// Whether the ownership list says what it should.
    pub(super) list_is_current: bool,
    /// Everything that builds may have written.
    pub(super) owned: Ownership,
    /// What is owned once the artifacts are written.
    pub(super) wanted: Ownership,
    /// Sorted by path: first files of the artifacts, then stale ones.
    pub(super) findings: Vec<Finding>,
}

impl Survey {
    /// What files of an earlier build say that are to have other content, by their paths.
    pub(super) fn replaced(&self) -> Vec<(String, String)> {
        let outdated = self.findings.iter().filter(|finding| finding.state == State::Outdated);
        let text = |finding: &Finding| String::from_utf8(finding.content.clone()?).ok();
        outdated.filter_map(|finding| Some((finding.path.clone(), text(finding)?))).collect()
    }

    /// Whether there is nothing to do.
    pub(super) fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.list_is_current && !self.interrupted && !self.has_leftovers
    }

    /// The paths, as a user would write them and in backticks, of files in one of the given states.
    pub(super) fn paths(&self, dir: &Path, is_wanted: impl Fn(&State) -> bool) -> Vec<String> {
        let wanted = self.findings.iter().filter(|finding| is_wanted(&finding.state));
        wanted.map(|finding| format!("`{}`", dir.join(&finding.path).display())).collect()
    }
}

/// What stands at a path.
enum Found {
    Nothing,
    File(Vec<u8>),
    /// A symbolic link, or something else that can be replaced but not read.
    Link,
    /// Something that cannot be replaced, in words.
    Blocked(String),
}

/// Compares the tree in `dir` with `artifacts`.
///
/// # Errors
///
/// If something cannot be read, if the ownership list is damaged, or if an artifact's path leads out of the tree.
pub(super) fn survey(dir: &Path, artifacts: &Artifacts) -> Result<Survey, TreeError> {
    if let Some(path) = artifacts.keys().find(|path| !is_within_tree(path)) {
        let message = format!("internal error: `{}` is no path for a file of the tree", path.escape_debug());
        return Err(TreeError { diagnostics: vec![Diagnostic::new(Code::CannotWrite, message)] });
    }
    refuse_linked_state(dir)?;
    let list = ownership::load(dir, "files.sha256")?;
    let journal = ownership::load(dir, "journal")?;
    let wanted = Ownership::of(artifacts);
    let list_is_current = list.as_ref().is_some_and(|(text, _)| *text == wanted.text());
    let mut owned = list.map(|(_, list)| list).unwrap_or_default();
    if let Some((_, journal)) = &journal {
        owned.join(journal);
    }
    let findings = find_differences(dir, artifacts, &owned)?;
    let has_leftovers = dir.join(STATE_FOLDER).join("staging").exists();
    Ok(Survey { interrupted: journal.is_some(), has_leftovers, list_is_current, owned, wanted, findings })
}

/// The state folder must be a folder of this tree, or else another tree's list would decide over this one's files.
fn refuse_linked_state(dir: &Path) -> Result<(), TreeError> {
    let state = dir.join(STATE_FOLDER);
    match fs::symlink_metadata(&state) {
        Ok(metadata) if !metadata.is_dir() => {
            let message = format!("`{}` is in the way: it is not a folder", state.display());
            let diagnostic = Diagnostic::new(Code::ForeignFileInTheWay, message)
                .help("move it away, or choose another folder with `-o`");
            Err(TreeError { diagnostics: vec![diagnostic] })
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("read", &state, &error)),
        _ => Ok(()),
    }
}

fn find_differences(dir: &Path, artifacts: &Artifacts, owned: &Ownership) -> Result<Vec<Finding>, TreeError> {
    let mut folders = BTreeMap::new();
    let mut findings = Vec::new();
    for (path, wanted) in artifacts {
        let (state, content) = match find(dir, path, &mut folders)? {
            Found::File(content) if content == wanted.as_bytes() => continue,
            Found::File(content) if owned.is_own(path, &content) => (State::Outdated, Some(content)),
            Found::File(content) if owned.has(path) => (State::Edited, Some(content)),
            Found::File(content) => (State::Foreign, Some(content)),
            Found::Link if owned.has(path) => (State::Edited, None),
            Found::Link => (State::Foreign, None),
            Found::Nothing => (State::Missing, None),
            Found::Blocked(cause) => (State::Blocked(cause), None),
        };
        findings.push(Finding { path: path.clone(), state, content });
    }
    for path in owned.paths().filter(|path| !artifacts.contains_key(*path)) {
        let (state, content) = match find(dir, path, &mut folders)? {
            Found::File(content) if owned.is_own(path, &content) => (State::Stale, Some(content)),
            Found::File(content) => (State::StaleEdited, Some(content)),
            Found::Link => (State::StaleEdited, None),
            // What stands there instead was never a build's.
            Found::Nothing | Found::Blocked(_) => continue,
        };
        findings.push(Finding { path: path.to_owned(), state, content });
    }
    Ok(findings)
}

/// What a folder of the tree is: none if it is one or can be made, else what hinders.
type Folders<'a> = BTreeMap<&'a str, Option<String>>;

fn find<'a>(dir: &Path, path: &'a str, folders: &mut Folders<'a>) -> Result<Found, TreeError> {
    for (end, _) in path.match_indices('/') {
        let folder = &path[..end];
        let hindrance = match folders.get(folder) {
            Some(known) => known.clone(),
            None => folders.entry(folder).or_insert(hindrance_in(dir, folder)?).clone(),
        };
        if let Some(cause) = hindrance {
            return Ok(Found::Blocked(cause));
        }
    }
    let full = dir.join(path);
    let kind = match fs::symlink_metadata(&full) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(cannot("read", &full, &error)),
    };
    if kind.is_dir() {
        return Ok(Found::Blocked("it is a folder".to_owned()));
    }
    if !kind.is_file() {
        return Ok(Found::Link);
    }
    fs::read(&full).map(Found::File).map_err(|error| cannot("read", &full, &error))
}

fn hindrance_in(dir: &Path, folder: &str) -> Result<Option<String>, TreeError> {
    let full = dir.join(folder);
    match fs::symlink_metadata(&full) {
        Ok(metadata) if metadata.is_dir() => Ok(None),
        Ok(metadata) if metadata.is_symlink() => Ok(Some(format!("`{}` is a symbolic link", full.display()))),
        Ok(_) => Ok(Some(format!("`{}` is not a folder", full.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot("read", &full, &error)),
    }
}
