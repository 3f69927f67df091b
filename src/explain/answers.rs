//! What people ask before they choose, and the answers.

/// Fields with what is asked about them; the documents say the same words.
const ANSWERS: &[(&str, &str)] = &[
    ("cache.kind", include_str!("answers/cache.md")),
    ("cache.service", include_str!("answers/service.md")),
    ("scaling.mode", include_str!("answers/scaling.md")),
];

/// The answers to what is asked about a field; empty when nobody asks.
pub fn about(path: &str) -> String {
    let found = ANSWERS.iter().find(|(field, _)| *field == path);
    found.map(|(_, text)| format!("\n{text}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::schema::fields::fields;

    #[test]
    fn fields_exist_and_the_documents_say_the_same() {
        let fields = fields(&compile::merged_schema());
        let documents = [include_str!("../../docs/redis.md"), include_str!("../../docs/standby.md")];
        for (path, text) in ANSWERS {
            assert!(fields.iter().any(|field| field.path == *path), "{path}");
            assert!(documents.iter().any(|document| document.contains(text)), "docs lack the answers about {path}");
        }
        assert_eq!(about("scaling.max"), "");
    }
}
