//! Which tests of values tell cases apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::leaf::is_choice;
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

    fn count_in(&self, other: &Self) -> u32 {
        self.words.iter().zip(&other.words).map(|(a, b)| (a & b).count_ones()).sum()
    }

    fn contains(&self, at: usize) -> bool {
        self.words[at / 64] >> (at % 64) & 1 == 1
    }

    /// The first of these numbers as 0, the second as 1, and so on, as far as they are in the set.
    fn renumbered(&self, numbers: &[usize]) -> Self {
        let mut set = Self::new(numbers.len());
        numbers.iter().enumerate().filter(|(_, old)| self.contains(**old)).for_each(|(new, _)| set.insert(new));
        set
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
    neighbours: Arc<Vec<(usize, usize, BTreeSet<String>)>>,
    /// The fields that were seen to change each fact.
    facts: Arc<BTreeMap<&'static str, BTreeSet<String>>>,
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
        let atoms: Vec<(Atom, Set)> =
            atoms.into_par_iter().map(|atom| (atom.clone(), truth(&atom))).filter(|(_, set)| !set.is_empty()).collect();
        let neighbours = specimens.iter().enumerate().filter_map(|(at, specimen)| {
            let (other, fields) = specimen.neighbour.clone()?;
            // With a kind come and go the fields that it has: it alone is the cause. Of several others any may be.
            let kinds: BTreeSet<String> = fields.iter().filter(|path| is_choice(path)).cloned().collect();
            let causes = if kinds.is_empty() { fields } else { kinds };
            (causes.len() == 1).then_some((at, other, causes))
        });
        Self { atoms, neighbours: Arc::new(neighbours.collect()), facts: Arc::default() }
    }

    /// The same with tests of facts, which are as relevant as the fields that were seen to change them.
    pub(super) fn with_facts(&self, facts: BTreeMap<&'static str, BTreeSet<String>>, specimens: &[Specimen]) -> Self {
        let truth = |name: &'static str| specimens.iter().map(|one| one.facts.contains(&name)).collect::<Vec<bool>>();
        let atoms = facts.keys().map(|name| (Atom::Fact(name), truth(name))).collect();
        Self { facts: Arc::new(facts), ..self.with(atoms) }
    }

    /// The same with more tests, each with the specimens for which it holds.
    pub(super) fn with(&self, more: Vec<(Atom, Vec<bool>)>) -> Self {
        let set = |truth: Vec<bool>| {
            let mut set = Set::new(truth.len());
            truth.into_iter().enumerate().filter(|(_, holds)| *holds).for_each(|(at, _)| set.insert(at));
            set
        };
        let more = more.into_iter().map(|(atom, truth)| (atom, set(truth))).filter(|(_, set)| !set.is_empty());
        let atoms = self.atoms.iter().cloned().chain(more).collect();
        Self { atoms, neighbours: Arc::clone(&self.neighbours), facts: Arc::clone(&self.facts) }
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
        for (one, other, fields) in self.neighbours.iter() {
            if let (Some(a), Some(b)) = (mask(*one), mask(*other))
                && a & b == 0
            {
                causes.extend(fields.iter().map(String::as_str));
            }
        }
        let of = |atom: &Atom, wanted: &dyn Fn(&str) -> bool| match atom {
            Atom::Fact(name) => self.facts.get(name).is_some_and(|fields| fields.iter().any(|path| wanted(path))),
            atom => atom.path().is_none_or(wanted),
        };
        let seen = self.choose_by(cases, &|atom| of(atom, &|path| causes.contains(path)));
        if seen.as_ref().is_some_and(|choice| choice.tests() < FEW_TESTS) {
            return seen;
        }
        // The simplest explanation is the best, but what was never seen to matter has to be simpler by far.
        let others = [self.choose_by(cases, &|atom| of(atom, relevant)), self.choose_by(cases, &|_| true)];
        let ways = [seen].into_iter().chain(others).enumerate();
        let ways = ways.filter_map(|(doubt, choice)| Some((doubt, choice?)));
        let best = ways.min_by_key(|(doubt, choice)| choice.tests() + DOUBT * doubt).map(|(_, choice)| choice)?;
        Some(self.simplified(cases, best))
    }

    /// The same with fewer tests, where some of them are found to be superfluous or come better in another order.
    fn simplified(&self, cases: &[(usize, u64)], mut best: Choice<u32>) -> Choice<u32> {
        loop {
            let atoms: BTreeSet<Atom> = best.atoms().into_iter().cloned().collect();
            if !(FEW_TESTS..=MOST_SIMPLIFIED).contains(&atoms.len()) {
                return best;
            }
            let without = |dropped: &Atom| self.choose_by(cases, &|atom| atom != dropped && atoms.contains(atom));
            let first = |first: &Atom| {
                let holds = |at: usize| self.atoms.iter().any(|(atom, set)| atom == first && set.contains(at));
                let (with, others): (Vec<_>, Vec<_>) = cases.iter().partition(|(at, _)| holds(*at));
                let yes = self.choose_by(&with, &|atom| atoms.contains(atom))?;
                let no = self.choose_by(&others, &|atom| atoms.contains(atom))?;
                Some(Choice::If(first.clone(), Box::new(yes), Box::new(no)))
            };
            let others = atoms.iter().flat_map(|atom| [without(atom), first(atom)]).flatten();
            match others.min_by_key(Choice::tests) {
                Some(simpler) if simpler.tests() < best.tests() => best = simpler,
                _ => return best,
            }
        }
    }

    /// Two cases without a label in common that no test tells apart.
    pub(super) fn alike(&self, cases: &[(usize, u64)]) -> Option<(usize, usize)> {
        let mut known: BTreeMap<Vec<bool>, Vec<(usize, u64)>> = BTreeMap::new();
        for (at, mask) in cases {
            let truth = self.atoms.iter().map(|(_, set)| set.contains(*at)).collect();
            let alike = known.entry(truth).or_default();
            if let Some((other, _)) = alike.iter().find(|(_, known)| known & mask == 0) {
                return Some((*other, *at));
            }
            alike.push((*at, *mask));
        }
        None
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
        let atoms = self.atoms.iter().filter(|(atom, _)| allowed(atom)).map(|(atom, set)| (atom, set));
        split(&all, &masks, &atoms.collect::<Vec<_>>(), 0)
    }
}

