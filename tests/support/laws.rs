//! What holds for every built set of objects, whatever the spec says. Written from the documentation of Kubernetes, and
//! knowing nothing of how the program checks or builds.

#![allow(unreachable_pub, reason = "a module of a test")]

use std::collections::{BTreeMap, BTreeSet};

use memos_gen::compile::Compilation;
use memos_gen::diagnostic::{Diagnostics, Family};
use memos_gen::emit::Artifacts;
use memos_gen::plan::database::DatabasePlan;
use serde_json::Value;

/// A compilation with all that a law may look at.
pub struct Built<'a> {
    pub compilation: &'a Compilation,
    pub diagnostics: &'a Diagnostics,
    pub artifacts: &'a Artifacts,
    /// The merged spec, to know which names are the user's.
    pub spec: &'a Value,
    pub objects: Vec<&'a Value>,
}

impl<'a> Built<'a> {
    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &'a Value> {
        self.objects.iter().copied().filter(move |object| object["kind"] == kind)
    }

    fn has(&self, kind: &'static str, name: &str) -> bool {
        self.of_kind(kind).any(|object| object["metadata"]["name"] == name)
    }

    /// Objects that bring about pods of ours, with the pods' template.
    fn workloads(&self) -> Vec<(&'a Value, &'a Value)> {
        let kinds = ["Deployment", "StatefulSet", "Job", "CronJob", "DaemonSet"];
        let template = |object: &'a Value| match object["kind"].as_str() {
            Some("CronJob") => &object["spec"]["jobTemplate"]["spec"]["template"],
            _ => &object["spec"]["template"],
        };
        let own = self.objects.iter().copied().filter(|object| kinds.iter().any(|kind| object["kind"] == *kind));
        own.map(|object| (object, template(object))).collect()
    }

    fn warns_about(&self, family: Family) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.code.family() == family)
    }
}

/// A law by the name it is reported under.
pub type Law = (&'static str, fn(&Built<'_>) -> Result<(), String>);

/// Every law about one set of objects.
pub const LAWS: &[Law] = &[
    ("each document is read back as its object", read_back),
    ("kustomization.yaml lists exactly the files", kustomization),
    ("each Service selects the pods of exactly one workload and names a port of theirs", services),
    ("each object that a pod needs exists", references),
    ("each Secret that a pod needs is expected, made by an operator, or named by the user", secrets),
    ("each pod keeps to Pod Security restricted", restricted),
    ("no pod gets the variables of Services, or the token of its account", service_links),
    ("no container asks for more than it may use", requests),
    ("each container has requests, limits and no image without a tag", containers),
    ("names are legal, and unique for each kind", names),
    ("labels are legal, and selectors select the workload's own pods", selectors),
    ("an autoscaler has min ≤ max, and its target no replicas", autoscalers),
    ("a disruption budget leaves something running, or it is said", budgets),
    ("pods get ten seconds to end after their hook", termination),
    ("the pools fit into the database's connections, or it is said", pools),
    ("nothing that cannot be shared is shared by several processes", sharing),
    ("where one stands by, Memos starts behind a gate, with a keeper and a lease in memory", gated),
    ("no output holds a control character", control_characters),
    ("several processes with an image that shares nothing are never built in silence", stock_replicas),
    ("no object is a Secret", no_secret),
];

fn place(object: &Value) -> String {
    format!("{} {}", object["kind"], object["metadata"]["name"])
}

fn check(holds: bool, words: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(words()) }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn read_back(built: &Built<'_>) -> Result<(), String> {
    let mut read = Vec::new();
    for (path, content) in built.artifacts.iter().filter(|(path, _)| path.starts_with("manifests/")) {
        read.push(serde_yaml::from_str::<Value>(content).map_err(|error| format!("{path}: {error}"))?);
    }
    check(read.len() == built.objects.len(), || "not as many files as objects".to_owned())?;
    built.objects.iter().try_for_each(|object| check(read.contains(object), || place(object)))
}

