//! Reads any bytes as a spec and as a setting, and writes what is said about them in every form.

#![no_main]

use libfuzzer_sys::fuzz_target;
use memos_gen::diagnostic::{Diagnostics, github, json, render, sarif};
use memos_gen::source::{Origin, Sources, decode, setting, yaml};

fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    match decode::decode(&mut sources, "memos.yaml", bytes, Origin::File) {
        Err(diagnostic) => diagnostics.push(*diagnostic),
        Ok(file) => {
            let document = yaml::parse(&sources, file, &mut diagnostics);
            assert_eq!(document.is_none(), diagnostics.has_errors());
            let text = sources.get(file).text.clone();
            for (pointer, place) in document.iter().flat_map(|document| &document.spans) {
                assert!(text.get(place.value.start..place.value.end).is_some(), "{pointer}");
                assert!(document.as_ref().is_some_and(|document| document.value.pointer(pointer).is_some()), "{pointer}");
            }
            let file = sources.add("--set", text, Origin::Setting);
            setting::parse(&sources, file, &mut diagnostics);
        }
    }
    render::text(&sources, &diagnostics, true);
    json::text(&sources, &diagnostics);
    sarif::text(&sources, &diagnostics, "0.0.0");
    github::text(&sources, &diagnostics);
});
