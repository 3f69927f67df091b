//! The shape of spec documents, as the checked-in JSON Schemas have it, compiled with the program.

use std::sync::LazyLock;

use serde_json::Value;

use super::validate::{Format, Schema, Validator};
use crate::spec::{database, memos, scalar, storage};

/// Lists the formats once, for the schemas that are compiled with the program and for [`FORMATS`].
macro_rules! shape {
    ($($name:literal is $is:ident by $check:path;)*) => {
        /// The formats of the JSON Schema that are ours, with the functions that check them.
        pub const FORMATS: &[(&str, Format)] = &[$(($name, $check)),*];

        $(fn $is(text: &str) -> bool {
            $check(text).is_ok()
        })*

        #[jsonschema::validator(
            path = "schema/memos.v1alpha1.schema.json",
            formats = { $($name => crate::schema::shape::$is),* },
            ignore_unknown_formats = false,
            validate_formats = true,
            methods = { is_valid = true, validate = false, iter_errors = true },
        )]
        struct OfLayer;

        #[jsonschema::validator(
            path = "schema/memos.v1alpha1.merged.schema.json",
            formats = { $($name => crate::schema::shape::$is),* },
            ignore_unknown_formats = false,
            validate_formats = true,
            methods = { is_valid = true, validate = false, iter_errors = true },
        )]
        struct OfMerged;
    };
}

shape! {
    "dns-label" is is_dns_label by scalar::check_dns_label;
    "dns-name" is is_dns_name by scalar::check_dns_name;
    "cidr" is is_cidr by scalar::check_cidr;
    "quantity" is is_quantity by scalar::check_quantity;
    "seconds" is is_seconds by scalar::check_seconds;
    "image-reference" is is_image by scalar::check_image;
    "memos-version" is is_version by scalar::check_version;
    "kubernetes-version" is is_kubernetes_version by scalar::check_kubernetes_version;
    "http-url" is is_http_url by scalar::check_http_url;
    "secret-key" is is_secret_key by memos::check_secret_key;
    "database-name" is is_database_name by database::check_database_name;
    "redis-key-prefix" is is_key_prefix by database::check_key_prefix;
    "instance-connection-name" is is_instance by database::check_instance;
    "bucket-name" is is_bucket_name by storage::check_bucket_name;
}

/// The schema of one layer: what a file or a setting may say.
pub const LAYER: &str = include_str!("../../schema/memos.v1alpha1.schema.json");

/// The schema of the merged document: what all layers together have to say.
pub const MERGED: &str = include_str!("../../schema/memos.v1alpha1.merged.schema.json");

static LAYER_READ: LazyLock<Value> = LazyLock::new(|| read(LAYER));
static MERGED_READ: LazyLock<Value> = LazyLock::new(|| read(MERGED));

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("the validator was made from this text")
}

/// The validator of both.
pub const VALIDATOR: Validator = Validator {
    layer: Schema::new(OfLayer::is_valid, OfLayer::iter_errors, || &LAYER_READ, FORMATS),
    merged: Schema::new(OfMerged::is_valid, OfMerged::iter_errors, || &MERGED_READ, FORMATS),
};
