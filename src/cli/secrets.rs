//! `memos-gen secrets`: the only place where randomness is used, and the only one that holds a secret.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::Exit;
use super::arguments::{MessageFormat, SecretsArguments};
use super::input;
use super::output::{Failure, complain, findings, print};
use crate::compile::Compilation;
use crate::emit::yaml;
use crate::object::meta::metadata;
use crate::plan::Plan;
use crate::plan::cache::CachePlan;
use crate::plan::database::DatabasePlan;
use crate::plan::names::{Role, hash};
use crate::plan::secrets::{Encoding, Part, SecretOrigin, SecretPlan, SecretsPlan};

/// Letters and digits alone survive every file, URL and shell unharmed.
const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// How long a random value is: 32 of 62 letters are 190 bits.
const LENGTH: usize = 32;

/// The name of the first administrator, which has to be known to sign in.
const ADMINISTRATOR: &str = "admin";

/// The marker of an output tree.
const STATE_FOLDER: &str = ".memos-gen";

/// Compiles, and writes the Secrets that the plan expects.
pub(super) fn run(arguments: &SecretsArguments) -> Result<Exit, Failure> {
    let compiled = input::compile(&arguments.spec, false)?;
    if compiled.exit() != Exit::Done {
        complain(&findings(&compiled.sources, &compiled.diagnostics, MessageFormat::Text));
        return Ok(compiled.exit());
    }
    let [compilation] = compiled.compilations.as_slice() else {
        return Err(Failure::usage("one file holds the Secrets of one profile", "name one `--profile`"));
    };
    refuse_other_origins(&compilation.plan)?;
    if arguments.output.as_os_str() == "-" {
        return Err(Failure::usage(
            "secrets are not printed: a terminal's history or a pipeline's log would keep them",
            "name a new file, such as `-o secrets.local.yaml`",
        ));
    }
    refuse_output_trees(&arguments.output)?;
    let text = document(compilation, &mut random)?;
    write_for_owner(&arguments.output, &text)?;
    print(&summary(&compilation.plan, &arguments.output))?;
    Ok(Exit::Done)
}

fn refuse_other_origins(plan: &Plan) -> Result<(), Failure> {
    let (kind, who) = match &plan.secrets.origin {
        SecretOrigin::Local => return Ok(()),
        SecretOrigin::Existing => ("existing", "somebody else makes the Secrets"),
        SecretOrigin::External(_) => ("external", "the External Secrets Operator makes them from a store"),
    };
    Err(Failure::usage(
        format!("`secrets.kind` is `{kind}`, so {who}"),
        "`build` lists the Secrets with their keys in PREREQUISITES.md; for random ones say `--set secrets.kind=local`",
    ))
}

/// A tree is committed and applied; no secret may come to lie in it.
fn refuse_output_trees(path: &Path) -> Result<(), Failure> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = parent.canonicalize().map_err(|error| Failure::cannot_write(path, &error))?;
    let deploy = Path::new(super::build::DEFAULT_DIRECTORY).canonicalize();
    let tree: Option<PathBuf> = parent
        .ancestors()
        .find(|folder| folder.join(STATE_FOLDER).exists())
        .map(Path::to_owned)
        .or_else(|| deploy.ok().filter(|deploy| parent.starts_with(deploy)));
    match tree {
        None => Ok(()),
        Some(tree) => Err(Failure::usage(
            format!(
                "`{}` lies in the output tree `{}`, which is applied and committed",
                path.display(),
                tree.display()
            ),
            "choose a file outside of it",
        )),
    }
}

/// The Secrets as YAML documents. `random` gives one new random value a call.
fn document(compilation: &Compilation, random: &mut dyn FnMut() -> io::Result<String>) -> Result<String, Failure> {
    let plan = &compilation.plan;
    let mut text =
        String::from("# Passwords: keep this file out of version control, and delete it when you need it no more.\n");
    for secret in &plan.secrets.expected {
        let values = values(secret, random)
            .map_err(|error| Failure::usage(format!("no random numbers: {error}"), "try again"))?;
        text.push_str("---\n");
        text.push_str(&yaml::document(&object(plan, secret, &values)));
    }
    Ok(text)
}

/// One value for each property, shared by all keys of the Secret.
fn values(
    secret: &SecretPlan,
    random: &mut dyn FnMut() -> io::Result<String>,
) -> io::Result<BTreeMap<&'static str, String>> {
    let mut values = BTreeMap::new();
    for property in SecretsPlan::properties(secret) {
        let value = if property == "username" { ADMINISTRATOR.to_owned() } else { random()? };
        values.insert(property, value);
    }
    Ok(values)
}

fn object(plan: &Plan, secret: &SecretPlan, values: &BTreeMap<&'static str, String>) -> Value {
    let mut metadata = metadata(plan, Role::Memos, secret.name.clone(), None);
    if let Some(labels) = &mut metadata.labels {
        // A Secret belongs to the installation as a whole, and not to a release.
        labels.remove("app.kubernetes.io/component");
        labels.remove("app.kubernetes.io/version");
    }
    let mut data = Map::new();
    // A random value would be taken for a real one, so what works without is left out.
    for key in secret.keys.iter().filter(|key| !key.optional) {
        let content: String = key.content.iter().map(|part| written(part, values)).collect();
        data.insert(key.key.clone(), Value::String(content));
    }
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "stringData": data})
}

