//! `values.schema.json`: what the values may be, for Helm, which validates on every install, and for editors.
//!
//! Only keywords of draft-07 stand in it, since Helm 3's validator knows no newer draft. A `$ref` has nothing beside it, because that
//! draft ignores what stands there. Sections and values that are not null in `values.yaml` are required: Helm takes a key away that
//! somebody sets to null, and the templates would then read nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::field::{Entry, Field, Form, Section, offered};
use super::knob::{ANY_WORD, KNOWN};
use super::pattern::{format_of, patterns};
use super::words::{HELM_TITLE, Row, rows};
use crate::schema::fields::choices;

mod example;

/// The schema of the chart's values.
pub fn values_schema() -> Value {
    let offered = offered();
    let rows = rows(&offered);
    let writer = Writer { rows: rows.iter().map(|row| (row.path.as_str(), row)).collect() };
    let mut schema = Map::from_iter([
        ("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#")),
        ("title".to_owned(), json!("Values of the Memos chart")),
    ]);
    schema.extend(writer.section(&offered));
    schema.insert("description".to_owned(), json!("What is installed: fields of the memos-gen spec, and Helm's own."));
    let mut definitions = definitions();
    if let Some(components) = schema["properties"]["components"]["properties"].as_object_mut() {
        share(components, &mut definitions);
    }
    let own = rows.iter().filter(|row| row.title == HELM_TITLE).map(|row| (row.path.clone(), of_helm(row)));
    let values = schema["properties"].as_object().cloned().unwrap_or_default();
    schema.insert("properties".to_owned(), Value::Object(own.chain(values).collect()));
    schema.insert("definitions".to_owned(), Value::Object(definitions));
    Value::Object(schema)
}

/// The text of `values.schema.json`.
pub fn values_schema_text() -> String {
    format!("{:#}\n", values_schema())
}

/// What stands for the values of a choice that was not made.
const UNSET: &str = "#/definitions/unset";

fn definitions() -> Map<String, Value> {
    let unset = json!({
        "description": "Nothing is given.",
        "type": ["null", "object"],
        "additionalProperties": { "$ref": UNSET },
    });
    let mut definitions = Map::from_iter([("unset".to_owned(), unset)]);
    for pattern in patterns() {
        definitions.insert(pattern.format.to_owned(), pattern.keywords());
    }
    definitions
}

/// All components have the same settings, which one definition holds.
fn share(components: &mut Map<String, Value>, definitions: &mut Map<String, Value>) {
    for component in components.values_mut() {
        let Some(keywords) = component.as_object_mut() else { continue };
        let description = keywords.shift_remove("description").unwrap_or_default();
        let settings = Value::Object(std::mem::take(keywords));
        if *definitions.entry("component").or_insert_with(|| settings.clone()) == settings {
            *component = json!({ "description": description, "allOf": [{ "$ref": "#/definitions/component" }] });
        } else {
            *component = settings;
            component["description"] = description;
        }
    }
}

fn of_helm(row: &Row) -> Value {
    let mut schema = match row.path.as_str() {
        "global" => json!({ "type": "object" }),
        "enabled" => json!({ "type": "boolean", "examples": [false] }),
        // The name of a Service begins with a letter.
        "fullnameOverride" => {
            json!({ "type": ["string", "null"], "pattern": "^(?:[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)?$", "examples": ["notes"] })
        }
        _ => json!({
            "type": ["string", "null"],
            "pattern": "^(?:[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?)?$",
            "examples": ["notes"],
        }),
    };
    schema["description"] = json!(row.text);
    schema["default"] = row.value.as_ref().map_or(Value::Null, |value| value.initial.clone());
    schema
}

struct Writer<'a> {
    rows: BTreeMap<&'a str, &'a Row>,
}

