//! Settings that a release cannot take from files, and the meaning of the instance's address.

use super::super::Context;
use super::super::finding::{Rule, also, at_key, finding, list, run, said};
use super::{chosen, or_release, program};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::attachments::AttachmentsPlan;
use crate::spec::memos::{Access, LogLevel, SettingsFile};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        files_not_read,
        settings_not_applied,
        access_cannot_hold,
        address_makes_public,
        private_without_address,
        kept_private,
        address_not_read,
        log_level_not_read,
    ];
    run(RULES, context, diagnostics);
    labels(context, diagnostics);
}

/// `/etc/secrets` is read since 0.30.0 (`store/deployment_config.go`). The fork branched off before.
fn files_not_read(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    if context.plan.memos.capabilities.settings_files {
        return None;
    }
    let bucket = matches!(context.plan.attachments, AttachmentsPlan::Bucket(_));
    let asked = [
        ("memos.identityProviders", !spec.memos.identity_providers.is_empty()),
        ("memos.settings", !spec.memos.settings.is_empty()),
        ("attachments.kind", bucket),
    ];
    let asked: Vec<&str> = asked.into_iter().filter(|(_, asked)| *asked).map(|(path, _)| path).collect();
    let first = asked.first()?;
    let message = format!("{} reads no settings files, so {} cannot take effect", program(spec), list(&asked));
    let diagnostic = at_key(context, Code::SettingsFilesNotRead, message, first, "would never be read");
    let (path, label) = chosen(spec, "0.30.0");
    let diagnostic = also(context, diagnostic, path, &label)
        .help("leave it out here and set it up on the settings page of the running program");
    Some(or_release(diagnostic, spec, "0.30.0"))
}

/// What the compiler would write into settings files has to be set by hand on releases that read none.
fn settings_not_applied(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let capabilities = &context.plan.memos.capabilities;
    if capabilities.settings_files {
        return None;
    }
    // What has to be set, and what the spec would say if it were not.
    let mut left = Vec::new();
    if !spec.memos.allow_sign_up {
        left.push(("memos.allowSignUp: false".to_owned(), "memos.allowSignUp: true"));
    }
    if spec.memos.upload_size_limit_mb != 30 {
        let said = format!("memos.uploadSizeLimitMb: {}", spec.memos.upload_size_limit_mb);
        left.push((said, "memos.uploadSizeLimitMb: 30"));
    }
    match context.plan.attachments {
        AttachmentsPlan::Database if capabilities.keeps_uploads_on_volume => {
            left.push(("attachments.kind: database".to_owned(), "attachments.kind: local"));
        }
        AttachmentsPlan::Claim(_) | AttachmentsPlan::WithDatabase if !capabilities.keeps_uploads_on_volume => {
            left.push(("attachments.kind: local".to_owned(), "attachments.kind: database"));
        }
        _ => {}
    }
    let (left, said_otherwise): (Vec<String>, Vec<&str>) = left.into_iter().unzip();
    if left.is_empty() {
        return None;
    }
    let message = format!("{} reads no settings files, so set {} by hand", program(spec), list(&left));
    let (path, label) = chosen(spec, "0.30.0");
    let diagnostic = finding(context, Code::SettingsToBeMadeByHand, message, path, &label)
        .help("sign in as administrator and set it there; until then it is as if the spec did not say it");
    let diagnostic = diagnostic.help(format!("or say what holds without it: {}", list(&said_otherwise)));
    Some(or_release(diagnostic, spec, "0.30.0"))
}

/// 0.31 has the setting `ACCESS`; a file with it keeps 0.30 from starting. 0.30 is public when it has an instance URL.
fn access_cannot_hold(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let access = spec.memos.access?;
    let capabilities = &context.plan.memos.capabilities;
    if !capabilities.access_setting && !capabilities.url_means_public {
        let message = format!("{} has no access mode, so `memos.access` cannot take effect", program(spec));
        let diagnostic = finding(context, Code::AccessCannotHold, message, "memos.access", "not known to this release");
        let (path, label) = chosen(spec, "0.30.0");
        let diagnostic = also(context, diagnostic, path, &label)
            .help("leave it out: each memo's own visibility decides, where there is no access mode");
        return Some(or_release(diagnostic, spec, "0.30.0"));
    }
    let without_address =
        access == Access::Public && !context.plan.memos.environment.contains_key("MEMOS_INSTANCE_URL");
    if capabilities.access_setting || !without_address {
        return None;
    }
    let message = "Memos 0.30 is public only when it knows its address, and there is none".to_owned();
    let diagnostic = finding(context, Code::AccessCannotHold, message, "memos.access", "would stay private");
    Some(diagnostic.help("give `memos.instanceUrl`, or an exposure with a `host`"))
}

