//! Where uploads are kept.

use std::net::IpAddr;

use super::names::Names;
use super::scale::Scale;
use crate::spec::Spec;
use crate::spec::database::Database;
use crate::spec::scalar::Quantity;
use crate::spec::storage::{Attachments, SharedClass, VolumeAccess};

/// Where uploads are kept.
#[derive(Debug, Clone, PartialEq)]
pub enum AttachmentsPlan {
    /// Files on a claim of their own.
    Claim(ClaimPlan),
    /// Files beside the SQLite database, on its claim.
    WithDatabase,
    /// In the database.
    Database,
    /// In a bucket.
    Bucket(BucketPlan),
}

/// A claim for a volume.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimPlan {
    /// Its name.
    pub name: String,
    /// Its size.
    pub size: Quantity,
    /// `ReadWriteOnce` or `ReadWriteMany`.
    pub access: VolumeAccess,
    /// Its storage class; the cluster's default when none.
    pub class: Option<String>,
    /// The class, when it is ours to make.
    pub made_class: Option<ClassPlan>,
}

/// A storage class that we make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassPlan {
    /// Its name.
    pub name: String,
    /// The CSI driver.
    pub provisioner: &'static str,
    /// The driver's parameters.
    pub parameters: Vec<(&'static str, String)>,
    /// Mount options.
    pub mount_options: Vec<&'static str>,
    /// Whether the volume waits for its first pod, so that it is made in the pod's zone.
    pub wait_for_pod: bool,
    /// Whether it can grow.
    pub expandable: bool,
}

/// A bucket that speaks S3.
#[derive(Debug, Clone, PartialEq)]
pub struct BucketPlan {
    /// The address of the service.
    pub endpoint: String,
    /// Its port.
    pub port: u16,
    /// The region.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// Whether the bucket is part of the path.
    pub use_path_style: bool,
    /// Whether its host is known or reachable inside only.
    pub private: bool,
    /// Address ranges of the service; any public one when empty.
    pub networks: Vec<String>,
}

/// Decides where uploads are kept.
pub(super) fn decide(spec: &Spec, names: &Names, scale: &Scale) -> AttachmentsPlan {
    match &spec.attachments {
        Attachments::Database(_) => AttachmentsPlan::Database,
        Attachments::S3(s3) => {
            let endpoint = s3.endpoint.to_string();
            AttachmentsPlan::Bucket(BucketPlan {
                port: port_of(&endpoint),
                private: is_private(host_of(&endpoint)),
                endpoint,
                region: s3.region.clone(),
                bucket: s3.bucket.to_string(),
                use_path_style: s3.use_path_style,
                networks: s3.networks.iter().map(ToString::to_string).collect(),
            })
        }
        Attachments::Local(_) if matches!(spec.database, Database::Sqlite(_)) => AttachmentsPlan::WithDatabase,
        Attachments::Local(local) => {
            let default = if scale.pods > 1 { VolumeAccess::ReadWriteMany } else { VolumeAccess::ReadWriteOnce };
            let made_class = class(&local.class, names);
            let existing = match &local.class {
                SharedClass::Existing(class) => class.name.as_ref().map(ToString::to_string),
                _ => made_class.as_ref().map(|class| class.name.clone()),
            };
            AttachmentsPlan::Claim(ClaimPlan {
                name: names.suffixed("attachments"),
                size: local.size.clone(),
                access: local.access.unwrap_or(default),
                class: existing,
                made_class,
            })
        }
    }
}

/// The host of an `http` or `https` address.
pub fn host_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    rest.split(['/', ':']).next().unwrap_or_default()
}

