//! Walks through the specs: random ones, and what changes around them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use super::beginnings::{edges, kept, of_profile, rare};
use super::borders::{self, Pair};
use super::leaf::{Assigned, is_choice, leaves};
use super::random::{Random, tells};
use super::specimen::{Specimen, compile, fact_key, figure_key, guard_key};
use crate::chart::edge;
use crate::chart::fact::FACTS;
use crate::diagnostic::Code;
use crate::plan::names::Names;
use crate::profile::PROFILES;
use crate::schema::validate::Validator;

/// Codes about containers, volumes and variables that users give: templates of their own see to them, because they lie in
/// lists of anything.
const ABOUT_PARTS: &[Code] = &[
    Code::PodNotRestricted,
    Code::PodNotConsistent,
    Code::ItemTwiceInObject,
    Code::InlineSecret,
    Code::DemoMode,
    Code::ListensElsewhere,
];

/// A specimen with others that differ from it in one field.
pub(in crate::chart) struct Probed {
    specimen: Specimen,
    around: Vec<Specimen>,
}

/// Steps after which a walk begins anew.
const STEPS: usize = 4;

/// Refusals for one reason that are enough to tell when it is given, and specs that are tried in a round where there are fewer.
const ENOUGH_REFUSALS: usize = 300;
const REFUSAL_PROBES: usize = 40;

/// Numbers at which specs begin to be refused that are looked for in a round, for each reason.
const BORDER_PROBES: usize = 6;

/// Specs that have an object, which are enough to tell what it looks like and when, and specs that are tried in a round where there
/// are fewer.
const ENOUGH_OBJECTS: usize = 800;
const RARE_PROBES: usize = 12;

/// The same for those with one class of edges, and how many such pairs of object and class are looked at in a round, fewest first.
const ENOUGH_OF_CLASS: usize = 150;
const RARE_CLASSES: usize = 40;

/// Legal specs that give a field a value of their own, which are enough to tell what comes of it.
const ENOUGH_VALUES: usize = 120;
const VALUE_PROBES: usize = 4;

/// How often a legal spec is sought to begin with.
const BEGINNINGS: usize = 20;

/// A walk through the specs: each differs from the one before it in one field.
pub(in crate::chart) struct Walk<'a> {
    schema: &'a Value,
    validator: &'a Validator,
    random: Random,
    current: Assigned,
    names: Names,
    steps: usize,
    beginnings: usize,
    /// Lists of specs in which rare settings matter, of each of which the first legal one says what all do.
    rare: Vec<Vec<Assigned>>,
    /// Which fields were seen to change which objects.
    pub(in crate::chart) influence: BTreeMap<String, BTreeSet<String>>,
    /// The specimens that have each object.
    holders: BTreeMap<String, Vec<usize>>,
    /// The same by the class of the edge, for an edge looks otherwise for each.
    holders_of_class: BTreeMap<(String, &'static str), Vec<usize>>,
    /// In how many legal specs each field is given.
    givers: BTreeMap<String, usize>,
}

impl<'a> Walk<'a> {
    pub(in crate::chart) fn new(schema: &'a Value, validator: &'a Validator, seed: u64) -> Self {
        Self {
            schema,
            validator,
            random: Random::new(seed),
            current: Assigned::new(),
            names: Names { installation: String::new(), namespace: String::new() },
            steps: STEPS,
            beginnings: 0,
            rare: rare().into_iter().map(|one| vec![one]).chain(edges()).collect(),
            influence: BTreeMap::new(),
            holders: BTreeMap::new(),
            holders_of_class: BTreeMap::new(),
            givers: BTreeMap::new(),
        }
    }

    /// The next spec, legal or not; a walk goes on from legal ones. Every few steps it begins anew, at a profile or at the
    /// defaults with some kinds changed.
    pub(in crate::chart) fn attempt(&mut self) -> Specimen {
        if self.steps >= STEPS {
            self.begin();
        }
        loop {
            let mut next = self.current.clone();
            for _ in 0..=self.random.below(3) {
                next = self.random.change(self.schema, &next).1;
            }
            if let Some(specimen) = self.compiled(&next, &self.names) {
                if specimen.refusals.is_empty() {
                    self.steps += 1;
                    self.current = next;
                }
                return specimen;
            }
        }
    }

