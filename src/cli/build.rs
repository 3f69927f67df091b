//! `memos-gen build`

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Exit;
use super::arguments::{BuildArguments, BuildFormat};
use super::input::{self, Compiled};
use super::output::{Failure, complain, count, findings, print};
use super::tree::{self, Outcome, Standing};
use crate::chart::files::chart_files;
use crate::check::change;
use crate::compile::Compilation;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::readback::read;
use crate::emit::{Artifacts, manifests, prerequisites};
use crate::plan::secrets::SecretOrigin;
use crate::source::Sources;

/// Where trees go when `-o` does not say it: one folder a profile.
pub(super) const DEFAULT_DIRECTORY: &str = "deploy";

/// One tree that was asked for.
struct Tree<'a> {
    compilation: &'a Compilation,
    directory: PathBuf,
    artifacts: Artifacts,
}

/// Compiles and writes, compares or prints.
pub(super) fn run(arguments: &BuildArguments) -> Result<Exit, Failure> {
    if arguments.format == BuildFormat::Chart {
        return chart(arguments);
    }
    // The process ends soon; taking thousands of small values apart would only delay that.
    let compiled = ManuallyDrop::new(input::compile(&arguments.spec, arguments.report.strict)?);
    let mut diagnostics = compiled.diagnostics.clone();
    let shown = |diagnostics| findings(&compiled.sources, diagnostics, arguments.report.message_format);
    let (result, mut complaint) =
        rayon::join(|| emit(arguments, &compiled, &mut diagnostics), || shown(&compiled.diagnostics));
    // Most builds change nothing and so find nothing more.
    if diagnostics != compiled.diagnostics {
        complaint = shown(&diagnostics);
    }
    complain(&complaint);
    let (exit, text) = result?;
    print(&text)?;
    Ok(exit)
}

/// Writes, compares or prints what was compiled without errors. The text is the result; what is found on the way is added.
fn emit(
    arguments: &BuildArguments,
    compiled: &Compiled,
    diagnostics: &mut Diagnostics,
) -> Result<(Exit, String), Failure> {
    if compiled.exit() != Exit::Done {
        return Ok((compiled.exit(), String::new()));
    }
    if arguments.output.as_deref() == Some(Path::new("-")) {
        return stream(arguments, compiled).map(|text| (Exit::Done, text));
    }
    let trees = trees(arguments, compiled)?;
    let named = || trees.iter().map(|tree| (tree.directory.as_path(), &tree.artifacts)).collect::<Vec<_>>();
    Ok(if arguments.check { compare(&named(), diagnostics) } else { write(&trees, arguments.force, diagnostics) })
}

fn trees<'a>(arguments: &BuildArguments, compiled: &'a Compiled) -> Result<Vec<Tree<'a>>, Failure> {
    let several = compiled.compilations.len() > 1;
    let sets: Vec<_> = compiled.compilations.iter().map(|compilation| &compilation.objects).collect();
    let markdown = |place: usize| {
        let Compilation { validated, plan, objects } = &compiled.compilations[place];
        prerequisites::markdown(validated, plan, objects)
    };
    let artifacts = manifests::trees(&sets, markdown).map_err(|diagnostic| Failure::Finding(Box::new(diagnostic)))?;
    let trees = compiled.compilations.iter().zip(artifacts).map(|(compilation, artifacts)| {
        let directory = directory(arguments.output.as_deref(), compilation.validated.profile(), several);
        Tree { compilation, directory, artifacts }
    });
    Ok(trees.collect())
}

/// Compares every tree. The text names the files and shows how they differ.
fn compare(trees: &[(&Path, &Artifacts)], diagnostics: &mut Diagnostics) -> (Exit, String) {
    let mut exit = Exit::Done;
    let mut text = String::new();
    for (directory, artifacts) in trees {
        match tree::check(directory, artifacts) {
            Err(error) => {
                exit = Exit::UsageOrFiles;
                diagnostics.extend(error.diagnostics);
            }
            Ok(drift) if drift.is_empty() => {
                let files = count(artifacts.len(), "file");
                text += &format!("{}: up to date ({files})\n", directory.display());
            }
            Ok(drift) => {
                exit = if exit == Exit::Done { Exit::Drift } else { exit };
                let lines = |word: &str, paths: &[String]| -> String {
                    paths.iter().map(|path| format!("{word}: {}\n", directory.join(path).display())).collect()
                };
                text += &lines("missing", &drift.added);
                text += &lines("not needed", &drift.removed);
                text += &drift.diff();
                diagnostics.extend(drift.diagnostic(directory));
                diagnostics.extend(changes(&drift.replaced, artifacts));
            }
        }
    }
    (exit, text)
}

/// Notes on changes of one tree into another that an API server refuses.
fn changes(replaced: &[(String, String)], artifacts: &Artifacts) -> Vec<Diagnostic> {
    let states = replaced.iter().filter_map(|(path, old)| Some((read(old)?, read(artifacts.get(path)?)?)));
    states.filter_map(|(old, new)| change::not_taken(&old, &new)).collect()
}

