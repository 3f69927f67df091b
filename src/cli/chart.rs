//! `memos-gen chart`: the Helm chart as something to publish, and what Helm runs.

mod package;
mod post_render;
mod put;
mod templates;
mod values;

use super::Exit;
use super::arguments::ChartCommand;
use super::output::Failure;

/// Runs one of the subcommands.
pub(super) fn run(command: &ChartCommand) -> Result<Exit, Failure> {
    match command {
        ChartCommand::Package(arguments) => package::run(arguments),
        ChartCommand::Values(arguments) => values::run(arguments),
        ChartCommand::Templates(arguments) => templates::run(arguments),
        ChartCommand::PostRender(arguments) => post_render::run(arguments),
    }
}
