//! A visit: what a request to a sandbox says about who sent it, read once.

use std::net::{IpAddr, SocketAddr};

use crate::{
    caller::Scheme,
    entrance::Entrance,
    headers::{self, Forwarded},
    host, tunnel,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};

const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The other end of the connection.
///
/// Whoever accepts connections puts it into the request's extensions; without it a sandbox is not told who asks.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The port at which a connection came in, likewise. At the sandboxes' own ports it says which one is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalPort(pub u16);

/// Where a request claims to come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A page of this very sandbox.
    Own,
    /// A page of anybody else.
    Foreign,
    /// Not said: no browser, or a request that needs no origin.
    Unsaid,
}

pub(crate) struct Visit {
    pub entrance: Entrance,
    pub source: Source,
    /// Whether a person looks at the answer as a page.
    pub navigates: bool,
    /// Whether it could change something: an unsafe method, or an upgrade.
    pub acts: bool,
    /// Whether a page of another origin wants it as a part of itself.
    pub embeds: bool,
    pub forwarded: Forwarded,
}

impl Visit {
    pub(crate) fn new<B>(entrance: Entrance, named: HeaderValue, request: &Request<B>) -> Self {
        let headers = request.headers();
        let scheme = request.extensions().get::<Scheme>().map_or(entrance.pattern.scheme(), |it| it.as_str());
        let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        let peer: Option<IpAddr> = request.extensions().get::<Peer>().map(|peer| peer.0.ip().to_canonical());
        let source = source(headers, scheme, &named);
        Self {
            entrance,
            source,
            embeds: source == Source::Foreign && !opens(headers),
            navigates: navigates(request.method(), headers),
            acts: !is_safe || tunnel::is_asked_for(headers),
            forwarded: Forwarded { host: named, peer, scheme },
        }
    }
}

/// Neighbours' pages are same-site with this one, so only `same-origin` is good enough.
fn source(headers: &HeaderMap, scheme: &str, host: &HeaderValue) -> Source {
    if headers.contains_key(header::ORIGIN) {
        let own = host::origin(scheme, host.to_str().unwrap_or_default());
        let origin = headers::single(headers, &header::ORIGIN);
        return if origin.is_some_and(|it| it.eq_ignore_ascii_case(&own)) { Source::Own } else { Source::Foreign };
    }
    match headers::single(headers, &FETCH_SITE) {
        Some("same-origin") => Source::Own,
        Some("same-site" | "cross-site") => Source::Foreign,
        _ => Source::Unsaid,
    }
}

/// Whether a browser opens it in a window or tab (Fetch Metadata §2.1).
fn opens(headers: &HeaderMap) -> bool {
    headers::single(headers, &FETCH_MODE) == Some("navigate")
        && headers::single(headers, &FETCH_DEST) == Some("document")
}

/// Browsers say it in `Sec-Fetch-Mode`; where there is none at all, in what they accept.
fn navigates(method: &Method, headers: &HeaderMap) -> bool {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return false;
    }
    if let Some(mode) = headers.get(FETCH_MODE) {
        return mode == "navigate";
    }
    let is_html = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains("text/html"));
    !headers.contains_key(FETCH_SITE) && headers.get_all(header::ACCEPT).iter().any(is_html)
}
