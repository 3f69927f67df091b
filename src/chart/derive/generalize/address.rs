//! Addresses of servers, which are made of parts that have nothing to do with one another: who signs in, where, and how.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{Generalizer, Row};
use crate::chart::template::{Choice, Node, chosen};

/// Everything before the host, the host, its port, what is meant there, and settings.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let begin = r"(?:postgres|rediss?)://(?:[^/?]*@)?|[^/?]*@tcp\(";
    Regex::new(&format!(r"^({begin})([^:/?()@]+)(:[0-9]+)?(\)?/[^?]*)?(?:\?(.+))?$")).ok()
});

/// What the parts are called where something about them cannot be explained.
const PARTS: [&str; 4] = ["who", "host", "port", "what"];

/// The parts of an address, of which some may be empty, and its settings; none when it is no address.
fn parts(text: &str) -> Option<([&str; 4], Option<&str>)> {
    let found = ADDRESS.as_ref()?.captures(text)?;
    let part = |number: usize| found.get(number).map_or("", |part| part.as_str());
    Some(([part(1), part(2), part(3), part(4)], found.get(5).map(|part| part.as_str())))
}

/// The form of an address, by which its settings are called: that of a URL, or that of MySQL's driver.
fn form(parts: &[&str; 4]) -> u64 {
    if parts[0].ends_with("@tcp(") { 2 } else { 1 }
}

impl<'a> Generalizer<'a> {
    /// A template for addresses; none when there is something else among the texts, or settings in some only.
    pub(super) fn address(&mut self, path: &str, rows: &[Row<'a>]) -> Option<Node> {
        let form_of = |row: &Row<'_>| Some((row.at, form(&parts(row.value.as_str()?)?.0)));
        let forms: Option<Vec<(usize, u64)>> = rows.iter().map(form_of).collect();
        let choice = self.choose(&forms?)?;
        let mut nodes: BTreeMap<u32, Node> = BTreeMap::new();
        for number in [0, 1] {
            let is_of_it = |row: &&Row<'_>| *chosen(&choice, &self.specimens[row.at]) == number;
            let members: Vec<Row<'a>> = rows.iter().filter(is_of_it).copied().collect();
            if !members.is_empty() {
                nodes.insert(number, self.address_of_a_form(path, &members)?);
            }
        }
        Some(match choice {
            Choice::One(number) => nodes.remove(&number)?,
            choice => Node::Choice(choice.map(&mut |number| Box::new(nodes[number].clone()))),
        })
    }

    fn address_of_a_form(&mut self, path: &str, rows: &[Row<'a>]) -> Option<Node> {
        let found: Option<Vec<_>> = rows.iter().map(|row| parts(row.value.as_str()?)).collect();
        let found = found?;
        let settings: Vec<&str> = found.iter().filter_map(|(_, settings)| *settings).collect();
        if !settings.is_empty() && settings.len() < found.len() {
            return None;
        }
        let mut nodes = Vec::new();
        for (number, name) in PARTS.iter().enumerate() {
            let texts = found.iter().map(|(parts, _)| Value::from(parts[number])).collect();
            nodes.push(self.apart(&format!("{path}({name})"), rows, texts, |inner, path, rows| inner.node(path, rows)));
        }
        if !settings.is_empty() {
            nodes.push(Node::Literal(Value::from("?")));
            nodes.push(self.settings(&format!("{path}(settings)"), rows, &settings, '&'));
        }
        nodes.retain(|node| *node != Node::Literal(Value::from("")));
        Some(Node::Joined(nodes))
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn an_address_falls_into_its_parts() {
        let cases = [
            (
                "postgres://me:{{ .password | urlquery }}@db.example:5432/memos?sslmode=disable&a=b",
                ["postgres://me:{{ .password | urlquery }}@", "db.example", ":5432", "/memos"],
                Some("sslmode=disable&a=b"),
            ),
            (
                "me:{{ .password }}@tcp(db:3306)/memos?tls=true",
                ["me:{{ .password }}@tcp(", "db", ":3306", ")/memos"],
                Some("tls=true"),
            ),
            (
                "me@notes.iam:{{ .password }}@tcp(db:3306)/notes@1?tls=true",
                ["me@notes.iam:{{ .password }}@tcp(", "db", ":3306", ")/notes@1"],
                Some("tls=true"),
            ),
            (
                "postgres://me@notes.iam@db.example:5432/notes@1?sslmode=disable",
                ["postgres://me@notes.iam@", "db.example", ":5432", "/notes@1"],
                Some("sslmode=disable"),
            ),
            ("rediss://memos-redis/0", ["rediss://", "memos-redis", "", "/0"], None),
        ];
        for (text, expected, settings) in cases {
            assert_eq!(parts(text), Some((expected, settings)), "{text}");
        }
        for other in [
            "https://notes.example",
            "postgres://me:{{ .password }}@",
            "registry.example:5000/memos@sha256:00",
            "host=db user=me",
        ] {
            assert_eq!(parts(other), None, "{other}");
        }
    }
}
