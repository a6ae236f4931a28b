//! Whoever wants to be more than they are: by asking for it, by a field too many, by somebody else's link.

use serde_json::json;

use crate::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_participant_who_gives_themselves_a_role() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    for role in ["admin", "organizer", "mentor", "judge"] {
        let wish = json!({ "role": role, "user": "alpha/alice" });
        alice.post("/api/grants").json(wish).await.with_status(403);
        let form = format!("who=alpha/alice&role={role}");
        alice.post("/sfn/grant_role").form(&form).await.with_status(403);
    }
    alice.get("/api/grants").await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organizer_who_makes_an_admin_or_takes_ones_link() {
    let app = TestApp::new().await;
    let organizer = app.organizer().await;
    organizer.post("/api/grants").json(json!({ "role": "admin", "user": "alpha/alice" })).await.with_status(403);
    let made = app.operator().post("/api/grants").json(json!({ "role": "admin", "user": "alpha/alice" })).await;
    let account = made.with_status(201).text("/account_id");
    for whose in [json!({ "user": "alpha/alice" }), json!({ "account_id": account }), json!({})] {
        organizer.post("/api/sign-in-links").json(whose).await.with_status(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_too_many_at_a_new_user_and_at_oneself() {
    let app = TestApp::new().await;
    let (alice, organizer) = (app.participant("alpha/alice").await, app.organizer().await);
    let user = app.user("alpha/alice").await;
    let edit = json!({ "username": "alice", "role": "admin", "account_id": user });
    alice.put(&format!("/api/users/{user}")).json(edit.clone()).await.with_status(403);
    let answer = organizer.put(&format!("/api/users/{user}")).json(edit).await;
    assert!(answer.status == 200 || answer.status == 422, "{answer:?}");
    alice.get("/api/grants").await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_token_that_gives_a_role() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let writer = app.program(&admin, thon_domain::api_token::Scope::Write).await;
    writer.post("/api/grants").json(json!({ "role": "organizer", "name": "Max" })).await.with_status(403);
}
