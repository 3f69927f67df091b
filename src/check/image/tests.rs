//! Each rule about what an image can do, with a case that fires and one that nearly does.

use super::super::trial::{fires, of, rests, shown};
use crate::diagnostic::Code;

#[test]
fn a_published_image_cannot_share() {
    fires(
        Code::SharedCacheClaimed,
        "production",
        "memos: {version: 0.30.0, sharedCache: true}",
        "`ghcr.io/usememos/memos:0.30.0` is published by the Memos project and cannot share its cache",
        "leave `memos.sharedCache` out, and run one process with `scaling.mode: single`",
    );
    rests(
        Code::SharedCacheClaimed,
        "production",
        "memos: {image: 'registry.example.com/memos:0.30.0', sharedCache: true}",
    );
}

#[test]
fn the_forks_cache_is_never_called() {
    fires(
        Code::SharedCacheClaimed,
        "production",
        "memos: {distribution: divinesense, sharedCache: true}\nimages: {}",
        "`ghcr.io/hrygo/divinesense:stable` is published by the fork and cannot share its cache",
        "leave `memos.sharedCache` out, and run one process with `scaling.mode: single`",
    );
    rests(Code::SharedCacheClaimed, "production", "memos: {distribution: divinesense}");
}

#[test]
fn replicas_need_a_shared_cache() {
    fires(
        Code::ReplicasWithoutSharedCache,
        "production",
        "memos: {version: 0.30.0}\nscaling: {mode: replicas, min: 2, max: 4}",
        "up to 4 replicas run an image that does not share its cache",
        "say `scaling.mode: standby`: one process serves, and another pod takes over within seconds",
    );
    rests(
        Code::ReplicasWithoutSharedCache,
        "production",
        "memos: {version: 0.30.0}\nscaling: {mode: replicas, min: 1, max: 1}",
    );
    rests(Code::ReplicasWithoutSharedCache, "production", "scaling: {mode: replicas, min: 2, max: 4}");
}

#[test]
fn redis_needs_a_reader() {
    fires(
        Code::CacheWithoutReader,
        "production",
        "memos: {version: 0.30.0}\ncache: {kind: managed, host: r.example.com}",
        "this image does not read `MEMOS_REDIS_URL`, so Redis would run for nothing",
        "say `cache: {kind: none}`",
    );
    rests(Code::CacheWithoutReader, "production", "memos: {version: 0.30.0}");
}

#[test]
fn sharing_needs_a_cache() {
    fires(
        Code::ReplicasWithoutCache,
        "production",
        "cache: {kind: none}",
        "up to 8 replicas could share their cache, but `cache.kind` is `none`",
        "say `cache: {kind: redis}` for one in the cluster, or `kind: managed` with its `host`",
    );
    rests(Code::ReplicasWithoutCache, "production", "cache: {kind: none}\nscaling: {mode: single}");
}

#[test]
fn files_are_read_since_0_30() {
    fires(
        Code::SettingsFilesNotRead,
        "production",
        "memos: {version: 0.29.1, settings: [{label: extra, secret: s, key: k}]}",
        "Memos 0.29.1 reads no settings files, so `memos.settings` and `attachments.kind` cannot take effect",
        "leave it out here and set it up on the settings page of the running program",
    );
    rests(
        Code::SettingsFilesNotRead,
        "production",
        "memos: {version: 0.30.0, settings: [{label: extra, secret: s, key: k}]}",
    );
}

#[test]
fn a_bucket_needs_settings_files() {
    fires(
        Code::SettingsFilesNotRead,
        "production",
        "memos: {version: 0.29.1}",
        "Memos 0.29.1 reads no settings files, so `attachments.kind` cannot take effect",
        "leave it out here and set it up on the settings page of the running program",
    );
    rests(Code::SettingsFilesNotRead, "production", "memos: {version: 0.29.1}\nattachments: {kind: database}");
}

#[test]
fn what_is_left_to_do_by_hand_is_listed() {
    fires(
        Code::SettingsToBeMadeByHand,
        "production",
        "memos: {version: 0.29.1, uploadSizeLimitMb: 40}\nattachments: {kind: database}",
        "Memos 0.29.1 reads no settings files, so set `memos.allowSignUp: false`, `memos.uploadSizeLimitMb: 40` and `attachments.kind: database` by hand",
        "sign in as administrator and set it there; until then it is as if the spec did not say it",
    );
    rests(
        Code::SettingsToBeMadeByHand,
        "production",
        "memos: {version: 0.29.1, allowSignUp: true}\nattachments: {kind: local}",
    );
}

