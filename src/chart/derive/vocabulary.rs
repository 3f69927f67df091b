//! What the texts and numbers of one specimen may stand for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::specimen::{NameOf, Specimen, derived_names};
use crate::chart::image::IMAGES;
use crate::chart::knob::KNOWN;
use crate::chart::template::{Number, Piece, tag};
use crate::plan::attachments::host_of;
use crate::spec::scalar::{Quantity, parse_seconds};

/// A text taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Something that is known.
    Piece(Piece),
    /// A number.
    Digits(i64),
    /// An amount of memory or of processor time, or a number that may be one.
    Quantity(String),
    /// The item at a place of a list.
    Item(String, usize),
}

/// The words and numbers of one specimen, and what they stand for.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Words that occur nowhere by chance, by their first byte, longest first.
    words: BTreeMap<u8, Vec<(String, Part)>>,
    /// Whole texts.
    whole: BTreeMap<String, Vec<Piece>>,
    numbers: BTreeMap<i64, Vec<Number>>,
    /// Words with a meaning of their own, which stand for values only between backticks.
    known: Vec<(String, Piece)>,
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
                    let number = |of: fn(String) -> Number| of(path.clone());
                    if let Some(seconds) = parse_seconds(text).filter(|_| !path.ends_with("cpu")) {
                        let seconds = i64::from(seconds);
                        numbers.entry(seconds).or_default().push(number(Number::Seconds));
                        numbers.entry(seconds * 1000).or_default().push(number(Number::Milliseconds));
                    }
                    if let Ok(quantity) = text.parse::<Quantity>() {
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
        for image in &*IMAGES {
            if let Some(text) = image.of(specimen) {
                whole.entry(text).or_default().push(Piece::Image(image.clone()));
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
        let known = KNOWN.iter().filter_map(|(path, ..)| {
            let word = specimen.value(path)?.as_str()?;
            Some((word.to_owned(), Piece::Value((*path).to_owned())))
        });
        let known = known.collect();
        words.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        let mut by_first: BTreeMap<u8, Vec<(String, Part)>> = BTreeMap::new();
        for (word, part) in words {
            if let Some(first) = word.bytes().next() {
                by_first.entry(first).or_default().push((word, part));
            }
        }
        Self { words: by_first, whole, numbers, known }
    }

    /// What a number may stand for.
    pub(super) fn numbers(&self, number: i64) -> &[Number] {
        self.numbers.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Whether a number is that of a field.
    pub(super) fn has_value(&self, number: i64) -> bool {
        self.numbers(number).iter().any(|number| number.path().is_some())
    }

    /// The number of an amount, in MiB or thousandths.
    pub(super) fn amount(text: &str) -> i64 {
        let Ok(quantity) = text.parse::<Quantity>() else { return 0 };
        let count = if text.ends_with('i') { quantity.to_mebibytes() } else { quantity.thousandths() };
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    /// Names that are the same text here, and may not be elsewhere.
    pub(super) fn names_like(&self, of: NameOf) -> Vec<NameOf> {
        let named = |part: &Part| match part {
            Part::Piece(Piece::Name(of)) => Some(*of),
            _ => None,
        };
        let words = || self.words.values().flatten();
        let text = words().find(|(_, part)| named(part) == Some(of)).map(|(text, _)| text);
        words().filter(|(other, _)| Some(other) == text).filter_map(|(_, part)| named(part)).collect()
    }

    /// What a text may stand for as a whole.
    pub(super) fn whole(&self, text: &str) -> Vec<Piece> {
        let mut pieces = self.whole.get(text).cloned().unwrap_or_default();
        if let Ok(quantity) = text.parse::<Quantity>() {
            let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            if Quantity::mebibytes(quantity.to_mebibytes()).as_str() == text {
                pieces.extend(self.numbers(count(quantity.to_mebibytes())).iter().cloned().map(Piece::Memory));
            }
            // Sizes of storage are numbers of Gi in the plan.
            if let Some(count) = text.strip_suffix("Gi").and_then(|count| count.parse().ok()) {
                let figures = self.numbers(count).iter().filter(|number| matches!(number, Number::Figure(_)));
                pieces.extend(figures.cloned().map(Piece::Gibibytes));
            }
            if Quantity::millicores(quantity.thousandths()).as_str() == text {
                pieces.extend(self.numbers(count(quantity.thousandths())).iter().cloned().map(Piece::Processor));
            }
        }
        pieces
    }

    /// Takes a text apart into what it is made of.
    pub(super) fn parts(&self, text: &str, item: Option<&str>) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text;
        let mut before = None;
        while let Some(next) = rest.chars().next() {
            let known =
                item.filter(|item| rest.starts_with(*item)).map(|item| (item, Part::Piece(Piece::Item(String::new()))));
            let known = known.or_else(|| {
                let found = self
                    .words
                    .get(&rest.as_bytes()[0])?
                    .iter()
                    .find(|(word, _)| rest.starts_with(word.as_str()) && stands_alone(before, word, rest));
                found.map(|(word, part)| (word.as_str(), part.clone()))
            });
            let known = known.or_else(|| {
                let between = |word: &str| rest.strip_prefix(word).is_some_and(|rest| rest.starts_with('`'));
                let mut quoted = self.known.iter().filter(|(word, _)| before == Some('`') && between(word));
                quoted.next().map(|(word, piece)| (word.as_str(), Part::Piece(piece.clone())))
            });
            let length = if let Some((word, part)) = known {
                parts.push(part);
                word.len()
            } else if let Some(amount) = self.quantity(before, rest) {
                parts.push(Part::Quantity(amount.to_owned()));
                amount.len()
            } else if next.is_ascii_digit() {
                let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()).min(18);
                // A zero in front would be lost in a number.
                if digits > 1 && next == '0' {
                    push_literal(&mut parts, &rest[..digits]);
                } else {
                    parts.push(Part::Digits(rest[..digits].parse().unwrap_or_default()));
                }
                digits
            } else {
                push_literal(&mut parts, &rest[..next.len_utf8()]);
                next.len_utf8()
            };
            before = rest[..length].chars().next_back();
            rest = &rest[length..];
        }
        parts
    }

    /// The amount that a text begins with, when it stands alone: digits with a unit, or those of some value.
    fn quantity<'t>(&self, before: Option<char>, text: &'t str) -> Option<&'t str> {
        let joins =
            |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '/'));
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        if digits == 0 || joins(before) {
            return None;
        }
        let unit = ["Mi", "Gi", "m"].into_iter().find(|unit| text[digits..].starts_with(unit)).unwrap_or_default();
        let (amount, rest) = text.split_at(digits + unit.len());
        let known = !unit.is_empty() || self.whole.contains_key(amount);
        (known && !joins(rest.chars().next())).then_some(amount)
    }
}

