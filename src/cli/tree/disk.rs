//! The operations that change a disk, each of which may fail or be the last one.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// What the tree writer does to a disk. All errors are those of the operating system.
#[expect(clippy::missing_errors_doc, reason = "the line above says it for all of them")]
pub trait Disk {
    /// Makes one folder, whose parent exists.
    fn create_folder(&mut self, path: &Path) -> io::Result<()>;
    /// Opens a file for locking and makes it if it is not there.
    fn open_lock(&mut self, path: &Path) -> io::Result<File>;
    /// Writes a file, which may stay in the system's memory for a while.
    fn write_file(&mut self, path: &Path, content: &[u8]) -> io::Result<()>;
    /// Flushes a file to the medium.
    fn sync_file(&mut self, path: &Path) -> io::Result<()>;
    /// Flushes what was made, renamed and removed in a folder to the medium.
    fn sync_folder(&mut self, path: &Path) -> io::Result<()>;
    /// Gives the file `from` the second name `to`.
    fn link(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    /// Moves a file, replacing what stands at `to`.
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file or link.
    fn remove_file(&mut self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&mut self, path: &Path) -> io::Result<()>;
    /// Removes a folder with everything in it.
    fn remove_all(&mut self, path: &Path) -> io::Result<()>;
}

/// The disk there is.
#[derive(Debug, Clone, Copy)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create_folder(&mut self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn open_lock(&mut self, path: &Path) -> io::Result<File> {
        OpenOptions::new().create(true).truncate(false).write(true).open(path)
    }

    fn write_file(&mut self, path: &Path, content: &[u8]) -> io::Result<()> {
        fs::write(path, content)
    }

    fn sync_file(&mut self, path: &Path) -> io::Result<()> {
        // Not all systems flush a file that is open for reading only.
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    #[cfg(unix)]
    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    /// Folders cannot be opened as files on other systems, which order these changes by themselves.
    #[cfg(not(unix))]
    fn sync_folder(&mut self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn link(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        // Not all file systems have hard links; a copy serves as well and only takes room.
        match fs::hard_link(from, to) {
            Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
                fs::copy(from, to).map(drop)
            }
            result => result,
        }
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn remove_all(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}
