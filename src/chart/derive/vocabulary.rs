//! What the texts and numbers of one specimen may stand for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::specimen::{Specimen, derived_names};
use crate::chart::template::{Number, Piece, tag};
use crate::plan::attachments::host_of;
use crate::spec::scalar::Quantity;

/// A text taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Something that is known.
    Piece(Piece),
    /// Digits, whatever they say.
    Digits,
    /// The item at a place of a list.
    Item(String, usize),
}

/// The words and numbers of one specimen, and what they stand for.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Words that occur nowhere by chance, longest first.
    words: Vec<(String, Part)>,
    /// Whole texts.
    whole: BTreeMap<String, Vec<Piece>>,
    numbers: BTreeMap<i64, Vec<Number>>,
}

impl Vocabulary {
    pub(super) fn of(specimen: &Specimen) -> Self {
        let mut words: Vec<(String, Part)> = Vec::new();
        let mut whole: BTreeMap<String, Vec<Piece>> = BTreeMap::new();
        let mut numbers: BTreeMap<i64, Vec<Number>> = BTreeMap::new();
        for (text, of) in derived_names(&specimen.names) {
            words.push((text, Part::Piece(Piece::Name(of))));
        }
        words.push((specimen.names.namespace.clone(), Part::Piece(Piece::Namespace)));
        for (path, value) in &specimen.values {
            match value {
                Value::String(text) => {
                    whole.entry(text.clone()).or_default().push(Piece::Value(path.clone()));
                    if let Some(tag) = text.contains(':').then(|| tag(text)).flatten() {
                        whole.entry(tag).or_default().push(Piece::Tag(path.clone()));
                    }
                    if is_word(text) {
                        words.push((text.clone(), Part::Piece(Piece::Value(path.clone()))));
                        derived_words(path, text, &mut words);
                    }
                    if text.starts_with("http://") || text.starts_with("https://") {
                        let port = i64::from(crate::plan::attachments::port_of(text));
                        numbers.entry(port).or_default().push(Number::Port(path.clone()));
                    }
                    if let Ok(quantity) = text.parse::<Quantity>() {
                        let number = |of: fn(String) -> Number| of(path.clone());
                        let mut add = |count: u64, number| {
                            numbers.entry(i64::try_from(count).unwrap_or(i64::MAX)).or_default().push(number);
                        };
                        if text.ends_with("Mi") || text.ends_with("Gi") {
                            add(quantity.to_mebibytes(), number(Number::Mebibytes));
                            add(quantity.to_mebibytes().div_ceil(1024), number(Number::Gibibytes));
                        } else if path.ends_with("cpu") {
                            add(quantity.thousandths(), number(Number::Thousandths));
                        }
                    }
                }
                Value::Number(number) => {
                    if let Some(number) = number.as_i64() {
                        numbers.entry(number).or_default().push(Number::Value(path.clone()));
                    }
                }
                Value::Array(items) => {
                    let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                    if let Some(texts) = texts.filter(|texts| !texts.is_empty()) {
                        whole.entry(texts.join(",")).or_default().push(Piece::Joined(path.clone()));
                    }
                    for (at, item) in items.iter().enumerate() {
                        if let Some(text) = item.as_str() {
                            words.push((text.to_owned(), Part::Item(path.clone(), at)));
                        }
                    }
                }
                _ => {}
            }
        }
        for (path, figure) in &specimen.figures {
            numbers.entry(figure.number).or_default().push(Number::Figure(path));
        }
        for object in specimen.objects.iter().filter(|object| object.kind == "ConfigMap") {
            let key = super::key(object, specimen);
            let mut hashed = |value: &Value, entry: Option<&String>| {
                let bytes = serde_json::to_vec(value).unwrap_or_default();
                let hash = crate::plan::names::hash(&bytes);
                whole.entry(hash).or_default().push(Piece::Hash(key.clone(), entry.cloned()));
            };
            let Some(data) = object.value.get("data") else { continue };
            hashed(data, None);
            data.as_object().into_iter().flatten().for_each(|(entry, value)| hashed(value, Some(entry)));
        }
        words.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        Self { words, whole, numbers }
    }

