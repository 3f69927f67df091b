//! A value inside a built object with its path, and the way through all of them.

use serde_json::Value;

use crate::object::Object;
use crate::source::setting::Step;

/// A value inside a built object.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    /// The object.
    pub(super) object: &'a Object,
    /// The value.
    pub(super) value: &'a Value,
    path: Vec<Place<'a>>,
}

/// A step on the way to a value. Every value of every object is walked, so that texts are not copied on the way.
#[derive(Debug, Clone, Copy)]
enum Place<'a> {
    Key(&'a str),
    Item(usize),
}

/// Maps whose keys are words of the user's and no fields.
const MAPS_OF_WORDS: [&str; 10] = [
    "labels",
    "annotations",
    "matchLabels",
    "nodeSelector",
    "data",
    "binaryData",
    "stringData",
    "parameters",
    "limits",
    "requests",
];

impl<'a> Node<'a> {
    /// A whole object.
    pub(super) fn whole(object: &'a Object) -> Self {
        Self { object, value: &object.value, path: Vec::new() }
    }

    /// The steps from the object to the value.
    pub(super) fn path(&self) -> Vec<Step> {
        let step = |place: &Place<'_>| match place {
            Place::Key(key) => Step::Key((*key).to_owned()),
            Place::Item(at) => Step::Item(*at),
        };
        self.path.iter().map(step).collect()
    }

    /// A field that is there.
    pub(super) fn field(&self, key: &str) -> Option<Self> {
        let (key, value) = self.value.as_object()?.get_key_value(key).filter(|(_, value)| !value.is_null())?;
        Some(self.below(Place::Key(key), value))
    }

    fn below(&self, place: Place<'a>, value: &'a Value) -> Self {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(place);
        Self { object: self.object, value, path }
    }

    /// The fields of a map.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'a str, Self)> + '_ {
        self.value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), self.below(Place::Key(key), value)))
    }

    /// The items of a list in a field.
    pub(super) fn items(&self, key: &str) -> Vec<Self> {
        let Some(list) = self.field(key) else { return Vec::new() };
        list.all_items().collect()
    }

    fn all_items(&self) -> impl Iterator<Item = Self> + '_ {
        self.value.as_array().into_iter().flatten().enumerate().map(|(at, value)| self.below(Place::Item(at), value))
    }

    /// A field's text; empty when it is not there.
    pub(super) fn text(&self, key: &str) -> &'a str {
        self.value[key].as_str().unwrap_or_default()
    }

    /// The key of the list that this is an item of.
    pub(super) fn list(&self) -> Option<&str> {
        match self.path.as_slice() {
            [.., Place::Key(key), Place::Item(_)] => Some(key),
            _ => None,
        }
    }

    /// The key under which it stands.
    pub(super) fn key(&self) -> Option<&str> {
        match self.path.last() {
            Some(Place::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// The key of the map or list around it.
    pub(super) fn parent_key(&self) -> &str {
        let (_, above) = self.path.split_last().unzip();
        let key = |place: &'_ Place<'_>| matches!(place, Place::Key(_));
        match above.unwrap_or_default().iter().rev().find(|step| key(step)) {
            Some(Place::Key(key)) => key,
            _ => "",
        }
    }

    /// Whether a key stands anywhere on the path.
    pub(super) fn is_in(&self, key: &str) -> bool {
        self.path.iter().any(|step| matches!(step, Place::Key(found) if *found == key))
    }

    /// Visits this value and every one below it, but not what stands in maps of the user's words.
    pub(super) fn walk(mut self, visit: &mut impl FnMut(&Self)) {
        self.visit(visit);
    }

    fn visit(&mut self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        if self.key().is_some_and(|key| MAPS_OF_WORDS.contains(&key)) {
            return;
        }
        match self.value {
            Value::Object(map) => map.iter().for_each(|(key, value)| self.visit_below(Place::Key(key), value, visit)),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(at, value)| self.visit_below(Place::Item(at), value, visit));
            }
            _ => {}
        }
    }

    /// Visits a value below this one, which serves as its node meanwhile: a path for each would be copied.
    fn visit_below(&mut self, place: Place<'a>, value: &'a Value, visit: &mut impl FnMut(&Self)) {
        let above = std::mem::replace(&mut self.value, value);
        self.path.push(place);
        self.visit(visit);
        self.path.pop();
        self.value = above;
    }
}
