//! Which tests of values tell cases apart.

use std::collections::BTreeSet;

use super::specimen::Specimen;
use crate::chart::template::{Atom, Choice};

/// A set of specimens by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set {
    words: Vec<u64>,
}

impl Set {
    pub(super) fn new(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(64)] }
    }

    pub(super) fn insert(&mut self, at: usize) {
        self.words[at / 64] |= 1 << (at % 64);
    }

    fn and(&self, other: &Self) -> Self {
        Self { words: self.words.iter().zip(&other.words).map(|(a, b)| a & b).collect() }
    }

    fn without(&self, other: &Self) -> Self {
        Self { words: self.words.iter().zip(&other.words).map(|(a, b)| a & !b).collect() }
    }

    fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.words
            .iter()
            .enumerate()
            .flat_map(|(at, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit))
    }
}

/// The tests there are, and where each holds.
pub(super) struct Tests {
    atoms: Vec<(Atom, Set)>,
    /// Specimens that differ in a few fields, and these fields.
    neighbours: Vec<(usize, usize, BTreeSet<String>)>,
}

impl Tests {
    /// Those of the atoms that tell any two specimens apart.
    pub(super) fn new(atoms: Vec<Atom>, specimens: &[Specimen]) -> Self {
        let truth = |atom: &Atom| {
            let mut set = Set::new(specimens.len());
            let holding = specimens.iter().enumerate().filter(|(_, one)| super::holds(atom, one));
            holding.for_each(|(at, _)| set.insert(at));
            set
        };
        let atoms = atoms.into_iter().map(|atom| (atom.clone(), truth(&atom)));
        let neighbours = specimens.iter().enumerate().filter_map(|(at, specimen)| {
            let (other, fields) = specimen.neighbour.clone()?;
            // With a kind come and go the fields that it has: it alone is the cause. Of several others any may be.
            let kinds: BTreeSet<String> =
                fields.iter().filter(|path| path.ends_with("kind") || path.ends_with("mode")).cloned().collect();
            let causes = if kinds.is_empty() { fields } else { kinds };
            (causes.len() == 1).then_some((at, other, causes))
        });
        Self { atoms: atoms.filter(|(_, set)| !set.is_empty()).collect(), neighbours: neighbours.collect() }
    }

    /// A choice that gives every case one of its labels: cases are specimens with a bit for each label that fits. None when no
    /// tests tell them apart.
    ///
    /// Fields that were seen to make the difference come first: where two neighbours have no label in common, it is one of the
    /// fields in which they differ. Then what is `relevant`, then everything.
    pub(super) fn choose(&self, cases: &[(usize, u64)], relevant: &dyn Fn(&str) -> bool) -> Option<Choice<u32>> {
        if let Some(common) = cases.iter().map(|(_, mask)| *mask).reduce(|a, b| a & b)
            && common != 0
        {
            return Some(Choice::One(common.trailing_zeros()));
        }
        let size = cases.iter().map(|(at, _)| at + 1).max().unwrap_or_default();
        let mut masks = vec![0; size];
        cases.iter().for_each(|(at, mask)| masks[*at] = *mask);
        let mask = |at: usize| masks.get(at).copied().filter(|mask| *mask != 0);
        let mut causes: BTreeSet<&str> = BTreeSet::new();
        for (one, other, fields) in &self.neighbours {
            if let (Some(a), Some(b)) = (mask(*one), mask(*other))
                && a & b == 0
            {
                causes.extend(fields.iter().map(String::as_str));
            }
        }
        let of = |atom: &Atom, wanted: &dyn Fn(&str) -> bool| atom.path().is_none_or(wanted);
        let seen = self.choose_by(cases, &|atom| of(atom, &|path| causes.contains(path)));
        if seen.as_ref().is_some_and(|choice| choice.tests() < 3) {
            return seen;
        }
        // The simplest explanation is the best; among equals the one that was seen to hold.
        let others = [self.choose_by(cases, &|atom| of(atom, relevant)), self.choose_by(cases, &|_| true)];
        [seen].into_iter().chain(others).flatten().min_by_key(Choice::tests)
    }

    fn choose_by(&self, cases: &[(usize, u64)], allowed: &dyn Fn(&Atom) -> bool) -> Option<Choice<u32>> {
        let size = cases.iter().map(|(at, _)| at + 1).max().unwrap_or_default();
        let mut masks = vec![u64::MAX; size];
        cases.iter().for_each(|(at, mask)| masks[*at] &= mask);
        if cases.iter().any(|(at, _)| masks[*at] == 0) {
            return None;
        }
        let words = self.atoms.first().map_or(size.div_ceil(64), |(_, set)| set.words.len()).max(size.div_ceil(64));
        let mut all = Set { words: vec![0; words] };
        cases.iter().for_each(|(at, _)| all.insert(*at));
        let atoms: Vec<&(Atom, Set)> = self.atoms.iter().filter(|(atom, _)| allowed(atom)).collect();
        split(&all, &masks, &atoms, 0)
    }
}

/// More tests than this in a row are learnt by heart rather than understood.
const DEEPEST: u32 = 40;

fn split(cases: &Set, masks: &[u64], atoms: &[&(Atom, Set)], depth: u32) -> Option<Choice<u32>> {
    let common = cases.numbers().fold(u64::MAX, |common, at| common & masks[at]);
    if common != 0 {
        return Some(Choice::One(common.trailing_zeros()));
    }
    if depth >= DEEPEST {
        return None;
    }
    let mut labels: Vec<(u32, Set)> = Vec::new();
    for at in cases.numbers() {
        let label = masks[at].trailing_zeros();
        let known = labels.iter().position(|(known, _)| *known == label).unwrap_or_else(|| {
            labels.push((label, Set { words: vec![0; cases.words.len()] }));
            labels.len() - 1
        });
        labels[known].1.insert(at);
    }
    let total = f64::from(cases.count());
    let entropy = |of: f64, counts: &mut dyn Iterator<Item = f64>| -> f64 {
        counts.filter(|count| *count > 0.0).map(|count| -count / total * (count / of).log2()).sum()
    };
    let mut best: Option<(f64, &(Atom, Set))> = None;
    for candidate in atoms {
        let inside = f64::from(cases.and(&candidate.1).count());
        let outside = total - inside;
        if inside == 0.0 || outside == 0.0 {
            continue;
        }
        let counts: Vec<f64> = labels.iter().map(|(_, set)| f64::from(set.and(&candidate.1).count())).collect();
        let all: Vec<f64> = labels.iter().map(|(_, set)| f64::from(set.count())).collect();
        let left = entropy(inside, &mut counts.iter().copied())
            + entropy(outside, &mut all.iter().zip(&counts).map(|(all, inside)| all - inside));
        if best.is_none_or(|(least, _)| left < least - 1e-9) {
            best = Some((left, candidate));
        }
    }
    let (_, (atom, holding)) = best?;
    let yes = split(&cases.and(holding), masks, atoms, depth + 1)?;
    let no = split(&cases.without(holding), masks, atoms, depth + 1)?;
    Some(if yes == no { yes } else { Choice::If(atom.clone(), Box::new(yes), Box::new(no)) })
}
