//! What a kube-apiserver 1.36 refuses, and what it takes: each line was asked there.

use crate::check::sample::compile;
use crate::check::trial::{fires, rests, shown};
use crate::diagnostic::Code;

const RULES: [Code; 4] =
    [Code::NameInObjectNotLegal, Code::FieldsContradict, Code::ValueNotTaken, Code::ItemTwiceInObject];

/// The findings of these rules: the code, and what of the user's text is shown.
fn found(body: &str) -> Vec<String> {
    let compiled = compile("production", body);
    let of_rules = |code: Code| RULES.contains(&code);
    let line = |finding: &crate::diagnostic::Diagnostic| {
        let span = finding.primary.as_ref().map(|label| label.span);
        let text = span.map_or("", |span| &compiled.sources.get(span.file).text[span.start..span.end]);
        format!("{} {text}", finding.code.text())
    };
    compiled.diagnostics.iter().filter(|finding| of_rules(finding.code)).map(line).collect()
}

fn memos(part: &str) -> String {
    format!("components: {{memos: {{{part}}}}}")
}

fn patched(kind: &str, patch: &str) -> String {
    format!("overrides: [{{kind: {kind}, name: memos, patch: {{spec: {{{patch}}}}}}}]")
}

fn pod(part: &str) -> String {
    patched("Deployment", &format!("template: {{spec: {{{part}}}}}"))
}

fn container(part: &str) -> String {
    pod(&format!("containers: [{{name: memos, {part}}}]"))
}

fn beside(part: &str) -> String {
    memos(&format!("extraContainers: [{{name: log, image: 'log:1', {part}}}]"))
}

fn apart(part: &str) -> String {
    memos(&format!("affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{{part}}}]}}}}"))
}

#[test]
fn names_and_labels_that_are_refused() {
    let cases = [
        (memos("extraEnv: [{name: A=B, value: a}]"), "A=B"),
        (memos("extraEnv: [{name: Ä, value: a}]"), "Ä"),
        (memos("extraEnv: [{value: a}]"), "value"),
        (memos("extraEnv: [{name: A, valueFrom: {secretKeyRef: {name: s, key: ''}}}]"), "''"),
        (memos("extraVolumes: [{name: V_1, emptyDir: {}}]"), "V_1"),
        (memos("nodeSelector: {'bad key!': v}"), "'bad key!'"),
        (memos("nodeSelector: {a: b c}"), "b c"),
        (memos("tolerations: [{key: a b, operator: Exists}]"), "a b"),
        (memos("tolerations: [{key: a, value: b c}]"), "b c"),
        (beside("ports: [{containerPort: 80, name: a-long-port-name}]"), "a-long-port-name"),
        (beside("ports: [{containerPort: 80, name: '80'}]"), "'80'"),
        (beside("resources: {limits: {memry: 1Gi}}"), "memry"),
        (apart("topologyKey: ''"), "''"),
        (apart("topologyKey: zone, labelSelector: {matchLabels: {a: b c}}"), "b c"),
        (apart("topologyKey: zone, labelSelector: {matchExpressions: [{key: a, operator: In, values: [b c]}]}"), "b c"),
        (
            "network: {extraEgress: [{name: a, to: {kind: pods, namespace: b, labels: {'a b': c}}, ports: [80]}]}"
                .to_owned(),
            "'a b'",
        ),
        (
            "network: {extraIngress: [{name: a, from: {kind: pods, namespace: b, labels: {a: b c}}, ports: [80]}]}"
                .to_owned(),
            "b c",
        ),
    ];
    for (body, text) in cases {
        assert_eq!(found(&body), [format!("MG1025 {text}")], "{body}");
    }
}

#[test]
fn fields_that_contradict_each_other() {
    let cases = [
        (memos("extraEnv: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"), "valueFrom"),
        (memos("extraEnv: [{name: A, valueFrom: {}}]"), "{}"),
        (memos("extraVolumes: [{name: a, configMap: {name: b}, secret: {secretName: c}}]"), "secret"),
        (memos("tolerations: [{key: a, operator: Exists, value: b}]"), "b"),
        (memos("tolerations: [{value: b}]"), "value"),
        (memos("tolerations: [{key: a, effect: NoSchedule, tolerationSeconds: 3}]"), "3"),
        (apart("topologyKey: zone, labelSelector: {matchExpressions: [{key: a, operator: In}]}"), "In"),
        (patched("Deployment", "strategy: {type: Recreate}"), "Recreate"),
        (patched("Deployment", "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}"), "0"),
        (patched("Deployment", "minReadySeconds: 5000"), "5000"),
        (patched("PodDisruptionBudget", "minAvailable: 1"), "1"),
        (
            patched(
                "HorizontalPodAutoscaler",
                "minReplicas: 90, maxReplicas: 80, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: memos}",
            ),
            "90",
        ),
        (patched("Service", "externalTrafficPolicy: Local"), "Local"),
        (pod("terminationGracePeriodSeconds: -1"), "-1"),
        (container("lifecycle: {preStop: {sleep: {seconds: 500}}}"), "500"),
        (container("livenessProbe: {exec: {command: [a]}}"), "exec"),
        (container("readinessProbe: {terminationGracePeriodSeconds: 3}"), "3"),
        (container("resources: {limits: {memory: 1Mi}}"), "1Mi"),
    ];
    for (body, text) in cases {
        assert_eq!(found(&body), [format!("MG1026 {text}")], "{body}");
    }
}

