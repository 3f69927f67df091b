//! Templates of values as YAML with actions in it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::expression::{chosen, number_text, value};
use super::lines::is_block;
use super::test::{Ladder, condition, negated};
use super::{Shape, data_name, plan};
use crate::chart::derive::specimen::NameOf;
use crate::chart::image::Image;
use crate::chart::template::{Choice, Condition, Entry, Node, Number, Piece};
use crate::plan::names::Role;

pub(super) struct Writer<'a> {
    shapes: &'a BTreeMap<String, Shape>,
    /// Whether `.` is an item of a list.
    pub(super) in_list: bool,
    pub(super) text: String,
}

impl<'a> Writer<'a> {
    pub(super) fn new(shapes: &'a BTreeMap<String, Shape>, in_list: bool) -> Self {
        Self { shapes, in_list, text: String::new() }
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    pub(super) fn root(&self) -> &'static str {
        if self.in_list { "$" } else { "." }
    }

    pub(super) fn line(&mut self, indent: usize, text: &str) {
        self.text += &" ".repeat(indent);
        self.text += text;
        self.text.push('\n');
    }

    /// A map or list, or a choice between such.
    pub(super) fn block(&mut self, node: &Node, indent: usize) {
        match node {
            Node::Map(entries) | Node::List(entries) => self.entries(entries, indent),
            Node::Choice(choice) => self.choice(choice, indent),
            Node::Whole(path) => {
                let path = value(path, self.root());
                self.line(indent, &format!("{{{{- toYaml {path} | nindent {indent} }}}}"));
            }
            scalar => {
                let text = self.inline(scalar);
                self.line(indent, &text);
            }
        }
    }

    fn choice(&mut self, choice: &Choice<Box<Node>>, indent: usize) {
        match choice {
            Choice::One(node) => self.block(node, indent),
            choice => self.ladder(choice, indent, &|writer, choice| writer.choice(choice, indent)),
        }
    }

    fn entries(&mut self, entries: &[Entry], indent: usize) {
        let labels = Labels::of(entries);
        if let Some(labels) = &labels {
            let call = format!("include {:?} (list {} {:?})", labels.helper, self.root(), labels.component);
            self.line(indent, &format!("{{{{- {call} | nindent {indent} }}}}"));
        }
        let shared: &[&str] = labels.as_ref().map_or(&[], |labels| labels.keys);
        let mut rest = entries;
        while let Some((entry, after)) = rest.split_first() {
            rest = after;
            match entry {
                Entry::Field(key, _) if shared.contains(&key.as_str()) => {}
                Entry::Field(key, node) => self.after(&format!("{}:", key_text(key)), node, indent, 2),
                Entry::Item(node) => self.item(node, indent),
                Entry::When(when, entries) => {
                    rest = self.when(when, entries, after, indent, &|writer, entries| writer.entries(entries, indent));
                }
                Entry::Spread(path) => {
                    let path = value(path, self.root());
                    self.line(indent, &format!("{{{{- with {path} }}}}"));
                    self.line(indent, &format!("{{{{- toYaml . | nindent {indent} }}}}"));
                    self.line(indent, "{{- end }}");
                }
                Entry::Each(path, entries) => {
                    let path = value(path, self.root());
                    self.line(indent, &format!("{{{{- range {path} }}}}"));
                    let before = std::mem::replace(&mut self.in_list, true);
                    self.entries(entries, indent);
                    self.in_list = before;
                    self.line(indent, "{{- end }}");
                }
            }
        }
    }

