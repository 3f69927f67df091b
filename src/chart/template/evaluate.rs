//! What a template makes of given values: Helm's part, done here to find out where a template is wrong.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::{Atom, Choice, Entry, Node, Number, Piece};
use crate::chart::derive::specimen::{NameOf, Specimen};
use crate::chart::knob::TELLING;
use crate::spec::scalar::{ImageReference, Quantity, parse_seconds};

/// The value of a template; none when a value that it needs is not set.
pub(in crate::chart) fn evaluate(node: &Node, specimen: &Specimen) -> Option<Value> {
    evaluate_with(node, specimen, None)
}

/// The same inside of a list that is gone through, for one of its items.
pub(in crate::chart) fn evaluate_with(node: &Node, specimen: &Specimen, item: Option<&str>) -> Option<Value> {
    Place { specimen, item }.node(node)
}

pub(in crate::chart) fn number(number: &Number, specimen: &Specimen) -> Option<i64> {
    match number {
        Number::Literal(number) => Some(*number),
        Number::Value(path) => specimen.value(path)?.as_i64(),
        Number::Mebibytes(path) => i64::try_from(quantity(path, specimen)?.to_mebibytes()).ok(),
        Number::Gibibytes(path) => i64::try_from(quantity(path, specimen)?.to_mebibytes().div_ceil(1024)).ok(),
        Number::Port(path) => Some(i64::from(crate::plan::attachments::port_of(specimen.value(path)?.as_str()?))),
        Number::Thousandths(path) => i64::try_from(quantity(path, specimen)?.thousandths()).ok(),
        Number::Seconds(path) => seconds(path, specimen),
        Number::Milliseconds(path) => Some(seconds(path, specimen)? * 1000),
        Number::Figure(path) => Some(specimen.figures.get(path)?.number),
    }
}

fn quantity(path: &str, specimen: &Specimen) -> Option<Quantity> {
    specimen.value(path)?.as_str()?.parse().ok()
}

fn seconds(path: &str, specimen: &Specimen) -> Option<i64> {
    parse_seconds(specimen.value(path)?.as_str()?).map(i64::from)
}

pub(in crate::chart) fn holds(atom: &Atom, specimen: &Specimen) -> bool {
    match atom {
        Atom::Is(path, word) => specimen.value(path).and_then(Value::as_str) == Some(word),
        Atom::True(path) => specimen.value(path) == Some(&Value::Bool(true)),
        Atom::False(path) => specimen.value(path) == Some(&Value::Bool(false)),
        Atom::Set(path) | Atom::Given(path) => specimen.value(path).is_some(),
        Atom::AtLeast(what, least) => number(what, specimen).is_some_and(|number| number >= *least),
        Atom::Less(one, other) => {
            number(one, specimen).unwrap_or_default() < number(other, specimen).unwrap_or_default()
        }
        Atom::Edge(word) => specimen.edge.contains(word),
        Atom::Fact(name) => specimen.facts.contains(name),
        Atom::Matches(path, pattern) => {
            let pattern = PATTERNS.get(pattern);
            specimen
                .value(path)
                .and_then(Value::as_str)
                .is_some_and(|text| pattern.is_some_and(|one| one.is_match(text)))
        }
    }
}

pub(in crate::chart) fn chosen<'a, T>(choice: &'a Choice<T>, specimen: &Specimen) -> &'a T {
    match choice {
        Choice::One(one) => one,
        Choice::If(atom, yes, no) => chosen(if holds(atom, specimen) { yes } else { no }, specimen),
    }
}

/// The path of an image below its registry, as a mirror serves it.
pub(in crate::chart) fn repository(image: &str) -> Option<String> {
    let image = ImageReference { registry: None, ..image.parse().ok()? };
    Some(image.to_string())
}

/// The tag of an image.
pub(in crate::chart) fn tag(image: &str) -> Option<String> {
    image.parse::<ImageReference>().ok()?.tag
}

pub(in crate::chart) fn name(of: NameOf, specimen: &Specimen) -> String {
    match of {
        NameOf::Component(role) => specimen.names.component(role),
        NameOf::Suffixed(suffix) => specimen.names.suffixed(suffix),
        NameOf::ClusterWide(suffix) => specimen.names.cluster_wide(suffix),
    }
}

/// The hash of a ConfigMap's data, or of one key.
pub(in crate::chart) fn hash(key: &str, entry: Option<&str>, specimen: &Specimen) -> Option<String> {
    let object = specimen.objects.iter().find(|object| super::super::derive::key(object, specimen) == key)?;
    let data = object.value.get("data")?;
    let hashed = entry.map_or(Some(data), |entry| data.get(entry))?;
    Some(crate::plan::names::hash(&serde_json::to_vec(hashed).ok()?))
}

