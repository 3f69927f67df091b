//! Texts: made of values, names, numbers, and what never changes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Generalizer, Row, cover};
use crate::chart::derive::vocabulary::Part;
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

impl<'a> Generalizer<'a> {
    pub(super) fn text(&mut self, path: &str, rows: &[Row<'a>]) -> Node {
        if rows.iter().any(|row| row.value.as_str().is_some_and(|text| text.contains('\n'))) {
            return match self.split(path, rows, '\n') {
                Node::List(entries) => Node::Lines(entries),
                other => Node::Lines(vec![Entry::Item(other)]),
            };
        }
        let settings = |text: &str| text.split(' ').filter(|word| word.contains('=')).count();
        if rows.iter().all(|row| row.value.as_str().is_some_and(|text| settings(text) > 2)) {
            return match self.split(path, rows, ' ') {
                Node::List(entries) => Node::Settings(entries),
                other => other,
            };
        }
        // First with texts whose numbers are open; where these are not understood, with texts as they are.
        // What was not seen to matter comes last.
        let known = self.unexplained.len();
        let before = self.anything;
        let mut failed = Vec::new();
        for (open, anything) in [(true, before), (false, before), (true, true), (false, true)] {
            self.anything = anything;
            let node = self.line(path, rows, open);
            self.anything = before;
            if self.unexplained.len() == known {
                return node;
            }
            failed = self.unexplained.split_off(known);
        }
        self.unexplained.extend(failed);
        Node::Literal(Value::Null)
    }

    /// A text on one line.
    fn line(&mut self, path: &str, rows: &[Row<'a>], open: bool) -> Node {
        let texts: Vec<(usize, usize)> = rows.iter().enumerate().map(|(row, one)| (one.at, row)).collect();
        let mut shapes: Vec<Vec<Shape>> = Vec::new();
        for row in rows {
            let text = row.value.as_str().unwrap_or_default();
            let whole = self.vocabularies[row.at].whole(text).into_iter().filter(|piece| self.piece_is_relevant(piece));
            let parts = self.vocabularies[row.at].parts(text, row.item).0;
            let literal = Shape::Literal(text.to_owned());
            let parts = Some(parts).filter(|parts| open || !parts.contains(&Part::Digits)).map(Shape::Parts);
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
            return self.fail(path, format!("nothing tells these texts apart: {:?}", &labels[..labels.len().min(6)]));
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

    fn piece_is_relevant(&self, piece: &Piece) -> bool {
        match piece {
            Piece::Value(path) | Piece::Repository(path) | Piece::Tag(path) | Piece::Host(path) => {
                self.is_relevant(path)
            }
            Piece::Memory(number) | Piece::Processor(number) => self.number_is_relevant(number),
            _ => true,
        }
    }

    fn shape(&mut self, path: &str, shape: &Shape, rows: &[Row<'a>]) -> Node {
        let parts = match shape {
            Shape::Whole(piece) => return Node::Text(vec![piece.clone()]),
            Shape::Literal(text) => return Node::Literal(Value::from(text.clone())),
            Shape::Parts(parts) => parts,
        };
        let numbers: Vec<(usize, Vec<i64>)> = rows
            .iter()
            .map(|row| (row.at, self.vocabularies[row.at].parts(row.value.as_str().unwrap_or_default(), row.item).1))
            .collect();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut digits = 0;
        for part in parts {
            let piece = match part {
                Part::Piece(piece) => piece.clone(),
                Part::Item(list, _) => {
                    self.fail(path, format!("an item of `{list}` outside of a list"));
                    continue;
                }
                Part::Digits => {
                    let column: Vec<(usize, i64)> =
                        numbers.iter().filter_map(|(at, numbers)| Some((*at, *numbers.get(digits)?))).collect();
                    digits += 1;
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

    /// A text of several lines is a list of them, and so is one of several settings.
    fn split(&mut self, path: &str, rows: &[Row<'a>], between: char) -> Node {
        let split: Vec<Vec<Value>> = rows
            .iter()
            .map(|row| row.value.as_str().unwrap_or_default().split(between).map(Value::from).collect())
            .collect();
        // The lines live as long as this call; templates hold copies only.
        let mut inner = Generalizer {
            specimens: self.specimens,
            vocabularies: self.vocabularies,
            tests: self.tests,
            relevant: self.relevant,
            figures: self.figures,
            anything: self.anything,
            unexplained: Vec::new(),
        };
        let values: Vec<Value> = split.into_iter().map(Value::Array).collect();
        let rows: Vec<Row<'_>> =
            rows.iter().zip(&values).map(|(row, value)| Row { at: row.at, value, item: None }).collect();
        let node = inner.list(path, &rows);
        let unexplained = inner.unexplained;
        self.unexplained.extend(unexplained);
        node
    }
}
