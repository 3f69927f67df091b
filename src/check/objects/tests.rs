//! Each rule about built objects, with a case that fires and one that nearly does.

use super::super::trial::{fires, of, rests, shown};
use crate::diagnostic::Code;

#[test]
fn service_links_stay_off() {
    fires(
        Code::ServiceLinks,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {enableServiceLinks: true}}}}}]",
        "the pods of `Deployment/memos` get variables from every Service, `MEMOS_PORT` among them",
        "leave `enableServiceLinks: false` as it is",
    );
    rests(
        Code::ServiceLinks,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {enableServiceLinks: false}}}}}]",
    );
}

#[test]
fn the_port_stays() {
    fires(
        Code::PortChanged,
        "production",
        "components: {memos: {extraEnv: [{name: MEMOS_PORT, value: 'tcp://10.0.0.1:80'}]}}",
        "`MEMOS_PORT` is `tcp://10.0.0.1:80`, and the Service and the probes ask at 5230",
        "leave `MEMOS_PORT` out",
    );
    rests(Code::PortChanged, "production", "components: {memos: {extraEnv: [{name: MEMOS_PORT, value: '5230'}]}}");
}

#[test]
fn the_port_is_there() {
    fires(
        Code::PortChanged,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, env: [{name: MEMOS_PORT, value: '8081'}]}]}}}}}]",
        "`MEMOS_PORT` is `8081`, and the Service and the probes ask at 5230",
        "leave `MEMOS_PORT` out",
    );
    rests(
        Code::PortChanged,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, env: [{name: OTHER, value: '8081'}]}]}}}}}]",
    );
}

#[test]
fn selectors_stay() {
    fires(
        Code::SelectorChanged,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {selector: {matchLabels: {team: a}}}}}]",
        "an override changes the labels by which `Deployment/memos` finds its pods",
        "leave `app.kubernetes.io/name`, `instance` and `component` as they are; add labels of your own beside them",
    );
    rests(
        Code::SelectorChanged,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {metadata: {labels: {team: a}}}}]",
    );
}

#[test]
fn services_have_pods() {
    fires(
        Code::SelectsNothing,
        "production",
        "overrides: [{kind: Service, name: memos, patch: {spec: {selector: {team: a}}}}]",
        "`Service/memos` selects none of the pods",
        "take the override of its `selector` away",
    );
    rests(
        Code::SelectsNothing,
        "production",
        "overrides: [{kind: Service, name: memos, patch: {metadata: {annotations: {team: a}}}}]",
    );
}

#[test]
fn services_have_ports() {
    fires(
        Code::PortMissing,
        "production",
        "overrides: [{kind: Service, name: memos-pooler, patch: {spec: {ports: [{port: 6432, name: pgbouncer, targetPort: web}]}}}]",
        "`Service/memos-pooler` leads to the port `web`, which its pods do not have",
        "name a port of the container, or give its number",
    );
    rests(
        Code::PortMissing,
        "production",
        "overrides: [{kind: Service, name: memos-pooler, patch: {metadata: {annotations: {a: b}}}}]",
    );
}

#[test]
fn probes_have_ports() {
    fires(
        Code::PortMissing,
        "production",
        "components: {memos: {extraContainers: [{name: log, image: 'log:1', livenessProbe: {tcpSocket: {port: web}}}]}}",
        "the livenessProbe of `log` in `Deployment/memos` asks at the port `web`, which it does not have",
        "name a port of the container, or give its number",
    );
    rests(
        Code::PortMissing,
        "production",
        "components: {memos: {extraContainers: [{name: log, image: 'log:1', ports: [{name: web, containerPort: 80}], livenessProbe: {tcpSocket: {port: web}}}]}}",
    );
}

#[test]
fn what_is_referred_to_exists() {
    fires(
        Code::ReferenceMissing,
        "production",
        "overrides: [{kind: HorizontalPodAutoscaler, name: memos, patch: {spec: {scaleTargetRef: {name: others}}}}]",
        "`HorizontalPodAutoscaler/memos` scales an object that is not here",
        "take the override of its `scaleTargetRef` away",
    );
    rests(
        Code::ReferenceMissing,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {serviceAccountName: somebody}}}}}]",
    );
}

#[test]
fn labels_are_legal() {
    fires(
        Code::LabelNotLegal,
        "production",
        "components: {memos: {labels: {team: 'a b'}}}",
        "the label `team: a b` of `ServiceAccount/memos` is not legal",
        "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
    );
    rests(Code::LabelNotLegal, "production", "components: {memos: {labels: {team: a.b}}}");
}

#[test]
fn annotations_have_legal_keys() {
    fires(
        Code::LabelNotLegal,
        "production",
        "components: {memos: {annotations: {'team/': 'a b'}}}",
        "the annotation `team/` of `ServiceAccount/memos` has no legal key",
        "write `example.com/word`",
    );
    rests(Code::LabelNotLegal, "production", "components: {memos: {annotations: {'example.com/team': 'a b'}}}");
}

