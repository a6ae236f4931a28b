//! How much goes through a tunnel, and since when nothing has.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::sleep,
};

/// The visitor's end of a tunnel, with what was read from it and written to it.
pub(crate) struct Metered<T> {
    inner: T,
    meter: Arc<Meter>,
    /// Dropped when the visitor has said everything. Editors keep the other half open for 30 s more (VS Code, `NodeSocket`).
    open: Option<Box<dyn Send>>,
}

/// Bytes so far.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    received: AtomicU64,
    sent: AtomicU64,
}

impl Meter {
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Comes back when nothing has gone through for so long, and before twice as long.
    pub(crate) async fn idle(&self, long: Duration) {
        let mut before = None;
        loop {
            let now = self.received() + self.sent();
            if before == Some(now) {
                return;
            }
            before = Some(now);
            sleep(long).await;
        }
    }
}

impl<T> Metered<T> {
    /// `open` is kept until nothing more comes from the visitor.
    pub(crate) fn new(inner: T, meter: Arc<Meter>, open: Option<Box<dyn Send>>) -> Self {
        Self { inner, meter, open }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Metered<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buffer))?;
        let read = buffer.filled().len() - before;
        if read == 0 && buffer.remaining() > 0 {
            self.open = None;
        }
        self.meter.received.fetch_add(read as u64, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Metered<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
        self.meter.sent.fetch_add(written as u64, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
