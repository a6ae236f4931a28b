//! What anybody may have of the certificate: the root to trust, and what proves a name to a public authority.
//!
//! Also answered without TLS: who does not trust the root yet cannot fetch it otherwise.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use thon_app::shell::Assets;
use thon_core::{
    certificates::{
        Certificates,
        challenges::{Challenges, HTTP_PATH},
    },
    error::Error,
    port::certificate_authority::Certificate,
};

use super::{extract::Path, problem::Failed};

/// What is shown.
#[derive(Clone)]
pub struct Proofs {
    pub certificates: Certificates,
    pub challenges: Challenges,
    /// The addresses of what every page loads.
    pub assets: Assets,
}

/// The type under which systems offer to trust a root (as Netscape defined it, and all have kept it).
const ROOT_TYPE: HeaderValue = HeaderValue::from_static("application/x-x509-ca-cert");

/// How a root becomes trusted, by system. No scripts: it is read by people who have no reason to trust anything yet.
const HELP: &str = include_str!("../templates/trust.html");

/// What is said where there is no root.
const NO_ROOT: &str = include_str!("../templates/trust_nothing.html");

/// What the help may load: the site's own style.
const HELP_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// `/ca` with help, `/ca.crt`, `/ca.der`, and the proofs of names.
pub fn router(proofs: Proofs) -> Router {
    Router::new()
        .route("/ca", get(help))
        .route("/ca.crt", get(as_text))
        .route("/ca.der", get(as_bytes))
        .route(&format!("{HTTP_PATH}{{token}}"), get(proof))
        .with_state(proofs)
}

/// The root as PEM, which every system takes.
async fn as_text(State(proofs): State<Proofs>) -> Result<Response, Failed> {
    let root = root(&proofs).await?;
    Ok(attached("attachment; filename=\"thon-ca.crt\"", root.pem.into_bytes()))
}

/// The root as DER, for the few that take nothing else.
async fn as_bytes(State(proofs): State<Proofs>) -> Result<Response, Failed> {
    let root = root(&proofs).await?;
    Ok(attached("attachment; filename=\"thon-ca.der\"", root.der))
}

/// What the root is called, and how it becomes trusted. The values hold no letter that HTML would read.
async fn help(State(proofs): State<Proofs>) -> Result<Response, Failed> {
    let headers = [(header::CONTENT_SECURITY_POLICY, HELP_POLICY)];
    let Some(root) = proofs.certificates.root().await? else {
        let page = NO_ROOT.replace("{css}", &proofs.assets.css);
        return Ok((StatusCode::NOT_FOUND, headers, Html(page)).into_response());
    };
    let until = root.not_after.format("%-d %B %Y").to_string();
    let page = HELP.replace("{css}", &proofs.assets.css).replace("{until}", &until);
    let page = page.replace("{fingerprint}", &root.fingerprint.replace(':', ":<wbr>"));
    Ok((headers, Html(page)).into_response())
}

async fn root(proofs: &Proofs) -> Result<Certificate, Failed> {
    let root = proofs.certificates.root().await?;
    Ok(root.ok_or_else(|| Error::not_found("root to trust: this server has none of its own"))?)
}

fn attached(name: &'static str, body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, ROOT_TYPE),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, body).into_response()
}

async fn proof(State(proofs): State<Proofs>, Path(token): Path<String>) -> Response {
    match proofs.challenges.text(&token).await {
        Some(text) => ([(header::CONTENT_TYPE, "application/octet-stream")], text).into_response(),
        None => (StatusCode::NOT_FOUND, "nothing is proven here\n").into_response(),
    }
}
