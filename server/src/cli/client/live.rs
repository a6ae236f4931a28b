//! The live stream: a websocket over the same kind of connection, with the same credential.

use std::time::Duration;

use futures::StreamExt as _;
use http::{StatusCode, header};
use thon_domain::live::LiveMessage;
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, handshake::client::Response},
};

use super::{Client, ClientError, line::Line};

/// How long the stream may be silent: the server says something at least every 20 s.
const SILENCE: Duration = Duration::from_secs(45);

/// What happens on the server, as it happens.
pub(in crate::cli) struct LiveStream(WebSocketStream<Line>);

impl Client {
    /// Follows what this query asks for, for example `after=17`.
    ///
    /// # Errors
    /// When the server does not answer, or not like this.
    pub async fn live(&self, query: &str) -> Result<LiveStream, ClientError> {
        let uri = format!("ws://{}/api/live?{query}", self.place.host());
        let mut request = uri.into_client_request().map_err(broken)?;
        if let Some(credential) = &self.credential {
            request.headers_mut().insert(header::AUTHORIZATION, credential.clone());
        }
        let line = self.place.connect().await?;
        match timeout(self.patience, client_async(request, line)).await {
            Err(_) => Err(ClientError::Timeout),
            Ok(Ok((socket, _))) => Ok(LiveStream(socket)),
            Ok(Err(Error::Http(answer))) => Err(refused(&answer)),
            Ok(Err(error)) => Err(broken(error)),
        }
    }
}

impl LiveStream {
    /// Waits for the next message.
    ///
    /// # Errors
    /// When the stream has ended, or is silent for too long.
    pub async fn next(&mut self) -> Result<LiveMessage, ClientError> {
        loop {
            match timeout(SILENCE, self.0.next()).await {
                Err(_) => return Err(ClientError::Timeout),
                Ok(Some(Ok(Message::Text(text)))) => {
                    let strange = |error: serde_json::Error| ClientError::Strange {
                        status: StatusCode::SWITCHING_PROTOCOLS,
                        cause: error.to_string(),
                    };
                    return serde_json::from_str(&text).map_err(strange);
                }
                Ok(Some(Ok(Message::Close(_))) | None) => {
                    return Err(ClientError::Broken("the server has ended the stream".to_owned()));
                }
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(error))) => return Err(broken(error)),
            }
        }
    }
}

fn refused(answer: &Response) -> ClientError {
    let status = answer.status();
    match serde_json::from_slice(answer.body().as_deref().unwrap_or_default()) {
        Ok(problem) => ClientError::Problem(Box::new(problem)),
        Err(error) => ClientError::Strange { status, cause: error.to_string() },
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn broken(error: Error) -> ClientError {
    ClientError::Broken(error.to_string())
}
