//! The way in: the port of a Service on every node, as a load balancer uses it, and the API of Memos behind it.

#![allow(dead_code, reason = "each test file uses what it needs of this")]

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::http::{self, Answer};
use crate::nodes::get;

/// A load balancer with clients: what is refused or silent on one node is asked of the next.
pub(crate) struct Door {
    port: u16,
    turn: AtomicUsize,
}

const NODES: usize = 3;

impl Door {
    /// That of the Service that the compiler emits.
    pub(crate) fn of(namespace: &str) -> Self {
        let service = get(&["service", "memos", "-n", namespace]);
        let port = service["spec"]["ports"][0]["nodePort"]
            .as_u64()
            .expect("a Service of type LoadBalancer has a port on each node");
        Self { port: port.try_into().unwrap(), turn: AtomicUsize::new(0) }
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let first = self.turn.load(Ordering::Relaxed);
        let mut last = io::Error::other("no node");
        for at in first..first + NODES {
            let node = Ipv4Addr::new(10, 200, 0, 11 + u8::try_from(at % NODES).unwrap());
            match TcpStream::connect_timeout(&SocketAddr::from((node, self.port)), Duration::from_millis(500)) {
                Ok(stream) => {
                    self.turn.store(at % NODES, Ordering::Relaxed);
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// The same with headers, and a time after which nobody waits any more.
    pub(crate) fn ask_with(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
        patience: Duration,
    ) -> io::Result<Answer> {
        let stream = self.connect()?;
        stream.set_read_timeout(Some(patience))?;
        http::ask_with(stream, method, path, headers, body)
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> io::Result<Answer> {
        let stream = self.connect()?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        http::ask(stream, method, path, token, body)
    }

    /// The access token of an account.
    pub(crate) fn sign_in(&self, name: &str, password: &str) -> io::Result<Answer> {
        let body = json!({"passwordCredentials": {"username": name, "password": password}});
        self.ask("POST", "/api/v1/auth/signin", "", &body.to_string())
    }

    /// Makes an account.
    pub(crate) fn sign_up(&self, token: &str, name: &str, password: &str) -> io::Result<Answer> {
        let body = json!({"username": name, "password": password, "role": "USER"});
        self.ask("POST", "/api/v1/users", token, &body.to_string())
    }

    /// Writes a memo.
    pub(crate) fn write(&self, token: &str, content: &str) -> io::Result<Answer> {
        let body = json!({"content": content, "visibility": "PRIVATE"});
        self.ask("POST", "/api/v1/memos", token, &body.to_string())
    }

    /// Lists memos, the newest first.
    pub(crate) fn list(&self, token: &str, size: usize, page: &str) -> io::Result<Answer> {
        self.ask("GET", &format!("/api/v1/memos?pageSize={size}&pageToken={page}"), token, "")
    }

    /// Uploads an attachment; its content is given as base64.
    pub(crate) fn upload(&self, token: &str, name: &str, content: &str) -> io::Result<Answer> {
        let body = json!({"filename": name, "type": "application/octet-stream", "content": content});
        self.ask("POST", "/api/v1/attachments", token, &body.to_string())
    }
}
