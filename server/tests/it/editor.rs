//! From the dashboard into an editor: tickets, cookies, neighbours, and what ends it all.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use crate::app::{Client, TestApp};

const COOKIE: &str = "thon_editor";

/// The address with a ticket, as a path of the sandbox's origin.
async fn ticket(client: &Client, slug: &str, to: &str) -> String {
    let opened = client.visit(&format!("/open/{slug}?to={to}")).await;
    let origin = client.at(slug).origin();
    opened.location().strip_prefix(&origin).unwrap_or_else(|| panic!("{opened:?}")).to_owned()
}

/// A window of the same browser, inside the editor.
async fn entered(client: &Client, slug: &str) -> Client {
    let window = client.at(slug);
    let answer = window.visit(&ticket(client, slug, "/").await).await;
    assert_eq!(answer.location(), "/");
    window
}

async fn is_inside(window: &Client) -> bool {
    let answer = window.visit("/").await;
    answer.status == 200 && answer.body.contains("A simulated sandbox")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    let alice = app.participant("alpha/alice").await;
    let target = ticket(&alice, "alpha-alice", "/?folder=/workspace").await;
    let window = alice.at("alpha-alice");
    let answer = window.visit(&target).await;
    assert_eq!(answer.location(), "/?folder=/workspace");
    let (_, flags) = answer.header("set-cookie").split_once(';').expect("flags");
    assert_eq!(flags.trim(), "HttpOnly; SameSite=Lax; Path=/");
    let inside = window.visit(answer.location()).await.with_status(200);
    assert!(inside.body.contains("<h1>alpha-alice</h1>"), "{}", inside.body);
    assert_eq!(inside.header("content-security-policy"), "", "no header of THON's in a sandbox's answers");
    assert_eq!(inside.header("x-request-id"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_for_once_for_one_editor_and_for_now() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    app.running("alpha/bob").await;
    let admin = app.admin().await;
    let used = ticket(&admin, "alpha-alice", "/").await;
    admin.at("alpha-alice").visit(&used).await.with_status(303);
    let elsewhere = ticket(&admin, "alpha-alice", "/").await;
    let old = ticket(&admin, "alpha-bob", "/").await;
    app.pass(chrono::TimeDelta::seconds(31));
    for (slug, target, why) in [
        ("alpha-alice", used.as_str(), "used"),
        ("alpha-bob", elsewhere.as_str(), "for another editor"),
        ("alpha-bob", old.as_str(), "too old"),
        ("alpha-bob", "/.thon/enter?t=invented&to=/", "invented"),
        ("alpha-bob", "/.thon/enter", "none"),
    ] {
        let window = app.stranger().at(slug);
        let answer = window.visit(target).await;
        assert!(answer.status.is_client_error(), "{why}: {answer}");
        assert_eq!(window.cookie(COOKIE), "", "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_stays_outside() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    app.running("alpha/bob").await;
    let bob = app.participant("alpha/bob").await;
    let refused = bob.visit("/open/alpha-alice").await.with_status(403);
    assert!(refused.body.contains("This editor is not yours"), "{}", refused.body);
    let unknown = bob.visit("/open/no-body").await.with_status(403);
    assert!(unknown.body.contains("This editor is not yours"), "whether it exists is not told");
    let own = entered(&bob, "alpha-bob").await;
    assert!(is_inside(&own).await);
    let other = bob.at("alpha-alice");
    other.set_cookie(COOKIE, &own.cookie(COOKIE));
    other.get("/").await.with_status(401);
    let page = other.visit("/").await;
    assert_eq!(page.location(), format!("{}/open/alpha-alice?to=%2F", bob.origin()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organizer_may_visit() {
    let app = TestApp::new().await;
    app.running("beta/carol").await;
    assert!(is_inside(&entered(&app.organizer().await, "beta-carol").await).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_led_to_the_sign_in_and_back() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    let browser = app.stranger();
    let first = browser.at("alpha-alice").visit("/?folder=/workspace").await;
    let open = first.location().strip_prefix(&browser.origin()).expect("the dashboard").to_owned();
    assert_eq!(open, "/open/alpha-alice?to=%2F%3Ffolder%3D%2Fworkspace");
    let second = browser.visit(&open).await;
    let next = "/sign-in?next=/open/alpha-alice%3Fto%3D%252F%253Ffolder%253D%252Fworkspace";
    assert_eq!(second.location(), next);
    let form = browser.visit(next).await.with_status(200);
    let next = form.body.split_once(r#"name="next" value=""#).expect("where to go afterwards").1;
    let next = next.split_once('"').expect("an end").0;
    let back = app.participant("alpha/alice").await.visit(next).await;
    assert!(back.location().ends_with("&to=/%3Ffolder%3D/workspace"), "{back:?}");
    browser.at("alpha-alice").get("/").await.with_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_closes_the_editor_and_cuts_what_is_open() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    let alice = app.participant("alpha/alice").await;
    let window = entered(&alice, "alpha-alice").await;
    let mut tunnel = window.tunnel().await.expect("an open tunnel");
    tunnel.write_all(b"ping").await.expect("it is open");
    let mut echo = [0; 4];
    tunnel.read_exact(&mut echo).await.expect("it is open");
    assert_eq!(&echo, b"ping");
    alice.post("/sign-out").form("").await.with_status(303);
    let cut = timeout(Duration::from_secs(1), tunnel.read(&mut echo)).await.expect("it is cut within a second");
    assert!(matches!(cut, Ok(0) | Err(_)), "{cut:?}");
    window.get("/").await.with_status(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_cookie_opens_one_door() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    let alice = app.participant("alpha/alice").await;
    let window = entered(&alice, "alpha-alice").await;
    let (editor, session) = (window.cookie(COOKIE), alice.cookie("thon_session"));
    for (at, name, value) in [
        (app.stranger(), COOKIE, &editor),
        (app.stranger(), "thon_session", &editor),
        (app.stranger().at("alpha-bob"), COOKIE, &editor),
        (app.stranger().at("alpha-alice"), COOKIE, &session),
        (app.stranger().at("alpha-alice"), "thon_session", &session),
    ] {
        at.set_cookie(name, value);
        let answer = at.get(if at.origin().starts_with("http://localhost") { "/api/groups" } else { "/" }).await;
        assert_eq!(answer.status, 401, "{name} at {}", at.origin());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_sandboxs_name_every_path_is_the_sandboxs() {
    let app = TestApp::new().await;
    app.running("alpha/alice").await;
    let alice = app.participant("alpha/alice").await;
    let window = entered(&alice, "alpha-alice").await;
    let description = app.admin().await.get("/api/openapi.json").await.json();
    let described = description["paths"].as_object().expect("paths").keys().cloned();
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    let pages = thon_server::http::pages::paths();
    let by_hand = ["/sign-out", "/readyz", "/docs/", "/api/openapi.json", "/favicon.svg", "/pkg/t.js"];
    let paths = described.chain(functions).chain(pages).chain(by_hand.map(str::to_owned));
    for path in paths.map(|path| path.replace(['{', '}'], "")) {
        let answer = window.get(&path).await;
        assert!(answer.status == 200 && answer.body.contains("A simulated sandbox"), "{path}: {answer}");
        let posted = window.post(&path).form("").await;
        assert!(posted.status == 200 && posted.body.contains("A simulated sandbox"), "{path}: {posted}");
        app.stranger().at("alpha-alice").get(&path).await.with_status(401);
    }
    let health = window.get("/healthz").await;
    assert_eq!(health.body, r#"{"status":"alive"}"#, "the editor's, not THON's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_editor_is_started_by_its_owner() {
    let app = TestApp::new().await;
    let id = app.running("alpha/alice").await;
    let alice = app.participant("alpha/alice").await;
    let window = entered(&alice, "alpha-alice").await;
    app.operator().delete(&format!("/api/instances/{id}?wait=30")).await.with_status(200);
    let stopped = window.visit("/").await.with_status(503);
    assert!(stopped.body.contains("/.thon/start"), "{}", stopped.body);
    window.get("/").await.with_status(503);
    for origin in ["https://evil.example", &alice.origin(), "null"] {
        window.post("/.thon/start").header("origin", origin).form("").await.with_status(403);
    }
    app.stranger().at("alpha-alice").post("/.thon/start").await.with_status(401);
    assert_eq!(window.post("/.thon/start").form("").await.location(), "/");
    let inside = timeout(Duration::from_secs(20), async {
        while !is_inside(&window).await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    inside.await.expect("it starts");
    assert_eq!(window.post("/.thon/start").form("").await.location(), "/", "two clicks are one");
    let now = app.operator().get(&format!("/api/instances/{id}")).await;
    assert_eq!(now.text("/generation"), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_thon_lets_those_in_who_were_in() {
    let mut app = TestApp::new().await;
    app.running("alpha/alice").await;
    let window = entered(&app.participant("alpha/alice").await, "alpha-alice").await;
    app.restart().await;
    let inside = timeout(Duration::from_secs(20), async {
        while !is_inside(&window).await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    // Simulated sandboxes end with THON, so the instance is made again first.
    inside.await.expect("the same cookie opens it");
}
