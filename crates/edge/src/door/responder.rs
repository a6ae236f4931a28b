//! Who answers at a door.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Body;
use tower::{Service, ServiceExt as _};

use super::RequestBody;
use crate::body::BoxError;

/// A [`tower::Service`] that answers every request and streams its answers. Each connection has a clone of it.
///
/// Nobody writes one by hand: every service of this kind is one.
pub trait Responder: Clone + Send + Sync + 'static {
    type Body: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static;

    /// Answers a request as soon as the service is ready for it.
    fn answer(self, request: Request<RequestBody>) -> impl Future<Output = Response<Self::Body>> + Send;
}

impl<S, B> Responder for S
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible, Future: Send>,
    S: Clone + Send + Sync + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    type Body = B;

    async fn answer(self, request: Request<RequestBody>) -> Response<B> {
        self.oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}
