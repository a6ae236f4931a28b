//! What the server hands to server functions through the Leptos context. The only module that the browser has no part of.

#![cfg(feature = "ssr")]

use http::{
    Method, StatusCode,
    header::{ACCEPT, REFERER},
    request::Parts,
};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use thon_core::{
    accounts::Accounts,
    actor::Actor,
    audit::{self, Audit},
    capacity::{Surveyor, Who},
    certificates::Certificates,
    editor_password::EditorPasswords,
    error::Error,
    fleet::{Fleet, Operation},
    history::History,
    hosting::Hosting,
    outer_proxy::OuterProxy,
    outlook::Outlook,
    roles::Roles,
    sandboxes::Sandboxes,
    session::Sessions,
    settings::Settings,
    sharing::Sharing,
    sign_in::{Arrival, SignIn},
    task::Tasks,
    tokens::Tokens,
};
use thon_domain::{
    problem::{Problem, ProblemCode},
    sharing::InnerPort,
};

mod access;
mod audit_page;
mod board;
mod choice;
mod events;
mod job_cards;
mod join;
mod outcomes;
mod people;
mod session_lines;

pub use access::{access_board, admit, code_wish, give_role};
pub use audit_page::audit_page;
pub use board::{settings_board, wish};
pub use choice::{CHOICE, ChosenEvent, Looking, keep_choice, launching_in, looking, switch, way_to_group};
pub use events::{event_edit, event_groups, event_of, new_event};
pub use job_cards::job_cards;
pub use join::{CameFrom, Newcomer, join_offer, join_sign, join_standing, joining};
pub use outcomes::change;
pub use people::{directory, draft_board, fate, group_edit, new_group, new_user, toll, user_edit};
pub use session_lines::session_lines;

use super::{
    error::ApiError,
    history::Carries,
    instance::{Act, USUAL_RENEWAL_MIN},
};
use crate::next_path::{self, QUESTION};

/// Names the request in the server's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The hash of the id of the session that asks, if it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThisSession(pub Option<String>);

/// The session that asks.
pub fn this_session() -> Option<String> {
    use_context::<ThisSession>().and_then(|this| this.0)
}

/// The use cases of sessions.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn sessions() -> Result<Sessions, ApiError> {
    provided()
}

/// Who is signed in, if anybody is.
pub fn visitor() -> Option<Actor> {
    use_context::<Option<Actor>>().flatten()
}

/// Who came and is not let in yet, if anybody did.
pub fn arrival() -> Option<Arrival> {
    use_context::<Option<Arrival>>().flatten()
}

/// The use cases of accounts elsewhere.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn sign_in() -> Result<SignIn, ApiError> {
    provided()
}

/// Who acts.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub fn actor() -> Result<Actor, ApiError> {
    visitor().ok_or_else(|| Error::Unauthenticated.into())
}

/// The use case of sharing ports.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn sharing() -> Result<Sharing, ApiError> {
    provided()
}

/// A port as somebody has typed it.
///
/// # Errors
/// `Invalid` when it cannot be shared.
pub fn inner_port(port: u16) -> Result<InnerPort, ApiError> {
    InnerPort::try_from(port).map_err(|error| Error::from(error).into())
}

/// The use cases of instances.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn fleet() -> Result<Fleet, ApiError> {
    provided()
}

/// The use case of looking at a password.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn passwords() -> Result<EditorPasswords, ApiError> {
    provided()
}

/// The use cases of looking back.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn history() -> Result<History, ApiError> {
    provided()
}

/// The use cases of those whose editor is visited.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn hosting() -> Result<Hosting, ApiError> {
    provided()
}

/// The use cases of looking into sandboxes.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn sandboxes() -> Result<Sandboxes, ApiError> {
    provided()
}

/// What the machine carries, as it was measured last; nothing before it was.
///
/// # Errors
/// When the database does not answer, or the server gave no surveyor.
pub async fn carries(actor: &Actor) -> Result<Option<Carries>, ApiError> {
    let survey = provided::<Surveyor>()?.last_survey(actor, Who::Everybody).await?;
    Ok(survey.map(|survey| Carries { tight: survey.warning().is_some(), sentence: survey.capacity.sentence }))
}

/// The use cases of signing in.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn accounts() -> Result<Accounts, ApiError> {
    provided()
}

