//! Texts of several lines, in which nothing is quoted.

use serde_json::Value;

use super::expression::value;
use super::yaml::Writer;
use crate::chart::template::{Condition, Entry, Node};

/// Whether a text is written line by line, and every reader finds it again so.
pub(super) fn is_block(text: &str) -> bool {
    let plain = |line: &str| !line.ends_with([' ', '\t']) && !line.contains('\t');
    text.contains('\n') && !text.starts_with([' ', '\n']) && !text.ends_with("\n\n") && text.split('\n').all(plain)
}

fn is_empty(entry: &Entry) -> bool {
    matches!(entry, Entry::Item(Node::Literal(Value::String(line))) if line.is_empty())
}

impl Writer<'_> {
    /// A key or a dash, and the lines below it.
    pub(super) fn lines(&mut self, head: &str, entries: &[Entry], indent: usize, more: usize) {
        let ends = entries.last().is_some_and(is_empty);
        let entries = if ends { &entries[..entries.len() - 1] } else { entries };
        self.line(indent, &format!("{head} |{}", if ends { "" } else { "-" }));
        self.line_entries(entries, indent + more);
    }

    /// The lines of a text outside of any YAML, under a condition.
    pub(super) fn lines_when(&mut self, condition: &Condition, node: &Node) {
        let lines = match node {
            Node::Lines(entries) => entries.clone(),
            node => vec![Entry::Item(node.clone())],
        };
        self.line_entries(&[Entry::When(condition.clone(), lines)], 0);
    }

    fn line_entries(&mut self, entries: &[Entry], indent: usize) {
        let mut rest = entries;
        while let Some((entry, after)) = rest.split_first() {
            rest = after;
            match entry {
                Entry::Item(_) if is_empty(entry) => {
                    // An action takes all blank lines before it away, but not an action without a text.
                    let open = matches!(after.first(), Some(Entry::Item(_)));
                    self.text.push_str(if open { "\n" } else { "{{ \"\" }}\n" });
                }
                Entry::Item(node) => {
                    let text = self.raw(node);
                    self.line(indent, &text);
                }
                Entry::When(when, entries) => {
                    let write = |writer: &mut Self, entries: &[Entry]| writer.line_entries(entries, indent);
                    rest = self.when(when, entries, after, indent, &write);
                }
                Entry::Each(path, entries) => {
                    let path = value(path, self.root());
                    self.line(indent, &format!("{{{{- range {path} }}}}"));
                    let before = std::mem::replace(&mut self.in_list, true);
                    self.line_entries(entries, indent);
                    self.in_list = before;
                    self.line(indent, "{{- end }}");
                }
                Entry::Field(..) | Entry::Spread(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::chart::template::{Atom, Choice};

    #[test]
    fn a_text_is_written_line_by_line_where_it_can_be_read_again() {
        for text in ["a\nb\n", "a\nb", "a\n\n  b\n"] {
            assert!(is_block(text), "{text:?}");
        }
        for text in ["a", "", "\na", " a\nb", "a \nb", "a\tb\nc", "a\n\n"] {
            assert!(!is_block(text), "{text:?}");
        }
    }

    #[test]
    fn a_blank_line_before_an_action_stays() {
        let line = |text: &str| Entry::Item(Node::Literal(Value::from(text)));
        let condition =
            Choice::If(Atom::True("cache.auth".to_owned()), Box::new(Choice::One(true)), Box::new(Choice::One(false)));
        let entries = [line("a"), line(""), line("b"), line(""), Entry::When(condition, vec![line("c")]), line("")];
        let shapes = BTreeMap::new();
        let mut writer = Writer::new(&shapes, false);
        writer.lines("key:", &entries, 0, 2);
        let expected = "key: |\n  a\n\n  b\n{{ \"\" }}\n  {{- if .Values.cache.auth }}\n  c\n  {{- end }}\n";
        assert_eq!(writer.text(), expected);
    }
}
