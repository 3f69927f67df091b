//! NetworkPolicies: one that closes everything, and one a component with the edges of the plan.

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
    NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::pod::some;
use crate::object::Object;
use crate::object::meta::{annotate, metadata, typed};
use crate::plan::Plan;
use crate::plan::database::DatabasePlan;
use crate::plan::names::Role;
use crate::plan::network::{EdgePlan, PeerPlan, PolicyPlan};

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    plan.policies.iter().map(|policy| typed(&network_policy(plan, policy))).collect()
}

fn network_policy(plan: &Plan, policy: &PolicyPlan) -> NetworkPolicy {
    let pods = match policy.role {
        None => plan.names.all_pods(),
        Some(role) => pods(plan, role, true),
    };
    let mut metadata = metadata(plan, policy.role.unwrap_or(Role::Memos), policy.name.clone(), None);
    if policy.role.is_none() {
        metadata.labels.get_or_insert_default().remove("app.kubernetes.io/component");
    }
    let purposes = |edges: &[EdgePlan]| edges.iter().map(|edge| edge.purpose.as_str()).collect::<Vec<_>>().join("\n");
    let notes = [("ingress", purposes(&policy.ingress)), ("egress", purposes(&policy.egress))];
    let notes = notes.into_iter().filter(|(_, text)| !text.is_empty());
    let notes: BTreeMap<_, _> = notes.map(|(side, text)| (format!("memos-gen.dev/{side}"), text)).collect();
    NetworkPolicy {
        metadata: annotate(metadata, notes),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(matching(pods)),
            policy_types: Some(vec!["Ingress".to_owned(), "Egress".to_owned()]),
            ingress: some(policy.ingress.iter().map(|edge| ingress(plan, edge)).collect()),
            egress: some(policy.egress.iter().map(|edge| egress(plan, edge)).collect()),
        }),
    }
}

fn ingress(plan: &Plan, edge: &EdgePlan) -> NetworkPolicyIngressRule {
    NetworkPolicyIngressRule { from: some(peers(plan, edge)), ports: Some(ports(edge)) }
}

fn egress(plan: &Plan, edge: &EdgePlan) -> NetworkPolicyEgressRule {
    NetworkPolicyEgressRule { to: some(peers(plan, edge)), ports: Some(ports(edge)) }
}

fn ports(edge: &EdgePlan) -> Vec<NetworkPolicyPort> {
    let port = |(protocol, number): &(&str, u16)| NetworkPolicyPort {
        protocol: Some((*protocol).to_owned()),
        port: Some(IntOrString::Int(i32::from(*number))),
        end_port: None,
    };
    edge.ports.iter().map(port).collect()
}

fn peers(plan: &Plan, edge: &EdgePlan) -> Vec<NetworkPolicyPeer> {
    edge.peers.iter().map(|peer| self::peer(plan, peer)).collect()
}

fn peer(plan: &Plan, peer: &PeerPlan) -> NetworkPolicyPeer {
    match peer {
        PeerPlan::Component(role) => {
            NetworkPolicyPeer { pod_selector: Some(matching(pods(plan, *role, false))), ..NetworkPolicyPeer::default() }
        }
        PeerPlan::Pods { namespace, labels } => NetworkPolicyPeer {
            namespace_selector: Some(matching(BTreeMap::from([(
                "kubernetes.io/metadata.name".to_owned(),
                namespace.clone(),
            )]))),
            pod_selector: (!labels.is_empty()).then(|| matching(labels.clone())),
            ..NetworkPolicyPeer::default()
        },
        PeerPlan::Addresses { cidr, except } => NetworkPolicyPeer {
            ip_block: Some(IPBlock { cidr: cidr.clone(), except: some(except.clone()) }),
            ..NetworkPolicyPeer::default()
        },
    }
}

fn matching(labels: BTreeMap<String, String>) -> LabelSelector {
    LabelSelector { match_labels: Some(labels), match_expressions: None }
}

/// The pods of a component. CloudNativePG labels its pods itself: all of a cluster's for peers, since joining instances are
/// jobs, and the instances alone for the policy that binds them.
fn pods(plan: &Plan, role: Role, bound: bool) -> BTreeMap<String, String> {
    match (&plan.database, role) {
        (DatabasePlan::Cluster(cluster), Role::Database) => {
            let mut labels = BTreeMap::from([("cnpg.io/cluster".to_owned(), cluster.name.clone())]);
            if bound {
                labels.insert("cnpg.io/podRole".to_owned(), "instance".to_owned());
            }
            labels
        }
        _ => plan.names.selector(role),
    }
}
