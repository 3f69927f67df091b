//! What each release of Memos can do, one row a change. Read in source and run; see `docs/evidence.md`.

use crate::spec::Spec;
use crate::spec::memos::Distribution;

/// Where a process describes its installation to anybody, read from the database (0.25.3; before at another path).
pub const INSTANCE_PROFILE: &str = "/api/v1/instance/profile";

/// How the answer at [`INSTANCE_PROFILE`] says whether an administrator exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdministratorSign {
    /// By the field `needsSetup` (0.30), which is true while there are no users.
    NeedsSetup,
    /// By the field `admin` (0.26.2 to 0.29), a user once there is one, and nothing before.
    Admin,
}

impl AdministratorSign {
    /// An extended regular expression for the answer once an administrator exists. Memos' JSON has a blank after the colon
    /// in some builds and none in others.
    pub fn exists(self) -> &'static str {
        match self {
            Self::NeedsSetup => r#""needsSetup": ?false"#,
            Self::Admin => r#""admin": ?\{"#,
        }
    }
}

/// What an image can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Reads `MEMOS_REDIS_URL` and shares its cache.
    pub shared_cache: bool,
    /// Reads settings from `/etc/secrets` (0.30).
    pub settings_files: bool,
    /// Knows the `ACCESS` setting (0.31).
    pub access_setting: bool,
    /// Takes an instance URL to mean that anybody may read (0.30 only).
    pub url_means_public: bool,
    /// Reads `MEMOS_INSTANCE_URL` at all (not 0.26.0).
    pub reads_instance_url: bool,
    /// Says by its exit status that it failed to start (0.31).
    pub exit_status: bool,
    /// Reads `MEMOS_LOG_LEVEL` (0.29).
    pub log_level: bool,
    /// The oldest PostgreSQL on which an upgrade to this release works.
    pub postgres_minimum: u32,
    /// Keeps at most this many database connections; none means as many as requests are in flight.
    pub connection_limit: Option<u32>,
    /// Hands out links to the bucket itself, which browsers must then reach (up to 0.30).
    pub presigned_links: bool,
    /// Shows uploads only after the settings file or the administrator chose a place; the default is a volume since 0.27.
    pub keeps_uploads_on_volume: bool,
    /// How [`INSTANCE_PROFILE`] says whether an administrator exists. None: no field is known to say it, and the answer comes
    /// from memory once there is an owner, so it does not tell whether the database is there either.
    pub administrator_sign: Option<AdministratorSign>,
    /// Takes `sslrootcert=system` of PostgreSQL's driver for the image's own authorities. Drivers before lib/pq 1.12 look for a
    /// file of that name; without `sslrootcert` they take the same authorities.
    pub system_authorities: bool,
    /// What the image starts, by whole paths; none where that was not seen.
    pub entrypoint: Option<&'static [&'static str]>,
}

/// `scripts/Dockerfile` of Memos; up to 0.25.3 the same two by paths from their folder.
const ENTRYPOINT: &[&str] = &["/usr/local/memos/entrypoint.sh", "/usr/local/memos/memos"];

/// The capabilities of the image that a spec takes.
pub fn of(spec: &Spec) -> Capabilities {
    let shared_cache = spec.memos.shared_cache.unwrap_or(false);
    match spec.memos.distribution {
        Distribution::Memos => upstream(spec.memos.version.numbers(), shared_cache),
        Distribution::Divinesense => fork(shared_cache),
    }
}

fn upstream(version: (u32, u32, u32), shared_cache: bool) -> Capabilities {
    Capabilities {
        shared_cache,
        settings_files: version >= (0, 30, 0),
        access_setting: version >= (0, 31, 0),
        url_means_public: ((0, 30, 0)..(0, 31, 0)).contains(&version),
        reads_instance_url: version != (0, 26, 0),
        exit_status: version >= (0, 31, 0),
        log_level: version >= (0, 29, 0),
        postgres_minimum: if version >= (0, 31, 0) { 16 } else { 12 },
        connection_limit: None,
        presigned_links: version < (0, 31, 0),
        keeps_uploads_on_volume: version >= (0, 27, 0),
        administrator_sign: administrator_sign(version),
        // lib/pq 1.10.9 in 0.26.2, 1.12.3 in 0.29.1; what is between was not seen.
        system_authorities: version >= (0, 29, 1),
        entrypoint: Some(ENTRYPOINT),
    }
}

/// Read in the source of 0.26.2, 0.29.1 and 0.30.0. Up to 0.25.3 there was an `owner`, kept in memory once it was found.
fn administrator_sign(version: (u32, u32, u32)) -> Option<AdministratorSign> {
    match version {
        (0, 0..=25, _) | (0, 26, 0..=1) => None,
        (0, 26..=29, _) => Some(AdministratorSign::Admin),
        _ => Some(AdministratorSign::NeedsSetup),
    }
}

/// The fork branched off before 0.26, keeps five connections, and reads no settings files.
fn fork(shared_cache: bool) -> Capabilities {
    Capabilities {
        shared_cache,
        settings_files: false,
        access_setting: false,
        url_means_public: false,
        reads_instance_url: true,
        exit_status: false,
        log_level: false,
        postgres_minimum: 14,
        connection_limit: Some(5),
        presigned_links: true,
        keeps_uploads_on_volume: false,
        administrator_sign: None,
        // lib/pq 1.10.9.
        system_authorities: false,
        entrypoint: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_differ_where_they_were_seen_to() {
        let row = |version| {
            let row = upstream(version, false);
            (row.settings_files, row.access_setting, row.url_means_public, row.exit_status, row.postgres_minimum)
        };
        assert_eq!(row((0, 29, 1)), (false, false, false, false, 12));
        assert_eq!(row((0, 30, 0)), (true, false, true, false, 12));
        assert_eq!(row((0, 31, 0)), (true, true, false, true, 16));
        assert!(!upstream((0, 26, 0), false).reads_instance_url);
        assert!(upstream((0, 26, 1), false).reads_instance_url);
    }

    #[test]
    fn an_administrator_is_told_by_different_fields() {
        for (version, sign) in [
            ((0, 25, 2), None),
            ((0, 26, 1), None),
            ((0, 26, 2), Some(AdministratorSign::Admin)),
            ((0, 29, 1), Some(AdministratorSign::Admin)),
            ((0, 30, 0), Some(AdministratorSign::NeedsSetup)),
            ((1, 0, 0), Some(AdministratorSign::NeedsSetup)),
        ] {
            assert_eq!(upstream(version, false).administrator_sign, sign, "{version:?}");
        }
        assert_eq!(fork(false).administrator_sign, None);
    }
}
