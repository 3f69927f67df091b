//! Puts finished files into a folder of the user's: each whole or not at all, and nothing in the place of something else.
//!
//! What a version of the chart is does not change, so a file of its name with other content is most likely a mistake.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::super::output::Failure;

/// What is to lie somewhere.
#[derive(Debug)]
pub(super) struct Product {
    /// Where.
    pub(super) path: PathBuf,
    /// How it is known.
    pub(super) digest: String,
    /// What.
    pub(super) content: Content,
}

/// A file, or a folder.
#[derive(Debug)]
pub(super) enum Content {
    /// A file.
    File(Vec<u8>),
    /// A folder that is an OCI image layout.
    Layout {
        /// Contents by path relative to it.
        files: Files,
        /// What may lie there instead: the same before it was signed.
        unsigned: Option<Files>,
    },
}

/// Contents by path with `/`.
type Files = BTreeMap<String, Vec<u8>>;

/// What lies there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Nothing,
    Same,
    Unsigned,
    Other,
    /// Something that is not replaced whatever is said.
    Foreign,
}

/// Puts all products in their order, and leaves alone those that lie there. `staging` is a folder for the time between.
///
/// What differs is replaced only with `force`; nothing is touched when one of them is in the way.
pub(super) fn put(staging: &Path, products: &[Product], force: bool) -> Result<(), Failure> {
    let mut missing = Vec::new();
    for product in products {
        match standing(product).map_err(|error| Failure::cannot_read(&product.path, &error))? {
            Standing::Same => {}
            Standing::Other if !force => return Err(differs(&product.path)),
            Standing::Foreign => return Err(foreign(product)),
            Standing::Nothing | Standing::Unsigned | Standing::Other => missing.push(product),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let lock = staging_folder(staging)?;
    let done = stage_and_move(staging, &missing);
    // The other error is the one to tell.
    let _ = fs::remove_dir_all(staging);
    drop(lock);
    done
}

fn differs(path: &Path) -> Failure {
    Failure::usage(
        format!("`{}` is there with other content, and a published version does not change", path.display()),
        "choose another folder with `-o`, or overwrite it with `--force` if it was never published",
    )
}

fn foreign(product: &Product) -> Failure {
    let wanted = match product.content {
        Content::File(_) => "file",
        Content::Layout { .. } => "OCI image layout",
    };
    Failure::usage(
        format!("`{}` is there and is no {wanted}", product.path.display()),
        "move it away, or choose another folder with `-o`",
    )
}

fn standing(product: &Product) -> io::Result<Standing> {
    let there = match fs::metadata(&product.path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Standing::Nothing),
        there => there?,
    };
    let same = match &product.content {
        Content::File(_) if !there.is_file() => return Ok(Standing::Foreign),
        Content::File(content) => fs::read(&product.path)? == *content,
        Content::Layout { .. } if !product.path.join("oci-layout").is_file() => return Ok(Standing::Foreign),
        Content::Layout { files, unsigned } => {
            let there = contents(&product.path)?;
            if unsigned.as_ref() == Some(&there) {
                return Ok(Standing::Unsigned);
            }
            there == *files
        }
    };
    Ok(if same { Standing::Same } else { Standing::Other })
}

/// Every file below a folder.
fn contents(folder: &Path) -> io::Result<Files> {
    let mut found = Files::new();
    let mut folders = vec![String::new()];
    while let Some(above) = folders.pop() {
        for entry in fs::read_dir(folder.join(&above))? {
            let entry = entry?;
            let path = format!("{above}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push(format!("{path}/"));
            } else {
                found.insert(path, fs::read(entry.path())?);
            }
        }
    }
    Ok(found)
}

/// The folder for the time between, empty but for a lock. One that a killed run left is taken over.
fn staging_folder(staging: &Path) -> Result<File, Failure> {
    let path = staging.join("lock");
    let refused = |error: &io::Error| Failure::cannot_write(staging, error);
    fs::create_dir_all(staging).map_err(|error| refused(&error))?;
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let lock = lock.map_err(|error| refused(&error))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let message = format!("another run of memos-gen is using `{}`", staging.display());
            return Err(Failure::usage(message, "wait until it is done, then try again"));
        }
        // Some network file systems have no locks.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
        Err(TryLockError::Error(error)) => return Err(refused(&error)),
    }
    for folder in ["new", "old"] {
        match fs::remove_dir_all(staging.join(folder)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(refused(&error)),
            _ => {}
        }
        fs::create_dir(staging.join(folder)).map_err(|error| refused(&error))?;
    }
    Ok(lock)
}

