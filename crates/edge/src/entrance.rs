//! Entrances: where a request has come in, and for which door of which sandbox.
//!
//! By its name, by its port, or by its path, as the tier has it. What comes after this sees the paths of the sandbox alone.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, Request, Uri, header, uri::PathAndQuery};
use thon_domain::address::{Door, Doorway, Pattern};

use crate::{
    caller::Scheme,
    edge::Plane,
    host::{self, Sorted},
    visit::LocalPort,
};

/// Says how far a service worker may reach (Service Workers §4.1).
const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

/// Where a request leads.
#[derive(Debug)]
pub(crate) enum Leads {
    Dashboard,
    Sandbox(Entrance),
    /// To the same with a slash at its end, which relative paths need.
    Slash(String),
    Nowhere,
}

/// One way into a sandbox.
#[derive(Clone, Debug)]
pub(crate) struct Entrance {
    pub doorway: Doorway,
    pub pattern: Arc<Pattern>,
    /// What stands before every path that the visitor sees, without a slash at the end.
    pub prefix: String,
}

impl Plane {
    /// Where a request leads that came to a door for everybody.
    pub(crate) fn leads<B>(&self, request: &Request<B>) -> Result<(Leads, HeaderValue), host::Ambiguous> {
        let (host, value) = named(request)?;
        if let Some((doorway, pattern)) = self.hosts.named(host) {
            return Ok((Leads::Sandbox(Entrance::new(doorway, pattern)), value));
        }
        if let Some((port, pattern)) = self.hosts.by_port(host) {
            return Ok((self.at(port, pattern, request.uri()), value));
        }
        if self.hosts.sort(host) == Sorted::Unknown {
            return Ok((Leads::Nowhere, value));
        }
        let by_path = self.hosts.with_paths(host).and_then(|pattern| by_path(pattern, request.uri()));
        Ok((by_path.unwrap_or(Leads::Dashboard), value))
    }

    /// Where a request leads that came to a sandbox's own port: never to the dashboard.
    pub(crate) fn leads_by_port<B>(&self, request: &Request<B>) -> Result<(Leads, HeaderValue), host::Ambiguous> {
        let (host, value) = named(request)?;
        let (port, scheme) = (request.extensions().get::<LocalPort>(), request.extensions().get::<Scheme>());
        let pattern = scheme.and_then(|scheme| self.hosts.at_port(host, *scheme));
        let leads = port.zip(pattern).map_or(Leads::Nowhere, |(port, pattern)| self.at(port.0, pattern, request.uri()));
        Ok((leads, value))
    }

    /// The sandbox of a public port; its inner ports are paths, as code-server has them.
    fn at(&self, port: u16, pattern: &Arc<Pattern>, target: &Uri) -> Leads {
        let Some(slug) = self.slug_at(port) else { return Leads::Nowhere };
        let doorway = Doorway { slug, door: inner_port(target.path()).into() };
        Leads::Sandbox(Entrance::new(doorway, pattern))
    }
}

fn named<B>(request: &Request<B>) -> Result<(&str, HeaderValue), host::Ambiguous> {
    let host = host::named(request)?;
    Ok((host, HeaderValue::from_str(host).map_err(|_| host::Ambiguous)?))
}

/// The port of `/proxy/3000/…`. Another way to write it stays the editor's, which leads there as well.
fn inner_port(path: &str) -> Option<u16> {
    let (port, _) = path.strip_prefix("/proxy/")?.split_once('/')?;
    let port: u16 = port.parse().ok()?;
    path.strip_prefix("/proxy/")?.strip_prefix(&port.to_string())?.starts_with('/').then_some(port)
}

fn by_path(pattern: &Arc<Pattern>, target: &Uri) -> Option<Leads> {
    let rest = target.path().strip_prefix("/s/")?;
    let label = rest.split('/').next().unwrap_or_default();
    let doorway: Doorway = label.parse().ok()?;
    if rest.len() == label.len() {
        let query = target.query().map_or_else(String::new, |query| format!("?{query}"));
        return Some(Leads::Slash(format!("/s/{label}/{query}")));
    }
    Some(Leads::Sandbox(Entrance::new(doorway, pattern)))
}

