//! The JSON Schema of the spec: made from the types, written for editors, and what every spec is validated with.

pub mod diagnose;
pub mod fields;
pub mod generate;
pub mod layer;
pub mod shape;
pub mod suggest;
pub mod validate;

/// A JSON pointer into a spec document as users write paths: without `spec.`, dotted, list items as `[2]`.
///
/// The root and `/spec` itself, which have no such path, are `the document` and `spec`.
pub fn dotted(pointer: &str) -> String {
    let inner = match pointer {
        "" => return "the document".to_owned(),
        "/spec" => return "spec".to_owned(),
        _ => pointer.strip_prefix("/spec/").unwrap_or(&pointer[1..]),
    };
    let mut path = String::new();
    for step in inner.split('/') {
        let step = step.replace("~1", "/").replace("~0", "~");
        if step.bytes().all(|byte| byte.is_ascii_digit()) && !step.is_empty() && !path.is_empty() {
            path.push_str(&format!("[{step}]"));
            continue;
        }
        if !path.is_empty() {
            path.push('.');
        }
        if step.contains(['.', '[', '=', ' ', '"']) || step.is_empty() {
            path.push_str(&format!("\"{step}\""));
        } else {
            path.push_str(&step);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_read_as_paths() {
        for (pointer, path) in [
            ("", "the document"),
            ("/spec", "spec"),
            ("/spec/scaling/max", "scaling.max"),
            ("/spec/zones/2/name", "zones[2].name"),
            ("/spec/labels/a.b~1c", "labels.\"a.b/c\""),
            ("/metadata/name", "metadata.name"),
            ("/profile", "profile"),
        ] {
            assert_eq!(dotted(pointer), path);
        }
    }
}
