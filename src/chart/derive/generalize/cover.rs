//! Few labels for many cases, and one order for many lists.

use std::collections::{BTreeMap, BTreeSet};

/// As many labels as a set of them has bits.
pub(super) const MOST_LABELS: usize = 60;

/// As few labels as fit all cases: again and again the one that fits most of those which are left.
pub(super) fn cover<T: Copy, L: Ord + Clone>(
    cases: &[(usize, T)],
    candidates: &dyn Fn(usize, T) -> Vec<L>,
) -> Option<Vec<L>> {
    let mut left: Vec<Vec<L>> = cases.iter().map(|(at, value)| candidates(*at, *value)).collect();
    let mut labels = Vec::new();
    while !left.is_empty() {
        let mut counts: BTreeMap<&L, (usize, usize)> = BTreeMap::new();
        for fits in &left {
            for (order, label) in fits.iter().enumerate() {
                let (count, _) = counts.entry(label).or_insert((0, order));
                *count += 1;
            }
        }
        // Among equals the one that a case names first: values before figures before literals.
        let best = counts.into_iter().max_by_key(|(_, (count, order))| (*count, usize::MAX - order))?.0.clone();
        left.retain(|fits| !fits.contains(&best));
        labels.push(best);
        if labels.len() > MOST_LABELS {
            return None;
        }
    }
    Some(labels)
}

/// Names in an order that agrees with all lists; none when they disagree.
pub(super) fn in_common_order(lists: &[Vec<String>]) -> Option<Vec<String>> {
    let mut first_seen: Vec<&String> = Vec::new();
    let mut before: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for list in lists {
        for (at, name) in list.iter().enumerate() {
            let earlier = before.entry(name).or_default();
            earlier.extend(at.checked_sub(1).and_then(|at| list.get(at)));
            if seen.insert(name) {
                first_seen.push(name);
            }
        }
    }
    let mut order: Vec<String> = Vec::new();
    let mut done: BTreeSet<&String> = BTreeSet::new();
    while order.len() < first_seen.len() {
        let next = first_seen.iter().find(|name| !done.contains(**name) && before[**name].is_subset(&done))?;
        done.insert(next);
        order.push((*next).clone());
    }
    Some(order)
}
