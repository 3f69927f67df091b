//! Texts: made of values, names, numbers, and what never changes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Generalizer, Row, cover};
use crate::chart::derive::vocabulary::{Part, Vocabulary};
use crate::chart::template::{Choice, Entry, Node, Number, Piece, chosen};

/// What a text may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    /// One thing.
    Whole(Piece),
    /// Several in a row.
    Parts(Vec<Part>),
    /// This text and no other.
    Literal(String),
}

/// Ways to read a text after which no more are looked for.
const MOST_WAYS: usize = 16;

/// Numbers from here on are seldom those of a value by chance.
const TELLING: i64 = 20;

/// Texts that are told apart whole.
const FEW_TEXTS: usize = 3;

/// What stands between the same sign, as a list.
fn list(text: &str, between: char) -> Value {
    Value::Array(text.split(between).map(Value::from).collect())
}

fn literal(text: &str) -> Part {
    Part::Piece(Piece::Literal(text.to_owned()))
}

impl<'a> Generalizer<'a> {
    pub(super) fn text(&mut self, path: &str, rows: &[Row<'a>]) -> Node {
        if rows.iter().any(|row| row.value.as_str().is_some_and(|text| text.contains('\n'))) {
            let lines = rows.iter().map(|row| list(row.value.as_str().unwrap_or_default(), '\n')).collect();
            return match self.apart(path, rows, lines, |inner, path, rows| inner.list(path, rows)) {
                Node::List(entries) => Node::Lines(entries),
                other => Node::Lines(vec![Entry::Item(other)]),
            };
        }
        let settings = |text: &str| text.split(' ').filter(|word| word.contains('=')).count();
        // Settings are rendered as they are, so what has to be escaped is none.
        let is_settings = |text: &str| settings(text) > 2 && !text.contains('"');
        if rows.iter().all(|row| row.value.as_str().is_some_and(is_settings)) {
            let texts: Vec<&str> = rows.iter().filter_map(|row| row.value.as_str()).collect();
            return self.settings(path, rows, &texts, ' ');
        }
        let distinct: BTreeSet<&str> = rows.iter().filter_map(|row| row.value.as_str()).collect();
        if distinct.len() > FEW_TEXTS
            && let Some(address) = self.address(path, rows)
        {
            return address;
        }
        // First with texts whose numbers are open; where these are not understood, with texts as they are.
        // What was not seen to matter comes last.
        let known = self.outcome.unexplained.len();
        let before = self.anything;
        let mut failed = Vec::new();
        // A few texts without values in them are told apart whole, however much their numbers look alike.
        let constant = |row: &Row<'_>| {
            let parts = self.vocabularies[row.at].parts(row.value.as_str().unwrap_or_default(), row.item);
            let of_a_value = |number: i64| self.vocabularies[row.at].has_value(number) && number >= TELLING;
            parts.iter().all(|part| match part {
                Part::Digits(number) => !of_a_value(*number),
                Part::Quantity(text) => !of_a_value(Vocabulary::amount(text)),
                Part::Piece(piece) => matches!(piece, Piece::Literal(_)),
                Part::Item(..) => false,
            })
        };
        let few = distinct.len() <= FEW_TEXTS && rows.iter().all(constant);
        for (open, anything) in [(!few, before), (few, before), (!few, true), (few, true)] {
            self.anything = anything;
            let node = self.line(path, rows, open);
            self.anything = before;
            if self.outcome.unexplained.len() == known {
                return node;
            }
            failed = self.outcome.unexplained.split_off(known);
        }
        self.outcome.unexplained.extend(failed);
        Node::Literal(Value::Null)
    }

    /// A text on one line.
    fn line(&mut self, path: &str, rows: &[Row<'a>], open: bool) -> Node {
        let texts: Vec<(usize, usize)> = rows.iter().enumerate().map(|(row, one)| (one.at, row)).collect();
        let mut shapes: Vec<Vec<Shape>> = Vec::new();
        for row in rows {
            let text = row.value.as_str().unwrap_or_default();
            let whole = self.vocabularies[row.at].whole(text).into_iter().filter(|piece| self.piece_is_relevant(piece));
            let parts = self.vocabularies[row.at].parts(text, row.item);
            let literal = Shape::Literal(text.to_owned());
            let parts = Some(parts).filter(|parts| open || !parts.iter().any(|part| matches!(part, Part::Digits(_))));
            let parts = parts.into_iter().flat_map(|parts| self.ways(row.at, &parts)).map(Shape::Parts);
            shapes.push(whole.map(Shape::Whole).chain(parts).chain([literal]).collect());
        }
        let Some(labels) = cover(&texts, &|_, row: usize| shapes[row].clone()) else {
            let examples: Vec<&Value> = rows.iter().take(5).map(|row| row.value).collect();
            return self.fail(path, format!("texts of unknown origin: {examples:?}"));
        };
        let mask = |row: usize| {
            labels
                .iter()
                .enumerate()
                .filter(|(_, label)| shapes[row].contains(label))
                .fold(0, |mask, (bit, _)| mask | 1 << bit)
        };
        let cases: Vec<(usize, u64)> = texts.iter().map(|(at, row)| (*at, mask(*row))).collect();
        let Some(choice) = self.choose(&cases) else {
            let alike = self.alike(&cases);
            return self.fail(path, format!("nothing tells these texts apart: {labels:?}{alike}"));
        };
        let mut nodes: BTreeMap<u32, Node> = BTreeMap::new();
        for (number, label) in labels.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or_default();
            let members: Vec<Row<'a>> =
                rows.iter().filter(|row| *chosen(&choice, &self.specimens[row.at]) == number).copied().collect();
            nodes.insert(number, self.shape(path, label, &members));
        }
        match choice {
            Choice::One(label) => nodes.remove(&label).unwrap_or(Node::Literal(Value::Null)),
            choice => Node::Choice(choice.map(&mut |label| Box::new(nodes[label].clone()))),
        }
    }

