//! The schema as a list of fields, for people: `explain` and the reference are made from it.

use serde_json::{Map, Value};

/// One field of a spec document, as the schema has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The path as users write it, without `spec.`; an item of a list is `[]`, a key of the user's own `*`.
    pub path: String,
    /// The choice that the field belongs to, such as `scaling.mode: replicas`; none when it is always there.
    pub when: Option<String>,
    /// What may be written, in words.
    pub shape: String,
    /// The bounds of a number, or the lengths of a text or list.
    pub range: Option<String>,
    /// The words that may be written, with what each means.
    pub choices: Vec<(String, String)>,
    /// The built-in default as it would be written; none for sections and for what the plan decides.
    pub default: Option<String>,
    /// An example of a text of a special form.
    pub example: Option<String>,
    /// Whether it must be written where its section is.
    pub required: bool,
    /// Whether other fields lie below it.
    pub section: bool,
    /// What it is for.
    pub description: String,
}

/// Every field in the order of the schema; sections stand before what they hold.
pub fn fields(schema: &Value) -> Vec<Field> {
    let mut walk = Walk { schema, found: Vec::new() };
    walk.children(schema, &Place { path: String::new(), when: None, default: None });
    walk.found
}

/// Where the walk is.
struct Place<'a> {
    path: String,
    when: Option<String>,
    /// The default of the whole place, which holds those of its parts.
    default: Option<&'a Value>,
}

struct Walk<'a> {
    schema: &'a Value,
    found: Vec<Field>,
}

impl<'a> Walk<'a> {
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        target.and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(schema)
    }

    /// Everything below an object: its own properties, then those of each of its kinds.
    fn children(&mut self, schema: &'a Value, place: &Place<'a>) {
        let schema = self.resolve(schema);
        self.properties(schema, place, place.when.clone());
        for condition in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let (Some(choice), Some(then)) = (choice(condition), condition.get("then")) else { continue };
            let (tag, word) = choice;
            self.properties(then, place, Some(format!("{}: {word}", join(&place.path, tag))));
        }
    }

    fn properties(&mut self, schema: &'a Value, place: &Place<'a>, when: Option<String>) {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        let required = schema.get("required").and_then(Value::as_array);
        for (name, property) in properties.iter().filter(|(_, property)| property.is_object()) {
            let default = property.get("default").or_else(|| place.default?.get(name));
            let path = join(&place.path, name);
            let required = required.is_some_and(|list| list.iter().any(|key| key == name));
            self.property(property, Place { path, when: when.clone(), default }, required);
        }
    }

    fn property(&mut self, property: &'a Value, place: Place<'a>, required: bool) {
        let inner = self.resolve(property);
        let below = below(inner);
        let (holder, suffix) = below.map_or((inner, ""), |(schema, suffix)| (self.resolve(schema), suffix));
        let section = is_section(holder);
        // `spec` itself is left out, because paths are written without it.
        if place.path != "spec" {
            self.found.push(Field {
                shape: self.shape(inner),
                range: range(inner),
                choices: choices(if suffix.is_empty() { inner } else { holder }),
                default: place
                    .default
                    .filter(|default| !section || default.is_array())
                    .map(Value::to_string)
                    .map(unquoted),
                example: example(holder),
                required,
                section,
                description: text(property, "description").or_else(|| text(inner, "description")).unwrap_or_default(),
                path: place.path.clone(),
                when: place.when.clone(),
            });
        }
        if section {
            let path = if place.path == "spec" { String::new() } else { format!("{}{suffix}", place.path) };
            let default = place.default.filter(|_| suffix.is_empty());
            // What lies below is bound to the same choice by its own path.
            self.children(holder, &Place { path, when: None, default });
        }
    }

    fn shape(&self, schema: &'a Value) -> String {
        let inner = |keyword: &str| schema.get(keyword).filter(|value| value.is_object());
        match schema.get("type").and_then(Value::as_str) {
            Some("integer") => "whole number".to_owned(),
            Some("number") => "number".to_owned(),
            Some("boolean") => "`true` or `false`".to_owned(),
            Some("array") => inner("items")
                .map_or_else(|| "list".to_owned(), |items| format!("list, each {}", self.shape(self.resolve(items)))),
            Some("object") if is_section(schema) => "section".to_owned(),
            Some("object") => inner("additionalProperties")
                .map_or_else(|| "map".to_owned(), |value| format!("map, each {}", self.shape(self.resolve(value)))),
            Some("string") if !choices(schema).is_empty() => "word".to_owned(),
            Some("string") => text(schema, "format").map_or("text".to_owned(), |format| format!("text ({format})")),
            _ => "anything".to_owned(),
        }
    }
}

