//! Learning from specs, and from those about which the templates were wrong, until there are none.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rayon::prelude::*;
use serde_json::Value;

use super::leaf::Assigned;
use super::pairs::paired;
use super::specimen::Specimen;
use super::vocabulary::Vocabulary;
use super::walk::{Probed, Walk};
use super::{Derivation, Known, derive_stale, differences};
use crate::chart::{Progress, rendered};
use crate::schema::validate::Validator;

/// Walks through the specs at first.
pub(super) const SPECIMENS: u64 = 1500;

/// Fields that are changed one by one around each spec, to see what changes with them.
const PROBES: usize = 4;

/// Fields that are changed around a spec for which the templates were wrong.
const PROBES_AROUND_MISTAKES: usize = 6;

/// How often each field is changed around a spec with rare settings.
const OF_EACH: usize = 2;

/// Steps from specs with what few have, before anything is derived.
const RARE_STEPS: usize = 10;

/// The seed of specs in which every two settings meet.
const PAIRS: u64 = 1;

/// Fresh specs that are tried at once, those that a round tries, and mistakes after which it learns from them.
const BATCH: u64 = 400;
const TRIALS: u64 = 4000;
const MISTAKES: usize = 250;

/// Specs about which the templates were right that are kept to try them again.
const KEPT: usize = 8000;

/// Rounds after which learning is given up, and those without a mistake one after the other after which it is done.
const ROUNDS: usize = 200;
const CALM: usize = 5;

/// Differences that a round tells, most frequent first.
const TOLD: usize = 5;

/// Walks that look for specs about which the templates are wrong, and the seed of the first.
const SCOUTS: u64 = 4;
const SCOUT: u64 = 1_000_001;

/// Something that was derived and is not what the compiler makes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::chart) struct Difference {
    /// The key of the object, the number, or the reason to refuse.
    of: String,
    how: String,
}

impl Difference {
    pub(super) fn new(of: String, how: String) -> Self {
        Self { of, how }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.of, self.how)
    }
}

/// What has to be derived anew, by the keys of [`Difference`].
pub(super) enum Stale {
    /// All there is.
    Everything,
    /// What was wrong about some spec.
    These(BTreeSet<String>),
}

impl Stale {
    pub(super) fn has(&self, key: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::These(keys) => keys.contains(key),
        }
    }

    pub(super) fn add(&mut self, key: String) {
        if let Self::These(keys) = self {
            keys.insert(key);
        }
    }
}

/// Derives templates that make what the compiler makes, in every fresh spec of the last round and in those kept from before it.
///
/// # Errors
///
/// What could not be generalised, or still differed after the last round.
pub(in crate::chart) fn derive(schema: &Value, tell: &mut dyn FnMut(Progress<'_>)) -> Result<Derivation, Vec<String>> {
    let validator = crate::compile::validator();
    let mut learner = Learner::new(schema, &validator);
    let (mut last, mut calm, mut fewest) = (Vec::new(), 0, usize::MAX);
    for number in 1..=ROUNDS {
        let Round { differing, mistakes, tried, fresh } = learner.round();
        let known = learner.specimens.len();
        let mut line = |text: &str| tell(Progress::Line(text));
        line(&format!("round {number}: {mistakes} of {tried} specs differ, {fresh} of them fresh; {known} are known"));
        let mut most: Vec<(&Difference, &usize)> = differing.iter().collect();
        most.sort_by_key(|(_, count)| Reverse(**count));
        most.iter().take(TOLD).for_each(|(difference, count)| line(&format!("  {count} times {difference}")));
        let unexplained = learner.derivation.unexplained.iter().map(ToString::to_string);
        unexplained
            .clone()
            .take(TOLD)
            .for_each(|text| line(&format!("  {}", text.chars().take(300).collect::<String>())));
        last = unexplained.chain(differing.into_keys().map(|difference| difference.to_string())).collect();
        if mistakes <= fewest {
            fewest = mistakes;
            tell(Progress::Best(&rendered(&learner.derivation)));
        }
        calm = if last.is_empty() { calm + 1 } else { 0 };
        if calm == CALM {
            return Ok(learner.derivation);
        }
    }
    Err(last)
}

/// Learns templates from specs, and from those about which it was wrong.
pub(in crate::chart) struct Learner<'a> {
    schema: &'a Value,
    walk: Walk<'a>,
    scouts: Vec<Walk<'a>>,
    specimens: Vec<Specimen>,
    /// What the texts of each may stand for; those that came after the last derivation have none yet.
    vocabularies: Vec<Vocabulary>,
    /// Specs about which the templates were right at some time: what follows has to be right about them too.
    right: Vec<Specimen>,
    derivation: Derivation,
}

/// What was found about the templates of one round.
pub(in crate::chart) struct Round {
    /// What differs, with the number of specs in which it does.
    differing: BTreeMap<Difference, usize>,
    /// Specs about which the templates were wrong, all that were tried, and those of them that were never met before.
    mistakes: usize,
    tried: usize,
    fresh: u64,
}

