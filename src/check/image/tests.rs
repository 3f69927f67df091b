//! dump
use super::super::trial::of;
use crate::diagnostic::Code;

#[test]
fn a_published_image_cannot_share() {
    let f = of(Code::SharedCacheClaimed, "production", "memos: {version: 0.30.0, sharedCache: true}");
    match f.first() { Some(f) => println!("CASE\timage.a_published_image_cannot_share\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.a_published_image_cannot_share") }
    for f in of(Code::SharedCacheClaimed, "production", "memos: {image: 'registry.example.com/memos:0.30.0', sharedCache: true}") { println!("NOISE\timage.a_published_image_cannot_share\t{}", f.message); }
}

#[test]
fn the_forks_cache_is_never_called() {
    let f = of(Code::SharedCacheClaimed, "production", "memos: {distribution: divinesense, sharedCache: true}\nimages: {}");
    match f.first() { Some(f) => println!("CASE\timage.the_forks_cache_is_never_called\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.the_forks_cache_is_never_called") }
    for f in of(Code::SharedCacheClaimed, "production", "memos: {distribution: divinesense}") { println!("NOISE\timage.the_forks_cache_is_never_called\t{}", f.message); }
}

#[test]
fn replicas_need_a_shared_cache() {
    let f = of(Code::ReplicasWithoutSharedCache, "production", "memos: {version: 0.30.0}\nscaling: {mode: replicas, min: 2, max: 4}");
    match f.first() { Some(f) => println!("CASE\timage.replicas_need_a_shared_cache\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.replicas_need_a_shared_cache") }
    for f in of(Code::ReplicasWithoutSharedCache, "production", "memos: {version: 0.30.0}\nscaling: {mode: replicas, min: 1, max: 1}") { println!("NOISE\timage.replicas_need_a_shared_cache\t{}", f.message); }
    for f in of(Code::ReplicasWithoutSharedCache, "production", "scaling: {mode: replicas, min: 2, max: 4}") { println!("NOISE\timage.replicas_need_a_shared_cache\t{}", f.message); }
}

#[test]
fn redis_needs_a_reader() {
    let f = of(Code::CacheWithoutReader, "production", "memos: {version: 0.30.0}\ncache: {kind: managed, host: r.example.com}");
    match f.first() { Some(f) => println!("CASE\timage.redis_needs_a_reader\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.redis_needs_a_reader") }
    for f in of(Code::CacheWithoutReader, "production", "memos: {version: 0.30.0}") { println!("NOISE\timage.redis_needs_a_reader\t{}", f.message); }
}

#[test]
fn sharing_needs_a_cache() {
    let f = of(Code::ReplicasWithoutCache, "production", "cache: {kind: none}");
    match f.first() { Some(f) => println!("CASE\timage.sharing_needs_a_cache\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.sharing_needs_a_cache") }
    for f in of(Code::ReplicasWithoutCache, "production", "cache: {kind: none}\nscaling: {mode: single}") { println!("NOISE\timage.sharing_needs_a_cache\t{}", f.message); }
}

#[test]
fn files_are_read_since_0_30() {
    let f = of(Code::SettingsFilesNotRead, "production", "memos: {version: 0.29.1, settings: [{label: extra, secret: s, key: k}]}");
    match f.first() { Some(f) => println!("CASE\timage.files_are_read_since_0_30\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.files_are_read_since_0_30") }
    for f in of(Code::SettingsFilesNotRead, "production", "memos: {version: 0.30.0, settings: [{label: extra, secret: s, key: k}]}") { println!("NOISE\timage.files_are_read_since_0_30\t{}", f.message); }
}

#[test]
fn a_bucket_needs_settings_files() {
    let f = of(Code::SettingsFilesNotRead, "production", "memos: {version: 0.29.1}");
    match f.first() { Some(f) => println!("CASE\timage.a_bucket_needs_settings_files\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.a_bucket_needs_settings_files") }
    for f in of(Code::SettingsFilesNotRead, "production", "memos: {version: 0.29.1}\nattachments: {kind: database}") { println!("NOISE\timage.a_bucket_needs_settings_files\t{}", f.message); }
}