impl Writer<'_> {
    fn section(&self, section: &Section) -> Map<String, Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for entry in &section.entries {
            let (schema, needed) = match entry {
                Entry::Section(below) => (Value::Object(self.section(below)), true),
                Entry::Field(field) => (self.field(field), !field.initial.is_null()),
            };
            properties.insert(entry.name().to_owned(), schema);
            required.extend(needed.then(|| json!(entry.name())));
        }
        let mut schema = Map::new();
        schema.extend(self.rows.get(section.path.as_str()).map(|row| ("description".to_owned(), json!(row.text))));
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("additionalProperties".to_owned(), json!(false));
        schema.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            schema.insert("required".to_owned(), Value::Array(required));
        }
        let conditions = conditions(section);
        if !conditions.is_empty() {
            schema.insert("allOf".to_owned(), Value::Array(conditions));
        }
        schema
    }

    fn field(&self, field: &Field) -> Value {
        let mut schema = Map::new();
        let row = self.rows.get(field.path.as_str());
        let words = row.and_then(|row| row.value.as_ref());
        let text = row.map_or("", |row| row.text.as_str());
        let meanings = words.into_iter().flat_map(|words| &words.meanings);
        let meanings = meanings.map(|(word, meaning)| format!(" `{word}`: {meaning}"));
        // Words that decide about other fields are explained in the text already.
        let meanings: String = meanings.filter(|said| !said.ends_with(": ") && !text.contains(said.as_str())).collect();
        schema.insert("description".to_owned(), json!(format!("{text}{meanings}")));
        let first = &field.forms[0];
        let nullable = field.initial.is_null();
        if field.forms.iter().all(|form| form.schema == first.schema) {
            schema.extend(keywords(field, first, nullable));
        } else {
            let name = &first.schema["type"];
            schema.insert("type".to_owned(), if nullable { json!([name, "null"]) } else { name.clone() });
        }
        let known = KNOWN.iter().filter(|(path, ..)| *path == field.path).flat_map(|(_, _, words)| *words);
        let known: Vec<Value> = known.map(|word| json!(word)).chain(nullable.then_some(Value::Null)).collect();
        if known.iter().any(Value::is_string) && !known.contains(&json!(ANY_WORD)) {
            schema.insert("enum".to_owned(), Value::Array(known));
        }
        let constant = field.forms.iter().all(|form| form.default == first.default);
        let default = first.default.clone().filter(|_| constant).unwrap_or(Value::Null);
        schema.insert("default".to_owned(), default);
        schema.insert("examples".to_owned(), json!([example::of(field)]));
        Value::Object(schema)
    }
}

/// What a value has to be, in words that Helm's validators know.
fn keywords(field: &Field, form: &Form, nullable: bool) -> Map<String, Value> {
    let mut schema = Map::new();
    let name = &form.schema["type"];
    schema.insert("type".to_owned(), if nullable { json!([name, "null"]) } else { name.clone() });
    let words = choices(&form.schema).into_iter().map(|(word, _)| json!(word)).chain(nullable.then_some(Value::Null));
    if form.schema.get("oneOf").is_some() || form.schema.get("enum").is_some() {
        schema.insert("enum".to_owned(), Value::Array(words.collect()));
    }
    for keyword in ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] {
        schema.extend(form.schema.get(keyword).map(|limit| (keyword.to_owned(), limit.clone())));
    }
    if let Some(format) = format_of(&field.path, &form.schema) {
        schema.insert("allOf".to_owned(), json!([{ "$ref": definition(format) }]));
    }
    if let Some(items) = form.schema.get("items") {
        let format = format_of(&field.path, items).map(|format| json!([{ "$ref": definition(format) }]));
        let mut inner = Map::from_iter([("type".to_owned(), items["type"].clone())]);
        inner.extend(format.map(|format| ("allOf".to_owned(), format)));
        schema.insert("items".to_owned(), Value::Object(inner));
    }
    if form.schema["additionalProperties"]["type"] == "string" {
        schema.extend(map_of_texts(field.name()));
    }
    schema
}

fn definition(name: &str) -> String {
    format!("#/definitions/{name}")
}

/// Labels, annotations and node labels. Labels of ours stay as they are, since selectors rest on them.
fn map_of_texts(name: &str) -> Map<String, Value> {
    let key = json!({ "$ref": definition("annotation-key") });
    let ours = json!({ "not": { "pattern": "^(?:app\\.kubernetes\\.io|helm\\.sh)/" } });
    let keys = match name {
        "labels" | "podLabels" => json!({ "allOf": [key, ours] }),
        _ => key,
    };
    let value = match name {
        "labels" | "podLabels" | "nodeSelector" => {
            json!({ "type": "string", "allOf": [{ "$ref": definition("label-value") }] })
        }
        _ => json!({ "type": "string" }),
    };
    Map::from_iter([("propertyNames".to_owned(), keys), ("additionalProperties".to_owned(), value)])
}

