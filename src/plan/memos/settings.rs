//! Settings files for `/etc/secrets`.

use std::collections::BTreeMap;

use super::{Inputs, SecretFile};
use crate::plan::attachments::AttachmentsPlan;
use crate::plan::capability::Capabilities;
use crate::spec::Spec;
use crate::spec::memos::{Access, SettingsFile};

/// Settings files that are no secret. The STORAGE form is the one that every release since 0.30 reads.
pub(super) fn settings(inputs: &Inputs<'_>, capabilities: Capabilities) -> BTreeMap<String, String> {
    let Inputs { spec, attachments, .. } = inputs;
    let mut files = BTreeMap::new();
    if !capabilities.settings_files {
        return files;
    }
    let mut add = |label: &str, value: serde_json::Value| {
        files.insert(format!("memos-instance-setting-{label}.json"), format!("{value}\n"));
    };
    if !spec.memos.allow_sign_up {
        add("general", serde_json::json!({"key": "GENERAL", "generalSetting": {"disallowUserRegistration": true}}));
    }
    let kind = match attachments {
        AttachmentsPlan::Claim(_) | AttachmentsPlan::WithDatabase => Some("LOCAL"),
        AttachmentsPlan::Database => Some("DATABASE"),
        AttachmentsPlan::Bucket(_) => None,
    };
    if let Some(kind) = kind {
        add("storage", serde_json::json!({"key": "STORAGE", "storageSetting": storage_setting(spec, kind)}));
    }
    if capabilities.access_setting {
        // Without the file, a first start with an instance URL makes the instance public for good, also that of an upgrade
        // from 0.30, which had no URL because it was private.
        let mode = match spec.memos.access.unwrap_or(Access::Private) {
            Access::Private => "INSTANCE_ACCESS_MODE_PRIVATE",
            Access::Public => "INSTANCE_ACCESS_MODE_PUBLIC",
        };
        add("access", serde_json::json!({"key": "ACCESS", "accessSetting": {"accessMode": mode}}));
    }
    files
}

/// What all forms of storage have in common.
pub(in crate::plan) fn storage_setting(spec: &Spec, kind: &str) -> serde_json::Value {
    serde_json::json!({
        "storageType": kind,
        "filepathTemplate": "assets/{timestamp}_{uuid}_{filename}",
        "uploadSizeLimitMb": spec.memos.upload_size_limit_mb.to_string(),
    })
}

/// Settings files from Secrets: the bucket's keys, sign-in by other systems, and the user's own.
pub(super) fn secret_settings(inputs: &Inputs<'_>, capabilities: Capabilities) -> Vec<SecretFile> {
    let Inputs { spec, attachments, secrets, .. } = inputs;
    if !capabilities.settings_files {
        return Vec::new();
    }
    let mut files = Vec::new();
    if matches!(attachments, AttachmentsPlan::Bucket(_)) {
        let file = "memos-instance-setting-storage.json".to_owned();
        files.push(SecretFile { secret: secrets.storage.clone(), key: file.clone(), file });
    }
    let from = |prefix: &str, SettingsFile { label, secret, key }: &SettingsFile| SecretFile {
        secret: secret.to_string(),
        key: key.to_string(),
        file: format!("{prefix}-{label}.json"),
    };
    files.extend(spec.memos.identity_providers.iter().map(|file| from("memos-idp", file)));
    files.extend(spec.memos.settings.iter().map(|file| from("memos-instance-setting", file)));
    files
}

#[cfg(test)]
mod tests {
    use crate::check::sample::compile;

    #[test]
    fn nothing_is_public_that_was_not_said_to_be() {
        let spec = |memos: &str| {
            format!(
                "memos: {{version: 0.31.0{memos}}}\nrollout: {{fromVersion: 0.30.0}}\ndatabase: {{kind: postgres, version: 17}}\n\
                 exposure: {{host: m.example.com}}\nattachments: {{kind: database}}"
            )
        };
        for (memos, mode) in [("", "PRIVATE"), (", access: private", "PRIVATE"), (", access: public", "PUBLIC")] {
            let compiled = compile("production", &spec(memos));
            let file = &compiled.object("ConfigMap", "memos-settings")["data"]["memos-instance-setting-access.json"];
            let expected =
                format!(r#"{{"key":"ACCESS","accessSetting":{{"accessMode":"INSTANCE_ACCESS_MODE_{mode}"}}}}"#) + "\n";
            assert_eq!(file.as_str(), Some(expected.as_str()), "{memos}");
            assert_eq!(compiled.plan.memos.environment["MEMOS_INSTANCE_URL"], "https://m.example.com", "{memos}");
        }
        // A file with a key that 0.30 does not know keeps it from starting.
        let old = compile("production", "memos: {version: 0.30.0}\nexposure: {host: m.example.com}");
        assert!(!old.plan.memos.settings.contains_key("memos-instance-setting-access.json"));
        assert!(!old.plan.memos.environment.contains_key("MEMOS_INSTANCE_URL"));
    }
}
