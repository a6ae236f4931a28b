//! `/.thon/here`: says under every name of this server that it is the one who answers there.
//!
//! Pages of the dashboard find out with it which addresses work from where somebody is, and the server itself which of
//! them lead to it.

use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};

use crate::{answer, body::Body};

/// Where it is.
pub const PATH: &str = "/.thon/here";

/// The header with the mark of the server.
pub const MARK: HeaderName = HeaderName::from_static("thon-mark");

/// What tells this run of the server from all others, and nothing else.
pub(crate) struct Mark(HeaderValue);

impl Mark {
    pub(crate) fn new() -> Self {
        Self(HeaderValue::from(rand::random::<u64>()))
    }

    pub(crate) const fn value(&self) -> &HeaderValue {
        &self.0
    }

    pub(crate) fn answer(&self) -> Response<Body> {
        answer::and(answer::bare(StatusCode::NO_CONTENT), MARK, self.0.clone())
    }
}

/// Whether a request to the dashboard asks for it.
pub(crate) fn is_asked<B>(request: &Request<B>) -> bool {
    request.uri().path() == PATH && matches!(*request.method(), Method::GET | Method::HEAD)
}
