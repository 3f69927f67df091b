//! YAML text into a [`Document`]: parser events folded into a JSON value with the place of every part.
//!
//! What a spec may use is less than YAML: one document, text keys, no anchors, aliases, merge keys or tags, and no plain
//! scalar on which YAML 1.1 and YAML 1.2 disagree. Everything else is reported, all of a text at once.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, options};
use serde_json::{Map, Value};

use super::{Document, FileId, NodeSpan, Sources, Span, char_border, decode, pointer_join, scalar, syntax};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// How many collections may stand inside one another.
pub const MAX_DEPTH: usize = 64;

/// How many values a text may have.
pub const MAX_NODES: usize = 50_000;

/// After how many problems the rest of a text is not read any more.
pub const MAX_PROBLEMS: usize = 200;

/// Reads a whole file. None when a problem was reported, or there is no document in it.
pub fn parse(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Document> {
    let mut found = Diagnostics::default();
    let document = parse_what_is_legible(sources, file, &mut found);
    diagnostics.extend(found.iter().cloned());
    document.filter(|_| !found.has_errors())
}

/// Reads a whole file as far as it can be read: where a problem was reported, a value may be missing or null.
pub fn parse_what_is_legible(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Document> {
    let source = sources.get(file);
    if source.text.len() > decode::MAX_BYTES {
        diagnostics.push(decode::too_large(&source.name, source.text.len()));
        return None;
    }
    let clean = decode::replace_forbidden(file, &source.text, diagnostics);
    let text = clean.as_deref().unwrap_or(&source.text);
    let fragment = Fragment { file, text, offset: 0, pointer: String::new(), dialect: Dialect::Spec };
    let Loaded { value, spans, .. } = load(fragment, diagnostics)?;
    Some(Document { file, value, spans })
}

/// Reads one document of a stream that another program rendered, from `range` of the text. None when there is nothing in it
/// or a problem was reported; a document is what kubectl would read, so scalars that readers differ on are no problem.
pub(crate) fn parse_rendered(
    sources: &Sources,
    file: FileId,
    range: Range<usize>,
    diagnostics: &mut Diagnostics,
) -> Option<Document> {
    let text = &sources.get(file).text[range.clone()];
    // Whatever readers make of such characters, they are the concern of who reads the objects.
    let clean = decode::replace_forbidden(file, text, &mut Diagnostics::default());
    let text = clean.as_deref().unwrap_or(text);
    let fragment = Fragment { file, text, offset: range.start, pointer: String::new(), dialect: Dialect::Rendered };
    let Loaded { value, spans, .. } = load(fragment, diagnostics).filter(|loaded| loaded.sound)?;
    Some(Document { file, value, spans })
}

/// Which texts are legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// What people write: nothing that readers of YAML differ on.
    Spec,
    /// What programs render, and kubectl reads.
    Rendered,
}

/// A piece of a text that is YAML by itself.
pub(super) struct Fragment<'a> {
    /// The file it lies in.
    pub(super) file: FileId,
    /// The piece, free of forbidden characters.
    pub(super) text: &'a str,
    /// Where it starts in the file.
    pub(super) offset: usize,
    /// Where its value will stand in the document.
    pub(super) pointer: String,
    /// Which texts are legal.
    pub(super) dialect: Dialect,
}

/// A value with the places of its parts.
pub(super) struct Loaded {
    /// Whether no problem was reported.
    pub(super) sound: bool,
    pub(super) value: Value,
    pub(super) spans: BTreeMap<String, NodeSpan>,
}

/// Folds the events of one fragment. None when its end was not reached.
pub(super) fn load(fragment: Fragment<'_>, diagnostics: &mut Diagnostics) -> Option<Loaded> {
    let text = fragment.text;
    let mut loader = Loader {
        fragment,
        diagnostics,
        spans: BTreeMap::new(),
        frames: Vec::new(),
        root: None,
        nodes: 0,
        documents: 0,
        last_end: 0,
        problems: 0,
    };
    let options = options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        emit_comments: false,
        disallow_directives: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for next in Parser::new_from_str_with_options(text, options) {
        let go_on = match next {
            Ok((event, span)) => loader.event(event, &span),
            Err(error) => loader.syntax_error(&error),
        };
        if !go_on || loader.problems >= MAX_PROBLEMS {
            break;
        }
    }
    loader.finish()
}

