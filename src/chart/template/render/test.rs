//! Tests of values as expressions of Go's templates, as a person would write them: equal cases told together, several words of one
//! value as a list.

use std::collections::BTreeMap;

use super::expression::{number, value};
use super::plan::{field, place};
use crate::chart::template::{Atom, Choice, Condition};

/// A condition; none when it always holds.
pub(super) fn condition(condition: &Condition, root: &str) -> Option<String> {
    match Test::of(condition) {
        Test::Always => None,
        test => Some(test.text(root, false)),
    }
}

/// The opposite of a condition; none when it never holds.
pub(super) fn negated(condition: &Condition, root: &str) -> Option<String> {
    self::condition(&condition.map(&mut |holds| !holds), root)
}

/// A choice as cases that are tried one after the other: neighbours with the same outcome are one.
pub(super) struct Ladder<'a, T> {
    /// Tests, and what holds with each.
    pub(super) steps: Vec<(String, &'a Choice<T>)>,
    /// What holds with none of them.
    pub(super) last: &'a Choice<T>,
}

impl<'a, T: PartialEq> Ladder<'a, T> {
    pub(super) fn of(choice: &'a Choice<T>, root: &str) -> Self {
        let mut cases: Vec<(Vec<&Atom>, &Choice<T>)> = Vec::new();
        let mut rest = choice;
        while let Choice::If(atom, yes, no) = rest {
            match cases.last_mut() {
                Some((atoms, same)) if *same == &**yes => atoms.push(atom),
                _ => cases.push((vec![atom], yes)),
            }
            rest = no;
        }
        let any = |atoms: Vec<&Atom>| {
            let tests = atoms.into_iter().rev().map(|atom| Test::Plain(atom.clone()));
            tests.reduce(|rest, test| Test::any(test, rest)).map_or_else(String::new, |test| test.text(root, false))
        };
        Self { steps: cases.into_iter().map(|(atoms, then)| (any(atoms), then)).collect(), last: rest }
    }
}

/// A boolean expression, with neighbouring `and` and `or` made one.
enum Test {
    Always,
    Never,
    Plain(Atom),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Test {
    fn of(condition: &Condition) -> Self {
        let (atom, yes, no) = match condition {
            Choice::One(true) => return Self::Always,
            Choice::One(false) => return Self::Never,
            Choice::If(atom, yes, no) => (atom, Self::of(yes), Self::of(no)),
        };
        let plain = || Self::Plain(atom.clone());
        let not = || Self::Not(Box::new(plain()));
        match (yes, no) {
            (Self::Always, Self::Never) => plain(),
            (Self::Never, Self::Always) => not(),
            (Self::Always, no) => Self::any(plain(), no),
            (Self::Never, no) => Self::all(not(), no),
            (yes, Self::Always) => Self::any(not(), yes),
            (yes, Self::Never) => Self::all(plain(), yes),
            (yes, no) => Self::any(Self::all(plain(), yes), Self::all(not(), no)),
        }
    }

    fn all(first: Self, second: Self) -> Self {
        match second {
            Self::All(mut rest) => {
                rest.insert(0, first);
                Self::All(rest)
            }
            second => Self::All(vec![first, second]),
        }
    }

    fn any(first: Self, second: Self) -> Self {
        match second {
            Self::Any(mut rest) => {
                rest.insert(0, first);
                Self::Any(rest)
            }
            second => Self::Any(vec![first, second]),
        }
    }

    /// The text; `inside` another expression it needs parentheses.
    fn text(&self, root: &str, inside: bool) -> String {
        let text = match self {
            Self::Always => return "true".to_owned(),
            Self::Never => return "false".to_owned(),
            Self::Plain(atom) => test(atom, root),
            Self::Not(test) => match &**test {
                // Else it would be what is not nothing, denied.
                Self::Plain(Atom::Given(path)) => format!("kindIs \"invalid\" {}", value(path, root)),
                Self::Plain(Atom::Is(path, word)) => format!("ne {} {word:?}", value(path, root)),
                test => format!("not {}", test.text(root, true)),
            },
            Self::All(list) => joined("and", list, root, &|test| match test {
                Self::Not(test) => test.word(),
                _ => None,
            }),
            Self::Any(list) => joined("or", list, root, &Self::word),
        };
        if inside && text.contains(' ') { format!("({text})") } else { text }
    }

    /// The value that is compared with a word, and the word.
    fn word(&self) -> Option<(&str, &str)> {
        match self {
            Self::Plain(Atom::Is(path, word)) => Some((path, word)),
            _ => None,
        }
    }
}

/// Several tests of which all have to hold, or any. Words that one value is compared with, or is none of, become a list where the
/// first of them stands.
fn joined(joint: &str, list: &[Test], root: &str, word: &dyn Fn(&Test) -> Option<(&str, &str)>) -> String {
    let mut words: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, word) in list.iter().filter_map(word) {
        words.entry(path).or_default().push(word);
    }
    let mut parts = Vec::new();
    for test in list {
        let Some((path, first)) = word(test).filter(|(path, _)| words[path].len() > 1) else {
            parts.push(test.text(root, true));
            continue;
        };
        if words[path][0] == first {
            let list: Vec<String> = words[path].iter().map(|word| format!("{word:?}")).collect();
            let has = format!("(has {} (list {}))", value(path, root), list.join(" "));
            parts.push(if joint == "or" { has } else { format!("(not {has})") });
        }
    }
    match parts.as_slice() {
        [one] => one.strip_prefix('(').and_then(|one| one.strip_suffix(')')).unwrap_or(one).to_owned(),
        parts => format!("{joint} {}", parts.join(" ")),
    }
}

