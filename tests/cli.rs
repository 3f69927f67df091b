//! The program from outside: exact texts, exit statuses, and the files it leaves.

#[path = "support/program.rs"]
mod program;

use std::io::Write as _;
use std::process::Stdio;

use program::{Folder, Run, finished};

const PROFILES: [&str; 5] = ["dev", "production", "aws", "gcp", "azure"];

/// A spec that works everywhere.
const SMALL: &str = "profile: dev\nspec:\n  memos:\n    version: 0.30.0\n";

/// File, line and column at which a text stands in a profile for the first time.
fn place(profile: &str, text: &str) -> String {
    let (_, path, whole) = memos_gen::profile::PROFILES.into_iter().find(|(name, _, _)| *name == profile).unwrap();
    let before = &whole[..whole.find(text).unwrap()];
    let column = before.len() - before.rfind('\n').unwrap();
    format!("{path}:{}:{column}", before.lines().count())
}

/// The text of a failed run that printed nothing to stdout.
#[track_caller]
fn failed(run: &Run, status: i32, stderr: &str) {
    assert_eq!(run.stderr, stderr);
    assert_eq!((run.status, run.stdout.as_str()), (status, ""));
}

#[test]
fn a_missing_file_is_named() {
    failed(
        &Folder::new().run(&["build", "-f", "absent.yaml"]),
        2,
        "error[MG0101]: `absent.yaml` cannot be read: no such file or directory
 |
 = help: check the path, which is relative to the current directory, or run `memos-gen init -o absent.yaml` for a file to start with

note: run `memos-gen explain MG0101` for the rule and its evidence
",
    );
}

#[test]
fn a_folder_is_no_file() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("specs")).unwrap();
    failed(
        &folder.run(&["build", "-f", "specs"]),
        2,
        "error[MG0101]: `specs` cannot be read: is a directory
 |
 = help: name a file in it, such as `specs/memos.yaml`

note: run `memos-gen explain MG0101` for the rule and its evidence
",
    );
}

#[test]
fn what_is_not_utf_8_is_shown() {
    let folder = Folder::new();
    folder.write("memos.yaml", b"profile: dev\nspec: \xe9\n");
    failed(
        &folder.run(&["build"]),
        1,
        "error[MG0102]: the file is not UTF-8: byte 19, in line 2, is `0xe9`
 --> memos.yaml:2:7
  |
2 | spec: \u{fffd}
  |       ^ the first byte that is not UTF-8
  |
  = help: save the file as UTF-8

note: run `memos-gen explain MG0102` for the rule and its evidence
",
    );
}

#[test]
fn without_a_profile_the_five_are_listed() {
    failed(
        &Folder::new().run(&["build"]),
        1,
        "error[MG0207]: no profile is chosen
 |
 = help: say `--profile NAME` or write `profile: NAME` into the spec; NAME is one of `dev`, `production`, `aws`, `gcp`, `azure`

note: run `memos-gen explain MG0207` for the rule and its evidence
",
    );
}

#[test]
fn an_unknown_profile_is_refused() {
    failed(
        &Folder::new().run(&["build", "--profile", "prod"]),
        1,
        "error[MG0208]: there is no profile `prod`
 |
 = help: take one of `dev`, `production`, `aws`, `gcp`, `azure`

note: run `memos-gen explain MG0208` for the rule and its evidence
",
    );
}

#[test]
fn unknown_and_double_keys_are_shown_in_their_lines() {
    let folder = Folder::new();
    folder.write("memos.yaml", "profile: dev\nspec:\n  scalling:\n    mode: single\n");
    let run = folder.run(&["build"]);
    assert!(
        run.stderr.starts_with(
            "error[MG0201]: unknown key `scalling` in `spec`
 --> memos.yaml:3:3
  |
3 |   scalling:
  |   ^^^^^^^^ unknown key
  |
  = help: did you mean `scaling`?
  = help: known here: `memos`, `load`, `scaling`,"
        ),
        "{}",
        run.stderr
    );
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    folder.write("memos.yaml", "profile: dev\nprofile: aws\n");
    failed(
        &folder.run(&["build"]),
        1,
        "error[MG0104]: the key `profile` is given twice
 --> memos.yaml:2:1
  |
1 | profile: dev
  | ------- first given here
2 | profile: aws
  | ^^^^^^^ again here
  |
  = help: keep one of the two, or merge what they hold

note: run `memos-gen explain MG0104` for the rule and its evidence
",
    );
    assert_eq!(folder.files(), ["memos.yaml"]);
}