/// A collection whose end has not been read yet.
struct Frame {
    /// Where it will stand; none inside a value that is thrown away.
    pointer: Option<String>,
    key: Option<Span>,
    start: usize,
    flow: bool,
    content: Content,
}

enum Content {
    Map { map: Map<String, Value>, keys: BTreeMap<String, Span>, pending: Option<Pending> },
    List(Vec<Value>),
}

/// A key whose value has not been read yet; without a name when the value is thrown away.
struct Pending {
    name: Option<String>,
    span: Span,
}

struct Loader<'a> {
    fragment: Fragment<'a>,
    diagnostics: &'a mut Diagnostics,
    spans: BTreeMap<String, NodeSpan>,
    frames: Vec<Frame>,
    root: Option<Value>,
    nodes: usize,
    documents: usize,
    /// Where the last scalar or bracket ended, because a block collection's own end lies behind the lines that follow.
    last_end: usize,
    problems: usize,
}

impl Loader<'_> {
    /// Takes one event; false when reading should stop.
    fn event(&mut self, event: Event<'_>, at: &granit_parser::Span) -> bool {
        let range = at.byte_range().unwrap_or(0..0);
        if let Some(tag) = event.tag() {
            let tag_range = at.tag_span().and_then(|span| span.byte_range()).unwrap_or_else(|| range.clone());
            self.custom_tag(&tag.original(), self.span(tag_range.start, tag_range.end));
        }
        match event {
            Event::DocumentStart(..) => return self.document_start(range.start),
            Event::Scalar(text, style, ..) => return self.scalar(&text, style, range.start, range.end),
            Event::SequenceStart(style, ..) => return self.open(Content::List(Vec::new()), style, range.start),
            Event::MappingStart(style, ..) => {
                let content = Content::Map { map: Map::new(), keys: BTreeMap::new(), pending: None };
                return self.open(content, style, range.start);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            Event::Anchor(_, name) => self.anchor(&format!("&{name}"), self.span(range.start, range.end)),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.anchor(&self.fragment.text[range.clone()], self.span(range.start, range.end));
                self.last_end = range.end;
                self.attach(Value::Null);
            }
            _ => {}
        }
        true
    }

    fn finish(mut self) -> Option<Loaded> {
        if self.documents == 0 {
            self.empty_document();
        }
        let value = self.root.take()?;
        Some(Loaded { sound: self.problems == 0, value, spans: self.spans })
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let offset = self.fragment.offset;
        Span { file: self.fragment.file, start: offset + start, end: offset + end.max(start) }
    }

    fn report(&mut self, mut diagnostic: Diagnostic) {
        self.problems += 1;
        if self.problems == MAX_PROBLEMS {
            diagnostic = diagnostic.help(format!("the text was not read further after {MAX_PROBLEMS} problems"));
        }
        self.diagnostics.push(diagnostic);
    }

    fn document_start(&mut self, start: usize) -> bool {
        self.documents += 1;
        if self.documents == 1 {
            return true;
        }
        let span = self.span(start, start + self.fragment.text[start..].lines().next().unwrap_or_default().len());
        let help = if self.is_setting() {
            "write one value behind `=`"
        } else {
            "put each document into a file of its own, and name each with `-f`"
        };
        self.report(
            Diagnostic::new(Code::NotOneDocument, "there is more than one YAML document")
                .at(span, "the second starts here")
                .help(help),
        );
        false
    }

    /// Whether the text is the value of a setting; a file's value is the root.
    fn is_setting(&self) -> bool {
        !self.fragment.pointer.is_empty()
    }

    fn empty_document(&mut self) {
        if self.problems > 0 || self.fragment.dialect == Dialect::Rendered {
            return;
        }
        if self.is_setting() {
            let diagnostic =
                Diagnostic::new(Code::BadSetting, "there is no value behind `=`, only marks of YAML or a comment")
                    .at(self.span(0, self.fragment.text.len()), "no value here")
                    .help("write the value behind `=`, in quotes when it is a text such as `\"---\"`");
            return self.report(diagnostic);
        }
        self.report(
            Diagnostic::new(Code::NotOneDocument, "there is nothing in this file but blanks and comments")
                .at(self.span(0, 0), "no key here")
                .help("run `memos-gen init` for a file to start with"),
        );
    }

    /// The pointer and key of the value that comes next.
    fn place(&self) -> (Option<String>, Option<Span>) {
        let Some(frame) = self.frames.last() else { return (Some(self.fragment.pointer.clone()), None) };
        let join = |step: &str| frame.pointer.as_ref().map(|pointer| pointer_join(pointer, step));
        match &frame.content {
            Content::List(items) => (join(&items.len().to_string()), None),
            Content::Map { pending: Some(pending), .. } => (pending.name.as_deref().and_then(join), Some(pending.span)),
            Content::Map { pending: None, .. } => (None, None),
        }
    }

    fn next_is_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { content: Content::Map { pending: None, .. }, .. }))
    }

    /// Counts one more value; false, with a report, when there are too many.
    fn count(&mut self, start: usize) -> bool {
        self.nodes += 1;
        if self.nodes <= MAX_NODES {
            return true;
        }
        self.report(
            Diagnostic::new(Code::TooDeepOrLarge, format!("the text has more than {MAX_NODES} values"))
                .at(self.span(start, start), "one too many")
                .help("check the path: a spec of one installation has some hundred values"),
        );
        false
    }

    fn too_deep(&mut self, start: usize) -> bool {
        self.report(
            Diagnostic::new(Code::TooDeepOrLarge, format!("values are nested more than {MAX_DEPTH} deep"))
                .at(self.span(start, start), "one level too deep")
                .help("no field of a spec needs that: look for brackets that are not closed"),
        );
        false
    }

    fn open(&mut self, content: Content, style: StructureStyle, start: usize) -> bool {
        if self.frames.len() == MAX_DEPTH {
            return self.too_deep(start);
        }
        if self.next_is_key() {
            self.key_not_text("a list or a map", self.span(start, start));
        }
        let (pointer, key) = self.place();
        let flow = style == StructureStyle::Flow;
        let unindented_list = !flow && key.is_some() && matches!(content, Content::List(_));
        let start = if unindented_list { first_dash(self.fragment.text, self.last_end, start) } else { start };
        self.frames.push(Frame { pointer, key, start, flow, content });
        self.count(start)
    }

    fn close(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.flow {
            self.last_end = end;
        }
        let value = match frame.content {
            Content::Map { map, .. } => Value::Object(map),
            Content::List(items) => Value::Array(items),
        };
        if let Some(pointer) = frame.pointer {
            let span = self.span(frame.start, self.last_end);
            self.spans.insert(pointer, NodeSpan { key: frame.key, value: span });
        }
        self.attach(value);
    }

    /// Puts a finished value where it belongs.
    fn attach(&mut self, value: Value) {
        match self.frames.last_mut().map(|frame| &mut frame.content) {
            None => self.root = Some(value),
            Some(Content::List(items)) => items.push(value),
            Some(Content::Map { map, pending: pending @ Some(_), .. }) => {
                if let Some(name) = pending.take().and_then(|pending| pending.name) {
                    map.insert(name, value);
                }
            }
            Some(Content::Map { pending, .. }) => {
                let span = Span { file: self.fragment.file, start: self.fragment.offset, end: self.fragment.offset };
                *pending = Some(Pending { name: None, span });
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, start: usize, end: usize) -> bool {
        if !self.count(start) {
            return false;
        }
        // The parser gives an absent value as an empty range with the text `~`, before the colon of its key.
        let absent = style == ScalarStyle::Plain && start == end;
        let text = if absent { "" } else { text };
        let colon = usize::from(absent && !self.next_is_key() && self.fragment.text[start..].starts_with(':'));
        let (start, end) = (start + colon, end + colon);
        let (start, end) = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => block_range(self.fragment.text, start, end),
            _ => (start, end),
        };
        self.check_escapes(text, style, start, end);
        let span = self.span(start, end);
        self.last_end = self.last_end.max(end);
        if self.next_is_key() {
            self.key(text, style, span);
            return true;
        }
        if absent && self.frames.is_empty() {
            self.empty_document();
            return true;
        }
        let value = if style == ScalarStyle::Plain { self.plain(text, span) } else { Value::String(text.to_owned()) };
        if let (Some(pointer), key) = self.place() {
            self.spans.insert(pointer, NodeSpan { key, value: span });
        }
        self.attach(value);
        true
    }

    fn plain(&mut self, text: &str, span: Span) -> Value {
        if self.fragment.dialect == Dialect::Rendered {
            return scalar::resolve_rendered(text);
        }
        match scalar::resolve(text) {
            Ok(value) => value,
            Err(refusal) => {
                self.ambiguous(text, refusal, span);
                Value::Null
            }
        }
    }

    fn ambiguous(&mut self, text: &str, refusal: scalar::Refusal, span: Span) {
        let mut diagnostic = Diagnostic::new(Code::AmbiguousScalar, refusal.message(text)).at(span, "not quoted");
        diagnostic.help = refusal.cures(text);
        self.report(diagnostic);
    }

    fn key(&mut self, text: &str, style: ScalarStyle, span: Span) {
        let name = if style == ScalarStyle::Plain { self.plain_key(text, span) } else { Some(text.to_owned()) };
        let mut duplicate = None;
        if let Some(Frame { content: Content::Map { keys, pending, .. }, .. }) = self.frames.last_mut() {
            let name = name.filter(|name| {
                duplicate = keys.get(name).copied();
                if duplicate.is_none() {
                    keys.insert(name.clone(), span);
                }
                duplicate.is_none()
            });
            *pending = Some(Pending { name, span });
        }
        if let Some(first) = duplicate {
            self.report(
                Diagnostic::new(Code::DuplicateKey, format!("the key `{}` is given twice", shortened(text)))
                    .at(span, "again here")
                    .and_at(first, "first given here")
                    .help("keep one of the two, or merge what they hold"),
            );
        }
    }

    /// The name of a plain key; none, with a report, when it is not text.
    fn plain_key(&mut self, text: &str, span: Span) -> Option<String> {
        if text == "<<" {
            self.report(Diagnostic::new(Code::AnchorOrAlias, "merge keys are not read").at(span, "a merge key").help(
                "write the values out, or put what is shared into a file of its own and name it first with `-f`",
            ));
            return None;
        }
        if self.fragment.dialect == Dialect::Rendered {
            return Some(text.to_owned());
        }
        match scalar::resolve(text) {
            Ok(Value::String(name)) => Some(name),
            Ok(Value::Null) if text.is_empty() => {
                self.key_not_text("empty", span);
                None
            }
            Ok(value) => {
                let kind = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "a boolean",
                    _ => "a number",
                };
                self.report(
                    Diagnostic::new(Code::KeyNotText, format!("the key `{text}` is {kind}, not text"))
                        .at(span, "not text")
                        .help(format!("quote it: `{}`", scalar::quote(text))),
                );
                None
            }
            Err(refusal) => {
                self.ambiguous(text, refusal, span);
                None
            }
        }
    }

    fn key_not_text(&mut self, kind: &str, span: Span) {
        self.report(
            Diagnostic::new(Code::KeyNotText, format!("a key is {kind}, not text"))
                .at(span, "not text")
                .help("write the key as a word before the colon; quote a text that starts with `[`, `{` or `?`"),
        );
    }

    fn anchor(&mut self, name: &str, span: Span) {
        let kind = if name.starts_with('*') { "alias" } else { "anchor" };
        self.report(
            Diagnostic::new(
                Code::AnchorOrAlias,
                format!("the {kind} `{}`: anchors and aliases are not read", shortened(name)),
            )
            .at(span, format!("an {kind}"))
            .help("write the value out, or quote it if it is text; what specs share belongs into a profile"),
        );
    }

    fn custom_tag(&mut self, tag: &str, span: Span) {
        self.report(
            Diagnostic::new(Code::CustomTag, format!("the tag `{}`: tags are not read", shortened(tag)))
                .at(span, "a tag")
                .help("remove it; quote a value that must be text"),
        );
    }

    /// Reports forbidden characters that a double-quoted text brings in by escapes.
    fn check_escapes(&mut self, text: &str, style: ScalarStyle, start: usize, end: usize) {
        if self.fragment.dialect == Dialect::Rendered
            || style != ScalarStyle::DoubleQuoted
            || !text.chars().any(decode::is_forbidden)
        {
            return;
        }
        let raw = &self.fragment.text[start..end];
        let escapes = forbidden_escapes(raw);
        for (from, to, character) in escapes {
            let span = self.span(start + from, start + to);
            self.report(decode::forbidden(character, span));
        }
    }

    fn syntax_error(&mut self, error: &ScanError) -> bool {
        let text = self.fragment.text;
        let start = char_border(text, error.marker().byte_offset().unwrap_or(text.len()));
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return self.too_deep(start);
        }
        let end = start + text[start..].chars().next().filter(|next| *next != '\n').map_or(0, char::len_utf8);
        let complaint = syntax::complaint(error.kind());
        self.report(
            Diagnostic::new(Code::YamlSyntax, complaint.message)
                .at(self.span(start, end), complaint.label)
                .help(complaint.help),
        );
        false
    }
}

