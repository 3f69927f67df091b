//! Uploads on a volume, and in the database.

use super::super::Context;
use super::super::finding::{Rule, also, finding, list, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::attachments::{AttachmentsPlan, ClaimPlan};
use crate::spec::database::{Database, Engine};
use crate::spec::storage::{Attachments, AzureFilesSku, FilestoreTier, Local, SharedClass, VolumeAccess};
use crate::spec::workload::Cloud;

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[
        not_shared,
        default_class,
        block_class,
        class_of_other_cloud,
        rounded_up,
        one_zone,
        beside_sqlite,
        large_in_database,
    ];
    run(RULES, context, diagnostics);
}

fn claim<'a>(context: &Context<'a>) -> Option<(&'a ClaimPlan, &'a Local)> {
    match (&context.plan.attachments, &said(context).attachments) {
        (AttachmentsPlan::Claim(claim), Attachments::Local(local)) => Some((claim, local)),
        _ => None,
    }
}

/// Seen: a file uploaded at one process is a 404 at another with a disk of its own; with one claim, the second node waits.
fn not_shared(context: &Context<'_>) -> Option<Diagnostic> {
    let (claim, _) = claim(context)?;
    let scale = &context.plan.scale;
    let pods = scale.pods;
    if pods < 2 || claim.access == VolumeAccess::ReadWriteMany {
        return None;
    }
    let message = match scale.stands_by() {
        false => format!(
            "a volume for one node cannot hold the uploads of up to {pods} replicas: pods on other nodes never start"
        ),
        true => format!(
            "a volume for one node cannot follow from one of {pods} pods to another: the standby would wait for it, for minutes \
             when the node is lost"
        ),
    };
    let diagnostic = finding(context, Code::VolumeNotShared, message, "attachments.access", "one node only");
    let label = if scale.stands_by() { "a standby" } else { "several replicas" };
    let path = if scale.stands_by() { "scaling.mode" } else { "scaling.max" };
    Some(also(context, diagnostic, path, label).help(
        "say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`",
    ))
}

/// The default classes of the three clouds are block storage.
fn default_class(context: &Context<'_>) -> Option<Diagnostic> {
    let (claim, local) = claim(context)?;
    if claim.access != VolumeAccess::ReadWriteMany
        || claim.class.is_some()
        || !matches!(local.class, SharedClass::Existing(_))
    {
        return None;
    }
    let (service, cure) = match said(context).kubernetes.cloud {
        Cloud::None => {
            let message = "the cluster's default storage class has to offer volumes for many nodes".to_owned();
            let diagnostic = finding(context, Code::SharedDefaultClass, message, "attachments.access", "does it?");
            return Some(diagnostic.help("say `attachments.class: {kind: existing, name: …}` with a class that does, such as one of NFS or CephFS"));
        }
        Cloud::Aws => ("EBS", "{kind: efs, fileSystemId: fs-…}"),
        Cloud::Gcp => ("Persistent Disk", "{kind: filestore}"),
        Cloud::Azure => ("Azure Disk", "{kind: azureFiles}"),
    };
    let message = format!("the default class of this cloud is {service}, which only one node can mount");
    let diagnostic = finding(context, Code::SharedBlockClass, message, "attachments.access", "many nodes");
    Some(diagnostic.help(format!("say `attachments.class: {cure}`")))
}

/// Classes that the clouds and k3s ship for block storage and local disks.
const BLOCK_CLASSES: [&str; 14] = [
    "gp2",
    "gp3",
    "ebs-sc",
    "auto-ebs-sc",
    "standard-rwo",
    "premium-rwo",
    "hyperdisk-balanced-rwo",
    "pd-ssd",
    "managed",
    "managed-csi",
    "managed-csi-premium",
    "managed-premium",
    "local-path",
    "hostpath",
];

fn block_class(context: &Context<'_>) -> Option<Diagnostic> {
    let (claim, _) = claim(context)?;
    let class = claim.class.as_deref().filter(|class| BLOCK_CLASSES.contains(class))?;
    if claim.access != VolumeAccess::ReadWriteMany {
        return None;
    }
    let message = format!("the class `{class}` makes volumes for one node, and many are asked for");
    let diagnostic = finding(context, Code::SharedBlockClass, message, "attachments.class.name", "block storage");
    Some(
        also(context, diagnostic, "attachments.access", "many nodes")
            .help("take `attachments.class` of kind `efs`, `filestore` or `azureFiles`, or a class of NFS"),
    )
}

