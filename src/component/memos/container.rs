//! The container of a Memos process, its files and its probes.

use k8s_openapi::api::core::v1::{
    ConfigMapEnvSource, ConfigMapProjection, Container, EnvFromSource, EnvVar, Lifecycle, LifecycleHandler,
    PersistentVolumeClaimVolumeSource, Probe, ProjectedVolumeSource, SecretProjection, Volume, VolumeMount,
    VolumeProjection,
};

use super::super::container::{
    cloud_sql_proxy, config_files, container, exec, exec_probe, http_probe, key_paths, port, pre_stop, read_only,
    scratch, secret_files, secret_variable, timing, variable, writable,
};
use super::super::database;
use super::super::pod::{Parts, some};
use super::super::standby;
use super::wait;
use crate::plan::Plan;
use crate::plan::attachments::AttachmentsPlan;
use crate::plan::capability::{AdministratorSign, INSTANCE_PROFILE};
use crate::plan::database::DatabasePlan;
use crate::plan::memos::{AdministratorPlan, AuthorityPlan, MemosPlan, Readiness, SecretVariable};
use crate::plan::names::Role;
use crate::plan::sizing::STARTUP_PERIOD_SECONDS;

/// Where Memos reads settings files, fixed in its source.
const SETTINGS_DIRECTORY: &str = "/etc/secrets";

/// Makes the first account, unless somebody has one already. Every process runs it; a second account of the same name is refused.
/// It waits as long as the startup probe does, because a hook that gives up earlier kills the process in its migration.
fn first_account(sign: AdministratorSign, tries: u32) -> String {
    // `needsSetup` is always there, so an answer without it is of an image that is not what the spec says.
    let nobody = match sign {
        AdministratorSign::NeedsSetup => r#"grep -Eq '"needsSetup": ?true' /tmp/profile"#.to_owned(),
        AdministratorSign::Admin => format!("! grep -Eq '{}' /tmp/profile", sign.exists()),
    };
    format!(
        r#"origin=http://127.0.0.1:{port}
tries=0
until wget -q -T 3 -O /tmp/profile "$origin{INSTANCE_PROFILE}"; do
  tries=$((tries + 1))
  if [ "$tries" -ge {tries} ]; then exit 1; fi
  sleep {STARTUP_PERIOD_SECONDS}
done
if {nobody}; then
  wget -q -T 10 -O /dev/null --header 'Content-Type: application/json' \
    --post-data "$(cat /etc/memos-administrator/administrator.json)" "$origin/api/v1/users"
fi
"#,
        port = Role::Memos.port(),
    )
}

/// The pod's parts.
pub(super) fn parts(plan: &Plan) -> Parts {
    let memos = &plan.memos;
    let (mounts, mut volumes): (Vec<_>, Vec<_>) = files(plan).into_iter().unzip();
    let mounts: Vec<VolumeMount> = mounts.into_iter().flatten().collect();
    let mut side_cars: Vec<_> =
        memos.proxy.iter().map(|proxy| cloud_sql_proxy(proxy, memos.workload.grace_seconds)).collect();
    side_cars.extend(memos.cache_wait.as_ref().map(|wait| wait::container_of(memos, wait, &mounts)));
    if let Some(standby) = &plan.standby {
        side_cars.push(standby::keeper(standby));
    }
    let wait = |wait| database::wait::container_of(&memos.workload, wait);
    side_cars.extend(memos.database_wait.as_ref().map(wait));
    let mut main = Container {
        env: some(variables(memos)),
        env_from: Some(vec![EnvFromSource {
            config_map_ref: Some(ConfigMapEnvSource { name: plan.names.component(Role::Memos), optional: None }),
            ..EnvFromSource::default()
        }]),
        ports: Some(vec![port(Role::Memos)]),
        startup_probe: Some(timing(http_probe("/healthz", Role::Memos.port_name()), 2, 3, memos.startup_tries)),
        readiness_probe: Some(readiness(memos)),
        liveness_probe: Some(timing(
            http_probe("/healthz", Role::Memos.port_name()),
            10,
            5,
            memos.workload.settings.probes.liveness_failures.unwrap_or(6),
        )),
        lifecycle: lifecycle(memos),
        volume_mounts: Some(mounts),
        ..container("memos", &memos.workload.image, &memos.workload.resources)
    };
    if let Some(standby) = &plan.standby {
        main = standby::gated(standby, readiness(memos), main);
        volumes.extend(standby::volumes(standby));
    }
    Parts { main, side_cars, volumes }
}

