//! Uploads in a bucket.

use super::super::Context;
use super::super::finding::{Rule, also, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::attachments::{host_of, is_private};
use crate::spec::storage::{Attachments, S3};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] =
        &[azure_blob, not_for_browsers, not_encrypted, google, dots_in_name, bucket_in_endpoint, wrong_region];
    run(RULES, context, diagnostics);
}

fn bucket<'a>(context: &Context<'a>) -> Option<(&'a S3, &'a str)> {
    let Attachments::S3(s3) = &said(context).attachments else { return None };
    Some((s3, host_of(s3.endpoint.as_str())))
}

/// Azure Blob Storage has no S3 interface.
fn azure_blob(context: &Context<'_>) -> Option<Diagnostic> {
    let (_, host) = bucket(context)?;
    if !(host.ends_with(".blob.core.windows.net") || host.ends_with(".dfs.core.windows.net")) {
        return None;
    }
    let message = "Azure Blob Storage does not speak S3, so every upload would fail".to_owned();
    let diagnostic = finding(context, Code::AzureBlobIsNoS3, message, "attachments.endpoint", "no S3 here");
    Some(
        diagnostic
            .help("say `attachments: {kind: local, class: {kind: azureFiles}}` or `attachments: {kind: database}`"),
    )
}

/// Up to 0.30 Memos answers with a signed link to the bucket itself (issue 3786 of Memos).
fn not_for_browsers(context: &Context<'_>) -> Option<Diagnostic> {
    let (_, host) = bucket(context)?;
    if !context.plan.memos.capabilities.presigned_links || !is_private(host) {
        return None;
    }
    let message = format!("this release sends browsers to `{host}` for files, and they cannot reach it");
    let diagnostic = finding(context, Code::BucketNotForBrowsers, message, "attachments.endpoint", "known inside only");
    Some(
        also(context, diagnostic, "memos.version", "links lead to the bucket up to 0.30")
            .help("give an address that browsers reach as well, or take Memos 0.31, which passes files through"),
    )
}

fn not_encrypted(context: &Context<'_>) -> Option<Diagnostic> {
    let (s3, _) = bucket(context)?;
    if !s3.endpoint.as_str().starts_with("http://") {
        return None;
    }
    let shown = context.plan.memos.capabilities.presigned_links && context.plan.exposure.https;
    let message = if shown {
        "files cross the network in the clear, and browsers refuse `http` links on a page of `https`"
    } else {
        "files and the signatures of the bucket's keys cross the network in the clear"
    };
    let diagnostic = finding(context, Code::BucketNotEncrypted, message.to_owned(), "attachments.endpoint", "no TLS");
    Some(diagnostic.help("give an `https://` address"))
}

/// Google needs the payload signed and `Accept-Encoding` left unsigned, which Memos does since 38412eb75, after 0.30.0.
fn google(context: &Context<'_>) -> Option<Diagnostic> {
    let (_, host) = bucket(context)?;
    if !host.ends_with("storage.googleapis.com") || !context.plan.memos.capabilities.presigned_links {
        return None;
    }
    let message = "uploads to Google Cloud Storage fail on their signature up to Memos 0.30".to_owned();
    let diagnostic = finding(context, Code::GoogleStorage, message, "attachments.endpoint", "needs 0.31");
    Some(
        also(context, diagnostic, "memos.version", "signs in another way")
            .help("take Memos 0.31, with HMAC keys of a service account, or `attachments: {kind: local, class: {kind: filestore}}`"),
    )
}

/// A wildcard in a certificate stands for one label.
fn dots_in_name(context: &Context<'_>) -> Option<Diagnostic> {
    let (s3, host) = bucket(context)?;
    let bucket = s3.bucket.as_str();
    if s3.use_path_style || !bucket.contains('.') || !s3.endpoint.as_str().starts_with("https://") {
        return None;
    }
    let message = format!("no certificate of `{host}` covers `{bucket}.{host}`: a wildcard stands for one label");
    let diagnostic = finding(context, Code::DotsInBucket, message, "attachments.bucket", "has a dot");
    Some(diagnostic.help("say `attachments.usePathStyle: true`, or take a bucket without dots"))
}

fn bucket_in_endpoint(context: &Context<'_>) -> Option<Diagnostic> {
    let (s3, host) = bucket(context)?;
    let rest = host.strip_prefix(s3.bucket.as_str())?.strip_prefix('.')?;
    let message = format!("the endpoint names the bucket already, so requests would go to `{}.{host}`", s3.bucket);
    let diagnostic =
        finding(context, Code::BucketInEndpoint, message, "attachments.endpoint", "begins with the bucket");
    Some(
        also(context, diagnostic, "attachments.bucket", "the bucket")
            .help(format!("say `attachments.endpoint: https://{rest}`")),
    )
}

/// `s3.REGION.amazonaws.com`: a signature for another region is refused.
fn wrong_region(context: &Context<'_>) -> Option<Diagnostic> {
    let (s3, host) = bucket(context)?;
    let region = host.strip_suffix(".amazonaws.com")?.strip_prefix("s3.")?.trim_start_matches("dualstack.");
    if region == s3.region || region.contains('.') {
        return None;
    }
    let message = format!("the endpoint is in `{region}`, and requests would be signed for `{}`", s3.region);
    let diagnostic = finding(context, Code::BucketRegion, message, "attachments.region", "another region");
    Some(
        also(context, diagnostic, "attachments.endpoint", "names its region")
            .help(format!("say `attachments.region: {region}`")),
    )
}