/// `additionalProperties` or `items`, with what is added to the path for them.
fn below(schema: &Value) -> Option<(&Value, &'static str)> {
    let object = |keyword: &str| schema.get(keyword).filter(|value| value.is_object());
    object("items").map(|items| (items, "[]")).or_else(|| object("additionalProperties").map(|value| (value, ".*")))
}

/// Whether other fields lie below it.
pub(crate) fn is_section(schema: &Value) -> bool {
    schema.get("properties").is_some_and(Value::is_object)
        || schema.get("allOf").is_some_and(|list| list.as_array().is_some_and(|list| !list.is_empty()))
}

/// The tag and its value that a condition asks for.
pub(crate) fn choice(condition: &Value) -> Option<(&str, &str)> {
    let properties: &Map<String, Value> = condition.get("if")?.get("properties")?.as_object()?;
    let (tag, schema) = properties.iter().next()?;
    Some((tag, schema.get("const")?.as_str()?))
}

/// The path of a field in a section.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The words of a keyword, with single blanks.
pub(crate) fn text(schema: &Value, keyword: &str) -> Option<String> {
    schema.get(keyword)?.as_str().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn example(schema: &Value) -> Option<String> {
    schema.get("examples")?.get(0).map(Value::to_string).map(unquoted)
}

/// A word without the quotes of JSON.
fn unquoted(json: String) -> String {
    let word = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    word.filter(|word| !word.is_empty() && !word.contains(['"', '\\'])).map(str::to_owned).unwrap_or(json)
}

/// The words that may be written, with what each means.
pub(crate) fn choices(schema: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let mut found = Vec::new();
    for branch in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        let words =
            branch.get("const").into_iter().chain(branch.get("enum").and_then(Value::as_array).into_iter().flatten());
        let meaning = text(branch, "description").unwrap_or_default();
        found.extend(words.filter_map(word).map(|word| (word, meaning.clone())));
    }
    let options = schema.get("enum").and_then(Value::as_array).into_iter().flatten().chain(schema.get("const"));
    found.extend(options.filter_map(word).map(|word| (word, String::new())));
    found
}

/// The bounds in words.
pub(crate) fn range(schema: &Value) -> Option<String> {
    let (least, most, things) = match schema.get("type")?.as_str()? {
        "integer" | "number" => ("minimum", "maximum", ""),
        "string" => ("minLength", "maxLength", " characters"),
        "array" => ("minItems", "maxItems", " items"),
        _ => return None,
    };
    super::validate::bounds(schema.as_object()?, least, most, things)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sections_choices_lists_and_maps_are_found() {
        let schema = json!({
            "type": "object",
            "properties": {
                "profile": {"type": "string", "description": "P."},
                "spec": {"$ref": "#/$defs/Spec", "default": {"cache": {"kind": "none"}, "ports": [80]}},
            },
            "$defs": {
                "Spec": {"type": "object", "properties": {
                    "cache": {"$ref": "#/$defs/Cache", "description": "C."},
                    "ports": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 1}},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    "extra": {"type": "array", "items": {"$ref": "#/$defs/Extra"}},
                }},
                "Extra": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "format": "dns-label"}}},
                "Cache": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"type": "string", "oneOf": [{"const": "none", "description": "N."}, {"const": "redis"}]}},
                    "allOf": [
                        {"if": {"properties": {"kind": {"const": "redis"}}},
                         "then": {"properties": {"kind": true, "port": {"type": "integer", "minimum": 1, "maximum": 9, "default": 6}}}},
                    ],
                },
            },
        });
        let lines: Vec<String> = fields(&schema)
            .into_iter()
            .map(|field| {
                let Field { path, when, shape, range, choices, default, required, .. } = field;
                let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
                format!(
                    "{path} | {} | {shape} | {} | {} | {} | {required}",
                    or(when),
                    or(range),
                    choices.len(),
                    or(default)
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                "profile | - | text | - | 0 | - | false",
                "cache | - | section | - | 0 | - | false",
                "cache.kind | - | word | - | 2 | none | true",
                "cache.port | cache.kind: redis | whole number | 1 to 9 | 0 | 6 | false",
                "ports | - | list, each whole number | at least 1 items | 0 | [80] | false",
                "labels | - | map, each text | - | 0 | - | false",
                "extra | - | list, each section | - | 0 | - | false",
                "extra[].name | - | text (dns-label) | - | 0 | - | true",
            ]
        );
    }
}
