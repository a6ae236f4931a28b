//! What every answer has: headers that protect, an id, and a problem where something is refused.

use serde_json::json;

use crate::app::{Answer, Kind, PortBlock, TestApp, without_port};

/// The headers that protect, without nonce and port.
fn protection(answer: &Answer) -> String {
    let names = [
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cache-control",
    ];
    let lines = names.iter().map(|name| format!("{name}: {}", without_port(&without_nonce(answer.header(name)))));
    format!("{}\n{}", answer.status.as_u16(), lines.collect::<Vec<_>>().join("\n"))
}

fn without_nonce(policy: &str) -> String {
    let mut parts = policy.split("'nonce-");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| format!("{all}'nonce-[nonce]{}", &part[part.find('\'').unwrap_or(0)..]))
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_of_a_page() {
    let app = TestApp::new().await;
    let page = app.admin().await.visit("/instances").await;
    insta::assert_snapshot!(protection(&page), @r"
    200
    content-security-policy: default-src 'self'; script-src 'self' 'nonce-[nonce]' 'wasm-unsafe-eval'; style-src 'self' 'nonce-[nonce]'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self' http://*.localhost:[port] http://127.0.0.1:*; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    cache-control: no-store
    ");
    let nonce = page.header("content-security-policy").split("'nonce-").nth(1).expect("a nonce");
    let nonce = &nonce[..nonce.find('\'').expect("an end")];
    let scripts = page.body.matches("<script").count();
    assert!(scripts > 1 && page.body.matches(&format!("nonce=\"{nonce}\"")).count() >= scripts, "{}", page.body);
    let again = app.admin().await.visit("/instances").await;
    assert!(!again.header("content-security-policy").contains(nonce), "a nonce is for one answer");
}

/// What the scripts of a page may connect to.
fn connects(page: &Answer) -> String {
    let policy = without_port(page.header("content-security-policy"));
    let (_, said) = policy.split_once("connect-src ").expect("a policy of a page");
    said.split(';').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_ask_those_sandboxes_whose_addresses_it_shows() {
    let ports = PortBlock::take();
    let yaml = format!("external_ip: 127.0.0.2\nedge: {{https_port: {}, host: 127.0.0.2}}\n", ports.first());
    let app = TestApp::configured(Kind::Sqlite, &yaml).await;
    assert_eq!(connects(&app.stranger().visit("/sign-in").await.with_status(200)), "'self'");
    let alice = app.participant("alpha/alice").await;
    // Any port may become hers while the page is open.
    let before = "'self' https://127.0.0.2:* http://alpha-alice.localhost:[port] http://127.0.0.1:*";
    assert_eq!(connects(&alice.visit("/me").await.with_status(200)), before);
    for who in ["alpha/alice", "alpha/bob"] {
        app.running(who).await;
    }
    let shown = alice.get("/api/instances").await.with_status(200).json();
    let all = shown["instances"].as_array().expect("instances");
    let url = all.iter().find(|one| one["slug"] == "alpha-alice").expect("hers")["public_url"].as_str().expect("a URL");
    let port = url.rsplit_once(':').expect("a port").1.trim_end_matches('/');
    let own = format!("'self' https://127.0.0.2:{port} http://alpha-alice.localhost:[port] http://127.0.0.1:{port}");
    for page in ["/me", "/account", "/no/such/page", "/instances"] {
        assert_eq!(connects(&alice.visit(page).await), own, "{page}");
    }
    let everybodys = "'self' https://127.0.0.2:* http://*.localhost:[port] http://127.0.0.1:*";
    assert_eq!(connects(&app.organizer().await.visit("/instances").await.with_status(200)), everybodys);
    assert_eq!(connects(&app.with_role("mentor").await.visit("/").await.with_status(200)), "'self'");
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_of_what_is_no_page() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    insta::assert_snapshot!(protection(&admin.get("/api/groups").await), @r"
    200
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    cache-control: no-store
    ");
    insta::assert_snapshot!(protection(&admin.get("/docs/").await), @r"
    200
    content-security-policy: default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    cache-control: no-store
    ");
    let refused = app.stranger().get("/api/groups").await;
    insta::assert_snapshot!(protection(&refused), @r"
    401
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    cache-control: no-store
    ");
    let asset = app.stranger().get("/favicon.svg").await;
    assert_eq!(asset.header("x-content-type-options"), "nosniff");
    assert_ne!(asset.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_an_id_and_believes_none_from_outside() {
    let app = TestApp::new().await;
    let refused = app.stranger().get("/api/groups").header("x-request-id", "mine").await.with_status(401);
    let id = refused.header("x-request-id");
    assert_eq!((id.len(), refused.text("/request_id").as_str()), (32, id));
    let page = app.stranger().visit("/sign-in").await;
    assert_eq!(page.header("x-request-id").len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_told_the_same_everywhere() {
    let app = TestApp::new().await;
    insta::assert_snapshot!(app.stranger().get("/api/nowhere").await, @r#"
    401
    {
      "code": "unauthenticated",
      "detail": "Nobody is signed in.",
      "hint": "Sign in with your link, or at `/sign-in`.",
      "request_id": "[request id]",
      "status": 401,
      "title": "Sign in first",
      "type": "about:blank"
    }
    "#);
    let page = app.stranger().visit("/instances?state=Failed").await;
    assert_eq!(page.location(), "/sign-in?next=/instances%3Fstate%3DFailed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    insta::assert_snapshot!(admin.get("/api/nowhere").await, @r#"
    404
    {
      "code": "not-found",
      "detail": "There is nothing at this address.",
      "request_id": "[request id]",
      "status": 404,
      "title": "Not found",
      "type": "about:blank"
    }
    "#);
    let page = admin.visit("/nowhere").await.with_status(404);
    assert!(page.body.contains("There is nothing here"), "{}", page.body);
    for target in ["/sfn/nowhere", "/nowhere"] {
        let answer = admin.get(target).await.with_status(404);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{target}");
    }
    app.operator().get("/instances").await.with_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_an_address_does_not_take() {
    let app = TestApp::new().await;
    let answer = app.admin().await.delete("/api/groups").await;
    insta::assert_snapshot!(answer, @r#"
    405
    {
      "code": "unsupported",
      "detail": "This address does not take DELETE.",
      "request_id": "[request id]",
      "status": 405,
      "title": "Not supported here",
      "type": "about:blank"
    }
    "#);
    assert_eq!(answer.header("allow"), "GET,HEAD,POST");
    app.operator().delete("/api/groups").await.with_status(405);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let post = || admin.post("/api/instances");
    insta::assert_snapshot!(post().body("application/json", "{").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The body is not what is expected here: Failed to parse the request body as JSON: EOF while parsing an object at line 1 column 1.",
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(post().json(json!({"group": 7})).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The body is not what is expected here: Failed to deserialize the JSON body into the target type: group: invalid type: integer `7`, expected a string at line 1 column 10.",
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(post().json(json!({"group": "a/b", "username": "alice"})).await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The body is not what is expected here: Failed to deserialize the JSON body into the target type: group: a name must not contain '/' at line 1 column 14.",
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(post().form("group=alpha").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The body is not what is expected here: Expected request with `Content-Type: application/json`.",
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(admin.get("/api/instances/7").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The address is not what is expected here: Invalid URL: Cannot parse `id` with value `7`: UUID parsing failed: invalid length: found 1.",
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(admin.get("/api/instances?page=x").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "The query is not what is expected here: Failed to deserialize query string: page: invalid digit found in string.",
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    insta::assert_snapshot!(admin.get("/api/live?after=0").await, @r#"
    422
    {
      "code": "invalid",
      "detail": "This address is a websocket: Connection header did not include 'upgrade'.",
      "request_id": "[request id]",
      "status": 422,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    let form = admin.post("/sign-in/link").form("u=1").await.with_status(422);
    assert_eq!(form.header("content-type"), "application/problem+json");
    let bytes = admin.post("/api/groups/import").body("application/yaml", vec![0xff, 0xfe]).await;
    assert_eq!(bytes.with_status(422).header("content-type"), "application/problem+json");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let large = "#".repeat((2 << 20) + 1);
    insta::assert_snapshot!(admin.post("/api/groups/import").yaml(&large).await, @r#"
    413
    {
      "code": "invalid",
      "detail": "The body is larger than 2 MiB.",
      "request_id": "[request id]",
      "status": 413,
      "title": "Not valid",
      "type": "about:blank"
    }
    "#);
    for target in ["/sfn/launch_missing", "/sign-in/link", "/api/instances"] {
        let answer = admin.post(target).form(&large).await;
        assert_eq!(answer.status, 413, "{target}");
    }
    let most = format!(r#"{{"group": "beta"}}{}"#, " ".repeat((2 << 20) - 17));
    admin.post("/api/instances/launch-missing").body("application/json", most).await.with_status(202);
}
