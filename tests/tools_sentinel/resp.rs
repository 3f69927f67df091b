//! A small client of Redis' protocol, so that a test knows exactly what was answered and when.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// One connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Opens a connection within a second; each answer may take as long as said.
    pub(crate) fn open(address: impl ToSocketAddrs, patience: Duration) -> io::Result<Self> {
        let address: SocketAddr = address.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Asks, and waits for the answer: texts as they are, each item of a list on a line. What the server refuses is an error
    /// of the kind `Other`, with its words.
    pub(crate) fn ask(&mut self, words: &[&str]) -> io::Result<String> {
        let mut message = format!("*{}\r\n", words.len());
        for word in words {
            message += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.stream.get_mut().write_all(message.as_bytes())?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end();
        let (kind, rest) = line.split_at(1.min(line.len()));
        match kind {
            "-" => Err(io::Error::other(rest.to_owned())),
            "$" => self.bulk(rest.parse().unwrap_or(-1)),
            "*" => {
                let mut items = String::new();
                for _ in 0..rest.parse::<i64>().unwrap_or(0) {
                    items += &self.answer()?;
                    items.push('\n');
                }
                Ok(items)
            }
            _ => Ok(rest.to_owned()),
        }
    }

    fn bulk(&mut self, length: i64) -> io::Result<String> {
        let Ok(length) = usize::try_from(length) else { return Ok(String::new()) };
        let mut bytes = vec![0; length + 2];
        self.stream.read_exact(&mut bytes)?;
        bytes.truncate(length);
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
