//! Signing in: with a link, with the password, and not by guessing.

use chrono::TimeDelta;
use serde_json::json;

use crate::app::{Client, Kind, TestApp};

async fn admin_link(app: &TestApp) -> String {
    let made = app.operator().post("/api/sign-in-links").json(json!({})).await.with_status(201);
    made.text("/url").split_once("?t=").expect("a link").1.to_owned()
}

async fn is_signed_in(client: &Client) -> bool {
    client.get("/api/groups").await.status == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admins_link_is_good_once_and_looking_does_not_use_it() {
    let app = TestApp::new().await;
    let secret = admin_link(&app).await;
    for _ in 0..3 {
        let page = app.stranger().visit(&format!("/sign-in/link?t={secret}")).await.with_status(200);
        assert!(page.body.contains("Continue as Admin"), "{}", page.body);
    }
    assert!(is_signed_in(&app.signed_in(&secret).await).await);
    let late = app.stranger();
    let answer = late.post("/sign-in/link").form(&format!("t={secret}")).await;
    assert_eq!(answer.location(), "/sign-in?error=link");
    assert!(!is_signed_in(&late).await);
    let page = app.stranger().visit(&format!("/sign-in/link?t={secret}")).await;
    assert!(page.body.contains("not good any more"), "{}", page.body);
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_ten_browsers_with_an_admins_link_one_gets_in(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let form = format!("t={}", admin_link(&app).await);
    let tries = (0..10).map(|_| async { app.stranger().post("/sign-in/link").form(&form).await.location().to_owned() });
    let mut led = futures::future::join_all(tries).await;
    led.sort();
    assert_eq!((led[0].as_str(), led[1].as_str(), led.len()), ("/", "/sign-in?error=link", 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admins_link_gets_old_and_a_participants_does_not() {
    let app = TestApp::new().await;
    let (admin, alice) = (admin_link(&app).await, app.link_of("alpha/alice").await);
    app.pass(TimeDelta::hours(25));
    let answer = app.stranger().post("/sign-in/link").form(&format!("t={admin}")).await;
    assert_eq!(answer.location(), "/sign-in?error=link");
    let devices = [app.signed_in(&alice).await, app.signed_in(&alice).await];
    for device in &devices {
        assert!(is_signed_in(device).await, "a participant's link works on several devices");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_nobody() {
    let app = TestApp::new().await;
    for (user, status) in [("alpha", 422), ("alpha/nobody", 404), ("a b/c/d", 422)] {
        app.operator().post("/api/sign-in-links").json(json!({ "user": user })).await.with_status(status);
    }
    insta::assert_snapshot!(app.operator().post("/api/sign-in-links").json(json!({"user": "alpha"})).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "This is not a user.",
      "errors": [
        {
          "field": "user",
          "message": "write it as group/name"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_and_ten_wrong_ones() {
    let app = TestApp::configured(Kind::Sqlite, "auth: {local_password: correct-horse}\n").await;
    let client = app.stranger();
    let right = client.post("/sign-in").form("password=correct-horse&next=/instances?state=Failed").await;
    assert_eq!(right.location(), "/instances?state=Failed");
    assert!(is_signed_in(&client).await);
    let elsewhere = app.stranger().post("/sign-in").form("password=correct-horse&next=//evil.example").await;
    assert_eq!(elsewhere.location(), "/");
    let wrong = app.stranger();
    for _ in 0..10 {
        let answer = wrong.post("/sign-in").form("password=wrong&next=/me").await;
        assert_eq!(answer.location(), "/sign-in?error=password&next=/me");
    }
    assert_eq!(wrong.post("/sign-in").form("password=wrong").await.location(), "/sign-in?error=too-many");
    assert!(!is_signed_in(&wrong).await);
    let page = wrong.visit("/sign-in?error=too-many").await.with_status(200);
    assert!(page.body.contains("Too many"), "{}", page.body);
    app.pass(TimeDelta::minutes(11));
    assert_eq!(wrong.post("/sign-in").form("password=correct-horse").await.location(), "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_opens_rest_as_well_and_logout_ends_it() {
    let app = TestApp::configured(Kind::Sqlite, "auth: {local_password: correct-horse}\n").await;
    let client = app.stranger();
    client.post("/api/auth/local").json(json!({ "password": "wrong" })).await.with_status(422);
    assert!(!is_signed_in(&client).await);
    client.post("/api/auth/local").json(json!({ "password": "correct-horse" })).await.with_status(200);
    assert!(is_signed_in(&client).await);
    client.post("/api/auth/logout").header("origin", "https://evil.example").await.with_status(403);
    assert!(is_signed_in(&client).await);
    client.post("/api/auth/logout").await.with_status(200);
    assert!(!is_signed_in(&client).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_password_none_is_right() {
    let app = TestApp::new().await;
    for form in ["password=", "password=x"] {
        assert_eq!(app.stranger().post("/sign-in").form(form).await.location(), "/sign-in?error=password");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_signs_in_six_hundred_times_in_ten_minutes_and_then_waits() {
    let app = TestApp::new().await;
    let browser = app.stranger();
    for _ in 0..600 {
        let answer = browser.post("/sign-in/link").form("t=guess").await;
        assert_eq!(answer.location(), "/sign-in?error=link");
    }
    let late = browser.post("/sign-in/link").form("t=guess").await.with_status(429);
    assert_eq!(late.text("/code"), "too-many-requests");
    browser.get("/sign-in").await.with_status(200);
    app.pass(TimeDelta::minutes(10));
    let answer = browser.post("/sign-in/link").form("t=guess").await;
    assert_eq!(answer.location(), "/sign-in?error=link");
}