#[test]
fn pods_are_restricted() {
    fires(
        Code::PodNotRestricted,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {hostNetwork: true}}}}}]",
        "`Deployment/memos` is refused by Pod Security `restricted`: `hostNetwork`",
        "change the override or the extra part of the component that asks for it",
    );
    rests(
        Code::PodNotRestricted,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {hostNetwork: false}}}}}]",
    );
}

#[test]
fn extra_containers_are_restricted() {
    fires(
        Code::PodNotRestricted,
        "production",
        "components: {memos: {extraContainers: [{name: log, image: 'log:1'}]}}",
        "`Deployment/memos` is refused by Pod Security `restricted`: `allowPrivilegeEscalation` that is not `false` in the container `log`",
        "change the override or the extra part of the component that asks for it",
    );
    rests(
        Code::PodNotRestricted,
        "production",
        "components: {memos: {extraContainers: [{name: log, image: 'log:1', securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}}}]}}",
    );
}

#[test]
fn nodes_disks_are_closed() {
    fires(
        Code::PodNotRestricted,
        "production",
        "components: {memos: {extraVolumes: [{name: host, hostPath: {path: /}}]}}",
        "`Deployment/memos` is refused by Pod Security `restricted`: a volume of kind `hostPath`",
        "change the override or the extra part of the component that asks for it",
    );
    rests(Code::PodNotRestricted, "production", "components: {memos: {extraVolumes: [{name: scratch, emptyDir: {}}]}}");
}

#[test]
fn overrides_meet_their_object() {
    fires(
        Code::OverrideMeetsNothing,
        "production",
        "overrides: [{kind: Deployment, name: memo, patch: {spec: {}}}]",
        "there is no object `Deployment/memo`",
        "did you mean `Deployment/memos`?",
    );
    rests(Code::OverrideMeetsNothing, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {}}}]");
}

#[test]
fn overrides_name_a_kind() {
    fires(
        Code::OverrideMeetsNothing,
        "production",
        "overrides: [{kind: DaemonSet, name: memos, patch: {spec: {}}}]\ncache: {kind: managed, host: r.example.com}",
        "there is no object `DaemonSet/memos`",
        "there are `Namespace/memos`, `NetworkPolicy/memos-default-deny`, `NetworkPolicy/memos`, `NetworkPolicy/memos-pooler`, `ServiceAccount/memos-pooler`, `ConfigMap/memos-pooler`, `Service/memos-pooler`, `Deployment/memos-pooler`, `PodDisruptionBudget/memos-pooler`, `ServiceAccount/memos`, `ConfigMap/memos`, `ConfigMap/memos-settings`, `Deployment/memos`, `HorizontalPodAutoscaler/memos`, `PodDisruptionBudget/memos`, `Service/memos`, `Gateway/memos`, `HTTPRoute/memos`, `HTTPRoute/memos-redirect` and `ConfigMap/memos-gateway`",
    );
    rests(Code::OverrideMeetsNothing, "production", "overrides: [{kind: Service, name: memos, patch: {spec: {}}}]");
}

#[test]
fn overrides_have_known_fields() {
    fires(
        Code::OverrideUnknownField,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {replicass: 2}}}]",
        "the patch of `Deployment/memos` cannot be merged: `spec.replicass` is not a field that Kubernetes knows",
        "see `kubectl explain deployment.spec`",
    );
    rests(
        Code::OverrideUnknownField,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {minReadySeconds: 2}}}]",
    );
    fires(
        Code::OverrideUnknownField,
        "production",
        "overrides: [{kind: PodDisruptionBudget, name: memos, patch: {spec: {minAvailble: null}}}]",
        "the patch of `PodDisruptionBudget/memos` cannot be merged: `spec.minAvailble` is not a field of it",
        "write it as `kubectl patch` takes it, beginning with `spec` or `metadata`",
    );
}

#[test]
fn what_is_taken_away_is_there() {
    fires(
        Code::OverrideTakesNothingAway,
        "production",
        "overrides: [{kind: ConfigMap, name: memos, patch: {data: {MEMOS_LOGLEVEL: null}}}]",
        "`ConfigMap/memos` has no `data.MEMOS_LOGLEVEL` that could be taken away",
        "write the name as it stands in the built object, or leave the line out",
    );
    rests(
        Code::OverrideTakesNothingAway,
        "production",
        "overrides: [{kind: ConfigMap, name: memos, patch: {data: {MEMOS_LOG_LEVEL: null}}}]",
    );
}