fn kustomization(built: &Built<'_>) -> Result<(), String> {
    let file = built.artifacts.get("kustomization.yaml").ok_or("no kustomization.yaml")?;
    let read: Value = serde_yaml::from_str(file).map_err(|error| error.to_string())?;
    let listed: Vec<&str> = list(&read["resources"]).map(text).collect();
    let unique: BTreeSet<&str> = listed.iter().copied().collect();
    let files: BTreeSet<&str> =
        built.artifacts.keys().filter(|path| path.starts_with("manifests/")).map(String::as_str).collect();
    check(unique == files && unique.len() == listed.len(), || format!("{unique:?} are listed, {files:?} are there"))
}

fn pod_labels(template: &Value) -> BTreeMap<&str, &str> {
    let labels = template["metadata"]["labels"].as_object().into_iter().flatten();
    labels.map(|(key, value)| (key.as_str(), text(value))).collect()
}

fn selects(selector: &Value, labels: &BTreeMap<&str, &str>) -> bool {
    let wanted = selector.as_object().into_iter().flatten();
    wanted.into_iter().all(|(key, value)| labels.get(key.as_str()).copied() == value.as_str())
}

fn containers_of(template: &Value) -> impl Iterator<Item = &Value> {
    let spec = &template["spec"];
    list(&spec["initContainers"]).chain(list(&spec["containers"]))
}

fn services(built: &Built<'_>) -> Result<(), String> {
    for service in built.of_kind("Service") {
        let selector = &service["spec"]["selector"];
        check(selector.as_object().is_some_and(|map| !map.is_empty()), || format!("{} selects all", place(service)))?;
        let selected: Vec<_> =
            built.workloads().into_iter().filter(|(_, template)| selects(selector, &pod_labels(template))).collect();
        let [(workload, template)] = selected.as_slice() else {
            return Err(format!("{} selects {} workloads", place(service), selected.len()));
        };
        check(workload["metadata"]["namespace"] == service["metadata"]["namespace"], || place(service))?;
        for port in list(&service["spec"]["ports"]) {
            let target = &port["targetPort"];
            let known = containers_of(template).flat_map(|container| list(&container["ports"]));
            let mut known = known.flat_map(|port| [&port["name"], &port["containerPort"]]);
            check(known.any(|known| known == target), || format!("{}: no port {target}", place(service)))?;
        }
    }
    Ok(())
}

/// Names that a pod refers to by the kind of object.
fn referred(template: &Value) -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    let mut add = |kind, name: &Value| {
        if let Some(name) = name.as_str() {
            found.insert((kind, name.to_owned()));
        }
    };
    let spec = &template["spec"];
    add("ServiceAccount", &spec["serviceAccountName"]);
    list(&spec["imagePullSecrets"]).for_each(|secret| add("Secret", &secret["name"]));
    for container in containers_of(template) {
        for source in list(&container["envFrom"]) {
            add("ConfigMap", &source["configMapRef"]["name"]);
            add("Secret", &source["secretRef"]["name"]);
        }
        for variable in list(&container["env"]) {
            add("ConfigMap", &variable["valueFrom"]["configMapKeyRef"]["name"]);
            add("Secret", &variable["valueFrom"]["secretKeyRef"]["name"]);
        }
    }
    for volume in list(&spec["volumes"]) {
        add("ConfigMap", &volume["configMap"]["name"]);
        add("Secret", &volume["secret"]["secretName"]);
        add("PersistentVolumeClaim", &volume["persistentVolumeClaim"]["claimName"]);
        for source in list(&volume["projected"]["sources"]) {
            add("ConfigMap", &source["configMap"]["name"]);
            add("Secret", &source["secret"]["name"]);
        }
    }
    found
}

/// Every text in the spec: what the user may have named.
fn named_by_user(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text == name,
        Value::Array(items) => items.iter().any(|item| named_by_user(item, name)),
        Value::Object(map) => map.values().any(|value| named_by_user(value, name)),
        _ => false,
    }
}

