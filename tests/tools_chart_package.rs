//! The packaged chart in the hands of both Helms, GnuPG, skopeo and a registry; `scripts/install-tools checkers chart`
//! installs them.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use memos_gen::chart::files::{ChartFiles, chart_files};
use memos_gen::chart::package::{archive, archive_name, layout, oci_layout, provenance_body};
use serde_json::Value;

#[path = "support/registry.rs"]
mod registry;
#[path = "support/tools.rs"]
mod tools;

use registry::Registry;

/// Both lines of Helm that people have.
const HELMS: [&str; 2] = ["helm", "helm3"];

/// A chart with every field that a registry is told of, and a version that is no tag.
fn small() -> ChartFiles {
    let chart = "apiVersion: v2\nname: small\nversion: 1.2.3+4\nappVersion: '0.30'\nkubeVersion: '>=1.33.0-0'\ntype: application\n\
        description: 'a <small> chart & more'\nhome: https://example.com\nkeywords: [notes]\n\
        sources: [https://example.com/code, https://example.com/more]\nicon: https://example.com/icon.svg\n\
        maintainers:\n- name: A & B\n  email: a@example.com\n- name: C\n  url: https://example.com/c\n\
        annotations:\n  z: '1'\n  a: \"- kind: added\\n\"\n  org.opencontainers.image.vendor: V\n";
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {text: {{ .Values.text | quote }}}\n";
    let files = [
        (".helmignore", "# left out\n*.orig\ntests/\n/drafts/*.md\n"),
        ("Chart.yaml", chart),
        ("a/b.orig", ""),
        ("a/drafts/a.md", ""),
        ("drafts/a.md", ""),
        ("drafts/deep/a.md", ""),
        ("templates/.hidden.yaml", "a"),
        ("tests/a_test.yaml", ""),
        ("LICENSE", "free\n"),
        ("README.md", "# small\n"),
        ("templates/_names.tpl", "{{- define \"name\" -}}x{{- end -}}\n"),
        ("templates/NOTES.txt", "Hello\n"),
        ("templates/object.yaml", object),
        ("values-dev.yaml", "text: dev\n"),
        ("values.schema.json", "{\"type\": \"object\"}\n"),
        ("values.yaml", "# -- a text\ntext: hello\n"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    ChartFiles { name: "small".to_owned(), version: "1.2.3+4".to_owned(), files: BTreeMap::from(files) }
}

/// A folder, with the settings by which programs leave everything outside of it alone.
struct Place {
    folder: tempfile::TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let settings = vec![
            ("HELM_CACHE_HOME", path("helm-cache")),
            ("HELM_CONFIG_HOME", path("helm-config")),
            ("HELM_DATA_HOME", path("helm-data")),
            ("GNUPGHOME", path("gnupg")),
        ];
        Self { folder, settings }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn settings(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        tools::run_with(&self.settings(), program, arguments, "")
    }

    /// What a program that has to fail says.
    fn refusal(&self, program: &str, arguments: &[&str]) -> String {
        let output = tools::output_with(&self.settings(), program, arguments, "");
        assert!(!output.status.success(), "{program} {} did not fail", arguments.join(" "));
        String::from_utf8(output.stderr).unwrap()
    }

    fn write_all(&self, folder: &str, files: &BTreeMap<String, Vec<u8>>) {
        for (path, content) in files {
            let path = self.path(folder).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }

    /// Makes a key, signs a file in the open, and returns the keyring that Helm reads.
    fn sign(&self, unsigned: &Path, signed: &Path) -> String {
        let home = self.path("gnupg");
        if !home.exists() {
            fs::create_dir(&home).unwrap();
            self.run("chmod", &["700", home.to_str().unwrap()]);
            let key = ["--batch", "--passphrase", "", "--quick-generate-key", "A <a@example.com>", "ed25519", "sign"];
            self.run("gpg", &[key.as_slice(), &["never"]].concat());
        }
        let (unsigned, signed) = (unsigned.to_str().unwrap(), signed.to_str().unwrap());
        self.run("gpg", &["--batch", "--yes", "--clearsign", "--output", signed, unsigned]);
        let keyring = self.text("keyring.gpg");
        self.run("gpg", &["--batch", "--yes", "--output", &keyring, "--export"]);
        keyring
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.path("gnupg").exists() {
            let _ = tools::output_with(&self.settings(), "gpgconf", &["--kill", "gpg-agent"], "");
        }
    }
}

/// A chart that was packaged: the folder, and the archive in it.
fn packaged(chart: &ChartFiles) -> (Place, String) {
    let place = Place::new();
    fs::write(place.path(&archive_name(chart)), archive(chart).unwrap()).unwrap();
    let path = place.text(&archive_name(chart));
    (place, path)
}

fn entries(place: &Place, archive: &str) -> BTreeSet<String> {
    place.run("tar", &["tzf", archive]).lines().map(str::to_owned).collect()
}

#[test]
fn both_helms_take_the_archive() {
    for chart in [small(), chart_files()] {
        let (place, archive) = packaged(&chart);
        for helm in HELMS {
            let shown = place.run(helm, &["show", "chart", &archive]);
            assert!(shown.contains(&format!("name: {}\n", chart.name)), "{helm}: {shown}");
            place.run(helm, &["show", "all", &archive]);
            place.run(helm, &["lint", &archive]);
            place.run(helm, &["template", "release", &archive]);
        }
    }
    let (place, archive) = packaged(&small());
    for helm in HELMS {
        place.run(helm, &["lint", "--strict", &archive]);
        assert_eq!(place.run(helm, &["show", "values", &archive]).trim(), "# -- a text\ntext: hello");
        let rendered = place.run(helm, &["template", "release", &archive]);
        assert!(rendered.ends_with("metadata: {name: release}\ndata: {text: \"hello\"}\n"), "{helm}: {rendered}");
    }
}

/// Nothing is forgotten, and nothing is in it that Helm would leave out.
#[test]
fn the_archive_holds_what_helm_would_package() {
    for chart in [small(), chart_files()] {
        let (place, archive) = packaged(&chart);
        place.write_all("source", &chart.files);
        same_entries(&place, &chart, &archive);
    }
}

fn same_entries(place: &Place, chart: &ChartFiles, archive: &str) {
    for helm in HELMS {
        place.run(helm, &["package", &place.text("source"), "-d", &place.text(helm)]);
        let theirs = entries(place, &place.path(helm).join(archive_name(chart)).display().to_string());
        assert_eq!(entries(place, archive), theirs, "{helm}");
    }
}

/// A tree that was built has more in it than the chart: the record of what was written.
#[test]
fn helm_packages_of_a_tree_what_we_package() {
    let chart = chart_files();
    let (place, archive) = packaged(&chart);
    place.run(env!("CARGO_BIN_EXE_memos-gen"), &["build", "--format", "chart", "-o", &place.text("source")]);
    assert!(place.path("source/.memos-gen").exists());
    same_entries(&place, &chart, &archive);
}

#[test]
fn gnu_tar_unpacks_without_a_word() {
    let (place, archive) = packaged(&small());
    let output = tools::output_with(&[], "tar", &["xzf", &archive, "-C", &place.text("")], "");
    assert_eq!((output.status.success(), String::from_utf8(output.stderr).unwrap()), (true, String::new()));
    let left_out = ["a/b.orig", "drafts/a.md", "templates/.hidden.yaml", "tests/a_test.yaml"];
    for (path, content) in small().files {
        if left_out.contains(&path.as_str()) {
            assert!(!place.path("small").join(path).exists());
            continue;
        }
        assert_eq!(fs::read(place.path("small").join(path)).unwrap(), content);
    }
}

#[test]
fn helm_verifies_what_gpg_signed() {
    for chart in [small(), chart_files()] {
        let (place, archive) = packaged(&chart);
        let bytes = fs::read(&archive).unwrap();
        fs::write(place.path("unsigned"), provenance_body(&chart, &bytes).unwrap()).unwrap();
        let keyring = place.sign(&place.path("unsigned"), Path::new(&format!("{archive}.prov")));
        for helm in HELMS {
            let verified = place.run(helm, &["verify", "--keyring", &keyring, &archive]);
            assert!(verified.contains("Signed by: A <a@example.com>"), "{helm}: {verified}");
            place.run(helm, &["show", "chart", "--verify", "--keyring", &keyring, &archive]);
        }
        fs::write(&archive, [bytes.as_slice(), b" "].concat()).unwrap();
        for helm in HELMS {
            let said = place.refusal(helm, &["verify", "--keyring", &keyring, &archive]);
            assert!(said.contains("sha256 sum does not match"), "{helm}: {said}");
        }
    }
}

/// The program itself, from nothing to a pull from a registry that is verified.
#[test]
fn a_published_chart_comes_back_as_it_was() {
    let place = Place::new();
    let registry = Registry::start(&place.path("registry"));
    let program = |arguments: &[&str]| {
        let common = ["chart", "package", "-o"];
        place.run(env!("CARGO_BIN_EXE_memos-gen"), &[&common, arguments].concat())
    };
    let dist = place.text("dist");
    program(&[&dist]);
    let (name, version) = ("memos", env!("CARGO_PKG_VERSION"));
    let archive = place.path(&format!("dist/{name}-{version}.tgz"));
    let signed = place.path(&format!("dist/{name}-{version}.tgz.prov"));
    let keyring = place.sign(&place.path(&format!("dist/{name}-{version}.tgz.prov.unsigned")), &signed);
    let said = program(&[&dist, "--provenance", signed.to_str().unwrap()]);
    let source = format!("oci:{dist}/{name}-{version}.oci:{version}");
    let target = format!("{}/charts/{name}", registry.address);
    let copy = ["--insecure-policy", "copy", "--dest-tls-verify=false"];
    place.run("skopeo", &[copy.as_slice(), &[&source, &format!("docker://{target}:{version}")]].concat());
    let line = said.lines().find(|line| line.contains(".oci: ")).unwrap();
    let digest = line.split_once(": ").unwrap().1;
    for helm in HELMS {
        let by_version = [format!("oci://{target}"), "--version".to_owned(), version.to_owned()];
        let by_digest = [format!("oci://{target}@{digest}")];
        for (way, reference) in [("version", by_version.as_slice()), ("digest", &by_digest)] {
            let folder = place.text(&format!("{helm}-{way}"));
            fs::create_dir(&folder).unwrap();
            let mut arguments = vec!["pull", "--plain-http", "--prov", "-d", &folder];
            // By a digest, Helm calls the archive by another name than the one that was signed, and so verifies none.
            if way == "version" {
                arguments.extend(["--verify", "--keyring", &keyring]);
            }
            arguments.extend(reference.iter().map(String::as_str));
            place.run(helm, &arguments);
            let pulled: BTreeMap<_, _> = files(Path::new(&folder));
            let archives: Vec<_> = pulled.iter().filter(|(path, _)| path.ends_with(".tgz")).collect();
            assert_eq!(archives.len(), 1, "{helm} by {way}: {:?}", pulled.keys());
            assert_eq!(*archives[0].1, fs::read(&archive).unwrap(), "{helm} by {way}");
            let signatures: Vec<_> = pulled.iter().filter(|(path, _)| path.ends_with(".prov")).collect();
            assert_eq!(*signatures[0].1, fs::read(&signed).unwrap(), "{helm} by {way}");
        }
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn skopeo_reads_the_layout() {
    let chart = small();
    let place = Place::new();
    let archive = archive(&chart).unwrap();
    let files = oci_layout(&chart, &archive, None).unwrap();
    place.write_all("layout", &files);
    let source = format!("oci:{}:1.2.3_4", place.text("layout"));
    let digest = layout::manifest_digest(&files).unwrap();
    let raw = place.run("skopeo", &["--insecure-policy", "inspect", "--raw", &source]);
    assert_eq!(raw.as_bytes(), files[&format!("blobs/{}", digest.replace(':', "/"))]);
    let shown = place.run("skopeo", &["--insecure-policy", "copy", &source, &format!("dir:{}", place.text("copy"))]);
    assert!(!shown.is_empty());
    let manifest: Value = serde_json::from_str(&raw).unwrap();
    let layer = manifest["layers"][0]["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    assert_eq!(fs::read(place.path("copy").join(layer)).unwrap(), archive);
    assert_eq!(fs::read(place.path("copy/manifest.json")).unwrap(), raw.as_bytes());
}

fn by_type(manifest: &mut Value) {
    let layers = manifest["layers"].as_array_mut().unwrap();
    layers.sort_by_key(|layer| layer["mediaType"].as_str().unwrap().to_owned());
}

/// The same manifest as that of `helm push`, but for the time of the push, and its own media type, which the standard asks for.
#[test]
fn the_layout_is_what_helm_pushes() {
    let chart = small();
    let (place, archive) = packaged(&chart);
    let bytes = fs::read(&archive).unwrap();
    fs::write(place.path("unsigned"), provenance_body(&chart, &bytes).unwrap()).unwrap();
    let signed = format!("{archive}.prov");
    place.sign(&place.path("unsigned"), Path::new(&signed));
    let files = oci_layout(&chart, &bytes, Some(&fs::read(&signed).unwrap())).unwrap();
    let digest = layout::manifest_digest(&files).unwrap();
    let mut ours: Value = serde_json::from_slice(&files[&format!("blobs/{}", digest.replace(':', "/"))]).unwrap();
    ours.as_object_mut().unwrap().remove("mediaType");
    by_type(&mut ours);
    for helm in HELMS {
        let registry = Registry::start(&place.path(&format!("registry-{helm}")));
        place.run(helm, &["push", "--plain-http", &archive, &format!("oci://{}/charts", registry.address)]);
        let target = format!("docker://{}/charts/small:1.2.3_4", registry.address);
        let raw = place.run("skopeo", &["--insecure-policy", "inspect", "--tls-verify=false", "--raw", &target]);
        let mut theirs: Value = serde_json::from_str(&raw).unwrap();
        let removed = theirs["annotations"].as_object_mut().unwrap().remove("org.opencontainers.image.created");
        assert!(removed.is_some(), "{helm}: {raw}");
        // Helm puts layers in the order of their digests, and a signature is another one each time.
        by_type(&mut theirs);
        assert_eq!(ours, theirs, "{helm}");
    }
}
