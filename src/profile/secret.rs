//! How secrets in plain text are known in parts that the user gives as they stand in a pod.

use serde_json::{Map, Value};

/// Parts of names by which variables with secrets are known.
const SECRET_WORDS: [&str; 9] =
    ["PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "SECRET", "CREDENTIAL", "API_KEY", "PRIVATE_KEY", "DSN"];

/// Whether a variable's value is a secret: by its name, or because it is an address with a password.
pub fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_uppercase();
    let path = ["_FILE", "_PATH", "_DIR", "_NAME"].iter().any(|end| name.ends_with(end));
    let harmless =
        value.len() < 2 || value.parse::<f64>().is_ok() || matches!(value, "true" | "false") || value.contains("$(");
    let by_name = !path
        && !harmless
        && SECRET_WORDS.iter().any(|word| name.contains(word) || name.ends_with("_KEY") && word == &"API_KEY");
    by_name || has_password(value)
}

/// `scheme://user:password@host`.
fn has_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    let Some((user, _)) = rest.split('/').next().unwrap_or_default().rsplit_once('@') else { return false };
    user.split_once(':').is_some_and(|(_, password)| !password.is_empty() && !password.contains("$("))
}

/// Whether a value holds a variable whose value is a secret, at any depth.
pub fn holds_secret(value: &Value) -> bool {
    match value {
        Value::Object(map) => part_holds_secret(map),
        Value::Array(list) => list.iter().any(holds_secret),
        _ => false,
    }
}

/// The same for a map, which may be such a variable itself.
pub fn part_holds_secret(map: &Map<String, Value>) -> bool {
    is_variable_with_secret(map) || map.values().any(holds_secret)
}

fn is_variable_with_secret(map: &Map<String, Value>) -> bool {
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    matches!((text("name"), text("value")), (Some(name), Some(value)) if is_secret(name, value))
}