/// The patterns of sorts of texts, ready for use.
static PATTERNS: LazyLock<BTreeMap<&str, Regex>> = LazyLock::new(|| {
    let ready = TELLING.iter().filter_map(|(_, pattern, _)| Some((*pattern, Regex::new(pattern).ok()?)));
    ready.collect()
});

#[derive(Clone, Copy)]
struct Place<'a> {
    specimen: &'a Specimen,
    item: Option<&'a str>,
}

impl Place<'_> {
    fn node(self, node: &Node) -> Option<Value> {
        match node {
            Node::Literal(value) => Some(value.clone()),
            Node::Number(number) => self::number(number, self.specimen).map(Value::from),
            Node::Whole(path) => self.specimen.value(path).cloned(),
            Node::Text(pieces) => self.text(pieces).map(Value::from),
            Node::Lines(entries) => {
                let lines = self.items(entries)?;
                let lines: Option<Vec<&str>> = lines.iter().map(Value::as_str).collect();
                Some(Value::from(lines?.join("\n")))
            }
            Node::Settings(between, entries) => {
                let settings = self.items(entries)?;
                let settings: Option<Vec<&str>> = settings.iter().map(Value::as_str).collect();
                Some(Value::from(settings?.join(&between.to_string())))
            }
            Node::Joined(parts) => {
                let parts: Option<Vec<Value>> = parts.iter().map(|part| self.node(part)).collect();
                Some(Value::from(parts?.iter().filter_map(Value::as_str).collect::<String>()))
            }
            Node::Map(entries) => {
                let mut map = Map::new();
                self.fields(entries, &mut map)?;
                Some(Value::Object(map))
            }
            Node::List(entries) => self.items(entries).map(Value::Array),
            Node::Choice(choice) => self.node(chosen::<Box<Node>>(choice, self.specimen)),
        }
    }

    fn fields(self, entries: &[Entry], map: &mut Map<String, Value>) -> Option<()> {
        for entry in entries {
            match entry {
                Entry::Field(key, node) => drop(map.insert(key.clone(), self.node(node)?)),
                Entry::When(condition, entries) => {
                    if *chosen(condition, self.specimen) {
                        self.fields(entries, map)?;
                    }
                }
                Entry::Spread(path) => {
                    if let Some(more) = self.specimen.value(path).and_then(Value::as_object) {
                        map.extend(more.clone());
                    }
                }
                Entry::Item(_) | Entry::Each(..) => return None,
            }
        }
        Some(())
    }

    fn items(self, entries: &[Entry]) -> Option<Vec<Value>> {
        let mut items = Vec::new();
        for entry in entries {
            match entry {
                Entry::Item(node) => items.push(self.node(node)?),
                Entry::When(condition, entries) => {
                    if *chosen(condition, self.specimen) {
                        items.extend(self.items(entries)?);
                    }
                }
                Entry::Spread(path) => {
                    items.extend(self.specimen.value(path).and_then(Value::as_array).into_iter().flatten().cloned());
                }
                Entry::Each(path, entries) => {
                    for item in self.specimen.value(path).and_then(Value::as_array).into_iter().flatten() {
                        items.extend(Self { item: item.as_str(), ..self }.items(entries)?);
                    }
                }
                Entry::Field(..) => return None,
            }
        }
        Some(items)
    }

    fn text(self, pieces: &[Piece]) -> Option<String> {
        pieces.iter().map(|piece| self.piece(piece)).collect()
    }

    fn piece(self, piece: &Piece) -> Option<String> {
        let value = |path: &str| self.specimen.value(path)?.as_str();
        match piece {
            Piece::Literal(text) => Some(text.clone()),
            Piece::Value(path) => value(path).map(str::to_owned),
            Piece::Repository(path) => repository(value(path)?),
            Piece::Tag(path) => tag(value(path)?),
            Piece::Image(image) => image.of(self.specimen),
            Piece::Host(path) => Some(crate::plan::attachments::host_of(value(path)?).to_owned()),
            Piece::Item(_) => self.item.map(str::to_owned),
            Piece::Joined(path) => {
                let items: Option<Vec<&str>> =
                    self.specimen.value(path)?.as_array()?.iter().map(Value::as_str).collect();
                Some(items?.join(","))
            }
            Piece::Name(of) => Some(name(*of, self.specimen)),
            Piece::Namespace => Some(self.specimen.names.namespace.clone()),
            Piece::Digits(choice) => Some(number(chosen(choice, self.specimen), self.specimen)?.to_string()),
            Piece::Memory(amount) => {
                let count = u64::try_from(number(amount, self.specimen)?).ok()?;
                Some(Quantity::mebibytes(count).to_string())
            }
            Piece::Gibibytes(count) => Some(format!("{}Gi", number(count, self.specimen)?)),
            Piece::Processor(amount) => {
                let count = u64::try_from(number(amount, self.specimen)?).ok()?;
                Some(Quantity::millicores(count).to_string())
            }
            Piece::Hash(key, entry) => hash(key, entry.as_deref(), self.specimen),
        }
    }
}
