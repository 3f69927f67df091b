//! Reading what is compiled: files, stdin, settings.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use rayon::prelude::*;

use super::Exit;
use super::arguments::SpecArguments;
use super::output::{Failure, reason};
use crate::compile::{self, Compilation, Input};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::profile::{self, BuiltIn};
use crate::source::{FileId, Origin, Sources, decode};

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "memos.yaml";

/// Texts that were read, and what is wrong with them so far.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) sources: Sources,
    pub(super) files: Vec<FileId>,
    pub(super) settings: Vec<FileId>,
    pub(super) diagnostics: Diagnostics,
}

/// Everything that was asked for, compiled.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) sources: Sources,
    pub(super) diagnostics: Diagnostics,
    /// One for each profile; empty when any of them has errors.
    pub(super) compilations: Vec<Compilation>,
}

impl Compiled {
    /// The exit status that the findings alone ask for.
    pub(super) fn exit(&self) -> Exit {
        if self.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::FileUnreadable) {
            Exit::UsageOrFiles
        } else if self.diagnostics.has_errors() {
            Exit::InputHasErrors
        } else {
            Exit::Done
        }
    }
}

/// Reads the texts. Those that cannot be read are reported, all at once.
pub(super) fn read(arguments: &SpecArguments) -> Result<Texts, Failure> {
    let mut texts = Texts::default();
    if arguments.files.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::usage("stdin can be read only once", "leave out all `-f -` but one"));
    }
    for path in &arguments.files {
        add_file(path, &mut texts);
    }
    if arguments.files.is_empty() {
        add_default_file(&mut texts);
    }
    for setting in &arguments.settings {
        texts.settings.push(texts.sources.add("--set", setting, Origin::Setting));
    }
    Ok(texts)
}

fn add_default_file(texts: &mut Texts) {
    let path = Path::new(DEFAULT_FILE);
    match read_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => texts.diagnostics.push(unreadable(path, &error)),
        Ok(bytes) => add_text(DEFAULT_FILE, &bytes, texts),
    }
}

fn add_file(path: &Path, texts: &mut Texts) {
    let stdin = path.as_os_str() == "-";
    let read = if stdin { limited(io::stdin().lock()) } else { read_file(path) };
    let name = if stdin { "<stdin>".into() } else { path.to_string_lossy() };
    match read {
        Ok(bytes) => add_text(&name, &bytes, texts),
        Err(error) => texts.diagnostics.push(unreadable(path, &error)),
    }
}

fn add_text(name: &str, bytes: &[u8], texts: &mut Texts) {
    match decode::decode(&mut texts.sources, name, bytes, Origin::File) {
        Ok(file) => texts.files.push(file),
        Err(diagnostic) => texts.diagnostics.push(*diagnostic),
    }
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    limited(File::open(path)?)
}

/// Reads one byte more than is allowed at most, so that an endless file is seen to be too long.
fn limited(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(decode::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let shown = path.display();
    let message = format!("`{shown}` cannot be read: {}", reason(error));
    let diagnostic = Diagnostic::new(Code::FileUnreadable, message);
    match error.kind() {
        ErrorKind::NotFound => diagnostic.help(format!(
            "check the path, which is relative to the current directory, or run `memos-gen init -o {shown}` for a file to start with"
        )),
        ErrorKind::IsADirectory => diagnostic.help(format!("name a file in it, such as `{}`", path.join(DEFAULT_FILE).display())),
        _ => diagnostic.help("check the path and who may read it"),
    }
}

/// Reads and compiles for each profile that was asked for. The findings are not printed yet.
pub(super) fn compile(arguments: &SpecArguments, strict: bool) -> Result<Compiled, Failure> {
    Ok(compile_texts(read(arguments)?, &arguments.profiles, strict))
}

/// Compiles texts for each profile, or for the one that the texts name when there is none.
pub(super) fn compile_texts(texts: Texts, profiles: &[String], strict: bool) -> Compiled {
    let Texts { mut sources, files, settings, mut diagnostics } = texts;
    let input = Input { profile: None, files, settings };
    let validator = compile::validator();
    let unread = diagnostics.has_errors();
    let layers = compile::layers(&sources, &input, &validator, &mut diagnostics).filter(|_| !unread);
    let Some(layers) = layers else { return Compiled { sources, diagnostics, compilations: Vec::new() } };
    if strict {
        diagnostics.raise_warnings();
    }
    let mut built_in = BuiltIn::of(&mut sources, profiles, &layers);
    let inherit = |profile| {
        let mut found = diagnostics.clone();
        (profile::inherited(&mut sources, &mut built_in, profile, &layers, &mut found), found)
    };
    let inherited: Vec<_> = each_once(profiles).into_iter().map(inherit).collect();
    let finish = |(inherited, mut found): (Option<_>, _)| {
        let compilation = compile::finished(&sources, inherited.as_ref(), &layers, &validator, strict, &mut found);
        (compilation, found)
    };
    let mut compilations = Vec::new();
    let finished: Vec<_> = inherited.into_par_iter().map(finish).collect();
    for (compilation, found) in finished {
        compilations.extend(compilation);
        diagnostics.extend(found.iter().cloned());
    }
    if diagnostics.has_errors() {
        compilations.clear();
    }
    Compiled { sources, diagnostics, compilations }
}

/// Each profile once, in order; `None` alone when there are none.
fn each_once(profiles: &[String]) -> Vec<Option<&str>> {
    let mut once: Vec<Option<&str>> = Vec::new();
    for profile in profiles {
        if !once.contains(&Some(profile.as_str())) {
            once.push(Some(profile));
        }
    }
    if once.is_empty() { vec![None] } else { once }
}
