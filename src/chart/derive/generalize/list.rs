//! Lists: items that are found again by what they are called or look like, and lists of values.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::Value;

use super::{Generalizer, Outcome, Presence, Row, in_common_order};
use crate::chart::derive::vocabulary::Part;
use crate::chart::template::{Entry, Node, Piece};

/// Fields by which an item of a list is known, as people would know it.
const NAMING: &[&str] = &["name", "mountPath", "key", "secretKey", "topologyKey", "type", "path", "port"];

/// What stands at a place of a list.
struct Item<'a> {
    /// By what it is found again.
    key: String,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Plain(&'a Value),
    Spread(String),
    Each(String, Vec<(&'a str, &'a Value)>),
}

/// Two names that stand in both orders.
fn disagreement(lists: &[Vec<String>]) -> String {
    let mut pairs = std::collections::BTreeSet::new();
    for list in lists {
        for (at, first) in list.iter().enumerate() {
            for second in &list[at + 1..] {
                if pairs.contains(&(second, first)) {
                    return format!("`{first}` and `{second}`");
                }
                pairs.insert((first, second));
            }
        }
    }
    "in a circle".to_owned()
}

impl<'a> Generalizer<'a> {
    pub(super) fn list(&mut self, path: &str, rows: &[Row<'a>]) -> Node {
        let purposes = |row: &Row<'a>| self.purposes(path, row);
        let found = |closely: bool| -> (Vec<Vec<Item<'a>>>, Vec<Vec<String>>) {
            let items: Vec<Vec<Item<'a>>> =
                rows.iter().map(|row| self.items(row, purposes(row).as_deref(), closely)).collect();
            let keys = items.iter().map(|list| list.iter().map(|item| item.key.clone()).collect()).collect();
            (items, keys)
        };
        let (mut items, mut keys) = found(false);
        let mut order = in_common_order(&keys);
        if order.is_none() {
            // Two sorts of items may share a name and stand in different places.
            (items, keys) = found(true);
            order = in_common_order(&keys);
        }
        let Some(order) = order else {
            return self.fail(path, format!("items in different orders: {}", disagreement(&keys)));
        };
        let mut by_key: BTreeMap<&str, Vec<(Row<'a>, &Item<'a>)>> = BTreeMap::new();
        for (row, list) in rows.iter().zip(&items) {
            for item in list {
                by_key.entry(&item.key).or_default().push((*row, item));
            }
        }
        let made: Vec<(String, Entry, Presence, Outcome)> = order
            .par_iter()
            .map(|key| {
                let with = &by_key[key.as_str()];
                let inside = format!("{path}[{key}]");
                let mut inner = self.inner();
                let entry = inner.entry(&inside, with);
                let members: Vec<Row<'a>> = with.iter().map(|(row, _)| *row).collect();
                // Where a list of values is empty, there is nothing to go through anyway.
                let around: Vec<Row<'a>> = match &entry {
                    Entry::Spread(list) | Entry::Each(list, _) => {
                        rows.iter().filter(|row| self.specimens[row.at].value(list).is_some()).copied().collect()
                    }
                    _ => rows.to_vec(),
                };
                let presence = inner.presence(&inside, &around, &members);
                (inside, entry, presence, inner.outcome)
            })
            .collect();
        let mut entries = Vec::new();
        for (inside, entry, presence, outcome) in made {
            self.outcome.extend(outcome);
            self.enter(&inside, &mut entries, entry, presence);
        }
        Node::List(entries)
    }

    fn entry(&mut self, path: &str, with: &[(Row<'a>, &Item<'a>)]) -> Entry {
        match with.first().map(|(_, item)| &item.kind) {
            Some(Kind::Spread(list)) => Entry::Spread(list.clone()),
            Some(Kind::Each(list, _)) => {
                let mut rows = Vec::new();
                for (row, item) in with {
                    if let Kind::Each(_, items) = &item.kind {
                        rows.extend(items.iter().map(|(item, value)| Row { at: row.at, value, item: Some(item) }));
                    }
                }
                Entry::Each(list.clone(), vec![Entry::Item(self.node(path, &rows))])
            }
            _ => {
                let rows: Vec<Row<'a>> = with
                    .iter()
                    .filter_map(|(row, item)| match item.kind {
                        Kind::Plain(value) => Some(Row { value, ..*row }),
                        _ => None,
                    })
                    .collect();
                Entry::Item(self.node(path, &rows))
            }
        }
    }