/// The use cases of settings.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn settings() -> Result<Settings, ApiError> {
    provided()
}

/// The use cases of tokens.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn tokens() -> Result<Tokens, ApiError> {
    provided()
}

/// The use cases of roles.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn roles() -> Result<Roles, ApiError> {
    provided()
}

/// The use cases of the audit.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn audit() -> Result<Audit, ApiError> {
    provided()
}

/// What runs in the background.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn tasks() -> Result<Tasks, ApiError> {
    provided()
}

/// The use cases of the certificate.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn certificates() -> Result<Certificates, ApiError> {
    provided()
}

/// The use cases of what stands in front.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn outer_proxy() -> Result<OuterProxy, ApiError> {
    provided()
}

/// Whether the addresses lead here.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn outlook() -> Result<Outlook, ApiError> {
    provided()
}

/// A refusal where nothing stands in front: this page was open when something did.
pub fn without_nginx(error: Error) -> ApiError {
    match error {
        Error::Unsupported { what } => Error::conflict(what, "Set it and start THON anew.").into(),
        other => other.into(),
    }
}

fn provided<T: Clone + 'static>() -> Result<T, ApiError> {
    use_context::<T>().ok_or_else(|| {
        tracing::error!(missing = std::any::type_name::<T>(), "the server rendered a page without its context");
        refused(Problem::new(ProblemCode::Internal, "This page was put together without a part that it needs."))
    })
}

/// Sends whoever asked on to `path`, a plain form and a hydrated page alike.
pub fn lead_to(path: &str) {
    leptos_axum::redirect(path);
}

/// Sends a plain form on to `path`. A hydrated page stays where it is.
pub fn lead_form_to(path: &str) {
    if answers_a_form() {
        leptos_axum::redirect(path);
    }
}

/// Sends a plain form back to its page, without the question that it answers. A hydrated page stays where it is.
pub fn lead_form_back() {
    let back = referer().unwrap_or_else(|| "/instances".to_owned());
    // Whose disk is looked at is no question, but what is asked of a sandbox may have ended it.
    lead_form_to(&next_path::without(&next_path::without(&back, &QUESTION), &["disk"]));
}

/// The page from which a form came, as path and query.
fn referer() -> Option<String> {
    let request = use_context::<Parts>()?;
    next_path::of_url(request.headers.get(REFERER)?.to_str().ok()?)
}

/// Shows a plain form its answer as it is: what may stand in no address cannot be taken along to its page.
pub fn show_answer() {
    if let Some(response) = use_context::<ResponseOptions>().filter(|_| answers_a_form()) {
        response.set_status(StatusCode::OK);
    }
}

/// What an act asks of an instance.
pub fn operation(act: Act, minutes: Option<u32>) -> Operation {
    match act {
        Act::Pause => Operation::Pause,
        Act::Resume => Operation::Resume,
        Act::Recreate => Operation::Recreate,
        Act::Rescue => Operation::Rescue,
        Act::Renew => Operation::Renew { minutes: minutes.unwrap_or(USUAL_RENEWAL_MIN) },
        Act::Terminate => Operation::Terminate,
    }
}

/// Sets the status of the answer, unless it sends a plain form back to its page.
pub fn set_status(status: u16) {
    if answers_a_form() {
        return;
    }
    let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) else { return };
    // What is not there is not to be read either, and which of both a page finds out first is chance.
    let is_not_there = response.0.read().is_ok_and(|parts| parts.status == Some(StatusCode::NOT_FOUND));
    if !(is_not_there && status == StatusCode::FORBIDDEN) {
        response.set_status(status);
    }
}

fn answers_a_form() -> bool {
    use_context::<Parts>().is_some_and(|request| {
        let accepts = request.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        request.method == Method::POST && accepts.is_some_and(|types| types.contains("text/html"))
    })
}

fn refused(mut problem: Problem) -> ApiError {
    problem.request_id = use_context::<RequestId>().map(|id| id.0);
    audit::noted(&problem);
    set_status(problem.status);
    ApiError::from(problem)
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        log(&error);
        refused(error.problem())
    }
}

/// Notes what is told to nobody.
fn log(error: &Error) {
    if matches!(error, Error::Internal(_)) {
        let request_id = use_context::<RequestId>().map(|id| id.0);
        tracing::error!(request_id, error = error as &dyn std::error::Error, "a server function failed");
    }
}
