//! `memos-gen chart` and `memos-gen check --objects`, as their users run them.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use memos_gen::chart::files::chart_files;
use memos_gen::chart::package::{archive, digest, layout, oci_layout, provenance_body};

#[path = "support/program.rs"]
mod program;

use program::{Folder, Run, finished};

/// A stream with one warning, which `--strict` makes an error, and with something that no reader may change.
const STREAM: &str =
    "\u{feff}# Source: a\r\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndatum: {a: yes}\n\n---\n";

fn with_stdin(folder: &Folder, arguments: &[&str], input: &[u8]) -> Run {
    let mut command = folder.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    finished(&child.wait_with_output().unwrap())
}

#[test]
fn a_package_is_written_and_named_with_its_digests() {
    let folder = Folder::new();
    let chart = chart_files();
    let packed = archive(&chart).unwrap();
    let body = provenance_body(&chart, &packed).unwrap();
    let files = oci_layout(&chart, &packed, None).unwrap();
    let (version, manifest) = (&chart.version, layout::manifest_digest(&files).unwrap());
    let expected = format!(
        "dist/memos-{version}.tgz: {}\ndist/memos-{version}.oci: {manifest}\ndist/memos-{version}.tgz.prov.unsigned: {}\n  \
         install: helm install memos dist/memos-{version}.tgz\n  \
         sign: gpg --clearsign --output dist/memos-{version}.tgz.prov dist/memos-{version}.tgz.prov.unsigned\n  \
         publish: skopeo copy oci:dist/memos-{version}.oci:{version} docker://REGISTRY/memos:{version}\n",
        digest(&packed),
        digest(body.as_bytes()),
    );
    for _ in 0..2 {
        let run = folder.run(&["chart", "package", "-o", "dist"]);
        assert_eq!(run, Run { status: 0, stdout: expected.clone(), stderr: String::new() });
    }
    let mut paths: Vec<String> = files.keys().map(|path| format!("dist/memos-{version}.oci/{path}")).collect();
    paths.push(format!("dist/memos-{version}.tgz"));
    paths.push(format!("dist/memos-{version}.tgz.prov.unsigned"));
    assert_eq!(folder.files(), paths);
    assert_eq!(std::fs::read(folder.path(&format!("dist/memos-{version}.tgz"))).unwrap(), packed);
}

#[test]
fn a_published_version_does_not_change() {
    let folder = Folder::new();
    let name = format!("memos-{}.tgz", env!("CARGO_PKG_VERSION"));
    folder.write(&name, "mine");
    let run = folder.run(&["chart", "package"]);
    assert_eq!(run.status, 2);
    assert_eq!(
        run.stderr,
        format!(
            "error: `./{name}` is there with other content, and a published version does not change\n  \
             = help: choose another folder with `-o`, or overwrite it with `--force` if it was never published\n"
        )
    );
    assert_eq!((folder.files(), folder.read(&name)), (vec![name.clone()], "mine".to_owned()));
    assert_eq!(folder.run(&["chart", "package", "--force"]).status, 0);
    assert_eq!(std::fs::read(folder.path(&name)).unwrap(), archive(&chart_files()).unwrap());
}

#[test]
fn a_signature_of_something_else_is_refused() {
    let folder = Folder::new();
    folder.write("signed", "hello");
    let run = folder.run(&["chart", "package", "-o", "dist", "--provenance", "signed"]);
    assert_eq!(run.status, 2);
    assert_eq!(
        run.stderr,
        format!(
            "error: `signed` cannot be packaged: the provenance file is not signed: make it with `gpg --clearsign`\n  \
             = help: sign the file `memos-{}.tgz.prov.unsigned` that this version writes\n",
            env!("CARGO_PKG_VERSION")
        )
    );
    assert_eq!(folder.files(), ["signed"]);
    assert_eq!(folder.run(&["chart", "package", "--provenance", "absent"]).status, 2);
}

