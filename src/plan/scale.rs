//! The load, and how many processes carry it.

use super::formula::{Formula, Inputs, at_least, at_most};
use super::sizing::{self, Derivation, Figure};
use super::standby;
use crate::spec::Spec;
use crate::spec::memos::{Behavior, Load, Scaling, Size};

/// The load in numbers, and the replicas for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    /// The size.
    pub size: Size,
    /// People with an account.
    pub users: u64,
    /// Sessions at the same time.
    pub sessions: u64,
    /// Settings in the cache.
    pub cached_settings: u64,
    /// Requests a second at the busiest time.
    pub requests_per_second: u64,
    /// The fewest processes.
    pub min: u32,
    /// The most processes, without the surge of a rollout.
    pub max: u32,
    /// Processes beyond `max` during a rollout.
    pub surge: u32,
    /// Pods, those that stand by among them; as many as processes where none does.
    pub pods: u32,
    /// Autoscaling; none when the number is fixed.
    pub autoscaling: Option<Autoscaling>,
}

impl Scale {
    /// The most processes that exist at any moment, a rollout included.
    pub fn peak(&self) -> u32 {
        self.max + self.surge
    }

    /// Whether pods stand by.
    pub fn stands_by(&self) -> bool {
        self.pods > self.max
    }

    /// The field of the spec by which there are so many pods.
    pub fn field(&self) -> &'static str {
        if self.stands_by() { "scaling.pods" } else { "scaling.max" }
    }

    /// The fewest pods.
    pub fn fewest_pods(&self) -> u32 {
        if self.stands_by() { self.pods } else { self.min }
    }

    /// Pods beyond the wanted number during a rollout.
    pub fn pod_surge(&self) -> u32 {
        if self.stands_by() { 1 } else { self.surge }
    }

    /// The size as the starting point of formulas.
    pub fn inputs(&self) -> Inputs {
        Inputs::of(self.size)
    }
}

/// When replicas are added and removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Autoscaling {
    /// Target processor use in percent of the request.
    pub cpu_utilization: u32,
    /// Target memory use in percent of the request.
    pub memory_utilization: Option<u32>,
    /// How fast.
    pub behavior: Behavior,
}

/// Takes a number of the spec, or the formula's, and remembers how it came about.
pub(super) fn figure(
    figures: &mut Vec<Figure>,
    path: &'static str,
    given: Option<u64>,
    formula: &Formula,
    inputs: &Inputs,
    unit: &str,
    source: &'static str,
) -> u64 {
    let value = given.unwrap_or_else(|| formula.count(inputs));
    figures.push(Figure {
        path,
        value: format!("{value}{unit}"),
        formula: if given.is_some() { "given in the spec".to_owned() } else { formula.to_string() },
        inputs: if given.is_some() { String::new() } else { inputs.used_by(formula) },
        source,
        derivation: Some(Derivation {
            number: i64::try_from(value).unwrap_or(i64::MAX),
            formula: given.is_none().then(|| formula.clone()),
            inputs: inputs.clone(),
        }),
    });
    value
}

/// Decides load and replicas.
pub(super) fn decide(spec: &Spec, figures: &mut Vec<Figure>) -> Scale {
    let Load { size, users, sessions, cached_settings, requests_per_second } = spec.load.clone();
    let size = size.or_else(|| users.map(sizing::size_of)).unwrap_or(Size::Small);
    let inputs = Inputs::of(size);
    let seed = "seed 000, Performance Considerations";
    let users = figure(figures, "load.users", users, &sizing::users(), &inputs, "", seed);
    let inputs = inputs.with("users", users);
    let sessions =
        figure(figures, "load.sessions", sessions, &sizing::sessions(), &inputs, "", "three devices a person");
    let cached_settings = figure(
        figures,
        "load.cachedSettings",
        cached_settings,
        &sizing::cached_settings(),
        &inputs,
        "",
        "ten a person and a hundred of the instance",
    );
    let requests_per_second = figure(
        figures,
        "load.requestsPerSecond",
        requests_per_second,
        &sizing::requests_per_second(),
        &inputs,
        "/s",
        "one person in twenty clicks once a second",
    );
    let (min, max, surge, autoscaling) = replicas(spec, &Inputs::of(size), figures);
    let inputs = Inputs::of(size).with("replicasMax", max).with("surge", surge);
    let source = "the replicas, and those more during a rollout";
    figure(figures, "scaling.processes", None, &sizing::processes(), &inputs, "", source);
    let pods = standby::wanted(spec).map_or(max, |standby| standby.pods);
    Scale { size, users, sessions, cached_settings, requests_per_second, min, max, surge, pods, autoscaling }
}

fn replicas(spec: &Spec, inputs: &Inputs, figures: &mut Vec<Figure>) -> (u32, u32, u32, Option<Autoscaling>) {
    let Scaling::Replicas(replicas) = &spec.scaling else {
        return (1, 1, 0, None);
    };
    let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let source = "seed 000, Scaling Guidelines";
    let (formula, inputs) = match replicas.max {
        Some(max) => (at_most("max", sizing::replicas_min()), &inputs.clone().with("max", max)),
        None => (sizing::replicas_min(), inputs),
    };
    let min = narrow(figure(figures, "scaling.min", replicas.min.map(u64::from), &formula, inputs, "", source));
    let formula = at_least("min", sizing::replicas_max());
    let inputs = inputs.clone().with("min", min);
    let max = narrow(figure(figures, "scaling.max", replicas.max.map(u64::from), &formula, &inputs, "", source));
    let autoscaling = Autoscaling {
        cpu_utilization: replicas.cpu_utilization,
        memory_utilization: replicas.memory_utilization,
        behavior: replicas.behavior.clone(),
    };
    (min, max, spec.rollout.max_surge, Some(autoscaling))
}

impl Inputs {
    /// The inputs that a formula uses, with their values.
    fn used_by(&self, formula: &Formula) -> String {
        let value = |name: &&str| format!("{name} {}", self.values.get(name).copied().unwrap_or_default());
        let mut used = vec![format!("size {}", self.size.word())];
        used.extend(formula.names().iter().map(value));
        used.join(", ")
    }
}
