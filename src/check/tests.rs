//! What the profiles say about themselves, where findings point, and that every code is explained.

use super::sample::compile;
use super::trial::shown;
use crate::diagnostic::{Code, Diagnostic};

/// Everything but placeholders and the edge that a profile, or a spec on it, brings up.
fn said(profile: &str, body: &str) -> Vec<String> {
    let compiled = compile(profile, body);
    let line = |finding: &Diagnostic| format!("{} {}", finding.severity.word(), finding.code.text());
    let other =
        |finding: &&Diagnostic| finding.code != Code::PlaceholderLeft && !finding.code.text().starts_with("MG07");
    compiled.diagnostics.sorted().into_iter().filter(other).map(line).collect()
}

#[test]
fn profiles_say_nothing_that_needs_no_act() {
    let of_production = ["note MG0322", "note MG0902"];
    assert_eq!(said("dev", ""), ["note MG0509", "note MG0603"]);
    for profile in ["production", "aws", "gcp", "azure"] {
        assert_eq!(said(profile, ""), of_production, "{profile}");
    }
}

#[test]
fn the_stock_image_runs_on_every_profile() {
    let stock = "memos: {version: 0.30.0}";
    assert_eq!(said("dev", stock), ["note MG0301", "note MG0603"]);
    for profile in ["production", "aws", "gcp", "azure"] {
        assert_eq!(said(profile, stock), ["note MG0301", "note MG0322", "note MG0902"], "{profile}");
    }
}

#[test]
fn findings_point_at_the_users_own_word() {
    let cases = [
        (Code::ConnectionsExceeded, "database: {pooler: {poolSize: 64}}", "64"),
        (Code::GraceTooShort, "availability: {terminationGracePeriodSeconds: 12}", "12"),
        (Code::MinAboveMax, "scaling: {min: 9, max: 4}", "4"),
        (Code::BudgetAllowsAll, "scaling: {min: 3}\navailability: {maxUnavailable: 7}", "7"),
        (Code::SettingsLabel, "memos: {settings: [{label: a--b, secret: s, key: k}]}", "a--b"),
        (Code::OverrideMeetsNothing, "overrides: [{kind: Service, name: mems, patch: {spec: {}}}]", "mems"),
        (
            Code::PodNotRestricted,
            "components: {memos: {extraContainers: [{name: log, image: 'log:1'}]}}",
            "extraContainers",
        ),
    ];
    for (code, body, text) in cases {
        assert_eq!(shown(code, "production", body), text, "{body}");
    }
}

#[test]
fn a_secret_is_never_shown() {
    for (name, more) in [
        ("SMTP_PASSWORD", ""),
        ("MEMOS_DSN", ""),
        ("SMTP_PASSWORD", ", extraContainers: [{name: log, image: 'log:1'}]"),
        ("SMTP_PASSWORD", ", tolerations: [{effct: NoSchedule}]"),
    ] {
        let body = format!("components: {{memos: {{extraEnv: [{{name: {name}, value: hunter2hunter2}}]{more}}}}}");
        let compiled = compile("production", &body);
        let text = crate::diagnostic::render::text(&compiled.sources, &compiled.diagnostics, false);
        assert!(text.contains("MG0913") && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn every_code_is_explained() {
    for code in Code::ALL {
        let text = code.explanation();
        let complete = text.starts_with("# ") && text.contains("**Cure.**") && text.contains("**Evidence.**");
        assert!(complete && !text.contains("to be written"), "{}", code.text());
        assert_eq!(code.text()[2..4], format!("{:02}", code.family() as usize + 1), "{}", code.text());
    }
}
