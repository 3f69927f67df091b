//! The offered fields as a tree: what the values files, their schema and the chart's documents are made from.
//!
//! A union of the spec is one flat section here: all fields of all its kinds lie side by side, each with one form for every kind
//! that has it.

use serde_json::{Map, Value, json};

use super::knob::KNOBS;
use crate::compile::merged_schema;
use crate::schema::fields::{choice, choices, is_section, join, text};

/// A map of values with a fixed set of keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The path in the values, which is the path in the spec; empty for all values.
    pub path: String,
    /// What it is for.
    pub description: String,
    /// The kinds of the enclosing union that have it; empty when it is always there.
    pub kinds: Vec<String>,
    /// Whether those kinds want it and have no default for it.
    pub required: bool,
    /// Whether it means something that it is there at all. It is there when one of its fields is not null.
    pub optional: bool,
    /// What decides which of its fields may be given, if it is a union.
    pub choice: Option<Choice>,
    /// What it holds, in the order of the knobs.
    pub entries: Vec<Entry>,
}

/// What a section holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// Further fields.
    Section(Section),
    /// One value.
    Field(Field),
}

/// The field of a union that says which kind it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name: `kind` or `mode`.
    pub tag: String,
    /// The kinds.
    pub kinds: Vec<String>,
    /// The kind when none is given.
    pub default: Option<String>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The path in the values, which is the path in the spec.
    pub path: String,
    /// What stands in `values.yaml`: the default, if it is one constant and holds whatever else is chosen; else null.
    pub initial: Value,
    /// What it may be; several when kinds of the enclosing union differ.
    pub forms: Vec<Form>,
}

/// What a field may be with some kinds of the union that it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The kinds; empty when the field is always there.
    pub kinds: Vec<String>,
    /// What it is for.
    pub description: String,
    /// The schema of its value, without references.
    pub schema: Value,
    /// The constant default; none when it must be given or the compiler decides.
    pub default: Option<Value>,
    /// Whether it must be given.
    pub required: bool,
}

/// Parts of free-form maps that are offered one by one, because the templates merge them with the compiler's own.
const PARTS: [(&str, [(&str, &str); 2]); 1] = [(
    "affinity",
    [
        ("nodeAffinity", "Which nodes it may run on, as in a pod; merged into ours."),
        ("podAffinity", "Pods it runs beside, as in a pod; merged into ours."),
    ],
)];

/// The parts of a free-form map that are offered one by one, with what each is for; none for other fields.
pub(super) fn parts(name: &str) -> &'static [(&'static str, &'static str)] {
    PARTS.iter().find(|(map, _)| *map == name).map_or(&[], |(_, parts)| parts)
}

/// The offered fields of the spec.
pub fn offered() -> Section {
    of(&merged_schema(), KNOBS)
}

/// The fields of a schema of documents that are listed.
fn of(schema: &Value, knobs: &[&str]) -> Section {
    let walk = Walk { schema };
    let spec = &schema["properties"]["spec"];
    let place = Place { path: "", fixed: true, default: spec.get("default") };
    Section {
        path: String::new(),
        description: text(spec, "description").unwrap_or_default(),
        kinds: Vec::new(),
        required: false,
        optional: false,
        choice: None,
        entries: walk.entries(walk.target(spec), &place, &Wanted::of(knobs)),
    }
}

impl Section {
    /// Every field below, in order.
    pub fn fields(&self) -> Vec<&Field> {
        fn below(entry: &Entry) -> Vec<&Field> {
            match entry {
                Entry::Section(section) => section.fields(),
                Entry::Field(field) => vec![field],
            }
        }
        self.entries.iter().flat_map(below).collect()
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        last(&self.path)
    }
}

impl Entry {
    /// The key in the values.
    pub fn name(&self) -> &str {
        match self {
            Self::Section(section) => section.name(),
            Self::Field(field) => field.name(),
        }
    }

