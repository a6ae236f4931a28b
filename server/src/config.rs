//! What THON is told: flags, the environment and `thon.yaml`, resolved once, in one order, with every origin kept.
//!
//! Flag > environment > key written in `thon.yaml` > setting in the database > default. All mistakes are told at once, each with its place.
//! This is the only room that reads the process's environment.

mod acme;
mod audit;
mod auth;
mod dashboard;
mod database;
mod declaration;
mod edge;
mod env_file;
mod environment;
mod error;
mod event;
mod file;
mod forms;
mod gateway;
mod groups;
mod home;
mod key;
mod keys;
mod kilo;
mod langfuse;
mod layers;
mod lemonade;
mod log;
mod network;
mod nginx;
mod origin;
pub mod process;
mod reader;
mod redacted;
mod sandbox;
mod settings;
mod shown;
mod sources;
mod together;
mod vscode;
mod workspace;
pub mod yaml;

pub(crate) use self::keys::nearest;
pub use self::{
    acme::{Acme, AcmeChallenge},
    audit::Audit,
    auth::{Auth, GitHub, GitLab, Issuer, LinkedIn, OAuthClient},
    dashboard::Dashboard,
    database::Database,
    edge::{Edge, EdgeLimits, EdgeTier, PublicAddress},
    env_file::quoted,
    environment::Variable,
    error::{ConfigError, Mistake},
    event::Event,
    forms::{DomainName, Email},
    gateway::{Apisix, Gateway, GatewayMode, ModelConcurrency, RateLimitScope, Redis, TokenLimits},
    home::Home,
    key::{Effect, Key},
    kilo::Kilo,
    langfuse::Langfuse,
    lemonade::{Backend, CacheType, ChatModel, Embedding, Lemonade, LlamaCpp, RocmChannel, SplitMode, Spread},
    log::{Log, LogFormat, LogLevel},
    network::Network,
    nginx::{Nginx, NginxForm, NginxServer, SslProvider},
    origin::Origin,
    sandbox::{Pull, Runtime, Sandbox},
    settings::Settable,
    shown::{Exported, Shown, ShownValue},
    sources::{Flag, Sources},
    vscode::Vscode,
    workspace::Workspace,
};
use self::{
    env_file::EnvFile,
    file::ConfigFile,
    layers::Layers,
    reader::{Found, Reader},
};
use thon_core::directory::groups_file::GroupEntry;
pub use thon_domain::byte_size::ByteSize;

/// Everything that a server is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where THON keeps its own files.
    pub home: Home,
    /// Whether the demo event is made at the start.
    pub demo: bool,
    pub log: Log,
    /// The event that groups without one belong to.
    pub event: Event,
    /// The groups written in `thon.yaml` itself.
    pub groups: Vec<GroupEntry>,
    pub database: Database,
    pub dashboard: Dashboard,
    pub network: Network,
    pub edge: Edge,
    pub auth: Auth,
    pub audit: Audit,
    pub sandbox: Sandbox,
    pub vscode: Vscode,
    pub workspace: Workspace,
    pub nginx: Nginx,
    pub acme: Acme,
    pub lemonade: Lemonade,
    pub kilo: Kilo,
    pub gateway: Gateway,
    pub langfuse: Langfuse,
    settable: Settable,
}

/// A configuration, and what people ask about it.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub config: Config,
    /// The file it came from, if there is one.
    pub file: Option<camino::Utf8PathBuf>,
    /// Every key with its value, secrets hidden, and its origin.
    pub shown: Vec<Shown>,
    /// Variables that set no key.
    pub variables: Vec<Variable>,
    /// What works, but should be done differently, and what was set without effect.
    pub hints: Vec<String>,
}

impl Config {
    /// Resolves all sources.
    ///
    /// # Errors
    /// With every mistake found: unknown keys, wrong types, values out of range, files that cannot be read.
    pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
        let home = sources.home()?;
        let file = ConfigFile::find(sources, &home)?;
        let env_file = EnvFile::find(sources)?;
        let layers = Layers::All { sources, env_file: env_file.as_ref(), file: file.as_ref() };
        let mut reader = Reader::new(layers, sources, &home);
        let mut config = Self::read(&mut reader);
        let Found { shown, mut mistakes, mut hints, variables } = reader.found;
        let keys: Vec<&Key> = shown.iter().map(|shown| &shown.key).collect();
        if let Some(file) = &file {
            mistakes.extend(keys::unknown(&file.path, &file.root, "", &keys));
            hints.extend(file.hint.clone());
        }
        if !mistakes.is_empty() {
            return Err(match &file {
                Some(file) => ConfigError::in_file(mistakes, &file.path, file.redacted(&keys)),
                None => ConfigError::without_file(mistakes),
            });
        }
        hints.extend(shown::without_effect(&shown));
        config.settable = Settable::new(sources, &shown);
        Ok(Loaded { config, file: file.map(|file| file.path), shown, variables, hints })
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        environment::declare(reader);
        let config = Self {
            demo: reader
                .key("demo", "Whether the demo event is made at the start: two groups, three people")
                .truth(false),
            log: Log::read(reader),
            network: Network::read(reader),
            event: Event::read(reader),
            database: Database::read(reader),
            dashboard: Dashboard::read(reader),
            edge: Edge::read(reader),
            auth: Auth::read(reader),
            audit: Audit::read(reader),
            sandbox: Sandbox::read(reader),
            vscode: Vscode::read(reader),
            workspace: Workspace::read(reader),
            nginx: Nginx::read(reader),
            acme: Acme::read(reader),
            lemonade: Lemonade::read(reader),
            kilo: Kilo::read(reader),
            gateway: Gateway::read(reader),
            langfuse: Langfuse::read(reader),
            groups: groups::read(reader),
            home: reader.home.clone(),
            settable: Settable::default(),
        };
        together::check(&config, reader);
        config
    }
}

impl Loaded {
    /// Refuses to be reachable from other machines without a way to sign in.
    ///
    /// Checked where a server is about to start, not for commands that only ask one.
    ///
    /// # Errors
    /// When the address is not a loopback one, no password is set and it was not asked for.
    pub fn check_exposure(&self) -> Result<(), ConfigError> {
        let Config { dashboard, edge, auth, .. } = &self.config;
        let open = [(dashboard::HOST, Some(dashboard.host)), (edge::HOST, edge.https_port.map(|_| edge.host))];
        let open = open.into_iter().find_map(|(key, host)| Some((key, host.filter(|host| !host.is_loopback())?)));
        let Some((key, host)) = open.filter(|_| !auth.can_sign_in() && !auth.insecure_no_auth) else { return Ok(()) };
        let origin = self.shown.iter().find(|shown| shown.key.name == key).map(|shown| shown.origin.clone());
        let message = format!("{key} is {host}, but there is no way to sign in");
        let hint = "set auth.local_password_file or a place to sign in with (auth.enabled), or keep to 127.0.0.1, or start with --insecure-no-auth";
        Err(Mistake::new(origin.unwrap_or(Origin::Default), message).with_hint(hint).into())
    }
}
