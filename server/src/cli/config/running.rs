//! What was set in the running server: it alone may look into the database.

use std::time::Duration;

use serde::Deserialize;
use thon_core::settings::Values;
use tokio::time::timeout;

use crate::{
    cli::{Context, client::Client, error::CliError, wait_for},
    config::{Config, Loaded},
};

/// How long a server may take that should answer at once.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Settings {
    settings: Vec<Setting>,
}

#[derive(Deserialize)]
struct Setting {
    key: String,
    value: Option<String>,
    default: Option<String>,
    locked: bool,
}

/// The configuration with the settings of the running server, if one runs and answers.
pub(super) fn with_settings(loaded: Loaded, context: &Context) -> Result<Loaded, CliError> {
    let socket = loaded.config.home.socket();
    if !socket.exists() {
        return Ok(loaded);
    }
    let values = wait_for(async { Ok(timeout(PATIENCE, settings(&Client::new(socket))).await.ok().flatten()) })?;
    let Some(values) = values else {
        context.printer.hint("no server answers, so what was set in the dashboard is not shown");
        return Ok(loaded);
    };
    let mut sources = context.sources.clone();
    sources.settings = values;
    Ok(Config::load(&sources)?)
}

async fn settings(client: &Client) -> Option<Values> {
    let Settings { settings } = client.get("/api/settings").await.ok()?;
    let set = settings.into_iter().filter(|setting| !setting.locked && setting.value != setting.default);
    Some(set.filter_map(|setting| Some((setting.key, setting.value?))).collect())
}
