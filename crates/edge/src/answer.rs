//! The edge's own small answers, as far as they are not pages.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use crate::body::{self, Body};

const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Seconds after which somebody may ask again for what is on its way.
pub(crate) const RETRY_AFTER_S: HeaderValue = HeaderValue::from_static("2");

/// A status with one line for whoever reads raw answers.
pub(crate) fn text(status: StatusCode, line: impl Into<Bytes>) -> Response<Body> {
    let answer = with(status, body::full(line), header::CONTENT_TYPE, PLAIN);
    and(answer, header::CACHE_CONTROL, NO_STORE)
}

/// A status alone.
pub(crate) fn bare(status: StatusCode) -> Response<Body> {
    let answer = with(status, body::empty(), header::CACHE_CONTROL, NO_STORE);
    if status == StatusCode::SERVICE_UNAVAILABLE { and(answer, header::RETRY_AFTER, RETRY_AFTER_S) } else { answer }
}

/// A name that is nobody's here.
pub(crate) fn misdirected() -> Response<Body> {
    text(
        StatusCode::MISDIRECTED_REQUEST,
        "this server does not answer to that host name; open the address that it printed at its start\n",
    )
}

/// Sends the browser elsewhere with a GET.
pub(crate) fn see_other(location: &str) -> Response<Body> {
    match HeaderValue::from_str(location) {
        Ok(location) => and(bare(StatusCode::SEE_OTHER), header::LOCATION, location),
        Err(_) => text(StatusCode::BAD_REQUEST, "the address to go to is not one\n"),
    }
}

pub(crate) fn json(body: &impl serde::Serialize) -> Response<Body> {
    let Ok(text) = serde_json::to_string(body) else { return bare(StatusCode::INTERNAL_SERVER_ERROR) };
    let answer =
        with(StatusCode::OK, body::full(text), header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    and(answer, header::CACHE_CONTROL, NO_STORE)
}

/// A method that this path of `/.thon/` does not have.
pub(crate) fn only(allowed: &'static str) -> Response<Body> {
    and(bare(StatusCode::METHOD_NOT_ALLOWED), header::ALLOW, HeaderValue::from_static(allowed))
}

pub(crate) fn and(mut answer: Response<Body>, name: HeaderName, value: HeaderValue) -> Response<Body> {
    answer.headers_mut().insert(name, value);
    answer
}

fn with(status: StatusCode, body: Body, name: HeaderName, value: HeaderValue) -> Response<Body> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    and(answer, name, value)
}
