//! Each rule about security, with a case that fires and one that nearly does.

use super::super::trial::{fires, rests};
use crate::diagnostic::Code;

#[test]
fn the_first_account_is_yours() {
    fires(
        Code::OpenFirstAccount,
        "production",
        "rollout: {holdUntilAdministrator: false}",
        "on an empty database, whoever comes first through the edge becomes administrator",
        "say `rollout.createAdministrator: true`, or leave `rollout.holdUntilAdministrator` at `true`",
    );
    rests(Code::OpenFirstAccount, "production", "rollout: {holdUntilAdministrator: false, createAdministrator: true}");
    rests(Code::OpenFirstAccount, "production", "rollout: {holdUntilAdministrator: false}\nexposure: {kind: none}");
}

#[test]
fn somebody_makes_the_first_account() {
    fires(
        Code::HeldWithoutAccount,
        "production",
        "memos: {}",
        "no process gets traffic before the first account exists, and none is made",
        "make it with `kubectl --namespace memos port-forward deployment/memos 5230` at http://127.0.0.1:5230",
    );
    rests(Code::HeldWithoutAccount, "production", "rollout: {createAdministrator: true}");
    rests(Code::HeldWithoutAccount, "production", "rollout: {fromVersion: 0.30.0}");
}

#[test]
fn an_installation_that_tells_nothing_is_not_held() {
    let first = "build with `exposure: {kind: none}` first, make the account through `kubectl --namespace memos port-forward deployment/memos 5230` at http://127.0.0.1:5230, then build with the exposure";
    for (memos, program) in
        [("version: 0.25.3", "Memos 0.25.3"), ("distribution: divinesense", "the fork `divinesense`")]
    {
        let spec = format!("memos: {{{memos}}}");
        let message = format!(
            "{program} does not say whether an administrator exists, so traffic cannot wait for one: on an empty database, whoever comes first becomes it"
        );
        fires(Code::HoldNotPossible, "production", &spec, &message, first);
        for code in [Code::HeldWithoutAccount, Code::OpenFirstAccount, Code::AdministratorNotMade] {
            rests(code, "production", &spec);
        }
        rests(Code::HoldNotPossible, "production", &format!("{spec}\nexposure: {{kind: none}}"));
        rests(Code::HoldNotPossible, "production", &format!("{spec}\nrollout: {{fromVersion: 0.25.2}}"));
        fires(
            Code::OpenFirstAccount,
            "production",
            &format!("{spec}\nrollout: {{holdUntilAdministrator: false}}"),
            "on an empty database, whoever comes first through the edge becomes administrator",
            first,
        );
    }
    rests(Code::HoldNotPossible, "production", "memos: {version: 0.26.2}");
}

#[test]
fn an_account_is_made_only_where_none_can_be_seen() {
    fires(
        Code::AdministratorNotMade,
        "production",
        "memos: {distribution: divinesense}\nrollout: {createAdministrator: true}",
        "the fork `divinesense` does not say whether an administrator exists, so `rollout.createAdministrator` makes none",
        "say `rollout.createAdministrator: false`, and build with `exposure: {kind: none}` first, make the account through `kubectl --namespace memos port-forward deployment/memos 5230` at http://127.0.0.1:5230, then build with the exposure",
    );
    rests(
        Code::HoldNotPossible,
        "production",
        "memos: {distribution: divinesense}\nrollout: {createAdministrator: true}",
    );
    rests(Code::AdministratorNotMade, "production", "memos: {version: 0.29.1}\nrollout: {createAdministrator: true}");
}

#[test]
fn identities_stay_in_their_cloud() {
    fires(
        Code::IdentityOfOtherCloud,
        "production",
        "kubernetes: {cloud: aws, identity: {kind: gke, serviceAccount: a@p.iam.gserviceaccount.com}}",
        "the identity `gke` means nothing on this cloud",
        "leave `kubernetes.identity` out, or take the one of this cloud",
    );
    rests(
        Code::IdentityOfOtherCloud,
        "production",
        "kubernetes: {cloud: gcp, identity: {kind: gke, serviceAccount: a@p.iam.gserviceaccount.com}}",
    );
}

