//! Random values: the chart's schema and the spec's say the same about them.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::tests::{merged, parsed};
use super::*;
use crate::chart::field::Choice;
use crate::chart::values::values_yaml;
use crate::compile;
use crate::schema::validate::Finding;

/// Choices that follow from one number.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % count
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Legal and illegal values of a field, without those that the chart refuses knowingly.
fn candidates(field: &Field) -> Vec<Value> {
    let mut found = vec![example::of(field), json!(7.5), json!("a b"), json!([]), json!({"a b": 1})];
    for form in &field.forms {
        found.extend(form.default.clone());
        found.extend(choices(&form.schema).into_iter().map(|(word, _)| json!(word)));
        for (keyword, beyond) in [("minimum", -1), ("maximum", 1)] {
            if let Some(limit) = form.schema[keyword].as_i64() {
                found.extend([json!(limit), json!(limit + beyond)]);
            }
        }
        if form.schema["type"] == "boolean" {
            found.extend([json!(true), json!(false)]);
        }
    }
    if field.initial.is_null() {
        found.push(Value::Null);
    }
    // Of other classes and releases the templates know nothing.
    found.retain(|value| KNOWN.iter().all(|(path, ..)| *path != field.path) || !value.is_string());
    // What keys of labels and parts of an affinity look like are rules of the compiler, not parts of its schema.
    let is_map = field.forms[0].schema["type"] == "object";
    found.retain(|value| !is_map || value.is_null() || *value == example::of(field));
    found
}

/// A text that the templates know by name.
fn known(field: &Field, kind: Option<&str>) -> Option<Value> {
    let known = KNOWN.iter().find(|(path, of, _)| *path == field.path && (of.is_empty() || Some(*of) == kind));
    known.map(|(_, _, words)| json!(words[0]))
}

/// The kinds of all unions, what they demand, and some fields set to anything.
fn values(section: &Section, dice: &mut Dice) -> Map<String, Value> {
    let mut map = Map::new();
    let kind = section.choice.as_ref().and_then(|choice| {
        let kind = dice.pick(&choice.kinds).clone();
        (dice.below(3) > 0).then(|| map.insert(choice.tag.clone(), json!(kind)));
        map.contains_key(&choice.tag).then_some(kind).or_else(|| choice.default.clone())
    });
    for entry in &section.entries {
        let kinds = entry.kinds();
        let has = kinds.is_empty() || kind.as_deref().is_some_and(|kind| kinds.contains(&kind));
        match entry {
            Entry::Section(below) => {
                let below_is_there = has && (!below.optional || dice.below(3) == 0);
                if below_is_there || dice.below(120) == 0 {
                    map.insert(below.name().to_owned(), Value::Object(values(below, dice)));
                }
            }
            Entry::Field(field) => {
                let form = kind.as_deref().map_or(field.forms.first(), |kind| field.form(kind));
                let demanded = has && form.is_some_and(|form| form.required) && dice.below(30) > 0;
                let strange = dice.below(if has { 120 } else { 1_200 }) == 0;
                if strange {
                    map.insert(field.name().to_owned(), dice.pick(&candidates(field)).clone());
                } else if demanded && !map.contains_key(field.name()) {
                    map.insert(
                        field.name().to_owned(),
                        known(field, kind.as_deref()).unwrap_or_else(|| example::of(field)),
                    );
                }
            }
        }
    }
    // A strange value may have made it another kind, and words that the templates know go with the kind it is at last.
    let kind = section.choice.as_ref().and_then(|choice| map.get(&choice.tag)?.as_str().map(str::to_owned));
    for entry in &section.entries {
        if let Entry::Field(field) = entry
            && let Some(word) = known(field, kind.as_deref())
            && map.get(field.name()).is_some_and(Value::is_string)
        {
            map.insert(field.name().to_owned(), word);
        }
    }
    map
}

/// The spec that values stand for: without nulls, and without sections that hold nothing and need not be there.
fn spec(section: &Section, values: &Value) -> Option<Value> {
    let mut map = Map::new();
    for (key, value) in values.as_object()? {
        let entry = section.entries.iter().find(|entry| entry.name() == key);
        match entry {
            Some(Entry::Section(below)) => map.extend(spec(below, value).map(|value| (key.clone(), value))),
            _ if value.is_null() => {}
            _ => {
                map.insert(key.clone(), value.clone());
            }
        }
    }
    // A union that says nothing of itself is of its default kind.
    if let Some(Choice { tag, default: Some(default), .. }) = &section.choice
        && !map.is_empty()
    {
        map.entry(tag.clone()).or_insert_with(|| json!(default));
    }
    (!map.is_empty()).then_some(Value::Object(map))
}

/// Random values, with what the chart and the compiler have against them.
fn judged(seed: u64) -> (Value, Vec<String>, Vec<Finding>) {
    static OFFERED: LazyLock<Section> = LazyLock::new(offered);
    static VALUES: LazyLock<Value> = LazyLock::new(|| parsed(&values_yaml()));
    static CHART: LazyLock<jsonschema::Validator> =
        LazyLock::new(|| jsonschema::validator_for(&values_schema()).unwrap());
    let given = Value::Object(values(&OFFERED, &mut Dice(seed)));
    let all = merged(VALUES.clone(), &given);
    let mut own = all.clone();
    for key in ["global", "enabled", "nameOverride", "fullnameOverride"] {
        own.as_object_mut().unwrap().shift_remove(key);
    }
    let document = json!({
        "apiVersion": crate::spec::API_VERSION, "kind": crate::spec::KIND, "spec": spec(&OFFERED, &own),
    });
    let chart = CHART.iter_errors(&all).map(|error| format!("{} {error}", error.instance_path())).collect();
    (given, chart, compile::validator().merged.findings(&document))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_chart_accepts_what_the_spec_accepts(seed in any::<u64>()) {
        let (given, chart, compiler) = judged(seed);
        prop_assert_eq!(chart.is_empty(), compiler.is_empty(), "{:#}\nchart: {:?}\ncompiler: {:?}", given, chart, compiler);
    }
}

/// A gateway that had been an ingress, of whose class the templates know nothing.
#[test]
fn a_kind_that_changed_at_last_is_judged_alike() {
    let (given, chart, compiler) = judged(15_895_233_892_631_693_794);
    assert_eq!(chart.is_empty(), compiler.is_empty(), "{given:#}\nchart: {chart:?}\ncompiler: {compiler:?}");
}

#[test]
fn random_values_are_legal_as_often_as_not() {
    let legal = (0..200).filter(|seed| judged(*seed).1.is_empty()).count();
    assert!((30..170).contains(&legal), "{legal}");
}
