//! Paths that look like one place and lead to another.

use rstest::rstest;

use super::site::{Site, Tier};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_a_path_opens_what_is_closed(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let place = site.dashboard();
    for closed in ["api/instances", "api/groups", "instances", "docs", "api/system/check"] {
        for before in [
            "/pkg/../",
            "/pkg/..;/",
            "/pkg/%2e%2e/",
            "/pkg/%2E%2E%2F",
            "/pkg/%252e%252e/",
            "/pkg/..%2f",
            "/pkg/..%5c",
            "/pkg/..\\",
            "/pkg/.%2e/",
            "/pkg//../",
            "/fonts/../",
            "/.well-known/acme-challenge/../../",
            "/.well-known/acme-challenge/..%2f..%2f",
            "/sign-in/../",
            "/sign-in/..;/",
            "/sign-in;/",
            "/sign-in%2f..%2f",
            "/api/version/../../",
            "/ca.crt/../",
            "/./",
            "//",
            "/%2f",
            "/;/",
            "/healthz/../",
        ] {
            let said = site.ask(&place, &format!("GET {before}{closed}"), &[]).await;
            assert!(matches!(said.status, 0 | 303 | 307 | 308 | 400 | 401 | 404), "{before}{closed}: {}", said.head);
            assert!(!said.body.contains("alpha"), "{before}{closed}: {}", said.body);
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_a_path_leads_out_of_a_sandbox_or_of_a_port(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let session = site.session("alpha/alice").await;
    let own = site.entered(&session, "alpha-alice").await;
    let place = site.editor("alpha-alice").await;
    let cookies = format!("{own}; {session}");
    for path in [
        "/../alpha-bob/",
        "/..;/alpha-bob/",
        "/%2e%2e/alpha-bob/",
        "/..%2falpha-bob/",
        "/%2e%2e%2falpha-bob/",
        "/%252e%252e/alpha-bob/",
        "/..\\alpha-bob\\",
        "/../../s/alpha-bob/",
        "/../../api/instances",
        "//alpha-bob/",
        "/s/alpha-bob/",
        "/api/instances",
        "/.thon/../api/instances",
        "/proxy/8443/../../api/instances",
    ] {
        let said = site.ask(&place, &format!("GET {path}"), &[("Cookie", &cookies)]).await;
        assert!(!said.shows("alpha-bob"), "{path}: {}", said.body);
        assert!(!said.body.contains("\"instances\""), "{path} is the sandbox's: {}", said.body);
    }
    let bobs = site.editor("alpha-bob").await;
    let mut ports = Vec::new();
    for port in ["8443", "3000", "22", "08443", "8443--3000", "+8443", "0"] {
        let label = format!("{port}--alpha-bob");
        let mut place = bobs.clone();
        match tier {
            Tier::Local | Tier::Domain => place.host = bobs.host.replacen("alpha-bob", &label, 1),
            Tier::Path => place.prefix = format!("/s/{label}"),
            Tier::Address => place.prefix = format!("/proxy/{port}"),
        }
        ports.push((label, place));
    }
    let door = own.split_once('=').expect("a cookie").1;
    for (label, mut place) in ports {
        if tier == Tier::Domain && label.contains('+') {
            continue; // No browser would take a certificate for that.
        }
        for cookie in [cookies.clone(), format!("{}={door}", bobs_name(&own, &label)), String::new()] {
            let said = site.ask(&place, "GET /", &[("Cookie", &cookie)]).await;
            assert!(matches!(said.status, 400 | 401 | 403 | 404 | 421), "{label}: {}", said.head);
            assert!(!said.shows("alpha-bob"), "{label}");
        }
        place.prefix.push_str("/../../proxy/8443");
        let said = site.ask(&place, "GET /", &[("Cookie", &cookies)]).await;
        assert!(!said.shows("alpha-bob"), "{label}, upwards: {}", said.head);
    }
}

fn bobs_name(own: &str, label: &str) -> String {
    own.split_once('=').expect("a cookie").0.replace("alpha-alice", label)
}
