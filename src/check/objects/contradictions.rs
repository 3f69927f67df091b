//! Fields that exclude or need each other, and lists with two items of one key.

use super::node::Node;
use super::refused::Fault;
use crate::diagnostic::Code;
use crate::spec::scalar::Quantity;

pub(super) fn faults(node: &Node<'_>, faults: &mut Vec<Fault>) {
    match node.list() {
        Some("env") => faults.extend(variable(node)),
        Some("volumes") => faults.extend(one_of(node, &["name"], "source")),
        Some("tolerations") => faults.extend(toleration(node)),
        Some("matchExpressions") => faults.extend(expression(node)),
        _ => {}
    }
    match node.key() {
        Some("valueFrom") => faults.extend(one_of(node, &[], "source")),
        Some("strategy") => faults.extend(recreate(node)),
        Some("livenessProbe" | "readinessProbe" | "startupProbe") => faults.extend(probe(node)),
        Some("spec") if node.object.kind == "Deployment" => faults.extend(deadline(node)),
        Some("spec") if node.object.kind == "Service" => service(node, faults),
        Some("resources") => faults.extend(resources(node)),
        Some("spec") if node.object.kind == "PodDisruptionBudget" => faults.extend(budget(node)),
        Some("spec") if node.object.kind == "HorizontalPodAutoscaler" => faults.extend(autoscaler(node)),
        _ => {}
    }
    if node.key() == Some("spec") && node.parent_key() == "template" {
        faults.extend(sleep(node));
    }
    repeated(node, faults);
}

const CONTRADICTION: Code = Code::FieldsContradict;

/// Given and not empty, as the API server sees it.
fn given(node: &Node<'_>, field: &str) -> bool {
    node.field(field).is_some_and(|node| node.value != "")
}

fn variable(node: &Node<'_>) -> Option<Fault> {
    (given(node, "value") && given(node, "valueFrom")).then(|| {
        let help = "keep `value` or `valueFrom`; an override takes the other away with `null`";
        Fault::of_field(node, "valueFrom", CONTRADICTION, "stands beside `value`", help).or_at(node, "value")
    })
}

/// Exactly one of all fields but some. None at all is a default of the API server's where it is allowed.
fn one_of(node: &Node<'_>, others: &[&str], word: &str) -> Option<Fault> {
    let fields: Vec<&str> = node
        .fields()
        .filter(|(key, node)| !others.contains(key) && !node.value.is_null())
        .map(|(key, _)| key)
        .collect();
    match fields.as_slice() {
        [] if word == "source" && node.key() == Some("valueFrom") => {
            Some(Fault::of(node, CONTRADICTION, "names no source", "name one, such as `secretKeyRef`"))
        }
        [first, second, ..] => {
            let text = format!("stands beside `{first}`, and there can be one {word} only");
            let help = format!("keep `{first}` or `{second}`; an override takes the other away with `null`");
            Some(Fault::of_field(node, second, CONTRADICTION, text, help).or_at(node, first))
        }
        _ => None,
    }
}

fn toleration(node: &Node<'_>) -> Option<Fault> {
    let exists = node.text("operator") == "Exists";
    if exists && given(node, "value") {
        let help = "leave `value` out, or write `operator: Equal`";
        return Some(Fault::of_field(node, "value", CONTRADICTION, "stands beside `operator: Exists`", help));
    }
    if !exists && !given(node, "key") {
        let help = "name the taint's key, or write `operator: Exists` for all taints";
        return Some(Fault::of_field(node, "key", CONTRADICTION, "is missing without `operator: Exists`", help));
    }
    (node.field("tolerationSeconds").is_some() && node.text("effect") != "NoExecute").then(|| {
        let help = "write `effect: NoExecute`, or leave `tolerationSeconds` out";
        Fault::of_field(node, "tolerationSeconds", CONTRADICTION, "stands without `effect: NoExecute`", help)
    })
}

fn expression(node: &Node<'_>) -> Option<Fault> {
    let count = node.items("values").len();
    let (wrong, help) = match node.text("operator") {
        "In" | "NotIn" => (count == 0, "give a value at least, or write `operator: Exists`"),
        "Exists" | "DoesNotExist" => (count > 0, "leave `values` out, or write `operator: In`"),
        "Gt" | "Lt" => (count != 1, "give one value, a whole number in quotes"),
        _ => (false, ""),
    };
    let text =
        format!("has {count} {} with `operator: {}`", if count == 1 { "item" } else { "items" }, node.text("operator"));
    wrong.then(|| Fault::of_field(node, "values", CONTRADICTION, text, help).or_at(node, "operator"))
}

