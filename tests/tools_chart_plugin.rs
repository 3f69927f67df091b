//! The program as two plugins of Helm 4, and as a program that Helm 3 runs; `scripts/install-tools checkers chart` installs both.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

#[path = "support/tools.rs"]
mod tools;

/// A folder in which Helm keeps everything, with both plugins installed.
struct Helm {
    folder: tempfile::TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Helm {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let program = Path::new(env!("CARGO_BIN_EXE_memos-gen")).parent().unwrap();
        let settings = vec![
            ("HELM_CACHE_HOME", path("cache")),
            ("HELM_CONFIG_HOME", path("config")),
            ("HELM_DATA_HOME", path("data")),
            ("PATH", format!("{}:{}", program.display(), std::env::var("PATH").unwrap())),
        ];
        let helm = Self { folder, settings };
        for plugin in ["memos", "memos-check"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("helm-plugin").join(plugin);
            let output = helm.output(&["plugin", "install", path.to_str().unwrap()]);
            assert!(output.status.success(), "{plugin}: {}", text(&output.stderr));
        }
        helm
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn output(&self, arguments: &[&str]) -> Output {
        self.output_of("helm", arguments)
    }

    fn output_of(&self, helm: &str, arguments: &[&str]) -> Output {
        let settings: Vec<(&str, &str)> = self.settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        tools::output_with(&settings, helm, arguments, "")
    }

    /// Compiles a profile by the plugin into the templates of a chart, with a hook beside them.
    fn chart(&self) -> String {
        let tree = self.path("tree");
        let output = self.output(&["memos", "build", "--profile", "dev", "-o", tree.to_str().unwrap()]);
        let (said, found) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success() && said.starts_with("dev: 26 objects in "), "{said}{found}");
        assert!(found.contains("warning[MG0209]"), "{found}");
        let templates = self.path("chart/templates");
        fs::create_dir_all(&templates).unwrap();
        for entry in fs::read_dir(tree.join("manifests")).unwrap().map(Result::unwrap) {
            // Texts of scripts hold braces of their own, which are no template.
            let content = fs::read_to_string(entry.path()).unwrap().replace("{{", "{{`{{`}}");
            fs::write(templates.join(entry.file_name()), content).unwrap();
        }
        let hook = "apiVersion: v1\nkind: Pod\nmetadata: {name: ask, annotations: {helm.sh/hook: test}}\n\
            spec: {restartPolicy: Never, containers: [{name: ask, image: 'ask:1'}]}\n";
        fs::write(templates.join("hook.yaml"), hook).unwrap();
        fs::write(self.path("chart/Chart.yaml"), "apiVersion: v2\nname: chart\nversion: 0.1.0\n").unwrap();
        self.path("chart").to_str().unwrap().to_owned()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn what_is_right_passes_as_it_is() {
    let helm = Helm::new();
    let chart = helm.chart();
    let plain = helm.output(&["template", "memos", &chart]);
    let checked = helm.output(&["template", "memos", &chart, "--post-renderer", "memos-check"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    assert_eq!(text(&checked.stdout), text(&plain.stdout));
    assert_eq!(text(&plain.stdout).matches("\nkind: ").count(), 27);
}

#[test]
fn what_is_wrong_is_told_and_stops_helm() {
    let helm = Helm::new();
    let chart = helm.chart();
    let path = helm.path("chart/templates/apps_v1_deployment_memos.yaml");
    let wrong = fs::read_to_string(&path).unwrap().replace("enableServiceLinks: false", "enableServiceLinks: true");
    fs::write(path, wrong).unwrap();
    let output = helm.output(&["template", "memos", &chart, "--post-renderer", "memos-check"]);
    let said = text(&output.stderr);
    assert!(!output.status.success() && !text(&output.stdout).contains("kind: "), "{}", text(&output.stdout));
    assert!(said.contains("error[MG1003]: the pods of `Deployment/memos` get variables from every Service"), "{said}");
    assert!(said.contains("it is rendered from `chart/templates/apps_v1_deployment_memos.yaml`"), "{said}");
    assert!(said.contains("plugin \"memos-check\" exited with error"), "{said}");
}

/// Helm 3 has no plugins of this kind; it runs a program and gives it arguments.
#[test]
fn helm_3_runs_the_program() {
    let helm = Helm::new();
    let chart = helm.chart();
    let through =
        ["--post-renderer", "memos-gen", "--post-renderer-args", "chart", "--post-renderer-args", "post-render"];
    let plain = helm.output_of("helm3", &["template", "memos", &chart, "--no-hooks"]);
    let checked = helm.output_of("helm3", &[&["template", "memos", &chart, "--no-hooks"], through.as_slice()].concat());
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    assert_eq!(text(&checked.stdout).trim(), text(&plain.stdout).trim());
    let path = helm.path("chart/templates/v1_service_memos.yaml");
    let wrong = fs::read_to_string(&path).unwrap().replace("component: memos", "component: nobody");
    fs::write(path, wrong).unwrap();
    let refused = helm.output_of("helm3", &[&["template", "memos", &chart], through.as_slice()].concat());
    assert!(!refused.status.success() && text(&refused.stderr).contains("error[MG1006]"), "{}", text(&refused.stderr));
}

/// A warning is told and lets pass, unless it is taken for an error.
#[test]
fn arguments_reach_the_program() {
    let helm = Helm::new();
    let chart = helm.chart();
    let path = helm.path("chart/templates/hook.yaml");
    let hook = fs::read_to_string(&path).unwrap().replace("image: ", "imagePull: Always, image: ");
    fs::write(path, hook).unwrap();
    let arguments = ["template", "memos", &chart, "--post-renderer", "memos-check"];
    let output = helm.output(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("warning[MG0962]"), "{}", text(&output.stderr));
    let strict = helm.output(&[arguments.as_slice(), &["--post-renderer-args", "--strict"]].concat());
    assert!(!strict.status.success() && text(&strict.stderr).contains("error[MG0962]"), "{}", text(&strict.stderr));
}
