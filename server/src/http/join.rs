//! Coming in by a join code: a plain form, because it makes a session.

use std::net::IpAddr;

use axum::{
    Extension, Router,
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use serde::Deserialize;
use thon_core::{
    audit,
    joining::{Join, JoinError, Joining},
};
use thon_domain::{
    id::GroupId,
    join_code::JoinTrouble,
    problem::{Problem, ProblemCode},
};
use thon_edge::Peer;
use tower_sessions::Session;

use super::{
    extract::Form,
    identify::Caller,
    problem::Failed,
    sessions::{self, FromBrowser},
    sign_in::encoded,
};

pub fn router(joining: Joining) -> Router {
    Router::new().route("/join", post(come)).with_state(joining)
}

#[derive(Deserialize)]
struct JoinForm {
    code: String,
    name: String,
    /// The id of a team, or nothing for a new one.
    #[serde(default)]
    team: String,
    #[serde(default)]
    new_team: String,
    #[serde(default)]
    form: String,
    /// The mark of the account elsewhere that shall sign them in the next time.
    #[serde(default)]
    link: String,
}

/// Where a request comes from, where that is known.
struct From(Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Peer>().map(|peer| peer.0.ip())))
    }
}

async fn come(
    State(joining): State<Joining>,
    Extension(caller): Extension<Caller>,
    From(from): From,
    (session, browser): (Session, FromBrowser),
    Form(form): Form<JoinForm>,
) -> Result<Response, Failed> {
    let JoinForm { code, name, team, new_team, form, link } = form;
    let (back_code, back_name) = (code.clone(), name.clone());
    let team: Option<GroupId> = if team.is_empty() { None } else { team.parse().ok() };
    let account = caller.actor.and_then(|actor| actor.account).or(caller.newcomer);
    // A session that somebody else has planted may say that its owner is them: only whom the form has named is linked.
    let elsewhere = caller.arrival.filter(|arrival| arrival.admitted && arrival.mark() == link);
    let device = match &elsewhere {
        Some(known) => browser.through(&known.provider, &known.title),
        None => browser.by("join code"),
    };
    match joining.join(Join { code, name, team, new_team, form, account, elsewhere, from }).await {
        Ok(joined) => {
            if account != Some(joined.account) {
                sessions::begin(&session, joined.account, &device).await?;
            }
            Ok(Redirect::to(if joined.user.is_some() { "/" } else { "/join/waiting" }).into_response())
        }
        Err(JoinError::Trouble(trouble)) => Ok(back(&back_code, &back_name, trouble)),
        Err(JoinError::Other(error)) => Err(error.into()),
    }
}

/// Back to the form, with a word for what was wrong and what was typed.
fn back(code: &str, name: &str, trouble: JoinTrouble) -> Response {
    audit::noted(&Problem::new(ProblemCode::Invalid, JoinError::from(trouble).to_string()));
    let (code, name) = (encoded(code), encoded(name));
    Redirect::to(&format!("/join?code={code}&error={trouble}&name={name}")).into_response()
}
