//! Streams in which one thing is wrong, beside those in which nearly the same is right.

use super::*;
use crate::diagnostic::render;
use crate::source::Origin;

/// A Deployment of Memos in which nothing is wrong.
const GOOD: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: memos
  labels: {app.kubernetes.io/part-of: memos}
spec:
  selector: {matchLabels: {app: memos}}
  template:
    metadata: {labels: {app: memos, app.kubernetes.io/component: memos}}
    spec:
      enableServiceLinks: false
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: memos
          image: memos:1
          env: [{name: MEMOS_PORT, value: '5230'}]
          ports: [{name: http, containerPort: 5230}]
          readinessProbe: {httpGet: {path: /healthz, port: http}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
";

/// A Service of Memos that meets it.
const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: memos, labels: {app.kubernetes.io/part-of: memos}}
spec:
  selector: {app: memos}
  ports: [{port: 80, targetPort: http}]
";

/// The findings as `place severity code message`, and the number of objects.
fn told(stream: &str) -> (Vec<String>, usize) {
    let mut sources = Sources::default();
    let file = sources.add("-", stream, Origin::File);
    let mut diagnostics = Diagnostics::default();
    let objects = check(&sources, file, &mut diagnostics);
    let line = |found: &&Diagnostic| {
        let place = found.primary.as_ref().map_or("-".to_owned(), |label| {
            let (line, column) = sources.line_column(file, label.span.start);
            format!("{line}:{column}")
        });
        format!("{place} {} {} {}", found.severity.word(), found.code.text(), found.message)
    };
    (diagnostics.sorted().iter().map(line).collect(), objects)
}

/// The findings of the good Deployment in which one text is another.
fn changed(from: &str, to: &str) -> Vec<String> {
    let other = GOOD.replacen(from, to, 1);
    assert_ne!(other, GOOD, "{from}");
    told(&other).0
}

#[test]
fn nothing_is_said_of_what_is_right() {
    assert_eq!(told(&format!("{GOOD}---\n{SERVICE}")), (vec![], 2));
    assert_eq!(told(""), (vec![], 0));
    assert_eq!(told("---\n# Source: a\n---\n\n---\n"), (vec![], 0));
    assert_eq!(
        told("apiVersion: v1\nkind: ConfigMapList\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n")
            .1,
        1
    );
}

#[test]
fn what_the_api_server_refuses_is_told_of_every_object() {
    let foreign = |from: &str, to: &str| {
        let stream = GOOD.replacen("part-of: memos", "part-of: other", 1).replacen(from, to, 1);
        told(&stream).0
    };
    assert_eq!(
        foreign("enableServiceLinks: false", "enableServiceLink: false"),
        [
            "11:7 warning MG0962 `spec.template.spec.enableServiceLink` of `Deployment/memos` is not a field that Kubernetes knows"
        ]
    );
    assert_eq!(
        foreign("containerPort: 5230", "containerPort: '5230'"),
        [
            "17:32 error MG0962 `spec.template.spec.containers[0].ports[0].containerPort` of `Deployment/memos` is text and has to be a whole number"
        ]
    );
    assert_eq!(
        foreign("containerPort: 5230", "containerPort: 523000"),
        [
            "17:47 error MG1027 `Deployment/memos` is refused by the API server: `spec.template.spec.containers[0].ports[0].containerPort` is 523000"
        ]
    );
    assert_eq!(
        foreign("matchLabels: {app: memos}", "matchLabels: {app: other}"),
        ["7:14 error MG0963 the selector of `Deployment/memos` does not meet the labels of its own pods"]
    );
    assert_eq!(foreign("name: memos\n", "name: Memos\n"), ["4:9 error MG1009 `Deployment/Memos` is not a legal name"]);
    assert_eq!(
        foreign("port: http}", "port: web}"),
        [
            "4:9 error MG1007 the readinessProbe of `memos` in `Deployment/memos` asks at the port `web`, which it does not have"
        ]
    );
    assert_eq!(
        foreign("part-of: other", "part-of: 'a b'"),
        ["5:39 error MG1010 the label `app.kubernetes.io/part-of: a b` of `Deployment/memos` is not legal"]
    );
    assert_eq!(
        foreign("          env:", "          volumeMounts: [{name: data, mountPath: /data}]\n          env:"),
        ["4:9 error MG1021 `Deployment/memos` has a mount of `memos` without its volume `data`"]
    );
}

