//! The access log: one line for every request when it has ended, with who asked, and without anything secret.
//!
//! Queries are left out as a whole: tickets, tokens and a participant's own secrets stand there under any name.

use std::{
    borrow::Cow,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Instant,
};

use bytes::{Buf, Bytes};
use http::{Method, Request, StatusCode, Uri};
use hyper::body::{Body, Frame, SizeHint};
use thon_domain::{id::AccountId, slug::Slug};

use crate::door::places::Place;

/// What lines of this log are called, for filters.
pub const TARGET: &str = "thon::access";

/// The longest path that is written, in bytes.
const LONGEST_PATH: usize = 1024;

/// What is found out about a request while it is answered. In the request's extensions where requests are logged.
#[derive(Clone, Debug)]
pub struct Notes(Arc<Known>);

#[derive(Debug)]
struct Known {
    since: Instant,
    address: IpAddr,
    method: Method,
    path: String,
    viewer: OnceLock<AccountId>,
    sandbox: OnceLock<Slug>,
    /// Whether the line is written by a tunnel, when that ends.
    tunnels: AtomicBool,
}

impl Notes {
    pub(crate) fn new<B>(request: &Request<B>, address: IpAddr) -> Self {
        Self(Arc::new(Known {
            since: Instant::now(),
            address,
            method: request.method().clone(),
            path: shown(request.uri()),
            viewer: OnceLock::new(),
            sandbox: OnceLock::new(),
            tunnels: AtomicBool::new(false),
        }))
    }

    /// Says whose account asks.
    pub fn viewer(&self, account: AccountId) {
        let _first_counts = self.0.viewer.set(account);
    }

    pub(crate) fn sandbox(&self, slug: &Slug) {
        let _first_counts = self.0.sandbox.set(slug.clone());
    }

    /// Leaves the line to the tunnel that the request becomes.
    pub(crate) fn tunnels(&self) {
        self.0.tunnels.store(true, Ordering::Relaxed);
    }

    /// Writes the line of a tunnel that has ended.
    pub(crate) fn tunnel_ended(&self, received: u64, sent: u64) {
        self.write("a tunnel ended", StatusCode::SWITCHING_PROTOCOLS, received, sent);
    }

    fn answered(&self, status: StatusCode, sent: u64) {
        if !self.0.tunnels.load(Ordering::Relaxed) {
            self.write("answered", status, 0, sent);
        }
    }

    fn write(&self, message: &'static str, status: StatusCode, received: u64, sent: u64) {
        let Known { since, address, method, path, viewer, sandbox, .. } = &*self.0;
        let duration_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            target: TARGET,
            viewer = viewer.get().map(tracing::field::display),
            sandbox = sandbox.get().map(tracing::field::display),
            %address,
            %method,
            path,
            status = status.as_u16(),
            received_bytes = received,
            sent_bytes = sent,
            duration_ms,
            "{message}"
        );
    }
}

/// A path as it may be read by others.
fn shown(uri: &Uri) -> String {
    let path = uri.path();
    let path = path.get(..LONGEST_PATH).map_or(Cow::Borrowed(path), |start| format!("{start}…").into());
    if uri.query().is_some() { format!("{path}?…") } else { path.into_owned() }
}

/// A body that is counted on its way to the caller. The line is written when it has ended, however that came.
pub struct Followed<B> {
    body: B,
    sent: u64,
    status: StatusCode,
    notes: Option<Notes>,
    /// The caller's place, where a connection carries several.
    _place: Option<Place>,
}

impl<B> Followed<B> {
    pub(crate) fn new(body: B, status: StatusCode, notes: Option<Notes>, place: Option<Place>) -> Self {
        Self { body, sent: 0, status, notes, _place: place }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Followed<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.sent += frame.data_ref().map_or(0, |data| data.remaining() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Followed<B> {
    fn drop(&mut self) {
        if let Some(notes) = &self.notes {
            notes.answered(self.status, self.sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_without_its_query() {
        for (uri, path) in [
            ("/", "/"),
            ("/.thon/enter?t=secret&to=%2F", "/.thon/enter?…"),
            ("http://a.example/x?token", "/x?…"),
            ("/login?", "/login?…"),
        ] {
            assert_eq!(shown(&uri.parse().expect("a target")), path);
        }
        let long = format!("/{}", "a".repeat(2000));
        assert_eq!(shown(&long.parse().expect("a target")).chars().count(), 1025);
    }
}
