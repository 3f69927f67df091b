//! Somebody who asks twenty times a second, and the tokens by which a second process would be noticed.

#![allow(dead_code, reason = "each test file uses what it needs of this")]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::door::Door;
use crate::http::Answer;
use crate::nodes::eventually;

/// How often somebody asks.
const PAUSE: Duration = Duration::from_millis(50);

/// How long somebody waits for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// One question, and how long it took and what came instead of an answer; nothing while somebody still waits.
struct Question {
    began: Instant,
    ended: Option<(Duration, Option<String>)>,
}

impl Question {
    fn failed(&self) -> bool {
        matches!(self.ended, Some((_, Some(_))))
    }
}

/// Somebody who asks, whether there are answers or not.
pub(crate) struct Client {
    questions: Arc<Mutex<Vec<Question>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// How something was felt.
pub(crate) struct Felt {
    /// Questions without an answer, or with one that is no success.
    pub(crate) failed: usize,
    /// From the first of them to the last.
    pub(crate) outage: Duration,
    /// The longest that an answer took.
    pub(crate) slowest: Duration,
    /// What came instead of answers to the first of them.
    pub(crate) instead: Vec<String>,
}

/// How many failed questions are told of.
const TOLD: usize = 12;

impl Client {
    /// Begins to ask who it is.
    pub(crate) fn start(door: &Arc<Door>, token: &str) -> Self {
        let (questions, stop) = (Arc::<Mutex<Vec<Question>>>::default(), Arc::<AtomicBool>::default());
        let (door, headers) = (Arc::clone(door), format!("Authorization: Bearer {token}\r\n"));
        let (all, stopped) = (Arc::clone(&questions), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let mut next = Instant::now();
            while !stopped.load(Ordering::Relaxed) {
                let (door, headers, all) = (Arc::clone(&door), headers.clone(), Arc::clone(&all));
                let began = Instant::now();
                let mut known = all.lock().unwrap();
                let at = known.len();
                known.push(Question { began, ended: None });
                drop(known);
                // Who waits for one answer asks the next question all the same.
                std::thread::spawn(move || {
                    let answer = door.ask_with("GET", "/api/v1/auth/me", &headers, "", PATIENCE);
                    let instead = match answer {
                        Ok(answer) if answer.status == 200 => None,
                        Ok(answer) => Some(format!("status {}", answer.status)),
                        Err(error) => Some(error.to_string()),
                    };
                    all.lock().unwrap()[at].ended = Some((began.elapsed(), instead));
                });
                next += PAUSE;
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        });
        Self { questions, stop, thread: Some(thread) }
    }

    /// Whether everything that was asked for so long was answered, and nobody waits any more who asked before.
    pub(crate) fn calm_for(&self, time: Duration) -> bool {
        let now = Instant::now();
        let questions = self.questions.lock().unwrap();
        let waits = |question: &Question| question.ended.is_none() && now - question.began > Duration::from_secs(1);
        let recent: Vec<&Question> = questions.iter().filter(|question| now - question.began <= time).collect();
        let enough = time.as_millis() / PAUSE.as_millis() / 2;
        recent.len() as u128 >= enough
            && !questions.iter().any(waits)
            && !recent.iter().any(|question| question.failed())
    }

