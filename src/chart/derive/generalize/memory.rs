//! What was derived before: where it still fits it stays, so that a mistake in one place changes that place only.

use std::collections::BTreeMap;

use crate::chart::template::{Condition, Node};

/// What is known when something is derived anew.
#[derive(Clone, Copy)]
pub(in crate::chart::derive) struct Recollection<'a> {
    /// What the paths of all that is derived begin with.
    pub(in crate::chart::derive) key: &'a str,
    /// What was derived before, for the same thing.
    pub(in crate::chart::derive) own: &'a Memory,
    /// The same for other things, which may have the same in the same place: most specimens first, with the keys of each.
    pub(in crate::chart::derive) others: &'a [(&'a str, &'a Memory)],
}

impl<'a> Recollection<'a> {
    /// Templates that may fit a path.
    pub(super) fn nodes(self, path: &'a str) -> impl Iterator<Item = &'a Node> {
        let inside = path.strip_prefix(self.key).filter(|inside| !inside.is_empty());
        let other = move |inside: &'a str| {
            self.others.iter().flat_map(move |(key, memory)| memory.nodes(&format!("{key}{inside}")))
        };
        self.own.nodes(path).iter().chain(inside.into_iter().flat_map(other))
    }
}

/// Templates and conditions by the paths for which they were derived.
#[derive(Debug, Clone, Default)]
pub(in crate::chart::derive) struct Memory {
    /// From how many specimens it was derived.
    pub(in crate::chart::derive) specimens: usize,
    nodes: BTreeMap<String, Vec<Node>>,
    conditions: BTreeMap<String, Vec<Condition>>,
}

impl Memory {
    fn nodes(&self, path: &str) -> &[Node] {
        self.nodes.get(path).map_or(&[], Vec::as_slice)
    }

    pub(super) fn conditions(&self, path: &str) -> &[Condition] {
        self.conditions.get(path).map_or(&[], Vec::as_slice)
    }

    pub(super) fn add_node(&mut self, path: &str, node: &Node) {
        add(&mut self.nodes, path, node);
    }

    pub(super) fn add_condition(&mut self, path: &str, condition: &Condition) {
        add(&mut self.conditions, path, condition);
    }

    /// Takes over what another knows of a path and of everything in it.
    pub(super) fn keep(&mut self, other: &Self, path: &str) {
        for (inside, nodes) in other.nodes.range(path.to_owned()..).take_while(|(inside, _)| inside.starts_with(path)) {
            nodes.iter().for_each(|node| add(&mut self.nodes, inside, node));
        }
        let conditions = other.conditions.range(path.to_owned()..);
        for (inside, conditions) in conditions.take_while(|(inside, _)| inside.starts_with(path)) {
            conditions.iter().for_each(|condition| add(&mut self.conditions, inside, condition));
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        for (path, nodes) in other.nodes {
            nodes.iter().for_each(|node| add(&mut self.nodes, &path, node));
        }
        for (path, conditions) in other.conditions {
            conditions.iter().for_each(|condition| add(&mut self.conditions, &path, condition));
        }
    }
}

fn add<T: Clone + PartialEq>(known: &mut BTreeMap<String, Vec<T>>, path: &str, new: &T) {
    let known = known.entry(path.to_owned()).or_default();
    if !known.contains(new) {
        known.push(new.clone());
    }
}
