//! Proof that a written object is the object: it is read again by an independent YAML reader and compared.

use std::fmt;

use rayon::prelude::*;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::yaml;
use crate::diagnostic::{Code, Diagnostic};
use crate::object::Object;

/// The document of one object, known to be read back as that object.
///
/// # Errors
///
/// [`Code::ControlCharacterInObject`] for text that not all readers of YAML understand alike, however it is written, and
/// [`Code::ReadBackMismatch`] if the writer has a fault.
pub fn proved_document(object: &Object) -> Result<String, Diagnostic> {
    let document = yaml::document(&object.value);
    // A control character would stand in the document as it is, or escaped.
    let may_hold_control = document.bytes().any(|byte| !matches!(byte, b'\n' | b' '..=b'[' | b']'..=b'~'));
    if may_hold_control && let Some(diagnostic) = refuse_control_characters(object) {
        return Err(diagnostic);
    }
    match Written(&object.value).deserialize(serde_yaml::Deserializer::from_str(&document)) {
        Ok(()) => Ok(document),
        Err(_) => Err(mismatch(object, &difference(&object.value, &document))),
    }
}

/// The value of a document that some build wrote; none when it is no YAML.
pub fn read(document: &str) -> Option<Value> {
    serde_yaml::from_str(document).ok()
}

/// Compares a value with what a reader finds, piece by piece as it finds it: every key once, all of them text, and the same
/// values of the same types.
#[derive(Clone, Copy)]
struct Written<'a>(&'a Value);

impl Written<'_> {
    fn is<E: de::Error>(self, same: bool) -> Result<(), E> {
        if same { Ok(()) } else { Err(E::custom("another value was read")) }
    }
}

impl<'de> DeserializeSeed<'de> for Written<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Written<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("what was written")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.is(self.0.is_null())
    }

    fn visit_bool<E: de::Error>(self, read: bool) -> Result<(), E> {
        self.is(*self.0 == read)
    }

    fn visit_u64<E: de::Error>(self, read: u64) -> Result<(), E> {
        self.is(*self.0 == read)
    }

    fn visit_i64<E: de::Error>(self, read: i64) -> Result<(), E> {
        self.is(*self.0 == read)
    }

    fn visit_f64<E: de::Error>(self, read: f64) -> Result<(), E> {
        self.is(self.0.is_f64() && *self.0 == read)
    }

    fn visit_str<E: de::Error>(self, read: &str) -> Result<(), E> {
        self.is(self.0.as_str() == Some(read))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut read: A) -> Result<(), A::Error> {
        let Value::Array(written) = self.0 else { return self.is(false) };
        for item in written {
            self.is(read.next_element_seed(Written(item))?.is_some())?;
        }
        self.is(read.next_element::<IgnoredAny>()?.is_none())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut read: A) -> Result<(), A::Error> {
        let Value::Object(written) = self.0 else { return self.is(false) };
        let mut seen = vec![false; written.len()];
        while let Some((place, value)) = read.next_key_seed(KeyOf(written))? {
            self.is(!std::mem::replace(&mut seen[place], true))?;
            read.next_value_seed(Written(value))?;
        }
        self.is(seen.into_iter().all(|seen| seen))
    }
}

/// Finds a key that is read as text in the map that was written, with its place there. Maps are so small that to look at every
/// key takes less time than a hash.
struct KeyOf<'a>(&'a Map<String, Value>);

