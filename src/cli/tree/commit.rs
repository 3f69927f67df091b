//! The part of a build that changes the disk.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::survey::{State, Survey};
use super::{STATE_FOLDER, TreeError, cannot, missing_folders};
use crate::emit::Artifacts;

/// Keeps what only matters while a build runs out of version control.
const GITIGNORE: &str = "/journal\n/lock\n/staging/\n";

/// One file that gets other content or goes away.
struct Step {
    /// Where it stands.
    target: PathBuf,
    /// The new content; none to delete it.
    content: Option<Vec<u8>>,
    /// The new file before it is moved.
    staged: PathBuf,
    /// A second name for the file that is there now; none if there is none.
    backup: Option<PathBuf>,
}

/// What must be undone if the build fails.
#[derive(Default)]
struct Made {
    folders: Vec<PathBuf>,
    journal: bool,
    /// How many of the steps were done.
    steps: usize,
}

/// Makes the tree what the artifacts say; `survey` must hold no conflict that is to be respected.
///
/// # Errors
///
/// Those of the operating system, after everything was rolled back.
pub(super) fn commit(disk: &mut dyn Disk, dir: &Path, survey: &Survey, artifacts: &Artifacts) -> Result<(), TreeError> {
    let state = dir.join(STATE_FOLDER);
    let staging = state.join("staging");
    if survey.has_leftovers {
        disk.remove_all(&staging).map_err(|error| cannot("remove", &staging, &error))?;
    }
    let steps = steps(dir, survey, artifacts);
    let mut made = Made::default();
    let done = stage(disk, &state, survey, &steps, &mut made)
        .and_then(|()| apply(disk, &steps, &mut made))
        .and_then(|()| remove_journal(disk, &state, survey, &made));
    if let Err(error) = done {
        return Err(roll_back(disk, dir, survey, &steps, &made, error));
    }
    // The new tree counts from here on. What is left to do is cleaning, which the next build would do as well.
    for step in steps.iter().filter(|step| step.content.is_none()) {
        remove_empty_folders(disk, dir, &step.target);
    }
    if !steps.is_empty() {
        let _ = disk.remove_all(&staging);
    }
    Ok(())
}

/// All steps, the one for the ownership list last.
fn steps(dir: &Path, survey: &Survey, artifacts: &Artifacts) -> Vec<Step> {
    let state = dir.join(STATE_FOLDER);
    let staging = state.join("staging");
    let step = |index: usize, target: PathBuf, content: Option<Vec<u8>>, exists: bool| Step {
        target,
        content,
        staged: staging.join(format!("new-{index}")),
        backup: exists.then(|| staging.join(format!("old-{index}"))),
    };
    let mut steps = Vec::new();
    for finding in &survey.findings {
        let content = artifacts.get(&finding.path).map(|content| content.clone().into_bytes());
        let exists = finding.state != State::Missing;
        steps.push(step(steps.len(), dir.join(&finding.path), content, exists));
    }
    if !survey.list_is_current {
        let list = state.join("files.sha256");
        let exists = list.exists();
        steps.push(step(steps.len(), list, Some(survey.wanted.text().into_bytes()), exists));
    }
    steps
}

/// Everything that can be done without touching a file of the tree, and the journal last.
fn stage(disk: &mut dyn Disk, state: &Path, survey: &Survey, steps: &[Step], made: &mut Made) -> Result<(), TreeError> {
    if steps.is_empty() {
        return Ok(());
    }
    write_gitignore(disk, state)?;
    let staging = state.join("staging");
    create_folder(disk, &staging, made)?;
    for step in steps {
        if let Some(content) = &step.content {
            for folder in step.target.parent().map(missing_folders).unwrap_or_default() {
                create_folder(disk, &folder, made)?;
            }
            disk.write_file(&step.staged, content).map_err(|error| cannot("write", &step.target, &error))?;
        }
        if let Some(backup) = &step.backup {
            disk.link(&step.target, backup).map_err(|error| cannot("keep a copy of", &step.target, &error))?;
        }
    }
    // Flushing comes last, so that the system can write many files at once.
    for step in steps.iter().filter(|step| step.content.is_some()) {
        disk.sync_file(&step.staged).map_err(|error| cannot("write", &step.target, &error))?;
    }
    disk.sync_folder(&staging).map_err(|error| cannot("write", &staging, &error))?;
    write_journal(disk, state, survey, made)
}