fn recreate(node: &Node<'_>) -> Option<Fault> {
    let rolling = node.field("rollingUpdate")?;
    let zero = |field: &str| rolling.value[field] == 0 || rolling.value[field] == "0%";
    if node.text("type") == "Recreate" {
        let help = "write `rollingUpdate: null` beside `type: Recreate`, or leave the type as it is";
        return Some(
            Fault::of_field(node, "rollingUpdate", CONTRADICTION, "stands beside `type: Recreate`", help)
                .or_at(node, "type"),
        );
    }
    (zero("maxSurge") && zero("maxUnavailable")).then(|| {
        let help = "let one pod more or one pod fewer run while pods are replaced";
        Fault::of_field(&rolling, "maxUnavailable", CONTRADICTION, "is 0, as `maxSurge` is", help)
            .or_at(&rolling, "maxSurge")
    })
}

/// Ways in which a probe can ask.
const WAYS: [&str; 4] = ["exec", "grpc", "httpGet", "tcpSocket"];

fn probe(node: &Node<'_>) -> Option<Fault> {
    let ways: Vec<&str> = WAYS.into_iter().filter(|way| node.field(way).is_some()).collect();
    match ways.as_slice() {
        [] => Some(Fault::of(
            node,
            CONTRADICTION,
            "does not say how it asks",
            "give it one of `exec`, `grpc`, `httpGet` and `tcpSocket`",
        )),
        [first, second, ..] => {
            let text = format!("stands beside `{first}`, and a probe asks in one way only");
            let help = format!("keep `{first}` or `{second}`; an override takes the other away with `null`");
            Some(Fault::of_field(node, second, CONTRADICTION, text, help).or_at(node, first))
        }
        _ if node.key() == Some("readinessProbe") && node.field("terminationGracePeriodSeconds").is_some() => {
            let text = "stands in a probe that ends no container";
            Some(Fault::of_field(node, "terminationGracePeriodSeconds", CONTRADICTION, text, "leave it out"))
        }
        _ => None,
    }
}

/// A pod cannot wait longer before its end than it is given for all of it. Without a word it is given 30 s.
fn sleep<'a>(node: &Node<'a>) -> Option<Fault> {
    let grace = node.field("terminationGracePeriodSeconds").and_then(|node| node.value.as_i64()).unwrap_or(30);
    let sleeping = |container: &Node<'a>| container.field("lifecycle")?.field("preStop")?.field("sleep");
    let seconds = |sleep: &Node<'_>| sleep.value["seconds"].as_i64();
    let longest = node.items("containers").iter().filter_map(sleeping).max_by_key(seconds)?;
    let waits = seconds(&longest)?;
    (waits > grace).then(|| {
        let text = format!("is {grace}, less than the {waits} s that `preStop` waits");
        Fault::of_field(node, "terminationGracePeriodSeconds", CONTRADICTION, text, format!("write more than {waits}"))
            .or_at(&longest, "seconds")
    })
}

/// A rollout needs more time than a pod to count as available. Without a word it has 600 s.
fn deadline(node: &Node<'_>) -> Option<Fault> {
    let number = |field: &str| node.field(field).and_then(|node| node.value.as_i64());
    let (deadline, ready) = (number("progressDeadlineSeconds").unwrap_or(600), number("minReadySeconds").unwrap_or(0));
    (deadline > 0 && deadline <= ready).then(|| {
        let text = format!("is {deadline}, not more than `minReadySeconds`, which is {ready}");
        Fault::of_field(node, "progressDeadlineSeconds", CONTRADICTION, text, format!("write more than {ready}"))
            .or_at(node, "minReadySeconds")
    })
}

/// What only Services with a way in from outside have.
fn service(node: &Node<'_>, faults: &mut Vec<Fault>) {
    if !matches!(node.text("type"), "" | "ClusterIP") {
        return;
    }
    let help = "leave it out, or write `type: NodePort` or `type: LoadBalancer`";
    let text = "stands in a Service without a way in from outside";
    if given(node, "externalTrafficPolicy") {
        faults.push(Fault::of_field(node, "externalTrafficPolicy", CONTRADICTION, text, help));
    }
    let ports = node.items("ports");
    let outside = ports.iter().filter(|port| port.value["nodePort"].as_i64().is_some_and(|number| number != 0));
    faults.extend(outside.map(|port| Fault::of_field(port, "nodePort", CONTRADICTION, text, help)));
}

