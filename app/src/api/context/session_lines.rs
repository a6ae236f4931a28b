//! Where one is signed in, in words.

use chrono::{DateTime, Utc};
use thon_core::{
    actor::Actor,
    clock::{Clock, SystemClock},
    session::OpenSession,
};

use super::{ApiError, sessions, this_session};
use crate::{api::account::SessionLine, words};

/// The actor's own sessions, this one first.
///
/// # Errors
/// When the database does not answer.
pub async fn session_lines(actor: &Actor) -> Result<Vec<SessionLine>, ApiError> {
    let now = SystemClock.now();
    let own = sessions()?.own(actor, this_session().as_deref()).await?;
    Ok(own.into_iter().map(|session| line(session, now)).collect())
}

fn line(session: OpenSession, now: DateTime<Utc>) -> SessionLine {
    let OpenSession { id, device, signed_in_at, seen_at, is_own, .. } = session;
    let by = device.as_ref().map(|device| format!(" by {}", device.by)).unwrap_or_default();
    let from = device.as_ref().and_then(|device| device.address);
    let from = from.map(|address| format!(", from {address}")).unwrap_or_default();
    SessionLine {
        id,
        device: device.map_or_else(|| "Unknown device".to_owned(), |device| device.name()),
        since: format!("signed in {} ago{by}{from}", words::about(signed_in_at, now)),
        seen: format!("used {} ago", words::about(seen_at, now)),
        this: is_own,
    }
}
