//! What `.helmignore` keeps out of an archive, read as `helm package` reads it.

use super::PackageError;
use crate::chart::files::ChartFiles;

/// One line of the file.
struct Rule<'a> {
    pattern: &'a str,
    /// Whether it means folders alone.
    folders: bool,
    /// Whether it means a whole path, and not the last step of one.
    whole: bool,
}

/// The paths that belong into the archive.
///
/// # Errors
///
/// [`PackageError::Ignore`] for a pattern that is legal and not known here: one that takes back (`!`), or has sets or escapes.
pub(super) fn kept(chart: &ChartFiles) -> Result<Vec<&str>, PackageError> {
    let text = chart.files.get(".helmignore").map_or("".into(), |bytes| String::from_utf8_lossy(bytes));
    // Helm's own rule comes first.
    let mut rules = vec![Rule { pattern: "templates/.?*", folders: false, whole: true }];
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('!') || line.contains("**") || line.contains(['[', '\\']) {
            return Err(PackageError::Ignore(line.to_owned()));
        }
        let pattern = line.strip_suffix('/').unwrap_or(line);
        let whole = pattern.contains('/');
        let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
        rules.push(Rule { pattern, folders: line.ends_with('/'), whole });
    }
    let is_kept = |path: &&str| !rules.iter().any(|rule| rule.meets(path));
    Ok(chart.files.keys().map(String::as_str).filter(is_kept).collect())
}

impl Rule<'_> {
    /// Whether a file is left out: it or a folder around it is meant.
    fn meets(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.chain((!self.folders).then_some(path)).any(|path| {
            let meant = if self.whole { path } else { path.rsplit('/').next().unwrap_or(path) };
            matches(self.pattern.as_bytes(), meant.as_bytes())
        })
    }
}

/// `*` is any text within one step of a path, `?` one character of it.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((b'*', pattern)), _) => {
            let step = text.iter().position(|byte| *byte == b'/').unwrap_or(text.len());
            (0..=step).any(|at| matches(pattern, &text[at..]))
        }
        (Some((b'?', pattern)), Some((byte, text))) => *byte != b'/' && matches(pattern, text),
        (Some((wanted, pattern)), Some((byte, text))) => wanted == byte && matches(pattern, text),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept_of(ignore: &str, paths: &[&str]) -> Result<Vec<String>, PackageError> {
        let files = paths.iter().map(|path| ((*path).to_owned(), Vec::new()));
        let mut chart = ChartFiles { name: "a".to_owned(), version: "1.0.0".to_owned(), files: files.collect() };
        chart.files.insert(".helmignore".to_owned(), ignore.as_bytes().to_vec());
        kept(&chart).map(|paths| paths.into_iter().filter(|path| *path != ".helmignore").map(str::to_owned).collect())
    }

    #[test]
    fn patterns_mean_what_helm_makes_of_them() {
        let paths =
            ["a.orig", "docs/a.md", "docs/b.orig", "templates/.hidden", "templates/tests/a.yaml", "tests/a.yaml"];
        let cases: [(&str, &[&str]); 8] = [
            ("", &["a.orig", "docs/a.md", "docs/b.orig", "templates/tests/a.yaml", "tests/a.yaml"]),
            ("# *\n\n *.orig \n", &["docs/a.md", "templates/tests/a.yaml", "tests/a.yaml"]),
            ("tests/", &["a.orig", "docs/a.md", "docs/b.orig"]),
            ("/tests/", &["a.orig", "docs/a.md", "docs/b.orig", "templates/tests/a.yaml"]),
            ("docs/?.md", &["a.orig", "docs/b.orig", "templates/tests/a.yaml", "tests/a.yaml"]),
            ("*/a.yaml", &["a.orig", "docs/a.md", "docs/b.orig", "templates/tests/a.yaml"]),
            ("a.orig/", &["a.orig", "docs/a.md", "docs/b.orig", "templates/tests/a.yaml", "tests/a.yaml"]),
            ("*", &[]),
        ];
        for (ignore, expected) in cases {
            assert_eq!(kept_of(ignore, &paths).unwrap(), expected, "{ignore}");
        }
        for unknown in ["!a", "a/**/b", "[ab]", "a\\*"] {
            assert_eq!(kept_of(unknown, &paths), Err(PackageError::Ignore(unknown.to_owned())));
        }
    }
}