#[test]
fn what_is_left_to_do_by_hand_is_listed() {
    let f = of(Code::SettingsToBeMadeByHand, "production", "memos: {version: 0.29.1, uploadSizeLimitMb: 40}\nattachments: {kind: database}");
    match f.first() { Some(f) => println!("CASE\timage.what_is_left_to_do_by_hand_is_listed\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.what_is_left_to_do_by_hand_is_listed") }
    for f in of(Code::SettingsToBeMadeByHand, "production", "memos: {version: 0.29.1, allowSignUp: true}\nattachments: {kind: local}") { println!("NOISE\timage.what_is_left_to_do_by_hand_is_listed\t{}", f.message); }
}

#[test]
fn early_releases_have_no_access_mode() {
    let f = of(Code::AccessCannotHold, "production", "memos: {version: 0.29.1, access: private}");
    match f.first() { Some(f) => println!("CASE\timage.early_releases_have_no_access_mode\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.early_releases_have_no_access_mode") }
    for f in of(Code::AccessCannotHold, "production", "memos: {version: 0.30.0, access: private}") { println!("NOISE\timage.early_releases_have_no_access_mode\t{}", f.message); }
}

#[test]
fn a_public_0_30_needs_its_address() {
    let f = of(Code::AccessCannotHold, "production", "memos: {version: 0.30.0, access: public}\nexposure: {kind: none}");
    match f.first() { Some(f) => println!("CASE\timage.a_public_0_30_needs_its_address\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.a_public_0_30_needs_its_address") }
    for f in of(Code::AccessCannotHold, "production", "memos: {version: 0.31.0, access: public}\nexposure: {kind: none}") { println!("NOISE\timage.a_public_0_30_needs_its_address\t{}", f.message); }
}

#[test]
fn an_address_makes_0_30_public() {
    let f = of(Code::AddressMakesPublic, "production", "memos: {version: 0.30.0, instanceUrl: 'https://n.example.com'}");
    match f.first() { Some(f) => println!("CASE\timage.an_address_makes_0_30_public\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.an_address_makes_0_30_public") }
    for f in of(Code::AddressMakesPublic, "production", "memos: {version: 0.31.0, instanceUrl: 'https://n.example.com'}") { println!("NOISE\timage.an_address_makes_0_30_public\t{}", f.message); }
    for f in of(Code::AddressMakesPublic, "production", "memos: {version: 0.30.0, access: public, instanceUrl: 'https://n.example.com'}") { println!("NOISE\timage.an_address_makes_0_30_public\t{}", f.message); }
}

#[test]
fn a_private_0_30_has_no_address() {
    let f = of(Code::PrivateWithoutAddress, "production", "memos: {version: 0.30.0, access: private, instanceUrl: 'https://n.example.com'}");
    match f.first() { Some(f) => println!("CASE\timage.a_private_0_30_has_no_address\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.a_private_0_30_has_no_address") }
    for f in of(Code::PrivateWithoutAddress, "production", "memos: {version: 0.31.0, access: private, instanceUrl: 'https://n.example.com'}") { println!("NOISE\timage.a_private_0_30_has_no_address\t{}", f.message); }
}

#[test]
fn release_0_26_0_reads_no_address() {
    let f = of(Code::AddressNotRead, "production", "memos: {version: 0.26.0, instanceUrl: 'https://n.example.com'}");
    match f.first() { Some(f) => println!("CASE\timage.release_0_26_0_reads_no_address\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.release_0_26_0_reads_no_address") }
    for f in of(Code::AddressNotRead, "production", "memos: {version: 0.26.1, instanceUrl: 'https://n.example.com'}") { println!("NOISE\timage.release_0_26_0_reads_no_address\t{}", f.message); }
}

