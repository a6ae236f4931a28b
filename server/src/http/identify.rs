//! Who asks: the account of a session's cookie or of a token, or the operator on the socket.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use thon_core::{
    accounts::Accounts,
    actor::Actor,
    clock::Nature,
    error::Error,
    secret::hash_of,
    sign_in::{Arrival, SignIn},
    tokens::{self, Tokens},
};
use thon_domain::{api_token::Scope, id::AccountId, problem::ProblemCode};
use thon_edge::access::Notes;
use thon_store::Trail;
use tower_sessions::Session;

use super::{problem::Failed, sessions};

/// Who asks, if anybody is known.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub actor: Option<Actor>,
    /// The hash of the session's id or of the token, for those who came with one.
    pub session_hash: Option<String>,
    /// Whose session it is who has no role, and so may nothing: somebody who waits to be let in.
    pub newcomer: Option<AccountId>,
    /// Whether they said themselves who they are, which no browser does for a page.
    pub came_with_token: bool,
    /// Who they say to be elsewhere, while nobody here knows them.
    pub arrival: Option<Arrival>,
}

/// Somebody who is signed in; without, the answer is 401.
#[derive(Clone, Debug)]
pub struct Signed(pub Actor);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failed> {
        let caller = parts.extensions.get::<Caller>();
        let actor = caller.and_then(|caller| caller.actor.clone());
        actor.map(Signed).ok_or_else(|| Error::Unauthenticated.into())
    }
}

/// What finding out takes.
#[derive(Clone)]
pub struct Known {
    pub accounts: Accounts,
    pub tokens: Tokens,
    pub sign_in: SignIn,
    pub nature: Nature,
}

/// Finds out who a program acts for that comes with `Authorization: Bearer …`.
///
/// Tokens open the API and nothing else. Whoever comes with that header is never taken for the owner of a cookie beside it.
pub async fn by_token(State(known): State<Arc<Known>>, mut request: Request, next: Next) -> Response {
    if !request.headers().contains_key(header::AUTHORIZATION) {
        return next.run(request).await;
    }
    request.headers_mut().remove(header::COOKIE);
    if request.uri().path().starts_with("/api/") {
        match bearer(&known, request.method(), request.headers()).await {
            Ok(caller) => known_as(caller, &mut request),
            Err(refused) => return refused,
        }
    }
    next.run(request).await
}

/// Tells everybody after this who asks, and the access log.
fn known_as(caller: Caller, request: &mut Request) {
    if let Some((trail, actor)) = Trail::current().zip(caller.actor.as_ref()) {
        trail.is_of(actor.cause());
    }
    let account = caller.actor.as_ref().and_then(|actor| actor.account);
    if let Some((notes, account)) = request.extensions().get::<Notes>().zip(account) {
        notes.viewer(account);
    }
    request.extensions_mut().insert(caller);
}

async fn bearer(known: &Known, method: &Method, headers: &HeaderMap) -> Result<Caller, Response> {
    let Some(secret) = secret_of(headers) else { return Err(no_good_token()) };
    let found = if secret.starts_with(tokens::PREFIX) {
        known.tokens.actor(secret).await
    } else {
        known.sign_in.bearer(secret).await.and_then(|actor| actor.ok_or(Error::Unauthenticated))
    };
    let actor = match found {
        Ok(actor) => actor,
        Err(Error::Unauthenticated) => return Err(no_good_token()),
        Err(error) => return Err(Failed::from(error).into_response()),
    };
    // Every use case asks what a token is for; this holds even where one forgot to. CONNECT opens a websocket to follow.
    if !matches!(*method, Method::GET | Method::HEAD | Method::CONNECT) {
        actor.may_with_token(Scope::Write).map_err(|error| Failed::from(error).into_response())?;
    }
    let session_hash = Some(hash_of(secret));
    Ok(Caller { actor: Some(actor), session_hash, came_with_token: true, ..Caller::default() })
}

/// The secret of the one `Authorization: Bearer …`; two such headers are none.
fn secret_of(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, secret) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// RFC 6750 §3.1. What is wrong with the token is nothing that a stranger is told.
fn no_good_token() -> Response {
    let refused = Failed::new(ProblemCode::Unauthenticated, "This token is unknown, revoked or too old.");
    let refused = refused.with_hint("Make a new one with `thon token create`, or ask the organizers for one.");
    let mut response = refused.into_response();
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// Finds out who a session belongs to, and keeps it going.
///
/// # Errors
/// When the database does not answer: then nobody can say who asks.
pub async fn by_session(
    State(known): State<Arc<Known>>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Result<Response, Failed> {
    if request.extensions().get::<Caller>().is_some() {
        return Ok(next.run(request).await);
    }
    let caller = caller(&known, &session).await?;
    known_as(caller, &mut request);
    Ok(next.run(request).await)
}

async fn caller(known: &Known, session: &Session) -> Result<Caller, Failed> {
    let Some(account) = sessions::account(session).await? else {
        return Ok(Caller { arrival: sessions::arrival(session).await?, ..Caller::default() });
    };
    match known.accounts.actor(account).await {
        Ok(actor) => {
            sessions::touch(session, known.nature.clock.now()).await?;
            let session_hash = session.id().map(|id| hash_of(&id.to_string()));
            Ok(Caller { actor: Some(actor), session_hash, ..Caller::default() })
        }
        // An account that is gone or has no role left is nobody.
        Err(Error::Unauthenticated) => Ok(Caller { newcomer: Some(account), ..Caller::default() }),
        Err(error) => Err(error.into()),
    }
}

/// Everybody on the socket is the operator: its mode and the peer's uid were checked.
pub async fn as_operator(mut request: Request, next: Next) -> Response {
    known_as(Caller { actor: Some(Actor::operator()), ..Caller::default() }, &mut request);
    next.run(request).await
}
