//! Which fields a spec may have, given the kinds that it chose.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::chart::field::parts;
use crate::chart::knob::KNOBS;
use crate::schema::fields::join;

/// Values of fields by their paths, without those that are not set.
pub(in crate::chart) type Assigned = BTreeMap<String, Value>;

/// One field that holds a value and no further fields.
#[derive(Debug, Clone)]
pub(in crate::chart) struct Leaf<'a> {
    /// The path without `spec.`.
    pub(in crate::chart) path: String,
    /// The section it lies in.
    pub(in crate::chart) section: String,
    /// Its schema, references resolved.
    pub(in crate::chart) schema: &'a Value,
    /// Whether its section cannot be without it, because it has no default.
    pub(in crate::chart) required: bool,
    /// Whether the section around its own cannot be without it.
    pub(in crate::chart) section_required: bool,
    /// Its default, where that depends on nothing else: the value in `values.yaml`.
    pub(in crate::chart) default: Option<&'a Value>,
}

/// Whether a field says which of several kinds its section is.
pub(in crate::chart) fn is_choice(path: &str) -> bool {
    path.ends_with("kind") || path.ends_with("mode")
}

/// Every field of the spec that the chart offers and the chosen kinds have.
pub(in crate::chart) fn leaves<'a>(schema: &'a Value, assigned: &Assigned) -> Vec<Leaf<'a>> {
    let mut walk = Walk { schema, assigned, found: Vec::new() };
    let spec = walk.resolve(&schema["$defs"]["Spec"]);
    walk.section(spec, &Place { path: String::new(), required: false, fixed: true, default: None });
    walk.found.retain(|leaf| is_offered(&leaf.path));
    walk.found
}

/// Whether the chart has a field.
fn is_offered(path: &str) -> bool {
    KNOBS.iter().any(|knob| path == *knob || path.strip_prefix(knob).is_some_and(|rest| rest.starts_with('.')))
}

/// Values as a spec document.
pub(in crate::chart) fn document(assigned: &Assigned, name: &str, namespace: &str) -> Value {
    let mut spec = Value::Object(Map::new());
    for (path, value) in assigned {
        let mut place = &mut spec;
        for step in path.split('.') {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            place = &mut place[step];
        }
        place.clone_from(value);
    }
    serde_json::json!({
        "apiVersion": crate::spec::API_VERSION,
        "kind": crate::spec::KIND,
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    })
}

struct Place<'a> {
    path: String,
    required: bool,
    /// Whether nothing on the way here depends on a choice.
    fixed: bool,
    default: Option<&'a Value>,
}

struct Walk<'a, 'b> {
    schema: &'a Value,
    assigned: &'b Assigned,
    found: Vec<Leaf<'a>>,
}

impl<'a> Walk<'a, '_> {
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        target.and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(schema)
    }

    fn section(&mut self, schema: &'a Value, place: &Place<'a>) {
        self.properties(schema, place, place.fixed);
        for condition in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let wanted = condition["if"]["properties"].as_object().and_then(|map| map.iter().next());
            let Some((tag, word)) = wanted else { continue };
            let path = join(&place.path, tag);
            let default = place.fixed.then(|| place.default.and_then(|default| default.get(tag))).flatten();
            if self.assigned.get(&path).or(default) == word.get("const") {
                self.properties(&condition["then"], place, false);
            }
        }
    }

    fn properties(&mut self, schema: &'a Value, place: &Place<'a>, fixed: bool) {
        let required = schema.get("required").and_then(Value::as_array);
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if !property.is_object() {
                continue;
            }
            let inner = self.resolve(property);
            let path = join(&place.path, name);
            let default = property.get("default").or_else(|| place.default?.get(name));
            let required = default.is_none() && required.is_some_and(|list| list.iter().any(|key| key == name));
            let free = inner.get("type").is_some_and(|of| of == "object") && inner.get("properties").is_none();
            if free && !parts(name).is_empty() {
                for (part, _) in parts(name) {
                    self.found.push(Leaf {
                        path: join(&path, part),
                        section: path.clone(),
                        schema: inner,
                        required: false,
                        section_required: false,
                        default: None,
                    });
                }
            } else if inner.get("properties").is_some() {
                let fixed = fixed && default.is_some();
                self.section(inner, &Place { path, required, fixed, default });
            } else {
                self.found.push(Leaf {
                    path,
                    section: place.path.clone(),
                    schema: inner,
                    required,
                    section_required: place.required,
                    default: default.filter(|_| fixed),
                });
            }
        }
    }
}
