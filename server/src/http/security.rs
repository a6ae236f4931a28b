//! What protects the dashboard's answers and requests: origin checks, headers, and everything closed by default.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use thon_core::error::Error;
use thon_domain::problem::ProblemCode;
use thon_edge::Scheme;

use super::{identify::Caller, problem::Failed, sign_in::encoded, sources::Sources};

/// What everybody may ask for. Everything else needs somebody who is signed in.
///
/// A path that ends in `/` stands for all below it.
pub const PUBLIC: &[&str] = &[
    "/healthz",
    "/readyz",
    "/api/version",
    "/api/auth/providers",
    "/api/auth/login/",
    "/api/auth/callback/",
    "/api/auth/local",
    "/api/auth/me",
    "/sign-in",
    "/sign-in/link",
    "/join",
    "/join/waiting",
    "/sfn/join_offer",
    "/sfn/join_standing",
    "/sign-in/refused",
    "/sfn/viewer",
    "/sfn/sign_in_board",
    "/sfn/link_owner",
    "/pkg/",
    "/fonts/",
    "/favicon.svg",
    "/ca",
    "/ca.crt",
    "/ca.der",
    "/.well-known/acme-challenge/",
];

/// Whether a path is public. Decided on the path as it stands: an encoded or dotted form of a public one is not.
pub fn is_public(path: &str) -> bool {
    PUBLIC.iter().any(|open| match open.strip_suffix('/') {
        Some(folder) => path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') && !rest.contains("..")),
        None => path == *open,
    })
}

/// Closed by default: without a known caller a page leads to the sign-in, everything else is 401.
pub async fn closed(request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>();
    let (known, waits) = caller.map_or((false, false), |caller| (caller.actor.is_some(), caller.newcomer.is_some()));
    if known || is_public(request.uri().path()) {
        return next.run(request).await;
    }
    if waits && wants_page(&request) {
        return Redirect::to("/join/waiting").into_response();
    }
    if wants_page(&request) {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&format!("/sign-in?next={}", encoded(path))).into_response();
    }
    Failed::from(Error::Unauthenticated).into_response()
}

/// Whether a person looks at the answer as a page.
pub fn wants_page(request: &Request) -> bool {
    let path = request.uri().path();
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    reads && accepts.contains("text/html") && !path.starts_with("/api/") && !path.starts_with("/sfn/")
}

/// Refuses what a page of another origin could send in a signed-in browser's name.
///
/// Sandboxes are same-site with the dashboard in some tiers, so `SameSite` alone protects nothing. A token is nothing that a
/// browser adds by itself, so who came with one is not asked.
pub async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrade = request.headers().contains_key(header::UPGRADE);
    let program = request.extensions().get::<Caller>().is_some_and(|caller| caller.came_with_token);
    let scheme = request.extensions().get().copied().unwrap_or(Scheme::Http);
    if program || (safe && !upgrade) || is_own(request.headers(), request.uri(), scheme) {
        return next.run(request).await;
    }
    Failed::new(ProblemCode::Forbidden, "This request does not come from a page of THON.").into_response()
}

fn is_own(headers: &HeaderMap, uri: &Uri, scheme: Scheme) -> bool {
    static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(&header::ORIGIN) {
        Some(origin) => {
            let host = text(&header::HOST).or_else(|| uri.authority().map(Authority::as_str));
            let own = origin.strip_prefix(scheme.as_str()).and_then(|rest| rest.strip_prefix("://"));
            host.zip(own).is_some_and(|(host, own)| own.eq_ignore_ascii_case(host))
        }
        None => !headers.contains_key(header::ORIGIN) && text(&SEC_FETCH_SITE) == Some("same-origin"),
    }
}

/// The policy of a page whose scripts and styles carry the nonce. It may ask those sandboxes whether they are there whose
/// addresses its viewer is shown, and nobody else.
pub fn page_policy(nonce: &str, Sources(sources): &Sources) -> String {
    let sandboxes = sources.iter().fold(String::new(), |all, source| all + " " + source);
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'{sandboxes}; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The policy of everything that is not a page: it may do nothing.
const BARE_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The policy of the API's documentation, which brings scripts and styles of its own.
const DOCS_POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer of the dashboard.
pub async fn headers(request: Request, next: Next) -> Response {
    let docs = request.uri().path().starts_with("/docs");
    let path = request.uri().path();
    // What a page for joining carries is its browser's alone, although everybody may ask for it.
    let public = is_public(path) && !path.starts_with("/join") && !path.starts_with("/sfn/join");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = if docs { DOCS_POLICY } else { BARE_POLICY };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Never `no-referrer`: it makes a form's Origin `null`.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
    if !public {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/sign-in", true)]
    #[case("/sign-in/", false)]
    #[case("/sign-in/link", true)]
    #[case("/pkg/thon.js", true)]
    #[case("/pkg/../api/instances", false)]
    #[case("/pkgx", false)]
    #[case("/api/version", true)]
    #[case("/api/version/../instances", false)]
    #[case("/API/version", false)]
    #[case("/", false)]
    fn only_the_list_is_public(#[case] path: &str, #[case] public: bool) {
        assert_eq!(is_public(path), public);
    }

    #[rstest]
    #[case(Some("http://localhost:8100"), None, true)]
    #[case(Some("http://alpha-alice.localhost:8100"), Some("same-site"), false)]
    #[case(Some("http://alpha-alice.localhost:8100"), Some("same-origin"), false)]
    #[case(Some("null"), Some("same-origin"), false)]
    #[case(Some("http://localhost"), None, false)]
    #[case(None, Some("same-origin"), true)]
    #[case(None, Some("same-site"), false)]
    #[case(None, Some("none"), false)]
    #[case(None, None, false)]
    fn only_own_pages_may_send(
        #[case] origin: Option<&'static str>,
        #[case] site: Option<&'static str>,
        #[case] own: bool,
    ) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost:8100"));
        origin.map(|origin| headers.insert(header::ORIGIN, HeaderValue::from_static(origin)));
        site.map(|site| headers.insert("sec-fetch-site", HeaderValue::from_static(site)));
        assert_eq!(is_own(&headers, &Uri::from_static("/x"), Scheme::Http), own);
        let secure = origin.is_some_and(|origin| origin.starts_with("http:"));
        assert!(!secure || !is_own(&headers, &Uri::from_static("/x"), Scheme::Https), "HTTPS is another origin");
    }
}
