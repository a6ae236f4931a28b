//! Whoever signed in elsewhere and is not known joins by a code, and is known the next time.

use serde_json::json;

use super::{issuer::Issuer, signed_in};
use crate::app::TestApp;

const UNKNOWN: &str = "/sign-in/refused?why=unknown&provider=uni&next=/me";

async fn code(app: &TestApp, approval: bool) -> String {
    let wish = json!({ "approval": approval });
    app.operator().post("/api/join-codes").json(wish).await.with_status(201).text("/code")
}

fn form(code: &str, name: &str) -> String {
    format!("code={code}&name={name}&new_team={name}s")
}

/// What the form says of an account elsewhere as long as its box is checked.
fn link(issuer: &Issuer, subject: &str) -> String {
    format!("&link={}", thon_core::secret::hash_of(&format!("{}\n{subject}", issuer.url())))
}

#[tokio::test(flavor = "multi_thread")]
async fn joining_links_the_account_that_somebody_has_signed_in_with_elsewhere() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let code = code(&app, false).await;
    let phone = app.stranger();
    assert_eq!(signed_in(&issuer, &phone, "mallory").await, UNKNOWN);
    let page = phone.visit(&format!("/join?code={code}")).await.body;
    assert!(page.contains("mallory@example.net at Example University is me"), "{page}");
    let agreed = form(&code, "mallory") + &link(&issuer, "mallory");
    assert_eq!(phone.post("/join").form(&agreed).await.location(), "/");
    let me = phone.get("/api/auth/me").await.json();
    assert_eq!(me["display_name"], "mallory", "{me}");

    let laptop = app.stranger();
    assert_eq!(signed_in(&issuer, &laptop, "mallory").await, "/me", "known by now");
    assert_eq!(laptop.get("/api/auth/me").await.json()["user_id"], me["user_id"]);
    assert_eq!(laptop.get("/api/instances").await.json()["instances"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_is_found_again_on_another_device_and_let_in_there() {
    let issuer = Issuer::start();
    let app = issuer.app("").await;
    let code = code(&app, true).await;
    let phone = app.stranger();
    signed_in(&issuer, &phone, "mallory").await;
    let agreed = |name| form(&code, name) + &link(&issuer, "mallory");
    assert_eq!(phone.post("/join").form(&agreed("mallory")).await.location(), "/join/waiting");
    let laptop = app.stranger();
    assert_eq!(signed_in(&issuer, &laptop, "mallory").await, UNKNOWN, "nobody let them in yet");
    assert_eq!(laptop.post("/join").form(&agreed("again")).await.location(), "/join/waiting");
    let waiting = app.operator().get("/api/arrivals").await.json();
    assert_eq!(waiting["arrivals"].as_array().map(Vec::len), Some(1), "one person, on two devices: {waiting}");
    let id = waiting["arrivals"][0]["id"].as_str().expect("an id");
    app.operator().post(&format!("/api/arrivals/{id}/approve")).await.with_status(200);
    assert_eq!(signed_in(&issuer, &laptop, "mallory").await, "/me");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_lists_do_not_admit_gets_a_place_by_code_and_no_link() {
    let issuer = Issuer::start();
    let app = issuer.app("allowed_emails: [alice@example.org],").await;
    let code = code(&app, false).await;
    let refused = "/sign-in/refused?why=not-allowed&provider=uni&next=/me";
    let browser = app.stranger();
    assert_eq!(signed_in(&issuer, &browser, "mallory").await, refused);
    assert_eq!(browser.post("/join").form(&(form(&code, "mallory") + &link(&issuer, "mallory"))).await.location(), "/");
    assert_eq!(signed_in(&issuer, &app.stranger(), "mallory").await, refused);
}
