//! Random legal values, most of them words that occur nowhere else, so that they are found again in what is built from them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::leaf::{Assigned, Leaf, is_choice, leaves};
use super::vocabulary::{MADE_UP_RANGES, is_made_up, is_word};
use crate::chart::knob::{ANY_WORD, KNOWN, TELLING, TELLING_NUMBERS};
use crate::spec::scalar::Quantity;

/// A generator of numbers that is the same on every machine (xorshift64*).
pub(in crate::chart) struct Random {
    state: u64,
    /// Words given out so far.
    words: u32,
    /// How often each field was changed.
    pub(in crate::chart) probed: BTreeMap<String, usize>,
}

/// The end of the names of Google's accounts, which their users of a database do not have.
const OF_GOOGLE_ACCOUNTS: &str = ".gserviceaccount.com";

/// Where what Azure has of its own is.
const AZURE: &str =
    "/subscriptions/3f6d2a10-8c1b-4f0e-9a7d-5b2c4e6f8a90/resourceGroups/notes/providers/Microsoft.Network";

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

/// Whether a text is a word of which the templates look at its form.
fn is_telling(path: &str, text: &str) -> bool {
    TELLING.iter().any(|(telling, _, words)| *telling == path && words.contains(&text))
}

/// Whether a value is found again in what is built from it, or is one that the templates know.
pub(super) fn tells(leaf: &Leaf<'_>, value: &Value) -> bool {
    let amount = matches!(leaf.schema.get("format").and_then(Value::as_str), Some("quantity" | "seconds"));
    let free = leaf.schema.get("oneOf").is_none() && !KNOWN.iter().any(|(path, ..)| *path == leaf.path);
    let text = |value: &Value| value.as_str().is_none_or(|word| is_word(word) || is_telling(&leaf.path, word));
    match value {
        Value::Array(items) => items.iter().all(text),
        value => !free || amount || text(value),
    }
}

/// The volumes that a component is given.
fn volume_names(component: &str, assigned: &Assigned) -> Vec<String> {
    let volumes = assigned.get(&format!("{component}.extraVolumes")).and_then(Value::as_array);
    volumes.into_iter().flatten().filter_map(|volume| volume["name"].as_str().map(str::to_owned)).collect()
}

