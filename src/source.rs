//! Text as the user wrote it: files, positions in them, and documents that remember where each value stands.

pub mod decode;
pub(crate) mod scalar;
pub mod setting;
mod syntax;
pub mod yaml;

use std::collections::BTreeMap;

use serde_json::Value;

/// Names one file in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file; `start <= end`, both on character borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the range lies in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

/// What kind of text a file holds, because a command-line setting has no lines that could be opened in an editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A file of the user's.
    File,
    /// A profile or default that is part of the program.
    BuiltIn,
    /// One `--set path=value`.
    Setting,
}

/// One text with the name it is shown under.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// A path as the user gave it, `profiles/aws.yaml` for built-in profiles, `--set` for settings.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

/// All texts of one run; a [`FileId`] stays valid for its life.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text and returns its name for spans.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>, origin: Origin) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files"));
        self.files.push(SourceFile { name: name.into(), text: text.into(), origin });
        id
    }

    /// The first text of this name and origin.
    pub fn find(&self, name: &str, origin: Origin) -> Option<FileId> {
        let at = self.files.iter().position(|file| file.name == name && file.origin == origin)?;
        u32::try_from(at).ok().map(FileId)
    }

    /// The file behind `id`.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Line and column of an offset, both counted from 1, columns in characters.
    pub fn line_column(&self, file: FileId, offset: usize) -> (usize, usize) {
        let text = &self.get(file).text;
        let before = &text[..char_border(text, offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// `name:line:column` of the start of a span.
    pub fn location(&self, span: Span) -> String {
        let (line, column) = self.line_column(span.file, span.start);
        format!("{}:{line}:{column}", self.get(span.file).name)
    }
}

/// Where one value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeSpan {
    /// The key that names the value; none for list items and the root.
    pub key: Option<Span>,
    /// The value itself.
    pub value: Span,
}

/// A parsed text: the value, and the place of each part of it by JSON pointer (`""` is the root).
#[derive(Debug, Clone)]
pub struct Document {
    /// The file it was read from.
    pub file: FileId,
    /// The whole value. Maps keep the order of the text.
    pub value: Value,
    /// Places by JSON pointer.
    pub spans: BTreeMap<String, NodeSpan>,
}

/// Appends one step to a JSON pointer, escaped as RFC 6901 asks.
pub fn pointer_join(pointer: &str, step: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + 1 + step.len());
    joined.push_str(pointer);
    joined.push('/');
    if step.contains(['~', '/']) {
        joined.push_str(&step.replace('~', "~0").replace('/', "~1"));
    } else {
        joined.push_str(step);
    }
    joined
}

/// The last border between characters at or before `offset`.
pub(crate) fn char_border(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