fn references(built: &Built<'_>) -> Result<(), String> {
    for (workload, template) in built.workloads() {
        for (kind, name) in referred(template).iter().filter(|(kind, _)| *kind != "Secret") {
            let authority = *kind == "ConfigMap" && named_by_user(&built.spec["spec"], name);
            check(built.has(kind, name) || authority, || format!("{} needs {kind} {name}", place(workload)))?;
        }
        for container in containers_of(template) {
            for mount in list(&container["volumeMounts"]) {
                let claims = list(&workload["spec"]["volumeClaimTemplates"]).map(|claim| &claim["metadata"]["name"]);
                let mut volumes = list(&template["spec"]["volumes"]).map(|volume| &volume["name"]).chain(claims);
                check(volumes.any(|name| *name == mount["name"]), || format!("{} lacks {mount}", place(workload)))?;
            }
        }
    }
    Ok(())
}

fn secrets(built: &Built<'_>) -> Result<(), String> {
    let plan = &built.compilation.plan;
    let expected: BTreeSet<&str> = plan.secrets.expected.iter().map(|secret| secret.name.as_str()).collect();
    // CloudNativePG names the Secrets of a Cluster after it.
    let made: BTreeSet<String> = match &plan.database {
        DatabasePlan::Cluster(cluster) => {
            ["app", "ca", "superuser", "server"].iter().map(|end| format!("{}-{end}", cluster.name)).collect()
        }
        _ => BTreeSet::new(),
    };
    let fetched: BTreeSet<&str> = built
        .of_kind("ExternalSecret")
        .map(|object| {
            let target = object["spec"]["target"]["name"].as_str();
            target.unwrap_or_else(|| text(&object["metadata"]["name"]))
        })
        .collect();
    for (workload, template) in built.workloads() {
        for (_, name) in referred(template).iter().filter(|(kind, _)| *kind == "Secret") {
            let name = name.as_str();
            let known = expected.contains(name)
                || fetched.contains(name)
                || made.contains(name)
                || named_by_user(&built.spec["spec"], name);
            check(known, || format!("{} needs Secret {name}", place(workload)))?;
        }
    }
    Ok(())
}

/// <https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>
fn restricted(built: &Built<'_>) -> Result<(), String> {
    const VOLUMES: [&str; 8] =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
    for (workload, template) in built.workloads() {
        let spec = &template["spec"];
        let must = |holds: bool, what: &str| check(holds, || format!("{}: {what}", place(workload)));
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            must(spec[field] != true, field)?;
        }
        let mut kinds = list(&spec["volumes"]).filter_map(Value::as_object).flat_map(|volume| volume.keys());
        must(kinds.all(|key| key == "name" || VOLUMES.contains(&key.as_str())), "a volume of another kind")?;
        for container in containers_of(template) {
            let (pod, own) = (&spec["securityContext"], &container["securityContext"]);
            let either = |field: &str| if own[field].is_null() { &pod[field] } else { &own[field] };
            must(own["allowPrivilegeEscalation"] == false, "allowPrivilegeEscalation")?;
            must(own["privileged"] != true, "privileged")?;
            must(*either("runAsNonRoot") == true, "runAsNonRoot")?;
            must(*either("runAsUser") != 0, "runAsUser")?;
            let profile = &either("seccompProfile")["type"];
            must(profile == "RuntimeDefault" || profile == "Localhost", "seccompProfile")?;
            must(list(&own["capabilities"]["drop"]).any(|name| name == "ALL"), "capabilities.drop")?;
            must(list(&own["capabilities"]["add"]).all(|name| name == "NET_BIND_SERVICE"), "capabilities.add")?;
            must(list(&container["ports"]).all(|port| port["hostPort"].is_null()), "hostPort")?;
            must(own["procMount"].is_null() || own["procMount"] == "Default", "procMount")?;
        }
    }
    Ok(())
}

