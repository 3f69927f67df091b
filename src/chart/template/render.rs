//! Templates as Helm reads them.

mod expression;
mod idiom;
mod lines;
mod part;
mod test;
mod yaml;

use std::collections::BTreeMap;

use super::{Entry, FactTemplate, FigureTemplate, Guard, Node, Piece, Template};
use crate::chart::derive::specimen::NameOf;
use crate::chart::fact::FACTS;
use expression::{fact_name, figure_name, figure_text};
use idiom::idiomatic;
use part::{Sheet, share};
use test::condition;
use yaml::Writer;

/// The shapes of values that are put in as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::chart) enum Shape {
    /// A flag or a number.
    Scalar,
    /// A map or a list.
    Block,
}

/// Every file of the templates: its path below `templates/`, and its text.
pub(in crate::chart) fn files(
    templates: &[Template],
    facts: &[FactTemplate],
    figures: &[FigureTemplate],
    guards: &[Guard],
    shapes: &BTreeMap<String, Shape>,
) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut sheets: Vec<Sheet> =
        templates.iter().map(|template| Sheet::of(&template.key, &object(template, shapes))).collect();
    let parts = share(&mut sheets);
    for (template, sheet) in templates.iter().zip(&sheets) {
        files.insert(format!("{}.yaml", file_name(&template.key)), file(template, &sheet.text(), shapes));
    }
    files.insert("_parts.tpl".to_owned(), parts_file(&parts));
    files.insert("_facts.tpl".to_owned(), facts_file(facts));
    files.insert("_figures.tpl".to_owned(), figures_file(figures));
    files.insert("_guards.tpl".to_owned(), guards_file(guards, shapes));
    files.into_iter().map(|(name, text)| (name, idiomatic(&text))).collect()
}

const HEAD: &str = "{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}\n";

/// An object without the condition under which it is there, the data of a ConfigMap left out.
fn object(template: &Template, shapes: &BTreeMap<String, Shape>) -> String {
    let (_, node) = with_shared_data(&with_helm_labels(&template.node), &template.key);
    let mut writer = Writer::new(shapes, false);
    writer.block(&node, 0);
    writer.text()
}

/// The file of an object, the data of a ConfigMap before it.
fn file(template: &Template, object: &str, shapes: &BTreeMap<String, Shape>) -> String {
    let mut text = HEAD.to_owned();
    if let (Some(data), _) = with_shared_data(&template.node, &template.key) {
        let mut writer = Writer::new(shapes, false);
        writer.block(&data, 0);
        let name = data_name(&template.key);
        text += &format!("{{{{- define \"{name}\" -}}}}\n{}{{{{ end -}}}}\n", with_variables(&writer.text()));
    }
    let object = with_variables(object);
    match condition(&template.condition, ".") {
        None => text + &object,
        Some(condition) => text + &format!("{{{{- if {condition} }}}}\n{object}{{{{- end }}}}\n"),
    }
}

/// What several objects have alike.
fn parts_file(parts: &BTreeMap<String, String>) -> String {
    let mut text = HEAD.to_owned();
    for (name, part) in parts {
        text += &format!("\n{{{{- define {name:?} -}}}}\n{}{{{{- end }}}}\n", with_variables(part));
    }
    text
}

/// What is asked again and again, with the variable that holds the answer.
const ASKED: [(&str, &str); 2] =
    [("$edge", "include \"memos.edge\" ."), ("$replicas", "include \"memos.figure.scaling.max\" . | int64")];

/// The same text with what it asks more than once asked at its beginning.
fn with_variables(text: &str) -> String {
    let mut text = text.to_owned();
    let facts = FACTS.iter().map(|fact| (format!("${}", fact.name), format!("include \"{}\" .", fact_name(fact.name))));
    let asked = ASKED.iter().map(|(variable, expression)| ((*variable).to_owned(), (*expression).to_owned()));
    for (variable, expression) in asked.chain(facts) {
        let here = format!("({expression})");
        let in_list = here.replace("\" .", "\" $");
        if text.matches(&here).count() + text.matches(&in_list).count() > 1 {
            let rest = text.replace(&here, &variable).replace(&in_list, &variable);
            text = format!("{{{{- {variable} := {expression} }}}}\n{rest}");
        }
    }
    text
}

/// What a ConfigMap's data are called where they are hashed.
pub(in crate::chart) fn data_name(key: &str) -> String {
    format!("memos.data.{}", file_name(key))
}

