//! The arguments of `thon logs`.

use clap::Args;

#[derive(Args, Debug)]
pub(in crate::cli) struct LogsArguments {
    /// Whose, as GROUP/NAME, or the id of the person or of the sandbox
    #[arg(value_name = "WHO")]
    pub who: String,
    /// How many of the last lines, 1 to 2000
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=2000))]
    pub lines: u32,
    /// Go on with what is written, until Ctrl-C; a new sandbox in the place of this one included
    #[arg(short, long)]
    pub follow: bool,
    /// Say when each line was written
    #[arg(short, long)]
    pub timestamps: bool,
}
