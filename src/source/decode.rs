//! From bytes to text, and the characters that a text may hold.

use super::{FileId, Origin, Sources, Span};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// The longest text that is read, in bytes. A spec of one installation is a hundredth of it.
pub const MAX_BYTES: usize = 1 << 20;

/// How many forbidden characters of one text are reported; a binary file would fill the screen.
const MAX_CHARACTER_REPORTS: usize = 20;

/// Adds the text of a file to `sources`, without a byte order mark at its start.
///
/// # Errors
/// `MG0102` when the bytes are not UTF-8: what can be read is added all the same, so that the place can be shown.
/// `MG0108` when there are more than [`MAX_BYTES`].
pub fn decode(sources: &mut Sources, name: &str, bytes: &[u8], origin: Origin) -> Result<FileId, Box<Diagnostic>> {
    if bytes.len() > MAX_BYTES {
        return Err(Box::new(too_large(name, bytes.len())));
    }
    decode_all(sources, name, bytes, origin)
}

/// The same for a text of any length.
///
/// # Errors
/// `MG0102` when the bytes are not UTF-8.
pub fn decode_all(sources: &mut Sources, name: &str, bytes: &[u8], origin: Origin) -> Result<FileId, Box<Diagnostic>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(name, text, origin)),
        Err(error) => {
            let at = error.valid_up_to();
            let file = sources.add(name, String::from_utf8_lossy(bytes), origin);
            Err(Box::new(not_utf8(sources, file, bytes, at)))
        }
    }
}

fn not_utf8(sources: &Sources, file: FileId, bytes: &[u8], at: usize) -> Diagnostic {
    // The text holds a replacement character of three bytes where the first bad byte was.
    let span = Span { file, start: at, end: at + '\u{fffd}'.len_utf8() };
    let (line, _) = sources.line_column(file, at);
    let is_utf_32 = bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff");
    let cure = if is_utf_32 {
        "the file looks like UTF-32: save it as UTF-8".to_owned()
    } else if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "the file looks like UTF-16: save it as UTF-8".to_owned()
    } else {
        "save the file as UTF-8".to_owned()
    };
    Diagnostic::new(
        Code::NotUtf8,
        format!("the file is not UTF-8: byte {at}, in line {line}, is `0x{:02x}`", bytes[at]),
    )
    .at(span, "the first byte that is not UTF-8")
    .help(cure)
}

/// The refusal of a text that is longer than [`MAX_BYTES`].
pub(super) fn too_large(name: &str, bytes: usize) -> Diagnostic {
    Diagnostic::new(Code::TooDeepOrLarge, format!("`{name}` has {bytes} bytes; at most {MAX_BYTES} (1 MiB) are read"))
        .help("check the path: a spec of one installation is a few kilobytes of YAML")
}

/// Whether a character may not stand in any text that is passed on to Kubernetes.
///
/// C0 but tab and line feed, DEL, C1, the Unicode line and paragraph separators, the byte order mark and its mirror image,
/// and the noncharacter beside that: YAML readers drop, fold or refuse them, each in its own way.
pub(crate) fn is_forbidden(character: char) -> bool {
    (character.is_control() && character != '\t' && character != '\n')
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Reports forbidden characters and returns the text with harmless ones of the same length in their places, so that
/// reading can go on and positions stay right.
pub(super) fn replace_forbidden(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let mut clean: Option<String> = None;
    let mut reports = 0;
    for (at, character) in text.char_indices() {
        let carriage_return_of_line_break = character == '\r' && text[at + 1..].starts_with('\n');
        if !is_forbidden(character) || carriage_return_of_line_break {
            if let Some(clean) = &mut clean {
                clean.push(character);
            }
            continue;
        }
        clean.get_or_insert_with(|| text[..at].to_owned()).push(stand_in(character.len_utf8()));
        reports += 1;
        if reports <= MAX_CHARACTER_REPORTS {
            let span = Span { file, start: at, end: at + character.len_utf8() };
            diagnostics.push(forbidden(character, span));
        }
    }
    clean
}

/// A harmless character of `length` bytes of UTF-8.
fn stand_in(length: usize) -> char {
    match length {
        1 => '_',
        2 => 'é',
        3 => '一',
        _ => '\u{1f600}',
    }
}

/// The finding about one forbidden character.
pub(super) fn forbidden(character: char, span: Span) -> Diagnostic {
    let name = match character {
        '\0' => "NUL",
        '\r' => "a carriage return without a line feed",
        '\u{7f}' => "DEL",
        '\u{85}' => "NEL, a C1 line break",
        '\u{2028}' => "the line separator",
        '\u{2029}' => "the paragraph separator",
        '\u{feff}' => "a byte order mark inside the text",
        '\u{fffe}' | '\u{ffff}' => "no character",
        _ => "a control character",
    };
    Diagnostic::new(Code::ControlCharacter, format!("U+{:04X} ({name}) is not allowed in a spec", u32::from(character)))
        .at(span, "here")
        .help("remove it: YAML readers drop, fold or refuse this character, each in its own way")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_at_the_start_is_dropped() {
        let mut sources = Sources::default();
        let file = decode(&mut sources, "memos.yaml", b"\xef\xbb\xbfa: 1\n", Origin::File).unwrap();
        assert_eq!(sources.get(file).text, "a: 1\n");
    }

    #[test]
    fn a_bad_byte_is_named_with_its_place() {
        let mut sources = Sources::default();
        let error = decode(&mut sources, "memos.yaml", b"a: 1\nb: \xe9t\xe9\n", Origin::File).unwrap_err();
        assert_eq!(error.message, "the file is not UTF-8: byte 8, in line 2, is `0xe9`");
        assert_eq!(sources.location(error.primary.unwrap().span), "memos.yaml:2:4");
        assert_eq!(error.help, ["save the file as UTF-8"]);
    }

    #[test]
    fn other_encodings_are_recognised() {
        for (bytes, name) in [
            (&b"\xff\xfea\0:\0"[..], "UTF-16"),
            (b"\xfe\xff\0a\0:", "UTF-16"),
            (b"\xff\xfe\0\0a\0\0\0", "UTF-32"),
            (b"\0\0\xfe\xff\0\0\0a", "UTF-32"),
        ] {
            let error = decode(&mut Sources::default(), "memos.yaml", bytes, Origin::File).unwrap_err();
            assert_eq!(error.help, [format!("the file looks like {name}: save it as UTF-8")]);
        }
    }

    #[test]
    fn a_huge_file_is_not_read() {
        let error = decode(&mut Sources::default(), "big", &vec![b'a'; MAX_BYTES + 1], Origin::File).unwrap_err();
        assert_eq!(error.message, "`big` has 1048577 bytes; at most 1048576 (1 MiB) are read");
    }

    #[test]
    fn stand_ins_keep_positions() {
        let mut sources = Sources::default();
        let file = sources.add("memos.yaml", "", Origin::File);
        let mut diagnostics = Diagnostics::default();
        let text = "a\0\u{85}\u{2028}\u{feff}\r\n\rz";
        let clean = replace_forbidden(file, text, &mut diagnostics).unwrap();
        assert_eq!(clean, "a_é一一\r\n_z");
        assert_eq!(clean.len(), text.len());
        assert_eq!(diagnostics.iter().count(), 5);
        assert_eq!(replace_forbidden(file, "tab\tand\r\nlines\n", &mut diagnostics), None);
    }
}
