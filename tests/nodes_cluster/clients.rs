//! People who use Memos all the time, what was acknowledged to them, and for how long they were turned away.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::door::Door;
use crate::http::Answer;
use crate::nodes::eventually;

/// What people do, and how long they wait before they do it again.
const ACTIONS: [(&str, u64); 4] = [("list", 100), ("write", 100), ("upload", 700), ("sign in", 1500)];

/// Bytes of an attachment.
const SIZE: usize = 96 * 1024;

/// One attempt.
#[derive(Clone)]
struct Attempt {
    action: &'static str,
    began: Instant,
    ended: Instant,
    failure: Option<String>,
}

/// What happened so far.
#[derive(Default)]
struct Record {
    attempts: Mutex<Vec<Attempt>>,
    memos: Mutex<BTreeSet<String>>,
    /// The path of each attachment, with the number that its content is made from.
    attachments: Mutex<BTreeMap<String, usize>>,
}

/// An account and a thread for each action.
pub(crate) struct Clients {
    door: Arc<Door>,
    record: Arc<Record>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    name: String,
    password: String,
}

/// How a fault was felt.
pub(crate) struct Outcome {
    fault: String,
    /// For each action that failed: how often, and how long from the last success before to the first one after.
    failed: BTreeMap<&'static str, (usize, Duration)>,
    failures: BTreeMap<String, usize>,
    attempts: usize,
}

impl Outcome {
    /// The longest time that anything did not work.
    pub(crate) fn longest(&self) -> Duration {
        self.failed.values().map(|(_, time)| *time).max().unwrap_or_default()
    }

    /// One line of the table.
    pub(crate) fn line(&self) -> String {
        let failed = self
            .failed
            .iter()
            .map(|(action, (count, time))| format!("{action} {count} in {:.1} s", time.as_secs_f32()));
        let failed: Vec<String> = failed.collect();
        let failed = if failed.is_empty() { "nothing failed".to_owned() } else { failed.join(", ") };
        format!("{}: {failed}; of {} attempts; {:?}", self.fault, self.attempts, self.failures)
    }
}