/// Writes everything before the first of it is moved, so that a full disk changes nothing.
fn stage_and_move(staging: &Path, products: &[&Product]) -> Result<(), Failure> {
    for (number, product) in products.iter().enumerate() {
        write(&staging.join("new").join(number.to_string()), &product.content)
            .map_err(|error| Failure::cannot_write(&product.path, &error))?;
    }
    for (number, product) in products.iter().enumerate() {
        let (new, old) = (staging.join("new").join(number.to_string()), staging.join("old").join(number.to_string()));
        move_into_place(&new, &old, product).map_err(|error| Failure::cannot_write(&product.path, &error))?;
    }
    Ok(())
}

fn write(path: &Path, content: &Content) -> io::Result<()> {
    let file = |path: &Path, content: &[u8]| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    match content {
        Content::File(content) => file(path, content),
        Content::Layout { files, .. } => files.iter().try_for_each(|(name, content)| {
            let path = path.join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            file(&path, content)
        }),
    }
}

/// A file replaces another in one step. A folder cannot, so the old one steps aside, and comes back on an error.
fn move_into_place(new: &Path, old: &Path, product: &Product) -> io::Result<()> {
    let aside = matches!(product.content, Content::Layout { .. }) && product.path.exists();
    if aside {
        fs::rename(&product.path, old)?;
    }
    let moved = fs::rename(new, &product.path);
    if moved.is_err() && aside {
        fs::rename(old, &product.path)?;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn products(folder: &Path, text: &str) -> Vec<Product> {
        let bytes = text.as_bytes().to_vec();
        let layout = ["oci-layout", "blobs/sha256/a"].map(|path| (path.to_owned(), bytes.clone()));
        let product = |name: &str, content| Product { path: folder.join(name), digest: String::new(), content };
        vec![
            product("layout", Content::Layout { files: Files::from(layout), unsigned: None }),
            product("file", Content::File(bytes.clone())),
        ]
    }

    fn said(result: Result<(), Failure>) -> String {
        match result {
            Err(Failure::Usage { message, .. }) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, staging) = (folder.path(), folder.path().join("staging"));
        put(&staging, &products(folder, "a"), false).unwrap();
        let written = contents(folder).unwrap();
        assert_eq!(written.keys().collect::<Vec<_>>(), ["file", "layout/blobs/sha256/a", "layout/oci-layout"]);
        let time = || fs::metadata(folder.join("file")).unwrap().modified().unwrap();
        let before = time();
        put(&staging, &products(folder, "a"), false).unwrap();
        assert_eq!((contents(folder).unwrap(), time()), (written.clone(), before));
        fs::write(folder.join("layout/more"), "").unwrap();
        let message = said(put(&staging, &products(folder, "a"), false));
        let shown = folder.join("layout").display().to_string();
        assert_eq!(message, format!("`{shown}` is there with other content, and a published version does not change"));
        put(&staging, &products(folder, "b"), true).unwrap();
        let replaced = contents(folder).unwrap();
        assert_eq!(replaced.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>());
        assert!(replaced.values().all(|content| content == b"b"));
    }

    #[test]
    fn a_signature_is_added_without_a_word() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, staging) = (folder.path(), folder.path().join("staging"));
        put(&staging, &products(folder, "a"), false).unwrap();
        let mut signed = products(folder, "a");
        let Content::Layout { files, unsigned } = &mut signed[0].content else { panic!() };
        *unsigned = Some(files.clone());
        files.insert("signature".to_owned(), b"a".to_vec());
        put(&staging, &signed, false).unwrap();
        assert!(folder.join("layout/signature").is_file());
    }

    #[test]
    fn what_is_something_else_stays_even_with_force() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, staging) = (folder.path(), folder.path().join("staging"));
        fs::create_dir_all(folder.join("layout")).unwrap();
        fs::write(folder.join("layout/mine"), "").unwrap();
        let message = said(put(&staging, &products(folder, "a"), true));
        assert_eq!(message, format!("`{}` is there and is no OCI image layout", folder.join("layout").display()));
        fs::rename(folder.join("layout"), folder.join("file")).unwrap();
        let message = said(put(&staging, &products(folder, "a"), true));
        assert_eq!(message, format!("`{}` is there and is no file", folder.join("file").display()));
        assert_eq!(contents(folder).unwrap().keys().collect::<Vec<_>>(), ["file/mine"]);
    }

    #[test]
    fn a_killed_run_is_tidied_up_and_a_running_one_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, staging) = (folder.path(), folder.path().join("staging"));
        fs::create_dir_all(staging.join("new/0/half")).unwrap();
        let lock = File::create(staging.join("lock")).unwrap();
        lock.lock().unwrap();
        let message = said(put(&staging, &products(folder, "a"), false));
        assert_eq!(message, format!("another run of memos-gen is using `{}`", staging.display()));
        lock.unlock().unwrap();
        put(&staging, &products(folder, "a"), false).unwrap();
        assert!(!staging.exists());
        assert_eq!(contents(folder).unwrap().len(), 3);
    }
}