/// A part of a key's content, encoded for the text around it.
fn written(part: &Part, values: &BTreeMap<&'static str, String>) -> String {
    let (property, encoding) = match part {
        Part::Text(text) => return text.clone(),
        Part::Value(property, encoding) => (property, encoding),
    };
    let value = values.get(property).map_or("", String::as_str);
    match encoding {
        Encoding::Plain => value.to_owned(),
        Encoding::Json => Value::String(value.to_owned()).to_string(),
        Encoding::Url => percent_encoded(value),
        Encoding::Doubled => value.replace('"', "\"\""),
        Encoding::Sha256 => hash(value.as_bytes()),
    }
}

/// Percent-encodes all but what RFC 3986 calls unreserved.
fn percent_encoded(value: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Random letters from the operating system.
fn random() -> io::Result<String> {
    let mut source = File::open("/dev/urandom")?;
    let mut value = String::new();
    while value.len() < LENGTH {
        let mut bytes = [0; LENGTH];
        source.read_exact(&mut bytes)?;
        // Bytes above the last multiple of 62 would make some letters likelier than others.
        let fair =
            bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < 256 / LETTERS.len() * LETTERS.len());
        let letters = fair.map(|byte| char::from(LETTERS[byte % LETTERS.len()]));
        value.extend(letters.take(LENGTH - value.len()));
    }
    Ok(value)
}

/// Makes the file new, readable for its owner only from its first moment on.
fn write_for_owner(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(Failure::usage(
                format!("`{}` exists, and its passwords may be in use", path.display()),
                "choose another file, or delete this one when nothing was made from it",
            ));
        }
        opened => opened,
    };
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| Failure::cannot_write(path, &error))
}

/// Names, and never values.
fn summary(plan: &Plan, path: &Path) -> String {
    let shown = path.display();
    let mut out = format!("{shown}: new random values, readable for you only\n");
    for secret in &plan.secrets.expected {
        let keys: Vec<&str> = secret.keys.iter().filter(|key| !key.optional).map(|key| key.key.as_str()).collect();
        out += &format!("  Secret {}: {}\n", secret.name, keys.join(", "));
    }
    for name in made_elsewhere(plan) {
        out += &format!("  note: {name} is for a service outside the cluster: write its real password into the file\n");
    }
    out += &format!("  keep it out of version control: put `{shown}` into .gitignore\n");
    let namespace = &plan.names.namespace;
    out += &if plan.create_namespace {
        format!(
            "  apply first, in the folder of the tree: kubectl apply --server-side -f manifests/v1_namespace_{namespace}.yaml\n"
        )
    } else {
        format!("  make first, because the tree does not: kubectl create namespace {namespace}\n")
    };
    out += &format!("  then: kubectl apply --server-side -f {shown}\n");
    out += "  then the tree, whose pods wait for these\n";
    out
}

/// Secrets whose values somebody else decides.
fn made_elsewhere(plan: &Plan) -> Vec<&str> {
    let of_others = |secret: &&SecretPlan| match secret.purpose {
        "database" => matches!(plan.database, DatabasePlan::Managed(_)),
        "cache" => matches!(plan.cache, CachePlan::Managed(_)),
        "storage" | "ai" => true,
        _ => false,
    };
    plan.secrets.expected.iter().filter(of_others).map(|secret| secret.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::secrets::KeyPlan;

    #[test]
    fn values_are_shared_and_encoded_for_their_place() {
        let value = |encoding| Part::Value("password", encoding);
        let key = |key: &str, content, optional| KeyPlan { key: key.to_owned(), meaning: "", content, optional };
        let secret = SecretPlan {
            name: "memos-cache".to_owned(),
            purpose: "cache",
            keys: vec![
                key(
                    "url",
                    vec![Part::Text("redis://:".to_owned()), value(Encoding::Url), Part::Text("@h".to_owned())],
                    false,
                ),
                key("plain", vec![value(Encoding::Plain)], false),
                key("json", vec![value(Encoding::Json), Part::Value("username", Encoding::Json)], false),
                key("optional", vec![Part::Value("other", Encoding::Plain)], true),
            ],
        };
        let values = values(&secret, &mut || Ok("a/b\"é".to_owned())).unwrap();
        let texts: Vec<String> = secret.keys[..3]
            .iter()
            .map(|key| key.content.iter().map(|part| written(part, &values)).collect())
            .collect();
        assert_eq!(texts, ["redis://:a%2Fb%22%C3%A9@h", "a/b\"é", "\"a/b\\\"é\"\"admin\""]);
    }

    #[test]
    fn random_values_are_long_letters_and_differ() {
        let (one, two) = (random().unwrap(), random().unwrap());
        assert_eq!(one.len(), LENGTH);
        assert!(one.bytes().all(|byte| LETTERS.contains(&byte)));
        assert_ne!(one, two);
    }
}
