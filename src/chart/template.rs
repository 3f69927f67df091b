//! Templates: objects in which values of the chart stand for parts, and conditions over values decide about others.

mod evaluate;
mod render;

use crate::plan::formula::Formula;

use super::derive::specimen::NameOf;
use super::image::Image;

pub(super) use evaluate::{chosen, evaluate, evaluate_with, holds, number, repository, tag};
pub(super) use render::{Shape, field, files};

/// A whole number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number {
    /// Itself.
    Literal(i64),
    /// A value that is a number.
    Value(String),
    /// A value that is an amount of memory or storage, in MiB.
    Mebibytes(String),
    /// The same in GiB, rounded up.
    Gibibytes(String),
    /// The port of a value that is a URL.
    Port(String),
    /// A value that is an amount of processor time, in thousandths.
    Thousandths(String),
    /// A value that is a length of time, in seconds.
    Seconds(String),
    /// The same in thousandths of a second.
    Milliseconds(String),
    /// A number that the plan derives.
    Figure(&'static str),
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// Itself.
    Literal(String),
    /// A value that is a text.
    Value(String),
    /// The path in a registry of a value that is an image: what a mirror serves it under.
    Repository(String),
    /// The tag of a value that is an image.
    Tag(String),
    /// The host of a value that is a URL.
    Host(String),
    /// The item of the list that the template goes through.
    Item(String),
    /// An image that is given, or else the compiler's own.
    Image(Image),
    /// The items of a list, with commas between them.
    Joined(String),
    /// A name derived from the release's.
    Name(NameOf),
    /// The release's namespace.
    Namespace,
    /// A number in digits.
    Digits(Box<Choice<Number>>),
    /// An amount of memory, in the largest unit that needs no fraction.
    Memory(Number),
    /// A number of Gi.
    Gibibytes(Number),
    /// Processor time, in cores or thousandths.
    Processor(Number),
    /// The hash of a ConfigMap's data, or of one key of it: kind, name, key.
    Hash(String, Option<String>),
}

/// A test of one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Atom {
    /// A word is this one.
    Is(String, String),
    /// A flag is set.
    True(String),
    /// A flag is said not to be set.
    False(String),
    /// There is a value at all, and it is not empty.
    Set(String),
    /// There is a value, be it zero or an empty text.
    Given(String),
    /// A number is at least so large.
    AtLeast(Number, i64),
    /// A number is smaller than another, where one that is not there is zero.
    Less(Number, Number),
    /// A word is among those for the class of the edge.
    Edge(&'static str),
    /// A fact of the plan.
    Fact(&'static str),
    /// A text is of a sort that the templates know: the pattern of [`TELLING`](super::knob::TELLING).
    Matches(String, &'static str),
}

impl Atom {
    /// The value that is tested; none for numbers and facts of the plan.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Self::Is(path, _)
            | Self::True(path)
            | Self::False(path)
            | Self::Set(path)
            | Self::Given(path)
            | Self::Matches(path, _) => Some(path),
            Self::Edge(_) => Some(super::edge::PATH),
            Self::Fact(_) => None,
            Self::AtLeast(number, _) => number.path(),
            Self::Less(one, other) => one.path().or(other.path()),
        }
    }

    /// The numbers of the plan that are tested.
    pub(super) fn figures(&self) -> Vec<&'static str> {
        let figure = |number: &Number| match number {
            Number::Figure(path) => Some(*path),
            _ => None,
        };
        match self {
            Self::AtLeast(number, _) => figure(number).into_iter().collect(),
            Self::Less(one, other) => figure(one).into_iter().chain(figure(other)).collect(),
            _ => Vec::new(),
        }
    }
}

impl Number {
    /// The value that it is, or is made of.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Self::Literal(_) | Self::Figure(_) => None,
            Self::Value(path)
            | Self::Mebibytes(path)
            | Self::Gibibytes(path)
            | Self::Port(path)
            | Self::Thousandths(path)
            | Self::Seconds(path)
            | Self::Milliseconds(path) => Some(path),
        }
    }
}

/// One of several, by tests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Choice<T> {
    /// This one.
    One(T),
    /// The first when the test holds, else the second.
    If(Atom, Box<Self>, Box<Self>),
}

impl<T> Choice<T> {
    /// How many tests there are in it.
    pub(super) fn tests(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::If(_, yes, no) => 1 + yes.tests() + no.tests(),
        }
    }

    /// Every test in it.
    pub(super) fn atoms(&self) -> Vec<&Atom> {
        match self {
            Self::One(_) => Vec::new(),
            Self::If(atom, yes, no) => [vec![atom], yes.atoms(), no.atoms()].concat(),
        }
    }

    /// The same tests over other things.
    pub(super) fn map<U>(&self, change: &mut impl FnMut(&T) -> U) -> Choice<U> {
        match self {
            Self::One(one) => Choice::One(change(one)),
            Self::If(atom, yes, no) => Choice::If(atom.clone(), Box::new(yes.map(change)), Box::new(no.map(change))),
        }
    }
}

/// When something is there.
pub(super) type Condition = Choice<bool>;

/// A template of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A scalar that never changes.
    Literal(serde_json::Value),
    /// A whole number.
    Number(Number),
    /// A value as it is, whatever its shape.
    Whole(String),
    /// A text on one line.
    Text(Vec<Piece>),
    /// A text of several lines.
    Lines(Vec<Entry>),
    /// A text of several settings with the same sign between them, such as a connection string.
    Settings(char, Vec<Entry>),
    /// A text of several parts, such as an address.
    Joined(Vec<Self>),
    /// A map.
    Map(Vec<Entry>),
    /// A list.
    List(Vec<Entry>),
    /// One of several.
    Choice(Choice<Box<Self>>),
}

/// A part of a map, a list, or a text of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A key of a map.
    Field(String, Node),
    /// An item of a list, or a line.
    Item(Node),
    /// What is there under a condition.
    When(Condition, Vec<Self>),
    /// All keys or items of a value.
    Spread(String),
    /// Parts for each item of a list.
    Each(String, Vec<Self>),
}

/// An object of the chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    /// Its kind and name, as far as it does not change.
    pub(super) key: String,
    /// When it is there.
    pub(super) condition: Condition,
    /// What it is.
    pub(super) node: Node,
}

/// A reason to refuse values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Guard {
    /// The compiler's code.
    pub(super) code: crate::diagnostic::Code,
    /// When values are refused for it.
    pub(super) condition: Condition,
    /// What is said: code and message, and a line for each cure.
    pub(super) node: Node,
}

/// A fact of the plan in the chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FactTemplate {
    /// Its name.
    pub(super) name: &'static str,
    /// When it holds.
    pub(super) condition: Condition,
}

/// A number of the plan in the chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FigureTemplate {
    /// Its path in the plan.
    pub(super) path: &'static str,
    /// How it is made.
    pub(super) choice: Choice<Derived>,
}

/// How a number is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Derived {
    /// It is given.
    Given(Number),
    /// By a formula, with what its inputs and its size stand for.
    Formula(Formula, Vec<(&'static str, Choice<Number>)>),
}
