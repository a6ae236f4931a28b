//! `/api/groups/events`: the hackathons themselves.

use http::Method;
use serde_json::json;

use crate::app::{Kind, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_an_event() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let body = json!({"event_id": "spring", "title": "Spring"});
    insta::assert_snapshot!(client.post("/api/groups/events").json(body.clone()).await, @r#"
    201
    {
      "archived_at": null,
      "created_at": "[time]",
      "ends_at": null,
      "event_id": "[id]",
      "id": "[id]",
      "join_policy": "codes",
      "starts_at": null,
      "time_zone": "UTC",
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

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_takes_place_at_its_venue(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let client = app.organizer().await;
    let body = json!({
        "event_id": "spring", "starts_at": "2026-10-24T09:00", "ends_at": "2026-10-25T18:00",
        "time_zone": "Europe/Berlin", "join_policy": "approval",
    });
    let made = client.post("/api/groups/events").json(body).await.with_status(201).json();
    let told = |event: &serde_json::Value| {
        ["starts_at", "ends_at", "time_zone", "join_policy"]
            .map(|key| event[key].as_str().unwrap_or_default().to_owned())
    };
    let berlin = ["2026-10-24T09:00:00+02:00", "2026-10-25T18:00:00+01:00", "Europe/Berlin", "approval"];
    assert_eq!(told(&made), berlin);
    assert_eq!(told(&client.get("/api/groups/events/spring").await.json()), berlin, "as it is kept");
    let path = "/api/groups/events/spring";
    let edit = async |body: serde_json::Value| client.ask(Method::PATCH, path).json(body).await;
    let moved = edit(json!({ "time_zone": "America/New_York", "ends_at": null })).await.with_status(200).json();
    assert_eq!(told(&moved), ["2026-10-24T09:00:00-04:00", "", "America/New_York", "approval"]);
    for (wrong, field) in [
        (json!({ "time_zone": "Berlin" }), "time_zone"),
        (json!({ "starts_at": "soon" }), "starts_at"),
        (json!({ "starts_at": "2026-03-08T02:30" }), "starts_at"),
        (json!({ "ends_at": "2020-01-01T00:00" }), "ends_at"),
    ] {
        assert_eq!(edit(wrong.clone()).await.with_status(422).text("/errors/0/field"), field, "{wrong}");
    }
    edit(json!({ "join_policy": "anybody" })).await.with_status(422);
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_starts_in_an_archived_event_until_it_is_taken_out(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let client = app.organizer().await;
    let (alice, instance) = (app.user("alpha/alice").await, app.running("alpha/alice").await);
    let event_id = client.get("/api/groups/events").await.text("/0/event_id");
    let code = client.post("/api/join-codes").json(json!({})).await.with_status(201).text("/code");
    let group = client.get(&format!("/api/users/{alice}")).await.text("/group_id");
    let (archive, unarchive) =
        (format!("/api/groups/events/{event_id}/archive"), format!("/api/groups/events/{event_id}/unarchive"));
    let early = client.post(&archive).await.with_status(409);
    assert!(early.body.contains("sandbox of") && early.body.contains("Terminate what runs first"), "{early}");
    client.delete(&format!("/api/instances/{instance}?wait=30")).await.with_status(200);
    assert!(client.post(&archive).await.with_status(200).json()["archived_at"].is_string());

    let instance = format!("/api/instances/{instance}");
    for (method, path, body) in [
        (Method::POST, "/api/instances".to_owned(), json!({ "group": "alpha", "username": "alice" })),
        (Method::POST, "/api/instances/launch-missing".to_owned(), json!({ "group": "alpha" })),
        (Method::POST, format!("{instance}/recreate"), json!({})),
        (Method::POST, "/api/groups".to_owned(), json!({ "name": "new", "event_id": event_id })),
        (Method::POST, "/api/users".to_owned(), json!({ "username": "new", "group_id": group })),
        (Method::POST, "/api/join-codes".to_owned(), json!({ "event_id": event_id })),
    ] {
        let refused = client.ask(method.clone(), &path).json(body).await;
        assert_eq!(refused.status, 409, "{method} {path}: {refused}");
        assert!(refused.body.contains("is archived"), "{refused}");
    }
    let late = app.stranger().post("/join").form(&format!("code={code}&name=zoe&new_team=rockets")).await;
    assert!(late.location().contains("error=code"), "{}", late.location());
    let launched = client.post("/api/instances/launch-missing").json(json!({})).await;
    assert_eq!(launched.json()["instances"].as_array().map(Vec::len), Some(0), "{launched}");
    for (list, key) in
        [("/api/groups", ""), ("/api/users", "/users"), ("/api/instances", "/instances"), ("/api/groups/events", "")]
    {
        let listed = client.get(list).await.with_status(200).json();
        let listed = listed.pointer(key).and_then(serde_json::Value::as_array).map(Vec::len);
        assert_eq!(listed, Some(0), "{list}");
    }
    assert_eq!(client.get("/api/live/snapshot").await.json()["users"], json!({}), "pages leave them out, too");

    let all = client.get("/api/groups/events?archived=true").await.json();
    assert_eq!(all.as_array().map(Vec::len), Some(1), "{all}");
    let read = client.get(&format!("/api/groups?event_id={event_id}")).await.with_status(200).json();
    assert!(read.to_string().contains("\"alice\""), "{read}");
    client.get("/api/groups?event_id=nothing").await.with_status(404);
    let exported = client.get(&format!("/api/groups/export?event_id={event_id}")).await.with_status(200);
    assert!(exported.body.contains("alice"), "{exported}");
    client.ask(Method::PATCH, &format!("/api/groups/{group}")).json(json!({ "title": "x" })).await.with_status(200);
    assert_eq!(client.get("/api/groups").await.json(), json!([]), "what is changed comes not back");

    client.post("/api/groups/events").json(json!({ "event_id": "next" })).await.with_status(201);
    let same = json!({ "name": "alpha", "event_id": "next" });
    let same = client.post("/api/groups").json(same).await.with_status(201).text("/id");
    let other = json!({ "username": "alice", "group_id": same });
    let other = client.post("/api/users").json(other).await.with_status(201).text("/id");
    let next = client.post("/api/instances?wait=30").json(json!({ "group": "alpha", "username": "alice" })).await;
    assert_eq!(next.with_status(201).text("/user/id"), other, "a name is looked for where something is on");
    client.delete("/api/groups/events/next").await.with_status(200);

    client.post(&unarchive).await.with_status(200);
    client.post("/api/instances?wait=30").json(json!({ "group": "alpha", "username": "alice" })).await.with_status(201);
    let people = client.get("/api/users").await.json();
    assert!(people["users"].as_array().is_some_and(|users| !users.is_empty()), "{people}");
    let audit = client.get("/api/audit?deed=edit_events&object=default&outcome=done").await.with_status(200).json();
    let told: Vec<_> = audit["audit"].as_array().expect("lines").iter().map(|line| &line["detail"]).collect();
    assert_eq!(told, ["taken out of the archive", "archived", "created"], "{audit:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_says_who_joins() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let event_id = client.get("/api/groups/events").await.text("/0/event_id");
    let code = client.post("/api/join-codes").json(json!({})).await.with_status(201).text("/code");
    let comes = async |name: &str| {
        let form = format!("code={code}&name={name}&new_team={name}s");
        app.stranger().post("/join").form(&form).await.location().to_owned()
    };
    let policy = async |policy: &str| {
        let path = format!("/api/groups/events/{event_id}");
        client.ask(Method::PATCH, &path).json(json!({ "join_policy": policy })).await.with_status(200);
    };
    assert_eq!(comes("ann").await, "/");
    policy("approval").await;
    assert_eq!(comes("ben").await, "/join/waiting");
    policy("closed").await;
    assert!(comes("cem").await.contains("error=code"));
    policy("codes").await;
    assert_eq!(comes("dan").await, "/");
}
