//! Values, numbers and formulas as expressions of Go's templates. `root` is `.` or, where `.` is an item of a list, `$`.

use std::collections::BTreeMap;

use super::plan::place;
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
        Number::Figure(path) => place(path, root),
    }
}

/// A number as text between double braces.
pub(super) fn number_text(number: &Number, root: &str) -> String {
    match number {
        Number::Value(path) => format!("int64 {}", value(path, root)),
        other => self::number(other, root),
    }
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

/// How a number of the plan is made, into a variable.
pub(super) fn figure_text(variable: &str, choice: &Choice<Derived>) -> String {
    let made = |joint: &str, derived: &Derived| match derived {
        Derived::Given(given) => format!("{{{{- ${variable} {joint} {} }}}}", bare(&number(given, "."))),
        Derived::Formula(formula, inputs) => {
            let mut text = String::new();
            let mut operands = BTreeMap::new();
            for (name, choice) in inputs {
                let operand = match choice {
                    Choice::One(one) => number(one, "."),
                    choice => {
                        text += &assigned(choice, &|joint, one| {
                            format!("{{{{- ${name} {joint} {} }}}}", bare(&number(one, ".")))
                        });
                        format!("${name}")
                    }
                };
                operands.insert(*name, operand);
            }
            format!("{text}{{{{- ${variable} {joint} {} }}}}", bare(&self::formula(formula, &operands)))
        }
    };
    assigned(choice, &made) + "\n"
}

/// A variable that begins as what holds in the last case, and changes in the others. `made` assigns, with a joint before it.
fn assigned<T: PartialEq>(choice: &Choice<T>, made: &dyn Fn(&str, &T) -> String) -> String {
    let Ladder { steps, last } = Ladder::of(choice, ".");
    let mut text = otherwise(last, ".", &|last| made(":=", last));
    let mut word = "if";
    for (test, then) in &steps {
        text += &format!("{{{{- {word} {test} }}}}{}", otherwise(then, ".", &|then| made("=", then)));
        word = "else if";
    }
    text + if steps.is_empty() { "" } else { "{{- end }}" }
}

/// An operand without the parentheses around it.
fn bare(operand: &str) -> &str {
    operand.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(operand)
}

/// A formula in Helm's functions, as an operand. Every divisor that is asked for is a number above zero, but all are worked out.
fn formula(formula: &Formula, operands: &BTreeMap<&str, String>) -> String {
    let operand = |part: &Formula| self::formula(part, operands);
    let all =
        |word: &str, list: &[Formula]| format!("({word} {})", list.iter().map(operand).collect::<Vec<_>>().join(" "));
    let two = |word: &str, a: &Formula, b: &str| format!("({word} {} {b})", operand(a));
    match formula {
        Formula::Number(number) => number.to_string(),
        Formula::Input(name) => operands.get(name).cloned().unwrap_or_default(),
        Formula::Sum(list) => all("add", list),
        Formula::Difference(a, b) => two("sub", a, &operand(b)),
        Formula::Product(a, b) => two("mul", a, &operand(b)),
        Formula::Quotient(a, b) if matches!(**b, Formula::Number(_)) => two("div", a, &operand(b)),
        Formula::Quotient(a, b) => two("div", a, &format!("(max 1 {})", operand(b))),
        Formula::Minimum(list) => all("min", list),
        Formula::Maximum(list) => all("max", list),
        Formula::RoundedUp(inner, multiple) => {
            format!("(mul (div (add {} {}) {multiple}) {multiple})", operand(inner), multiple - 1)
        }
        Formula::BySize([small, medium, large, enterprise]) => format!(
            "(get (dict \"small\" {small} \"medium\" {medium} \"large\" {large} \"enterprise\" {enterprise}) $size)"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::template::Atom;

    #[test]
    fn a_number_begins_as_what_it_mostly_is() {
        let literal = |number| Choice::One(Number::Literal(number));
        let small = Atom::Is("load.size".to_owned(), "small".to_owned());
        let pods = Choice::If(small.clone(), Box::new(literal(2)), Box::new(literal(8)));
        let formula = Formula::Quotient(Box::new(Formula::Number(100)), Box::new(Formula::Input("pods")));
        let made = Box::new(Choice::One(Derived::Formula(formula, vec![("pods", pods)])));
        let given = Box::new(Choice::One(Derived::Given(Number::Value("database.pool".to_owned()))));
        let choice = Choice::If(Atom::True("database.given".to_owned()), given, made);
        assert_eq!(
            figure_text("pool", &choice),
            "{{- $pods := 8 }}{{- if eq .Values.load.size \"small\" }}{{- $pods = 2 }}{{- end }}{{- $pool := div 100 (max 1 $pods) \
             }}{{- if .Values.database.given }}{{- $pool = int64 .Values.database.pool }}{{- end }}\n"
        );
    }
}