#[test]
fn the_autoscaler_can_be_patched() {
    rests(
        Code::ReferenceMissing,
        "production",
        "overrides: [{kind: HorizontalPodAutoscaler, name: memos, patch: {spec: {behavior: {scaleDown: {stabilizationWindowSeconds: 900}}}}}]",
    );
}

/// Each fault is told where it stands, in YAML's words.
#[test]
fn every_fault_of_a_patch_is_told() {
    let body =
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {replicas: three, replicaz: 3, paused: 'true'}}}]";
    let compiled = crate::check::sample::compile("production", body);
    let found = compiled.diagnostics.sorted().into_iter().filter(|found| found.code == Code::OverrideUnknownField);
    let told: Vec<(&str, &str, &str)> = found
        .map(|found| {
            let span = found.primary.as_ref().unwrap().span;
            let shown = &compiled.sources.get(span.file).text[span.start..span.end];
            (
                shown,
                found.message.strip_prefix("the patch of `Deployment/memos` cannot be merged: ").unwrap(),
                found.help[0].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("three", "`spec.replicas` is text and has to be a whole number", "write a whole number"),
            (
                "replicaz",
                "`spec.replicaz` is not a field that Kubernetes knows",
                "see `kubectl explain deployment.spec`"
            ),
            ("'true'", "`spec.paused` is text and has to be `true` or `false`", "write it without quotes: `true`"),
        ]
    );
}

/// An empty one takes nothing away from the object, but says something else than it means.
#[test]
fn an_empty_unknown_field_is_told() {
    fires(
        Code::OverrideUnknownField,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {stratgy: {}}}}]",
        "the patch of `Deployment/memos` cannot be merged: `spec.stratgy` is not a field that Kubernetes knows",
        "see `kubectl explain deployment.spec`",
    );
}

#[test]
fn values_of_variables_are_text() {
    let body = "components: {memos: {extraEnv: [{name: OTHER, value: 8080}]}}";
    fires(
        Code::PartIsNotKnown,
        "production",
        body,
        "`components.memos.extraEnv[0].value` is a whole number and has to be text",
        "write it in quotes: `\"8080\"`",
    );
    assert_eq!(shown(Code::PartIsNotKnown, "production", body), "8080");
    rests(Code::PartIsNotKnown, "production", &body.replace("8080", "'8080'"));
}

/// The list of components is one, so that none is left out: of each the parts are judged, and of each a secret hides its line.
#[test]
fn parts_of_every_component_are_judged() {
    for name in ["memos", "postgres", "pooler", "redis", "sentinel", "redisProxy"] {
        let body = format!("components: {{{name}: {{extraEnv: [{{name: OTHER, value: 8080}}]}}}}");
        let found = of(Code::PartIsNotKnown, "production", &body);
        let [found] = found.as_slice() else { panic!("{name}: {found:?}") };
        assert!(found.message.starts_with(&format!("`components.{name}.extraEnv[0].value`")), "{}", found.message);
    }
}

#[test]
fn a_secret_of_every_component_hides_its_line() {
    for name in ["memos", "postgres", "pooler", "redis", "sentinel", "redisProxy"] {
        let (env, secret) = ("extraEnv: [{name: A, value: b}]", "extraEnv: [{name: A_PASSWORD, value: hunter22}]");
        let volume = "components: {memos: {extraVolumes: [{name: logs, hostPath: {path: /var/log}}]}}";
        let shown = |parts: &str| {
            let body = match name {
                "memos" => volume.replace("memos: {", &format!("memos: {{{parts}, ")),
                _ => volume.replace("}]}}", &format!("}}]}}, {name}: {{{parts}}}}}")),
            };
            of(Code::PodNotRestricted, "production", &body).iter().any(|found| found.primary.is_some())
        };
        assert!(shown(env), "{name}");
        assert!(!shown(secret), "{name}");
    }
}

#[test]
fn one_entry_is_told_once_at_itself() {
    let body =
        "components: {memos: {labels: {'example.com/team': a team}, podLabels: {b c: d}, annotations: {e f: g}}}";
    let found: Vec<String> = of(Code::LabelNotLegal, "aws", body).into_iter().map(|found| found.message).collect();
    assert_eq!(
        found,
        [
            "the label `example.com/team: a team` of `PersistentVolumeClaim/memos-attachments` is not legal",
            "the annotation `e f` of `PersistentVolumeClaim/memos-attachments` has no legal key",
            "the label `b c: d` of `Deployment/memos` is not legal",
        ]
    );
    assert_eq!(shown(Code::LabelNotLegal, "aws", body), "a team");
}

#[test]
fn parts_have_known_fields() {
    fires(
        Code::PartIsNotKnown,
        "production",
        "components: {memos: {tolerations: [{key: a, effct: NoSchedule}]}}",
        "`components.memos.tolerations[0].effct` is not a field that Kubernetes knows",
        "see `kubectl explain pod.spec.tolerations`",
    );
    rests(Code::PartIsNotKnown, "production", "components: {memos: {tolerations: [{key: a, effect: NoSchedule}]}}");
}

