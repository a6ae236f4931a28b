//! Pausing, going on, recreating, renewing, looking inside, and creating with all that may be said.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::app::{Kind, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn answers_tell_what_is_so_now_and_after_waiting() {
    let app = TestApp::new().await;
    let client = app.operator();
    let target = format!("/api/instances/{}", app.running("alpha/alice").await);
    let soon = client.post(&format!("{target}/pause")).await.with_status(200);
    assert!(["pausing", "paused"].contains(&soon.text("/status").as_str()), "{soon}");
    // Asking twice is fine.
    insta::assert_snapshot!(client.post(&format!("{target}/pause?wait=30")).await, @r#"
    200
    {
      "id": "[id]",
      "status": "paused"
    }
    "#);
    let frozen = client.get(&target).await;
    assert_eq!(frozen.text("/state"), "Paused");
    let resumed = client.post(&format!("{target}/resume?wait=30")).await.with_status(200);
    assert_eq!((resumed.text("/state"), resumed.text("/generation")), ("Running".into(), "1".into()));
    let anew = client.post(&format!("{target}/recreate?wait=30")).await.with_status(200);
    assert_eq!((anew.text("/state"), anew.text("/generation")), ("Running".into(), "2".into()));
    assert_eq!((anew.text("/id"), anew.text("/port")), (frozen.text("/id"), frozen.text("/port")));
    client.delete(&format!("{target}?wait=30")).await.with_status(200);
    insta::assert_snapshot!(client.post(&format!("{target}/pause")).await, @r#"
    409
    {
      "code": "conflict",
      "detail": "Cannot pause an instance that is terminated.",
      "hint": "Pause it once it runs.",
      "request_id": "[request id]",
      "status": 409,
      "title": "Not possible now",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(client.post(&format!("{target}/resume")).await, @r#"
    409
    {
      "code": "conflict",
      "detail": "Cannot resume an instance that is terminated.",
      "hint": "It is not paused: launch it.",
      "request_id": "[request id]",
      "status": 409,
      "title": "Not possible now",
      "type": "about:blank"
    }
    "#);
    let after_end = client.post(&format!("{target}/recreate?wait=30")).await.with_status(200);
    assert_eq!((after_end.text("/state"), after_end.text("/generation")), ("Running".into(), "3".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_moves_the_end_and_its_body_may_be_left_out() {
    let app = TestApp::new().await;
    let client = app.operator();
    let target = format!("/api/instances/{}", app.running("alpha/alice").await);
    insta::assert_snapshot!(client.post(&format!("{target}/renew")).await, @r#"
    200
    {
      "id": "[id]",
      "status": "renewed",
      "timeout_minutes": 60
    }
    "#);
    let end = |answer: crate::app::Answer| answer.text("/expires_at").parse::<chrono::DateTime<chrono::Utc>>();
    let left = end(client.get(&target).await).expect("a time") - app.now();
    assert!(left > TimeDelta::minutes(58) && left <= TimeDelta::minutes(60), "{left}");
    let never = client.post(&format!("{target}/renew")).json(json!({"timeout_minutes": 0})).await.with_status(200);
    assert_eq!(never.text("/timeout_minutes"), "0");
    assert_eq!(client.get(&target).await.json()["expires_at"], Value::Null);
    client.post(&format!("{target}/renew")).json(json!({"minutes": 5})).await.with_status(422);
    app.participant("alpha/alice").await.post(&format!("{target}/renew")).await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_instance_tells_its_log_and_figures() {
    let app = TestApp::new().await;
    let client = app.operator();
    let target = format!("/api/instances/{}", app.running("alpha/alice").await);
    let log = client.get(&format!("{target}/logs?lines=5")).await.with_status(200).json();
    assert!(log["lines"].as_array().expect("lines").len() <= 5, "{log:#}");
    let stats = client.get(&format!("{target}/stats")).await.with_status(200).json();
    assert!(stats["memory_limit_bytes"].as_u64().expect("a number") > 0, "{stats:#}");
    insta::assert_snapshot!(client.get(&format!("{target}/logs?lines=2001")).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "So many lines cannot be told.",
      "errors": [
        {
          "field": "lines",
          "message": "1 to 2000 lines are told"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    app.participant("alpha/bob").await.get(&format!("{target}/logs")).await.with_status(403);
    client.delete(&format!("{target}?wait=30")).await.with_status(200);
    insta::assert_snapshot!(client.get(&format!("{target}/logs")).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no such sandbox.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
    client.get(&format!("{target}/stats")).await.with_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_makes_creating_repeatable() {
    let app = TestApp::new().await;
    let client = app.operator();
    let body = json!({"user_id": app.user("alpha/alice").await, "timeout_minutes": 90});
    let create = |key: &str| client.post("/api/instances?wait=30").header("idempotency-key", key).json(body.clone());
    let first = create("one").await.with_status(201);
    let same = create("one").await.with_status(201);
    assert_eq!((first.text("/id"), first.text("/generation")), (same.text("/id"), same.text("/generation")));
    create("two").await.with_status(409);
    let other = json!({"group": "alpha", "username": "bob"});
    client.post("/api/instances").header("idempotency-key", "one").json(other).await.with_status(409);
    for bad in ["", "two words", &"x".repeat(201)] {
        let answer = create(bad).await.with_status(422);
        assert!(answer.text("/detail").contains("Idempotency-Key"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_chosen_is_refused_not_ignored() {
    let app = TestApp::new().await;
    let client = app.operator();
    let body = json!({"group": "alpha", "username": "alice", "port": 8443, "env": {"A": "b"}});
    insta::assert_snapshot!(client.post("/api/instances").json(body).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "An instance cannot be created like this.",
      "errors": [
        {
          "field": "port",
          "message": "each instance gets a port of its own, for life: leave it out"
        },
        {
          "field": "env",
          "message": "variables of single instances are not supported: leave it out"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    let unknown = json!({"group": "alpha", "username": "alice", "image": "x"});
    client.post("/api/instances").json(unknown).await.with_status(422);
    insta::assert_snapshot!(client.post("/api/instances").json(json!({})).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no user default/workspace.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
    let harmless = json!({"group": "alpha", "username": "alice", "secure": false, "env": {}});
    client.post("/api/instances").json(harmless).await.with_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_launched_to_pass_says_that_its_files_go() {
    let app = TestApp::new().await;
    let client = app.operator();
    let body = json!({"group": "alpha", "username": "alice", "ephemeral": true});
    let passing = client.post("/api/instances?wait=30").json(body).await.with_status(201);
    assert_eq!((passing.text("/state").as_str(), passing.text("/ephemeral").as_str()), ("Running", "true"));
    let target = format!("/api/instances/{}", passing.text("/id"));
    let again = client.post(&format!("{target}/recreate?wait=30")).await.with_status(200);
    assert_eq!(again.text("/ephemeral"), "true", "a new sandbox is as the old one was");
    client.post(&format!("{target}/pause?wait=30")).await.with_status(200);
    let otherwise = json!({"group": "alpha", "username": "alice", "secure": true});
    let refused = client.post("/api/instances").json(otherwise).await.with_status(409);
    assert!(refused.text("/detail").contains("launched in another way"), "{refused}");
    let ended = client.delete(&format!("{target}?wait=30")).await.with_status(200);
    assert_eq!((ended.text("/status").as_str(), ended.text("/files_kept").as_str()), ("terminated", "false"));
    let usual = app.launched("alpha/alice", "?wait=30").await;
    assert_eq!(usual.text("/ephemeral"), "false", "the next launch is as usual");
    let ended = client.delete(&target).await.with_status(200);
    assert_eq!(ended.text("/files_kept"), "true");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_that_asks_leads_to_its_own_sign_in_page() {
    let app = TestApp::configured(Kind::Sqlite, "vscode: {secure: true}\n").await;
    let id = app.running("alpha/alice").await;
    let alice = app.participant("alpha/alice").await;
    let shown = alice.get(&format!("/api/instances/{id}")).await;
    assert_eq!(shown.text("/secure"), "true", "everywhere, by configuration");
    let password = alice.post(&format!("/api/instances/{id}/password")).await.with_status(200).text("/password");
    assert_eq!(password.len(), 24);
    for list in ["/api/instances", "/api/live/snapshot", "/api/groups"] {
        assert!(!alice.get(list).await.body.contains(&password), "{list}");
    }
    let plain = alice.post("/sfn/reveal_password").header("accept", "text/html").header("referer", "http://x/me");
    let plain = plain.form(&format!("instance={id}")).await.with_status(200);
    assert_eq!(plain.text("/password"), password, "a form without JavaScript shows it, and leads nowhere");
    assert_eq!(plain.header("cache-control"), "no-store");
    app.organizer().await.post(&format!("/api/instances/{id}/password")).await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_creates_at_once_give_one_sandbox_and_one_refusal() {
    let app = TestApp::new().await;
    let client = app.operator();
    let create = || client.post("/api/instances?wait=30").json(json!({"group": "alpha", "username": "alice"}));
    let (one, two) = tokio::join!(create().into_future(), create().into_future());
    let statuses = BTreeSet::from([one.status.as_u16(), two.status.as_u16()]);
    assert_eq!(statuses, BTreeSet::from([201, 409]));
    let list = client.get("/api/instances").await.json();
    assert_eq!((&list["total"], &list["instances"][0]["generation"]), (&json!(1), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_belongs_to_one_user_for_ever() {
    let app = TestApp::new().await;
    let client = app.operator();
    let id = app.running("alpha/alice").await;
    let target = format!("/api/instances/{id}/register");
    let right = client.post(&target).json(json!({"group": "Alpha", "username": "alice"})).await.with_status(200);
    assert_eq!(right.text("/user/username"), "alice");
    insta::assert_snapshot!(client.post(&target).json(json!({"username": "bob"})).await.text("/hint"), @"Move the user to another group instead, or create the other user's instance.");
    let mappings = json!({"mappings": [{"sandbox_id": id, "username": "alice"}, {"sandbox_id": id, "port": 1}]});
    let told = client.post("/api/instances/bulk/register").json(mappings).await.with_status(200).json();
    assert_eq!(
        (&told["results"][0]["label"], &told["results"][0]["status"]),
        (&json!("alpha/alice"), &json!("registered"))
    );
    assert_eq!(told["results"][1]["error"]["code"], "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rescue_start_lasts_until_the_next_start_and_shows_what_fills_the_disk() {
    let app = TestApp::new().await;
    let alice = app.participant("alpha/alice").await;
    let target = format!("/api/instances/{}", app.running("alpha/alice").await);
    let rescue = json!({ "rescue": true });
    let rescued = alice.post(&format!("{target}/recreate?wait=30")).json(rescue.clone()).await.with_status(200).json();
    assert_eq!(
        (&rescued["state"], &rescued["rescue"], &rescued["generation"]),
        (&json!("Running"), &json!(true), &json!(2))
    );
    let disk = alice.get(&format!("{target}/disk")).await.with_status(200).json();
    assert_eq!(disk["files"][0]["path"], "/home/vscode.rescue/.cache/core.1042", "{disk}");
    let bob = app.participant("alpha/bob").await;
    bob.get(&format!("{target}/disk")).await.with_status(403);
    bob.post(&format!("{target}/recreate")).json(rescue.clone()).await.with_status(403);
    alice.post(&format!("{target}/recreate")).json(json!({ "rescued": true })).await.with_status(422);

    // A program that always says that it sends JSON sends none here.
    let back = alice.post(&format!("{target}/recreate?wait=30")).header("content-type", "application/json");
    let back = back.await.with_status(200).json();
    assert_eq!((&back["state"], &back["rescue"]), (&json!("Running"), &json!(null)), "left out when it is none");
    alice.delete(&format!("{target}?wait=30")).await.with_status(200);
    alice.get(&format!("{target}/disk")).await.with_status(404);

    let passing = json!({ "group": "alpha", "username": "bob", "ephemeral": true });
    let passing = app.operator().post("/api/instances?wait=30").json(passing).await.with_status(201).text("/id");
    let refused = bob.post(&format!("/api/instances/{passing}/recreate")).json(rescue).await.with_status(409);
    assert!(refused.body.contains("keeps no home"), "{refused}");
}