    /// The next legal spec.
    pub(in crate::chart) fn next(&mut self) -> Specimen {
        loop {
            let specimen = self.attempt();
            if specimen.refusals.is_empty() {
                return specimen;
            }
        }
    }

    /// The specs that are kept in files, as far as their words are found again.
    pub(in crate::chart) fn kept(&mut self) -> Vec<Specimen> {
        let schema = self.schema;
        let kept = kept(schema).filter(|assigned| {
            let leaves = leaves(schema, assigned);
            let leaf = |path: &String| leaves.iter().find(|leaf| leaf.path == *path);
            assigned.iter().all(|(path, value)| leaf(path).is_some_and(|leaf| tells(leaf, value)))
        });
        let specimens = kept.filter_map(|assigned| {
            let names = Names { installation: self.random.word(), namespace: self.random.word() };
            self.compiled(&assigned, &names)
        });
        specimens.collect()
    }

    /// A specimen that can be learnt from.
    fn compiled(&self, assigned: &Assigned, names: &Names) -> Option<Specimen> {
        let specimen = compile(self.schema, self.validator, assigned, names)?;
        let about_parts = specimen.refusals.iter().any(|refusal| ABOUT_PARTS.contains(&refusal.code));
        (!about_parts).then_some(specimen)
    }

    /// Specs with a rare setting in each, or an edge of each class; each of them as short as it is, and filled.
    pub(in crate::chart) fn rare(&mut self) -> Vec<Specimen> {
        let mut found = Vec::new();
        for at in 0..self.rare.len() {
            let Some(specimen) = self.begin_at(&self.rare[at].clone()) else { continue };
            found.push(self.filled(&specimen));
            found.push(specimen);
        }
        found
    }

    /// The legal spec with which the walk began, with as many fields as may be given in the sections that it names.
    fn filled(&mut self, specimen: &Specimen) -> Specimen {
        let named: BTreeSet<String> =
            specimen.assigned.keys().filter_map(|path| root(path)).map(str::to_owned).collect();
        let mut filled = specimen.clone();
        for leaf in leaves(self.schema, &specimen.assigned) {
            let there = filled.assigned.contains_key(&leaf.path);
            if is_choice(&leaf.path) || there || root(&leaf.path).is_none_or(|root| !named.contains(root)) {
                continue;
            }
            let (_, next) = self.random.change_leaf(self.schema, &filled.assigned, &leaf);
            filled = self.legal(&next).unwrap_or(filled);
        }
        filled
    }

