//! The pages while there is no editor to show.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::StatusCode;
use sha2::{Digest, Sha256};
use thon_domain::{instance::State, route::Route};

use crate::house::{ALICE, BOB, House, Said, alice, route, table};

async fn page(house: &House, state: State, reason: Option<&str>) -> Said {
    let mut route = route(ALICE, state, None);
    route.reason = reason.map(str::to_owned);
    house.edge.apply(&table([route]));
    let said = house.get(alice("/").header("sec-fetch-mode", "navigate")).await;
    assert_eq!((said.status, said.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "2"));
    assert_eq!(said.header("cache-control"), "no-store");
    assert_eq!(said.header("content-type"), "text/html; charset=utf-8");
    said
}

#[tokio::test]
async fn a_starting_editor_shows_that_it_comes() {
    let house = House::new().await;
    for state in [State::Pending, State::Running] {
        let said = page(&house, state, None).await;
        assert!(said.text.contains("Starting the editor"), "{said:?}");
        assert!(said.text.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"), "{said:?}");
        assert!(said.text.contains("data-state=\"Pending\""), "{said:?}");
        assert!(!said.text.contains("<form"), "{said:?}");
    }
}

#[tokio::test]
async fn a_stopped_editor_can_be_started_by_whoever_may() {
    let house = House::new().await;
    let said = page(&house, State::Terminated, None).await;
    assert!(said.text.contains("<form method=\"post\" action=\"/.thon/start\">"), "{said:?}");
    assert!(said.text.contains("Start my editor") && !said.text.contains("refresh"), "{said:?}");

    house.edge.apply(&table([route(BOB, State::Terminated, None)]));
    let request = http::Request::builder().uri("/").header("host", "alpha-bob.localhost:8100");
    let visitor = request.header("cookie", "thon_editor=of-bob").header("accept", "text/html");
    let visitor = house.get(visitor).await;
    assert_eq!(visitor.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!visitor.text.contains("<form") && visitor.text.contains("Its owner or an organizer"), "{visitor:?}");
}

#[tokio::test]
async fn a_failed_editor_says_why_and_a_reason_is_only_text() {
    let house = House::new().await;
    let said = page(&house, State::Failed, Some("no image \"x\" <script>alert(1)</script>")).await;
    assert!(said.text.contains("did not start") && said.text.contains("Try again"), "{said:?}");
    assert!(said.text.contains("no image &quot;x&quot; &lt;script&gt;alert(1)"), "{said:?}");
    assert!(!said.text.contains("<script>alert"), "{said:?}");
}

#[tokio::test]
async fn nobody_is_told_that_files_are_kept_which_are_not() {
    let house = House::new().await;
    assert!(page(&house, State::Terminated, None).await.text.contains("The files are kept."));
    let passing = Route { keeps_files: false, ..route(ALICE, State::Terminated, None) };
    house.edge.apply(&table([passing]));
    let said = house.get(alice("/").header("sec-fetch-mode", "navigate")).await;
    assert!(said.text.contains("The files go with it.") && !said.text.contains("kept"), "{said:?}");
}

#[tokio::test]
async fn a_page_allows_its_own_script_and_style_only() {
    let house = House::new().await;
    let said = page(&house, State::Pending, None).await;
    let policy = said.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
    for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
        let (_, rest) = said.text.split_once(&format!("<{element}>")).expect("an element");
        let (inline, _) = rest.split_once(&format!("</{element}>")).expect("its end");
        let hash = BASE64_STANDARD.encode(Sha256::digest(inline));
        assert!(policy.contains(&format!("{directive} 'sha256-{hash}'")), "{element}: {policy}");
    }
    for outside in ["http://", "https://", "src=", "style=\"", "onclick", "{{", "{%"] {
        assert!(!said.text.contains(outside), "{outside} in {}", said.text);
    }
}

#[tokio::test]
async fn a_program_hears_the_bare_status() {
    let house = House::new().await;
    house.edge.apply(&table([route(ALICE, State::Pending, None)]));
    let said = house.get(alice("/api/x").header("accept", "application/json")).await;
    assert_eq!((said.status, said.text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, ""));
    assert_eq!(said.header("retry-after"), "2");
}
