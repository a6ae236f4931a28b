//! What has to be there before the first request.

use thon_core::{
    actor::Actor,
    clock::Nature,
    directory::groups_file::{DEMO, GroupsFile},
    secret::Secret,
};
use thon_domain::live::Cause;
use thon_store::{Stamp, Store, StoreError, settings};

use crate::{compose::House, config::Config};

/// This THON's own id, made at its first start.
pub(super) async fn installation(store: &Store, nature: &Nature) -> anyhow::Result<String> {
    const KEY: &str = "installation";
    let fresh = nature.ids.next().to_string();
    let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
    let id = store
        .write(stamp, move |w| {
            if let Some(known) = settings::value(w, KEY)? {
                return Ok(known);
            }
            settings::set(w, KEY, &fresh)?;
            Ok::<_, StoreError>(fresh)
        })
        .await?;
    Ok(id)
}

/// Makes the admin, the password and the configured groups.
///
/// Gives the secret of the first sign-in link, at the very first start only.
pub(super) async fn prepare(config: &Config, house: &House) -> anyhow::Result<Option<Secret>> {
    let parts = &house.parts;
    let address = parts.links.addresses.dashboard();
    let first = parts.accounts.found().await?;
    parts.accounts.set_admin_password(config.auth.local_password.as_ref()).await?;
    if config.event.id.is_some() || !config.groups.is_empty() {
        let (event_id, title) = (config.event.id.clone(), config.event.title.clone());
        let file = GroupsFile { event_id, title, groups: config.groups.clone() };
        parts.groups.import(&Actor::operator(), file).await?;
    }
    if config.demo {
        parts.groups.import(&Actor::operator(), GroupsFile::parse(DEMO)?).await?;
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

/// Tells the first sign-in link to whoever started the server, once. It is no log line: logs are kept and shipped.
#[expect(clippy::print_stdout, reason = "the link is what the first start is for")]
pub(super) fn announce(url: &str) {
    println!("Sign in as the admin (good once, for 24 hours):\n  {url}");
}
