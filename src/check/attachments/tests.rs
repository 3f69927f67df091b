//! Each rule about uploads, with a case that fires and one that nearly does.

use super::super::trial::{fires, rests};
use crate::diagnostic::Code;

#[test]
fn replicas_share_their_uploads() {
    fires(
        Code::VolumeNotShared,
        "production",
        "attachments: {kind: local, access: readWriteOnce}",
        "a volume for one node cannot hold the uploads of up to 8 replicas: pods on other nodes never start",
        "say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`",
    );
    rests(
        Code::VolumeNotShared,
        "production",
        "attachments: {kind: local, access: readWriteOnce}\nscaling: {mode: single}",
    );
}

#[test]
fn default_classes_of_clouds_are_block_storage() {
    fires(
        Code::SharedBlockClass,
        "aws",
        "attachments: {kind: local, class: {kind: existing}}",
        "the default class of this cloud is EBS, which only one node can mount",
        "say `attachments.class: {kind: efs, fileSystemId: fs-…}`",
    );
    rests(Code::SharedBlockClass, "aws", "attachments: {kind: local, class: {kind: existing, name: shared}}");
}

#[test]
fn block_classes_are_known_by_name() {
    fires(
        Code::SharedBlockClass,
        "production",
        "attachments: {kind: local, class: {kind: existing, name: premium-rwo}}",
        "the class `premium-rwo` makes volumes for one node, and many are asked for",
        "take `attachments.class` of kind `efs`, `filestore` or `azureFiles`, or a class of NFS",
    );
    rests(
        Code::SharedBlockClass,
        "production",
        "attachments: {kind: local, class: {kind: existing, name: premium-rwx}}",
    );
}

#[test]
fn the_default_class_may_not_be_shared() {
    fires(
        Code::SharedDefaultClass,
        "production",
        "attachments: {kind: local}",
        "the cluster's default storage class has to offer volumes for many nodes",
        "say `attachments.class: {kind: existing, name: …}` with a class that does, such as one of NFS or CephFS",
    );
    rests(Code::SharedDefaultClass, "production", "attachments: {kind: local}\nscaling: {mode: single}");
}

#[test]
fn classes_stay_in_their_cloud() {
    fires(
        Code::VolumeOfAnotherCloud,
        "aws",
        "kubernetes: {cloud: gcp}",
        "`efs` is storage of another cloud, so no volume would ever be made",
        "say `attachments.class.kind: filestore`",
    );
    rests(Code::VolumeOfAnotherCloud, "aws", "kubernetes: {cloud: none}");
}

#[test]
fn small_volumes_are_rounded_up() {
    fires(
        Code::VolumeRoundedUp,
        "gcp",
        "attachments: {size: 99Gi}",
        "Filestore `regional` begins at 100 GiB: `99Gi` is rounded up and paid for",
        "say `attachments.size: 100Gi`, or take a smaller tier",
    );
    rests(Code::VolumeRoundedUp, "gcp", "attachments: {size: 100Gi}");
}

#[test]
fn small_premium_shares_are_rounded_up() {
    fires(
        Code::VolumeRoundedUp,
        "azure",
        "attachments: {size: 10Gi, class: {sku: Premium_ZRS}}",
        "Azure Files `Premium_ZRS` begins at 100 GiB: `10Gi` is rounded up and paid for",
        "say `attachments.size: 100Gi`, or take a smaller tier",
    );
    rests(Code::VolumeRoundedUp, "azure", "attachments: {size: 10Gi, class: {sku: PremiumV2_ZRS}}");
}

#[test]
fn uploads_survive_a_zone() {
    fires(
        Code::VolumeInOneZone,
        "azure",
        "attachments: {class: {sku: PremiumV2_LRS}}",
        "`PremiumV2_LRS` keeps uploads in one zone, and the replicas are spread over 3",
        "say `PremiumV2_ZRS`",
    );
    rests(Code::VolumeInOneZone, "azure", "attachments: {class: {sku: PremiumV2_LRS}}\navailability: {zones: 1}");
}

#[test]
fn sqlite_and_uploads_share_a_volume() {
    fires(
        Code::VolumeBesideSqlite,
        "production",
        "database: {kind: sqlite}\nscaling: {mode: single}\nattachments: {kind: local, size: 20Gi}",
        "with SQLite the uploads lie on the database's volume, so `attachments.size` does nothing",
        "say `database.storage: {size: …, storageClass: …}` instead",
    );
    rests(
        Code::VolumeBesideSqlite,
        "production",
        "database: {kind: sqlite}\nscaling: {mode: single}\nattachments: {kind: local}",
    );
}

