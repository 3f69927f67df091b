//! A disk whose operations fail, or stop for ever, at a chosen point.

#![allow(dead_code, reason = "each test file uses what it needs of this")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use memos_gen::cli::tree::disk::{Disk, RealDisk};

/// What happens at the chosen operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It alone fails, as on a full disk.
    Fails,
    /// It and all later ones do not happen, as after a kill: nobody is left to clean up.
    Dies,
}

/// Works on real files, but does not wait for the medium.
#[derive(Debug)]
pub(crate) struct FaultyDisk {
    pub(crate) fault: Fault,
    /// How many operations go well before the fault.
    pub(crate) before: usize,
    /// How many were asked for so far.
    pub(crate) seen: usize,
    /// What was asked for: a word, and the path that it changes or flushes.
    pub(crate) log: Vec<(&'static str, PathBuf)>,
}

impl FaultyDisk {
    /// A disk with the fault after `before` operations.
    pub(crate) fn new(fault: Fault, before: usize) -> Self {
        Self { fault, before, seen: 0, log: Vec::new() }
    }

    /// Whether the fault has happened.
    pub(crate) fn has_struck(&self) -> bool {
        self.seen > self.before
    }

    fn step(&mut self, word: &'static str, path: &Path) -> io::Result<()> {
        self.seen += 1;
        self.log.push((word, path.to_path_buf()));
        let strikes = match self.fault {
            Fault::Fails => self.seen - 1 == self.before,
            Fault::Dies => self.seen > self.before,
        };
        if strikes { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl Disk for FaultyDisk {
    fn create_folder(&mut self, path: &Path) -> io::Result<()> {
        self.step("create", path)?;
        RealDisk.create_folder(path)
    }

    fn open_lock(&mut self, path: &Path) -> io::Result<File> {
        self.step("open", path)?;
        RealDisk.open_lock(path)
    }

    /// Two operations: the fault may strike when half of the content is written.
    fn write_file(&mut self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.step("write", path)?;
        fs::write(path, &content[..content.len() / 2])?;
        self.step("write", path)?;
        fs::write(path, content)
    }

    fn sync_file(&mut self, path: &Path) -> io::Result<()> {
        self.step("flush", path)?;
        assert!(path.is_file(), "{} is no file", path.display());
        Ok(())
    }

    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        self.step("flush", path)?;
        assert!(path.is_dir(), "{} is no folder", path.display());
        Ok(())
    }

    fn link(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("link", to)?;
        RealDisk.link(from, to)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("rename", to)?;
        RealDisk.rename(from, to)
    }

    fn remove_file(&mut self, path: &Path) -> io::Result<()> {
        self.step("remove", path)?;
        RealDisk.remove_file(path)
    }

    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        self.step("remove", path)?;
        RealDisk.remove_folder(path)
    }

    /// Two operations: the fault may strike when some files are removed and others are not.
    fn remove_all(&mut self, path: &Path) -> io::Result<()> {
        self.step("remove", path)?;
        if let Some(entry) = fs::read_dir(path)?.next() {
            let _ = fs::remove_file(entry?.path());
        }
        self.step("remove", path)?;
        RealDisk.remove_all(path)
    }
}
