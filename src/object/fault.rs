//! Everything that is wrong in what the user gives as one of Kubernetes' types, in YAML's words.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serde_path_to_error::Segment;

use super::Object;
use super::kinds::by_type;
use super::patch::{enveloped, without_removals};
use crate::source::setting::Step;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, from the value that was given.
    pub path: Vec<Step>,
    /// What has to stand there, such as `a whole number`; none when the field does not exist.
    pub wanted: Option<&'static str>,
}

/// More faults than anybody reads at once.
const MOST: usize = 64;

/// What is wrong in a patch of an object. Nothing is known of custom kinds.
pub fn of_patch(object: &Object, patch: &Value) -> Vec<Fault> {
    let whole = enveloped(&object.value, without_removals(patch));
    by_type!(object, all(&whole), Vec::new())
}

/// What is wrong in a whole object. Nothing is known of custom kinds.
pub fn of_object(object: &Object) -> Vec<Fault> {
    by_type!(object, all(&object.value), Vec::new())
}

/// Everything that is wrong in a value that is to be one of Kubernetes' types. Each value of a wrong type is put out of the
/// way, so that the next one is found.
pub fn all<T: DeserializeOwned + Serialize>(given: &Value) -> Vec<Fault> {
    let mut rest = given.clone();
    let mut faults: Vec<Fault> = Vec::new();
    // A value that is put in the place of a wrong one may be wrong there as well; one of these fits.
    let mut harmless = [json!({}), json!(""), json!([]), json!(0)].into_iter();
    while faults.len() < MOST {
        let error = match serde_path_to_error::deserialize::<_, T>(&rest) {
            Ok(typed) => {
                let back = serde_json::to_value(&typed).unwrap_or_default();
                let mut lost = Vec::new();
                unknown(&rest, &back, &mut Vec::new(), &mut lost);
                lost.retain(|path| !is_known::<T>(&rest, path));
                faults.extend(lost.into_iter().map(|path| Fault { path, wanted: None }));
                break;
            }
            Err(error) => error,
        };
        let path = steps(error.path());
        let again = faults.last().is_some_and(|last| last.path == path);
        let Some(place) = path.iter().try_fold(&mut rest, descend) else { break };
        let replacement = if again { harmless.next() } else { Some(Value::Null) };
        let Some(replacement) = replacement else { break };
        *place = replacement;
        if !again {
            harmless = [json!({}), json!(""), json!([]), json!(0)].into_iter();
            faults.push(Fault { path, wanted: Some(wanted(&error.inner().to_string())) });
        }
    }
    faults
}

fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(Step::Item(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(step).collect()
}

fn descend<'a>(value: &'a mut Value, step: &Step) -> Option<&'a mut Value> {
    match step {
        Step::Key(key) => value.get_mut(key),
        Step::Item(at) => value.get_mut(at),
    }
}

/// What Kubernetes' types name in Rust's words, in YAML's.
fn wanted(message: &str) -> &'static str {
    let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    match expected {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        "a string" | "a borrowed string" | "ByteString" => "text",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "a map" => "a map",
        "IntOrString" => "a whole number or text",
        "Quantity" => "text such as `512Mi`",
        named if named.starts_with(|first: char| first.is_ascii_uppercase()) => "a map",
        _ => "another value",
    }
}

/// Fields that went in and did not come out.
fn unknown(given: &Value, back: &Value, path: &mut Vec<Step>, lost: &mut Vec<Vec<Step>>) {
    match (given, back) {
        (Value::Object(given), Value::Object(back)) => {
            for (key, value) in given.iter().filter(|(_, value)| !value.is_null()) {
                path.push(Step::Key(key.clone()));
                match back.get(key) {
                    Some(back) => unknown(value, back, path, lost),
                    None => lost.push(path.clone()),
                }
                path.pop();
            }
        }
        (Value::Array(given), Value::Array(back)) => {
            for (at, (given, back)) in given.iter().zip(back).enumerate() {
                path.push(Step::Item(at));
                unknown(given, back, path, lost);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Empty lists and maps of known fields may come back as nothing. Kubernetes' types are particular about the values of known
/// fields and drop unknown ones whatever they hold, so a value that is wrong everywhere tells the two apart.
fn is_known<T: DeserializeOwned>(given: &Value, path: &[Step]) -> bool {
    let mut probe = given.clone();
    if let Some(place) = path.iter().try_fold(&mut probe, descend) {
        *place = json!([[[null]]]);
    }
    serde_json::from_value::<T>(probe).is_err()
}

/// What a value is, in YAML's words.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a whole number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// What makes a value what is wanted.
pub fn cure(value: &Value, wanted: &str) -> String {
    match value {
        Value::Number(_) | Value::Bool(_) if wanted.starts_with("text") => {
            format!("write it in quotes: `\"{value}\"`")
        }
        Value::String(text) if wanted == "a whole number" && text.parse::<i64>().is_ok() => {
            format!("write it without quotes: `{text}`")
        }
        Value::String(text) if wanted == "`true` or `false`" && text.parse::<bool>().is_ok() => {
            format!("write it without quotes: `{text}`")
        }
        Value::Number(_) if wanted == "a whole number" => "write a whole number of at most 2147483647".to_owned(),
        _ => format!("write {wanted}"),
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::apps::v1::Deployment;
    use k8s_openapi::api::core::v1::{Container, EnvVar};

    use super::*;
    use crate::source::setting::spoken;

    fn lines<T: DeserializeOwned + Serialize>(given: &Value) -> Vec<String> {
        let line = |fault: &Fault| format!("{} {}", spoken(&fault.path), fault.wanted.unwrap_or("unknown"));
        all::<T>(given).iter().map(line).collect()
    }

    #[test]
    fn every_fault_is_found_with_its_place() {
        let given = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "spec": {"replicas": "three", "replicaz": 3, "paused": "no", "template": {"spec": {
                "nodeSelector": {"a": 1}, "containers": [{"name": 5, "args": [1, "b", true], "ports": {}}, 7],
            }}},
        });
        assert_eq!(
            lines::<Deployment>(&given),
            [
                "spec.replicas a whole number",
                "spec.paused `true` or `false`",
                "spec.template.spec.nodeSelector.a text",
                "spec.template.spec.containers[0].name text",
                "spec.template.spec.containers[0].args[0] text",
                "spec.template.spec.containers[0].args[2] text",
                "spec.template.spec.containers[0].ports a list",
                "spec.template.spec.containers[1] a map",
                "spec.replicaz unknown",
            ]
        );
    }

    #[test]
    fn what_is_right_has_no_fault() {
        let good = json!({"name": "a", "resources": {"limits": {"memory": "1Gi"}}, "env": [], "ports": [{"containerPort": 1}]});
        assert_eq!(lines::<Container>(&good), Vec::<String>::new());
        assert_eq!(lines::<EnvVar>(&json!([])), [" a map"]);
        let misspelt = json!({"name": "a", "enw": [], "securityContext": {"capabilities": {}, "sysctl": {}}});
        assert_eq!(lines::<Container>(&misspelt), ["enw unknown", "securityContext.sysctl unknown"]);
    }

    #[test]
    fn cures_fit_what_was_written() {
        assert_eq!(cure(&json!(8080), "text"), "write it in quotes: `\"8080\"`");
        assert_eq!(cure(&json!(true), "text"), "write it in quotes: `\"true\"`");
        assert_eq!(cure(&json!("3"), "a whole number"), "write it without quotes: `3`");
        assert_eq!(cure(&json!("three"), "a whole number"), "write a whole number");
    }
}
