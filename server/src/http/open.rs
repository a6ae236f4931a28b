//! `/open/{slug}`: from the dashboard to an editor's own origin, with a ticket.

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderMap, header, uri::Authority},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use thon_core::{audit, entry::Entry, error::Error};
use thon_domain::{
    address::{Addresses, Doorway, Pattern},
    local_path::local_path,
};

use super::{
    extract::{Path, Query},
    identify::{Caller, Signed},
    pages::{self, Rooms},
    problem::Failed,
    sign_in::encoded,
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
    /// The visit that somebody knows to have been asked to end.
    #[serde(default)]
    again: String,
}

async fn enter(
    State(open): State<Open>,
    Signed(actor): Signed,
    Extension(caller): Extension<Caller>,
    Path(label): Path<String>,
    Query(target): Query<Target>,
    request: Request,
) -> Result<Response, Failed> {
    let Ok(doorway) = label.parse::<Doorway>() else { return Ok(pages::rendered(open.rooms, request).await) };
    let session = caller.session_hash.ok_or(Error::Unauthenticated)?;
    let knows = target.again.parse().ok();
    match open.entry.ticket(&actor, &session, doorway.clone(), knows).await {
        Ok(ticket) => {
            let public_port = open.entry.public_port(doorway.slug.clone()).await?;
            let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
            let host = host.or_else(|| request.uri().authority().map(Authority::as_str)).unwrap_or_default();
            let way = way(&open.addresses, host, request.headers());
            // Without a port of its own there is no such place before the first start, and the button for that is here.
            let Some(url) = way.url(&doorway, public_port) else { return Ok(Redirect::to("/").into_response()) };
            let (ticket, to) = (encoded(ticket.reveal()), encoded(local_path(&target.to)));
            Ok(Redirect::to(&format!("{url}.thon/enter?t={ticket}&to={to}")).into_response())
        }
        // Whether an address exists is nothing that others need to know.
        Err(error @ (Error::Forbidden { .. } | Error::NotFound { .. })) => {
            audit::noted(&error.problem());
            Ok(pages::rendered(open.rooms, request).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// How addresses are written for somebody who came under this host: people stay where they are.
fn way<'a>(addresses: &'a Addresses, host: &str, headers: &HeaderMap) -> &'a Pattern {
    let way = addresses.seen_from(host);
    let loopback = addresses.all().find(|pattern| matches!(pattern, Pattern::Loopback { .. }));
    match loopback {
        Some(loopback) if matches!(way, Pattern::Local { .. }) && knows_no_names(headers) => loopback,
        _ => way,
    }
}

/// Whether a browser does not resolve names under `localhost` by itself: Safari, and what is made of it.
fn knows_no_names(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.contains("Safari/") && !["Chrome/", "Chromium/", "Edg/"].iter().any(|other| agent.contains(other))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
        true
    )]
    #[case(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        false
    )]
    #[case("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", false)]
    #[case("", false)]
    fn safari_is_led_to_a_port(#[case] agent: &'static str, #[case] led: bool) {
        let headers = HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(agent))]);
        let (local, loopback) = (Pattern::Local { port: 8100 }, Pattern::Loopback { port: 8100 });
        let addresses = Addresses { chosen: local.clone(), others: vec![loopback.clone()] };
        assert_eq!(way(&addresses, "localhost:8100", &headers), if led { &loopback } else { &local });
        assert_eq!(way(&Addresses::local(8100), "localhost:8100", &headers), &local, "where there are no ports");
    }
}
