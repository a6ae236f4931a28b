//! What a caller sends, which breaks off when nothing comes for too long.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::body::BoxError;

/// The body of a request. Unlike tower-http's `TimeoutBody` it says how long it is and whether it has ended, without which
/// a request that has none would be passed on as one that has.
#[derive(Debug)]
pub struct RequestBody {
    body: Incoming,
    patience: Duration,
    /// Runs while a frame is waited for.
    deadline: Option<Pin<Box<Sleep>>>,
    is_awaited: bool,
}

/// Says that a caller stopped in the middle.
#[derive(Debug, thiserror::Error)]
#[error("nothing came of the request's body for {} s", .0.as_secs())]
struct Stalled(Duration);

impl RequestBody {
    pub(crate) const fn new(body: Incoming, patience: Duration) -> Self {
        Self { body, patience, deadline: None, is_awaited: false }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { body, patience, deadline, is_awaited } = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            *is_awaited = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let deadline = deadline.get_or_insert_with(|| Box::pin(sleep(*patience)));
        if !std::mem::replace(is_awaited, true) {
            deadline.as_mut().reset(Instant::now() + *patience);
        }
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(Some(Err(Stalled(*patience).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