#[test]
fn what_memos_needs_is_told_of_its_own_objects() {
    assert_eq!(
        changed("enableServiceLinks: false", "enableServiceLinks: true"),
        ["4:9 error MG1003 the pods of `Deployment/memos` get variables from every Service, `MEMOS_PORT` among them"]
    );
    assert_eq!(
        changed("5230'", "8081'"),
        ["4:9 error MG1004 `MEMOS_PORT` is `8081`, and the Service and the probes ask at 5230"]
    );
    assert_eq!(
        changed("/healthz", "/"),
        ["4:9 error MG1020 the readinessProbe asks for `/`, which Memos answers with its web page whatever happens"]
            .map(|line| line.replace("error", "warning"))
    );
    assert_eq!(
        changed("runAsNonRoot: true", "runAsNonRoot: false"),
        [
            "4:9 error MG1011 `Deployment/memos` is refused by Pod Security `restricted`: `runAsNonRoot` that is not `true` in the container `memos`"
        ]
    );
    assert_eq!(
        changed("      containers:", "      serviceAccountName: memos\n      containers:"),
        ["4:9 note MG0964 `Deployment/memos` needs the ServiceAccount `memos`, which is not among these objects"]
    );
    assert_eq!(
        changed(
            "          ports:",
            "          livenessProbe: {periodSeconds: 1, tcpSocket: {port: http}}\n          ports:"
        ),
        [
            "4:9 warning MG1019 `memos` in `Deployment/memos` is restarted after 3 s without an answer, before it loses its traffic after 30 s"
        ]
    );
    let foreign = GOOD.replace("part-of: memos", "part-of: other").replace("runAsNonRoot: true", "runAsNonRoot: false");
    assert_eq!(told(&foreign).0, Vec::<String>::new());
}

#[test]
fn objects_are_looked_at_together() {
    let both = |service: &str| told(&format!("{GOOD}---\n{service}")).0;
    assert_eq!(
        both(&SERVICE.replace("{app: memos}", "{app: other}")),
        ["23:18 error MG1006 `Service/memos` selects none of the pods"]
    );
    assert_eq!(
        both(&SERVICE.replace("targetPort: http", "targetPort: web")),
        ["23:18 error MG1007 `Service/memos` leads to the port `web`, which its pods do not have"]
    );
    assert_eq!(
        both(&SERVICE.replace("name: memos,", "name: memos, namespace: other,")),
        ["23:18 error MG1006 `Service/memos` selects none of the pods"]
    );
    assert_eq!(
        told(&format!("{GOOD}---\n{SERVICE}---\n{SERVICE}")).0,
        ["30:18 error MG1012 two objects are called `Service/memos`"]
    );
    let autoscaler = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n\
        metadata: {name: memos, labels: {app.kubernetes.io/part-of: memos}}\n\
        spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: memos}}\n";
    assert_eq!(told(&format!("{GOOD}{autoscaler}")).0, Vec::<String>::new());
    assert_eq!(
        told(autoscaler).0,
        ["4:18 error MG1008 `HorizontalPodAutoscaler/memos` scales an object that is not here"]
    );
    assert_eq!(
        told(&format!("{}{autoscaler}", GOOD.replace("  template:", "  replicas: 1\n  template:"))).0,
        ["24:18 error MG1018 `Deployment/memos` has `replicas`, which its autoscaler sets as well"]
    );
}

#[test]
fn a_document_has_to_be_an_object() {
    let whole = "---\n# Source: memos/templates/a.yaml\n";
    assert_eq!(
        told(&format!("{whole}kind: ConfigMap\n")).0,
        ["- error MG0960 the document at line 3 of the stream has no `apiVersion`"]
    );
    assert_eq!(
        told(&format!("{whole}apiVersion: v1\n")).0,
        ["- error MG0960 the document at line 3 of the stream has no `kind`"]
    );
    assert_eq!(
        told(&format!("{whole}apiVersion: v1\nkind: ConfigMap\nmetadata: {{}}\n")).0,
        ["- error MG0960 the document at line 3 of the stream has no `metadata.name`"]
    );
    assert_eq!(told("- a\n").0, ["- error MG0960 the document at line 1 of the stream has no `apiVersion`"]);
    let made_up = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\n";
    assert_eq!(told(&format!("{made_up}---\n{made_up}")), (vec![], 2));
}

#[test]
fn what_cannot_be_read_is_told_without_its_line() {
    assert_eq!(
        told("apiVersion: v1\nkind: Secret\nstringData: {a: \"hunter2\n").0,
        ["- error MG0103 line 3 of the stream: a quoted text has no end"]
    );
    assert_eq!(
        told("kind: Secret\na: 1\na: 2\n").0,
        ["- error MG0104 line 3 of the stream: the key `a` is given twice"]
    );
    assert_eq!(
        told("---\napiVersion: v1\nkind: ConfigMap\nmetadata: &a {name: a}\n"),
        (
            vec![
                "- note MG0961 the document at line 2 of the stream is not checked: the anchor `&a`: anchors and aliases are not read"
                    .to_owned()
            ],
            0
        )
    );
}