#[test]
fn values_that_are_not_taken() {
    let cases = [
        (memos("tolerations: [{key: a, operator: Foo}]"), "Foo"),
        (memos("tolerations: [{key: a, effect: Bad}]"), "Bad"),
        (memos("extraVolumes: [{name: a, emptyDir: {sizeLimit: lots}}]"), "lots"),
        (memos("extraContainers: [{name: log}]"), "name"),
        (beside("image: ''"), "''"),
        (beside("ports: [{containerPort: 70000}]"), "70000"),
        (apart("topologyKey: zone, labelSelector: {matchExpressions: [{key: a, operator: Gt, values: ['1']}]}"), "Gt"),
        (patched("Deployment", "replicas: -2"), "-2"),
        (patched("Deployment", "strategy: {type: Rolling}"), "Rolling"),
        (patched("Deployment", "strategy: {rollingUpdate: {maxUnavailable: 101%}}"), "101%"),
        (patched("Service", "ports: [{port: 70000, name: more}]"), "70000"),
        (patched("Service", "type: Foo"), "Foo"),
        (pod("restartPolicy: Never"), "Never"),
        (container("imagePullPolicy: Sometimes"), "Sometimes"),
        (container("livenessProbe: {periodSeconds: -1}"), "-1"),
        (container("livenessProbe: {httpGet: {port: 70000}}"), "70000"),
        (container("resources: {limits: {memory: lots}}"), "lots"),
        (container("ports: [{name: more, containerPort: 80, protocol: tcp}]"), "tcp"),
    ];
    for (body, text) in cases {
        let body = body.replace("image: 'log:1', image", "image");
        assert_eq!(found(&body), [format!("MG1027 {text}")], "{body}");
    }
}

#[test]
fn items_that_stand_twice() {
    let cases = [
        (beside("env: [{name: A, value: a}, {name: A, value: b}]"), "A"),
        (beside("ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}]"), "80"),
        (beside("ports: [{containerPort: 80, name: a}, {containerPort: 81, name: a}]"), "a"),
        (patched("Service", "ports: [{port: 81, name: http}]"), "http"),
    ];
    for (body, text) in cases {
        let found = found(&body);
        assert!(found.contains(&format!("MG1028 {text}")), "{body}: {found:?}");
    }
}

/// Each of these was taken.
#[test]
fn what_the_api_server_takes() {
    let cases = [
        memos(
            "extraEnv: [{name: A b, value: a}, {name: B, value: '', valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
        ),
        memos("extraVolumes: [{name: a}, {name: 1-b, emptyDir: {sizeLimit: 1Gi}}]"),
        memos("nodeSelector: {example.com/a: '', b: c}"),
        memos("tolerations: [{operator: Exists}, {key: a, effect: NoExecute, tolerationSeconds: -3}]"),
        beside("ports: [{containerPort: 80, name: a, hostPort: 0}, {containerPort: 80, name: b, protocol: UDP}]"),
        beside("resources: {limits: {example.com/gpu: '1', hugepages-2Mi: 4Mi, cpu: '1'}}"),
        memos(
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: ['3']}]}]}}}",
        ),
        patched("Deployment", "strategy: {rollingUpdate: {maxSurge: 200%, maxUnavailable: 100%}}"),
        patched("Deployment", "replicas: 0"),
        patched("Service", "type: NodePort, externalTrafficPolicy: Local"),
        patched(
            "HorizontalPodAutoscaler",
            "maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: memos}, behavior: {scaleDown: {stabilizationWindowSeconds: 3600}}",
        ),
        pod("terminationGracePeriodSeconds: 600, restartPolicy: Always"),
        container("startupProbe: {periodSeconds: 0}, imagePullPolicy: Never"),
    ];
    for body in cases {
        assert_eq!(found(&body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn findings_name_the_object_the_path_and_a_cure() {
    fires(
        Code::NameInObjectNotLegal,
        "production",
        "components: {redis: {nodeSelector: {a: b}}, memos: {nodeSelector: {'example.com/a b': c}}}",
        "`Deployment/memos` is refused by the API server: `spec.template.spec.nodeSelector.\"example.com/a b\"` has no legal key",
        "write a word of letters, digits, `-`, `_` and `.`, behind a host name and `/` or alone",
    );
    fires(
        Code::FieldsContradict,
        "production",
        &patched("Deployment", "strategy: {type: Recreate}"),
        "`Deployment/memos` is refused by the API server: `spec.strategy.rollingUpdate` stands beside `type: Recreate`",
        "write `rollingUpdate: null` beside `type: Recreate`, or leave the type as it is",
    );
    fires(
        Code::ValueNotTaken,
        "production",
        &container("imagePullPolicy: always"),
        "`Deployment/memos` is refused by the API server: `spec.template.spec.containers[0].imagePullPolicy` is `always`",
        "did you mean `Always`?",
    );
    fires(
        Code::ItemTwiceInObject,
        "production",
        &beside("ports: [{containerPort: 80}, {containerPort: 80}]"),
        "`Deployment/memos` is refused by the API server: `spec.template.spec.containers[1].ports[1].containerPort` is `80/TCP` as in an item before",
        "keep one of the two",
    );
}

/// A later override takes the place of an earlier one, so it is the one to change.
#[test]
fn the_last_override_is_shown() {
    let body = "overrides:\n  - {kind: Deployment, name: memos, patch: {spec: {revisionHistoryLimit: 3}}}\n  \
                - {kind: Deployment, name: memos, patch: {spec: {revisionHistoryLimit: -3}}}";
    assert_eq!(shown(Code::ValueNotTaken, "production", body), "-3");
    rests(Code::ValueNotTaken, "production", &body.replace("-3", "4"));
}
