//! Browser sessions: tower-sessions over the database, ids hashed at rest, sliding without a write per request.

use std::{convert::Infallible, net::IpAddr};

use async_trait::async_trait;
use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use thon_app::api::context::{CHOICE, ChosenEvent};
use thon_core::{
    clock::Nature,
    error::Error,
    secret::Secret,
    session::{self, SessionData, Sessions},
    sign_in::{self, Arrival},
};
use thon_domain::{device::Device, id::AccountId};
use thon_edge::{Peer, Scheme};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::{
        SameSite,
        time::{Duration, OffsetDateTime},
    },
    session::{Id, Record},
    session_store,
};

use super::problem::Failed;

/// The cookie without TLS.
pub const COOKIE: &str = "thon_session";

/// What a browser keeps that has begun to sign in elsewhere, without TLS.
pub const SIGN_IN: &str = "thon_sign_in";

/// What stands before all names under TLS: browsers take such a cookie from this very host only, and over TLS only (RFC
/// 6265bis §4.1.3.2).
const BOUND: &str = "__Host-";

const ACCOUNT: &str = "account";
const ARRIVAL: &str = "arrival";
const DEVICE: &str = "device";
const TOUCHED: &str = "touched";

/// The layer that finds a browser's session.
pub fn layer(sessions: Sessions, nature: Nature) -> SessionManagerLayer<Kept> {
    let life = Duration::seconds(session::LIFE.num_seconds());
    SessionManagerLayer::new(Kept { sessions, nature })
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(life))
}

/// The browser that has begun to sign in elsewhere, if it has.
#[derive(Clone, Debug, Default)]
pub struct Browser(pub Option<String>);

/// Of all cookies lets the session's through and reads the sign-in's and the chosen event's, each only when it is there once.
/// Under TLS they have their bound names on both ways, and the other names mean nothing.
///
/// Pages in sandboxes can set cookies that come here too, of any name, with any bytes: one more of the session's was put there
/// by somebody else, and the others are nothing that is read here.
pub async fn own_cookies(mut request: Request, next: Next) -> Response {
    let under_tls = request.extensions().get::<Scheme>() == Some(&Scheme::Https);
    let prefix = if under_tls { BOUND } else { "" };
    let session = only(request.headers(), &format!("{prefix}{COOKIE}"));
    let session = session.and_then(|value| HeaderValue::from_bytes(&[COOKIE.as_bytes(), b"=", value].concat()).ok());
    let browser = only(request.headers(), &format!("{prefix}{SIGN_IN}"));
    let browser = browser.and_then(|value| std::str::from_utf8(value).ok()).filter(|value| !value.is_empty());
    let browser = Browser(browser.map(ToOwned::to_owned));
    request.extensions_mut().insert(browser);
    let event = only(request.headers(), &format!("{prefix}{CHOICE}"));
    let event = event.and_then(|value| std::str::from_utf8(value).ok()?.parse().ok());
    request.extensions_mut().insert(ChosenEvent(event));
    request.headers_mut().remove(header::COOKIE);
    if let Some(session) = session {
        request.headers_mut().insert(header::COOKIE, session);
    }
    let mut response = next.run(request).await;
    if !under_tls {
        return response;
    }
    let set: Vec<HeaderValue> = response.headers().get_all(header::SET_COOKIE).iter().map(bound).collect();
    response.headers_mut().remove(header::SET_COOKIE);
    for line in set {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// The value of the one cookie of this name.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    let mut values = thon_edge::cookies(headers).filter_map(|pair| {
        let (found, value) = pair.split_at(pair.iter().position(|&byte| byte == b'=')?);
        (found.trim_ascii() == name.as_bytes()).then(|| value[1..].trim_ascii())
    });
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    Some(value)
}

/// One of THON's cookies under its bound name; any other as it is.
fn bound(set: &HeaderValue) -> HeaderValue {
    let is_ours = |text: &&str| [COOKIE, SIGN_IN, CHOICE].iter().any(|own| text.split('=').next() == Some(own));
    let ours = set.to_str().ok().filter(is_ours);
    ours.and_then(|text| HeaderValue::try_from(format!("{BOUND}{text}; Secure")).ok()).unwrap_or_else(|| set.clone())
}

/// Has a browser keep what it began to sign in with, as long as a sign-in may take.
pub fn keeping(browser: &Secret) -> String {
    let seconds = sign_in::PATIENCE.num_seconds();
    format!("{SIGN_IN}={}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}", browser.reveal())
}

