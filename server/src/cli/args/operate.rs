//! The arguments of `thon pause`, `resume`, `terminate`, `recreate` and `renew`.

use clap::Args;

use super::Output;

/// Whose sandboxes.
#[derive(Args, Debug)]
#[group(id = "chosen", required = true, multiple = true)]
pub(in crate::cli) struct Chosen {
    /// Whose, as GROUP/NAME, or the id of the person or of the sandbox
    #[arg(value_name = "WHO", group = "chosen")]
    pub who: Vec<String>,
    /// Everybody's in this group
    #[arg(long, value_name = "GROUP", group = "chosen", conflicts_with = "who")]
    pub group: Option<String>,
    /// Everybody's
    #[arg(long, group = "chosen", conflicts_with_all = ["who", "group"])]
    pub all: bool,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct OperateArguments {
    #[command(flatten)]
    pub chosen: Chosen,
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Wait at most so long until it is done
    #[arg(long, value_name = "SECONDS", default_value_t)]
    pub wait: u64,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RecreateArguments {
    #[command(flatten)]
    pub operate: OperateArguments,
    /// Start with an empty home, and the person's own beside it at /home/vscode.rescue
    #[arg(long)]
    pub rescue: bool,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RenewArguments {
    #[command(flatten)]
    pub chosen: Chosen,
    /// How long they may still run, from now on; 0 for ever
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub minutes: u32,
    #[command(flatten)]
    pub output: Output,
}
