//! The event that a browser has chosen, and what that leaves of what is seen in it.

use http::{HeaderValue, header::SET_COOKIE};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use thon_core::{actor::Actor, error::Error, switch::Switch};
use thon_domain::{group::Group, id::EventId};

use super::{ApiError, actor, lead_form_to, provided, referer};
use crate::{api::fleet::Choice, next_path};

/// The cookie that holds the choice, without TLS.
pub const CHOICE: &str = "thon_event";

/// How long a browser keeps it, in seconds: thirty days, longer than any event.
const KEPT_S: u32 = 30 * 24 * 60 * 60;

/// The event that the browser of whoever asks names. It may be anything: what it means is for [`looking`] to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChosenEvent(pub Option<EventId>);

/// Who looks, and between which events they may choose.
pub struct Looking {
    /// As far as the event that is chosen, if one is.
    pub actor: Actor,
    pub choice: Choice,
    /// The id that people write for the chosen event.
    pub event_id: Option<String>,
}

/// The use cases of switching between events.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn switch() -> Result<Switch, ApiError> {
    provided()
}

/// Who looks at a page; at a `whole` one, in all events. The choice only ever narrows: an event that is not theirs to run, or is no
/// current one, is none.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in; when the database does not answer.
pub async fn looking(whole: bool) -> Result<Looking, ApiError> {
    let (switch, actor) = (switch()?, actor()?);
    let events = switch.events(&actor).await?;
    let sizes = events.iter().map(|(event, size)| (event.id, *size)).collect();
    let choice = Choice { chosen: None, events: sizes, all: actor.runs_all(), whole };
    let named = use_context::<ChosenEvent>().and_then(|chosen| chosen.0);
    let Some((event, _)) = events.into_iter().find(|(event, _)| Some(event.id) == named) else {
        return Ok(Looking { actor, choice, event_id: None });
    };
    let Some(narrowed) = switch.within(&actor, event.id).await? else {
        return Ok(Looking { actor, choice, event_id: None });
    };
    let actor = if whole { actor } else { narrowed };
    Ok(Looking { actor, choice: Choice { chosen: Some(event.id), ..choice }, event_id: Some(event.event_id) })
}

/// Who launches everybody of what they see: in the event that their page shows, whichever is chosen by now.
///
/// # Errors
/// `NotFound` when that is no current event of theirs any more.
pub async fn launching_in(event: Option<EventId>) -> Result<Actor, ApiError> {
    let actor = actor()?;
    let Some(event) = event else { return Ok(actor) };
    let narrowed = switch()?.within(&actor, event).await?;
    narrowed.ok_or_else(|| Error::not_found("such event any more; look at the page anew").into())
}

/// Has the browser keep which event is chosen, or that none is, and shows the page anew: a person's or a group's of another event
/// would be empty, so those lead to their list.
pub fn keep_choice(event: Option<EventId>) {
    let kept = event.map_or_else(|| "; Max-Age=0".to_owned(), |event| format!("{event}; Max-Age={KEPT_S}"));
    let cookie = HeaderValue::try_from(format!("{CHOICE}={kept}; HttpOnly; SameSite=Lax; Path=/"));
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), cookie) {
        response.append_header(SET_COOKIE, cookie);
    }
    let page = referer().unwrap_or_else(|| "/".to_owned());
    lead_form_to(if event.is_some() { next_path::list_of(&page) } else { &page });
}

/// Where a group is shown that was just made: on its page, or on that of its event when another is chosen.
///
/// # Errors
/// When the database does not answer.
pub async fn way_to_group(group: &Group) -> Result<String, ApiError> {
    let chosen = looking(false).await?.choice.chosen;
    let is_shown = chosen.is_none_or(|event| event == group.event);
    Ok(if is_shown { format!("/groups/{}", group.id) } else { format!("/events/{}", group.event) })
}
