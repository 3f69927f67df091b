//! The trees under `golden/`: each is what its spec builds, byte for byte.
//!
//! A case is a folder with `memos.yaml`; `deploy/` is the tree as `memos-gen build -o` leaves it, and `diagnostics.txt` what is
//! said meanwhile, if anything is. `MEMOS_GEN_UPDATE=1 cargo test --test golden` writes both anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use memos_gen::cli::tree;
use memos_gen::compile;
use memos_gen::emit::Artifacts;
use serde_json::Value;

#[path = "support/cases.rs"]
mod cases;
#[path = "support/compiling.rs"]
mod compiling;

use compiling::{Outcome, Request};

/// One case: its name, its spec, and what comes of it.
struct Case {
    name: String,
    spec: Vec<u8>,
    outcome: Outcome,
}

impl Case {
    fn build(&self) -> Artifacts {
        let compilation = self.outcome.compilation.as_ref();
        let compilation = compilation.unwrap_or_else(|| panic!("{}: {}", self.name, self.outcome.text()));
        compiling::artifacts(compilation).unwrap_or_else(|error| panic!("{}: {}", self.name, error.message))
    }

    /// The objects of the tree, read back from its files.
    fn objects(&self) -> Vec<(String, Value)> {
        let manifests = self.build().into_iter().filter(|(path, _)| path.starts_with("manifests/"));
        manifests.map(|(path, text)| (format!("{}/{path}", self.name), serde_yaml::from_str(&text).unwrap())).collect()
    }
}

fn compile(spec: &[u8]) -> Outcome {
    let request = Request { files: vec![("memos.yaml", spec)], ..Request::default() };
    compiling::compile(&compile::validator(), &request)
}

/// Every case, compiled once.
fn all() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let folder = cases::root().join("golden");
        let names = cases::folders(&folder).into_iter().filter(|name| name != "invalid");
        let read = |name: String| {
            let path = folder.join(&name).join("memos.yaml");
            let spec = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let outcome = compile(&spec);
            Case { name, spec, outcome }
        };
        names.map(read).collect()
    })
}

/// What `build -o` leaves in `deploy`, its list of files included, but without the empty file that it locks.
fn written(artifacts: &Artifacts, deploy: &Path) -> BTreeMap<String, String> {
    tree::write(deploy, artifacts, true).unwrap();
    fs::remove_file(deploy.join(".memos-gen/lock")).ok();
    cases::files(deploy)
}

/// The files of a case: its tree, and what was said.
fn expected(case: &Case, deploy: &Path) -> BTreeMap<String, String> {
    let built = written(&case.build(), deploy);
    let mut files: BTreeMap<_, _> = built.into_iter().map(|(path, text)| (format!("deploy/{path}"), text)).collect();
    let said = case.outcome.text();
    if !said.is_empty() {
        files.insert("diagnostics.txt".to_owned(), said);
    }
    files
}

#[test]
fn every_tree_is_what_its_spec_builds() {
    let mut differences = Vec::new();
    for case in all() {
        let folder = cases::root().join("golden").join(&case.name);
        if cases::updating() {
            rewrite(case, &folder);
            continue;
        }
        let work = tempfile::tempdir().unwrap();
        let built = expected(case, &work.path().join("deploy"));
        let mut golden = cases::files(&folder);
        golden.remove("memos.yaml");
        golden.remove("deploy/.memos-gen/lock");
        let difference = cases::difference(&golden, &built);
        if !difference.is_empty() {
            differences.push((case.name.clone(), difference));
        }
    }
    cases::judge(&differences);
}

/// The old tree goes first, since files that are in nobody's list would stay.
fn rewrite(case: &Case, folder: &Path) {
    let deploy = folder.join("deploy");
    let work = tempfile::tempdir().unwrap();
    let files = expected(case, &work.path().join("deploy"));
    for path in cases::files(folder).keys().filter(|path| *path != "memos.yaml" && !files.contains_key(*path)) {
        fs::remove_file(folder.join(path)).unwrap();
    }
    for (path, text) in &files {
        cases::write(&folder.join(path), text);
    }
    assert!(deploy.is_dir(), "{} was not written", deploy.display());
}

#[test]
fn every_case_says_in_its_first_line_what_it_is_for() {
    for case in all() {
        let spec = String::from_utf8_lossy(&case.spec);
        let first = spec.lines().next().unwrap_or_default();
        let comment = first.strip_prefix("# ").unwrap_or_default();
        assert!(comment.len() > 20 && comment.ends_with('.'), "{}: `{first}` is not a sentence", case.name);
    }
}

#[test]
fn the_five_profiles_are_cases_as_they_stand() {
    for (profile, _, _) in memos_gen::profile::PROFILES {
        let case = all().iter().find(|case| case.name == profile);
        let spec = String::from_utf8_lossy(&case.unwrap_or_else(|| panic!("no golden/{profile}")).spec).into_owned();
        let wanted = format!(
            "# The profile `{profile}` as it stands.\napiVersion: memos-gen.dev/v1alpha1\nkind: Memos\nprofile: {profile}\n"
        );
        assert_eq!(spec, wanted);
    }
}

