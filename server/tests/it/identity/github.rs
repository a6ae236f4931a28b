//! GitHub as it answers: what its documentation shows, played back by a server on 127.0.0.1.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{Form, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::{net::TcpListener, task::JoinSet};

use super::issuer::query;
use crate::app::{Client, Kind, TestApp};

const TOKEN: &str = include_str!("recordings/token.json");
const BAD_CODE: &str = include_str!("recordings/bad_code.json");
const USER: &str = include_str!("recordings/user.json");
const EMAILS: &str = include_str!("recordings/emails.json");

/// What the player remembers, as GitHub does.
#[derive(Clone, Default)]
struct Played {
    used: Arc<Mutex<BTreeSet<String>>>,
    forms: Arc<Mutex<Vec<BTreeMap<String, String>>>>,
    out_of_order: Arc<Mutex<bool>>,
}

/// A GitHub of one's own.
struct GitHub {
    url: String,
    played: Played,
    _server: JoinSet<()>,
}

impl GitHub {
    async fn start() -> Self {
        let played = Played::default();
        let routes = Router::new()
            .route("/login/oauth/access_token", post(token))
            .route("/api/v3/user", get(async |headers: HeaderMap| recorded(&headers, USER)))
            .route("/api/v3/user/emails", get(async |headers: HeaderMap| recorded(&headers, EMAILS)))
            .with_state(played.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let mut server = JoinSet::new();
        server.spawn(async { axum::serve(listener, routes).await.expect("it serves") });
        Self { url, played, _server: server }
    }

    async fn app(&self, more: &str) -> TestApp {
        let client = format!("client_id: thon, client_secret: secret-of-thon, base_url: '{}'", self.url);
        let yaml = format!("auth: {{enabled: true, {more} github: {{{client}}}}}\n");
        let app = Box::pin(TestApp::configured(Kind::Sqlite, &yaml)).await;
        for (name, email) in [("alpha/alice", "alice@example.org"), ("alpha/bob", "bob@example.org")] {
            let id = app.user(name).await;
            let changed = app.operator().ask(http::Method::PATCH, &format!("/api/users/{id}"));
            changed.json(json!({ "email": email })).await.with_status(200);
        }
        app
    }
}

async fn token(
    State(played): State<Played>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    if *played.out_of_order.lock().expect("a lock") {
        return (StatusCode::BAD_GATEWAY, "<html>Unicorn!</html>").into_response();
    }
    // Without the header GitHub answers with a form.
    assert_eq!(headers[header::ACCEPT], "application/json");
    let code = form.get("code").cloned().unwrap_or_default();
    let fresh = played.used.lock().expect("a lock").insert(code);
    let known = form.get("client_secret").is_some_and(|secret| secret == "secret-of-thon");
    played.forms.lock().expect("a lock").push(form);
    let body = if fresh && known { TOKEN } else { BAD_CODE };
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

fn recorded(headers: &HeaderMap, body: &'static str) -> Response {
    let authorized = headers.get(header::AUTHORIZATION).is_some_and(|value| {
        value.to_str().is_ok_and(|value| value == "Bearer gho_16C7e42F292c6912E7710c838347Ae178B4a")
    });
    if !authorized || !headers.contains_key(header::USER_AGENT) {
        return (StatusCode::FORBIDDEN, r#"{"message":"Requires authentication"}"#).into_response();
    }
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// Begins to sign in; returns the way back with this code, and where it led to.
async fn begun(browser: &Client, code: &str) -> (String, String) {
    let led = browser.visit("/api/auth/login/github?redirect=/me").await.with_status(303).location().to_owned();
    (format!("/api/auth/callback/github?code={code}&state={}", query(&led, "state")), led)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checked_address_opens_the_place_and_pkce_is_really_sent() {
    let github = GitHub::start().await;
    let app = github.app("").await;
    let browser = app.stranger();
    let (back, led) = begun(&browser, "one").await;
    assert!(led.starts_with(&format!("{}/login/oauth/authorize?client_id=thon&", github.url)), "{led}");
    assert_eq!(query(&led, "scope"), "read%3Auser+user%3Aemail");
    assert_eq!(query(&led, "code_challenge_method"), "S256");
    assert_eq!(browser.visit(&back).await.location(), "/me");
    // Bob's address is there too, and nobody has checked it.
    assert_eq!(browser.get("/api/auth/me").await.json()["display_name"], "alice");
    let forms = github.played.forms.lock().expect("a lock").clone();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&forms[0]["code_verifier"]));
    assert_eq!(query(&led, "code_challenge"), challenge);
    assert_eq!(forms[0]["redirect_uri"], format!("http://localhost:{}/api/auth/callback/github", app.port()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_used_and_an_answer_out_of_order_sign_nobody_in() {
    let github = GitHub::start().await;
    let app = github.app("").await;
    let first = app.stranger();
    let (back, _) = begun(&first, "one").await;
    assert_eq!(first.visit(&back).await.location(), "/me");
    let thief = app.stranger();
    let (back, _) = begun(&thief, "one").await;
    let led = thief.visit(&back).await;
    assert_eq!(led.location(), "/sign-in/refused?why=rejected&provider=github&next=/me");
    assert_eq!(thief.get("/api/groups").await.status, 401);
    *github.played.out_of_order.lock().expect("a lock") = true;
    let (back, _) = begun(&thief, "two").await;
    assert_eq!(thief.visit(&back).await.location(), "/sign-in/refused?why=down&provider=github&next=/me");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_there_opens_the_place_of_that_name_only_when_an_organizer_has_listed_it() {
    let github = GitHub::start().await;
    for (code, list, name) in
        [("one", "allowed_logins: [octocat],", "octocat"), ("two", "allowed_domains: [users.noreply.github.com],", "")]
    {
        let app = github.app(list).await;
        let alice = app.user("alpha/alice").await;
        let changed = app.operator().ask(http::Method::PATCH, &format!("/api/users/{alice}"));
        changed.json(json!({ "email": "elsewhere@example.org" })).await.with_status(200);
        let group = app.operator().get("/api/groups").await.text("/0/id");
        let made = app.operator().post("/api/users").json(json!({ "username": "octocat", "group_id": group }));
        made.await.with_status(201);
        let browser = app.stranger();
        let (back, _) = begun(&browser, code).await;
        browser.visit(&back).await.with_status(303);
        let me = browser.get("/api/auth/me").await.json();
        assert_eq!(me["display_name"].as_str().unwrap_or_default(), name, "{list}");
    }
}
