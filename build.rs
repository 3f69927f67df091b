//! Says how release builds are linked.

use std::env;

fn main() {
    link_at_a_fixed_address();
    println!("cargo::rerun-if-changed=build.rs");
}

/// A program that runs for milliseconds spends a good part of them, and half a mebibyte, on relocating itself; the release
/// build is linked to where it will lie instead.
fn link_at_a_fixed_address() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