#[test]
fn log_levels_came_with_0_29() {
    let f = of(Code::LogLevelNotRead, "production", "memos: {version: 0.28.0, logLevel: debug}");
    match f.first() { Some(f) => println!("CASE\timage.log_levels_came_with_0_29\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.log_levels_came_with_0_29") }
    for f in of(Code::LogLevelNotRead, "production", "memos: {version: 0.29.0, logLevel: debug}") { println!("NOISE\timage.log_levels_came_with_0_29\t{}", f.message); }
    for f in of(Code::LogLevelNotRead, "production", "memos: {version: 0.28.0, logLevel: info}") { println!("NOISE\timage.log_levels_came_with_0_29\t{}", f.message); }
}

#[test]
fn labels_must_be_read_by_memos() {
    let f = of(Code::SettingsLabel, "production", "memos: {settings: [{label: a--b, secret: s, key: k}]}");
    match f.first() { Some(f) => println!("CASE\timage.labels_must_be_read_by_memos\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.labels_must_be_read_by_memos") }
    for f in of(Code::SettingsLabel, "production", "memos: {settings: [{label: a-b, secret: s, key: k}]}") { println!("NOISE\timage.labels_must_be_read_by_memos\t{}", f.message); }
}

#[test]
fn labels_must_not_be_ours() {
    let f = of(Code::SettingsLabel, "production", "memos: {settings: [{label: storage, secret: s, key: k}]}");
    match f.first() { Some(f) => println!("CASE\timage.labels_must_not_be_ours\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.labels_must_not_be_ours") }
    for f in of(Code::SettingsLabel, "production", "memos: {identityProviders: [{label: storage, secret: s, key: k}]}") { println!("NOISE\timage.labels_must_not_be_ours\t{}", f.message); }
}

#[test]
fn faulty_releases_are_known() {
    let f = of(Code::ReleaseWithKnownFault, "production", "memos: {version: 0.26.0}");
    match f.first() { Some(f) => println!("CASE\timage.faulty_releases_are_known\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.faulty_releases_are_known") }
    for f in of(Code::ReleaseWithKnownFault, "production", "memos: {version: 0.26.1}") { println!("NOISE\timage.faulty_releases_are_known\t{}", f.message); }
}

#[test]
fn some_faults_are_postgres_own() {
    let f = of(Code::ReleaseWithKnownFault, "production", "memos: {version: 0.25.2}");
    match f.first() { Some(f) => println!("CASE\timage.some_faults_are_postgres_own\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.some_faults_are_postgres_own") }
    for f in of(Code::ReleaseWithKnownFault, "production", "memos: {version: 0.25.2}\ndatabase: {kind: sqlite}") { println!("NOISE\timage.some_faults_are_postgres_own\t{}", f.message); }
}

#[test]
fn old_databases_go_through_0_25_3() {
    let f = of(Code::UpgradeNeedsStep, "production", "memos: {version: 0.26.1}\nrollout: {fromVersion: 0.21.0}");
    match f.first() { Some(f) => println!("CASE\timage.old_databases_go_through_0_25_3\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.old_databases_go_through_0_25_3") }
    for f in of(Code::UpgradeNeedsStep, "production", "memos: {version: 0.25.3}\nrollout: {fromVersion: 0.21.0}") { println!("NOISE\timage.old_databases_go_through_0_25_3\t{}", f.message); }
    for f in of(Code::UpgradeNeedsStep, "production", "memos: {version: 0.26.1}\nrollout: {fromVersion: 0.22.0}") { println!("NOISE\timage.old_databases_go_through_0_25_3\t{}", f.message); }
}

#[test]
fn downgrades_are_refused() {
    let f = of(Code::DowngradeRefused, "production", "memos: {version: 0.29.1}\nrollout: {fromVersion: 0.30.0}");
    match f.first() { Some(f) => println!("CASE\timage.downgrades_are_refused\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.downgrades_are_refused") }
    for f in of(Code::DowngradeRefused, "production", "memos: {version: 0.30.0}\nrollout: {fromVersion: 0.30.1}") { println!("NOISE\timage.downgrades_are_refused\t{}", f.message); }
}

