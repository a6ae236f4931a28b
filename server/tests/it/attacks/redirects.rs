//! Links to this server that end at another, for people who trust its name.

use rstest::rstest;

use super::site::{PASSWORD, Place, Said, Site, Tier};

/// What a browser would follow to `evil.example`, or read as headers of its own, as it stands in a query.
const ELSEWHERE: &[&str] = &[
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "%2F%2Fevil.example/",
    "/%5Cevil.example/",
    "%5C%5Cevil.example/",
    "/%09/evil.example/",
    "/%0A/evil.example/",
    "%20//evil.example/",
    "%09//evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example/",
    ".evil.example/",
    ":443@evil.example/",
    "/x%0D%0ASet-Cookie:%20a=b",
    "/x%0D%0A%0D%0A%3Cscript%3E",
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_never_ends_elsewhere(#[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier) {
    let site = Site::of(tier).await;
    let dashboard = site.dashboard();
    let origin = dashboard.origin();
    for next in ELSEWHERE {
        let form = format!("password={PASSWORD}&next={next}");
        let headers = [("Origin", origin.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        let said = site.send(&dashboard, "POST /sign-in", &headers, &form).await;
        assert_eq!(said.status, 303, "{next}: {}", said.head);
        stays(&said, &dashboard, next);
        let host = ("X-Forwarded-Host", "evil.example");
        let asked =
            site.ask(&dashboard, &format!("GET /instances?next={next}"), &[("Accept", "text/html"), host]).await;
        stays(&asked, &dashboard, next);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_way_into_an_editor_never_ends_elsewhere(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (alice, dashboard, place) =
        (site.session("alpha/alice").await, site.dashboard(), site.editor("alpha-alice").await);
    for to in ELSEWHERE {
        let headers = [("Cookie", alice.as_str()), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "ftp")];
        let opened = site.ask(&dashboard, &format!("GET /open/alpha-alice?to={to}"), &headers).await;
        let before = format!("{}{}", place.origin(), place.prefix);
        let target = opened.header("location").strip_prefix(&before).unwrap_or_else(|| panic!("{to}: {}", opened.head));
        let entered = site.ask(&place, &format!("GET {target}"), &[]).await;
        stays(&entered, &place, to);
        let fresh = site.ticket(&alice, "alpha-alice").await;
        let fresh = fresh.rsplit_once("&to=").expect("where to").0.to_owned();
        let entered = site.ask(&place, &format!("GET {fresh}&to={to}"), &[]).await;
        assert_eq!(entered.status, 303, "{to}: {}", entered.head);
        stays(&entered, &place, to);
    }
}

/// Fails unless a redirect is to a path of the same origin, and sets no cookie that is not THON's.
fn stays(said: &Said, place: &Place, asked: &str) {
    let location = said.header("location");
    let local = location.strip_prefix(&place.origin()).unwrap_or(location);
    let is_path = local.starts_with('/') && !local.starts_with("//") && !local.starts_with("/\\");
    assert!(location.is_empty() || is_path, "{asked} leads to {location}");
    assert!(said.head.lines().all(|line| !line.to_ascii_lowercase().starts_with("set-cookie: a=")), "{}", said.head);
}