#[test]
fn a_second_build_writes_the_same_bytes() {
    for case in all() {
        let again = Case { name: case.name.clone(), spec: case.spec.clone(), outcome: compile(&case.spec) };
        assert_eq!(case.build(), again.build(), "{}", case.name);
        assert_eq!(case.outcome.text(), again.outcome.text(), "{}", case.name);
    }
}

#[test]
fn every_file_is_read_by_an_independent_reader() {
    for case in all() {
        for (path, text) in case.build().iter().filter(|(path, _)| path.ends_with(".yaml")) {
            let read = serde_yaml::from_str::<Value>(text);
            assert!(read.as_ref().is_ok_and(|value| value["kind"].is_string()), "{}/{path}: {read:?}", case.name);
        }
    }
}

#[test]
fn no_tree_holds_a_secret() {
    for (place, object) in all().iter().flat_map(Case::objects) {
        assert_ne!(object["kind"], "Secret", "{place}");
        for (path, text) in texts(&object, String::new()) {
            assert!(!text.contains("PRIVATE KEY"), "{place}: a key at {path}");
            assert!(!has_password_in_url(&text), "{place}: a password in the address at {path}: {text}");
        }
        for variable in variables(&object) {
            let name = variable["name"].as_str().unwrap_or_default();
            let is_secret = ["PASSWORD", "TOKEN", "API_KEY", "SECRET"].iter().any(|word| name.ends_with(word));
            let value = variable["value"].as_str().unwrap_or_default();
            assert!(!is_secret || value.is_empty() || value.starts_with("$("), "{place}: {name} has a value");
        }
    }
}

/// Whether there is `scheme://user:password@` with anything but a reference or a template for the password.
fn has_password_in_url(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let authority = text[at + 3..].split(['/', ' ', '\n']).next().unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else { return false };
        let password = user.split_once(':').map_or("", |(_, password)| password);
        !password.is_empty() && !password.starts_with("$(") && !password.starts_with("{{")
    })
}

#[test]
fn a_password_in_an_address_is_seen() {
    assert!(has_password_in_url("x postgres://memos:hunter2@db/memos"));
    assert!(has_password_in_url("redis://:hunter2@cache:6379/0"));
    assert!(!has_password_in_url("redis://:{{ .password }}@cache:6379/0"));
    assert!(!has_password_in_url("postgres://memos@db:5432/memos http://a:1/b@c"));
}

/// Every text of an object with its path.
fn texts(value: &Value, path: String) -> Vec<(String, String)> {
    match value {
        Value::String(text) => vec![(path, text.clone())],
        Value::Array(items) => items.iter().flat_map(|item| texts(item, format!("{path}[]"))).collect(),
        Value::Object(map) => map.iter().flat_map(|(key, value)| texts(value, format!("{path}.{key}"))).collect(),
        _ => Vec::new(),
    }
}

/// Every environment variable of an object, wherever its containers stand.
fn variables(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(variables).collect(),
        Value::Object(map) => {
            let own = map.get("env").and_then(Value::as_array).into_iter().flatten();
            own.chain(map.values().flat_map(variables)).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn the_specs_for_scanners_have_no_image_without_a_digest() {
    let case = all().iter().find(|case| case.name == "digests-mirror").expect("golden/digests-mirror");
    let images: BTreeSet<String> = case
        .objects()
        .iter()
        .flat_map(|(_, object)| texts(object, String::new()))
        .filter(|(path, _)| path.ends_with(".image"))
        .map(|(_, image)| image)
        .collect();
    assert!(!images.is_empty());
    for image in images {
        assert!(image.contains("@sha256:") && image.starts_with("registry.example.com/"), "{image}");
    }
}

#[test]
fn every_example_builds_and_leaves_nothing_to_fill_in() {
    let folder = cases::root().join("examples");
    let mut names: Vec<_> = cases::files(&folder).into_keys().collect();
    names.retain(|name| name.ends_with(".yaml"));
    assert_eq!(names, ["aws.yaml", "azure.yaml", "dev.yaml", "divinesense.yaml", "gcp.yaml"]);
    for name in names {
        let text = fs::read(folder.join(&name)).unwrap();
        let request = Request { files: vec![(name.as_str(), &text)], strict: true, ..Request::default() };
        let outcome = compiling::compile(&compile::validator(), &request);
        let compilation = outcome.compilation.as_ref().unwrap_or_else(|| panic!("{}", outcome.text()));
        assert_eq!(compilation.validated.placeholders(), [], "{name}");
        assert!(!compiling::artifacts(compilation).unwrap().is_empty());
        let lines = String::from_utf8(text).unwrap().lines().filter(|line| !line.trim_start().starts_with('#')).count();
        assert!(lines <= 40, "{name} has {lines} lines without its comments");
    }
}
