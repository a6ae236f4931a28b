//! Who gets in, how, and what everybody else is told.

use http::{Request, StatusCode};
use rstest::rstest;
use thon_domain::address::{Addresses, Pattern};
use thon_domain::instance::State;

use crate::house::{ALICE, BOB, House, alice, route, slug, stranger, table};

const OWN: &str = "http://alpha-alice.localhost:8100";

#[tokio::test]
async fn a_ticket_opens_once() {
    let (house, _editor) = House::with_alice().await;
    let enter = || house.get(stranger("/.thon/enter?t=ticket-of-alice&to=%2F%3Ffolder%3D%2Fworkspace"));
    let first = enter().await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    assert_eq!(first.header("location"), "/?folder=/workspace");
    assert_eq!(first.header("set-cookie"), "thon_editor=of-alice; HttpOnly; SameSite=Lax; Path=/");
    assert_eq!(first.header("cache-control"), "no-store");
    let second = enter().await;
    assert_eq!(second.status, StatusCode::FORBIDDEN);
    assert!(second.text.contains("This link is used up"), "{second:?}");
    let link = "href=\"http:&#x2f;&#x2f;localhost:8100&#x2f;open&#x2f;alpha-alice\"";
    assert!(second.text.contains(link), "{second:?}");
    assert_eq!((second.header("location"), second.header("set-cookie")), ("", ""));
}

