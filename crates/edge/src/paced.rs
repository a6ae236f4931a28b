//! What a caller sends, which breaks off when nothing comes for too long.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::body::BoxError;

/// The body of a request. Unlike tower-http's `TimeoutBody` it says how long it is and whether it has ended, without which
/// a request that has none would be passed on as one that has.
#[derive(Debug)]
pub struct RequestBody {
    body: Incoming,
    patience: Duration,
    /// Runs while a frame is waited for.
    deadline: Option<Pin<Box<Sleep>>>,
}

/// Says that a caller stopped in the middle.
#[derive(Debug, thiserror::Error)]
#[error("nothing came of the request's body for {} s", .0.as_secs())]
struct Stalled(Duration);

impl RequestBody {
    pub(crate) const fn new(body: Incoming, patience: Duration) -> Self {
        Self { body, patience, deadline: None }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { body, patience, deadline } = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            *deadline = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(deadline.get_or_insert_with(|| Box::pin(sleep(*patience))).as_mut().poll(cx));
        Poll::Ready(Some(Err(Stalled(*patience).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
