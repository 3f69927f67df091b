//! What the API server refuses in built objects of Kubernetes' own kinds, whoever wrote it: the user's parts of pods, an
//! override, or a component.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::super::Context;
use super::node::Node;
use super::origin::found_at;
use super::pods::name;
use super::{contradictions, names, values};
use crate::diagnostic::{Code, Diagnostics};
use crate::object::Object;
use crate::source::setting::{Step, spoken};

/// Something that the API server refuses.
#[derive(Debug, Clone)]
pub(in crate::check) struct Fault {
    /// Its code.
    pub(in crate::check) code: Code,
    /// The paths of what is at fault; the first is named.
    pub(in crate::check) paths: Vec<Vec<Step>>,
    /// Whether the key is at fault and not the value.
    pub(in crate::check) on_key: bool,
    /// What is wrong, as it goes on after the path.
    pub(super) text: String,
    /// What to do.
    pub(in crate::check) help: String,
}

impl Fault {
    /// A fault of one value.
    pub(super) fn of(node: &Node<'_>, code: Code, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, paths: vec![node.path()], on_key: false, text: text.into(), help: help.into() }
    }

    /// A fault of a field, whether it is there or not.
    pub(super) fn of_field(
        node: &Node<'_>,
        field: &str,
        code: Code,
        text: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let mut fault = Self::of(node, code, text, help);
        let mut path = node.path();
        path.push(Step::Key(field.to_owned()));
        fault.paths.insert(0, path);
        fault
    }

    /// What is told of it.
    pub(in crate::check) fn message(&self, object: &Object) -> String {
        let path = self.paths.first().map(|path| spoken(path)).unwrap_or_default();
        format!("`{}` is refused by the API server: `{path}` {}", name(object), self.text)
    }

    /// Another place that may be the user's, where the first is not.
    #[must_use]
    pub(super) fn or_at(mut self, node: &Node<'_>, field: &str) -> Self {
        let mut path = node.path();
        path.push(Step::Key(field.to_owned()));
        self.paths.insert(1, path);
        self
    }
}

/// Groups whose objects the API server judges by the rules below; custom kinds have schemas of their own.
const GROUPS: [&str; 7] =
    ["v1", "apps/v1", "autoscaling/v2", "batch/v1", "networking.k8s.io/v1", "policy/v1", "storage.k8s.io/v1"];

/// What the API server refuses in an object; nothing is known of custom kinds.
pub(in crate::check) fn faults(object: &Object) -> Vec<Fault> {
    let mut faults = Vec::new();
    if GROUPS.contains(&object.api_version.as_str()) {
        Node::whole(object).walk(&mut |node| {
            values::faults(node, &mut faults);
            names::faults(node, &mut faults);
            contradictions::faults(node, &mut faults);
        });
    }
    faults
}

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    // These are told by the fields of the spec already.
    let told: Vec<&str> = [
        (Code::LimitBelowRequest, ".requests."),
        (Code::MinAboveMax, "spec.minReplicas"),
        (Code::GraceTooShort, "terminationGracePeriodSeconds"),
    ]
    .into_iter()
    .filter(|(code, _)| diagnostics.iter().any(|found| found.code == *code))
    .map(|(_, part)| part)
    .collect();
    // To walk through every value is the largest part of all rules, and no object depends on another.
    let faults_of_each: Vec<_> = context.objects.objects().par_iter().map(faults).collect();
    for (object, mut faults) in context.objects.objects().iter().zip(faults_of_each) {
        faults.retain(|fault| !told.iter().any(|part| spoken(&fault.paths[0]).contains(part)));
        for fault in faults {
            let message = fault.message(object);
            let (diagnostic, place) = found_at(context, fault.code, message, object, &fault.paths, fault.on_key);
            // One mistake of the user's may stand in many objects.
            if place.is_none_or(|place| seen.insert((fault.code, place, fault.help.clone()))) {
                diagnostics.push(diagnostic.help(fault.help));
            }
        }
    }
}