#[tokio::test]
async fn under_tls_the_cookie_is_bound_to_the_host() {
    let house = House::addressed(Addresses {
        chosen: Pattern::Domain { domain: "localhost".to_owned(), port: 8100 },
        others: Vec::new(),
    })
    .await;
    let said = house.get(stranger("/.thon/enter?t=ticket-of-alice")).await;
    assert_eq!(said.header("set-cookie"), "__Host-thon_editor=of-alice; HttpOnly; SameSite=Lax; Path=/; Secure");
    let plain = house.get(stranger("/x").header("cookie", "thon_editor=of-alice")).await;
    assert_eq!(plain.status, StatusCode::UNAUTHORIZED);
    let bound = house.get(stranger("/x").header("cookie", "__Host-thon_editor=of-alice")).await;
    assert_eq!(bound.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[rstest]
#[case("https%3A%2F%2Fexample.org")]
#[case("%2F%2Fexample.org")]
#[case("%2F%5Cexample.org")]
#[case("%5C%5Cexample.org")]
#[case("%2F%09%2Fexample.org")]
#[case("%2F%0d%0aset-cookie:a=1")]
#[case("javascript:alert(1)")]
#[case("%2F.thon%2Fenter")]
#[case("")]
#[tokio::test]
async fn a_ticket_leads_nowhere_else(#[case] to: &str) {
    let (house, _editor) = House::with_alice().await;
    let said = house.get(stranger(&format!("/.thon/enter?t=ticket-of-alice&to={to}"))).await;
    assert_eq!((said.status, said.header("location")), (StatusCode::SEE_OTHER, "/"));
}

#[tokio::test]
async fn a_ticket_for_another_sandbox_or_by_another_method_opens_nothing() {
    let (house, _editor) = House::with_alice().await;
    let path = "/.thon/enter?t=ticket-of-alice";
    let elsewhere = house.get(http::Request::builder().uri(path).header("host", "alpha-bob.localhost:8100")).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    for method in ["HEAD", "POST", "OPTIONS"] {
        assert_eq!(house.get(stranger(path).method(method)).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(house.get(stranger(path)).await.status, StatusCode::SEE_OTHER, "it is still good");
}

#[tokio::test]
async fn without_a_cookie_a_page_asks_to_sign_in_and_a_program_hears_401() {
    let (house, _editor) = House::with_alice().await;
    let to_dashboard = "http://localhost:8100/open/alpha-alice?to=%2Fa%3Fb%3Dc%26d";
    for (name, value) in [("sec-fetch-mode", "navigate"), ("accept", "text/html,*/*;q=0.8")] {
        let said = house.get(stranger("/a?b=c&d").header(name, value)).await;
        assert_eq!((said.status, said.header("location")), (StatusCode::SEE_OTHER, to_dashboard));
    }
    let fetch = stranger("/a").header("accept", "text/html").header("sec-fetch-mode", "cors");
    assert_eq!(house.get(fetch).await.status, StatusCode::UNAUTHORIZED);
    let post = stranger("/a").method("POST").header("sec-fetch-mode", "navigate");
    assert_eq!(house.get(post).await.status, StatusCode::UNAUTHORIZED);
    for cookie in
        ["thon_editor=stale", "thon_editor=of-alice; thon_editor=of-alice", "thon_session=of-alice", "thon_editor="]
    {
        assert_eq!(
            house.get(stranger("/a").header("cookie", cookie)).await.status,
            StatusCode::UNAUTHORIZED,
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn somebody_elses_editor_is_refused_without_a_circle() {
    let (house, _editor) = House::with_alice().await;
    let bob = || stranger("/").header("cookie", "thon_editor=of-bob");
    let page = house.get(bob().header("sec-fetch-mode", "navigate")).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::FORBIDDEN, ""));
    assert!(page.text.contains("somebody else"), "{page:?}");
    assert_eq!(house.get(bob()).await.status, StatusCode::FORBIDDEN);
    let nobody = stranger("/").header("cookie", "thon_editor=of-nobody-knows");
    assert_eq!(house.get(nobody).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_foreign_page_changes_nothing() {
    let (house, _editor) = House::with_alice().await;
    for origin in ["http://alpha-bob.localhost:8100", "http://localhost:8100", "null"] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"] {
            let said = house.get(alice("/x").method(method).header("origin", origin)).await;
            assert_eq!(said.status, StatusCode::FORBIDDEN, "{method} {origin}");
        }
        assert_eq!(
            house.get(alice("/x").header("origin", origin)).await.status,
            StatusCode::FORBIDDEN,
            "reading {origin}"
        );
    }
    let silent = alice("/x").method("POST").header("sec-fetch-site", "same-site");
    assert_eq!(house.get(silent).await.status, StatusCode::FORBIDDEN);
    let two = alice("/x").method("POST").header("origin", OWN).header("origin", "http://localhost:8100");
    assert_eq!(house.get(two).await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.get(alice("/x").method("POST").header("origin", OWN)).await.status, StatusCode::OK);
    assert_eq!(house.get(alice("/x").method("POST")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_foreign_page_may_link_to_an_editor_and_embed_none() {
    let (house, _editor) = House::with_alice().await;
    let from = |site, mode, dest| {
        let asked = alice("/x").header("sec-fetch-site", site).header("sec-fetch-mode", mode);
        house.get(asked.header("sec-fetch-dest", dest))
    };
    for site in ["same-site", "cross-site"] {
        assert_eq!(from(site, "navigate", "document").await.status, StatusCode::OK, "a link from {site}");
        for (mode, dest) in [
            ("navigate", "iframe"),
            ("navigate", "object"),
            ("no-cors", "script"),
            ("no-cors", "image"),
            ("no-cors", "style"),
            ("cors", "empty"),
        ] {
            assert_eq!(from(site, mode, dest).await.status, StatusCode::FORBIDDEN, "{dest} of {site}");
        }
    }
    for (site, mode, dest) in
        [("same-origin", "navigate", "iframe"), ("same-origin", "no-cors", "script"), ("none", "navigate", "document")]
    {
        assert_eq!(from(site, mode, dest).await.status, StatusCode::OK, "{dest} of {site}");
    }
    let port = Request::builder().uri("/").header("host", "3000--alpha-alice.localhost:8100");
    let port = port.header("cookie", "thon_editor=of-alice").header("sec-fetch-site", "same-site");
    let framed = port.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "iframe");
    assert_eq!(house.get(framed).await.status, StatusCode::OK, "an editor shows its ports in frames");
}

/// The state without its age, which depends on how busy the machine is.
fn fields(state: &str) -> String {
    let (before, rest) = state.split_once("\"elapsed_s\":").expect("an age");
    format!("{before}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(','))
}

#[tokio::test]
async fn the_state_is_told_to_whom_it_concerns() {
    let (house, _editor) = House::with_alice().await;
    let running = house.get(alice("/.thon/state")).await;
    assert_eq!(fields(&running.text), r#"{"state":"Running","may_start":true}"#);
    assert_eq!(running.header("cache-control"), "no-store");
    let mut failed = route(ALICE, State::Failed, None);
    failed.reason = Some("no image".to_owned());
    house.edge.apply(&table([failed]));
    let failed = house.get(alice("/.thon/state")).await;
    assert_eq!(fields(&failed.text), r#"{"state":"Failed","reason":"no image","may_start":true}"#);
    house.edge.apply(&table([]));
    assert!(house.get(alice("/.thon/state")).await.text.contains("Terminated"));
    assert_eq!(house.get(stranger("/.thon/state")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        house.get(stranger("/.thon/state").header("cookie", "thon_editor=of-bob")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_start_comes_from_the_page_of_whoever_may() {
    let house = House::new().await;
    let start = || alice("/.thon/start").method("POST");
    let form = |request: http::request::Builder| request.header("content-type", "application/x-www-form-urlencoded");
    for foreign in [start(), start().header("origin", "http://localhost:8100"), start().header("origin", "null")] {
        assert_eq!(house.get(form(foreign)).await.status, StatusCode::FORBIDDEN);
    }
    let nobody = stranger("/.thon/start").method("POST").header("origin", OWN);
    assert_eq!(house.get(nobody).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.get(alice("/.thon/start")).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let bob = http::Request::builder().method("POST").uri("/.thon/start").header("host", "alpha-bob.localhost:8100");
    let bob = bob.header("cookie", "thon_editor=of-bob").header("origin", "http://alpha-bob.localhost:8100");
    assert_eq!(house.get(bob).await.status, StatusCode::FORBIDDEN, "{BOB} may enter, not start");
    assert!(house.gate.started.lock().expect("a lock").is_empty());

    let said = house.get(form(start().header("origin", OWN))).await;
    assert_eq!((said.status, said.header("location")), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(house.get(start().header("sec-fetch-site", "same-origin")).await.status, StatusCode::ACCEPTED);
    assert_eq!(*house.gate.started.lock().expect("a lock"), [slug(ALICE), slug(ALICE)]);
}

#[tokio::test]
async fn nothing_else_of_thons_is_there() {
    let (house, _editor) = House::with_alice().await;
    for path in ["/.thon", "/.thon/", "/.thon/x", "/.thon/state/", "/.thon//state", "/.thon/enter/x"] {
        assert_eq!(house.get(alice(path)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
