//! An editor that asks for a password, on real Docker: the edge leads to its sign-in page, and only the password leads in.

use http::StatusCode;
use serde_json::json;

use crate::{
    app::Client,
    docker::{Event, Server},
};

const WORKBENCH: &str = "/?folder=/workspace";

/// A person's browser inside the origin of their editor.
pub async fn at_the_editor(event: &Event, server: &Server<'_>, name: &str) -> (Client, Client) {
    let body = json!({ "user": format!("{}/{name}", event.group) });
    let link = server.operator().post("/api/sign-in-links").json(body).await.with_status(201).text("/url");
    let (_, secret) = link.split_once("?t=").expect("a secret");
    let browser = Client::new(event.port());
    assert_eq!(browser.post("/sign-in/link").form(&format!("t={secret}")).await.location(), "/");
    let slug = format!("{}-{name}", event.group);
    let (opened, window) = (browser.visit(&format!("/open/{slug}?to=%2F")).await, browser.at(&slug));
    let ticket = opened.location().strip_prefix(&window.origin()).expect("its own origin").to_owned();
    assert_eq!(window.visit(&ticket).await.location(), "/");
    (browser, window)
}

/// Whether the editor leads to its sign-in page.
async fn asks(window: &Client) -> bool {
    let answer = window.visit(WORKBENCH).await;
    answer.status == 302 && answer.header("location").starts_with("./login")
}

async fn types(window: &Client, password: &str) -> StatusCode {
    window.post("/login").form(&format!("password={password}")).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_an_editor_that_asks_lets_in_with_the_password_only() {
    let event = Event::new("secure");
    let server = event.server().await;
    let body = json!({ "group": event.group, "username": "p1", "secure": true });
    let launched = server.operator().post("/api/instances?wait=60").json(body).await.with_status(201);
    assert_eq!(
        (launched.text("/state").as_str(), launched.text("/secure").as_str()),
        ("Running", "true"),
        "{launched}"
    );
    let (browser, window) = at_the_editor(&event, &server, "p1").await;
    assert!(asks(&window).await, "it asks first");
    let page = window.visit("/login").await.with_status(200);
    assert!(page.body.contains("type=\"password\""), "{}", page.body);
    assert_eq!(types(&window, "wrong").await, 200, "the same page again");
    assert!(asks(&window).await, "still outside");

    let reveal = format!("/api/instances/{}/password", launched.text("/id"));
    let password = browser.post(&reveal).await.with_status(200).text("/password");
    assert_eq!(types(&window, &password).await, 302, "let in");
    let inside = window.visit(WORKBENCH).await.with_status(200);
    assert!(inside.body.contains("vscode-workbench") || inside.body.contains("workbench.js"), "{}", inside.body);
    assert_eq!(server.check().await, "database, Docker and routes agree\n", "THON itself may look");
    for told in [server.operator().get("/api/instances").await.body, event.log()] {
        assert!(!told.contains(&password), "{told}");
    }
    server.stop();

    let server = event.server().await;
    assert_eq!(browser.post(&reveal).await.text("/password"), password, "a restart changes nothing");
    window.visit(WORKBENCH).await.with_status(200);
    server.launch("p2").await;
    let (_, other) = at_the_editor(&event, &server, "p2").await;
    other.visit(WORKBENCH).await.with_status(200);
    server.stop();
}
