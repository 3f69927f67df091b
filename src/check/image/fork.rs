//! The fork with artificial intelligence.

use super::super::Context;
use super::super::finding::{Rule, also, at_key, finding, run, said};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::spec::database::{Database, Engine};
use crate::spec::memos::{Distribution, EmbeddingProvider, LlmProvider};

pub(super) fn rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    const RULES: &[Rule] = &[needs_pgvector, pgvector_on_managed, ai_on_upstream, ollama_address];
    run(RULES, context, diagnostics);
}

fn is_fork(context: &Context<'_>) -> bool {
    said(context).memos.distribution == Distribution::Divinesense
}

/// The fork keeps embeddings in columns of type `vector`, which only PostgreSQL with pgvector has.
fn needs_pgvector(context: &Context<'_>) -> Option<Diagnostic> {
    let database = match &said(context).database {
        Database::Sqlite(_) => "SQLite",
        Database::Managed(managed) if managed.engine == Engine::Mysql => "MySQL",
        _ => return None,
    };
    if !is_fork(context) {
        return None;
    }
    let message = format!("the fork `divinesense` needs PostgreSQL with pgvector, and this is {database}");
    let diagnostic = finding(context, Code::ForkNeedsPgvector, message, "database.kind", "has no vectors");
    Some(
        also(context, diagnostic, "memos.distribution", "the fork")
            .help("say `database: {kind: postgres}`: the fork's PostgreSQL comes with pgvector"),
    )
}

/// Only a superuser, or on managed services a listed user, may create the extension.
fn pgvector_on_managed(context: &Context<'_>) -> Option<Diagnostic> {
    let Database::Managed(managed) = &said(context).database else { return None };
    if !is_fork(context) || managed.engine != Engine::Postgres {
        return None;
    }
    let message = format!("the fork `divinesense` needs the extension `vector` in the database `{}`", managed.name);
    let diagnostic = finding(context, Code::ForkExtension, message, "database.kind", "not made by us");
    Some(
        diagnostic
            .help("run `CREATE EXTENSION IF NOT EXISTS vector` there as its administrator before the first start"),
    )
}

/// Upstream reads none of the `DIVINESENSE_AI_` variables.
fn ai_on_upstream(context: &Context<'_>) -> Option<Diagnostic> {
    if is_fork(context) || said(context).memos.ai.is_none() {
        return None;
    }
    let message = "only the fork `divinesense` reads `memos.ai`".to_owned();
    let diagnostic = at_key(context, Code::AiOnUpstream, message, "memos.ai", "read by nothing");
    Some(
        also(context, diagnostic, "memos.distribution", "upstream Memos")
            .help("say `memos.distribution: divinesense`, or leave `memos.ai` out"),
    )
}

/// The fork's default is `http://localhost:11434`, which inside a pod is the pod itself.
fn ollama_address(context: &Context<'_>) -> Option<Diagnostic> {
    let ai = said(context).memos.ai.as_ref().filter(|_| is_fork(context))?;
    // One address serves both, and it belongs to the provider that answers.
    let answers = ai.llm_provider == LlmProvider::Ollama;
    if !answers && ai.embedding_provider == EmbeddingProvider::Ollama {
        let message =
            "embeddings by an Ollama of your own need its address, which only `llmProvider: ollama` has".to_owned();
        let path = "memos.ai.embeddingProvider";
        let diagnostic = finding(context, Code::OllamaWithoutAddress, message, path, "where?");
        return Some(
            diagnostic
                .help("say `memos.ai.llmProvider: ollama` with `memos.ai.baseUrl`, or take another provider here"),
        );
    }
    if !answers || ai.base_url.is_some() {
        return None;
    }
    let message = "an Ollama of your own needs its address: the default is the pod itself".to_owned();
    let diagnostic = finding(context, Code::OllamaWithoutAddress, message, "memos.ai.llmProvider", "where?");
    Some(diagnostic.help("say `memos.ai.baseUrl`, such as `http://ollama.ai.svc:11434`"))
}
