//! What is emitted, run by the programs it is for: Redis and Valkey, PostgreSQL, PgBouncer, BusyBox, and the drivers that
//! Memos uses. Only paths, ports and addresses are replaced; `scripts/install-tools servers` installs the programs.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

#[path = "support/emitted.rs"]
mod emitted;
#[path = "support/http.rs"]
mod http;
#[path = "tools_real/late.rs"]
mod late;
#[path = "tools_real/memos.rs"]
mod memos;
#[path = "tools_real/postgres.rs"]
mod postgres;
#[path = "tools_real/redis.rs"]
mod redis;
#[path = "support/servers.rs"]
mod servers;
#[path = "tools_real/shell.rs"]
mod shell;
#[path = "tools_real/start.rs"]
mod start;
