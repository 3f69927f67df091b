//! Compiles any bytes as a spec, with a profile chosen by the first of them, and reads back whatever is emitted.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use memos_gen::compile::{self, Input};
use memos_gen::diagnostic::{Diagnostics, render};
use memos_gen::emit::{manifests, prerequisites};
use memos_gen::profile::PROFILES;
use memos_gen::schema::validate::Validator;
use memos_gen::source::{Origin, Sources, decode};

static VALIDATOR: LazyLock<Validator> = LazyLock::new(compile::validator);

fuzz_target!(|bytes: &[u8]| {
    // Specs of the seeds begin with a letter or `#` and name their profile themselves.
    let profile = bytes.first().filter(|first| !first.is_ascii_graphic());
    let text = if profile.is_some() { &bytes[1..] } else { bytes };
    let profile = profile.map(|first| PROFILES[usize::from(*first) % PROFILES.len()].0.to_owned());
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let compilation = match decode::decode(&mut sources, "memos.yaml", text, Origin::File) {
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            None
        }
        Ok(file) => {
            let input = Input { profile, files: vec![file], ..Input::default() };
            compile::compile(&mut sources, &input, &VALIDATOR, false, &mut diagnostics)
        }
    };
    assert_eq!(compilation.is_none(), diagnostics.has_errors());
    render::text(&sources, &diagnostics, false);
    let Some(compilation) = compilation else { return };
    let markdown = prerequisites::markdown(&compilation.validated, &compilation.plan, &compilation.objects);
    // A tree may be refused here only for what an override put into it.
    let Ok(artifacts) = manifests::tree(&compilation.objects, &markdown) else { return };
    for (path, text) in artifacts.iter().filter(|(path, _)| path.ends_with(".yaml")) {
        let read = serde_yaml::from_str::<serde_yaml::Value>(text);
        assert!(read.is_ok_and(|value| value.is_mapping()), "{path}");
    }
});
