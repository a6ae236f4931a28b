//! Cookies that a page in a sandbox has set for a host or a domain that the dashboard is of as well.

use rstest::rstest;

use super::site::{Site, Tier};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn planted_cookies_make_nobody_somebody_else(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let (own, planted) = (site.session("alpha/alice").await, site.admin().await);
    let dashboard = site.dashboard();
    let value = planted.split_once('=').expect("a cookie").1;
    let asked = async |cookie: &str| site.ask(&dashboard, "GET /api/settings", &[("Cookie", cookie)]).await.status;
    assert_eq!((asked(&own).await, asked(&planted).await), (403, 200), "Alice may not see it, the admin may");
    for (what, cookie) in [
        ("after", format!("{own}; {planted}")),
        ("before", format!("{planted}; {own}")),
        ("with a blank in its name", format!("{own}; {} ={value}", site.session_name())),
        ("with a tab in its name", format!("{own}; {}\t={value}", site.session_name())),
    ] {
        assert_eq!(asked(&cookie).await, 401, "of two that stand {what} each other none counts");
    }
    if dashboard.secure {
        assert_eq!(asked(&format!("thon_session={value}")).await, 401, "a page can set the name without the prefix");
        assert_eq!(asked(&format!("{own}; thon_session={value}")).await, 403, "and it takes nothing from Alice");
        assert_eq!(asked(&format!("thon_session={value}; {own}")).await, 403);
    }
    for other in [format!("THON_SESSION={value}"), format!("thon_session[]={value}"), format!("={planted}")] {
        assert_eq!(asked(&other).await, 401, "{other}");
        assert_eq!(asked(&format!("{other}; {own}")).await, 403, "{other}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn planted_cookies_lock_nobody_out(#[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier) {
    let site = Site::of(tier).await;
    let (own, place) = (site.session("alpha/alice").await, site.dashboard());
    let (host, long) = (&place.host, "x".repeat(4000));
    for planted in [
        "a=\u{e9}".to_owned(),
        "=".to_owned(),
        "a".to_owned(),
        "a=\"b".to_owned(),
        "%zz=%zz".to_owned(),
        format!("a={long}; b={long}; c={long}"),
    ] {
        for cookies in [format!("{planted}; {own}"), format!("{own}; {planted}")] {
            let request =
                format!("GET /api/groups HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookies}\r\n\r\n");
            let said = site.say(&place, request.as_bytes()).await;
            assert_eq!(said.status, 200, "{:.80}: {}", cookies, said.head);
        }
    }
    let latin = [
        format!("GET /api/groups HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: a=").as_bytes(),
        b"\xe9; ",
        own.as_bytes(),
        b"\r\n\r\n",
    ]
    .concat();
    assert_eq!(site.say(&place, &latin).await.status, 200, "whatever bytes a script has put there");
}