#[test]
fn releases_that_cannot_mix_stop() {
    let f = of(Code::RolloutStopsAll, "production", "memos: {version: 0.31.0, image: 'registry.example.com/memos:0.31.0'}\nrollout: {fromVersion: 0.30.0}");
    match f.first() { Some(f) => println!("CASE\timage.releases_that_cannot_mix_stop\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.releases_that_cannot_mix_stop") }
    for f in of(Code::RolloutStopsAll, "production", "memos: {image: 'registry.example.com/memos:0.30.0'}\nrollout: {fromVersion: 0.29.1}") { println!("NOISE\timage.releases_that_cannot_mix_stop\t{}", f.message); }
}

#[test]
fn one_process_stops_for_the_next() {
    let f = of(Code::RolloutStopsAll, "production", "memos: {version: 0.30.0}\nrollout: {fromVersion: 0.29.1}");
    match f.first() { Some(f) => println!("CASE\timage.one_process_stops_for_the_next\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.one_process_stops_for_the_next") }
    for f in of(Code::RolloutStopsAll, "production", "memos: {version: 0.30.0}\nrollout: {fromVersion: 0.30.0}") { println!("NOISE\timage.one_process_stops_for_the_next\t{}", f.message); }
}

#[test]
fn the_upgrade_to_0_31_needs_postgres_16() {
    let f = of(Code::PostgresTooOldForUpgrade, "production", "memos: {version: 0.31.0}\nrollout: {fromVersion: 0.30.0}\ndatabase: {version: 15}");
    match f.first() { Some(f) => println!("CASE\timage.the_upgrade_to_0_31_needs_postgres_16\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.the_upgrade_to_0_31_needs_postgres_16") }
    for f in of(Code::PostgresTooOldForUpgrade, "production", "memos: {version: 0.31.0}\nrollout: {fromVersion: 0.30.0}\ndatabase: {version: 16}") { println!("NOISE\timage.the_upgrade_to_0_31_needs_postgres_16\t{}", f.message); }
}

#[test]
fn release_0_31_on_postgres_15_has_no_future() {
    let f = of(Code::PostgresTooOldSoon, "production", "memos: {version: 0.31.0}\ndatabase: {kind: postgres, version: 15}");
    match f.first() { Some(f) => println!("CASE\timage.release_0_31_on_postgres_15_has_no_future\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.release_0_31_on_postgres_15_has_no_future") }
    for f in of(Code::PostgresTooOldSoon, "production", "memos: {version: 0.30.0}\ndatabase: {kind: postgres, version: 15}") { println!("NOISE\timage.release_0_31_on_postgres_15_has_no_future\t{}", f.message); }
}

#[test]
fn an_unknown_version_cannot_be_checked() {
    let f = of(Code::PostgresTooOldSoon, "production", "memos: {version: 0.31.0}\nrollout: {fromVersion: 0.30.0}\ndatabase: {version: null}");
    match f.first() { Some(f) => println!("CASE\timage.an_unknown_version_cannot_be_checked\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.an_unknown_version_cannot_be_checked") }
    for f in of(Code::PostgresTooOldSoon, "production", "memos: {version: 0.31.0}\ndatabase: {version: null}") { println!("NOISE\timage.an_unknown_version_cannot_be_checked\t{}", f.message); }
}

#[test]
fn nobody_publishes_latest() {
    let f = of(Code::MovableTag, "production", "memos: {image: 'neosmemo/memos:latest'}");
    match f.first() { Some(f) => println!("CASE\timage.nobody_publishes_latest\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.nobody_publishes_latest") }
    for f in of(Code::MovableTag, "production", "memos: {image: 'neosmemo/memos:0.30.0'}") { println!("NOISE\timage.nobody_publishes_latest\t{}", f.message); }
}

#[test]
fn movable_tags_move() {
    let f = of(Code::MovableTag, "production", "memos: {image: 'registry.example.com/memos:stable'}");
    match f.first() { Some(f) => println!("CASE\timage.movable_tags_move\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.movable_tags_move") }
    for f in of(Code::MovableTag, "production", "memos: {image: 'registry.example.com/memos:stable@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}") { println!("NOISE\timage.movable_tags_move\t{}", f.message); }
}

