//! dump
use super::super::trial::of;
use crate::diagnostic::Code;

#[test]
fn replicas_share_their_uploads() {
    let f = of(Code::VolumeNotShared, "production", "attachments: {kind: local, access: readWriteOnce}");
    match f.first() { Some(f) => println!("CASE\tattachments.replicas_share_their_uploads\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.replicas_share_their_uploads") }
    for f in of(Code::VolumeNotShared, "production", "attachments: {kind: local, access: readWriteOnce}\nscaling: {mode: single}") { println!("NOISE\tattachments.replicas_share_their_uploads\t{}", f.message); }
}

#[test]
fn default_classes_of_clouds_are_block_storage() {
    let f = of(Code::SharedBlockClass, "aws", "attachments: {kind: local, class: {kind: existing}}");
    match f.first() { Some(f) => println!("CASE\tattachments.default_classes_of_clouds_are_block_storage\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.default_classes_of_clouds_are_block_storage") }
    for f in of(Code::SharedBlockClass, "aws", "attachments: {kind: local, class: {kind: existing, name: shared}}") { println!("NOISE\tattachments.default_classes_of_clouds_are_block_storage\t{}", f.message); }
}

#[test]
fn block_classes_are_known_by_name() {
    let f = of(Code::SharedBlockClass, "production", "attachments: {kind: local, class: {kind: existing, name: premium-rwo}}");
    match f.first() { Some(f) => println!("CASE\tattachments.block_classes_are_known_by_name\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.block_classes_are_known_by_name") }
    for f in of(Code::SharedBlockClass, "production", "attachments: {kind: local, class: {kind: existing, name: premium-rwx}}") { println!("NOISE\tattachments.block_classes_are_known_by_name\t{}", f.message); }
}

#[test]
fn the_default_class_may_not_be_shared() {
    let f = of(Code::SharedDefaultClass, "production", "attachments: {kind: local}");
    match f.first() { Some(f) => println!("CASE\tattachments.the_default_class_may_not_be_shared\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.the_default_class_may_not_be_shared") }
    for f in of(Code::SharedDefaultClass, "production", "attachments: {kind: local}\nscaling: {mode: single}") { println!("NOISE\tattachments.the_default_class_may_not_be_shared\t{}", f.message); }
}

#[test]
fn classes_stay_in_their_cloud() {
    let f = of(Code::VolumeOfAnotherCloud, "aws", "kubernetes: {cloud: gcp}");
    match f.first() { Some(f) => println!("CASE\tattachments.classes_stay_in_their_cloud\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.classes_stay_in_their_cloud") }
    for f in of(Code::VolumeOfAnotherCloud, "aws", "kubernetes: {cloud: none}") { println!("NOISE\tattachments.classes_stay_in_their_cloud\t{}", f.message); }
}

#[test]
fn small_volumes_are_rounded_up() {
    let f = of(Code::VolumeRoundedUp, "gcp", "attachments: {size: 99Gi}");
    match f.first() { Some(f) => println!("CASE\tattachments.small_volumes_are_rounded_up\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.small_volumes_are_rounded_up") }
    for f in of(Code::VolumeRoundedUp, "gcp", "attachments: {size: 100Gi}") { println!("NOISE\tattachments.small_volumes_are_rounded_up\t{}", f.message); }
}

#[test]
fn small_premium_shares_are_rounded_up() {
    let f = of(Code::VolumeRoundedUp, "azure", "attachments: {size: 10Gi, class: {sku: Premium_ZRS}}");
    match f.first() { Some(f) => println!("CASE\tattachments.small_premium_shares_are_rounded_up\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.small_premium_shares_are_rounded_up") }
    for f in of(Code::VolumeRoundedUp, "azure", "attachments: {size: 10Gi, class: {sku: PremiumV2_ZRS}}") { println!("NOISE\tattachments.small_premium_shares_are_rounded_up\t{}", f.message); }
}

#[test]
fn uploads_survive_a_zone() {
    let f = of(Code::VolumeInOneZone, "azure", "attachments: {class: {sku: PremiumV2_LRS}}");
    match f.first() { Some(f) => println!("CASE\tattachments.uploads_survive_a_zone\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.uploads_survive_a_zone") }
    for f in of(Code::VolumeInOneZone, "azure", "attachments: {class: {sku: PremiumV2_LRS}}\navailability: {zones: 1}") { println!("NOISE\tattachments.uploads_survive_a_zone\t{}", f.message); }
}

#[test]
fn sqlite_and_uploads_share_a_volume() {
    let f = of(Code::VolumeBesideSqlite, "production", "database: {kind: sqlite}\nscaling: {mode: single}\nattachments: {kind: local, size: 20Gi}");
    match f.first() { Some(f) => println!("CASE\tattachments.sqlite_and_uploads_share_a_volume\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.sqlite_and_uploads_share_a_volume") }
    for f in of(Code::VolumeBesideSqlite, "production", "database: {kind: sqlite}\nscaling: {mode: single}\nattachments: {kind: local}") { println!("NOISE\tattachments.sqlite_and_uploads_share_a_volume\t{}", f.message); }
}

