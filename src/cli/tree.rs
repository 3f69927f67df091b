//! Writes an output tree to disk: all or nothing, touching only what changes, and never what somebody else made.
//!
//! ```text
//! survey ──► conflicts? ──► stage ──► journal ──► rename ──► list ──► remove journal
//! reads only  refuse        new files, hard      one by one           from here on the
//!                           links to old ones                         new tree counts
//! ```
//!
//! Until the journal is there, an error or a kill leaves the old tree. While it is there, an error is rolled back by means of
//! the hard links; after a kill, [`check`] reports drift and the next [`write`] converges, because the journal says which
//! contents are the builds' own. The folder `.memos-gen` within the tree holds all of this:
//!
//! - `files.sha256`: what the last build wrote, in the format of `sha256sum`; belongs in version control;
//! - `journal`: what an unfinished build may have written or left, in the same format;
//! - `staging/`: new files before they are moved, and hard links to old ones;
//! - `lock`: locked by the running build, and empty.

mod commit;
pub mod disk;
mod drift;
mod ownership;
mod survey;

use std::fmt;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Artifacts;
use disk::{Disk, RealDisk};
pub use drift::{Change, Drift};
use survey::{State, Survey};

/// The folder within a tree that belongs to this writer.
const STATE_FOLDER: &str = ".memos-gen";

/// What a build did to the tree. Paths are relative to it and sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Files that were not there.
    pub created: Vec<String>,
    /// Files that had other content.
    pub changed: Vec<String>,
    /// Files of an earlier build that are not needed any more.
    pub removed: Vec<String>,
    /// What files of an earlier build said that have other content now, by their paths.
    pub replaced: Vec<(String, String)>,
    /// How many files were as they should be, and so were not touched.
    pub unchanged: usize,
    /// [`Code::BuildWasInterrupted`], if an earlier build had to be finished.
    pub notes: Vec<Diagnostic>,
}

/// Why a tree was not written or could not be compared; at least one diagnostic. The exit status for it is 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeError {
    /// [`Code::FileEditedByHand`], [`Code::ForeignFileInTheWay`] or [`Code::CannotWrite`].
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for TreeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<_> = self.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        formatter.write_str(&messages.join("; "))
    }
}

impl std::error::Error for TreeError {}

/// Makes the files of `dir` that belong to builds be exactly `artifacts`.
///
/// With `force`, files of ours that were edited by hand and foreign files at our paths are overwritten; else they are
/// errors. Foreign files elsewhere are left alone. Nothing at all is written if nothing has changed.
///
/// # Errors
///
/// The tree is as it was before, except that an error which cannot be rolled back says so in its help.
pub fn write(dir: &Path, artifacts: &Artifacts, force: bool) -> Result<Outcome, TreeError> {
    write_on(&mut RealDisk, dir, artifacts, force)
}

/// How a tree stands to its artifacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// [`write`] would find nothing to do.
    UpToDate,
    /// [`write`] would change something.
    Outdated,
    /// [`write`] would refuse, and say why.
    Refused,
}

/// How the tree in `dir` stands to `artifacts`.
pub fn standing(dir: &Path, artifacts: &Artifacts, force: bool) -> Standing {
    match survey::survey(dir, artifacts) {
        Ok(survey) if survey.is_clean() => Standing::UpToDate,
        Ok(survey) if refuse_conflicts(dir, &survey, force).is_ok() && lock_shared(dir).is_ok() => Standing::Outdated,
        _ => Standing::Refused,
    }
}

/// [`write`] with the operations that change the disk in other hands, so that tests can make them fail.
///
/// # Errors
///
/// As those of [`write`].
pub fn write_on(disk: &mut dyn Disk, dir: &Path, artifacts: &Artifacts, force: bool) -> Result<Outcome, TreeError> {
    // Most builds change nothing, and then need neither lock nor write access.
    let survey = survey::survey(dir, artifacts)?;
    if survey.is_clean() {
        return Ok(Outcome { unchanged: artifacts.len(), ..Outcome::default() });
    }
    {
        // The lock is a file: what is refused anyway must not leave one in a folder that is somebody else's.
        let _reading = lock_shared(dir)?;
        refuse_conflicts(dir, &survey::survey(dir, artifacts)?, force)?;
    }
    let _lock = lock(disk, dir)?;
    let survey = survey::survey(dir, artifacts)?;
    refuse_conflicts(dir, &survey, force)?;
    commit::commit(disk, dir, &survey, artifacts)?;
    Ok(outcome(dir, &survey, artifacts))
}

/// Compares the tree in `dir` with `artifacts` and writes nothing.
///
/// # Errors
///
/// If something cannot be read, or if a build is running in `dir`.
pub fn check(dir: &Path, artifacts: &Artifacts) -> Result<Drift, TreeError> {
    let _lock = lock_shared(dir)?;
    Ok(Drift::new(&survey::survey(dir, artifacts)?, artifacts))
}

