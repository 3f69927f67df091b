//! Diagnostics as workflow commands of GitHub Actions, which show them beside the changed lines.
//!
//! The form and its escapes: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use super::{Diagnostic, Diagnostics, Severity};
use crate::source::{Origin, Sources};

/// One command a line, in the order of [`Diagnostics::sorted`].
pub fn text(sources: &Sources, diagnostics: &Diagnostics) -> String {
    diagnostics.sorted().into_iter().map(|diagnostic| command(sources, diagnostic)).collect()
}

fn command(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let name = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = place(sources, diagnostic);
    properties.push(("title", diagnostic.code.text().to_owned()));
    let properties: Vec<String> =
        properties.into_iter().map(|(key, value)| format!("{key}={}", property(&value))).collect();
    let mut message = diagnostic.message.clone();
    for label in diagnostic.primary.iter().filter(|_| !of_a_file(sources, diagnostic)) {
        message.push_str(&format!("\nat {}", sources.location(label.span)));
    }
    for help in &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    format!("::{name} {}::{}\n", properties.join(","), data(&message))
}

/// Only the user's files are in the repository that GitHub shows.
fn of_a_file(sources: &Sources, diagnostic: &Diagnostic) -> bool {
    diagnostic.primary.as_ref().is_some_and(|label| sources.get(label.span.file).origin == Origin::File)
}

fn place(sources: &Sources, diagnostic: &Diagnostic) -> Vec<(&'static str, String)> {
    let Some(label) = diagnostic.primary.as_ref().filter(|_| of_a_file(sources, diagnostic)) else {
        return Vec::new();
    };
    let (line, column) = sources.line_column(label.span.file, label.span.start);
    let (end_line, end_column) = sources.line_column(label.span.file, label.span.end);
    let mut place = vec![
        ("file", sources.get(label.span.file).name.clone()),
        ("line", line.to_string()),
        ("col", column.to_string()),
        ("endLine", end_line.to_string()),
    ];
    if line == end_line {
        // GitHub refuses columns of ranges over several lines; its end column is the last character, not the one behind.
        place.push(("endColumn", end_column.saturating_sub(1).max(column).to_string()));
    }
    place
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::sample;

    #[test]
    fn one_line_a_finding_with_escapes() {
        let (sources, diagnostics) = sample::findings();
        assert_eq!(
            text(&sources, &diagnostics),
            r#"::error file=deploy/my memos.yaml,line=2,col=16,endLine=2,endColumn=23,title=MG0202::`scaling.max` must be a whole number, not text%0Ahelp: write a whole number
::warning title=MG0209::100 %25 of, this: a%0Aplaceholder is left%0Aat --set:1:12
::error title=MG0207::no profile is named%0Ahelp: add `--profile aws`
"#
        );
    }

    #[test]
    fn properties_escape_what_ends_them() {
        assert_eq!(property("a:b,c%\r\n"), "a%3Ab%2Cc%25%0D%0A");
    }
}
