//! The same for many: nobody's trouble is another's.

use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

fn told(answer: Answer) -> Vec<String> {
    let body = answer.with_status(200).json();
    let results = body["results"].as_array().expect("results").iter();
    results.map(|result| format!("{} {}", result["status"], result["error"]["code"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_is_no_id_and_each_is_answered() {
    let app = TestApp::new().await;
    let client = app.operator();
    let (alice, bob) = (app.running("alpha/alice").await, app.running("alpha/bob").await);
    client.delete(&format!("/api/instances/{bob}?wait=30")).await.with_status(200);
    let ids = json!({"instance_ids": [alice, NOBODY, bob, alice]});
    insta::assert_snapshot!(client.post("/api/instances/bulk/pause").json(ids).await, @r#"
    200
    {
      "job_id": "[id]",
      "results": [
        {
          "id": "[id]",
          "state": "Pausing",
          "status": "pausing"
        },
        {
          "error": {
            "code": "not-found",
            "detail": "There is no such instance.",
            "status": 404,
            "title": "Not found",
            "type": "about:blank"
          },
          "id": "[id]",
          "status": "error"
        },
        {
          "error": {
            "code": "conflict",
            "detail": "Cannot pause an instance that is terminated.",
            "hint": "Pause it once it runs.",
            "status": 409,
            "title": "Not possible now",
            "type": "about:blank"
          },
          "id": "[id]",
          "status": "error"
        }
      ]
    }
    "#);
    client.post(&format!("/api/instances/{alice}/pause?wait=30")).await.with_status(200);
    let both = json!({"instance_ids": [alice, bob]});
    for (path, expected) in [
        ("resume", [r#""resuming" null"#, r#""error" "conflict""#]),
        ("renew", [r#""renewed" null"#, r#""renewed" null"#]),
        ("recreate", [r#""pending" null"#, r#""pending" null"#]),
        ("kill", [r#""terminating" null"#, r#""terminating" null"#]),
    ] {
        let answer = client.post(&format!("/api/instances/bulk/{path}")).json(both.clone()).await;
        assert_eq!(told(answer), expected, "{path}");
    }
    for id in [alice, bob] {
        client.delete(&format!("/api/instances/{id}?wait=30")).await.with_status(200);
    }
    let again = client.post("/api/instances/bulk/terminate").json(both).await;
    assert_eq!(told(again), [r#""terminated" null"#; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_that_ends_says_whether_its_files_stay() {
    let app = TestApp::new().await;
    let client = app.operator();
    let passing = json!({"group": "alpha", "username": "alice", "ephemeral": true});
    let passing = client.post("/api/instances?wait=30").json(passing).await.with_status(201).text("/id");
    let kept = app.running("alpha/bob").await.to_string();
    let asked = json!({"instance_ids": [passing, kept, NOBODY]});
    let paused = client.post("/api/instances/bulk/pause").json(asked.clone()).await.with_status(200).json();
    assert_eq!(paused["results"].pointer("/0/files_kept"), None, "it does not end");
    let ended = client.post("/api/instances/bulk/terminate").json(asked).await.with_status(200).json();
    let told: Vec<&Value> =
        ended["results"].as_array().expect("results").iter().map(|one| &one["files_kept"]).collect();
    assert_eq!(told, [&json!(false), &json!(true), &Value::Null]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_launched_and_too_many_are_refused() {
    let app = TestApp::new().await;
    let client = app.operator();
    let users = [app.user("alpha/alice").await, app.user("beta/carol").await];
    app.running("beta/carol").await;
    let body = json!({"user_ids": [users[0], users[1], NOBODY]});
    let answer = client.post("/api/instances/bulk/launch").json(body).await;
    assert_eq!(told(answer), [r#""pending" null"#, r#""error" "conflict""#, r#""error" "not-found""#]);
    let many: Vec<Value> = (0..1001).map(|_| json!(NOBODY)).collect();
    insta::assert_snapshot!(client.post("/api/instances/bulk/pause").json(json!({"instance_ids": many})).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "These are too many.",
      "errors": [
        {
          "field": "instance_ids",
          "message": "has 1001 items; at most 1000 are taken at once"
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
async fn a_participant_moves_their_own_only() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.running("alpha/alice").await, app.running("alpha/bob").await);
    let ids = json!({"instance_ids": [alice, bob]});
    let answer = app.participant("alpha/bob").await.post("/api/instances/bulk/pause").json(ids).await;
    assert_eq!(told(answer), [r#""error" "forbidden""#, r#""pausing" null"#]);
    assert_eq!(app.operator().get(&format!("/api/instances/{alice}")).await.text("/state"), "Running");
}