/// Explanations of fewer tests are simple enough.
const FEW_TESTS: usize = 3;

/// By how many tests an explanation has to be simpler than one that rests on what was seen to matter.
const DOUBT: usize = 3;

/// Explanations of more tests than these are not made simpler.
const MOST_SIMPLIFIED: usize = 24;

/// More tests than this in a row are learnt by heart rather than understood.
const DEEPEST: u32 = 40;

/// Cases are numbered anew when they are so few among those that sets hold.
const SPARSE: u32 = 4;

fn split(cases: &Set, masks: &[u64], atoms: &[(&Atom, &Set)], depth: u32) -> Option<Choice<u32>> {
    let common = cases.numbers().fold(u64::MAX, |common, at| common & masks[at]);
    if common != 0 {
        return Some(Choice::One(common.trailing_zeros()));
    }
    if depth >= DEEPEST {
        return None;
    }
    let count = cases.count();
    let telling = |set: &Set| (1..count).contains(&cases.count_in(set));
    if cases.words.len() > 1 && (count * SPARSE) as usize <= cases.words.len() * 64 {
        let numbers: Vec<usize> = cases.numbers().collect();
        let masks: Vec<u64> = numbers.iter().map(|at| masks[*at]).collect();
        let few = atoms.iter().filter(|(_, set)| telling(set));
        let few: Vec<(&Atom, Set)> = few.map(|(atom, set)| (*atom, set.renumbered(&numbers))).collect();
        let atoms: Vec<(&Atom, &Set)> = few.iter().map(|(atom, set)| (*atom, set)).collect();
        return split(&cases.renumbered(&numbers), &masks, &atoms, depth);
    }
    let atoms: Vec<(&Atom, &Set)> = atoms.iter().filter(|(_, set)| telling(set)).copied().collect();
    let (atom, holding) = best(cases, masks, &atoms)?;
    let yes = split(&cases.and(holding), masks, &atoms, depth + 1)?;
    let no = split(&cases.without(holding), masks, &atoms, depth + 1)?;
    Some(if yes == no { yes } else { Choice::If(atom.clone(), Box::new(yes), Box::new(no)) })
}

/// The test after which the least is left to be told apart.
fn best<'a>(cases: &Set, masks: &[u64], atoms: &[(&'a Atom, &'a Set)]) -> Option<(&'a Atom, &'a Set)> {
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
    let all: Vec<f64> = labels.iter().map(|(_, set)| f64::from(set.count())).collect();
    let entropy = |of: f64, counts: &mut dyn Iterator<Item = f64>| -> f64 {
        counts.filter(|count| *count > 0.0).map(|count| -count / total * (count / of).log2()).sum()
    };
    let mut best: Option<(f64, &(&Atom, &Set))> = None;
    for candidate in atoms {
        let counts: Vec<f64> = labels.iter().map(|(_, set)| f64::from(set.count_in(candidate.1))).collect();
        let inside: f64 = counts.iter().sum();
        let left = entropy(inside, &mut counts.iter().copied())
            + entropy(total - inside, &mut all.iter().zip(&counts).map(|(all, inside)| all - inside));
        if best.is_none_or(|(least, _)| left < least - 1e-9) {
            best = Some((left, candidate));
        }
    }
    best.map(|(_, candidate)| *candidate)
}
