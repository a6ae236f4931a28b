//! What has to be there before the first request. Where it is, nothing is written: a server starts on a full disk, too.

use anyhow::Context as _;
use thon_core::{
    actor::Actor,
    clock::Nature,
    directory::groups_file::{DEMO, GroupsFile},
    editor_password::PasswordKey,
    error::Error,
    secret::Secret,
};
use thon_domain::live::Cause;
use thon_store::{Stamp, Store, StoreError, settings};

use crate::{
    compose::{House, Identity},
    config::Config,
};

/// What this THON is known by and has for itself, made at its first start.
///
/// It stands beside the settings and is none: no list of settings has it.
pub(super) async fn identity(store: &Store, nature: &Nature) -> anyhow::Result<Identity> {
    let installation = kept(store, nature, "installation", nature.ids.next().to_string()).await?;
    let key = kept(store, nature, "editor_password_key", PasswordKey::random().reveal()).await?;
    let passwords = PasswordKey::parse(&key).context("the database holds no good key for the passwords of editors")?;
    Ok(Identity { installation, passwords })
}

/// What is kept under this name; at the first start what is given.
async fn kept(store: &Store, nature: &Nature, name: &'static str, fresh: String) -> anyhow::Result<String> {
    if let Some(known) = store.read(move |c| settings::value(c, name)).await? {
        return Ok(known);
    }
    let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
    let kept = store
        .write(stamp, move |w| {
            if let Some(known) = settings::value(w, name)? {
                return Ok(known);
            }
            settings::set(w, name, &fresh)?;
            Ok::<_, StoreError>(fresh)
        })
        .await?;
    Ok(kept)
}

/// Makes the admin, the password and the configured groups.
///
/// Gives the secret of the first sign-in link, at the very first start only.
pub(super) async fn prepare(config: &Config, house: &House) -> anyhow::Result<Option<Secret>> {
    let parts = &house.parts;
    let address = parts.links.addresses.dashboard();
    let first = parts.accounts.found().await?;
    match (&config.auth.local_password, &config.auth.local_password_hash) {
        (None, Some(hash)) => parts.accounts.set_admin_password_hash(hash).await?,
        (password, _) => parts.accounts.set_admin_password(password.as_ref()).await?,
    }
    if config.event.id.is_some() || !config.groups.is_empty() {
        let (event_id, title) = (config.event.id.clone(), config.event.title.clone());
        let file = GroupsFile { event_id, title, groups: config.groups.clone() };
        bring_in(house, file).await?;
    }
    if config.demo {
        bring_in(house, GroupsFile::parse(DEMO)?).await?;
    }
    match house.runtime.check().await {
        Ok(report) => tracing::info!(
            runtime = house.runtime.name(),
            version = report.version,
            image = report.image,
            "sandboxes can be started"
        ),
        Err(error) => tracing::warn!(%error, "sandboxes cannot be started yet"),
    }
    tracing::info!(%address, "THON is up; `thon sign-in` prints a link");
    Ok(first.map(|link| link.secret))
}

/// Imports a file that has something new.
async fn bring_in(house: &House, file: GroupsFile) -> Result<(), Error> {
    let (groups, operator) = (&house.parts.groups, Actor::operator());
    if groups.import_preview(&operator, file.clone()).await?.changes_something() {
        groups.import(&operator, file).await?;
    }
    Ok(())
}

/// Tells the first sign-in link to whoever started the server, once. It is no log line: logs are kept and shipped.
#[expect(clippy::print_stdout, reason = "the link is what the first start is for")]
pub(super) fn announce(url: &str) {
    println!("Sign in as the admin (good once, for 24 hours):\n  {url}");
}
