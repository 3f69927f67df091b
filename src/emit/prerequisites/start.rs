//! The order of the first apply, and what has to be true of the database before it.

use crate::plan::Plan;
use crate::plan::database::{DatabasePlan, ManagedPlan};
use crate::plan::memos::Readiness;
use crate::plan::secrets::SecretOrigin;
use crate::plan::standby::{KeeperDatabase, StandbyPlan, TABLE, TABLE_DEFINITION};
use crate::spec::database::Engine;

/// The steps in their order.
pub(super) fn rows(plan: &Plan) -> Vec<String> {
    let mut rows = Vec::new();
    let namespace = &plan.names.namespace;
    if let DatabasePlan::Managed(managed) = &plan.database {
        rows.push(database(managed));
    }
    rows.extend(plan.standby.as_ref().and_then(|standby| lease(standby, plan.database.name_and_user().1)));
    rows.push(namespace_first(plan));
    rows.extend(secrets(plan));
    let alone = plan.memos.autoscaling.as_ref().is_some_and(|(_, max, _)| *max < plan.scale.max);
    if plan.scale.max > 1 && !alone {
        rows.push(
            "On an empty database one process has to be alone, because Memos locks nothing while it makes its tables and its \
             key: build with `--set rollout.oneProcess=true`, apply, wait for the process, then build and apply as here."
                .to_owned(),
        );
    }
    rows.push("`kubectl apply --server-side -k .` applies this tree.".to_owned());
    if alone {
        rows.push(format!(
            "When `kubectl --namespace {namespace} rollout status deployment/{}` says that the one process is ready, build \
             without `rollout.oneProcess` and apply again.",
            plan.names.installation
        ));
    }
    rows.push(administrator(plan));
    rows
}

/// What somebody makes for a user who may keep the lease and nothing else.
fn lease(standby: &StandbyPlan, memos: &str) -> Option<String> {
    let KeeperDatabase { name, user, .. } = &standby.keeper.database;
    if user == memos {
        return None;
    }
    let user = postgres_name(user);
    Some(format!(
        "In the database `{name}`, the user and the table of the lease exist: `CREATE USER {user} PASSWORD 'PASSWORD'` with the \
         password of the Secret, ``{TABLE_DEFINITION}``, ``GRANT SELECT, UPDATE ON {TABLE} TO {user}``."
    ))
}

/// Secrets and what else a pod mounts belong to the namespace, so it comes before them. It is taken from the tree, and so
/// carries its labels from its first moment on.
fn namespace_first(plan: &Plan) -> String {
    let namespace = &plan.names.namespace;
    if plan.create_namespace {
        format!(
            "`kubectl apply --server-side -f manifests/v1_namespace_{namespace}.yaml` makes the namespace, in which the \
             Secrets and other objects above have to be."
        )
    } else {
        format!(
            "The namespace `{namespace}` exists: it is not part of this tree (`kubernetes.createNamespace: false`). \
             `kubectl create namespace {namespace}` makes it."
        )
    }
}

fn secrets(plan: &Plan) -> Option<String> {
    if plan.secrets.expected.is_empty() {
        return None;
    }
    match plan.secrets.origin {
        SecretOrigin::Existing => Some("Make the Secrets above in it.".to_owned()),
        SecretOrigin::Local => {
            Some("`kubectl apply --server-side -f secrets.local.yaml` makes the Secrets.".to_owned())
        }
        SecretOrigin::External(_) => None,
    }
}

fn administrator(plan: &Plan) -> String {
    match (plan.memos.readiness, &plan.memos.administrator) {
        (_, Some(made)) => format!("The first process makes the administrator from the Secret `{}`.", made.secret),
        (Readiness::Administrator(_), None) if plan.scale.stands_by() => format!(
            "Nobody is let in until an administrator exists. Make it through `kubectl --namespace {} port-forward POD 5230` and \
             http://127.0.0.1:5230, where POD is the pod of `deployment/{}` that serves: the others refuse.",
            plan.names.namespace, plan.names.installation
        ),
        (Readiness::Administrator(_), None) => format!(
            "No pod gets traffic until an administrator exists. Make it through \
             `kubectl --namespace {} port-forward deployment/{} 5230` and http://127.0.0.1:5230.",
            plan.names.namespace, plan.names.installation
        ),
        _ => "The first account that anybody makes becomes administrator: make it at once.".to_owned(),
    }
}

/// The database and the user that owns it, in the words of the engine.
fn database(managed: &ManagedPlan) -> String {
    let ManagedPlan { name, user, engine, .. } = managed;
    match engine {
        Engine::Postgres => {
            let statement = format!("CREATE DATABASE {} OWNER {}", postgres_name(name), postgres_name(user));
            format!(
                "The database `{name}` exists and belongs to `{user}` (`{statement}`): since PostgreSQL 15 nobody else may \
                 make tables in it."
            )
        }
        // Two backticks stand around the statements, because MySQL writes names in backticks itself.
        Engine::Mysql => format!(
            "The database `{name}` exists, and `{user}` may do everything in it: \
             ``CREATE DATABASE `{name}` CHARACTER SET utf8mb4``, ``CREATE USER '{user}'@'%' IDENTIFIED BY 'PASSWORD'`` with \
             the password of the Secret, ``GRANT ALL PRIVILEGES ON `{name}`.* TO '{user}'@'%'``."
        ),
    }
}

/// A name as PostgreSQL reads it: one that is not all small letters, digits and `_` stands in double quotes.
fn postgres_name(name: &str) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit());
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}

#[cfg(test)]
mod tests {
    use super::postgres_name;

    #[test]
    fn names_that_are_not_plain_stand_in_quotes() {
        for (name, written) in [
            ("memos", "memos"),
            ("memos_2", "memos_2"),
            ("my-db", "\"my-db\""),
            ("a@p.iam", "\"a@p.iam\""),
            ("2", "\"2\""),
        ] {
            assert_eq!(postgres_name(name), written);
        }
    }
}