#[test]
fn large_files_stay_out_of_databases() {
    fires(
        Code::LargeUploadsInDatabase,
        "production",
        "memos: {uploadSizeLimitMb: 100}\nattachments: {kind: database}",
        "one upload of 100 MiB takes about 800 MiB of memory on its way into the database",
        "take `attachments: {kind: s3}` or `local` for large files",
    );
    rests(Code::LargeUploadsInDatabase, "production", "memos: {uploadSizeLimitMb: 60}\nattachments: {kind: database}");
    rests(Code::LargeUploadsInDatabase, "production", "memos: {uploadSizeLimitMb: 100}");
}

#[test]
fn azure_blob_is_no_s3() {
    fires(
        Code::AzureBlobIsNoS3,
        "production",
        "attachments: {endpoint: 'https://acc.blob.core.windows.net'}",
        "Azure Blob Storage does not speak S3, so every upload would fail",
        "say `attachments: {kind: local, class: {kind: azureFiles}}` or `attachments: {kind: database}`",
    );
    rests(Code::AzureBlobIsNoS3, "production", "attachments: {endpoint: 'https://blob.example.com'}");
}

#[test]
fn browsers_reach_the_bucket() {
    fires(
        Code::BucketNotForBrowsers,
        "production",
        "attachments: {endpoint: 'https://minio.storage.svc:9000'}",
        "this release sends browsers to `minio.storage.svc` for files, and they cannot reach it",
        "give an address that browsers reach as well, or take Memos 0.31, which passes files through",
    );
    rests(Code::BucketNotForBrowsers, "production", "attachments: {endpoint: 'https://s3.example.com'}");
    rests(
        Code::BucketNotForBrowsers,
        "production",
        "memos: {version: 0.31.0}\nattachments: {endpoint: 'https://minio.storage.svc:9000'}",
    );
}

#[test]
fn buckets_speak_tls() {
    fires(
        Code::BucketNotEncrypted,
        "production",
        "attachments: {endpoint: 'http://s3.example.com'}",
        "files cross the network in the clear, and browsers refuse `http` links on a page of `https`",
        "give an `https://` address",
    );
    rests(Code::BucketNotEncrypted, "production", "attachments: {endpoint: 'https://s3.example.com'}");
}

#[test]
fn google_needs_0_31() {
    fires(
        Code::GoogleStorage,
        "production",
        "attachments: {endpoint: 'https://storage.googleapis.com'}",
        "uploads to Google Cloud Storage fail on their signature up to Memos 0.30",
        "take Memos 0.31, with HMAC keys of a service account, or `attachments: {kind: local, class: {kind: filestore}}`",
    );
    rests(
        Code::GoogleStorage,
        "production",
        "memos: {version: 0.31.0}\nattachments: {endpoint: 'https://storage.googleapis.com'}",
    );
}

#[test]
fn wildcards_stand_for_one_label() {
    fires(
        Code::DotsInBucket,
        "production",
        "attachments: {endpoint: 'https://s3.example.com', bucket: notes.example}",
        "no certificate of `s3.example.com` covers `notes.example.s3.example.com`: a wildcard stands for one label",
        "say `attachments.usePathStyle: true`, or take a bucket without dots",
    );
    rests(
        Code::DotsInBucket,
        "production",
        "attachments: {endpoint: 'https://s3.example.com', bucket: notes.example, usePathStyle: true}",
    );
}

#[test]
fn the_bucket_is_named_once() {
    fires(
        Code::BucketInEndpoint,
        "production",
        "attachments: {endpoint: 'https://notes.s3.example.com', bucket: notes}",
        "the endpoint names the bucket already, so requests would go to `notes.notes.s3.example.com`",
        "say `attachments.endpoint: https://s3.example.com`",
    );
    rests(
        Code::BucketInEndpoint,
        "production",
        "attachments: {endpoint: 'https://notess3.example.com', bucket: notes}",
    );
}

#[test]
fn regions_agree() {
    fires(
        Code::BucketRegion,
        "production",
        "attachments: {endpoint: 'https://s3.us-east-1.amazonaws.com', region: eu-central-1}",
        "the endpoint is in `us-east-1`, and requests would be signed for `eu-central-1`",
        "say `attachments.region: us-east-1`",
    );
    rests(
        Code::BucketRegion,
        "production",
        "attachments: {endpoint: 'https://s3.eu-central-1.amazonaws.com', region: eu-central-1}",
    );
}
