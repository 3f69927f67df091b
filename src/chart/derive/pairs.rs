//! Values in which every two settings meet that can stand together.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;

use super::leaf::{is_choice, leaves};
use super::random::Random;
use super::specimen::{Specimen, compile};
use super::walk::Walk;
use crate::schema::validate::Validator;

/// Specs that show every pair of settings.
pub(in crate::chart) struct Pairs {
    pub(in crate::chart) specimens: Vec<Specimen>,
    /// How many pairs of settings stand together in one of them.
    pub(in crate::chart) pairs: usize,
    /// How many pairs were found in no legal values.
    pub(in crate::chart) apart: usize,
}

/// A flag that is on or off, or the kind of a section: path and value.
type Setting = (String, Value);

/// Two settings by their numbers, the lower one first.
type Pair = (usize, usize);

/// Legal values that are looked at before missing pairs are sought one by one.
const SPECIMENS: usize = 600;

/// Values into which a missing pair is put, one after the other.
const TRIES: usize = 4;

/// Few specs in which all pairs of flags and kinds meet; other seeds give others.
pub(in crate::chart) fn paired(schema: &Value, validator: &Validator, seed: u64) -> Pairs {
    let mut walk = Walk::new(schema, validator, seed);
    let mut specimens: Vec<Specimen> = (0..SPECIMENS).map(|_| walk.next()).collect();
    let known: BTreeMap<String, Setting> = specimens.iter().flat_map(|one| settings(schema, one)).collect();
    let settings: Vec<Setting> = known.into_values().collect();
    let all = pairs(&(0..settings.len()).collect::<Vec<_>>());
    let all: BTreeSet<Pair> = all.into_iter().filter(|(a, b)| settings[*a].0 != settings[*b].0).collect();
    let met: BTreeSet<Pair> = specimens.iter().flat_map(|one| met(&settings, one)).collect();
    let missing: Vec<Pair> = all.difference(&met).copied().collect();
    let search = Search { schema, validator, specimens: &specimens };
    let found: Vec<Specimen> = missing
        .par_iter()
        .enumerate()
        .filter_map(|(at, (one, other))| {
            let mut random = Random::new(seed.wrapping_add(u64::try_from(at).unwrap_or_default()));
            search.with_both(&settings[*one], &settings[*other], &mut random)
        })
        .collect();
    specimens.extend(found);
    let shown: Vec<BTreeSet<Pair>> = specimens.iter().map(|one| self::met(&settings, one)).collect();
    let chosen = few(&shown);
    let pairs = chosen.iter().flat_map(|at| &shown[*at]).collect::<BTreeSet<_>>().len();
    let specimens = chosen.into_iter().map(|at| specimens[at].clone()).collect();
    Pairs { specimens, pairs, apart: all.len() - pairs }
}

/// The flags and kinds of a specimen, by a text that names them.
fn settings(schema: &Value, specimen: &Specimen) -> Vec<(String, Setting)> {
    let switches = leaves(schema, &specimen.values).into_iter().filter(|leaf| {
        let tag = is_choice(&leaf.path);
        leaf.schema.get("type").is_some_and(|of| of == "boolean") || (tag && leaf.schema.get("oneOf").is_some())
    });
    let said = switches.filter_map(|leaf| {
        let value = specimen.value(&leaf.path)?.clone();
        Some((format!("{}={value}", leaf.path), (leaf.path, value)))
    });
    said.collect()
}

fn pairs(numbers: &[usize]) -> Vec<Pair> {
    numbers.iter().enumerate().flat_map(|(at, one)| numbers[at + 1..].iter().map(|other| (*one, *other))).collect()
}

/// The pairs that stand together in a specimen.
fn met(settings: &[Setting], specimen: &Specimen) -> BTreeSet<Pair> {
    let there: Vec<usize> = (0..settings.len()).filter(|at| has(specimen, &settings[*at])).collect();
    pairs(&there).into_iter().collect()
}

fn has(specimen: &Specimen, (path, value): &Setting) -> bool {
    specimen.value(path) == Some(value)
}

/// Again and again what shows most pairs that nothing before shows.
fn few(shown: &[BTreeSet<Pair>]) -> Vec<usize> {
    let mut left: Vec<BTreeSet<Pair>> = shown.to_vec();
    let mut chosen = Vec::new();
    while let Some(best) = (0..left.len()).max_by_key(|at| (left[*at].len(), usize::MAX - at)) {
        if left[best].is_empty() {
            break;
        }
        chosen.push(best);
        let now = left[best].clone();
        left.par_iter_mut().for_each(|pairs| pairs.retain(|pair| !now.contains(pair)));
    }
    chosen
}

/// Where a pair is sought.
struct Search<'a> {
    schema: &'a Value,
    validator: &'a Validator,
    specimens: &'a [Specimen],
}

impl Search<'_> {
    /// Legal values with two settings, made by putting one of them into values that have the other.
    fn with_both(&self, one: &Setting, other: &Setting, random: &mut Random) -> Option<Specimen> {
        let with = |setting: &Setting| -> Vec<&Specimen> {
            self.specimens.iter().filter(|specimen| has(specimen, setting)).collect()
        };
        let (with_one, with_other) = (with(one), with(other));
        (0..TRIES).find_map(|_| {
            let tries = [(*random.pick(&with_one), other), (*random.pick(&with_other), one)];
            tries.into_iter().find_map(|(base, setting)| {
                let mut values = base.values.clone();
                values.insert(setting.0.clone(), setting.1.clone());
                random.complete(self.schema, &mut values);
                let specimen = compile(self.schema, self.validator, &values, &base.names)?;
                (specimen.refusals.is_empty() && has(&specimen, one) && has(&specimen, other)).then_some(specimen)
            })
        })
    }
}