    /// The kinds of the enclosing union that have it; empty when it is always there.
    pub fn kinds(&self) -> Vec<&str> {
        match self {
            Self::Section(section) => section.kinds.iter().map(String::as_str).collect(),
            Self::Field(field) => field.kinds(),
        }
    }
}

impl Field {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        last(&self.path)
    }

    /// The kinds of the enclosing union that have it; empty when it is always there.
    pub fn kinds(&self) -> Vec<&str> {
        self.forms.iter().flat_map(|form| &form.kinds).map(String::as_str).collect()
    }

    /// Its form with one kind of the enclosing union.
    pub fn form(&self, kind: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.kinds.is_empty() || form.kinds.iter().any(|known| known == kind))
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The listed paths as a tree; nothing below means everything below.
#[derive(Default)]
struct Wanted<'a> {
    below: Vec<(&'a str, Wanted<'a>)>,
}

impl<'a> Wanted<'a> {
    fn of(knobs: &[&'a str]) -> Self {
        let mut all = Self::default();
        for knob in knobs {
            knob.split('.').fold(&mut all, |wanted, name| {
                let at = wanted.below.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                    wanted.below.push((name, Self::default()));
                    wanted.below.len() - 1
                });
                &mut wanted.below[at].1
            });
        }
        all
    }
}

/// Where the walk is.
struct Place<'a> {
    path: &'a str,
    /// Whether it is there whatever else is chosen.
    fixed: bool,
    /// The default of the whole place, which holds those of its parts.
    default: Option<&'a Value>,
}

/// One kind's idea of a field.
#[derive(Clone, Copy)]
struct Variant<'a> {
    kind: Option<&'a str>,
    schema: &'a Value,
    default: Option<&'a Value>,
    required: bool,
}

struct Walk<'a> {
    schema: &'a Value,
}

