//! Fields that nobody asked for, in the hope that they are taken over, and values that somebody reads as more than a text.

use serde_json::{Value, json};

use crate::app::{Kind, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_takes_nothing_that_is_the_servers_to_say() {
    let app = TestApp::configured(Kind::Sqlite, "").await;
    let admin = app.admin().await;
    for (field, value) in [
        ("state", json!("Running")),
        ("slug", json!("alpha-bob")),
        ("port", json!(22)),
        ("public_port", json!(443)),
        ("secret", json!("known")),
        ("container_id", json!("abc")),
        ("owner", json!("beta/carol")),
        ("__proto__", json!({ "role": "admin" })),
    ] {
        let mut body = json!({ "group": "alpha", "username": "alice" });
        body[field] = value;
        let refused = admin.post("/api/instances").json(body).await.with_status(422);
        assert!(refused.body.contains(field), "it is said what is wrong: {refused}");
    }
    let none: Value = admin.get("/api/instances").await.with_status(200).read();
    assert!(!none.to_string().contains("\"Running\""), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_participants_token_is_worth_what_they_may() {
    let app = TestApp::new().await;
    let (alice, admin) = (app.participant("alpha/alice").await, app.admin().await);
    for body in [
        json!({ "name": "ci", "scope": "admin" }),
        json!({ "name": "ci", "scope": "admin", "role": "admin", "account": "admin", "owner": "admin" }),
    ] {
        let made = alice.post("/api/tokens").json(body).await;
        if made.status != 201 {
            assert!(made.status.is_client_error(), "{made}");
            continue;
        }
        let program = app.stranger().with_token(&made.text("/token"));
        program.get("/api/settings").await.with_status(403);
        program.post("/api/groups").json(json!({ "name": "mine" })).await.with_status(403);
    }
    admin.get("/api/settings").await.with_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_a_secret_is_no_secret() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let made = admin.post("/api/tokens").json(json!({ "name": "ci", "scope": "read" })).await.with_status(201);
    let (token, session) = (made.text("/token"), admin.cookie("thon_session"));
    app.stranger().with_token(&token).get("/api/groups").await.with_status(200);
    let hash = thon_core::secret::hash_of(&token);
    for guess in
        [hash.as_str(), &token[..token.len() - 1], &token.to_ascii_uppercase(), &format!("{token}x"), "thon_", &session]
    {
        let said = app.stranger().with_token(guess).get("/api/groups").await.with_status(401);
        assert!(!said.body.contains(guess), "what was tried is not said back");
    }
    let thief = app.stranger();
    thief.set_cookie("thon_session", &thon_core::secret::hash_of(&session));
    thief.get("/api/groups").await.with_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_lines_of_their_own_into_names_and_logs() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for name in [
        "a\r\nb",
        "a\nINFO somebody signed in",
        "a\u{1b}[2J",
        "a\0b",
        "a\u{202e}b",
        "<script>alert(1)</script>",
        "../../x",
    ] {
        let made = admin.post("/api/groups").json(json!({ "name": name })).await;
        assert!(made.status.is_client_error(), "{name:?}: {made}");
        let made = admin.post("/api/users").json(json!({ "group": "alpha", "username": name })).await;
        assert!(made.status.is_client_error(), "{name:?}: {made}");
    }
}
