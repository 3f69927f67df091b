//! Layers of documents merged into one, each value remembering where it came from.
//!
//! Built-in default ◄ profile (which may extend another) ◄ stock image ◄ files in order ◄ `--set`.

mod merge;
mod placeholder;
mod repeated;
pub mod secret;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Document, NodeSpan, Origin, Sources, Span, yaml};
use crate::spec::scalar::ImageReference;

pub use placeholder::{Placeholder, is_placeholder, placeholders};
pub use repeated::repeated_items;

/// The five profiles: name, path in the project, text.
pub const PROFILES: [(&str, &str, &str); 5] = [
    ("dev", "profiles/dev.yaml", include_str!("../profiles/dev.yaml")),
    ("production", "profiles/production.yaml", include_str!("../profiles/production.yaml")),
    ("aws", "profiles/aws.yaml", include_str!("../profiles/aws.yaml")),
    ("gcp", "profiles/gcp.yaml", include_str!("../profiles/gcp.yaml")),
    ("azure", "profiles/azure.yaml", include_str!("../profiles/azure.yaml")),
];

/// What a spec that takes a published image starts from, since no published image shares its cache.
const STOCK: (LayerKind, &str, &str) = (LayerKind::StockImage, "stock image", include_str!("profile/stock.yaml"));

/// Which layer a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayerKind {
    /// A built-in profile.
    Profile,
    /// What follows from taking a published image.
    StockImage,
    /// A file of the user's.
    File,
    /// One `--set`.
    Setting,
}

/// One layer.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What sort of layer it is.
    pub kind: LayerKind,
    /// What it says.
    pub document: Document,
}

/// Where a final value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The sort of layer.
    pub kind: LayerKind,
    /// The place in its text.
    pub span: NodeSpan,
}

/// The merged document with the place of every value in it, by JSON pointer.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The merged value.
    pub value: Value,
    /// The place of each value.
    pub provenance: BTreeMap<String, Placed>,
    /// The profile that was taken.
    pub profile: String,
}

/// Built-in texts that were read before, so that profiles which extend one read it once.
#[derive(Debug, Default)]
pub struct BuiltIn {
    layers: BTreeMap<&'static str, Arc<Layer>>,
}

/// What a spec starts from: its profile behind those that this extends, and the stock image's layer where it takes one.
#[derive(Debug)]
pub struct Inherited {
    profile: String,
    layers: Vec<Arc<Layer>>,
    /// The place where the user takes a published image.
    stock: Option<Span>,
}

/// Chooses the profile, adds its layers and the stock image's, and merges all.
///
/// `wanted` is `--profile`; `user` are files and settings, in order. None when no profile can be found.
pub fn merge(
    sources: &mut Sources,
    wanted: Option<&str>,
    user: &[Layer],
    diagnostics: &mut Diagnostics,
) -> Option<Merged> {
    let inherited = inherited(sources, &mut BuiltIn::default(), wanted, user, diagnostics)?;
    Some(merged(&inherited, user, diagnostics))
}

/// The first half of [`merge`]: chooses the profile and reads the built-in layers.
pub fn inherited(
    sources: &mut Sources,
    built_in: &mut BuiltIn,
    wanted: Option<&str>,
    user: &[Layer],
    diagnostics: &mut Diagnostics,
) -> Option<Inherited> {
    refuse_extends(user, diagnostics);
    let (profile, span) = chosen_profile(wanted, user, diagnostics)?;
    let mut layers = profile_layers(sources, built_in, &profile, span, diagnostics)?;
    let stock = takes_stock_image(user);
    if stock.is_some() {
        let (kind, path, text) = STOCK;
        layers.push(built_in.layer(sources, kind, path, text, diagnostics)?);
    }
    Some(Inherited { profile, layers, stock })
}

/// The second half of [`merge`], which needs no sources.
pub fn merged(inherited: &Inherited, user: &[Layer], diagnostics: &mut Diagnostics) -> Merged {
    let Inherited { profile, layers, stock } = inherited;
    let layers: Vec<&Layer> = layers.iter().map(Arc::as_ref).collect();
    let (mut merged, gaps) = merge::all(layers.iter().copied().chain(user));
    gaps.into_iter().for_each(|gap| diagnostics.push(beyond_the_end(&gap)));
    if let Some(span) = *stock {
        note_stock_defaults(&layers, user, span, diagnostics);
        if !user_names_image(user) {
            merge::remove(&mut merged, "/spec/memos/image");
        }
    }
    Merged { value: merged.value, provenance: merged.provenance, profile: profile.clone() }
}