    /// What is there under a condition, with what follows under the opposite one. The entries after that.
    pub(super) fn when<'e>(
        &mut self,
        when: &Condition,
        entries: &[Entry],
        after: &'e [Entry],
        indent: usize,
        write: &dyn Fn(&mut Self, &[Entry]),
    ) -> &'e [Entry] {
        let root = self.root();
        let Some(test) = condition(when, root) else {
            write(self, entries);
            return after;
        };
        self.line(indent, &format!("{{{{- if {test} }}}}"));
        write(self, entries);
        let opposite = negated(when, root);
        let otherwise = match after.split_first() {
            Some((Entry::When(other, entries), rest)) if condition(other, root) == opposite => Some((entries, rest)),
            _ => None,
        };
        if let Some((entries, _)) = otherwise {
            self.line(indent, "{{- else }}");
            write(self, entries);
        }
        self.line(indent, "{{- end }}");
        otherwise.map_or(after, |(_, rest)| rest)
    }

    /// An item of a list: its first line stands behind the dash.
    fn item(&mut self, node: &Node, indent: usize) {
        let is_map = matches!(node, Node::Map(entries) if matches!(entries.first(), Some(Entry::Field(..))));
        if !is_map {
            return self.after("-", node, indent, 2);
        }
        let mut inner = Self::new(self.shapes, self.in_list);
        inner.block(node, indent + 2);
        let text = inner.text();
        self.text += &format!("{}- {}", " ".repeat(indent), text.trim_start());
    }

    /// A key or a dash, and what belongs to it.
    fn after(&mut self, head: &str, node: &Node, indent: usize, more: usize) {
        match node {
            Node::Lines(entries) => self.lines(head, entries, indent, more),
            Node::Literal(Value::String(text)) if is_block(text) => {
                let line = |line: &str| Entry::Item(Node::Literal(Value::from(line)));
                let entries: Vec<Entry> = text.split('\n').map(line).collect();
                self.lines(head, &entries, indent, more);
            }
            Node::Text(pieces) if matches!(pieces.as_slice(), [Piece::Hash(_, Some(key))] if key.is_empty()) => {
                let [Piece::Hash(key, _)] = pieces.as_slice() else { return };
                self.line(indent, head);
                let root = self.root();
                let call = format!("include \"{}\" {root} | nindent {}", data_name(key), indent + more);
                self.line(indent + more, &format!("{{{{- {call} }}}}"));
            }
            node if self.is_scalar(node) => {
                let text = self.inline(node);
                self.line(indent, &format!("{head} {text}"));
            }
            Node::Map(entries) | Node::List(entries) if entries.is_empty() => {
                let empty = if matches!(node, Node::Map(_)) { "{}" } else { "[]" };
                self.line(indent, &format!("{head} {empty}"));
            }
            Node::Choice(choice) => self.choice_after(head, choice, indent, more),
            node => {
                self.line(indent, head);
                self.block(node, indent + more);
            }
        }
    }

    fn choice_after(&mut self, head: &str, choice: &Choice<Box<Node>>, indent: usize, more: usize) {
        match choice {
            Choice::One(node) => self.after(head, node, indent, more),
            choice => self.ladder(choice, indent, &|writer, choice| writer.choice_after(head, choice, indent, more)),
        }
    }

    /// One case after the other.
    fn ladder(&mut self, choice: &Choice<Box<Node>>, indent: usize, write: &dyn Fn(&mut Self, &Choice<Box<Node>>)) {
        let Ladder { steps, last } = Ladder::of(choice, self.root());
        let mut word = "if";
        for (test, then) in steps {
            self.line(indent, &format!("{{{{- {word} {test} }}}}"));
            write(self, then);
            word = "else if";
        }
        self.line(indent, "{{- else }}");
        write(self, last);
        self.line(indent, "{{- end }}");
    }

    fn is_scalar(&self, node: &Node) -> bool {
        match node {
            Node::Literal(Value::String(text)) => !is_block(text),
            Node::Literal(_) | Node::Number(_) | Node::Text(_) | Node::Settings(..) | Node::Joined(_) => true,
            Node::Whole(path) => self.shapes.get(path) != Some(&Shape::Block),
            Node::Lines(_) | Node::Map(_) | Node::List(_) => false,
            Node::Choice(choice) => self.all_scalar(choice),
        }
    }

    fn all_scalar(&self, choice: &Choice<Box<Node>>) -> bool {
        match choice {
            Choice::One(node) => self.is_scalar(node),
            Choice::If(_, yes, no) => self.all_scalar(yes) && self.all_scalar(no),
        }
    }

    /// A scalar on the line of its key.
    fn inline(&self, node: &Node) -> String {
        let root = self.root();
        match node {
            Node::Literal(Value::String(text)) => quoted(text),
            Node::Literal(value) => value.to_string(),
            Node::Number(number) => format!("{{{{ {} }}}}", number_text(number, root)),
            Node::Whole(path) => format!("{{{{ {} }}}}", value(path, root)),
            Node::Text(pieces) => self.quoted_text(pieces),
            Node::Choice(choice) => chosen(choice, root, &|node| self.inline(node)),
            Node::Settings(..) | Node::Joined(_) => format!("\"{}\"", self.unquoted(node, escaped)),
            Node::Lines(_) | Node::Map(_) | Node::List(_) => String::new(),
        }
    }

    /// A text in double quotes, whatever its values hold.
    fn quoted_text(&self, pieces: &[Piece]) -> String {
        let root = self.root();
        if let [Piece::Literal(text)] = pieces {
            return text.clone();
        }
        if let [piece] = pieces
            && let Some(expression) = self.expression(piece)
        {
            return format!("{{{{ {expression} | quote }}}}");
        }
        let is_safe = |piece: &Piece| {
            !matches!(
                piece,
                Piece::Value(_)
                    | Piece::Tag(_)
                    | Piece::Repository(_)
                    | Piece::Image(_)
                    | Piece::Host(_)
                    | Piece::Item(_)
                    | Piece::Joined(_)
            )
        };
        if pieces.iter().all(is_safe) {
            let inner: String = pieces.iter().map(|piece| self.raw_piece(piece, &|text| escaped(text))).collect();
            return format!("\"{inner}\"");
        }
        let open = pieces
            .iter()
            .position(|piece| matches!(piece, Piece::Digits(choice) if !matches!(**choice, Choice::One(_))));
        if let Some(at) = open
            && let Piece::Digits(choice) = &pieces[at]
        {
            return chosen(choice, root, &|number: &Number| {
                let mut pieces = pieces.to_vec();
                pieces[at] = Piece::Digits(Box::new(Choice::One(number.clone())));
                self.quoted_text(&pieces)
            });
        }
        let mut format = String::new();
        let mut arguments = String::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => format += &text.replace('%', "%%"),
                Piece::Digits(choice) if matches!(**choice, Choice::One(Number::Literal(_))) => {
                    if let Choice::One(Number::Literal(number)) = **choice {
                        format += &number.to_string();
                    }
                }
                piece => {
                    format += "%v";
                    let expression = self.expression(piece).unwrap_or_default();
                    arguments +=
                        &if expression.contains(' ') { format!(" ({expression})") } else { format!(" {expression}") };
                }
            }
        }
        format!("{{{{ printf {}{arguments} | quote }}}}", go_quoted(&format))
    }

    /// A piece as an expression; none for what is no single one.
    fn expression(&self, piece: &Piece) -> Option<String> {
        let root = self.root();
        Some(match piece {
            Piece::Literal(text) => go_quoted(text),
            Piece::Value(path) => value(path, root),
            Piece::Repository(path) => format!("include \"memos.repository\" {}", value(path, root)),
            Piece::Tag(path) => format!("include \"memos.tag\" {}", value(path, root)),
            Piece::Image(image) => image_expression(image, root),
            Piece::Host(path) => format!("include \"memos.host\" {}", value(path, root)),
            Piece::Item(_) => ".".to_owned(),
            Piece::Joined(path) => format!("join \",\" {}", value(path, root)),
            Piece::Name(of) => plan::name(*of, root),
            Piece::Namespace => format!("{}.Release.Namespace", if self.in_list { "$" } else { "" }),
            Piece::Digits(choice) => match &**choice {
                Choice::One(number) => number_text(number, root),
                Choice::If(..) => return None,
            },
            Piece::Memory(number) => format!("include \"memos.memory\" {}", super::expression::number(number, root)),
            Piece::Gibibytes(number) => format!("printf \"%dGi\" {}", super::expression::number(number, root)),
            Piece::Processor(number) => {
                format!("include \"memos.processor\" {}", super::expression::number(number, root))
            }
            Piece::Hash(key, None) => {
                format!("include \"{}\" {root} | fromYaml | toRawJson | sha256sum", data_name(key))
            }
            Piece::Hash(key, Some(entry)) => {
                format!("get (include \"{}\" {root} | fromYaml) {entry:?} | toRawJson | sha256sum", data_name(key))
            }
        })
    }

    fn raw_piece(&self, piece: &Piece, literal: &dyn Fn(&str) -> String) -> String {
        match piece {
            Piece::Literal(text) => literal(text),
            Piece::Digits(choice) => chosen(choice, self.root(), &|number: &Number| match number {
                Number::Literal(number) => number.to_string(),
                number => format!("{{{{ {} }}}}", number_text(number, self.root())),
            }),
            piece => format!("{{{{ {} }}}}", self.expression(piece).unwrap_or_default()),
        }
    }

    /// Settings with a sign between them. Where the first may not be there, a variable says what stands before the next.
    fn settings(&self, between: char, entries: &[Entry], literal: fn(&str) -> String) -> String {
        if matches!(entries.first(), Some(Entry::When(..))) {
            let after = format!("{{{{ $between = \"{between}\" }}}}");
            let joined = self.settings_joined(entries, literal, &mut || ("{{ $between }}".to_owned(), after.clone()));
            return format!("{{{{ $between := \"\" }}}}{joined}");
        }
        let mut first = true;
        self.settings_joined(entries, literal, &mut || {
            let before = if std::mem::replace(&mut first, false) { String::new() } else { between.to_string() };
            (before, String::new())
        })
    }

    /// The same, with what `around` says before and after each.
    fn settings_joined(
        &self,
        entries: &[Entry],
        literal: fn(&str) -> String,
        around: &mut dyn FnMut() -> (String, String),
    ) -> String {
        let mut text = String::new();
        for entry in entries {
            match entry {
                Entry::Item(node) => {
                    let (before, after) = around();
                    text += &format!("{before}{}{after}", self.unquoted(node, literal));
                }
                Entry::When(when, entries) => {
                    let inner = self.settings_joined(entries, literal, around);
                    match condition(when, self.root()) {
                        None => text += &inner,
                        Some(when) => text += &format!("{{{{ if {when} }}}}{inner}{{{{ end }}}}"),
                    }
                }
                Entry::Field(..) | Entry::Spread(_) | Entry::Each(..) => {}
            }
        }
        text
    }

    /// A line of a text of several lines, where nothing is quoted.
    pub(super) fn raw(&self, node: &Node) -> String {
        self.unquoted(node, braces)
    }

    /// A part of a text, with what never changes written as `literal` does. Values in it are names and words, in which nothing has
    /// to be escaped.
    fn unquoted(&self, node: &Node, literal: fn(&str) -> String) -> String {
        match node {
            Node::Literal(Value::String(text)) => literal(text),
            Node::Literal(value) => value.to_string(),
            Node::Text(pieces) => pieces.iter().map(|piece| self.raw_piece(piece, &literal)).collect(),
            Node::Choice(choice) => chosen(choice, self.root(), &|node| self.unquoted(node, literal)),
            Node::Settings(between, entries) => self.settings(*between, entries, literal),
            Node::Joined(parts) => parts.iter().map(|part| self.unquoted(part, literal)).collect(),
            other => self.inline(other),
        }
    }
}

