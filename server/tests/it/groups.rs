//! `/api/groups`: groups and their people, imports and exports.

use http::Method;
use serde_json::{Value, json};

use crate::app::{Answer, Kind, TestApp};

/// Groups and users made, changed, unchanged, missing.
fn counts(imported: &Value) -> [u64; 5] {
    let keys = ["groups_created", "users_created", "changed", "unchanged", "missing"];
    keys.map(|key| imported[key].as_u64().expect("a number"))
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_is_importing_once(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let client = app.operator();
    let file = "groups:\n  gamma: [dora, {name: emil, email: emil@example.org}]\n  alpha: [alice]\n";
    let preview = client.post("/api/groups/import?dry_run=true").yaml(file).await.with_status(200).json();
    let first = client.post("/api/groups/import").yaml(file).await.with_status(200).json();
    assert_eq!((&preview["dry_run"], &first["dry_run"]), (&json!(true), &json!(false)));
    assert_eq!((&preview["groups"], counts(&preview)), (&first["groups"], counts(&first)));
    assert_eq!(counts(&first), [1, 2, 0, 2, 3]);
    let second = client.post("/api/groups/import").yaml(file).await.with_status(200).json();
    assert_eq!(counts(&second), [0, 0, 0, 5, 3]);
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

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_a_group() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let sandbox = json!({"memory_bytes": 4_u64 << 30, "cpus": 1.5});
    let body = json!({"name": "gamma", "title": "Team Gamma", "sandbox": sandbox});
    let made = client.post("/api/groups").json(body).await;
    insta::assert_snapshot!(made, @r#"
    201
    {
      "created_at": "[time]",
      "event_id": "[id]",
      "id": "[id]",
      "name": "gamma",
      "sandbox": {
        "cpus": 1.5,
        "memory_bytes": 4294967296
      },
      "title": "Team Gamma",
      "updated_at": "[time]",
      "users": []
    }
    "#);
    let path = format!("/api/groups/{}", made.text("/id"));
    let renamed = client.ask(Method::PUT, &path).json(json!({"name": "delta"})).await.with_status(200);
    assert_eq!((renamed.text("/name"), renamed.text("/title")), ("delta".to_owned(), "Team Gamma".to_owned()));
    let bare = client.ask(Method::PATCH, &path).json(json!({"title": null, "sandbox": null})).await.with_status(200);
    assert_eq!((&bare.json()["title"], &bare.json()["sandbox"]), (&json!(null), &json!({})));
    insta::assert_snapshot!(client.ask(Method::PATCH, &path).json(json!({"name": "ALPHA"})).await, @r#"
    409
    {
      "code": "conflict",
      "detail": "The event already has a group of this name.",
      "hint": "Look at what is there, then try again.",
      "request_id": "[request id]",
      "status": 409,
      "title": "Not possible now",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(client.ask(Method::PATCH, &path).json(json!({"name": " "})).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "Nothing was changed: see the fields.",
      "errors": [
        {
          "field": "name",
          "message": "a name must not be empty"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    let image = client.ask(Method::PATCH, &path).json(json!({"sandbox": {"image": "thon/mine:1"}})).await;
    insta::assert_snapshot!(image, @r#"
    403
    {
      "code": "forbidden",
      "detail": "Only an admin may choose the image or the runtime of sandboxes.",
      "request_id": "[request id]",
      "status": 403,
      "title": "Not allowed",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(client.delete(&path).await, @r#"
    200
    {
      "id": "[id]",
      "status": "deleted",
      "users": [],
      "volumes_left": [],
      "volumes_to_delete": []
    }
    "#);
    client.get(&path).await.with_status(404);
    client.delete(&path).await.with_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_found_in_their_own_group_only() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let groups = client.get("/api/groups").await.json();
    let (alpha, beta) = (groups[0]["id"].as_str().expect("an id"), groups[1]["id"].as_str().expect("an id"));
    let alice = app.user("alpha/alice").await;
    let (here, there) = (format!("/api/groups/{alpha}/users/{alice}"), format!("/api/groups/{beta}/users/{alice}"));
    insta::assert_snapshot!(client.ask(Method::PUT, &there).json(json!({"username": "x"})).await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is no such user in this group.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
    client.delete(&there).await.with_status(404);
    let to_beta = json!({"target_group_id": beta});
    client.post(&format!("{there}/transfer")).json(to_beta.clone()).await.with_status(404);

    let fixed = client.ask(Method::PUT, &here).json(json!({"workspace_path": "other"})).await;
    insta::assert_snapshot!(fixed, @r#"
    422
    {
      "code": "invalid",
      "detail": "Nothing was changed: see the fields.",
      "errors": [
        {
          "field": "workspace_path",
          "message": "it cannot be changed: a workspace is a user's for ever"
        }
      ],
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    let moved = client.post(&format!("{here}/transfer")).json(to_beta).await.with_status(200);
    assert_eq!((moved.text("/group_id"), moved.text("/slug")), (beta.to_owned(), "alpha-alice".to_owned()));
    client.delete(&there).await.with_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_starts_and_stops_as_a_whole() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    let group = client.get("/api/groups?search=bob").await.json()[0]["id"].as_str().expect("an id").to_owned();
    let started = client.post(&format!("/api/groups/{group}/start")).await.with_status(202).json();
    assert_eq!(started["instances"].as_array().map(Vec::len), Some(2));
    let again = client.post(&format!("/api/groups/{group}/start")).await.with_status(202).json();
    assert_eq!(again["instances"], json!([]), "only who is missing");
    let stopped = client.post(&format!("/api/groups/{group}/stop")).await.with_status(200).json();
    let results = stopped["results"].as_array().expect("results");
    assert!(results.len() == 2 && results.iter().all(|one| one["error"].is_null()), "{stopped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_searched_and_paged() {
    let app = TestApp::new().await;
    let client = app.operator();
    let names = |answer: &Answer| {
        let groups = answer.json();
        groups.as_array().expect("groups").iter().map(|group| group["name"].to_string()).collect::<String>()
    };
    let all = client.get("/api/groups").await.with_status(200);
    assert_eq!((names(&all), all.header("x-total-count")), (r#""alpha""beta""#.to_owned(), "2"));
    let second = client.get("/api/groups?page=2&page_size=1").await.with_status(200);
    assert_eq!((names(&second), second.header("x-total-count")), (r#""beta""#.to_owned(), "2"));
    assert_eq!(names(&client.get("/api/groups?search=CARO").await), r#""beta""#);
    client.get("/api/groups?page=0").await.with_status(422);
}

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_can_be_imported(#[case] kind: Kind) {
    let app = TestApp::on(kind).await;
    let client = app.operator();
    let file = "title: Spring\ngroups:\n  alpha:\n    sandbox: {memory: 4GiB, image: 'thon/mine:1'}\n    users:\n    \
                - {name: alice, email: a@example.org}\n";
    client.post("/api/groups/import").yaml(file).await.with_status(200);
    let json = client.get("/api/groups/export").await.with_status(200);
    insta::assert_snapshot!(json, @r#"
    200
    {
      "event_id": "[id]",
      "groups": {
        "alpha": {
          "sandbox": {
            "image": "thon/mine:1",
            "memory": "4GiB"
          },
          "users": [
            {
              "email": "a@example.org",
              "name": "alice"
            },
            "bob"
          ]
        },
        "beta": {
          "users": [
            "carol"
          ]
        }
      },
      "title": "Spring"
    }
    "#);
    let yaml = client.get("/api/groups/export?format=yaml").await.with_status(200);
    assert_eq!(yaml.header("content-type"), "application/yaml");
    insta::assert_snapshot!(yaml.body, @r"
    event_id: default
    title: Spring
    groups:
      alpha:
        sandbox:
          memory: 4GiB
          image: thon/mine:1
        users:
        - name: alice
          email: a@example.org
        - bob
      beta:
        users:
        - carol
    ");
    for body in [&json.body, &yaml.body] {
        let again = client.post("/api/groups/import").yaml(body).await.with_status(200).json();
        assert_eq!(counts(&again), [0, 0, 0, 5, 0]);
    }
    client.get("/api/groups/export?event_id=nothing").await.with_status(404);
    client.get("/api/groups/export?format=xml").await.with_status(422);
}