/// Remembers who came and is not let in yet, under a new id.
///
/// # Errors
/// When the database does not take it.
pub async fn arrive(session: &Session, arrival: &Arrival) -> Result<(), Failed> {
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    session.insert(ARRIVAL, arrival).await.map_err(Error::internal)?;
    Ok(())
}

/// Who came and is not let in yet.
///
/// # Errors
/// When the database does not answer.
pub async fn arrival(session: &Session) -> Result<Option<Arrival>, Failed> {
    Ok(session.get(ARRIVAL).await.map_err(Error::internal)?)
}

/// Whose session it is, if somebody is signed in.
///
/// # Errors
/// When the database does not answer.
pub async fn account(session: &Session) -> Result<Option<AccountId>, Failed> {
    Ok(session.get(ACCOUNT).await.map_err(Error::internal)?)
}

/// On which device somebody signed in, where that is written down.
///
/// # Errors
/// When the database does not answer.
pub async fn device(session: &Session) -> Result<Option<Device>, Failed> {
    Ok(session.get(DEVICE).await.map_err(Error::internal)?)
}

/// Signs an account in, under a new id: whoever planted the old one gains nothing.
///
/// # Errors
/// When the database does not take it.
pub async fn begin(session: &Session, account: AccountId, device: &Device) -> Result<(), Failed> {
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    session.insert(ACCOUNT, account).await.map_err(Error::internal)?;
    session.insert(DEVICE, device).await.map_err(Error::internal)?;
    Ok(())
}

/// Signs out: the session is gone on both sides.
///
/// # Errors
/// When the database does not take it.
pub async fn end(session: &Session) -> Result<(), Failed> {
    Ok(session.flush().await.map_err(Error::internal)?)
}

/// A browser, as it comes with a request.
#[derive(Clone, Debug)]
pub struct FromBrowser {
    agent: String,
    address: Option<IpAddr>,
}

impl FromBrowser {
    /// The device that somebody signs in on.
    pub fn by(&self, how: &str) -> Device {
        Device::new(&self.agent, self.address, how)
    }

    /// The device that somebody signs in on with an account elsewhere, at a provider of this word and title.
    pub fn through(&self, provider: &str, title: &str) -> Device {
        Device { provider: Some(provider.to_owned()), ..self.by(title) }
    }
}

impl<S: Sync> FromRequestParts<S> for FromBrowser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let address = parts.extensions.get().map(|Peer(address)| address.ip());
        Ok(Self { agent: agent.to_owned(), address })
    }
}

/// Moves the end of a session, at most every ten minutes.
///
/// # Errors
/// When the session cannot be read.
pub async fn touch(session: &Session, now: DateTime<Utc>) -> Result<(), Failed> {
    let touched: Option<i64> = session.get(TOUCHED).await.map_err(Error::internal)?;
    let due = touched.is_none_or(|at| now.timestamp() - at >= session::TOUCHED_EVERY.num_seconds());
    if due {
        session.insert(TOUCHED, now.timestamp()).await.map_err(Error::internal)?;
    }
    Ok(())
}

/// Sessions in the database.
#[derive(Clone)]
pub struct Kept {
    sessions: Sessions,
    nature: Nature,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

#[async_trait]
impl SessionStore for Kept {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|e| session_store::Error::Encode(e.to_string()))?;
        let account = record.data.get(ACCOUNT).and_then(|value| serde_json::from_value(value.clone()).ok());
        let device = record.data.get(DEVICE).and_then(|value| serde_json::from_value(value.clone()).ok());
        let expires_at = self.nature.clock.now() + until(record.expiry_date);
        let kept = SessionData { account, data, expires_at, device };
        self.sessions.save(&record.id.to_string(), kept).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(kept) = self.sessions.load(&id.to_string()).await.map_err(backend)? else { return Ok(None) };
        let data = serde_json::from_str(&kept.data).map_err(|e| session_store::Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date: date(kept.expires_at)? }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.sessions.delete(&id.to_string()).await.map_err(backend)
    }
}

/// How long until a date; tower-sessions always writes the whole life of a session.
fn until(date: OffsetDateTime) -> TimeDelta {
    TimeDelta::seconds((date - OffsetDateTime::now_utc()).whole_seconds()).min(session::LIFE)
}

fn date(at: DateTime<Utc>) -> session_store::Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at.timestamp()).map_err(|e| session_store::Error::Decode(e.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn backend(error: Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}
