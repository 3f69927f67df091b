//! What each stage of a compilation costs: `cargo bench --bench compile`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use memos_gen::check::check;
use memos_gen::compile::{self, Compilation, Input};
use memos_gen::component;
use memos_gen::diagnostic::Diagnostics;
use memos_gen::emit::{Artifacts, manifests, prerequisites};
use memos_gen::plan;
use memos_gen::profile::PROFILES;
use memos_gen::schema::validate::Validator;
use memos_gen::source::{Origin, Sources};

/// The largest of the specs: every kind of object but the clouds'.
const SPEC: &str = include_str!("../golden/gateway-envoy/memos.yaml");

fn compiled(validator: &Validator, profile: Option<&str>, text: Option<&str>) -> (Compilation, Diagnostics) {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let files = text.into_iter().map(|text| sources.add("memos.yaml", text, Origin::File)).collect();
    let input = Input { profile: profile.map(str::to_owned), files, ..Input::default() };
    let compilation = compile::compile(&mut sources, &input, validator, false, &mut diagnostics);
    (compilation.expect("the specs here compile, the goldens show it"), diagnostics)
}

fn emitted(compilation: &Compilation) -> Artifacts {
    let markdown = prerequisites::markdown(&compilation.validated, &compilation.plan, &compilation.objects);
    manifests::tree(&compilation.objects, &markdown).expect("what compiles can be emitted")
}

fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stage");
    let validator = compile::validator();
    group.bench_function("read, merge, validate", |bencher| {
        bencher.iter(|| {
            let mut sources = Sources::default();
            let file = sources.add("memos.yaml", black_box(SPEC), Origin::File);
            let input = Input { files: vec![file], ..Input::default() };
            compile::validated(&mut sources, &input, &validator, &mut Diagnostics::default())
        });
    });
    let (compilation, _) = compiled(&validator, None, Some(SPEC));
    let Compilation { validated, plan, .. } = &compilation;
    group.bench_function("plan", |bencher| bencher.iter(|| plan::plan(black_box(validated))));
    group.bench_function("build", |bencher| bencher.iter(|| component::build(black_box(plan))));
    group.bench_function("check", |bencher| {
        let run = |objects| check(validated, plan, objects, &mut Diagnostics::default());
        bencher.iter_batched(|| component::build(plan), run, BatchSize::SmallInput);
    });
    group.bench_function("emit", |bencher| bencher.iter(|| emitted(black_box(&compilation))));
    group.finish();
}

fn profiles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole compile");
    for (profile, _, _) in PROFILES {
        group.bench_function(profile, |bencher| {
            bencher.iter(|| emitted(&compiled(&compile::validator(), Some(profile), None).0));
        });
    }
    group.finish();
}

criterion_group!(benches, stages, profiles);
criterion_main!(benches);