impl<'a, 'de> DeserializeSeed<'de> for KeyOf<'a> {
    type Value = (usize, &'a Value);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'_> for KeyOf<'a> {
    type Value = (usize, &'a Value);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key that was written")
    }

    fn visit_str<E: de::Error>(self, read: &str) -> Result<Self::Value, E> {
        let entry = self.0.iter().enumerate().find(|(_, (key, _))| *key == read);
        entry.map(|(place, (_, value))| (place, value)).ok_or_else(|| E::custom("another key was read"))
    }
}

/// The documents of all objects in their order, or the first finding in that order.
///
/// Reading back is the largest part of a build. No document depends on another, and equal objects, which profiles have many
/// of, need one proof.
///
/// # Errors
///
/// Those of [`proved_document`].
pub fn proved_documents(objects: &[&Object]) -> Result<Vec<String>, Diagnostic> {
    let mut different: Vec<&Object> = Vec::new();
    let mut places = Vec::with_capacity(objects.len());
    for object in objects {
        let known = different.iter().position(|known| known == object);
        places.push(known.unwrap_or(different.len()));
        different.extend(known.is_none().then_some(*object));
    }
    let proofs: Vec<_> = different.into_par_iter().map(proved_document).collect();
    let documents = proofs.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(places.into_iter().map(|place| documents[place].clone()).collect())
}

/// A finding if any key or string of `object` holds a character that readers of YAML change or refuse: controls other than
/// TAB and LF, DEL, the C1 controls with NEL, the line and paragraph separators, the byte order mark and its mirror image.
///
/// Such characters are never meant: they come from a copied text. kustomize loses NEL and DEL even when they are
/// escaped, and refuses a whole file for U+FFFE.
pub fn refuse_control_characters(object: &Object) -> Option<Diagnostic> {
    let (path, character) = find_control_character(&object.value, &mut Vec::new())?;
    let Object { kind, name, .. } = object;
    let code = u32::from(character);
    Some(
        Diagnostic::new(
            Code::ControlCharacterInObject,
            format!(
                "`{path}` of {kind} `{name}` holds U+{code:04X}, a character that readers of YAML change or refuse"
            ),
        )
        .help("remove the character from the text that this field was made from"),
    )
}

fn mismatch(object: &Object, difference: &str) -> Diagnostic {
    let Object { kind, name, .. } = object;
    Diagnostic::new(
        Code::ReadBackMismatch,
        format!("internal error: {kind} `{name}` is not read back as it was written: {difference}"),
    )
    .help("nothing was written; report this with the spec that caused it")
}

/// A step on the way from an object to one of its values.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

fn find_control_character<'a>(value: &'a Value, way: &mut Vec<Step<'a>>) -> Option<(String, char)> {
    match value {
        Value::String(text) => first_control_character(text).map(|character| (path_of(way), character)),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            way.push(Step::Item(index));
            let found = find_control_character(item, way);
            way.pop();
            found
        }),
        Value::Object(map) => map.iter().find_map(|(key, value)| {
            way.push(Step::Key(key));
            let found = match first_control_character(key) {
                Some(character) => Some((path_of(way), character)),
                None => find_control_character(value, way),
            };
            way.pop();
            found
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn first_control_character(text: &str) -> Option<char> {
    // Nearly all text is printing ASCII, for which bytes are enough.
    if text.bytes().all(|byte| matches!(byte, b'\t' | b'\n' | b' '..=b'~')) {
        return None;
    }
    text.chars().find(|character| {
        (character.is_control() && !matches!(character, '\t' | '\n'))
            || matches!(character, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    })
}

/// The way in the form `spec.ports[0].name`, with keys that are no words as `data["a key"]`, without control characters.
fn path_of(way: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in way {
        match step {
            Step::Item(index) => path.push_str(&format!("[{index}]")),
            Step::Key(key) if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Step::Key(key) => path.push_str(&format!("[\"{}\"]", key.escape_debug())),
        }
    }
    path
}

/// Where a document is not what was written, in words without its content.
fn difference(written: &Value, document: &str) -> String {
    match serde_yaml::from_str::<Value>(document) {
        Ok(read) if read == *written => "one of its keys is read as something else than text, or twice".to_owned(),
        Ok(read) => first_difference(written, &read, "$"),
        Err(error) => error.to_string(),
    }
}

/// Names the first place where two values differ, without showing them: they may be large.
fn first_difference(written: &Value, read: &Value, path: &str) -> String {
    match (written, read) {
        (Value::Object(written), Value::Object(read)) if written.len() == read.len() => written
            .iter()
            .find(|(key, value)| read.get(*key) != Some(*value))
            .map_or_else(String::new, |(key, value)| match read.get(key) {
                Some(other) => first_difference(value, other, &format!("{path}.{key}")),
                None => format!("`{path}` lost its key `{}`", key.escape_debug()),
            }),
        (Value::Array(written), Value::Array(read)) if written.len() == read.len() => {
            written.iter().zip(read).position(|(written, read)| written != read).map_or_else(String::new, |index| {
                first_difference(&written[index], &read[index], &format!("{path}[{index}]"))
            })
        }
        _ => format!("`{path}` differs"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config_map(data: Value) -> Object {
        Object {
            api_version: "v1".to_owned(),
            kind: "ConfigMap".to_owned(),
            name: "memos".to_owned(),
            namespace: None,
            value: json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "memos"}, "data": data}),
        }
    }

    #[test]
    fn control_characters_are_refused_with_their_place() {
        let cases = [
            (
                json!({"a": ["x", "b\r\n"]}),
                "`data.a[1]` of ConfigMap `memos` holds U+000D, a character that readers of YAML change or refuse",
            ),
            (
                json!({"a b": "\u{85}"}),
                "`data[\"a b\"]` of ConfigMap `memos` holds U+0085, a character that readers of YAML change or refuse",
            ),
            (
                json!({"a\u{7f}": ""}),
                "`data[\"a\\u{7f}\"]` of ConfigMap `memos` holds U+007F, a character that readers of YAML change or refuse",
            ),
            (
                json!({"a": "\u{2028}"}),
                "`data.a` of ConfigMap `memos` holds U+2028, a character that readers of YAML change or refuse",
            ),
            (
                json!({"a": "\u{2029}"}),
                "`data.a` of ConfigMap `memos` holds U+2029, a character that readers of YAML change or refuse",
            ),
            (
                json!({"a": "\u{FEFF}"}),
                "`data.a` of ConfigMap `memos` holds U+FEFF, a character that readers of YAML change or refuse",
            ),
            (
                json!({"a": "\u{FFFF}"}),
                "`data.a` of ConfigMap `memos` holds U+FFFF, a character that readers of YAML change or refuse",
            ),
            (
                json!({"a": "\0"}),
                "`data.a` of ConfigMap `memos` holds U+0000, a character that readers of YAML change or refuse",
            ),
        ];
        for (data, message) in cases {
            let diagnostic = proved_document(&config_map(data)).unwrap_err();
            assert_eq!(diagnostic.message, message);
            assert_eq!(diagnostic.code, Code::ControlCharacterInObject);
        }
    }

    #[test]
    fn tabs_line_breaks_and_other_writing_systems_are_text() {
        let object = config_map(json!({"a": "\tb\n", "メモ": "日本語 🎉 é"}));
        assert_eq!(refuse_control_characters(&object), None);
        assert!(proved_document(&object).is_ok());
    }

    #[test]
    fn what_is_read_must_be_what_was_written() {
        let reads = |written: &Value, document: &str| {
            Written(written).deserialize(serde_yaml::Deserializer::from_str(document)).is_ok()
        };
        let written = json!({"a": [1, -2, 0.5, "3", true, null, {}, []], "1": "yes"});
        let same = "a: [1, -2, 0.5, '3', true, null, {}, []]\n'1': yes\n";
        assert!(reads(&written, same));
        for (from, to) in [
            ("[1,", "['1',"),
            ("-2", "2"),
            ("[1,", "[1.0,"),
            ("0.5", "0.25"),
            ("'3'", "3"),
            ("true", "false"),
            ("true", "'true'"),
            ("null", "''"),
            ("{}", "[]"),
            ("{}", "{a: 1}"),
            (", []", ""),
            ("[]]", "[], 1]"),
            ("'1':", "1:"),
            ("'1':", "'2':"),
            ("yes", "no"),
            ("yes", "true"),
            ("yes\n", "yes\n'2': 3\n"),
            ("'1': yes\n", ""),
            ("a: ", "b: "),
            ("yes\n", "yes\n---\na: 1\n"),
            ("yes\n", "yes\na: 1\n"),
        ] {
            let other = same.replacen(from, to, 1);
            assert_ne!(other, same);
            assert!(!reads(&written, &other), "{other}");
        }
        assert!(reads(&json!({"a": 1, "b": 2}), "b: 2\na: 1\n"));
        assert!(!reads(&json!({"a": 1, "b": 2}), "a: 1\na: 1\n"));
    }

    #[test]
    fn a_difference_is_named_by_its_place() {
        let written = json!({"a": {"b": [1, "2"]}});
        assert_eq!(difference(&written, "a: {b: [1, 2]}"), "`$.a.b[1]` differs");
        assert_eq!(
            difference(&json!({"a": 1, "1": 1}), "{1: 1, a: 1}"),
            "one of its keys is read as something else than text, or twice"
        );
        assert_eq!(
            difference(&written, "a: ["),
            "did not find expected node content at line 2 column 1, while parsing a flow node"
        );
        assert_eq!(first_difference(&written, &json!({"a": {"b": [1, 2]}}), "$"), "`$.a.b[1]` differs");
        assert_eq!(first_difference(&written, &json!({"a": {"c": []}}), "$"), "`$.a` lost its key `b`");
        assert_eq!(first_difference(&written, &json!({"a": {"b": [1]}}), "$"), "`$.a.b` differs");
    }
}
