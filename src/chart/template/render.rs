//! Templates as Helm reads them.

mod expression;
mod yaml;

use std::collections::BTreeMap;

use super::{Entry, FigureTemplate, Node, Piece, Template};
use crate::chart::derive::specimen::NameOf;
use expression::{condition, figure_name, figure_text};
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
    figures: &[FigureTemplate],
    shapes: &BTreeMap<String, Shape>,
) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for template in templates {
        files.insert(format!("{}.yaml", file_name(&template.key)), object(template, shapes));
    }
    files.insert("_figures.tpl".to_owned(), figures_file(figures));
    files
}

const HEAD: &str = "{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}\n";

fn object(template: &Template, shapes: &BTreeMap<String, Shape>) -> String {
    let node = with_helm_labels(&template.node);
    let (data, node) = with_shared_data(&node, &template.key);
    let mut text = HEAD.to_owned();
    if let Some(data) = data {
        let mut writer = Writer::new(shapes, false);
        writer.block(&data, 0);
        text += &format!("{{{{- define \"{}\" -}}}}\n{}{{{{ end -}}}}\n", data_name(&template.key), writer.text());
    }
    let mut writer = Writer::new(shapes, false);
    writer.block(&node, 0);
    match condition(&template.condition, ".") {
        None => text += &writer.text(),
        Some(condition) => text += &format!("{{{{- if {condition} }}}}\n{}{{{{- end }}}}\n", writer.text()),
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

fn figures_file(figures: &[FigureTemplate]) -> String {
    let mut text = HEAD.to_owned();
    for figure in figures {
        let name = figure_name(figure.path);
        text += &format!("\n{{{{- define \"{name}\" -}}}}\n{}\n{{{{- end }}}}\n", figure_text(&figure.choice));
    }
    text
}
