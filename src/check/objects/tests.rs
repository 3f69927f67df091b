//! dump
use super::super::trial::of;
use crate::diagnostic::Code;

#[test]
fn service_links_stay_off() {
    let f = of(Code::ServiceLinks, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {enableServiceLinks: true}}}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.service_links_stay_off\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.service_links_stay_off") }
    for f in of(Code::ServiceLinks, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {enableServiceLinks: false}}}}}]") { println!("NOISE\tobjects.service_links_stay_off\t{}", f.message); }
}

#[test]
fn the_port_stays() {
    let f = of(Code::PortChanged, "production", "components: {memos: {extraEnv: [{name: MEMOS_PORT, value: 'tcp://10.0.0.1:80'}]}}");
    match f.first() { Some(f) => println!("CASE\tobjects.the_port_stays\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.the_port_stays") }
    for f in of(Code::PortChanged, "production", "components: {memos: {extraEnv: [{name: MEMOS_PORT, value: '5230'}]}}") { println!("NOISE\tobjects.the_port_stays\t{}", f.message); }
}

#[test]
fn the_port_is_there() {
    let f = of(Code::PortChanged, "production", "overrides: [{kind: ConfigMap, name: memos, patch: {data: {MEMOS_PORT: '8081'}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.the_port_is_there\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.the_port_is_there") }
    for f in of(Code::PortChanged, "production", "overrides: [{kind: ConfigMap, name: memos, patch: {data: {OTHER: x}}}]") { println!("NOISE\tobjects.the_port_is_there\t{}", f.message); }
}

#[test]
fn selectors_stay() {
    let f = of(Code::SelectorChanged, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {selector: {matchLabels: {team: a}}}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.selectors_stay\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.selectors_stay") }
    for f in of(Code::SelectorChanged, "production", "overrides: [{kind: Deployment, name: memos, patch: {metadata: {labels: {team: a}}}}]") { println!("NOISE\tobjects.selectors_stay\t{}", f.message); }
}

#[test]
fn services_have_pods() {
    let f = of(Code::SelectsNothing, "production", "overrides: [{kind: Service, name: memos, patch: {spec: {selector: {team: a}}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.services_have_pods\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.services_have_pods") }
    for f in of(Code::SelectsNothing, "production", "overrides: [{kind: Service, name: memos, patch: {metadata: {annotations: {team: a}}}}]") { println!("NOISE\tobjects.services_have_pods\t{}", f.message); }
}

#[test]
fn services_have_ports() {
    let f = of(Code::PortMissing, "production", "overrides: [{kind: Service, name: memos-pooler, patch: {spec: {ports: [{port: 6432, name: pgbouncer, targetPort: web}]}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.services_have_ports\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.services_have_ports") }
    for f in of(Code::PortMissing, "production", "overrides: [{kind: Service, name: memos-pooler, patch: {metadata: {annotations: {a: b}}}}]") { println!("NOISE\tobjects.services_have_ports\t{}", f.message); }
}

#[test]
fn probes_have_ports() {
    let f = of(Code::PortMissing, "production", "components: {memos: {extraContainers: [{name: log, image: 'log:1', livenessProbe: {tcpSocket: {port: web}}}]}}");
    match f.first() { Some(f) => println!("CASE\tobjects.probes_have_ports\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.probes_have_ports") }
    for f in of(Code::PortMissing, "production", "components: {memos: {extraContainers: [{name: log, image: 'log:1', ports: [{name: web, containerPort: 80}], livenessProbe: {tcpSocket: {port: web}}}]}}") { println!("NOISE\tobjects.probes_have_ports\t{}", f.message); }
}

#[test]
fn what_is_referred_to_exists() {
    let f = of(Code::ReferenceMissing, "production", "overrides: [{kind: HorizontalPodAutoscaler, name: memos, patch: {spec: {scaleTargetRef: {name: others}}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.what_is_referred_to_exists\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.what_is_referred_to_exists") }
    for f in of(Code::ReferenceMissing, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {serviceAccountName: somebody}}}}}]") { println!("NOISE\tobjects.what_is_referred_to_exists\t{}", f.message); }
}

#[test]
fn labels_are_legal() {
    let f = of(Code::LabelNotLegal, "production", "components: {memos: {labels: {team: 'a b'}}}");
    match f.first() { Some(f) => println!("CASE\tobjects.labels_are_legal\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.labels_are_legal") }
    for f in of(Code::LabelNotLegal, "production", "components: {memos: {labels: {team: a.b}}}") { println!("NOISE\tobjects.labels_are_legal\t{}", f.message); }
}

