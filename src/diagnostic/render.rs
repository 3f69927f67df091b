//! Diagnostics for people: the line at fault, a caret under it, and what to do.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use rayon::prelude::*;

use super::{Diagnostic, Diagnostics, Label, Severity};
use crate::source::{FileId, Sources, char_border};

/// All findings as text, in the order of [`Diagnostics::sorted`]; empty when there are none, else it ends with a line feed.
///
/// With `colour`, the text holds ANSI escapes for a terminal.
pub fn text(sources: &Sources, diagnostics: &Diagnostics, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let render = |diagnostic| renderer.render(&[group(sources, diagnostic)]) + "\n\n";
    let mut out = diagnostics.sorted().into_par_iter().map(render).collect::<Vec<_>>().concat();
    if let Some(closing) = closing_note(diagnostics) {
        let group = Group::with_title(Level::NOTE.secondary_title(closing));
        out.push_str(&renderer.render(&[group]));
        out.push('\n');
    } else if !out.is_empty() {
        out.truncate(out.len() - 1);
    }
    out
}

/// Where more is said about the codes of the errors and warnings.
fn closing_note(diagnostics: &Diagnostics) -> Option<String> {
    let codes: BTreeSet<&str> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity != Severity::Note)
        .map(|diagnostic| diagnostic.code.text())
        .collect();
    let mut codes = codes.into_iter();
    let first = codes.next()?;
    let rest: Vec<&str> = codes.collect();
    Some(if rest.is_empty() {
        format!("run `memos-gen explain {first}` for the rule and its evidence")
    } else {
        format!("run `memos-gen explain CODE` for the rules and their evidence: {first}, {}", rest.join(", "))
    })
}

fn group<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.code.text());
    let mut group = Group::with_title(title).elements(snippets(sources, diagnostic));
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    group
}

/// One snippet a file, the file at fault first.
fn snippets<'a>(
    sources: &'a Sources,
    diagnostic: &'a Diagnostic,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let Some(primary) = &diagnostic.primary else { return Vec::new() };
    let mut others: BTreeMap<FileId, Vec<(AnnotationKind, &Label)>> = BTreeMap::new();
    let mut first = vec![(AnnotationKind::Primary, primary)];
    for label in &diagnostic.secondary {
        if label.span.file == primary.span.file {
            first.push((AnnotationKind::Context, label));
        } else {
            others.entry(label.span.file).or_default().push((AnnotationKind::Context, label));
        }
    }
    std::iter::once((primary.span.file, first))
        .chain(others)
        .map(|(file, labels)| snippet(sources, file, &labels))
        .collect()
}