fn service_links(built: &Built<'_>) -> Result<(), String> {
    for (workload, template) in built.workloads() {
        let spec = &template["spec"];
        check(spec["enableServiceLinks"] == false, || format!("{}: service links", place(workload)))?;
        check(spec["automountServiceAccountToken"] == false, || format!("{}: a token", place(workload)))?;
    }
    Ok(())
}

/// A quantity of Kubernetes in thousandths of its unit.
pub fn thousandths(value: &Value) -> Option<u128> {
    const UNITS: [(&str, u128); 12] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("Pi", 1 << 50),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("P", 1_000_000_000_000_000),
        ("m", 0),
        ("", 1),
    ];
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (number, unit) = UNITS.iter().find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)))?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = format!("{part:0<3}").get(..3)?.parse::<u128>().ok()?;
    let thousandths = whole.parse::<u128>().ok()? * 1000 + part;
    Some(if unit == 0 { thousandths / 1000 } else { thousandths * unit })
}

fn requests(built: &Built<'_>) -> Result<(), String> {
    for (workload, template) in built.workloads() {
        for container in containers_of(template) {
            let resources = &container["resources"];
            for (name, request) in resources["requests"].as_object().into_iter().flatten() {
                let Some(limit) = resources["limits"].get(name) else { continue };
                let words = || format!("{} {}: {name} {request} of {limit}", place(workload), container["name"]);
                let (request, limit) = (thousandths(request), thousandths(limit));
                check(request.is_some() && limit.is_some() && request <= limit, words)?;
            }
        }
    }
    Ok(())
}

fn containers(built: &Built<'_>) -> Result<(), String> {
    for (workload, template) in built.workloads() {
        for container in containers_of(template) {
            let words = |what: &str| format!("{} {}: {what}", place(workload), container["name"]);
            for (side, name) in
                [("requests", "cpu"), ("requests", "memory"), ("limits", "memory"), ("limits", "ephemeral-storage")]
            {
                check(!container["resources"][side][name].is_null(), || words(&format!("no {side} of {name}")))?;
            }
            let image = text(&container["image"]);
            let last = image.rsplit('/').next().unwrap_or_default();
            check(last.contains(':') || last.contains('@'), || words(image))?;
            check(!image.ends_with(":latest"), || words(image))?;
        }
    }
    Ok(())
}

fn is_label(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&name.len()) && name.chars().all(legal) && !name.starts_with('-') && !name.ends_with('-')
}

fn names(built: &Built<'_>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for object in &built.objects {
        let metadata = &object["metadata"];
        let name = text(&metadata["name"]);
        // Names of Services, Namespaces and whatever names pods are DNS labels; StatefulSets add `-0` and a hash of ten.
        let longest = match object["kind"].as_str() {
            Some("StatefulSet") => 52,
            Some("Cluster") => 50,
            Some("Service" | "Namespace" | "Deployment" | "Pooler") => 63,
            _ => 253,
        };
        let legal = name.len() <= longest && !name.is_empty() && name.split('.').all(is_label);
        check(legal, || format!("{} is {} long, at most {longest}", place(object), name.len()))?;
        let letter = name.starts_with(|c: char| c.is_ascii_lowercase());
        check(letter || object["kind"] != "Service", || format!("{} begins with a digit", place(object)))?;
        let identity = (text(&object["kind"]), text(&metadata["namespace"]), name);
        check(seen.insert(identity), || format!("{} is there twice", place(object)))?;
    }
    Ok(())
}

fn is_label_value(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    text.len() <= 63 && text.chars().all(legal) && ends(text.chars().next()) && ends(text.chars().last())
}

fn labels_legal(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().all(|(key, value)| {
            let is_labels = matches!(key.as_str(), "labels" | "matchLabels") && value.is_object();
            let own = value.as_object().into_iter().flatten();
            let legal = !is_labels || own.into_iter().all(|(_, value)| value.as_str().is_some_and(is_label_value));
            legal && labels_legal(value)
        }),
        Value::Array(items) => items.iter().all(labels_legal),
        _ => true,
    }
}