fn class_of_other_cloud(context: &Context<'_>) -> Option<Diagnostic> {
    let (_, local) = claim(context)?;
    let cloud = said(context).kubernetes.cloud;
    let (kind, home) = match local.class {
        SharedClass::Existing(_) => return None,
        SharedClass::Efs(_) => ("efs", Cloud::Aws),
        SharedClass::Filestore(_) => ("filestore", Cloud::Gcp),
        SharedClass::AzureFiles(_) => ("azureFiles", Cloud::Azure),
    };
    if cloud == Cloud::None || cloud == home {
        return None;
    }
    let message = format!("`{kind}` is storage of another cloud, so no volume would ever be made");
    let diagnostic =
        finding(context, Code::VolumeOfAnotherCloud, message, "attachments.class.kind", "not on this cloud");
    let cure = match cloud {
        Cloud::Aws => "efs",
        Cloud::Gcp => "filestore",
        _ => "azureFiles",
    };
    Some(
        also(context, diagnostic, "kubernetes.cloud", "this cloud")
            .help(format!("say `attachments.class.kind: {cure}`")),
    )
}

/// Filestore's driver rounds small claims up (gcp-filestore-csi-driver 1.13, `controller.go`); Azure Files Premium begins at 100 GiB.
fn rounded_up(context: &Context<'_>) -> Option<Diagnostic> {
    let (claim, local) = claim(context)?;
    let (what, minimum) = match &local.class {
        SharedClass::Filestore(filestore) => {
            (format!("Filestore `{}`", filestore.tier.word()), filestore.tier.minimum_gibibytes())
        }
        SharedClass::AzureFiles(files)
            if matches!(files.sku, AzureFilesSku::PremiumLrs | AzureFilesSku::PremiumZrs) =>
        {
            (format!("Azure Files `{}`", files.sku.word()), 100)
        }
        _ => return None,
    };
    if claim.size.to_mebibytes() >= minimum * 1024 {
        return None;
    }
    let message = format!("{what} begins at {minimum} GiB: `{}` is rounded up and paid for", claim.size);
    let diagnostic = finding(context, Code::VolumeRoundedUp, message, "attachments.size", "rounded up");
    Some(diagnostic.help(format!("say `attachments.size: {minimum}Gi`, or take a smaller tier")))
}

fn one_zone(context: &Context<'_>) -> Option<Diagnostic> {
    let (_, local) = claim(context)?;
    let zones = said(context).availability.zones;
    let (path, word, better) = match &local.class {
        SharedClass::Filestore(filestore) if filestore.tier != FilestoreTier::Regional => {
            ("attachments.class.tier", filestore.tier.word(), "regional")
        }
        SharedClass::AzureFiles(files) => match files.sku {
            AzureFilesSku::PremiumV2Lrs => ("attachments.class.sku", files.sku.word(), "PremiumV2_ZRS"),
            AzureFilesSku::PremiumLrs => ("attachments.class.sku", files.sku.word(), "Premium_ZRS"),
            _ => return None,
        },
        _ => return None,
    };
    if zones < 2 || context.plan.scale.pods < 2 {
        return None;
    }
    let message = format!("`{word}` keeps uploads in one zone, and the replicas are spread over {zones}");
    let diagnostic = finding(context, Code::VolumeInOneZone, message, path, "lost with its zone");
    Some(also(context, diagnostic, "availability.zones", "zones").help(format!("say `{better}`")))
}

/// With SQLite the uploads lie beside the database, on its volume.
fn beside_sqlite(context: &Context<'_>) -> Option<Diagnostic> {
    if context.plan.attachments != AttachmentsPlan::WithDatabase {
        return None;
    }
    let paths = ["attachments.size", "attachments.access", "attachments.class.kind", "attachments.class.name"];
    let said: Vec<&str> = paths.into_iter().filter(|path| context.spec.said_by_user(path)).collect();
    let first = said.first()?;
    let message = format!("with SQLite the uploads lie on the database's volume, so {} does nothing", list(&said));
    let diagnostic = finding(context, Code::VolumeBesideSqlite, message, first, "not used");
    Some(diagnostic.help("say `database.storage: {size: …, storageClass: …}` instead"))
}

/// The largest upload with which attachments in the database were measured, twice over.
const LARGE_UPLOAD_MB: u32 = 60;

/// Measured: the first 29 MiB upload adds 240 MiB, each further one 195. MySQL 8 refuses packets above 64 MiB by default.
fn large_in_database(context: &Context<'_>) -> Option<Diagnostic> {
    let limit = said(context).memos.upload_size_limit_mb;
    if context.plan.attachments != AttachmentsPlan::Database || limit <= LARGE_UPLOAD_MB {
        return None;
    }
    let mysql = matches!(&said(context).database, Database::Managed(managed) if managed.engine == Engine::Mysql);
    let memory = 240 * u64::from(limit) / 30;
    let mut message =
        format!("one upload of {limit} MiB takes about {memory} MiB of memory on its way into the database");
    if mysql && limit >= 64 {
        message += ", and MySQL refuses more than 64 MiB at once";
    }
    let diagnostic = finding(context, Code::LargeUploadsInDatabase, message, "memos.uploadSizeLimitMb", "large");
    Some(
        also(context, diagnostic, "attachments.kind", "in the database")
            .help("take `attachments: {kind: s3}` or `local` for large files"),
    )
}
