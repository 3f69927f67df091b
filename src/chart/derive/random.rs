//! Random legal values, most of them words that occur nowhere else, so that they are found again in what is built from them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::leaf::{Assigned, Leaf, leaves};
use crate::chart::knob::KNOWN;

/// A generator of numbers that is the same on every machine (xorshift64*).
pub(in crate::chart) struct Random {
    state: u64,
    /// Words given out so far.
    words: u32,
    /// How often each field was changed.
    pub(in crate::chart) probed: BTreeMap<String, usize>,
}

/// Texts that must be of a sort, but of which the templates know none.
const FREE: &[(&str, &[&str])] = &[
    ("memos.timeZone", &["Europe/Berlin", "America/St_Johns", "Asia/Kolkata"]),
    ("images.registry", &["mirror.example/one", "registry.example:5000/two", "third.example"]),
];

/// The texts of a field that the templates know by name.
fn known(leaf: &Leaf<'_>, assigned: &Assigned) -> Option<&'static [&'static str]> {
    let kind = assigned.get(&format!("{}.kind", leaf.section)).and_then(Value::as_str).unwrap_or_default();
    let known = KNOWN.iter().find(|(path, of, _)| *path == leaf.path && (of.is_empty() || *of == kind));
    known.map(|(_, _, words)| *words)
}

impl Random {
    pub(in crate::chart) fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, words: 0, probed: BTreeMap::new() }
    }

    /// A number below a bound.
    pub(in crate::chart) fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let bits = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(bits).unwrap_or_default() % bound.max(1)
    }

    /// True once in so many times.
    pub(in crate::chart) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(in crate::chart) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A word that was not given out before and begins no other.
    pub(in crate::chart) fn word(&mut self) -> String {
        self.words += 1;
        let letters = |mut number: u32| {
            let mut text = Vec::new();
            for _ in 0..5 {
                text.push(b'a' + u8::try_from(number % 24).unwrap_or_default());
                number /= 24;
            }
            String::from_utf8(text).unwrap_or_default()
        };
        format!("z{}y", letters(self.words))
    }

    fn between(&mut self, minimum: i64, maximum: i64) -> i64 {
        // Mostly near the lower end, where conditions lie; else anywhere in a span that numbers of people have.
        let span = if self.one_in(3) { 1000 } else { 8 };
        let span = (maximum - minimum).min(span);
        minimum + i64::try_from(self.below(usize::try_from(span + 1).unwrap_or(1))).unwrap_or_default()
    }

    /// A legal value of a field.
    pub(in crate::chart) fn value(&mut self, leaf: &Leaf<'_>, assigned: &Assigned) -> Value {
        let path = leaf.path.as_str();
        if let Some((_, words)) = FREE.iter().find(|(known, _)| *known == path) {
            return Value::from(*self.pick(words));
        }
        if let Some(words) = known(leaf, assigned) {
            return Value::from(*self.pick(words));
        }
        self.of_schema(path, leaf.schema)
    }

    fn of_schema(&mut self, path: &str, schema: &Value) -> Value {
        if let Some(words) = schema.get("oneOf").and_then(Value::as_array) {
            return self.pick(words)["const"].clone();
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => Value::from(self.one_in(2)),
            Some("integer") if path.ends_with(".port") => Value::from(self.between(20_000, 60_000) + 7),
            Some("integer") => {
                let bound = |name: &str, default| schema.get(name).and_then(Value::as_i64).unwrap_or(default);
                Value::from(self.between(bound("minimum", 0), bound("maximum", 100_000)))
            }
            Some("array") => {
                let count = 1 + self.below(3);
                (0..count).map(|_| self.item(path, &schema["items"])).collect()
            }
            Some("object") => self.map(path),
            _ => Value::from(self.text(path, schema)),
        }
    }

    fn item(&mut self, path: &str, schema: &Value) -> Value {
        let word = self.word();
        match path.rsplit('.').next() {
            Some("tolerations") => json!({"key": word, "operator": "Exists"}),
            Some("extraEnv") => json!({"name": word.to_uppercase(), "value": self.word()}),
            Some("extraVolumes") => json!({"name": word, "emptyDir": {"sizeLimit": "16Mi"}}),
            Some("extraVolumeMounts") => json!({"name": word, "mountPath": format!("/{word}"), "readOnly": true}),
            Some("extraContainers") => json!({"name": word, "image": format!("registry.example/{word}:1")}),
            _ => self.of_schema(path, schema),
        }
    }

    fn map(&mut self, path: &str) -> Value {
        let word = self.word();
        let expressions = json!({"matchExpressions": [{"key": word, "operator": "Exists"}]});
        if path.ends_with(".nodeAffinity") {
            return json!({"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [expressions]}});
        }
        if path.ends_with(".podAffinity") {
            let term = json!({"labelSelector": expressions, "topologyKey": self.word()});
            return json!({"requiredDuringSchedulingIgnoredDuringExecution": [term]});
        }
        let count = 1 + self.below(2);
        (0..count).map(|_| (format!("{}.example/{}", self.word(), self.word()), Value::from(self.word()))).collect()
    }

    fn text(&mut self, path: &str, schema: &Value) -> String {
        let word = self.word();
        let length = |name: &str| schema.get(name).and_then(Value::as_u64).unwrap_or_default();
        match schema.get("format").and_then(Value::as_str) {
            Some("dns-name") if path.ends_with("class") || path.ends_with("lass") => word,
            Some("dns-name") => format!("{word}.example"),
            Some("http-url") => match self.below(4) {
                0 => format!("http://{word}.example"),
                1 => format!("https://{word}.example:{}", 20_000 + self.below(9999)),
                _ => format!("https://{word}.example"),
            },
            Some("cidr") => format!("10.{}.{}.0/24", self.below(256), self.below(256)),
            Some("image-reference") => format!("registry.example/{word}:{}.{}", self.below(9), self.below(9)),
            Some("quantity") => self.quantity(path),
            Some("seconds") => format!("{}s", 1 + self.below(900)),
            Some("instance-connection-name") => format!("{word}:region1:{}", self.word()),
            Some("database-name") => word,
            // Amazon's have their form, others are names.
            _ if path.ends_with("tls.certificate") && self.one_in(2) => {
                format!("arn:aws:acm:eu-central-1:123456789012:certificate/{word}")
            }
            _ if path.ends_with("edge.waf") && self.one_in(2) => {
                format!("arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/{word}/{}", self.word())
            }
            _ if path.ends_with("roleArn") => format!("arn:aws:iam::123456789012:role/{word}"),
            _ if path.ends_with("serviceAccount") => format!("{word}@example-notes.iam.gserviceaccount.com"),
            _ if length("minLength") == 36 => format!("{word}-0000-4000-8000-00000000-0{word}"),
            _ => word,
        }
    }

    fn quantity(&mut self, path: &str) -> String {
        if path.ends_with("cpu") {
            return if self.one_in(2) {
                format!("{}m", 50 * (1 + self.below(60)))
            } else {
                (1 + self.below(6)).to_string()
            };
        }
        if path.contains("storage.size") || path == "attachments.size" || path.contains("Storage") {
            return format!("{}Gi", 1 + self.below(900));
        }
        if self.one_in(3) { format!("{}Gi", 1 + self.below(30)) } else { format!("{}Mi", 128 + 16 * self.below(400)) }
    }

    /// Sets or leaves out one field, and whatever becomes necessary or illegal by that.
    pub(in crate::chart) fn change(&mut self, schema: &Value, assigned: &Assigned) -> (String, Assigned) {
        let mut next = assigned.clone();
        let legal = leaves(schema, assigned);
        // Of a few, the one that was changed least often.
        let drawn: Vec<usize> = (0..4).map(|_| self.below(legal.len())).collect();
        let rarest = drawn.into_iter().min_by_key(|at| self.probed.get(&legal[*at].path).copied().unwrap_or_default());
        let leaf = &legal[rarest.unwrap_or_default()];
        let leave_out = leaf.default.is_none() && assigned.contains_key(&leaf.path) && !self.one_in(3);
        if leave_out {
            next.remove(&leaf.path);
            if leaf.required {
                let section = format!("{}.", leaf.section);
                next.retain(|path, _| !path.starts_with(&section) || leaf.section.split('.').count() == 1);
            }
        } else {
            next.insert(leaf.path.clone(), self.value(leaf, assigned));
        }
        self.complete(schema, &mut next);
        (leaf.path.clone(), next)
    }

    /// The same spec with some of its kinds chosen anew.
    pub(in crate::chart) fn other_kinds(&mut self, schema: &Value, assigned: &Assigned) -> Assigned {
        let mut next = assigned.clone();
        for leaf in leaves(schema, assigned) {
            if (leaf.path.ends_with("kind") || leaf.path.ends_with("mode")) && self.one_in(3) {
                next.insert(leaf.path.clone(), self.value(&leaf, assigned));
            }
        }
        self.complete(schema, &mut next);
        next
    }

    /// The same spec with other words wherever a word is free.
    pub(in crate::chart) fn made_up(&mut self, schema: &Value, assigned: &Assigned) -> Assigned {
        let mut next = assigned.clone();
        for leaf in leaves(schema, assigned) {
            let free = leaf.schema.get("oneOf").is_none() && leaf.path != "exposure.class";
            if free && assigned.get(&leaf.path).is_some_and(|value| value.is_string() || value.is_array()) {
                next.insert(leaf.path.clone(), self.value(&leaf, assigned));
            }
        }
        next
    }

    /// Texts that another kind of the section knows are none of this one's.
    fn stay_among_known(&mut self, legal: &[Leaf<'_>], assigned: &mut Assigned) {
        for leaf in legal {
            let Some(words) = known(leaf, assigned) else { continue };
            let is_known = |value: &Value| value.as_str().is_some_and(|text| words.contains(&text));
            if assigned.get(&leaf.path).is_some_and(|value| !is_known(value)) {
                assigned.insert(leaf.path.clone(), Value::from(*self.pick(words)));
            }
        }
    }

    /// Takes away what the chosen kinds do not have, and adds what they need.
    pub(in crate::chart) fn complete(&mut self, schema: &Value, assigned: &mut Assigned) {
        for _ in 0..4 {
            let legal = leaves(schema, assigned);
            assigned.retain(|path, _| legal.iter().any(|leaf| leaf.path == *path));
            self.stay_among_known(&legal, assigned);
            let section_is_there = |section: &str| {
                let inside = format!("{section}.");
                assigned.keys().any(|path| path.starts_with(&inside))
            };
            let needed = legal.iter().filter(|leaf| leaf.required && !assigned.contains_key(&leaf.path));
            let needed: Vec<&Leaf<'_>> =
                needed.filter(|leaf| leaf.section_required || section_is_there(&leaf.section)).collect();
            if needed.is_empty() {
                return;
            }
            for leaf in needed {
                let value = self.value(leaf, assigned);
                assigned.insert(leaf.path.clone(), value);
            }
        }
    }
}
