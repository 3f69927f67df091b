//! The parser's complaints in words for someone who writes a spec.

use granit_parser::ErrorKind;

/// What to say about text that is not YAML.
pub(super) struct Complaint {
    /// What is wrong.
    pub(super) message: String,
    /// The words beside the caret.
    pub(super) label: &'static str,
    /// What to do.
    pub(super) help: &'static str,
}

/// Words for one kind of syntax error.
pub(super) fn complaint(kind: &ErrorKind) -> Complaint {
    let (message, label, help) = words(kind);
    Complaint { message: message.unwrap_or_else(|| fallback(kind)), label, help }
}

fn fallback(kind: &ErrorKind) -> String {
    let text = kind.to_string();
    // Messages name the parser's own state first ("while parsing a node, ..."); the cause stands last.
    let cause = text.rsplit_once(", ").map_or(text.as_str(), |(_, cause)| cause);
    format!("the text is not valid YAML: {}", cause.replace(['\'', '"'], "`").trim_end_matches('.'))
}

fn words(kind: &ErrorKind) -> (Option<String>, &'static str, &'static str) {
    let said = |message: &str, label, help| (Some(message.to_owned()), label, help);
    match kind {
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => said(
            "a tab is used as indentation",
            "a tab stands before this",
            "indent with spaces, two a level: YAML does not allow tabs there",
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::MappingKeyNotAllowed | ErrorKind::InvalidColonPlacement => said(
            "a `key: value` cannot stand here",
            "unexpected",
            "put each key on a line of its own, close the brackets before it, and quote a text that contains `: `",
        ),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation => said(
            "this line does not fit the keys around it",
            "unexpected",
            "give keys of one map the same indentation, and end a quoted text with its quote",
        ),
        ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::BlockEntryInFlowCollection
        | ErrorKind::InvalidBlockEntryWhitespace => said(
            "a list item cannot stand here",
            "unexpected",
            "give all items of a list the same indentation, each with `- ` at its start",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            said("a key without `:` behind it", "`:` is missing", "write `key: value`, with a space behind the colon")
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            said("a quoted text has no end", "it starts here", "close it with the quote that it starts with")
        }
        ErrorKind::InvalidQuotedScalarIndent => said(
            "a quoted text goes on in a line without indentation",
            "this line is part of the text",
            "close the text with the quote that it starts with, or indent its lines",
        ),
        ErrorKind::UnclosedFlowCollection { open } => (
            Some(format!("`{open}` is not closed")),
            "opened here",
            "add the bracket that closes it, or write one item a line",
        ),
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::UnexpectedEof => said("the text ends too early", "the end", "close every bracket and quote"),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => (
            Some(format!("`{open}` is closed by `{close}`")),
            "the wrong bracket",
            "close every bracket by its own kind",
        ),
        ErrorKind::MisplacedFlowCollectionEnd => {
            said("a bracket is closed that was not opened", "unexpected", "remove it, or quote the text")
        }
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            said("`,` or the closing bracket is missing", "unexpected", "put `,` between items")
        }
        ErrorKind::UnexpectedCharacter { character } => (
            Some(format!("a plain text cannot start with `{}`", character.escape_default())),
            "not allowed here",
            "put the text into quotes",
        ),
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            said("text behind the closing quote", "unexpected", "put the whole text into one pair of quotes")
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => said(
            "an unknown escape in a double-quoted text",
            "unexpected",
            "write `\\\\` for a backslash, or use single quotes, which know no escapes",
        ),
        ErrorKind::DirectiveDisallowed => said("a YAML directive", "not read", "remove the line that starts with `%`"),
        ErrorKind::CommentNotSeparated => {
            said("a comment without a space before it", "unexpected", "put a space before `#`, or quote the text")
        }
        _ => (None, "unexpected", "see the YAML 1.2 specification, or compare with the output of `memos-gen init`"),
    }
}
