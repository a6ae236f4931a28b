//! `thon watch`: everybody's sandbox, as it changes.

mod roster;
mod screen;

use std::{io, process::ExitCode, time::Duration};

use futures::FutureExt as _;
use thon_domain::live::{FleetView, LiveMessage, QueuePlaces};
use tokio::{signal, time::sleep};

use self::screen::Screen;
use super::{
    Context,
    args::WatchArguments,
    client::{Client, ClientError},
    error::CliError,
    launch,
};

/// How long to wait before the first try to come back.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How long to wait between tries at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Why following the server has stopped.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("nobody reads what is written")]
    Unread(#[from] io::Error),
    #[error(transparent)]
    Server(#[from] ClientError),
}

pub(super) async fn watch(arguments: WatchArguments, context: &Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    if let Some(group) = &arguments.group {
        launch::check_group(&client, group).await?;
    }
    let mut screen = Screen::new(arguments.group, context.sources.variable("NO_COLOR").is_none());
    let stopped = tokio::select! {
        stopped = follow(&client, &mut screen) => stopped,
        _ = signal::ctrl_c() => Ok(()),
    };
    screen.leave();
    match stopped {
        // `thon watch | head` has seen enough.
        Ok(()) | Err(Stopped::Unread(_)) => Ok(ExitCode::SUCCESS),
        Err(Stopped::Server(error)) => Err(error.into()),
    }
}

/// Follows the server, also over its restarts, until it refuses. One that was never there is a failure.
async fn follow(client: &Client, screen: &mut Screen) -> Result<(), Stopped> {
    let mut pause = FIRST_PAUSE;
    loop {
        match round(client, screen, &mut pause).await {
            // A snapshot at a time: a server that always asks for another is not asked without end.
            Ok(()) => sleep(FIRST_PAUSE).await,
            Err(Stopped::Server(error)) if screen.has_shown() && error.passes() => {
                screen.stale(&error.to_string())?;
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(stopped) => return Err(stopped),
        }
    }
}

/// A snapshot and what comes after it, until the server says that a new one is needed.
async fn round(client: &Client, screen: &mut Screen, pause: &mut Duration) -> Result<(), Stopped> {
    let mut view: FleetView = client.get("/api/live/snapshot").await?;
    let mut stream = client.live(&format!("after={}", view.number)).await?;
    let mut queue = QueuePlaces::new();
    *pause = FIRST_PAUSE;
    screen.show(&view, &queue)?;
    loop {
        let mut next = Some(stream.next().await);
        // What has come already is shown at once.
        while let Some(message) = next {
            match message? {
                // Figures and logs come to those who ask for them.
                LiveMessage::Ready { .. } | LiveMessage::Readings { .. } | LiveMessage::Log { .. } => {}
                LiveMessage::Activity { activity } => view.apply(&activity),
                LiveMessage::Queue { places } => queue = places,
                LiveMessage::Reset => return Ok(()),
            }
            next = stream.next().now_or_never();
        }
        screen.show(&view, &queue)?;
    }
}
