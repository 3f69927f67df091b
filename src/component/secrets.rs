//! ExternalSecrets, when the operator fetches what is expected. Other Secrets are never part of the output.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::object::Object;
use crate::object::external_secret::{
    API_VERSION, Data, ExternalSecretSpec, RemoteReference, StoreReference, Target, Template,
};
use crate::object::meta::{custom, metadata};
use crate::plan::Plan;
use crate::plan::names::Role;
use crate::plan::secrets::{Encoding, Part, SecretOrigin, SecretPlan, SecretsPlan};
use crate::spec::storage::{ExternalSecrets, SecretStoreKind};

pub(super) fn objects(plan: &Plan) -> Vec<Object> {
    let SecretOrigin::External(external) = &plan.secrets.origin else { return Vec::new() };
    plan.secrets.expected.iter().map(|secret| external_secret(plan, external, secret)).collect()
}

fn external_secret(plan: &Plan, external: &ExternalSecrets, secret: &SecretPlan) -> Object {
    let role = match secret.purpose {
        "cache" => Role::Redis,
        _ => Role::Memos,
    };
    let mut metadata: ObjectMeta = metadata(plan, role, secret.name.clone(), None);
    // It belongs to the installation, whatever its component; the version would only make it change.
    metadata.labels.get_or_insert_default().remove("app.kubernetes.io/version");
    let content = |parts: &[Part]| parts.iter().map(template).collect::<String>();
    let data = secret.keys.iter().map(|key| (key.key.clone(), content(&key.content))).collect();
    let remote = |property: &&'static str| Data {
        secret_key: variable(property),
        remote_ref: RemoteReference {
            key: format!("{}{}", external.prefix, secret.purpose),
            property: (*property).to_owned(),
        },
    };
    let spec = ExternalSecretSpec {
        refresh_interval: external.refresh_interval.to_string(),
        secret_store_ref: StoreReference {
            name: external.store.name.to_string(),
            kind: match external.store.kind {
                SecretStoreKind::ClusterSecretStore => "ClusterSecretStore",
                SecretStoreKind::SecretStore => "SecretStore",
            },
        },
        target: Target {
            name: secret.name.clone(),
            creation_policy: "Owner",
            deletion_policy: "Retain",
            template: Template { engine_version: "v2", data },
        },
        data: SecretsPlan::properties(secret).iter().map(remote).collect(),
    };
    custom(API_VERSION, "ExternalSecret", &metadata, &spec)
}

/// A property as a name in a Go template, where `-` would be a minus.
fn variable(property: &str) -> String {
    property.replace('-', "_")
}

fn template(part: &Part) -> String {
    match part {
        // A brace pair of ours would begin a template; the only ones in our texts are Memos' own file name patterns.
        Part::Text(text) => text.replace("{{", "{{ \"{{\" }}"),
        Part::Value(property, encoding) => {
            let filter = match encoding {
                Encoding::Plain => "",
                // Go writes a blank as `+`, which is a plus sign in the password of a URL.
                Encoding::Url => r#" | urlquery | replace "+" "%20""#,
                Encoding::Json => " | toJson",
                Encoding::Doubled => r#" | replace "\"" "\"\"""#,
                Encoding::Sha256 => " | sha256sum",
            };
            format!("{{{{ .{}{filter} }}}}", variable(property))
        }
    }
}
