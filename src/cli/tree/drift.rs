//! The difference between a tree on disk and what a build would make of it.

use std::path::Path;

use similar::TextDiff;

use super::survey::{Finding, State, Survey};
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Artifacts;

/// One file with other content than it should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the tree.
    pub path: String,
    /// A unified diff from what is there to what a build would write; empty where that is no plain file.
    pub diff: String,
}

/// What `build` would do to a tree. Paths are relative to it and sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// Files that a build would create.
    pub added: Vec<String>,
    /// Files of an earlier build that a build would overwrite.
    pub changed: Vec<Change>,
    /// What those say now, by their paths.
    pub replaced: Vec<(String, String)>,
    /// Files of an earlier build that a build would delete.
    pub removed: Vec<String>,
    /// Files of an earlier build that were edited by hand; a build would refuse.
    pub edited: Vec<Change>,
    /// Files that no build wrote, at paths that a build needs; a build would refuse. Others are nobody's business.
    pub foreign: Vec<Change>,
    /// Whether a build was stopped while it moved files into place.
    pub interrupted: bool,
}

impl Drift {
    pub(super) fn new(survey: &Survey, artifacts: &Artifacts) -> Self {
        let mut drift = Self { replaced: survey.replaced(), interrupted: survey.interrupted, ..Self::default() };
        for finding in &survey.findings {
            let path = finding.path.clone();
            match finding.state {
                State::Missing => drift.added.push(path),
                State::Stale => drift.removed.push(path),
                State::Outdated => drift.changed.push(change(finding, artifacts)),
                State::Edited | State::StaleEdited => drift.edited.push(change(finding, artifacts)),
                State::Foreign | State::Blocked(_) => drift.foreign.push(change(finding, artifacts)),
            }
        }
        drift.edited.sort_by(|left, right| left.path.cmp(&right.path));
        drift
    }

    /// Whether the tree is what a build would make.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// [`Code::TreeHasDrifted`] with a count of each kind of difference, if there is any. The exit status for it is 3.
    pub fn diagnostic(&self, dir: &Path) -> Option<Diagnostic> {
        if self.is_empty() {
            return None;
        }
        let counts = [
            (self.added.len(), "missing"),
            (self.changed.len(), "out of date"),
            (self.removed.len(), "not needed any more"),
            (self.edited.len(), "edited by hand"),
            (self.foreign.len(), "foreign and in the way"),
        ];
        let mut parts: Vec<_> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
        if self.interrupted {
            parts.push("left by an interrupted build".to_owned());
        }
        let message = format!("`{}` is not what the spec gives: {}", dir.display(), parts.join(", "));
        let help = if self.edited.is_empty() && self.foreign.is_empty() {
            "run `build` without `--check` and commit the result"
        } else {
            "move the edits into the spec, then run `build --force`"
        };
        Some(Diagnostic::new(Code::TreeHasDrifted, message).help(help))
    }

    /// All diffs in one text that `patch -p1` takes, in the order of their paths.
    pub fn diff(&self) -> String {
        let mut changes: Vec<_> = self.changed.iter().chain(&self.edited).chain(&self.foreign).collect();
        changes.sort_by(|left, right| left.path.cmp(&right.path));
        changes.iter().map(|change| change.diff.as_str()).collect()
    }
}

fn change(finding: &Finding, artifacts: &Artifacts) -> Change {
    let new = artifacts.get(&finding.path).map_or("", String::as_str);
    let diff = match &finding.content {
        Some(old) => unified_diff(&finding.path, &String::from_utf8_lossy(old), new),
        None => String::new(),
    };
    Change { path: finding.path.clone(), diff }
}

fn unified_diff(path: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}
