//! dump
use super::super::trial::of;
use crate::diagnostic::Code;

#[test]
fn the_first_account_is_yours() {
    let f = of(Code::OpenFirstAccount, "production", "rollout: {holdUntilAdministrator: false}");
    match f.first() { Some(f) => println!("CASE\tsecurity.the_first_account_is_yours\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.the_first_account_is_yours") }
    for f in of(Code::OpenFirstAccount, "production", "rollout: {holdUntilAdministrator: false, createAdministrator: true}") { println!("NOISE\tsecurity.the_first_account_is_yours\t{}", f.message); }
    for f in of(Code::OpenFirstAccount, "production", "rollout: {holdUntilAdministrator: false}\nexposure: {kind: none}") { println!("NOISE\tsecurity.the_first_account_is_yours\t{}", f.message); }
}

#[test]
fn somebody_makes_the_first_account() {
    let f = of(Code::HeldWithoutAccount, "production", "memos: {}");
    match f.first() { Some(f) => println!("CASE\tsecurity.somebody_makes_the_first_account\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.somebody_makes_the_first_account") }
    for f in of(Code::HeldWithoutAccount, "production", "rollout: {createAdministrator: true}") { println!("NOISE\tsecurity.somebody_makes_the_first_account\t{}", f.message); }
    for f in of(Code::HeldWithoutAccount, "production", "rollout: {fromVersion: 0.30.0}") { println!("NOISE\tsecurity.somebody_makes_the_first_account\t{}", f.message); }
}

#[test]
fn identities_stay_in_their_cloud() {
    let f = of(Code::IdentityOfOtherCloud, "production", "kubernetes: {cloud: aws, identity: {kind: gke, serviceAccount: a@p.iam.gserviceaccount.com}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.identities_stay_in_their_cloud\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.identities_stay_in_their_cloud") }
    for f in of(Code::IdentityOfOtherCloud, "production", "kubernetes: {cloud: gcp, identity: {kind: gke, serviceAccount: a@p.iam.gserviceaccount.com}}") { println!("NOISE\tsecurity.identities_stay_in_their_cloud\t{}", f.message); }
}

#[test]
fn identities_are_used() {
    let f = of(Code::IdentityUnused, "aws", "kubernetes: {identity: {kind: eksPodIdentity}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.identities_are_used\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.identities_are_used") }
    for f in of(Code::IdentityUnused, "aws", "kubernetes: {identity: {kind: none}}") { println!("NOISE\tsecurity.identities_are_used\t{}", f.message); }
}

#[test]
fn generated_secrets_are_for_trials() {
    let f = of(Code::LocalSecrets, "production", "secrets: {kind: local}");
    match f.first() { Some(f) => println!("CASE\tsecurity.generated_secrets_are_for_trials\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.generated_secrets_are_for_trials") }
    for f in of(Code::LocalSecrets, "production", "secrets: {kind: existing}") { println!("NOISE\tsecurity.generated_secrets_are_for_trials\t{}", f.message); }
}

#[test]
fn data_is_closed_to_other_pods() {
    let f = of(Code::PoliciesOff, "production", "network: {policies: false}\ncache: {kind: redis}\ndatabase: {kind: postgres}");
    match f.first() { Some(f) => println!("CASE\tsecurity.data_is_closed_to_other_pods\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.data_is_closed_to_other_pods") }
    for f in of(Code::PoliciesOff, "production", "network: {policies: false}") { println!("NOISE\tsecurity.data_is_closed_to_other_pods\t{}", f.message); }
}

#[test]
fn databases_have_a_place() {
    let f = of(Code::EgressAnywhere, "production", "database: {networks: []}");
    match f.first() { Some(f) => println!("CASE\tsecurity.databases_have_a_place\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.databases_have_a_place") }
    for f in of(Code::EgressAnywhere, "production", "network: {policies: false}\ndatabase: {networks: []}") { println!("NOISE\tsecurity.databases_have_a_place\t{}", f.message); }
}

