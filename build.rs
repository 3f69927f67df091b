//! Says how release builds are linked, and takes the chart's templates into the program.

use std::path::Path;
use std::{env, fs};

fn main() {
    link_at_a_fixed_address();
    list_templates();
    println!("cargo::rerun-if-changed=build.rs");
}

/// The directory of the derived templates.
const TEMPLATES: &str = "src/chart/templates";

/// Writes the derived templates of the chart as a list of names and texts.
fn list_templates() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package lies");
    let entries = fs::read_dir(TEMPLATES).expect("src/chart/templates holds the chart's templates");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("the directory can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    let line =
        |name: &String| format!("    ({name:?}, include_str!({:?})),\n", Path::new(&root).join(TEMPLATES).join(name));
    let list = format!("&[\n{}]\n", names.iter().map(line).collect::<String>());
    let out = env::var("OUT_DIR").expect("cargo says where build scripts write");
    fs::write(Path::new(&out).join("chart_templates.rs"), list).expect("the build directory can be written");
    println!("cargo::rerun-if-changed={TEMPLATES}");
}

/// A program that runs for milliseconds spends a good part of them, and half a mebibyte, on relocating itself; the release
/// build is linked to where it will lie instead.
fn link_at_a_fixed_address() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
