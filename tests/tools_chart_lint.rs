//! What packagers check a chart with: `ct lint`, `helm lint --strict` and the chart's own suites.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

#[path = "support/chart.rs"]
mod chart;
#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use chart::HELMS;
use memos_gen::profile::PROFILES;

/// Where a program lies.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("{name} not found: run scripts/install-tools chart and put its bin on PATH"))
}

/// The chart in `memos` of a folder, with the values of the profiles where `ct` looks for values to lint with.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().join("memos");
    chart::write_chart(&chart);
    fs::create_dir(chart.join("ci")).unwrap();
    for (profile, ..) in PROFILES {
        let from = chart.join(format!("values-{profile}.yaml"));
        fs::copy(from, chart.join(format!("ci/{profile}-values.yaml"))).unwrap();
    }
    folder
}

/// `ct lint`, with a program as its Helm, and with the two files beside it that it does not carry inside.
fn ct_lint(helm: &str, folder: &Path) -> Output {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    if !bin.join("helm").exists() {
        std::os::unix::fs::symlink(program(helm), bin.join("helm")).unwrap();
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let beside = program("ct").parent().unwrap().with_file_name("ct");
    let (chart, schema, lint) = (folder.join("memos"), beside.join("chart_schema.yaml"), beside.join("lintconf.yaml"));
    let arguments = [
        "lint",
        "--charts",
        chart.to_str().unwrap(),
        "--chart-yaml-schema",
        schema.to_str().unwrap(),
        "--lint-conf",
        lint.to_str().unwrap(),
        "--helm-lint-extra-args",
        "--strict",
        // Maintainers are looked up at their forge, and versions in the history of a repository: neither is here.
        "--validate-maintainers=false",
        "--check-version-increment=false",
    ];
    tools::output_with(&[("PATH", &path)], "ct", &arguments, "")
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn ct_lint_finds_nothing() {
    for helm in HELMS {
        let folder = folder();
        let output = ct_lint(helm, folder.path());
        let told = told(&output);
        assert!(output.status.success() && told.contains("All charts linted successfully"), "{helm}: {told}");
        for (profile, ..) in PROFILES {
            assert!(told.contains(&format!("ci/{profile}-values.yaml\"...")), "{helm}, {profile}: {told}");
        }
        assert!(!told.contains("[WARNING]") && !told.contains("[ERROR]"), "{helm}: {told}");
    }
}

/// Faults of every kind that it looks for are found, with one Helm or the other: it does look.
#[test]
fn ct_lint_finds_what_is_wrong() {
    let faults = [
        ("Chart.yaml", "unknown: true\n", "Unexpected element"),
        ("Chart.yaml", "keywords:   []\n", "too many spaces after colon"),
        ("values.yaml", "trailing: true \n", "trailing spaces"),
        ("ci/aws-values.yaml", "databse: {}\n", "databse"),
        ("templates/fault.yaml", "a: {{ .Values.database.kind.below }}\n", "fault.yaml"),
    ];
    for ((file, line, words), helm) in faults.into_iter().zip(HELMS.into_iter().cycle()) {
        let folder = folder();
        let path = folder.path().join("memos").join(file);
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, before + line).unwrap();
        let output = ct_lint(helm, folder.path());
        let told = told(&output);
        assert!(!output.status.success() && told.contains(words), "{helm} takes {file} with {line}: {told}");
    }
}

/// The defaults alone: `ct` lints with the files of `ci` only.
#[test]
fn helm_lint_finds_nothing_in_the_defaults() {
    let folder = folder();
    let chart = folder.path().join("memos");
    for helm in HELMS {
        let told = tools::run(helm, &["lint", "--strict", chart.to_str().unwrap()], "");
        assert!(told.contains("1 chart(s) linted, 0 chart(s) failed") && !told.contains("[WARNING]"), "{helm}: {told}");
    }
}

#[test]
fn the_shipped_suites_pass() {
    let folder = folder();
    let told = tools::run("helm-unittest", &["--color=false", folder.path().join("memos").to_str().unwrap()], "");
    let suites = PROFILES.len() + 1;
    assert!(told.contains(&format!("Test Suites: {suites} passed, {suites} total")), "{told}");
}
