//! `/open/{slug}`: from the dashboard to an editor's own origin, with a ticket.

use axum::{
    Extension, Router,
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use thon_core::{entry::Entry, error::Error};
use thon_domain::{address::Addresses, slug::Slug};

use super::{
    extract::{Path, Query},
    identify::{Caller, Signed},
    pages::{self, Rooms},
    problem::Failed,
    sign_in::{encoded, local},
};

/// What opening an editor takes.
#[derive(Clone)]
pub struct Open {
    pub entry: Entry,
    pub addresses: Addresses,
    pub rooms: Rooms,
}

pub fn router(open: Open) -> Router {
    Router::new().route("/open/{slug}", get(enter)).with_state(open)
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    to: String,
}

async fn enter(
    State(open): State<Open>,
    Signed(actor): Signed,
    Extension(caller): Extension<Caller>,
    Path(slug): Path<String>,
    Query(target): Query<Target>,
    request: Request,
) -> Result<Response, Failed> {
    let Ok(slug) = slug.parse::<Slug>() else { return Ok(pages::rendered(open.rooms, request).await) };
    let session = caller.session_hash.ok_or(Error::Unauthenticated)?;
    match open.entry.ticket(&actor, &session, slug.clone()).await {
        Ok(ticket) => {
            let (origin, to) = (open.addresses.origin(&slug), encoded(local(&target.to)));
            let ticket = encoded(ticket.reveal());
            Ok(Redirect::to(&format!("{origin}/.thon/enter?t={ticket}&to={to}")).into_response())
        }
        // Whether an address exists is nothing that others need to know.
        Err(Error::Forbidden { .. } | Error::NotFound { .. }) => Ok(pages::rendered(open.rooms, request).await),
        Err(error) => Err(error.into()),
    }
}
