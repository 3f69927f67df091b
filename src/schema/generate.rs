//! The JSON Schema of a type, in the form that gives editors good completion and the validator exact places.
//!
//! Two things that schemars writes are rewritten. `Option<T>` becomes plain `T`: that a field may be left out never means
//! that it may be `null`, and a union of the two hides every error below it. A tagged enum becomes one object with a
//! condition for each kind, so that the errors of the chosen kind stand at their own places instead of at the union.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The schema (draft 2020-12) of what `T` is read from.
pub fn generate<T: JsonSchema>(title: &str, id: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    rewrite(&mut schema);
    let mut root = Map::new();
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("$id".to_owned(), json!(id));
    root.insert("title".to_owned(), json!(title));
    if let Value::Object(rest) = schema {
        for (keyword, value) in rest {
            root.entry(keyword).or_insert(value);
        }
    }
    Value::Object(root)
}

/// The schema as it is written to a file: indented, with one line feed at the end.
pub fn to_text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// Rewrites a schema and all schemas in it, the inner ones first.
fn rewrite(schema: &mut Value) {
    let Value::Object(keywords) = schema else { return };
    for (keyword, value) in keywords.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties" | "$defs" | "patternProperties", Value::Object(schemas)) => {
                schemas.values_mut().for_each(rewrite);
            }
            ("oneOf" | "anyOf" | "allOf" | "prefixItems", Value::Array(schemas)) => {
                schemas.iter_mut().for_each(rewrite)
            }
            ("items" | "additionalProperties" | "if" | "then" | "else" | "not", schema) => rewrite(schema),
            _ => {}
        }
    }
    optional_is_absent(keywords);
    bound_integers(keywords);
    word_list(keywords);
    tagged(keywords);
}

/// Drops `null` from types, enumerations and unions, and puts a union's only branch in its place.
fn optional_is_absent(schema: &mut Map<String, Value>) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.shift_remove("default");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(options)) = schema.get_mut("enum") {
        options.retain(|option| !option.is_null());
    }
    for union in ["anyOf", "oneOf"] {
        let Some(Value::Array(branches)) = schema.get_mut(union) else { continue };
        branches.retain(|branch| branch.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = branches.as_slice() {
            let only = only.clone();
            schema.shift_remove(union);
            for (keyword, value) in only {
                schema.entry(keyword).or_insert(value);
            }
        }
    }
}

/// Turns the names of Rust's number types, which other tools do not know, into bounds.
fn bound_integers(schema: &mut Map<String, Value>) {
    let Some(format) = schema.get("format").and_then(Value::as_str) else { return };
    let (least, most): (Option<i64>, Option<i64>) = match format {
        "uint8" => (Some(0), Some(u8::MAX.into())),
        "uint16" => (Some(0), Some(u16::MAX.into())),
        "uint32" => (Some(0), Some(u32::MAX.into())),
        "uint64" | "uint" => (Some(0), None),
        "int8" => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        "int16" => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        "int32" => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        "int64" | "int" | "float" | "double" => (None, None),
        _ => return,
    };
    schema.shift_remove("format");
    for (keyword, bound) in [("minimum", least), ("maximum", most)] {
        if let Some(bound) = bound {
            schema.entry(keyword).or_insert(json!(bound));
        }
    }
}

/// Gives a union of documented words one `type` for all of them.
fn word_list(schema: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get_mut("oneOf") else { return };
    let is_word = |branch: &Value| {
        branch.get("type").is_some_and(|name| name == "string")
            && (branch.get("const").is_some_and(Value::is_string) || branch.get("enum").is_some_and(Value::is_array))
    };
    if !branches.iter().all(is_word) {
        return;
    }
    for branch in branches.iter_mut().filter_map(Value::as_object_mut) {
        branch.shift_remove("type");
    }
    schema.insert("type".to_owned(), json!("string"));
}

/// The description of every tag, which has no doc comment of its own.
const TAG: &str = "Which of these it is; it decides which other fields there are.";

/// Turns the union of an internally tagged enum into one object with a condition for each kind.
fn tagged(schema: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("oneOf") else { return };
    let Some(tag) = common_tag(branches) else { return };
    let mut kinds = Vec::new();
    let mut conditions = Vec::new();
    for branch in branches.clone() {
        let Value::Object(mut branch) = branch else { return };
        let name = branch["properties"][&tag]["const"].clone();
        let mut kind = json!({"const": name});
        if let Some(description) = branch.shift_remove("description") {
            kind["description"] = description;
        }
        kinds.push(kind);
        conditions.push(condition(&tag, &name, branch));
    }
    schema.shift_remove("oneOf");
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("required".to_owned(), json!([tag]));
    schema.insert("properties".to_owned(), json!({tag: {"type": "string", "description": TAG, "oneOf": kinds}}));
    schema.insert("allOf".to_owned(), Value::Array(conditions));
}

