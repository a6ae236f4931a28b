//! What sandboxes are answered with on their bridge: their agents' questions, and nothing of the dashboard's.

use std::convert::Infallible;

use axum::{
    Router,
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
    routing::get,
};
use axum_extra::{
    TypedHeader,
    headers::{Authorization, authorization::Bearer},
};
use futures::{Stream, StreamExt as _};
use serde::Serialize;
use thon_core::{agents::Agents, error::Error, visits::Visits};
use thon_domain::visit::Visitor;
use tokio_util::sync::CancellationToken;

use super::problem::Failed;

/// What answering sandboxes takes.
#[derive(Clone)]
pub struct Inward {
    pub agents: Agents,
    pub visits: Visits,
    /// Fires when the server stops or gives way to another.
    pub leaving: CancellationToken,
}

pub fn router(inward: Inward) -> Router {
    Router::new().route("/agent/visitors", get(visitors)).with_state(inward)
}

/// One message of the stream.
#[derive(Serialize)]
struct Told {
    visitors: Vec<Visitor>,
}

/// Who visits the editor that this agent is with, now and whenever it changes: server-sent events, each a JSON object
/// `{"visitors":[{"name","role","since"}]}`.
async fn visitors(
    State(inward): State<Inward>,
    bearer: Option<TypedHeader<Authorization<Bearer>>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failed> {
    let TypedHeader(said) = bearer.ok_or(Error::Unauthenticated)?;
    let instance = inward.agents.identify(said.token()).await?;
    let told = inward
        .visits
        .follow(instance.user)
        .filter_map(async |visitors| Event::default().json_data(Told { visitors }).ok().map(Ok));
    Ok(Sse::new(told.take_until(inward.leaving.cancelled_owned())).keep_alive(KeepAlive::default()))
}
