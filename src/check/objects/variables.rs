//! Variables of Memos: the collision with Services, and those that the user sets a second time.

use serde_json::Value;

use super::super::Context;
use super::super::finding::{about, in_part, said};
use super::pods::{Part, Pod, containers, items, pods};
use crate::diagnostic::{Code, Diagnostics};
use crate::plan::names::Role;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    service_links(context, diagnostics);
    port(context, diagnostics);
    set_again(context, diagnostics);
    own_command(context, diagnostics);
}

/// A Service named `memos` puts `MEMOS_PORT=tcp://…` into every pod of its namespace unless links are off (issues 1782 and
/// 3761 of Memos).
fn service_links(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for pod in pods(context) {
        if let Some(message) = linked(&pod) {
            diagnostics.push(
                about(context, Code::ServiceLinks, message, pod.object, &[])
                    .help("leave `enableServiceLinks: false` as it is"),
            );
        }
    }
}

/// Whether pods get variables from Services.
pub(in crate::check) fn linked(pod: &Pod<'_>) -> Option<String> {
    (pod.spec["enableServiceLinks"] != Value::Bool(false))
        .then(|| format!("the pods of `{}` get variables from every Service, `MEMOS_PORT` among them", pod.name()))
}

/// Seen: with `tcp://10.0.0.1:5230` in `MEMOS_PORT` Memos listens on a random port, without a word.
fn port(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for pod in pods(context).iter().filter(|pod| pod.object.name == context.plan.names.component(Role::Memos)) {
        for container in containers(pod.spec).iter().filter(|container| container.name() == "memos") {
            let Some(message) = other_port(container) else { continue };
            let diagnostic = match extra_env(context, "MEMOS_PORT") {
                Some(at) => in_part(
                    context,
                    Code::PortChanged,
                    message,
                    &format!("components.memos.extraEnv.{at}.name"),
                    "changed here",
                ),
                None => about(context, Code::PortChanged, message, pod.object, &[]),
            };
            diagnostics.push(diagnostic.help("leave `MEMOS_PORT` out"));
        }
    }
}

/// Whether Memos in this container listens at another port than the one that is asked at.
pub(in crate::check) fn other_port(container: &Part<'_>) -> Option<String> {
    let expected = Role::Memos.port().to_string();
    let own = items(container.value, "env")
        .filter(|variable| variable["name"] == "MEMOS_PORT")
        .map(|variable| variable["value"].as_str().unwrap_or("what a Secret holds").to_owned())
        .last();
    let value = own.unwrap_or_else(|| "nothing".to_owned());
    (value != expected).then(|| {
        format!("`MEMOS_PORT` is `{}`, and the Service and the probes ask at {expected}", value.escape_debug())
    })
}

/// The place of a variable in the user's list.
fn extra_env(context: &Context<'_>, name: &str) -> Option<usize> {
    said(context)
        .components
        .memos
        .extra_env
        .iter()
        .position(|variable| variable.get("name").and_then(Value::as_str) == Some(name))
}

/// The user's variable wins over what was planned, and no rule sees its meaning.
fn set_again(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let memos = &context.plan.memos;
    let ours = |name: &str| {
        memos.environment.contains_key(name)
            || memos.pod_environment.contains_key(name)
            || memos.secret_environment.iter().any(|variable| variable.name == name)
            || (name == "MEMOS_DSN_FILE" && memos.dsn_secret.is_some())
    };
    for (at, variable) in said(context).components.memos.extra_env.iter().enumerate() {
        let Some(name) = variable.get("name").and_then(Value::as_str) else { continue };
        if name == "MEMOS_PORT" || !ours(name) {
            continue;
        }
        let mut message = format!("`{}` is planned already, and this takes its place", name.escape_debug());
        if name == "MEMOS_DATA" {
            message += ": the database holds absolute paths of uploads, which then lead nowhere";
        }
        let path = format!("components.memos.extraEnv.{at}.name");
        let diagnostic = in_part(context, Code::VariableSetAgain, message, &path, "no rule looks at it");
        diagnostics
            .push(diagnostic.help("say it by the field of the spec that decides it; `memos-gen explain` names it"));
    }
}

fn is_entrypoint(word: &serde_json::Value) -> bool {
    word.as_str().is_some_and(|word| word.ends_with("/entrypoint.sh"))
}

/// `MEMOS_DSN_FILE` is read by the image's entrypoint, not by the program.
fn own_command(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if context.plan.memos.dsn_secret.is_none() {
        return;
    }
    for pod in pods(context).iter().filter(|pod| pod.object.name == context.plan.names.component(Role::Memos)) {
        let own = containers(pod.spec).into_iter().any(|container| {
            let words = container.value["command"].as_array().filter(|_| container.name() == "memos");
            words.is_some_and(|words| !words.is_empty() && !words.iter().any(is_entrypoint))
        });
        if own {
            let message =
                "an override's `command` leaves out the image's entrypoint, which reads `MEMOS_DSN_FILE`".to_owned();
            diagnostics.push(
                about(context, Code::EntrypointLost, message, pod.object, &[])
                    .help("use `args`, or begin the command with `/usr/local/memos/entrypoint.sh`"),
            );
        }
    }
}
