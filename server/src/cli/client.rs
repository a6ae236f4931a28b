//! Talks REST to the server: over the socket of the one on this machine, or with a token to one elsewhere.

mod address;
mod elsewhere;
mod line;
mod live;

use std::{io, time::Duration};

use bytes::Bytes;
use camino::Utf8PathBuf;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::{Serialize, de::DeserializeOwned};
use thon_domain::problem::{Problem, ProblemCode};

use self::line::{Line, Place};
use super::error::CliError;

/// Longer than the server ever holds an answer (60 s).
const TIMEOUT: Duration = Duration::from_secs(75);

/// A client of one server.
#[derive(Clone)]
pub(super) struct Client {
    place: Place,
    /// `Bearer …`, for a server elsewhere; marked as sensitive, so that it is never shown.
    credential: Option<HeaderValue>,
    patience: Duration,
}

/// Why a request got no good answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error("no THON server answers at {place}: {cause}")]
    NoServer { place: String, is_here: bool, cause: io::Error },
    #[error("{place} does not prove who it is: {cause}")]
    Distrusted { place: String, cause: String },
    #[error("{place} sends elsewhere, and the token is not sent along: {to}")]
    Moved { place: String, to: String },
    #[error("the connection to the server broke: {0}")]
    Broken(String),
    #[error("the server does not answer")]
    Timeout,
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    #[error("the server answered {status} with something else than expected: {cause}")]
    Strange { status: StatusCode, cause: String },
}

impl ClientError {
    /// Whether it may be better in a while: a server that restarts, a network that is gone.
    pub const fn passes(&self) -> bool {
        match self {
            Self::NoServer { .. } | Self::Broken(_) | Self::Timeout | Self::Strange { .. } => true,
            Self::Problem(problem) => {
                matches!(problem.code, ProblemCode::Unavailable | ProblemCode::Internal | ProblemCode::TooManyRequests)
            }
            Self::Distrusted { .. } | Self::Moved { .. } => false,
        }
    }
}

/// What is sent along.
enum Body {
    Nothing,
    Json(String),
    Yaml(String),
}

impl Client {
    /// A client of the server whose socket this is.
    pub const fn new(socket: Utf8PathBuf) -> Self {
        Self { place: Place::Here(socket), credential: None, patience: TIMEOUT }
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
        self.asked(Method::POST, path, json(body)?).await
    }

    pub async fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        self.asked(Method::PUT, path, json(body)?).await
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
        let request = self.request(method, path, body).map_err(|error| ClientError::Broken(error.to_string()))?;
        let answer = async {
            let line = self.place.connect().await?;
            exchange(line, request).await.map_err(|error| ClientError::Broken(error.to_string()))
        };
        let answer = tokio::time::timeout(self.patience, answer).await.map_err(|_| ClientError::Timeout)??;
        if answer.status.is_redirection() {
            return Err(ClientError::Moved { place: self.place.name(), to: answer.location });
        }
        Ok((answer.status, answer.body))
    }

    fn request(&self, method: Method, path: &str, body: Body) -> http::Result<Request<Full<Bytes>>> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, self.place.host());
        if let Some(credential) = &self.credential {
            request = request.header(header::AUTHORIZATION, credential);
        }
        let (kind, text) = match body {
            Body::Nothing => return request.body(Full::default()),
            Body::Json(text) => ("application/json", text),
            Body::Yaml(text) => ("application/yaml", text),
        };
        request.header(header::CONTENT_TYPE, kind).body(Full::new(text.into()))
    }
}

fn json(body: &impl Serialize) -> Result<Body, ClientError> {
    serde_json::to_string(body).map(Body::Json).map_err(|error| ClientError::Broken(error.to_string()))
}

/// What came back.
struct Answer {
    status: StatusCode,
    /// Where a redirect leads.
    location: String,
    body: Bytes,
}

/// One request over one connection, both driven here: nothing goes on in the background.
async fn exchange(line: Line, request: Request<Full<Bytes>>) -> hyper::Result<Answer> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(line)).await?;
    let answer = async {
        let (head, body) = sender.send_request(request).await?.into_parts();
        let location = head.headers.get(header::LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned());
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: head.status, location: location.unwrap_or_default(), body })
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
            ClientError::NoServer { is_here: true, .. } => {
                Self::user(error.to_string()).with_hint("start one with `thon run`")
            }
            ClientError::NoServer { .. } => {
                Self::user(error.to_string()).with_hint("is the address right, and does the server listen there?")
            }
            ClientError::Distrusted { .. } => {
                let hint = "if its certificate is of an authority of your own, name that with --ca FILE";
                Self::user(error.to_string()).with_hint(hint)
            }
            ClientError::Moved { .. } => {
                Self::user(error.to_string()).with_hint("if that is the server, give its address with --server")
            }
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