#[test]
fn scalars_are_read_as_kubectl_reads_them() {
    let pod = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: yes\ndata: {1: \"a\\r\\n\", b: 2001-01-01, c: 1:20}\n";
    assert_eq!(told(pod), (vec![], 1));
    assert_eq!(
        changed(
            "      containers:",
            "      volumes: [{name: a, configMap: {name: b, defaultMode: 0644}}]\n      containers:"
        ),
        ["4:9 note MG0964 `Deployment/memos` needs the ConfigMap `b`, which is not among these objects"]
    );
}

#[test]
fn a_secret_is_never_shown() {
    let stream = [
        "apiVersion: v1\nkind: Secret\nmetadata: {name: _a, labels: {a: 'hunter2 hunter2'}}\nstringData: {a: hunter2}\n".to_owned(),
        GOOD.replace("env: [", "env: [{name: DB_PASSWORD, value: hunter2hunter2}, ").replace("runAsNonRoot: true", "runAsNonRoot: false"),
        "apiVersion: v1\nkind: Secret\nstringData: {a: 'hunter2\n".to_owned(),
    ]
    .join("---\n");
    let mut sources = Sources::default();
    let file = sources.add("-", stream, Origin::File);
    let mut diagnostics = Diagnostics::default();
    check(&sources, file, &mut diagnostics);
    let text = render::text(&sources, &diagnostics, false);
    assert!(
        text.contains("MG0913") && text.contains("MG1011") && text.contains("MG1009") && text.contains("MG0103"),
        "{text}"
    );
    assert!(!text.contains("hunter2hunter2") && !text.contains("stringData"), "{text}");
}

#[test]
fn the_template_is_named() {
    let help = |stream: &str| {
        let mut sources = Sources::default();
        let file = sources.add("-", stream, Origin::File);
        let mut diagnostics = Diagnostics::default();
        check(&sources, file, &mut diagnostics);
        diagnostics.iter().next().map(|found| found.help[0].clone())
    };
    let wrong = GOOD.replace("enableServiceLinks: false", "enableServiceLinks: true");
    let said = Some("it is rendered from `memos/templates/memos.yaml`".to_owned());
    assert_eq!(help(&format!("---\n# Source: memos/templates/memos.yaml\n{wrong}")), said);
    let noted =
        "  name: memos\n  annotations: {postrenderer.helm.sh/postrender-filename: 'memos/templates/memos.yaml'}\n";
    assert_eq!(help(&wrong.replacen("  name: memos\n", noted, 1)), said);
}

/// Amounts as Kubernetes' own documents write them, and some that it refuses.
#[test]
fn amounts_are_those_of_the_api_server() {
    let of = |amount: &str| {
        let resources = format!("          resources: {{requests: {{cpu: '{amount}'}}}}\n          ports:");
        changed("          ports:", &resources)
    };
    for legal in [
        "0",
        "0.5",
        ".5",
        "1.",
        "128974848",
        "129e6",
        "129E+6",
        "1e-3",
        "129M",
        "128974848000m",
        "123Mi",
        "100n",
        "5u",
        "+1",
        "1E",
    ] {
        assert_eq!(of(legal), Vec::<String>::new(), "{legal}");
    }
    for illegal in ["", "1.2.3", "-1", "1 Mi", "1mi", "1e", "1e1.5", "much"] {
        assert_eq!(of(illegal).len(), 1, "{illegal}");
    }
}

#[test]
fn a_claim_takes_the_place_of_a_volume() {
    let set = GOOD
        .replace("kind: Deployment", "kind: StatefulSet")
        .replace("      containers:", "      volumes: [{name: data, emptyDir: {}}]\n      containers:");
    let claim = "  volumeClaimTemplates: [{metadata: {name: data}}]\n";
    assert_eq!(told(&format!("{set}{claim}")).0, Vec::<String>::new());
}

#[test]
fn roles_have_names_of_their_own() {
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: 'system:Memos'}\n";
    assert_eq!(told(role), (vec![], 1));
}

#[test]
fn pods_and_jobs_end() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}\n";
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: a, image: a:1}]}}}\n";
    assert_eq!(told(&format!("{pod}---\n{job}")), (vec![], 2));
    let always = job.replace("OnFailure", "Always");
    assert_eq!(
        told(&always).0,
        ["4:41 error MG1027 `Job/a` is refused by the API server: `spec.template.spec.restartPolicy` is `Always`"]
    );
}