impl BuiltIn {
    /// Reads what several profiles start from at once. The texts are added in the order in which [`inherited`] would add them for
    /// one profile after the other; one that cannot be read is left to it.
    pub fn of(sources: &mut Sources, profiles: &[String], user: &[Layer]) -> Self {
        let mut files = BTreeMap::new();
        let stock = takes_stock_image(user).is_some();
        for (kind, path, text) in profiles.iter().flat_map(|profile| texts_of(profile, stock)) {
            files.entry(path).or_insert_with(|| (kind, sources.add(path, text, Origin::BuiltIn)));
        }
        let read = |(path, (kind, file))| {
            let document = yaml::parse(sources, file, &mut Diagnostics::default())?;
            Some((path, Arc::new(Layer { kind, document })))
        };
        Self { layers: files.into_par_iter().filter_map(read).collect() }
    }

    fn layer(
        &mut self,
        sources: &mut Sources,
        kind: LayerKind,
        path: &'static str,
        text: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Arc<Layer>> {
        if let Some(known) = self.layers.get(path) {
            return Some(Arc::clone(known));
        }
        let file = sources.add(path, text, Origin::BuiltIn);
        let layer = Arc::new(Layer { kind, document: yaml::parse(sources, file, diagnostics)? });
        self.layers.insert(path, Arc::clone(&layer));
        Some(layer)
    }
}

/// A spec names its profile; that a file of the user's is merged onto another file is said by the order of `-f`.
fn refuse_extends(user: &[Layer], diagnostics: &mut Diagnostics) {
    for layer in user.iter().filter(|layer| layer.document.value.get("extends").is_some()) {
        let mut diagnostic = Diagnostic::new(Code::ExtendsInSpec, "only the program's own profiles have `extends`")
            .help(format!("write `profile: NAME` instead; NAME is one of {}", names()))
            .help("for a file that others build upon, name it first: `-f base.yaml -f memos.yaml`");
        if let Some(node) = layer.document.spans.get("/extends") {
            diagnostic = diagnostic.at(node.key.unwrap_or(node.value), "not read in a spec");
        }
        diagnostics.push(diagnostic);
    }
}

fn beyond_the_end(gap: &merge::Gap) -> Diagnostic {
    let merge::Gap { list, length, index, span } = gap;
    let path = crate::schema::dotted(list);
    let items = match length {
        0 => "no items".to_owned(),
        1 => "1 item".to_owned(),
        length => format!("{length} items"),
    };
    let message = format!("`{path}` has {items}, so `{path}[{index}]` cannot be the next");
    let diagnostic = Diagnostic::new(Code::BadSetting, message)
        .help(format!("set `{path}[{length}]` to add an item, or the whole list: `--set {path}='[…]'`"));
    match span {
        Some(span) => diagnostic.at(*span, "behind the end of the list"),
        None => diagnostic,
    }
}

/// The name of the profile and, when a document names it, the place.
fn chosen_profile(
    wanted: Option<&str>,
    user: &[Layer],
    diagnostics: &mut Diagnostics,
) -> Option<(String, Option<Span>)> {
    if let Some(name) = wanted {
        return Some((name.to_owned(), None));
    }
    let named = user.iter().rev().find_map(|layer| {
        let name = layer.document.value.get("profile")?.as_str()?;
        let span = layer.document.spans.get("/profile").map(|node| node.value);
        Some((name.to_owned(), span))
    });
    // A `profile` that is no text, or a document that is no map, is an error of its own.
    let refused =
        user.iter().any(|layer| !layer.document.value.is_object() || layer.document.value.get("profile").is_some());
    if named.is_none() && !(refused && diagnostics.has_errors()) {
        let mut diagnostic = Diagnostic::new(Code::ProfileMissing, "no profile is chosen")
            .help(format!("say `--profile NAME` or write `profile: NAME` into the spec; NAME is one of {}", names()));
        if let Some(span) = user.first().and_then(|layer| layer.document.spans.get("")) {
            diagnostic = diagnostic.at(Span { end: span.value.start, ..span.value }, "`profile:` is not here");
        }
        diagnostics.push(diagnostic);
    }
    named
}

fn names() -> String {
    PROFILES.map(|(name, _, _)| format!("`{name}`")).join(", ")
}

/// The texts that a profile starts from, its own first, with their kinds and names; none if there is no such profile.
fn texts_of(profile: &str, stock: bool) -> Vec<(LayerKind, &'static str, &'static str)> {
    let mut texts = Vec::new();
    let mut next = Some(profile);
    while let Some((_, path, text)) = PROFILES.iter().find(|(name, _, _)| Some(*name) == next) {
        texts.push((LayerKind::Profile, *path, *text));
        next = text.lines().find_map(|line| line.strip_prefix("extends: "));
    }
    if stock && !texts.is_empty() {
        texts.push(STOCK);
    }
    texts
}

/// The profile's own layer behind those it extends, furthest first.
fn profile_layers(
    sources: &mut Sources,
    built_in: &mut BuiltIn,
    profile: &str,
    span: Option<Span>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Arc<Layer>>> {
    let Some((_, path, text)) = PROFILES.iter().find(|(name, _, _)| *name == profile) else {
        let shown: String = profile.chars().take(60).collect();
        let mut diagnostic =
            Diagnostic::new(Code::ProfileUnknown, format!("there is no profile `{}`", shown.escape_debug()))
                .help(format!("take one of {}", names()));
        if let Some(span) = span {
            diagnostic = diagnostic.at(span, "not a profile");
        }
        diagnostics.push(diagnostic);
        return None;
    };
    let layer = built_in.layer(sources, LayerKind::Profile, path, text, diagnostics)?;
    let base = layer.document.value.get("extends").and_then(Value::as_str);
    let mut layers = match base {
        Some(base) => profile_layers(sources, built_in, base, None, diagnostics)?,
        None => Vec::new(),
    };
    layers.push(layer);
    Some(layers)
}

fn user_names_image(user: &[Layer]) -> bool {
    user.iter().any(|layer| layer.document.value.pointer("/spec/memos/image").is_some())
}

/// The place where the user takes a published image: by its version or distribution alone, or by its name.
fn takes_stock_image(user: &[Layer]) -> Option<Span> {
    let last = |pointer: &str| {
        user.iter().rev().find_map(|layer| {
            let value = layer.document.value.pointer(pointer)?;
            Some((value, layer.document.spans.get(pointer)?.value))
        })
    };
    if let Some((image, span)) = last("/spec/memos/image") {
        let image = image.as_str()?.parse::<ImageReference>().ok()?;
        return image.is_upstream_memos().then_some(span);
    }
    last("/spec/memos/version").or_else(|| last("/spec/memos/distribution")).map(|(_, span)| span)
}

/// Says what the stock image changed in the profile, where the user has not decided it.
fn note_stock_defaults(inherited: &[&Layer], user: &[Layer], span: Span, diagnostics: &mut Diagnostics) {
    let says = |layers: &mut dyn Iterator<Item = &Layer>, pointer: &str, value: &str| {
        let found = |layer: &Layer| layer.document.value.pointer(pointer).map(|found| found.as_str() != Some(value));
        layers.filter(|layer| layer.kind != LayerKind::StockImage).find_map(found)
    };
    let changed = |pointer: &str, value: &str| {
        says(&mut user.iter().rev(), pointer, value).is_none()
            && says(&mut inherited.iter().copied().rev(), pointer, value) == Some(true)
    };
    let mut changes = Vec::new();
    if changed("/spec/scaling/mode", "single") {
        changes.push("`scaling.mode` is `single`");
    }
    if changed("/spec/cache/kind", "none") {
        changes.push("`cache.kind` is `none`");
    }
    if changes.is_empty() {
        return;
    }
    let fork = user
        .iter()
        .any(|layer| layer.document.value.pointer("/spec/memos/distribution").is_some_and(|found| found != "memos"));
    let mut note =
        Diagnostic::new(Code::StockImageDefaults, format!("with a published image {}", changes.join(" and ")))
            .at(span, "takes a published image");
    if changed("/spec/scaling/mode", "single") && !fork {
        note = note
            .help("for a second pod that takes over within seconds, say `scaling.mode: standby`; it needs PostgreSQL");
    }
    diagnostics.push(
        note.help("for replicas, give `memos.image` an image that shares its cache, with `memos.sharedCache: true`"),
    );
}