#[test]
fn objects_pass_byte_for_byte() {
    let folder = Folder::new();
    let run = with_stdin(&folder, &["chart", "post-render"], STREAM.as_bytes());
    assert_eq!((run.status, run.stdout.as_str()), (0, STREAM));
    assert!(run.stderr.starts_with("warning[MG0962]: `datum` of `ConfigMap/a` is not a field"), "{}", run.stderr);
    let run = with_stdin(&folder, &["chart", "post-render", "--strict"], STREAM.as_bytes());
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with("error[MG0962]"), "{}", run.stderr);
}

#[test]
fn objects_are_checked_from_stdin_and_from_files() {
    let folder = Folder::new();
    folder.write("objects.yaml", STREAM);
    let from_file = folder.run(&["check", "--objects", "objects.yaml"]);
    assert_eq!((from_file.status, from_file.stdout.as_str()), (0, "0 errors, 1 warning, 0 notes; 1 object\n"));
    assert!(from_file.stderr.contains("--> objects.yaml:5:1"), "{}", from_file.stderr);
    let from_stdin = with_stdin(&folder, &["check", "--objects", "-", "--strict"], STREAM.as_bytes());
    assert_eq!((from_stdin.status, from_stdin.stdout.as_str()), (1, "1 error, 0 warnings, 0 notes; 1 object\n"));
    let json = folder.run(&["check", "--objects", "objects.yaml", "--message-format", "json"]);
    assert!(json.stdout.contains("MG0962") && json.stderr.is_empty(), "{}", json.stdout);
    let both = folder.run(&["check", "--objects", "objects.yaml", "--profile", "dev"]);
    assert!(both.status == 2 && both.stderr.contains("cannot be used with"), "{}", both.stderr);
    assert_eq!(folder.run(&["check", "--objects", "absent.yaml"]).status, 2);
    let bytes = with_stdin(&folder, &["chart", "post-render"], b"a: \"hunter2\xff\"\n");
    assert_eq!((bytes.status, bytes.stdout.as_str()), (1, ""));
    assert!(bytes.stderr.contains("MG0102") && !bytes.stderr.contains("hunter2"), "{}", bytes.stderr);
}

/// Helm shows the versions of plugins, and they are this program's.
#[test]
fn plugins_have_the_version_of_the_program() {
    for plugin in ["memos", "memos-check"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("helm-plugin").join(plugin).join("plugin.yaml");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains(&format!("\nname: {plugin}\nversion: {}\n", env!("CARGO_PKG_VERSION"))), "{text}");
    }
}

/// What the program itself emits has nothing wrong in it.
#[test]
fn every_profile_passes() {
    let folder = Folder::new();
    for profile in ["dev", "production", "aws", "gcp", "azure"] {
        let built = folder.run(&["build", "--profile", profile, "-o", "-"]);
        let run = with_stdin(&folder, &["check", "--objects", "-", "--strict"], built.stdout.as_bytes());
        assert!(run.status == 0 && run.stdout.starts_with("0 errors, 0 warnings, "), "{profile}: {}", run.stderr);
    }
}

#[test]
fn a_spec_is_printed_as_values_without_those_of_a_profile_that_it_takes_away() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["init", "--profile", "dev"]).status, 0);
    let run = folder.run(&["chart", "values", "--set", "scaling.mode=standby", "--set", "attachments.kind=database"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let expected = "\
# What `memos-gen build --profile dev` compiles, as values of the chart. Install it with `-n memos-dev`.
fullnameOverride: memos
memos:
  version: \"0.30.0\"
  sharedCache: false
  logLevel: debug
";
    assert!(run.stdout.starts_with(expected), "{}", run.stdout);
    assert!(run.stdout.contains("\nscaling:\n  mode: standby\ndatabase:\n"), "{}", run.stdout);
}

#[test]
fn a_spec_that_the_chart_cannot_say_gives_no_values() {
    let folder = Folder::new();
    folder
        .write("memos.yaml", "apiVersion: memos-gen.dev/v1alpha1\nkind: Memos\nprofile: dev\nspec:\n  overrides: []\n");
    let run = folder.run(&["chart", "values"]);
    let expected = "\
error[MG0213]: the chart has no value for `overrides`
 --> memos.yaml:5:14
  |
5 |   overrides: []
  |              ^^ no value
  |
  = help: leave it out, or apply what `memos-gen build` writes: names and labels are the same
";
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
}