impl<'a> Learner<'a> {
    pub(in crate::chart) fn new(schema: &'a Value, validator: &'a Validator) -> Self {
        let mut learner = Self {
            schema,
            walk: Walk::new(schema, validator, 1),
            scouts: (0..SCOUTS).map(|number| Walk::new(schema, validator, SCOUT + number)).collect(),
            specimens: Vec::new(),
            vocabularies: Vec::new(),
            right: Vec::new(),
            derivation: Derivation::default(),
        };
        let kept = learner.walk.kept();
        learner.learn(kept, PROBES);
        learner.learn_rare();
        let first = learner.scout(SPECIMENS, &Walk::next);
        learner.learn(first, PROBES);
        // What needs two settings at once is met by chance too seldom.
        learner.learn(paired(schema, validator, PAIRS).specimens, PROBES);
        for _ in 0..RARE_STEPS {
            learner.walk.learn_rare_refusals(&mut learner.specimens);
            learner.walk.learn_rare_settings(&mut learner.specimens);
            learner.walk.learn_borders(&mut learner.specimens);
        }
        learner
    }

    /// Specs with rare settings, and every field changed of the sections in which these are.
    fn learn_rare(&mut self) {
        let rare = self.walk.rare();
        let changes = |specimen: &Specimen| {
            let edge = !specimen.edge.is_empty();
            self.walk.changes_of_each(specimen, OF_EACH, &|path| !edge || path.starts_with("exposure."))
        };
        let changes = rare.iter().map(changes).collect();
        self.add_changed(rare, changes);
    }

    /// What so many steps of the scouts find.
    fn scout(&mut self, count: u64, step: &(dyn Fn(&mut Walk<'a>) -> Specimen + Sync)) -> Vec<Specimen> {
        let steps = |scout: &mut Walk<'a>| (0..count / SCOUTS).map(|_| step(scout)).collect::<Vec<Specimen>>();
        self.scouts.par_iter_mut().flat_map_iter(steps).collect()
    }

    pub(in crate::chart) fn round(&mut self) -> Round {
        self.derive();
        let (mut fresh, mut wrong) = (0, Vec::<(Specimen, Vec<Difference>)>::new());
        let mut differing: BTreeMap<Difference, usize> = BTreeMap::new();
        let mut candidates = std::mem::take(&mut self.right);
        loop {
            let judged: Vec<Vec<Difference>> =
                candidates.par_iter().map(|one| differences(&self.derivation, one)).collect();
            for (specimen, differences) in candidates.into_iter().zip(judged) {
                if differences.is_empty() || wrong.len() >= MISTAKES {
                    self.right.push(specimen);
                    continue;
                }
                differences.iter().for_each(|one| *differing.entry(one.clone()).or_default() += 1);
                wrong.push((specimen, differences));
            }
            if wrong.len() >= MISTAKES || fresh >= TRIALS {
                break;
            }
            candidates = self.scout(BATCH, &Walk::attempt);
            fresh += BATCH;
        }
        let (mistakes, tried) = (wrong.len(), self.right.len() + wrong.len());
        let reduced: Vec<Probed> = wrong.par_iter().map(|(specimen, wrong)| self.reduced(specimen, wrong)).collect();
        for probed in reduced {
            self.walk.add_probed(&mut self.specimens, probed);
        }
        self.learn(wrong.into_iter().map(|(specimen, _)| specimen).collect(), PROBES_AROUND_MISTAKES);
        self.walk.learn_rare_refusals(&mut self.specimens);
        self.walk.learn_borders(&mut self.specimens);
        self.walk.learn_rare_settings(&mut self.specimens);
        self.right.drain(..self.right.len().saturating_sub(KEPT));
        Round { differing, mistakes, tried, fresh }
    }

    /// Derives what is wrong about the specimens that came since the last derivation.
    fn derive(&mut self) {
        let Self { schema, walk, specimens, vocabularies, derivation, .. } = self;
        let unread = &specimens[vocabularies.len()..];
        let stale = if vocabularies.is_empty() {
            Stale::Everything
        } else {
            let wrong = unread.par_iter().flat_map_iter(|one| differences(derivation, one));
            let mut keys: BTreeSet<String> = wrong.map(|difference| difference.of).collect();
            keys.extend(derivation.unexplained.iter().map(|difference| difference.of.clone()));
            Stale::These(keys)
        };
        let read: Vec<Vocabulary> = unread.par_iter().map(Vocabulary::of).collect();
        vocabularies.extend(read);
        let known = Known { schema, specimens, vocabularies, influence: &walk.influence };
        derive_stale(&known, stale, derivation);
    }

    /// The simplest spec about which the templates make the first of the same mistakes.
    fn reduced(&self, specimen: &Specimen, wrong: &[Difference]) -> Probed {
        let Some(first) = wrong.first() else { return self.walk.probe(specimen.clone(), &[]) };
        let is_wrong = |one: &Specimen| differences(&self.derivation, one).iter().any(|other| other.of == first.of);
        self.walk.reduce(specimen.clone(), &is_wrong)
    }

    /// Adds specs, with some that differ from each in one field.
    fn learn(&mut self, specs: Vec<Specimen>, probes: usize) {
        let changes = specs.iter().map(|specimen| self.walk.changes(specimen, probes)).collect();
        self.add_changed(specs, changes);
    }

    fn add_changed(&mut self, specs: Vec<Specimen>, changes: Vec<Vec<Assigned>>) {
        let walk = &self.walk;
        let probed: Vec<Probed> =
            specs.into_par_iter().zip(changes).map(|(specimen, changes)| walk.probe(specimen, &changes)).collect();
        for probed in probed {
            self.walk.add_probed(&mut self.specimens, probed);
        }
    }
}
