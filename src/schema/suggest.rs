//! "did you mean": the word nearest to one that is not known.

/// The option that `word` is most likely a misspelling of; the first of equals.
pub fn closest<'a>(word: &str, options: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(word);
    let allowed = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for option in options {
        let distance = distance(&wanted, &plain(option));
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, option));
        }
    }
    best.map(|(_, option)| option)
}

/// Letters alone, in lower case, so that `max_replicas` and `MaxReplicas` are both `maxreplicas`. Long words are cut: the
/// time to compare grows with the square of the length.
fn plain(word: &str) -> Vec<char> {
    word.chars().filter(|next| !matches!(next, '-' | '_' | ' ' | '.')).flat_map(char::to_lowercase).take(64).collect()
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let changed = last[column] + usize::from(letter != other);
            let mut least = changed.min(last[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *letter == to[column - 1] && from[row - 1] == *other {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut last, line);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        for (word, options, expected) in [
            ("scalling", vec!["scaling", "sealing"], Some("scaling")),
            ("max_replicas", vec!["minReplicas", "maxReplicas"], Some("maxReplicas")),
            ("knid", vec!["mode", "kind"], Some("kind")),
            ("mx", vec!["min", "max"], Some("max")),
            ("replicas", vec!["min", "max"], None),
            ("", vec!["min"], None),
        ] {
            assert_eq!(closest(word, options), expected, "{word}");
        }
    }
}
