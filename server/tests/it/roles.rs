//! Roles as programs give them, and what mentors and judges come to.

use serde_json::json;

use crate::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_given_listed_and_taken_away() {
    let app = TestApp::new().await;
    let organizer = app.organizer().await;
    let wish = json!({ "role": "mentor", "user": "alpha/alice" });
    let given = organizer.post("/api/grants").json(wish.clone()).await.with_status(201);
    assert_eq!((given.text("/role"), given.text("/event_id")), ("mentor".into(), "default".into()));
    organizer.post("/api/grants").json(wish).await.with_status(409);
    let listed = organizer.get("/api/grants").await.with_status(200);
    let roles: Vec<_> =
        listed.json()["grants"].as_array().expect("grants").iter().map(|one| one["role"].clone()).collect();
    assert_eq!(roles, ["admin", "organizer", "mentor"], "the most powerful first, and no participants");
    let path = format!("/api/grants/{}", given.text("/id"));
    organizer.delete(&path).await.with_status(200);
    organizer.delete(&path).await.with_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_meant_is_said_once() {
    let app = TestApp::new().await;
    for body in [
        json!({ "role": "mentor" }),
        json!({ "role": "mentor", "name": "Max", "user": "alpha/alice" }),
        json!({ "role": "participant", "name": "Max" }),
        json!({ "role": "mentor", "name": " " }),
        json!({ "role": "mentor", "name": "Max", "admin": true }),
        json!({ "role": "admin", "name": "Max", "event_id": "default" }),
    ] {
        app.operator().post("/api/grants").json(body).await.with_status(422);
    }
    let elsewhere = json!({ "role": "mentor", "name": "Max", "event_id": "elsewhere" });
    app.operator().post("/api/grants").json(elsewhere).await.with_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mentor_visits_an_editor_and_its_history_says_so() {
    let app = TestApp::new().await;
    let instance = app.running("alpha/alice").await;
    let (mentor, judge) = (app.with_role("mentor").await, app.with_role("judge").await);
    let entered = mentor.get("/open/alpha-alice").await;
    assert!(entered.location().contains("/.thon/enter?t="), "{entered:?}");
    let refused = judge.get("/open/alpha-alice").header("accept", "text/html").await;
    assert_eq!(refused.status, 403, "a judge opens no editor");
    mentor.post(&format!("/api/instances/{instance}/pause")).await.with_status(403);
    mentor.get(&format!("/api/users/{}", app.user("alpha/alice").await)).await.with_status(403);
    let groups = mentor.get("/api/groups").await.with_status(200);
    assert!(!groups.body.contains('@'), "no addresses: {}", groups.body);
}
