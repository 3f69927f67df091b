//! Specs to begin with: the profiles, values that are kept in files, and edges of every class.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::leaf::{Assigned, leaves};
use crate::chart::edge;
use crate::chart::knob::{ANY_WORD, KNOWN};
use crate::chart::profile::merged;
use crate::schema::fields::join;

/// Values about which templates were wrong once, by a name.
const FOUND: &str = include_str!("found.yaml");

/// Values that cannot work together, with the codes for which they are refused, by a name.
const REFUSED: &str = include_str!("refused.yaml");

/// Values in which fields matter that random ones seldom have together, by a name.
const RARE: &str = include_str!("rare.yaml");

/// A word for a class of which nothing is known.
const UNKNOWN_CLASS: &str = "zothery";

/// What a profile says, all of which the chart offers.
pub(super) fn of_profile(profile: &str) -> Assigned {
    merged(profile).map(|merged| assigned(&merged.value["spec"])).unwrap_or_default()
}

/// The specs that are kept because earlier templates were wrong about them, or because rules are written down in them, but for
/// those about a namespace.
pub(super) fn kept(schema: &Value) -> impl Iterator<Item = Assigned> {
    let refused = named(REFUSED).into_values().filter(|case| case["namespace"].is_null());
    let values = named(FOUND).into_values().chain(refused.map(|case| case["values"].clone()));
    values.map(|values| whole_maps(schema, &values))
}

/// The specs in which rare fields matter.
pub(super) fn rare() -> Vec<Assigned> {
    named(RARE).values().map(assigned).collect()
}

fn named(text: &str) -> BTreeMap<String, Value> {
    serde_yaml::from_str(text).unwrap_or_default()
}

/// An edge of every class on every cloud with every kind of certificate, each with what may have to go with it: the first legal
/// one of each of these lists is like all others of it.
pub(super) fn edges() -> Vec<Vec<Assigned>> {
    let classes = KNOWN.iter().filter(|(path, ..)| *path == edge::PATH);
    let classes = classes.flat_map(|(_, kind, classes)| classes.iter().map(move |class| (*kind, *class)));
    let places = classes.flat_map(|class| ["none", "aws", "gcp", "azure"].map(|cloud| (class, cloud)));
    let certificates = certificates();
    places
        .flat_map(|((kind, class), cloud)| certificates.iter().map(move |tls| edge(kind, class, cloud, tls)))
        .collect()
}

/// What each class takes some of, and builds something else of each.
fn certificates() -> [Value; 6] {
    let of_cloud = |certificate: &str| json!({"kind": "cloud", "certificate": certificate});
    [
        json!({"kind": "certManager", "issuer": "letsencrypt"}),
        of_cloud("arn:aws:acm:eu-central-1:123456789012:certificate/abc"),
        of_cloud("notes"),
        of_cloud("managed"),
        json!({"kind": "secret", "name": "notes"}),
        json!({"kind": "none"}),
    ]
}

/// The same edge without networks of clients, and with them, which some cannot do without.
fn edge(kind: &str, class: &str, cloud: &str, tls: &Value) -> Vec<Assigned> {
    let class = class.replace(ANY_WORD, UNKNOWN_CLASS);
    let exposure = json!({"kind": kind, "class": class, "host": "notes.example", "tls": tls});
    let mut edge = assigned(&json!({"kubernetes": {"cloud": cloud}, "exposure": exposure}));
    // Without this one no Gateway of Azure's own is legal.
    let id = class.starts_with("azure-alb").then(|| json!({"alb.networking.azure.io/alb-id": "gateway"}));
    edge.extend(id.map(|id| ("exposure.annotations".to_owned(), id)));
    let networks = [None, Some(json!(["10.0.0.0/16"]))];
    let with = |networks: Option<Value>| {
        let mut edge = edge.clone();
        edge.extend(networks.map(|networks| ("exposure.edge.networks".to_owned(), networks)));
        edge
    };
    networks.map(with).into()
}

/// The values of a spec by their paths.
fn assigned(spec: &Value) -> Assigned {
    let mut assigned = Assigned::new();
    flatten(spec, "", &mut |path, value| drop(assigned.insert(path.to_owned(), value.clone())));
    assigned
}

fn flatten(value: &Value, path: &str, found: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                flatten(value, &join(path, key), found);
            }
        }
        Value::Null => {}
        _ => found(path, value),
    }
}

/// The values of a spec, with maps of anything as they are.
fn whole_maps(schema: &Value, spec: &Value) -> Assigned {
    let mut assigned = assigned(spec);
    for leaf in leaves(schema, &assigned) {
        let map = spec.pointer(&format!("/{}", leaf.path.replace('.', "/"))).filter(|value| value.is_object());
        if let Some(map) = map {
            let inside = format!("{}.", leaf.path);
            assigned.retain(|path, _| !path.starts_with(&inside));
            assigned.insert(leaf.path, map.clone());
        }
    }
    assigned
}