/// Where a list starts that may have the indentation of its key: the parser gives the place behind the first dash then.
fn first_dash(text: &str, key_end: usize, start: usize) -> usize {
    let between = text.get(key_end..start).unwrap_or_default();
    let mut line_start = key_end;
    for line in between.split_inclusive('\n') {
        let content = line.trim_start();
        if line_start > key_end && content.starts_with('-') {
            return line_start + line.len() - content.len();
        }
        line_start += line.len();
    }
    start
}

/// The range of a block scalar from its `|` or `>` to the end of its last line that is not blank.
///
/// The parser gives the range of the lines only.
fn block_range(text: &str, start: usize, end: usize) -> (usize, usize) {
    let before = text[..start].trim_end();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let header = before[line..].char_indices().map(|(at, _)| line + at).find(|at| is_block_header(&before[*at..]));
    let first = header.unwrap_or(start);
    (first, first + text[first..end].trim_end().len())
}

fn is_block_header(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['|', '>']) else { return false };
    let rest = rest.trim_start_matches(['-', '+', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    rest.is_empty() || (rest.starts_with([' ', '\t']) && matches!(rest.trim_start().chars().next(), None | Some('#')))
}

/// The escapes of a double-quoted text that stand for forbidden characters: their ranges in it, and the characters.
fn forbidden_escapes(raw: &str) -> Vec<(usize, usize, char)> {
    let mut found = Vec::new();
    let mut characters = raw.char_indices();
    while let Some((from, character)) = characters.next() {
        if character != '\\' {
            continue;
        }
        let Some((at, letter)) = characters.next() else { break };
        let hex = |digits: usize| {
            let code = raw.get(at + 1..at + 1 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            (code.and_then(char::from_u32), at + 1 + digits)
        };
        let (meant, to) = match letter {
            '0' => (Some('\0'), at + 1),
            'a' => (Some('\u{7}'), at + 1),
            'b' => (Some('\u{8}'), at + 1),
            'v' => (Some('\u{b}'), at + 1),
            'f' => (Some('\u{c}'), at + 1),
            'r' => (Some('\r'), at + 1),
            'e' => (Some('\u{1b}'), at + 1),
            'N' => (Some('\u{85}'), at + 1),
            'L' => (Some('\u{2028}'), at + 1),
            'P' => (Some('\u{2029}'), at + 1),
            'x' => hex(2),
            'u' => hex(4),
            'U' => hex(8),
            _ => (None, at + 1),
        };
        if let Some(meant) = meant.filter(|meant| decode::is_forbidden(*meant)) {
            found.push((from, to, meant));
        }
    }
    found
}

/// At most sixty characters of a text of the user's, for messages.
pub(crate) fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(59).collect::<String>())
}

#[cfg(test)]
mod tests;
