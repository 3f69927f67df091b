//! Formulas over whole numbers that can be evaluated, printed, and one day rendered into a chart.

use std::collections::BTreeMap;
use std::fmt;

use crate::spec::memos::Size;

/// A formula over whole numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// A number.
    Number(i64),
    /// A named input.
    Input(&'static str),
    /// The sum of all.
    Sum(Vec<Self>),
    /// The first less the second.
    Difference(Box<Self>, Box<Self>),
    /// The product of both.
    Product(Box<Self>, Box<Self>),
    /// The quotient, rounded down; nothing divided by zero is zero.
    Quotient(Box<Self>, Box<Self>),
    /// The smallest of all.
    Minimum(Vec<Self>),
    /// The largest of all.
    Maximum(Vec<Self>),
    /// Rounded up to a multiple.
    RoundedUp(Box<Self>, i64),
    /// By size: small, medium, large, enterprise.
    BySize([i64; 4]),
}

/// The values of a formula's inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// The size of the load.
    pub size: Size,
    /// The named inputs.
    pub values: BTreeMap<&'static str, i64>,
}

impl Inputs {
    /// No inputs but the size.
    pub fn of(size: Size) -> Self {
        Self { size, values: BTreeMap::new() }
    }

    /// Adds one input.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl TryInto<i64>) -> Self {
        self.values.insert(name, value.try_into().unwrap_or(i64::MAX));
        self
    }
}

impl Formula {
    /// The value for the inputs. Sums saturate, so that no input can overflow.
    pub fn evaluate(&self, inputs: &Inputs) -> i64 {
        let all = |list: &[Self]| list.iter().map(|item| item.evaluate(inputs)).collect::<Vec<_>>();
        match self {
            Self::Number(number) => *number,
            Self::Input(name) => inputs.values.get(name).copied().unwrap_or_default(),
            Self::Sum(list) => all(list).into_iter().fold(0, i64::saturating_add),
            Self::Difference(a, b) => a.evaluate(inputs).saturating_sub(b.evaluate(inputs)),
            Self::Product(a, b) => a.evaluate(inputs).saturating_mul(b.evaluate(inputs)),
            Self::Quotient(a, b) => a.evaluate(inputs).checked_div(b.evaluate(inputs)).unwrap_or_default(),
            Self::Minimum(list) => all(list).into_iter().min().unwrap_or_default(),
            Self::Maximum(list) => all(list).into_iter().max().unwrap_or_default(),
            Self::RoundedUp(inner, multiple) => round_up(inner.evaluate(inputs), *multiple),
            Self::BySize(numbers) => numbers[inputs.size as usize],
        }
    }

    /// The names of its inputs, each once.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names = match self {
            Self::Number(_) | Self::BySize(_) => Vec::new(),
            Self::Input(name) => vec![*name],
            Self::Sum(list) | Self::Minimum(list) | Self::Maximum(list) => list.iter().flat_map(Self::names).collect(),
            Self::Difference(a, b) | Self::Product(a, b) | Self::Quotient(a, b) => [a.names(), b.names()].concat(),
            Self::RoundedUp(inner, _) => inner.names(),
        };
        names.sort_unstable();
        names.dedup();
        names
    }

    /// As part of a product or quotient: another one gets parentheses, because `a ÷ b × c` reads two ways.
    fn operand(&self) -> String {
        match self {
            Self::Product(..) | Self::Quotient(..) => format!("({self})"),
            _ => self.to_string(),
        }
    }

    /// The value as a count that cannot be negative.
    pub fn count(&self, inputs: &Inputs) -> u64 {
        u64::try_from(self.evaluate(inputs)).unwrap_or_default()
    }
}

/// The smallest multiple that is not below a number.
fn round_up(number: i64, multiple: i64) -> i64 {
    match number.checked_rem(multiple) {
        None | Some(0) => number,
        Some(rest) => number.saturating_add(multiple - rest),
    }
}

impl From<i64> for Formula {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&'static str> for Formula {
    fn from(name: &'static str) -> Self {
        Self::Input(name)
    }
}

/// The sum of all.
pub fn sum<const N: usize>(parts: [Formula; N]) -> Formula {
    Formula::Sum(parts.into())
}

/// `a - b`
pub fn difference(a: impl Into<Formula>, b: impl Into<Formula>) -> Formula {
    Formula::Difference(Box::new(a.into()), Box::new(b.into()))
}

/// `a × b`
pub fn product(a: impl Into<Formula>, b: impl Into<Formula>) -> Formula {
    Formula::Product(Box::new(a.into()), Box::new(b.into()))
}

/// `a ÷ b`, rounded down
pub fn quotient(a: impl Into<Formula>, b: impl Into<Formula>) -> Formula {
    Formula::Quotient(Box::new(a.into()), Box::new(b.into()))
}

/// The larger of two.
pub fn at_least(least: impl Into<Formula>, formula: impl Into<Formula>) -> Formula {
    Formula::Maximum(vec![least.into(), formula.into()])
}

/// The smaller of two.
pub fn at_most(most: impl Into<Formula>, formula: impl Into<Formula>) -> Formula {
    Formula::Minimum(vec![most.into(), formula.into()])
}

/// Rounded up to a multiple.
pub fn rounded_up(formula: impl Into<Formula>, multiple: i64) -> Formula {
    Formula::RoundedUp(Box::new(formula.into()), multiple)
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |list: &[Self], by: &str| list.iter().map(Self::to_string).collect::<Vec<_>>().join(by);
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Input(name) => f.write_str(name),
            Self::Sum(list) => write!(f, "({})", joined(list, " + ")),
            Self::Difference(a, b) => write!(f, "({a} − {b})"),
            Self::Product(a, b) => write!(f, "{} × {}", a.operand(), b.operand()),
            Self::Quotient(a, b) => write!(f, "{} ÷ {}", a.operand(), b.operand()),
            Self::Minimum(list) => write!(f, "min({})", joined(list, ", ")),
            Self::Maximum(list) => write!(f, "max({})", joined(list, ", ")),
            Self::RoundedUp(inner, multiple) => write!(f, "roundUp({inner}, {multiple})"),
            Self::BySize([small, medium, large, enterprise]) => {
                write!(f, "{{small {small}, medium {medium}, large {large}, enterprise {enterprise}}}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_evaluate_and_print() {
        let inputs = Inputs::of(Size::Medium).with("sessions", 3000).with("none", 0);
        let cases = [
            (rounded_up(sum([50.into(), quotient(product(2, "sessions"), 1000)]), 16), 64),
            (difference(3, Formula::BySize([1, 2, 3, 4])), 1),
            (at_least(10, at_most(20, "sessions")), 20),
            (quotient(7, "none"), 0),
            (product(i64::MAX, 3), i64::MAX),
        ];
        for (formula, value) in cases {
            assert_eq!(formula.evaluate(&inputs), value, "{formula}");
        }
        let memory = rounded_up(sum([50.into(), quotient(product(2, "sessions"), 1000)]), 16);
        assert_eq!(memory.to_string(), "roundUp((50 + (2 × sessions) ÷ 1000), 16)");
    }
}
