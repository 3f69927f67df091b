//! The variables of a Memos process.

use std::collections::BTreeMap;

use super::{AuthorityPlan, Inputs, SecretVariable, data_directory};
use crate::plan::cache::CachePlan;
use crate::plan::capability::Capabilities;
use crate::plan::database::DatabasePlan;
use crate::plan::exposure::ExposurePlan;
use crate::plan::formula;
use crate::plan::names::Role;
use crate::plan::scale::figure;
use crate::plan::secrets::SecretNamesPlan;
use crate::plan::sizing::{self, Figure};
use crate::spec::Spec;
use crate::spec::database::Engine;
use crate::spec::memos::{Access, Ai, Distribution, EmbeddingProvider, LlmProvider};

pub(super) fn environment(
    inputs: &Inputs<'_>,
    capabilities: Capabilities,
    memory: u64,
    authorities: &[AuthorityPlan],
    figures: &mut Vec<Figure>,
) -> BTreeMap<String, String> {
    let Inputs { spec, exposure, cache, .. } = inputs;
    let numbers = formula::Inputs::of(inputs.scale.size).with("memoryLimit", memory);
    let source = "measured: with it memory falls back after uploads, without it does not";
    let go_memory = figure(figures, "memos.goMemoryLimit", None, &sizing::go_memory_limit(), &numbers, "MiB", source);
    let mut variables = BTreeMap::new();
    let mut set = |name: &str, value: String| {
        variables.insert(name.to_owned(), value);
    };
    set("GOMEMLIMIT", format!("{go_memory}MiB"));
    set("MEMOS_DATA", data_directory(spec.memos.distribution).to_owned());
    // Given explicitly, because a Service named `memos` would otherwise put its own address into this variable.
    set("MEMOS_PORT", Role::Memos.port().to_string());
    set("TZ", spec.memos.time_zone.clone());
    if capabilities.log_level {
        set("MEMOS_LOG_LEVEL", spec.memos.log_level.word().to_owned());
    }
    if let Some(url) = instance_url(spec, exposure, capabilities) {
        set("MEMOS_INSTANCE_URL", url);
    }
    if let Some(client) = cache.client().filter(|_| capabilities.shared_cache) {
        let settings = &client.settings;
        if client.secret.is_none() {
            set("MEMOS_REDIS_URL", client.url());
        }
        set("MEMOS_REDIS_POOL_SIZE", client.pool_size.to_string());
        set("MEMOS_REDIS_DIAL_TIMEOUT", settings.dial_timeout.to_string());
        set("MEMOS_REDIS_READ_TIMEOUT", settings.read_timeout.to_string());
        set("MEMOS_REDIS_WRITE_TIMEOUT", settings.write_timeout.to_string());
        set("MEMOS_REDIS_KEY_PREFIX", settings.key_prefix.to_string());
    }
    // Go reads authorities from these directories only; the image's own have to be named with ours.
    let directories: Vec<&str> = go_authorities(inputs, authorities).map(|authority| authority.directory).collect();
    if !directories.is_empty() {
        set("SSL_CERT_DIR", format!("/etc/ssl/certs:{}", directories.join(":")));
    }
    if spec.memos.distribution == Distribution::Divinesense {
        ai_environment(spec, &mut set);
    }
    variables
}

/// The address people use. On 0.30 a URL means that anybody may read, so a private instance gets none.
fn instance_url(spec: &Spec, exposure: &ExposurePlan, capabilities: Capabilities) -> Option<String> {
    if capabilities.url_means_public && spec.memos.access != Some(Access::Public) {
        return spec.memos.instance_url.as_ref().filter(|_| spec.memos.access.is_none()).map(ToString::to_string);
    }
    let scheme = if exposure.https { "https" } else { "http" };
    let derived = || exposure.host.as_ref().map(|host| format!("{scheme}://{host}"));
    spec.memos.instance_url.as_ref().map(ToString::to_string).or_else(derived)
}

fn ai_environment(spec: &Spec, set: &mut impl FnMut(&str, String)) {
    let Some(ai) = &spec.memos.ai else { return };
    set("DIVINESENSE_AI_ENABLED", "true".to_owned());
    let (provider, variable) = match ai.llm_provider {
        LlmProvider::Deepseek => ("deepseek", "DIVINESENSE_AI_DEEPSEEK_BASE_URL"),
        LlmProvider::Openai => ("openai", "DIVINESENSE_AI_OPENAI_BASE_URL"),
        LlmProvider::Ollama => ("ollama", "DIVINESENSE_AI_OLLAMA_BASE_URL"),
    };
    set("DIVINESENSE_AI_LLM_PROVIDER", provider.to_owned());
    let embeddings = match ai.embedding_provider {
        EmbeddingProvider::Siliconflow => "siliconflow",
        EmbeddingProvider::Openai => "openai",
        EmbeddingProvider::Ollama => "ollama",
    };
    set("DIVINESENSE_AI_EMBEDDING_PROVIDER", embeddings.to_owned());
    let optional =
        [("DIVINESENSE_AI_LLM_MODEL", &ai.llm_model), ("DIVINESENSE_AI_EMBEDDING_MODEL", &ai.embedding_model)];
    for (name, value) in optional {
        if let Some(value) = value {
            set(name, value.clone());
        }
    }
    if let Some(url) = &ai.base_url {
        set(variable, url.to_string());
    }
}