fn push_literal(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Piece(Piece::Literal(known))) => known.push_str(text),
        _ => parts.push(Part::Piece(Piece::Literal(text.to_owned()))),
    }
}

/// Whether a text holds a word that was made up, or is long and odd enough not to be met by chance.
pub(super) fn is_word(text: &str) -> bool {
    let release = text.split('.').count() == 3 && text.split('.').all(|part| part.parse::<u32>().is_ok());
    has_made_up_word(text) || release || text.contains('/') || text.contains(".example")
}

/// A word of letters must not be a part of a longer one, unless it was made up.
fn stands_alone(before: Option<char>, word: &str, rest: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    is_made_up(word) || (!joins(before) && !joins(rest[word.len()..].chars().next()))
}

/// Whether a text holds a word that was made up, or is a range of addresses that was.
pub(super) fn is_made_up(word: &str) -> bool {
    is_made_up_range(word) || has_made_up_word(word)
}

/// Ranges that are made up lie where no range with a meaning of its own does.
pub(super) const MADE_UP_RANGES: std::ops::Range<usize> = 64..192;

fn is_made_up_range(text: &str) -> bool {
    let second =
        text.strip_prefix("10.").filter(|rest| rest.ends_with(".0/24")).and_then(|rest| rest.split('.').next());
    second.and_then(|second| second.parse().ok()).is_some_and(|second| MADE_UP_RANGES.contains(&second))
}

fn has_made_up_word(word: &str) -> bool {
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
