//! Every decision: names, numbers, topology, who talks to whom. Knows no YAML and no Kubernetes objects.

pub mod attachments;
pub mod cache;
pub mod capability;
pub mod database;
pub mod exposure;
pub mod formula;
pub mod image;
pub mod memos;
pub mod names;
pub mod network;
pub mod pooler;
pub mod scale;
pub mod secrets;
pub mod sizing;
pub mod standby;
pub mod workload;

use attachments::AttachmentsPlan;
use cache::CachePlan;
use database::DatabasePlan;
use exposure::ExposurePlan;
use memos::MemosPlan;
use names::{Names, Role};
use network::PolicyPlan;
use pooler::PoolerPlan;
use scale::Scale;
use secrets::SecretsPlan;
use sizing::Figure;
use standby::StandbyPlan;

use crate::spec::workload::Override;
use crate::validate::ValidatedSpec;

/// Everything that is decided about one installation.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Names and labels.
    pub names: Names,
    /// Whether the Namespace is ours.
    pub create_namespace: bool,
    /// The value of `app.kubernetes.io/version`.
    pub version: String,
    /// The oldest minor version of Kubernetes it must run on.
    pub kubernetes_minor: u32,
    /// Whether it runs on EKS Auto Mode.
    pub eks_auto_mode: bool,
    /// Load and replicas.
    pub scale: Scale,
    /// The Memos processes.
    pub memos: MemosPlan,
    /// The lease by which one of them serves.
    pub standby: Option<StandbyPlan>,
    /// Where notes are kept.
    pub database: DatabasePlan,
    /// PgBouncer, ours or the operator's.
    pub pooler: Option<PoolerPlan>,
    /// Redis.
    pub cache: CachePlan,
    /// Where uploads are kept.
    pub attachments: AttachmentsPlan,
    /// The way in.
    pub exposure: ExposurePlan,
    /// Who may talk to whom; empty when policies are off.
    pub policies: Vec<PolicyPlan>,
    /// Secrets that are expected.
    pub secrets: SecretsPlan,
    /// Merges into built objects.
    pub overrides: Vec<Override>,
    /// The numbers with their formulas.
    pub figures: Vec<Figure>,
}

impl Plan {
    /// Whose pods the Service leads to.
    pub fn entrance(&self) -> Role {
        match &self.standby {
            Some(StandbyPlan { proxy: Some(_), .. }) => Role::Proxy,
            _ => Role::Memos,
        }
    }
}

/// Decides everything. It cannot fail: what makes no sense is found by the rules, which see the plan as well.
pub fn plan(validated: &ValidatedSpec) -> Plan {
    let spec = validated.spec();
    let metadata = validated.metadata();
    let names = Names { installation: metadata.name.to_string(), namespace: metadata.namespace.to_string() };
    let mut figures = Vec::new();
    let scale = scale::decide(spec, &mut figures);
    let secrets = secrets::names(spec, &names);
    let exposure = exposure::decide(spec, &names, &mut figures);
    let attachments = attachments::decide(spec, &names, &scale);
    let database = database::decide(spec, &names, &scale, &secrets, &mut figures);
    let pooler = pooler::decide(spec, &names, &scale, &database, &secrets, &mut figures);
    let cache = cache::decide(spec, &names, &scale, &secrets, &mut figures);
    let inputs = standby::Inputs {
        spec,
        names: &names,
        scale: &scale,
        secrets: &secrets,
        exposure: &exposure,
        database: &database,
    };
    let standby = standby::decide(&inputs, &mut figures);
    let inputs = memos::Inputs {
        spec,
        names: &names,
        scale: &scale,
        secrets: &secrets,
        exposure: &exposure,
        attachments: &attachments,
        database: &database,
        pooler: pooler.as_ref(),
        cache: &cache,
        standby: standby.as_ref(),
    };
    let memos = memos::decide(&inputs, &mut figures);
    let inputs = network::Inputs {
        spec,
        names: &names,
        database: &database,
        pooler: pooler.as_ref(),
        cache: &cache,
        attachments: &attachments,
        exposure: &exposure,
        standby: standby.as_ref(),
    };
    let policies = network::decide(&inputs);
    let inputs = secrets::Inputs {
        spec,
        database: &database,
        pooler: pooler.as_ref(),
        cache: &cache,
        attachments: &attachments,
        memos: &memos,
        standby: standby.as_ref(),
    };
    let secrets = secrets::decide(&inputs, secrets);
    Plan {
        create_namespace: spec.kubernetes.create_namespace,
        version: memos.version_label.clone(),
        kubernetes_minor: spec.kubernetes.version.minor(),
        eks_auto_mode: exposure::eks_auto_mode(spec),
        names,
        scale,
        memos,
        standby,
        database,
        pooler,
        cache,
        attachments,
        exposure,
        policies,
        secrets,
        overrides: spec.overrides.clone(),
        figures,
    }
}
