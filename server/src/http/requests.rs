//! Request ids: in the answer's header, in every log line, in every problem.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use thon_core::clock::Nature;
use thon_domain::problem::Problem;
use tracing::Instrument as _;

pub static HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request that is being answered.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Gives every request an id. One that comes from outside is not believed.
pub async fn identify(State(nature): State<Nature>, mut request: Request, next: Next) -> Response {
    let id = nature.ids.next().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span =
        tracing::info_span!("request", request.id = %id, method = %request.method(), path = request.uri().path());
    let mut response = next.run(request).instrument(span).await;
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        problem.request_id = Some(id.clone());
        response = rewritten(response, &problem);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER.clone(), value);
    }
    response
}

/// The same answer with the problem's new body.
fn rewritten(response: Response, problem: &Problem) -> Response {
    let (mut parts, _) = response.into_parts();
    let body = axum::Json(problem).into_response().into_body();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::new(body))
}
