//! `/api/groups/events`: the hackathons themselves.

use http::Method;
use serde_json::json;

use crate::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_an_event() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let body = json!({"event_id": "spring", "title": "Spring"});
    insta::assert_snapshot!(client.post("/api/groups/events").json(body.clone()).await, @r#"
    201
    {
      "created_at": "[time]",
      "event_id": "[id]",
      "id": "[id]",
      "title": "Spring",
      "updated_at": "[time]"
    }
    "#);
    client.post("/api/groups/events").json(body).await.with_status(409);
    insta::assert_snapshot!(client.post("/api/groups/events").json(json!({"event_id": " "})).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "Nothing was changed: see the fields.",
      "errors": [
        {
          "field": "event_id",
          "message": "it must not be empty"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    let edit = json!({"event_id": "autumn", "title": null});
    let edited = client.ask(Method::PUT, "/api/groups/events/spring").json(edit).await.with_status(200);
    assert_eq!((edited.json()["event_id"].clone(), edited.json()["title"].clone()), (json!("autumn"), json!(null)));
    client.get("/api/groups/events/spring").await.with_status(404);
    let group = json!({"name": "alpha", "event_id": "autumn"});
    client.post("/api/groups").json(group).await.with_status(201);
    insta::assert_snapshot!(client.delete("/api/groups/events/autumn").await, @r#"
    200
    {
      "id": "[id]",
      "status": "deleted",
      "users": [],
      "volumes_left": [],
      "volumes_to_delete": []
    }
    "#);
    let left = client.get("/api/groups/events").await.json();
    assert_eq!(left.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_no_event_is_refused() {
    let app = TestApp::new().await;
    let group = json!({"name": "gamma", "event_id": "nothing"});
    insta::assert_snapshot!(app.operator().post("/api/groups").json(group).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no event \"nothing\".",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
}
