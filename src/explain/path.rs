//! Paths of fields as users write them: `scaling.max`, `database.networks[0]`, `components.memos.labels."example.com/team"`.

use serde_json::Value;

use super::given::Given;
use crate::schema::dotted;
use crate::schema::fields::Field;
use crate::source::setting::{Step, pointer_below};

/// The keys of a document that stand beside `spec`.
const ENVELOPE: [&str; 5] = ["apiVersion", "kind", "metadata", "profile", "extends"];

/// The JSON pointer of steps in the whole document.
pub(super) fn pointer(steps: &[Step]) -> String {
    let in_envelope = matches!(steps.first(), Some(Step::Key(key)) if ENVELOPE.contains(&key.as_str()));
    pointer_below(if in_envelope { "" } else { "/spec" }, steps)
}

/// Steps as users write them.
pub(super) fn text(steps: &[Step]) -> String {
    dotted(&pointer(steps))
}

/// Whether steps lead to a field of the schema, which may be one of all items of a list or of all keys of a map.
fn leads_to(steps: &[Step], field: &Field) -> bool {
    let keys = steps.iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Item(_) => None,
    });
    let path = field.path.replace("[]", "");
    let mut own = path.split('.');
    for key in keys {
        if !own.next().is_some_and(|own| own == key || own == "*") {
            return false;
        }
    }
    own.next().is_none()
}

/// The fields that steps lead to: one for each choice that has it.
pub(super) fn exact<'a>(fields: &'a [Field], steps: &[Step]) -> Vec<&'a Field> {
    fields.iter().filter(|field| leads_to(steps, field)).collect()
}

/// The fields that steps lead to or, where a part is free in form, into.
pub fn find<'a>(fields: &'a [Field], steps: &[Step]) -> Vec<&'a Field> {
    let found = exact(fields, steps);
    if !found.is_empty() {
        return found;
    }
    let free = |field: &&Field| !field.section && (field.shape.contains("map") || field.shape.contains("anything"));
    let prefixes = (1..steps.len()).rev().map(|length| exact(fields, &steps[..length]));
    let nearest = prefixes.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    nearest.into_iter().filter(free).collect()
}

/// Why steps lead nowhere in a spec: a choice that was not made, or a list that is shorter. None when they lead somewhere.
pub(super) fn absent(steps: &[Step], given: &Given<'_>) -> Option<String> {
    (1..=steps.len()).find_map(|length| match &steps[length - 1] {
        Step::Item(index) => beyond_the_end(&steps[..length - 1], *index, given),
        Step::Key(_) => not_chosen(&steps[..length], given),
    })
}

fn beyond_the_end(list: &[Step], index: usize, given: &Given<'_>) -> Option<String> {
    let length = match given.document.pointer(&pointer(list)) {
        Some(Value::Array(items)) if index < items.len() => return None,
        Some(Value::Array(items)) => items.len(),
        Some(Value::Null) | None => 0,
        Some(_) => return Some(format!("`{}` is no list", text(list))),
    };
    let list = text(list);
    Some(match length {
        0 => format!("`{list}` has no items"),
        1 => format!("`{list}` has 1 item, `{list}[0]`"),
        length => format!("`{list}` has {length} items, `{list}[0]` to `{list}[{}]`", length - 1),
    })
}

fn not_chosen(steps: &[Step], given: &Given<'_>) -> Option<String> {
    let parent = &steps[..steps.len() - 1];
    if !parent.is_empty() && given.document.pointer(&pointer(parent)).is_some_and(Value::is_array) {
        let list = text(parent);
        let items = [parent, &[Step::Item(0)], &steps[steps.len() - 1..]].concat();
        return beyond_the_end(parent, 0, given)
            .or_else(|| Some(format!("`{list}` is a list; name an item, such as `{}`", text(&items))));
    }
    let choices: Vec<(&str, &str)> = exact(given.fields, steps)
        .into_iter()
        .map(|field| field.when.as_deref().and_then(|when| when.rsplit_once(": ")))
        .collect::<Option<_>>()?;
    let (chooser, _) = choices.first()?;
    let chooser = Step::Key(chooser.rsplit('.').next().unwrap_or(chooser).to_owned());
    let chooser = [&steps[..steps.len() - 1], &[chooser]].concat();
    let chosen = given.document.pointer(&pointer(&chooser))?.as_str()?;
    if choices.iter().any(|(_, word)| *word == chosen) {
        return None;
    }
    let chooser = text(&chooser);
    let words: Vec<String> = choices.iter().map(|(_, word)| format!("`{chooser}: {word}`")).collect();
    Some(format!("`{chooser}` is `{chosen}`; only {} has `{}`", words.join(" or "), text(steps)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::schema::fields::fields;
    use crate::source::setting;

    #[test]
    fn items_free_keys_and_quoted_keys_name_their_field() {
        let fields = fields(&compile::merged_schema());
        for (path, expected) in [
            ("scaling.max", "scaling.max"),
            ("database.networks[0]", "database.networks"),
            ("overrides[2].kind", "overrides[].kind"),
            ("overrides.kind", "overrides[].kind"),
            ("components.memos.labels.team", "components.memos.labels"),
            ("components.memos.labels.\"example.com/team\"", "components.memos.labels"),
            ("components.memos.extraEnv[0].value", "components.memos.extraEnv"),
            ("overrides[0].patch.spec.replicas", "overrides[].patch"),
            ("scaling.max.more", "-"),
            ("scaling.nosuch", "-"),
            ("database.networks[0].more", "-"),
        ] {
            let steps = setting::steps(path).unwrap();
            let found = find(&fields, &steps);
            assert_eq!(found.first().map_or("-", |field| field.path.as_str()), expected, "{path}");
            assert_eq!(setting::steps(&text(&steps)).unwrap(), steps, "{path}");
        }
    }
}
