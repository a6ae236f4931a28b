//! What an issuer says of itself: where its endpoints are, and its keys. Remembered, and read anew when they changed.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{DiscoveryError, IssuerUrl, core::CoreProviderMetadata};
use thon_core::port::identity::ProviderError;
use tokio::sync::Mutex;

use crate::identity::{Web, WebError};

/// How long what it said is believed.
const BELIEVED: TimeDelta = TimeDelta::hours(1);

/// How soon it is asked again: neither a token with an invented key nor a crowd in front of an issuer that is down makes THON
/// knock more often.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

#[derive(Debug)]
pub(super) struct Issuer {
    url: String,
    web: Web,
    said: Mutex<Option<Said>>,
}

/// The last answer, or why there was none.
#[derive(Clone, Debug)]
struct Said {
    at: DateTime<Utc>,
    what: Result<Arc<CoreProviderMetadata>, ProviderError>,
}

impl Issuer {
    pub fn new(url: String, web: Web) -> Self {
        Self { url, web, said: Mutex::default() }
    }

    /// What it says of itself.
    pub async fn metadata(&self, now: DateTime<Utc>) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        self.asked(now, BELIEVED).await
    }

    /// The same, though it said something a while ago.
    pub async fn reread(&self, now: DateTime<Utc>) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        self.asked(now, PAUSE).await
    }

    async fn asked(&self, now: DateTime<Utc>, believed: TimeDelta) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        let mut said = self.said.lock().await;
        if let Some(Said { at, what }) = said.as_ref()
            && (now - *at).abs() < if what.is_ok() { believed } else { PAUSE }
        {
            return what.clone();
        }
        let what = self.discovered().await.map(Arc::new);
        *said = Some(Said { at: now, what: what.clone() });
        what
    }

    async fn discovered(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let url = IssuerUrl::new(self.url.clone()).map_err(|error| ProviderError::unavailable(error.to_string()))?;
        CoreProviderMetadata::discover_async(url, &self.web).await.map_err(|error| undiscovered(&error))
    }
}

fn undiscovered(error: &DiscoveryError<WebError>) -> ProviderError {
    ProviderError::unavailable(match error {
        DiscoveryError::Request(cause) => cause.to_string(),
        DiscoveryError::Parse(cause) => format!("what it says of itself is not understood: {cause}"),
        other => other.to_string(),
    })
}
