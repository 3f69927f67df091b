//! What the templates say in the way that people write it: a value that is set, or else another.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// A value in a template.
const VALUE: &str = r"(\$?\.(?:Values|component)\.[A-Za-z0-9.]+)";

static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let word = r#"(?:("[^"{}]*"|[^"{} ]+)|\{\{ ([^{}]*) \| quote \}\})"#;
    Regex::new(&format!(
        r"\{{\{{ if {VALUE} \}}\}}\{{\{{ {VALUE} \| quote \}}\}}\{{\{{ else \}}\}}{word}\{{\{{ end \}}\}}"
    ))
    .ok()
});

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = r"(?:\{\{ )?([0-9]+)(?: \}\})?";
    let given = format!(r#"\{{\{{ if not \(kindIs "invalid" {VALUE}\) \}}\}}\{{\{{ int64 {VALUE} \}}\}}"#);
    Regex::new(&format!(r"{given}\{{\{{ else \}}\}}{number}\{{\{{ end \}}\}}")).ok()
});

/// The same template with `default` where a text is taken when another is empty, and `ternary` for a number, which may be zero.
pub(super) fn idiomatic(text: &str) -> String {
    let word = |found: &Captures<'_>| {
        let (value, again) = (&found[1], &found[2]);
        let other = match (found.get(3), found.get(4)) {
            (Some(text), _) if text.as_str().starts_with('"') => text.as_str().to_owned(),
            (Some(text), _) => format!("\"{}\"", text.as_str()),
            (None, other) => format!("({})", other.map_or("", |other| other.as_str())),
        };
        if value == again { format!("{{{{ {value} | default {other} | quote }}}}") } else { found[0].to_owned() }
    };
    let number = |found: &Captures<'_>| {
        let (value, again, other) = (&found[1], &found[2], &found[3]);
        let way = format!("{{{{ ternary {other} (int64 {value}) (kindIs \"invalid\" {value}) }}}}");
        if value == again { way } else { found[0].to_owned() }
    };
    let (Some(words), Some(numbers)) = (&*WORD, &*NUMBER) else { return text.to_owned() };
    numbers.replace_all(&words.replace_all(text, word), number).into_owned()
}

#[cfg(test)]
mod tests {
    use super::idiomatic;

    #[test]
    fn what_is_set_or_else_another_is_one_expression() {
        let cases = [
            (
                "cpu: {{ if .Values.a.cpu }}{{ .Values.a.cpu | quote }}{{ else }}\"1\"{{ end }}",
                "cpu: {{ .Values.a.cpu | default \"1\" | quote }}",
            ),
            (
                "cpu: {{ if .component.cpu }}{{ .component.cpu | quote }}{{ else }}500m{{ end }}",
                "cpu: {{ .component.cpu | default \"500m\" | quote }}",
            ),
            (
                "{{ if $.Values.a }}{{ $.Values.a | quote }}{{ else }}{{ include \"b\" (list $ \"c\") | quote }}{{ end }}",
                "{{ $.Values.a | default (include \"b\" (list $ \"c\")) | quote }}",
            ),
            (
                "{{ if .Values.b }}x{{ else if .Values.a }}{{ .Values.a | quote }}{{ else }}y{{ end }}",
                "{{ if .Values.b }}x{{ else if .Values.a }}{{ .Values.a | quote }}{{ else }}y{{ end }}",
            ),
            (
                "{{ if not (kindIs \"invalid\" .Values.a) }}{{ int64 .Values.a }}{{ else }}{{ 6 }}{{ end }}",
                "{{ ternary 6 (int64 .Values.a) (kindIs \"invalid\" .Values.a) }}",
            ),
            (
                "{{ if .Values.a }}{{ .Values.b | quote }}{{ else }}y{{ end }}",
                "{{ if .Values.a }}{{ .Values.b | quote }}{{ else }}y{{ end }}",
            ),
        ];
        for (long, short) in cases {
            assert_eq!(idiomatic(long), short);
        }
    }
}
