//! What can be said on the command line. The doc comments are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

const EXAMPLES: &str = "\
Start here:
  memos-gen init --profile dev             write a memos.yaml to start from
  memos-gen build                          compile it into deploy/dev
  kubectl apply --server-side -k deploy/dev

Exit status: 0 done, 1 the input has errors, 2 wrong use or a file cannot be read or written,
3 `--check` found a difference. Results go to stdout, everything else to stderr.";

/// Compiles a short spec of one Memos installation into checked Kubernetes manifests.
#[derive(Debug, Parser)]
#[command(name = "memos-gen", version, after_help = EXAMPLES, max_term_width = 100, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a short, commented memos.yaml with what a profile needs from you
    Init(InitArguments),
    /// Compile a spec into Kubernetes manifests
    Build(BuildArguments),
    /// Report everything that is wrong with a spec, and write nothing
    Check(CheckArguments),
    /// Explain a code, a field of the spec, or a field of an object
    Explain(ExplainArguments),
    /// Write random Secrets for a spec with `secrets.kind: local` into a file of their own
    Secrets(SecretsArguments),
    /// Print the JSON Schema of the spec, for editors and other programs
    Schema(SchemaArguments),
    /// Package the Helm chart, and check what a chart renders
    Chart(ChartArguments),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
    /// Print the manual page, or write all pages into a directory
    Man(ManArguments),
    /// Write the generated part of the documentation
    #[command(hide = true)]
    Reference(ReferenceArguments),
}

/// What is compiled.
#[derive(Debug, Args)]
pub(super) struct SpecArguments {
    /// The profile that fills in what the spec does not say: dev, production, aws, gcp or azure; wins over `profile:` in a
    /// file
    #[arg(short, long = "profile", value_name = "PROFILE")]
    pub(super) profiles: Vec<String>,
    /// A spec file, `-` for stdin; later files win over earlier ones. Without it, ./memos.yaml is read when it exists
    #[arg(short, long = "file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<PathBuf>,
    /// One value, such as `scaling.max=6`; wins over all files. The value is YAML, the path is written without `spec.`
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) settings: Vec<String>,
}

/// How findings are reported.
#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// Take warnings for errors, such as values that are still the profile's placeholders
    #[arg(long)]
    pub(super) strict: bool,
    /// The form of the findings
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = MessageFormat::Text)]
    pub(super) message_format: MessageFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// For people
    Text,
    /// One JSON document, for programs
    Json,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Workflow commands of GitHub Actions, shown beside the changed lines
    Github,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen init                     memos.yaml for the profile `dev`
  memos-gen init --profile aws -o aws.yaml

Beside the file, memos.schema.json is written: editors that know the YAML language server then complete
every field and show its description.")]
pub(super) struct InitArguments {
    /// The profile: dev, production, aws, gcp or azure
    #[arg(short, long, value_name = "PROFILE", default_value = "dev")]
    pub(super) profile: String,
    /// The file to write; it must not exist
    #[arg(short, long, value_name = "FILE", default_value = "memos.yaml", value_hint = ValueHint::FilePath)]
    pub(super) output: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen build --profile aws                        the profile as it stands, with a warning for each placeholder
  memos-gen build -f memos.yaml -f override.yaml --set scaling.max=6 -o out
  memos-gen build --profile dev -o - | kubectl apply --server-side -f -
  memos-gen build --strict --check                     in CI: is what lies in deploy/ what the spec says?
  memos-gen build --profile dev --profile aws -o out   out/dev and out/aws, or none of them when one has errors
  memos-gen build --format chart                       the Helm chart, in deploy/chart/memos

The summary, or with `-o -` the manifests, go to stdout; findings go to stderr in every format.")]
pub(super) struct BuildArguments {
    #[command(flatten)]
    pub(super) spec: SpecArguments,
    #[command(flatten)]
    pub(super) report: ReportArguments,
    /// The directory to write, or `-` to print all objects as one stream [default: deploy/PROFILE]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) output: Option<PathBuf>,
    /// Write nothing; exit with 3 and name the files when the directory is not what would be written
    #[arg(long)]
    pub(super) check: bool,
    /// Overwrite files of an earlier build that were edited by hand since
    #[arg(long, conflicts_with = "check")]
    pub(super) force: bool,
    /// What to write: the manifests of a spec, or the Helm chart, which is one for all specs and has a values file for each
    /// profile [default directory of the chart: deploy/chart/memos]
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = BuildFormat::Manifests)]
    pub(super) format: BuildFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum BuildFormat {
    /// Objects for kubectl and kustomize
    Manifests,
    /// The chart's folder
    Chart,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen check                                      ./memos.yaml
  memos-gen check --strict --message-format sarif > memos.sarif
  memos-gen check --profile production --set scaling.max=40
  helm template memos ./memos | memos-gen check --objects -

Findings as text go to stderr, with one line of summary on stdout; in every other format they are the result and go to
stdout.")]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) spec: SpecArguments,
    /// Check a stream of objects instead of a spec, `-` for stdin: what Helm, kustomize or another program rendered
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["profiles", "files", "settings"])]
    pub(super) objects: Option<PathBuf>,
    #[command(flatten)]
    pub(super) report: ReportArguments,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen explain                                    all codes, and all figures of the plan
  memos-gen explain MG0209                             a code: cause, cure, evidence
  memos-gen explain scaling.max --profile production   a field: what it means, its value, and where that came from
  memos-gen explain Deployment/memos spec.replicas     a field of an object that would be built")]
