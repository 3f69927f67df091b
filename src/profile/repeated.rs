//! Items of one key in a list whose items have keys.

use serde_json::Value;

use super::merge::keys_of;
use super::secret::holds_secret;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::dotted;
use crate::source::{NodeSpan, Span, pointer_join};

/// Every item that has the key of one before it. `locate` gives the place of the value at a JSON pointer.
///
/// Two layers are merged by these keys, so two items of one layer are either merged into one or stand beside each other,
/// whatever another layer happens to have; neither is what was written.
pub fn repeated_items(document: &Value, locate: impl Fn(&str) -> Option<NodeSpan>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    collect(document, "", &mut |pointer, keys, items| {
        for (again, names) in items.iter().enumerate().filter_map(|(at, item)| Some((at, names(item, keys)?))) {
            let earlier = |item: &Value| self::names(item, keys).as_ref() == Some(&names);
            let Some(first) = items[..again].iter().position(earlier) else { continue };
            let place = |at: usize| {
                let item = pointer_join(pointer, &at.to_string());
                Some(locate(&pointer_join(&item, keys.last()?))?.value)
            };
            let found_item = diagnostic(pointer, keys, &names);
            found.push(if holds_secret(document) {
                hidden(found_item)
            } else {
                at(found_item, place(first), place(again))
            });
        }
    });
    found
}

fn diagnostic(pointer: &str, keys: &[&str], names: &[&str]) -> Diagnostic {
    let pairs: Vec<String> =
        keys.iter().zip(names).map(|(key, name)| format!("`{key}: {}`", name.escape_debug())).collect();
    Diagnostic::new(Code::ItemTwice, format!("`{}` has two items with {}", dotted(pointer), pairs.join(" and ")))
        .help("keep one of the two, or merge what they hold")
}

fn at(mut diagnostic: Diagnostic, first: Option<Span>, again: Option<Span>) -> Diagnostic {
    if let Some(span) = again {
        diagnostic = diagnostic.at(span, "again here");
    }
    match first {
        Some(span) => diagnostic.and_at(span, "first given here"),
        None => diagnostic,
    }
}

fn hidden(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.message += " (their lines are not shown, because the spec holds a secret in plain text)";
    diagnostic
}

/// Visits the lists with keys. What stands inside their items is free-form or has none.
fn collect(value: &Value, pointer: &str, visit: &mut impl FnMut(&str, &[&str], &[Value])) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let below = pointer_join(pointer, key);
        match (value, keys_of(&below)) {
            (Value::Array(items), Some(keys)) => visit(&below, keys, items),
            _ => collect(value, &below, visit),
        }
    }
}

/// What the item is called by; none when it lacks one of the keys, which is reported elsewhere.
fn names<'a>(item: &'a Value, keys: &[&str]) -> Option<Vec<&'a str>> {
    keys.iter().map(|key| item.get(key)?.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(document: &Value) -> Vec<String> {
        repeated_items(document, |_| None).into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn each_further_item_of_a_key_is_found() {
        let twice =
            json!({"spec": {"memos": {"settings": [{"label": "a"}, {"label": "b"}, {"label": "a"}, {"label": "a"}]}}});
        let found = messages(&twice);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], "`memos.settings` has two items with `label: a`");
        let overrides =
            json!({"spec": {"overrides": [{"kind": "Service", "name": "a"}, {"kind": "Service", "name": "a"}]}});
        assert_eq!(messages(&overrides), ["`overrides` has two items with `kind: Service` and `name: a`"]);
    }

    #[test]
    fn what_only_looks_alike_is_left_alone() {
        for spec in [
            json!({"overrides": [{"kind": "Service", "name": "a"}, {"kind": "Deployment", "name": "a"}]}),
            json!({"overrides": [{"kind": "A", "name": "a", "patch": {"settings": [{"label": "x"}, {"label": "x"}]}}]}),
            json!({"components": {"redis": {"extraVolumeMounts": [
                {"name": "a", "mountPath": "/a"}, {"name": "a", "mountPath": "/b"},
            ]}}}),
            json!({"components": {"redis": {"extraEnv": [{"value": "1"}, {"value": "1"}, {"name": 1}, {"name": 1}, null]}}}),
            json!({"components": {"redis": {"tolerations": [{"key": "a"}, {"key": "a"}]}}}),
            json!({"network": {"extraIngress": [{"name": "a"}], "extraEgress": [{"name": "a"}]}}),
        ] {
            assert_eq!(messages(&json!({"spec": spec})), Vec::<String>::new(), "{spec}");
        }
    }
}