/// The data of a ConfigMap under a name of their own, so that pods can carry their hash.
fn with_shared_data(node: &Node, key: &str) -> (Option<Node>, Node) {
    let Node::Map(entries) = node else { return (None, node.clone()) };
    if !key.starts_with("ConfigMap/") {
        return (None, node.clone());
    }
    let mut data = None;
    let entries = entries.iter().map(|entry| match entry {
        Entry::Field(name, node) if name == "data" => {
            data = Some(node.clone());
            Entry::Field(name.clone(), Node::Text(vec![Piece::Hash(key.to_owned(), Some(String::new()))]))
        }
        entry => entry.clone(),
    });
    let entries = entries.collect();
    (data, Node::Map(entries))
}

/// Labels that tell who manages an object: in its own metadata, Helm does.
fn with_helm_labels(node: &Node) -> Node {
    let Node::Map(entries) = node else { return node.clone() };
    let field = |entry: &Entry, wanted: &str, change: &dyn Fn(&Node) -> Node| match entry {
        Entry::Field(name, node) if name == wanted => Entry::Field(name.clone(), change(node)),
        entry => entry.clone(),
    };
    let labels = |node: &Node| {
        let Node::Map(entries) = node else { return node.clone() };
        let mut entries = entries.clone();
        for entry in &mut entries {
            if let Entry::Field(name, node) = entry
                && name == "app.kubernetes.io/managed-by"
            {
                *node = Node::Text(vec![Piece::Literal("{{ .Release.Service }}".to_owned())]);
            }
        }
        let chart = Node::Text(vec![Piece::Literal("{{ include \"memos.chart\" . }}".to_owned())]);
        entries.push(Entry::Field("helm.sh/chart".to_owned(), chart));
        Node::Map(entries)
    };
    let metadata = |node: &Node| match node {
        Node::Map(entries) => Node::Map(entries.iter().map(|entry| field(entry, "labels", &labels)).collect()),
        node => node.clone(),
    };
    Node::Map(entries.iter().map(|entry| field(entry, "metadata", &metadata)).collect())
}

/// `Deployment/{}-pooler` is `pooler-deployment`.
pub(in crate::chart) fn file_name(key: &str) -> String {
    let (kind, name) = key.split_once('/').unwrap_or((key, ""));
    let name = name.replace("{ns}", "").replace("{}", "");
    let name = name.trim_matches('-');
    let kind = kind.to_lowercase();
    if name.is_empty() { kind } else { format!("{name}-{kind}") }
}

/// What the helper for a derived name is called with.
pub(in crate::chart) fn name_arguments(of: NameOf) -> String {
    match of {
        NameOf::Component(crate::plan::names::Role::Memos) => "include \"memos.fullname\" .".to_owned(),
        NameOf::Component(role) => {
            format!("include \"memos.name\" (list . \"{}\" {})", role.word(), role.longest_name())
        }
        NameOf::Suffixed(suffix) => format!("include \"memos.name\" (list . \"{suffix}\" 63)"),
        NameOf::ClusterWide(suffix) => format!("include \"memos.clusterWideName\" (list . \"{suffix}\")"),
    }
}

/// What is wrong with values, one line of text for each line that the compiler says.
fn guards_file(guards: &[Guard], shapes: &BTreeMap<String, Shape>) -> String {
    let mut text = String::new();
    for guard in guards {
        let mut writer = Writer::new(shapes, false);
        writer.lines_when(&guard.condition, &guard.node);
        text += &writer.text();
    }
    format!("{HEAD}\n{{{{- define \"memos.derivedRefusals\" -}}}}\n{}{{{{- end }}}}\n", with_variables(&text))
}

/// What of the plan holds: a word when it does, nothing when it does not.
fn facts_file(facts: &[FactTemplate]) -> String {
    let mut text = HEAD.to_owned() + &crate::chart::edge::helper();
    for FactTemplate { name, condition } in facts {
        let holds = match test::condition(condition, ".") {
            Some(condition) => format!("{{{{ if {condition} }}}}true{{{{ end }}}}"),
            None => "true".to_owned(),
        };
        text += &format!("\n{{{{- define \"{}\" -}}}}\n{holds}\n{{{{- end }}}}\n", fact_name(name));
    }
    text
}

fn figures_file(figures: &[FigureTemplate]) -> String {
    let mut text = HEAD.to_owned();
    for figure in figures {
        let name = figure_name(figure.path);
        text += &format!("\n{{{{- define \"{name}\" -}}}}\n{}\n{{{{- end }}}}\n", figure_text(&figure.choice));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_twice_is_asked_once() {
        let ask =
            |word: &str, root: &str| format!("{{{{- if contains \" {word} \" (include \"memos.edge\" {root}) }}}}\n");
        let once = ask("a", ".");
        assert_eq!(with_variables(&once), once);
        assert_eq!(
            with_variables(&(once + &ask("b", "$"))),
            "{{- $edge := include \"memos.edge\" . }}\n{{- if contains \" a \" $edge }}\n{{- if contains \" b \" $edge }}\n"
        );
    }
}