#[test]
fn the_fork_has_cures_of_its_own() {
    let spec = "memos: {distribution: divinesense, ai: {}}\ndatabase: {kind: postgres}\nattachments: {kind: local}";
    fires(
        Code::SettingsToBeMadeByHand,
        "production",
        spec,
        "the fork `divinesense` reads no settings files, so set `memos.allowSignUp: false` and `attachments.kind: local` by hand",
        "sign in as administrator and set it there; until then it is as if the spec did not say it",
    );
    assert_eq!(shown(Code::SettingsToBeMadeByHand, "production", spec), "divinesense");
    let found = &of(Code::SettingsToBeMadeByHand, "production", spec)[0];
    assert_eq!(
        found.help[1..],
        ["or say what holds without it: `memos.allowSignUp: true` and `attachments.kind: database`"]
    );
    rests(
        Code::SettingsToBeMadeByHand,
        "production",
        "memos: {distribution: divinesense, ai: {}, allowSignUp: true}\ndatabase: {kind: postgres}\nattachments: {kind: database}",
    );
}

#[test]
fn early_releases_have_no_access_mode() {
    fires(
        Code::AccessCannotHold,
        "production",
        "memos: {version: 0.29.1, access: private}",
        "Memos 0.29.1 has no access mode, so `memos.access` cannot take effect",
        "leave it out: each memo's own visibility decides, where there is no access mode",
    );
    rests(Code::AccessCannotHold, "production", "memos: {version: 0.30.0, access: private}");
}

#[test]
fn a_public_0_30_needs_its_address() {
    fires(
        Code::AccessCannotHold,
        "production",
        "memos: {version: 0.30.0, access: public}\nexposure: {kind: none}",
        "Memos 0.30 is public only when it knows its address, and there is none",
        "give `memos.instanceUrl`, or an exposure with a `host`",
    );
    rests(Code::AccessCannotHold, "production", "memos: {version: 0.31.0, access: public}\nexposure: {kind: none}");
}

#[test]
fn an_address_makes_0_30_public() {
    fires(
        Code::AddressMakesPublic,
        "production",
        "memos: {version: 0.30.0, instanceUrl: 'https://n.example.com'}",
        "on Memos 0.30 the instance URL `https://n.example.com` lets anybody read public memos without signing in",
        "say `memos.access: public` if that is meant, or `memos.access: private`",
    );
    rests(Code::AddressMakesPublic, "production", "memos: {version: 0.31.0, instanceUrl: 'https://n.example.com'}");
    rests(
        Code::AddressMakesPublic,
        "production",
        "memos: {version: 0.30.0, access: public, instanceUrl: 'https://n.example.com'}",
    );
}

#[test]
fn a_private_0_30_has_no_address() {
    fires(
        Code::PrivateWithoutAddress,
        "production",
        "memos: {version: 0.30.0, access: private, instanceUrl: 'https://n.example.com'}",
        "the instance URL is left out, because on Memos 0.30 it would make the instance public",
        "Memos 0.31 can have both; it keeps its access mode as a setting",
    );
    rests(
        Code::PrivateWithoutAddress,
        "production",
        "memos: {version: 0.31.0, access: private, instanceUrl: 'https://n.example.com'}",
    );
}

#[test]
fn nobody_said_public() {
    fires(
        Code::KeptPrivate,
        "production",
        "memos: {version: 0.31.0}\nexposure: {host: n.example.com}",
        "only people who signed in can read, because nothing says that anybody may",
        "say `memos.access: private`, or `memos.access: public` if anybody may read public memos",
    );
    for memos in ["version: 0.30.0", "version: 0.31.0, access: private", "version: 0.31.0, access: public"] {
        rests(Code::KeptPrivate, "production", &format!("memos: {{{memos}}}\nexposure: {{host: n.example.com}}"));
    }
}

#[test]
fn release_0_26_0_reads_no_address() {
    fires(
        Code::AddressNotRead,
        "production",
        "memos: {version: 0.26.0, instanceUrl: 'https://n.example.com'}",
        "Memos 0.26.0 does not read `MEMOS_INSTANCE_URL`",
        "take Memos 0.26.1 or later",
    );
    rests(Code::AddressNotRead, "production", "memos: {version: 0.26.1, instanceUrl: 'https://n.example.com'}");
}

