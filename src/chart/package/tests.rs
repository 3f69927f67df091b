//! A small chart, packaged.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::archive::CHANGED;
use super::layout::{manifest_digest, tag};
use super::provenance::belongs;
use super::*;

const CHART: &str = "apiVersion: v2\nversion: 1.2.3+4\nname: small\ntype: application\nkubeVersion: '>=1.33.0-0'\n\
    maintainers:\n- email: a@example.com\n  name: A & B\n- name: C\ndescription: \"a <small> chart \"\nhome: https://example.com\n\
    sources: [https://example.com/code, https://example.com/more]\nannotations:\n  z: '1'\n  a: '2'\n\
    \x20 org.opencontainers.image.title: other\n  org.opencontainers.image.vendor: V\n";

fn small() -> ChartFiles {
    let files = [
        ("Chart.yaml", CHART),
        ("README.md", "# small\n"),
        ("templates/NOTES.txt", "Hello\n"),
        ("templates/a.yaml", "a: 1\n"),
        ("values.schema.json", "{}"),
        ("values.yaml", "{}\n"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    ChartFiles { name: "small".to_owned(), version: "1.2.3+4".to_owned(), files: BTreeMap::from(files) }
}

fn with(path: &str, text: &str) -> ChartFiles {
    let mut chart = small();
    chart.files.insert(path.to_owned(), text.as_bytes().to_vec());
    chart
}

#[test]
fn an_archive_has_helms_order_and_nothing_of_the_machine() {
    let archive = archive(&small()).unwrap();
    let mut unpacked = tar::Archive::new(GzDecoder::new(archive.as_slice()));
    let mut paths = Vec::new();
    for entry in unpacked.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_str().unwrap().to_owned();
        let header = entry.header().clone();
        let numbers = (header.mode().unwrap(), header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap());
        assert_eq!(numbers, (0o644, 0, 0, CHANGED), "{path}");
        assert_eq!((header.username().unwrap(), header.groupname().unwrap()), (Some(""), Some("")), "{path}");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        assert_eq!(content, small().files[path.strip_prefix("small/").unwrap()]);
        paths.push(path);
    }
    let expected =
        ["Chart.yaml", "values.yaml", "values.schema.json", "README.md", "templates/NOTES.txt", "templates/a.yaml"];
    assert_eq!(paths, expected.map(|path| format!("small/{path}")));
    // No name, no time, unknown system: RFC 1952, 2.3.
    assert_eq!(archive[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
}

/// A new version of the compressor may change it; then the chart's version has to change as well, and this number with it.
#[test]
fn an_archive_is_the_same_on_every_machine() {
    let archive = archive(&small()).unwrap();
    assert_eq!(archive, super::archive(&small()).unwrap());
    assert_eq!(digest(&archive), "sha256:b481f16ef47a74da74426e63cc99e9846a4df31d82421117bc532879d5c44864");
}

#[test]
fn paths_stay_in_the_folder() {
    let long = "a".repeat(101);
    let deep = format!("{}/{}", "b".repeat(120), "a".repeat(90));
    for path in ["", "/a", "a//b", "../a", "templates/../../a", ".", "a\\b", "c:a", "é", "a\nb", &long] {
        assert_eq!(archive(&with(path, "")), Err(PackageError::Path(path.to_owned())), "{path}");
    }
    assert!(archive(&with(&deep, "")).is_ok());
    assert_eq!(PackageError::Path("a\nb".to_owned()).to_string(), "the chart's file `a\\nb` has no legal path");
}

#[test]
fn the_text_to_be_signed_has_two_parts() {
    let body = provenance_body(&small(), b"archive").unwrap();
    let (about, files) = body.split_once("\n...\n").unwrap();
    assert_eq!(about, CHART.trim_end());
    assert_eq!(files, format!("files:\n  small-1.2.3+4.tgz: {}\n", digest(b"archive")));
}

#[test]
fn chart_yaml_has_to_fit() {
    let refused = |chart: &ChartFiles| provenance_body(chart, b"").unwrap_err().to_string();
    let mut without = small();
    without.files.remove("Chart.yaml");
    assert_eq!(refused(&without), "`Chart.yaml` is missing");
    assert_eq!(
        refused(&with("Chart.yaml", "name: other\nversion: 1.2.3+4\n")),
        "`Chart.yaml` does not say `name: small`"
    );
    assert_eq!(refused(&with("Chart.yaml", "name: small\n")), "`Chart.yaml` does not say `version: 1.2.3+4`");
    assert_eq!(
        refused(&with("Chart.yaml", &format!("{CHART}engine: gotpl\n"))),
        "`Chart.yaml` has the field `engine`, which Helm does not know"
    );
    assert_eq!(
        refused(&with("Chart.yaml", &format!("{CHART}...\n"))),
        "`Chart.yaml` holds the line `...`, which ends it in a provenance file"
    );
    assert!(refused(&with("Chart.yaml", "- a\n")).starts_with("`Chart.yaml` is not a map of YAML: "));
}

#[test]
fn a_signed_file_belongs_to_one_archive() {
    let chart = small();
    let body = provenance_body(&chart, b"archive").unwrap();
    let signed = format!(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{body}\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n"
    );
    assert_eq!(belongs(signed.as_bytes(), &chart, b"archive"), Ok(()));
    let reason = |text: &[u8], archive| belongs(text, &chart, archive).unwrap_err().to_string();
    assert_eq!(
        reason(signed.as_bytes(), b"other"),
        format!("the provenance file is of another archive: it does not say `small-1.2.3+4.tgz: {}`", digest(b"other"))
    );
    assert_eq!(
        reason(body.as_bytes(), b"archive"),
        "the provenance file is not signed: make it with `gpg --clearsign`"
    );
    assert_eq!(reason(&[0xff], b"archive"), "the provenance file is not text");
}

fn blob(layout: &BTreeMap<String, Vec<u8>>, digest: &Value) -> Vec<u8> {
    layout[&format!("blobs/{}", digest.as_str().unwrap().replace(':', "/"))].clone()
}

#[test]
fn a_layout_holds_what_its_index_names() {
    let layout = oci_layout(&small(), b"archive", Some(b"signed")).unwrap();
    let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
    assert_eq!(json(&layout["oci-layout"]), json!({"imageLayoutVersion": "1.0.0"}));
    let index = json(&layout["index.json"]);
    assert_eq!(index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"], "1.2.3_4");
    assert_eq!(manifest_digest(&layout).as_deref(), index["manifests"][0]["digest"].as_str());
    let manifest = json(&blob(&layout, &index["manifests"][0]["digest"]));
    assert_eq!(manifest["layers"][0]["mediaType"], "application/vnd.cncf.helm.chart.content.v1.tar+gzip");
    assert_eq!(blob(&layout, &manifest["layers"][0]["digest"]), b"archive");
    assert_eq!(manifest["layers"][1]["mediaType"], "application/vnd.cncf.helm.chart.provenance.v1.prov");
    assert_eq!(blob(&layout, &manifest["layers"][1]["digest"]), b"signed");
    assert_eq!(
        manifest["annotations"],
        json!({
            "a": "2",
            "org.opencontainers.image.authors": "A & B (a@example.com), C",
            "org.opencontainers.image.description": "a <small> chart",
            "org.opencontainers.image.source": "https://example.com/code",
            "org.opencontainers.image.title": "small",
            "org.opencontainers.image.url": "https://example.com",
            "org.opencontainers.image.vendor": "V",
            "org.opencontainers.image.version": "1.2.3+4",
            "z": "1",
        })
    );
    for (path, content) in &layout {
        if let Some(expected) = path.strip_prefix("blobs/sha256/") {
            assert_eq!(digest(content), format!("sha256:{expected}"));
        }
    }
    assert_eq!(layout.len(), 6);
    assert_eq!(oci_layout(&small(), b"archive", None).unwrap().len(), 5);
    assert_eq!(tag("1.2.3"), "1.2.3");
}

/// Field order and escapes are those of Go, which `tests/tools_chart_package.rs` compares with Helm's own.
#[test]
fn the_configuration_is_what_helm_writes() {
    let layout = oci_layout(&small(), b"archive", None).unwrap();
    let index: Value = serde_json::from_slice(&layout["index.json"]).unwrap();
    let manifest: Value = serde_json::from_slice(&blob(&layout, &index["manifests"][0]["digest"])).unwrap();
    let config = String::from_utf8(blob(&layout, &manifest["config"]["digest"])).unwrap();
    assert_eq!(
        config,
        r#"{"name":"small","home":"https://example.com","sources":["https://example.com/code","https://example.com/more"],"#
            .to_owned()
            + r#""version":"1.2.3+4","description":"a \u003csmall\u003e chart ","#
            + r#""maintainers":[{"name":"A \u0026 B","email":"a@example.com"},{"name":"C"}],"apiVersion":"v2","#
            + r#""annotations":{"a":"2","org.opencontainers.image.title":"other","org.opencontainers.image.vendor":"V","z":"1"},"#
            + r#""kubeVersion":"\u003e=1.33.0-0","type":"application"}"#
    );
}