#[test]
fn our_labels_stay() {
    fires(
        Code::LabelIsOurs,
        "production",
        "components: {redis: {podLabels: {app.kubernetes.io/name: mine}}}",
        "the label `app.kubernetes.io/name` is set by the compiler and stays as it is",
        "use a label of your own domain, such as `example.com/team`",
    );
    rests(Code::LabelIsOurs, "production", "components: {redis: {podLabels: {example.com/name: mine}}}");
}

#[test]
fn the_autoscaler_counts() {
    fires(
        Code::ReplicasWithAutoscaler,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {replicas: 2}}}]",
        "`Deployment/memos` has `replicas`, which its autoscaler sets as well",
        "say `scaling.min` and `scaling.max` instead",
    );
    rests(
        Code::ReplicasWithAutoscaler,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {replicas: 2}}}]\nscaling: {mode: single}",
    );
}

#[test]
fn traffic_goes_before_life() {
    fires(
        Code::LivenessFirst,
        "production",
        "components: {memos: {probes: {livenessFailures: 1}}}",
        "`memos` in `Deployment/memos` is restarted after 10 s without an answer, before it loses its traffic after 15 s",
        "raise `probes.livenessFailures` of the component, or lower `probes.readinessFailures`",
    );
    rests(Code::LivenessFirst, "production", "components: {memos: {probes: {livenessFailures: 2}}}");
}

#[test]
fn probes_ask_something() {
    fires(
        Code::ProbePath,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, livenessProbe: {httpGet: {path: /livez, port: http}}}]}}}}}]",
        "the livenessProbe asks for `/livez`, which Memos answers with its web page whatever happens",
        "ask for `/healthz`",
    );
    rests(
        Code::ProbePath,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, livenessProbe: {httpGet: {path: /healthz, port: http}}}]}}}}}]",
    );
}

#[test]
fn liveness_asks_no_database() {
    fires(
        Code::ProbePath,
        "production",
        "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, livenessProbe: {httpGet: {path: /api/v1/instance/profile, port: http}}}]}}}}}]",
        "the livenessProbe asks the database, so every process is restarted while the database is away",
        "ask for `/healthz`",
    );
    rests(
        Code::ProbePath,
        "production",
        "rollout: {holdUntilAdministrator: false}\navailability: {readinessChecksDatabase: true}",
    );
}

#[test]
fn mounts_have_volumes() {
    fires(
        Code::PodNotConsistent,
        "production",
        "components: {memos: {extraVolumeMounts: [{name: gone, mountPath: /gone}]}}",
        "`Deployment/memos` has a mount of `memos` without its volume `gone`",
        "change `extraVolumes`, `extraVolumeMounts`, `extraContainers` or the override that made it",
    );
    rests(
        Code::PodNotConsistent,
        "production",
        "components: {memos: {extraVolumes: [{name: here, emptyDir: {}}], extraVolumeMounts: [{name: here, mountPath: /here}]}}",
    );
}

#[test]
fn volumes_have_different_names() {
    fires(
        Code::PodNotConsistent,
        "production",
        "components: {memos: {extraVolumes: [{name: tmp, emptyDir: {}}]}}",
        "`Deployment/memos` has two volumes called `tmp`",
        "change `extraVolumes`, `extraVolumeMounts`, `extraContainers` or the override that made it",
    );
    rests(Code::PodNotConsistent, "production", "components: {memos: {extraVolumes: [{name: tmp2, emptyDir: {}}]}}");
}

#[test]
fn planned_variables_are_said_by_fields() {
    fires(
        Code::VariableSetAgain,
        "production",
        "components: {memos: {extraEnv: [{name: MEMOS_DATA, value: /data}]}}",
        "`MEMOS_DATA` is planned already, and this takes its place: the database holds absolute paths of uploads, which then lead nowhere",
        "say it by the field of the spec that decides it; `memos-gen explain` names it",
    );
    rests(Code::VariableSetAgain, "production", "components: {memos: {extraEnv: [{name: MY_DATA, value: /data}]}}");
}

#[test]
fn the_entrypoint_reads_the_file() {
    fires(
        Code::EntrypointLost,
        "production",
        "database: {credentials: dsnFile}\noverrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, command: [/usr/local/memos/memos]}]}}}}}]",
        "an override's `command` leaves out the image's entrypoint, which reads `MEMOS_DSN_FILE`",
        "use `args`, or begin the command with `/usr/local/memos/entrypoint.sh`",
    );
    rests(
        Code::EntrypointLost,
        "production",
        "database: {credentials: dsnFile}\noverrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, args: [version]}]}}}}}]",
    );
}