/// What holds when the tag is `name`.
fn condition(tag: &str, name: &Value, mut branch: Map<String, Value>) -> Value {
    branch.shift_remove("type");
    branch.insert("additionalProperties".to_owned(), json!(false));
    if let Some(Value::Array(required)) = branch.get_mut("required") {
        required.retain(|key| key != tag);
        if required.is_empty() {
            branch.shift_remove("required");
        }
    }
    if let Some(Value::Object(properties)) = branch.get_mut("properties") {
        properties.insert(tag.to_owned(), json!(true));
    }
    json!({"if": {"required": [tag], "properties": {tag: {"const": name}}}, "then": branch})
}

/// The property that is a different constant in every branch.
fn common_tag(branches: &[Value]) -> Option<String> {
    let constants = |branch: &Value| -> Vec<String> {
        let Some(Value::Object(properties)) = branch.get("properties") else { return Vec::new() };
        properties.iter().filter(|(_, schema)| schema.get("const").is_some()).map(|(key, _)| key.clone()).collect()
    };
    let (first, rest) = branches.split_first()?;
    constants(first).into_iter().find(|tag| rest.iter().all(|branch| constants(branch).contains(tag)))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// How the cache is kept.
    #[derive(Deserialize, JsonSchema)]
    #[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    enum Cache {
        /// No cache.
        None,
        /// One Redis.
        Redis(Redis),
        /// A service of the cloud.
        Managed {
            /// Its address.
            endpoint: String,
            /// Its port.
            port: Option<u16>,
        },
    }

    /// One Redis in the cluster.
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Redis {
        /// Its memory.
        memory_mi: Option<u32>,
    }

    /// How much is written to the log.
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    enum Level {
        /// All.
        Debug,
        /// Little.
        Error,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Spec {
        /// The cache.
        cache: Option<Cache>,
        /// The level.
        #[serde(default)]
        level: Option<Level>,
        #[schemars(range(min = 1, max = 50))]
        replicas: u32,
        big: Option<i64>,
        names: Option<Vec<String>>,
    }

    #[test]
    fn the_schema_is_flat_and_without_null() {
        let schema = generate::<Spec>("memos", "https://memos-gen.dev/schema");
        assert_eq!(
            to_text(&schema),
            r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://memos-gen.dev/schema",
  "title": "memos",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "cache": {
      "description": "The cache.",
      "$ref": "#/$defs/Cache"
    },
    "level": {
      "description": "The level.",
      "$ref": "#/$defs/Level"
    },
    "replicas": {
      "type": "integer",
      "minimum": 1,
      "maximum": 50
    },
    "big": {
      "type": "integer"
    },
    "names": {
      "type": "array",
      "items": {
        "type": "string"
      }
    }
  },
  "required": [
    "replicas"
  ],
  "$defs": {
    "Cache": {
      "description": "How the cache is kept.",
      "type": "object",
      "required": [
        "kind"
      ],
      "properties": {
        "kind": {
          "type": "string",
          "description": "Which of these it is; it decides which other fields there are.",
          "oneOf": [
            {
              "const": "none",
              "description": "No cache."
            },
            {
              "const": "redis",
              "description": "One Redis."
            },
            {
              "const": "managed",
              "description": "A service of the cloud."
            }
          ]
        }
      },
      "allOf": [
        {
          "if": {
            "required": [
              "kind"
            ],
            "properties": {
              "kind": {
                "const": "none"
              }
            }
          },
          "then": {
            "properties": {
              "kind": true
            },
            "additionalProperties": false
          }
        },
        {
          "if": {
            "required": [
              "kind"
            ],
            "properties": {
              "kind": {
                "const": "redis"
              }
            }
          },
          "then": {
            "additionalProperties": false,
            "properties": {
              "kind": true,
              "memoryMi": {
                "type": "integer",
                "minimum": 0,
                "description": "Its memory.",
                "maximum": 4294967295
              }
            }
          }
        },
        {
          "if": {
            "required": [
              "kind"
            ],
            "properties": {
              "kind": {
                "const": "managed"
              }
            }
          },
          "then": {
            "additionalProperties": false,
            "properties": {
              "kind": true,
              "endpoint": {
                "type": "string",
                "description": "Its address."
              },
              "port": {
                "type": "integer",
                "minimum": 0,
                "maximum": 65535,
                "description": "Its port."
              }
            },
            "required": [
              "endpoint"
            ]
          }
        }
      ]
    },
    "Level": {
      "oneOf": [
        {
          "const": "debug",
          "description": "All."
        },
        {
          "const": "error",
          "description": "Little."
        }
      ],
      "description": "How much is written to the log.",
      "type": "string"
    }
  }
}
"##
        );
    }
}