    /// Changes of every field that a specimen may have and that is wanted, so many of each; of half of them with another one.
    pub(in crate::chart) fn changes_of_each(
        &mut self,
        specimen: &Specimen,
        times: usize,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<Assigned> {
        let leaves = leaves(self.schema, &specimen.assigned);
        let changes = leaves.iter().filter(|leaf| wanted(&leaf.path)).flat_map(|leaf| (0..times).map(move |_| leaf));
        let change = |leaf| {
            let (_, next) = self.random.change_leaf(self.schema, &specimen.assigned, leaf);
            if self.random.one_in(2) {
                return next;
            }
            self.random.change_one_where(self.schema, &next, wanted).map_or(next, |(_, next)| next)
        };
        changes.map(change).collect()
    }

    /// Every third time a profile or the defaults, with some kinds changed; else specs with a rare setting in each.
    fn begin(&mut self) {
        self.steps = 0;
        self.beginnings += 1;
        let (round, rare) = (self.beginnings / 3, !self.beginnings.is_multiple_of(3));
        if rare {
            let at = self.random.below(self.rare.len());
            let begun = self.begin_at(&self.rare[at].clone());
            if let Some(specimen) = begun.filter(|_| self.random.one_in(2)) {
                self.current = self.filled(&specimen).assigned;
            }
            return;
        }
        let given = PROFILES.get(round % (PROFILES.len() + 1)).map(|(name, ..)| of_profile(name)).unwrap_or_default();
        self.begin_at(&[given]);
        for _ in 0..BEGINNINGS {
            let other = self.random.other_kinds(self.schema, &self.current);
            if self.legal(&other).is_some() {
                self.current = other;
                break;
            }
        }
    }

    /// Begins at the first of these that is legal, or at the defaults, with a name of its own. Not at values as they are: they have
    /// placeholders, which are no words that can be found again.
    fn begin_at(&mut self, given: &[Assigned]) -> Option<Specimen> {
        // Names are cut at lengths of their own, which only long ones show.
        let tail = "-long".repeat(if self.random.one_in(3) { 5 + self.random.below(6) } else { 0 });
        let installation = format!("{}{tail}", self.random.word());
        self.names = Names { installation, namespace: self.random.word() };
        self.current = Assigned::new();
        let found = given.iter().flat_map(|given| [given; BEGINNINGS]).find_map(|given| {
            let made_up = self.random.made_up(self.schema, given);
            self.legal(&made_up)
        })?;
        self.current = found.assigned.clone();
        Some(found)
    }

    fn legal(&self, assigned: &Assigned) -> Option<Specimen> {
        self.compiled(assigned, &self.names).filter(|specimen| specimen.refusals.is_empty())
    }

    /// Adds specs around those that were refused for a reason of which few are known, by changing what was seen to matter.
    pub(in crate::chart) fn learn_rare_refusals(&mut self, specimens: &mut Vec<Specimen>) {
        let mut known: BTreeMap<Code, Vec<usize>> = BTreeMap::new();
        for (at, specimen) in specimens.iter().enumerate() {
            specimen.refusals.iter().for_each(|refusal| known.entry(refusal.code).or_default().push(at));
        }
        let mut changes: Vec<(usize, Assigned)> = Vec::new();
        for (code, places) in known.into_iter().filter(|(_, places)| places.len() < ENOUGH_REFUSALS) {
            let Some(paths) = self.influence.get(&guard_key(code)).cloned() else { continue };
            for _ in 0..REFUSAL_PROBES {
                let at = *self.random.pick(&places);
                let assigned = &specimens[at].assigned;
                let changed = self.random.change_one_where(self.schema, assigned, &|path| paths.contains(path));
                changes.extend(changed.map(|(_, next)| (at, next)));
            }
        }
        self.add_changes(specimens, changes);
    }

    /// Adds specs on both sides of the numbers at which specs begin to be refused.
    pub(in crate::chart) fn learn_borders(&mut self, specimens: &mut Vec<Specimen>) {
        let mut chosen: Vec<Pair> = Vec::new();
        for pairs in borders::pairs(specimens).into_values() {
            chosen.extend((0..BORDER_PROBES.min(pairs.len())).map(|_| self.random.pick(&pairs).clone()));
        }
        let narrowed = chosen.into_par_iter().flat_map_iter(|pair| {
            let (at, specimen) = (pair.at, &specimens[pair.at]);
            pair.narrowed(specimen, &|assigned| self.compiled(assigned, &specimen.names)).map(|assigned| (at, assigned))
        });
        let changes = narrowed.collect();
        self.add_changes(specimens, changes);
    }

    /// Adds specs around those that have an object which few have, and with values that few give.
    pub(in crate::chart) fn learn_rare_settings(&mut self, specimens: &mut Vec<Specimen>) {
        let mut changes: Vec<(usize, Assigned)> = Vec::new();
        let few = self.holders.iter().filter(|(_, places)| places.len() < ENOUGH_OBJECTS);
        for (key, places) in few.chain(rare_classes(&self.holders_of_class, &self.influence)) {
            let matters = self.influence.get(key);
            let sections: BTreeSet<&str> = matters.into_iter().flatten().filter_map(|path| section(path)).collect();
            let beside = |path: &str| section(path).is_some_and(|section| sections.contains(section));
            for _ in 0..RARE_PROBES {
                let at = *self.random.pick(places);
                changes.push((at, several_changes(&mut self.random, self.schema, &specimens[at].assigned, &beside)));
            }
        }
        let places: Vec<usize> = self.holders.values().flatten().copied().collect();
        for (path, _) in self.givers.iter().filter(|(_, count)| **count < ENOUGH_VALUES) {
            for _ in 0..VALUE_PROBES {
                let at = *self.random.pick(&places);
                let changed =
                    self.random.change_one_where(self.schema, &specimens[at].assigned, &|other| other == path);
                let beside = |other: &str| section(other) == section(path);
                changes.extend(changed.map(|(_, next)| {
                    let several = self.random.one_in(2);
                    (at, if several { several_changes(&mut self.random, self.schema, &next, &beside) } else { next })
                }));
            }
        }
        self.add_changes(specimens, changes);
    }

    fn add_changes(&mut self, specimens: &mut Vec<Specimen>, changes: Vec<(usize, Assigned)>) {
        let compile = |(at, next): (usize, Assigned)| Some((at, self.compiled(&next, &specimens[at].names)?));
        let compiled: Vec<(usize, Specimen)> = changes.into_par_iter().filter_map(compile).collect();
        for (at, specimen) in compiled {
            self.add(specimens, specimen, Some(at));
        }
    }

    /// So many specs that differ from this one in a field.
    pub(in crate::chart) fn changes(&mut self, specimen: &Specimen, probes: usize) -> Vec<Assigned> {
        let change = |_| {
            let (path, next) = self.random.change(self.schema, &specimen.assigned);
            *self.random.probed.entry(path).or_default() += 1;
            next
        };
        (0..probes).map(change).collect()
    }

    /// Compiles the changes of a specimen.
    pub(in crate::chart) fn probe(&self, specimen: Specimen, changes: &[Assigned]) -> Probed {
        let around = changes.iter().filter_map(|next| self.compiled(next, &specimen.names)).collect();
        Probed { specimen, around }
    }

    /// The simplest spec that still has something about it, with those from which it is gone when one field more is left out.
    pub(in crate::chart) fn reduce(&self, mut specimen: Specimen, has_it: &dyn Fn(&Specimen) -> bool) -> Probed {
        let sections: BTreeSet<&str> = specimen.assigned.keys().filter_map(|path| path.split('.').next()).collect();
        let sections = sections.into_iter().map(|section| format!("{section}."));
        let parts: Vec<String> = sections.chain(specimen.assigned.keys().cloned()).collect();
        let mut around = Vec::new();
        for part in parts {
            let mut next = specimen.assigned.clone();
            next.retain(|path, _| !path.starts_with(&part));
            if next.len() == specimen.assigned.len() {
                continue;
            }
            match self.compiled(&next, &specimen.names) {
                Some(simpler) if has_it(&simpler) => specimen = simpler,
                Some(other) => around.push((part, other)),
                None => {}
            }
        }
        // Those that were found on the way may differ in fields that went later.
        let around = around.into_iter().filter_map(|(part, other)| {
            let mut next = specimen.assigned.clone();
            next.retain(|path, _| !path.starts_with(&part));
            if next == other.assigned { Some(other) } else { self.compiled(&next, &specimen.names) }
        });
        let around = around.collect();
        Probed { specimen, around }
    }

    /// Adds a specimen, and those around it beside it.
    pub(in crate::chart) fn add_probed(&mut self, specimens: &mut Vec<Specimen>, probed: Probed) {
        let at = self.add(specimens, probed.specimen, None);
        for other in probed.around {
            self.add(specimens, other, Some(at));
        }
    }

    /// Adds a specimen beside its neighbour, and notes which objects and figures changed with the fields.
    fn add(&mut self, specimens: &mut Vec<Specimen>, mut specimen: Specimen, neighbour: Option<usize>) -> usize {
        if let Some(at) = neighbour {
            let other = &specimens[at];
            let paths = specimen.values.keys().chain(other.values.keys());
            let changed: BTreeSet<String> =
                paths.filter(|path| specimen.value(path) != other.value(path)).cloned().collect();
            for path in specimen.figures.keys().chain(other.figures.keys()) {
                if specimen.figures.get(path) != other.figures.get(path) {
                    self.influence.entry(figure_key(path)).or_default().extend(changed.clone());
                }
            }
            for fact in FACTS {
                if specimen.facts.contains(&fact.name) != other.facts.contains(&fact.name) {
                    self.influence.entry(fact_key(fact.name)).or_default().extend(changed.clone());
                }
            }
            let codes =
                |one: &Specimen| -> BTreeSet<Code> { one.refusals.iter().map(|refusal| refusal.code).collect() };
            for code in codes(&specimen).symmetric_difference(&codes(other)) {
                self.influence.entry(guard_key(*code)).or_default().extend(changed.clone());
            }
            if !specimen.refusals.is_empty() || !other.refusals.is_empty() {
                specimen.neighbour = Some((at, changed));
                return self.push(specimens, specimen);
            }
            let find =
                |one: &Specimen, key: &str| one.objects.iter().find(|object| super::key(object, one) == key).cloned();
            let keys: BTreeSet<String> = [&specimen, other]
                .iter()
                .flat_map(|one| one.objects.iter().map(|object| super::key(object, one)))
                .collect();
            for key in keys {
                match (find(&specimen, &key), find(other, &key)) {
                    (Some(new), Some(old)) if new == old => {
                        let same = specimen.objects.iter_mut().find(|object| **object == old);
                        same.into_iter().for_each(|object| *object = Arc::clone(&old));
                    }
                    _ => self.influence.entry(key).or_default().extend(changed.clone()),
                }
            }
            specimen.neighbour = Some((at, changed));
        }
        self.push(specimens, specimen)
    }

    fn push(&mut self, specimens: &mut Vec<Specimen>, specimen: Specimen) -> usize {
        let class = specimen.edge.first().copied();
        for object in &specimen.objects {
            let key = super::key(object, &specimen);
            if let Some(class) = class {
                self.holders_of_class.entry((key.clone(), class)).or_default().push(specimens.len());
            }
            self.holders.entry(key).or_default().push(specimens.len());
        }
        for leaf in leaves(self.schema, &specimen.assigned) {
            let given = specimen.assigned.get(&leaf.path).is_some_and(|value| leaf.default != Some(value));
            *self.givers.entry(leaf.path).or_default() += usize::from(given && specimen.refusals.is_empty());
        }
        specimens.push(specimen);
        specimens.len() - 1
    }
}

/// Objects that the class of the edge changes, with the specs of a class in which few of them are known.
fn rare_classes<'a>(
    holders: &'a BTreeMap<(String, &'static str), Vec<usize>>,
    influence: &BTreeMap<String, BTreeSet<String>>,
) -> impl Iterator<Item = (&'a String, &'a Vec<usize>)> {
    let by_class = |key: &String| influence.get(key).is_some_and(|paths| paths.contains(edge::PATH));
    let pairs = holders.iter().map(|((key, _), places)| (key, places));
    let mut rare: Vec<_> = pairs.filter(|(key, places)| places.len() < ENOUGH_OF_CLASS && by_class(key)).collect();
    rare.sort_by_key(|(_, places)| places.len());
    rare.into_iter().take(RARE_CLASSES)
}

