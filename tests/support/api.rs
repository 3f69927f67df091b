//! Requests to a real API server, by way of `kubectl proxy`, which speaks HTTP without secrets.

#![allow(dead_code, reason = "each test file uses what it needs of this")]
#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cluster;
use crate::http::{self, Answer};

/// Whether what is asked for is done, or only judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Done,
    Judged,
}

/// The kinds of a version of a group: their names in addresses, and whether they lie in namespaces.
type Kinds = BTreeMap<String, (String, bool)>;

/// A way to the server; it ends with this.
pub(crate) struct Api {
    proxy: Child,
    address: String,
    kinds: Mutex<BTreeMap<String, Kinds>>,
}

impl Api {
    /// A way to the server of these variables of the environment.
    pub(crate) fn new(environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new("kubectl");
        command.args(["proxy", "--port=0"]).envs(environment.iter().copied()).stdout(Stdio::piped());
        let mut proxy = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(proxy.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { proxy, address, kinds: Mutex::default() }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        http::ask(TcpStream::connect(&self.address).unwrap(), method, path, "", body).unwrap()
    }

    /// What there is of a version; a server learns of a definition a moment after it has taken it.
    fn resources(&self, version: &str) -> Vec<Value> {
        for _ in 0..100 {
            if let Some(found) = self.ask("GET", &root(version), "").json()["resources"].as_array() {
                return found.clone();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the server knows no {version}");
    }

    fn kind(&self, version: &str, kind: &str) -> (String, bool) {
        let mut kinds = self.kinds.lock().unwrap();
        let known = kinds.entry(version.to_owned()).or_insert_with(|| {
            let resources = self.resources(version);
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let own = resources.into_iter().filter(|one| !text(&one["name"]).contains('/'));
            own.map(|one| (text(&one["kind"]), (text(&one["name"]), one["namespaced"] == true))).collect()
        });
        known.get(kind).unwrap_or_else(|| panic!("the server knows no {kind} of {version}")).clone()
    }

    /// Where objects of this one's kind are, in its namespace.
    fn folder(&self, object: &Value) -> String {
        let version = object["apiVersion"].as_str().unwrap();
        let (plural, namespaced) = self.kind(version, object["kind"].as_str().unwrap());
        match object["metadata"]["namespace"].as_str() {
            Some(namespace) if namespaced => format!("{}/namespaces/{namespace}/{plural}", root(version)),
            _ => format!("{}/{plural}", root(version)),
        }
    }

    fn patch(&self, object: &Value, part: &str, query: &str) -> Result<Value, String> {
        let (folder, name) = (self.folder(object), object["metadata"]["name"].as_str().unwrap());
        taken(&self.ask("PATCH", &format!("{folder}/{name}{part}?force=true&{query}"), &object.to_string()))
    }

    /// Applies an object as `kubectl apply --server-side --validate=strict` does.
    ///
    /// # Errors
    ///
    /// Why the server refuses it, or of what it warns.
    pub(crate) fn apply(&self, object: &Value, effect: Effect) -> Result<Value, String> {
        self.patch(object, "", &format!("fieldManager=test&fieldValidation=Strict{}", dry(effect)))
    }

    /// Says of a claim that a volume of its size is bound to it, as a controller would.
    pub(crate) fn bind(&self, claim: &Value) {
        let mut bound = claim.clone();
        bound["status"] = json!({"phase": "Bound", "capacity": claim["spec"]["resources"]["requests"]});
        self.patch(&bound, "/status", "fieldManager=controller").unwrap();
    }

    /// Creates an object.
    ///
    /// # Errors
    ///
    /// As [`Self::apply`].
    pub(crate) fn create(&self, object: &Value, effect: Effect) -> Result<Value, String> {
        let path = format!("{}?fieldValidation=Strict{}", self.folder(object), dry(effect));
        taken(&self.ask("POST", &path, &object.to_string()))
    }

    /// Makes a namespace that enforces a level of Pod Security, with the account that a controller would make in it.
    pub(crate) fn namespace(&self, name: &str, level: &str) {
        for object in cluster::namespace(name, level) {
            self.apply(&object, Effect::Done).unwrap();
        }
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        drop(self.proxy.kill());
        drop(self.proxy.wait());
    }
}

fn root(version: &str) -> String {
    if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") }
}

fn dry(effect: Effect) -> &'static str {
    match effect {
        Effect::Done => "",
        Effect::Judged => "&dryRun=All",
    }
}

fn taken(answer: &Answer) -> Result<Value, String> {
    let body = answer.json();
    if !(200..300).contains(&answer.status) {
        return Err(body["message"].as_str().map_or_else(|| answer.text(), ToOwned::to_owned));
    }
    let warning = answer.head.lines().find(|line| line.to_ascii_lowercase().starts_with("warning:"));
    warning.map_or(Ok(body), |warning| Err(warning.to_owned()))
}
