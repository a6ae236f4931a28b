//! Requests that a page in a sandbox sends to the dashboard in the name of whoever looks at it.

use rstest::rstest;

use super::site::{Site, Tier};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_sandboxs_page_does_nothing_in_an_admins_name(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (admin, dashboard) = (site.admin().await, site.dashboard());
    let (own, sandbox) = (dashboard.origin(), site.editor("alpha-bob").await.origin());
    let before = happened(&site, &admin).await;
    let mut origins =
        vec!["null".to_owned(), format!("{own}."), format!("{own}.evil.example"), own.replacen("://", "://a@", 1)];
    // On paths they share an origin, of which health warns.
    origins.extend((sandbox != own).then_some(sandbox));
    let targets = [
        ("POST /api/instances/launch-missing", "application/json", "{}"),
        ("POST /api/instances/launch-missing", "text/plain", "{}"),
        ("POST /api/instances/launch-missing", "text/plain; application/json", "{}"),
        ("POST /api/groups", "application/x-www-form-urlencoded", "name=evil"),
        ("POST /api/tokens", "multipart/form-data; boundary=a", "--a--"),
        ("POST /sfn/launch_missing", "application/x-www-form-urlencoded", ""),
        ("POST /sign-out", "application/x-www-form-urlencoded", ""),
        ("POST /sign-in", "application/x-www-form-urlencoded", "password=correct-horse"),
        ("PUT /api/settings", "application/json", "{}"),
        ("DELETE /api/groups/alpha", "application/json", ""),
        ("PATCH /api/settings", "application/json", "{}"),
        ("PROPFIND /api/settings", "application/json", ""),
    ];
    for (line, kind, body) in targets {
        for origin in &origins {
            let headers = [("Cookie", admin.as_str()), ("Content-Type", kind), ("Origin", origin)];
            assert_eq!(site.send(&dashboard, line, &headers, body).await.status, 403, "{line} as {kind} of {origin}");
            let both = [headers[0], headers[1], headers[2], ("Sec-Fetch-Site", "same-origin")];
            assert_eq!(
                site.send(&dashboard, line, &both, body).await.status,
                403,
                "{line} of {origin}, which says more"
            );
        }
        for whose in ["same-site", "cross-site", "none"] {
            let headers = [("Cookie", admin.as_str()), ("Content-Type", kind), ("Sec-Fetch-Site", whose)];
            assert_eq!(site.send(&dashboard, line, &headers, body).await.status, 403, "{line} of a page {whose}");
        }
        let unsaid = [("Cookie", admin.as_str()), ("Content-Type", kind)];
        assert_eq!(site.send(&dashboard, line, &unsaid, body).await.status, 403, "{line} of nobody who says so");
    }
    assert_eq!(happened(&site, &admin).await, before, "nothing has happened");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn looking_never_acts_whatever_it_says_to_mean(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (admin, dashboard) = (site.admin().await, site.dashboard());
    let before = happened(&site, &admin).await;
    for line in [
        "GET /api/instances/launch-missing",
        "GET /api/instances/launch-missing?_method=POST",
        "GET /sfn/launch_missing",
        "GET /sign-out",
        "HEAD /sign-out",
        "GET /api/certificates/renew",
    ] {
        for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
            let said = site.ask(&dashboard, line, &[("Cookie", &admin), (name, "POST")]).await;
            assert!(matches!(said.status, 400 | 404 | 405 | 422), "{line} with {name}: {}", said.head);
        }
    }
    assert_eq!(happened(&site, &admin).await, before, "nothing has happened");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_sandboxs_page_hears_neither_the_dashboard_nor_a_neighbour(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (admin, dashboard) = (site.admin().await, site.dashboard());
    let (alices, bobs) = (site.editor("alpha-alice").await, site.editor("alpha-bob").await);
    let in_bobs = site.entered(&site.session("alpha/bob").await, "alpha-bob").await;
    let socket = |cookie, origin| {
        let key = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        [
            ("Connection", "Upgrade, close"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            key,
            ("Cookie", cookie),
            ("Origin", origin),
        ]
    };
    let mut foreign = vec!["null".to_owned(), "https://evil.example".to_owned()];
    foreign.extend((alices.origin() != dashboard.origin()).then(|| alices.origin()));
    for origin in &foreign {
        let said = site.ask(&dashboard, "GET /api/live?after=0", &socket(&admin, origin)).await;
        assert_eq!(said.status, 403, "the live stream for {origin}: {}", said.head);
        let said = site.ask(&bobs, "GET /socket", &socket(&in_bobs, origin)).await;
        assert_eq!(said.status, 403, "Bob's editor for {origin}: {}", said.head);
        let read = site.ask(&dashboard, "GET /api/instances", &[("Cookie", &admin), ("Origin", origin)]).await;
        assert_eq!(read.header("access-control-allow-origin"), "", "{origin} may not read");
        let preflight = [("Origin", origin.as_str()), ("Access-Control-Request-Method", "DELETE")];
        let said = site.ask(&dashboard, "OPTIONS /api/instances", &preflight).await;
        assert_eq!(said.header("access-control-allow-origin"), "", "{origin} may not ask for more");
    }
}

/// How much has happened on the server.
async fn happened(site: &Site, admin: &str) -> String {
    let said = site.ask(&site.dashboard(), "GET /api/live/snapshot", &[("Cookie", admin)]).await;
    assert_eq!(said.status, 200, "{}", said.head);
    let number = said.body.split_once("\"number\":").expect("a number").1;
    number.split([',', '}']).next().expect("digits").to_owned()
}
