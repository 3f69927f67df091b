//! `memos-gen explain`

use super::Exit;
use super::arguments::{ExplainArguments, MessageFormat, SpecArguments};
use super::input::{self, Compiled};
use super::output::{Failure, complain, findings, print};
use crate::compile::{Compilation, Input, merged_schema};
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::explain::given::Given;
use crate::explain::{self, answers, field, object, path};
use crate::profile::{self, Merged};
use crate::schema::fields::{Field, fields};
use crate::schema::suggest;
use crate::source::{Sources, setting};

/// Explains a code, a field of the spec, or a field of an object.
pub(super) fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let what: Vec<&str> = arguments.what.iter().flat_map(|word| word.split_whitespace()).collect();
    match what.as_slice() {
        [] => overview(&arguments.spec),
        [word] if Code::parse(word).is_some() => code(word),
        [word] if is_code(word) => Err(unknown_code(word)),
        [name] if is_object(name) => object(name, "", &arguments.spec),
        [name, path] if is_object(name) => object(name, path, &arguments.spec),
        [path] => field(path, &arguments.spec),
        [first, ..] => Err(Failure::usage(
            format!("`{first}` is not an object"),
            "name one thing: a code, a field, or `KIND/NAME` with a path in that object",
        )),
    }
}

/// `KIND/NAME`; a path may have a slash in a key, but behind dots.
fn is_object(word: &str) -> bool {
    word.split_once('/').is_some_and(|(kind, _)| !kind.contains(['.', '"', '[']))
}

/// With a profile also the values that it gives.
fn overview(arguments: &SpecArguments) -> Result<Exit, Failure> {
    let named = !arguments.profiles.is_empty();
    let profiles =
        if named { arguments.profiles.clone() } else { ["dev", "production", "gcp"].map(str::to_owned).to_vec() };
    // The user's own file is left out: it may have errors, and the names of figures do not depend on it.
    let compiled = input::compile_texts(input::Texts::default(), &profiles, false);
    let mut figures = Vec::new();
    for figure in compiled.compilations.iter().flat_map(|compilation| &compilation.plan.figures) {
        if !figures.iter().any(|known: &&crate::plan::sizing::Figure| known.path == figure.path) {
            figures.push(figure);
        }
    }
    print(&explain::overview(&figures, named))?;
    Ok(Exit::Done)
}

fn code(word: &str) -> Result<Exit, Failure> {
    let text = Code::parse(word).map(explain::code).unwrap_or_default();
    print(&text)?;
    Ok(Exit::Done)
}

fn is_code(word: &str) -> bool {
    let mut letters = word.chars();
    letters.by_ref().take(2).map(|letter| letter.to_ascii_uppercase()).eq("MG".chars())
        && letters.clone().next().is_some()
        && letters.all(|letter| letter.is_ascii_digit())
}

fn unknown_code(word: &str) -> Failure {
    let known = suggest::closest(word, Code::ALL.iter().map(|code| code.text()));
    let help = known.map(|code| format!("did you mean `{code}`?")).unwrap_or_default();
    Failure::usage(format!("there is no code `{word}`"), format!("{help} `memos-gen explain` lists all").trim_start())
}

fn field(path: &str, arguments: &SpecArguments) -> Result<Exit, Failure> {
    let path = path.strip_prefix("spec.").unwrap_or(path);
    let steps = setting::steps(path).map_err(|fault| {
        let help = "write a path such as `scaling.max`, `database.networks[0]` or `components.memos.labels.\"example.com/team\"`";
        Failure::usage(format!("`{path}`: {fault}"), help)
    })?;
    let all = fields(&merged_schema());
    let found = path::find(&all, &steps);
    let mut compiled = compile(arguments)?;
    let exit = report_errors(&compiled);
    let compilations = compiled.as_mut().map(|compiled| std::mem::take(&mut compiled.compilations)).unwrap_or_default();
    let figure =
        compilations.iter().flat_map(|compilation| &compilation.plan.figures).find(|figure| figure.path == path);
    if found.is_empty() && figure.is_none() {
        return Err(unknown_field(path, &all, &compilations));
    }
    let mut text = String::new();
    for described in found.iter().map(|field| field::describe(field, &all)) {
        // Several choices often have the same field.
        if !text.contains(&described) {
            text.push_str(&described);
        }
    }
    text += &answers::about(path);
    match &mut compiled {
        Some(compiled) if !found.is_empty() => {
            for compilation in &compilations {
                let merged = merge(compiled, compilation)?;
                let by_argument = !arguments.profiles.is_empty();
                let given = Given::new(compilation, &merged, &compiled.sources, &all, by_argument);
                text += &field::value(&steps, &given);
            }
        }
        None => text.push_str("\nadd `--profile` or `-f` to see its value\n"),
        Some(_) => text.extend(figure.map(explain::figure)),
    }
    print(&text)?;
    Ok(exit)
}

