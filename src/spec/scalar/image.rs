//! References to container images.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// An image: `[registry/]repository[:tag][@sha256:digest]`, with a tag or a digest or both.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageReference {
    /// The host that serves it; none means the container runtime's default.
    pub registry: Option<String>,
    /// The path in the registry.
    pub repository: String,
    /// A movable name of one version.
    pub tag: Option<String>,
    /// `sha256:` and 64 hexadecimal digits: exactly one image, for ever.
    pub digest: Option<String>,
}

impl ImageReference {
    /// An image that the program knows.
    pub fn literal(text: &'static str) -> Self {
        text.parse().expect("image references in the program are legal, a test reads them all")
    }

    /// The same image as a mirror serves it: `mirror` stands in for the registry.
    #[must_use]
    pub fn through(&self, mirror: Option<&str>) -> Self {
        match mirror {
            Some(mirror) => Self { registry: Some(mirror.trim_end_matches('/').to_owned()), ..self.clone() },
            None => self.clone(),
        }
    }

    /// Whether this is an image that the Memos project publishes.
    pub fn is_upstream_memos(&self) -> bool {
        let docker_hub = matches!(self.registry.as_deref(), None | Some("docker.io" | "index.docker.io"));
        (docker_hub && self.repository == "neosmemo/memos")
            || (self.registry.as_deref() == Some("ghcr.io") && self.repository == "usememos/memos")
    }
}

impl FromStr for ImageReference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(checked_digest(digest)?)),
            None => (text, None),
        };
        let (path, tag) = match rest.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(checked_tag(tag)?)),
            _ => (rest, None),
        };
        let (registry, repository) = match path.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (Some(host), path),
            _ => (None, path),
        };
        check_repository(repository)?;
        if let Some(registry) = registry {
            check_registry(registry)?;
        }
        if tag.is_none() && digest.is_none() {
            return Err("it names no version: add a tag such as `:0.30.0` or a digest".to_owned());
        }
        Ok(Self { registry: registry.map(str::to_owned), repository: repository.to_owned(), tag, digest })
    }
}

fn checked_digest(digest: &str) -> Result<String, String> {
    let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    match digest.strip_prefix("sha256:") {
        Some(hex) if hex.len() == 64 && hex.chars().all(hexadecimal) => Ok(digest.to_owned()),
        _ => Err("a digest is `sha256:` and 64 hexadecimal digits".to_owned()),
    }
}

fn checked_tag(tag: &str) -> Result<String, String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if tag.is_empty() || tag.len() > 128 || !tag.chars().all(legal) || tag.starts_with(['.', '-']) {
        return Err(format!("`{}` is not a legal tag", tag.escape_debug()));
    }
    Ok(tag.to_owned())
}

fn check_repository(repository: &str) -> Result<(), String> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let part_is_legal = |part: &str| {
        !part.is_empty()
            && part.chars().all(legal)
            && !part.starts_with(['.', '_', '-'])
            && !part.ends_with(['.', '_', '-'])
    };
    if repository.len() <= 255 && repository.split('/').all(part_is_legal) {
        return Ok(());
    }
    Err(format!("`{}` is not a legal repository", repository.escape_debug()))
}

fn check_registry(registry: &str) -> Result<(), String> {
    let (host, port) = registry.split_once(':').unwrap_or((registry, "443"));
    super::check_dns_name(host)?;
    port.parse::<u16>().map(|_| ()).map_err(|_| format!("`{}` is not a port", port.escape_debug()))
}

impl TryFrom<String> for ImageReference {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ImageReference> for String {
    fn from(image: ImageReference) -> Self {
        image.to_string()
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(registry) = &self.registry {
            write!(f, "{registry}/")?;
        }
        f.write_str(&self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

impl JsonSchema for ImageReference {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ImageReference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "image-reference", "examples": ["ghcr.io/usememos/memos:0.30.0"] })
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart_and_put_together() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for text in [
            "neosmemo/memos:0.30.0".to_owned(),
            "ghcr.io/usememos/memos:0.30.0".to_owned(),
            "localhost:5000/memos:x".to_owned(),
            format!("registry.example.com:5000/a/b@{digest}"),
            format!("redis:8-alpine@{digest}"),
        ] {
            assert_eq!(text.parse::<ImageReference>().expect(&text).to_string(), text);
        }
        for text in ["memos", "Memos:1", "a b:1", "memos:", "memos@sha256:12", "ghcr.io/:1", "x_/y:1", ""] {
            assert!(text.parse::<ImageReference>().is_err(), "{text}");
        }
    }

    #[test]
    fn upstream_is_known_by_its_repository() {
        assert!(ImageReference::literal("neosmemo/memos:0.30.0").is_upstream_memos());
        assert!(ImageReference::literal("ghcr.io/usememos/memos:stable").is_upstream_memos());
        assert!(!ImageReference::literal("registry.example.com/usememos/memos:1").is_upstream_memos());
        let mirrored = ImageReference::literal("ghcr.io/usememos/memos:1").through(Some("mirror.example.com/hub"));
        assert_eq!(mirrored.to_string(), "mirror.example.com/hub/usememos/memos:1");
    }
}
