//! `/api/groups`: what an import takes, and what it refuses as a whole.

use serde_json::json;

use crate::app::{Kind, TestApp};

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_is_importing_once(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let client = app.operator();
    let file = "groups:\n  gamma: [dora, {name: emil, email: emil@example.org}]\n  alpha: [alice]\n";
    let first = client.post("/api/groups/import").yaml(file).await.with_status(200).json();
    assert_eq!(first, json!({"groups_created": 1, "users_created": 2, "changed": 0, "unchanged": 2}));
    let second = client.post("/api/groups/import").yaml(file).await.with_status(200).json();
    assert_eq!(second, json!({"groups_created": 0, "users_created": 0, "changed": 0, "unchanged": 5}));
    let changed = file.replace("emil@", "em@");
    let third = client.post("/api/groups/import").yaml(&changed).await.with_status(200).json();
    assert_eq!((&third["changed"], &third["unchanged"]), (&json!(1), &json!(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mistake_and_nothing_is_imported() {
    let app = TestApp::new().await;
    let client = app.operator();
    let before = client.get("/api/groups").await.body;
    let file = "groups:\n  gamma: [dora]\n  delta: [emil, Emil]\n  epsilon: 7\n";
    insta::assert_snapshot!(client.post("/api/groups/import").yaml(file).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The groups file has mistakes; nothing was changed.",
      "errors": [
        {
          "field": "groups.delta[1]",
          "message": "line 3, column 17: user `Emil` is there twice, first in line 3"
        },
        {
          "field": "groups.epsilon",
          "message": "line 4, column 12: expected a list of users, found a number"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(client.post("/api/groups/import").yaml("groups: [").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The groups file has mistakes; nothing was changed.",
      "errors": [
        {
          "field": "",
          "message": "line 1, column 9: unclosed bracket '['"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    assert_eq!(client.get("/api/groups").await.body, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_participant_sees_their_group_without_others_addresses() {
    let app = TestApp::new().await;
    let file = "groups:\n  alpha: [{name: alice, email: a@example.org}, {name: bob, email: b@example.org}]\n";
    app.operator().post("/api/groups/import").yaml(file).await.with_status(200);
    let seen = app.participant("alpha/alice").await.get("/api/groups").await.with_status(200).json();
    let emails: Vec<_> = seen[0]["users"].as_array().expect("users").iter().map(|user| &user["email"]).collect();
    assert_eq!(emails, [&json!("a@example.org"), &json!(null)]);
    assert_eq!(seen.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_a_groups_file_too() {
    let app = TestApp::new().await;
    let file = json!({"groups": {"gamma": ["dora"]}});
    let done = app.organizer().await.post("/api/groups/import").json(file).await.with_status(200);
    assert_eq!(done.text("/users_created"), "1");
}