#[test]
fn tag_and_version_agree() {
    let f = of(Code::TagContradictsVersion, "production", "memos: {image: 'registry.example.com/memos:v0.29.1-mine'}");
    match f.first() { Some(f) => println!("CASE\timage.tag_and_version_agree\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.tag_and_version_agree") }
    for f in of(Code::TagContradictsVersion, "production", "memos: {image: 'registry.example.com/memos:0.30'}") { println!("NOISE\timage.tag_and_version_agree\t{}", f.message); }
    for f in of(Code::TagContradictsVersion, "production", "memos: {image: 'registry.example.com/memos:production-7'}") { println!("NOISE\timage.tag_and_version_agree\t{}", f.message); }
}

#[test]
fn images_without_digest_are_listed() {
    let f = of(Code::ImageNotPinned, "production", "memos: {image: 'registry.example.com/memos:0.30.0'}\nscaling: {mode: single}");
    match f.first() { Some(f) => println!("CASE\timage.images_without_digest_are_listed\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.images_without_digest_are_listed") }
    for f in of(Code::ImageNotPinned, "production", "memos: {image: 'registry.example.com/memos:0.30.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}\nscaling: {mode: single}") { println!("NOISE\timage.images_without_digest_are_listed\t{}", f.message); }
}

#[test]
fn a_mirror_is_a_registry() {
    let f = of(Code::MirrorIsNoRegistry, "production", "images: {registry: 'https://mirror.example.com'}");
    match f.first() { Some(f) => println!("CASE\timage.a_mirror_is_a_registry\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.a_mirror_is_a_registry") }
    for f in of(Code::MirrorIsNoRegistry, "production", "images: {registry: 'mirror.example.com/hub/'}") { println!("NOISE\timage.a_mirror_is_a_registry\t{}", f.message); }
}

#[test]
fn the_fork_needs_postgres() {
    let f = of(Code::ForkNeedsPgvector, "production", "memos: {distribution: divinesense}\ndatabase: {kind: sqlite}");
    match f.first() { Some(f) => println!("CASE\timage.the_fork_needs_postgres\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.the_fork_needs_postgres") }
    for f in of(Code::ForkNeedsPgvector, "production", "memos: {distribution: divinesense}\ndatabase: {kind: postgres}") { println!("NOISE\timage.the_fork_needs_postgres\t{}", f.message); }
}

#[test]
fn the_forks_extension_is_made_by_hand() {
    let f = of(Code::ForkExtension, "production", "memos: {distribution: divinesense}");
    match f.first() { Some(f) => println!("CASE\timage.the_forks_extension_is_made_by_hand\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.the_forks_extension_is_made_by_hand") }
    for f in of(Code::ForkExtension, "production", "memos: {distribution: divinesense}\ndatabase: {kind: cluster}") { println!("NOISE\timage.the_forks_extension_is_made_by_hand\t{}", f.message); }
}

#[test]
fn only_the_fork_has_ai() {
    let f = of(Code::AiOnUpstream, "production", "memos: {ai: {llmProvider: openai}}");
    match f.first() { Some(f) => println!("CASE\timage.only_the_fork_has_ai\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.only_the_fork_has_ai") }
    for f in of(Code::AiOnUpstream, "production", "memos: {distribution: divinesense, ai: {llmProvider: openai}}") { println!("NOISE\timage.only_the_fork_has_ai\t{}", f.message); }
}

#[test]
fn ollama_has_an_address() {
    let f = of(Code::OllamaWithoutAddress, "production", "memos: {distribution: divinesense, ai: {llmProvider: ollama}}");
    match f.first() { Some(f) => println!("CASE\timage.ollama_has_an_address\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\timage.ollama_has_an_address") }
    for f in of(Code::OllamaWithoutAddress, "production", "memos: {distribution: divinesense, ai: {llmProvider: ollama, baseUrl: 'http://ollama.ai.svc:11434'}}") { println!("NOISE\timage.ollama_has_an_address\t{}", f.message); }
}
