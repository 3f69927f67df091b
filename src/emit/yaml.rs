//! Writes YAML that YAML 1.1 and YAML 1.2 readers understand alike.
//!
//! The common Rust writers leave `on`, `1_000` or `0x_0A` plain, and kubectl and helm then read booleans and numbers.
//! Nothing here depends on what a reader thinks of doubtful text, because doubtful text is quoted:
//!
//! - A string is plain only if it starts with a letter, `/` or `$` (or is digits with one of the units of quantities
//!   and durations), holds nothing but letters, digits, blanks, `_/.+=@$()~-` and colons that no blank follows, does not end
//!   with a blank or a colon, and is none of the words that some version of YAML takes for a boolean, null or a number.
//! - Text with line breaks is a literal block, unless a reader would lose something of it: control characters, characters
//!   that some readers take for line breaks or cannot show, blanks at the end of a line, a TAB at its start.
//! - Everything else is double quoted, with `\u` escapes for what does not print and for what changes the direction of text.
//! - Lists stand below their key without indentation, maps two blanks deeper; empty ones are `{}` and `[]`.
//! - Lines end with LF, and the text ends with exactly one unless a kept block at its very end holds more.

use std::fmt::Write;

use serde_json::{Map, Number, Value};

use super::order;

/// Longest key, as written, that stands in front of its colon. Readers give up on a key after 1,024 characters.
const LONGEST_IMPLICIT_KEY: usize = 1_000;

/// What stands before a value on its line; decides how a value that needs lines of its own starts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing: the document starts here.
    Nothing,
    /// `key:`, so that a blank must come before anything else.
    Key,
    /// `- `, after which a collection starts on the same line.
    Dash,
}

/// One document, without a leading `---`, with the fields of every map in the order that Kubernetes users expect.
///
/// Any JSON value can be written; numbers keep their type in all readers.
pub fn document(value: &Value) -> String {
    let mut out = String::with_capacity(1_024);
    write_value(&mut out, value, 0, Before::Nothing, order::Parent::Fields);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

fn write_value(out: &mut String, value: &Value, indent: usize, before: Before, parent: order::Parent) {
    match value {
        Value::Object(map) if !map.is_empty() => write_map(out, map, indent, before, parent),
        Value::Array(items) if !items.is_empty() => write_list(out, items, indent, before),
        scalar => {
            if before == Before::Key {
                out.push(' ');
            }
            write_scalar(out, scalar, indent, before);
        }
    }
}

/// `indent` is the column of the map's keys.
fn write_map(out: &mut String, map: &Map<String, Value>, indent: usize, before: Before, parent: order::Parent) {
    if before == Before::Key {
        out.push('\n');
    }
    for (index, (key, value)) in order::ordered(map, parent).enumerate() {
        if index > 0 || before == Before::Key {
            push_blanks(out, indent);
        }
        write_key(out, key, indent);
        // A list stands in the column of its key, a map one step deeper.
        let deeper = if value.is_array() { indent } else { indent + 2 };
        write_value(out, value, deeper, Before::Key, order::Parent::below(key));
        end_line(out);
    }
}

/// `indent` is the column of the dashes.
fn write_list(out: &mut String, items: &[Value], indent: usize, before: Before) {
    if before == Before::Key {
        out.push('\n');
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 || before == Before::Key {
            push_blanks(out, indent);
        }
        out.push_str("- ");
        write_value(out, item, indent + 2, Before::Dash, order::Parent::Fields);
        end_line(out);
    }
}

fn write_key(out: &mut String, key: &str, indent: usize) {
    let start = out.len();
    write_in_line(out, key);
    if out.len() - start > LONGEST_IMPLICIT_KEY {
        out.insert_str(start, "? ");
        out.push('\n');
        push_blanks(out, indent);
    }
    out.push(':');
}

fn write_scalar(out: &mut String, value: &Value, indent: usize, before: Before) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, number),
        Value::String(text) if before != Before::Nothing && can_be_block(text) => {
            // A scalar below a key of a list item or map is indented like a map there would be.
            write_block(out, text, indent);
        }
        Value::String(text) => write_in_line(out, text),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// YAML 1.1 takes `1e21` for a string: a fraction needs its point and an exponent its sign.
