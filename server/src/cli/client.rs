//! Talks REST to the running server over its Unix socket, where the peer's uid is the credential.

use std::{io, time::Duration};

use bytes::Bytes;
use camino::Utf8PathBuf;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::{Serialize, de::DeserializeOwned};
use thon_domain::problem::Problem;
use tokio::net::UnixStream;

use super::error::CliError;

/// Longer than the server ever holds an answer (60 s).
const TIMEOUT: Duration = Duration::from_secs(75);

/// A client of the server whose socket this is.
#[derive(Clone, Debug)]
pub(super) struct Client {
    socket: Utf8PathBuf,
    patience: Duration,
}

/// Why a request got no good answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error("no THON server answers at {socket}: {cause}")]
    NoServer { socket: Utf8PathBuf, cause: io::Error },
    #[error("the connection to the server broke: {0}")]
    Broken(String),
    #[error("the server does not answer")]
    Timeout,
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    #[error("the server answered {status} with something else than expected: {cause}")]
    Strange { status: StatusCode, cause: String },
}

/// What is sent along.
enum Body {
    Nothing,
    Json(String),
    Yaml(String),
}

impl Client {
    pub const fn new(socket: Utf8PathBuf) -> Self {
        Self { socket, patience: TIMEOUT }
    }

    /// Waits so long for each answer.
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.asked(Method::GET, path, Body::Nothing).await
    }

    /// An answer that is no JSON.
    pub async fn text(&self, path: &str) -> Result<String, ClientError> {
        let bytes = self.good(Method::GET, path, Body::Nothing).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        let json = serde_json::to_string(body).map_err(|error| ClientError::Broken(error.to_string()))?;
        self.asked(Method::POST, path, Body::Json(json)).await
    }

    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.asked(Method::DELETE, path, Body::Nothing).await
    }

    pub async fn post_yaml<T: DeserializeOwned>(&self, path: &str, yaml: String) -> Result<T, ClientError> {
        self.asked(Method::POST, path, Body::Yaml(yaml)).await
    }

    /// Whether the server is there and ready to work.
    pub async fn is_ready(&self) -> Result<bool, ClientError> {
        let (status, _) = self.exchanged(Method::GET, "/readyz", Body::Nothing).await?;
        Ok(status.is_success())
    }

    async fn asked<T: DeserializeOwned>(&self, method: Method, path: &str, body: Body) -> Result<T, ClientError> {
        let bytes = self.good(method, path, body).await?;
        let strange =
            |error: serde_json::Error| ClientError::Strange { status: StatusCode::OK, cause: error.to_string() };
        serde_json::from_slice(&bytes).map_err(strange)
    }

    /// The body of an answer that is good news.
    async fn good(&self, method: Method, path: &str, body: Body) -> Result<Bytes, ClientError> {
        let (status, bytes) = self.exchanged(method, path, body).await?;
        if status.is_success() {
            return Ok(bytes);
        }
        Err(match serde_json::from_slice(&bytes) {
            Ok(problem) => ClientError::Problem(Box::new(problem)),
            Err(error) => ClientError::Strange { status, cause: error.to_string() },
        })
    }

    async fn exchanged(&self, method: Method, path: &str, body: Body) -> Result<(StatusCode, Bytes), ClientError> {
        let request = request(method, path, body).map_err(|error| ClientError::Broken(error.to_string()))?;
        let stream = UnixStream::connect(&self.socket)
            .await
            .map_err(|cause| ClientError::NoServer { socket: self.socket.clone(), cause })?;
        let answer = tokio::time::timeout(self.patience, exchange(stream, request));
        answer.await.map_err(|_| ClientError::Timeout)?.map_err(|error| ClientError::Broken(error.to_string()))
    }
}

fn request(method: Method, path: &str, body: Body) -> http::Result<Request<Full<Bytes>>> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    let (kind, text) = match body {
        Body::Nothing => return request.body(Full::default()),
        Body::Json(text) => ("application/json", text),
        Body::Yaml(text) => ("application/yaml", text),
    };
    request.header(header::CONTENT_TYPE, kind).body(Full::new(text.into()))
}

/// One request over one connection, both driven here: nothing goes on in the background.
async fn exchange(stream: UnixStream, request: Request<Full<Bytes>>) -> hyper::Result<(StatusCode, Bytes)> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = async {
        let response = sender.send_request(request).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        // The connection may end before its last answer is taken.
        _ = connection => answer.await,
    }
}

impl From<ClientError> for CliError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Problem(problem) => (*problem).into(),
            ClientError::NoServer { .. } => Self::user(error.to_string()).with_hint("start one with `thon run`"),
            ClientError::Broken(_) | ClientError::Timeout => {
                Self::user(error.to_string()).with_hint("look into the log of `thon run`")
            }
            ClientError::Strange { .. } => {
                Self::ours(error.to_string()).with_hint("is the server of the same version as this `thon`?")
            }
        }
    }
}

/// A value for a query (RFC 3986 §2.1): every byte that is not unreserved as `%XX`.
pub(super) fn percent_encoded(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = |byte| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_query() {
        assert_eq!(percent_encoded("Team A&b=Zo\u{eb}"), "Team%20A%26b%3DZo%C3%AB");
    }
}