/// The lines that the labels stand in. Only these are given to the renderer, which reads all that it is given.
fn snippet<'a>(
    sources: &'a Sources,
    file: FileId,
    labels: &[(AnnotationKind, &'a Label)],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let source = sources.get(file);
    let ranges: Vec<Range<usize>> = labels.iter().map(|(_, label)| first_line(&source.text, label)).collect();
    let start = ranges.iter().map(|range| range.start).min().unwrap_or(0);
    let end = ranges.iter().map(|range| range.end).max().unwrap_or(0);
    let start = source.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let end = source.text[end..].find('\n').map_or(source.text.len(), |length| end + length);
    let (line, _) = sources.line_column(file, start);
    let annotations = labels.iter().zip(ranges).map(|((kind, label), range)| {
        let annotation = kind.span(range.start - start..range.end - start);
        if label.text.is_empty() { annotation } else { annotation.label(printable(&label.text)) }
    });
    Snippet::source(&source.text[start..end]).line_start(line).path(source.name.as_str()).annotations(annotations)
}

/// The part of a label's range that lies in its first line: a caret under one line reads better than a bracket over many.
fn first_line(text: &str, label: &Label) -> Range<usize> {
    let end = char_border(text, label.span.end);
    let start = char_border(text, label.span.start.min(end));
    let length = text[start..end].find(['\r', '\n']).unwrap_or(end - start);
    start..start + length
}

/// Text that cannot steer a terminal: control characters as escapes.
fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut printable = String::with_capacity(text.len());
    for next in text.chars() {
        if next.is_control() { printable.extend(next.escape_default()) } else { printable.push(next) }
    }
    printable.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::{Origin, Span, yaml};

    fn rendered(text_of_file: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("memos.yaml", text_of_file, Origin::File);
        let mut diagnostics = Diagnostics::default();
        yaml::parse(&sources, file, &mut diagnostics);
        text(&sources, &diagnostics, false)
    }

    #[test]
    fn one_finding() {
        assert_eq!(
            rendered("spec:\n  cache:\n    kind: no\n"),
            r#"error[MG0106]: `no` is the boolean false in YAML 1.1 and text in YAML 1.2
 --> memos.yaml:3:11
  |
3 |     kind: no
  |           ^^ not quoted
  |
  = help: quote it if it is text: `"no"`
  = help: or write `false` if that is meant

note: run `memos-gen explain MG0106` for the rule and its evidence
"#
        );
    }

    #[test]
    fn two_places_in_one_file() {
        assert_eq!(
            rendered("a: 1\nb: é\na: 2\n---\n"),
            r#"error[MG0104]: the key `a` is given twice
 --> memos.yaml:3:1
  |
1 | a: 1
  | - first given here
2 | b: é
3 | a: 2
  | ^ again here
  |
  = help: keep one of the two, or merge what they hold

error[MG0109]: there is more than one YAML document
 --> memos.yaml:4:1
  |
4 | ---
  | ^^^ the second starts here
  |
  = help: put each document into a file of its own, and name each with `-f`

note: run `memos-gen explain CODE` for the rules and their evidence: MG0104, MG0109
"#
        );
    }

    #[test]
    fn two_files() {
        let mut sources = Sources::default();
        let spec = sources.add("memos.yaml", "scaling:\n  max: 2\n", Origin::File);
        let profile = sources.add("profiles/aws.yaml", "scaling:\n  min: 3\n", Origin::BuiltIn);
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(
            Diagnostic::new(Code::OutOfRange, "`scaling.max` is below `scaling.min`")
                .at(Span { file: spec, start: 16, end: 17 }, "2")
                .and_at(Span { file: profile, start: 16, end: 17 }, "3")
                .help("raise `scaling.max`")
                .help("or lower `scaling.min`"),
        );
        assert_eq!(
            text(&sources, &diagnostics, false),
            r#"error[MG0204]: `scaling.max` is below `scaling.min`
 --> memos.yaml:2:8
  |
2 |   max: 2
  |        ^ 2
  |
 ::: profiles/aws.yaml:2:8
  |
2 |   min: 3
  |        - 3
  |
  = help: raise `scaling.max`
  = help: or lower `scaling.min`

note: run `memos-gen explain MG0204` for the rule and its evidence
"#
        );
    }

    #[test]
    fn without_a_place() {
        let mut diagnostics = Diagnostics::default();
        diagnostics
            .push(Diagnostic::new(Code::ProfileMissing, "no profile is named").help("add `--profile production`"));
        assert_eq!(
            text(&Sources::default(), &diagnostics, false),
            r#"error[MG0207]: no profile is named
 |
 = help: add `--profile production`

note: run `memos-gen explain MG0207` for the rule and its evidence
"#
        );
    }

    #[test]
    fn an_empty_file_and_a_wide_range() {
        assert_eq!(
            rendered(""),
            r#"error[MG0109]: there is nothing in this file but blanks and comments
 --> memos.yaml:1:1
  |
1 |
  | ^ no key here
  |
  = help: run `memos-gen init` for a file to start with

note: run `memos-gen explain MG0109` for the rule and its evidence
"#
        );
        assert_eq!(
            rendered("a: [\n  1,\n"),
            r#"error[MG0103]: `[` is not closed
 --> memos.yaml:1:4
  |
1 | a: [
  |    ^ opened here
  |
  = help: add the bracket that closes it, or write one item a line

note: run `memos-gen explain MG0103` for the rule and its evidence
"#
        );
    }

    #[test]
    fn a_terminal_is_not_steered() {
        assert_eq!(
            rendered("a: \"\\e[31m\"\n\"\u{1b}[1m\": 1\n"),
            r#"error[MG0107]: U+001B (a control character) is not allowed in a spec
 --> memos.yaml:1:5
  |
1 | a: "\e[31m"
  |     ^^ here
  |
  = help: remove it: YAML readers drop, fold or refuse this character, each in its own way

error[MG0107]: U+001B (a control character) is not allowed in a spec
 --> memos.yaml:2:2
  |
2 | "␛[1m": 1
  |  ^ here
  |
  = help: remove it: YAML readers drop, fold or refuse this character, each in its own way

note: run `memos-gen explain MG0107` for the rule and its evidence
"#
        );
    }

    #[test]
    fn colour_is_asked_for() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(Diagnostic::new(Code::ProfileMissing, "no profile is named"));
        assert!(text(&Sources::default(), &diagnostics, true).contains("\u{1b}["));
    }
}
