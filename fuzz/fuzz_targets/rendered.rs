//! Checks any bytes as a stream of rendered objects.

#![no_main]

use libfuzzer_sys::fuzz_target;
use memos_gen::check::rendered;
use memos_gen::diagnostic::{Diagnostics, render};
use memos_gen::source::{Origin, Sources, decode};

fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    match decode::decode_all(&mut sources, "<stdin>", bytes, Origin::File) {
        Err(diagnostic) => diagnostics.push(*diagnostic),
        Ok(file) => {
            rendered::check(&sources, file, &mut diagnostics);
        }
    }
    render::text(&sources, &diagnostics, false);
});
