//! A name server for the pods of one test: it answers for their names alone, slowly or not at all when that is asked for.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The names and where they lead, shared with the thread that answers.
#[derive(Clone, Default)]
pub(crate) struct Names {
    addresses: Arc<Mutex<BTreeMap<String, Ipv4Addr>>>,
    /// Milliseconds before each answer; `SILENT` for none.
    delay: Arc<AtomicU64>,
}

/// No answer at all.
pub(crate) const SILENT: u64 = u64::MAX;

impl Names {
    /// Answers on port 53 of an address, for as long as the test runs.
    pub(crate) fn serve(address: Ipv4Addr) -> Self {
        let names = Self::default();
        let socket = UdpSocket::bind((address, 53)).unwrap();
        let serving = names.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 512];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
                let delay = serving.delay.load(Ordering::Relaxed);
                let Some(answer) = serving.answer(&buffer[..length]).filter(|_| delay != SILENT) else { continue };
                let socket = socket.try_clone().unwrap();
                if delay == 0 {
                    let _ = socket.send_to(&answer, peer);
                } else {
                    std::thread::spawn(move || {
                        std::thread::sleep(Duration::from_millis(delay));
                        let _ = socket.send_to(&answer, peer);
                    });
                }
            }
        });
        names
    }

    pub(crate) fn set(&self, name: &str, address: Ipv4Addr) {
        self.addresses.lock().unwrap().insert(name.to_owned(), address);
    }

    pub(crate) fn forget(&self, name: &str) {
        self.addresses.lock().unwrap().remove(name);
    }

    pub(crate) fn delay(&self, milliseconds: u64) {
        self.delay.store(milliseconds, Ordering::Relaxed);
    }

    /// The question with its answer: an address for type A, nothing for other types, and for unknown names that they are unknown.
    fn answer(&self, question: &[u8]) -> Option<Vec<u8>> {
        let mut at = 12;
        let mut labels = Vec::new();
        while *question.get(at)? != 0 {
            let length = usize::from(question[at]);
            labels.push(String::from_utf8_lossy(question.get(at + 1..at + 1 + length)?).to_lowercase());
            at += 1 + length;
        }
        let end = at + 5;
        let kind = u16::from_be_bytes([*question.get(at + 1)?, *question.get(at + 2)?]);
        let found = self.addresses.lock().unwrap().get(&labels.join(".")).copied();
        let known = found.filter(|_| kind == 1);
        let mut answer = question.get(..end)?.to_vec();
        // An answer with authority and recursion; the code is 3 for a name that does not exist.
        answer[2] = 0x85;
        answer[3] = 0x80 | if found.is_none() { 3 } else { 0 };
        answer[6..12].copy_from_slice(&[0, u8::from(known.is_some()), 0, 0, 0, 0]);
        if let Some(address) = known {
            // The name above, type A, class IN, five seconds, four bytes.
            answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4]);
            answer.extend(address.octets());
        }
        Some(answer)
    }
}
