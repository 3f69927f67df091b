//! Values outside what Kubernetes takes: numbers, words of a fixed list, amounts, and what must not be empty. The lists are those of
//! Kubernetes 1.33 to 1.36; an empty word stands for the default there.

use serde_json::Value;

use super::node::Node;
use super::refused::Fault;
use crate::check::finding::list;
use crate::diagnostic::Code;
use crate::schema::suggest::closest;
use crate::spec::scalar::Quantity;

pub(super) fn faults(node: &Node<'_>, faults: &mut Vec<Fault>) {
    let parent = node.parent_key();
    if matches!(node.list(), Some("containers" | "initContainers")) {
        faults.extend(image(node));
    }
    if node.list() == Some("volumeMounts") && node.text("mountPath").is_empty() {
        let help = "write where the volume is to appear in the container";
        faults.push(Fault::of_field(node, "mountPath", Code::ValueNotTaken, "is missing or empty", help));
    }
    if let (Some(key @ ("policyTypes" | "accessModes")), Value::String(text)) = (node.list(), node.value) {
        faults.extend(choice(node, parent, key, text));
    }
    let Some(key) = node.key() else { return };
    match node.value {
        Value::Number(number) => {
            faults.extend(number.as_i64().and_then(|number| self::number(node, parent, key, number)))
        }
        Value::String(text) => {
            faults.extend(choice(node, parent, key, text));
            faults.extend(share(node, key, text));
            faults.extend((key == "sizeLimit").then(|| amount(node, text)).flatten());
        }
        _ => {}
    }
    if matches!(key, "requests" | "limits") {
        let amounts = node.fields().filter_map(|(_, node)| amount(&node, node.value.as_str()?));
        faults.extend(amounts);
    }
}

/// The least and the most of a number: by the end of the key above it, the key, and the two. The first that fits is taken.
const NUMBERS: [(&str, &str, i64, i64); 36] = [
    ("", "containerPort", 1, PORT),
    ("", "hostPort", 0, PORT),
    ("", "endPort", 1, PORT),
    ("", "targetPort", 0, PORT),
    ("", "port", 1, PORT),
    ("", "number", 1, PORT),
    ("", "replicas", 0, MANY),
    ("", "minReplicas", 1, MANY),
    ("", "maxReplicas", 1, MANY),
    ("", "minReadySeconds", 0, MANY),
    ("", "revisionHistoryLimit", 0, MANY),
    ("", "progressDeadlineSeconds", 1, MANY),
    ("Probe", "terminationGracePeriodSeconds", 1, MANY),
    ("", "activeDeadlineSeconds", 1, MANY),
    ("Probe", "initialDelaySeconds", 0, MANY),
    ("Probe", "timeoutSeconds", 0, MANY),
    ("Probe", "periodSeconds", 0, MANY),
    ("livenessProbe", "successThreshold", 0, 1),
    ("startupProbe", "successThreshold", 0, 1),
    ("Probe", "successThreshold", 0, MANY),
    ("Probe", "failureThreshold", 0, MANY),
    ("policies", "periodSeconds", 1, 1800),
    ("policies", "value", 1, MANY),
    ("", "stabilizationWindowSeconds", 0, 3600),
    ("", "averageUtilization", 1, MANY),
    ("", "weight", 1, 100),
    ("", "maxSkew", 1, MANY),
    ("", "minDomains", 1, MANY),
    ("", "defaultMode", 0, 0o777),
    ("clientIP", "timeoutSeconds", 1, 86_400),
    ("", "maxSurge", 0, MANY),
    ("", "maxUnavailable", 0, MANY),
    ("", "minAvailable", 0, MANY),
    ("ecurityContext", "runAsUser", 0, MANY),
    ("ecurityContext", "runAsGroup", 0, MANY),
    ("ecurityContext", "fsGroup", 0, MANY),
];

const PORT: i64 = 65_535;
const MANY: i64 = i32::MAX as i64;

fn number(node: &Node<'_>, parent: &str, key: &str, number: i64) -> Option<Fault> {
    let fits = |(above, field, ..): &&(&str, &str, i64, i64)| *field == key && parent.ends_with(above);
    let (.., least, most) = *NUMBERS.iter().find(fits)?;
    if (least..=most).contains(&number) {
        return None;
    }
    let range = if most >= MANY { format!("of {least} or more") } else { format!("from {least} to {most}") };
    Some(Fault::of(node, Code::ValueNotTaken, format!("is {number}"), format!("write a number {range}")))
}

/// A number of pods as a share of all.
fn share(node: &Node<'_>, key: &str, text: &str) -> Option<Fault> {
    if !matches!(key, "maxSurge" | "maxUnavailable" | "minAvailable") {
        return None;
    }
    let number = text.strip_suffix('%').and_then(|digits| digits.parse::<u32>().ok());
    let most = if key == "maxSurge" { u32::MAX } else { 100 };
    if number.is_some_and(|number| number <= most) {
        return None;
    }
    let text = format!("is `{}`", text.escape_debug());
    Some(Fault::of(node, Code::ValueNotTaken, text, "write a whole number without quotes, or a share such as `25%`"))
}