/// Whether a host is known inside only, or has an address that the internet does not lead to.
pub fn is_private(host: &str) -> bool {
    const ENDS: &[&str] = &[".svc", ".local", ".internal", ".lan", ".home.arpa", ".vpce.amazonaws.com"];
    let address = host.parse::<IpAddr>().is_ok_and(|address| match address {
        IpAddr::V4(address) => {
            // 100.64.0.0/10 is shared by carriers and some clusters' pods (RFC 6598).
            let [first, second, ..] = address.octets();
            let shared = first == 100 && (64..128).contains(&second);
            shared || address.is_private() || address.is_loopback() || address.is_link_local()
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    });
    address || !host.contains('.') || ENDS.iter().any(|end| host.ends_with(end))
}

/// The port of an `http` or `https` address.
pub fn port_of(url: &str) -> u16 {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split('/').next().unwrap_or_default();
    let default = if scheme == "http" { 80 } else { 443 };
    authority.split_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(default)
}

/// The class to make, by cloud. All files belong to user 10001, which Memos runs as.
fn class(class: &SharedClass, names: &Names) -> Option<ClassPlan> {
    let user = || super::workload::USER.to_string();
    let name = names.cluster_wide("attachments");
    match class {
        SharedClass::Existing(_) => None,
        // EFS enforces the access point's owner whatever the pod asks for, so it has to be right here
        // (aws-efs-csi-driver 3.4, docs/parameters.md). Transport encryption is the driver's default.
        SharedClass::Efs(efs) => Some(ClassPlan {
            name,
            provisioner: "efs.csi.aws.com",
            parameters: vec![
                ("provisioningMode", "efs-ap".to_owned()),
                ("fileSystemId", efs.file_system_id.clone()),
                ("directoryPerms", "700".to_owned()),
                ("uid", user()),
                ("gid", user()),
                ("basePath", "/memos".to_owned()),
                ("subPathPattern", "${.PVC.namespace}/${.PVC.name}".to_owned()),
                ("ensureUniqueDirectory", "false".to_owned()),
            ],
            mount_options: if efs.iam { vec!["iam"] } else { Vec::new() },
            wait_for_pod: false,
            expandable: false,
        }),
        SharedClass::Filestore(filestore) => Some(ClassPlan {
            name,
            provisioner: "filestore.csi.storage.gke.io",
            parameters: vec![
                ("tier", filestore.tier.word().to_owned()),
                ("network", filestore.network.clone()),
                ("connect-mode", "PRIVATE_SERVICE_ACCESS".to_owned()),
            ],
            mount_options: Vec::new(),
            wait_for_pod: true,
            expandable: true,
        }),
        SharedClass::AzureFiles(files) => Some(ClassPlan {
            name,
            provisioner: "file.csi.azure.com",
            parameters: vec![
                ("protocol", "nfs".to_owned()),
                ("skuName", files.sku.word().to_owned()),
                ("encryptInTransit", "true".to_owned()),
                ("networkEndpointType", "privateEndpoint".to_owned()),
                ("mountPermissions", "0".to_owned()),
                // The pod's own fsGroupChangePolicy is ignored by this driver; the class decides.
                ("fsGroupChangePolicy", "OnRootMismatch".to_owned()),
            ],
            mount_options: vec!["nconnect=4", "noresvport", "actimeo=30"],
            wait_for_pod: false,
            expandable: true,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{host_of, is_private, port_of};

    #[test]
    fn hosts_are_private_by_name_or_address() {
        for url in [
            "http://minio.minio.svc.cluster.local:9000",
            "https://minio.minio.svc/x",
            "http://minio:9000",
            "http://10.0.0.5:9000",
            "http://100.64.0.1",
            "https://nas.lan",
            "https://bucket.vpce-1a-2b.s3.eu-west-1.vpce.amazonaws.com",
        ] {
            assert!(is_private(host_of(url)), "{url}");
        }
        for url in [
            "https://s3.eu-west-1.amazonaws.com",
            "http://100.128.0.1",
            "https://svc.example.com",
            "http://8.8.8.8:9000",
        ] {
            assert!(!is_private(host_of(url)), "{url}");
        }
    }

    #[test]
    fn ports_follow_the_scheme() {
        for (url, port) in [("https://s3", 443), ("http://s3/x", 80), ("https://s3:9000/x", 9000)] {
            assert_eq!(port_of(url), port, "{url}");
        }
    }
}
