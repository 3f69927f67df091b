//! A disk whose operations fail, or stop for ever, at a chosen point.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use memos_gen::cli::tree::disk::{Disk, RealDisk};

/// What happens at the chosen operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It alone fails, as on a full disk.
    Fails,
    /// It and all later ones do not happen, as after a kill: nobody is left to clean up.
    Dies,
}

/// Works on real files, but does not wait for the medium.
#[derive(Debug)]
pub struct FaultyDisk {
    pub fault: Fault,
    /// How many operations go well before the fault.
    pub before: usize,
    /// How many were asked for so far.
    pub seen: usize,
}

impl FaultyDisk {
    /// A disk with the fault after `before` operations.
    pub fn new(fault: Fault, before: usize) -> Self {
        Self { fault, before, seen: 0 }
    }

    /// Whether the fault has happened.
    pub fn has_struck(&self) -> bool {
        self.seen > self.before
    }

    fn step(&mut self) -> io::Result<()> {
        self.seen += 1;
        let strikes = match self.fault {
            Fault::Fails => self.seen - 1 == self.before,
            Fault::Dies => self.seen > self.before,
        };
        if strikes { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl Disk for FaultyDisk {
    fn create_folder(&mut self, path: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.create_folder(path)
    }

    fn open_lock(&mut self, path: &Path) -> io::Result<File> {
        self.step()?;
        RealDisk.open_lock(path)
    }

    /// Two operations: the fault may strike when half of the content is written.
    fn write_file(&mut self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.step()?;
        fs::write(path, &content[..content.len() / 2])?;
        self.step()?;
        fs::write(path, content)
    }

    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        self.step()?;
        assert!(path.is_dir(), "{} is no folder", path.display());
        Ok(())
    }

    fn link(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.link(from, to)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.rename(from, to)
    }

    fn remove_file(&mut self, path: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.remove_file(path)
    }

    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.remove_folder(path)
    }

    /// Two operations: the fault may strike when some files are removed and others are not.
    fn remove_all(&mut self, path: &Path) -> io::Result<()> {
        self.step()?;
        if let Some(entry) = fs::read_dir(path)?.next() {
            let _ = fs::remove_file(entry?.path());
        }
        self.step()?;
        RealDisk.remove_all(path)
    }
}
