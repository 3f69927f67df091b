//! A stream of YAML as objects that remember where each of their values stands.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::object::Object;
use crate::profile::secret::holds_secret;
use crate::source::setting::{Step, pointer_below};
use crate::source::yaml::parse_rendered;
use crate::source::{FileId, NodeSpan, Sources, Span};

/// Where Helm 4 notes for post-renderers which template an object came from.
const TEMPLATE: &str = "postrenderer.helm.sh/postrender-filename";

/// One object of a stream.
#[derive(Debug, Clone)]
pub(super) struct Rendered<'a> {
    /// The object.
    pub(super) object: Object,
    /// The JSON pointer to it in its document.
    base: String,
    /// The places of the values of its document; none when no line of it may be shown, because it holds a secret.
    spans: Option<Rc<BTreeMap<String, NodeSpan>>>,
    /// The template that it came from.
    template: Option<&'a str>,
}

impl Rendered<'_> {
    /// A finding at a value, or at the nearest thing around it that is there.
    pub(super) fn at(&self, code: Code, message: String, path: &[Step], on_key: bool) -> Diagnostic {
        let lengths = (0..=path.len()).rev();
        let found = lengths.filter_map(|length| Some((length, self.span(&path[..length])?))).next();
        let diagnostic = Diagnostic::new(code, message);
        let diagnostic = match found {
            // A list or map would be many lines, so its key is shown.
            Some((length, NodeSpan { key: Some(key), .. })) if on_key || length < path.len() => diagnostic.at(key, ""),
            Some((_, NodeSpan { value, .. })) => diagnostic.at(value, ""),
            None => diagnostic,
        };
        match &self.template {
            Some(template) => diagnostic.help(format!("it is rendered from `{}`", template.escape_debug())),
            None => diagnostic,
        }
    }

    /// A finding about the object as a whole, at its name.
    pub(super) fn named(&self, code: Code, message: String) -> Diagnostic {
        self.at(code, message, &["metadata", "name"].map(|key| Step::Key(key.to_owned())), false)
    }

    fn span(&self, path: &[Step]) -> Option<NodeSpan> {
        self.spans.as_ref()?.get(&pointer_below(&self.base, path)).copied()
    }
}

/// Every object of a stream. What cannot be read is reported.
pub(super) fn read<'a>(sources: &'a Sources, file: FileId, diagnostics: &mut Diagnostics) -> Vec<Rendered<'a>> {
    let text = &sources.get(file).text;
    let mut rendered = Vec::new();
    for range in documents(text) {
        let source = text[range.clone()].lines().find_map(|line| line.strip_prefix("# Source: "));
        let mut found = Diagnostics::default();
        let document = parse_rendered(sources, file, range.clone(), &mut found);
        diagnostics.extend(found.iter().filter_map(|finding| unread(sources, file, &range, finding)));
        let Some(document) = document else { continue };
        let hides = document.value["kind"] == "Secret" || holds_secret(&document.value);
        let spans = (!hides).then(|| Rc::new(document.spans));
        for (base, value) in objects(document.value) {
            let span = Span { file, start: range.start, end: range.end };
            match object(value) {
                Ok(object) => {
                    let noted = object.value["metadata"]["annotations"][TEMPLATE].as_str();
                    let template = source.or_else(|| noted.and_then(|noted| place_of(text, noted)));
                    rendered.push(Rendered { object, base, spans: spans.clone(), template });
                }
                Err(message) => diagnostics.push(no_object(sources, span, message)),
            }
        }
    }
    rendered
}

/// The documents of a stream. A line that begins with `---` ends one wherever it stands.
fn documents(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let border =
            line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if border && at > start {
            ranges.push(start..at);
            start = at;
        }
        at += line.len();
    }
    ranges.push(start..text.len());
    ranges
}

/// A text that lives as long as the stream.
fn place_of<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    let at = text.find(part)?;
    text.get(at..at + part.len())
}

/// The objects of a document: itself, or the items of a list. Nothing of an empty one.
fn objects(document: Value) -> Vec<(String, Value)> {
    if document.is_null() {
        return Vec::new();
    }
    match (document["kind"].as_str(), &document["items"]) {
        (Some(kind), Value::Array(items)) if kind.ends_with("List") => {
            items.iter().enumerate().map(|(at, item)| (format!("/items/{at}"), item.clone())).collect()
        }
        _ => vec![(String::new(), document)],
    }
}

fn object(value: Value) -> Result<Object, &'static str> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let api_version = text(&value["apiVersion"]).ok_or("has no `apiVersion`")?;
    let kind = text(&value["kind"]).ok_or("has no `kind`")?;
    let metadata = &value["metadata"];
    if text(&metadata["name"]).is_none() && text(&metadata["generateName"]).is_none() {
        return Err("has no `metadata.name`");
    }
    let name = text(&metadata["name"]).unwrap_or_default();
    let namespace = text(&metadata["namespace"]);
    Ok(Object { api_version, kind, name, namespace, value })
}

fn no_object(sources: &Sources, span: Span, message: &str) -> Diagnostic {
    let text = &sources.get(span.file).text[span.start..span.end];
    let (first, _) = sources.line_column(span.file, span.start + text.len() - content(text).len());
    Diagnostic::new(Code::NotAnObject, format!("the document at line {first} of the stream {message}"))
        .help("a rendered stream holds whole objects of Kubernetes only; look at what the template leaves out")
}

/// A document without what stands before its first key.
fn content(text: &str) -> &str {
    let mut rest = text;
    while let Some((line, next)) = rest.split_once('\n') {
        if !(line.trim().is_empty() || line.starts_with("---") || line.trim_start().starts_with('#')) {
            break;
        }
        rest = next;
    }
    rest
}

/// What is said of a document that cannot be read. No line of it is shown: it may be a Secret.
fn unread(sources: &Sources, file: FileId, range: &Range<usize>, finding: &Diagnostic) -> Option<Diagnostic> {
    let line = |offset: usize| sources.line_column(file, offset).0;
    let at = finding.primary.as_ref().map_or(range.start, |label| label.span.start);
    match finding.code {
        // Legal YAML that this reader does not follow.
        Code::AnchorOrAlias | Code::CustomTag | Code::TooDeepOrLarge => {
            let text = &sources.get(file).text[range.clone()];
            let first = line(range.start + text.len() - content(text).len());
            let message = format!("the document at line {first} of the stream is not checked: {}", finding.message);
            let help = "check it with `kubectl apply --dry-run=server`";
            Some(Diagnostic::new(Code::DocumentNotChecked, message).help(help))
        }
        code => {
            let mut hidden = Diagnostic::new(code, format!("line {} of the stream: {}", line(at), finding.message));
            hidden.help = finding.help.clone();
            Some(hidden)
        }
    }
}
