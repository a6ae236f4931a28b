//! The site: scripts, styles and fonts, under hashed names, compressed at build time.

use std::borrow::Cow;

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use thon_app::shell::Assets;

/// What script/build made. A release holds it inside; a debug build reads it from the disk.
#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// Hashed names never change their content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Other names may, at the next version.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Which hashed file stands for which name.
#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "thon.css")]
    css: String,
    #[serde(rename = "thon.js")]
    js: String,
    #[serde(rename = "thon_bg.wasm")]
    wasm: String,
}

/// The addresses of what every page loads.
///
/// # Errors
/// When the site was not built.
pub fn assets() -> anyhow::Result<Assets> {
    let missing = || anyhow::anyhow!("the site is not built: run script/build");
    let file = Site::get("manifest.json").ok_or_else(missing)?;
    let manifest: Manifest = serde_json::from_slice(&file.data)?;
    let pkg = |name: String| format!("/pkg/{name}");
    Ok(Assets { css: pkg(manifest.css), js: pkg(manifest.js), wasm: pkg(manifest.wasm) })
}

pub fn router() -> Router {
    Router::new()
        .route(
            "/pkg/{*path}",
            get(|path: Path<String>, headers: HeaderMap| async move { serve("pkg", &path, &headers) }),
        )
        .route(
            "/fonts/{*path}",
            get(|path: Path<String>, headers: HeaderMap| async move { serve("fonts", &path, &headers) }),
        )
        .route("/favicon.svg", get(|headers: HeaderMap| async move { serve("", "favicon.svg", &headers) }))
}

fn serve(folder: &str, path: &str, asked: &HeaderMap) -> Response {
    let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let Some((file, encoding)) = best(&path, asked) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = mime_guess::from_path(&path).first_or_octet_stream();
    // What a release holds inside is sent from where it is.
    let body = match file.data {
        Cow::Borrowed(held) => Bytes::from_static(held),
        Cow::Owned(read) => Bytes::from(read),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind.as_ref()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CACHE_CONTROL, if folder == "pkg" { FOR_EVER } else { A_DAY });
    response
}

/// The smallest form that the browser takes.
fn best(path: &str, asked: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |name: &str| accepted.split(',').any(|part| part.trim().split(';').next() == Some(name));
    let compressed = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(name, _)| takes(name))
        .find_map(|(name, suffix)| Some((Site::get(&format!("{path}.{suffix}"))?, Some(name))));
    compressed.or_else(|| Some((Site::get(path)?, None)))
}