#[test]
fn log_levels_came_with_0_29() {
    fires(
        Code::LogLevelNotRead,
        "production",
        "memos: {version: 0.28.0, logLevel: debug}",
        "Memos 0.28.0 has no log levels, so `memos.logLevel` does nothing",
        "leave it out",
    );
    rests(Code::LogLevelNotRead, "production", "memos: {version: 0.29.0, logLevel: debug}");
    rests(Code::LogLevelNotRead, "production", "memos: {version: 0.28.0, logLevel: info}");
}

#[test]
fn labels_must_be_read_by_memos() {
    fires(
        Code::SettingsLabel,
        "production",
        "memos: {settings: [{label: a--b, secret: s, key: k}]}",
        "Memos ignores the file of `a--b`, because two hyphens follow each other",
        "use single hyphens between letters and digits",
    );
    rests(Code::SettingsLabel, "production", "memos: {settings: [{label: a-b, secret: s, key: k}]}");
}

#[test]
fn labels_must_not_be_ours() {
    fires(
        Code::SettingsLabel,
        "production",
        "memos: {settings: [{label: storage, secret: s, key: k}]}",
        "`memos-instance-setting-storage.json` is already made from other fields of this spec",
        "use another label, and no second file for the same group of settings",
    );
    rests(Code::SettingsLabel, "production", "memos: {identityProviders: [{label: storage, secret: s, key: k}]}");
}

#[test]
fn faulty_releases_are_known() {
    fires(
        Code::ReleaseWithKnownFault,
        "production",
        "memos: {version: 0.26.0}",
        "Memos 0.26.0 loses sign-ins, and cannot write to volumes that root owned",
        "take Memos 0.26.1 or later",
    );
    rests(Code::ReleaseWithKnownFault, "production", "memos: {version: 0.26.1}");
}

#[test]
fn some_faults_are_postgres_own() {
    fires(
        Code::ReleaseWithKnownFault,
        "production",
        "memos: {version: 0.25.2}",
        "Memos 0.25.2 fails on reactions with PostgreSQL",
        "take Memos 0.25.3 or later",
    );
    rests(Code::ReleaseWithKnownFault, "production", "memos: {version: 0.25.2}\ndatabase: {kind: sqlite}");
}

#[test]
fn old_databases_go_through_0_25_3() {
    fires(
        Code::UpgradeNeedsStep,
        "production",
        "memos: {version: 0.26.1}\nrollout: {fromVersion: 0.21.0}",
        "Memos 0.26.1 cannot take over a database of 0.21.0: it has to go through 0.25.3 first",
        "install 0.25.3, let it start once, then build again with `rollout.fromVersion: 0.25.3`",
    );
    rests(Code::UpgradeNeedsStep, "production", "memos: {version: 0.25.3}\nrollout: {fromVersion: 0.21.0}");
    rests(Code::UpgradeNeedsStep, "production", "memos: {version: 0.26.1}\nrollout: {fromVersion: 0.22.0}");
}

#[test]
fn downgrades_are_refused() {
    fires(
        Code::DowngradeRefused,
        "production",
        "memos: {version: 0.29.1}\nrollout: {fromVersion: 0.30.0}",
        "Memos 0.29.1 refuses to start on a database that 0.30.0 has migrated",
        "restore the database from before the upgrade, and leave `rollout.fromVersion` out",
    );
    rests(Code::DowngradeRefused, "production", "memos: {version: 0.30.0}\nrollout: {fromVersion: 0.30.1}");
}

#[test]
fn releases_that_cannot_mix_stop() {
    fires(
        Code::RolloutStopsAll,
        "production",
        "memos: {version: 0.31.0, image: 'registry.example.com/memos:0.31.0'}\nrollout: {fromVersion: 0.30.0}",
        "0.30.0 and 0.31.0 cannot share one database, so all processes stop before the first new one starts",
        "seen: a migration of 300,000 memos took 4 s; back up the database before it",
    );
    rests(
        Code::RolloutStopsAll,
        "production",
        "memos: {image: 'registry.example.com/memos:0.30.0'}\nrollout: {fromVersion: 0.29.1}",
    );
}

#[test]
fn one_process_stops_for_the_next() {
    fires(
        Code::RolloutStopsAll,
        "production",
        "memos: {version: 0.30.0}\nrollout: {fromVersion: 0.29.1}",
        "the one process stops before the new one starts",
        "seen: a migration of 300,000 memos took 4 s; back up the database before it",
    );
    rests(Code::RolloutStopsAll, "production", "memos: {version: 0.30.0}\nrollout: {fromVersion: 0.30.0}");
}

