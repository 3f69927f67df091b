//! One request over HTTP on a connection of its own.

#![allow(dead_code, reason = "each test file uses what it needs of this")]

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The lines above the body.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// # Panics
    ///
    /// If it is no text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Sends JSON, to be applied where it is a `PATCH`, with an access token if there is one, and reads to the end.
///
/// # Errors
///
/// What the connection says; that the answer is not whole.
pub(crate) fn ask(stream: TcpStream, method: &str, path: &str, token: &str, body: &str) -> io::Result<Answer> {
    let bearer = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    ask_with(stream, method, path, &bearer, body)
}

/// The same with headers, each with the end of its line.
///
/// # Errors
///
/// As [`ask`].
pub(crate) fn ask_with(
    mut stream: TcpStream,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> io::Result<Answer> {
    let length = body.len();
    // JSON is YAML.
    let sort = if method == "PATCH" { "application/apply-patch+yaml" } else { "application/json" };
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: {sort}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let incomplete = || io::Error::new(io::ErrorKind::UnexpectedEof, "no whole answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(incomplete)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let body = answer.split_off(end + 4);
    let lower = head.to_ascii_lowercase();
    let promised = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    if promised.is_some_and(|promised| promised != body.len()) {
        return Err(incomplete());
    }
    let status = lower.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(incomplete)?;
    Ok(Answer { status, head, body })
}
