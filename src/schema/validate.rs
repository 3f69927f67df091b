//! Validation of a value by a JSON Schema, in words of our own: nothing of the validator's library is seen outside.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ErrorIterator, ValidationError};
use serde_json::{Map, Value};

/// Checks a text of one format; the error says what is wrong with it, to be read behind `not a FORMAT: `.
pub type Format = fn(&str) -> Result<(), String>;

/// Finds every error of a value.
pub type Errors = for<'value> fn(&'value Value) -> ErrorIterator<'value>;

/// What documents are validated with.
#[derive(Debug, Clone)]
pub struct Validator {
    /// For one layer, in which nothing is required.
    pub layer: Schema,
    /// For all layers together.
    pub merged: Schema,
}

/// A schema that is part of the program.
///
/// What decides are functions that were made from the schema when the program was compiled. The schema itself is read only
/// when something is wrong, for the words, and once: tests and derivations meet many values that are.
#[derive(Debug, Clone)]
pub struct Schema {
    accepts: fn(&Value) -> bool,
    errors: Errors,
    read: fn() -> &'static Value,
    formats: &'static [(&'static str, Format)],
}

/// A schema with what its formats say.
struct Words<'a> {
    schema: &'a Value,
    formats: &'a [(&'a str, Format)],
}

/// One thing that the schema does not allow.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// JSON pointer of the value at fault; of the map, when a key is missing or unknown.
    pub pointer: String,
    /// What is wrong with it.
    pub kind: FindingKind,
}

/// What the schema does not allow.
#[derive(Debug, Clone, PartialEq)]
pub enum FindingKind {
    /// A key that the schema does not know.
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that it does know, in the schema's order.
        expected: Vec<String>,
        /// JSON pointers at which the schema knows this key.
        elsewhere: Vec<String>,
        /// Choices beside the key with which it would be known: key and value, such as `kind` and `managed`.
        choices: Vec<(String, String)>,
    },
    /// A value of the wrong JSON type.
    WrongType {
        /// The types that are allowed, by their names in JSON Schema.
        expected: Vec<String>,
        /// The value.
        found: Value,
    },
    /// A value that is not one of a list.
    NotOneOf {
        /// The list.
        options: Vec<Value>,
        /// The value.
        found: Value,
    },
    /// A number, text, list or map outside its bounds.
    OutOfRange {
        /// The bound, to be read behind `must`: `be at least 1`, `have at most 63 characters`.
        limit: String,
        /// All that is allowed: `1 to 50`, `at most 63 characters`; none where there is no more to say.
        allowed: Option<String>,
        /// The value.
        found: Value,
    },
    /// A key that must be there.
    Missing {
        /// The key.
        key: String,
        /// What it is for.
        description: Option<String>,
    },
    /// A text that is not of its format.
    BadFormat {
        /// The name of the format.
        format: String,
        /// What is wrong with it; empty when the format cannot say.
        message: String,
        /// The text.
        found: Value,
    },
    /// A text that does not match a regular expression.
    BadPattern {
        /// The expression.
        pattern: String,
        /// The text.
        found: Value,
    },
    /// Something that the schemas of this program do not use.
    Other {
        /// The keyword of the schema.
        keyword: String,
    },
}

impl Schema {
    /// The schema that `read` gives, with the two functions that were made from it.
    pub const fn new(
        accepts: fn(&Value) -> bool,
        errors: Errors,
        read: fn() -> &'static Value,
        formats: &'static [(&'static str, Format)],
    ) -> Self {
        Self { accepts, errors, read, formats }
    }

    /// Everything that is wrong with `value`, in the order in which the schema names it.
    pub fn findings(&self, value: &Value) -> Vec<Finding> {
        if (self.accepts)(value) {
            return Vec::new();
        }
        Words { schema: (self.read)(), formats: self.formats }.findings((self.errors)(value))
    }
}