#[test]
fn the_upgrade_to_0_31_needs_postgres_16() {
    fires(
        Code::PostgresTooOldForUpgrade,
        "production",
        "memos: {version: 0.31.0}\nrollout: {fromVersion: 0.30.0}\ndatabase: {version: 15}",
        "the upgrade to Memos 0.31.0 fails on PostgreSQL 15: it needs 16",
        "upgrade the server to PostgreSQL 16 or later and say `database.version: 16` or higher first",
    );
    rests(
        Code::PostgresTooOldForUpgrade,
        "production",
        "memos: {version: 0.31.0}\nrollout: {fromVersion: 0.30.0}\ndatabase: {version: 16}",
    );
}

#[test]
fn release_0_31_on_postgres_15_has_no_future() {
    fires(
        Code::PostgresTooOldSoon,
        "production",
        "memos: {version: 0.31.0}\ndatabase: {kind: postgres, version: 15}",
        "Memos 0.31.0 installs on PostgreSQL 15, but its migrations need 16",
        "say `database.version: 16` or higher before the first upgrade",
    );
    rests(Code::PostgresTooOldSoon, "production", "memos: {version: 0.30.0}\ndatabase: {kind: postgres, version: 15}");
}

#[test]
fn an_unknown_version_cannot_be_checked() {
    fires(
        Code::PostgresTooOldSoon,
        "dev",
        "memos: {version: 0.31.0}\nrollout: {fromVersion: 0.30.0}\ndatabase: {kind: managed, host: db.example.com}",
        "the upgrade to Memos 0.31.0 needs PostgreSQL 16, and the server's version is not said",
        "say `database.version` with the server's major version",
    );
    rests(Code::PostgresTooOldSoon, "dev", "memos: {version: 0.31.0}\ndatabase: {kind: managed, host: db.example.com}");
}

#[test]
fn nobody_publishes_latest() {
    fires(
        Code::MovableTag,
        "production",
        "memos: {image: 'neosmemo/memos:latest'}",
        "the Memos project publishes no tag `latest`: one that exists is old",
        "take the tag of a release, such as `0.30.0`, or add `@sha256:…`",
    );
    rests(Code::MovableTag, "production", "memos: {image: 'neosmemo/memos:0.30.0'}");
}

#[test]
fn movable_tags_move() {
    fires(
        Code::MovableTag,
        "production",
        "memos: {image: 'registry.example.com/memos:stable'}",
        "the tag `stable` moves, so pods of one rollout may run different releases",
        "take the tag of a release, such as `0.30.0`, or add `@sha256:…`",
    );
    rests(
        Code::MovableTag,
        "production",
        "memos: {image: 'registry.example.com/memos:stable@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}",
    );
}

#[test]
fn a_minor_release_moves_from_patch_to_patch() {
    for tag in ["0.30", "v0.30"] {
        fires(
            Code::MovableTag,
            "production",
            &format!("memos: {{image: 'r.example.com/memos:{tag}'}}"),
            &format!("the tag `{tag}` moves, so pods of one rollout may run different releases"),
            "take the tag of a release, such as `0.30.0`, or add `@sha256:…`",
        );
    }
    for tag in ["0.30.0", "0.30-mine", "7"] {
        rests(Code::MovableTag, "production", &format!("memos: {{image: 'r.example.com/memos:{tag}'}}"));
    }
}

#[test]
fn the_forks_own_image_moves() {
    fires(
        Code::MovableTag,
        "production",
        "memos: {distribution: divinesense}",
        "the tag `stable` moves, so pods of one rollout may run different releases",
        "say `memos.image: ghcr.io/hrygo/divinesense:stable@sha256:…` with the digest that you tried, and `memos.sharedCache: false`",
    );
    let spec = "memos: {distribution: divinesense, image: 'ghcr.io/hrygo/divinesense:0.60'}";
    rests(Code::MovableTag, "production", spec);
    assert_eq!(shown(Code::MovableTag, "production", "memos: {distribution: divinesense}"), "divinesense");
}

#[test]
fn other_images_move_too() {
    for (name, image) in [("redis", "valkey/valkey"), ("pooler", "r.example.com/pgbouncer")] {
        fires(
            Code::MovableTag,
            "dev",
            &format!("images: {{{name}: '{image}:latest'}}"),
            &format!("the tag `latest` of `images.{name}` moves, so a restart may bring another release"),
            "take the tag of a release, or add `@sha256:…`",
        );
    }
    rests(Code::MovableTag, "dev", "images: {redis: 'valkey/valkey:8.1', pooler: 'r.example.com/pgbouncer:1.25.2'}");
}

