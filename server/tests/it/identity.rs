//! Signing in with an account elsewhere: there and back at a real issuer, and everything that may go wrong on the way.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use self::issuer::{Issuer, query};
use crate::app::{Client, TestApp};

mod github;
pub mod issuer;
mod joining;

/// Begins to sign in and goes to the issuer; returns the path back.
async fn gone(issuer: &Issuer, browser: &Client, way: &str, act: &str) -> String {
    let led = browser.visit(way).await.with_status(303);
    issuer.visited(led.location(), act).await
}

/// Signs in as a person does; returns where that led to.
async fn signed_in(issuer: &Issuer, browser: &Client, who: &str) -> String {
    let back = gone(issuer, browser, "/api/auth/login/uni?redirect=/me", &format!("as/{who}")).await;
    browser.visit(&back).await.with_status(303).location().to_owned()
}

async fn name_of(browser: &Client) -> String {
    browser.get("/api/auth/me").await.with_status(200).json()["display_name"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_entered_signs_in_with_pkce_state_and_nonce() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let led = browser.visit("/api/auth/login/uni?redirect=/me").await.with_status(303);
    let url = led.location();
    assert!(url.starts_with(&format!("{}/auth?", issuer.url())), "{url}");
    assert_eq!(query(url, "code_challenge_method"), "S256");
    assert_eq!(query(url, "code_challenge").len(), 43);
    assert!(query(url, "nonce").len() >= 43 && query(url, "state").len() >= 43, "{url}");
    let back = format!("http%3A%2F%2Flocalhost%3A{}%2Fapi%2Fauth%2Fcallback%2Funi", app.port());
    assert_eq!(query(url, "redirect_uri"), back);
    let (_, flags) = led.header("set-cookie").split_once(';').expect("flags");
    assert_eq!(flags.trim(), "HttpOnly; SameSite=Lax; Path=/; Max-Age=600");

    let back = issuer.visited(url, "as/alice").await;
    let done = browser.visit(&back).await.with_status(303);
    assert_eq!(done.location(), "/me");
    assert_eq!(name_of(&browser).await, "alice");
    let groups = browser.get("/api/groups").await.with_status(200).json();
    assert_eq!(groups.as_array().map(Vec::len), Some(1), "a participant sees the own group");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sign_in_is_made_of_is_in_no_one_place() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let led = browser.visit("/api/auth/login/uni").await.with_status(303);
    let (state, secret) = (query(led.location(), "state"), browser.cookie("thon_sign_in"));
    let verifier = URL_SAFE_NO_PAD.encode(Sha256::digest(format!("verifier:{state}:{secret}")));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    assert_eq!(query(led.location(), "code_challenge"), challenge);
    let nonce = URL_SAFE_NO_PAD.encode(Sha256::digest(format!("nonce:{state}:{secret}")));
    assert_eq!(query(led.location(), "nonce"), nonce);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_knows_neither_pkce_nor_nonce_is_asked_for_none() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let led = browser.visit("/api/auth/login/plain").await.with_status(303);
    for key in ["code_challenge", "code_challenge_method", "nonce"] {
        assert_eq!(query(led.location(), key), "", "{key}");
    }
    let back = issuer.visited(led.location(), "as/alice").await;
    assert_eq!(browser.visit(&back).await.location(), "/");
    assert_eq!(name_of(&browser).await, "alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_is_the_configured_one_whatever_a_browser_calls_the_server() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let other = format!("127.0.0.1:{}", app.port());
    let led = browser.visit("/api/auth/login/uni?redirect=/me").header("host", &other).await.with_status(303);
    let own = format!("http://localhost:{}/api/auth/login/uni?redirect=/me", app.port());
    assert_eq!(led.location(), own, "first to where the cookie will be found");
    let forwarded = browser.visit("/api/auth/login/uni").header("x-forwarded-host", "evil.example").await;
    assert!(!forwarded.location().contains("evil"), "{}", forwarded.location());
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_do_not_get_in_each_others_way_and_going_back_harms_nothing() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let first = gone(&issuer, &browser, "/api/auth/login/uni?redirect=/me", "as/alice").await;
    let second = gone(&issuer, &browser, "/api/auth/login/uni?redirect=/instances", "as/alice").await;
    assert_eq!(browser.visit(&first).await.location(), "/me");
    assert_eq!(browser.visit(&second).await.location(), "/instances");
    // Back to the answer of before: the browser is signed in and stays so.
    assert_eq!(browser.visit(&first).await.location(), "/");
    assert_eq!(name_of(&browser).await, "alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_the_issuer_has_changed_are_read_anew() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    assert_eq!(signed_in(&issuer, &app.stranger(), "alice").await, "/me");
    issuer.told(serde_json::json!({ "rotate": true })).await;
    app.pass(TimeDelta::seconds(6));
    assert_eq!(signed_in(&issuer, &app.stranger(), "alice").await, "/me");
}

#[rstest]
#[case::said_no("refuse", "declined", 403, "You did not agree")]
#[case::nobody_entered_them("as/mallory", "unknown", 403, "Nobody here knows this account")]
#[case::an_address_that_nobody_checked("as/eve", "unknown", 403, "Nobody here knows this account")]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_let_in_is_told_why(
    #[case] act: &str,
    #[case] why: &str,
    #[case] status: u16,
    #[case] words: &str,
) {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let back = gone(&issuer, &browser, "/api/auth/login/uni?redirect=/me", act).await;
    let led = browser.visit(&back).await.with_status(303);
    assert_eq!(led.location(), format!("/sign-in/refused?why={why}&provider=uni&next=/me"));
    let page = browser.visit(led.location()).await.with_status(status);
    assert!(page.body.contains(words), "{}", page.body);
    assert!(page.body.contains("/api/auth/login/uni?redirect="), "the way to try again: {}", page.body);
    assert_eq!(browser.get("/api/groups").await.status, 401);
}

#[rstest]
#[case::by_address("allowed_emails: [olga@example.org],", "/sign-in/refused?why=not-allowed&provider=uni&next=/me")]
#[case::by_domain("allowed_domains: [example.net],", "/sign-in/refused?why=not-allowed&provider=uni&next=/me")]
#[case::the_own_address("allowed_emails: [ALICE@example.org],", "/me")]
#[case::the_own_domain("allowed_domains: [example.org],", "/me")]
#[case::a_name_there("allowed_logins: ['uni:alice'],", "/me")]
#[case::a_name_elsewhere("allowed_logins: ['plain:alice'],", "/sign-in/refused?why=not-allowed&provider=uni&next=/me")]
#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_listed_may_sign_in(#[case] list: &str, #[case] leads_to: &str) {
    let issuer = Issuer::start();
    let app = issuer.app(list).await;
    let browser = app.stranger();
    assert_eq!(signed_in(&issuer, &browser, "alice").await, leads_to);
    if leads_to != "/me" {
        let page = browser.visit(leads_to).await.with_status(403);
        assert!(page.body.contains("Alice Example") && page.body.contains("alice@example.org"), "{}", page.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_of_the_list_is_one_as_long_as_it_says_so() {
    let issuer = Issuer::start();
    let app = issuer.app("admins: [olga@example.org],").await;
    let olga = app.stranger();
    assert_eq!(signed_in(&issuer, &olga, "olga").await, "/me");
    assert_eq!(olga.get("/api/auth/me").await.json()["role"], "admin");
    let alice = app.stranger();
    signed_in(&issuer, &alice, "alice").await;
    assert_eq!(alice.get("/api/auth/me").await.json()["role"], "participant");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_it_has_once_led_to_an_account_it_leads_there_again() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    signed_in(&issuer, &app.stranger(), "alice").await;
    let id = app.user("alpha/alice").await;
    let renamed = app.operator().ask(http::Method::PATCH, &format!("/api/users/{id}"));
    renamed.json(serde_json::json!({ "email": "other@example.org" })).await.with_status(200);
    let again = app.stranger();
    assert_eq!(signed_in(&issuer, &again, "alice").await, "/me");
    assert_eq!(name_of(&again).await, "alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_down_or_out_of_order_is_told_apart_from_a_refusal() {
    let mut issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let back = gone(&issuer, &browser, "/api/auth/login/uni", "as/alice").await;
    issuer.told(serde_json::json!({ "token_status": 500 })).await;
    assert_eq!(browser.visit(&back).await.location(), "/sign-in/refused?why=down&provider=uni&next=/");
    let page = browser.visit("/sign-in/refused?why=down&provider=uni&next=/").await.with_status(503);
    assert!(page.body.contains("does not answer"), "{}", page.body);
    issuer.stop();
    app.pass(TimeDelta::hours(2));
    let led = browser.visit("/api/auth/login/uni?redirect=/me").await;
    assert_eq!(led.location(), "/sign-in/refused?why=down&provider=uni&next=/me");
    let told = browser.get("/api/auth/login/uni").await.with_status(503);
    assert_eq!(told.text("/code"), "unavailable");
    assert_eq!(browser.visit("/sign-in").await.status, 200, "the other ways are still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_is_named() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    app.pass(TimeDelta::hours(2));
    let led = signed_in(&issuer, &app.stranger(), "alice").await;
    assert_eq!(led, "/sign-in/refused?why=clock&provider=uni&next=/me");
    let page = app.stranger().visit(&led).await.with_status(503);
    assert!(page.body.contains("The clocks do not agree"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_told_where_to_sign_in() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let list = browser.get("/api/auth/providers").await.with_status(200).json();
    assert_eq!(list, serde_json::json!({ "enabled": true, "providers": ["uni", "plain"] }));
    let way = browser.get("/api/auth/login/uni").await.with_status(200).json();
    let url = way["authorization_url"].as_str().expect("a URL");
    assert_eq!(way["state"], query(url, "state"));
    let back = issuer.visited(url, "as/alice").await;
    assert_eq!(browser.get(&back).await.with_status(303).location(), "/");
    assert_eq!(browser.get("/api/auth/me").await.json()["authenticated"], true);
    assert_eq!(app.stranger().get("/api/auth/me").await.json(), serde_json::json!({ "authenticated": false }));
    for way in ["/api/auth/login/github", "/api/auth/callback/github?state=x&code=y"] {
        assert_eq!(browser.get(way).await.with_status(400).text("/code"), "not-found", "{way}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_off_nobody_signs_in_elsewhere() {
    let app = TestApp::configured(
        crate::app::Kind::Sqlite,
        "auth: {github: {client_id: a, client_secret: b}, local_password: x}\n",
    )
    .await;
    let list = app.stranger().get("/api/auth/providers").await.with_status(200).json();
    assert_eq!(list, serde_json::json!({ "enabled": false, "providers": ["github"] }));
    app.stranger().get("/api/auth/login/github").await.with_status(400);
    let page = app.stranger().visit("/sign-in").await.with_status(200);
    assert!(!page.body.contains("Continue with"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_is_told_their_address_and_where_they_signed_in() {
    let issuer = Issuer::start();
    let app = issuer.app("admins: [olga@example.org],").await;
    let (alice, olga, bob) = (app.stranger(), app.stranger(), app.participant("alpha/bob").await);
    signed_in(&issuer, &alice, "alice").await;
    signed_in(&issuer, &olga, "olga").await;
    let told = async |browser: &Client| {
        let me = browser.get("/api/auth/me").await.json();
        (me["email"].clone(), me["provider"].clone())
    };
    assert_eq!(told(&alice).await, (json!("Alice@Example.org"), json!("uni")), "as the organizers entered it");
    assert_eq!(told(&olga).await, (json!("olga@example.org"), json!("uni")), "as the issuer made sure of it");
    assert_eq!(told(&bob).await, (json!("bob@example.org"), json!(null)), "by a link");
    assert_eq!(told(&app.operator()).await, (json!(null), json!(null)));
}
