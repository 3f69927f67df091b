//! The archive as an OCI image layout, which tools without Helm copy to a registry.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{PackageError, digest, metadata};
use crate::chart::files::ChartFiles;

/// What the registry calls `Chart.yaml` as JSON.
const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";

/// What it calls the archive.
const CONTENT: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/// What it calls the signed provenance file.
const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/// What it calls a manifest, and a list of these.
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The annotations that `Chart.yaml` cannot change.
const FIXED: [&str; 2] = ["org.opencontainers.image.title", "org.opencontainers.image.version"];

/// The tag of a version in a registry, where `+` is not allowed; Helm replaces it just so.
pub fn tag(version: &str) -> String {
    version.replace('+', "_")
}

/// An OCI image layout with the archive, and with its signed provenance file when there is one. Contents by path relative to
/// the layout's folder.
///
/// Manifest and annotations are what `helm push` makes of the archive, but for the time of the push, which would make every
/// one different.
///
/// # Errors
///
/// [`PackageError::Metadata`] if `Chart.yaml` does not say what the chart is.
pub fn oci_layout(
    chart: &ChartFiles,
    archive: &[u8],
    provenance: Option<&[u8]>,
) -> Result<BTreeMap<String, Vec<u8>>, PackageError> {
    let about = metadata::metadata(chart)?;
    let mut files = BTreeMap::new();
    let config = blob(CONFIG, go_json(&about.clone().into()), &mut files);
    let mut layers = vec![blob(CONTENT, archive.to_vec(), &mut files)];
    layers.extend(provenance.map(|signed| blob(PROVENANCE, signed.to_vec(), &mut files)));
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config,
        "layers": layers,
        "annotations": annotations(&about),
    });
    let mut entry = blob(MANIFEST, go_json(&manifest), &mut files);
    entry["annotations"] = json!({"org.opencontainers.image.ref.name": tag(&chart.version)});
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]});
    files.insert("index.json".to_owned(), go_json(&index));
    files.insert("oci-layout".to_owned(), go_json(&json!({"imageLayoutVersion": "1.0.0"})));
    Ok(files)
}

/// The digest of the manifest in a layout, by which the chart can be installed whatever its tag leads to later.
pub fn manifest_digest(layout: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let index: Value = serde_json::from_slice(layout.get("index.json")?).ok()?;
    index["manifests"][0]["digest"].as_str().map(str::to_owned)
}

/// Adds a content, and describes it.
fn blob(media_type: &str, content: Vec<u8>, files: &mut BTreeMap<String, Vec<u8>>) -> Value {
    let digest = digest(&content);
    let description = json!({"mediaType": media_type, "digest": digest, "size": content.len()});
    files.insert(format!("blobs/{}", digest.replace(':', "/")), content);
    description
}

/// What `helm push` says of a chart in the registry's own words, beside the chart's own annotations.
fn annotations(about: &Map<String, Value>) -> BTreeMap<String, String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let first_source = about.get("sources").and_then(|sources| sources.get(0));
    let words = [
        ("title", text(about.get("name"))),
        ("version", text(about.get("version"))),
        ("description", text(about.get("description"))),
        ("url", text(about.get("home"))),
        ("source", text(first_source)),
        ("authors", authors(about)),
    ];
    let given = words.into_iter().filter(|(_, text)| !text.is_empty());
    let mut annotations: BTreeMap<String, String> =
        given.map(|(word, text)| (format!("org.opencontainers.image.{word}"), text)).collect();
    let own = about.get("annotations").and_then(Value::as_object).into_iter().flatten();
    let own = own.filter(|(key, _)| !FIXED.contains(&key.as_str()));
    annotations.extend(own.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))));
    annotations
}

/// `name (mail), name`.
fn authors(about: &Map<String, Value>) -> String {
    let author = |maintainer: &Value| {
        let name = maintainer["name"].as_str().unwrap_or_default();
        match maintainer["email"].as_str() {
            Some(mail) => format!("{name} ({mail})"),
            None => name.to_owned(),
        }
    };
    let maintainers = about.get("maintainers").and_then(Value::as_array).into_iter().flatten();
    maintainers.map(author).collect::<Vec<_>>().join(", ")
}

/// JSON as Go writes it, so that a content has the digest that it gets from Helm.
fn go_json(value: &Value) -> Vec<u8> {
    let mut text = value.to_string();
    for letter in ['<', '>', '&', '\u{2028}', '\u{2029}'] {
        text = text.replace(letter, &format!("\\u{:04x}", u32::from(letter)));
    }
    text.into_bytes()
}
