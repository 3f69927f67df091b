//! Which processes of Memos could answer, looked at on the machine that all nodes are on, whatever network they have.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often it is looked.
const PAUSE: Duration = Duration::from_millis(10);

/// How long after its first sight a process may still become another program.
const YOUNG: Duration = Duration::from_secs(5);

/// Memos' port as the kernel writes it.
const PORT: &str = ":146E";

/// The processes that could answer, with the time from which on they could.
type Seen = Vec<(Instant, Vec<u32>)>;

/// The processes that could answer, each time they changed.
pub(crate) struct Watch {
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins to look.
    pub(crate) fn start() -> Self {
        let (seen, stop) = (Arc::<Mutex<Seen>>::default(), Arc::<AtomicBool>::default());
        let (all, stopped) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let mut known = BTreeMap::new();
            while !stopped.load(Ordering::Relaxed) {
                let now = Instant::now();
                let answering: Vec<u32> = memos(&mut known).into_iter().filter(|process| answers(*process)).collect();
                let mut all = all.lock().unwrap();
                if all.last().is_none_or(|(_, last)| *last != answering) {
                    all.push((now, answering));
                }
                drop(all);
                std::thread::sleep(PAUSE);
            }
        });
        Self { seen, stop, thread: Some(thread) }
    }

    /// The longest time in which two or more could answer, since then.
    pub(crate) fn overlap(&self, since: Instant) -> Duration {
        let seen = self.seen.lock().unwrap();
        let ends = seen.iter().skip(1).map(|(time, _)| *time).chain([Instant::now()]);
        let several = seen.iter().zip(ends).filter(|((_, processes), end)| processes.len() > 1 && *end >= since);
        several.map(|((begin, _), end)| end - *begin).max().unwrap_or_default()
    }

    /// The process that answers now.
    pub(crate) fn serving(&self) -> Option<u32> {
        let seen = self.seen.lock().unwrap();
        seen.last().and_then(|(_, processes)| processes.first().copied())
    }

    /// How long it took until a process answered that had not answered before; none when none came.
    pub(crate) fn taken_over(&self, since: Instant) -> Option<Duration> {
        let seen = self.seen.lock().unwrap();
        let before =
            seen.iter().rev().find(|(time, _)| *time < since).map(|(_, some)| some.clone()).unwrap_or_default();
        let mut after = seen.iter().filter(|(time, _)| *time >= since);
        let found = after.find(|(_, processes)| processes.iter().any(|process| !before.contains(process)));
        found.map(|(time, _)| *time - since)
    }

    /// How often another process came to answer, since then.
    pub(crate) fn changes(&self, since: Instant) -> usize {
        let seen = self.seen.lock().unwrap();
        let mut last =
            seen.iter().rev().find(|(time, some)| *time < since && !some.is_empty()).map(|(_, some)| some[0]);
        let mut changes = 0;
        for process in seen.iter().filter(|(time, _)| *time >= since).flat_map(|(_, processes)| processes) {
            if last.is_some_and(|last| last != *process) {
                changes += 1;
            }
            last = Some(*process);
        }
        changes
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// Every process of Memos. What has been another program for long stays one, and is not looked at again.
fn memos(known: &mut BTreeMap<u32, (Instant, bool)>) -> Vec<u32> {
    let now = Instant::now();
    let there = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let there: Vec<u32> = there.collect();
    known.retain(|process, _| there.contains(process));
    for process in there {
        let (first, is_memos) = known.entry(process).or_insert((now, false));
        if !*is_memos && now - *first < YOUNG {
            let read = |file: &str| fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
            // Others may run a Memos on the same machine.
            *is_memos = read("comm") == "memos\n" && read("cgroup").contains("memos-gen-cluster");
        }
    }
    known.iter().filter(|(_, (_, is_memos))| *is_memos).map(|(process, _)| *process).collect()
}

/// Whether a process listens and is not stopped.
fn answers(process: u32) -> bool {
    let read = |file: &str| fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
    let state = read("stat").rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    let stopped = matches!(state, Some('T' | 't' | 'Z' | 'X') | None);
    let listens = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        words.next().is_some_and(|local| local.ends_with(PORT)) && words.nth(1) == Some("0A")
    };
    !stopped && ["net/tcp6", "net/tcp"].iter().any(|file| read(file).lines().any(listens))
}
