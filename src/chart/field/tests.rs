use super::*;
use crate::spec::Spec;

#[test]
fn every_knob_is_a_field_or_a_section_of_fields() {
    let offered = offered();
    let paths: Vec<&str> = offered.fields().into_iter().map(|field| field.path.as_str()).collect();
    for knob in KNOBS {
        let below = format!("{knob}.");
        let is_below = |path: &&&str| **path == *knob || path.starts_with(&below);
        assert!(paths.iter().any(|path| is_below(&path)), "{knob} is no field of the spec");
    }
    assert_eq!(paths.len(), paths.iter().collect::<std::collections::BTreeSet<_>>().len());
}

/// The initial values, without nulls and the sections that are then not there, are the built-in defaults of the spec.
#[test]
fn the_initial_values_are_the_defaults_of_the_spec() {
    fn values(section: &Section) -> Value {
        let mut map = Map::new();
        for entry in &section.entries {
            match entry {
                Entry::Field(field) if !field.initial.is_null() => {
                    map.insert(field.name().to_owned(), field.initial.clone());
                }
                Entry::Section(below) if below.kinds.is_empty() && !below.optional => {
                    map.insert(below.name().to_owned(), values(below));
                }
                _ => {}
            }
        }
        Value::Object(map)
    }
    let spec: Spec = serde_json::from_value(values(&offered())).unwrap();
    assert_eq!(spec, Spec::default());
}

/// What [`Walk::section`] rests on, and what the schema of the values rests on.
#[test]
fn sections_mean_the_same_in_every_kind_and_need_nothing_when_nothing_is_chosen() {
    fn sections(section: &Section, visit: &mut impl FnMut(&Section)) {
        visit(section);
        for entry in &section.entries {
            if let Entry::Section(below) = entry {
                sections(below, visit);
            }
        }
    }
    let schema = merged_schema();
    for definition in schema["$defs"].as_object().unwrap().values() {
        let walk = Walk { schema: &schema };
        for (name, variants) in members(definition, None) {
            let target = |variant: &Variant<'_>| walk.target(variant.schema).clone();
            if is_section(&target(&variants[0])) {
                assert!(variants.iter().all(|variant| target(variant) == target(&variants[0])), "{name}");
                assert!(variants.iter().all(|variant| variant.required == variants[0].required), "{name}");
                assert!(variants.iter().all(|variant| variant.default == variants[0].default), "{name}");
            }
        }
    }
    sections(&offered(), &mut |section| {
        let Some(choice) = &section.choice else { return };
        let default = choice.default.as_deref().expect(&section.path);
        for entry in &section.entries {
            match entry {
                Entry::Field(field) if field.name() != choice.tag => {
                    assert!(field.form(default).is_none_or(|form| !form.required), "{}", field.path);
                }
                Entry::Section(below) => {
                    assert!(!below.required || !below.kinds.iter().any(|kind| kind == default), "{}", below.path);
                }
                Entry::Field(_) => {}
            }
        }
    });
}

#[test]
fn kinds_forms_and_defaults_are_found() {
    let offered = offered();
    let fields = offered.fields();
    let field = |path: &str| *fields.iter().find(|field| field.path == path).unwrap();
    let seen = |path: &str| {
        let field = field(path);
        let forms = field.forms.iter().map(|form| {
            let default = form.default.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
            format!("{} {default}{}", form.kinds.join("+"), if form.required { " required" } else { "" })
        });
        format!("{} | {}", field.initial, forms.collect::<Vec<_>>().join(", "))
    };
    assert_eq!(seen("database.kind"), r#""sqlite" |  "sqlite""#);
    assert_eq!(seen("database.version"), "null | postgres+cluster 18, managed -");
    assert_eq!(seen("exposure.host"), "null | gateway+ingress - required, loadBalancer -");
    assert_eq!(seen("exposure.tls.kind"), r#"null |  "certManager""#);
    assert_eq!(seen("memos.logLevel"), r#""info" |  "info""#);
    assert_eq!(seen("availability.zones"), "3 |  3");
}

/// Helm reads numbers as floating point, and writes those from a million on with an exponent.
#[test]
fn no_offered_number_reaches_a_million() {
    for field in offered().fields() {
        for form in field.forms.iter().filter(|form| form.schema["type"] == "integer") {
            assert!(form.schema["maximum"].as_i64().is_some_and(|most| most < 1_000_000), "{}", field.path);
        }
    }
}