impl<'a> Walk<'a> {
    fn target(&self, schema: &'a Value) -> &'a Value {
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        pointer.and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(schema)
    }

    fn entries(&self, schema: &'a Value, place: &Place<'a>, wanted: &Wanted<'_>) -> Vec<Entry> {
        let members = members(schema, place.default);
        if wanted.below.is_empty() {
            return members.iter().map(|(name, variants)| self.entry(name, variants, place, wanted)).collect();
        }
        let mut found = Vec::new();
        for (name, below) in &wanted.below {
            let member = members.iter().find(|(known, _)| known == name);
            found.extend(member.map(|(_, variants)| self.entry(name, variants, place, below)));
        }
        found
    }

    fn entry(&self, name: &str, variants: &[Variant<'a>], place: &Place<'a>, wanted: &Wanted<'_>) -> Entry {
        let path = join(place.path, name);
        let first = &variants[0];
        let target = self.target(first.schema);
        let optional = !first.required && first.default.is_none();
        if is_section(target) {
            return Entry::Section(self.section(path, variants, place, wanted));
        }
        let free = target["type"] == "object";
        let parts = parts(name);
        if free && !parts.is_empty() {
            let entries = parts.iter().map(|(part, words)| Entry::Field(free_form(join(&path, part), words)));
            return Entry::Section(Section {
                description: self.description(first.schema),
                kinds: Vec::new(),
                required: false,
                optional,
                choice: None,
                entries: entries.collect(),
                path,
            });
        }
        Entry::Field(self.field(path, variants, place))
    }

    /// A section means the same in every kind that has it, which a test holds.
    fn section(&self, path: String, variants: &[Variant<'a>], place: &Place<'a>, wanted: &Wanted<'_>) -> Section {
        let first = &variants[0];
        let target = self.target(first.schema);
        let optional = !first.required && first.default.is_none();
        let kinds: Vec<String> = variants.iter().filter_map(|variant| variant.kind).map(str::to_owned).collect();
        let fixed = place.fixed && kinds.is_empty() && !optional;
        let below = Place { path: &path, fixed, default: first.default };
        Section {
            description: self.description(first.schema),
            choice: section_choice(target, first.default),
            entries: self.entries(target, &below, wanted),
            required: first.required && first.default.is_none(),
            kinds,
            optional,
            path,
        }
    }

    fn field(&self, path: String, variants: &[Variant<'a>], place: &Place<'a>) -> Field {
        let mut forms: Vec<Form> = Vec::new();
        for variant in variants {
            let form = self.form(variant);
            let kinds = form.kinds.clone();
            let alike = |known: &&mut Form| Form { kinds: kinds.clone(), ..(*known).clone() } == form;
            match forms.iter_mut().find(alike) {
                Some(known) => known.kinds.extend(kinds),
                None => forms.push(form),
            }
        }
        let always = place.fixed && variants.iter().all(|variant| variant.kind.is_none());
        let initial = forms[0].default.clone().filter(|_| always).unwrap_or(Value::Null);
        Field { path, initial, forms }
    }

    fn form(&self, variant: &Variant<'a>) -> Form {
        let mut schema = self.target(variant.schema).clone();
        if let Value::Object(keywords) = &mut schema {
            for (keyword, value) in variant.schema.as_object().into_iter().flatten() {
                keywords.insert(keyword.clone(), value.clone());
            }
            for keyword in ["$ref", "description", "default"] {
                keywords.shift_remove(keyword);
            }
            if let Some(items) = keywords.get("items").map(|items| self.target(items).clone()) {
                keywords.insert("items".to_owned(), items);
            }
        }
        Form {
            kinds: variant.kind.map(str::to_owned).into_iter().collect(),
            description: self.description(variant.schema),
            schema,
            default: variant.default.cloned(),
            required: variant.required && variant.default.is_none(),
        }
    }

    fn description(&self, schema: &'a Value) -> String {
        text(schema, "description").or_else(|| text(self.target(schema), "description")).unwrap_or_default()
    }
}

/// What an object may hold: its own properties, then those of its kinds, each name once.
fn members<'a>(schema: &'a Value, default: Option<&'a Value>) -> Vec<(&'a str, Vec<Variant<'a>>)> {
    let mut found: Vec<(&str, Vec<Variant<'_>>)> = Vec::new();
    let mut add = |schema: &'a Value, kind: Option<&'a str>, default: Option<&'a Value>| {
        let required = schema.get("required").and_then(Value::as_array);
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten().filter(|(_, property)| property.is_object()) {
            let default = property.get("default").or_else(|| default?.get(name));
            let required = required.is_some_and(|list| list.iter().any(|key| key == name));
            let variant = Variant { kind, schema: property, default, required };
            match found.iter_mut().find(|(known, _)| known == name) {
                Some((_, variants)) => variants.push(variant),
                None => found.push((name, vec![variant])),
            }
        }
    };
    add(schema, None, default);
    for condition in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        let (Some((tag, kind)), Some(then)) = (choice(condition), condition.get("then")) else { continue };
        // The default of the whole union speaks of one kind.
        add(then, Some(kind), default.filter(|default| default[tag] == *kind));
    }
    found
}

fn section_choice(schema: &Value, default: Option<&Value>) -> Option<Choice> {
    let (tag, _) = choice(schema.get("allOf")?.get(0)?)?;
    let kinds = choices(&schema["properties"][tag]).into_iter().map(|(kind, _)| kind).collect();
    let default = default.and_then(|default| default[tag].as_str()).map(str::to_owned);
    Some(Choice { tag: tag.to_owned(), kinds, default })
}

fn free_form(path: String, description: &str) -> Field {
    let form = Form {
        kinds: Vec::new(),
        description: description.to_owned(),
        schema: Value::Object(Map::from_iter([("type".to_owned(), json!("object"))])),
        default: None,
        required: false,
    };
    Field { path, initial: Value::Null, forms: vec![form] }
}

#[cfg(test)]
mod tests;