/// The outermost section in which a field lies.
fn root(path: &str) -> Option<&str> {
    path.split_once('.').map(|(root, _)| root)
}

/// The section in which a field lies.
fn section(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(section, _)| section)
}

/// One to three fields changed, most of them among those that are wanted.
fn several_changes(
    random: &mut Random,
    schema: &Value,
    assigned: &Assigned,
    wanted: &dyn Fn(&str) -> bool,
) -> Assigned {
    let mut next = assigned.clone();
    for _ in 0..=random.below(3) {
        let near = if random.one_in(3) { None } else { random.change_one_where(schema, &next, wanted) };
        next = near.unwrap_or_else(|| random.change(schema, &next)).1;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{merged_schema, validator};

    #[test]
    fn the_number_is_found_at_which_a_spec_begins_to_be_refused() {
        let (schema, validator) = (merged_schema(), validator());
        let mut walk = Walk::new(&schema, &validator, 1);
        let names = Names { installation: "zabcdey".to_owned(), namespace: "zbcdefy".to_owned() };
        let spec = |seconds: i64| {
            Assigned::from([
                ("scaling.mode".to_owned(), Value::from("single")),
                ("availability.terminationGracePeriodSeconds".to_owned(), Value::from(seconds)),
            ])
        };
        let [legal, refused] = [600, 1].map(|number| walk.compiled(&spec(number), &names).unwrap());
        let mut specimens = Vec::new();
        let at = walk.add(&mut specimens, legal, None);
        walk.add(&mut specimens, refused, Some(at));
        walk.learn_borders(&mut specimens);
        let number = |specimen: &Specimen| specimen.values["availability.terminationGracePeriodSeconds"].as_i64();
        let [legal, refused] = [&specimens[2], &specimens[3]];
        assert!(legal.refusals.is_empty() && !refused.refusals.is_empty());
        assert_eq!(number(legal), number(refused).map(|number| number + 1));
    }

    #[test]
    fn specs_that_are_kept_can_be_learnt_from() {
        let (schema, validator) = (merged_schema(), validator());
        let kept = Walk::new(&schema, &validator, 1).kept();
        let legal = kept.iter().filter(|specimen| specimen.refusals.is_empty()).count();
        assert!(legal >= 12 && kept.len() - legal >= 20, "{legal} of {}", kept.len());
    }
}