/// Seen on 0.30.0: with a URL an anonymous list answers 200, without one 401.
fn address_makes_public(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let url = spec.memos.instance_url.as_ref()?;
    if !context.plan.memos.capabilities.url_means_public || spec.memos.access.is_some() {
        return None;
    }
    let message = format!("on Memos 0.30 the instance URL `{url}` lets anybody read public memos without signing in");
    let diagnostic = finding(context, Code::AddressMakesPublic, message, "memos.instanceUrl", "means public");
    Some(diagnostic.help("say `memos.access: public` if that is meant, or `memos.access: private`"))
}

/// A private 0.30 must not know its address, which links in mails and feeds then lack.
fn private_without_address(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    let dropped = context.plan.memos.capabilities.url_means_public
        && spec.memos.access == Some(Access::Private)
        && spec.memos.instance_url.is_some();
    if !dropped {
        return None;
    }
    let message = "the instance URL is left out, because on Memos 0.30 it would make the instance public".to_owned();
    let diagnostic = finding(context, Code::PrivateWithoutAddress, message, "memos.instanceUrl", "left out");
    Some(
        also(context, diagnostic, "memos.access", "private")
            .help("Memos 0.31 can have both; it keeps its access mode as a setting"),
    )
}

/// 0.31 would have made itself public at its first start with a URL (`store/migrator.go`); a settings file beats it both ways.
fn kept_private(context: &Context<'_>) -> Option<Diagnostic> {
    let memos = &context.plan.memos;
    let public = memos.capabilities.access_setting && memos.environment.contains_key("MEMOS_INSTANCE_URL");
    if !public || said(context).memos.access.is_some() {
        return None;
    }
    let message = "only people who signed in can read, because nothing says that anybody may".to_owned();
    let diagnostic = finding(context, Code::KeptPrivate, message, "memos.version", "keeps a setting for it");
    Some(
        also(context, diagnostic, "memos.instanceUrl", "means the address only")
            .help("say `memos.access: private`, or `memos.access: public` if anybody may read public memos"),
    )
}

/// 0.26.0 read no variable with a `-` in its flag's name (fixed in 0.26.1 by a69056a1c).
fn address_not_read(context: &Context<'_>) -> Option<Diagnostic> {
    let memos = &context.plan.memos;
    if memos.capabilities.reads_instance_url || !memos.environment.contains_key("MEMOS_INSTANCE_URL") {
        return None;
    }
    let message = format!("{} does not read `MEMOS_INSTANCE_URL`", program(said(context)));
    let diagnostic = finding(context, Code::AddressNotRead, message, "memos.version", "ignores its address");
    Some(diagnostic.help("take Memos 0.26.1 or later"))
}

/// `MEMOS_LOG_LEVEL` is read since 0.29.0.
fn log_level_not_read(context: &Context<'_>) -> Option<Diagnostic> {
    let spec = said(context);
    if context.plan.memos.capabilities.log_level
        || spec.memos.log_level == LogLevel::Info
        || !context.spec.said_by_user("memos.logLevel")
    {
        return None;
    }
    let message = format!("{} has no log levels, so `memos.logLevel` does nothing", program(spec));
    let diagnostic =
        finding(context, Code::LogLevelNotRead, message, "memos.logLevel", "not read").help("leave it out");
    Some(or_release(diagnostic, spec, "0.29.0"))
}

/// Memos ignores a file whose label is not `[a-z0-9]+(-[a-z0-9]+)*` in silence, and refuses to start on two of one key.
fn labels(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let spec = said(context);
    let ours: Vec<String> = context.plan.memos.settings.keys().cloned().collect();
    let bucket = matches!(context.plan.attachments, AttachmentsPlan::Bucket(_));
    let taken = |prefix: &str, label: &str| {
        let file = format!("{prefix}-{label}.json");
        ours.contains(&file) || (bucket && file == "memos-instance-setting-storage.json")
    };
    let lists: [(&str, &str, &[SettingsFile]); 2] = [
        ("memos.identityProviders", "memos-idp", &spec.memos.identity_providers),
        ("memos.settings", "memos-instance-setting", &spec.memos.settings),
    ];
    for (path, prefix, files) in lists {
        for (at, file) in files.iter().enumerate() {
            let label = file.label.as_str();
            let place = format!("{path}.{at}.label");
            let report =
                |message: String, help: &str| finding(context, Code::SettingsLabel, message, &place, "").help(help);
            if label.contains("--") {
                let message = format!("Memos ignores the file of `{label}`, because two hyphens follow each other");
                diagnostics.push(report(message, "use single hyphens between letters and digits"));
            } else if taken(prefix, label) {
                let message = format!("`{prefix}-{label}.json` is already made from other fields of this spec");
                diagnostics
                    .push(report(message, "use another label, and no second file for the same group of settings"));
            }
        }
    }
}
