//! The arguments of every command, with their help.

mod audit;
mod cert;
mod config;
mod groups;
mod init;
mod join;
mod logs;
mod nginx;
mod operate;
mod port;
mod role;
mod token;
mod watch;

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand};
use strum::IntoEnumIterator as _;
use thon_domain::instance::State;

pub(super) use self::{
    audit::AuditArguments,
    cert::{CertCommand, ExportCaArguments},
    config::{ConfigArguments, ConfigCommand, EnvFormat},
    groups::{ExportArguments, ExportFormat, GroupsCommand, ImportArguments},
    init::{InitArguments, NginxChoice, TierChoice},
    join::{CreateCodeArguments, JoinCommand, MeantCode},
    logs::LogsArguments,
    nginx::NginxCommand,
    operate::{Chosen, OperateArguments, RecreateArguments, RenewArguments},
    port::{ListPortsArguments, MeantPort, PortCommand, SharePortArguments, UnsharePortArguments},
    role::{GrantArguments, RevokeRoleArguments, RoleCommand},
    token::{CreateTokenArguments, ListTokensArguments, RevokeTokenArguments, TokenCommand},
    watch::WatchArguments,
};
use crate::config::Flag;

/// A VS Code for everybody at your hackathon.
#[derive(Debug, Parser)]
#[command(name = "thon", bin_name = "thon", version, subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands, before and after its name.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Global {
    /// Read this configuration instead of ~/.thon/thon.yaml
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<Utf8PathBuf>,
    /// Take further variables from this file instead of the nearest .env
    #[arg(long, value_name = "FILE", global = true)]
    pub env_file: Option<Utf8PathBuf>,
    /// Say only what was asked for
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what happens
    #[arg(short, long, global = true)]
    pub verbose: bool,
    #[command(flatten)]
    pub elsewhere: Elsewhere,
}

/// The server that a command talks to, when it is not this machine's.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options for a server elsewhere")]
pub(super) struct Elsewhere {
    // Not doc comments: those would show names of variables in backticks.
    #[arg(
        long,
        value_name = "URL",
        global = true,
        help = "Talk to the server at this address, or at the one in THON_SERVER"
    )]
    pub server: Option<String>,
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        help = "Read the token for it from this file instead of THON_TOKEN"
    )]
    pub token_file: Option<Utf8PathBuf>,
    /// Trust the authorities in this PEM file, and no others
    #[arg(long, value_name = "FILE", global = true)]
    pub ca: Option<Utf8PathBuf>,
    /// Send the token although nothing is encrypted
    #[arg(long, global = true)]
    pub insecure_http: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a first configuration, after a few questions
    Init(InitArguments),
    /// Start THON and stay
    Run(RunArguments),
    /// Let a new server take the running one's place, unnoticed by those who work
    Restart(Output),
    /// Give everybody in the groups file their sandbox
    Launch(LaunchArguments),
    /// List the sandboxes: whose, in which state, where
    List(ListArguments),
    /// Watch the sandboxes as they change, until Ctrl-C
    Watch(WatchArguments),
    /// Print what somebody's sandbox wrote
    Logs(LogsArguments),
    /// Freeze sandboxes: they keep their memory and get no CPU
    Pause(OperateArguments),
    /// Let paused sandboxes go on
    Resume(OperateArguments),
    /// End sandboxes; files stay
    Terminate(OperateArguments),
    /// Put new sandboxes in the place of old ones, with the same files
    Recreate(RecreateArguments),
    /// Say how long sandboxes may still run
    Renew(RenewArguments),
    /// Bring groups in from a file, or take them out
    Groups {
        #[command(subcommand)]
        command: GroupsCommand,
    },
    /// Say who runs, mentors and judges the event
    Role {
        #[command(subcommand)]
        command: RoleCommand,
    },
    /// Make, list, show and revoke the codes by which people come in
    Join {
        #[command(subcommand)]
        command: JoinCommand,
    },
    /// Make, list and revoke what programs sign in with
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Tell who did what, from where, and what came of it
    Audit(AuditArguments),
    /// Share ports inside sandboxes with others
    Port {
        #[command(subcommand)]
        command: PortCommand,
    },
    /// Look at the server's certificate, renew it, export its root
    Cert {
        #[command(subcommand)]
        command: CertCommand,
    },
    /// Look at nginx in front, bring it in line, or take THON's files away
    Nginx {
        #[command(subcommand)]
        command: NginxCommand,
    },
    /// Print a link that signs somebody in
    SignIn(SignInArguments),
    /// Tell how many sandboxes this machine carries
    Capacity(CapacityArguments),
    /// Remove what is left over of sandboxes; shows it first
    Cleanup(CleanupArguments),
    /// Compare database, sandboxes and routes
    Check(CheckArguments),
    /// Look at the configuration
    Config(ConfigArguments),
}

