//! API tokens: what programs come with, how long it is good, and what ends it.

use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt as _;
use serde_json::json;
use thon_domain::{api_token::Scope, live::LiveMessage};
use thon_store::activity;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, tungstenite, tungstenite::Message};

use crate::app::{Answer, Client, Kind, TestApp};

const SOON: Duration = Duration::from_secs(20);

#[rstest::rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_used_listed_and_revoked(#[case] kind: Kind) {
    let mut app = TestApp::on(kind).await;
    let admin = app.admin().await;
    let made = admin.post("/api/tokens").json(json!({ "name": "ci", "scope": "write", "expires_in_hours": 24 })).await;
    let secret = made.text("/token");
    insta::assert_snapshot!(made.to_string().replace(&secret, "[token]"), @r#"
    201
    {
      "created_at": "[time]",
      "expires_at": "[time]",
      "id": "[id]",
      "name": "ci",
      "scope": "write",
      "token": "[token]"
    }
    "#);
    let program = app.stranger().with_token(&secret);
    app.restart().await;
    program.get("/api/instances").await.with_status(200);
    insta::assert_snapshot!(program.get("/api/tokens").await.with_status(200), @r#"
    200
    {
      "tokens": [
        {
          "account": "Admin",
          "account_id": "[id]",
          "created_at": "[time]",
          "expires_at": "[time]",
          "id": "[id]",
          "last_used_at": "[time]",
          "name": "ci",
          "scope": "write"
        }
      ]
    }
    "#);
    let end = admin.delete(&format!("/api/tokens/{}", made.text("/id"))).await;
    insta::assert_snapshot!(end, @r#"
    200
    {
      "count": 1,
      "id": "[id]",
      "status": "revoked"
    }
    "#);
    insta::assert_snapshot!(program.get("/api/instances").await, @r#"
    401
    {
      "code": "unauthenticated",
      "detail": "This token is unknown, revoked or too old.",
      "hint": "Make a new one with `thon token create`, or ask the organizers for one.",
      "request_id": "[request id]",
      "status": 401,
      "title": "Sign in first",
      "type": "about:blank"
    }
    "#);
    admin.delete(&format!("/api/tokens/{}", made.text("/id"))).await.with_status(404);
    insta::assert_snapshot!(admin.get("/api/tokens").await, @r#"
    200
    {
      "tokens": []
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_token_cannot_be() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for body in [
        json!({ "scope": "read" }),
        json!({ "name": "" }),
        json!({ "name": "ci", "scope": "everything" }),
        json!({ "name": "ci", "expires_in_hours": 0 }),
        json!({ "name": "ci", "expires_in_hours": 8785 }),
    ] {
        admin.post("/api/tokens").json(body).await.with_status(422);
    }
    let program = app.program(&admin, Scope::Write).await;
    let wider = program.post("/api/tokens").json(json!({ "name": "more", "scope": "admin" })).await;
    insta::assert_snapshot!(wider, @r#"
    403
    {
      "code": "forbidden",
      "detail": "This token has the scope `write`; this takes `admin`.",
      "request_id": "[request id]",
      "status": 403,
      "title": "Not allowed",
      "type": "about:blank"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_who_they_are_is_nobody_else() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let good = app.program(&admin, Scope::Admin).await;
    good.get("/api/instances").await.with_status(200);
    let bearer = |secret: &str| format!("Bearer {secret}");
    for header in ["", "Bearer", &bearer(""), &bearer("thon_x"), "Basic YWRtaW46YWRtaW4=", "Digest x"] {
        let answer = admin.get("/api/instances").header("authorization", header).await;
        assert_eq!(answer.status, 401, "a cookie beside {header:?} counts for nothing: {answer}");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
    for target in ["/instances", "/me", "/"] {
        let answer = good.visit(target).await;
        assert!(answer.location().starts_with("/sign-in"), "a token opens no page: {target}");
    }
    good.post("/sfn/launch_missing").form("").header("sec-fetch-site", "same-origin").await.with_status(401);
    let cookie = format!("thon_session={}", admin.cookie("thon_session"));
    for target in ["/sfn/launch_missing", "/sign-out"] {
        let both = good.post(target).form("").header("cookie", &cookie).header("sec-fetch-site", "same-origin").await;
        assert_eq!(both.status, 401, "{target}: {both}");
    }
    assert!(!admin.cookie("thon_session").is_empty());
    admin.get("/api/instances").await.with_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_needs_no_page_and_gets_no_cookie() {
    let app = TestApp::new().await;
    let program = app.program(&app.admin().await, Scope::Write).await;
    for origin in [None, Some("https://evil.example"), Some("null")] {
        let mut ask = program.post("/api/instances/launch-missing").json(json!({ "group": "beta" }));
        if let Some(origin) = origin {
            ask = ask.header("origin", origin);
        }
        let answer = ask.await.with_status(202);
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_when_its_time_is_over() {
    let app = TestApp::new().await;
    let made = app.operator().post("/api/tokens").json(json!({ "name": "ci", "expires_in_hours": 1 })).await;
    let program = app.stranger().with_token(&made.text("/token"));
    app.pass(TimeDelta::seconds(3598));
    let mut stream = followed(&program).await;
    assert!(timeout(SOON, is_cut(&mut stream)).await.expect("in time"), "an open stream ends, too");
    program.get("/api/instances").await.with_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_cuts_what_is_open() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let made = admin.post("/api/tokens").json(json!({ "name": "ci" })).await.with_status(201);
    let program = app.stranger().with_token(&made.text("/token"));
    let mut stream = followed(&program).await;
    assert!(matches!(timeout(SOON, stream.next()).await, Ok(Some(Ok(Message::Text(_))))), "it tells");
    admin.delete(&format!("/api/tokens/{}", made.text("/id"))).await.with_status(200);
    assert!(timeout(SOON, is_cut(&mut stream)).await.expect("at once"));
    let refused = program.websocket("/api/live?after=0", "null").await.expect_err("it is dead");
    let tungstenite::Error::Http(answer) = refused else { panic!("{refused}") };
    assert_eq!(answer.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_tokens_of_their_own() {
    let app = TestApp::new().await;
    let (alice, bob, admin) =
        (app.participant("alpha/alice").await, app.participant("alpha/bob").await, app.admin().await);
    let made = alice.post("/api/tokens").json(json!({ "name": "mine", "scope": "admin" })).await.with_status(201);
    let target = format!("/api/tokens/{}", made.text("/id"));
    let names = |answer: Answer| {
        let tokens = answer.json()["tokens"].as_array().expect("tokens").clone();
        tokens.iter().map(|token| token["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(alice.get("/api/tokens").await), ["mine"]);
    assert!(names(bob.get("/api/tokens").await).is_empty() && names(admin.get("/api/tokens").await).is_empty());
    assert_eq!(names(admin.get("/api/tokens?all=true").await), ["mine"]);
    bob.get("/api/tokens?all=true").await.with_status(403);
    bob.delete(&target).await.with_status(403);
    admin.delete(&target).await.with_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_token_that_does_not_rest_has_to_wait() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let made = admin.post("/api/tokens").json(json!({ "name": "ci" })).await.with_status(201);
    admin.delete(&format!("/api/tokens/{}", made.text("/id"))).await.with_status(200);
    let program = app.stranger().with_token(&made.text("/token"));
    for _ in 0..10 {
        program.get("/api/instances").await.with_status(401);
    }
    program.get("/api/instances").await.with_status(429);
    app.pass(TimeDelta::minutes(10));
    program.get("/api/instances").await.with_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_is_ever_told_again() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let made = admin.post("/api/tokens").json(json!({ "name": "ci", "scope": "write" })).await.with_status(201);
    let (secret, id) = (made.text("/token"), made.text("/id"));
    let hash = thon_core::secret::hash_of(&secret);
    let program = app.stranger().with_token(&secret);
    let mut told = Vec::new();
    for target in ["/api/tokens", "/api/tokens?all=true", "/api/live/snapshot", "/api/system/check", "/api/settings"] {
        told.push(admin.get(target).await.body);
    }
    for (target, body) in [("/api/tokens", json!({ "name": secret, "scope": secret })), ("/api/users", json!(secret))] {
        let refused = program.post(target).json(body).await;
        // What somebody writes into a body themselves may come back to them; the header never does.
        told.push(refused.body.replace(&secret, ""));
    }
    told.push(format!("{:?}", program.get(&format!("/api/instances/{id}")).await));
    admin.delete(&format!("/api/tokens/{id}")).await.with_status(200);
    told.push(format!("{:?}", program.get("/api/instances").await));
    told.push(format!("{:?}", app.store().read(|c| activity::after(c, 0, 1000)).await.expect("the log")));
    let files = std::fs::read_dir(app.socket().parent().expect("a folder")).expect("the home");
    for file in files.filter_map(|file| std::fs::read(file.expect("a file").path()).ok()) {
        assert!(!contains(&file, secret.as_bytes()), "it stands on the disk");
    }
    for text in told {
        assert!(!text.contains(&secret) && !text.contains(&hash), "{text}");
    }
}

fn contains(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|window| window == text)
}

/// The stream of a program from now on. It is no page, so it comes from any origin.
async fn followed(program: &Client) -> WebSocketStream<TcpStream> {
    let number = program.get("/api/live/snapshot").await.with_status(200).text("/number");
    program.websocket(&format!("/api/live?after={number}"), "https://any.example").await.expect("a websocket")
}

/// Whether a stream ends with the word to start anew.
async fn is_cut(stream: &mut WebSocketStream<TcpStream>) -> bool {
    let mut reset = false;
    while let Some(Ok(message)) = stream.next().await {
        match message {
            Message::Text(text) => reset = text.as_str() == serde_json::to_string(&LiveMessage::Reset).expect("JSON"),
            _ => break,
        }
    }
    reset
}
