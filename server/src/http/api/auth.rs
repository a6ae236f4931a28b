//! `/api/auth`: signing in with an account elsewhere, and who is signed in.

mod refused;

use std::net::IpAddr;

use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, uri::Authority},
    middleware::from_fn_with_state,
    response::{IntoResponse as _, Redirect, Response},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use thon_core::{
    accounts::Accounts,
    error::Error,
    sign_in::{Begun, Outcome, Refusal, Return, SignIn, Start},
};
use thon_domain::{
    address::Addresses,
    id::AccountId,
    local_path::local_path,
    problem::{Problem, ProblemCode},
    role::Role,
};
use tower_sessions::Session;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use self::refused::Refused;
use crate::http::{
    extract::{Body, Path, Query},
    identify::{Caller, Signed},
    problem::Failed,
    sessions::{self, Browser, FromBrowser},
    sign_in::{Crowd, encoded, not_too_many},
};

/// What signing in takes.
#[derive(Clone)]
pub struct Auth {
    pub sign_in: SignIn,
    pub accounts: Accounts,
    pub addresses: Addresses,
    pub enabled: bool,
    /// What is configured, whether it is used or not.
    pub listed: Vec<String>,
    pub crowd: Crowd,
}

pub fn api(auth: Auth) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(callback))
        .routes(routes!(with_password))
        .route_layer(from_fn_with_state(auth.crowd.clone(), not_too_many))
        .routes(routes!(providers))
        .routes(routes!(me))
        .routes(routes!(logout))
        .with_state(auth)
}

/// Where people may have an account.
#[derive(Serialize, ToSchema)]
struct ProviderList {
    /// Whether they are taken.
    enabled: bool,
    /// Their words in addresses, for example `github`.
    providers: Vec<String>,
}

/// Tells where people may sign in.
#[utoipa::path(get, path = "/api/auth/providers", tag = "sign-in", responses((status = 200, body = ProviderList)))]
async fn providers(State(auth): State<Auth>) -> Json<ProviderList> {
    Json(ProviderList { enabled: auth.enabled, providers: auth.listed })
}

/// Where to go on to.
#[derive(Deserialize, IntoParams)]
struct LoginQuery {
    /// The path to come back to when signed in.
    redirect: Option<String>,
}

/// Where a browser signs in.
#[derive(Serialize, ToSchema)]
struct Way {
    authorization_url: String,
    /// What the provider gives back.
    state: String,
}