#[derive(Args, Debug)]
pub(super) struct RunArguments {
    /// How much is logged: TRACE, DEBUG, INFO, WARN or ERROR
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// The port to listen on
    #[arg(long, value_name = "PORT")]
    port: Option<String>,
    /// Let every editor ask its person for a password
    #[arg(long)]
    secure: bool,
    /// Let other machines connect although there is no way to sign in
    #[arg(long)]
    pub insecure_no_auth: bool,
}

impl RunArguments {
    /// The keys that were set by flag.
    pub fn flags(&self) -> Vec<Flag> {
        let secure = self.secure.then(|| "true".to_owned());
        let flags =
            [("--log-level", &self.log_level), ("--host", &self.host), ("--port", &self.port), ("--secure", &secure)];
        flags.into_iter().filter_map(|(name, value)| Some(Flag { name, value: value.clone()? })).collect()
    }
}

#[derive(Args, Debug)]
pub(super) struct LaunchArguments {
    /// Launch only this group
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
    /// Import this groups file first
    #[arg(long, value_name = "FILE")]
    pub groups: Option<Utf8PathBuf>,
    /// Import the demo event first: two groups, three people
    #[arg(long, conflicts_with = "groups")]
    pub demo: bool,
    /// Import nothing: only people who are in the database
    #[arg(long, conflicts_with_all = ["groups", "demo"])]
    pub from_db: bool,
    /// Do not ask when the machine does not carry them all
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub choice: ChoiceArguments,
    #[command(flatten)]
    pub output: Output,
}

/// How it is launched.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ChoiceArguments {
    /// Let the editors that are launched now ask for a password
    #[arg(long)]
    pub secure: bool,
    /// Keep nothing of what is launched now: stay, and end it with its files when this command ends
    #[arg(long)]
    pub ephemeral: bool,
}

#[derive(Args, Debug)]
pub(super) struct ListArguments {
    /// List only this group
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
    /// List only what is in this state; may be given several times
    #[arg(long = "state", value_name = "STATE", value_parser = state)]
    pub states: Vec<State>,
    #[command(flatten)]
    pub output: Output,
}

/// A state as people type it.
fn state(text: &str) -> Result<State, String> {
    let found = State::iter().find(|state| state.to_string().eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let states: Vec<String> = State::iter().map(|state| state.to_string().to_lowercase()).collect();
        format!("there are: {}", states.join(", "))
    })
}

#[derive(Args, Debug)]
pub(super) struct SignInArguments {
    /// Whose link, as GROUP/NAME; without it the admin's
    #[arg(value_name = "USER")]
    pub user: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(super) struct CapacityArguments {
    /// For how many people in all; without it everybody who is known
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub users: Option<u32>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(super) struct CleanupArguments {
    /// Remove all volumes that are left over too, with the files in them
    #[arg(long)]
    pub volumes: bool,
    /// Remove this volume too; may be given several times
    #[arg(long, value_name = "NAME", conflicts_with = "volumes")]
    pub volume: Vec<String>,
    /// Only show what would be removed
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub output: Output,
}

/// For commands whose answer programs read too.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Output {
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::config::{Config, Origin, Sources};

    #[test]
    fn every_flag_sets_its_key() {
        let line = ["thon", "run", "--log-level", "debug", "--host", "::1", "--port", "9", "--secure"];
        let Command::Run(run) = Arguments::parse_from(line).command else { panic!("not run") };
        let sources = Sources { flags: run.flags(), user_home: Some("/nowhere".into()), ..Sources::default() };
        let loaded = Config::load(&sources).expect("a good configuration");
        let set = loaded.shown.iter().filter(|shown| matches!(shown.origin, Origin::Flag(_)));
        assert_eq!(
            set.map(|shown| shown.key.name.as_str()).collect::<Vec<_>>(),
            ["log_level", "dashboard.host", "dashboard.port", "vscode.secure"]
        );
    }

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }
}
