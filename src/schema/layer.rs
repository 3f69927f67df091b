//! The schema of one layer, made from that of the merged document.
//!
//! A file may leave out whatever a profile or another file says, the word that chooses a section's kind included. So nothing
//! is required in a layer, and a section without that word may hold the fields of every kind.

use serde_json::{Map, Value, json};

/// The schema of a layer with the given `$id` and title.
pub fn of(merged: &Value, title: &str, id: &str) -> Value {
    let mut schema = merged.clone();
    loosen(&mut schema);
    schema["title"] = json!(title);
    schema["$id"] = json!(id);
    schema
}

fn loosen(schema: &mut Value) {
    let Value::Object(keywords) = schema else { return };
    keywords.shift_remove("required");
    for (keyword, value) in keywords.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties" | "$defs", Value::Object(schemas)) => schemas.values_mut().for_each(loosen),
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => schemas.iter_mut().for_each(loosen),
            ("items" | "additionalProperties" | "then", schema) => loosen(schema),
            _ => {}
        }
    }
    if let Some(Value::Array(branches)) = keywords.get_mut("allOf")
        && let Some(branch) = of_every_kind(branches)
    {
        branches.push(branch);
    }
}

/// What holds when the word that chooses the kind is left out: any field of any kind.
fn of_every_kind(branches: &[Value]) -> Option<Value> {
    let tag = branches.first()?.pointer("/if/required/0")?.as_str()?;
    let mut fields: Map<String, Value> = Map::new();
    for (name, schema) in branches.iter().filter_map(|branch| branch["then"]["properties"].as_object()).flatten() {
        match fields.get_mut(name) {
            None => {
                fields.insert(name.clone(), schema.clone());
            }
            Some(known) => widen(known, schema),
        }
    }
    Some(json!({
        "if": {"not": {"required": [tag]}},
        "then": {"properties": fields, "additionalProperties": false},
    }))
}

/// Lets a field be what either kind allows.
fn widen(known: &mut Value, other: &Value) {
    if rule(known) == rule(other) {
        return;
    }
    if let (Value::Object(bounded), Value::Object(bounds)) = (&mut *known, other)
        && unbounded(bounded) == unbounded(bounds)
    {
        for (keyword, wider) in [("minimum", i64::min as fn(i64, i64) -> i64), ("maximum", i64::max)] {
            let [own, others] = [&*bounded, bounds].map(|schema| schema.get(keyword).and_then(Value::as_i64));
            match own.zip(others) {
                Some((own, others)) => bounded.insert(keyword.to_owned(), json!(wider(own, others))),
                None => bounded.shift_remove(keyword),
            };
        }
        return;
    }
    match known.get_mut("anyOf").and_then(Value::as_array_mut) {
        Some(forms) => forms.push(other.clone()),
        None => *known = json!({"anyOf": [known.take(), other]}),
    }
}

/// A schema without its texts.
fn rule(schema: &Value) -> Value {
    let mut rule = schema.clone();
    if let Value::Object(keywords) = &mut rule {
        keywords.retain(|keyword, _| !matches!(keyword.as_str(), "description" | "default" | "examples"));
    }
    rule
}

/// A schema without its texts and the bounds of its numbers.
fn unbounded(schema: &Map<String, Value>) -> Value {
    let mut rule = rule(&Value::Object(schema.clone()));
    if let Value::Object(keywords) = &mut rule {
        keywords.retain(|keyword, _| !matches!(keyword.as_str(), "minimum" | "maximum"));
    }
    rule
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_required_and_every_kind_is_known() {
        let when = |kind: &str| json!({"required": ["kind"], "properties": {"kind": {"const": kind}}});
        let merged = json!({
            "title": "all", "type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["a", "b"]}},
            "allOf": [
                {"if": when("a"), "then": {"required": ["x"], "properties": {
                    "kind": true, "x": {"type": "integer"}, "y": {"type": "string", "description": "a"}, "z": {"minimum": 3, "maximum": 5}}}},
                {"if": when("b"), "then": {"properties": {
                    "kind": true, "x": {"type": "string"}, "y": {"type": "string", "description": "b"}, "z": {"minimum": 1}}}},
            ],
        });
        let layer = json!({
            "title": "one", "type": "object", "properties": {"kind": {"enum": ["a", "b"]}},
            "allOf": [
                {"if": when("a"), "then": {"properties": {
                    "kind": true, "x": {"type": "integer"}, "y": {"type": "string", "description": "a"}, "z": {"minimum": 3, "maximum": 5}}}},
                {"if": when("b"), "then": {"properties": {
                    "kind": true, "x": {"type": "string"}, "y": {"type": "string", "description": "b"}, "z": {"minimum": 1}}}},
                {"if": {"not": {"required": ["kind"]}}, "then": {"additionalProperties": false, "properties": {
                    "kind": true, "x": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                    "y": {"type": "string", "description": "a"}, "z": {"minimum": 1}}}},
            ],
            "$id": "memos-gen:one",
        });
        assert_eq!(of(&merged, "one", "memos-gen:one"), layer);
    }
}
