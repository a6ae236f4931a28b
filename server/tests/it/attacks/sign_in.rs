//! Somebody else's sign-in, taken over or slipped in, and tokens that no issuer has made.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    app::{Client, TestApp},
    identity::issuer::{Issuer, SECRET, query},
};

const EXPIRED: &str = "/sign-in/refused?why=expired&provider=uni&next=/";

/// Goes to the issuer and comes back with the path that it leads to.
async fn gone(issuer: &Issuer, browser: &Client, name: &str, who: &str) -> String {
    let led = browser.visit(&format!("/api/auth/login/{name}?redirect=/me")).await.with_status(303);
    issuer.visited(led.location(), &format!("as/{who}")).await
}

async fn is_in(browser: &Client) -> bool {
    browser.get("/api/groups").await.status == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_another_browser_began_signs_nobody_in() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let (mallory, alice) = (app.stranger(), app.stranger());
    // Mallory has a sign-in of her own finished by Alice's browser, to see what Alice does then.
    let planted = gone(&issuer, &mallory, "uni", "alice").await;
    assert_eq!(alice.visit(&planted).await.location(), EXPIRED);
    gone(&issuer, &alice, "uni", "alice").await;
    assert_eq!(alice.visit(&planted).await.location(), EXPIRED, "nor while Alice signs in herself");
    assert!(!is_in(&alice).await);
    // Whoever reads the address in Alice's history gets nothing either.
    let stolen = gone(&issuer, &alice, "uni", "alice").await;
    assert_eq!(mallory.visit(&stolen).await.location(), EXPIRED);
    assert_eq!(app.stranger().visit(&stolen).await.location(), EXPIRED);
    assert_eq!(alice.visit(&stolen).await.location(), "/me", "and has not used it up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_good_once_and_for_ten_minutes() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let back = gone(&issuer, &browser, "uni", "alice").await;
    assert_eq!(browser.visit(&back).await.location(), "/me");
    browser.post("/sign-out").form("").await.with_status(303);
    assert_eq!(browser.visit(&back).await.location(), EXPIRED);
    let late = gone(&issuer, &browser, "uni", "alice").await;
    app.pass(TimeDelta::minutes(10));
    let led = browser.visit(&late).await.location().to_owned();
    assert_eq!(led, "/sign-in/refused?why=expired&provider=uni&next=/me");
    assert!(!is_in(&browser).await);
    let page = browser.visit(&led).await.with_status(400);
    assert!(page.body.contains("Try again with Example University"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_one_place_is_nothing_at_another() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    let back = gone(&issuer, &browser, "plain", "alice").await;
    let elsewhere = back.replace("/callback/plain", "/callback/uni");
    assert_eq!(browser.visit(&elsewhere).await.location(), EXPIRED);
    // The code of one sign-in with the state of another, at the same place.
    let (one, other) = (back, gone(&issuer, &browser, "uni", "mallory").await);
    let mixed = other.replace(&query(&other, "code"), &query(&one, "code"));
    assert_eq!(browser.visit(&mixed).await.location(), "/sign-in/refused?why=rejected&provider=uni&next=/me");
    let foreign = gone(&issuer, &browser, "uni", "alice").await;
    let (before, _) = foreign.split_once("&iss=").expect("it says who it is");
    let foreign = format!("{before}&iss=https%3A%2F%2Fevil.example");
    assert_eq!(browser.visit(&foreign).await.location(), "/sign-in/refused?why=rejected&provider=uni&next=/me");
    assert!(!is_in(&browser).await);
}

#[rstest]
#[case("/api/auth/callback/uni")]
#[case("/api/auth/callback/uni?code=a")]
#[case("/api/auth/callback/uni?state=a")]
#[case("/api/auth/callback/uni?state=&code=")]
#[case("/api/auth/callback/uni?state=a&error=access_denied")]
#[case("/api/auth/callback/uni?state=a&error=%3Cscript%3E&error_description=%3Cscript%3E")]
#[tokio::test(flavor = "multi_thread")]
async fn invented_answers_sign_nobody_in(#[case] invented: &str) {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.stranger();
    assert_eq!(browser.visit(invented).await.location(), EXPIRED);
    browser.visit("/api/auth/login/uni").await.with_status(303);
    assert_eq!(browser.visit(invented).await.location(), EXPIRED);
    assert!(!is_in(&browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_leads_nowhere_else() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    for next in
        ["https://evil.example/", "//evil.example/", "/%5Cevil.example/", "/%0A/evil.example", "javascript:alert(1)"]
    {
        let browser = app.stranger();
        let led = browser.visit(&format!("/api/auth/login/uni?redirect={next}")).await.with_status(303);
        let back = issuer.visited(led.location(), "as/alice").await;
        assert_eq!(browser.visit(&back).await.location(), "/", "{next}");
        let page = app.stranger().visit(&format!("/sign-in/refused?why=expired&provider=uni&next={next}")).await;
        assert!(!page.body.contains("evil.example"), "{next}: {}", page.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_the_session_changes_with_the_sign_in() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let browser = app.participant("alpha/bob").await;
    let planted = browser.cookie("thon_session");
    let back = gone(&issuer, &browser, "uni", "alice").await;
    assert_eq!(browser.visit(&back).await.location(), "/me");
    let old = app.stranger();
    old.set_cookie("thon_session", &planted);
    assert!(!is_in(&old).await && is_in(&browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_planted_before_joining() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let code = app.operator().post("/api/join-codes").json(json!({})).await.with_status(201).text("/code");
    // Nobody knows Mallory here, and still she has a session: of one who waits to be known.
    let (mallory, victim) = (app.stranger(), app.stranger());
    let back = gone(&issuer, &mallory, "uni", "mallory").await;
    mallory.visit(&back).await;
    let planted = mallory.cookie("thon_session");
    victim.set_cookie("thon_session", &planted);
    victim.post("/join").form(&format!("code={code}&name=v&new_team=v")).await;
    assert_ne!(victim.cookie("thon_session"), planted, "the id is another after joining");
    assert!(is_in(&victim).await && !is_in(&mallory).await);
    // Nor has the place become hers, which the victim's form did not name.
    let again = gone(&issuer, &mallory, "uni", "mallory").await;
    mallory.visit(&again).await;
    assert!(!is_in(&mallory).await);
}

/// What a good token of Alice's says.
fn claims(issuer: &Issuer, app: &TestApp) -> Value {
    let now = app.now().timestamp();
    json!({
        "iss": issuer.url(), "aud": "thon", "sub": "alice", "iat": now, "exp": now + 3600,
        "email": "alice@example.org", "email_verified": true,
    })
}

async fn status(app: &TestApp, token: &str) -> u16 {
    app.stranger().with_token(token).get("/api/groups").await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuers_token_opens_rest_and_a_forged_one_does_not() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let good = claims(&issuer, &app);
    let token = issuer.signed(good.clone(), "issuer").await;
    assert_eq!(status(&app, &token).await, 200);
    let program = app.stranger().with_token(&token);
    assert_eq!(program.get("/api/auth/me").await.json()["display_name"], "alice");
    assert_eq!(program.get("/api/settings").await.status, 403, "it is Alice's and no more");
    let now = app.now().timestamp();
    for (what, changed) in [
        ("for another", json!({ "aud": "another" })),
        ("for others as well", json!({ "aud": ["thon", "another"] })),
        ("for nobody", json!({ "aud": null })),
        ("of another issuer", json!({ "iss": "https://evil.example" })),
        ("of nobody", json!({ "iss": null })),
        ("over", json!({ "iat": now - 7200, "exp": now - 3600 })),
        ("of tomorrow", json!({ "iat": now + 3600, "exp": now + 7200 })),
        ("without an end", json!({ "exp": null })),
        ("without an address", json!({ "sub": "new", "email": null })),
        ("with an unchecked address", json!({ "sub": "new", "email_verified": false })),
    ] {
        let mut claims = good.clone();
        let fields = claims.as_object_mut().expect("claims");
        for (key, value) in changed.as_object().expect("changes") {
            if value.is_null() {
                fields.remove(key);
            } else {
                fields.insert(key.clone(), value.clone());
            }
        }
        assert_eq!(status(&app, &issuer.signed(claims, "issuer").await).await, 401, "a token {what}");
    }
    for by in ["nobody", "another key", "secret"] {
        assert_eq!(status(&app, &issuer.signed(good.clone(), by).await).await, 401, "signed by {by}");
    }
    let (head, rest) = token.split_once('.').expect("three parts");
    let (body, signature) = rest.split_once('.').expect("three parts");
    let other = issuer.signed(json!({ "iss": issuer.url() }), "issuer").await;
    let swapped = format!("{head}.{}.{signature}", other.split('.').nth(1).expect("three parts"));
    for forged in [swapped, format!("{head}.{body}."), format!("{head}.{body}"), format!("{token}."), SECRET.to_owned()]
    {
        assert_eq!(status(&app, &forged).await, 401, "{forged}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_apply_to_an_issuers_token() {
    let issuer = Issuer::start();
    let app = issuer.app("allowed_emails: [bob@example.org], admins: [olga@example.org],").await;
    let token = issuer.signed(claims(&issuer, &app), "issuer").await;
    assert_eq!(status(&app, &token).await, 401);
    let mut olga = claims(&issuer, &app);
    olga["sub"] = "olga".into();
    olga["email"] = "olga@example.org".into();
    let olga = app.stranger().with_token(&issuer.signed(olga, "issuer").await);
    assert_eq!(olga.get("/api/auth/me").await.json()["role"], "admin");
    // It is nothing that a browser adds by itself: no page of anybody's can send it.
    olga.post("/api/groups")
        .json(json!({ "name": "delta" }))
        .header("origin", "https://evil.example")
        .await
        .with_status(201);
}
