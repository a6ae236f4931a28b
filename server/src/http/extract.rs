//! What handlers read from requests, refused in our own words.

use axum::{
    Json,
    body::HttpBody as _,
    extract::{
        FromRequest, FromRequestParts, OptionalFromRequest, Request,
        rejection::{FormRejection, JsonRejection, PathRejection, StringRejection},
    },
    http::StatusCode,
};
use axum_extra::extract::QueryRejection;
use serde::de::DeserializeOwned;
use thon_core::error::Error;

use super::problem::Failed;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failed> {
        let Json(body) = <Json<T> as FromRequest<S>>::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// For bodies that may be left out: without a `Content-Type` there is none, nor where nothing follows it. Some clients always say
/// that they send JSON.
impl<S: Send + Sync, T: DeserializeOwned> OptionalFromRequest<S> for Body<T> {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Failed> {
        if request.body().is_end_stream() {
            return Ok(None);
        }
        let body = <Json<T> as OptionalFromRequest<S>>::from_request(request, state).await?;
        Ok(body.map(|Json(body)| Self(body)))
    }
}

/// A body of text.
#[derive(Debug)]
pub struct Text(pub String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failed> {
        Ok(Self(String::from_request(request, state).await?))
    }
}

/// A form's body.
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Form), rejection(Failed))]
pub struct Form<T>(pub T);

/// The variable parts of a path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Failed))]
pub struct Path<T>(pub T);

/// A query, in which a key may stand several times.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum_extra::extract::Query), rejection(Failed))]
pub struct Query<T>(pub T);

impl From<JsonRejection> for Failed {
    fn from(rejection: JsonRejection) -> Self {
        refusal("body", rejection.status(), &rejection.body_text())
    }
}

impl From<StringRejection> for Failed {
    fn from(rejection: StringRejection) -> Self {
        refusal("body", rejection.status(), &rejection.body_text())
    }
}

impl From<FormRejection> for Failed {
    fn from(rejection: FormRejection) -> Self {
        refusal("form", rejection.status(), &rejection.body_text())
    }
}

impl From<PathRejection> for Failed {
    fn from(rejection: PathRejection) -> Self {
        refusal("address", rejection.status(), &rejection.body_text())
    }
}

impl From<QueryRejection> for Failed {
    fn from(rejection: QueryRejection) -> Self {
        refusal("query", rejection.status(), &rejection.body_text())
    }
}

fn refusal(part: &str, status: StatusCode, why: &str) -> Failed {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Failed::too_large();
    }
    let what = format!("the {part} is not what is expected here: {why}");
    Error::Invalid { what, fields: Vec::new() }.into()
}