impl Clients {
    /// Signs in and begins.
    pub(crate) fn start(door: Door, name: &str, password: &str) -> Self {
        let mut clients = Self {
            door: Arc::new(door),
            record: Arc::default(),
            stop: Arc::default(),
            threads: Vec::new(),
            name: name.to_owned(),
            password: password.to_owned(),
        };
        let number = Arc::new(AtomicUsize::new(0));
        for (action, pause) in ACTIONS {
            let (door, record, stop, number) = (
                Arc::clone(&clients.door),
                Arc::clone(&clients.record),
                Arc::clone(&clients.stop),
                Arc::clone(&number),
            );
            let (name, password) = (name.to_owned(), password.to_owned());
            clients.threads.push(std::thread::spawn(move || {
                let mut token = String::new();
                while !stop.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    let at = number.fetch_add(1, Ordering::Relaxed);
                    let failure = attempt(&door, &record, action, &mut token, (&name, &password), at).err();
                    record.attempts.lock().unwrap().push(Attempt { action, began, ended: Instant::now(), failure });
                    std::thread::sleep(Duration::from_millis(pause));
                }
            }));
        }
        clients
    }

    /// What is felt from now on, through something that happens, until everything works again.
    pub(crate) fn during(&self, fault: &str, happens: impl FnOnce()) -> Outcome {
        let began = Instant::now();
        happens();
        let all_work = || {
            let attempts = self.record.attempts.lock().unwrap();
            ACTIONS.iter().all(|(action, _)| {
                let mut latest = attempts.iter().rev().filter(|attempt| attempt.action == *action).take(3);
                latest.all(|attempt| attempt.failure.is_none() && attempt.began > began)
            })
        };
        std::thread::sleep(Duration::from_secs(2));
        eventually(all_work, || format!("{fault}: {}", self.outcome(fault, began).line()));
        self.outcome(fault, began)
    }

    fn outcome(&self, fault: &str, began: Instant) -> Outcome {
        let attempts = self.record.attempts.lock().unwrap();
        let since: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.ended >= began).collect();
        let mut failed = BTreeMap::new();
        let mut failures = BTreeMap::new();
        for (action, _) in ACTIONS {
            let of: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.action == action).collect();
            let Some(first) = of.iter().position(|attempt| attempt.ended >= began && attempt.failure.is_some()) else {
                continue;
            };
            let last = of.iter().rposition(|attempt| attempt.failure.is_some()).unwrap();
            let before = of[..first].last().map_or(began, |attempt| attempt.ended);
            let after = of.get(last + 1).map_or_else(Instant::now, |attempt| attempt.ended);
            let count = of[first..=last].iter().filter(|attempt| attempt.failure.is_some()).count();
            failed.insert(action, (count, after - before));
        }
        for failure in since.iter().filter_map(|attempt| attempt.failure.clone()) {
            *failures.entry(failure).or_default() += 1;
        }
        Outcome { fault: fault.to_owned(), failed, failures, attempts: since.len() }
    }

    /// Whether everything that was acknowledged is there: how many memos and attachments, and those that are not.
    pub(crate) fn lost(&self) -> (usize, Vec<String>) {
        let memos = self.record.memos.lock().unwrap().clone();
        let attachments = self.record.attachments.lock().unwrap().clone();
        let token = signed_in(&self.door, &self.name, &self.password).expect("sign in");
        let there = self.memos(&token);
        let mut lost: Vec<String> = memos.difference(&there).cloned().collect();
        for (path, number) in &attachments {
            let answer = self.door.ask("GET", path, &token, "");
            if !answer.is_ok_and(|answer| answer.status == 200 && answer.body == content(*number)) {
                lost.push(path.clone());
            }
        }
        (memos.len() + attachments.len(), lost)
    }

    /// Every memo there is.
    fn memos(&self, token: &str) -> BTreeSet<String> {
        let (mut found, mut page) = (BTreeSet::new(), String::new());
        loop {
            let answer = self.door.list(token, 1000, &page).unwrap();
            assert_eq!(answer.status, 200, "{}", answer.text());
            let answer = answer.json();
            let memos = answer["memos"].as_array().into_iter().flatten();
            found.extend(memos.map(|memo| memo["content"].as_str().unwrap().to_owned()));
            page = answer["nextPageToken"].as_str().unwrap_or_default().to_owned();
            if page.is_empty() {
                return found;
            }
        }
    }

    /// Ends them all.
    pub(crate) fn end(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

/// Does one thing, and remembers what was acknowledged.
fn attempt(
    door: &Door,
    record: &Record,
    action: &str,
    token: &mut String,
    (name, password): (&str, &str),
    number: usize,
) -> Result<(), String> {
    if token.is_empty() || action == "sign in" {
        *token = signed_in(door, name, password)?;
    }
    match action {
        "list" => {
            taken(door.list(token, 10, ""), token)?;
        }
        "write" => {
            let text = format!("memo {number}");
            taken(door.write(token, &text), token)?;
            record.memos.lock().unwrap().insert(text);
        }
        "upload" => {
            let file = format!("file{number}.bin");
            let answer = taken(door.upload(token, &file, &base64(&content(number))), token)?.json();
            let made = answer["name"].as_str().ok_or_else(|| format!("no name: {answer}"))?;
            record.attachments.lock().unwrap().insert(format!("/file/{made}/{file}"), number);
        }
        _ => {}
    }
    Ok(())
}

/// An access token lives for a quarter of an hour; who has an old one signs in again.
fn taken(answer: io::Result<Answer>, token: &mut String) -> Result<Answer, String> {
    let answer = answer.map_err(|error| error.kind().to_string())?;
    if answer.status == 401 {
        token.clear();
    }
    if answer.status == 200 { Ok(answer) } else { Err(answer.status.to_string()) }
}

fn signed_in(door: &Door, name: &str, password: &str) -> Result<String, String> {
    let answer = taken(door.sign_in(name, password), &mut String::new())?.json();
    answer["accessToken"].as_str().map(str::to_owned).ok_or_else(|| "no token".to_owned())
}

/// The bytes of an attachment, which differ from those of all others.
fn content(number: usize) -> Vec<u8> {
    let seed = u32::try_from(number).unwrap().wrapping_mul(2_654_435_761);
    (0..SIZE).map(|at| (seed.rotate_left(u32::try_from(at % 32).unwrap()) >> 13) as u8 ^ (at >> 5) as u8).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    assert!(bytes.len().is_multiple_of(3), "whole groups need no padding");
    let group = |three: &[u8]| {
        let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        [18, 12, 6, 0].map(|shift| char::from(LETTERS[(bits >> shift & 63) as usize]))
    };
    bytes.chunks(3).flat_map(group).collect()
}
