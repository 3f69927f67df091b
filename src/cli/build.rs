//! `memos-gen build`

use std::path::{Path, PathBuf};

use super::Exit;
use super::arguments::BuildArguments;
use super::input::{self, Compiled};
use super::output::{Failure, complain, count, findings, print};
use crate::compile::Compilation;
use crate::emit::{Artifacts, manifests, prerequisites};
use crate::plan::secrets::SecretOrigin;

/// Where trees go when `-o` does not say it: one folder a profile.
const DEFAULT_DIRECTORY: &str = "deploy";

/// Compiles and writes, compares or prints.
pub(super) fn run(arguments: &BuildArguments) -> Result<Exit, Failure> {
    let compiled = input::compile(&arguments.spec, arguments.report.strict)?;
    complain(&findings(&compiled.sources, &compiled.diagnostics, arguments.report.message_format));
    if compiled.exit() != Exit::Done {
        return Ok(compiled.exit());
    }
    if arguments.output.as_deref() == Some(Path::new("-")) {
        return stream(arguments, &compiled);
    }
    let several = compiled.compilations.len() > 1;
    let mut trees = Vec::new();
    for compilation in &compiled.compilations {
        let directory = directory(arguments.output.as_deref(), compilation.validated.profile(), several);
        trees.push((compilation, directory, artifacts(compilation)?));
    }
    let mut summary = String::new();
    for (compilation, directory, artifacts) in &trees {
        write(directory, artifacts)?;
        summary.push_str(&next_steps(compilation, directory));
    }
    print(&summary)?;
    Ok(Exit::Done)
}

fn write(directory: &Path, artifacts: &Artifacts) -> Result<(), Failure> {
    for (path, text) in artifacts {
        let path = directory.join(path);
        let parent = path.parent().unwrap_or(directory);
        std::fs::create_dir_all(parent).map_err(|error| Failure::cannot_write(parent, &error))?;
        std::fs::write(&path, text).map_err(|error| Failure::cannot_write(&path, &error))?;
    }
    Ok(())
}

/// The tree's files.
fn artifacts(compilation: &Compilation) -> Result<Artifacts, Failure> {
    let markdown = prerequisites::markdown(&compilation.validated, &compilation.plan, &compilation.objects);
    manifests::tree(&compilation.objects, &markdown).map_err(|diagnostic| Failure::Finding(Box::new(diagnostic)))
}

/// `-o DIR` holds the tree itself, or one folder a profile when there are several.
fn directory(output: Option<&Path>, profile: &str, several: bool) -> PathBuf {
    match output {
        Some(directory) if several => directory.join(profile),
        Some(directory) => directory.to_owned(),
        None => Path::new(DEFAULT_DIRECTORY).join(profile),
    }
}

fn stream(arguments: &BuildArguments, compiled: &Compiled) -> Result<Exit, Failure> {
    if arguments.check {
        return Err(Failure::usage(
            "`--check` compares with a directory, and `-o -` names none",
            "leave out one of them",
        ));
    }
    let [compilation] = compiled.compilations.as_slice() else {
        return Err(Failure::usage("one stream holds one profile", "name one `--profile`, or a directory with `-o`"));
    };
    let text = manifests::stream(&compilation.objects).map_err(|diagnostic| Failure::Finding(Box::new(diagnostic)))?;
    print(&text)?;
    Ok(Exit::Done)
}

/// What to do with the tree.
fn next_steps(compilation: &Compilation, directory: &Path) -> String {
    let plan = &compilation.plan;
    let mut steps = String::new();
    let placeholders = compilation.validated.placeholders().len();
    if placeholders > 0 {
        steps += &format!("  first: replace {}, named above\n", count(placeholders, "placeholder"));
    }
    let names: Vec<&str> = plan.secrets.expected.iter().map(|secret| secret.name.as_str()).collect();
    if !names.is_empty() {
        let source = match &plan.secrets.origin {
            SecretOrigin::Existing => "to be made by you, see PREREQUISITES.md".to_owned(),
            SecretOrigin::External(external) => {
                format!("fetched from the store `{}`, see PREREQUISITES.md", external.store.name)
            }
            SecretOrigin::Local => "made by `memos-gen secrets`".to_owned(),
        };
        steps += &format!("  Secrets: {}; {source}\n", names.join(", "));
    }
    steps += &format!("  apply: kubectl apply --server-side -k {}\n", directory.display());
    steps
}
