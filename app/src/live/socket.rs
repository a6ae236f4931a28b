//! The live stream in the browser: one websocket, taken up again where it broke.

use std::{pin::pin, time::Duration};

use futures::{
    StreamExt,
    channel::oneshot,
    future::{Either, select},
};
use gloo_net::websocket::{Message, State, futures::WebSocket};
use leptos::{
    prelude::*,
    task::{spawn_local, spawn_local_scoped_with_cancellation},
    web_sys::js_sys::{Date, Math},
};
use thon_domain::{id::EventId, live::LiveMessage};

use super::FleetStore;
use crate::api::fleet::fleet_view;

/// The longest pause between two tries, in milliseconds: somebody waits for it in front of the page.
const LONGEST_PAUSE_MS: u32 = 15_000;

/// The longest silence, in milliseconds. The server says something every 20 seconds.
const LONGEST_SILENCE_MS: u32 = 50_000;

/// After how many failures in a row we ask why, and how often again.
const TRIES_BEFORE_ASKING: u32 = 4;

/// Follows the live stream for as long as the calling component is shown. Does nothing on the server.
pub fn follow(store: FleetStore) {
    Effect::new(move |_| spawn_local_scoped_with_cancellation(keep_following(store)));
}

/// How a stream came to its end.
enum End {
    /// The connection broke, or never stood.
    Lost { stood: bool },
    /// What is shown must be fetched anew.
    Reset,
}

async fn keep_following(store: FleetStore) {
    let mut failures = 0_u32;
    loop {
        match listen(store).await {
            End::Reset => {
                // Whoever is signing out in this very tab is led away first; and a hall does not fetch at once.
                pause(pause_ms(1, Math::random())).await;
                failures = if fetch_anew(store).await.is_some() { 0 } else { failures + 1 };
            }
            End::Lost { stood: true } => failures = 0,
            End::Lost { stood: false } => failures += 1,
        }
        store.lost(time_of_day());
        // A websocket cannot tell that the session has ended; a request can.
        if failures % TRIES_BEFORE_ASKING == TRIES_BEFORE_ASKING - 1 {
            let _ = fetch_anew(store).await;
        }
        pause(pause_ms(failures, Math::random())).await;
    }
}

/// Takes in messages until the stream ends.
async fn listen(store: FleetStore) -> End {
    let mut stood = false;
    // What the page shows counts, whatever another tab has chosen meanwhile.
    let address = address(store.number(), store.only(), &store.beside().query());
    let Some(Ok(socket)) = address.map(|address| WebSocket::open(&address)) else { return End::Lost { stood } };
    let mut socket = Connection(Some(socket));
    while let Some(Message::Text(text)) = heard(&mut socket).await {
        match serde_json::from_str(&text) {
            Ok(LiveMessage::Ready { number }) => {
                stood = true;
                store.stands_at(number);
            }
            Ok(LiveMessage::Activity { activity }) => store.apply(&activity),
            Ok(LiveMessage::Queue { places }) => store.queued(places),
            Ok(LiveMessage::Readings { readings }) => store.beside().read(readings),
            Ok(LiveMessage::Log { anew, lines }) => store.beside().wrote(anew, lines),
            // A message that is not understood comes from a newer server.
            Ok(LiveMessage::Reset) | Err(_) => return End::Reset,
        }
    }
    End::Lost { stood }
}

/// A connection that is not waited for any more. One that does not stand yet is closed when it does: browsers report it as a
/// failure of the page when it is closed before.
struct Connection(Option<WebSocket>);

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(mut socket) = self.0.take_if(|socket| matches!(socket.state(), State::Connecting)) {
            spawn_local(async move {
                let _ = socket.next().await;
            });
        }
    }
}

/// The next message, unless the stream has ended or has been silent for so long that it must be dead.
async fn heard(Connection(socket): &mut Connection) -> Option<Message> {
    match select(socket.as_mut()?.next(), pin!(pause(LONGEST_SILENCE_MS))).await {
        Either::Left((message, _)) => message?.ok(),
        Either::Right(_) => None,
    }
}

/// Replaces what is shown. When the viewer may no longer look, a reload leads to where they may.
async fn fetch_anew(store: FleetStore) -> Option<()> {
    match fleet_view(store.choice().with_untracked(|choice| choice.whole)).await {
        Ok(snapshot) => {
            store.replace(snapshot);
            Some(())
        }
        Err(error) => {
            if matches!(error.into_problem().status, 401 | 403) {
                let _ = window().location().reload();
            }
            None
        }
    }
}

fn address(after: i64, event: Option<EventId>, beside: &str) -> Option<String> {
    // `http://…` becomes `ws://…`, `https://…` becomes `wss://…`.
    let origin = window().location().origin().ok()?;
    let event = event.map(|event| format!("&event={event}")).unwrap_or_default();
    Some(format!("{}/api/live?after={after}{event}{beside}", origin.replacen("http", "ws", 1)))
}

async fn pause(ms: u32) {
    let (done, waits) = oneshot::channel();
    let wake = move || {
        let _ = done.send(());
    };
    set_timeout(wake, Duration::from_millis(ms.into()));
    let _ = waits.await;
}

/// How long to wait after so many failures in a row: doubling from half a second, spread so that a hall does not come at once.
fn pause_ms(failures: u32, random: f64) -> u32 {
    let longest = LONGEST_PAUSE_MS.min(500_u32.saturating_mul(1 << failures.min(10)));
    let spread = f64::from(longest) * (0.5 + random.clamp(0.0, 1.0) / 2.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and LONGEST_PAUSE_MS")]
    let ms = spread as u32;
    ms
}

/// The viewer's time of day, for example `14:02:10`.
fn time_of_day() -> String {
    // "14:02:10 GMT+0100 (…)" (<https://tc39.es/ecma262/#sec-timestring>)
    String::from(Date::new_0().to_time_string()).chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let longest: Vec<u32> = (0..8).map(|failures| pause_ms(failures, 1.0)).collect();
        assert_eq!(longest, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    }

    #[test]
    fn pauses_are_spread_over_the_upper_half() {
        assert_eq!((pause_ms(1, 0.0), pause_ms(1, 0.5), pause_ms(u32::MAX, 0.0)), (500, 750, 7500));
    }
}
