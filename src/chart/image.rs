//! Images that the templates choose as the compiler does: the one that is given, or else its own; through the mirror, if there is one.

use std::sync::LazyLock;

use super::derive::specimen::Specimen;
use crate::plan::image;
use crate::spec::Spec;
use crate::spec::database::DEFAULT_VERSION;
use crate::spec::memos::Distribution;
use crate::spec::scalar::ImageReference;

/// An image, and what is taken when none is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Image {
    /// The value by which one is given.
    pub(super) path: &'static str,
    /// The compiler's own, with `%v` for a value.
    pub(super) own: String,
    /// That value, and what it is when it is not set.
    pub(super) version: Option<(&'static str, u32)>,
}

/// Stands in an image for the version that a value gives.
const VERSION: u32 = u32::MAX;

/// Every image.
pub(super) static IMAGES: LazyLock<Vec<Image>> = LazyLock::new(images);

fn images() -> Vec<Image> {
    let fixed = |path, image: ImageReference| Image { path, own: image.to_string(), version: None };
    let versioned = |path, image: ImageReference, value, otherwise| Image {
        path,
        own: image.to_string().replace(&VERSION.to_string(), "%v"),
        version: Some((value, otherwise)),
    };
    let postgres = |image| versioned("images.postgres", image, "database.version", DEFAULT_VERSION);
    let mut memos = image::memos(&Spec::default());
    memos.tag = Some(VERSION.to_string());
    vec![
        versioned("memos.image", memos, "memos.version", 0),
        postgres(image::postgres(Distribution::Memos, VERSION)),
        postgres(image::cluster(VERSION)),
        fixed("images.pooler", image::pooler()),
        fixed("images.redis", image::redis()),
        fixed("images.redisExporter", image::redis_exporter()),
        fixed("images.redisProxy", image::redis_proxy()),
        fixed("images.keeper", image::keeper()),
        fixed("images.proxy", image::proxy()),
        fixed("images.cloudSqlProxy", image::cloud_sql_proxy()),
    ]
}

impl Image {
    /// The image of a specimen.
    pub(super) fn of(&self, specimen: &Specimen) -> Option<String> {
        let text = |path: &str| {
            specimen.value(path).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let own = || match self.version {
            Some((path, otherwise)) => self.own.replace("%v", &text(path).unwrap_or_else(|| otherwise.to_string())),
            None => self.own.clone(),
        };
        let image: ImageReference = text(self.path).unwrap_or_else(own).parse().ok()?;
        Some(image.through(text("images.registry").as_deref()).to_string())
    }
}
