//! What follows from the values and is asked for in more than one place: worked out once, by whichever file is rendered first, and
//! kept as `.Plan` beside `.Values`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::expression::figure_text;
use super::test::condition;
use crate::chart::derive::specimen::NameOf;
use crate::chart::template::{FactTemplate, FigureTemplate};
use crate::plan::names::Role;

/// The names, facts and numbers that a text asks for.
static ASKED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\.Plan\.((?:names\.)?[A-Za-z0-9]+)").ok());

/// `redis-proxy` and `cache.poolSize` as fields of a map.
pub(in crate::chart) fn field(name: &str) -> String {
    let mut words = name.split(['-', '.']);
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let (head, rest) = word.split_at(word.len().min(1));
        text + &head.to_uppercase() + rest
    })
}

/// Where a fact or a number of the plan is found.
pub(super) fn place(name: &str, root: &str) -> String {
    below(root, &field(name))
}

/// Where a derived name is found.
pub(super) fn name(of: NameOf, root: &str) -> String {
    below(root, &format!("names.{}", name_field(of)))
}

fn below(root: &str, path: &str) -> String {
    format!("{}.Plan.{path}", if root == "." { "" } else { root })
}

fn name_field(of: NameOf) -> String {
    match of {
        NameOf::Component(role) => field(role.word()),
        // Two names of the same word are cut in different places.
        NameOf::Suffixed(suffix) if Role::ALL.iter().any(|role| role.word() == suffix) => {
            field(&format!("{suffix}-whole"))
        }
        NameOf::Suffixed(suffix) => field(suffix),
        NameOf::ClusterWide(suffix) => field(&format!("{suffix}-of-namespace")),
    }
}

fn name_expression(of: NameOf) -> String {
    match of {
        NameOf::Component(Role::Memos) => "$fullname".to_owned(),
        NameOf::Component(role) => {
            format!("(include \"memos.cut\" (list (printf \"%s-{}\" $fullname) {}))", role.word(), role.longest_name())
        }
        NameOf::Suffixed(suffix) => format!("(include \"memos.cut\" (list (printf \"%s-{suffix}\" $fullname) 63))"),
        NameOf::ClusterWide(suffix) => {
            format!("(include \"memos.cut\" (list (printf \"%s-%s-{suffix}\" .Release.Namespace $fullname) 63))")
        }
    }
}

/// The file of the plan; `texts` are those that ask for it.
pub(super) fn file<'a>(
    facts: &[FactTemplate],
    figures: &[FigureTemplate],
    texts: impl Iterator<Item = &'a String>,
) -> String {
    let mut items: Vec<(String, String)> = facts.iter().map(fact).chain(figures.iter().map(figure)).collect();
    let asked: BTreeSet<String> = texts.flat_map(|text| asked(text)).collect();
    let names = names(&asked);
    let mut text = "{{- define \"memos.plan\" -}}\n{{- if not .Plan }}\n".to_owned()
        + "{{- $edge := dict }}\n"
        + "{{- range splitList \" \" (include \"memos.edge\" .) }}{{ $_ := set $edge . true }}{{ end }}\n"
        + "{{- $size := .Values.load.size | default \"small\" }}\n";
    let known: BTreeSet<String> = items.iter().map(|(field, _)| field.clone()).collect();
    let mut fields = vec!["edge".to_owned(), "size".to_owned()];
    // Each after those that it asks for.
    while !items.is_empty() {
        let ready = |(_, text): &(String, String)| {
            self::asked(text).iter().all(|other| !known.contains(other) || fields.contains(other))
        };
        let at = items.iter().position(ready).unwrap_or_default();
        let (field, item) = items.remove(at);
        text += &item.replace(".Plan.", "$");
        fields.push(field);
    }
    text += &format!("{{{{- $fullname := include \"memos.fullname\" . }}}}\n{{{{- $names := dict{names} }}}}\n");
    fields.push("names".to_owned());
    let fields: String = fields.iter().map(|field| format!(" {field:?} ${field}")).collect();
    text += &format!(
        "{{{{- $chart := include \"memos.chart\" . }}}}\n{{{{- $_ := set . \"Plan\" (dict \"chart\" $chart{fields}) }}}}\n"
    );
    text + "{{- end }}\n{{- end }}\n"
}

fn asked(text: &str) -> BTreeSet<String> {
    let found = ASKED.iter().flat_map(|pattern| pattern.captures_iter(text));
    found.map(|found| found[1].to_owned()).collect()
}

fn names(asked: &BTreeSet<String>) -> String {
    let asked = NameOf::all()
        .filter(|of| *of == NameOf::Component(Role::Memos) || asked.contains(&format!("names.{}", name_field(*of))));
    asked.map(|of| format!(" {:?} {}", name_field(of), name_expression(of))).collect()
}

fn fact(fact: &FactTemplate) -> (String, String) {
    let field = field(fact.name);
    let holds = condition(&fact.condition, ".").unwrap_or_else(|| "true".to_owned());
    let text = format!("{{{{- ${field} := {holds} }}}}\n");
    (field, text)
}

fn figure(figure: &FigureTemplate) -> (String, String) {
    let field = field(figure.path);
    let text = figure_text(&field, &figure.choice);
    (field, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::template::{Atom, Choice, Derived, Number};

    #[test]
    fn what_is_asked_for_is_worked_out_before() {
        let fact = |name, atom| FactTemplate {
            name,
            condition: Choice::If(atom, Box::new(Choice::One(true)), Box::new(Choice::One(false))),
        };
        let facts = [
            fact("ownPooler", Atom::AtLeast(Number::Figure("scaling.max"), 2)),
            fact("pooler", Atom::Fact("ownPooler")),
        ];
        let given = Choice::One(Derived::Given(Number::Value("scaling.max".to_owned())));
        let figures = [FigureTemplate { path: "scaling.max", choice: given }];
        let asks = "{{ .Plan.names.redisProxy }}{{ $.Plan.pooler }}".to_owned();
        assert_eq!(
            file(&facts, &figures, [asks].iter()),
            r#"{{- define "memos.plan" -}}
{{- if not .Plan }}
{{- $edge := dict }}
{{- range splitList " " (include "memos.edge" .) }}{{ $_ := set $edge . true }}{{ end }}
{{- $size := .Values.load.size | default "small" }}
{{- $scalingMax := int64 .Values.scaling.max }}
{{- $ownPooler := ge $scalingMax 2 }}
{{- $pooler := $ownPooler }}
{{- $fullname := include "memos.fullname" . }}
{{- $names := dict "memos" $fullname "redisProxy" (include "memos.cut" (list (printf "%s-redis-proxy" $fullname) 63)) }}
{{- $chart := include "memos.chart" . }}
{{- $_ := set . "Plan" (dict "chart" $chart "edge" $edge "size" $size "scalingMax" $scalingMax "ownPooler" $ownPooler "pooler" $pooler "names" $names) }}
{{- end }}
{{- end }}
"#
        );
    }

    #[test]
    fn names_become_fields() {
        assert_eq!(field("redis-proxy"), "redisProxy");
        assert_eq!(field("cache.poolSize"), "cachePoolSize");
        assert_eq!(name(NameOf::Component(Role::Redis), "$"), "$.Plan.names.redis");
        assert_ne!(name_field(NameOf::Component(Role::Database)), name_field(NameOf::Suffixed("database")));
    }
}