pub(super) struct ExplainArguments {
    /// A code, a field of the spec, or KIND/NAME and a path in that object
    #[arg(value_name = "WHAT", num_args = 0..=2)]
    pub(super) what: Vec<String>,
    #[command(flatten)]
    pub(super) spec: SpecArguments,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen secrets --profile dev -o secrets.local.yaml
  kubectl apply --server-side -f secrets.local.yaml

The file holds passwords: keep it out of version control. It is never written into an output tree, and never overwritten.")]
pub(super) struct SecretsArguments {
    #[command(flatten)]
    pub(super) spec: SpecArguments,
    /// The file to write, readable for its owner only; it must not exist, and `-` is refused
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen schema > memos.schema.json
  memos-gen schema --check -o memos.schema.json        in CI: exit 3 when the file is stale")]
pub(super) struct SchemaArguments {
    /// The file to write or, with `--check`, to compare with [with --check: both files under schema/]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Write nothing; exit with 3 when the file is stale
    #[arg(long)]
    pub(super) check: bool,
    /// The schema of what all layers together have to say, instead of what one file may say
    #[arg(long)]
    pub(super) merged: bool,
}

#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(super) struct ChartArguments {
    #[command(subcommand)]
    pub(super) command: ChartCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ChartCommand {
    /// Write the chart as an archive, the text to sign for it, and an OCI image layout
    Package(PackageArguments),
    /// Print a spec as values of the chart: what Helm renders from them is what `build` writes
    Values(ValuesArguments),
    /// Derive the templates from the builders anew, for those who work on this program
    #[command(hide = true)]
    Templates(TemplatesArguments),
    /// Check rendered objects on their way through: stdin to stdout, or nothing when one of them has errors
    PostRender(PostRenderArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen chart package -o dist
  gpg --clearsign --output dist/memos-0.1.0.tgz.prov dist/memos-0.1.0.tgz.prov.unsigned
  memos-gen chart package -o dist --provenance dist/memos-0.1.0.tgz.prov
  skopeo copy oci:dist/memos-0.1.0.oci:0.1.0 docker://registry.example.com/charts/memos:0.1.0

Three things are written, and their digests printed:
  NAME-VERSION.tgz                  for `helm install`, `helm push`, or a repository
  NAME-VERSION.tgz.prov.unsigned    what you sign; `helm verify` reads the result beside the archive
  NAME-VERSION.oci                  an OCI image layout; by its digest the chart can be installed

The same version of this program writes the same bytes everywhere. What is there already is left
alone; what is there with other content is refused, because a published version does not change.")]
pub(super) struct PackageArguments {
    /// The directory to write into; it is made when it does not exist
    #[arg(short, long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) output: PathBuf,
    /// The signed provenance file of this very archive, which then is part of the OCI image layout
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) provenance: Option<PathBuf>,
    /// Overwrite files of these names that have other content
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen chart values --profile aws > values.yaml
  helm install memos oci://registry.example.com/charts/memos -n memos -f values.yaml

The values are the whole spec, with what its profile says. A spec with fields that the chart does
not offer is refused; its README lists them.")]
pub(super) struct ValuesArguments {
    #[command(flatten)]
    pub(super) spec: SpecArguments,
}

#[derive(Debug, Args)]
pub(super) struct TemplatesArguments {
    /// The directory to write or compare with
    #[arg(short, long, value_name = "DIR", default_value = "src/chart/templates", value_hint = ValueHint::DirPath)]
    pub(super) output: PathBuf,
    /// Write nothing; exit with 3 when a template is stale
    #[arg(long)]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  helm template memos ./memos | memos-gen chart post-render | kubectl apply --server-side -f -
  helm upgrade --install memos ./memos --post-renderer memos-check     Helm 4 with the plugin

What comes in goes out byte for byte. Findings go to stderr; `memos-gen check --objects` says the
same and prints no objects.")]
pub(super) struct PostRenderArguments {
    #[command(flatten)]
    pub(super) report: ReportArguments,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen completions bash > ~/.local/share/bash-completion/completions/memos-gen
  memos-gen completions zsh > \"${fpath[1]}/_memos-gen\"
  memos-gen completions fish > ~/.config/fish/completions/memos-gen.fish")]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  memos-gen man | man -l -
  memos-gen man -o ~/.local/share/man/man1")]
pub(super) struct ManArguments {
    /// The directory to write one page a command into; it must exist
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ReferenceArguments {
    /// The directory to write or compare with
    #[arg(short, long, value_name = "DIR", default_value = "docs/reference", value_hint = ValueHint::DirPath)]
    pub(super) output: PathBuf,
    /// Write nothing; exit with 3 when a page is stale
    #[arg(long)]
    pub(super) check: bool,
}
