//! What reaches a sandbox and what comes back: headers, cookies, the secret.

use http::StatusCode;
use http_body_util::Full;

use crate::house::{House, alice, instance, stranger, table};

#[tokio::test]
async fn a_sandbox_hears_who_asks_and_nothing_of_thons() {
    let (house, editor) = House::with_alice().await;
    let request = stranger("/some/path?q=1&r=%20")
        .header("cookie", "a=1; thon_session=s; thon_editor=of-alice; code-server-session=forged")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-forwarded-host", "evil.example.org")
        .header("x-forwarded-prefix", "/evil")
        .header("forwarded", "for=203.0.113.9")
        .header("connection", "x-secret, keep-alive")
        .header("x-secret", "1")
        .header("te", "trailers")
        .header("proxy-authorization", "Basic x")
        .header("x-own", "kept");
    let said = house.get(request).await;
    assert!(said.text.starts_with("editor alice\nGET /some/path?q=1&r=%20\n"), "{said:?}");
    assert_eq!(said.sent("host"), ["alpha-alice.localhost:8100"]);
    assert_eq!(said.sent("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(said.sent("x-forwarded-host"), ["alpha-alice.localhost:8100"]);
    assert_eq!(said.sent("x-forwarded-proto"), ["http"]);
    assert_eq!(said.sent("x-own"), ["kept"]);
    for dropped in ["x-forwarded-prefix", "forwarded", "x-secret", "te", "proxy-authorization", "connection"] {
        assert_eq!(said.sent(dropped), [""; 0], "{dropped}");
    }
    let cookies = said.sent("cookie");
    assert_eq!(cookies.len(), 1);
    assert!(cookies[0].starts_with("code-server-session=%24argon2id%24v%3D19%24"), "{cookies:?}");
    assert!(cookies[0].ends_with("; a=1"), "{cookies:?}");
    assert!(editor.secret().contains("$argon2id$"));
}

#[tokio::test]
async fn a_header_that_connection_names_cannot_take_the_edges_own_away() {
    let (house, _editor) = House::with_alice().await;
    let said = house.get(alice("/x").header("connection", "host, cookie, x-forwarded-for, x-forwarded-host")).await;
    assert_eq!(said.sent("host"), ["alpha-alice.localhost:8100"]);
    assert_eq!(said.sent("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(said.sent("cookie").len(), 1);
}

#[tokio::test]
async fn a_sandboxs_answer_gains_nothing_and_loses_what_is_not_its_own() {
    let (house, _editor) = House::with_alice().await;
    let said = house.get(alice("/cookies")).await;
    let cookies: Vec<_> = said.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1; Path=/", "b=2"]);
    let mut names: Vec<_> = said.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["content-length", "date", "service-worker-allowed", "set-cookie"]);
}

#[tokio::test]
async fn a_body_arrives_with_its_method() {
    let (house, _editor) = House::with_alice().await;
    let request = alice("/save").method("PUT").header("origin", "http://alpha-alice.localhost:8100");
    let said = house.answer(request.body(Full::from("text")).expect("a request")).await;
    assert!(said.text.contains("PUT /save\n") && said.text.ends_with("body text"), "{said:?}");
    assert_eq!(said.sent("content-length"), ["4"]);
}

#[tokio::test]
async fn nobody_learns_the_secret_by_trace() {
    let (house, _editor) = House::with_alice().await;
    assert_eq!(house.get(alice("/").method("TRACE")).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_sandbox_that_does_not_answer_is_reported() {
    let (house, editor) = House::with_alice().await;
    let vacant = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let mut route = crate::house::running(crate::house::ALICE, &editor);
    route.upstream.as_mut().expect("an upstream").address = vacant;
    house.edge.apply(&table([route]));
    let bare = house.get(alice("/x")).await;
    assert_eq!((bare.status, bare.text.as_str()), (StatusCode::BAD_GATEWAY, ""));
    let page = house.get(alice("/").header("sec-fetch-mode", "navigate")).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.text.contains("The editor does not answer"), "{page:?}");
    assert_eq!(house.gate.lost(), [instance("alpha-alice"); 2]);
}
