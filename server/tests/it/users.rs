//! `/api/users`: the people, with what they run.

use http::Method;
use serde_json::{Value, json};
use thon_store::volume_removals;

use crate::app::{Answer, Kind, TestApp};

fn names(answer: &Answer) -> Vec<String> {
    let list: Value = answer.json();
    let name = |user: &Value| user["username"].as_str().expect("a name").to_owned();
    list["users"].as_array().expect("users").iter().map(name).collect()
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_searched_and_paged(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let client = app.operator();
    let carol = app.user("beta/carol").await;
    let path = format!("/api/users/{carol}");
    client.ask(Method::PATCH, &path).json(json!({"email": "Carol@example.org"})).await.with_status(200);
    insta::assert_snapshot!(client.get("/api/users?search=CAROL%40").await, @r#"
    200
    {
      "total": 1,
      "users": [
        {
          "email": "Carol@example.org",
          "group": "beta",
          "group_id": "[id]",
          "id": "[id]",
          "instance_state": null,
          "sandbox": {},
          "sandbox_id": null,
          "slug": "beta-carol",
          "username": "carol",
          "workspace_path": "/workspace"
        }
      ]
    }
    "#);
    assert_eq!(names(&client.get("/api/users").await), ["alice", "bob", "carol"]);
    let second = client.get("/api/users?page=2&page_size=2").await;
    assert_eq!((names(&second), second.json()["total"].clone()), (vec!["carol".to_owned()], json!(3)));
    let group = client.get(&path).await.text("/group_id");
    assert_eq!(names(&client.get(&format!("/api/users?group_id={group}")).await), ["carol"]);
    assert_eq!(names(&client.get("/api/users?search=alph").await), ["alice", "bob"]);
    client.get("/api/users?page_size=201").await.with_status(422);
    client.get("/api/users?group_id=alpha").await.with_status(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_made_with_care() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let group = client.get("/api/groups").await.json()[0]["id"].clone();
    let body = json!({"username": "dora", "group_id": group, "email": " dora@example.org "});
    insta::assert_snapshot!(client.post("/api/users").json(body.clone()).await, @r#"
    201
    {
      "email": "dora@example.org",
      "group": "alpha",
      "group_id": "[id]",
      "id": "[id]",
      "instance_state": null,
      "sandbox": {},
      "sandbox_id": null,
      "slug": "alpha-dora",
      "username": "dora",
      "workspace_path": "/workspace"
    }
    "#);
    insta::assert_snapshot!(client.post("/api/users").json(body).await, @r#"
    409
    {
      "code": "conflict",
      "detail": "The group already has a user of this name.",
      "hint": "Look at what is there, then try again.",
      "request_id": "[request id]",
      "status": 409,
      "title": "Not possible now",
      "type": "about:blank"
    }
    "#);
    let wrong = json!({"username": "a/b", "group_id": group, "email": "dora", "sandbox": {"pids": 1}});
    insta::assert_snapshot!(client.post("/api/users").json(wrong).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "Nothing was changed: see the fields.",
      "errors": [
        {
          "field": "username",
          "message": "a name must not contain '/'"
        },
        {
          "field": "email",
          "message": "\"dora\" is no e-mail address such as alice@example.org"
        },
        {
          "field": "sandbox.pids",
          "message": "must be 64 to 1000000"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    let nowhere = json!({"username": "emil", "group_id": "00000000-0000-0000-0000-000000000000"});
    insta::assert_snapshot!(client.post("/api/users").json(nowhere).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no such group.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn put_and_patch_do_the_same() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let path = format!("/api/users/{}", app.user("alpha/alice").await);
    for (method, name) in [(Method::PUT, "alicia"), (Method::PATCH, "alina")] {
        let body = json!({"username": name, "email": format!("{name}@example.org")});
        let done = client.ask(method, &path).json(body).await.with_status(200);
        assert_eq!((done.text("/username"), done.text("/slug")), (name.to_owned(), "alpha-alice".to_owned()));
    }
    let done = client.ask(Method::PATCH, &path).json(json!({"email": null})).await.with_status(200).json();
    assert_eq!((&done["username"], &done["email"]), (&json!("alina"), &json!(null)));
    let taken = client.ask(Method::PATCH, &path).json(json!({"username": "BOB"})).await;
    insta::assert_snapshot!(taken, @r#"
    409
    {
      "code": "conflict",
      "detail": "The group already has a user of this name.",
      "hint": "Look at what is there, then try again.",
      "request_id": "[request id]",
      "status": 409,
      "title": "Not possible now",
      "type": "about:blank"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_launched_and_stopped() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let path = format!("/api/users/{}", app.user("alpha/alice").await);
    insta::assert_snapshot!(client.post(&format!("{path}/stop")).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no instance of this user.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(client.post(&format!("{path}/launch?wait=30")).await, @r#"
    200
    {
      "email": null,
      "group": "alpha",
      "group_id": "[id]",
      "id": "[id]",
      "instance_state": "Running",
      "sandbox": {},
      "sandbox_id": "[id]",
      "slug": "alpha-alice",
      "username": "alice",
      "workspace_path": "thon-workspace-alpha-alice"
    }
    "#);
    client.post(&format!("{path}/launch")).await.with_status(409);
    let stopped = client.post(&format!("{path}/stop?wait=30")).await.with_status(200);
    assert_eq!(stopped.text("/status"), "stopped");
    assert_eq!(client.get(&path).await.text("/instance_state"), "Terminated");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_tells_what_goes_and_what_is_left() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let (alice, bob) = (app.user("alpha/alice").await, app.user("alpha/bob").await);
    let (alice_runs, _) = (app.running("alpha/alice").await, app.running("alpha/bob").await);
    let path = format!("/api/users/{alice}");
    let preview = client.get(&format!("{path}/deletion")).await;
    insta::assert_snapshot!(preview, @r#"
    200
    {
      "users": [
        {
          "group": "alpha",
          "id": "[id]",
          "instance_id": "[id]",
          "instance_state": "Running",
          "username": "alice"
        }
      ],
      "volumes": [
        "thon-workspace-alpha-alice",
        "thon-home-alpha-alice"
      ]
    }
    "#);
    client.delete(&format!("{path}?volumes=yes")).await.with_status(422);
    let deleted = client.delete(&path).await.with_status(200);
    insta::assert_snapshot!(deleted, @r#"
    200
    {
      "id": "[id]",
      "status": "deleted",
      "user_id": "[id]",
      "users": [
        {
          "group": "alpha",
          "id": "[id]",
          "instance_id": "[id]",
          "instance_state": "Running",
          "username": "alice"
        }
      ],
      "volumes_left": [
        "thon-workspace-alpha-alice",
        "thon-home-alpha-alice"
      ],
      "volumes_to_delete": []
    }
    "#);
    client.get(&path).await.with_status(404);
    client.get(&format!("/api/instances/{alice_runs}")).await.with_status(404);

    let deleted = client.delete(&format!("/api/users/{bob}?volumes=delete")).await.with_status(200).json();
    assert_eq!(deleted["volumes_left"], json!([]));
    assert_eq!(deleted["volumes_to_delete"], json!(["thon-workspace-alpha-bob", "thon-home-alpha-bob"]));
    // Whoever makes it true may have been quicker than this test.
    let wishes = app.store().read(volume_removals::all).await.expect("wishes");
    assert!(wishes.iter().all(|wish| wish.user == bob), "{wishes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_participant_sees_little_and_changes_nothing() {
    let app = TestApp::new().await;
    let client = app.participant("alpha/alice").await;
    assert_eq!(names(&client.get("/api/users").await), ["alice", "bob"]);
    let (alice, bob) = (app.user("alpha/alice").await, app.user("alpha/bob").await);
    client.get(&format!("/api/users/{alice}")).await.with_status(200);
    client.get(&format!("/api/users/{bob}")).await.with_status(403);
    client.ask(Method::PATCH, &format!("/api/users/{alice}")).json(json!({"username": "x"})).await.with_status(403);
    client.delete(&format!("/api/users/{alice}")).await.with_status(403);
    client.get("/api/groups/export").await.with_status(403);
}