/// One test as it stands after `if`.
fn test(atom: &Atom, root: &str) -> String {
    match atom {
        Atom::Is(path, word) => format!("eq {} {word:?}", value(path, root)),
        Atom::True(path) => value(path, root),
        Atom::False(path) => format!("eq {} false", value(path, root)),
        // Zero is a number that was given, and false as a test.
        Atom::Given(path) => format!("not (kindIs \"invalid\" {})", value(path, root)),
        Atom::Set(path) => value(path, root),
        Atom::AtLeast(what, least) => format!("ge {} {least}", number(what, root)),
        Atom::Less(one, other) => format!("lt {} {}", number(one, root), number(other, root)),
        Atom::Edge(word) => format!("{}.{}", place("edge", root), field(word)),
        Atom::Fact(name) => place(name, root),
        Atom::Matches(path, pattern) => format!("regexMatch {pattern:?} (toString {})", value(path, root)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(word: &str, yes: Condition, no: Condition) -> Condition {
        Choice::If(Atom::Is("cache.kind".to_owned(), word.to_owned()), Box::new(yes), Box::new(no))
    }

    #[test]
    fn words_of_one_value_are_a_list() {
        let (yes, no) = (Choice::One(true), Choice::One(false));
        let either = is("aof", yes.clone(), is("both", yes.clone(), no.clone()));
        assert_eq!(condition(&either, ".").unwrap(), r#"has .Values.cache.kind (list "aof" "both")"#);
        assert_eq!(negated(&either, ".").unwrap(), r#"not (has .Values.cache.kind (list "aof" "both"))"#);
        let more = Choice::If(Atom::True("cache.auth".to_owned()), Box::new(no.clone()), Box::new(either));
        assert_eq!(
            condition(&more, "$").unwrap(),
            r#"and (not $.Values.cache.auth) (has $.Values.cache.kind (list "aof" "both"))"#
        );
        assert_eq!(condition(&is("aof", yes.clone(), no), ".").unwrap(), r#"eq .Values.cache.kind "aof""#);
        assert_eq!(condition(&yes, "."), None);
    }

    #[test]
    fn neighbours_with_the_same_outcome_are_one_case() {
        let is = |word: &str, yes: i32, no: Choice<i32>| {
            let atom = Atom::Is("cache.kind".to_owned(), word.to_owned());
            Choice::If(atom, Box::new(Choice::One(yes)), Box::new(no))
        };
        let choice = is("a", 1, is("b", 1, is("c", 2, Choice::One(3))));
        let ladder = Ladder::of(&choice, ".");
        let tests: Vec<&str> = ladder.steps.iter().map(|(test, _)| test.as_str()).collect();
        assert_eq!(tests, [r#"has .Values.cache.kind (list "a" "b")"#, r#"eq .Values.cache.kind "c""#]);
        assert_eq!(*ladder.last, Choice::One(3));
    }
}
