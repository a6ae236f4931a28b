//! What changes in Docker, told as it happens, for ever, across restarts of the daemon.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bollard::{models::EventMessage, query_parameters::EventsOptions};
use chrono::DateTime;
use futures::{
    StreamExt as _,
    future::ready,
    stream::{self, BoxStream},
};
use thon_core::port::runtime::{RuntimeError, RuntimeEvent};
use tokio::time::sleep;

use super::{
    daemon::{Daemon, bounded},
    error,
    firewall::Firewall,
    labels,
};

/// What changes a sandbox's condition, and the renaming that finishes one.
const ACTIONS: [&str; 9] = ["create", "rename", "start", "die", "oom", "stop", "pause", "unpause", "destroy"];

const SHORTEST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Tells the changes of an installation's sandboxes. Each connection begins and ends with a `Gap`.
pub(super) fn watch(
    daemon: Arc<Daemon>,
    firewall: Arc<Firewall>,
    installation: String,
) -> BoxStream<'static, RuntimeEvent> {
    let watcher = Watcher { daemon, firewall, installation, connected: false };
    let connections = stream::unfold(watcher, |mut watcher| async {
        let events = watcher.connection().await;
        Some((events, watcher))
    });
    connections.flatten().boxed()
}

struct Watcher {
    daemon: Arc<Daemon>,
    firewall: Arc<Firewall>,
    installation: String,
    /// Whether there has been a connection, so that the next one is not made in a hot loop.
    connected: bool,
}

impl Watcher {
    /// The events of the next connection, which is tried for until there is one.
    async fn connection(&mut self) -> BoxStream<'static, RuntimeEvent> {
        let mut wait = SHORTEST_WAIT;
        if self.connected {
            sleep(wait).await;
        }
        loop {
            match self.connect().await {
                Ok(events) => {
                    self.connected = true;
                    return events;
                }
                Err(error) => tracing::warn!(%error, retry_in_ms = wait.as_millis(), "no events from Docker"),
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn connect(&self) -> Result<BoxStream<'static, RuntimeEvent>, RuntimeError> {
        let client = self.daemon.client().await?.clone();
        // Docker repeats what happened since a moment of its own clock. Asked for before the `Gap` is told, it covers
        // the time until the connection stands: what a look after the `Gap` does not show is told as a change.
        let info = bounded(client.info()).await.map_err(error::explained)?;
        // A daemon that was started anew has made its own chains anew as well.
        self.firewall.apply().await;
        let now = info.system_time.and_then(|time| DateTime::parse_from_rfc3339(&time).ok());
        let options = EventsOptions {
            since: now.map(|now| now.timestamp().to_string()),
            until: None,
            filters: Some(filters(&self.installation)),
        };
        let changes = client.events(Some(options)).take_while(|event| {
            if let Err(error) = event {
                tracing::warn!(%error, "the events of Docker broke off");
            }
            ready(event.is_ok())
        });
        let changes = changes.filter_map(|event| ready(event.ok().as_ref().and_then(change)));
        let gap = || stream::once(ready(RuntimeEvent::Gap));
        Ok(gap().chain(changes).chain(gap()).boxed())
    }
}

fn filters(installation: &str) -> HashMap<String, Vec<String>> {
    let mut filters = labels::filter(installation, None);
    filters.insert("type".to_owned(), vec!["container".to_owned()]);
    filters.insert("event".to_owned(), ACTIONS.map(str::to_owned).into());
    filters
}

fn change(event: &EventMessage) -> Option<RuntimeEvent> {
    let instance = event.actor.as_ref()?.attributes.as_ref()?.get(labels::INSTANCE)?;
    instance.parse().ok().map(RuntimeEvent::Changed)
}
