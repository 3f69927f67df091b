//! `memos-gen explain`

use super::Exit;
use super::arguments::{ExplainArguments, MessageFormat, SpecArguments};
use super::input::{self, Compiled};
use super::output::{Failure, complain, findings, print};
use crate::compile::{Compilation, merged_schema};
use crate::diagnostic::{Code, Severity};
use crate::explain::{self, field, object};
use crate::schema::fields::{Field, fields};
use crate::schema::suggest;

/// Explains a code, a field of the spec, or a field of an object.
pub(super) fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let what: Vec<&str> = arguments.what.iter().flat_map(|word| word.split_whitespace()).collect();
    match what.as_slice() {
        [] => overview(),
        [word] if Code::parse(word).is_some() => code(word),
        [word] if is_code(word) => Err(unknown_code(word)),
        [name] if name.contains('/') => object(name, "", &arguments.spec),
        [name, path] if name.contains('/') => object(name, path, &arguments.spec),
        [path] => field(path, &arguments.spec),
        [first, ..] => Err(Failure::usage(
            format!("`{first}` is not an object"),
            "name one thing: a code, a field, or `KIND/NAME` with a path in that object",
        )),
    }
}

fn overview() -> Result<Exit, Failure> {
    let profiles = ["dev", "production"].map(str::to_owned).to_vec();
    let arguments = SpecArguments { profiles, files: Vec::new(), settings: Vec::new() };
    // The user's own file is left out: it may have errors, and the names of figures do not depend on it.
    let compiled = input::compile_texts(input::Texts::default(), &arguments.profiles, false);
    let mut figures = Vec::new();
    for figure in compiled.compilations.iter().flat_map(|compilation| &compilation.plan.figures) {
        if !figures.iter().any(|known: &&crate::plan::sizing::Figure| known.path == figure.path) {
            figures.push(figure);
        }
    }
    print(&explain::overview(&figures))?;
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
    let all = fields(&merged_schema());
    let found = field::find(&all, path);
    let mut compiled = compile(arguments)?;
    let exit = report_errors(&compiled);
    let compilation = compiled.as_mut().and_then(|compiled| compiled.compilations.pop());
    let figure =
        compilation.iter().flat_map(|compilation| &compilation.plan.figures).find(|figure| figure.path == path);
    if found.is_empty() && figure.is_none() {
        return Err(unknown_field(path, &all, compilation.as_ref()));
    }
    let mut text: Vec<String> = found.iter().map(|field| field::describe(field, &all)).collect();
    match (&compilation, &compiled) {
        (Some(compilation), Some(compiled)) if !found.is_empty() => {
            text.push(field::value(path, compilation, &compiled.sources));
        }
        (None, None) => text.push("\nadd `--profile` or `-f` to see its value\n".to_owned()),
        _ => text.extend(figure.map(explain::figure)),
    }
    print(&text.concat())?;
    Ok(exit)
}

/// None when nothing says what to compile.
fn compile(arguments: &SpecArguments) -> Result<Option<Compiled>, Failure> {
    let texts = input::read(arguments)?;
    let nothing = texts.files.is_empty() && texts.settings.is_empty() && arguments.profiles.is_empty();
    if nothing && !texts.diagnostics.has_errors() {
        return Ok(None);
    }
    Ok(Some(input::compile_texts(texts, &arguments.profiles, false)))
}

/// Prints the errors alone: warnings are about other things than what was asked for.
fn report_errors(compiled: &Option<Compiled>) -> Exit {
    let Some(compiled) = compiled else { return Exit::Done };
    let mut errors = crate::diagnostic::Diagnostics::default();
    errors.extend(compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error).cloned());
    complain(&findings(&compiled.sources, &errors, MessageFormat::Text));
    compiled.exit()
}

fn unknown_field(path: &str, all: &[Field], compilation: Option<&Compilation>) -> Failure {
    let mut known: Vec<&str> = all.iter().map(|field| field.path.as_str()).collect();
    known.extend(compilation.iter().flat_map(|compilation| &compilation.plan.figures).map(|figure| figure.path));
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
    let Some(compiled) = compile(arguments)? else {
        return Err(Failure::usage(
            "objects are built from a spec, and there is none",
            "add `--profile NAME` or `-f FILE`",
        ));
    };
    let [compilation] = compiled.compilations.as_slice() else {
        report_errors(&Some(compiled));
        return Err(Failure::Reported(Exit::InputHasErrors));
    };
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
    if object::at(&object.value, path).is_none() && !object::is_known(object, path) {
        return Err(Failure::usage(
            format!("`{name}` has no `{path}`"),
            format!("run `memos-gen explain {name}` with the same profile and files for the whole object"),
        ));
    }
    print(&object::explain(object, path, compilation, &compiled.sources))?;
    Ok(Exit::Done)
}
