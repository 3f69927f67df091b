//! Findings that the tests of all output formats share: two files, characters of several bytes, no place, odd text.

use super::{Code, Diagnostic, Diagnostics};
use crate::source::{Origin, Sources, Span};

pub(crate) fn findings() -> (Sources, Diagnostics) {
    let mut sources = Sources::default();
    let spec = sources.add("deploy/my memos.yaml", "é: 1\nscaling: {max: \"größer\"}\n", Origin::File);
    let profile = sources.add("profiles/aws.yaml", "scaling:\n  max: 3\n", Origin::BuiltIn);
    let setting = sources.add("--set", "cache.kind=rediss", Origin::Setting);
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(
        Diagnostic::new(Code::WrongType, "`scaling.max` must be a whole number, not text")
            .at(Span { file: spec, start: 21, end: 31 }, "expected a whole number")
            .and_at(Span { file: profile, start: 16, end: 17 }, "set here before")
            .help("write a whole number"),
    );
    diagnostics.push(
        Diagnostic::new(Code::PlaceholderLeft, "100 % of, this: a\nplaceholder is left")
            .at(Span { file: setting, start: 11, end: 17 }, ""),
    );
    diagnostics.push(Diagnostic::new(Code::ProfileMissing, "no profile is named").help("add `--profile aws`"));
    (sources, diagnostics)
}
