//! Compiling specs as the program does, in memory.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use memos_gen::compile::{self, Compilation, Input};
use memos_gen::diagnostic::{Code, Diagnostic, Diagnostics, render};
use memos_gen::emit::{Artifacts, manifests, prerequisites};
use memos_gen::schema::validate::Validator;
use memos_gen::source::{Origin, Sources, decode};

/// What is compiled and how.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// `--profile`.
    pub profile: Option<&'a str>,
    /// Spec files: the name each is shown under, and its bytes.
    pub files: Vec<(&'a str, &'a [u8])>,
    /// `--set`.
    pub settings: Vec<&'a str>,
    /// `--strict`.
    pub strict: bool,
}

/// What came out.
#[derive(Debug)]
pub struct Outcome {
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    /// None when there were errors.
    pub compilation: Option<Compilation>,
}

impl Outcome {
    /// The findings as the program prints them.
    pub fn text(&self) -> String {
        render::text(&self.sources, &self.diagnostics, false)
    }

    /// Whether a code was reported.
    pub fn has(&self, code: Code) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.code == code)
    }
}

/// The whole way from bytes to checked objects.
pub fn compile(validator: &Validator, request: &Request<'_>) -> Outcome {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut input = Input { profile: request.profile.map(str::to_owned), ..Input::default() };
    for (name, bytes) in &request.files {
        match decode::decode(&mut sources, name, bytes, Origin::File) {
            Ok(file) => input.files.push(file),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    for text in &request.settings {
        input.settings.push(sources.add("--set", *text, Origin::Setting));
    }
    let unread = diagnostics.has_errors();
    let compilation = if unread {
        compile::layers(&sources, &input, validator, &mut diagnostics);
        None
    } else {
        compile::compile(&mut sources, &input, validator, request.strict, &mut diagnostics)
    };
    Outcome { sources, diagnostics, compilation }
}

/// The files of the tree.
pub fn artifacts(compilation: &Compilation) -> Result<Artifacts, Diagnostic> {
    let markdown = prerequisites::markdown(&compilation.validated, &compilation.plan, &compilation.objects);
    manifests::tree(&compilation.objects, &markdown)
}