#[test]
fn identities_are_used() {
    fires(
        Code::IdentityUnused,
        "aws",
        "kubernetes: {identity: {kind: eksPodIdentity}}",
        "nothing uses the identity `eksPodIdentity`: Memos signs in with keys and passwords only",
        "leave `kubernetes.identity` out; only the Cloud SQL Auth Proxy uses one",
    );
    rests(Code::IdentityUnused, "aws", "kubernetes: {identity: {kind: none}}");
}

#[test]
fn generated_secrets_are_for_trials() {
    fires(
        Code::LocalSecrets,
        "production",
        "secrets: {kind: local}",
        "generated secrets lie in a file on the disk of whoever made them",
        "say `secrets: {kind: external}` with a store, or `existing`",
    );
    rests(Code::LocalSecrets, "production", "secrets: {kind: existing}");
}

#[test]
fn data_is_closed_to_other_pods() {
    fires(
        Code::PoliciesOff,
        "production",
        "network: {policies: false}\ncache: {kind: redis}\ndatabase: {kind: postgres}",
        "every pod of the cluster reaches PostgreSQL and Redis",
        "say `network.policies: true`",
    );
    rests(Code::PoliciesOff, "production", "network: {policies: false}\ncache: {kind: managed, host: r.example.com}");
}

#[test]
fn databases_have_a_place() {
    fires(
        Code::EgressAnywhere,
        "production",
        "database: {networks: []}",
        "Memos may connect to port 5432 of every address in the world, since nobody said where the database is",
        "say `database.networks` with the subnets it can be in; fail-over changes the address",
    );
    rests(Code::EgressAnywhere, "production", "network: {policies: false}\ndatabase: {networks: []}");
}

#[test]
fn caches_have_a_place() {
    fires(
        Code::EgressAnywhere,
        "production",
        "cache: {kind: managed, host: r.example.com, networks: []}",
        "Memos may connect to port 6379 of every address in the world, since nobody said where Redis is",
        "say `cache.networks` with the subnets it can be in; fail-over changes the address",
    );
    rests(Code::EgressAnywhere, "production", "cache: {kind: managed, host: r.example.com, networks: [10.0.0.0/24]}");
}

#[test]
fn names_are_looked_up_on_gke() {
    fires(
        Code::StrictNames,
        "gcp",
        "network: {dns: {mode: strict}}",
        "GKE's Cloud DNS and node-local cache answer from addresses that no selector of pods matches: no name could be looked up",
        "say `network.dns.servers: [169.254.169.254/32, 169.254.20.10/32]` with what your nodes use, or `network.dns.mode: anywhere`",
    );
    rests(Code::StrictNames, "gcp", "network: {dns: {mode: strict, servers: [169.254.169.254/32]}}");
    rests(
        Code::StrictNames,
        "gcp",
        "network: {dns: {mode: strict}}\nkubernetes: {cloud: none, identity: {kind: none}}",
    );
}

#[test]
fn identity_providers_are_reached() {
    fires(
        Code::IdentityProviderOutOfReach,
        "production",
        "network: {internet: false}\nmemos: {identityProviders: [{label: sso, secret: s, key: k}]}",
        "signing in by another system needs a way to it, and the internet is closed",
        "say `network.internet: true`, or open port 443 to it under `network.extraEgress`",
    );
    rests(
        Code::IdentityProviderOutOfReach,
        "production",
        "network: {internet: false, extraEgress: [{name: sso, ports: [443], to: {kind: pods, namespace: sso}}]}\nmemos: {identityProviders: [{label: sso, secret: s, key: k}]}",
    );
}

#[test]
fn models_are_reached() {
    fires(
        Code::AiOutOfReach,
        "production",
        "memos: {distribution: divinesense, ai: {llmProvider: ollama, baseUrl: 'http://ollama.ai.svc:11434'}}",
        "no policy lets Memos reach port 11434 of the model's address",
        "open it under `network.extraEgress`, with `ports: [11434]` and where it is",
    );
    rests(Code::AiOutOfReach, "production", "memos: {distribution: divinesense, ai: {llmProvider: openai}}");
    rests(
        Code::AiOutOfReach,
        "production",
        "memos: {distribution: divinesense, ai: {llmProvider: ollama, baseUrl: 'http://ollama.ai.svc:11434'}}\nnetwork: {extraEgress: [{name: ai, ports: [11434], to: {kind: pods, namespace: ai}}]}",
    );
}

