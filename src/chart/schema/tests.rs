use super::*;
use crate::chart::profile::profile_values;
use crate::chart::values::values_yaml;
use crate::profile::PROFILES;

pub(super) fn parsed(yaml: &str) -> Value {
    serde_yaml::from_str(yaml).unwrap()
}

/// As Helm puts values files together: maps by key, all else replaced, null takes a key away.
pub(super) fn merged(mut below: Value, above: &Value) -> Value {
    if let (Value::Object(below), Value::Object(above)) = (&mut below, above) {
        for (key, value) in above {
            match below.get_mut(key) {
                Some(_) if value.is_null() => {
                    below.shift_remove(key);
                }
                Some(known) if known.is_object() && value.is_object() => *known = merged(known.take(), value),
                _ => {
                    below.insert(key.clone(), value.clone());
                }
            }
        }
    }
    below
}

fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&values_schema()).unwrap()
}

fn says(validator: &jsonschema::Validator, values: &str) -> Vec<String> {
    let values = merged(parsed(&values_yaml()), &parsed(values));
    validator.iter_errors(&values).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_values_and_those_of_each_profile_are_legal() {
    let validator = validator();
    assert_eq!(says(&validator, "{}"), Vec::<String>::new());
    for (profile, ..) in PROFILES {
        assert_eq!(says(&validator, &profile_values(profile)), Vec::<String>::new(), "{profile}");
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let validator = validator();
    let redis = "cache: {kind: redis}";
    let cases = [
        ("databse: {}", "databse"),
        ("database: {knd: sqlite}", "knd"),
        ("network: {dns: {mod: strict}}", "mod"),
        ("components: {memos: {resources: {requests: {cpus: 1}}}}", "cpus"),
        ("scaling: {mode: replicas, min: \"3\"}", "/scaling/min"),
        ("memos: {logLevel: loud}", "/memos/logLevel"),
        ("memos: {uploadSizeLimitMb: 0}", "/memos/uploadSizeLimitMb"),
        ("memos: {uploadSizeLimitMb: null}", "uploadSizeLimitMb"),
        ("database: null", "database"),
        ("database: {tls: null}", "tls"),
        ("database: {kind: null}", "kind"),
        ("database: {host: a.example.com}", "/database/host"),
        ("database: {tls: {mode: require}}", "/database/tls/mode"),
        ("database: {kind: postgres, version: 30}", "/database/version"),
        ("database: {kind: managed, version: 4}", "/database/version"),
        ("database: {kind: managed, cloudSqlProxy: {iamLogin: true}}", "/database/cloudSqlProxy/instance"),
        ("database: {kind: managed, tls: {ca: {kind: configMap}}}", "/database/tls/ca/name"),
        ("database: {kind: managed, tls: {ca: {name: a}}}", "/database/tls/ca/name"),
        ("database: {kind: managed, tls: {ca: {kind: system, key: a}}}", "/database/tls/ca/key"),
        ("database: {kind: managed, networks: [10.0.0.0/33]}", "/database/networks/0"),
        ("database: {kind: postgres, memory: 1G}", "/database/memory"),
        ("cache: {kind: managed}", "/cache/host"),
        ("exposure: {kind: gateway, class: istio}", "/exposure/host"),
        ("exposure: {kind: loadBalancer, tls: {kind: secret}}", "/exposure/tls/kind"),
        ("exposure: {kind: gateway, class: istio, host: a.b, tls: {certificate: x}}", "/exposure/tls/certificate"),
        ("exposure: {kind: gateway, class: a b, host: a.b}", "/exposure/class"),
        ("memos: {version: 0.29.1}", "/memos/version"),
        ("exposure: {kind: loadBalancer, annotations: {a b: c}}", "a b"),
        ("secrets: {kind: external}", "/secrets/store/name"),
        ("secrets: {kind: external, store: {kind: SecretStore}}", "/secrets/store/name"),
        ("secrets: {kind: local, names: {database: a}}", "/secrets/names/database"),
        ("attachments: {kind: s3, size: 1Gi}", "/attachments/size"),
        ("attachments: {class: {kind: efs}}", "/attachments/class/fileSystemId"),
        ("kubernetes: {identity: {kind: irsa}}", "/kubernetes/identity/roleArn"),
        ("kubernetes: {identity: {roleArn: 'arn:aws:iam::123456789012:role/memos'}}", "/kubernetes/identity/roleArn"),
        ("components: {memos: {labels: {app.kubernetes.io/name: a}}}", "app.kubernetes.io/name"),
        ("components: {memos: {podLabels: {helm.sh/chart: a}}}", "helm.sh/chart"),
        ("components: {memos: {labels: {a: b c}}}", "/components/memos/labels/a"),
        ("components: {memos: {affinity: {other: {}}}}", "other"),
        ("components: {redis: {resources: {limits: {cpu: 2}}}}", "/components/redis/resources/limits/cpu"),
        ("nameOverride: Memos", "/nameOverride"),
        ("fullnameOverride: 1memos", "/fullnameOverride"),
        ("enabled: 'no'", "/enabled"),
        ("global: 1", "/global"),
    ];
    for (values, about) in cases {
        let found = says(&validator, values);
        assert!(found.iter().any(|error| error.contains(about)), "{values}: {found:?}");
    }
    assert_eq!(says(&validator, redis), Vec::<String>::new());
}

#[test]
fn what_a_choice_allows_is_accepted() {
    let validator = validator();
    let cases = [
        "global: {imageRegistry: a, other: [1]}\nenabled: false\nnameOverride: notes\nfullnameOverride: my-notes",
        "database: {kind: postgres, version: 17, memory: 1Gi, storage: {size: 20Gi}, pooler: {enabled: false}}",
        "database: {kind: managed, host: db.example.com, tls: {ca: {kind: secret, name: ca, key: ca.pem}}}",
        "database: {kind: managed, cloudSqlProxy: {instance: 'p:r:i', iamLogin: true}}",
        "exposure: {kind: ingress, host: a.example.com, class: alb, tls: {issuer: mine}, edge: {affinity: true}}",
        "exposure: {kind: loadBalancer, annotations: {example.com/a: 'b c'}, sourceRanges: [10.0.0.0/8]}",
        "secrets: {kind: external, store: {name: a}, prefix: ''}",
        "attachments: {class: {kind: filestore, tier: zonal}}",
        "components: {memos: {labels: {example.com/team: a}, affinity: {nodeAffinity: {a: 1}}, extraEnv: [{name: A, value: b}]}}",
        "components: {pooler: {resources: {requests: {cpu: 250m, memory: 64Mi}, limits: {cpu: '1'}}}}",
    ];
    for values in cases {
        assert_eq!(says(&validator, values), Vec::<String>::new(), "{values}");
    }
}

/// The examples of a field are legal where the field may be given.
#[test]
fn examples_are_legal() {
    let schema = values_schema();
    let offered = offered();
    for field in offered.fields() {
        for form in &field.forms {
            let mut alone = Value::Object(keywords(field, form, false));
            alone["definitions"] = schema["definitions"].clone();
            let found = jsonschema::validator_for(&alone).unwrap();
            let example = example::of(field);
            assert!(found.is_valid(&example), "{}: {example}", field.path);
        }
    }
}

#[test]
fn only_keywords_of_the_old_draft_stand_in_it() {
    fn walk(schema: &Value, visit: &mut impl FnMut(&Map<String, Value>)) {
        match schema {
            Value::Object(keywords) => {
                visit(keywords);
                keywords
                    .iter()
                    .filter(|(key, _)| !["examples", "default", "enum"].contains(&key.as_str()))
                    .for_each(|(_, value)| walk(value, visit));
            }
            Value::Array(list) => list.iter().for_each(|value| walk(value, visit)),
            _ => {}
        }
    }
    let schema = values_schema();
    let text = schema.to_string();
    for word in ["$defs", "unevaluated", "dependentRequired", "prefixItems", "\"format\":", "https://"] {
        assert!(!text.contains(word) || word == "https://", "{word}");
    }
    walk(&schema, &mut |keywords| {
        if let Some(target) = keywords.get("$ref").and_then(Value::as_str) {
            assert_eq!(keywords.len(), 1, "{keywords:?}");
            let pointer = target.strip_prefix('#').expect(target);
            assert!(schema.pointer(pointer).is_some(), "{target}");
        }
    });
}
