//! Browser sessions: tower-sessions over the database, ids hashed at rest, sliding without a write per request.

use async_trait::async_trait;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use thon_core::{
    clock::Nature,
    error::Error,
    session::{self, SessionData, Sessions},
};
use thon_domain::id::AccountId;
use thon_edge::Scheme;
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

/// The cookie under TLS: browsers take it from this very host only, and over TLS only (RFC 6265bis §4.1.3.2).
const BOUND: &str = "__Host-thon_session";

const ACCOUNT: &str = "account";
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

/// Of all cookies lets the session's through, and that only when it is there once. Under TLS it has its bound name on both
/// ways, and the other name means nothing.
///
/// Pages in sandboxes can set cookies that come here too, of any name, with any bytes: one more of the session's was put there
/// by somebody else, and the others are nothing that is read here.
pub async fn own_cookie(mut request: Request, next: Next) -> Response {
    let under_tls = request.extensions().get::<Scheme>() == Some(&Scheme::Https);
    let cookie = only(request.headers(), if under_tls { BOUND } else { COOKIE });
    request.headers_mut().remove(header::COOKIE);
    if let Some(cookie) = cookie {
        request.headers_mut().insert(header::COOKIE, cookie);
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

/// The one cookie of this name, under the name that the session is looked for by.
fn only(headers: &HeaderMap, name: &str) -> Option<HeaderValue> {
    let mut values = thon_edge::cookies(headers).filter_map(|pair| {
        let (found, value) = pair.split_at(pair.iter().position(|&byte| byte == b'=')?);
        (found.trim_ascii() == name.as_bytes()).then(|| value.trim_ascii())
    });
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    HeaderValue::from_bytes(&[COOKIE.as_bytes(), value].concat()).ok()
}

/// A session's cookie under its bound name; any other as it is.
fn bound(set: &HeaderValue) -> HeaderValue {
    let ours = set.to_str().ok().and_then(|text| text.strip_prefix(COOKIE)).filter(|rest| rest.starts_with('='));
    let line = ours.and_then(|rest| HeaderValue::try_from(format!("{BOUND}{rest}; Secure")).ok());
    line.unwrap_or_else(|| set.clone())
}

/// Whose session it is, if somebody is signed in.
///
/// # Errors
/// When the database does not answer.
pub async fn account(session: &Session) -> Result<Option<AccountId>, Failed> {
    Ok(session.get(ACCOUNT).await.map_err(Error::internal)?)
}

/// Signs an account in, under a new id: whoever planted the old one gains nothing.
///
/// # Errors
/// When the database does not take it.
pub async fn begin(session: &Session, account: AccountId) -> Result<(), Failed> {
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    session.insert(ACCOUNT, account).await.map_err(Error::internal)?;
    Ok(())
}

/// Signs out: the session is gone on both sides.
///
/// # Errors
/// When the database does not take it.
pub async fn end(session: &Session) -> Result<(), Failed> {
    Ok(session.flush().await.map_err(Error::internal)?)
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
        let expires_at = self.nature.clock.now() + until(record.expiry_date);
        let kept = SessionData { account, data, expires_at };
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
