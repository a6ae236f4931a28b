//! The pages that people see when there is no editor to show: self-contained, and without a word of JavaScript needed.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderValue, Response, StatusCode, header};
use minijinja::{Environment, UndefinedBehavior, context};
use sha2::{Digest, Sha256};
use thon_domain::{address::Door, instance::State};

use crate::{
    answer,
    body::{self, Body},
};

const TEMPLATE: &str = include_str!("pages/page.html");
const STYLE: &str = include_str!("pages/page.css");
const SCRIPT: &str = include_str!("pages/page.js");

/// One page in words.
pub(crate) struct Page<'a> {
    status: StatusCode,
    title: &'static str,
    text: String,
    /// What went wrong, in the words of whoever saw it.
    reason: Option<&'a str>,
    /// What the page waits to see the end of; it looks by itself.
    watched: Option<State>,
    /// Whether something is on its way, and since how many seconds.
    waiting_s: Option<u64>,
    /// After how many seconds the page loads itself again, script or not.
    refresh_s: Option<u32>,
    action: Action<'a>,
}

/// The one thing to do on a page.
enum Action<'a> {
    None,
    Start(&'static str),
    Go(&'a str, &'static str),
}

impl Page<'_> {
    fn new(status: StatusCode, title: &'static str, text: &str) -> Self {
        let (reason, watched, waiting_s, refresh_s) = (None, None, None, None);
        Self { status, title, text: text.to_owned(), reason, watched, waiting_s, refresh_s, action: Action::None }
    }
}

/// A sandbox that nobody can be led to now.
#[derive(Clone, Copy)]
pub(crate) struct Away<'a> {
    pub state: State,
    pub reason: Option<&'a str>,
    /// Since how many seconds it is in this state.
    pub elapsed_s: u64,
    pub keeps_files: bool,
}

impl Away<'_> {
    pub(crate) const NEVER_STARTED: Self =
        Self { state: State::Terminated, reason: None, elapsed_s: 0, keeps_files: true };
}

/// A sandbox that is on its way, stopped, or given up.
pub(crate) fn not_running<'a>(away: &Away<'a>, may_start: bool) -> Page<'a> {
    let &Away { state, reason, elapsed_s, keeps_files } = away;
    let files = if keeps_files { "The files are kept." } else { "The files go with it." };
    let start = if may_start { Action::Start("Start my editor") } else { Action::None };
    let go_on = if may_start { Action::Start("Go on") } else { Action::None };
    let again = if may_start { Action::Start("Try again") } else { Action::None };
    let (title, text, action, waits) = match state {
        State::Pending | State::Running => {
            ("Starting the editor", "The sandbox is on its way. This page opens it by itself.", Action::None, true)
        }
        State::Stopping => ("Stopping the editor", "The sandbox is being stopped.", Action::None, true),
        State::Pausing => ("Pausing the editor", "It is being frozen as it is.", Action::None, true),
        State::Paused => ("The editor is paused", "It is frozen as it was, and goes on from there.", go_on, false),
        State::Resuming => ("Resuming the editor", "This page opens it by itself.", Action::None, true),
        State::Terminated => ("The editor is stopped", "", start, false),
        State::Failed => ("The editor did not start", "THON has given up for now.", again, false),
    };
    let of_files = if matches!(state, State::Stopping | State::Terminated | State::Failed) { files } else { "" };
    let ask = if may_start || waits { "" } else { "Its owner or an organizer can start it." };
    let text = [text, of_files, ask].into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(" ");
    Page {
        reason,
        watched: Some(state),
        waiting_s: waits.then_some(elapsed_s),
        action,
        ..Page::new(StatusCode::SERVICE_UNAVAILABLE, title, &text)
    }
}

/// A sandbox that should be there and is not.
pub(crate) fn lost() -> Page<'static> {
    let text = "THON is looking after it. This page tries again in a few seconds.";
    Page { refresh_s: Some(5), ..Page::new(StatusCode::BAD_GATEWAY, "The editor does not answer", text) }
}

/// A ticket that opens nothing any more.
pub(crate) fn used_up(fresh: &str) -> Page<'_> {
    let text = "A link like this works once and for a short time.";
    Page {
        action: Action::Go(fresh, "Open the editor again"),
        ..Page::new(StatusCode::FORBIDDEN, "This link is used up", text)
    }
}

pub(crate) fn forbidden(door: Door, dashboard: &str) -> Page<'_> {
    let (title, text) = match door {
        Door::Editor => ("This editor is somebody else's", "An editor opens for its owner and for the organizers."),
        Door::Port(_) => ("This port is not shared with you", "Its owner says who may come to it."),
    };
    Page { action: Action::Go(dashboard, "Go to the dashboard"), ..Page::new(StatusCode::FORBIDDEN, title, text) }
}

pub(crate) fn unavailable() -> Page<'static> {
    let text = "THON cannot check at the moment who may enter. This page tries again in a few seconds.";
    Page { refresh_s: Some(5), ..Page::new(StatusCode::SERVICE_UNAVAILABLE, "One moment", text) }
}

/// The template and the policy that goes with it.
pub(crate) struct Pages {
    templates: Environment<'static>,
    policy: HeaderValue,
}

impl Pages {
    pub(crate) fn new() -> Self {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        if let Err(error) = templates.add_template("page.html", TEMPLATE) {
            tracing::error!(%error, "the page of the edge does not parse");
        }
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; connect-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
            hash(STYLE),
            hash(SCRIPT)
        );
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        Self { templates, policy }
    }

    /// A page under a door's own path; what stands before that is given without a slash at the end.
    pub(crate) fn show(&self, page: &Page<'_>, prefix: &str) -> Response<Body> {
        let html = match self.render(page, prefix) {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(%error, "a page of the edge does not render");
                return answer::text(page.status, page.title);
            }
        };
        let mut response = answer::bare(page.status).map(|_| body::full(html));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // Not `no-referrer`: it would make the Origin of the start form "null".
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        response
    }

    fn render(&self, page: &Page<'_>, prefix: &str) -> Result<String, minijinja::Error> {
        let (start, go) = match page.action {
            Action::None => (None, None),
            Action::Start(label) => (Some(label), None),
            Action::Go(address, label) => (None, Some((address, label))),
        };
        self.templates.get_template("page.html")?.render(context! {
            prefix => prefix,
            style => STYLE,
            script => SCRIPT,
            title => page.title,
            text => page.text.as_str(),
            reason => page.reason,
            state => page.watched.map(<&'static str>::from),
            waiting_s => page.waiting_s,
            refresh_s => page.refresh_s,
            start => start,
            go => go.map(|(address, _)| address),
            go_label => go.map(|(_, label)| label),
        })
    }
}

/// A source expression that allows exactly this inline text (CSP Level 3 §2.3.1).
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}
