//! What the pages of joining show.

use std::net::IpAddr;

use leptos::context::use_context;
use thon_core::{
    actor::Actor,
    clock::{Clock, SystemClock},
    joining::{JoinError, Joining, Offer},
    qr::Qr,
    secret::Secret,
    sign_in::Arrival,
};
use thon_domain::{
    arrival::Standing,
    event::Event,
    group::Group,
    id::{AccountId, JoinCodeId},
    join_code::JoinCode,
};

use super::{ApiError, fleet, provided, visitor};
use crate::{
    api::join::{Elsewhere, JoinOffer, JoinSign, Offered, QrDrawing, Stands, TeamLine},
    words,
};

/// Whose session it is who has no role, and so is nobody yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer(pub Option<AccountId>);

/// Where the request comes from, where that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameFrom(pub Option<IpAddr>);

/// The use cases of joining.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn joining() -> Result<Joining, ApiError> {
    provided()
}

/// What a code leads to.
///
/// # Errors
/// When the database does not answer.
pub async fn join_offer(code: &str) -> Result<Offered, ApiError> {
    let CameFrom(from) = provided()?;
    let (joining, dashboard) = (joining()?, fleet()?.addresses().dashboard());
    match joining.offer(code, from).await {
        Ok(Offer { code, event, group, teams, left }) => {
            let team = |team: thon_core::joining::Team| TeamLine {
                id: team.group.id,
                name: team.group.name.to_string(),
                free: team.free,
            };
            let teams = teams.into_iter().map(team).collect();
            let form = Secret::random("").reveal().to_owned();
            let sign = sign(&dashboard, &code, event, group)?;
            let arrival = use_context::<Option<Arrival>>().flatten();
            let elsewhere = arrival.filter(|arrival| arrival.admitted).map(elsewhere);
            Ok(Offered::Open(Box::new(JoinOffer { sign, teams, left, form, elsewhere })))
        }
        Err(JoinError::Trouble(trouble)) => Ok(Offered::Trouble(trouble)),
        Err(JoinError::Other(error)) => Err(error.into()),
    }
}

fn elsewhere(arrival: Arrival) -> Elsewhere {
    let mark = arrival.mark();
    Elsewhere { title: arrival.title, name: arrival.email.or(arrival.login).unwrap_or(arrival.name), mark }
}

/// How somebody stands who came in this browser.
///
/// # Errors
/// When the database does not answer.
pub async fn join_standing() -> Result<Stands, ApiError> {
    if visitor().is_some() {
        return Ok(Stands::In);
    }
    let newcomer = use_context::<Newcomer>().and_then(|newcomer| newcomer.0);
    let joining = joining()?;
    let Some(account) = newcomer else { return Ok(Stands::Nowhere) };
    let arrival = joining.standing(account).await?;
    Ok(arrival.map_or(Stands::Nowhere, |arrival| match arrival.standing {
        Standing::Waiting => Stands::Waits { name: arrival.name },
        Standing::Refused => Stands::Refused { name: arrival.name },
        // Their role was taken away since.
        Standing::LetIn => Stands::Nowhere,
    }))
}

/// A code for the wall.
///
/// # Errors
/// As [`Joining::code`].
pub async fn join_sign(actor: &Actor, id: JoinCodeId) -> Result<JoinSign, ApiError> {
    let (joining, dashboard) = (joining()?, fleet()?.addresses().dashboard());
    let standing = joining.code(actor, id).await?;
    sign(&dashboard, &standing.code, standing.event, standing.group)
}

fn sign(dashboard: &str, code: &JoinCode, event: Event, group: Option<Group>) -> Result<JoinSign, ApiError> {
    let Qr { side, path } = Qr::of(&format!("{dashboard}/join?code={}", code.code.as_str()))?;
    let address = format!("{}/join", dashboard.split_once("://").map_or(dashboard, |(_, rest)| rest));
    let (until, now) = (code.expires_at, SystemClock.now());
    Ok(JoinSign {
        event: event.title.unwrap_or(event.event_id),
        group: group.map(|group| group.title.unwrap_or_else(|| group.name.to_string())),
        code: code.code.to_string(),
        address,
        until: if now < until { format!("Open for {}", words::duration(until - now)) } else { "Over".to_owned() },
        approval: code.approval,
        seats: code.seats,
        qr: QrDrawing { side, path },
    })
}
