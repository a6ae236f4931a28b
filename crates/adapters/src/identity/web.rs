//! The one HTTP client for what is asked of providers: our TLS, a deadline, no redirects, and answers of bounded size.

use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest::{Client, redirect::Policy};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use thon_core::port::identity::ProviderError;

/// How long somebody waits for an answer who wants to sign in.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest answer, in bytes: keys and claims are small.
const MAX_BODY: usize = 1 << 20;

/// Asks providers. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Web(Client);

/// Why there is no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("{}", with_causes(.0))]
    Http(#[from] reqwest::Error),
    #[error("it answered with {0}")]
    Status(http::StatusCode),
    #[error("its answer is larger than 1 MiB")]
    TooLarge,
    #[error("its answer cannot be read: {0}")]
    Form(#[from] http::Error),
}

impl Web {
    /// A client that trusts whom the machine trusts.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub fn new() -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // GitHub refuses requests without a name of the program (REST API, "User agent required").
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("thon/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(PATIENCE / 2)
            .timeout(PATIENCE)
            .build();
        Ok(Self(client.map_err(io::Error::other)?))
    }

    /// Sends a request. An answer that tells of a fault over there is none.
    ///
    /// # Errors
    /// When nobody answers, or not in a way that can be used.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, WebError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        if answer.status().is_server_error() || answer.status() == http::StatusCode::TOO_MANY_REQUESTS {
            return Err(WebError::Status(answer.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(WebError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut made = http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            made = made.header(name, value);
        }
        Ok(made.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Web {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, WebError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl From<WebError> for ProviderError {
    fn from(error: WebError) -> Self {
        Self::unavailable(error.to_string())
    }
}

/// An error with what it comes from; reqwest's own text keeps that for itself.
fn with_causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
