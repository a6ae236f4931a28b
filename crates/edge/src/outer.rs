//! The outermost service: the host name first, then everything else.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Either;
use hyper::body::Body as HttpBody;
use tower::{Service, ServiceExt};

use crate::{
    answer,
    body::{self, Body, BoxError},
    edge::Edge,
    host::{self, Sorted},
    proxy,
    visit::Visit,
};

/// The edge around the dashboard's service.
#[derive(Clone)]
pub struct Outer<S> {
    edge: Edge,
    inner: S,
}

impl<S> Outer<S> {
    pub(crate) fn new(edge: Edge, inner: S) -> Self {
        Self { edge, inner }
    }
}

impl<S, B, R> Service<Request<B>> for Outer<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: 'static,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: HttpBody<Data = Bytes> + 'static,
{
    type Response = Response<Either<R, Body>>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, S::Error>>;

    /// Sandboxes do not wait for the dashboard, so the inner service is asked in `call`.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match sorted(&self.edge, &request) {
            Ok((Sorted::Dashboard, _)) => {
                let inner = self.inner.clone();
                async move { Ok(inner.oneshot(request).await?.map(Either::Left)) }.boxed()
            }
            Ok((Sorted::Sandbox(slug), host)) => {
                let plane = self.edge.0.clone();
                async move {
                    let visit = Visit::new(&plane.hosts, slug, host, &request);
                    let answer = proxy::serve(&plane, visit, request.map(body::boxed)).await;
                    Ok(answer.map(Either::Right))
                }
                .boxed()
            }
            Ok((Sorted::Unknown, _)) => refused(answer::misdirected()),
            Err(host::Ambiguous) => {
                refused(answer::text(StatusCode::BAD_REQUEST, "a request must name exactly one host\n"))
            }
        }
    }
}

fn sorted<B>(edge: &Edge, request: &Request<B>) -> Result<(Sorted, HeaderValue), host::Ambiguous> {
    let host = host::named(request)?;
    let value = HeaderValue::from_str(host).map_err(|_| host::Ambiguous)?;
    Ok((edge.0.hosts.sort(host), value))
}

fn refused<R, E>(answer: Response<Body>) -> BoxFuture<'static, Result<Response<Either<R, Body>>, E>>
where
    R: 'static,
    E: 'static,
{
    async move { Ok(answer.map(Either::Right)) }.boxed()
}