#[test]
fn annotations_have_legal_keys() {
    let f = of(Code::LabelNotLegal, "production", "components: {memos: {annotations: {'team/': 'a b'}}}");
    match f.first() { Some(f) => println!("CASE\tobjects.annotations_have_legal_keys\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.annotations_have_legal_keys") }
    for f in of(Code::LabelNotLegal, "production", "components: {memos: {annotations: {'example.com/team': 'a b'}}}") { println!("NOISE\tobjects.annotations_have_legal_keys\t{}", f.message); }
}

#[test]
fn pods_are_restricted() {
    let f = of(Code::PodNotRestricted, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {hostNetwork: true}}}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.pods_are_restricted\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.pods_are_restricted") }
    for f in of(Code::PodNotRestricted, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {hostNetwork: false}}}}}]") { println!("NOISE\tobjects.pods_are_restricted\t{}", f.message); }
}

#[test]
fn extra_containers_are_restricted() {
    let f = of(Code::PodNotRestricted, "production", "components: {memos: {extraContainers: [{name: log, image: 'log:1'}]}}");
    match f.first() { Some(f) => println!("CASE\tobjects.extra_containers_are_restricted\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.extra_containers_are_restricted") }
    for f in of(Code::PodNotRestricted, "production", "components: {memos: {extraContainers: [{name: log, image: 'log:1', securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}}}]}}") { println!("NOISE\tobjects.extra_containers_are_restricted\t{}", f.message); }
}

#[test]
fn nodes_disks_are_closed() {
    let f = of(Code::PodNotRestricted, "production", "components: {memos: {extraVolumes: [{name: host, hostPath: {path: /}}]}}");
    match f.first() { Some(f) => println!("CASE\tobjects.nodes_disks_are_closed\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.nodes_disks_are_closed") }
    for f in of(Code::PodNotRestricted, "production", "components: {memos: {extraVolumes: [{name: scratch, emptyDir: {}}]}}") { println!("NOISE\tobjects.nodes_disks_are_closed\t{}", f.message); }
}

#[test]
fn overrides_meet_their_object() {
    let f = of(Code::OverrideMeetsNothing, "production", "overrides: [{kind: Deployment, name: memo, patch: {spec: {}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.overrides_meet_their_object\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.overrides_meet_their_object") }
    for f in of(Code::OverrideMeetsNothing, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {}}}]") { println!("NOISE\tobjects.overrides_meet_their_object\t{}", f.message); }
}

#[test]
fn overrides_name_a_kind() {
    let f = of(Code::OverrideMeetsNothing, "production", "overrides: [{kind: DaemonSet, name: memos, patch: {spec: {}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.overrides_name_a_kind\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.overrides_name_a_kind") }
    for f in of(Code::OverrideMeetsNothing, "production", "overrides: [{kind: Service, name: memos, patch: {spec: {}}}]") { println!("NOISE\tobjects.overrides_name_a_kind\t{}", f.message); }
}

#[test]
fn overrides_have_known_fields() {
    let f = of(Code::OverrideUnknownField, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {replicass: 2}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.overrides_have_known_fields\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.overrides_have_known_fields") }
    for f in of(Code::OverrideUnknownField, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {minReadySeconds: 2}}}]") { println!("NOISE\tobjects.overrides_have_known_fields\t{}", f.message); }
}

#[test]
fn parts_have_known_fields() {
    let f = of(Code::PartIsNotKnown, "production", "components: {memos: {tolerations: [{key: a, effct: NoSchedule}]}}");
    match f.first() { Some(f) => println!("CASE\tobjects.parts_have_known_fields\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.parts_have_known_fields") }
    for f in of(Code::PartIsNotKnown, "production", "components: {memos: {tolerations: [{key: a, effect: NoSchedule}]}}") { println!("NOISE\tobjects.parts_have_known_fields\t{}", f.message); }
}

#[test]
fn our_labels_stay() {
    let f = of(Code::LabelIsOurs, "production", "components: {redis: {podLabels: {app.kubernetes.io/name: mine}}}");
    match f.first() { Some(f) => println!("CASE\tobjects.our_labels_stay\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.our_labels_stay") }
    for f in of(Code::LabelIsOurs, "production", "components: {redis: {podLabels: {example.com/name: mine}}}") { println!("NOISE\tobjects.our_labels_stay\t{}", f.message); }
}