    /// The same parts with numbers left open, and each amount replaced by what it may stand for: part for part.
    fn ways(&self, at: usize, parts: &[Part]) -> Vec<Vec<Part>> {
        let mut all = vec![Vec::new()];
        for part in parts {
            let ways: Vec<Part> = match part {
                Part::Quantity(text) => {
                    let pieces = self.vocabularies[at].whole(text).into_iter();
                    let relevant = pieces.filter(|piece| self.piece_is_relevant(piece)).take(4);
                    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
                    let as_it_is = if is_number { Part::Digits(0) } else { literal(text) };
                    relevant.map(Part::Piece).chain([as_it_is]).collect()
                }
                Part::Digits(_) => vec![Part::Digits(0)],
                Part::Piece(Piece::Name(of)) => {
                    let names = self.vocabularies[at].names_like(*of).into_iter();
                    names.map(|name| Part::Piece(Piece::Name(name))).collect()
                }
                part => vec![part.clone()],
            };
            let ways = if all.len() > MOST_WAYS { &ways[ways.len() - 1..] } else { &ways };
            all = all
                .iter()
                .flat_map(|before| ways.iter().map(|way| [&before[..], std::slice::from_ref(way)].concat()))
                .collect();
        }
        all
    }

    fn piece_is_relevant(&self, piece: &Piece) -> bool {
        match piece {
            Piece::Value(path) | Piece::Repository(path) | Piece::Tag(path) | Piece::Host(path) => {
                self.is_relevant(path)
            }
            Piece::Memory(number) | Piece::Gibibytes(number) | Piece::Processor(number) => {
                self.number_is_relevant(number)
            }
            _ => true,
        }
    }

    fn shape(&mut self, path: &str, shape: &Shape, rows: &[Row<'a>]) -> Node {
        let parts = match shape {
            Shape::Whole(piece) => return Node::Text(vec![piece.clone()]),
            Shape::Literal(text) => return Node::Literal(Value::from(text.clone())),
            Shape::Parts(parts) => parts,
        };
        let of = |row: &Row<'_>| self.vocabularies[row.at].parts(row.value.as_str().unwrap_or_default(), row.item);
        let taken_apart: Vec<(usize, Vec<Part>)> = rows.iter().map(|row| (row.at, of(row))).collect();
        let mut pieces: Vec<Piece> = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let piece = match part {
                Part::Piece(piece) => piece.clone(),
                Part::Quantity(text) => Piece::Literal(text.clone()),
                Part::Item(list, _) => {
                    self.fail(path, format!("an item of `{list}` outside of a list"));
                    continue;
                }
                Part::Digits(_) => {
                    let number = |parts: &[Part]| match parts.get(place)? {
                        Part::Digits(number) => Some(*number),
                        Part::Quantity(text) => text.parse().ok(),
                        _ => None,
                    };
                    let column: Vec<(usize, i64)> =
                        taken_apart.iter().filter_map(|(at, parts)| Some((*at, number(parts)?))).collect();
                    match self.number(path, &column) {
                        Some(Choice::One(Number::Literal(number))) => Piece::Literal(number.to_string()),
                        Some(choice) => Piece::Digits(Box::new(choice)),
                        None => continue,
                    }
                }
            };
            match (pieces.last_mut(), piece) {
                (Some(Piece::Literal(known)), Piece::Literal(more)) => known.push_str(&more),
                (_, piece) => pieces.push(piece),
            }
        }
        match pieces.as_slice() {
            [Piece::Literal(text)] => Node::Literal(Value::from(text.clone())),
            _ => Node::Text(pieces),
        }
    }

    /// Settings with something between them are a list.
    pub(super) fn settings(&mut self, path: &str, rows: &[Row<'a>], texts: &[&str], between: char) -> Node {
        let lists = texts.iter().map(|text| list(text, between)).collect();
        match self.apart(path, rows, lists, |inner, path, rows| inner.list(path, rows)) {
            Node::List(entries) => Node::Settings(between, entries),
            other => other,
        }
    }

    /// A template for something that is made of what the rows have. The values live as long as this call; templates hold copies.
    pub(super) fn apart(
        &mut self,
        path: &str,
        rows: &[Row<'a>],
        values: Vec<Value>,
        make: for<'b> fn(&mut Generalizer<'b>, &str, &[Row<'b>]) -> Node,
    ) -> Node {
        let mut inner = self.inner();
        let rows: Vec<Row<'_>> =
            rows.iter().zip(&values).map(|(row, value)| Row { at: row.at, value, item: None }).collect();
        let node = make(&mut inner, path, &rows);
        let outcome = inner.outcome;
        self.outcome.extend(outcome);
        node
    }
}
