//! The probe: whether a participant would get to their editor through this route.

use std::{sync::Arc, time::Duration};

use http::{HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use thon_domain::{address::Doorway, route::Route};

use crate::{
    body,
    edge::{Edge, Plane},
    headers::Forwarded,
    link::Link,
    login, standing,
};

/// How long a probe may take, connecting and the answer together.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How long an editor may take to load what its first page needs.
const WARM_UP_TIMEOUT: Duration = Duration::from_secs(10);

/// Where an editor tells whether it knows who asks: those it knows are led on, everybody else gets its form
/// (code-server, src/node/routes/login.ts).
///
/// `/` tells the same, and makes code-server load all of VS Code first (routes/vscode.ts): as much work again as its start,
/// for everybody at the same moment when a whole event is launched. `/healthz` is open to all, so it would have to be asked
/// besides; the first request of a kind costs an editor 25 ms of a core (measured).
const FORM: &str = "/login";

/// Why a participant would not get to their editor.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    #[error("the route has no upstream")]
    NoUpstream,
    #[error("nobody answers: {0}")]
    Unreachable(String),
    #[error("no answer within {} s", .0.as_secs())]
    Late(Duration),
    #[error("{FORM} answers {0}")]
    Unhealthy(StatusCode),
    #[error("somebody else's editor answers: it does not accept this route's secret")]
    WrongUpstream,
}

impl Edge {
    /// Asks an editor as a participant's request would, without a participant.
    ///
    /// Same link, same headers. The editor must know the edge, also where a visitor has to type a password.
    ///
    /// # Errors
    /// When the editor does not answer, is not well, or is not the one that this route means. Takes two seconds at most.
    pub async fn probe(&self, route: &Route) -> Result<(), ProbeError> {
        let link = self.0.link(route).ok_or(ProbeError::NoUpstream)?;
        tokio::time::timeout(TIMEOUT, self.0.examine(&link, route)).await.map_err(|_| ProbeError::Late(TIMEOUT))?
    }

    /// Asks an editor for its front page, for which it loads what it has not loaded for its start.
    ///
    /// # Errors
    /// When it does not answer within ten seconds. What it answers is for its visitors to see.
    pub async fn warm(&self, route: &Route) -> Result<(), ProbeError> {
        let link = self.0.link(route).ok_or(ProbeError::NoUpstream)?;
        let front = async { ask(&link, &self.0.as_visited(route)?, "/").await.map(drop) };
        tokio::time::timeout(WARM_UP_TIMEOUT, front).await.map_err(|_| ProbeError::Late(WARM_UP_TIMEOUT))?
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

    /// What a request says that a visitor's would say about where it came in.
    fn as_visited(&self, route: &Route) -> Result<Forwarded, ProbeError> {
        let addresses = self.hosts.addresses();
        let doorway = Doorway::editor(route.slug.clone());
        let named = addresses.all().find_map(|it| Some((it, it.host_of(&doorway, route.public_port)?)));
        let (pattern, host) = named.unwrap_or_else(|| (&addresses.chosen, addresses.chosen.dashboard_host()));
        let host = HeaderValue::try_from(host).map_err(|error| ProbeError::Unreachable(error.to_string()))?;
        Ok(Forwarded { host, peer: None, scheme: pattern.scheme() })
    }

    async fn examine(&self, link: &Link, route: &Route) -> Result<(), ProbeError> {
        let forwarded = self.as_visited(route)?;
        let form = ask(link, &forwarded, FORM).await?;
        if form.status().is_success() || login::is_refused(&form, FORM, &forwarded.host) {
            return Err(ProbeError::WrongUpstream);
        }
        let is_known = form.status().is_redirection();
        if is_known { Ok(()) } else { Err(ProbeError::Unhealthy(form.status())) }
    }
}

async fn ask(link: &Link, forwarded: &Forwarded, path: &'static str) -> Result<Response<Incoming>, ProbeError> {
    let mut request = Request::new(body::empty());
    *request.uri_mut() = http::Uri::from_static(path);
    link.vouch(&mut request, forwarded).map_err(|error| ProbeError::Unreachable(error.to_string()))?;
    link.send(request).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        ProbeError::Unreachable(cause.unwrap_or_else(|| error.to_string()))
    })
}