/// Only what is there is mounted.
fn unmount_what_is_gone(assigned: &mut Assigned) {
    let given = assigned.clone();
    for (path, mounts) in assigned.iter_mut() {
        if let (Some(component), Some(mounts)) = (path.strip_suffix(".extraVolumeMounts"), mounts.as_array_mut()) {
            let names = volume_names(component, &given);
            mounts.retain(|mount| names.iter().any(|name| mount["name"] == **name));
        }
    }
    assigned.retain(|path, value| !(path.ends_with(".extraVolumeMounts") && value == &json!([])));
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
            return Value::from(self.pick(words).replace(ANY_WORD, &self.word()));
        }
        if let Some(component) = path.strip_suffix(".extraVolumeMounts") {
            return self.mounts(component, assigned);
        }
        if let Some((_, numbers)) = TELLING_NUMBERS.iter().find(|(known, _)| *known == path)
            && self.one_in(3)
        {
            return Value::from(*self.pick(numbers));
        }
        if self.one_in(4)
            && let Some(value) = self.near(leaf, assigned)
        {
            return value;
        }
        self.of_schema(path, leaf.schema)
    }

    /// Places for all volumes that a component is given.
    fn mounts(&mut self, component: &str, assigned: &Assigned) -> Value {
        let names = volume_names(component, assigned).into_iter();
        let mount = |name: String| json!({"name": name, "mountPath": format!("/{}", self.word()), "readOnly": true});
        names.map(mount).collect()
    }

    /// A number or an amount that is, or nearly is, that of another field: what is compared has to be close at times.
    fn near(&mut self, leaf: &Leaf<'_>, assigned: &Assigned) -> Option<Value> {
        let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
        let is_amount = leaf.schema.get("format").and_then(Value::as_str) == Some("quantity");
        let others: Vec<&Value> = assigned
            .iter()
            .filter(|(path, value)| match value {
                Value::Number(_) => leaf.schema.get("type").and_then(Value::as_str) == Some("integer"),
                Value::String(text) => is_amount && last(path) == last(&leaf.path) && text.parse::<Quantity>().is_ok(),
                _ => false,
            })
            .map(|(_, value)| value)
            .collect();
        let other = (!others.is_empty()).then(|| *self.pick(&others))?;
        let Some(number) = other.as_i64() else { return Some(other.clone()) };
        let number = number + i64::try_from(self.below(3)).unwrap_or_default() - 1;
        let bound = |name: &str| leaf.schema.get(name).and_then(Value::as_i64);
        let legal = number >= bound("minimum").unwrap_or(0) && number <= bound("maximum").unwrap_or(100_000);
        legal.then(|| Value::from(number))
    }

    fn of_schema(&mut self, path: &str, schema: &Value) -> Value {
        if let Some(words) = schema.get("oneOf").and_then(Value::as_array) {
            return self.pick(words)["const"].clone();
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => Value::from(self.one_in(2)),
            Some("integer") if path.ends_with(".port") && !self.one_in(8) => {
                Value::from(self.between(20_000, 60_000) + 7)
            }
            Some("integer") => {
                let bound = |name: &str, default| schema.get(name).and_then(Value::as_i64).unwrap_or(default);
                Value::from(self.between(bound("minimum", 0), bound("maximum", 100_000)))
            }
            Some("array") => {
                let count = 1 + self.below(3);
                (0..count).map(|_| self.item(path, &schema["items"])).collect()
            }
            Some("object") if schema.get("properties").is_none() => self.map(path),
            _ => Value::from(self.text(path, schema)),
        }
    }

    fn item(&mut self, path: &str, schema: &Value) -> Value {
        let word = self.word();
        match path.rsplit('.').next() {
            Some("tolerations") => json!({"key": word, "operator": "Exists"}),
            Some("extraEnv") => json!({"name": word.to_uppercase(), "value": self.word()}),
            Some("extraVolumes") => json!({"name": word, "emptyDir": {"sizeLimit": "16Mi"}}),
            Some("extraContainers") => {
                let security = json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
                json!({"name": word, "image": format!("registry.example/{word}:1"), "securityContext": security})
            }
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
        // Without this one no Gateway of Azure's own is legal.
        let telling = path == "exposure.annotations" && self.one_in(2);
        let telling = telling.then(|| ("alb.networking.azure.io/alb-id".to_owned(), Value::from(self.word())));
        let count = 1 + self.below(2);
        let others = (0..count).map(|_| (format!("{}.example/{}", self.word(), self.word()), Value::from(self.word())));
        telling.into_iter().chain(others.collect::<Vec<_>>()).collect()
    }

    fn text(&mut self, path: &str, schema: &Value) -> String {
        let word = self.word();
        let sorts: Vec<&str> = TELLING
            .iter()
            .filter(|(known, ..)| *known == path)
            .flat_map(|(_, _, examples)| *examples)
            .copied()
            .collect();
        if !sorts.is_empty() && self.one_in(4) {
            return self.pick(&sorts).replace(ANY_WORD, &word).replace("{n}", &(1 + self.below(255)).to_string());
        }
        let length = |name: &str| schema.get(name).and_then(Value::as_u64).unwrap_or_default();
        match schema.get("format").and_then(Value::as_str) {
            Some("dns-name") if path.ends_with("class") || path.ends_with("lass") => word,
            Some("dns-name") => format!("{word}.example"),
            Some("http-url") => match self.below(4) {
                0 => format!("http://{word}.example"),
                1 => format!("https://{word}.example:{}", 20_000 + self.below(9999)),
                _ => format!("https://{word}.example"),
            },
            Some("cidr") => {
                let second = MADE_UP_RANGES.start + self.below(MADE_UP_RANGES.len());
                format!("10.{second}.{}.0/24", self.below(256))
            }
            Some("image-reference") => format!("registry.example/{word}:{}.{}", self.below(9), self.below(9)),
            Some("quantity") => self.quantity(path),
            Some("seconds") if self.one_in(4) => format!("{}m", 1 + self.below(15)),
            Some("seconds") => format!("{}s", 1 + self.below(900)),
            Some("instance-connection-name") => format!("{word}:region1:{}", self.word()),
            Some("database-name") => word,
            // Amazon's have their form, others are names.
            _ if path.ends_with(".certificate") && !self.one_in(3) => {
                format!("arn:aws:acm:eu-central-1:123456789012:certificate/{word}")
            }
            _ if path.ends_with("edge.waf") => match self.below(3) {
                0 => format!("arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/{word}/{}", self.word()),
                1 => format!("{AZURE}/applicationGatewayWebApplicationFirewallPolicies/{word}"),
                _ => word,
            },
            _ if path.ends_with("roleArn") => format!("arn:aws:iam::123456789012:role/{word}"),
            _ if path.ends_with("serviceAccount") => format!("{word}@example-notes.iam{OF_GOOGLE_ACCOUNTS}"),
            _ if length("minLength") == 36 => format!("{word}0-0000-4000-8000-0000{word}0"),
            _ => word,
        }
    }

    fn quantity(&mut self, path: &str) -> String {
        // Requests are mostly small and limits large, so that they go together.
        let request = path.contains(".requests.") && !self.one_in(8);
        let limit = path.contains(".limits.") && !self.one_in(8);
        if path.ends_with("cpu") {
            let small = format!("{}m", 50 * (1 + self.below(if request { 18 } else { 60 })));
            let large = (1 + self.below(6)).to_string();
            return if request || (!limit && self.one_in(2)) { small } else { large };
        }
        if path.ends_with("ephemeralStorage") {
            return if request {
                format!("{}Mi", 16 * (1 + self.below(60)))
            } else {
                format!("{}Gi", 1 + self.below(90))
            };
        }
        if request {
            return format!("{}Mi", 16 * (1 + self.below(30)));
        }
        if limit {
            return format!("{}Gi", 1 + self.below(30));
        }
        if path.ends_with("torage.size") || path == "attachments.size" {
            let small = self.one_in(6);
            return if small {
                format!("{}Mi", 10 * (1 + self.below(300)))
            } else {
                format!("{}Gi", 1 + self.below(900))
            };
        }
        if self.one_in(3) { format!("{}Gi", 1 + self.below(30)) } else { format!("{}Mi", 128 + 16 * self.below(400)) }
    }

    /// Sets or leaves out one field, and whatever becomes necessary or illegal by that.
    pub(in crate::chart) fn change(&mut self, schema: &Value, assigned: &Assigned) -> (String, Assigned) {
        let legal = leaves(schema, assigned);
        // Of a few, the one that was changed least often.
        let drawn: Vec<usize> = (0..4).map(|_| self.below(legal.len())).collect();
        let rarest = drawn.into_iter().min_by_key(|at| self.probed.get(&legal[*at].path).copied().unwrap_or_default());
        let leaf = &legal[rarest.unwrap_or_default()];
        self.change_leaf(schema, assigned, leaf)
    }

    /// The same for one of these fields, when any of them may be there.
    pub(in crate::chart) fn change_one_where(
        &mut self,
        schema: &Value,
        assigned: &Assigned,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Option<(String, Assigned)> {
        let legal: Vec<Leaf<'_>> = leaves(schema, assigned).into_iter().filter(|leaf| wanted(&leaf.path)).collect();
        let leaf = (!legal.is_empty()).then(|| self.pick(&legal).clone())?;
        Some(self.change_leaf(schema, assigned, &leaf))
    }

    pub(super) fn change_leaf(&mut self, schema: &Value, assigned: &Assigned, leaf: &Leaf<'_>) -> (String, Assigned) {
        let mut next = assigned.clone();
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
        if let Some(component) = leaf.path.strip_suffix(".extraVolumes")
            && self.one_in(2)
        {
            next.insert(format!("{component}.extraVolumeMounts"), self.mounts(component, &next));
        }
        self.complete(schema, &mut next);
        (leaf.path.clone(), next)
    }

    /// The same spec with some of its kinds and a few of its flags chosen anew.
    pub(in crate::chart) fn other_kinds(&mut self, schema: &Value, assigned: &Assigned) -> Assigned {
        let mut next = assigned.clone();
        for leaf in leaves(schema, assigned) {
            let kind = is_choice(&leaf.path);
            let flag = leaf.schema.get("type").is_some_and(|of| of == "boolean");
            if (kind && self.one_in(3)) || (flag && self.one_in(8)) {
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
            let telling = |value: &Value| value.as_str().is_some_and(|text| is_telling(&leaf.path, text));
            let of_words =
                |value: &Value| (value.is_string() && !telling(value)) || value.is_array() || value.is_object();
            if free && assigned.get(&leaf.path).is_some_and(of_words) {
                next.insert(leaf.path.clone(), self.value(&leaf, assigned));
            }
        }
        self.sign_in_as_the_account(&mut next);
        next
    }

    /// Texts that another kind of the section knows are none of this one's.
    fn stay_among_known(&mut self, legal: &[Leaf<'_>], assigned: &mut Assigned) {
        for leaf in legal {
            let Some(words) = known(leaf, assigned) else { continue };
            let any = words.contains(&ANY_WORD);
            let is_known = |text: &str| words.contains(&text) || (any && is_made_up(text));
            if assigned.get(&leaf.path).and_then(Value::as_str).is_some_and(|text| !is_known(text)) {
                let word = self.pick(words).replace(ANY_WORD, &self.word());
                assigned.insert(leaf.path.clone(), Value::from(word));
            }
        }
    }

    /// Whoever signs in to the database by identity is mostly the user that the account is.
    fn sign_in_as_the_account(&mut self, assigned: &mut Assigned) {
        let login = "database.cloudSqlProxy.iamLogin";
        if assigned.get(login) != Some(&Value::Bool(true)) || self.one_in(4) {
            return;
        }
        let account = "kubernetes.identity.serviceAccount";
        let given = assigned.get(account).and_then(Value::as_str).map(str::to_owned);
        let user = given.as_deref().and_then(|account| account.strip_suffix(OF_GOOGLE_ACCOUNTS));
        let user = user.map_or_else(|| format!("{}@example-notes.iam", self.word()), str::to_owned);
        assigned.retain(|path, _| !path.starts_with("kubernetes.identity."));
        assigned.insert("kubernetes.identity.kind".to_owned(), Value::from("gke"));
        assigned.insert(account.to_owned(), Value::from(format!("{user}{OF_GOOGLE_ACCOUNTS}")));
        assigned.insert("database.user".to_owned(), Value::from(user));
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
                unmount_what_is_gone(assigned);
                self.sign_in_as_the_account(assigned);
                return;
            }
            for leaf in needed {
                let value = self.value(leaf, assigned);
                assigned.insert(leaf.path.clone(), value);
            }
        }
    }
}