#[test]
fn mistakes_in_settings_are_shown_in_the_setting() {
    let folder = Folder::new();
    for (setting, expected) in [
        ("scaling.max", "error[MG0111]: `=` is missing\n --> --set:1:12\n"),
        ("spec.scaling.max=3", "error[MG0111]: paths are written without `spec.`\n --> --set:1:1\n"),
        ("scaling.max=0", "error[MG0204]: `scaling.max` must be at least 1, not 0\n --> --set:1:13\n"),
        ("scaling.mx=3", "error[MG0201]: unknown key `mx` in `scaling`\n --> --set:1:9\n"),
    ] {
        let run = folder.run(&["check", "--profile", "production", "--set", setting]);
        assert!(run.stderr.contains(expected), "{setting}\n{}", run.stderr);
        assert_eq!(run.status, 1, "{setting}");
    }
}

#[test]
fn strict_makes_placeholders_errors_and_writes_nothing() {
    let folder = Folder::new();
    let run = folder.run(&["build", "--profile", "dev", "--strict"]);
    let image = "registry.invalid/memos-shared-cache:0.30.0";
    let place = place("dev", image);
    let line = place.split(':').nth(1).unwrap();
    let expected = format!(
        "error[MG0209]: `memos.image` is still a placeholder, `{image}`
  --> {place}
   |
{line} |     image: {image}
   |            {} leads nowhere
   |
   = help: write your own into `memos.yaml`, or say `--set memos.image=…`
",
        "^".repeat(image.len())
    );
    assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn placeholders_of_the_users_own_file_are_refused_as_well() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["init", "--profile", "aws"]).status, 0);
    let text = std::fs::read_to_string(folder.path("memos.yaml")).unwrap();
    let (known, unknown) = text.split_once("  # What the profile cannot know").unwrap();
    let unknown: Vec<String> = unknown.lines().skip(1).map(|line| line.replacen("  # ", "  ", 1)).collect();
    folder.write("memos.yaml", format!("{known}{}\n", unknown.join("\n")));
    let run = folder.run(&["check", "--strict"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.matches("error[MG0209]").count() >= 5, "{}", run.stderr);
    assert!(!run.stderr.contains("--> profiles/"), "{}", run.stderr);
    let run = folder.run(&["build"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let warned = run.stderr.matches("warning[MG0209]").count();
    assert!(run.stdout.contains(&format!("  first: replace {warned} placeholders, named above\n")), "{}", run.stdout);
    let setting = ["check", "--strict", "--profile", "dev", "--set", "memos.image=registry.invalid/memos:0.30.0"];
    let run = Folder::new().run(&setting);
    assert!(
        run.stderr.contains("error[MG0209]: `memos.image` is") && run.stderr.contains("--> --set:1:13\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn wrong_use_ends_with_two() {
    let folder = Folder::new();
    for arguments in [
        &["buld"][..],
        &["build", "--check", "--force"],
        &["build", "--profile", "dev", "-o", "-", "--check"],
        &["build", "--profile", "dev", "--profile", "aws", "-o", "-"],
        &["check", "-f", "-", "-f", "-"],
        &["explain", "one", "two"],
        &[],
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
        assert!(!run.stderr.is_empty());
    }
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn build_writes_a_tree_and_says_what_comes_next() {
    let folder = Folder::new();
    folder.write("memos.yaml", SMALL);
    let run = folder.run(&["build"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let objects = folder.files().iter().filter(|path| path.starts_with("deploy/dev/manifests/")).count();
    assert_eq!(
        run.stdout,
        format!(
            "dev: {objects} objects in deploy/dev (files: {} created)
  apply: kubectl apply --server-side -k deploy/dev
  Secrets: memos-database, memos-administrator; made by `memos-gen secrets`
",
            objects + 2
        )
    );
    let again = folder.run(&["build"]);
    assert!(again.stdout.contains(&format!("(files: {} unchanged)", objects + 2)), "{}", again.stdout);
}

#[test]
fn build_without_a_file_takes_the_profile_as_it_stands() {
    for profile in PROFILES {
        let folder = Folder::new();
        let run = folder.run(&["build", "--profile", profile]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(run.stderr.contains("warning[MG0209]"), "{}", run.stderr);
        assert!(folder.path(&format!("deploy/{profile}/kustomization.yaml")).exists());
    }
}

#[test]
fn a_stream_holds_every_object_and_leaves_no_file() {
    let folder = Folder::new();
    folder.write("memos.yaml", SMALL);
    let run = folder.run(&["build", "-o", "-"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(folder.files(), ["memos.yaml"]);
    let documents = run.stdout.split("---\n").count();
    assert_eq!(folder.run(&["build"]).status, 0);
    let objects = folder.files().iter().filter(|path| path.contains("/manifests/")).count();
    assert_eq!(documents, objects);
}

#[test]
fn stdin_is_a_file() {
    let folder = Folder::new();
    let mut child = folder
        .command(&["build", "-f", "-", "-o", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"profile: dev\nspec:\n  nosuch: 1\n").unwrap();
    let run = finished(&child.wait_with_output().unwrap());
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains(" --> <stdin>:3:3\n"), "{}", run.stderr);
}

#[test]
fn check_of_a_tree_finds_drift_and_writes_nothing() {
    let folder = Folder::new();
    folder.write("memos.yaml", SMALL);
    assert_eq!(folder.run(&["build", "--check"]).status, 3);
    assert_eq!(folder.files(), ["memos.yaml"]);
    assert_eq!(folder.run(&["build"]).status, 0);
    let clean = folder.run(&["build", "--check"]);
    assert_eq!(clean.status, 0);
    assert!(clean.stdout.starts_with("deploy/dev: up to date ("), "{}", clean.stdout);
    let before = folder.read("deploy/dev/manifests/v1_configmap_memos.yaml");
    let drifted = folder.run(&["build", "--check", "--set", "memos.logLevel=warn"]);
    assert_eq!(drifted.status, 3);
    assert!(drifted.stderr.contains("error[MG1104]: `deploy/dev` is not what the spec gives: "), "{}", drifted.stderr);
    assert!(drifted.stdout.contains("-  MEMOS_LOG_LEVEL: debug\n+  MEMOS_LOG_LEVEL: warn\n"), "{}", drifted.stdout);
    assert_eq!(folder.read("deploy/dev/manifests/v1_configmap_memos.yaml"), before);
}

#[test]
fn a_change_that_no_live_object_takes_is_told_with_its_cure() {
    let folder = Folder::new();
    folder.write("memos.yaml", SMALL);
    assert_eq!(folder.run(&["build"]).status, 0);
    let larger = ["build", "--set", "database.storage.size=11Gi"];
    let checked = folder.run(&[&larger[..], &["--check"]].concat());
    let built = folder.run(&larger);
    assert_eq!((checked.status, built.status), (3, 0));
    for run in [checked, built] {
        let expected = "note[MG1107]: `StatefulSet/memos-postgres` that is applied already does not take another \
                        `spec.volumeClaimTemplates`\n |\n = help: delete it without its pods, `kubectl --namespace memos-dev \
                        delete statefulset memos-postgres --cascade=orphan`, and apply the tree";
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    let again = folder.run(&larger);
    assert!(!again.stderr.contains("MG1107"), "{}", again.stderr);
}

#[test]
fn edits_by_hand_stop_every_profile_until_forced() {
    let folder = Folder::new();
    let both = ["build", "--profile", "dev", "--profile", "aws", "-o", "out"];
    assert_eq!(folder.run(&both).status, 0);
    folder.write("out/aws/kustomization.yaml", "edited: true\n");
    let changed = [&both[..], &["--set", "memos.logLevel=warn"]].concat();
    let before = folder.read("out/dev/manifests/v1_configmap_memos.yaml");
    let run = folder.run(&changed);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("error[MG1101]"), "{}", run.stderr);
    assert_eq!(folder.read("out/dev/manifests/v1_configmap_memos.yaml"), before, "the other profile was written");
    assert_eq!(folder.run(&[&changed[..], &["--force"]].concat()).status, 0);
    assert_ne!(folder.read("out/dev/manifests/v1_configmap_memos.yaml"), before);
}

#[test]
fn several_profiles_are_written_together_or_not_at_all() {
    let folder = Folder::new();
    let run = folder.run(&["build", "--profile", "dev", "--profile", "nosuch", "--profile", "aws"]);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    assert_eq!(folder.files(), [""; 0]);
    let run = folder.run(&["build", "--profile", "dev", "--profile", "aws", "--profile", "dev", "-o", "out"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(folder.path("out/dev/kustomization.yaml").exists() && folder.path("out/aws/kustomization.yaml").exists());
    assert_eq!(run.stdout.matches(" objects in ").count(), 2);
    let run = folder.run(&["check", "--profile", "aws", "--profile", "gcp", "--profile", "azure"]);
    let image = "`memos.image` is still a placeholder";
    assert_eq!(run.stderr.matches(image).count(), 1, "what all three inherit is said once");
}

#[test]
fn findings_of_check_are_its_result_in_machine_formats() {
    let folder = Folder::new();
    folder.write("memos.yaml", "profile: dev\nspec:\n  nosuch: 1\n");
    let json = folder.run(&["check", "--message-format", "json"]);
    assert_eq!((json.status, json.stderr.as_str()), (1, ""));
    let value: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(value["diagnostics"][0]["code"], "MG0201");
    assert_eq!(value["diagnostics"][0]["line"], 3);
    let sarif = folder.run(&["check", "--message-format", "sarif"]);
    let value: serde_json::Value = serde_json::from_str(&sarif.stdout).unwrap();
    assert_eq!(value["runs"][0]["results"][0]["ruleId"], "MG0201");
    let github = folder.run(&["check", "--message-format", "github"]);
    assert!(github.stdout.starts_with("::error file=memos.yaml,line=3,col=3,"), "{}", github.stdout);
    let text = folder.run(&["check"]);
    assert_eq!(text.stdout, "1 error, 0 warnings, 0 notes\n");
    let build = folder.run(&["build", "--message-format", "github"]);
    assert_eq!((build.stdout.as_str(), build.stderr), ("", github.stdout));
}

#[test]
fn nothing_is_coloured_in_pipes() {
    let folder = Folder::new();
    for arguments in [&["build", "--profile", "dev"][..], &["--help"], &["build", "--nosuch"]] {
        let run = folder.run(arguments);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_terminal_is_coloured_unless_it_asks_not_to_be() {
    // `script` gives the program a terminal.
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_memos-gen");
    let in_terminal = |colour: Option<&str>| {
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &format!("{program} check --profile dev"), "/dev/null"]).stdin(Stdio::null());
        command.current_dir(folder.path("")).env("TERM", "xterm").env_remove("NO_COLOR");
        command.envs(colour.map(|value| ("NO_COLOR", value)));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(in_terminal(None).contains("\u{1b}["));
    assert!(in_terminal(Some("")).contains("\u{1b}["));
    assert!(!in_terminal(Some("1")).contains("\u{1b}["));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = Folder::new();
    for arguments in [&["build", "--profile", "production", "-o", "-"][..], &["schema"], &["explain"], &["man"]] {
        let mut child = folder.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let run = finished(&child.wait_with_output().unwrap());
        assert_eq!(run.status, 0, "{arguments:?}: {}", run.stderr);
        assert!(!run.stderr.contains("panic"), "{}", run.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_reported() {
    let folder = Folder::new();
    for argument in ["schema", "--help", "--version"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = folder.command(&[argument]);
        let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let run = finished(&child.wait_with_output().unwrap());
        failed(
            &run,
            2,
            "error[MG1105]: `stdout` cannot be written: no space left on device
 |
 = help: check the path, who may write there, and the space that is left

note: run `memos-gen explain MG1105` for the rule and its evidence
",
        );
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = Folder::new();
    folder.write("memos.yaml", SMALL);
    // A file where a folder is needed cannot be written into by anybody, root included.
    folder.write("deploy", "a file");
    let run = folder.run(&["build"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("error[MG1105]") && run.stderr.contains("deploy"), "{}", run.stderr);
    assert_eq!(folder.files(), ["deploy", "memos.yaml"]);
}

#[test]
fn a_code_is_explained_in_any_letter_case() {
    let folder = Folder::new();
    let run = folder.run(&["explain", "mg0104"]);
    assert!(run.stdout.starts_with("MG0104 (error): a key is given twice\n\n"), "{}", run.stdout);
    assert_eq!(run, folder.run(&["explain", "MG0104"]));
    failed(
        &folder.run(&["explain", "MG0140"]),
        2,
        "error: there is no code `MG0140`\n  = help: did you mean `MG0104`? `memos-gen explain` lists all\n",
    );
}

#[test]
fn a_field_is_explained_with_the_place_of_its_value() {
    let folder = Folder::new();
    folder.write("memos.yaml", "profile: production\nspec:\n  scaling:\n    min: 4\n");
    let arguments = ["explain", "scaling.min"];
    let head = "scaling.min
  only with `scaling.mode: replicas`

  The fewest that run; from the load when left out.

  type     whole number, 1 to 200

with the profile `production`
  value    4
  from     ";
    let figure = |value: &str| format!("\n\nfigure  scaling.min = {value}\n");
    let run = folder.run(&arguments);
    assert!(run.stdout.starts_with(&format!("{head}memos.yaml:4:10{}", figure("4"))), "{}", run.stdout);
    let run = folder.run(&[&arguments[..], &["--set", "scaling.min=4"]].concat());
    assert!(run.stdout.starts_with(&format!("{head}`--set scaling.min=4`{}", figure("4"))), "{}", run.stdout);
    for (field, from) in [
        (
            "scaling.mode",
            &format!("  value    replicas\n  from     the profile, {}\n", place("production", "replicas\n")),
        ),
        ("scaling.cpuUtilization", &"  value    70\n  from     the built-in default\n".to_owned()),
        ("scaling.max", &"  value    not set\n  from     no layer; the plan decides\n".to_owned()),
        (
            "database.networks[0]",
            &format!("  value    \"192.0.2.0/26\"\n  from     the profile, {}\n", place("production", "192.0.2.0/26")),
        ),
    ] {
        let run = folder.run(&["explain", field]);
        assert!(run.stdout.contains(from.as_str()), "{field}\n{}", run.stdout);
        assert_eq!(run.status, 0);
    }
    folder.write("memos.yaml", SMALL);
    let stock = folder.run(&["explain", "cache.kind"]);
    assert!(
        stock.stdout.contains("  value    none\n  from     what follows from taking a published image\n"),
        "{}",
        stock.stdout
    );
}

#[test]
fn a_choice_is_explained_with_what_people_ask_about_it() {
    let run = Folder::new().run(&["explain", "cache.kind"]);
    for part in
        ["**Cluster or replication?** Replication.", "**An operator or own objects?** Own", "kind: RedisReplication\n"]
    {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
    let service = Folder::new().run(&["explain", "cache.service"]);
    assert!(service.stdout.contains("a Service of the sentinels for readers outside?** None"), "{}", service.stdout);
    let other = Folder::new().run(&["explain", "database.kind"]);
    assert!(!other.stdout.contains("operator or"), "{}", other.stdout);
}

/// What is said about a value: all behind the description of the field.
fn value_of(run: &Run) -> &str {
    let start = run.stdout.find("\nwith the profile ").unwrap_or_else(|| panic!("{}{}", run.stdout, run.stderr));
    &run.stdout[start + 1..]
}

#[test]
fn values_have_their_own_places_or_are_said_to_be_nowhere() {
    let folder = Folder::new();
    folder.write(
        "memos.yaml",
        "apiVersion: memos-gen.dev/v1alpha1\nprofile: aws\nspec:\n  scaling: {max: 9}\n  components:\n    memos:\n      \
         labels: {team: a, example.com/x: b}\n      extraEnv: [{name: FOO, value: bar}]\n",
    );
    let value = |what: &str, value: &str, from: &str| {
        let run = folder.run(&["explain", what]);
        assert_eq!(
            value_of(&run),
            format!("with the profile `aws`\n  value    {value}\n  from     {from}\n"),
            "{what}"
        );
        assert_eq!(run.status, 0, "{what}");
    };
    value("profile", "aws", "memos.yaml:2:10");
    value("apiVersion", "memos-gen.dev/v1alpha1", "memos.yaml:1:13");
    value("kind", "Memos", &format!("the profile, {}", place("aws", "Memos\n")));
    value("components.memos.labels.team", "a", "memos.yaml:7:22");
    value("components.memos.labels.\"example.com/x\"", "b", "memos.yaml:7:40");
    value("components.memos.extraEnv[0].value", "bar", "memos.yaml:8:37");
    let run = folder.run(&["explain", "profile", "--profile", "dev"]);
    assert_eq!(value_of(&run), "with the profile `dev`\n  value    dev\n  from     `--profile`\n");
    let run = folder.run(&["explain", "scaling"]);
    assert!(value_of(&run).contains("\n    scaling.max = 9 (memos.yaml:4:18)\n"), "{}", run.stdout);
    assert!(value_of(&run).contains("\n    scaling.cpuUtilization = 70 (the built-in default)\n"), "{}", run.stdout);
    for (what, why) in [
        (
            "database.memory",
            "`database.kind` is `managed`; only `database.kind: postgres` or `database.kind: cluster` has `database.memory`",
        ),
        ("database.networks[7]", "`database.networks` has 1 item, `database.networks[0]`"),
        ("overrides[0].kind", "`overrides` has no items"),
    ] {
        let run = folder.run(&["explain", what]);
        assert_eq!(value_of(&run), format!("with the profile `aws`\n  value    none here: {why}\n"), "{what}");
    }
    for path in ["spec.template.spec.containers[7].image", "containers.memos.image"] {
        let run = folder.run(&["explain", "Deployment/memos", path]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{path}");
    }
    let run = folder.run(&["explain", "Deployment/memos", "metadata.labels.\"example.com/x\""]);
    assert!(
        run.stdout.ends_with("  by       components.memos.labels.\"example.com/x\" = b (memos.yaml:7:40)\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn unknown_words_are_answered_with_the_nearest() {
    let folder = Folder::new();
    for (what, help) in [
        ("scalling.max", "did you mean `scaling.max`?"),
        ("concurrentUploads", "did you mean `memos.concurrentUploads`?"),
        ("Deploymnt/memos", "did you mean `Deployment/memos`?"),
    ] {
        let run = folder.run(&["explain", what, "--profile", "dev"]);
        assert_eq!(run.status, 2, "{what}");
        assert!(run.stderr.contains(help), "{}", run.stderr);
    }
}

#[test]
fn an_object_is_explained_by_what_made_it() {
    let folder = Folder::new();
    let arguments = ["explain", "HorizontalPodAutoscaler/memos", "spec.maxReplicas", "--profile", "production"];
    let run = folder.run(&arguments);
    assert_eq!(
        run.stdout,
        "HorizontalPodAutoscaler/memos spec.maxReplicas
  value    8
  by       scaling.max = not set (no layer; the plan decides)
  by       load.size = medium (the profile, PLACE)

figure  scaling.max = 8
  formula  max(min, {small 3, medium 8, large 20, enterprise 40})
  inputs   size medium, min 3
  source   seed 000, Scaling Guidelines
"
        .replace("PLACE", &place("production", "medium"))
    );
    let one_word = ["explain", "horizontalpodautoscaler/memos spec.maxReplicas", "--profile", "production"];
    assert_eq!(folder.run(&one_word), run);
    let left_out = folder.run(&["explain", "Deployment/memos", "spec.replicas", "--profile", "production"]);
    assert!(
        left_out.stdout.contains("  value    left out; Kubernetes or a controller decides\n"),
        "{}",
        left_out.stdout
    );
    let memory = "spec.template.spec.containers[memos].resources.limits.memory";
    let run = folder.run(&["explain", "Deployment/memos", memory, "--profile", "production"]);
    assert!(run.stdout.contains("figure  memos.memoryLimit = "), "{}{}", run.stdout, run.stderr);
    assert_eq!(folder.run(&["explain", "Deployment/memos", "spec.nosuch", "--profile", "production"]).status, 2);
}

#[test]
fn explain_alone_lists_codes_and_figures() {
    let run = Folder::new().run(&["explain"]);
    assert_eq!(run.status, 0);
    for part in ["Reading text\n  MG0101  error    ", "\nFigures of the plan\n", "\n  cache.maxMemory "] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
}

#[test]
fn init_writes_what_builds_for_each_profile_and_never_overwrites() {
    for profile in PROFILES {
        let folder = Folder::new();
        let run = folder.run(&["init", "--profile", profile]);
        assert_eq!(
            run.stdout,
            "memos.yaml: a spec to start from, with memos.schema.json beside it for your editor\n  next: memos-gen build\n"
        );
        assert_eq!(folder.files(), ["memos.schema.json", "memos.yaml"]);
        assert!(folder.read("memos.schema.json") == memos_gen::schema::shape::LAYER);
        let build = folder.run(&["build"]);
        assert_eq!(build.status, 0, "{profile}\n{}", build.stderr);
        failed(
            &folder.run(&["init", "--profile", profile]),
            2,
            "error: `memos.yaml` exists, and is not overwritten\n  = help: choose another file with `-o`\n",
        );
    }
    assert_eq!(Folder::new().run(&["init", "--profile", "nosuch"]).status, 1);
}

#[test]
fn secrets_are_for_their_owner_alone_and_never_shown() {
    let folder = Folder::new();
    let run = folder.run(&["secrets", "--profile", "dev", "-o", "secrets.local.yaml"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let text = folder.read("secrets.local.yaml");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(folder.path("secrets.local.yaml")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // The namespace holds the Secrets and is part of the tree, so its file goes first.
    let order =
        "  apply first, in the folder of the tree: kubectl apply --server-side -f manifests/v1_namespace_memos-dev.yaml
  then: kubectl apply --server-side -f secrets.local.yaml
  then the tree, whose pods wait for these
";
    assert!(run.stdout.ends_with(order), "{}", run.stdout);
    let words = |text: &str| -> Vec<String> {
        let word = |word: &str| word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        text.split(|next: char| !next.is_alphanumeric()).filter(|found| word(found)).map(str::to_owned).collect()
    };
    let values = words(&text);
    assert!(values.len() >= 5, "{}", values.len());
    for output in [&run.stdout, &run.stderr] {
        assert_eq!(words(output), [""; 0], "something like a secret was printed");
    }
    let build = folder.run(&["build", "--profile", "dev"]);
    let printed: String = [build.stdout, build.stderr].concat();
    for path in folder.files().iter().filter(|path| path.starts_with("deploy/")) {
        let file = folder.read(path);
        assert!(
            !values.iter().any(|value| file.contains(value.as_str()) || printed.contains(value.as_str())),
            "{path}"
        );
    }
    let again = folder.run(&["secrets", "--profile", "dev", "-o", "secrets.local.yaml"]);
    assert_eq!(
        again.stderr,
        "error: `secrets.local.yaml` exists, and its passwords may be in use
  = help: choose another file, or delete this one when nothing was made from it
"
    );
    assert_eq!(folder.read("secrets.local.yaml"), text);
}

#[test]
fn secrets_are_never_printed() {
    let folder = Folder::new();
    failed(
        &folder.run(&["secrets", "--profile", "dev", "-o", "-"]),
        2,
        "error: secrets are not printed: a terminal's history or a pipeline's log would keep them
  = help: name a new file, such as `-o secrets.local.yaml`
",
    );
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn an_old_schema_is_refreshed_and_another_file_left() {
    let folder = Folder::new();
    let ours = memos_gen::schema::shape::LAYER;
    let run = |there: &str, name: &str| {
        folder.write("memos.schema.json", there);
        let run = folder.run(&["init", "--profile", "dev", "-o", name]);
        (run.stdout.lines().next().unwrap_or_default().to_owned(), folder.read("memos.schema.json"))
    };
    let said = |name: &str, words: &str| format!("{name}: a spec to start from, {words} for your editor");
    let old = ours.replacen("\n", "\n\n", 1);
    let fresh = "with memos.schema.json beside it, brought up to date,";
    assert_eq!(run(&old, "a.yaml"), (said("a.yaml", fresh), ours.to_owned()));
    assert_eq!(run(ours, "b.yaml"), (said("b.yaml", "with memos.schema.json beside it"), ours.to_owned()));
    let other = "but memos.schema.json beside it is another file; `memos-gen schema` prints the schema";
    for there in ["{}\n", "{\"$id\": \"https://example.com/a\"}\n", "mine"] {
        let name = format!("c{}.yaml", there.len());
        assert_eq!(run(there, &name), (said(&name, other), there.to_owned()));
    }
}

#[test]
fn an_item_behind_the_end_of_a_list_is_one_error_in_the_setting() {
    let folder = Folder::new();
    let check = |setting: &str| folder.run(&["check", "--profile", "aws", "--set", setting]);
    let run = check("database.networks[5]=10.8.0.0/24");
    let expected = "error[MG0111]: `database.networks` has 1 item, so `database.networks[5]` cannot be the next
 --> --set:1:22
  |
1 | database.networks[5]=10.8.0.0/24
  |                      ^^^^^^^^^^^ behind the end of the list
  |
  = help: set `database.networks[1]` to add an item, or the whole list: `--set database.networks='[…]'`
";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert_eq!((run.status, run.stderr.matches("error[").count()), (1, 1), "{}", run.stderr);
    assert_eq!(check("database.networks[1]=10.8.0.0/24").status, 0);
    assert_eq!(check("database.networks[0]=10.8.0.0/24").status, 0);
    let empty = check("scaling.max=---");
    assert!(empty.stderr.contains("error[MG0111]: there is no value behind `=`"), "{}", empty.stderr);
    assert!(!empty.stderr.contains("init"), "{}", empty.stderr);
}

#[test]
fn a_refused_build_leaves_a_foreign_folder_as_it_was() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("site")).unwrap();
    folder.write("site/kustomization.yaml", "resources: []\n");
    let run = folder.run(&["build", "--profile", "dev", "-o", "site"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("error[MG1102]"), "{}", run.stderr);
    assert_eq!(folder.files(), ["site/kustomization.yaml"]);
    assert_eq!(std::fs::read_dir(folder.path("site")).unwrap().count(), 1);
}

#[test]
fn secrets_share_one_value_in_one_secret() {
    let folder = Folder::new();
    folder.run(&["secrets", "--profile", "dev", "-o", "s.yaml"]);
    let text = folder.read("s.yaml");
    let documents: Vec<serde_json::Value> =
        text.split("---\n").skip(1).map(|text| serde_yaml::from_str(text).unwrap()).collect();
    let database = documents.iter().find(|secret| secret["metadata"]["name"] == "memos-database").unwrap();
    let password = database["stringData"]["password"].as_str().unwrap();
    assert_eq!(database["stringData"]["userlist.txt"], format!("\"memos\" \"{password}\"\n"));
    assert_ne!(database["stringData"]["superuser-password"], password);
}

#[test]
fn secrets_are_refused_in_output_trees_and_for_other_kinds() {
    let folder = Folder::new();
    folder.run(&["build", "--profile", "dev", "-o", "tree"]);
    folder.run(&["build", "--profile", "dev"]);
    for path in
        ["tree/s.yaml", "tree/manifests/s.yaml", "deploy/s.yaml", "deploy/dev/s.yaml", "tree/manifests/../s.yaml"]
    {
        let run = folder.run(&["secrets", "--profile", "dev", "-o", path]);
        assert_eq!(run.status, 2, "{path}");
        assert!(run.stderr.contains("lies in the output tree"), "{}", run.stderr);
        assert!(!folder.path(path).exists());
    }
    failed(
        &folder.run(&["secrets", "--profile", "production", "-o", "s.yaml"]),
        2,
        "error: `secrets.kind` is `existing`, so somebody else makes the Secrets
  = help: `build` lists the Secrets with their keys in PREREQUISITES.md; for random ones say `--set secrets.kind=local`
",
    );
}

#[test]
fn the_schema_is_printed_and_compared() {
    let folder = Folder::new();
    let schema = folder.run(&["schema"]).stdout;
    assert!(
        schema == memos_gen::schema::shape::LAYER,
        "the schema is stale: run `memos-gen schema -o {}`",
        memos_gen::compile::SCHEMA_PATHS[0]
    );
    folder.write("memos.schema.json", "{}\n");
    failed(
        &folder.run(&["schema", "--check", "-o", "memos.schema.json"]),
        3,
        "error: `memos.schema.json` is stale\n  = help: run `memos-gen schema -o memos.schema.json`\n",
    );
    assert_eq!(folder.run(&["schema", "-o", "memos.schema.json"]).status, 0);
    assert_eq!(folder.run(&["schema", "--check", "-o", "memos.schema.json"]).status, 0);
}

#[test]
fn completions_and_pages_name_every_command() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = folder.run(&["completions", shell]);
        assert!(run.status == 0 && run.stdout.contains("message-format"), "{shell}");
    }
    assert!(folder.run(&["man"]).stdout.starts_with(".ie"));
    assert_eq!(folder.run(&["man", "-o", "."]).status, 0);
    for page in ["memos-gen.1", "memos-gen-build.1", "memos-gen-explain.1"] {
        assert!(folder.files().contains(&page.to_owned()), "{:?}", folder.files());
    }
    assert_eq!(folder.run(&["--version"]).stdout, format!("memos-gen {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn generated_pages_are_compared() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["reference", "--check", "-o", "docs"]).status, 3);
    assert_eq!(folder.run(&["reference", "-o", "docs"]).stdout, "docs/profiles.md\ndocs/rules.md\ndocs/spec.md\n");
    assert_eq!(
        folder.run(&["reference", "--check", "-o", "docs"]),
        Run { status: 0, stdout: String::new(), stderr: String::new() }
    );
}