/// A container cannot be promised more than it may use.
fn resources(node: &Node<'_>) -> Option<Fault> {
    let amount = |node: &Node<'_>| node.value.as_str()?.parse::<Quantity>().ok();
    let (requests, limits) = (node.field("requests")?, node.field("limits")?);
    requests.fields().find_map(|(name, request)| {
        let limit = limits.field(name)?;
        (amount(&request)?.thousandths() > amount(&limit)?.thousandths()).then(|| {
            let text = format!("is more than its limit, `{}`", limit.value.as_str().unwrap_or_default().escape_debug());
            Fault::of(&request, CONTRADICTION, text, "raise the limit or lower the request").or_at(&limits, name)
        })
    })
}

fn budget(node: &Node<'_>) -> Option<Fault> {
    (node.field("minAvailable").is_some() && node.field("maxUnavailable").is_some()).then(|| {
        let help = "keep `minAvailable` or `maxUnavailable`; an override takes the other away with `null`";
        Fault::of_field(node, "minAvailable", CONTRADICTION, "stands beside `maxUnavailable`", help)
            .or_at(node, "maxUnavailable")
    })
}

fn autoscaler(node: &Node<'_>) -> Option<Fault> {
    let (least, most) = (node.value["minReplicas"].as_i64()?, node.value["maxReplicas"].as_i64()?);
    (least > most).then(|| {
        let text = format!("is {least}, more than `maxReplicas`, which is {most}");
        Fault::of_field(node, "minReplicas", CONTRADICTION, text, "say `scaling.min` and `scaling.max` instead")
            .or_at(node, "maxReplicas")
    })
}

/// Lists whose items the API server merges by keys: the list, and the keys. Ports are parted by what they have.
const KEYED: [(&str, &[&str]); 5] = [
    ("env", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("hostAliases", &["ip"]),
    ("volumeDevices", &["devicePath"]),
];

fn repeated(node: &Node<'_>, faults: &mut Vec<Fault>) {
    let lists = node.value.as_object().into_iter().flatten().filter(|(_, value)| value.is_array());
    for (list, keys) in lists.flat_map(|(list, _)| KEYED.iter().filter(move |(known, _)| known == list)) {
        twice(node, list, keys, |item| keys.iter().map(|key| item.text(key).to_owned()).collect(), faults);
    }
    let port = |item: &Node<'_>, key: &str| {
        let protocol = Some(item.text("protocol")).filter(|word| !word.is_empty()).unwrap_or("TCP");
        item.value.get(key).map_or_else(Vec::new, |number| vec![number.to_string(), protocol.to_owned()])
    };
    let name = |item: &Node<'_>| match item.text("name") {
        "" => Vec::new(),
        name => vec![name.to_owned()],
    };
    if node.object.kind == "Service" {
        twice(node, "ports", &["port", "protocol"], |item| port(item, "port"), faults);
        twice(node, "ports", &["name"], name, faults);
        faults.extend(nameless(node));
    } else if node.value.get("image").is_some() {
        twice(node, "ports", &["containerPort", "protocol"], |item| port(item, "containerPort"), faults);
        twice(node, "ports", &["name"], name, faults);
    }
}

/// Items whose keys stood in one before. Nothing is said of items without keys.
fn twice(node: &Node<'_>, list: &str, keys: &[&str], key: impl Fn(&Node<'_>) -> Vec<String>, faults: &mut Vec<Fault>) {
    let items = node.items(list);
    for (at, item) in items.iter().enumerate() {
        let own = key(item);
        if own.iter().all(String::is_empty) || items[..at].iter().all(|other| key(other) != own) {
            continue;
        }
        let said: Vec<String> = own.iter().map(|word| word.escape_debug().to_string()).collect();
        let text = format!("is `{}` as in an item before", said.join("/"));
        let help = "keep one of the two";
        faults.push(Fault::of_field(item, keys[0], Code::ItemTwiceInObject, text, help));
    }
}

/// Several ports of a Service are told apart by their names.
fn nameless(node: &Node<'_>) -> Option<Fault> {
    let ports = node.items("ports");
    let first = ports.iter().filter(|_| ports.len() > 1).find(|port| port.text("name").is_empty())?;
    Some(Fault::of_field(first, "name", CONTRADICTION, "is missing beside other ports", "give every port a name"))
}
