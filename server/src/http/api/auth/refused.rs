//! Why somebody is not signed in: a page for people, a problem for programs.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use thon_core::{audit, sign_in::Refusal};
use thon_domain::problem::{Problem, ProblemCode};

use crate::http::{problem::Failed, sign_in::encoded};

/// A sign-in that came to nothing.
pub(super) struct Refused<'a> {
    pub provider: &'a str,
    pub next: &'a str,
    pub refusal: &'a Refusal,
}

impl Refused<'_> {
    /// Says it.
    pub fn answer(&self, as_page: bool) -> Result<Response, Failed> {
        let (why, code, status, detail) = match self.refusal {
            Refusal::Expired => {
                let detail = "This sign-in took too long, was used before, or began in another browser.";
                ("expired", ProblemCode::Invalid, StatusCode::BAD_REQUEST, detail)
            }
            Refusal::Declined => {
                ("declined", ProblemCode::Forbidden, StatusCode::FORBIDDEN, "The sign-in was declined there.")
            }
            Refusal::NotAllowed(_) => {
                let detail = "This account is not one of those that may sign in.";
                ("not-allowed", ProblemCode::Forbidden, StatusCode::FORBIDDEN, detail)
            }
            Refusal::Down => {
                let detail = "The place to sign in with does not answer.";
                ("down", ProblemCode::Unavailable, StatusCode::SERVICE_UNAVAILABLE, detail)
            }
            Refusal::Clock => {
                let detail = "The clocks here and at the place to sign in with differ.";
                ("clock", ProblemCode::Unavailable, StatusCode::SERVICE_UNAVAILABLE, detail)
            }
            Refusal::Rejected => {
                let detail = "The place to sign in with did not accept this sign-in.";
                ("rejected", ProblemCode::Invalid, StatusCode::BAD_REQUEST, detail)
            }
        };
        if as_page {
            audit::noted(&Problem::new(code, detail));
            return Ok(page(why, self.provider, self.next));
        }
        Err(Failed::new(code, detail).with_status(status))
    }

    /// Says that nobody here knows them.
    pub fn unknown(provider: &str, next: &str, as_page: bool) -> Result<Response, Failed> {
        let detail = "Nobody has entered this account here.";
        if as_page {
            audit::noted(&Problem::new(ProblemCode::Forbidden, detail));
            return Ok(page("unknown", provider, next));
        }
        Err(Failed::new(ProblemCode::Forbidden, detail))
    }
}

fn page(why: &str, provider: &str, next: &str) -> Response {
    let (provider, next) = (encoded(provider), encoded(next));
    Redirect::to(&format!("/sign-in/refused?why={why}&provider={provider}&next={next}")).into_response()
}