/// Words of a fixed list: by the key above, the key, and the words. The first that fits is taken.
const CHOICES: [(&str, &str, &[&str]); 33] = [
    ("", "imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("initContainers", "restartPolicy", &["Always", "OnFailure", "Never"]),
    ("containers", "restartPolicy", &["Always", "OnFailure", "Never"]),
    // Deployments and StatefulSets know no other.
    ("spec", "restartPolicy", &["Always"]),
    ("", "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ("", "protocol", &["TCP", "UDP", "SCTP"]),
    ("tolerations", "effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    ("tolerations", "operator", &["Exists", "Equal"]),
    ("", "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
    ("", "nodeTaintsPolicy", &["Honor", "Ignore"]),
    ("", "nodeAffinityPolicy", &["Honor", "Ignore"]),
    ("", "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]),
    ("httpGet", "scheme", &["HTTP", "HTTPS"]),
    ("paths", "pathType", &["Exact", "Prefix", "ImplementationSpecific"]),
    ("spec", "sessionAffinity", &["ClientIP", "None"]),
    ("spec", "externalTrafficPolicy", &["Cluster", "Local"]),
    ("spec", "internalTrafficPolicy", &["Cluster", "Local"]),
    ("spec", "ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]),
    ("", "fsGroupChangePolicy", &["OnRootMismatch", "Always"]),
    ("", "mountPropagation", &["None", "HostToContainer", "Bidirectional"]),
    ("", "podManagementPolicy", &["OrderedReady", "Parallel"]),
    ("", "unhealthyPodEvictionPolicy", &["IfHealthyBudget", "AlwaysAllow"]),
    ("", "reclaimPolicy", &["Delete", "Retain"]),
    ("", "volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
    ("", "volumeMode", &["Filesystem", "Block"]),
    ("", "selectPolicy", &["Max", "Min", "Disabled"]),
    ("strategy", "type", &["RollingUpdate", "Recreate"]),
    ("updateStrategy", "type", &["RollingUpdate", "OnDelete"]),
    ("policies", "type", &["Pods", "Percent"]),
    ("metrics", "type", &["Resource", "Pods", "Object", "External", "ContainerResource"]),
    ("target", "type", &["Utilization", "Value", "AverageValue"]),
    ("", "policyTypes", &["Ingress", "Egress"]),
    ("", "accessModes", &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]),
];

fn choice(node: &Node<'_>, parent: &str, key: &str, text: &str) -> Option<Fault> {
    const SERVICE: &[&str] = &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
    const LABELS: &[&str] = &["In", "NotIn", "Exists", "DoesNotExist"];
    const NODES: &[&str] = &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
    let fits = |(above, field, _): &&(&str, &str, &[&str])| *field == key && (above.is_empty() || *above == parent);
    let known = match (node.object.kind.as_str(), parent, key) {
        ("Service", "spec", "type") => SERVICE,
        ("Pod", "spec", "restartPolicy") => &["Always", "OnFailure", "Never"],
        ("Job" | "CronJob", "spec", "restartPolicy") => &["OnFailure", "Never"],
        (_, "matchExpressions" | "matchFields", "operator") if node.is_in("nodeAffinity") => NODES,
        (_, "matchExpressions", "operator") => LABELS,
        _ => CHOICES.iter().find(fits)?.2,
    };
    // The operator of an expression has no default.
    if known.contains(&text) || (text.is_empty() && !parent.starts_with("match")) {
        return None;
    }
    let help = match closest(text, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.len() == 1 => format!("write {} or leave it out", list(known)),
        None => format!("write one of {}", list(known)),
    };
    Some(Fault::of(node, Code::ValueNotTaken, format!("is `{}`", text.escape_debug()), help))
}

fn amount(node: &Node<'_>, text: &str) -> Option<Fault> {
    if is_amount(text) {
        return None;
    }
    let text = format!("is `{}`, which is no amount", text.escape_debug());
    Some(Fault::of(node, Code::ValueNotTaken, text, "write a number with its unit, such as `512Mi`, `10Gi` or `250m`"))
}

/// An amount as the API server reads it. It takes more than a spec: nothing at all, exponents, and the smallest units.
fn is_amount(text: &str) -> bool {
    let text = text.strip_prefix('+').unwrap_or(text);
    let number = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let points = text.bytes().filter(|byte| *byte == b'.').count();
        digits > 0 && points <= 1 && digits + points == text.len()
    };
    let (amount, unit) = text.split_at(text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len()));
    let exponent = unit.strip_prefix(['e', 'E']).map(|digits| digits.strip_prefix(['+', '-']).unwrap_or(digits));
    match exponent {
        Some(digits) if !digits.is_empty() => number(amount) && digits.bytes().all(|byte| byte.is_ascii_digit()),
        _ => number(amount) && (matches!(unit, "n" | "u") || format!("1{unit}").parse::<Quantity>().is_ok()),
    }
}

/// A container without an image starts nowhere.
fn image(node: &Node<'_>) -> Option<Fault> {
    let image = node.text("image");
    let help = "write the image's name, with its tag or digest";
    image.is_empty().then(|| Fault::of_field(node, "image", Code::ValueNotTaken, "is missing or empty", help))
}
