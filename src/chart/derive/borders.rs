//! The numbers at which a spec begins to be refused: what is right about specs far from them may be wrong beside them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::leaf::Assigned;
use super::specimen::Specimen;
use crate::diagnostic::Code;
use crate::spec::scalar::Quantity;

/// Two specs of which one is refused for a reason that the other is not, and that differ in one number only.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    /// The number of the spec that is changed.
    pub(super) at: usize,
    path: String,
    /// Whether the number is one of mebibytes.
    is_amount: bool,
    code: Code,
    refused: i64,
    legal: i64,
}

/// The pairs among specs and their neighbours, by the reason.
pub(super) fn pairs(specimens: &[Specimen]) -> BTreeMap<Code, Vec<Pair>> {
    let mut found: BTreeMap<Code, Vec<Pair>> = BTreeMap::new();
    for (at, specimen) in specimens.iter().enumerate() {
        let Some((other, fields)) = &specimen.neighbour else { continue };
        let other = &specimens[*other];
        let Some(path) = fields.first().filter(|_| fields.len() == 1) else { continue };
        let (Some(own), Some(others)) = (number(specimen, path), number(other, path)) else { continue };
        let (codes, codes_of_other) = (codes(specimen), codes(other));
        for code in codes.symmetric_difference(&codes_of_other) {
            let (refused, legal) = if codes.contains(code) { (own, others) } else { (others, own) };
            let is_amount = specimen.value(path).is_some_and(Value::is_string);
            let pair = Pair { at, path: path.clone(), is_amount, code: *code, refused, legal };
            found.entry(*code).or_default().push(pair);
        }
    }
    found
}

fn codes(specimen: &Specimen) -> BTreeSet<Code> {
    specimen.refusals.iter().map(|refusal| refusal.code).collect()
}

/// A number, or mebibytes.
fn number(specimen: &Specimen, path: &str) -> Option<i64> {
    match specimen.value(path)? {
        Value::String(text) if text.ends_with("Mi") || text.ends_with("Gi") => {
            i64::try_from(text.parse::<Quantity>().ok()?.to_mebibytes()).ok()
        }
        value => value.as_i64(),
    }
}

impl Pair {
    /// The last number that is legal and the first that is not, when everything between is one or the other.
    pub(super) fn narrowed(
        mut self,
        specimen: &Specimen,
        compiled: &dyn Fn(&Assigned) -> Option<Specimen>,
    ) -> [Assigned; 2] {
        while (self.refused - self.legal).abs() > 1 {
            let between = self.legal.midpoint(self.refused);
            match compiled(&self.with(specimen, between)) {
                Some(specimen) if codes(&specimen).contains(&self.code) => self.refused = between,
                Some(_) => self.legal = between,
                None => break,
            }
        }
        [self.legal, self.refused].map(|number| self.with(specimen, number))
    }

    fn with(&self, specimen: &Specimen, number: i64) -> Assigned {
        let mut next = specimen.assigned.clone();
        let value = if self.is_amount { Value::from(format!("{number}Mi")) } else { Value::from(number) };
        next.insert(self.path.clone(), value);
        next
    }
}