#[test]
fn buckets_inside_are_reached() {
    let inside = "memos: {version: 0.31.0}\nattachments: {endpoint: 'http://minio.minio.svc.cluster.local:9000'}";
    let at = "attachments: {endpoint: 'http://10.9.0.5:9000'}";
    fires(
        Code::BucketOutOfReach,
        "production",
        inside,
        "no policy lets Memos reach the bucket at `minio.minio.svc.cluster.local`: only public addresses are open by themselves",
        "say `network.extraEgress: [{name: bucket, to: {kind: pods, namespace: minio}, ports: [9000]}]`, with the port that its \
         pods listen on",
    );
    fires(
        Code::BucketOutOfReach,
        "production",
        at,
        "no policy lets Memos reach the bucket at `10.9.0.5`: only public addresses are open by themselves",
        "say `attachments.networks: [10.9.0.5/32]`",
    );
    let edge = |namespace: &str| {
        format!("network: {{extraEgress: [{{name: b, ports: [9000], to: {{kind: pods, namespace: {namespace}}}}}]}}")
    };
    rests(Code::BucketOutOfReach, "production", &format!("{inside}\n{}", edge("minio")));
    assert_eq!(
        super::super::trial::of(Code::BucketOutOfReach, "production", &format!("{inside}\n{}", edge("ai"))).len(),
        1
    );
    rests(Code::BucketOutOfReach, "production", &format!("{inside}\nnetwork: {{policies: false}}"));
    rests(
        Code::BucketOutOfReach,
        "production",
        "attachments: {endpoint: 'http://10.9.0.5:9000', networks: [10.9.0.5/32]}",
    );
    rests(Code::BucketOutOfReach, "production", "attachments: {endpoint: 'https://s3.example.com:9000'}");
}

/// A profile, and the namespace that the spec names.
fn in_namespace(namespace: &str) -> String {
    format!("production\nmetadata: {{namespace: {namespace}}}")
}

#[test]
fn namespaces_are_ones_own() {
    fires(
        Code::SystemNamespace,
        &in_namespace("kube-system"),
        "kubernetes: {createNamespace: false}",
        "the namespace `kube-system` belongs to Kubernetes itself",
        "take one of its own, such as `metadata: {namespace: memos}`",
    );
    rests(Code::SystemNamespace, &in_namespace("kubernetes"), "memos: {}");
    fires(
        Code::SharedNamespace,
        &in_namespace("default"),
        "memos: {}",
        "Pod Security `restricted` would hold for everything that runs in the namespace `default`",
        "take one of its own, such as `metadata: {namespace: memos}`",
    );
    rests(Code::SharedNamespace, &in_namespace("default"), "kubernetes: {createNamespace: false}");
}

#[test]
fn ranges_of_everything_say_nothing() {
    fires(
        Code::OpenPeer,
        "production",
        "network: {extraIngress: [{name: a, ports: [5230], from: {kind: addresses, cidrs: [0.0.0.0/0]}}]}",
        "`a` lets every address in, past the edge and its limits",
        "name the ranges that are meant",
    );
    rests(
        Code::OpenPeer,
        "production",
        "network: {extraIngress: [{name: a, ports: [5230], from: {kind: addresses, cidrs: [128.0.0.0/1]}}]}",
    );
}

#[test]
fn ways_out_to_everything_lead_to_metadata() {
    fires(
        Code::OpenPeer,
        "production",
        "network: {extraEgress: [{name: a, ports: [80], to: {kind: addresses, cidrs: ['::/0']}}]}",
        "`a` opens every address, the cloud's metadata service at 169.254.169.254 among them",
        "name the ranges that are meant",
    );
    rests(
        Code::OpenPeer,
        "production",
        "network: {extraEgress: [{name: a, ports: [80], to: {kind: addresses, cidrs: ['fd00::/8']}}]}",
    );
}

