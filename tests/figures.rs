//! The numbers of each profile with their formulas, as they are shown to people. `INSTA_UPDATE=always cargo test --test
//! figures` takes changes over.

use memos_gen::compile::{self, Input};
use memos_gen::diagnostic::Diagnostics;
use memos_gen::source::Sources;
use memos_gen::{plan, profile};

#[test]
fn the_numbers_of_the_profiles_are_known() {
    let validator = compile::validator();
    let mut text = String::new();
    for (name, _, _) in profile::PROFILES {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let input = Input { profile: Some(name.to_owned()), ..Input::default() };
        let validated =
            compile::validated(&mut sources, &input, &validator, &mut diagnostics).expect("profiles are legal");
        text += &format!("{name}\n");
        for figure in plan::plan(&validated).figures {
            text += &format!("  {} = {}: {} [{}]\n", figure.path, figure.value, figure.formula, figure.inputs);
        }
    }
    insta::assert_snapshot!(text);
}
