//! Clients that write and read all the time, and what became of their writes.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::resp::Connection;

/// How long Memos' client waits for an answer by default.
const PATIENCE: Duration = Duration::from_secs(3);

/// Addresses that change while clients use them.
pub(crate) type Addresses = Arc<Mutex<Vec<Ipv4Addr>>>;

/// A write that was acknowledged: its key, and when.
#[derive(Clone)]
pub(crate) struct Acknowledged {
    pub(crate) key: String,
    pub(crate) at: Instant,
}

/// Clients at work.
pub(crate) struct Clients {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Record>>,
}

/// What one client, or all of them, went through.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// Everything that was asked, reads and what failed among it.
    pub(crate) operations: u64,
    /// Reads that did not find the client's own last write.
    pub(crate) stale: u64,
    /// What was answered instead of an acknowledgement, by its first word.
    pub(crate) errors: BTreeMap<String, u64>,
}

impl Clients {
    /// Starts clients that go round some addresses as a Service would send them, each with a pause after every operation.
    pub(crate) fn start(name: &str, count: usize, pause: Duration, addresses: &Addresses, password: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let clients = (0..count)
            .map(|at| {
                let (stop, addresses, password) = (stop.clone(), addresses.clone(), password.to_owned());
                let prefix = format!("memos:{name}:{at}");
                std::thread::spawn(move || client(at, &prefix, pause, &stop, &addresses, &password))
            })
            .collect();
        Self { stop, clients }
    }

    /// Ends them, and puts together what they went through.
    pub(crate) fn end(self) -> Record {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Record::default();
        for client in self.clients {
            let record = client.join().unwrap();
            all.acknowledged.extend(record.acknowledged);
            all.operations += record.operations;
            all.stale += record.stale;
            for (error, count) in record.errors {
                *all.errors.entry(error).or_default() += count;
            }
        }
        all.acknowledged.sort_by_key(|write| write.at);
        all
    }
}

fn client(
    mut turn: usize,
    prefix: &str,
    pause: Duration,
    stop: &AtomicBool,
    addresses: &Addresses,
    password: &str,
) -> Record {
    let mut record = Record::default();
    let mut connection: Option<Connection> = None;
    let mut number = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(pause);
        record.operations += 1;
        number += 1;
        let result = operation(&mut connection, &mut turn, prefix, number, addresses, password, &mut record);
        if let Err(error) = result {
            // As go-redis does with what is refused: another connection may lead to another server.
            connection = None;
            let text = match error.kind() {
                io::ErrorKind::Other => error.to_string().split(' ').next().unwrap_or_default().to_owned(),
                kind => format!("{kind:?}"),
            };
            *record.errors.entry(text).or_default() += 1;
        }
    }
    record
}

fn operation(
    connection: &mut Option<Connection>,
    turn: &mut usize,
    prefix: &str,
    number: u64,
    addresses: &Addresses,
    password: &str,
    record: &mut Record,
) -> io::Result<()> {
    if connection.is_none() {
        let addresses = addresses.lock().unwrap().clone();
        *turn += 1;
        let address = addresses.get(*turn % addresses.len().max(1)).ok_or(io::ErrorKind::NotFound)?;
        let mut fresh = Connection::open((*address, 6379), PATIENCE)?;
        fresh.ask(&["AUTH", password])?;
        *connection = Some(fresh);
    }
    let Some(connection) = connection else { return Ok(()) };
    if number.is_multiple_of(5)
        && let Some(last) = record.acknowledged.last()
    {
        if connection.ask(&["GET", &last.key])? != "x" {
            record.stale += 1;
        }
        return Ok(());
    }
    let key = format!("{prefix}:{number}");
    connection.ask(&["SET", &key, "x", "EX", "3600"])?;
    record.acknowledged.push(Acknowledged { key, at: Instant::now() });
    Ok(())
}

impl Record {
    /// The longest time without an acknowledgement from a moment on, all clients together, and until another.
    pub(crate) fn longest_gap(&self, from: Instant, to: Instant) -> Duration {
        let mut last = from;
        let mut longest = Duration::ZERO;
        for write in self.acknowledged.iter().filter(|write| write.at >= from && write.at <= to) {
            longest = longest.max(write.at - last);
            last = write.at;
        }
        longest.max(to.saturating_duration_since(last))
    }

    /// The acknowledged writes that a server does not have.
    pub(crate) fn lost(&self, server: &mut Connection) -> Vec<Acknowledged> {
        let mut lost = Vec::new();
        for write in &self.acknowledged {
            if server.ask(&["EXISTS", &write.key]).unwrap() != "1" {
                lost.push(write.clone());
            }
        }
        lost
    }
}

/// When a Redis began to take writes, and when it took the last before it took none.
type Spans = Vec<(Instant, Instant)>;

/// Writes to every Redis itself all the time, and knows when each took it.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    watchers: Vec<JoinHandle<(String, Spans)>>,
}

impl Watch {
    /// Starts to watch: a name, and the addresses under which that Redis may be.
    pub(crate) fn start(redis: Vec<(String, Addresses)>, password: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let watchers = redis
            .into_iter()
            .map(|(name, addresses)| {
                let (stop, password) = (stop.clone(), password.to_owned());
                std::thread::spawn(move || (name.clone(), watch(&name, &addresses, &password, &stop)))
            })
            .collect();
        Self { stop, watchers }
    }

    /// The spans in which each took writes; and the longest in which two did at the same time.
    pub(crate) fn end(self) -> (BTreeMap<String, Spans>, Duration) {
        self.stop.store(true, Ordering::Relaxed);
        let spans: BTreeMap<_, _> = self.watchers.into_iter().map(|watcher| watcher.join().unwrap()).collect();
        let mut longest = Duration::ZERO;
        for (name, own) in &spans {
            for (_, others) in spans.iter().filter(|(other, _)| *other > name) {
                for (from, to) in own {
                    for (other_from, other_to) in others {
                        longest = longest.max((*to.min(other_to)).saturating_duration_since(*from.max(other_from)));
                    }
                }
            }
        }
        (spans, longest)
    }
}

fn watch(name: &str, addresses: &Addresses, password: &str, stop: &AtomicBool) -> Spans {
    let mut spans = Spans::new();
    let mut connection: Option<Connection> = None;
    let mut turn = 0;
    let mut before = false;
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(10));
        if connection.is_none() {
            let known = addresses.lock().unwrap().clone();
            turn += 1;
            let Some(address) = known.get(turn % known.len().max(1)) else { continue };
            connection = Connection::open((*address, 6379), Duration::from_millis(500)).ok().and_then(|mut fresh| {
                fresh.ask(&["AUTH", password]).ok()?;
                Some(fresh)
            });
        }
        let answer =
            connection.as_mut().map(|open| open.ask(&["SET", &format!("memos:watch:{name}"), "x", "EX", "3600"]));
        let taken = matches!(answer, Some(Ok(_)));
        match (taken, before, spans.last_mut()) {
            (true, true, Some((_, to))) => *to = Instant::now(),
            (true, _, _) => spans.push((Instant::now(), Instant::now())),
            (false, ..) => {}
        }
        before = taken;
        if answer.is_some_and(|answer| answer.is_err_and(|error| error.kind() != io::ErrorKind::Other)) {
            connection = None;
        }
    }
    spans
}
