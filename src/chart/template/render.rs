//! Templates as Helm reads them.

mod expression;
mod idiom;
mod lines;
mod part;
mod plan;
mod test;
mod yaml;

use std::collections::BTreeMap;

use super::{Entry, FactTemplate, FigureTemplate, Guard, Node, Piece, Template};
use idiom::idiomatic;
use part::{Sheet, share};
use test::condition;
use yaml::Writer;

pub(in crate::chart) use plan::field;

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
    files.insert("_guards.tpl".to_owned(), guards_file(guards, shapes));
    let plan = plan::file(facts, figures, files.values());
    files.insert("_plan.tpl".to_owned(), format!("{HEAD}{}\n{plan}", crate::chart::edge::helper()));
    files.into_iter().map(|(name, text)| (name, idiomatic(&text))).collect()
}

const HEAD: &str = "{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}\n";

/// What every file begins with, since Helm says nowhere which is rendered first.
const PLAN: &str = "{{- include \"memos.plan\" . }}\n";

/// An object without the condition under which it is there, the data of a ConfigMap left out.
fn object(template: &Template, shapes: &BTreeMap<String, Shape>) -> String {
    let (_, node) = with_shared_data(&with_helm_labels(&template.node), &template.key);
    let mut writer = Writer::new(shapes, false);
    writer.block(&node, 0);
    writer.text()
}

/// The file of an object, the data of a ConfigMap before it.
fn file(template: &Template, object: &str, shapes: &BTreeMap<String, Shape>) -> String {
    let mut text = format!("{HEAD}{PLAN}");
    if let (Some(data), _) = with_shared_data(&template.node, &template.key) {
        let mut writer = Writer::new(shapes, false);
        writer.block(&data, 0);
        let name = data_name(&template.key);
        text += &format!("{{{{- define \"{name}\" -}}}}\n{}{{{{ end -}}}}\n", writer.text());
    }
    match condition(&template.condition, ".") {
        None => text + object,
        Some(condition) => text + &format!("{{{{- if {condition} }}}}\n{object}{{{{- end }}}}\n"),
    }
}

/// What several objects have alike.
fn parts_file(parts: &BTreeMap<String, String>) -> String {
    let mut text = HEAD.to_owned();
    for (name, part) in parts {
        text += &format!("\n{{{{- define {name:?} -}}}}\n{part}{{{{- end }}}}\n");
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
        let chart = Node::Text(vec![Piece::Literal("{{ .Plan.chart }}".to_owned())]);
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

/// What is wrong with values, one line of text for each line that the compiler says.
fn guards_file(guards: &[Guard], shapes: &BTreeMap<String, Shape>) -> String {
    let mut text = String::new();
    for guard in guards {
        let mut writer = Writer::new(shapes, false);
        writer.lines_when(&guard.condition, &guard.node);
        text += &writer.text();
    }
    format!("{HEAD}\n{{{{- define \"memos.derivedRefusals\" -}}}}\n{text}{{{{- end }}}}\n")
}