    /// What a number may stand for.
    pub(super) fn numbers(&self, number: i64) -> &[Number] {
        self.numbers.get(&number).map_or(&[], Vec::as_slice)
    }

    /// What a text may stand for as a whole.
    pub(super) fn whole(&self, text: &str) -> Vec<Piece> {
        let mut pieces = self.whole.get(text).cloned().unwrap_or_default();
        if let Ok(quantity) = text.parse::<Quantity>() {
            let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            if Quantity::mebibytes(quantity.to_mebibytes()).as_str() == text {
                pieces.extend(self.numbers(count(quantity.to_mebibytes())).iter().cloned().map(Piece::Memory));
            }
            if Quantity::millicores(quantity.thousandths()).as_str() == text {
                pieces.extend(self.numbers(count(quantity.thousandths())).iter().cloned().map(Piece::Processor));
            }
        }
        pieces
    }

    /// Takes a text apart into what it is made of, and the numbers in it.
    pub(super) fn parts(&self, text: &str, item: Option<&str>) -> (Vec<Part>, Vec<i64>) {
        let (mut parts, mut numbers): (Vec<Part>, Vec<i64>) = (Vec::new(), Vec::new());
        let mut rest = text;
        let mut before = None;
        while let Some(next) = rest.chars().next() {
            let known =
                item.filter(|item| rest.starts_with(*item)).map(|item| (item, Part::Piece(Piece::Item(String::new()))));
            let known = known.or_else(|| {
                let found = self
                    .words
                    .iter()
                    .find(|(word, _)| rest.starts_with(word.as_str()) && stands_alone(before, word, rest));
                found.map(|(word, part)| (word.as_str(), part.clone()))
            });
            let length = if let Some((word, part)) = known {
                parts.push(part);
                word.len()
            } else if next.is_ascii_digit() {
                let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()).min(18);
                // A zero in front would be lost in a number.
                if digits > 1 && next == '0' {
                    push_literal(&mut parts, &rest[..digits]);
                } else {
                    numbers.push(rest[..digits].parse().unwrap_or_default());
                    parts.push(Part::Digits);
                }
                digits
            } else {
                push_literal(&mut parts, &rest[..next.len_utf8()]);
                next.len_utf8()
            };
            before = rest[..length].chars().next_back();
            rest = &rest[length..];
        }
        (parts, numbers)
    }
}

fn push_literal(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Piece(Piece::Literal(known))) => known.push_str(text),
        _ => parts.push(Part::Piece(Piece::Literal(text.to_owned()))),
    }
}

/// Whether a text holds a word that was made up, or is long and odd enough not to be met by chance.
fn is_word(text: &str) -> bool {
    let made_up = text.match_indices('z').any(|(at, _)| text.as_bytes().get(at + 6) == Some(&b'y'));
    let release = text.split('.').count() == 3 && text.split('.').all(|part| part.parse::<u32>().is_ok());
    made_up || release || text.contains('/') || text.contains(".example")
}

/// A word of letters must not be a part of a longer one, unless it was made up.
fn stands_alone(before: Option<char>, word: &str, rest: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    is_made_up(word) || (!joins(before) && !joins(rest[word.len()..].chars().next()))
}

/// Whether a text holds a word that was made up.
pub(super) fn is_made_up(word: &str) -> bool {
    word.match_indices('z').any(|(at, _)| word.as_bytes().get(at + 6) == Some(&b'y'))
}

fn derived_words(path: &str, text: &str, words: &mut Vec<(String, Part)>) {
    let mut add = |word: String, piece: Piece| {
        if word != text {
            words.push((word, Part::Piece(piece)));
        }
    };
    if text.starts_with("http://") || text.starts_with("https://") {
        add(host_of(text).to_owned(), Piece::Host(path.to_owned()));
    } else if let Some(repository) = crate::chart::template::repository(text) {
        add(repository, Piece::Repository(path.to_owned()));
    }
}