fn create_folder(disk: &mut dyn Disk, folder: &Path, made: &mut Made) -> Result<(), TreeError> {
    disk.create_folder(folder).map_err(|error| cannot("create", folder, &error))?;
    made.folders.push(folder.to_path_buf());
    Ok(())
}

fn write_gitignore(disk: &mut dyn Disk, state: &Path) -> Result<(), TreeError> {
    let path = state.join(".gitignore");
    // One that a kill cut short is a beginning of the text; anything else somebody wrote on purpose.
    let is_needed = match fs::read(&path) {
        Ok(found) => found.len() < GITIGNORE.len() && GITIGNORE.as_bytes().starts_with(&found),
        Err(_) => true,
    };
    if !is_needed {
        return Ok(());
    }
    disk.write_file(&path, GITIGNORE.as_bytes()).map_err(|error| cannot("write", &path, &error))
}

/// Says which contents may be found from now on until the journal is gone: those that were, and those that will be.
fn write_journal(disk: &mut dyn Disk, state: &Path, survey: &Survey, made: &mut Made) -> Result<(), TreeError> {
    let (new, journal) = (state.join("staging/journal"), state.join("journal"));
    let mut owned = survey.owned.clone();
    owned.join(&survey.wanted);
    disk.write_file(&new, owned.text().as_bytes()).map_err(|error| cannot("write", &journal, &error))?;
    disk.sync_file(&new).map_err(|error| cannot("write", &journal, &error))?;
    disk.rename(&new, &journal).map_err(|error| cannot("write", &journal, &error))?;
    made.journal = true;
    disk.sync_folder(state).map_err(|error| cannot("write", &journal, &error))
}

/// Moves the new files into place and deletes stale ones, until the medium has it all.
fn apply(disk: &mut dyn Disk, steps: &[Step], made: &mut Made) -> Result<(), TreeError> {
    let mut folders = BTreeSet::new();
    for step in steps {
        match &step.content {
            Some(_) => disk.rename(&step.staged, &step.target),
            None => disk.remove_file(&step.target),
        }
        .map_err(|error| cannot("replace", &step.target, &error))?;
        made.steps += 1;
        folders.extend(step.target.parent());
    }
    // A folder that was made is only there for good once the one above it is flushed.
    folders.extend(made.folders.iter().filter_map(|folder| folder.parent()));
    for folder in folders {
        disk.sync_folder(folder).map_err(|error| cannot("write", folder, &error))?;
    }
    Ok(())
}

fn remove_journal(disk: &mut dyn Disk, state: &Path, survey: &Survey, made: &Made) -> Result<(), TreeError> {
    if !made.journal && !survey.interrupted {
        return Ok(());
    }
    let journal = state.join("journal");
    disk.remove_file(&journal).map_err(|error| cannot("remove", &journal, &error))
}

/// Takes back what was done and returns the error, which says so if not all could be taken back.
fn roll_back(
    disk: &mut dyn Disk,
    dir: &Path,
    survey: &Survey,
    steps: &[Step],
    made: &Made,
    mut error: TreeError,
) -> TreeError {
    let state = dir.join(STATE_FOLDER);
    let mut is_restored = true;
    for step in steps[..made.steps].iter().rev() {
        let undone = match &step.backup {
            Some(backup) => disk.rename(backup, &step.target),
            None => disk.remove_file(&step.target),
        };
        is_restored &= undone.is_ok();
    }
    if !is_restored {
        for diagnostic in &mut error.diagnostics {
            diagnostic.help.push(format!("`{}` holds old and new files until a build succeeds there", dir.display()));
        }
        return error;
    }
    // The journal of an earlier build stays: the tree is still the mixture that it left.
    if made.journal && !survey.interrupted {
        let _ = disk.remove_file(&state.join("journal"));
    }
    let _ = disk.remove_all(&state.join("staging"));
    for folder in made.folders.iter().rev() {
        let _ = disk.remove_folder(folder);
    }
    error
}

/// Removes the folders above a deleted file that hold nothing any more, but never the tree itself.
fn remove_empty_folders(disk: &mut dyn Disk, dir: &Path, target: &Path) {
    let within = target.ancestors().skip(1).take_while(|folder| *folder != dir && folder.starts_with(dir));
    for folder in within {
        let is_empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
        let removed: io::Result<()> = if is_empty { disk.remove_folder(folder) } else { return };
        if removed.is_err() {
            return;
        }
    }
}