fn variables(memos: &MemosPlan) -> Vec<EnvVar> {
    let mut variables: Vec<EnvVar> =
        memos.pod_environment.iter().map(|(name, value)| variable(name, value.clone())).collect();
    let secret = |found: &SecretVariable| secret_variable(&found.name, &found.secret, &found.key, found.optional);
    variables.extend(memos.secret_environment.iter().map(secret));
    if memos.dsn_secret.is_some() {
        variables.push(variable("MEMOS_DSN_FILE", "/etc/memos-dsn/dsn"));
    }
    variables
}

fn readiness(memos: &MemosPlan) -> Probe {
    let probe = match memos.readiness {
        Readiness::Process => http_probe("/healthz", Role::Memos.port_name()),
        Readiness::Database => http_probe(INSTANCE_PROFILE, Role::Memos.port_name()),
        Readiness::Administrator(sign) => {
            let address = format!("http://127.0.0.1:{}{INSTANCE_PROFILE}", Role::Memos.port());
            let script = format!("wget -q -T 3 -O - {address} | grep -Eq '{}'", sign.exists());
            exec_probe(&["/bin/sh", "-c", &script])
        }
    };
    timing(probe, 5, 5, memos.workload.settings.probes.readiness_failures.unwrap_or(3))
}

/// What makes the first account, where it is made.
pub(in crate::component) fn administrator_script(memos: &MemosPlan) -> Option<String> {
    let administrator = memos.administrator.as_ref()?;
    Some(first_account(administrator.sign, memos.startup_tries))
}

fn lifecycle(memos: &MemosPlan) -> Option<Lifecycle> {
    let stop = pre_stop(memos.workload.pre_stop_seconds);
    let Some(script) = administrator_script(memos) else { return stop };
    let hook = exec(&["/bin/sh", "-c", &script]);
    let start = LifecycleHandler { exec: Some(hook), ..LifecycleHandler::default() };
    Some(Lifecycle { post_start: Some(start), ..stop.unwrap_or_default() })
}

/// Every volume with its mount, where Memos itself has one.
fn files(plan: &Plan) -> Vec<(Option<VolumeMount>, Volume)> {
    let memos = &plan.memos;
    let mut files = vec![
        (Some(writable("data", memos.data_directory)), data(plan)),
        (Some(writable("tmp", "/tmp")), scratch("tmp", "256Mi", false)),
    ];
    if !memos.settings.is_empty() || !memos.secret_settings.is_empty() {
        files.push((Some(read_only("settings", SETTINGS_DIRECTORY)), settings(plan)));
    }
    let keeper = plan.standby.as_ref().and_then(|standby| standby.keeper.database.authority.as_ref());
    if let Some(own) = keeper.filter(|own| memos.authorities.iter().all(|known| known.volume != own.volume)) {
        files.push((None, trusted(own).1));
    }
    for authority in &memos.authorities {
        let (mount, volume) = trusted(authority);
        files.push((Some(mount), volume));
    }
    if let Some(secret) = &memos.dsn_secret {
        files.push((Some(read_only("dsn", "/etc/memos-dsn")), secret_files("dsn", secret, &[("dsn", "dsn")])));
    }
    if let Some(AdministratorPlan { secret, .. }) = &memos.administrator {
        let items = [("administrator.json", "administrator.json")];
        files.push((
            Some(read_only("administrator", "/etc/memos-administrator")),
            secret_files("administrator", secret, &items),
        ));
    }
    files
}

/// The certificate of an authority as a file.
pub(in crate::component) fn trusted(authority: &AuthorityPlan) -> (VolumeMount, Volume) {
    let volume = authority.volume;
    let items = [(authority.key.as_str(), "ca.crt")];
    let source = if authority.secret {
        secret_files(volume, &authority.name, &items)
    } else {
        config_files(volume, &authority.name, &items, false)
    };
    (read_only(volume, authority.directory), source)
}