    /// The rules of a NetworkPolicy have no names, but an annotation says in a line each what they are for.
    fn purposes(&self, path: &str, row: &Row<'a>) -> Option<Vec<String>> {
        let (key, side) = path.strip_prefix("NetworkPolicy/")?.rsplit_once(".spec.")?;
        let specimen = &self.specimens[row.at];
        let wanted = format!("NetworkPolicy/{key}");
        let object = specimen.objects.iter().find(|object| super::super::key(object, specimen) == wanted)?;
        let text = object.value["metadata"]["annotations"][format!("memos-gen.dev/{side}")].as_str()?;
        Some(text.lines().map(str::to_owned).collect())
    }

    fn items(&self, row: &Row<'a>, named: Option<&[String]>, closely: bool) -> Vec<Item<'a>> {
        let list = row.value.as_array().map_or(&[][..], Vec::as_slice);
        let specimen = &self.specimens[row.at];
        let spreads: Vec<(&String, &Vec<Value>)> =
            specimen.values.iter().filter_map(|(path, value)| Some((path, value.as_array()?))).collect();
        let mut items: Vec<Item<'a>> = Vec::new();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut at = 0;
        while at < list.len() {
            if let Some((path, part)) = spreads.iter().find(|(_, part)| list[at..].starts_with(part)) {
                items.push(Item { key: format!("*{path}"), kind: Kind::Spread((*path).clone()) });
                at += part.len();
                continue;
            }
            let value = &list[at];
            at += 1;
            if let Some(name) = named.and_then(|names| names.get(at - 1)) {
                items.push(Item { key: name.clone(), kind: Kind::Plain(value) });
                continue;
            }
            let mut found = None;
            let mut key = self.signature(row, value, &mut found);
            if closely && let Some(map) = value.as_object() {
                key += &map.keys().map(String::as_str).collect::<Vec<_>>().join(",");
            }
            if let Some((path, number)) = found {
                let text = specimen.value(&path).and_then(|list| list.get(number)).and_then(Value::as_str);
                let text = text.map(|text| self.text_of(row.at, &path, number).unwrap_or(text));
                let key = format!("each {path}: {key}");
                match items.last_mut() {
                    Some(Item { key: last, kind: Kind::Each(_, parts) }) if *last == key => {
                        parts.extend(text.map(|text| (text, value)));
                    }
                    _ => {
                        let parts = text.map(|text| (text, value)).into_iter().collect();
                        items.push(Item { key, kind: Kind::Each(path, parts) });
                    }
                }
                continue;
            }
            let count = counts.entry(key.clone()).or_default();
            *count += 1;
            let key = if *count > 1 { format!("{key}#{count}") } else { key };
            items.push(Item { key, kind: Kind::Plain(value) });
        }
        items
    }

    fn text_of(&self, at: usize, path: &str, number: usize) -> Option<&'a str> {
        self.specimens[at].value(path)?.get(number)?.as_str()
    }

    /// How an item looks when its numbers and made-up words are left out; `found` is the item of a list of values in it.
    fn signature(&self, row: &Row<'_>, value: &Value, found: &mut Option<(String, usize)>) -> String {
        match value {
            // A script is known by being one, whatever it says.
            Value::String(text) if text.contains('\n') => "script".to_owned(),
            // A setting is known by its name.
            Value::String(text) if !text.contains(' ') && text.contains('=') && !text.starts_with('-') => {
                text.split('=').next().unwrap_or_default().to_owned()
            }
            Value::String(text) => {
                let parts = self.vocabularies[row.at].parts(text, row.item);
                let shown = parts.iter().map(|part| match part {
                    Part::Item(path, number) => {
                        if found.is_none() {
                            *found = Some((path.clone(), *number));
                        }
                        "@".to_owned()
                    }
                    Part::Digits(_) | Part::Quantity(_) => "#".to_owned(),
                    Part::Piece(Piece::Literal(text)) => text.clone(),
                    Part::Piece(Piece::Name(of)) => of.written(),
                    Part::Piece(piece) => format!("{piece:?}"),
                });
                shown.collect()
            }
            Value::Number(_) => "#".to_owned(),
            Value::Array(list) => {
                // Lists of values may have any length, so only the first of equal signatures counts.
                let mut parts: Vec<String> = Vec::new();
                for item in list {
                    let mut inner = None;
                    let part = self.signature(row, item, &mut inner);
                    if inner.is_none() || parts.last() != Some(&part) {
                        parts.push(part);
                    }
                }
                format!("[{}]", parts.join(","))
            }
            Value::Object(map) => {
                let naming: Vec<&str> =
                    NAMING.iter().filter(|name| map.get(**name).is_some_and(Value::is_string)).copied().collect();
                let shown = map.iter().filter(|(key, _)| naming.is_empty() || naming.contains(&key.as_str()));
                let shown: Vec<String> =
                    shown.map(|(key, value)| format!("{key}:{}", self.signature(row, value, found))).collect();
                format!("{{{}}}", shown.join(","))
            }
            other => other.to_string(),
        }
    }
}