#[test]
fn edges_have_their_component() {
    fires(
        Code::PolicyWithoutTarget,
        "production",
        "cache: {kind: none}\nnetwork: {extraIngress: [{name: exporter, to: redis, ports: [6379], from: {kind: pods, namespace: m}}]}",
        "`exporter` speaks of a component that is not part of this installation",
        "leave it out, or name `memos`, `postgres`, `pooler` or `redis` as far as they run here",
    );
    rests(
        Code::PolicyWithoutTarget,
        "production",
        "cache: {kind: redis}\nnetwork: {extraIngress: [{name: exporter, to: redis, ports: [6379], from: {kind: pods, namespace: m}}]}",
    );
}

#[test]
fn secrets_are_not_written_down() {
    fires(
        Code::InlineSecret,
        "production",
        "components: {memos: {extraEnv: [{name: SMTP_PASSWORD, value: hunter2hunter2}]}}",
        "`SMTP_PASSWORD` in the container `memos` of `Deployment/memos` is a secret in plain text (its line is not shown, because it holds the value)",
        "give it as `valueFrom: {secretKeyRef: {name: …, key: …}}` instead of `value`, and change the secret",
    );
    rests(
        Code::InlineSecret,
        "production",
        "components: {memos: {extraEnv: [{name: SMTP_PASSWORD, valueFrom: {secretKeyRef: {name: smtp, key: password}}}]}}",
    );
    rests(
        Code::InlineSecret,
        "production",
        "components: {memos: {extraEnv: [{name: SMTP_PASSWORD_FILE, value: /run/smtp}]}}",
    );
    rests(Code::InlineSecret, "production", "components: {memos: {extraEnv: [{name: TOKEN_ROTATION, value: 'true'}]}}");
}

#[test]
fn addresses_hold_no_passwords() {
    fires(
        Code::InlineSecret,
        "production",
        "components: {memos: {extraEnv: [{name: PROXY, value: 'http://me:hunter2@proxy.example.com'}]}}",
        "`PROXY` in the container `memos` of `Deployment/memos` is a secret in plain text (its line is not shown, because it holds the value)",
        "give it as `valueFrom: {secretKeyRef: {name: …, key: …}}` instead of `value`, and change the secret",
    );
    rests(
        Code::InlineSecret,
        "production",
        "components: {memos: {extraEnv: [{name: PROXY, value: 'http://proxy.example.com/a:b@c'}]}}",
    );
}

#[test]
fn demonstrations_are_no_installation() {
    fires(
        Code::DemoMode,
        "production",
        "components: {memos: {extraEnv: [{name: MEMOS_DEMO, value: 'true'}]}}",
        "with `MEMOS_DEMO` Memos signs sessions with the word `usememos`, which everybody knows",
        "leave it out: it is for demonstrations",
    );
    rests(Code::DemoMode, "production", "components: {memos: {extraEnv: [{name: MEMOS_DEMO, value: 'false'}]}}");
}

#[test]
fn webhooks_stay_outside() {
    fires(
        Code::PrivateWebhooks,
        "production",
        "components: {memos: {extraEnv: [{name: MEMOS_ALLOW_PRIVATE_WEBHOOKS, value: 'true'}]}}",
        "with `MEMOS_ALLOW_PRIVATE_WEBHOOKS` everybody with an account can make Memos call addresses inside the cluster",
        "leave it out; since Memos 0.31 `MEMOS_WEBHOOK_PRIVATE_NETWORK_ALLOWLIST` opens single ones",
    );
    rests(
        Code::PrivateWebhooks,
        "production",
        "components: {memos: {extraEnv: [{name: MEMOS_WEBHOOK_PRIVATE_NETWORK_ALLOWLIST, value: hook.example.com}]}}",
    );
}

#[test]
fn memos_listens_where_it_is_asked() {
    fires(
        Code::ListensElsewhere,
        "production",
        "components: {memos: {extraEnv: [{name: MEMOS_UNIX_SOCK, value: /tmp/memos.sock}]}}",
        "with this variable Memos does not listen where its Service and its probes ask",
        "leave `MEMOS_UNIX_SOCK` and `MEMOS_ADDR` out",
    );
    rests(
        Code::ListensElsewhere,
        "production",
        "components: {memos: {extraEnv: [{name: MEMOS_ADDR, value: 0.0.0.0}]}}",
    );
}