#[test]
fn caches_have_a_place() {
    let f = of(Code::EgressAnywhere, "production", "cache: {networks: []}");
    match f.first() { Some(f) => println!("CASE\tsecurity.caches_have_a_place\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.caches_have_a_place") }
    for f in of(Code::EgressAnywhere, "production", "cache: {networks: [10.0.0.0/24]}") { println!("NOISE\tsecurity.caches_have_a_place\t{}", f.message); }
}

#[test]
fn names_are_looked_up_on_gke() {
    let f = of(Code::StrictNames, "gcp", "network: {dns: {mode: strict}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.names_are_looked_up_on_gke\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.names_are_looked_up_on_gke") }
    for f in of(Code::StrictNames, "gcp", "network: {dns: {mode: strict, servers: [169.254.169.254/32]}}") { println!("NOISE\tsecurity.names_are_looked_up_on_gke\t{}", f.message); }
    for f in of(Code::StrictNames, "gcp", "network: {dns: {mode: strict}}\nkubernetes: {cloud: none, identity: {kind: none}}") { println!("NOISE\tsecurity.names_are_looked_up_on_gke\t{}", f.message); }
}

#[test]
fn identity_providers_are_reached() {
    let f = of(Code::IdentityProviderOutOfReach, "production", "network: {internet: false}\nmemos: {identityProviders: [{label: sso, secret: s, key: k}]}");
    match f.first() { Some(f) => println!("CASE\tsecurity.identity_providers_are_reached\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.identity_providers_are_reached") }
    for f in of(Code::IdentityProviderOutOfReach, "production", "network: {internet: false, extraEgress: [{name: sso, ports: [443], to: {kind: pods, namespace: sso}}]}\nmemos: {identityProviders: [{label: sso, secret: s, key: k}]}") { println!("NOISE\tsecurity.identity_providers_are_reached\t{}", f.message); }
}

#[test]
fn models_are_reached() {
    let f = of(Code::AiOutOfReach, "production", "memos: {distribution: divinesense, ai: {llmProvider: ollama, baseUrl: 'http://ollama.ai.svc:11434'}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.models_are_reached\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.models_are_reached") }
    for f in of(Code::AiOutOfReach, "production", "memos: {distribution: divinesense, ai: {llmProvider: openai}}") { println!("NOISE\tsecurity.models_are_reached\t{}", f.message); }
    for f in of(Code::AiOutOfReach, "production", "memos: {distribution: divinesense, ai: {llmProvider: ollama, baseUrl: 'http://ollama.ai.svc:11434'}}\nnetwork: {extraEgress: [{name: ai, ports: [11434], to: {kind: pods, namespace: ai}}]}") { println!("NOISE\tsecurity.models_are_reached\t{}", f.message); }
}

#[test]
fn ranges_of_everything_say_nothing() {
    let f = of(Code::OpenPeer, "production", "network: {extraIngress: [{name: a, ports: [5230], from: {kind: addresses, cidrs: [0.0.0.0/0]}}]}");
    match f.first() { Some(f) => println!("CASE\tsecurity.ranges_of_everything_say_nothing\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.ranges_of_everything_say_nothing") }
    for f in of(Code::OpenPeer, "production", "network: {extraIngress: [{name: a, ports: [5230], from: {kind: addresses, cidrs: [128.0.0.0/1]}}]}") { println!("NOISE\tsecurity.ranges_of_everything_say_nothing\t{}", f.message); }
}

#[test]
fn ways_out_to_everything_lead_to_metadata() {
    let f = of(Code::OpenPeer, "production", "network: {extraEgress: [{name: a, ports: [80], to: {kind: addresses, cidrs: ['::/0']}}]}");
    match f.first() { Some(f) => println!("CASE\tsecurity.ways_out_to_everything_lead_to_metadata\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.ways_out_to_everything_lead_to_metadata") }
    for f in of(Code::OpenPeer, "production", "network: {extraEgress: [{name: a, ports: [80], to: {kind: addresses, cidrs: ['fd00::/8']}}]}") { println!("NOISE\tsecurity.ways_out_to_everything_lead_to_metadata\t{}", f.message); }
}

