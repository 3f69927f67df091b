//! `memos-gen chart package`

use std::fs;
use std::path::{Path, PathBuf};

use super::super::Exit;
use super::super::arguments::PackageArguments;
use super::super::output::{Failure, print};
use super::put::{Content, Product, put};
use crate::chart::files::{ChartFiles, chart_files};
use crate::chart::package::layout::{manifest_digest, tag};
use crate::chart::package::{PackageError, archive, archive_name, digest, oci_layout, provenance};

/// Packages the chart and writes what is not there yet.
pub(in crate::cli) fn run(arguments: &PackageArguments) -> Result<Exit, Failure> {
    let chart = chart_files();
    let directory = &arguments.output;
    let products = products(&chart, directory, arguments.provenance.as_deref())?;
    fs::create_dir_all(directory).map_err(|error| Failure::cannot_write(directory, &error))?;
    let staging = directory.join(format!(".{}-{}.staging", chart.name, chart.version));
    put(&staging, &products, arguments.force)?;
    print(&summary(&chart, &products))?;
    Ok(Exit::Done)
}

/// The archive, the text to be signed for it, and the layout.
fn products(chart: &ChartFiles, directory: &Path, signed: Option<&Path>) -> Result<Vec<Product>, Failure> {
    let internal = |error: PackageError| {
        Failure::usage(format!("internal error: {error}"), "nothing was written; report this with the version")
    };
    let archive = archive(chart).map_err(internal)?;
    let body = provenance::provenance_body(chart, &archive).map_err(internal)?;
    let signed = match signed {
        Some(path) => Some(read_signed(path, chart, &archive)?),
        None => None,
    };
    let unsigned = oci_layout(chart, &archive, None).map_err(internal)?;
    let layout = oci_layout(chart, &archive, signed.as_deref()).map_err(internal)?;
    let name = archive_name(chart);
    let manifest = manifest_digest(&layout).unwrap_or_default();
    let product = |name: String, digest: String, content| Product { path: directory.join(name), digest, content };
    Ok(vec![
        product(unsigned_name(&name), digest(body.as_bytes()), Content::File(body.into_bytes())),
        product(layout_name(chart), manifest, Content::Layout { files: layout, unsigned: signed.map(|_| unsigned) }),
        product(name, digest(&archive), Content::File(archive)),
    ])
}

fn read_signed(path: &Path, chart: &ChartFiles, archive: &[u8]) -> Result<Vec<u8>, Failure> {
    let signed = fs::read(path).map_err(|error| Failure::cannot_read(path, &error))?;
    let unsigned = unsigned_name(&archive_name(chart));
    provenance::belongs(&signed, chart, archive).map_err(|error| {
        Failure::usage(
            format!("`{}` cannot be packaged: {error}", path.display()),
            format!("sign the file `{unsigned}` that this version writes"),
        )
    })?;
    Ok(signed)
}

fn unsigned_name(archive: &str) -> String {
    format!("{archive}.prov.unsigned")
}

fn layout_name(chart: &ChartFiles) -> String {
    format!("{}-{}.oci", chart.name, chart.version)
}

/// What lies there now with its digests, the archive first, and what can be done with it.
fn summary(chart: &ChartFiles, products: &[Product]) -> String {
    let lines = products.iter().rev().map(|product| format!("{}: {}\n", product.path.display(), product.digest));
    let path = |name: String| -> PathBuf { products[0].path.with_file_name(name) };
    let name = archive_name(chart);
    let archive = path(name.clone());
    format!(
        "{}  install: helm install memos {}\n  sign: gpg --clearsign --output {} {}\n  publish: skopeo copy oci:{}:{tag} docker://REGISTRY/{}:{tag}\n",
        lines.collect::<String>(),
        archive.display(),
        path(format!("{name}.prov")).display(),
        products[0].path.display(),
        path(layout_name(chart)).display(),
        chart.name,
        tag = tag(&chart.version),
    )
}