impl Entrance {
    fn new(doorway: Doorway, pattern: &Arc<Pattern>) -> Self {
        Self { prefix: pattern.prefix(&doorway), doorway, pattern: pattern.clone() }
    }

    /// What stands before every path that the editor sees: ports are reached through it.
    pub(crate) fn base(&self) -> String {
        match self.doorway.door {
            Door::Editor => String::new(),
            Door::Port(port) => format!("/proxy/{port}"),
        }
    }

    /// Where people are led in from the dashboard.
    pub(crate) fn open(&self) -> String {
        format!("{}/open/{}", self.pattern.dashboard(), self.doorway)
    }

    /// Makes a request one for the sandbox's own path.
    pub(crate) fn enter<B>(&self, request: &mut Request<B>) -> Result<(), http::Error> {
        if self.prefix.is_empty() {
            return Ok(());
        }
        let whole = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        let inner = whole.strip_prefix(&self.prefix).unwrap_or(whole);
        *request.uri_mut() = with_path(request.uri().clone(), inner)?;
        Ok(())
    }

    /// Makes a request for the sandbox's own path one that its editor understands.
    pub(crate) fn go_on<B>(&self, request: &mut Request<B>) -> Result<(), http::Error> {
        if self.doorway.door == Door::Editor {
            return Ok(());
        }
        let inner = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        let whole = format!("{}{inner}", self.base());
        *request.uri_mut() = with_path(request.uri().clone(), &whole)?;
        Ok(())
    }