/// What holds for each kind of a union, and for a section that may be absent once something of it is given.
fn conditions(section: &Section) -> Vec<Value> {
    let mut conditions = Vec::new();
    if section.optional {
        let demands = demands(section, None);
        conditions.extend((!demands.is_empty()).then(|| json!({ "if": { "$ref": UNSET }, "else": demands })));
    }
    let Some(choice) = &section.choice else { return conditions };
    let tag = section.entries.iter().find(|entry| entry.name() == choice.tag);
    let Some(Entry::Field(Field { initial, .. })) = tag else { return conditions };
    for kind in &choice.kinds {
        let silent = initial.is_null() && choice.default.as_ref() == Some(kind);
        let mut if_kind = json!({ "properties": { &choice.tag: { "enum": [kind] } }, "required": [choice.tag] });
        if silent {
            if_kind = json!({ "properties": { &choice.tag: { "enum": [kind, null] } } });
        }
        let then = demands(section, Some(kind));
        conditions.extend((!then.is_empty()).then(|| json!({ "if": if_kind, "then": then })));
    }
    conditions
}

/// What has to be given in a section that is there, with one of its kinds, and what must not.
fn demands(section: &Section, kind: Option<&str>) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let (mut fields, mut sections) = (Vec::new(), Vec::new());
    for entry in &section.entries {
        let name = entry.name();
        let kinds = entry.kinds();
        let has = kinds.is_empty() || kind.is_some_and(|kind| kinds.contains(&kind));
        let demand = match entry {
            Entry::Section(_) | Entry::Field(_) if kind.is_some() && !has => {
                if matches!(entry, Entry::Field(_)) {
                    fields.push(name)
                } else {
                    sections.push(name)
                }
                None
            }
            Entry::Field(field) if has => demand(section, field, kind, &mut required),
            Entry::Section(below) if has && below.required => Some(Value::Object(demands(below, None))),
            _ => None,
        };
        properties.extend(demand.map(|demand| (name.to_owned(), demand)));
    }
    let mut demands = Map::new();
    if !properties.is_empty() {
        demands.insert("properties".to_owned(), Value::Object(properties));
    }
    // One pattern of names costs a validator less than a schema for each name.
    let unset = [(fields, json!({ "type": "null" })), (sections, json!({ "$ref": UNSET }))];
    let unset = unset.into_iter().filter(|(names, _)| !names.is_empty());
    let unset: Map<String, Value> =
        unset.map(|(names, schema)| (format!("^(?:{})$", names.join("|")), schema)).collect();
    if !unset.is_empty() {
        demands.insert("patternProperties".to_owned(), Value::Object(unset));
    }
    if !required.is_empty() {
        demands.insert("required".to_owned(), Value::Array(required));
    }
    demands
}

fn demand(section: &Section, field: &Field, kind: Option<&str>, required: &mut Vec<Value>) -> Option<Value> {
    // The tag has a default in every section but those that demand it here.
    let form = kind.map_or(field.forms.first(), |kind| field.form(kind))?;
    let is_tag = section.choice.as_ref().is_some_and(|choice| choice.tag == field.name());
    if form.required && !is_tag {
        required.push(json!(field.name()));
        let known = KNOWN.iter().find(|(path, of, _)| *path == field.path && Some(*of) == kind);
        return Some(match known {
            Some((_, _, words)) if !words.contains(&ANY_WORD) => json!({ "enum": words }),
            _ if differs(field) => Value::Object(keywords(field, form, false)),
            _ => json!({ "type": form.schema["type"] }),
        });
    }
    (kind.is_some() && differs(field)).then(|| Value::Object(keywords(field, form, true)))
}

fn differs(field: &Field) -> bool {
    field.forms.iter().any(|form| form.schema != field.forms[0].schema)
}

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;
