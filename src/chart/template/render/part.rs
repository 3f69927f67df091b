//! Blocks that several objects have alike, written once: components differ in their settings, their word and their name only.

use std::collections::BTreeMap;

use super::plan;
use crate::chart::derive::specimen::NameOf;
use crate::plan::names::Role;

/// Actions that a part has to save.
const WORTH: usize = 8;

/// The text of an object's template, by lines, with the component to which it belongs.
pub(super) struct Sheet {
    lines: Vec<String>,
    component: Option<Component>,
}

/// What a block says of its component.
struct Component {
    /// `.Values.components.redisProxy`
    settings: String,
    /// `"redis-proxy"`
    word: String,
    /// `.Plan.names.redisProxy`
    name: String,
}

/// What lies below a key.
struct Block {
    key: String,
    indent: usize,
    /// The places of its first line, and of the line behind it.
    from: usize,
    to: usize,
}

impl Sheet {
    /// `key` is the object's: `Deployment/{}-redis-proxy`.
    pub(super) fn of(key: &str, text: &str) -> Self {
        let suffix = key.split_once('/').map_or("", |(_, name)| name.trim_start_matches("{}").trim_start_matches('-'));
        let is_of = |role: &Role| match role {
            Role::Memos => suffix.is_empty(),
            role => suffix.strip_prefix(role.word()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
        };
        let role = Role::ALL.into_iter().filter(is_of).max_by_key(|role| role.word().len());
        let component = role.map(|role| Component {
            settings: format!(".Values.components.{}", role.setting()),
            word: format!("{:?}", role.word()),
            name: plan::name(NameOf::Component(role), "."),
        });
        Self { lines: text.lines().map(str::to_owned).collect(), component }
    }

    pub(super) fn text(&self) -> String {
        let text = self.lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        match &self.component {
            Some(Component { settings, word, name }) if text.contains(" $part | ") => format!(
                "{{{{- $part := dict \"Values\" .Values \"Plan\" .Plan \"Release\" .Release \"Chart\" .Chart \"component\" {settings} \"word\" {word} \
                 \"name\" {name} }}}}\n{text}"
            ),
            _ => text,
        }
    }

    /// Every block that depends on nothing around it.
    fn blocks(&self) -> Vec<Block> {
        let mut found = Vec::new();
        let mut open = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            let indent = indent_of(line);
            let deeper = |line: &&String| line.is_empty() || indent_of(line) > indent;
            let length = self.lines[at + 1..].iter().take_while(deeper).count();
            let key = line.trim_start().strip_suffix(':').filter(|key| !key.contains(' '));
            if let Some(key) = key.filter(|_| length > 0 && !open.contains(&"range")) {
                let (from, to) = (at + 1, at + 1 + length);
                let whole = nesting(&self.lines[from..to], &mut Vec::new());
                if whole {
                    found.push(Block { key: key.to_owned(), indent: indent_of(&self.lines[from]), from, to });
                }
            }
            nesting(std::slice::from_ref(line), &mut open);
        }
        found
    }

    /// A block as every component has it; none when it uses what only its own template knows.
    fn shared(&self, block: &Block) -> Option<String> {
        let mut text = String::new();
        for line in &self.lines[block.from..block.to] {
            text += &moved(line.get(block.indent..).unwrap_or_default(), block.indent)?;
            text.push('\n');
        }
        if let Some(Component { settings, word, name }) = &self.component {
            for root in [".", "$"] {
                let own = if root == "." { "" } else { root };
                let list = format!("(list {root} {word})");
                text = text.replace(&list, &format!("(list {root} {own}.word)"));
            }
            text = with_word(&text, name, ".name");
            text = text.replace(&format!("{settings}."), ".component.");
        }
        let variable = |(at, _): (usize, &str)| text[at + 1..].starts_with(|next: char| next.is_ascii_lowercase());
        (!text.match_indices('$').any(variable)).then_some(text)
    }

    fn put(&mut self, block: &Block, name: &str) {
        let context = if self.component.is_some() { "$part" } else { "$" };
        let Block { indent, from, to, .. } = block;
        let call = format!("{}{{{{- include {name:?} {context} | nindent {indent} }}}}", " ".repeat(*indent));
        self.lines.splice(from..to, [call]);
    }
}

/// Follows what is opened and ended; whether all that was opened in these lines is ended there, and nothing else.
fn nesting<'a>(lines: &'a [String], open: &mut Vec<&'a str>) -> bool {
    let before = open.len();
    for action in lines.iter().flat_map(|line| line.split("{{").skip(1)) {
        let action = action.trim_start_matches('-').trim_start();
        let word = action.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
        match word {
            "if" | "with" | "range" | "define" => open.push(word),
            "else" if open.len() <= before => return false,
            "end" if open.len() <= before && lines.len() > 1 => return false,
            "end" => drop(open.pop()),
            _ => {}
        }
    }
    open.len() == before
}