fn data(plan: &Plan) -> Volume {
    let claim = match (&plan.attachments, &plan.database) {
        (AttachmentsPlan::Claim(claim), _) => Some(claim.name.clone()),
        (_, DatabasePlan::Sqlite(volume)) => Some(volume.name.clone()),
        _ => None,
    };
    match claim {
        Some(claim_name) => Volume {
            name: "data".to_owned(),
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource { claim_name, read_only: None }),
            ..Volume::default()
        },
        // Thumbnails only, which are made again when they are missing.
        None => scratch("data", "512Mi", false),
    }
}

/// All settings files in the one directory where Memos looks for them.
fn settings(plan: &Plan) -> Volume {
    let memos = &plan.memos;
    let mut sources = Vec::new();
    if !memos.settings.is_empty() {
        let map = ConfigMapProjection { name: plan.names.suffixed("settings"), ..ConfigMapProjection::default() };
        sources.push(VolumeProjection { config_map: Some(map), ..VolumeProjection::default() });
    }
    for file in &memos.secret_settings {
        let secret = SecretProjection {
            name: file.secret.clone(),
            items: Some(key_paths(&[(&file.key, &file.file)])),
            optional: None,
        };
        sources.push(VolumeProjection { secret: Some(secret), ..VolumeProjection::default() });
    }
    let projected = ProjectedVolumeSource { default_mode: Some(0o440), sources: Some(sources) };
    Volume { name: "settings".to_owned(), projected: Some(projected), ..Volume::default() }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::compile;

    fn memos(spec: &str) -> serde_json::Value {
        let compiled = compile("production", spec);
        compiled.object("Deployment", "memos")["spec"]["template"]["spec"]["containers"][0].clone()
    }

    #[test]
    fn readiness_asks_what_the_release_answers() {
        let probe = |spec: &str| {
            let probe = &memos(spec)["readinessProbe"];
            probe["httpGet"]["path"].as_str().or(probe["exec"]["command"][2].as_str()).unwrap_or_default().to_owned()
        };
        let asks = "wget -q -T 3 -O - http://127.0.0.1:5230/api/v1/instance/profile | grep -Eq ";
        let database = "rollout: {holdUntilAdministrator: false}\navailability: {readinessChecksDatabase: true}";
        for (image, held, database_path) in [
            ("version: 0.30.0", format!("{asks}'\"needsSetup\": ?false'"), "/api/v1/instance/profile"),
            ("version: 0.29.1", format!("{asks}'\"admin\": ?\\{{'"), "/api/v1/instance/profile"),
            ("version: 0.26.2", format!("{asks}'\"admin\": ?\\{{'"), "/api/v1/instance/profile"),
            ("version: 0.26.1", "/healthz".to_owned(), "/healthz"),
            ("version: 0.25.2", "/healthz".to_owned(), "/healthz"),
            ("distribution: divinesense", "/healthz".to_owned(), "/healthz"),
        ] {
            assert_eq!(probe(&format!("memos: {{{image}}}")), held, "{image}");
            assert_eq!(probe(&format!("memos: {{{image}}}\n{database}")), database_path, "{image}");
        }
    }

    #[test]
    fn the_hook_is_written_where_it_can_see_and_waits_for_the_start() {
        let hook = |image: &str| {
            let spec = format!("memos: {{{image}}}\nrollout: {{createAdministrator: true, startupSeconds: 3599}}");
            memos(&spec)["lifecycle"]["postStart"]["exec"]["command"][2].as_str().map(str::to_owned)
        };
        let (new, old) = (hook("version: 0.30.0").unwrap(), hook("version: 0.29.1").unwrap());
        assert!(new.contains("\nif grep -Eq '\"needsSetup\": ?true' /tmp/profile; then\n"), "{new}");
        assert!(old.contains("\nif ! grep -Eq '\"admin\": ?\\{' /tmp/profile; then\n"), "{old}");
        assert!(new.contains("[ \"$tries\" -ge 1800 ]") && new.contains("\n  sleep 2\n"), "{new}");
        assert_eq!((hook("version: 0.26.1"), hook("distribution: divinesense")), (None, None));
    }
}