fn outcome(dir: &Path, survey: &Survey, artifacts: &Artifacts) -> Outcome {
    let mut outcome = Outcome { replaced: survey.replaced(), unchanged: artifacts.len(), ..Outcome::default() };
    for finding in &survey.findings {
        let list = match finding.state {
            State::Missing => &mut outcome.created,
            State::Outdated | State::Edited | State::Foreign => &mut outcome.changed,
            State::Stale | State::StaleEdited => &mut outcome.removed,
            State::Blocked(_) => continue,
        };
        list.push(finding.path.clone());
    }
    outcome.unchanged -= outcome.created.len() + outcome.changed.len();
    if survey.interrupted {
        let message = format!("an interrupted build in `{}` was found and finished", dir.display());
        outcome.notes.push(Diagnostic::new(Code::BuildWasInterrupted, message));
    }
    outcome
}

fn refuse_conflicts(dir: &Path, survey: &Survey, force: bool) -> Result<(), TreeError> {
    let mut diagnostics = Vec::new();
    let edited = survey.paths(dir, |state| matches!(state, State::Edited | State::StaleEdited));
    if !edited.is_empty() && !force {
        diagnostics.push(edited_by_hand(&edited));
    }
    let foreign = survey.paths(dir, |state| matches!(state, State::Foreign));
    if !foreign.is_empty() && !force {
        let message = match foreign.as_slice() {
            [one] => format!("{one} is in the way: no build has written it"),
            many => format!("{} files are in the way, which no build has written: {}", many.len(), joined(many)),
        };
        diagnostics.push(
            Diagnostic::new(Code::ForeignFileInTheWay, message)
                .help("choose another folder with `-o`, or build with `--force` to overwrite"),
        );
    }
    for finding in &survey.findings {
        if let State::Blocked(cause) = &finding.state {
            diagnostics.push(
                Diagnostic::new(
                    Code::ForeignFileInTheWay,
                    format!("`{}` cannot be written: {cause}", dir.join(&finding.path).display()),
                )
                .help("move it away, or choose another folder with `-o`"),
            );
        }
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(TreeError { diagnostics }) }
}

fn edited_by_hand(files: &[String]) -> Diagnostic {
    let message = match files {
        [one] => format!("{one} was edited by hand since it was built"),
        many => format!("{} files were edited by hand since they were built: {}", many.len(), joined(many)),
    };
    Diagnostic::new(Code::FileEditedByHand, message)
        .help("see the edits with `--check`, move them into the spec, then build with `--force` to overwrite them")
}

/// `a`, `b` and `c`.
fn joined(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// A locked file. A killed process holds no lock.
struct Lock(File);

impl Drop for Lock {
    /// Closing would not do if another thread is just starting a process, which has the file open for a moment as well.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Locks the tree against builds while it is read. Without the file, no build has ever run here; it is not made, because the
/// tree may be read-only.
fn lock_shared(dir: &Path) -> Result<Option<Lock>, TreeError> {
    let Ok(file) = File::open(dir.join(STATE_FOLDER).join("lock")) else { return Ok(None) };
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Err(busy(dir)),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(Lock(file))),
    }
}

/// Locks the tree against other builds.
fn lock(disk: &mut dyn Disk, dir: &Path) -> Result<Lock, TreeError> {
    let state = dir.join(STATE_FOLDER);
    for folder in missing_folders(&state) {
        match disk.create_folder(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(cannot("create", &folder, &error));
            }
            _ => {}
        }
    }
    let path = state.join("lock");
    let file = disk.open_lock(&path).map_err(|error| cannot("open", &path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(busy(dir)),
        // Some network file systems have no locks; a build there is as safe as it was before there were any.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(Lock(file)),
        Err(TryLockError::Error(error)) => Err(cannot("lock", &path, &error)),
    }
}

/// `path` and those above it that do not exist, topmost first.
fn missing_folders(path: &Path) -> Vec<PathBuf> {
    let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
    let mut missing: Vec<_> = path.ancestors().take_while(is_missing).map(Path::to_path_buf).collect();
    missing.reverse();
    missing
}

fn busy(dir: &Path) -> TreeError {
    let message = format!("another run of memos-gen is using `{}`", dir.display());
    let diagnostic = Diagnostic::new(Code::CannotWrite, message).help("wait until it is done, then try again");
    TreeError { diagnostics: vec![diagnostic] }
}

/// What the operating system said about `path`, with a cure for the common causes.
fn cannot(action: &str, path: &Path, error: &io::Error) -> TreeError {
    use io::ErrorKind as Kind;
    let help = match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => {
            "free space: a build needs room for a second copy of all changed files"
        }
        Kind::PermissionDenied => "make the folder writable for you, or choose another one with `-o`",
        Kind::ReadOnlyFilesystem => "choose a folder on another file system with `-o`",
        Kind::NotADirectory => "choose a folder with `-o`",
        _ => "remove the cause that the operating system gives, then build again",
    };
    let message = format!("could not {action} `{}`: {error}", path.display());
    TreeError { diagnostics: vec![Diagnostic::new(Code::CannotWrite, message).help(help)] }
}
