//! Requests that pages of other origins would send in a signed-in browser's name.

use serde_json::json;
use tokio_tungstenite::tungstenite;

use crate::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn only_the_dashboards_own_pages_may_act() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let neighbour = format!("http://alpha-alice.localhost:{}", app.port());
    let secure = format!("https://localhost:{}", app.port());
    let refused = [
        ("a foreign page", Some("https://evil.example"), None),
        ("a page without an origin of its own", Some("null"), Some("same-origin")),
        ("a sandbox's page", Some(neighbour.as_str()), Some("same-site")),
        ("another port", Some("http://localhost:1"), None),
        ("another scheme", Some(secure.as_str()), None),
        ("nobody who says so", None, None),
        ("a page of the same site", None, Some("same-site")),
        ("a page of another site", None, Some("cross-site")),
        ("no page", None, Some("none")),
    ];
    for target in ["/api/instances/launch-missing", "/sfn/launch_missing", "/sign-in/link", "/sign-out", "/sign-in"] {
        for (who, origin, site) in refused {
            let mut ask = admin.post(target).without("origin");
            for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
                if let Some(value) = value {
                    ask = ask.header(name, value);
                }
            }
            let answer = if target.starts_with("/api") { ask.json(json!({})).await } else { ask.form("").await };
            assert_eq!(answer.status, 403, "{who} at {target}: {answer}");
        }
    }
    admin.get("/api/instances").await.with_status(200);
    let launch = admin.post("/api/instances/launch-missing").json(json!({}));
    launch.without("origin").header("sec-fetch-site", "same-origin").await.with_status(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_page_hears_the_live_stream() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for origin in ["https://evil.example", "null", &format!("http://alpha-alice.localhost:{}", app.port())] {
        let refused = admin.websocket("/api/live?after=0", origin).await.expect_err("it is refused");
        let tungstenite::Error::Http(answer) = refused else { panic!("{refused}") };
        assert_eq!(answer.status(), 403, "{origin}");
    }
    admin.websocket("/api/live?after=0", &admin.origin()).await.expect("the own page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_ours_reaches_nothing() {
    let app = TestApp::new().await;
    for host in ["evil.example", "localhost.evil.example", "a-b.c.localhost", "thon.localhost.", ""] {
        let answer = app.admin().await.get("/api/groups").header("host", host).await;
        assert!(matches!(answer.status.as_u16(), 400 | 421), "{host:?}: {answer}");
    }
}
