//! Work shared by two threads, in results that do not depend on which thread did what.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

thread_local! {
    static SHARING: Cell<bool> = const { Cell::new(false) };
}

/// What `work` makes of each item, in their order.
///
/// Work that shares its own parts again does them alone: both threads are busy. There are two threads, whatever the
/// machine has, because a build is so short that starting a third would take longer than what it saves.
pub fn map<Item: Send, Made: Send>(items: Vec<Item>, work: impl Fn(Item) -> Made + Sync) -> Vec<Made> {
    if items.len() < 2 || SHARING.get() {
        return items.into_iter().map(work).collect();
    }
    let queue = Mutex::new(items.into_iter().enumerate());
    let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let share = || {
        SHARING.set(true);
        let made: Vec<_> = std::iter::from_fn(take).map(|(place, item)| (place, work(item))).collect();
        SHARING.set(false);
        made
    };
    let mut made = thread::scope(|scope| {
        let other = scope.spawn(share);
        let mut made = share();
        made.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        made
    });
    made.sort_unstable_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_order_is_that_of_the_items() {
        let items: Vec<u64> = (0..40).collect();
        let slow_at_first = |item: u64| {
            thread::sleep(Duration::from_millis(if item == 0 { 30 } else { 0 }));
            item * 2
        };
        assert_eq!(map(items, slow_at_first), (0..40).map(|item| item * 2).collect::<Vec<_>>());
        assert!(map(Vec::new(), |item: u8| item).is_empty());
    }

    #[test]
    fn two_threads_work_and_no_more() {
        let inner = |_| thread::current().id();
        let outer = |_: u8| {
            thread::sleep(Duration::from_millis(5));
            (thread::current().id(), map(vec![0, 1, 2], inner))
        };
        let threads = map(vec![0; 8], outer);
        assert_eq!(
            threads.iter().map(|(outer, _)| *outer).map(|id| format!("{id:?}")).collect::<BTreeSet<_>>().len(),
            2
        );
        assert!(threads.iter().all(|(outer, inner)| inner.iter().all(|thread| thread == outer)));
    }

    #[test]
    #[should_panic(expected = "one of them")]
    fn a_panic_is_not_lost() {
        map(vec![0; 8], |_: u8| panic!("one of them"));
    }
}
