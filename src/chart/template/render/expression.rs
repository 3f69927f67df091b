//! Tests, numbers and formulas as expressions of Go's templates. `root` is `.` or, where `.` is an item of a list, `$`.

use crate::chart::template::{Atom, Choice, Condition, Derived, Number};
use crate::plan::formula::Formula;

/// The place of a value.
pub(super) fn value(path: &str, root: &str) -> String {
    let root = if root == "." { "" } else { root };
    format!("{root}.Values.{path}")
}

/// A condition; none when it always holds.
pub(super) fn condition(condition: &Condition, root: &str) -> Option<String> {
    match Test::of(condition, root) {
        Test::Always => None,
        test => Some(test.text(false)),
    }
}

/// One test as it stands after `if`.
pub(super) fn test(atom: &Atom, root: &str) -> String {
    match atom {
        Atom::Is(path, word) => format!("eq {} {word:?}", value(path, root)),
        Atom::True(path) => value(path, root),
        Atom::False(path) => format!("eq {} false", value(path, root)),
        // Zero is a number that was given, and false as a test.
        Atom::Given(path) => format!("not (kindIs \"invalid\" {})", value(path, root)),
        Atom::Set(path) => value(path, root),
        Atom::AtLeast(what, least) => format!("ge {} {least}", number(what, root)),
    }
}

/// A boolean expression, with neighbouring `and` and `or` made one.
enum Test {
    Always,
    Never,
    Plain(String),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Test {
    fn of(condition: &Condition, root: &str) -> Self {
        let (atom, yes, no) = match condition {
            Choice::One(true) => return Self::Always,
            Choice::One(false) => return Self::Never,
            Choice::If(atom, yes, no) => (atom, Self::of(yes, root), Self::of(no, root)),
        };
        let plain = || Self::Plain(test(atom, root));
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
    fn text(&self, inside: bool) -> String {
        let joined = |word: &str, list: &[Self]| {
            format!("{word} {}", list.iter().map(|test| test.text(true)).collect::<Vec<_>>().join(" "))
        };
        let text = match self {
            Self::Always => return "true".to_owned(),
            Self::Never => return "false".to_owned(),
            Self::Plain(text) => text.clone(),
            Self::Not(test) => format!("not {}", test.text(true)),
            Self::All(list) => joined("and", list),
            Self::Any(list) => joined("or", list),
        };
        if inside && text.contains(' ') { format!("({text})") } else { text }
    }
}

/// A number as an operand.
pub(super) fn number(number: &Number, root: &str) -> String {
    match number {
        Number::Literal(number) => number.to_string(),
        Number::Value(path) => format!("(int64 {})", value(path, root)),
        Number::Mebibytes(path) => format!("(include \"memos.mebibytes\" {} | int64)", value(path, root)),
        Number::Gibibytes(path) => format!("(include \"memos.gibibytes\" {} | int64)", value(path, root)),
        Number::Port(path) => format!("(include \"memos.port\" {} | int64)", value(path, root)),
        Number::Thousandths(path) => format!("(include \"memos.thousandths\" {} | int64)", value(path, root)),
        Number::Figure(path) => format!("(include \"{}\" {root} | int64)", figure_name(path)),
    }
}

/// A number as text between double braces.
pub(super) fn number_text(number: &Number, root: &str) -> String {
    match number {
        Number::Figure(path) => format!("include \"{}\" {root}", figure_name(path)),
        Number::Value(path) => format!("int64 {}", value(path, root)),
        other => self::number(other, root),
    }
}

/// The name of the template that computes a number of the plan.
pub(super) fn figure_name(path: &str) -> String {
    format!("memos.figure.{path}")
}

/// A choice between texts, as one line of template.
pub(super) fn chosen<T>(choice: &Choice<T>, root: &str, text: &dyn Fn(&T) -> String) -> String {
    fn rest<T>(choice: &Choice<T>, root: &str, text: &dyn Fn(&T) -> String) -> String {
        match choice {
            Choice::One(one) => format!("{{{{ else }}}}{}", text(one)),
            Choice::If(atom, yes, no) => {
                format!("{{{{ else if {} }}}}{}{}", test(atom, root), branch(yes, root, text), rest(no, root, text))
            }
        }
    }
    fn branch<T>(choice: &Choice<T>, root: &str, text: &dyn Fn(&T) -> String) -> String {
        match choice {
            Choice::One(one) => text(one),
            Choice::If(atom, yes, no) => format!(
                "{{{{ if {} }}}}{}{}{{{{ end }}}}",
                test(atom, root),
                branch(yes, root, text),
                rest(no, root, text)
            ),
        }
    }
    branch(choice, root, text)
}

/// How a number of the plan is made, as the body of its template.
pub(super) fn figure_text(choice: &Choice<Derived>) -> String {
    chosen(choice, ".", &|derived| match derived {
        Derived::Given(given) => format!("{{{{ {} }}}}", number_text(given, ".")),
        Derived::Formula(formula, inputs) => {
            let mut text = String::new();
            for (name, choice) in inputs {
                match choice {
                    Choice::One(number) => text += &format!("{{{{- ${name} := {} -}}}}", self::number(number, ".")),
                    choice => {
                        let chosen =
                            chosen(choice, ".", &|number| format!("{{{{ ${name} = {} }}}}", self::number(number, ".")));
                        text += &format!("{{{{- ${name} := 0 -}}}}{chosen}");
                    }
                }
            }
            if uses_size(formula) {
                text += "{{- $size := include \"memos.size\" . -}}";
            }
            format!("{text}{{{{ {} }}}}", self::formula(formula, false))
        }
    })
}

fn uses_size(formula: &Formula) -> bool {
    match formula {
        Formula::BySize(_) => true,
        Formula::Number(_) | Formula::Input(_) => false,
        Formula::Sum(list) | Formula::Minimum(list) | Formula::Maximum(list) => list.iter().any(uses_size),
        Formula::Difference(a, b) | Formula::Product(a, b) | Formula::Quotient(a, b) => uses_size(a) || uses_size(b),
        Formula::RoundedUp(inner, _) => uses_size(inner),
    }
}

/// A formula in Helm's functions. Every divisor of the plan is a number above zero.
fn formula(formula: &Formula, inside: bool) -> String {
    let all = |word: &str, list: &[Formula]| {
        format!("{word} {}", list.iter().map(|part| self::formula(part, true)).collect::<Vec<_>>().join(" "))
    };
    let two =
        |word: &str, a: &Formula, b: &Formula| format!("{word} {} {}", self::formula(a, true), self::formula(b, true));
    let text = match formula {
        Formula::Number(number) => return number.to_string(),
        Formula::Input(name) => return format!("${name}"),
        Formula::Sum(list) => all("add", list),
        Formula::Difference(a, b) => two("sub", a, b),
        Formula::Product(a, b) => two("mul", a, b),
        Formula::Quotient(a, b) => two("div", a, b),
        Formula::Minimum(list) => all("min", list),
        Formula::Maximum(list) => all("max", list),
        Formula::RoundedUp(inner, multiple) => {
            format!("mul (div (add {} {}) {multiple}) {multiple}", self::formula(inner, true), multiple - 1)
        }
        Formula::BySize([small, medium, large, enterprise]) => format!(
            "get (dict \"small\" {small} \"medium\" {medium} \"large\" {large} \"enterprise\" {enterprise}) $size"
        ),
    };
    if inside { format!("({text})") } else { text }
}
