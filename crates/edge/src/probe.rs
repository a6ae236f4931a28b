//! The probe: whether a participant would get to their editor through this route.

use std::{sync::Arc, time::Duration};

use http::{HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use thon_domain::route::Route;

use crate::{
    body,
    edge::{Edge, Plane},
    headers::Forwarded,
    link::Link,
    login, standing,
};

/// How long a probe may take, connecting and both answers together.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Why a participant would not get to their editor.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    #[error("the route has no upstream")]
    NoUpstream,
    #[error("nobody answers: {0}")]
    Unreachable(String),
    #[error("no answer within {} s", TIMEOUT.as_secs())]
    Late,
    #[error("{path} answers {status}")]
    Unhealthy { path: &'static str, status: StatusCode },
    #[error("somebody else's editor answers: it does not accept this route's secret")]
    WrongUpstream,
}

impl Edge {
    /// Asks an editor as a participant's request would, without a participant.
    ///
    /// Same link, same headers. `/healthz` alone proves little, it is open to all; so `/` must let the edge in as well, also
    /// where a visitor has to type a password.
    ///
    /// # Errors
    /// When the editor does not answer, is not well, or is not the one that this route means. Takes two seconds at most.
    pub async fn probe(&self, route: &Route) -> Result<(), ProbeError> {
        let link = self.0.link(route).ok_or(ProbeError::NoUpstream)?;
        tokio::time::timeout(TIMEOUT, self.0.examine(&link, route)).await.map_err(|_| ProbeError::Late)?
    }
}

impl Plane {
    /// The link that requests use, if this is the route in force; else one of its own.
    fn link(&self, route: &Route) -> Option<Arc<Link>> {
        let upstream = route.upstream.as_ref()?;
        let current = self.standing(&route.slug).and_then(|standing| standing.link.clone());
        current
            .filter(|link| link.instance == route.instance && link.upstream == *upstream)
            .or_else(|| standing::connect(route))
    }

    async fn examine(&self, link: &Link, route: &Route) -> Result<(), ProbeError> {
        let host = HeaderValue::try_from(self.hosts.host(&route.slug))
            .map_err(|error| ProbeError::Unreachable(error.to_string()))?;
        let forwarded = Forwarded { host, peer: None, scheme: self.hosts.scheme() };
        let health = ask(link, &forwarded, "/healthz").await?;
        if health.status() != StatusCode::OK {
            return Err(ProbeError::Unhealthy { path: "/healthz", status: health.status() });
        }
        let front = ask(link, &forwarded, "/").await?;
        if login::is_refused(&front, "/", &forwarded.host) {
            return Err(ProbeError::WrongUpstream);
        }
        let is_well = front.status().is_success() || front.status().is_redirection();
        if is_well { Ok(()) } else { Err(ProbeError::Unhealthy { path: "/", status: front.status() }) }
    }
}

async fn ask(link: &Link, forwarded: &Forwarded<'_>, path: &'static str) -> Result<Response<Incoming>, ProbeError> {
    let mut request = Request::new(body::empty());
    *request.uri_mut() = http::Uri::from_static(path);
    link.vouch(&mut request, forwarded).map_err(|error| ProbeError::Unreachable(error.to_string()))?;
    link.send(request).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        ProbeError::Unreachable(cause.unwrap_or_else(|| error.to_string()))
    })
}