/// The layers of a compilation with the place of each value.
fn merge(compiled: &mut Explained, compilation: &Compilation) -> Result<Merged, Failure> {
    let profile = Some(compilation.validated.profile());
    // All of this was read once without errors.
    let mut repeated = Diagnostics::default();
    let merged =
        crate::compile::layers(&compiled.sources, &compiled.input, &crate::compile::validator(), &mut repeated)
            .and_then(|layers| profile::merge(&mut compiled.sources, profile, &layers, &mut repeated));
    merged.ok_or(Failure::Reported(Exit::InputHasErrors))
}

/// What was compiled, with the texts it was read from.
struct Explained {
    sources: Sources,
    input: Input,
    diagnostics: Diagnostics,
    compilations: Vec<Compilation>,
    exit: Exit,
}

/// None when nothing says what to compile.
fn compile(arguments: &SpecArguments) -> Result<Option<Explained>, Failure> {
    let texts = input::read(arguments)?;
    let nothing = texts.files.is_empty() && texts.settings.is_empty() && arguments.profiles.is_empty();
    if nothing && !texts.diagnostics.has_errors() {
        return Ok(None);
    }
    let input = Input { profile: None, files: texts.files.clone(), settings: texts.settings.clone() };
    let compiled = input::compile_texts(texts, &arguments.profiles, false);
    let exit = compiled.exit();
    let Compiled { sources, diagnostics, compilations } = compiled;
    Ok(Some(Explained { sources, input, diagnostics, compilations, exit }))
}

/// Prints the errors alone: warnings are about other things than what was asked for.
fn report_errors(compiled: &Option<Explained>) -> Exit {
    let Some(compiled) = compiled else { return Exit::Done };
    let mut errors = Diagnostics::default();
    errors.extend(compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error).cloned());
    complain(&findings(&compiled.sources, &errors, MessageFormat::Text));
    compiled.exit
}

fn unknown_field(path: &str, all: &[Field], compilations: &[Compilation]) -> Failure {
    let mut known: Vec<&str> = all.iter().map(|field| field.path.as_str()).collect();
    known.extend(compilations.iter().flat_map(|compilation| &compilation.plan.figures).map(|figure| figure.path));
    // A last step alone is often what somebody remembers of a path.
    let same_end = known.iter().find(|known| known.rsplit('.').next() == Some(path));
    let help = match same_end.copied().or_else(|| suggest::closest(path, known.iter().copied())) {
        Some(known) => format!("did you mean `{known}`?"),
        None => {
            "name a code, a field of the spec such as `scaling.max`, or an object such as `Deployment/memos`".to_owned()
        }
    };
    Failure::usage(format!("there is no field `{path}`"), help)
}

fn object(name: &str, path: &str, arguments: &SpecArguments) -> Result<Exit, Failure> {
    let Some(mut compiled) = compile(arguments)? else {
        return Err(Failure::usage(
            "objects are built from a spec, and there is none",
            "add `--profile NAME` or `-f FILE`",
        ));
    };
    let mut compilations = std::mem::take(&mut compiled.compilations);
    let Some(compilation) = compilations.pop() else {
        return Err(Failure::Reported(report_errors(&Some(compiled))));
    };
    if !compilations.is_empty() {
        return Err(Failure::usage("an object is explained for one profile", "name one `--profile`"));
    }
    let objects = compilation.objects.objects();
    let Some(object) = object::find(objects, name) else {
        let names: Vec<String> = objects.iter().map(|object| format!("{}/{}", object.kind, object.name)).collect();
        let names = names.iter().map(String::as_str);
        let help = match suggest::closest(name, names.clone()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::usage(format!("there is no object `{name}`"), help));
    };
    let found = object::at(object, path).map_err(|nowhere| Failure::usage(nowhere.message, nowhere.help))?;
    let merged = merge(&mut compiled, &compilation)?;
    let all = fields(&merged_schema());
    let given = Given::new(&compilation, &merged, &compiled.sources, &all, !arguments.profiles.is_empty());
    print(&object::explain(object, path, &found, &given))?;
    Ok(Exit::Done)
}