/// Labels that a helper writes, because nearly every object has them.
struct Labels {
    helper: &'static str,
    component: String,
    keys: &'static [&'static str],
}

impl Labels {
    const SELECTOR: &[&str] = &["app.kubernetes.io/component", "app.kubernetes.io/instance", "app.kubernetes.io/name"];
    const OWN: &[&str] = &[
        "app.kubernetes.io/component",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/name",
        "app.kubernetes.io/managed-by",
        "app.kubernetes.io/part-of",
        "helm.sh/chart",
    ];

    /// Those of a map that has all of them.
    fn of(entries: &[Entry]) -> Option<Self> {
        let field = |wanted: &str| {
            entries.iter().find_map(|entry| match entry {
                Entry::Field(key, node) if key == wanted => Some(node),
                _ => None,
            })
        };
        let Node::Literal(Value::String(component)) = field(Self::SELECTOR[0])? else { return None };
        let ours = *field(Self::SELECTOR[1])? == Node::Text(vec![Piece::Name(NameOf::Component(Role::Memos))])
            && *field(Self::SELECTOR[2])? == Node::Literal(Value::from("memos"));
        if !ours {
            return None;
        }
        let all = |keys: &[&str]| keys.iter().all(|key| field(key).is_some());
        let found = |helper, keys| Self { helper, component: component.clone(), keys };
        if all(Self::OWN) {
            return Some(found("memos.labels", Self::OWN));
        }
        all(Self::SELECTOR).then(|| found("memos.selectorLabels", Self::SELECTOR))
    }
}

fn image_expression(image: &Image, root: &str) -> String {
    let Image { path, own, version } = image;
    let own = match version {
        None => go_quoted(own),
        Some((path, 0)) => format!("(printf {} {})", go_quoted(own), value(path, root)),
        Some((path, otherwise)) => format!("(printf {} ({} | default {otherwise}))", go_quoted(own), value(path, root)),
    };
    format!("include \"memos.image\" (list {root} {} {own})", value(path, root))
}

/// Braces that are meant, not Helm's.
fn braces(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// A text inside double quotes of YAML.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    braces(&quoted[1..quoted.len() - 1])
}

/// A text as people write it: without quotes where no reader takes it for anything else.
fn quoted(text: &str) -> String {
    let plain = crate::emit::yaml::document(&Value::from(text)).trim_end().to_owned();
    braces(&plain)
}

/// A text inside double quotes of Go's templates.
fn go_quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn key_text(key: &str) -> String {
    crate::emit::yaml::document(&Value::from(key)).trim_end().to_owned()
}