fn write_number(out: &mut String, number: &Number) {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else {
        out.push_str(&text);
        return;
    };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    if !exponent.starts_with(['+', '-']) {
        out.push('+');
    }
    out.push_str(exponent);
}

/// Whether all readers give `text` back when it is written as a literal block.
fn can_be_block(text: &str) -> bool {
    if !text.contains('\n') || text.starts_with('\t') {
        return false;
    }
    // Only line breaks at the end and nothing before them is nothing that a person could read.
    if text.bytes().all(|byte| byte == b'\n') {
        return false;
    }
    text.split('\n').all(|line| !line.ends_with([' ', '\t']))
        && text.chars().all(|character| matches!(character, '\n' | '\t') || prints(character))
}

fn write_block(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        // The reader would count the blanks of the first line that has any.
        out.push('2');
    }
    let body = text.trim_end_matches('\n');
    match text.len() - body.len() {
        0 => out.push('-'),
        1 => {}
        _ => out.push('+'),
    }
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            push_blanks(out, indent);
            out.push_str(line);
        }
    }
    out.push('\n');
}

/// Writes a string that must stay on its line: plain where that is safe, else double quoted.
fn write_in_line(out: &mut String, text: &str) {
    if can_be_plain(text) { out.push_str(text) } else { write_quoted(out, text) }
}

/// Whether every reader takes `text`, unquoted, for this very string.
fn can_be_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    if first.is_ascii_digit() {
        return is_digits_with_unit(text);
    }
    if !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'$')) || matches!(last, b' ' | b':') {
        return false;
    }
    let safe = bytes.iter().enumerate().all(|(index, byte)| match byte {
        b':' => bytes.get(index + 1) != Some(&b' '),
        b' ' | b'_' | b'/' | b'.' | b'+' | b'=' | b'@' | b'$' | b'(' | b')' | b'~' | b'-' => true,
        other => other.is_ascii_alphanumeric(),
    });
    safe && !is_word_of_yaml(text)
}

/// Quantities and durations such as `512Mi`, `250m` and `30s`, which people know unquoted.
fn is_digits_with_unit(text: &str) -> bool {
    let unit = text.trim_start_matches(|character: char| character.is_ascii_digit());
    matches!(unit, "m" | "k" | "M" | "G" | "T" | "Ki" | "Mi" | "Gi" | "Ti" | "s" | "h" | "d" | "ms")
}

/// Booleans, nulls and numbers of YAML 1.1 and 1.2 that are made of letters.
fn is_word_of_yaml(text: &str) -> bool {
    const WORDS: [&str; 12] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];
    text.len() <= 8 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if prints(other) => out.push(other),
            other if u32::from(other) <= 0xFFFF => push_formatted(out, format_args!("\\u{:04x}", u32::from(other))),
            other => push_formatted(out, format_args!("\\U{:08x}", u32::from(other))),
        }
    }
    out.push('"');
}

/// Whether a character may stand in the text as itself: seen by a person, and an ordinary character to every reader.
///
/// The list is our own, because the tables of the standard library grow with its releases and so would change the output.
fn prints(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    !matches!(u32::from(character),
        // C1 with NEL, the no-break space, the soft hyphen, marks of direction.
        0x80..=0xA0 | 0xAD | 0x61C | 0x180E
        // Blanks of odd widths, joiners, line separators, embeddings, isolates, invisible operators.
        | 0x2000..=0x200F | 0x2028..=0x202F | 0x205F..=0x206F
        // Private use, the byte order mark, interlinear marks.
        | 0xE000..=0xF8FF | 0xFEFF | 0xFFF9..=0xFFFB
        // Tags, planes of private use.
        | 0xE0000..=0xE0FFF | 0xF0000..=0x10_FFFF)
        && !matches!(u32::from(character) & 0xFFFF, 0xFFFE | 0xFFFF)
}

fn push_blanks(out: &mut String, count: usize) {
    const MANY: &str = "                                ";
    for _ in 0..count / MANY.len() {
        out.push_str(MANY);
    }
    out.push_str(&MANY[..count % MANY.len()]);
}

fn push_formatted(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string does not fail");
}

fn end_line(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}
