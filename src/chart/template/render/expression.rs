//! Values, numbers and formulas as expressions of Go's templates. `root` is `.` or, where `.` is an item of a list, `$`.

use super::test::Ladder;
use crate::chart::template::{Choice, Derived, Number};
use crate::plan::formula::Formula;

/// The place of a value.
pub(super) fn value(path: &str, root: &str) -> String {
    let root = if root == "." { "" } else { root };
    format!("{root}.Values.{path}")
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
        Number::Seconds(path) => format!("(include \"memos.seconds\" {} | int64)", value(path, root)),
        Number::Milliseconds(path) => format!("(mul (include \"memos.seconds\" {} | int64) 1000)", value(path, root)),
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

/// The name of the template that says whether a fact of the plan holds.
pub(super) fn fact_name(name: &str) -> String {
    format!("memos.fact.{name}")
}

/// A choice between texts, as one line of template.
pub(super) fn chosen<T: PartialEq>(choice: &Choice<T>, root: &str, text: &dyn Fn(&T) -> String) -> String {
    let Ladder { steps, last } = Ladder::of(choice, root);
    let Some(((first, then), others)) = steps.split_first() else { return otherwise(last, root, text) };
    let mut line = format!("{{{{ if {first} }}}}{}", otherwise(then, root, text));
    for (test, then) in others {
        line += &format!("{{{{ else if {test} }}}}{}", otherwise(then, root, text));
    }
    line + &format!("{{{{ else }}}}{}{{{{ end }}}}", otherwise(last, root, text))
}

fn otherwise<T: PartialEq>(choice: &Choice<T>, root: &str, text: &dyn Fn(&T) -> String) -> String {
    match choice {
        Choice::One(one) => text(one),
        choice => chosen(choice, root, text),
    }
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