#[test]
fn large_files_stay_out_of_databases() {
    let f = of(Code::LargeUploadsInDatabase, "production", "memos: {uploadSizeLimitMb: 100}\nattachments: {kind: database}");
    match f.first() { Some(f) => println!("CASE\tattachments.large_files_stay_out_of_databases\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.large_files_stay_out_of_databases") }
    for f in of(Code::LargeUploadsInDatabase, "production", "memos: {uploadSizeLimitMb: 60}\nattachments: {kind: database}") { println!("NOISE\tattachments.large_files_stay_out_of_databases\t{}", f.message); }
    for f in of(Code::LargeUploadsInDatabase, "production", "memos: {uploadSizeLimitMb: 100}") { println!("NOISE\tattachments.large_files_stay_out_of_databases\t{}", f.message); }
}

#[test]
fn azure_blob_is_no_s3() {
    let f = of(Code::AzureBlobIsNoS3, "production", "attachments: {endpoint: 'https://acc.blob.core.windows.net'}");
    match f.first() { Some(f) => println!("CASE\tattachments.azure_blob_is_no_s3\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.azure_blob_is_no_s3") }
    for f in of(Code::AzureBlobIsNoS3, "production", "attachments: {endpoint: 'https://blob.example.com'}") { println!("NOISE\tattachments.azure_blob_is_no_s3\t{}", f.message); }
}

#[test]
fn browsers_reach_the_bucket() {
    let f = of(Code::BucketNotForBrowsers, "production", "attachments: {endpoint: 'https://minio.storage.svc:9000'}");
    match f.first() { Some(f) => println!("CASE\tattachments.browsers_reach_the_bucket\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.browsers_reach_the_bucket") }
    for f in of(Code::BucketNotForBrowsers, "production", "attachments: {endpoint: 'https://s3.example.com'}") { println!("NOISE\tattachments.browsers_reach_the_bucket\t{}", f.message); }
    for f in of(Code::BucketNotForBrowsers, "production", "memos: {version: 0.31.0}\nattachments: {endpoint: 'https://minio.storage.svc:9000'}") { println!("NOISE\tattachments.browsers_reach_the_bucket\t{}", f.message); }
}

#[test]
fn buckets_speak_tls() {
    let f = of(Code::BucketNotEncrypted, "production", "attachments: {endpoint: 'http://s3.example.com'}");
    match f.first() { Some(f) => println!("CASE\tattachments.buckets_speak_tls\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.buckets_speak_tls") }
    for f in of(Code::BucketNotEncrypted, "production", "attachments: {endpoint: 'https://s3.example.com'}") { println!("NOISE\tattachments.buckets_speak_tls\t{}", f.message); }
}

#[test]
fn google_needs_0_31() {
    let f = of(Code::GoogleStorage, "production", "attachments: {endpoint: 'https://storage.googleapis.com'}");
    match f.first() { Some(f) => println!("CASE\tattachments.google_needs_0_31\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.google_needs_0_31") }
    for f in of(Code::GoogleStorage, "production", "memos: {version: 0.31.0}\nattachments: {endpoint: 'https://storage.googleapis.com'}") { println!("NOISE\tattachments.google_needs_0_31\t{}", f.message); }
}

#[test]
fn wildcards_stand_for_one_label() {
    let f = of(Code::DotsInBucket, "production", "attachments: {endpoint: 'https://s3.example.com', bucket: notes.example}");
    match f.first() { Some(f) => println!("CASE\tattachments.wildcards_stand_for_one_label\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.wildcards_stand_for_one_label") }
    for f in of(Code::DotsInBucket, "production", "attachments: {endpoint: 'https://s3.example.com', bucket: notes.example, usePathStyle: true}") { println!("NOISE\tattachments.wildcards_stand_for_one_label\t{}", f.message); }
}

#[test]
fn the_bucket_is_named_once() {
    let f = of(Code::BucketInEndpoint, "production", "attachments: {endpoint: 'https://notes.s3.example.com', bucket: notes}");
    match f.first() { Some(f) => println!("CASE\tattachments.the_bucket_is_named_once\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.the_bucket_is_named_once") }
    for f in of(Code::BucketInEndpoint, "production", "attachments: {endpoint: 'https://notess3.example.com', bucket: notes}") { println!("NOISE\tattachments.the_bucket_is_named_once\t{}", f.message); }
}

#[test]
fn regions_agree() {
    let f = of(Code::BucketRegion, "production", "attachments: {endpoint: 'https://s3.us-east-1.amazonaws.com', region: eu-central-1}");
    match f.first() { Some(f) => println!("CASE\tattachments.regions_agree\t{}\t{}", f.message, f.help.first().cloned().unwrap_or_default()), None => println!("MISS\tattachments.regions_agree") }
    for f in of(Code::BucketRegion, "production", "attachments: {endpoint: 'https://s3.eu-central-1.amazonaws.com', region: eu-central-1}") { println!("NOISE\tattachments.regions_agree\t{}", f.message); }
}