#[test]
fn the_autoscaler_counts() {
    let f = of(Code::ReplicasWithAutoscaler, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {replicas: 2}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.the_autoscaler_counts\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.the_autoscaler_counts") }
    for f in of(Code::ReplicasWithAutoscaler, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {replicas: 2}}}]\nscaling: {mode: single}") { println!("NOISE\tobjects.the_autoscaler_counts\t{}", f.message); }
}

#[test]
fn traffic_goes_before_life() {
    let f = of(Code::LivenessFirst, "production", "components: {memos: {probes: {livenessFailures: 1}}}");
    match f.first() { Some(f) => println!("CASE\tobjects.traffic_goes_before_life\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.traffic_goes_before_life") }
    for f in of(Code::LivenessFirst, "production", "components: {memos: {probes: {livenessFailures: 2}}}") { println!("NOISE\tobjects.traffic_goes_before_life\t{}", f.message); }
}

#[test]
fn probes_ask_something() {
    let f = of(Code::ProbePath, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, livenessProbe: {httpGet: {path: /livez, port: http}}}]}}}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.probes_ask_something\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.probes_ask_something") }
    for f in of(Code::ProbePath, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, livenessProbe: {httpGet: {path: /healthz, port: http}}}]}}}}}]") { println!("NOISE\tobjects.probes_ask_something\t{}", f.message); }
}

#[test]
fn liveness_asks_no_database() {
    let f = of(Code::ProbePath, "production", "overrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, livenessProbe: {httpGet: {path: /api/v1/instance/profile, port: http}}}]}}}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.liveness_asks_no_database\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.liveness_asks_no_database") }
    for f in of(Code::ProbePath, "production", "rollout: {holdUntilAdministrator: false}\navailability: {readinessChecksDatabase: true}") { println!("NOISE\tobjects.liveness_asks_no_database\t{}", f.message); }
}

#[test]
fn mounts_have_volumes() {
    let f = of(Code::PodNotConsistent, "production", "components: {memos: {extraVolumeMounts: [{name: gone, mountPath: /gone}]}}");
    match f.first() { Some(f) => println!("CASE\tobjects.mounts_have_volumes\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.mounts_have_volumes") }
    for f in of(Code::PodNotConsistent, "production", "components: {memos: {extraVolumes: [{name: here, emptyDir: {}}], extraVolumeMounts: [{name: here, mountPath: /here}]}}") { println!("NOISE\tobjects.mounts_have_volumes\t{}", f.message); }
}

#[test]
fn volumes_have_different_names() {
    let f = of(Code::PodNotConsistent, "production", "components: {memos: {extraVolumes: [{name: tmp, emptyDir: {}}]}}");
    match f.first() { Some(f) => println!("CASE\tobjects.volumes_have_different_names\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.volumes_have_different_names") }
    for f in of(Code::PodNotConsistent, "production", "components: {memos: {extraVolumes: [{name: tmp2, emptyDir: {}}]}}") { println!("NOISE\tobjects.volumes_have_different_names\t{}", f.message); }
}

#[test]
fn planned_variables_are_said_by_fields() {
    let f = of(Code::VariableSetAgain, "production", "components: {memos: {extraEnv: [{name: MEMOS_DATA, value: /data}]}}");
    match f.first() { Some(f) => println!("CASE\tobjects.planned_variables_are_said_by_fields\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.planned_variables_are_said_by_fields") }
    for f in of(Code::VariableSetAgain, "production", "components: {memos: {extraEnv: [{name: MY_DATA, value: /data}]}}") { println!("NOISE\tobjects.planned_variables_are_said_by_fields\t{}", f.message); }
}

#[test]
fn the_entrypoint_reads_the_file() {
    let f = of(Code::EntrypointLost, "production", "database: {credentials: dsnFile}\noverrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, command: [/usr/local/memos/memos]}]}}}}}]");
    match f.first() { Some(f) => println!("CASE\tobjects.the_entrypoint_reads_the_file\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tobjects.the_entrypoint_reads_the_file") }
    for f in of(Code::EntrypointLost, "production", "database: {credentials: dsnFile}\noverrides: [{kind: Deployment, name: memos, patch: {spec: {template: {spec: {containers: [{name: memos, args: [version]}]}}}}}]") { println!("NOISE\tobjects.the_entrypoint_reads_the_file\t{}", f.message); }
}
