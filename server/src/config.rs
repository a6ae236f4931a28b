//! What THON is told: flags, the environment and `thon.yaml`, resolved once, in one order, with every origin kept.
//!
//! Flag > environment > key written in `thon.yaml` > default. All mistakes are told at once, each with its place.
//! This is the only room that reads the process's environment.

mod auth;
mod dashboard;
mod database;
pub mod environment;
mod error;
mod event;
mod file;
mod groups;
mod home;
mod keys;
mod layers;
mod log;
pub mod process;
mod reader;
mod sandbox;
mod shown;
mod sources;
mod vscode;
mod workspace;

pub(crate) use self::keys::nearest;
pub use self::{
    auth::Auth,
    dashboard::Dashboard,
    database::Database,
    error::{ConfigError, Mistake},
    event::Event,
    home::Home,
    layers::Origin,
    log::{Log, LogFormat, LogLevel},
    sandbox::{Runtime, Sandbox},
    shown::{Shown, ShownValue},
    sources::{Flag, Sources},
    vscode::Vscode,
    workspace::Workspace,
};
use self::{file::ConfigFile, layers::Layers, reader::Reader};
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
    pub auth: Auth,
    pub sandbox: Sandbox,
    pub vscode: Vscode,
    pub workspace: Workspace,
}

/// A configuration, and what people ask about it.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub config: Config,
    /// The file it came from, if there is one.
    pub file: Option<camino::Utf8PathBuf>,
    /// Every key with its value, secrets hidden, and its origin.
    pub shown: Vec<Shown>,
    /// What works, but should be done differently.
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
        let layers = Layers::new(file.as_ref(), sources);
        let mut reader = Reader::new(&layers, sources);
        let config = Self::read(&mut reader, home, sources);
        let (shown, mut mistakes) = reader.finish();
        if let Some(file) = &file {
            mistakes.extend(keys::unknown(file));
        }
        ConfigError::unless_empty(mistakes, file.as_ref())?;
        let hints = file.iter().filter_map(|file| file.hint.clone()).collect();
        Ok(Loaded { config, file: file.map(|file| file.path), shown, hints })
    }

    fn read(reader: &mut Reader<'_>, home: Home, sources: &Sources) -> Self {
        Self {
            demo: reader.truth("demo", false),
            log: Log::read(reader),
            event: Event::read(reader),
            database: Database::read(reader, &home),
            dashboard: Dashboard::read(reader),
            auth: Auth::read(reader, sources.insecure_no_auth),
            sandbox: Sandbox::read(reader),
            vscode: Vscode::read(reader),
            workspace: Workspace::read(reader),
            groups: groups::read(reader),
            home,
        }
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
        let Config { dashboard, auth, .. } = &self.config;
        if dashboard.host.is_loopback() || auth.can_sign_in() || auth.insecure_no_auth {
            return Ok(());
        }
        let origin = self.shown.iter().find(|shown| shown.key == dashboard::HOST).map(|shown| shown.origin.clone());
        let message = format!("dashboard.host is {}, but there is no way to sign in", dashboard.host);
        let hint = "set auth.local_password_file, or keep to 127.0.0.1, or start with --insecure-no-auth";
        Err(Mistake::new(origin.unwrap_or(Origin::Default), message).with_hint(hint).into())
    }
}