    /// Makes an answer of the sandbox one for the path under which it is seen.
    pub(crate) fn leave(&self, headers: &mut http::HeaderMap, host: &HeaderValue) {
        let base = self.base();
        if base == self.prefix {
            return;
        }
        let location = headers.get(header::LOCATION).and_then(|it| it.to_str().ok());
        let seen = location.zip(host.to_str().ok()).and_then(|(it, host)| self.seen(it, host, &base));
        if let Some(Ok(seen)) = seen.map(HeaderValue::try_from) {
            headers.insert(header::LOCATION, seen);
        }
        if !self.pattern.shares_origin() {
            return;
        }
        if headers.contains_key(SERVICE_WORKER_ALLOWED)
            && let Ok(own) = HeaderValue::try_from(format!("{}/", self.prefix))
        {
            headers.insert(SERVICE_WORKER_ALLOWED, own);
        }
        let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().map(|it| self.own(it)).collect();
        headers.remove(header::SET_COOKIE);
        headers.extend(cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
    }

    /// A `Location` on this host as the visitor has to follow it; `None` where it stays as it is.
    fn seen(&self, location: &str, host: &str, base: &str) -> Option<String> {
        let schemes = ["http://", "https://", "//"];
        let absolute =
            schemes.iter().find_map(|it| location.get(..it.len()).filter(|head| head.eq_ignore_ascii_case(it)));
        let (before, path) = match absolute {
            None => ("", location),
            Some(scheme) => {
                let rest = &location[scheme.len()..];
                let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                rest[..end].eq_ignore_ascii_case(host).then(|| location.split_at(scheme.len() + end))?
            }
        };
        if !path.starts_with('/') || is_below(path, &self.prefix) {
            return None;
        }
        let inner = if is_below(path, base) { &path[base.len()..] } else { path };
        let inner = if inner.starts_with('/') { inner.to_owned() } else { format!("/{inner}") };
        Some(format!("{before}{}{inner}", self.prefix))
    }

    /// A cookie of the sandbox that is sent to this sandbox only.
    fn own(&self, cookie: &HeaderValue) -> HeaderValue {
        let Ok(text) = cookie.to_str() else { return cookie.clone() };
        let parts = text.split(';').map(|part| match part.trim().split_once('=') {
            Some((name, path)) if name.eq_ignore_ascii_case("path") => {
                let path = path.trim();
                let inner = if path.starts_with('/') { path } else { "/" };
                if is_below(inner, &self.prefix) { part.to_owned() } else { format!(" Path={}{inner}", self.prefix) }
            }
            _ => part.to_owned(),
        });
        HeaderValue::try_from(parts.collect::<Vec<_>>().join(";")).unwrap_or_else(|_| cookie.clone())
    }
}

/// Whether a path is this one or beneath it. Nothing is beneath nothing.
fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder).filter(|_| !folder.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

fn with_path(uri: Uri, path: &str) -> Result<Uri, http::Error> {
    let mut parts = uri.into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path)?);
    Ok(Uri::from_parts(parts)?)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn entrance(label: &str, pattern: Pattern) -> Entrance {
        Entrance::new(label.parse().expect("a door"), &Arc::new(pattern))
    }

    fn path(label: &str) -> Entrance {
        entrance(label, Pattern::Path { host: "thon.example.org".to_owned(), port: 443 })
    }

    #[rstest]
    #[case("alpha-alice", "/login", Some("/s/alpha-alice/login"))]
    #[case("alpha-alice", "/?folder=/workspace", Some("/s/alpha-alice/?folder=/workspace"))]
    #[case("alpha-alice", "/s/alpha-alice/x", None)]
    #[case("alpha-alice", "/s/alpha-alicex", Some("/s/alpha-alice/s/alpha-alicex"))]
    #[case("alpha-alice", "./?folder=/workspace", None)]
    #[case("alpha-alice", "https://example.org/x", None)]
    #[case("alpha-alice", "//example.org/x", None)]
    #[case("alpha-alice", "HTTPS://Thon.example.org/x", Some("HTTPS://Thon.example.org/s/alpha-alice/x"))]
    #[case("3000--alpha-alice", "/proxy/3000/x?y", Some("/s/3000--alpha-alice/x?y"))]
    #[case("3000--alpha-alice", "/proxy/3000", Some("/s/3000--alpha-alice/"))]
    #[case("3000--alpha-alice", "/proxy/30001/x", Some("/s/3000--alpha-alice/proxy/30001/x"))]
    fn a_redirect_stays_under_its_path(#[case] label: &str, #[case] location: &str, #[case] seen: Option<&str>) {
        let entrance = path(label);
        assert_eq!(entrance.seen(location, "thon.example.org", &entrance.base()).as_deref(), seen);
    }

    #[test]
    fn a_port_with_a_name_is_the_root_of_its_own_origin() {
        let entrance = entrance("3000--alpha-alice", Pattern::Local { port: 8100 });
        let mut request = Request::get("/a?b").body(()).expect("a request");
        entrance.enter(&mut request).and_then(|()| entrance.go_on(&mut request)).expect("a target");
        assert_eq!(request.uri(), "/proxy/3000/a?b");
        let location = entrance.seen("/proxy/3000/c", "3000--alpha-alice.localhost:8100", &entrance.base());
        assert_eq!(location.as_deref(), Some("/c"));
    }

    #[rstest]
    #[case("a=1", "a=1")]
    #[case("a=1; Path=/; HttpOnly", "a=1; Path=/s/alpha-alice/; HttpOnly")]
    #[case("a=1;path=x", "a=1; Path=/s/alpha-alice/")]
    #[case("a=1; Path=/s/alpha-alice/x", "a=1; Path=/s/alpha-alice/x")]
    fn a_cookie_stays_under_its_path(#[case] set: &'static str, #[case] kept: &str) {
        assert_eq!(path("alpha-alice").own(&HeaderValue::from_static(set)), kept);
    }

    #[test]
    fn an_inner_port_is_written_in_one_way() {
        assert_eq!(inner_port("/proxy/3000/"), Some(3000));
        assert_eq!(inner_port("/proxy/3000/x/y"), Some(3000));
        for other in ["/proxy/3000", "/proxy/03000/", "/proxy/+3000/", "/proxy/99999/", "/proxy//", "/x/proxy/3000/"] {
            assert_eq!(inner_port(other), None, "{other}");
        }
    }
}