/// The same text with a word replaced where it is no part of a longer one.
fn with_word(text: &str, word: &str, other: &str) -> String {
    let mut parts = text.split(word);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let longer = part.starts_with(|next: char| next.is_ascii_alphanumeric());
        text + if longer { word } else { other } + part
    })
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// A line with the columns that it names so many to the left; none when they are not there.
fn moved(line: &str, by: usize) -> Option<String> {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("nindent ") {
        let digits = after.chars().take_while(char::is_ascii_digit).count();
        let columns: usize = after[..digits].parse().ok()?;
        text += &format!("{before}nindent {}", columns.checked_sub(by)?);
        rest = &after[digits..];
    }
    Some(text + rest)
}

/// Takes out of templates what several have alike, where most is saved first. Answers what was taken out, by its name.
pub(super) fn share(sheets: &mut [Sheet]) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    loop {
        let mut places: BTreeMap<String, Vec<(usize, Block)>> = BTreeMap::new();
        for (at, sheet) in sheets.iter().enumerate() {
            for block in sheet.blocks() {
                if let Some(text) = sheet.shared(&block) {
                    places.entry(text).or_default().push((at, block));
                }
            }
        }
        // Each call is an action as well.
        let saved = |(text, places): &(String, Vec<(usize, Block)>)| {
            (text.matches("{{").count() * (places.len() - 1)).saturating_sub(places.len())
        };
        let Some(best) = places.into_iter().max_by_key(saved).filter(|best| saved(best) >= WORTH) else {
            return parts;
        };
        let (text, places) = best;
        let name = new_name(&places[0].1.key, &parts);
        // From the end, so that the places before stay where they are.
        for (at, block) in places.iter().rev() {
            sheets[*at].put(block, &name);
        }
        parts.insert(name, text);
    }
}

fn new_name(key: &str, parts: &BTreeMap<String, String>) -> String {
    let mut name = format!("memos.part.{key}");
    let mut number = 1;
    while parts.contains_key(&name) {
        number += 1;
        name = format!("memos.part.{key}{number}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(setting: &str, word: &str) -> String {
        format!(
            "spec:\n  selector:\n    {{{{- include \"memos.selectorLabels\" (list . \"{word}\") | nindent 4 }}}}\n    {{{{- with \
             .Values.components.{setting}.labels }}}}\n    {{{{- toYaml . | nindent 4 }}}}\n    {{{{- end }}}}\n  name: {{{{ \
             .Plan.names.{setting} }}}}\n  port: {{{{ .Values.components.{setting}.port }}}}\n"
        )
    }

    #[test]
    fn what_components_have_alike_is_written_once() {
        let (pooler, proxy) = (service("pooler", "pooler"), service("redisProxy", "redis-proxy"));
        let mut sheets = [Sheet::of("Service/{}-pooler", &pooler), Sheet::of("Service/{}-redis-proxy", &proxy)];
        // Six actions are saved, and two calls added.
        assert!(share(&mut sheets).is_empty());
        let mut sheets = [
            Sheet::of("Service/{}-pooler", &pooler),
            Sheet::of("Service/{}-redis-proxy", &proxy),
            Sheet::of("Service/{}-redis-proxy-outside", &proxy),
        ];
        let parts = share(&mut sheets);
        assert_eq!(
            parts["memos.part.spec"],
            "selector:\n  {{- include \"memos.selectorLabels\" (list . .word) | nindent 2 }}\n  {{- with .component.labels }}\n  \
             {{- toYaml . | nindent 2 }}\n  {{- end }}\nname: {{ .name }}\nport: {{ .component.port }}\n"
        );
        assert_eq!(
            sheets[1].text(),
            "{{- $part := dict \"Values\" .Values \"Plan\" .Plan \"Release\" .Release \"Chart\" .Chart \"component\" .Values.components.redisProxy \
             \"word\" \"redis-proxy\" \"name\" .Plan.names.redisProxy }}\nspec:\n  {{- include \"memos.part.spec\" $part | \
             nindent 2 }}\n"
        );
    }

    #[test]
    fn what_rests_on_the_template_around_it_stays() {
        let in_list = "a:\n  {{- range .Values.list }}\n  b:\n    {{ . }}{{ . }}{{ . }}{{ . }}\n  {{- end }}\n";
        let variable = "a:\n  b: {{ $edge }}{{ $edge }}{{ $edge }}{{ $edge }}{{ $edge }}\n";
        let torn = "{{- if .Values.a }}\na:\n  {{ .Values.b }}{{ .Values.b }}\n  {{- else }}\n  {{ .Values.c }}{{ .Values.c }}\n{{- end }}\n";
        for text in [in_list, variable, torn] {
            let mut sheets: Vec<Sheet> = (0..9).map(|_| Sheet::of("Service/{}-pooler", text)).collect();
            let parts = share(&mut sheets);
            assert!(
                !parts.keys().any(|name| name == "memos.part.b") && (text != torn || parts.is_empty()),
                "{parts:?}"
            );
        }
    }
}
