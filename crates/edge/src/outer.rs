//! The outermost service: the host name first, then everything else.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::{FutureExt, future::BoxFuture};
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Either;
use hyper::body::Body as HttpBody;
use tower::{Service, ServiceExt};

use crate::{
    answer,
    body::{self, Body, BoxError},
    door::Question,
    edge::{Edge, Plane},
    entrance::{Entrance, Leads},
    front_question, here, host, proxy,
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
        if request.extensions().get::<Question>().is_some() {
            let plane = self.edge.0.clone();
            let question = request.map(drop);
            return async move { Ok(front_question::answer(&plane, question).await.map(Either::Right)) }.boxed();
        }
        match self.edge.0.leads(&request) {
            Ok((Leads::Dashboard, _)) if here::is_asked(&request) => {
                let plane = self.edge.0.clone();
                async move { Ok(plane.mark.answer().map(Either::Right)) }.boxed()
            }
            Ok((Leads::Dashboard, _)) => {
                let inner = self.inner.clone();
                async move { Ok(inner.oneshot(request).await?.map(Either::Left)) }.boxed()
            }
            found => {
                let answer = answered(self.edge.0.clone(), found, request.map(body::boxed));
                async move { Ok(answer.await.map(Either::Right)) }.boxed()
            }
        }
    }
}

/// The edge at the sandboxes' own ports: the dashboard is not there, under no name.
#[derive(Clone)]
pub struct AtPorts(Edge);

impl AtPorts {
    pub(crate) const fn new(edge: Edge) -> Self {
        Self(edge)
    }
}

impl<B> Service<Request<B>> for AtPorts
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let found = self.0.0.leads_by_port(&request);
        let answer = answered(self.0.0.clone(), found, request.map(body::boxed));
        async move { Ok(answer.await) }.boxed()
    }
}

type Found = Result<(Leads, HeaderValue), host::Ambiguous>;

async fn answered(plane: Arc<Plane>, found: Found, request: Request<Body>) -> Response<Body> {
    match found {
        Ok((Leads::Sandbox(entrance), host)) => inside(&plane, entrance, host, request).await,
        Ok((Leads::Slash(location), _)) => match HeaderValue::try_from(location) {
            Ok(location) => answer::and(answer::bare(StatusCode::PERMANENT_REDIRECT), header::LOCATION, location),
            Err(_) => answer::bare(StatusCode::BAD_REQUEST),
        },
        Ok((Leads::Dashboard | Leads::Nowhere, _)) => answer::misdirected(),
        Err(host::Ambiguous) => answer::text(StatusCode::BAD_REQUEST, "a request must name exactly one host\n"),
    }
}

async fn inside(plane: &Plane, entrance: Entrance, host: HeaderValue, mut request: Request<Body>) -> Response<Body> {
    if entrance.enter(&mut request).is_err() {
        return answer::bare(StatusCode::BAD_REQUEST);
    }
    let visit = Visit::new(entrance, host, &request);
    proxy::serve(plane, visit, request).await
}
