//! One connection, in the HTTP that was agreed on, until it ends or is told to.

use std::{
    future::pending,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hyper::{
    rt::{Read, Write},
    server::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::sleep;

use super::{Opening, Reception, Responder, places::Place, visitor::Visitor};
use crate::caller::Scheme;

/// How much of a body is read ahead at most, in bytes.
const READ_AHEAD: usize = 256 << 10;

/// How many requests and tunnels one connection of HTTP/2 carries at once. Browsers have one for all tabs of a site.
const STREAMS: u32 = 256;

/// How often a silent peer of HTTP/2 is asked whether it is there, and how long it may take to say so.
const KEEP_ALIVE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(20));

/// A connection that is let in.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub peer: SocketAddr,
    /// The port that it came to.
    pub port: u16,
    pub scheme: Scheme,
    /// None where those behind a trusted proxy are counted instead.
    pub place: Option<Place>,
    pub reception: Reception,
    pub opening: Opening,
}

impl Connection {
    pub(super) async fn http_1(self, io: impl Read + Write + Unpin + Send + 'static, service: impl Responder) {
        let limits = self.reception.0.rules.limits;
        let opening = self.opening.clone();
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout);
        builder.max_headers(limits.headers).max_header_size(limits.header_bytes);
        builder.max_buf_size(limits.header_bytes.max(READ_AHEAD));
        let connection = builder.serve_connection(io, Visitor::new(self, service)).with_upgrades();
        ended(driven(connection, http1::UpgradeableConnection::graceful_shutdown, &opening).await);
    }

    pub(super) async fn http_2(self, io: impl Read + Write + Unpin + Send + 'static, service: impl Responder) {
        let limits = self.reception.0.rules.limits;
        let opening = self.opening.clone();
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).keep_alive_interval(KEEP_ALIVE.0).keep_alive_timeout(KEEP_ALIVE.1);
        builder.enable_connect_protocol().max_concurrent_streams(STREAMS);
        builder.max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX));
        let visitor = Visitor::new(self, service);
        let silent = silent(visitor.spoken.clone(), limits.header_timeout);
        let connection = builder.serve_connection(io, visitor);
        tokio::select! {
            result = driven(connection, http2::Connection::graceful_shutdown, &opening) => ended(result),
            () = silent => {}
        }
    }
}

/// Comes back when nothing was asked in time. hyper waits for ever for the first words of HTTP/2.
async fn silent(spoken: Arc<AtomicBool>, at_most: Duration) {
    sleep(at_most).await;
    if spoken.load(Ordering::Relaxed) {
        pending::<()>().await;
    }
}

/// Goes on until it ends; when it is told to, with what is under way.
async fn driven<C>(connection: C, wind_down: impl Fn(Pin<&mut C>), opening: &Opening) -> hyper::Result<()>
where
    C: Future<Output = hyper::Result<()>>,
{
    let mut connection = pin!(connection);
    tokio::select! {
        result = connection.as_mut() => return result,
        () = opening.stop.cancelled() => wind_down(connection.as_mut()),
    }
    connection.await
}

/// Callers go away as they like; that is no news.
fn ended(result: hyper::Result<()>) {
    if let Err(error) = result {
        tracing::debug!(%error, "a connection broke");
    }
}