#[test]
fn tag_and_version_agree() {
    fires(
        Code::TagContradictsVersion,
        "production",
        "memos: {image: 'registry.example.com/memos:v0.29.1-mine'}",
        "the image's tag `v0.29.1-mine` is another release than `memos.version: 0.30.0`",
        "say `memos.version: 0.29.1`, or take the tag of 0.30.0",
    );
    rests(Code::TagContradictsVersion, "production", "memos: {image: 'registry.example.com/memos:0.30'}");
    rests(Code::TagContradictsVersion, "production", "memos: {image: 'registry.example.com/memos:production-7'}");
}

#[test]
fn images_without_digest_are_listed() {
    fires(
        Code::ImageNotPinned,
        "production",
        "memos: {image: 'registry.example.com/memos:0.30.0'}\nscaling: {mode: single}\ncache: {kind: managed, host: r.example.com}",
        "the images `registry.example.com/memos:0.30.0` and `valkey/valkey:8.1-alpine` have a tag but no digest",
        "give `memos.image`, `images.postgres`, `images.pooler`, `images.redis`, `images.redisProxy`, `images.redisExporter`, `images.keeper`, `images.proxy` or `images.cloudSqlProxy` with `@sha256:…`",
    );
    rests(
        Code::ImageNotPinned,
        "production",
        "memos: {image: 'registry.example.com/memos:0.30.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}\nscaling: {mode: single}\nimages: {redis: 'valkey/valkey@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}\ncache: {kind: managed, host: r.example.com}",
    );
}

#[test]
fn a_mirror_is_a_registry() {
    fires(
        Code::MirrorIsNoRegistry,
        "production",
        "images: {registry: 'https://mirror.example.com'}",
        "`https://mirror.example.com` cannot stand before the name of an image",
        "write a host and a path without scheme, such as `registry.example.com/mirror`",
    );
    rests(Code::MirrorIsNoRegistry, "production", "images: {registry: 'mirror.example.com/hub/'}");
}

#[test]
fn the_fork_needs_postgres() {
    fires(
        Code::ForkNeedsPgvector,
        "production",
        "memos: {distribution: divinesense}\ndatabase: {kind: sqlite}",
        "the fork `divinesense` needs PostgreSQL with pgvector, and this is SQLite",
        "say `database: {kind: postgres}`: the fork's PostgreSQL comes with pgvector",
    );
    rests(Code::ForkNeedsPgvector, "production", "memos: {distribution: divinesense}\ndatabase: {kind: postgres}");
}

#[test]
fn the_forks_extension_is_made_by_hand() {
    fires(
        Code::ForkExtension,
        "production",
        "memos: {distribution: divinesense}",
        "the fork `divinesense` needs the extension `vector` in the database `memos`",
        "run `CREATE EXTENSION IF NOT EXISTS vector` there as its administrator before the first start",
    );
    rests(Code::ForkExtension, "production", "memos: {distribution: divinesense}\ndatabase: {kind: cluster}");
}

#[test]
fn only_the_fork_has_ai() {
    fires(
        Code::AiOnUpstream,
        "production",
        "memos: {ai: {llmProvider: openai}}",
        "only the fork `divinesense` reads `memos.ai`",
        "say `memos.distribution: divinesense`, or leave `memos.ai` out",
    );
    rests(Code::AiOnUpstream, "production", "memos: {distribution: divinesense, ai: {llmProvider: openai}}");
}

#[test]
fn ollama_has_an_address() {
    fires(
        Code::OllamaWithoutAddress,
        "production",
        "memos: {distribution: divinesense, ai: {llmProvider: ollama}}",
        "an Ollama of your own needs its address: the default is the pod itself",
        "say `memos.ai.baseUrl`, such as `http://ollama.ai.svc:11434`",
    );
    rests(
        Code::OllamaWithoutAddress,
        "production",
        "memos: {distribution: divinesense, ai: {llmProvider: ollama, baseUrl: 'http://ollama.ai.svc:11434'}}",
    );
}

#[test]
fn embeddings_by_an_ollama_need_its_address_too() {
    fires(
        Code::OllamaWithoutAddress,
        "production",
        "memos: {distribution: divinesense, ai: {embeddingProvider: ollama}}",
        "embeddings by an Ollama of your own need its address, which only `llmProvider: ollama` has",
        "say `memos.ai.llmProvider: ollama` with `memos.ai.baseUrl`, or take another provider here",
    );
    rests(
        Code::OllamaWithoutAddress,
        "production",
        "memos: {distribution: divinesense, ai: {llmProvider: ollama, embeddingProvider: ollama, baseUrl: 'http://o.ai.svc:11434'}}",
    );
}
