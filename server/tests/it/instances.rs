//! `/api/instances`: launching, looking, ending.

mod bulk;
mod operations;

use std::time::Instant;

use serde_json::json;

use crate::app::{Kind, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_is_told_truly() {
    let app = TestApp::new().await;
    let client = app.operator();
    let alice = json!({"group": "alpha", "username": "alice"});
    insta::assert_snapshot!(client.post("/api/instances").json(alice.clone()).await, @r#"
    201
    {
      "created_at": "[time]",
      "domain_url": null,
      "endpoint": null,
      "ephemeral": false,
      "expires_at": null,
      "generation": 1,
      "id": "[id]",
      "image": null,
      "local_url": "http://alpha-alice.localhost:[port]/",
      "metadata": {},
      "network_mode": "host",
      "port": "[port]",
      "public_url": null,
      "queue_position": null,
      "secure": false,
      "slug": "alpha-alice",
      "state": "Pending",
      "state_since": "[time]",
      "url": "http://alpha-alice.localhost:[port]/",
      "user": {
        "email": "",
        "group": "alpha",
        "id": "[id]",
        "username": "alice"
      }
    }
    "#);
    insta::assert_snapshot!(client.post("/api/instances").json(alice).await, @r#"
    409
    {
      "code": "conflict",
      "detail": "Alice has an instance that runs or is about to.",
      "hint": "Terminate it first, or open it.",
      "request_id": "[request id]",
      "status": 409,
      "title": "Not possible now",
      "type": "about:blank"
    }
    "#);
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_instance_from_start_to_end(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let client = app.operator();
    let id = app.running("alpha/alice").await;
    let target = format!("/api/instances/{id}");
    let running = client.get(&target).await.with_status(200);
    assert_eq!(running.text("/state"), "Running");
    assert_eq!(client.delete(&format!("{target}?wait=30")).await.text("/status"), "terminated");
    assert_eq!(client.delete(&target).await.text("/status"), "terminated", "ending twice is fine");
    let again = app.launched("alpha/alice", "?wait=30").await;
    assert_eq!(again.text("/id"), id.to_string(), "one instance per user, for ever");
    assert_eq!(again.text("/generation"), "2");
    assert_eq!(again.text("/port"), running.text("/port"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_ends_when_there_is_news() {
    let app = TestApp::new().await;
    let start = Instant::now();
    let arrived = app.launched("alpha/alice", "?wait=60").await;
    assert_eq!(arrived.text("/state"), "Running");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    let waited = app.operator().delete(&format!("/api/instances/{}?wait=60", arrived.text("/id"))).await;
    assert_eq!(waited.text("/status"), "terminated");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_without_an_instance_gets_one() {
    let app = TestApp::new().await;
    let client = app.operator();
    app.running("alpha/alice").await;
    let launched = client.post("/api/instances/launch-missing").json(json!({"group": "ALPHA"})).await.with_status(202);
    assert_eq!(launched.json()["instances"].as_array().map(Vec::len), Some(1), "{launched}");
    let rest = client.post("/api/instances/launch-missing").json(json!({})).await.with_status(202);
    assert_eq!(rest.text("/instances/0/user/username"), "carol");
    let none = client.post("/api/instances/launch-missing").json(json!({})).await.with_status(202);
    assert_eq!(none.json(), json!({"instances": []}));
    insta::assert_snapshot!(client.post("/api/instances/launch-missing").json(json!({"group": "x"})).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no group x.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_what_is_not_ones_own() {
    let app = TestApp::new().await;
    let (bob, id) = (app.participant("alpha/bob").await, app.running("alpha/alice").await);
    let unknown = "/api/instances/01890000-0000-7000-8000-000000000000";
    insta::assert_snapshot!(app.operator().get(unknown).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no such instance.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
    app.operator().delete(unknown).await.with_status(404);
    insta::assert_snapshot!(bob.get(&format!("/api/instances/{id}")).await, @r#"
    403
    {
      "code": "forbidden",
      "detail": "This instance is somebody else's.",
      "request_id": "[request id]",
      "status": 403,
      "title": "Not allowed",
      "type": "about:blank"
    }
    "#);
    bob.delete(&format!("/api/instances/{id}")).await.with_status(403);
    let carol = json!({"group": "beta", "username": "carol"});
    bob.post("/api/instances").json(carol).await.with_status(403);
    let nobody = json!({"group": "alpha", "username": "nobody"});
    insta::assert_snapshot!(app.operator().post("/api/instances").json(nobody).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no user alpha/nobody.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
    let running = app.operator().get(&format!("/api/instances/{id}")).await;
    assert_eq!(running.text("/state"), "Running", "none of this changed anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_participant_lists_their_own() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    app.running("alpha/bob").await;
    let listed = app.participant("alpha/bob").await.get("/api/instances").await.with_status(200);
    assert_eq!((listed.text("/total").as_str(), listed.text("/instances/0/slug").as_str()), ("1", "alpha-bob"));
    let all = app.organizer().await.get("/api/instances").await;
    assert_eq!(all.text("/total"), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_filters() {
    let app = TestApp::new().await;
    let client = app.operator();
    let gone = app.running("alpha/bob").await;
    app.running("alpha/alice").await;
    app.running("beta/carol").await;
    client.delete(&format!("/api/instances/{gone}?wait=30")).await.with_status(200);
    for (query, total, shown) in [
        ("", 3, 3),
        ("?page_size=2", 3, 2),
        ("?page=2&page_size=2", 3, 1),
        ("?page=9", 3, 0),
        ("?state=Running", 2, 2),
        ("?state=Running&state=Terminated", 3, 3),
        ("?group=alpha", 2, 2),
        ("?group=Alpha&state=Running", 1, 1),
    ] {
        let list = client.get(&format!("/api/instances{query}")).await.with_status(200).json();
        let count = list["instances"].as_array().map_or(0, Vec::len);
        assert_eq!((list["total"].as_u64(), count), (Some(total), shown), "{query}");
    }
    insta::assert_snapshot!(client.get("/api/instances?page=0").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "This page does not exist.",
      "errors": [
        {
          "field": "page",
          "message": "pages count from 1"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(client.get("/api/instances?page_size=201").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "This page does not exist.",
      "errors": [
        {
          "field": "page_size",
          "message": "a page has 1 to 200 items"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(client.get("/api/instances?state=Sleeping").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The query is not what is expected here: Failed to deserialize query string: state[0]: unknown variant `Sleeping`, expected one of `Pending`, `Running`, `Pausing`, `Paused`, `Resuming`, `Stopping`, `Terminated`, `Failed`.",
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    client.get("/api/instances?page=-1").await.with_status(422);
    client.get("/api/instances?group=none").await.with_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_organizers_what_is_not_enforced() {
    let app = TestApp::new().await;
    let health = app.organizer().await.get("/api/health").await.with_status(200).json();
    assert_eq!((&health["status"], &health["runtime"]), (&json!("degraded"), &json!("simulated")));
    let rules = &health["enforcement"]["network_rules"];
    assert_eq!(rules["enforced"], false);
    assert!(rules["why_not"].as_str().is_some_and(|why| why.contains("simulated")), "{health}");
    app.stranger().get("/api/health").await.with_status(401);
}
