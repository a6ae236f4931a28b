//! The connection to the daemon: made when needed, at the API version both sides speak, every call bounded in time.

use std::{future::Future, time::Duration};

use bollard::{API_DEFAULT_VERSION, Docker as Client, errors::Error};
use thon_core::port::runtime::RuntimeError;
use tokio::{sync::OnceCell, time::timeout};

use super::error;

/// Where Docker listens unless told otherwise.
const LOCAL_SOCKET: &str = "unix:///var/run/docker.sock";

/// How long a call may take: a loaded machine needs seconds to start a container, never this long.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// One Docker daemon.
#[derive(Debug)]
pub(super) struct Daemon {
    host: String,
    client: OnceCell<Client>,
}

impl Daemon {
    pub(super) fn at(host: Option<&str>) -> Self {
        let host = match host {
            None => LOCAL_SOCKET.to_owned(),
            Some(path) if path.starts_with('/') => format!("unix://{path}"),
            Some(url) => url.to_owned(),
        };
        Self { host, client: OnceCell::new() }
    }

    /// Whether it runs on this host, as far as its address tells.
    pub(super) fn is_local(&self) -> bool {
        self.host.starts_with("unix://")
    }

    /// The client, connected once. A failed try is made again by the next call.
    pub(super) async fn client(&self) -> Result<&Client, RuntimeError> {
        self.client.get_or_try_init(|| connected(&self.host)).await.map_err(error::explained)
    }
}

async fn connected(host: &str) -> Result<Client, Error> {
    let seconds = CALL_TIMEOUT.as_secs();
    let client = match host {
        unix if unix.starts_with("unix://") => Client::connect_with_unix(unix, seconds, API_DEFAULT_VERSION),
        tcp if tcp.starts_with("tcp://") || tcp.starts_with("http://") => {
            Client::connect_with_http(tcp, seconds, API_DEFAULT_VERSION)
        }
        other => Err(Error::UnsupportedURISchemeError { uri: other.to_owned() }),
    }?;
    bounded(client.negotiate_version()).await
}

/// Waits for an answer, but not for ever: the client bounds only the time to its headers.
pub(super) async fn bounded<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(CALL_TIMEOUT, call).await.unwrap_or(Err(Error::RequestTimeoutError))
}