fn selectors(built: &Built<'_>) -> Result<(), String> {
    built
        .objects
        .iter()
        .try_for_each(|object| check(labels_legal(object), || format!("labels of {}", place(object))))?;
    for (workload, template) in built.workloads() {
        let labels = pod_labels(template);
        let mut own = vec![&workload["spec"]["selector"]["matchLabels"]];
        let constraints = list(&template["spec"]["topologySpreadConstraints"]);
        own.extend(constraints.map(|constraint| &constraint["labelSelector"]["matchLabels"]));
        for selector in own {
            let full = selector.as_object().is_some_and(|map| !map.is_empty());
            check(full && selects(selector, &labels), || format!("{} does not select its pods", place(workload)))?;
        }
    }
    for kind in ["PodDisruptionBudget", "NetworkPolicy"] {
        for object in built.of_kind(kind) {
            let selector =
                &object["spec"][if kind == "NetworkPolicy" { "podSelector" } else { "selector" }]["matchLabels"];
            let operated = built.of_kind("Pooler").map(|pooler| &pooler["spec"]["template"]);
            let operators = selector.get("cnpg.io/cluster").is_some();
            let templates = built.workloads().into_iter().map(|(_, template)| template).chain(operated);
            let count = templates.filter(|template| selects(selector, &pod_labels(template))).count();
            // The policy that denies all speaks of every pod of the installation.
            let every = selector.get("app.kubernetes.io/component").is_none();
            let wanted = count == 1 || (kind == "NetworkPolicy" && (every || operators));
            check(wanted, || format!("{} selects {count} workloads", place(object)))?;
        }
    }
    Ok(())
}

fn autoscalers(built: &Built<'_>) -> Result<(), String> {
    for object in built.of_kind("HorizontalPodAutoscaler") {
        let spec = &object["spec"];
        check(spec["minReplicas"].as_u64() <= spec["maxReplicas"].as_u64(), || place(object))?;
        let mut targets =
            built.of_kind("Deployment").filter(|target| target["metadata"]["name"] == spec["scaleTargetRef"]["name"]);
        let target = targets.next().ok_or_else(|| format!("{} scales nothing", place(object)))?;
        check(target["spec"]["replicas"].is_null(), || format!("{} and an autoscaler set replicas", place(target)))?;
    }
    Ok(())
}

/// The fewest pods of a workload.
fn fewest(built: &Built<'_>, workload: &Value) -> u64 {
    let mut scalers = built.of_kind("HorizontalPodAutoscaler");
    let own = |scaler: &&Value| scaler["spec"]["scaleTargetRef"]["name"] == workload["metadata"]["name"];
    let scaled = scalers.find(own).and_then(|scaler| scaler["spec"]["minReplicas"].as_u64());
    let fixed = || workload["spec"]["replicas"].as_u64().or(workload["spec"]["instances"].as_u64());
    scaled.or_else(fixed).unwrap_or(1)
}

fn budgets(built: &Built<'_>) -> Result<(), String> {
    for budget in built.of_kind("PodDisruptionBudget") {
        let selector = &budget["spec"]["selector"]["matchLabels"];
        let operated = built.of_kind("Pooler").map(|pooler| (pooler, &pooler["spec"]["template"]));
        let workloads: Vec<_> = built.workloads().into_iter().chain(operated).collect();
        let owner = workloads.iter().find(|(_, template)| selects(selector, &pod_labels(template)));
        let (workload, _) = owner.ok_or_else(|| place(budget))?;
        let fewest = fewest(built, workload);
        let Some(gone) = budget["spec"]["maxUnavailable"].as_u64() else { continue };
        check(gone > 0, || format!("{} blocks every drain", place(budget)))?;
        check(gone < fewest || built.warns_about(Family::Availability), || {
            format!("{} lets {gone} of {fewest} go", place(budget))
        })?;
    }
    Ok(())
}