/// Begins to sign in: a browser is led to the provider, a program is told where that is.
///
/// The way back is good once, within ten minutes, and only with the cookie of this answer.
#[utoipa::path(get, path = "/api/auth/login/{provider}", tag = "sign-in",
    params(("provider" = String, Path), LoginQuery), responses(
    (status = 200, body = Way), (status = 303, description = "To the provider, for browsers"),
    (status = 400, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
async fn login(
    State(auth): State<Auth>,
    Extension(Browser(browser)): Extension<Browser>,
    Path(provider): Path<String>,
    Query(LoginQuery { redirect }): Query<LoginQuery>,
    request: Request,
) -> Result<Response, Failed> {
    let as_page = redirect.is_some() || wants_page(request.headers());
    let next = local_path(redirect.as_deref().unwrap_or("/"));
    let way = format!("/api/auth/login/{provider}?redirect={}", encoded(next));
    // Providers lead back to the one address that they know, and the cookie has to be there then.
    if let Some(elsewhere) = under_another_name(&auth.addresses, &request).filter(|_| as_page) {
        return Ok(Redirect::to(&format!("{elsewhere}{way}")).into_response());
    }
    let refused = |refusal| Refused { provider: &provider, next, refusal };
    match auth.sign_in.begin(&provider, browser.as_deref(), next).await {
        Ok(Start::There(Begun { url, state, browser })) => {
            let mut answer = if as_page {
                Redirect::to(&url).into_response()
            } else {
                Json(Way { authorization_url: url, state: state.reveal().to_owned() }).into_response()
            };
            let cookie = HeaderValue::try_from(sessions::keeping(&browser)).map_err(Error::internal)?;
            answer.headers_mut().append(header::SET_COOKIE, cookie);
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(answer)
        }
        Ok(Start::Refused(refusal)) => refused(&refusal).answer(as_page),
        Err(Error::NotFound { .. }) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}

/// Ends what a browser began at the provider, and leads it to where it wanted.
#[utoipa::path(get, path = "/api/auth/callback/{provider}", tag = "sign-in", params(("provider" = String, Path)),
    responses((status = 303, description = "Signed in, or to a page that says why not"), (status = 400, body = Problem),
    (status = 403, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
async fn callback(
    State(auth): State<Auth>,
    Extension(Browser(browser)): Extension<Browser>,
    Extension(caller): Extension<Caller>,
    (session, from): (Session, FromBrowser),
    Path(provider): Path<String>,
    Query(came): Query<Return>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let (outcome, next) = match auth.sign_in.finish(&provider, browser.as_deref(), came).await {
        Err(Error::NotFound { .. }) => return Err(unknown()),
        finished => finished?,
    };
    let next = local_path(&next);
    let refusal = match outcome {
        Outcome::In(account) => {
            let device = from.through(&provider, auth.sign_in.title_of(&provider));
            sessions::begin(&session, account.id, &device).await?;
            return Ok(Redirect::to(next).into_response());
        }
        // Somebody went back in their browser, or has two tabs.
        Outcome::Refused(Refusal::Expired) if caller.actor.is_some() => {
            return Ok(Redirect::to(next).into_response());
        }
        Outcome::Unknown(arrival) => {
            sessions::arrive(&session, &arrival).await?;
            return Refused::unknown(&provider, next, wants_page(&headers));
        }
        Outcome::Refused(refusal) => refusal,
    };
    if let Refusal::NotAllowed(arrival) = &refusal {
        sessions::arrive(&session, arrival).await?;
    }
    Refused { provider: &provider, next, refusal: &refusal }.answer(wants_page(&headers))
}

/// The password of the organizers.
#[derive(Deserialize, ToSchema)]
struct Password {
    #[schema(value_type = String)]
    password: SecretString,
}

/// That it is done.
#[derive(Serialize, ToSchema)]
struct Done {
    /// Always `ok`.
    status: &'static str,
}

/// Signs the admin in with the password; the answer's cookie is the session.
#[utoipa::path(post, path = "/api/auth/local", tag = "sign-in", request_body = Password, responses(
    (status = 200, body = Done), (status = 403, body = Problem), (status = 422, body = Problem),
    (status = 429, body = Problem)))]
async fn with_password(
    State(auth): State<Auth>,
    (session, from): (Session, FromBrowser),
    Body(Password { password }): Body<Password>,
) -> Result<Json<Done>, Failed> {
    let account = auth.accounts.check_password(password).await?;
    sessions::begin(&session, account.id, &from.by("password")).await?;
    Ok(Json(Done { status: "ok" }))
}

/// Signs out.
#[utoipa::path(post, path = "/api/auth/logout", tag = "sign-in", responses(
    (status = 200, body = Done), (status = 403, body = Problem)))]
async fn logout(State(auth): State<Auth>, Signed(actor): Signed, session: Session) -> Result<Json<Done>, Failed> {
    auth.accounts.signed_out(&actor).await?;
    sessions::end(&session).await?;
    Ok(Json(Done { status: "ok" }))
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
struct Me {
    authenticated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    /// The address of their place, else the one that was made sure of where they signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The word of the place where this browser signed in, for example `github`; without one it came by a password, a link or
    /// a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
}

/// Tells who is signed in, if anybody is.
#[utoipa::path(get, path = "/api/auth/me", tag = "sign-in", responses((status = 200, body = Me)))]
async fn me(
    State(auth): State<Auth>,
    Extension(caller): Extension<Caller>,
    session: Session,
) -> Result<Response, Failed> {
    let actor = caller.actor.as_ref();
    let email = match actor {
        Some(actor) => auth.accounts.email_of(actor).await?,
        None => None,
    };
    let device = if caller.came_with_token { None } else { sessions::device(&session).await? };
    let provider = device.and_then(|device| device.provider).filter(|_| actor.is_some());
    let me = Me {
        authenticated: actor.is_some(),
        user_id: actor.and_then(|actor| actor.account),
        display_name: actor.map(|actor| actor.name.clone()),
        role: actor.map(|actor| actor.role),
        email,
        provider,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(me)).into_response())
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.contains("text/html"))
}

/// The dashboard's own address, for somebody who came to it by another of its names.
fn under_another_name(addresses: &Addresses, request: &Request) -> Option<String> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(Authority::as_str))?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    let is_loopback = name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_other = addresses.seen_from(host).dashboard() != addresses.dashboard();
    (is_other || (is_loopback && !addresses.chosen.is_outward())).then(|| addresses.dashboard())
}

fn unknown() -> Failed {
    Failed::new(ProblemCode::NotFound, "There is no such place to sign in with.")
        .with_status(StatusCode::BAD_REQUEST)
        .with_hint("`GET /api/auth/providers` tells which there are, and whether they are taken.")
}