impl Words<'_> {
    fn findings(&self, errors: ErrorIterator<'_>) -> Vec<Finding> {
        let mut findings: Vec<Finding> = Vec::new();
        for error in errors {
            self.add(&error, &mut findings);
        }
        // A value of the wrong type fails other keywords too, which says nothing more.
        let mistyped: Vec<String> = findings
            .iter()
            .filter(|finding| matches!(finding.kind, FindingKind::WrongType { .. }))
            .map(|finding| finding.pointer.clone())
            .collect();
        findings.retain(|finding| {
            matches!(finding.kind, FindingKind::WrongType { .. }) || !mistyped.contains(&finding.pointer)
        });
        findings
    }

    fn add(&self, error: &ValidationError<'_>, findings: &mut Vec<Finding>) {
        let pointer = error.instance_path().as_str().to_owned();
        let mut push = |kind| {
            let finding = Finding { pointer: pointer.clone(), kind };
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        };
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                let expected = self.known_keys(error);
                for key in unexpected {
                    let elsewhere = self.places_of(key);
                    let choices = self.choices_for(error, key);
                    push(FindingKind::UnknownKey { key: key.clone(), expected: expected.clone(), elsewhere, choices });
                }
            }
            ValidationErrorKind::Required { property: Value::String(key) } => {
                push(FindingKind::Missing { key: key.clone(), description: self.description_of(error, key) });
            }
            _ => push(self.kind(error)),
        }
    }

    fn kind(&self, error: &ValidationError<'_>) -> FindingKind {
        let found = error.instance().as_ref().clone();
        if let Some(limit) = limit(error.kind()) {
            let bounded = !matches!(error.kind(), ValidationErrorKind::UniqueItems);
            let allowed = self.failed_schema(error).filter(|_| bounded).and_then(|schema| allowed(schema, &found));
            return FindingKind::OutOfRange { limit, allowed, found };
        }
        match error.kind() {
            ValidationErrorKind::Type { kind } => FindingKind::WrongType { expected: type_names(kind), found },
            ValidationErrorKind::Enum { options } => {
                FindingKind::NotOneOf { options: options.as_array().cloned().unwrap_or_default(), found }
            }
            ValidationErrorKind::Constant { expected_value } => {
                FindingKind::NotOneOf { options: vec![expected_value.as_ref().clone()], found }
            }
            ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
                union(context, error.kind().keyword(), found)
            }
            ValidationErrorKind::Format { format } => {
                let check = self.formats.iter().find(|(name, _)| name == format).map(|(_, check)| check);
                let message = check.zip(found.as_str()).and_then(|(check, text)| check(text).err());
                FindingKind::BadFormat { format: format.clone(), message: message.unwrap_or_default(), found }
            }
            ValidationErrorKind::Pattern { pattern } => FindingKind::BadPattern { pattern: pattern.clone(), found },
            other => FindingKind::Other { keyword: other.keyword().to_owned() },
        }
    }

    /// The schema object whose keyword failed.
    fn failed_schema(&self, error: &ValidationError<'_>) -> Option<&Map<String, Value>> {
        let (object, _) = error.schema_path().as_str().rsplit_once('/')?;
        self.schema.pointer(object)?.as_object()
    }

    fn known_keys(&self, error: &ValidationError<'_>) -> Vec<String> {
        let properties = self.failed_schema(error).and_then(|schema| schema.get("properties")?.as_object());
        properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
    }

    /// The choices of the section whose branch failed that know a key.
    fn choices_for(&self, error: &ValidationError<'_>, key: &str) -> Vec<(String, String)> {
        let Some((section, _)) = error.schema_path().as_str().rsplit_once("/allOf/") else { return Vec::new() };
        let branches = self.schema.pointer(section).and_then(|section| section.get("allOf")?.as_array());
        let knowing = branches.into_iter().flatten().filter(|branch| branch["then"]["properties"].get(key).is_some());
        let choice = |branch: &Value| {
            let (tag, word) = branch["if"]["properties"].as_object()?.iter().next()?;
            Some((tag.clone(), word.get("const")?.as_str()?.to_owned()))
        };
        knowing.filter_map(choice).collect()
    }

    /// The description of a key of the schema object whose keyword failed, or of the type the key has.
    fn description_of(&self, error: &ValidationError<'_>, key: &str) -> Option<String> {
        let property = self.failed_schema(error)?.get("properties")?.get(key)?;
        let own = property.get("description");
        own.or_else(|| self.resolve(property).get("description"))?.as_str().map(str::to_owned)
    }

    /// Follows `$ref` inside this schema.
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        target.and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(schema)
    }

    /// At most three places where the schema knows a key, the shallow ones first.
    fn places_of(&self, key: &str) -> Vec<String> {
        const MAX_DEPTH: usize = 6;
        let mut level = vec![(String::new(), self.schema)];
        let mut found = Vec::new();
        for _ in 0..MAX_DEPTH {
            let mut next = Vec::new();
            for (pointer, schema) in level {
                for (name, inner) in self.properties(schema) {
                    let place = crate::source::pointer_join(&pointer, name);
                    if name == key && !found.contains(&place) {
                        found.push(place.clone());
                    }
                    next.push((place, inner));
                }
            }
            if found.len() >= 3 {
                break;
            }
            level = next;
        }
        found.truncate(3);
        found
    }

    /// The properties of a schema and of its conditions.
    fn properties<'a>(&'a self, schema: &'a Value) -> Vec<(&'a String, &'a Value)> {
        let schema = self.resolve(schema);
        let conditions = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        std::iter::once(schema)
            .chain(conditions.filter_map(|condition| condition.get("then")))
            .filter_map(|schema| schema.get("properties")?.as_object())
            .flatten()
            .collect()
    }
}

