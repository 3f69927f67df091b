//! The merge: by field, lists with keys by key, all else replaced.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Layer, LayerKind, Placed};
use crate::source::{Document, NodeSpan, Span, pointer_join};

/// Lists whose items have a name, and the fields that name them.
const KEYED_LISTS: [(&str, &[&str]); 9] = [
    ("identityProviders", &["label"]),
    ("settings", &["label"]),
    ("extraIngress", &["name"]),
    ("extraEgress", &["name"]),
    ("extraEnv", &["name"]),
    ("extraVolumes", &["name"]),
    ("extraVolumeMounts", &["mountPath"]),
    ("extraContainers", &["name"]),
    ("overrides", &["kind", "name"]),
];

/// A value under construction, with the place of each part.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) value: Value,
    pub(super) provenance: BTreeMap<String, Placed>,
}

/// One layer's value at one pointer of its own document.
struct Incoming<'a> {
    document: &'a Document,
    kind: LayerKind,
    pointer: String,
    value: &'a Value,
}

impl<'a> Incoming<'a> {
    fn child(&self, step: &str, value: &'a Value) -> Incoming<'a> {
        Incoming { document: self.document, kind: self.kind, pointer: pointer_join(&self.pointer, step), value }
    }

    fn placed(&self) -> Option<Placed> {
        let span: NodeSpan = *self.document.spans.get(&self.pointer)?;
        Some(Placed { kind: self.kind, span })
    }
}

/// A setting of an item that a list cannot have yet.
#[derive(Debug)]
pub(super) struct Gap {
    /// The pointer of the list.
    pub(super) list: String,
    /// How many items it has.
    pub(super) length: usize,
    /// The item that was named.
    pub(super) index: usize,
    /// The place of the setting.
    pub(super) span: Option<Span>,
}

/// Merges layers; later ones win. Settings that would leave a gap in a list are left out and reported.
pub(super) fn all<'a>(layers: impl Iterator<Item = &'a Layer>) -> (Tree, Vec<Gap>) {
    let mut tree = Tree { value: Value::Object(Map::new()), provenance: BTreeMap::new() };
    let mut gaps = Vec::new();
    for layer in layers {
        let gap = (layer.kind == LayerKind::Setting).then(|| gap(&layer.document, Some(&tree.value), "")).flatten();
        if let Some(gap) = gap {
            gaps.push(gap);
            continue;
        }
        let incoming = Incoming {
            document: &layer.document,
            kind: layer.kind,
            pointer: String::new(),
            value: &layer.document.value,
        };
        let mut value = std::mem::take(&mut tree.value);
        merge(&mut value, &incoming, "", &mut tree.provenance);
        tree.value = value;
    }
    (tree, gaps)
}

/// The gap that a setting, which names one value, would leave in the list it names an item of.
fn gap(document: &Document, old: Option<&Value>, pointer: &str) -> Option<Gap> {
    match document.value.pointer(pointer)? {
        Value::Object(map) => {
            let (key, _) = map.iter().next().filter(|_| map.len() == 1)?;
            gap(document, old.and_then(|old| old.get(key)), &pointer_join(pointer, key))
        }
        Value::Array(items) => {
            let index = items.len().checked_sub(1)?;
            // Items that stand in the setting itself have places; those before the one that it names have none.
            let named = index == 0 || !document.spans.contains_key(&pointer_join(pointer, "0"));
            let list = old.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let below = pointer_join(pointer, &index.to_string());
            if named && index > list.len() {
                let span = document.spans.get(&below).map(|place| place.value);
                return Some(Gap { list: pointer.to_owned(), length: list.len(), index, span });
            }
            gap(document, list.get(index), &below)
        }
        _ => None,
    }
}

/// Takes a value away as if no layer had named it.
pub(super) fn remove(tree: &mut Tree, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    if let Some(Value::Object(map)) = tree.value.pointer_mut(parent) {
        map.shift_remove(key);
    }
    forget(pointer, &mut tree.provenance);
}