#[test]
fn edges_have_their_component() {
    let f = of(Code::PolicyWithoutTarget, "production", "network: {extraIngress: [{name: exporter, to: redis, ports: [6379], from: {kind: pods, namespace: m}}]}");
    match f.first() { Some(f) => println!("CASE\tsecurity.edges_have_their_component\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.edges_have_their_component") }
    for f in of(Code::PolicyWithoutTarget, "production", "cache: {kind: redis}\nnetwork: {extraIngress: [{name: exporter, to: redis, ports: [6379], from: {kind: pods, namespace: m}}]}") { println!("NOISE\tsecurity.edges_have_their_component\t{}", f.message); }
}

#[test]
fn secrets_are_not_written_down() {
    let f = of(Code::InlineSecret, "production", "components: {memos: {extraEnv: [{name: SMTP_PASSWORD, value: hunter2hunter2}]}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.secrets_are_not_written_down\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.secrets_are_not_written_down") }
    for f in of(Code::InlineSecret, "production", "components: {memos: {extraEnv: [{name: SMTP_PASSWORD, valueFrom: {secretKeyRef: {name: smtp, key: password}}}]}}") { println!("NOISE\tsecurity.secrets_are_not_written_down\t{}", f.message); }
    for f in of(Code::InlineSecret, "production", "components: {memos: {extraEnv: [{name: SMTP_PASSWORD_FILE, value: /run/smtp}]}}") { println!("NOISE\tsecurity.secrets_are_not_written_down\t{}", f.message); }
    for f in of(Code::InlineSecret, "production", "components: {memos: {extraEnv: [{name: TOKEN_ROTATION, value: 'true'}]}}") { println!("NOISE\tsecurity.secrets_are_not_written_down\t{}", f.message); }
}

#[test]
fn addresses_hold_no_passwords() {
    let f = of(Code::InlineSecret, "production", "components: {memos: {extraEnv: [{name: PROXY, value: 'http://me:hunter2@proxy.example.com'}]}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.addresses_hold_no_passwords\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.addresses_hold_no_passwords") }
    for f in of(Code::InlineSecret, "production", "components: {memos: {extraEnv: [{name: PROXY, value: 'http://proxy.example.com/a:b@c'}]}}") { println!("NOISE\tsecurity.addresses_hold_no_passwords\t{}", f.message); }
}

#[test]
fn demonstrations_are_no_installation() {
    let f = of(Code::DemoMode, "production", "components: {memos: {extraEnv: [{name: MEMOS_DEMO, value: 'true'}]}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.demonstrations_are_no_installation\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.demonstrations_are_no_installation") }
    for f in of(Code::DemoMode, "production", "components: {memos: {extraEnv: [{name: MEMOS_DEMO, value: 'false'}]}}") { println!("NOISE\tsecurity.demonstrations_are_no_installation\t{}", f.message); }
}

#[test]
fn webhooks_stay_outside() {
    let f = of(Code::PrivateWebhooks, "production", "components: {memos: {extraEnv: [{name: MEMOS_ALLOW_PRIVATE_WEBHOOKS, value: 'true'}]}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.webhooks_stay_outside\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.webhooks_stay_outside") }
    for f in of(Code::PrivateWebhooks, "production", "components: {memos: {extraEnv: [{name: MEMOS_WEBHOOK_PRIVATE_NETWORK_ALLOWLIST, value: hook.example.com}]}}") { println!("NOISE\tsecurity.webhooks_stay_outside\t{}", f.message); }
}

#[test]
fn memos_listens_where_it_is_asked() {
    let f = of(Code::ListensElsewhere, "production", "components: {memos: {extraEnv: [{name: MEMOS_UNIX_SOCK, value: /tmp/memos.sock}]}}");
    match f.first() { Some(f) => println!("CASE\tsecurity.memos_listens_where_it_is_asked\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tsecurity.memos_listens_where_it_is_asked") }
    for f in of(Code::ListensElsewhere, "production", "components: {memos: {extraEnv: [{name: MEMOS_ADDR, value: 0.0.0.0}]}}") { println!("NOISE\tsecurity.memos_listens_where_it_is_asked\t{}", f.message); }
}
