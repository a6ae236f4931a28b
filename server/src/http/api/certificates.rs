//! `/api/certificates`: the certificate of this server, how it stands, and a new one.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use thon_core::{
    certificates::{Certificates, Held, Standing, Status, Trouble},
    error::Error,
    port::certificate_authority::Certificate,
};
use thon_domain::problem::Problem;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{identify::Signed, problem::Failed};

pub fn api(certificates: Certificates) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(renew))
        .routes(routes!(authority))
        .with_state(certificates)
}

/// How the certificate of this server stands.
#[derive(Serialize, ToSchema)]
pub struct CertificateStatus {
    /// What `nginx.ssl_provider` says, for example `auto`; `files` with a certificate of one's own.
    authority: &'static str,
    /// The names that it should be for; none when the server is reached without TLS.
    wanted: Vec<String>,
    /// The certificate in use.
    certificate: Option<CertificateInfo>,
    /// Why there is no new one.
    trouble: Option<CertificateTrouble>,
    /// What a person should look at, in a sentence.
    concern: Option<String>,
}

/// A certificate as it says of itself, and who made it.
#[derive(Serialize, ToSchema)]
struct CertificateInfo {
    /// For example `own` or `acme`.
    provider: String,
    /// Why them.
    why: String,
    subject: String,
    issuer: String,
    names: Vec<String>,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
    /// When another takes its place.
    renew_at: DateTime<Utc>,
    /// Negative when it is over.
    days_left: i64,
    /// SHA-256, as browsers show it.
    fingerprint: String,
}

/// Why there is no new certificate.
#[derive(Serialize, ToSchema)]
struct CertificateTrouble {
    reason: String,
    since: DateTime<Utc>,
    /// How often it was tried since then.
    tries: u32,
    next_try_at: DateTime<Utc>,
}

/// The root that people have to trust.
#[derive(Serialize, ToSchema)]
struct AuthorityInfo {
    subject: String,
    not_after: DateTime<Utc>,
    /// SHA-256, as systems show it before they trust.
    fingerprint: String,
    /// The root as text, also at `/ca.crt`.
    pem: String,
}

impl From<Status> for CertificateStatus {
    fn from(status: Status) -> Self {
        let concern = status.concern();
        let Status { authority, wanted, standing: Standing { held, trouble, .. }, now } = status;
        Self {
            authority,
            wanted: wanted.iter().map(ToString::to_string).collect(),
            certificate: held.map(|held| CertificateInfo::new(held, now)),
            trouble: trouble.map(CertificateTrouble::from),
            concern,
        }
    }
}

impl CertificateStatus {
    /// Whether this server is reached over TLS.
    pub const fn is_wanted(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Whether a person should look at it.
    pub const fn needs_somebody(&self) -> bool {
        self.concern.is_some()
    }
}

impl CertificateInfo {
    fn new(Held { certificate, provider, why }: Held, now: DateTime<Utc>) -> Self {
        let (renew_at, days_left) = (certificate.renew_at(), certificate.days_left(now));
        let Certificate { subject, issuer, names, not_before, not_after, fingerprint, .. } = certificate;
        let names = names.iter().map(ToString::to_string).collect();
        Self { provider, why, subject, issuer, names, not_before, not_after, renew_at, days_left, fingerprint }
    }
}

impl From<Trouble> for CertificateTrouble {
    fn from(Trouble { reason, since, tries, next_try_at }: Trouble) -> Self {
        Self { reason, since, tries, next_try_at }
    }
}

/// Tells how the certificate stands.
#[utoipa::path(get, path = "/api/certificates", tag = "certificates", responses(
    (status = 200, body = CertificateStatus), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn status(
    State(certificates): State<Certificates>,
    Signed(actor): Signed,
) -> Result<Json<CertificateStatus>, Failed> {
    Ok(Json(certificates.status(&actor)?.into()))
}

/// Has another certificate made, whatever the one in use is like, and waits for it up to a minute.
#[utoipa::path(post, path = "/api/certificates/renew", tag = "certificates", responses(
    (status = 200, body = CertificateStatus), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 409, body = Problem)))]
async fn renew(
    State(certificates): State<Certificates>,
    Signed(actor): Signed,
) -> Result<Json<CertificateStatus>, Failed> {
    Ok(Json(certificates.renew(&actor).await?.into()))
}

/// Tells the root that people have to trust, if there is one.
#[utoipa::path(get, path = "/api/certificates/authority", tag = "certificates", responses(
    (status = 200, body = AuthorityInfo), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn authority(State(certificates): State<Certificates>, _: Signed) -> Result<Json<AuthorityInfo>, Failed> {
    let root = certificates.root().await?;
    let root = root.ok_or_else(|| Error::not_found("root to trust: this server has none of its own"))?;
    let Certificate { subject, not_after, fingerprint, pem, .. } = root;
    Ok(Json(AuthorityInfo { subject, not_after, fingerprint, pem }))
}
