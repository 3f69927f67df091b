//! What `memos-gen explain` says: texts made from the catalog, the schema, and one compilation.

pub mod answers;
mod causes;
pub mod field;
pub mod given;
pub mod object;
pub mod path;

use std::fmt::Write;

use crate::diagnostic::{Code, Family};
use crate::plan::sizing::Figure;

/// The width that texts are wrapped to.
const WIDTH: usize = 100;

/// One code: its number, its severity and its explanation.
pub fn code(code: Code) -> String {
    let body = code.explanation().split_once('\n').map_or("", |(_, body)| body);
    format!("{} ({}): {}\n{body}", code.text(), code.severity().word(), code.title())
}

/// All codes by family, and the figures of the plan by name.
pub fn overview(figures: &[&Figure], values: bool) -> String {
    let mut out = String::new();
    let mut family = None;
    for code in Code::ALL {
        if family != Some(code.family()) {
            family = Some(code.family());
            let gap = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{}", family_title(code.family()));
        }
        let _ = writeln!(out, "  {}  {:<8} {}", code.text(), code.severity().word(), code.title());
    }
    out.push_str("\nFigures of the plan\n");
    let width = figures.iter().map(|figure| figure.path.len()).max().unwrap_or(0);
    let longest = figures.iter().map(|figure| figure.value.len()).max().unwrap_or(0);
    for figure in figures {
        let value = if values { format!("{:<longest$}  ", figure.value) } else { String::new() };
        let _ = writeln!(out, "  {:<width$}  {value}{}", figure.path, figure.formula);
    }
    out.push_str("\nrun `memos-gen explain WHAT` for one of them, or for a field of the spec such as `scaling.max`\n");
    out
}

/// What a family of codes is about.
pub fn family_title(family: Family) -> &'static str {
    match family {
        Family::Source => "Reading text",
        Family::Shape => "The shape of the spec, and its layers",
        Family::Image => "What a Memos image can do",
        Family::Database => "Databases and their connections",
        Family::Cache => "Redis",
        Family::Attachments => "Attachments and volumes",
        Family::Exposure => "The way in from outside",
        Family::Availability => "Replicas, disruption, probes, shutdown",
        Family::Security => "Network policies, secrets, identity, rendered objects",
        Family::Objects => "The built objects",
        Family::Output => "Writing the output",
    }
}

/// A figure with its formula, its inputs and the source of its numbers.
pub fn figure(figure: &Figure) -> String {
    let Figure { path, value, formula, inputs, source, derivation: _ } = figure;
    format!("figure  {path} = {value}\n  formula  {formula}\n  inputs   {inputs}\n  source   {source}\n")
}

/// A text in lines of at most [`WIDTH`] characters, each with a margin before it.
pub(crate) fn wrapped(text: &str, margin: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = margin.chars().count() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > WIDTH {
            let _ = writeln!(out, "{margin}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        let _ = writeln!(out, "{margin}{line}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_wrapped() {
        let text = "word ".repeat(30);
        let lines = wrapped(&text, "  ");
        assert!(lines.lines().all(|line| line.starts_with("  word") && line.len() <= WIDTH), "{lines}");
        assert_eq!(lines.split_whitespace().count(), 30);
        assert_eq!(wrapped("", "  "), "");
    }

    #[test]
    fn every_code_is_listed_under_a_family() {
        let text = overview(&[], false);
        for code in Code::ALL {
            assert!(text.contains(&format!("  {}  ", code.text())), "{}", code.text());
        }
    }
}
