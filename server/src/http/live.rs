//! The live stream: a snapshot by HTTP, then activity by websocket.

use std::time::Duration;

use axum::{
    Json,
    extract::{
        State,
        ws::{
            CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code,
            rejection::WebSocketUpgradeRejection,
        },
    },
    response::Response,
    routing::connect,
};
use futures::{Stream, StreamExt as _, pin_mut};
use serde::Deserialize;
use thon_core::{
    clock::Nature,
    error::Error,
    fleet::Fleet,
    live::{Beside, Live, Wish},
    switch::Switch,
};
use thon_domain::{
    id::{EventId, InstanceId},
    live::{FleetView, LiveMessage},
    problem::Problem,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::Query,
    identify::{Caller, Signed},
    problem::Failed,
};

/// How much of what a browser sends is read at once, and the longest that it may send, in bytes: it has nothing to say.
///
/// The usual 128 KiB would be the largest thing that an open dashboard costs.
const HEARD: usize = 1024;

/// What is said to whoever names another event.
const NO_EVENT: &str = "such event that is not archived and that you run";

/// What following the fleet takes.
#[derive(Clone)]
pub struct Following {
    pub fleet: Fleet,
    pub live: Live,
    pub beside: Beside,
    pub switch: Switch,
    pub entry: thon_core::entry::Entry,
    pub nature: Nature,
    /// Fires when the server stops or gives way to another.
    pub leaving: CancellationToken,
}

pub fn api(following: Following) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(snapshot))
        .routes(routes!(follow))
        // Over HTTP/2 a websocket is asked for in this way (RFC 8441).
        .route("/api/live", connect(follow))
        .with_state(following)
}

/// Tells everything that the caller may see, as of one activity number.
#[utoipa::path(get, path = "/api/live/snapshot", tag = "live", responses((status = 200, body = Object)))]
async fn snapshot(State(following): State<Following>, Signed(actor): Signed) -> Result<Json<FleetView>, Failed> {
    Ok(Json(following.fleet.view(&actor).await?))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The number of the last activity that the caller has; without it, what happens from now on is told.
    after: Option<i64>,
    /// Whether what running sandboxes take is told too, every 5 seconds.
    #[serde(default)]
    readings: bool,
    /// The instance whose log and figures are told too. Its log begins with the last 200 lines.
    look: Option<InstanceId>,
    /// The event that alone is told of, which has to be a current one that the caller runs.
    event: Option<EventId>,
}

/// Follows the activity after a number, as a websocket of JSON messages.
#[utoipa::path(get, path = "/api/live", tag = "live", params(Asked), responses((status = 101),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn follow(
    State(following): State<Following>,
    Signed(actor): Signed,
    axum::Extension(caller): axum::Extension<Caller>,
    Query(asked): Query<Asked>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failed> {
    let upgrade = upgrade.map_err(|rejection| Error::Invalid {
        what: format!("this address is a websocket: {}", rejection.body_text()),
        fields: Vec::new(),
    })?;
    let actor = match asked.event {
        Some(event) => following.switch.within(&actor, event).await?.ok_or_else(|| Error::not_found(NO_EVENT))?,
        None => actor,
    };
    let wish = Wish { readings: asked.readings, look: asked.look };
    let beside = following.beside.told(&actor, wish).await?;
    let messages = following.live.follow(actor.clone(), asked.after, beside).await?;
    let ended = caller.session_hash.map(|session| following.entry.session_end(&session));
    let ended = ended.unwrap_or_default();
    let now = following.nature.clock.now();
    let life = actor.token.as_ref().map(|token| (token.expires_at - now).to_std().unwrap_or_default());
    let upgrade = upgrade.read_buffer_size(HEARD).max_message_size(HEARD);
    Ok(upgrade.on_upgrade(move |socket| send(following.leaving, messages, Line { socket, ended, life })))
}

/// A socket, open as long as the session or the token that it came with.
struct Line {
    socket: WebSocket,
    ended: CancellationToken,
    /// How long it is open at most.
    life: Option<Duration>,
}

/// Waits until a session or a token is taken away, or its time is over.
async fn over(ended: CancellationToken, life: Option<Duration>) {
    match life {
        Some(life) => drop(timeout(life, ended.cancelled()).await),
        None => ended.cancelled().await,
    }
}

async fn send(leaving: CancellationToken, messages: impl Stream<Item = LiveMessage>, line: Line) {
    let Line { mut socket, ended, life } = line;
    let over = over(ended, life);
    pin_mut!(over);
    pin_mut!(messages);
    let mut goodbye = None;
    loop {
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else { break };
                if socket.send(frame(&message)).await.is_err() {
                    return;
                }
            }
            // Every tab learns of a sign-out at once: it asks for a snapshot and is led to the sign-in.
            () = &mut over => {
                let _ = socket.send(frame(&LiveMessage::Reset)).await;
                break;
            }
            // Pages come back at once: who connects now is taken by the next server.
            () = leaving.cancelled() => {
                goodbye = Some(CloseFrame { code: close_code::RESTART, reason: Utf8Bytes::from_static("restart") });
                break;
            }
            // Browsers send nothing; this is how their leaving is noticed.
            heard = socket.recv() => if !matches!(heard, Some(Ok(_))) { return },
        }
    }
    // A browser that is gone needs no goodbye.
    let _ = socket.send(Message::Close(goodbye)).await;
}

fn frame(message: &LiveMessage) -> Message {
    let text = serde_json::to_string(message).unwrap_or_else(|error| {
        tracing::error!(%error, "a live message cannot be written");
        r#""reset""#.to_owned()
    });
    Message::Text(Utf8Bytes::from(text))
}