fn merge(target: &mut Value, incoming: &Incoming<'_>, pointer: &str, provenance: &mut BTreeMap<String, Placed>) {
    match (&mut *target, incoming.value) {
        (Value::Object(old), Value::Object(new)) if !starts_afresh(old, new, pointer) => {
            note(incoming, pointer, provenance);
            for (key, value) in new {
                let below = pointer_join(pointer, key);
                // A profile takes back by null what the profile it extends has said and what means nothing here.
                if value.is_null() && incoming.kind == LayerKind::Profile {
                    old.shift_remove(key);
                    forget(&below, provenance);
                    continue;
                }
                let slot = old.entry(key.clone()).or_insert(Value::Null);
                merge(slot, &incoming.child(key, value), &below, provenance);
            }
        }
        (Value::Array(old), Value::Array(new)) if incoming.kind == LayerKind::Setting && new.contains(&Value::Null) => {
            merge_items(old, new, incoming, pointer, provenance);
        }
        (Value::Array(old), Value::Array(new)) if keys_of(pointer).is_some() => {
            note(incoming, pointer, provenance);
            merge_list(old, new, incoming, pointer, provenance);
        }
        _ => replace(target, incoming, pointer, provenance),
    }
}

/// Whether a choice was made anew, so that the settings of the former choice mean nothing any more.
fn starts_afresh(old: &Map<String, Value>, new: &Map<String, Value>, pointer: &str) -> bool {
    let chooser = match pointer {
        "" | "/spec/secrets/store" => return false,
        "/spec/scaling" => "mode",
        _ => "kind",
    };
    matches!((old.get(chooser), new.get(chooser)), (Some(old), Some(new)) if old != new)
}

/// The fields that name the items of the list at a pointer; none when it is replaced as a whole.
pub(super) fn keys_of(pointer: &str) -> Option<&'static [&'static str]> {
    let name = pointer.rsplit('/').next()?;
    KEYED_LISTS.iter().find(|(list, _)| *list == name).map(|(_, keys)| *keys)
}

fn merge_list(
    old: &mut Vec<Value>,
    new: &[Value],
    incoming: &Incoming<'_>,
    pointer: &str,
    provenance: &mut BTreeMap<String, Placed>,
) {
    let keys = keys_of(pointer).unwrap_or_default();
    for (at, item) in new.iter().enumerate() {
        let same = |other: &Value| keys.iter().all(|key| other.get(key).is_some() && other.get(key) == item.get(key));
        let index = old.iter().position(same).unwrap_or_else(|| {
            old.push(Value::Null);
            old.len() - 1
        });
        let below = pointer_join(pointer, &index.to_string());
        merge(&mut old[index], &incoming.child(&at.to_string(), item), &below, provenance);
    }
}

/// A setting that names one item of a list by its number stands behind as many nulls as there are items before it.
fn merge_items(
    old: &mut Vec<Value>,
    new: &[Value],
    incoming: &Incoming<'_>,
    pointer: &str,
    provenance: &mut BTreeMap<String, Placed>,
) {
    for (at, item) in new.iter().enumerate().filter(|(_, item)| !item.is_null()) {
        // An item behind the end follows the last one; gaps were found before.
        if old.len() <= at {
            old.resize(at + 1, Value::Null);
        }
        let below = pointer_join(pointer, &at.to_string());
        merge(&mut old[at], &incoming.child(&at.to_string(), item), &below, provenance);
    }
}

fn replace(target: &mut Value, incoming: &Incoming<'_>, pointer: &str, provenance: &mut BTreeMap<String, Placed>) {
    forget(pointer, provenance);
    *target = incoming.value.clone();
    note_all(incoming, pointer, provenance);
}

fn forget(pointer: &str, provenance: &mut BTreeMap<String, Placed>) {
    provenance.remove(pointer);
    let below = format!("{pointer}/");
    let stale: Vec<String> = provenance
        .range(below.clone()..)
        .map(|(key, _)| key)
        .take_while(|key| key.starts_with(&below))
        .cloned()
        .collect();
    for key in stale {
        provenance.remove(&key);
    }
}

fn note(incoming: &Incoming<'_>, pointer: &str, provenance: &mut BTreeMap<String, Placed>) {
    if let Some(placed) = incoming.placed() {
        provenance.insert(pointer.to_owned(), placed);
    }
}

fn note_all(incoming: &Incoming<'_>, pointer: &str, provenance: &mut BTreeMap<String, Placed>) {
    note(incoming, pointer, provenance);
    let children: Vec<(String, &Value)> = match incoming.value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (step, value) in children {
        note_all(&incoming.child(&step, value), &pointer_join(pointer, &step), provenance);
    }
}