/// Writes every tree. One that cannot be written because of what lies there stops all of them before the first is touched.
fn write(trees: &[Tree<'_>], force: bool, diagnostics: &mut Diagnostics) -> (Exit, String) {
    let standing = |tree: &Tree<'_>| tree::standing(&tree.directory, &tree.artifacts, force);
    let trees: Vec<_> = trees.par_iter().map(|tree| (tree, standing(tree))).collect();
    let refused = trees.iter().find(|(_, standing)| *standing == Standing::Refused);
    let mut text = String::new();
    for (tree, standing) in refused.map_or(trees.as_slice(), std::slice::from_ref) {
        let outcome = match standing {
            Standing::UpToDate => Ok(Outcome { unchanged: tree.artifacts.len(), ..Outcome::default() }),
            Standing::Outdated | Standing::Refused => tree::write(&tree.directory, &tree.artifacts, force),
        };
        match outcome {
            Ok(outcome) => {
                text += &summary(tree, &outcome);
                diagnostics.extend(outcome.notes);
                diagnostics.extend(changes(&outcome.replaced, &tree.artifacts));
            }
            Err(error) => {
                diagnostics.extend(error.diagnostics);
                return (Exit::UsageOrFiles, text);
            }
        }
    }
    (Exit::Done, text)
}

/// Where the chart goes when `-o` does not say it, below [`DEFAULT_DIRECTORY`].
const CHART_DIRECTORY: &str = "chart/memos";

/// Writes or compares the chart.
fn chart(arguments: &BuildArguments) -> Result<Exit, Failure> {
    let default = || Path::new(DEFAULT_DIRECTORY).join(CHART_DIRECTORY);
    let directory = arguments.output.clone().unwrap_or_else(default);
    if directory == Path::new("-") {
        return Err(Failure::usage("a chart is a directory, and `-o -` names none", "name one with `-o`"));
    }
    let chart = chart_files();
    let text = |content: Vec<u8>| String::from_utf8_lossy(&content).into_owned();
    let artifacts: Artifacts = chart.files.into_iter().map(|(path, content)| (path, text(content))).collect();
    let mut diagnostics = Diagnostics::default();
    let (exit, text) = if arguments.check {
        compare(&[(directory.as_path(), &artifacts)], &mut diagnostics)
    } else {
        put_chart(&directory, &artifacts, arguments.force, &mut diagnostics)
    };
    complain(&findings(&Sources::default(), &diagnostics, arguments.report.message_format));
    print(&text)?;
    Ok(exit)
}

fn put_chart(directory: &Path, artifacts: &Artifacts, force: bool, diagnostics: &mut Diagnostics) -> (Exit, String) {
    match tree::write(directory, artifacts, force) {
        Ok(outcome) => {
            diagnostics.extend(outcome.notes.clone());
            let shown = directory.display();
            let text = format!(
                "chart: {} in {shown} ({})\n  install: helm install memos {shown} -f {shown}/values-PROFILE.yaml\n",
                count(artifacts.len(), "file"),
                counted(&outcome),
            );
            (Exit::Done, text)
        }
        Err(error) => {
            diagnostics.extend(error.diagnostics);
            (Exit::UsageOrFiles, String::new())
        }
    }
}

/// What was done, and what comes next.
fn summary(tree: &Tree<'_>, outcome: &Outcome) -> String {
    let Tree { compilation, directory, .. } = tree;
    format!(
        "{}: {} in {} (files: {})\n{}",
        compilation.validated.profile(),
        count(compilation.objects.objects().len(), "object"),
        directory.display(),
        counted(outcome),
        next_steps(compilation, directory),
    )
}

/// How many files came to what.
fn counted(outcome: &Outcome) -> String {
    let Outcome { created, changed, removed, unchanged, .. } = outcome;
    let parts =
        [(created.len(), "created"), (changed.len(), "changed"), (removed.len(), "removed"), (*unchanged, "unchanged")];
    let parts: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    parts.join(", ")
}

/// `-o DIR` holds the tree itself, or one folder a profile when there are several.
fn directory(output: Option<&Path>, profile: &str, several: bool) -> PathBuf {
    match output {
        Some(directory) if several => directory.join(profile),
        Some(directory) => directory.to_owned(),
        None => Path::new(DEFAULT_DIRECTORY).join(profile),
    }
}

fn stream(arguments: &BuildArguments, compiled: &Compiled) -> Result<String, Failure> {
    if arguments.check {
        return Err(Failure::usage(
            "`--check` compares with a directory, and `-o -` names none",
            "leave out one of them",
        ));
    }
    let [compilation] = compiled.compilations.as_slice() else {
        return Err(Failure::usage("one stream holds one profile", "name one `--profile`, or a directory with `-o`"));
    };
    manifests::stream(&compilation.objects).map_err(|diagnostic| Failure::Finding(Box::new(diagnostic)))
}

/// What to do with the tree.
fn next_steps(compilation: &Compilation, directory: &Path) -> String {
    let plan = &compilation.plan;
    let mut steps = String::new();
    let placeholders = compilation.validated.placeholders().len();
    if placeholders > 0 {
        steps += &format!("  first: replace {}, named above\n", count(placeholders, "placeholder"));
    }
    steps += &format!("  apply: kubectl apply --server-side -k {}\n", directory.display());
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
    steps
}
