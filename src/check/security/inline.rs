//! Secrets written where everybody reads them, and variables that undo what protects Memos.

use super::super::Context;
use super::super::finding::{in_part, said};
use super::super::objects::pods::{containers, pods};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::profile::secret::{is_secret, part_holds_secret};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for pod in pods(context) {
        for container in containers(pod.spec) {
            for variable in container.value["env"].as_array().into_iter().flatten() {
                let (Some(name), Some(value)) = (variable["name"].as_str(), variable["value"].as_str()) else {
                    continue;
                };
                let owner = format!("container `{}` of `{}`", container.name(), pod.name());
                inline_secret(&owner, name, value, diagnostics);
                if container.name() == "memos" {
                    switch(context, name, value, diagnostics);
                }
            }
        }
    }
}

/// Whether the user's own parts of pods hold a secret in plain text. No line of them may be shown then: a part may be one line.
pub(in crate::check) fn in_parts(context: &Context<'_>) -> bool {
    said(context).components.free_form().any(part_holds_secret)
        || said(context).overrides.iter().any(|wanted| part_holds_secret(&wanted.patch))
}

/// No place is given, because the line that would be shown holds the value.
pub(in crate::check) fn inline_secret(owner: &str, name: &str, value: &str, diagnostics: &mut Diagnostics) {
    if !is_secret(name, value) {
        return;
    }
    let name = name.escape_debug();
    let message = format!(
        "`{name}` in the {owner} is a secret in plain text (its line is not shown, because it holds the value)"
    );
    diagnostics.push(
        Diagnostic::new(Code::InlineSecret, message).help(
            "give it as `valueFrom: {secretKeyRef: {name: …, key: …}}` instead of `value`, and change the secret",
        ),
    );
}

/// Variables of Memos that take its protection away.
fn switch(context: &Context<'_>, name: &str, value: &str, diagnostics: &mut Diagnostics) {
    let Some((code, message, help)) = unprotected(name, value) else { return };
    let given = &said(context).components.memos.extra_env;
    let at = given.iter().position(|variable| variable.get("name").and_then(serde_json::Value::as_str) == Some(name));
    let diagnostic = match at {
        Some(at) => {
            in_part(context, code, message.to_owned(), &format!("components.memos.extraEnv.{at}.name"), "set here")
        }
        None => Diagnostic::new(code, message),
    };
    diagnostics.push(diagnostic.help(help));
}

/// What a variable takes away: the code, the message, and what to do.
pub(in crate::check) fn unprotected(name: &str, value: &str) -> Option<(Code, &'static str, &'static str)> {
    let on = matches!(value, "true" | "1" | "t" | "T" | "TRUE" | "True");
    Some(match name {
        "MEMOS_DEMO" if on => (
            Code::DemoMode,
            "with `MEMOS_DEMO` Memos signs sessions with the word `usememos`, which everybody knows",
            "leave it out: it is for demonstrations",
        ),
        "MEMOS_ALLOW_PRIVATE_WEBHOOKS" if on => (
            Code::PrivateWebhooks,
            "with `MEMOS_ALLOW_PRIVATE_WEBHOOKS` everybody with an account can make Memos call addresses inside the cluster",
            "leave it out; since Memos 0.31 `MEMOS_WEBHOOK_PRIVATE_NETWORK_ALLOWLIST` opens single ones",
        ),
        "MEMOS_UNIX_SOCK" | "MEMOS_ADDR" if !value.is_empty() && value != "0.0.0.0" && value != "::" => (
            Code::ListensElsewhere,
            "with this variable Memos does not listen where its Service and its probes ask",
            "leave `MEMOS_UNIX_SOCK` and `MEMOS_ADDR` out",
        ),
        _ => return None,
    })
}
