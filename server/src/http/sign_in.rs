//! Signing in and out: plain forms, so that they work in every browser and in every state of a page.

use std::net::IpAddr;

use axum::{
    Extension, Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use secrecy::SecretString;
use serde::Deserialize;
use thon_core::{accounts::Accounts, audit, clock::Nature, error::Error, tally::Tally};
use thon_domain::local_path::local_path;
use thon_edge::Peer;
use tower_sessions::Session;

use super::{
    extract::Form,
    identify::Caller,
    problem::{self, Failed},
    sessions::{self, FromBrowser},
};

/// How many sign-ins are taken from one address within ten minutes: far more than a venue behind one has people.
const SIGN_INS: usize = 600;

pub fn router(accounts: Accounts, crowd: Crowd) -> Router {
    Router::new()
        .route("/sign-in", post(with_password))
        .route("/sign-in/link", post(with_link))
        .route_layer(from_fn_with_state(crowd, not_too_many))
        .route("/sign-out", post(sign_out))
        .with_state(accounts)
}

/// Those who tried to sign in, by where they came from.
#[derive(Clone)]
pub struct Crowd {
    nature: Nature,
    tally: Tally<IpAddr>,
}

impl Crowd {
    pub fn new(nature: Nature) -> Self {
        Self { nature, tally: Tally::new(SIGN_INS) }
    }
}

/// Refuses whoever tries much more often than a venue has people.
///
/// # Errors
/// `TooManyRequests` for them.
pub async fn not_too_many(State(crowd): State<Crowd>, request: Request, next: Next) -> Result<Response, Failed> {
    if let Some(Peer(address)) = request.extensions().get() {
        let now = crowd.nature.clock.now();
        crowd.tally.check(&address.ip(), now)?;
        crowd.tally.count(address.ip(), now);
    }
    Ok(next.run(request).await)
}

#[derive(Deserialize)]
struct PasswordForm {
    password: SecretString,
    #[serde(default)]
    next: String,
}

async fn with_password(
    State(accounts): State<Accounts>,
    session: Session,
    browser: FromBrowser,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failed> {
    match accounts.check_password(form.password).await {
        Ok(account) => {
            sessions::begin(&session, account.id, &browser.by("password")).await?;
            Ok(Redirect::to(local_path(&form.next)).into_response())
        }
        Err(error) => {
            let mut query = vec![("error", word(&error))];
            if !form.next.is_empty() {
                query.push(("next", local_path(&form.next)));
            }
            back("/sign-in", &query, error)
        }
    }
}

#[derive(Deserialize)]
struct LinkForm {
    t: String,
}

async fn with_link(
    State(accounts): State<Accounts>,
    session: Session,
    browser: FromBrowser,
    Form(form): Form<LinkForm>,
) -> Result<Response, Failed> {
    match accounts.use_link(&form.t).await {
        Ok(account) => {
            sessions::begin(&session, account.id, &browser.by("link")).await?;
            Ok(Redirect::to("/").into_response())
        }
        Err(error) => back("/sign-in", &[("error", "link")], error),
    }
}

async fn sign_out(
    State(accounts): State<Accounts>,
    Extension(caller): Extension<Caller>,
    session: Session,
) -> Result<Response, Failed> {
    if let Some(actor) = &caller.actor {
        accounts.signed_out(actor).await?;
    }
    sessions::end(&session).await?;
    Ok(Redirect::to("/sign-in").into_response())
}

/// Back to the form, with a word for what was wrong. What nobody can mend there is an error page instead.
fn back(path: &str, query: &[(&str, &str)], error: Error) -> Result<Response, Failed> {
    if matches!(error, Error::Internal(_) | Error::Unavailable { .. }) {
        return Err(error.into());
    }
    problem::log(&error);
    audit::noted(&error.problem());
    let query = query.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect::<Vec<_>>().join("&");
    Ok(Redirect::to(&format!("{path}?{query}")).into_response())
}

const fn word(error: &Error) -> &'static str {
    match error {
        Error::TooManyRequests { .. } => "too-many",
        _ => "password",
    }
}

/// Percent-encodes everything that could end a query's value.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}"); // writing to a String cannot fail
        }
        out
    })
}