/// A union that no branch of fits: of words, or of types.
fn union(context: &[Vec<ValidationError<'static>>], keyword: &str, found: Value) -> FindingKind {
    let errors = || context.iter().flatten();
    let mut options: Vec<Value> = Vec::new();
    for error in errors() {
        match error.kind() {
            ValidationErrorKind::Constant { expected_value } => options.push(expected_value.as_ref().clone()),
            ValidationErrorKind::Enum { options: more } => options.extend(more.as_array().cloned().unwrap_or_default()),
            _ => {}
        }
    }
    if !options.is_empty() {
        return FindingKind::NotOneOf { options, found };
    }
    let mut expected: Vec<String> = Vec::new();
    for error in errors() {
        if let ValidationErrorKind::Type { kind } = error.kind() {
            expected.extend(type_names(kind));
        }
    }
    if expected.len() == context.len() {
        return FindingKind::WrongType { expected, found };
    }
    FindingKind::Other { keyword: keyword.to_owned() }
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(name) => vec![name.to_string()],
        TypeKind::Multiple(names) => names.iter().map(|name| name.to_string()).collect(),
    }
}

/// The bound that a value breaks, to be read behind `must`.
fn limit(kind: &ValidationErrorKind) -> Option<String> {
    let count = |most: &str, number: u64, thing: &str| {
        let plural = if number == 1 { "" } else { "s" };
        Some(format!("have at {most} {number} {thing}{plural}"))
    };
    match kind {
        ValidationErrorKind::Minimum { limit } => Some(format!("be at least {limit}")),
        ValidationErrorKind::Maximum { limit } => Some(format!("be at most {limit}")),
        ValidationErrorKind::ExclusiveMinimum { limit } => Some(format!("be more than {limit}")),
        ValidationErrorKind::ExclusiveMaximum { limit } => Some(format!("be less than {limit}")),
        ValidationErrorKind::MultipleOf { multiple_of } => Some(format!("be a multiple of {multiple_of}")),
        ValidationErrorKind::MinLength { limit } => count("least", *limit, "character"),
        ValidationErrorKind::MaxLength { limit } => count("most", *limit, "character"),
        ValidationErrorKind::MinItems { limit } => count("least", *limit, "item"),
        ValidationErrorKind::MaxItems { limit } => count("most", *limit, "item"),
        ValidationErrorKind::MinProperties { limit } => count("least", *limit, "key"),
        ValidationErrorKind::MaxProperties { limit } => count("most", *limit, "key"),
        ValidationErrorKind::UniqueItems => Some("not name an item twice".to_owned()),
        _ => None,
    }
}

/// The bounds that a schema sets for values like `found`.
fn allowed(schema: &Map<String, Value>, found: &Value) -> Option<String> {
    let (least, most, things) = match found {
        Value::Number(_) => ("minimum", "maximum", ""),
        Value::String(_) => ("minLength", "maxLength", " characters"),
        Value::Array(_) => ("minItems", "maxItems", " items"),
        Value::Object(_) => ("minProperties", "maxProperties", " keys"),
        _ => return None,
    };
    bounds(schema, least, most, things)
}

/// Two bounds of a schema by their keywords, in words.
pub(super) fn bounds(schema: &Map<String, Value>, least: &str, most: &str, things: &str) -> Option<String> {
    match (schema.get(least), schema.get(most)) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{things}")),
        (Some(least), None) => Some(format!("at least {least}{things}")),
        (None, Some(most)) => Some(format!("at most {most}{things}")),
        (None, None) => None,
    }
}

#[cfg(test)]
pub(super) mod tests;