    /// How it was since then.
    pub(crate) fn felt(&self, since: Instant) -> Felt {
        let questions = self.questions.lock().unwrap();
        let (mut failed, mut instead, mut slowest) = (Vec::new(), Vec::new(), Duration::ZERO);
        for Question { began, ended } in questions.iter() {
            let Some((took, failure)) = ended else { continue };
            if *began + *took < since {
                continue;
            }
            let Some(failure) = failure else {
                slowest = slowest.max(*took);
                continue;
            };
            failed.push(*began);
            let after = began.saturating_duration_since(since);
            instead.push(format!("asked after {after:.2?}: {failure} in {took:.2?}"));
        }
        let span = failed.iter().min().zip(failed.iter().max());
        let outage = span.map(|(first, last)| *last - *first).unwrap_or_default();
        instead.truncate(TOLD);
        Felt { failed: failed.len(), outage, slowest, instead }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// What an account has: a session that is refreshed, a token that is used, and one that was taken back.
pub(crate) struct Account {
    door: Arc<Door>,
    user: String,
    /// The access token of the session.
    access: String,
    cookie: String,
    pub(crate) kept: String,
    revoked: String,
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

impl Account {
    /// Signs in, makes two tokens, and takes one back.
    pub(crate) fn new(door: &Arc<Door>, name: &str, password: &str) -> Self {
        let body = json!({"passwordCredentials": {"username": name, "password": password}}).to_string();
        let answer = door.ask_with("POST", "/memos.api.v1.AuthService/SignIn", "", &body, PATIENCE).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let access = answer.json()["accessToken"].as_str().unwrap().to_owned();
        let cookie = cookie(&answer).expect("a session that can be refreshed");
        let user = answer.json()["user"]["name"].as_str().unwrap().to_owned();
        let none = String::new();
        let mut account = Self { door: Arc::clone(door), user, access, cookie, kept: none.clone(), revoked: none };
        account.kept = account.made()["token"].as_str().unwrap().to_owned();
        let other = account.made();
        account.revoked = other["token"].as_str().unwrap().to_owned();
        assert_eq!((account.status(&account.kept), account.status(&account.revoked)), (200, 200));
        let path = format!("/api/v1/{}", other["personalAccessToken"]["name"].as_str().unwrap());
        assert_eq!(account.ask("DELETE", &path, &bearer(&account.access), "").unwrap().status, 200);
        assert_eq!(account.status(&account.revoked), 401);
        account
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> io::Result<Answer> {
        self.door.ask_with(method, path, headers, body, PATIENCE)
    }

    fn made(&self) -> Value {
        let path = format!("/api/v1/{}/personalAccessTokens", self.user);
        let body = json!({"parent": self.user, "description": "a test"}).to_string();
        let answer = self.ask("POST", &path, &bearer(&self.access), &body).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    fn status(&self, token: &str) -> u16 {
        self.heard("GET", "/api/v1/auth/me", &bearer(token), "").status
    }

    /// What Memos answers, however long nobody does: for how long that is, others count.
    fn heard(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut heard = None;
        eventually(
            || {
                heard = self.ask(method, path, headers, body).ok().filter(|answer| answer.status < 500);
                heard.is_some()
            },
            || format!("{method} {path} is not answered"),
        );
        heard.unwrap()
    }

    /// What is not as it has to be of the tokens; nothing when all of it is.
    pub(crate) fn broken(&mut self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut wrong = |what: &str, status: u16, right: u16| {
            if status != right {
                broken.push(format!("{what}: {status}"));
            }
        };
        wrong("the token that was taken back", self.status(&self.revoked), 401);
        wrong("the token that was kept", self.status(&self.kept), 200);
        // Using one token is what brought another back where two processes served.
        wrong("the token that was taken back, after another was used", self.status(&self.revoked), 401);
        for _ in 0..2 {
            let headers = format!("Cookie: {}\r\n", self.cookie);
            let answer = self.heard("POST", "/memos.api.v1.AuthService/RefreshToken", &headers, "{}");
            wrong("a refresh", answer.status, 200);
            self.cookie = cookie(&answer).unwrap_or_else(|| self.cookie.clone());
            self.access = answer.json()["accessToken"].as_str().unwrap_or(&self.access).to_owned();
        }
        broken
    }
}

/// The cookie that an answer sets, without its attributes.
fn cookie(answer: &Answer) -> Option<String> {
    let mut lines = answer.head.lines().filter_map(|line| line.split_once(": "));
    let (_, value) =
        lines.find(|(name, value)| name.eq_ignore_ascii_case("set-cookie") && value.starts_with("memos_"))?;
    Some(value.split(';').next()?.to_owned())
}