/// The variable with the key of the provider that answers; an Ollama needs none.
fn answering_key(ai: &Ai) -> Option<&'static str> {
    match ai.llm_provider {
        LlmProvider::Deepseek => Some("DIVINESENSE_AI_DEEPSEEK_API_KEY"),
        LlmProvider::Openai => Some("DIVINESENSE_AI_OPENAI_API_KEY"),
        LlmProvider::Ollama => None,
    }
}

/// The same of the provider that makes embeddings.
fn embedding_key(ai: &Ai) -> Option<&'static str> {
    match ai.embedding_provider {
        EmbeddingProvider::Siliconflow => Some("DIVINESENSE_AI_SILICONFLOW_API_KEY"),
        EmbeddingProvider::Openai => Some("DIVINESENSE_AI_OPENAI_API_KEY"),
        EmbeddingProvider::Ollama => None,
    }
}

/// Exactly the keys that are used, since an external store that lacks one of those asked for delivers none. Only the
/// `DIVINESENSE_` names work: the fork's fall-back to `MEMOS_` is broken.
pub(super) fn ai_secrets(spec: &Spec, secrets: &SecretNamesPlan) -> Vec<SecretVariable> {
    let Some(ai) = spec.memos.ai.as_ref().filter(|_| spec.memos.distribution == Distribution::Divinesense) else {
        return Vec::new();
    };
    let mut names: Vec<&str> = answering_key(ai).into_iter().chain(embedding_key(ai)).collect();
    names.dedup();
    let variable = |name: &str| SecretVariable {
        name: name.to_owned(),
        secret: secrets.ai.clone(),
        key: name.to_owned(),
        optional: true,
    };
    names.into_iter().map(variable).collect()
}

pub(super) fn cache_secret(cache: &CachePlan) -> Option<SecretVariable> {
    let secret = cache.client()?.secret.clone()?;
    let name = "MEMOS_REDIS_URL".to_owned();
    Some(SecretVariable { name, secret, key: "url".to_owned(), optional: false })
}

/// Authorities of connections that Go itself checks: Redis', and MySQL's. PostgreSQL's driver is given the file's path.
fn go_authorities<'a>(inputs: &Inputs<'_>, all: &'a [AuthorityPlan]) -> impl Iterator<Item = &'a AuthorityPlan> {
    let cache = inputs.cache.client().and_then(|client| client.authority.clone());
    let mysql = matches!(inputs.database, DatabasePlan::Managed(plan) if plan.engine == Engine::Mysql);
    all.iter().filter(move |authority| mysql || Some(*authority) == cache.as_ref())
}

pub(super) fn stands_in_pod(variable: &str) -> bool {
    matches!(variable, "MEMOS_PORT" | "TZ") || variable.starts_with("MEMOS_REDIS_")
}

#[cfg(test)]
mod tests {
    use crate::check::sample::compile;

    #[test]
    fn exactly_the_keys_of_the_chosen_providers_are_asked_for() {
        for (ai, asked) in [
            ("{}", &["DEEPSEEK", "SILICONFLOW"][..]),
            ("{llmProvider: openai}", &["OPENAI", "SILICONFLOW"]),
            ("{llmProvider: openai, embeddingProvider: openai}", &["OPENAI"]),
            ("{llmProvider: ollama, baseUrl: 'http://o.ai.svc:11434'}", &["SILICONFLOW"]),
            ("{llmProvider: ollama, baseUrl: 'http://o.ai.svc:11434', embeddingProvider: ollama}", &[]),
        ] {
            let plan = compile("production", &format!("memos: {{distribution: divinesense, ai: {ai}}}")).plan;
            let asked: Vec<String> = asked.iter().map(|name| format!("DIVINESENSE_AI_{name}_API_KEY")).collect();
            let keys: Vec<&str> = plan
                .secrets
                .expected
                .iter()
                .filter(|secret| secret.purpose == "ai")
                .flat_map(|secret| secret.keys.iter().map(|key| key.key.as_str()))
                .collect();
            assert_eq!(keys, asked, "{ai}");
            let variables = plan.memos.secret_environment.iter().map(|variable| variable.name.as_str());
            let variables: Vec<&str> = variables.filter(|name| name.starts_with("DIVINESENSE_")).collect();
            assert_eq!(variables, asked, "{ai}");
        }
    }
}