fn termination(built: &Built<'_>) -> Result<(), String> {
    for (workload, template) in built.workloads() {
        let grace = template["spec"]["terminationGracePeriodSeconds"].as_u64().unwrap_or(30);
        for container in list(&template["spec"]["containers"]) {
            let hook = &container["lifecycle"]["preStop"];
            let script = text(&hook["exec"]["command"][2]).strip_prefix("sleep ").and_then(|rest| rest.lines().next());
            let slept = script.map(|seconds| seconds.parse().expect("seconds"));
            let stop = hook["sleep"]["seconds"].as_u64().or(slept).unwrap_or(0);
            check(grace >= stop + 10, || format!("{}: {grace} s for a hook of {stop} s", place(workload)))?;
        }
    }
    Ok(())
}

fn pools(built: &Built<'_>) -> Result<(), String> {
    let plan = &built.compilation.plan;
    let Some(pooler) = &plan.pooler else { return Ok(()) };
    let Some((limit, reserved)) = plan.database.connections() else { return Ok(()) };
    let used = u64::from(pooler.pool_size) * u64::from(pooler.replicas + 2) + u64::from(reserved);
    check(used <= u64::from(limit) || built.warns_about(Family::Database), || format!("{used} of {limit} connections"))
}

fn sharing(built: &Built<'_>) -> Result<(), String> {
    let scale = &built.compilation.plan.scale;
    if scale.pods == 1 {
        return Ok(());
    }
    let sqlite = matches!(built.compilation.plan.database, DatabasePlan::Sqlite(_));
    check(!sqlite, || format!("SQLite and {} pods", scale.pods))?;
    for (workload, template) in built.workloads().iter().filter(|(workload, _)| workload["kind"] == "Deployment") {
        for (kind, name) in referred(template).iter().filter(|(kind, _)| *kind == "PersistentVolumeClaim") {
            let claims = built.of_kind(kind).filter(|claim| claim["metadata"]["name"] == *name);
            for claim in claims {
                let many = list(&claim["spec"]["accessModes"]).any(|mode| mode == "ReadWriteMany");
                check(many, || format!("{} shares {name}", place(workload)))?;
            }
        }
    }
    Ok(())
}

fn gated(built: &Built<'_>) -> Result<(), String> {
    if built.spec["spec"]["scaling"]["mode"] != "standby" {
        return Ok(());
    }
    let workloads = built.workloads();
    let of_memos = |template: &Value| pod_labels(template).get("app.kubernetes.io/component") == Some(&"memos");
    let (_, template) = workloads.iter().find(|(_, template)| of_memos(template)).ok_or("no Memos")?;
    let starts = |container: &Value, script: &str| list(&container["command"]).any(|word| text(word).ends_with(script));
    let pod = &template["spec"];
    let memos = list(&pod["containers"]).find(|container| container["name"] == "memos").ok_or("no container")?;
    check(starts(memos, "/gate.sh"), || "no gate".to_owned())?;
    check(memos["startupProbe"].is_null(), || "a pod that stands by never starts".to_owned())?;
    let keeper = list(&pod["initContainers"]).find(|container| starts(container, "/keeper.sh"));
    check(keeper.is_some_and(|keeper| keeper["restartPolicy"] == "Always"), || "no keeper beside it".to_owned())?;
    let in_memory = |volume: &Value| volume["name"] == "lease" && volume["emptyDir"]["medium"] == "Memory";
    check(list(&pod["volumes"]).any(in_memory), || "the lease is not in memory".to_owned())
}

fn control_characters(built: &Built<'_>) -> Result<(), String> {
    for (path, content) in built.artifacts {
        let bad = content
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'));
        check(bad.is_none(), || format!("{path} holds {bad:?}"))?;
    }
    Ok(())
}

fn stock_replicas(built: &Built<'_>) -> Result<(), String> {
    let plan = &built.compilation.plan;
    let silent = plan.scale.max > 1 && !plan.memos.capabilities.shared_cache && !built.warns_about(Family::Image);
    check(!silent, || format!("{} processes", plan.scale.max))
}

fn no_secret(built: &Built<'_>) -> Result<(), String> {
    check(built.of_kind("Secret").next().is_none(), || "a Secret was built".to_owned())
}
