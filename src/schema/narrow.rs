//! The part of a schema that can say anything about one value.
//!
//! Compiling the whole schema costs more than everything else in a build; a value meets a fifth of it. What is left out is
//! what cannot fail: properties that the value does not have, and the branches of choices that it did not make.

use serde_json::{Map, Value};

/// Keywords that say nothing about validity.
const ANNOTATIONS: [&str; 6] = ["description", "default", "examples", "title", "$comment", "deprecated"];

/// The schema of `value` alone: it accepts and refuses `value` exactly as `schema` does.
pub fn narrowed(schema: &Value, value: &Value) -> Value {
    narrow(schema, schema, &[value])
}

fn narrow(root: &Value, schema: &Value, values: &[&Value]) -> Value {
    let Value::Object(keywords) = schema else { return schema.clone() };
    let mut kept = Map::new();
    let mut every = Vec::new();
    for (keyword, operand) in keywords {
        match keyword.as_str() {
            // A value's depth ends every recursion.
            "$ref" => every
                .push(reference(root, operand).map_or_else(|| schema.clone(), |target| narrow(root, target, values))),
            "$defs" | "$schema" | "$id" => {}
            "properties" => {
                kept.insert(keyword.clone(), properties(root, operand, values));
            }
            "items" => {
                let items: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
                kept.insert(keyword.clone(), met(root, operand, &items));
            }
            "additionalProperties" if operand.is_object() => {
                let inner: Vec<&Value> =
                    values.iter().filter_map(|value| value.as_object()).flat_map(Map::values).collect();
                kept.insert(keyword.clone(), met(root, operand, &inner));
            }
            "allOf" => every.extend(operand.as_array().iter().flat_map(|all| branches(root, all, values))),
            other if ANNOTATIONS.contains(&other) => {}
            _ => {
                kept.insert(keyword.clone(), operand.clone());
            }
        }
    }
    match every.pop() {
        None => Value::Object(kept),
        Some(only) if kept.is_empty() && every.is_empty() => only,
        Some(last) => {
            every.push(last);
            kept.insert("allOf".to_owned(), every.into());
            Value::Object(kept)
        }
    }
}

/// What a reference inside the schema leads to.
fn reference<'a>(root: &'a Value, reference: &Value) -> Option<&'a Value> {
    root.pointer(reference.as_str()?.strip_prefix('#')?)
}

/// The schema of values that may not exist.
fn met(root: &Value, schema: &Value, values: &[&Value]) -> Value {
    if values.is_empty() { Value::Bool(true) } else { narrow(root, schema, values) }
}

fn properties(root: &Value, properties: &Value, values: &[&Value]) -> Value {
    let Some(properties) = properties.as_object() else { return properties.clone() };
    let narrowed = |(name, schema): (&String, &Value)| {
        let inner: Vec<&Value> = values.iter().filter_map(|value| value.get(name)).collect();
        (name.clone(), met(root, schema, &inner))
    };
    properties.iter().map(narrowed).collect::<Map<_, _>>().into()
}

/// Of `if`/`then` branches that ask for a constant, those that a value chose; all others as they are.
fn branches(root: &Value, branches: &[Value], values: &[&Value]) -> Vec<Value> {
    let narrowed = |branch: &Value| {
        let Some((key, constant, then)) = choice(branch) else { return Some(narrow(root, branch, values)) };
        let chosen: Vec<&Value> = values.iter().copied().filter(|value| value.get(key) == Some(constant)).collect();
        if chosen.is_empty() {
            return None;
        }
        let mut kept = Map::new();
        kept.insert("if".to_owned(), branch["if"].clone());
        kept.insert("then".to_owned(), narrow(root, then, &chosen));
        Some(Value::Object(kept))
    };
    branches.iter().filter_map(narrowed).collect()
}

/// The key, the constant and the consequence of `{if: {required: [key], properties: {key: {const}}}, then}`.
fn choice(branch: &Value) -> Option<(&str, &Value, &Value)> {
    let condition = branch.get("if")?;
    let properties = condition.get("properties")?.as_object()?;
    let (key, constant) = properties.iter().next().filter(|_| properties.len() == 1)?;
    let required = condition.get("required")?.as_array()?;
    let asks = required.len() == 1 && required[0].as_str() == Some(key);
    let then = branch.get("then").filter(|_| asks && branch.get("else").is_none())?;
    Some((key, constant.get("const")?, then))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::narrowed;

    #[test]
    fn only_what_the_value_meets_is_left() {
        let schema = json!({
            "$defs": {"Port": {"type": "integer", "maximum": 9, "description": "a port"}},
            "type": "object",
            "properties": {"kind": {"enum": ["a", "b"]}, "port": {"$ref": "#/$defs/Port", "default": 1}, "list": {"items": {"type": "string"}}},
            "additionalProperties": false,
            "allOf": [
                {"if": {"required": ["kind"], "properties": {"kind": {"const": "a"}}}, "then": {"required": ["port"]}},
                {"if": {"required": ["kind"], "properties": {"kind": {"const": "b"}}}, "then": {"required": ["list"]}},
            ],
        });
        let value = json!({"kind": "a", "port": 3});
        let expected = json!({
            "type": "object",
            "properties": {"kind": {"enum": ["a", "b"]}, "port": {"type": "integer", "maximum": 9}, "list": true},
            "additionalProperties": false,
            "allOf": [
                {"if": {"required": ["kind"], "properties": {"kind": {"const": "a"}}}, "then": {"required": ["port"]}},
            ],
        });
        assert_eq!(narrowed(&schema, &value), expected);
    }
}
